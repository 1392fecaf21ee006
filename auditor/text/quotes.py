"""Quotation marks paired into quotations, paragraph by paragraph.

A mark that has lost its partner is left alone: one unbalanced mark must not turn the rest of a paragraph
into speech. The marks are read from left to right with a stack of those that are open:

- double marks are trusted more than single ones, which may be apostrophes: a closing double mark drops
  the single marks opened inside it, a single mark never closes over an open double one;
- after a word that ends in -s or -in a closing single mark may be an apostrophe (the boys’ room): it counts
  only when no better one follows, and only within `PHRASE` characters;
- straight marks have no direction, their neighbours give it. Where both sides look the same they
  alternate if the paragraph has an even number of them, and are ignored if it is odd;
- an opening mark repeated after a full sentence ends an unclosed passage: two paragraphs of one quotation
  were joined;
- a mark displaced by damage (`now, ”he said`, `travel, “he said`) closes when a speech verb follows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from auditor.span import Span, SpanArray
from auditor.text.lexicon import lexicon

Style = Literal["curly", "single", "straight", "german", "guillemet"]

PHRASE: Final = 80
"""Longest single-quoted phrase, in characters, that a doubtful mark (boys’) may close."""

DEEPEST: Final = 100
"""How many marks may be open at once. No author nests so deep; more would only cost memory."""

# Every quotation mark except an apostrophe inside a word.
MARK: Final = re.compile(r"[“”‘’„«»\"'](?:(?<!['’])|(?!\w)|(?<!\w.))", re.DOTALL)
ELISION: Final = re.compile(r"(?:\d\ds?|em|till?|tis|twas|twere|n|cause|bout|cos|cuz|round|neath)\b", re.IGNORECASE)
CLIPPED_AND: Final = frozenset({"’n’", "'n'", "‘n’"})
NEXT_WORDS: Final = re.compile(r"(\w+)\s(\w+)")
AFTER_COMMA: Final = re.compile(r"[,.?!] (\w+) (\w+)")
FIRST_CLAUSE: Final = re.compile(r".\s?(?:\w+ ){1,3}(\w+)[.,]")
SENTENCE_ENDS: Final = frozenset(".!?…")
PRONOUNS: Final = frozenset({"he", "she", "they", "it", "i", "we", "you", "who"})
SPACES: Final = frozenset(" \t\n\r\v\f\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000") | frozenset(
    map(chr, range(0x2000, 0x200B))
)
LEFT: Final = SPACES | frozenset("([{-–—/“„«‘\"'…:;=>|*•")
RIGHT: Final = SPACES | frozenset(".,;:!?)]}-–—/…”’»\"'[")
NOT_OPENED: Final = SPACES | frozenset(".,;:!?)]}")
NOT_CLOSED: Final = SPACES | frozenset("([{")
PLAIN: Final = MappingProxyType({"“": "”", '"': '"'})
STOPS: Final = frozenset(".,!?…")
INTRODUCES: Final = frozenset(".,!?…;:-–—")


class Quotation(NamedTuple):
    """One passage between quotation marks, inside one paragraph.

    `span` includes the marks, `inner` does not. `closed` is False for a paragraph of a longer quotation
    that goes on in the next one; both then end at the last visible character of the paragraph. `depth` is
    the number of quotations around this one. `style` names the opening mark: a straight single mark and a
    curly one are both "single".
    """

    span: Span
    inner: Span
    closed: bool
    depth: int
    style: Style


class _Open:
    """An opening mark that waits for its partner."""

    __slots__ = ("doubtful", "nested", "position", "style")

    def __init__(self, position: int, style: Style) -> None:
        self.position = position
        self.style = style
        self.nested = False  # another opening mark of the same style followed
        self.doubtful = -1  # the first mark that may close it or be an apostrophe


_Pair = tuple[int, int, bool, Style]


def quotations(text: str, paragraphs: SpanArray) -> list[Quotation]:
    """The quotations of `text`, sorted by start; offsets are code points, depth 0 is outermost.

    `paragraphs` are the spans inside which marks are paired; marks outside them are ignored. A quotation of
    several paragraphs (the opening mark repeated at the start of each, the closing mark only at the end of the
    last) gives one `Quotation` for each paragraph. Any other unpaired mark gives none. Never raises.
    """
    marks = [match.start() for match in MARK.finditer(text)]
    if not marks:
        return []
    pairs: list[_Pair] = []
    count, first = len(marks), 0
    starts, ends = paragraphs.starts, paragraphs.ends
    for index, end in enumerate(ends):
        if marks[first] >= end:
            continue
        start = starts[index]
        while first < count and marks[first] < start:
            first += 1
        last = first
        while last < count and marks[last] < end:
            last += 1
        if last > first:
            left_open = _pair(text, start, end, marks[first:last], pairs)
            if left_open and index + 1 < len(ends):
                _continue(text, start, end, left_open, (starts[index + 1], ends[index + 1]), pairs)
        first = last
        if first == count:
            break
    pairs.sort()
    return _with_depth(pairs)


def interior(quotations: Sequence[Quotation]) -> SpanArray:
    """Where the words are a speaker's: the insides of the outermost of `quotations`, sorted and disjoint.

    Empty insides are left out; `quotations` must be sorted as `quotations()` returns them.
    """
    return SpanArray(q.inner for q in quotations if q.depth == 0 and q.inner.start < q.inner.end)


def _with_depth(pairs: list[_Pair]) -> list[Quotation]:
    """Quotations of sorted, properly nested pairs (position of the marks, or the end if not closed)."""
    new = tuple.__new__  # a third cheaper than calling the named tuples
    found: list[Quotation] = []
    around: list[int] = []
    for opening, closing, closed, style in pairs:
        if closing == opening + 1:
            continue  # nothing between the marks
        while around and around[-1] <= opening:
            around.pop()
        end = closing + 1 if closed else closing
        span, inner = new(Span, (opening, end)), new(Span, (opening + 1, closing))
        found.append(new(Quotation, (span, inner, closed, len(around), style)))
        around.append(end)
    return found


def _continue(
    text: str, start: int, end: int, left_open: list[_Open], following: tuple[int, int], pairs: list[_Pair]
) -> None:
    """Add the outermost open quotation up to the paragraph's end if the next paragraph repeats its mark."""
    opened = next((mark for mark in left_open if mark.style != "single"), left_open[0])
    mark = text[opened.position]
    if opened.nested or not text[following[0] : following[1]].lstrip().startswith(mark):
        return
    before = text[start : opened.position].rstrip()
    if not before or before[-1] in INTRODUCES:
        pairs.append((opened.position, start + len(text[start:end].rstrip()), False, opened.style))


