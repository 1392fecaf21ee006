"""Span: a half-open range of code points in exactly the text that the caller gave."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, overload


class Span(NamedTuple):
    """Positions `start` (included) to `end` (excluded), counted in Unicode code points from 0."""

    start: int
    end: int

    @property
    def length(self) -> int:
        """How many code points the span covers; 0 for a place between two characters."""
        return self.end - self.start

    def of(self, text: str) -> str:
        """The characters of `text` that the span covers."""
        return text[self.start : self.end]

    def overlaps(self, other: Span) -> bool:
        """Whether the two share a character (an empty span: whether it lies strictly inside the other)."""
        return self.start < other.end and other.start < self.end

    def covers(self, other: Span) -> bool:
        """Whether every character of `other` lies in this span."""
        return self.start <= other.start and other.end <= self.end


class SpanArray(Sequence[Span]):
    """Many spans, sorted and disjoint, held as two arrays of integers.

    An object for each token would cost more than finding the tokens, so a `Span` is made
    only when one is asked for.
    """

    __slots__ = ("ends", "starts")

    def __init__(self, pairs: Iterable[tuple[int, int]] = ()) -> None:
        self.starts = array("q")
        self.ends = array("q")
        for start, end in pairs:
            self.starts.append(start)
            self.ends.append(end)

    def __len__(self) -> int:
        return len(self.starts)

    @overload
    def __getitem__(self, index: int) -> Span: ...
    @overload
    def __getitem__(self, index: slice) -> list[Span]: ...
    def __getitem__(self, index: int | slice) -> Span | list[Span]:
        if isinstance(index, slice):
            return [Span(s, e) for s, e in zip(self.starts[index], self.ends[index], strict=True)]
        return Span(self.starts[index], self.ends[index])

    def __iter__(self) -> Iterator[Span]:
        return map(Span, self.starts, self.ends)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SpanArray):
            return NotImplemented
        return self.starts == other.starts and self.ends == other.ends

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"SpanArray({[tuple(span) for span in self]!r})"

    def index_at(self, position: int) -> int:
        """Index of the last span that starts at or before `position`; -1 when there is none."""
        return bisect_right(self.starts, position) - 1

    def at(self, position: int) -> Span | None:
        """The span that covers `position`, or None when it lies between spans."""
        index = self.index_at(position)
        if index < 0 or position >= self.ends[index]:
            return None
        return self[index]

    def overlapping(self, span: Span) -> list[Span]:
        """The spans that share a character with `span`, in order."""
        first = max(self.index_at(span.start), 0)
        found = []
        for index in range(first, len(self.starts)):
            if self.starts[index] >= span.end:
                break
            if self.ends[index] > span.start:
                found.append(self[index])
        return found
