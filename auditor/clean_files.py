"""Clean files: the articles of files cleaned, as a diff to review, a list of edits, or files written anew.

A file is written whole or not at all, and only when something in it changes. Of a record only the article changes;
what cannot be read or cannot be written back is told and stays as it was.
"""

from __future__ import annotations

import gzip as gzip_module
import json
import os
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, TextIO

from auditor.cleaning import Cleaned, cleaned
from auditor.document import Document
from auditor.engine import Audit, Auditor
from auditor.errors import ConfigError, WriteError
from auditor.finding import Edit
from auditor.readers import Record, Source, check_inputs, find_sources, read_source
from auditor.readers.parquet_rows import RowWriter
from auditor.readers.record import ParquetRow, Problem
from auditor.readers.sources import STANDARD_INPUT
from auditor.report import Place
from auditor.repository import repository_root
from auditor.stream.outputs import safe_name
from auditor.suppression import Suppressions
from auditor.writers.diff import unified_diff
from auditor.writers.edits import edit_rows, told_edits
from auditor.writers.files import make_folder, partial_name, unwritable
from auditor.writers.lines import counted
from auditor.writers.rewriting import replaced, rewritten
from auditor.writers.visible import visible

_WHOLE_FILE = frozenset({"file", "gzip", "parquet"})
"""Problems after which the rest of a file is not known, so that it cannot be written anew."""