def _pair(text: str, start: int, end: int, marks: list[int], pairs: list[_Pair]) -> list[_Open]:
    """Append the pairs among `marks` of the paragraph `start` to `end`; returns what stays open."""
    if len(marks) == 2:  # the usual case, at a third of the cost
        first, second = marks
        if (
            (mark := text[first]) in PLAIN
            and text[second] == PLAIN[mark]
            and (first == start or text[first - 1] in LEFT)
            and text[first + 1].isalnum()
            and text[second - 1] not in NOT_CLOSED
            and (second + 1 == end or text[second + 1] in RIGHT)
        ):
            pairs.append((first, second, True, "straight" if mark == '"' else "curly"))
            return []
    stack: list[_Open] = []
    by_style: dict[Style, list[_Open]] = {"curly": [], "single": [], "straight": [], "german": [], "guillemet": []}
    curly, straight, german, guillemet = (
        by_style["curly"],
        by_style["straight"],
        by_style["german"],
        by_style["guillemet"],
    )
    total = -1  # how many straight double marks there are, counted when first needed

    def push(position: int, style: Style) -> None:
        if len(stack) == DEEPEST:
            return
        opened = _Open(position, style)
        stack.append(opened)
        by_style[style].append(opened)

    def drop(*styles: Style) -> _Open:
        """Take the nearest open mark of these styles off the stack, with what is open inside it."""
        while (style := (opened := stack.pop()).style) not in styles:
            by_style[style].pop()
            _settle(opened, pairs)
        by_style[style].pop()
        return opened

    def close(position: int, *styles: Style, sound: bool = True) -> None:
        opened = drop(*styles)
        if sound or not opened.nested:
            pairs.append((opened.position, position, True, opened.style))

    for number, position in enumerate(marks):
        mark = text[position]
        before = text[position - 1] if position > start else "\n"
        after = text[position + 1] if position + 1 < end else "\n"
        opening = before in LEFT and after not in NOT_OPENED
        closing = after in RIGHT and before not in NOT_CLOSED

        if mark == '"':
            if total < 0:
                total = text.count('"', start, end)
            if before.isdigit() and (not straight or total % 2) and _is_inch(text, marks, number, straight, end):
                continue
            if straight:
                if opening and not closing and not _displaced(text, start, position, end):
                    _repeat(text, drop("straight"), position, pairs)
                    push(position, "straight")
                elif opening or closing or total % 2 == 0 or after == "\n" or before not in SPACES:
                    close(position, "straight")
            elif opening:
                push(position, "straight")
            elif closing:
                if curly:
                    close(position, "curly")
            elif total % 2 == 0 and after != "\n":
                push(position, "straight")
        elif mark == "“":
            if german and not opening:
                close(position, "german")
            elif curly and not (opening and not closing):
                close(position, "curly")
            elif curly and _displaced(text, start, position, end):
                close(position, "curly", sound=False)
            elif opening or not (closing or after in STOPS or after == "\n" or _speech_follows(text, position, end)):
                if curly and stack[-1] is curly[-1] and _repeat(text, curly[-1], position, pairs):
                    drop("curly")
                elif curly:
                    curly[-1].nested = True
                push(position, "curly")
        elif mark == "”":
            if curly or german:
                close(position, "curly", "german", sound=closing)
            elif straight and closing:
                close(position, "straight")
        elif mark == "„":
            if opening:
                push(position, "german")
        elif mark == "«":
            if before in LEFT:
                push(position, "guillemet")
        elif mark == "»":
            if guillemet:
                close(position, "guillemet")
        else:
            inside = bool(stack) and stack[-1].style == "single"
            if inside and mark != "‘" and before not in SPACES and (not after.isalnum() or before in STOPS):
                if text[position - 2 : position + 1].lower() in CLIPPED_AND:
                    continue
                if _may_be_apostrophe(text, position, after):
                    if stack[-1].doubtful < 0:
                        stack[-1].doubtful = position
                else:
                    close(position, "single")
            elif inside and mark != "‘" and _displaced(text, start, position, end):
                close(position, "single")
            elif mark != "’" and opening and not ELISION.match(text, position + 1, end):
                if inside:
                    _settle(drop("single"), pairs)
                push(position, "single")
    return [opened for opened in stack if not _settle(opened, pairs)]


