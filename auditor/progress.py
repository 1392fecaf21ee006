"""Progress on a terminal: how many records were read and how fast. It is never part of the output."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import TextIO, TypeVar

Item = TypeVar("Item")

_EVERY = 0.2


class Progress:
    """A line on standard error that counts records; nothing at all where that is not a terminal.

    stream: standard error. quiet: show nothing, as when the output goes to the same terminal.
    """

    def __init__(self, stream: TextIO, *, quiet: bool = False) -> None:
        self._stream = stream
        self._shown = not quiet and stream.isatty()
        self._count = 0
        self._begin = time.monotonic()
        self._next = self._begin + _EVERY
        self._width = 0

    def __call__(self, records: int = 1) -> None:
        """Count records."""
        self._count += records
        if self._shown and time.monotonic() >= self._next:
            self._next = time.monotonic() + _EVERY
            self._draw()

    def say(self, what: str) -> None:
        """Show what goes on before the first record is done; the count takes its place."""
        if self._shown:
            self._show(f"auditor: {what} …")

    def over(self, items: Iterable[Item]) -> Iterator[Item]:
        """The items, each counted when the next is asked for; the line is wiped at the end."""
        try:
            for item in items:
                yield item
                self()
        finally:
            self.close()

    def close(self) -> None:
        """Wipe the line."""
        if self._width:
            self._stream.write(f"\r{' ' * self._width}\r")
            self._stream.flush()
            self._width = 0

    def _draw(self) -> None:
        rate = self._count / max(time.monotonic() - self._begin, 1e-9)
        self._show(f"auditor: {self._count:,} records, {rate:,.{0 if rate >= 10 else 1}f}/s")

    def _show(self, line: str) -> None:
        self._stream.write(f"\r{line:<{self._width}}")
        self._stream.flush()
        self._width = len(line)