@dataclass(slots=True)
class Tally:
    """What was done. cured: findings, by rule code; failed: what could not be read, audited or written."""

    articles: int = 0
    changed: int = 0
    edits: int = 0
    cured: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    failed: int = 0

    def __str__(self) -> str:
        told = f"{counted(self.articles, 'article')}, {self.changed:,} changed"
        if self.edits:
            told += f" by {counted(self.edits, 'edit')} ({told_edits(self.cured)})"
        if self.refused:
            told += f"; {counted(self.refused, 'safe edit')} not applied"
        return told + (f"; {counted(self.failed, 'failure')}" if self.failed else "")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted of a run.

    diff: where the diff goes; listed: where a line goes for each article that changes; edits: where the edits go as
    JSON Lines. write: files are written anew in place; out: or into this folder, unchanged ones too. problems: is
    called with one line for each thing that failed.
    """

    problems: Callable[[str], object]
    diff: TextIO | None = None
    listed: TextIO | None = None
    edits: TextIO | None = None
    write: bool = False
    out: Path | None = None
    terminal: bool = False


def clean_files(
    paths: Sequence[str],
    auditor: Auditor,
    wanted: Wanted,
    *,
    stdin: BinaryIO | None = None,
    stdout: BinaryIO | None = None,
) -> Tally:
    """Clean the articles of files and folders, one in memory at a time.

    stdin: for the path `-`, whose cleaned bytes go to `stdout` where files are written. Raises ReadError for paths
    that do not exist, WriteError for outputs that cannot be written, ConfigError where two files would be written
    under one name.
    """
    check_inputs(paths, auditor.config, stdin=stdin)
    tally = Tally()
    sources = list(find_sources(paths))
    targets = _targets(sources, wanted)
    suppressions = Suppressions(auditor, repository_root(Path.cwd()))
    for source, target in zip(sources, targets, strict=True):
        _clean_source(source, target, auditor, suppressions, wanted, tally, stdin, stdout)
    return tally


def _targets(sources: Sequence[Source], wanted: Wanted) -> list[Path | None]:
    """Where each file is to be written; None for nowhere, or for standard output."""
    if wanted.out is None:
        return [Path(s.path) if wanted.write and s.path != STANDARD_INPUT else None for s in sources]
    targets: dict[Path, str] = {}
    found: list[Path | None] = []
    for source in sources:
        if source.path == STANDARD_INPUT:
            raise ConfigError("standard input has no name to write to; use --write, which writes it to standard output")
        target = wanted.out / safe_name(source.name)
        if target in targets:
            raise ConfigError(
                f"{targets[target]} and {source.path} would both be written to {target}; clean them apart"
            )
        if target.exists() and os.path.samefile(target, source.path):
            raise ConfigError(f"{target} would be written over itself; use --write to clean in place")
        targets[target] = source.path
        found.append(target)
    return found


def _clean_source(
    source: Source,
    target: Path | None,
    auditor: Auditor,
    suppressions: Suppressions,
    wanted: Wanted,
    tally: Tally,
    stdin: BinaryIO | None,
    stdout: BinaryIO | None,
) -> None:
    piped = source.path == STANDARD_INPUT and wanted.write
    changed = broken = False
    with ExitStack() as stack:
        sink: _Sink
        if target is not None and wanted.out is not None:
            make_folder(target.parent)
        if target is None:
            sink = _StreamSink(auditor, stdout) if piped and stdout is not None else _NoSink(auditor)
        elif source.format == "parquet":
            sink = _ParquetSink(auditor, target)
        else:
            sink = _FileSink(auditor, target, gzip=source.compression == "gzip")
        stack.callback(sink.discard)
        for record in read_source(source, auditor.config, stdin=stdin):
            done = _clean_record(record, auditor, suppressions, wanted, tally)
            broken = broken or (record.problem is not None and record.problem.what in _WHOLE_FILE)
            try:
                sink.write(record, done)
            except WriteError as error:
                if isinstance(error.__cause__, OSError):
                    raise
                _fail(_where(record), str(error), wanted, tally)
                sink.write(record, None)
                continue
            if done is not None and done.edits:
                changed = True
                _tell(record, done, source, wanted, tally)
        if target is None:
            return
        if broken:
            _fail(visible(source.path), "was not written, as not all of it could be read", wanted, tally)
        elif changed:
            sink.keep()
        elif wanted.out is not None:
            try:
                shutil.copyfile(source.path, target)
            except OSError as error:
                raise unwritable(target, error) from error


def _clean_record(
    record: Record, auditor: Auditor, suppressions: Suppressions, wanted: Wanted, tally: Tally
) -> Cleaned | None:
    if record.document is None:
        problem = record.problem or Problem("file", "there is no article in it")
        _fail(_where(record), f"unreadable {problem.what}: {problem.message}", wanted, tally)
        return None
    tally.articles += 1

    def audited(doc: Document) -> Audit:
        return suppressions.applied(auditor.audit(doc), record.path)

    first = audited(record.document)
    wrong = [skipped.reason for skipped in first.skipped if skipped.kind == "suppression"]
    for reason in wrong:
        _fail(_where(record), f"left as it is: {reason}", wanted, tally)
    if wrong:
        return None
    done = cleaned(first, auditor, audited=audited)
    tally.refused += len(done.refused)
    for failure in done.original.failures:
        _fail(_where(record), f"failure {failure.code}: {failure.error}", wanted, tally)
    return done


def _tell(record: Record, done: Cleaned, source: Source, wanted: Wanted, tally: Tally) -> None:
    """Count the edits of an article and show them as wanted."""
    codes = Counter(code for change in done.edits for code in change.codes)
    tally.changed += 1
    tally.edits += len(done.edits)
    tally.cured.update(codes)
    if wanted.listed is not None:
        number = len(done.edits)
        wanted.listed.write(f"{_where(record, done)}: {counted(number, 'edit')} ({told_edits(codes)})\n")
    if wanted.edits is not None:
        for row in edit_rows(done, Place(record.path, record.line, record.position, record.field)):
            wanted.edits.write(f"{json.dumps(row)}\n")
    if wanted.diff is not None:
        name = visible(record.path.lstrip("/").replace(os.sep, "/"))
        old, new = f"a/{name}", f"b/{name}"
        if record.field:
            old = new = _where(record, done)
        text = done.original.document.text
        for line in unified_diff(text, [change.edit for change in done.edits], old, new):
            shown = f"{visible(line.removesuffix(chr(10)))}\n" if wanted.terminal and line.endswith("\n") else line
            wanted.diff.write(shown)


def _fail(where: str, what: str, wanted: Wanted, tally: Tally) -> None:
    tally.failed += 1
    wanted.problems(f"{where}: {' '.join(visible(what).split())}")


def _where(record: Record, done: Cleaned | None = None) -> str:
    where = visible(record.path)
    if record.field:
        where += f":{record.position if record.line is None else record.line}"
        where += f" [{visible(done.original.article_id)}]" if done is not None else ""
    return where


class _Sink:
    """Takes the records of one file in order, with what cleaning made of each; None for what stays as it is."""

    def write(self, record: Record, done: Cleaned | None) -> None:
        """Take a record. Raises WriteError where the cleaned article cannot be written into it."""
        raise NotImplementedError

    def keep(self) -> None:
        """All records were taken: give the file its name."""

    def discard(self) -> None:
        """Leave nothing behind that was not kept."""


class _NoSink(_Sink):
    """Writes nothing, but tells what could not be written, where only a diff or a check is wanted."""

    def __init__(self, auditor: Auditor) -> None:
        self._config = auditor.config

    def write(self, record: Record, done: Cleaned | None) -> None:
        """See whether the record could be written."""
        if done is not None and done.edits and record.row is None:
            rewritten(record, _edits(done), self._config)


class _StreamSink(_NoSink):
    """Writes to standard output as it goes."""

    def __init__(self, auditor: Auditor, out: BinaryIO) -> None:
        super().__init__(auditor)
        self._out = out

    def write(self, record: Record, done: Cleaned | None) -> None:
        """Write the bytes of the record."""
        self._out.write(rewritten(record, _edits(done), self._config))


class _FileSink(_NoSink):
    """Writes a file of text, Markdown, JSON Lines or CSV beside the one that it will take the place of."""

    def __init__(self, auditor: Auditor, target: Path, *, gzip: bool) -> None:
        super().__init__(auditor)
        self._target = target.resolve() if target.is_symlink() else target
        self._partial = partial_name(self._target)
        self._begun = False
        self._out: BinaryIO | gzip_module.GzipFile
        try:
            self._file = self._partial.open("wb")
        except OSError as error:
            raise unwritable(target, error) from error
        # no time and no name in the file, so that the same articles give the same bytes
        self._out = gzip_module.GzipFile("", "wb", fileobj=self._file, mtime=0) if gzip else self._file

    def write(self, record: Record, done: Cleaned | None) -> None:
        """Write the bytes of the record, after the header if it is the first."""
        raw = rewritten(record, _edits(done), self._config)
        try:
            if not self._begun and record.row is None:
                self._out.write(record.header)
                self._begun = True
            self._out.write(raw)
        except OSError as error:
            raise unwritable(self._target, error) from error

    def keep(self) -> None:
        """Put the file on the disk under its name, with the rights of the one that it takes the place of."""
        try:
            self._out.close()
            if not self._file.closed:
                self._file.close()
            if self._target.exists():
                shutil.copymode(self._target, self._partial)
            self._partial.replace(self._target)
        except OSError as error:
            raise unwritable(self._target, error) from error

    def discard(self) -> None:
        """Take the file away unless it has its name by now."""
        with suppress(OSError):
            self._out.close()
            self._file.close()
        self._partial.unlink(missing_ok=True)


class _ParquetSink(_NoSink):
    """Writes a Parquet file beside the one that it will take the place of; only the column of the article changes."""

    def __init__(self, auditor: Auditor, target: Path) -> None:
        super().__init__(auditor)
        self._target = target.resolve() if target.is_symlink() else target
        self._partial = partial_name(self._target)
        self._writer: RowWriter | None = None
        self._rows: list[ParquetRow] = []
        self._texts: dict[int, str] = {}
        self._field = auditor.config.text_field

    def write(self, record: Record, done: Cleaned | None) -> None:
        """Take a row; those of a batch are written together."""
        if record.row is None:
            return  # rows that could not be read: the file is not kept
        if self._rows and self._rows[0].batch is not record.row.batch:
            self._flush()
        if done is not None and done.edits:
            replaced(record.row.batch, self._field, {record.row.index: done.text}, self._config.encoding)
            self._texts[record.row.index] = done.text
        self._rows.append(record.row)

    def keep(self) -> None:
        """Put the file on the disk under its name."""
        self._flush()
        try:
            if self._writer is not None:
                self._writer.close()
                self._writer = None
                if self._target.exists():
                    shutil.copymode(self._target, self._partial)
                self._partial.replace(self._target)
        except OSError as error:
            raise unwritable(self._target, error) from error

    def discard(self) -> None:
        """Take the file away unless it has its name by now."""
        with suppress(OSError):
            if self._writer is not None:
                self._writer.close()
        self._partial.unlink(missing_ok=True)

    def _flush(self) -> None:
        if not self._rows:
            return
        batch = self._rows[0].batch
        if self._texts:
            batch = replaced(batch, self._field, self._texts, self._config.encoding)
        try:
            if self._writer is None:
                self._writer = RowWriter(self._partial, batch.schema)
            for row in self._rows:
                self._writer.add(ParquetRow(batch, row.index))
        except OSError as error:
            raise unwritable(self._target, error) from error
        self._rows, self._texts = [], {}


def _edits(done: Cleaned | None) -> list[Edit]:
    return [change.edit for change in done.edits] if done is not None else []
