"""MT105 looks for a word or place told twice in a row: “into Ukraine in Ukraine”, “its goals. goals”."""

import re
from collections.abc import Iterator
from itertools import compress, count
from operator import eq

from auditor.rulekit import Document, Edit, Hit, Severity, Span, rule

PREPOSITIONS = frozenset(
    (
        "about",
        "across",
        "against",
        "around",
        "at",
        "between",
        "by",
        "during",
        "for",
        "from",
        "in",
        "inside",
        "into",
        "near",
        "of",
        "on",
        "outside",
        "over",
        "through",
        "to",
        "toward",
        "towards",
        "under",
        "with",
        "within",
    )
)
CALM = frozenset(("after", "at", "during", "for", "from", "in", "into", "of", "on", "under", "with"))
"""Prepositions that no idiom repeats: “step by step by step”, “to go to go” stay out."""

PLACE_TWICE = re.compile(
    r"(?P<first>(?:[tT]he[ \u00a0])?[A-Z][^\W\d_]+(?:[ \u00a0][A-Z][^\W\d_]+){0,2})"
    r"[ \u00a0](?P<second>[a-z]{2,7})[ \u00a0](?P=first)(?![^\W_])(?![-’'][^\W\d_])(?![ \u00a0][A-Z])"
)
PREPOSITION_BEFORE = re.compile(r"(?<![^\W_])(?P<word>[a-z]{2,7})[ \u00a0](?:the[ \u00a0])?\Z")
PHRASE = re.compile(r"(?:(?:the|a|an|this|his|her|its|their) )?[a-z]{4,}(?: [a-z]{4,})?")
VERB_FORM = re.compile(r"ing\Z|(?<![a-z])(?:this|that|these|those|about|around|under|over|after|course|what|which)\Z")
WORD = re.compile(r"\S+")
LOWER_AFTER_STOP = re.compile(r"[.!?][”’\"]?[ \u00a0]{1,2}[“‘\"]?(?P<word>[a-z]{4,40})(?![^\W_])")
ITEM = r"[A-Z][^\W\d_]+(?:[ \u00a0-][A-Z][^\W\d_]+){0,3}"
LISTING = re.compile(
    rf"(?<![^\W_])(?<![-’'])(?P<items>{ITEM}(?:,[ \u00a0]{ITEM}){{1,40}}),?[ \u00a0]and[ \u00a0](?P<last>{ITEM})"
)
PLACE_IN_PLACE = re.compile(
    rf"(?<![^\W_])(?:at|from|in|near|to)[ \u00a0](?P<place>{ITEM}),[ \u00a0](?P=place)(?=[,.])(?!\.[^\W_])"
)
NAMESAKES = frozenset(
    (
        "Djibouti",
        "Guatemala",
        "Kuwait",
        "Luxembourg",
        "Mexico",
        "Monaco",
        "New York",
        "Oklahoma",
        "Panama",
        "Quebec",
        "San Marino",
        "Singapore",
    )
)
"""A city and the state around it that share a name."""

RIGHT_NOW_NOW = re.compile(r"(?<=[^\W\d_][ \u00a0])(?P<word>[a-z]{3,}),[ \u00a0](?P=word)(?=,[ \u00a0][”“])")


@rule(
    code="MT105",
    severity=Severity.MAJOR,
    stable=True,
    finds=("mt.repetition",),
)
def repeated_phrase(doc: Document) -> Iterator[Hit]:
    """A word, place or phrase is told twice in a row, as if two pieces of one sentence were translated apart."""
    taken: list[Span] = []
    for span, copy, said in sorted(_repetitions(doc.text)):
        if not any(span.overlaps(other) for other in taken[-3:]):
            taken.append(span)
            yield Hit(span, f"“{doc.text[span.start : span.end]}” says “{said}” twice", (Edit.delete(copy),))


def _repetitions(text: str) -> Iterator[tuple[Span, Span, str]]:
    """Each repetition: the place, the second copy with what joins it to the first, and what is said twice."""
    for match in PLACE_TWICE.finditer(text):
        before = PREPOSITION_BEFORE.search(text, max(0, match.start() - 14), match.start())
        if (
            before
            and {before["word"], match["second"]} <= PREPOSITIONS
            and not _is_pair(before["word"], match["second"])
        ):
            yield Span(before.start(), match.end()), Span(match.end("first"), match.end()), match["first"]
    yield from _phrases_twice(text)
    for match in LOWER_AFTER_STOP.finditer(text):
        word = match["word"]
        start = match.start() - len(word)
        if start >= 0 and text[start : match.start()] == word and not (start and text[start - 1].isalnum()):
            yield Span(start, match.end()), Span(match.start("word") - 1, match.end()), word
    for match in LISTING.finditer(text):
        yield from _item_twice(match)
    for match in PLACE_IN_PLACE.finditer(text):
        if match["place"] not in NAMESAKES:
            yield Span(*match.span()), Span(match.end("place"), match.end()), match["place"]
    for match in RIGHT_NOW_NOW.finditer(text):
        yield Span(*match.span()), Span(match.end("word"), match.end()), match["word"]


def _phrases_twice(text: str) -> Iterator[tuple[Span, Span, str]]:
    """Phrases of two to four words that begin with a preposition and come twice: “in parliament in parliament”.

    A phrase of n words that comes twice holds n words in a row that equal the word n places later, so looking at
    each nth word meets it.
    """
    words = text.split()
    found: set[tuple[int, int]] = set()
    for size in (2, 3, 4):
        for index in compress(count(0, size), map(eq, words[::size], words[size::size])):
            found.update((first, size) for first in range(max(0, index - size + 1), index + 1))
    doubled = [
        (first, size)
        for first, size in sorted(found)
        if words[first] in CALM and words[first : first + size - 1] == words[first + size : first + 2 * size - 1]
    ]
    if not doubled:
        return
    places = [match.span() for match in WORD.finditer(text)]
    for first, size in doubled:
        phrase = " ".join(words[first + 1 : first + size])
        last = places[min(first + 2 * size - 1, len(places) - 1)]
        again = re.match(r"[^\W\d_]+", text[slice(*last)])
        if again is None or again.group() != words[first + size - 1] or len(places) < first + 2 * size:
            continue
        if not PHRASE.fullmatch(phrase) or VERB_FORM.search(phrase):
            continue
        end = last[0] + again.end()
        if "\n" not in text[places[first][0] : end] and text[end : end + 1] != "-":
            yield Span(places[first][0], end), Span(places[first + size - 1][1], end), phrase


def _is_pair(first: str, second: str) -> bool:
    """“From Kyiv to Kyiv”, “city by city”, “in … out of” join two mentions on purpose."""
    return (first, second) in {("from", "to"), ("from", "into"), ("between", "to"), ("into", "from")} or second == "by"


def _item_twice(match: re.Match[str]) -> Iterator[tuple[Span, Span, str]]:
    """The first item of a listing that comes twice in it, from its first place to its second."""
    seen: dict[str, Span] = {}
    start = match.start()
    for item in re.split(r",[ \u00a0]", match["items"]):
        place = Span(start, start + len(item))
        if item in seen:
            yield Span(seen[item].start, place.end), Span(place.start - 2, place.end), item
            return
        seen[item] = place
        start = place.end + 2
    if match["last"] in seen and len(seen) > 2:
        first = seen[match["last"]]
        yield Span(first.start, match.end()), Span(first.start, first.end + 2), match["last"]
