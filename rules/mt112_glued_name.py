"""MT112 looks for a name with another word glued to it: “Mendozaindicated”, “Dresdenclub”."""

import re
from collections import Counter
from collections.abc import Container, Iterator
from functools import cache

from auditor.rulekit import Document, Hit, Severity, Span, data, lexicon, rule

NAME_GLUED = re.compile(
    r"(?<![^\W_])(?<![@#/.&=?:~_’'-])(?<!\w)(?P<word>[A-Z][^\W\d_A-Z]{7,40})(?![^\W_])(?![@/-]|\.[^\W_])"
)
LINK = re.compile(
    r"a(?:fter|lso|nd|re)|b(?:ecause|efore|een|ut)|during|f(?:or|rom)|ha(?:d|s|ve)|h(?:er|is)|into|its|not|said|that|the"
    r"|their|they|this|w(?:as|ere|hen|here|hich|hile|ho|ill|ith|ould)"
)
SMALL = re.compile(r"(?<![^\W_])[a-z]{3,}(?![^\W_])")
SHORTEST = 4
"""Letters that the name must have, and the word glued to it."""


SHORTEST_LINK = 3
"""Letters that a function word glued to a known name must have."""


@rule(code="MT112", severity=Severity.MAJOR, stable=True, finds=("mt.glued-dateline", "mt.punctuation-spacing"))
def glued_name(doc: Document) -> Iterator[Hit]:
    """A name lost the space before the next word, where a tag or a line break stood."""
    by_last_letters = _ends_by_last_letters()
    capitalised = doc.capitalised
    suspects = [
        word
        for word in capitalised
        if len(word) >= 2 * SHORTEST
        and (ends := by_last_letters.get(word[-SHORTEST:])) is not None
        and word.endswith(ends)
    ]
    ends_of_names = {word: end for word in suspects if (end := _listed_end(word, capitalised))}
    alike = Counter([word[:SHORTEST] for word in capitalised])
    prolonged = [
        (word, end)
        for word, uses in capitalised.items()
        if uses == 1 and alike[word[:SHORTEST]] > 1 and (end := _known_end(word, capitalised))
    ]
    small = set(SMALL.findall(doc.text)) if prolonged else set()
    for word, end in prolonged:
        if word[:end].lower() not in small and (word[end:] in small or LINK.fullmatch(word[end:])):
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


def _is_known(name: str, capitalised: Container[str]) -> bool:
    """Whether the article has the name elsewhere, or the map has it."""
    return name in capitalised or name in data(__file__, "cities") or name in data(__file__, "countries")


def _within_sentence(text: str, start: int) -> bool:
    """Whether a word or a comma stands before the word."""
    return start > 1 and text[start - 1] in " \u00a0" and (text[start - 2].isalpha() or text[start - 2] == ",")
