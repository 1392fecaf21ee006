"""MT112 looks for a name with another word glued to it: “Mendozaindicated”, “Dresdenclub”."""

import re
from collections.abc import Iterator
from functools import cache

from auditor.rulekit import Document, Hit, Severity, Span, data, rule

NAME_GLUED = re.compile(
    r"(?<![^\W_])(?<![@#/.&=?:~_’'-])(?<!\w)(?P<word>[A-Z][^\W\d_A-Z]{7,40})(?![^\W_])(?![@/-]|\.[^\W_])"
)
CAPITALISED = re.compile(r"(?<![^\W_])[A-Z][^\W_]*")
SHORTEST = 4
"""Letters that the name must have, and the word glued to it."""


@rule(code="MT112", severity=Severity.MAJOR, stable=True, finds=("mt.glued-dateline", "mt.punctuation-spacing"))
def glued_name(doc: Document) -> Iterator[Hit]:
    """A name lost the space before the next word, where a tag or a line break stood."""
    ends = _ends()
    last_letters = _last_letters(ends)
    suspects = {
        word
        for word in doc.capitalised
        if len(word) >= 2 * SHORTEST and word[-SHORTEST:] in last_letters and _ends_in(word, ends)
    }
    if not suspects:
        return
    known = set(CAPITALISED.findall(doc.text))
    for match in NAME_GLUED.finditer(doc.text):
        cut = _name_end(doc.text, match, known) if match["word"] in suspects else 0
        if cut:
            head, tail = match["word"][:cut], match["word"][cut:]
            yield Hit(
                Span(*match.span("word")),
                f"a space is missing in “{head}{tail}”, between “{head}” and “{tail}”",
                suggestion=f"{head} {tail}",
            )


@cache
def _ends() -> frozenset[str]:
    """The words that are known to be glued to names."""
    return data(__file__, "glued_tails") | data(__file__, "glued_tails_sure")


@cache
def _last_letters(words: frozenset[str]) -> frozenset[str]:
    """The last letters of the words: a first look that spares most names the others."""
    return frozenset(word[-SHORTEST:] for word in words)


def _ends_in(word: str, ends: frozenset[str]) -> bool:
    """Whether the word ends in one of the words, and enough is left for a name."""
    return any(word[cut:] in ends for cut in range(SHORTEST, len(word) - SHORTEST + 1))


def _name_end(text: str, match: re.Match[str], known: set[str]) -> int:
    """How many letters of the word are the name that another word is glued to; 0 when it is one word.

    A word that ends nothing else in English is believed in the middle of a sentence, any other one only after a
    name that the article or the map knows.
    """
    word = match["word"]
    if not word[1:].islower():
        return 0
    for cut in range(SHORTEST, len(word) - SHORTEST + 1):
        head, tail = word[:cut], word[cut:]
        sure = tail in data(__file__, "glued_tails_sure")
        if not sure and tail not in data(__file__, "glued_tails"):
            continue
        if head in data(__file__, "glued_heads") or head[:-1] in data(__file__, "glued_heads"):
            return 0
        if (sure and _within_sentence(text, match.start("word"))) or _is_known(head, known):
            return cut
    return 0


def _is_known(name: str, known: set[str]) -> bool:
    """Whether the article has the name elsewhere, or the map has it."""
    return name in known or name in data(__file__, "cities") or name in data(__file__, "countries")


def _within_sentence(text: str, start: int) -> bool:
    """Whether a word or a comma stands before the word."""
    return start > 1 and text[start - 1] in " \u00a0" and (text[start - 2].isalpha() or text[start - 2] == ",")
