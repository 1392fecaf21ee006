"""Stopping: Ctrl-C and SIGTERM end a run between two steps, never inside one."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any

from auditor.exit_codes import INTERRUPTED, TERMINATED


class Stopped(KeyboardInterrupt):
    """A run was asked to end by a signal. exit_code: 128 and the number of the signal."""

    def __init__(self, number: int) -> None:
        super().__init__("interrupted" if number == signal.SIGINT else "terminated")
        self.exit_code = INTERRUPTED if number == signal.SIGINT else TERMINATED


class Stopping:
    """While the block lasts, SIGINT and SIGTERM raise Stopped, inside `sheltered` at its end.

    Only in the main thread of a process; elsewhere signals are left as they are.
    """

    def __init__(self) -> None:
        self._depth = 0
        self._waiting: int | None = None
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Stopping:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._before[number] = signal.signal(number, self._asked)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    @contextmanager
    def sheltered(self) -> Iterator[None]:
        """A step that is done whole; who asked to stop meanwhile is heard at its end."""
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1
        if self._waiting is not None and not self._depth:
            number, self._waiting = self._waiting, None
            raise Stopped(number)

    def _asked(self, number: int, frame: FrameType | None) -> None:
        if self._depth:
            self._waiting = number
        else:
            self._depth += 1  # once is enough: what ends the run must not be interrupted itself
            raise Stopped(number)
