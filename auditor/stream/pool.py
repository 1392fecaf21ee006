"""Pool: worker processes for chunks; order kept, memory bounded, a record that hangs or kills its worker left out."""

from __future__ import annotations

import multiprocessing
import signal
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from multiprocessing.resource_tracker import ensure_running
from queue import SimpleQueue
from threading import Thread
from types import TracebackType

from auditor.engine import Auditor
from auditor.errors import AuditorError
from auditor.readers import Problem
from auditor.stream.inputs import Chunk
from auditor.stream.work import Done, Given, Wanted
from auditor.stream.worker import WHOLE, Answer, Task, allowed, serve

TASKS = 2
"""Tasks that a worker has at a time: one in work, and the next, so that it never waits."""
AHEAD = 8
"""Chunks for each worker that may be read and not yet passed on, so that one slow record does not stop the others."""
AHEAD_SIZE = 64_000_000
"""Characters and bytes that may be read ahead in all."""
TICK = 0.25
"""Seconds between two looks at how long records take."""
DEATHS = 2
"""A record that ends its worker so often is left out."""
FALSE_STARTS = 3
"""The run ends when so many workers in turn die before they have worked on a record."""


@dataclass(slots=True)
class _Job:
    number: int
    chunk: Chunk
    done: Done | None = None
    singly: bool = False
    deaths: Counter[int] = field(default_factory=Counter)


class _Worker:
    """A process, and the tasks that it has. A thread feeds it, so that a process that hangs never stops the parent."""

    def __init__(self, make: Callable[[], Auditor]) -> None:
        context = multiprocessing.get_context("spawn")
        self.beat = context.RawArray("Q", 2)
        self.pipe, theirs = context.Pipe()
        self.process: SpawnProcess = context.Process(
            target=serve, args=(theirs, self.beat, make), name="auditor-worker", daemon=True
        )
        with _unheard():
            self.process.start()
        theirs.close()
        self.jobs: list[_Job] = []
        self.ready = False
        self.seen = (0, 0)
        self.elapsed = 0.0
        self._tasks: SimpleQueue[Task | None] = SimpleQueue()
        self._feeder = Thread(target=_feed, args=(self.pipe, self._tasks), daemon=True)
        self._feeder.start()

    def give(self, job: _Job, task: Task) -> None:
        self.jobs.append(job)
        self._tasks.put(task)

    def kill(self) -> int | None:
        """End the process; its exit code."""
        self._tasks.put(None)
        self.process.kill()
        self.process.join()
        self._feeder.join()
        self.pipe.close()
        code = self.process.exitcode
        self.process.close()
        return code


