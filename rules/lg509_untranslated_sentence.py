"""LG509 looks for short lines and sentences of another language: “Il presidente parla della crisi del governo”."""

import re
from collections.abc import Iterator
from functools import cache

from auditor.rulekit import Document, Hit, Severity, Span, lexicon, rule

LANGUAGES = ("de", "fr", "es", "it", "pt", "nl", "pl", "sv", "tr", "cs", "ro")
WORD = re.compile(r"[^\W\d_]+")
SHORTEST, LONGEST = 14, 300  # characters
OPENING = frozenset("“\"‘«„'(*_")
WORDS_IN_FRONT_OF_WORDS = (
    "agli|alla|anche|che|degli|dei|della|delle|dopo|gli|il|nel|nella|più|sono|una|con|las|los|más|para|pero|por|que|según"
    "|una|aux|avec|ces|dans|des|est|les|pour|qui|sont|sur|une|ao|após|com|da|das|dos|foi|mais|não|pela|pelo|são|uma|auf|das"
    "|dem|ein|eine|für|im|ist|mit|nach|nicht|sich|und|vom|wird|zum|zur|een|het|met|naar|niet|ook|voor|wordt|zijn|att|för"
    "|inte|och|som|nie|się|przez|bir|için|ve|není|že|în|și|pentru|su|del|al|se|ne|na"
)


@rule(
    code="LG509",
    severity=Severity.MAJOR,
    trigger=rf"(?i:[^!-~](?:{WORDS_IN_FRONT_OF_WORDS})[^!-~])[^A-Z\x{{C0}}-\x{{DE}}](?:[a-z\x{{80}}-\x{{10FFFF}}])",
    quotes="outside",
    stable=True,
    finds=("mt.untranslated",),
)
def untranslated_sentence(doc: Document) -> Iterator[Hit]:
    """A short line or sentence was left in another language."""
    text = doc.text
    found = []
    for start, end in zip(doc.sentences.starts, doc.sentences.ends, strict=True):
        if SHORTEST <= end - start <= LONGEST and text[start] not in OPENING:
            code = _language(text[start:end])
            if code is not None:
                found.append((Span(start, end), code))
    if not found or _is_verse(doc, [span for span, _ in found]):
        return
    known = [passage.span for passage in doc.foreign_passages]
    for span, code in found:
        if not any(span.overlaps(other) for other in known):
            yield Hit(span, f"“{span.of(text)}” is in “{code}”, not in English")


@cache
def _english() -> frozenset[str]:
    """Function words of English that are function words of none of the other languages."""
    return lexicon("function_words_en").difference(*(lexicon(f"function_words_{code}") for code in LANGUAGES))


def _language(sentence: str) -> str | None:
    """The language whose function words hold a sentence together that has no English one; None for names and titles."""
    words = WORD.findall(sentence)
    low = [word.lower() for word in words]
    if len(words) < 4 or not _english().isdisjoint(low):
        return None
    for code in LANGUAGES:
        listed = lexicon(f"function_words_{code}")
        own = listed - lexicon("function_words_en")
        glue = [word for word in words if word.islower() and word in listed]
        foreign = [word for word in glue if word in own]
        plain = [word for word in words if word.islower() and word not in listed and len(word) > 2]
        if len(glue) >= 3 and len(foreign) >= 2 and len(plain) >= 2 and 5 * len(glue) >= len(words):
            return code
    return None


def _is_verse(doc: Document, spans: list[Span]) -> bool:
    """Whether most lines of the article are foreign: it is a song or a poem, or the whole is in that language."""
    return 2 * len(spans) > len(doc.filled_lines) > 2
