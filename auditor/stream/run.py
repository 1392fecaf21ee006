"""Run: the folder of a filter run while it is written; it is complete, or it can be resumed."""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

from auditor.engine import Auditor
from auditor.errors import AuditorError, ReadError, WriteError
from auditor.finding import Edit
from auditor.readers import Mark, Problem, Record, Source, find_sources
from auditor.readers.sources import STANDARD_INPUT
from auditor.report import Place, run_rows, skipped_row
from auditor.stream.checkpoint import CHECKPOINT, Checkpoint, check_same, current_state, made_of, sources_left
from auditor.stream.inputs import Account, Chunk, Inputs, chunks_of
from auditor.stream.ledger import ANNOTATED, CLEAN, CLEANED, OUTCOMES, PARTS, UNREADABLE, Ledger, Tally, balanced, now
from auditor.stream.outputs import INPUT_LINES, PROBLEM_LINES, Outputs
from auditor.stream.spool import replace_file, sync_folder
from auditor.stream.stopping import Stopping
from auditor.stream.work import TABLES, Done
from auditor.writers.files import make_folder, unwritable
from auditor.writers.rewriting import edited
from auditor.writers.spooled import stream_rows

try:
    import fcntl
except ImportError:  # not on Windows: two runs in one folder are then not told apart
    fcntl = None  # type: ignore[assignment]

UNFINISHED = ".unfinished"
"""The folder inside that of the run in which everything is written until the run is complete."""

LEDGER = "ledger.json"
READY = "ready"
LOCK = "lock"

EVERY = 1.0
"""Seconds between two commits."""
SHARE = 50
"""A commit that takes long is followed by a pause of so many times its length, whatever the disk."""

_OURS = re.compile(
    rf"(?:{'|'.join((*PARTS, CLEANED, ANNOTATED))})(?:\.\d+)?(?:\.(?:jsonl|csv|parquet)(?:\.gz|\.zst)?)?"
    rf"|{re.escape(PROBLEM_LINES)}|{re.escape(LEDGER)}|(?:{'|'.join(TABLES)})\.parquet|{re.escape(UNFINISHED)}"
)


