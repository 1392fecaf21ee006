"""MT112 looks for a name with another word glued to it: “Mendozaindicated”, “Dresdenclub”."""

import re
from collections import Counter
from collections.abc import Container, Iterator
from functools import cache
from itertools import compress
from operator import itemgetter

from auditor.rulekit import Document, Hit, Severity, Span, data, lexicon, rule

NAME_GLUED = re.compile(
    r"(?<![^\W_])(?<![@#/.&=?:~_’'-])(?<!\w)(?P<word>[A-Z][^\W\d_A-Z]{7,40})(?![^\W_])(?![@/-]|\.[^\W_])"
)
LINK = re.compile(
    r"a(?:fter|lso|nd|re)|b(?:ecause|efore|een|ut)|during|f(?:or|rom)|ha(?:d|s|ve)|h(?:er|is)|into|its|not|said|that|the"
    r"|their|they|this|w(?:as|ere|hen|here|hich|hile|ho|ill|ith|ould)"
)
SHORTEST = 4
"""Letters that the name must have, and the word glued to it."""

FIRST_LETTERS = itemgetter(slice(SHORTEST))
MOST = 50
"""Words that begin with another one and are looked into: an article has a few, only a list has more."""

LAST_LETTERS = itemgetter(slice(-SHORTEST, None))

SHORTEST_LINK = 3
"""Letters that a function word glued to a known name must have."""


@rule(code="MT112", severity=Severity.MAJOR, stable=True, finds=("mt.glued-dateline", "mt.punctuation-spacing"))
def glued_name(doc: Document) -> Iterator[Hit]:
    """A name lost the space before the next word, where a tag or a line break stood."""
    capitalised = doc.capitalised
    ends_of_names = {word: end for word in _suspects(capitalised) if (end := _listed_end(word, capitalised))}
    prolonged = [(word, end) for word in _prolongations(capitalised) if (end := _known_end(word, capitalised))]
    for word, end in prolonged[:MOST]:
        name, rest = word[:end], word[end:]
        if (LINK.fullmatch(rest) or _has_word(doc.text, rest)) and not _has_word(doc.text, name.lower()):
            ends_of_names.setdefault(word, end)
    for match in NAME_GLUED.finditer(doc.text) if ends_of_names else ():
        end = ends_of_names.get(match["word"], 0)
        head, tail = match["word"][:end], match["word"][end:]
        if end and (_is_known(head, capitalised) or _within_sentence(doc.text, match.start("word"))):
            yield Hit(
                Span(*match.span("word")),
                f"a space is missing in “{head}{tail}”, between “{head}” and “{tail}”",
                suggestion=f"{head} {tail}",
            )


def _suspects(capitalised: Counter[str]) -> list[str]:
    """The words that end in a word which is known to be glued to names."""
    by_last_letters = _ends_by_last_letters()
    if by_last_letters.keys().isdisjoint(map(LAST_LETTERS, capitalised)):
        return []
    return [
        word
        for word in capitalised
        if len(word) >= 2 * SHORTEST
        and (ends := by_last_letters.get(word[-SHORTEST:])) is not None
        and word.endswith(ends)
    ]


def _prolongations(capitalised: Counter[str]) -> list[str]:
    """The words that come once and may begin with another word: such a one is a beginning of the next in order, too."""
    ordered = sorted(capitalised)
    beginnings = {*map(FIRST_LETTERS, compress(ordered, map(str.startswith, ordered[1:], ordered)))}
    return [word for word in ordered if word[:SHORTEST] in beginnings and capitalised[word] == 1] if beginnings else []


@cache
def _ends_by_last_letters() -> dict[str, tuple[str, ...]]:
    """The words that are known to be glued to names, by their last letters: a first look that spares most names."""
    found: dict[str, tuple[str, ...]] = {}
    for word in data(__file__, "glued_tails") | data(__file__, "glued_tails_sure"):
        found[word[-SHORTEST:]] = (*found.get(word[-SHORTEST:], ()), word)
    return found


def _listed_end(word: str, capitalised: Container[str]) -> int:
    """How many letters of the word are a name that a word of the lists is glued to; 0 when it is one word.

    A word that ends nothing else in English is believed after any name, another one only after a name that the
    article or the map knows.
    """
    if not word[1:].islower():
        return 0
    for cut in range(SHORTEST, len(word) - SHORTEST + 1):
        head, tail = word[:cut], word[cut:]
        sure = tail in data(__file__, "glued_tails_sure")
        if not sure and tail not in data(__file__, "glued_tails"):
            continue
        if head in data(__file__, "glued_heads") or head[:-1] in data(__file__, "glued_heads"):
            return 0
        if sure or _is_known(head, capitalised):
            return cut
    return 0


def _known_end(word: str, capitalised: Container[str]) -> int:
    """How many letters of the word are a name of the article that a longer word or a function word is glued to.

    The name must be no common word, and the rest no usual part of compounds.
    """
    if not word[1:].islower():
        return 0
    for cut in range(len(word) - SHORTEST_LINK, SHORTEST - 1, -1):
        head, tail = word[:cut], word[cut:]
        if head not in capitalised or tail in data(__file__, "compound_tails"):
            continue
        if head in data(__file__, "glued_heads") or head.lower() in lexicon("function_words"):
            continue
        if len(tail) > SHORTEST or LINK.fullmatch(tail):
            return cut
    return 0


def _has_word(text: str, word: str) -> bool:
    """Whether the text has the small letters of A to Z as a word of their own."""
    start = text.find(word) if word.isascii() else -1
    while start >= 0:
        end = start + len(word)
        if not text[end : end + 1].isalnum() and not (start and text[start - 1].isalnum()):
            return True
        start = text.find(word, end)
    return False


def _is_known(name: str, capitalised: Container[str]) -> bool:
    """Whether the article has the name elsewhere, or the map has it."""
    return name in capitalised or name in data(__file__, "cities") or name in data(__file__, "countries")


def _within_sentence(text: str, start: int) -> bool:
    """Whether a word or a comma stands before the word."""
    return start > 1 and text[start - 1] in " \u00a0" and (text[start - 2].isalpha() or text[start - 2] == ",")
