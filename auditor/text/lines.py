"""Lines: the span of every line of a text, without its terminator."""

from __future__ import annotations

import re

from auditor.span import SpanArray

_TERMINATOR = re.compile(r"\r\n?|\n")


def line_spans(text: str) -> SpanArray:
    r"""The lines of `text`, in order, as spans of code points without the line terminator.

    Only `\n`, `\r\n` and `\r` end a line: a form feed or U+2028 is white space within one, so that line
    numbers are those of an editor. An empty line is an empty span. A terminator at the end of the text
    opens no further line, and the empty text has no line. Never raises; time is linear in the length.
    """
    starts: list[int] = []
    ends: list[int] = []
    start = 0
    if "\r" in text:
        for terminator in _TERMINATOR.finditer(text):
            starts.append(start)
            end, start = terminator.span()
            ends.append(end)
    else:
        find = text.find
        end = find("\n")
        while end >= 0:
            starts.append(start)
            ends.append(end)
            start = end + 1
            end = find("\n", start)
    if start < len(text):
        starts.append(start)
        ends.append(len(text))
    lines = SpanArray()
    lines.starts.fromlist(starts)
    lines.ends.fromlist(ends)
    return lines
