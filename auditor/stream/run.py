"""Run: the folder of a filter run while it is written; it is complete, or it is not there."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from auditor.engine import Audit, Auditor
from auditor.errors import AuditorError, WriteError
from auditor.policy import Facts, decide
from auditor.readers import Problem, Record, Source
from auditor.readers.sources import ONE_ARTICLE, STANDARD_INPUT
from auditor.report import (
    ARTICLES,
    FINDINGS,
    PROBLEMS,
    Place,
    article_row,
    finding_rows,
    problem_rows,
    run_rows,
    unreadable_row,
)
from auditor.stream.inputs import FolderInput, Input
from auditor.stream.ledger import OUTCOMES, PARTS, UNREADABLE, Ledger, Tally, balanced, now
from auditor.stream.outputs import LineSink, Outputs, sync_folder, written
from auditor.suppression import configured_suppressions
from auditor.writers.files import make_folder, unwritable
from auditor.writers.tables import TableWriter

UNFINISHED = ".unfinished"
"""The folder inside that of the run in which everything is written until the run is complete."""

LEDGER = "ledger.json"
PROBLEM_LINES = "unreadable.problems.jsonl"

_OURS = re.compile(
    rf"(?:{'|'.join(PARTS)})(?:\.\d+)?(?:\.(?:jsonl|csv|parquet))?|{re.escape(PROBLEM_LINES)}|{re.escape(LEDGER)}"
    rf"|(?:articles|findings|problems)\.parquet|{re.escape(UNFINISHED)}"
)


class Run:
    """The folder of a run while it is written. Leaving the block without `finish` takes everything away again."""

    def __init__(self, out: Path, auditor: Auditor) -> None:
        self._out = out
        self._folder = out / UNFINISHED
        self._auditor = auditor
        self._hash = auditor.config.fingerprint()
        self._suppressions = configured_suppressions(auditor)
        self._started = now()
        self._tally = Tally()
        self._inputs: list[Input] = []
        self._folders: dict[str, FolderInput] = {}
        self._tables: dict[str, TableWriter] = {}
        self._rows = dict.fromkeys(("articles", "findings", "problems"), 0)
        self._finished = False

    def __enter__(self) -> Run:
        make_folder(self._out)
        try:
            self._folder.mkdir()
        except OSError as error:
            raise unwritable(self._folder, error) from error
        try:
            self._lines = LineSink(self._folder / PROBLEM_LINES)
        except OSError as error:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise unwritable(self._folder, error) from error
        self._outputs = Outputs(self._folder)
        try:
            for name, schema in (("articles", ARTICLES), ("findings", FINDINGS), ("problems", PROBLEMS)):
                self._tables[name] = TableWriter(self._folder / f"{name}.parquet", schema)
        except WriteError:
            self._clear()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._finished:
            self._clear()

    def opened(self, source: Source) -> Input:
        """The account of an input that is about to be read; its output files where they can be known."""
        self._outputs.prepare(source)
        format = source.format or "folder"
        if format in ONE_ARTICLE and source.path != source.root:
            folder = self._folders.get(source.root)
            if folder is None:
                folder = self._folders[source.root] = FolderInput(source.root, "text")
                self._inputs.append(folder)
            folder.name = source.name
            return folder
        self._inputs.append(Input(source.path, format))
        return self._inputs[-1]

    def take(self, source: Source, record: Record, audit: Audit | None) -> None:
        """Decide on a record, and write it and its rows. audit: of its article; None when it could not be read."""
        self._tally.read += 1
        place = Place(record.path, record.line, record.position, record.field)
        if record.problem is not None:
            self._outputs.write(UNREADABLE, source, record)
            self._add_problem(record, record.problem)
            self._write(
                "problems", [unreadable_row(place, record.problem.message, self._hash, what=record.problem.what)]
            )
            self._tally.add_unreadable(record.problem)
        elif audit is not None:
            audit = self._suppressions.applied(audit, record.path)
            decision = decide(Facts.of(audit), self._auditor.config.policy)
            self._outputs.write(OUTCOMES[decision.verdict], source, record)
            self._write("articles", [article_row(audit, decision, place, self._hash)])
            self._write("findings", finding_rows(audit, place, self._hash))
            self._write("problems", problem_rows(audit, place, self._hash))
            self._tally.add_article(audit, decision)

    def finish(self) -> Ledger:
        """Put everything on the disk, then give the files their names, the ledger last."""
        self._write("problems", run_rows(self._auditor.skipped, self._hash))
        files = list(self._outputs.close())
        try:
            files.append(self._lines.close())
            for name, table in self._tables.items():
                table.close()
                files.append(written(self._folder / f"{name}.parquet", self._rows[name]))
            ledger = balanced(
                self._tally.ledger(
                    self._hash,
                    inputs=tuple(file.entry() for file in self._inputs),
                    outputs=tuple(sorted(files, key=lambda file: file.path)),
                    started=self._started,
                    finished=now(),
                )
            )
            _check_written(ledger)
            self._publish(ledger)
        except OSError as error:
            raise unwritable(self._out, error) from error
        self._finished = True
        return ledger

    def _publish(self, ledger: Ledger) -> None:
        path = self._folder / LEDGER
        path.write_text(ledger.json(), encoding="ascii", newline="")
        written(path, 0)
        for name in sorted(os.listdir(self._folder)):
            if name != LEDGER:
                (self._folder / name).rename(self._out / name)
        sync_folder(self._out)
        path.rename(self._out / LEDGER)
        self._folder.rmdir()
        sync_folder(self._out)

    def _add_problem(self, record: Record, problem: Problem) -> None:
        line = {
            "path": record.path,
            "position": record.position,
            "line": record.line,
            "offset": record.offset,
            "what": problem.what,
            "reason": problem.message,
        }
        try:
            self._lines.add(json.dumps(line).encode("ascii") + b"\n")
        except OSError as error:
            raise unwritable(self._folder, error) from error

    def _write(self, name: str, rows: list[dict[str, object]]) -> None:
        if rows:
            self._tables[name].write(rows)
            self._rows[name] += len(rows)

    def _clear(self) -> None:
        self._outputs.abort()
        self._lines.abort()
        for table in self._tables.values():
            with suppress(OSError):
                table.abort()
        shutil.rmtree(self._folder, ignore_errors=True)


def check_out(inputs: Sequence[str], out: Path) -> None:
    """Refuse a folder that holds a run, or that would be read as input while it is written."""
    if out.is_dir():
        try:
            held = sorted(name for name in os.listdir(out) if _OURS.fullmatch(name))
        except OSError as error:
            raise unwritable(out, error) from error
        if UNFINISHED in held:
            raise WriteError(
                f"{out}: holds a run that was killed or still goes on; choose another folder, or delete "
                f"{out / UNFINISHED} if no run goes on"
            )
        if held:
            raise WriteError(
                f"{out}: holds a run already ({', '.join(held[:3])} …); choose another folder or delete that one"
            )
    real = os.path.realpath(out)
    for path in inputs:
        if path != STANDARD_INPUT and os.path.isdir(path):
            folder = os.path.realpath(path)
            if os.path.commonpath([real, folder]) == folder:
                raise WriteError(f"{out}: lies in the input folder {path}; choose a folder outside it")


def _check_written(ledger: Ledger) -> None:
    """Make sure that every record that was counted has been handed to a file."""
    files = [file for file in ledger.outputs if file.path != PROBLEM_LINES]
    for part in PARTS:
        found = sum(file.records for file in files if re.split(r"[./]", file.path)[0] == part)
        if found > ledger.counts[part] or (part != UNREADABLE and found != ledger.counts[part]):
            raise AuditorError(
                f"{found} records were written to {part}, but {ledger.counts[part]} counted; "
                "this is a fault of the auditor, please report it"
            )
