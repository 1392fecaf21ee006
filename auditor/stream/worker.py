"""Worker: a process that audits chunks until its parent closes the pipe or goes away."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator, MutableSequence, Sequence
from dataclasses import dataclass, replace
from multiprocessing import parent_process
from multiprocessing.connection import Connection, wait

from auditor.config import Config
from auditor.engine import Auditor
from auditor.errors import AuditorError
from auditor.stream.work import Done, Given, Wanted, work, work_together
from auditor.suppression import configured_suppressions

SPARE = 10.0
"""So many seconds after its deadline a record ends its worker by itself, if the parent is not there to do it."""


WHOLE = -1
"""In place of the number of a record: all those of the task."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a worker makes its auditor: rules do not travel between processes, configurations do."""

    config: Config
    strict: bool = False

    @classmethod
    def of(cls, auditor: Auditor) -> Recipe:
        """The recipe of an auditor of the catalogue and of the folders in its configuration."""
        config = auditor.config
        plain = replace(
            config,
            severities=dict(config.severities),
            options={code: dict(options) for code, options in config.options.items()},
            per_path={pattern: list(codes) for pattern, codes in config.per_path.items()},
            per_source={pattern: list(codes) for pattern, codes in config.per_source.items()},
        )
        return cls(plain, auditor.strict)

    def __call__(self) -> Auditor:
        """Make the auditor."""
        return Auditor(self.config, strict=self.strict)


def allowed(deadline: float, size: int) -> float:
    """Seconds for an article of so many characters, where one of up to a million has `deadline`."""
    return deadline * max(1.0, size / 1_000_000)


@dataclass(frozen=True, slots=True)
class Task:
    """A chunk for a worker. number: that of the task; deadline: seconds for a million characters, 0 for none.

    singly: audit record by record, so that the one that hangs or ends the process is known; otherwise all together.
    """

    number: int
    given: Sequence[Given]
    wanted: Wanted
    deadline: float
    singly: bool

    def seconds(self, index: int) -> float:
        """How long a record may take; all of them together for `WHOLE`."""
        size = sum(each.size for each in self.given) if index == WHOLE else self.given[index].size
        return allowed(self.deadline, size)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a worker says: done with a task, or why it cannot go on; neither when its auditor is ready."""

    number: int = 0
    done: Done | None = None
    error: AuditorError | None = None


def serve(pipe: Connection, beat: MutableSequence[int], make: Callable[[], Auditor]) -> None:
    """Work on the tasks that come through the pipe.

    beat: shared with the parent; the number of the task that is worked on, and that of its record plus 2, so that it is
    1 for `WHOLE`; 0 between.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # the parent hears them, and ends its workers
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    try:
        with make() as auditor:
            suppressions = configured_suppressions(auditor)
            pipe.send(Answer())
            while True:
                task: Task = pipe.recv()
                if task.singly:
                    done = work(auditor, _watched(task, beat), task.wanted, suppressions)
                else:
                    _announce(task, beat, WHOLE)
                    done = work_together(auditor, task.given, task.wanted, suppressions)
                    _rest(beat)
                pipe.send(Answer(task.number, done))
    except AuditorError as error:
        pipe.send(Answer(error=error))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return


def _watched(task: Task, beat: MutableSequence[int]) -> Iterator[Given]:
    """The records, each announced when its turn comes."""
    for index, given in enumerate(task.given):
        _announce(task, beat, index)
        yield given
    _rest(beat)


def _announce(task: Task, beat: MutableSequence[int], index: int) -> None:
    """Tell the parent what is worked on from now on; the system ends the process when it takes much too long."""
    beat[1] = 0
    beat[0] = task.number
    beat[1] = index + 2
    if task.deadline and hasattr(signal, "setitimer"):
        # even where Python is stuck inside a library
        signal.setitimer(signal.ITIMER_REAL, task.seconds(index) + SPARE)


def _rest(beat: MutableSequence[int]) -> None:
    beat[1] = 0
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, 0)


def _leave_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
