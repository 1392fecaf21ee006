"""MT105 looks for a word or place told twice in a row: “into Ukraine in Ukraine”, “its goals. goals”."""

import re
from collections.abc import Iterator

from auditor.rulekit import Document, Hit, Severity, Span, data, rule, shorten

PLACING = frozenset(("at", "from", "in", "near", "to"))

PLACE_TWICE = re.compile(
    r"(?P<place>[A-Z][^\W\d_]{1,40}+(?:[ \u00a0][A-Z][^\W\d_]{1,40}+){0,2}+)[ \u00a0](?P<second>[a-z]{2,7})[ \u00a0]"
    r"(?P<the>the[ \u00a0])?(?P=place)(?![^\W_])(?![-’'][^\W\d_])(?![ \u00a0][A-Z])"
)
PREPOSITION_BEFORE = re.compile(r"(?<![^\W_])(?P<word>[a-z]{2,7})[ \u00a0](?P<the>the[ \u00a0])?\Z")
LOWER_AFTER_STOP = {
    stop: re.compile(re.escape(stop) + r"[”’\"]?[ \u00a0]{1,2}[“‘\"]?(?P<word>[a-z]{4,40})(?![^\W_])") for stop in ".!?"
}
"""A pattern for each stop: one that begins with a certain character is found several times faster."""
ITEM = r"[A-Z][^\W\d_]{1,40}+(?:[ \u00a0-][A-Z][^\W\d_]{1,40}+){0,3}+"
MORE_ITEMS = re.compile(
    rf",(?P<more>[ \u00a0]{ITEM}(?:,[ \u00a0]{ITEM}){{0,40}}+),?[ \u00a0]and[ \u00a0](?P<last>{ITEM})"
)
ITEM_BEFORE = re.compile(rf"(?<![^\W_])(?<![-’'])(?P<item>{ITEM})\Z")
PLACE_IN_PLACE = re.compile(rf",[ \u00a0](?P<place>{ITEM})(?=[,.])(?!\.[^\W_]|,[ \u00a0][A-Z]{{2}}(?![^\W_]))")
THE_TWICE = re.compile(
    r"the (?P<what>[a-z]{4,40}+) (?P<second>at|during|from|in|into|near|of|on|to|with|within) the (?P=what)(?![^\W_])"
    r"(?![-’'][^\W\d_])"
)
OUTLETS = frozenset(("Agency", "Broadcaster", "Channel", "Daily", "Network", "Newspaper", "Radio", "Television"))
OUTLET_AND_NAME = re.compile(
    rf"[ \u00a0](?:{'|'.join(sorted(OUTLETS))})[ \u00a0](?P<name>[A-Z][^\W\d_]{{2,30}}+)(?![-’'.][^\W_])"
)
NAME_BEFORE = re.compile(r"(?<![^\W_])(?P<name>[A-Z][^\W\d_]{2,30})(?:[ \u00a0](?P<topic>News))?\Z")
PAUSES = (", ”", ", “", ",\u00a0”", ",\u00a0“")
RIGHT_NOW_NOW = re.compile(r",[ \u00a0](?P<word>[a-z]{3,20})(?=,[ \u00a0][”“])")


@rule(
    code="MT105",
    severity=Severity.MAJOR,
    stable=True,
    finds=("mt.repetition",),
)
def repeated_phrase(doc: Document) -> Iterator[Hit]:
    """A word, place or phrase is told twice in a row, as if two pieces of one sentence were translated apart."""
    taken: list[Span] = []
    for span, copy, said in sorted(_repetitions(doc)):
        if not any(span.overlaps(other) for other in taken[-3:]):
            taken.append(span)
            once = doc.text[span.start : copy.start] + doc.text[copy.end : span.end]
            message = f"“{shorten(span.of(doc.text))}” says “{said}” twice"
            yield Hit(span, message, suggestion=once)


