"""Filtering: read, audit, decide, and pass each record on to where its verdict belongs."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from auditor.engine import Auditor
from auditor.errors import ConfigError
from auditor.readers import Record, Source, check_inputs
from auditor.readers.json_lines import with_fields
from auditor.readers.sources import STANDARD_INPUT
from auditor.stream.inputs import Chunk, Inputs, chunks_of
from auditor.stream.ledger import Ledger, Tally, balanced, now
from auditor.stream.pool import Pool
from auditor.stream.run import Run, check_out, finished_ledger
from auditor.stream.snapshot import Snapshot
from auditor.stream.stopping import Stopping
from auditor.stream.work import Done, Given, Wanted, Working
from auditor.stream.worker import Recipe
from auditor.suppression import configured_suppressions
from auditor.writers.files import unwritable

SMALL = 1_000_000
"""Inputs up to so many characters are not worth the start of other processes, unless their number was given."""


Progress = Callable[[Snapshot], object]
Make = Callable[[], Auditor]


def filter_records(
    inputs: Sequence[str],
    out: Path,
    auditor: Auditor,
    *,
    jobs: int | None = 1,
    make: Make | None = None,
    annotate: bool = False,
    resume: bool = False,
    progress: Progress | None = None,
    stdin: BinaryIO | None = None,
) -> Ledger:
    """Sort the records of some files by verdict into the folder `out`, each with its original bytes; the account.

    inputs: paths as `read` takes them; `-` is JSON Lines from `stdin`. out: is made if need be; files in it that are
    not those of a run are left alone. jobs: so many processes that audit; 1 for this one alone, in which a record
    that hangs or crashes the process takes the run with it; None for as many as there are cores, or 1 for a small
    input. make: makes the auditor of another process and can be pickled; needed where `auditor` has rules that are
    not of the catalogue or its folders. annotate: instead of separating records, write all that can be read to
    `annotated`, with the columns `work.ANNOTATION`. resume: go on with the run in `out` that was broken off; the
    account of one that is finished; start one where there is none. progress: is called after each chunk.

    In `out` appear, only when all is done and the ledger last: `kept`, `clean`, `quarantined`, `rejected` and
    `unreadable` in the formats of the inputs, compressed like them, `unreadable.problems.jsonl` with the place and
    reason of each unreadable record, the tables `articles`, `findings` and `problems` as Parquet, and `ledger.json`.
    All but the ledger's times is the same, byte for byte, for the same inputs, configuration and libraries, however
    many processes there were and however often the run was broken off and resumed.

    Raises ReadError before anything is written, or when a resumed run finds an input changed; WriteError when `out`
    cannot be written, holds a run already or lies in an input folder; ConfigError when a run was begun otherwise than
    it is to be resumed; RuleCrash from a strict auditor; Stopped, a KeyboardInterrupt, at SIGINT and SIGTERM. What was
    done until then is kept in `out/.unfinished`, to be resumed, unless standard input was read or nothing was done.
    """
    check_jobs(auditor, jobs)
    if resume and (ledger := finished_ledger(out)) is not None:
        return ledger
    check_inputs(inputs, auditor.config, stdin=stdin)
    check_out(inputs, out, resume=resume)
    wanted = Wanted(tables=True, annotate=annotate)
    with Stopping() as stopping, Run(inputs, out, auditor, stopping, annotate=annotate, resume=resume) as run:
        if not run.finished:
            before = run.tally.read
            with _worked(run.chunks(stdin), auditor, wanted, jobs, make) as results:
                for chunk, done in results:
                    run.take(chunk, done)
                    if progress:
                        progress(Snapshot(run.tally.read, run.tally.parts["kept"], run.done_bytes, before))
        return run.finish()


def filter_stdin(
    stdin: BinaryIO,
    stdout: BinaryIO,
    auditor: Auditor,
    keep: Sequence[str] = ("keep", "clean"),
    *,
    jobs: int | None = 1,
    make: Make | None = None,
    annotate: bool = False,
    unreadable: Callable[[Record], object] | None = None,
) -> Ledger:
    """Pass the JSON Lines of `stdin` whose verdict is in `keep` on to `stdout`, their bytes unchanged; the account.

    jobs, make: as in `filter_records`. annotate: pass all that can be read on, with the columns of `work.ANNOTATION`.
    unreadable: is called with each record that could not be read and so was not passed on. Raises WriteError when
    `stdout` cannot be written, BrokenPipeError when its reader went away.
    """
    check_jobs(auditor, jobs)
    started = now()
    tally = Tally()
    source = Source(STANDARD_INPUT, STANDARD_INPUT, "standard-input", "jsonl")
    wanted = Wanted(tables=False, annotate=annotate)
    read = Inputs()
    chunks = chunks_of(iter([source]), auditor.config, stdin=stdin)
    with _worked(chunks, auditor, wanted, jobs, make) as results:
        for chunk, done in results:
            for (account, record), outcome in zip(chunk.items, done.outcomes, strict=True):
                account.records += 1
                tally.read += 1
                if outcome is None:
                    assert record.problem is not None
                    tally.add_unreadable(record.problem)
                    if unreadable:
                        unreadable(record)
                    continue
                if annotate and outcome.note is not None:
                    _pass_on(stdout, with_fields(record.raw, outcome.note, auditor.config.encoding))
                elif outcome.verdict in keep:
                    _pass_on(stdout, record.raw)
                tally.add_article(outcome)
            tally.findings.update(done.findings)
            _flush(stdout)
            for account in chunk.closed:
                read.add(account.line())
    return balanced(tally.ledger(auditor.config, inputs=read.entries(), started=started, finished=now()))


def check_jobs(auditor: Auditor, jobs: int | None) -> None:
    """Raise ConfigError for a number of processes that cannot be, here."""
    if jobs is not None and jobs < 1:
        raise ConfigError(f"jobs must be at least 1, not {jobs}")
    if jobs is not None and jobs > 1 and _grammar(auditor) and not auditor.config.grammar_url:
        raise ConfigError(
            "grammar is checked by a server that keeps all cores busy by itself: leave --jobs out, or name a server "
            "that all processes can share with --grammar-url"
        )


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _grammar(auditor: Auditor) -> bool:
    return any(rule.grammar for rule in auditor.rules)


@contextmanager
def _worked(
    chunks: Iterator[Chunk], auditor: Auditor, wanted: Wanted, jobs: int | None, make: Make | None
) -> Iterator[Iterator[tuple[Chunk, Done]]]:
    """Each chunk with what was done on it, in order, by this process or by others."""
    if jobs is None:
        jobs = 1 if _grammar(auditor) else cores()
        first, small = _first(chunks) if jobs > 1 else ([], True)
        chunks = chain(first, chunks)
        jobs = 1 if small else jobs
    if jobs == 1:
        yield _in_this_process(chunks, auditor, wanted)
        return
    with Pool(make or Recipe.of(auditor), jobs, wanted, auditor.config.record_deadline) as pool:
        yield pool.over(chunks)


def _first(chunks: Iterator[Chunk]) -> tuple[list[Chunk], bool]:
    """The first chunks, and whether they are all, and few."""
    first: list[Chunk] = []
    size = 0
    for chunk in chunks:
        first.append(chunk)
        size += chunk.size
        if size > SMALL:
            return first, False
    return first, True


def _in_this_process(chunks: Iterator[Chunk], auditor: Auditor, wanted: Wanted) -> Iterator[tuple[Chunk, Done]]:
    """Where grammar is checked, records of the next chunks are read ahead, to keep its server busy."""
    waiting: deque[tuple[Chunk, Working]] = deque()
    suppressions = configured_suppressions(auditor)

    def items() -> Iterator[tuple[Working, Given]]:
        for chunk in chunks:
            working = Working(auditor, wanted, suppressions)
            waiting.append((chunk, working))
            for _, record in chunk.items:
                yield working, Given.of(record)

    for (working, given), audit in auditor.audit_each(items(), lambda item: item[1].document()):
        while waiting and len(waiting[0][1]) == len(waiting[0][0].items):
            chunk, complete = waiting.popleft()
            yield chunk, complete.done()
        working.add(given, audit)
    while waiting:
        chunk, complete = waiting.popleft()
        yield chunk, complete.done()


def _pass_on(stdout: BinaryIO, raw: bytes) -> None:
    try:
        stdout.write(raw)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise unwritable(Path("standard output"), error) from error


def _flush(stdout: BinaryIO) -> None:
    try:
        stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise unwritable(Path("standard output"), error) from error
