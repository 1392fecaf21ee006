"""BP211 looks for a title that stands twice, or once more in pieces, at the beginning of an article."""

import re
from collections.abc import Iterator
from itertools import islice

from auditor.rulekit import Document, Edit, Hit, Severity, Span, rule, shorten

WORD = re.compile(r"\w+")
FIRST_WORDS = re.compile(r"\W*(\w+)(?:\W+(\w+))?")
MARKS = " \t\u00a0“”„«»\"'‘’()[]{}<>*#•|/\\:;.,!?–—-+=~^$&%@`´…"
"""What may stand before the first word of a line."""


@rule(code="BP211", severity=Severity.MAJOR, english=False, stable=True, finds=("bp.duplicate-title",))
def repeated_title(doc: Document, *, first_lines: int = 4, min_words: int = 4, prose_words: int = 12) -> Iterator[Hit]:
    """The title is repeated in the first lines.

    first_lines: how far down a repetition is looked for. min_words: titles of fewer words are left alone.
    prose_words: one of the lines after it must have so many words, or the text may be verse.
    """
    text = doc.text
    if not _two_begin_alike(doc, first_lines):
        return
    filled = (line for line in doc.lines if line.start < line.end and not line.of(text).isspace())
    spans = [_trimmed(text, line) for line in islice(filled, first_lines)]
    firsts = [_first_words(text[span.start : min(span.end, span.start + 60)]) for span in spans]
    if not any(_may_repeat(firsts[place], line) for end, line in enumerate(firsts) for place in range(end)):
        return
    spans += [_trimmed(text, line) for line in islice(filled, 3)]
    lines = [_words(span.of(text)[:400]) for span in spans]
    for title, words in enumerate(lines[: first_lines - 1]):
        if len(words) < min_words or lines.count(words) > 2:
            continue
        repeated = _repetition(lines, title, first_lines)
        if repeated is None or not any(len(line) >= prose_words for line in lines[repeated[1] + 1 :]):
            continue
        span = Span(spans[repeated[0]].start, spans[repeated[1]].end)
        message = f"“{shorten(span.of(text))}” repeats the title in line {title + 1}"
        yield Hit(span, message, (Edit.delete_lines(text, span),))
        return


def _repetition(lines: list[list[str]], title: int, first_lines: int) -> tuple[int, int] | None:
    """The first and last place of lines that together are the title's words once more."""
    wanted = lines[title]
    for first in range(title + 1, min(first_lines, len(lines))):
        joined: list[str] = []
        for last in range(first, min(first_lines, len(lines))):
            joined = joined + lines[last]
            if joined == wanted:
                return first, last
            if len(joined) >= len(wanted):
                break
    return None


def _trimmed(text: str, span: Span) -> Span:
    """A line's span without the white space at its ends."""
    line = span.of(text)
    start = span.start + len(line) - len(line.lstrip())
    return Span(start, start + len(line.strip()))


def _two_begin_alike(doc: Document, first_lines: int) -> bool:
    """Whether two of the first lines begin with the same words: a first look that spares most articles more.

    Words are only compared where the first two letters are the same.
    """
    text = doc.text
    seen: list[tuple[str, str]] = []
    for start, end in zip(doc.lines.starts, doc.lines.ends, strict=True):
        if start == end:
            continue
        if end - start > 1 and text[start] not in MARKS:
            beginning = text[start : start + 2].casefold()
        else:
            beginning = text[start : min(end, start + 40)].lstrip(MARKS)[:2].casefold()
        if beginning:
            line = text[start : min(end, start + 100)]
            for other, title in seen:
                if beginning == other and _may_repeat(_first_words(title), _first_words(line)):
                    return True
            seen.append((beginning, line))
            if len(seen) == first_lines:
                return False
    return False


def _may_repeat(title: list[str], line: list[str]) -> bool:
    """Whether a line's first words, two at most, are the title's."""
    return bool(line) and title[: len(line)] == line


def _first_words(line: str) -> list[str]:
    """The first two words of a line, small; fewer when it has no more."""
    match = FIRST_WORDS.match(line.casefold())
    return [word for word in match.groups() if word] if match else []


def _words(line: str) -> list[str]:
    """The words of a line, small and without marks."""
    return WORD.findall(line.casefold())