def _repetitions(doc: Document) -> Iterator[tuple[Span, Span, str]]:
    """Each repetition: the place, the second copy with what joins it to the first, and what is said twice."""
    text = doc.text
    for match in PLACE_TWICE.finditer(text) if doc.echoes_capitals else ():
        before = PREPOSITION_BEFORE.search(text, max(0, match.start() - 14), match.start())
        if before and bool(before["the"]) == bool(match["the"]) and _are_prepositions(before["word"], match["second"]):
            yield Span(before.start(), match.end()), Span(match.end("place"), match.end()), match["place"]
    for match in _lower_after_stop(text):
        word = match["word"]
        end = match.start()
        end -= end > 0 and text[end - 1] in '”’"'
        start = end - len(word)
        if start >= 0 and text[start:end] == word and not (start and text[start - 1].isalnum()):
            yield Span(start, match.end()), Span(match.start("word") - 1, match.end()), word
    for match in MORE_ITEMS.finditer(text):
        yield from _item_twice(text, match)
    for match in PLACE_IN_PLACE.finditer(text):
        place = match["place"]
        start = _start_before(text, match.start(), place, PLACING)
        if start >= 0 and place not in data(__file__, "namesakes"):
            yield Span(start, match.end()), Span(*match.span()), place
    for match in THE_TWICE.finditer(text):
        before = PREPOSITION_BEFORE.search(text, max(0, match.start() - 14), match.start())
        if before and _fall_apart(text, before, match):
            start = match.start("second") - 1
            yield Span(before.start(), match.end()), Span(start, match.end()), f"the {match['what']}"
    if not OUTLETS.isdisjoint(doc.capitalised):
        for match in OUTLET_AND_NAME.finditer(text):
            first = NAME_BEFORE.search(text, max(0, match.start() - 40), match.start())
            if first and match["name"] in (first["name"], first["topic"]):
                start = first.start("name" if first["name"] == match["name"] else "topic")
                yield Span(start, match.end()), Span(match.start("name") - 1, match.end()), match["name"]
    for match in RIGHT_NOW_NOW.finditer(text) if any(pause in text for pause in PAUSES) else ():
        start = match.start() - len(match["word"])
        after_word = start > 1 and text[start - 1] in " \u00a0" and text[start - 2].isalpha()
        if after_word and text[start : match.start()] == match["word"]:
            yield Span(start, match.end()), Span(*match.span()), match["word"]


def _lower_after_stop(text: str) -> Iterator[re.Match[str]]:
    """The lower-case words right after a stop."""
    for stop, pattern in LOWER_AFTER_STOP.items():
        if stop in text:
            yield from pattern.finditer(text)


def _start_before(text: str, end: int, place: str, prepositions: frozenset[str]) -> int:
    """Where a preposition and the place begin that end at `end`; -1 when something else stands there."""
    start = end - len(place)
    if start < 1 or text[start:end] != place:
        return -1
    before = PREPOSITION_BEFORE.search(text, max(0, start - 14), start)
    return before.start() if before and before["word"] in prepositions else -1


def _are_prepositions(first: str, second: str) -> bool:
    """Whether both are prepositions; “from Kyiv to Kyiv”, “city by city” join two mentions on purpose."""
    pair = {first, second}
    return (
        pair <= data(__file__, "prepositions") and "by" not in pair and pair not in ({"from", "to"}, {"from", "into"})
    )


def _fall_apart(text: str, before: re.Match[str], match: re.Match[str]) -> bool:
    """Whether two prepositions have the same noun: not “from the first to the first”, “of the best of the best”."""
    first, second, what = before["word"], match["second"], match["what"]
    if before["the"] or not _are_prepositions(first, second) or (second == "of" and first != "of"):
        return False
    told_before = text[max(0, before.start() - len(what) - 1) : before.start()].rstrip(" \u00a0")
    return not what.endswith("est") and not told_before.endswith(what)


def _item_twice(text: str, match: re.Match[str]) -> Iterator[tuple[Span, Span, str]]:
    """The first item of a listing that comes twice in it, from its first place to its second."""
    first = ITEM_BEFORE.search(text, max(0, match.start() - 170), match.start())
    if first is None:
        return
    seen: dict[str, Span] = {first["item"]: Span(*first.span("item"))}
    start = match.start() + 2
    for item in re.split(r",[ \u00a0]", match["more"][1:]):
        place = Span(start, start + len(item))
        if item in seen:
            yield Span(seen[item].start, place.end), Span(place.start - 2, place.end), item
            return
        seen[item] = place
        start = place.end + 2
    if match["last"] in seen and len(seen) > 2:
        earlier = seen[match["last"]]
        yield Span(earlier.start, match.end()), Span(earlier.start, earlier.end + 2), match["last"]
