"""LG509 looks for short lines and sentences of another language: “Il presidente parla della crisi del governo”."""

from collections.abc import Iterator
from functools import cache

from auditor.rulekit import Document, Hit, Severity, Span, lazy_pattern, lexicon, rule

LANGUAGES = ("de", "fr", "es", "it", "pt", "nl", "pl", "sv", "tr", "cs", "ro")
WORD = lazy_pattern(r"[^\W\d_]+")
SHORTEST, LONGEST = 14, 300  # characters
FEWEST = 6  # words: titles of books and films are shorter
OPENING = frozenset("“\"‘«„'(*_")
GLUE = (
    "agli|alla|anche|che|dagli|dalla|degli|dei|della|delle|dello|dopo|gli|il|negli|nel|nella|nelle|più|prima|sono|sulla"
    "|tra|tutte|tutti|una|del|desde|entre|hasta|las|los|más|para|pero|por|que|según|sobre|tras|aux|avec|ces|chez"
    "|contre|dans|depuis|des|est|leur|les|mais|ont|qui|sans|ses|sont|sous|sur|une|vers|ao|aos|após|até|das|dos"
    "|em|foi|não|nas|nos|pela|pelo|são|sem|uma|aus|auf|bei|dem|der|ein|eine|einen|einer|für|gegen|im|ist|mit|nach|nicht"
    "|sich|und|vom|von|vor|wegen|wird|zu|zum|zur|bij|een|het|naar|niet|onder|ook|voor|wil|wordt|zijn|av|att|för|från|inte"
    "|och|på|som|dla|nie|od|przez|przy|się|za|ze|bir|için|ile|ve|je|na|není|při|že|cu|din|în|la|pe|pentru|și"
)
SIGN = lazy_pattern(rf"[ \u00a0](?:{GLUE})[ \u00a0][a-z\u0080-\U0010ffff]")


@rule(
    code="LG509",
    severity=Severity.MAJOR,
    trigger=rf"[ \x{{A0}}](?:{GLUE})[ \x{{A0}}][a-z\x{{80}}-\x{{10FFFF}}]",
    quotes="outside",
    stable=True,
    finds=("mt.untranslated",),
)
def untranslated_sentence(doc: Document) -> Iterator[Hit]:
    """A short line or sentence was left in another language."""
    text = doc.text
    found: list[tuple[Span, str]] = []
    if SIGN.search(text) is None:
        return
    for start, end in zip(doc.sentences.starts, doc.sentences.ends, strict=True):
        if SHORTEST <= end - start <= LONGEST and text[start] not in OPENING and SIGN.search(text, start, end):
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
    """The language whose function words hold a sentence together that has no English one; None for names and titles.

    Two such words are enough where a word in lower case has a letter that English lacks.
    """
    words = WORD.findall(sentence)
    if len(words) < FEWEST or not _english().isdisjoint(word.lower() for word in words):
        return None
    small = [word for word in words if len(word) > 1 and word.islower()]
    accented = not all(map(str.isascii, small))
    best, most = None, 0
    for code in LANGUAGES:
        listed = lexicon(f"function_words_{code}")
        glue = [word for word in small if word in listed]
        foreign = [word for word in glue if word not in lexicon("function_words_en")]
        held = (len(glue) >= 3 and len(foreign) >= 2) or (len(glue) >= 2 and len(foreign) >= 1 and accented)
        if held and len(small) - len(glue) >= 2 and 5 * len(glue) >= len(words) and len(glue) + len(foreign) > most:
            best, most = code, len(glue) + len(foreign)
    return best


def _is_verse(doc: Document, spans: list[Span]) -> bool:
    """Whether most lines of the article are foreign: it is a song or a poem, or the whole is in that language."""
    return 2 * len(spans) > len(doc.filled_lines) > 2