class Pool:
    """Workers that audit chunks, one process each, until the block ends.

    make: makes the auditor of a worker; it must be something that `pickle` can send. jobs: how many workers.
    deadline: seconds for a record of up to a million characters, longer ones in proportion; 0 for no limit.
    """

    def __init__(self, make: Callable[[], Auditor], jobs: int, wanted: Wanted, deadline: float) -> None:
        self._make = make
        self._jobs = jobs
        self._wanted = wanted
        self._deadline = deadline
        self._workers: list[_Worker] = []
        self._false_starts = 0
        self._looked = time.monotonic()

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        while self._workers:
            self._workers.pop().kill()

    def over(self, chunks: Iterator[Chunk]) -> Iterator[tuple[Chunk, Done]]:
        """Each chunk with what was done on it, in order.

        Records of a chunk are audited together; when that takes longer than the deadline of one article of their
        size, or ends the process, they are audited again one by one. A record whose audit took too long, or twice
        ended the process that audited it, is given as one with a problem (`deadline`, `worker`). Raises the
        AuditorError of a worker, and one when workers cannot start.
        """
        waiting: deque[_Job] = deque()
        size = number = 0
        more = True
        while more or waiting:
            while more and len(waiting) < AHEAD * self._jobs and (size < AHEAD_SIZE or not waiting):
                worker = self._free()
                if worker is None:
                    break
                chunk = next(chunks, None)
                if chunk is None:
                    more = False
                    break
                number += 1
                job = _Job(number, chunk)
                waiting.append(job)
                size += chunk.size
                if chunk.items:
                    self._give(worker, job)
                else:
                    job.done = Done()
            while waiting and waiting[0].done is not None:
                job = waiting.popleft()
                size -= job.chunk.size
                assert job.done is not None
                yield job.chunk, job.done
                if more and self._free() is not None:
                    break  # keep the workers busy first
            else:
                if waiting:
                    self._wait()

    def _free(self) -> _Worker | None:
        """The worker with the fewest tasks, if one has room for another."""
        if len(self._workers) < self._jobs:
            self._workers.append(_Worker(self._make))
            return self._workers[-1]
        worker = min(self._workers, key=lambda each: len(each.jobs))
        return worker if len(worker.jobs) < TASKS else None

    def _give(self, worker: _Worker, job: _Job) -> None:
        given = [Given.of(record) for _, record in job.chunk.items]
        worker.give(job, Task(job.number, given, self._wanted, self._deadline, job.singly))

    def _wait(self) -> None:
        """Take what workers have to say, and look after those that say nothing."""
        pipes = {worker.pipe: worker for worker in self._workers}
        for pipe in wait(list(pipes), TICK):
            assert isinstance(pipe, Connection)
            try:
                self._hear(pipes[pipe], pipe.recv())
            except (EOFError, OSError):
                self._bury(pipes[pipe])
        now = time.monotonic()
        if now - self._looked >= TICK and self._deadline:
            # when this process was stopped or busy itself, that time is not the record's
            passed, self._looked = min(now - self._looked, 2 * TICK), now
            for worker in list(self._workers):
                self._look(worker, passed)

    def _hear(self, worker: _Worker, answer: Answer) -> None:
        if answer.error is not None:
            raise answer.error
        worker.ready = True
        self._false_starts = 0
        if answer.done is not None:
            job = next(job for job in worker.jobs if job.number == answer.number)
            worker.jobs.remove(job)
            job.done = answer.done

    def _look(self, worker: _Worker, passed: float) -> None:
        job, index = self._at(worker)
        if job is None:
            worker.elapsed = 0.0
            return
        if worker.seen != (job.number, index):
            worker.seen, worker.elapsed = (job.number, index), 0.0
            return
        worker.elapsed += passed
        chosen = job.chunk.items if index == WHOLE else [job.chunk.items[index]]
        limit = allowed(self._deadline, sum(Given.of(record).size for _, record in chosen))
        if worker.elapsed > limit and index == WHOLE and len(chosen) > 1:
            job.singly = True
            self._replace(worker)
        elif worker.elapsed > limit:
            problem = Problem(
                "deadline",
                f"the audit took longer than {limit:g} s and was given up; give it more time with record-deadline",
            )
            self._replace(worker, job, index, problem)

    def _bury(self, worker: _Worker) -> None:
        """A worker died: its tasks go to another, without a record that was there too often."""
        worker.process.join(1)
        job, index = self._at(worker)
        if not worker.ready:
            self._false_starts += 1
            if self._false_starts >= FALSE_STARTS:
                code = worker.process.exitcode
                raise AuditorError(
                    f"{FALSE_STARTS} worker processes in turn ended before their first record (exit code {code}); "
                    "see what they said above, or run with --jobs 1"
                )
        if job is None:
            self._replace(worker)
            return
        if index == WHOLE and len(job.chunk.items) > 1:
            job.singly = True
            self._replace(worker)
            return
        job.deaths[index] += 1
        problem = None
        if job.deaths[index] >= DEATHS:
            problem = Problem(
                "worker",
                f"the process that audited it ended {DEATHS} times ({_ended(worker.process.exitcode)}), "
                "perhaps for want of memory; audit it alone with --jobs 1",
            )
        self._replace(worker, job, index, problem)

    def _replace(
        self, worker: _Worker, job: _Job | None = None, index: int = 0, problem: Problem | None = None
    ) -> None:
        """Put another worker in the place of one, with the same tasks; a record that is left out gets its problem."""
        worker.kill()
        if job is not None and problem is not None:
            at = max(index, 0)  # of the only one, where all were audited together
            account, record = job.chunk.items[at]
            job.chunk.items[at] = account, replace(record, document=None, problem=problem)
        other = _Worker(self._make)
        self._workers[self._workers.index(worker)] = other
        for each in worker.jobs:
            self._give(other, each)

    def _at(self, worker: _Worker) -> tuple[_Job | None, int]:
        """The task that a worker works on and the place of the record in it, or `WHOLE`, if it does."""
        number, record = worker.beat[0], worker.beat[1]
        job = next((job for job in worker.jobs if job.number == number), None)
        if job is None or not record:
            return None, 0
        return job, record - 2


def _feed(pipe: Connection, tasks: SimpleQueue[Task | None]) -> None:
    """Send tasks to a worker until there is None, or the worker is gone."""
    with suppress(OSError, ValueError):
        while (task := tasks.get()) is not None:
            pipe.send(task)


def _ended(code: int | None) -> str:
    return f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"


@contextmanager
def _unheard() -> Iterator[None]:
    """Processes that start in the block never hear Ctrl-C and SIGTERM: their parent does, and ends them."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    ensure_running()  # the tracker that comes with the first process would let the signals through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
