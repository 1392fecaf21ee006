"""Progress: how many records were read and how fast, for a person or a program. It is never part of the output."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TextIO, TypeVar

if TYPE_CHECKING:
    from auditor.stream.snapshot import Snapshot

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


class FilterProgress(Progress):
    """How far a filter run is: a line on a terminal, or JSON Lines for a program, one a second and one at the end.

    form: `auto` for the line where the stream is a terminal, `json`, or `none`. total: bytes of all inputs, None where
    nobody knows. The keys in JSON are `event` (`progress` or `end`), `read`, `kept`, `kept_share`,
    `records_per_second` (of this run), `bytes`, `bytes_total`, `seconds`, `seconds_left`; null for what is not known.
    """

    def __init__(self, stream: TextIO, form: str = "auto", total: int | None = None) -> None:
        super().__init__(stream, quiet=form != "auto")
        self._json = form == "json"
        self._total = total
        from auditor.stream.snapshot import Snapshot

        self._far = Snapshot()
        self._from: int | None = None
        if self._json:
            self._next = self._begin + 1

    def update(self, far: Snapshot) -> None:
        """Take up how far the run is now."""
        if self._from is None:
            self._from = far.bytes if far.before else 0
        self._far = far
        now = time.monotonic()
        if (self._shown or self._json) and now >= self._next:
            self._next = now + (1 if self._json else _EVERY)
            if self._json:
                self._tell("progress")
            else:
                self._show(self._line())

    def close(self) -> None:
        """Wipe the line, or tell the end."""
        super().close()
        if self._json:
            self._tell("end")

    def _tell(self, event: str) -> None:
        far, seconds = self._far, self._seconds()
        left = self._left()
        told = {
            "event": event,
            "read": far.read,
            "kept": far.kept,
            "kept_share": round(far.kept / far.read, 4) if far.read else None,
            "records_per_second": round((far.read - far.before) / seconds, 1),
            "bytes": far.bytes,
            "bytes_total": self._total,
            "seconds": round(seconds, 1),
            "seconds_left": None if left is None else round(left, 1),
        }
        self._stream.write(f"{json.dumps(told)}\n")
        self._stream.flush()

    def _line(self) -> str:
        far, left = self._far, self._left()
        rate = (far.read - far.before) / self._seconds()
        line = f"auditor: {far.read:,} records, {rate:,.0f}/s, kept {far.kept / max(far.read, 1):.0%}"
        if self._total and left is not None:
            line += f", {min(far.bytes / self._total, 1):.0%} done, {duration(left)} left"
        return line

    def _seconds(self) -> float:
        return max(time.monotonic() - self._begin, 1e-9)

    def _left(self) -> float | None:
        """Seconds until the end, at the rate so far."""
        done = self._far.bytes - (self._from or 0)
        if self._total is None or done <= 0:
            return None
        return max(self._total - self._far.bytes, 0) * self._seconds() / done


def duration(seconds: float) -> str:
    """Seconds for people: `45 s`, `12 min`, `3 h 05 min`."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02} min"
