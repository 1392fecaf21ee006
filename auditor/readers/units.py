"""Units: what is one record of a file of lines, with the blank lines that follow it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

WHITE = b" \t\r\n"
"""What a blank line may hold."""


@dataclass(frozen=True, slots=True)
class Unit(Generic[T]):
    """One record: its bytes with the blank lines around it, the offset of the first, its own line, and its content.

    next_line: the line on which the bytes after it begin.
    """

    raw: bytes
    offset: int
    line: int
    content: T
    next_line: int


def units(
    pieces: Iterable[tuple[bytes, T | None]], breaks: Callable[[bytes], int], *, offset: int = 0, line: int = 1
) -> Iterator[Unit[T]]:
    """Join blank pieces, whose content is None, to the record before them, those at the start to the first record.

    breaks: how many line ends some bytes hold. offset, line: of the first piece in its file. Every byte of the
    pieces is in exactly one unit; if all are blank, there is none.
    """
    raw: list[bytes] = []
    size = 0
    content: T | None = None
    own_line = line
    for piece, found in pieces:
        if found is not None:
            if content is not None:
                yield Unit(b"".join(raw), offset, own_line, content, line)
                offset += size
                raw, size = [], 0
            content = found
            own_line = line
        raw.append(piece)
        size += len(piece)
        line += breaks(piece)
    if content is not None:
        yield Unit(b"".join(raw), offset, own_line, content, line)
