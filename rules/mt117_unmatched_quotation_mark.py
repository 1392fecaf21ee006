"""MT117 looks for a quotation mark without a partner: “I had other plans,” he told … with no mark before it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from auditor.rulekit import Document, Hit, Severity, Span, lazy_pattern, rule

MARK = lazy_pattern("[“”„«»\"]|’’(?!”)|''|‘‘|``")
SENTENCE_BREAK = lazy_pattern(r"[.!?:][”’)]?[ \u00a0][‘(]?[A-Z]")
ATTRIBUTION = lazy_pattern(r"(?:he|she|they|who|said|says)[ \u00a0]")
SPACES = frozenset(" \u00a0\u2009\u200a\u202f\t\r\n")
ENDS = frozenset(".!?)")
STOPS = frozenset(".,;:!?…")
CUT_OFF = ("...", "…", ". .")

FARTHEST = 20
"""How many paragraphs a quotation may have: a mark opened earlier is not waited for."""

LONGEST_HEADING = 100
"""A line without a stop that is not longer may be a heading that was cut off in the middle of a quotation."""

WORDS = 40
"""Characters beside the mark that are reported with it."""


@dataclass(slots=True)
class _Paragraph:
    """The curly marks of one paragraph that have no partner in it."""

    number: int
    start: int
    end: int
    unopened: list[int] = field(default_factory=list)
    unclosed: list[int] = field(default_factory=list)
    readable: bool = True  # no displaced mark, and no mark of another kind that may be the partner


@rule(
    code="MT117",
    severity=Severity.MINOR,
    trigger=r"[“”]",
    stable=True,
    finds=("mt.quote-displacement",),
)
def unmatched_quotation_mark(doc: Document) -> Iterator[Hit]:
    """A quotation is closed that was never opened, or opened and never closed."""
    text = doc.text
    waiting = -FARTHEST  # the last paragraph that may have left a quotation open
    paragraphs = _paragraphs(doc)
    for index, paragraph in enumerate(paragraphs):
        if not paragraph.readable:
            waiting = paragraph.number
            continue
        if paragraph.unopened and not _may_be_open(text, paragraph, waiting):
            yield _hit(text, paragraph, paragraph.unopened[0], "closes a quotation that was never opened")
        if paragraph.unopened:
            waiting = -FARTHEST
        if paragraph.unclosed and _goes_on(text, paragraphs, index):
            waiting = paragraph.number
        elif paragraph.unclosed and _is_whole(text, paragraph):
            yield _hit(text, paragraph, paragraph.unclosed[0], "opens a quotation that is never closed")


def _paragraphs(doc: Document) -> list[_Paragraph]:
    """The paragraphs that hold a mark, their marks paired."""
    text, found = doc.text, []
    marks = [match.span() for match in MARK.finditer(text)]
    first = 0
    for number, (start, end) in enumerate(doc.paragraphs):
        last = first
        while last < len(marks) and marks[last][0] < end:
            last += 1
        if last > first:
            found.append(_Paragraph(number, start, end))
            _pair(text, found[-1], marks[first:last])
            first = last
    return found


def _pair(text: str, paragraph: _Paragraph, marks: list[tuple[int, int]]) -> None:
    """Pair the marks of a paragraph from left to right; the closing mark belongs to the nearest open one."""
    straight = 0
    for place, end in marks:
        mark = text[place]
        before = text[place - 1] if place > paragraph.start else "\n"
        after = text[end] if end < paragraph.end else "\n"
        if mark == '"':
            straight += 1
        elif mark in "„«»":
            paragraph.readable = False
        elif mark in "“‘`":
            if _is_displaced_opening(before, after, bool(paragraph.unclosed)) or ATTRIBUTION.match(text, end):
                paragraph.readable = False
            paragraph.unclosed.append(place)
        elif (before in SPACES and (after.isalnum() or not paragraph.unclosed)) or (
            before.isalpha() and after.isalpha()
        ):
            paragraph.readable = False
        elif paragraph.unclosed:
            paragraph.unclosed.pop()
        elif mark == "”" and not before.isnumeric():
            paragraph.unopened.append(place)
    if straight % 2:
        paragraph.readable = False


def _is_displaced_opening(before: str, after: str, is_open: bool) -> bool:
    """Whether an opening mark stands where a closing one belongs, or nobody can tell."""
    if after in "@\n" or (before.isalpha() and after.isalpha()):
        return True
    ends = after in SPACES or after in STOPS
    return ends and (is_open or before not in SPACES)


def _may_be_open(text: str, paragraph: _Paragraph, waiting: int) -> bool:
    """Whether the quotation that a mark closes may have been opened in an earlier paragraph, or before the text."""
    if paragraph.number - waiting < FARTHEST:
        return True
    place = paragraph.unopened[0]
    if paragraph.number or not text[paragraph.start].islower():
        return False
    return not any(mark in text[paragraph.start : place] for mark in "“”") and not SENTENCE_BREAK.search(
        text, paragraph.start, place
    )


def _goes_on(text: str, paragraphs: list[_Paragraph], index: int) -> bool:
    """Whether the quotation goes on in the next paragraph, or is closed in a later one."""
    paragraph = paragraphs[index]
    following = text[paragraph.end : paragraph.end + 200].lstrip()
    if following.startswith(("“", '"', "‘")):
        return True
    line, _, rest = following.partition("\n")
    if len(line) < LONGEST_HEADING and line.rstrip()[-1:] not in ENDS and rest.lstrip().startswith(("“", '"', "‘")):
        return True
    for later in paragraphs[index + 1 : index + 1 + FARTHEST]:
        if later.number - paragraph.number >= FARTHEST:
            return False
        if later.unopened or not later.readable:
            return True
        if later.unclosed:
            return False
    return False


def _is_whole(text: str, paragraph: _Paragraph) -> bool:
    """Whether the paragraph was not cut off after the mark: it ends as a sentence does, or is followed by another."""
    body = text[paragraph.start : paragraph.end].rstrip("”’\"' ")
    if body.endswith(CUT_OFF):
        return False
    if body[-1:] in ENDS:
        return True
    is_last = not text[paragraph.end : paragraph.end + 1000].strip()
    return not is_last and (paragraph.unclosed[0] == paragraph.start or len(body) > LONGEST_HEADING)


def _hit(text: str, paragraph: _Paragraph, place: int, what: str) -> Hit:
    """The mark with a few words on the side of its quotation."""
    if text[place] == "”":
        begin = max(paragraph.start, place - WORDS, text.rfind("”", paragraph.start, place) + 1)
        begin = text.rfind(" ", begin, max(0, place - 12)) + 1 if begin > paragraph.start else begin
        span = Span(max(begin, paragraph.start), place + 1)
    else:
        finish = min(paragraph.end, place + WORDS)
        space = text.rfind(" ", place + 12, finish)
        span = Span(place, space if space > 0 and finish < paragraph.end else finish)
    return Hit(span, f"the mark of “{' '.join(span.of(text).split())}” {what}")
