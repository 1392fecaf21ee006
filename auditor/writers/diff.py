"""Diff: the edits of an article as a unified diff, made from the edits themselves, in linear time."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from auditor.finding import Edit
from auditor.marking import apply_edits
from auditor.span import Span

CONTEXT = 3
"""Unchanged lines that are shown before and after a changed one."""

NO_END = "\\ No newline at end of file\n"

_LINE = re.compile(r"[^\n]*\n|[^\n]+")


class _Block:
    """Lines `first` to `last` (excluded, from 0) of the old text that become the lines `new`."""

    __slots__ = ("first", "last", "new")

    def __init__(self, first: int, last: int, new: list[str]) -> None:
        self.first = first
        self.last = last
        self.new = new


def unified_diff(text: str, edits: Sequence[Edit], old: str, new: str) -> Iterator[str]:
    r"""The lines of a unified diff from a text to the text after some edits, each with its `\n`.

    edits: sorted, without overlaps. old, new: what stands after `---` and `+++`. Only `\n` ends a line, as for `patch`
    and `git apply`, so that a carriage return is part of its line. Nothing if nothing changes.
    """
    lines = _LINE.findall(text)
    blocks = list(_blocks(text, lines, edits))
    if not blocks:
        return
    yield f"--- {old}\n"
    yield f"+++ {new}\n"
    gain = 0
    hunk: list[_Block] = []
    for block in blocks:
        if hunk and block.first - hunk[-1].last > 2 * CONTEXT:
            yield from _hunk(lines, hunk, gain)
            gain += sum(len(one.new) - (one.last - one.first) for one in hunk)
            hunk = []
        hunk.append(block)
    yield from _hunk(lines, hunk, gain)


def _blocks(text: str, lines: Sequence[str], edits: Sequence[Edit]) -> Iterator[_Block]:
    """The lines that change, each with what becomes of them."""
    starts = []
    position = 0
    for line in lines:
        starts.append(position)
        position += len(line)
    starts.append(position)
    waiting: list[Edit] = []
    first = last = 0
    for edit in edits:
        begin = min(max(bisect_right(starts, edit.span.start) - 1, 0), max(len(lines) - 1, 0))
        end = min(max(bisect_right(starts, edit.span.end) - 1, begin) + 1, len(lines))
        if waiting and begin >= last:
            yield from _block(text, lines, starts, waiting, first, last)
            waiting = []
        if not waiting:
            first, last = begin, end
        waiting.append(edit)
        last = max(last, end)
    if waiting:
        yield from _block(text, lines, starts, waiting, first, last)


def _block(
    text: str, lines: Sequence[str], starts: Sequence[int], edits: Sequence[Edit], first: int, last: int
) -> Iterator[_Block]:
    """The lines from `first` to `last` after the edits, without those that stay at either end."""
    base = starts[first]
    own = [Edit(Span(edit.span.start - base, edit.span.end - base), edit.text, edit.safe) for edit in edits]
    new = _LINE.findall(apply_edits(text[base : starts[last]], own))
    while first < last and new and lines[first] == new[0]:
        first += 1
        del new[0]
    while first < last and new and lines[last - 1] == new[-1]:
        last -= 1
        del new[-1]
    if first < last or new:
        yield _Block(first, last, new)


def _hunk(lines: Sequence[str], blocks: Sequence[_Block], gain: int) -> Iterator[str]:
    """Some blocks with the lines around them. gain: how many lines the new text has more before them."""
    start = max(0, blocks[0].first - CONTEXT)
    end = min(len(lines), blocks[-1].last + CONTEXT)
    more = sum(len(block.new) - (block.last - block.first) for block in blocks)
    yield f"@@ -{_range(start, end - start)} +{_range(start + gain, end - start + more)} @@\n"
    position = start
    for block in blocks:
        yield from _marked(" ", lines[position : block.first])
        yield from _marked("-", lines[block.first : block.last])
        yield from _marked("+", block.new)
        position = block.last
    yield from _marked(" ", lines[position:end])


def _range(start: int, length: int) -> str:
    """Where lines stand in a unified diff: from 1, without a length of 1; before the line where it is 0."""
    if length == 1:
        return str(start + 1)
    return f"{start + 1 if length else start},{length}"


def _marked(sign: str, lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        yield f"{sign}{line}"
        if not line.endswith("\n"):
            yield f"\n{NO_END}"
