r"""Marked text: `[[…]]` around what a rule must report; read it, write it, apply edits.

Escapes, because many defects are invisible: `\u{00A0}` any code point, `\t`, `\r`, `\n`, `\s` a space that an
editor would strip, `\[[` and `\]]` literal brackets, `\\` a backslash. `[[]]` marks an empty span. Spans may nest;
crossing ones are numbered: `[[1:ab [[2:cd :1]] ef :2]]`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from auditor.errors import AuditorError
from auditor.finding import Edit
from auditor.span import Span

_PIECE = re.compile(
    r"\\u\{(?P<hex>[0-9A-Fa-f]{1,6})\}"
    r"|\\(?P<escape>[trns\\]|\[\[|\]\])"
    r"|\[\[(?:(?P<opened>\d+):)?"
    r"|(?::(?P<closed>\d+))?\]\]"
)
_ESCAPES = {"t": "\t", "r": "\r", "n": "\n", "s": " ", "\\": "\\", "[[": "[[", "]]": "]]"}


class MarkingError(AuditorError):
    """Marked text in which a mark is not closed, or closed without having been opened."""


def read_marked(marked: str) -> tuple[str, list[Span]]:
    """The text without its marks, and the marked spans, sorted. Raises MarkingError when marks do not pair."""
    out: list[str] = []
    position = 0
    length = 0
    stack: list[tuple[str | None, int]] = []
    spans: list[Span] = []
    for piece in _PIECE.finditer(marked):
        literal = marked[position : piece.start()]
        out.append(literal)
        length += len(literal)
        position = piece.end()
        if piece["hex"] is not None or piece["escape"] is not None:
            out.append(chr(int(piece["hex"], 16)) if piece["hex"] else _ESCAPES[piece["escape"]])
            length += 1 if piece["hex"] else len(_ESCAPES[piece["escape"]])
        elif piece[0].startswith("["):
            stack.append((piece["opened"], length))
        else:
            wanted = piece["closed"]
            for index in range(len(stack) - 1, -1, -1):
                if wanted is None or stack[index][0] == wanted:
                    spans.append(Span(stack.pop(index)[1], length))
                    break
            else:
                raise MarkingError(f"]] without [[ at {piece.start()} in {marked[:60]!r}")
    if stack:
        raise MarkingError(f"[[ is not closed in {marked[:60]!r}")
    out.append(marked[position:])
    return "".join(out), sorted(spans)


def write_marked(text: str, spans: Iterable[Span]) -> str:
    """The text with `[[` and `]]` around each span; crossing spans are numbered. For messages to people."""
    ordered = sorted(set(spans))
    crossing = any(a.start < b.start < a.end < b.end for a in ordered for b in ordered)
    marks: list[tuple[int, int, int, str]] = []
    for number, span in enumerate(ordered, 1):
        marks.append((span.start, 1, -span.end, f"[[{number}:" if crossing else "[["))
        marks.append((span.end, 2 if span.length == 0 else 0, -span.start, f":{number}]]" if crossing else "]]"))
    out = []
    position = 0
    for place, _, _, mark in sorted(marks):
        out.append(text[position:place])
        out.append(mark)
        position = place
    out.append(text[position:])
    return "".join(out)


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """The text after the edits. Where two overlap, the one that starts first wins, and the longer of two."""
    out = []
    position = 0
    for edit in sorted(edits, key=lambda e: (e.span.start, -e.span.end)):
        if edit.span.start < position:
            continue
        out.append(text[position : edit.span.start])
        out.append(edit.text)
        position = edit.span.end
    out.append(text[position:])
    return "".join(out)