class Run:
    """The folder of a run while it is written.

    Everything is appended to files in `.unfinished`; a commit puts them on the disk and then, in one step, a checkpoint
    with their lengths. When all is read, the outputs are built beside them and get their names, the ledger last.
    Leaving the block early keeps what was committed, to be resumed; nothing is left of a run that cannot be, because
    it read standard input or did not come to its first commit.
    """

    def __init__(
        self, inputs: Sequence[str], out: Path, auditor: Auditor, stopping: Stopping, *, annotate: bool, resume: bool
    ) -> None:
        self._given = inputs
        self._out = out
        self._folder = out / UNFINISHED
        self._auditor = auditor
        self._stopping = stopping
        self._annotate = annotate
        self._resume = resume
        self._started = now()
        self.tally = Tally()
        self._inputs = Inputs()
        self._made: dict[str, Any] = {}
        self._closed = 0
        self._current: tuple[Account, Mark] | None = None
        self._from: Checkpoint | None = None
        self._first: tuple[Account, Mark] | None = None
        self._sources: Iterator[Source] = iter(())
        self._lock: BinaryIO | None = None
        self._outputs: Outputs | None = None
        self._resumable = STANDARD_INPUT not in inputs
        self._committed = False
        self._whole = True
        self._dirty = False
        self._next = 0.0  # the first chunk is committed at once, so that little is too short to be resumed
        self.bytes_before = 0
        """Bytes of the sources that were read to their end."""

    def __enter__(self) -> Run:
        make_folder(self._out)
        try:
            self._folder.mkdir(exist_ok=self._resume)
            self._take_lock()
        except OSError as error:
            raise unwritable(self._folder, error) from error
        with ExitStack() as undo:
            undo.callback(self._leave)
            try:
                self._begin()
            except OSError as error:
                raise unwritable(self._folder, error) from error
            undo.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None and self._whole and self._dirty and self._resumable and not issubclass(kind, WriteError):
            with suppress(WriteError):
                self._commit()
        self._leave()

    @property
    def finished(self) -> bool:
        """Whether all was read before, and only the files have to be built and named."""
        return self._from is not None and self._from.finished

    @property
    def done_bytes(self) -> int:
        """Bytes of the inputs, as stored, that are done; of a file that is read in part about so many."""
        if self._current is None:
            return self.bytes_before
        account, mark = self._current
        if account.source.format != "parquet":
            return self.bytes_before + account.size
        return self.bytes_before + (account.size * mark.offset // account.rows if account.rows else 0)

    def chunks(self, stdin: BinaryIO | None) -> Iterator[Chunk]:
        """What is left to read."""
        return chunks_of(self._sources, self._auditor.config, stdin=stdin, first=self._first)

    def take(self, chunk: Chunk, done: Done) -> None:
        """Write a chunk, all of it; commit when it is time. Raises WriteError."""
        with self._stopping.sheltered(), self._step() as outputs:
            for account in chunk.opened:
                outputs.prepare(account.source)
            for (account, record), outcome in zip(chunk.items, done.outcomes, strict=True):
                account.records += 1
                self.tally.read += 1
                if outcome is None:
                    problem = record.problem or Problem("file", "there is no article in it")
                    outputs.write(UNREADABLE, account.source, record)
                    outputs.add_line(PROBLEM_LINES, _problem_line(record, problem))
                    self.tally.add_unreadable(problem)
                else:
                    part = ANNOTATED if self._annotate else OUTCOMES[outcome.verdict]
                    outputs.write(part, account.source, record, outcome.note)
                    if part == CLEAN:
                        self._write_cleaned(outputs, account.source, record, outcome.edits)
                    self.tally.add_article(outcome)
            outputs.settle()
            outputs.add_rows(done.tables, done.rows)
            self.tally.findings.update(done.findings)
            for account in chunk.closed:
                line = account.line()
                outputs.add_line(INPUT_LINES, json.dumps(line).encode("ascii"))
                self._inputs.add(line)
                self._closed += 1
                self.bytes_before += account.size
            self._current = None
            if chunk.items and not any(chunk.items[-1][0] is account for account in chunk.closed):
                account, record = chunk.items[-1]
                assert record.after is not None
                self._current = account, record.after
            if self._resumable and time.monotonic() >= self._next:
                self._commit()

    def _write_cleaned(self, outputs: Outputs, source: Source, record: Record, edits: Sequence[Edit]) -> None:
        """Write the record of a cleaned article; where it cannot be rewritten as it is, and with a row that says so."""
        config = self._auditor.config
        try:
            record = edited(record, edits, config)
        except WriteError as error:
            place = Place(record.path, record.line, record.position, record.field)
            ident = record.document.id if record.document is not None else None
            row = skipped_row(place, "cleaning", str(error), config.fingerprint(), article_id=ident)
            outputs.add_rows({"problems": stream_rows([row], TABLES["problems"])}, {"problems": 1})
        outputs.write(CLEANED, source, record)

    def finish(self) -> Ledger:
        """Put everything on the disk, build the files and give them their names, the ledger last. Raises WriteError."""
        with self._stopping.sheltered():
            if not self.finished:
                with self._step() as outputs:
                    rows = run_rows(self._auditor.skipped, self._auditor.config.fingerprint())
                    outputs.add_rows({"problems": stream_rows(rows, TABLES["problems"])}, {"problems": len(rows)})
                    self._commit(finished=True)
        assert self._outputs is not None
        ready = self._folder / READY
        try:
            if not (ready / LEDGER).exists():
                ready.mkdir(exist_ok=True)
                files = self._outputs.build(ready)
                ledger = balanced(
                    self.tally.ledger(
                        self._auditor.config,
                        inputs=self._inputs.entries(),
                        outputs=tuple(sorted(files, key=lambda file: file.path)),
                        started=self._started,
                        finished=now(),
                    )
                )
                _check_written(ledger, annotated=self._annotate)
                replace_file(ready / LEDGER, ledger.json().encode("ascii"))
            with self._stopping.sheltered():
                return publish(self._out)
        except OSError as error:
            raise unwritable(self._out, error) from error
        except ValueError as error:
            raise WriteError(f"{self._folder}: what was written there is damaged: {error}; start anew") from error

    @contextmanager
    def _step(self) -> Iterator[Outputs]:
        """A step after which the state is whole; when it breaks off, the last commit is what counts."""
        assert self._outputs is not None
        self._whole = False
        try:
            yield self._outputs
        except OSError as error:
            raise unwritable(self._folder, error) from error
        self._whole = True
        self._dirty = True

    def _begin(self) -> None:
        self._made = made_of(self._auditor, self._given, annotate=self._annotate)
        self._committed = (self._folder / CHECKPOINT).exists()  # from here on nothing takes it away but its end
        self._from = Checkpoint.read(self._folder) if self._resume else None
        if self._from is None:
            self._clear_others()
            self._sources = find_sources(self._given)
            self._outputs = Outputs(self._folder, self._auditor.config, annotate=self._annotate)
            return
        check_same(self._out, self._from.made, self._made)
        self._started = self._from.started
        self.tally = Tally.of(self._from.tally)
        self._closed = self._from.closed
        self._outputs = Outputs(
            self._folder,
            self._auditor.config,
            annotate=self._annotate,
            state=self._from.outputs,
            finished=self._from.finished,
        )
        if not self._from.finished:
            if not self._resumable:
                raise ReadError("standard input cannot be read again, so that its run cannot be resumed; start anew")
            self._clear_others()
            journal = self._outputs.lines(INPUT_LINES)
            self._sources, self._first = sources_left(self._given, self._from, journal)
            self._current = self._first
        for line in self._outputs.lines(INPUT_LINES):
            told = json.loads(line)
            self._inputs.add(told)
            self.bytes_before += told["bytes"]

    def _commit(self, *, finished: bool = False) -> None:
        assert self._outputs is not None
        begin = time.monotonic()
        try:
            self._outputs.sync()
            if self._resumable or finished:
                current = None if self._current is None else current_state(*self._current)
                Checkpoint(
                    self._made,
                    self._started,
                    self._closed,
                    current,
                    finished,
                    self._outputs.state(),
                    self.tally.state(),
                ).write(self._folder)
        except OSError as error:
            raise unwritable(self._folder, error) from error
        self._committed = True
        self._dirty = False
        end = time.monotonic()
        self._next = end + max(EVERY, SHARE * (end - begin))

    def _take_lock(self) -> None:
        if fcntl is None:
            return
        self._lock = (self._folder / LOCK).open("ab")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._lock.close()
            self._lock = None
            raise WriteError(f"{self._out}: a run goes on in this folder; wait for its end") from None

    def _clear_others(self) -> None:
        """Take away what no checkpoint knows."""
        known = {LOCK, CHECKPOINT} if self._from else {LOCK}
        known |= {path.name for path in self._outputs.paths()} if self._outputs else set()
        for each in self._folder.iterdir():
            if each.name in known:
                continue
            if each.is_dir() and not each.is_symlink():
                shutil.rmtree(each)
            else:
                each.unlink()

    def _leave(self) -> None:
        if self._outputs is not None:
            self._outputs.close()
        if not self._committed and self._folder.exists():
            shutil.rmtree(self._folder, ignore_errors=True)
        if self._lock is not None:
            self._lock.close()


def publish(out: Path) -> Ledger:
    """Give the files of a run that is ready their names, the ledger last; the account. Raises OSError.

    May be called again when it was broken off.
    """
    folder = out / UNFINISHED
    ready = folder / READY
    ledger = Ledger.of(json.loads((ready / LEDGER).read_bytes()))
    for name in sorted(os.listdir(ready)):
        if name != LEDGER:
            if (out / name).exists():
                raise FileExistsError(17, f"there is a file {name} that is not of this run")
            (ready / name).rename(out / name)
    sync_folder(out)
    (ready / LEDGER).rename(out / LEDGER)
    sync_folder(out)
    shutil.rmtree(folder, ignore_errors=True)
    return ledger


def finished_ledger(out: Path) -> Ledger | None:
    """The account of a finished run; None when there is none. Raises ReadError when it cannot be read.

    What a run leaves that is killed behind its very last step is taken away.
    """
    try:
        ledger = Ledger.of(json.loads((out / LEDGER).read_bytes()))
        shutil.rmtree(out / UNFINISHED, ignore_errors=True)
        return ledger
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReadError(f"{out / LEDGER}: cannot be read: {error}") from error


def resumable(out: Path) -> bool:
    """Whether a folder holds a run that can be resumed."""
    return (out / UNFINISHED / CHECKPOINT).is_file() and not (out / LEDGER).exists()


def check_out(inputs: Sequence[str], out: Path, *, resume: bool = False) -> None:
    """Refuse a folder that holds a run (unless it is to be resumed), or that would be read while it is written."""
    if out.is_dir():
        try:
            held = sorted(name for name in os.listdir(out) if _OURS.fullmatch(name))
        except OSError as error:
            raise unwritable(out, error) from error
        if UNFINISHED in held and LEDGER not in held:
            if not resume:
                raise WriteError(
                    f"{out}: holds a run that was killed or still goes on; go on with it by --resume, choose another "
                    f"folder, or delete {out / UNFINISHED} if no run goes on"
                )
        elif held:
            raise WriteError(
                f"{out}: holds a run already ({', '.join(held[:3])} …); choose another folder or delete that one"
            )
    real = os.path.realpath(out)
    for path in inputs:
        if path != STANDARD_INPUT and os.path.isdir(path):
            folder = os.path.realpath(path)
            if os.path.commonpath([real, folder]) == folder:
                raise WriteError(f"{out}: lies in the input folder {path}; choose a folder outside it")


def _problem_line(record: Record, problem: Problem) -> bytes:
    line = {
        "path": record.path,
        "position": record.position,
        "line": record.line,
        "offset": record.offset,
        "what": problem.what,
        "reason": problem.message,
    }
    return json.dumps(line).encode("ascii")


def _check_written(ledger: Ledger, *, annotated: bool) -> None:
    """Make sure that every record that was counted has been handed to a file."""
    counts = dict(ledger.counts)
    counts[ANNOTATED] = counts["read"] - counts[UNREADABLE]
    files = [file for file in ledger.outputs if file.path != PROBLEM_LINES]
    counts[CLEANED] = counts[CLEAN]
    for part in (ANNOTATED, UNREADABLE) if annotated else (*PARTS, CLEANED):
        found = sum(file.records for file in files if re.split(r"[./]", file.path)[0] == part)
        if found > counts[part] or (part != UNREADABLE and found != counts[part]):
            raise AuditorError(
                f"{found} records were written to {part}, but {counts[part]} counted; "
                "this is a fault of the auditor, please report it"
            )