def _settle(opened: _Open, pairs: list[_Pair]) -> bool:
    """Close a single mark that found no certain partner at its doubtful one, if that is near."""
    if opened.position < opened.doubtful <= opened.position + PHRASE:
        pairs.append((opened.position, opened.doubtful, True, opened.style))
        return True
    return False


def _repeat(text: str, opened: _Open, position: int, pairs: list[_Pair]) -> bool:
    """Close an open mark where it is repeated after a full sentence, as where two paragraphs were joined.

    Not if what lies between holds an attribution (“, he said”): then a closing mark was lost.
    """
    if opened.nested:
        return False
    passage = text[opened.position : position]
    spoken = passage.rstrip()
    if len(spoken) == len(passage) or spoken[-1] not in SENTENCE_ENDS:
        return False
    verbs = lexicon("speech_verbs")
    first = FIRST_CLAUSE.match(spoken)
    if first is not None and first[1] in verbs:
        return False
    for match in AFTER_COMMA.finditer(spoken):
        word, following = match.groups()
        if (following in verbs and (word in PRONOUNS or word.istitle())) or (word in verbs and following.istitle()):
            return False
    pairs.append((opened.position, opened.position + len(spoken), False, opened.style))
    return True


def _speech_follows(text: str, position: int, end: int) -> bool:
    """Whether “he said” or “said Name” stands directly after the mark at `position`."""
    match = NEXT_WORDS.match(text, position + 1, min(end, position + 60))
    if match is None:
        return False
    verbs = lexicon("speech_verbs")
    word, following = match.groups()
    return word in verbs or (word.lower() in PRONOUNS and following in verbs)


def _displaced(text: str, start: int, position: int, end: int) -> bool:
    """Whether a mark that looks like an opening one closes: after a stop, before “he said”."""
    before = position - 1
    if before > start and text[before].isspace():
        before -= 1
    return before >= start and text[before] in STOPS and _speech_follows(text, position, end)


def _is_inch(text: str, marks: list[int], number: int, straight: list[_Open], end: int) -> bool:
    """Whether a straight mark after a digit is an inch or second mark.

    It is when nothing is open. Inside an open quotation it is when the next mark would close that better.
    """
    if not straight:
        return True
    if number + 1 >= len(marks):
        return False
    following = marks[number + 1]
    before, after = text[following - 1], text[following + 1] if following + 1 < end else "\n"
    return text[following] == '"' and before not in LEFT and after in RIGHT


def _may_be_apostrophe(text: str, position: int, after: str) -> bool:
    """Whether the mark may end a plural possessive (boys’ room), a clipped word (goin’) or a length (6')."""
    before, previous = text[position - 1], text[position - 2 : position - 1]
    return after in SPACES and (before in "sS" or before.isdigit() or (before == "n" and previous == "i"))
