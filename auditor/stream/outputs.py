"""Outputs: the files of a run; each record to that of its part, unchanged, in the format that it came in."""

from __future__ import annotations

import os
import re
from collections import Counter
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Protocol

from auditor.readers import ParquetRow, Record, Source
from auditor.readers.parquet_rows import RowWriter
from auditor.readers.record import BOM
from auditor.readers.sources import ONE_ARTICLE
from auditor.readers.units import WHITE
from auditor.stream.ledger import PARTS, OutputFile
from auditor.writers.files import unwritable

LONGEST_NAME = 200
"""File systems allow 255 bytes in a name; some are left for a number that makes it unique."""

LONGEST_PATH = 1000
"""Systems allow some 4,000 bytes in a path; the rest is left for the folder of the run."""

_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\ud800-\udfff]')
_LINE_ENDS = {"jsonl": (b"\n",), "csv": (b"\n", b"\r")}


class Sink(Protocol):
    """One part in one format."""

    def write(self, record: Record, name: str) -> None:
        """Write a record after those before it. Raises OSError."""

    def close(self) -> OutputFile:
        """Put everything on the disk; what was written. Raises OSError."""

    def abort(self) -> None:
        """Let go of the file without raising."""


class LineSink:
    """A file of records that are lines: JSON Lines, or CSV after its header.

    A line end is added only to a record that has none when another follows it.
    """

    def __init__(self, path: Path, header: bytes = b"", ends: tuple[bytes, ...] = (b"\n",)) -> None:
        self._name = path.name
        self._ends = ends
        self._end = b"\r\n" if header.endswith(b"\r\n") else b"\n"
        self._file: BinaryIO = path.open("xb")
        self._hash = sha256()
        self._bytes = 0
        self._records = 0
        self._open_end = False
        self._put(header)

    def write(self, record: Record, name: str) -> None:
        """Write the bytes of a record."""
        self.add(record.raw)

    def add(self, raw: bytes) -> None:
        """Write a record."""
        self._records += 1
        if raw:
            if self._open_end:
                self._put(self._end)
            self._put(raw)

    def close(self) -> OutputFile:
        """Put everything on the disk; what was written."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        return OutputFile(self._name, 1, self._bytes, self._hash.hexdigest(), self._records)

    def abort(self) -> None:
        """Close the file; what the disk refused is not wanted any more."""
        with suppress(OSError):
            self._file.close()

    def _put(self, data: bytes) -> None:
        if data:
            self._file.write(data)
            self._hash.update(data)
            self._bytes += len(data)
            self._open_end = not data.endswith(self._ends)


class RowSink:
    """A Parquet file of rows that have one schema."""

    def __init__(self, path: Path, row: ParquetRow) -> None:
        self._path = path
        self._writer = RowWriter(path, row.batch.schema)
        self._records = 0

    def write(self, record: Record, name: str) -> None:
        """Write the row of a record."""
        self._records += 1
        if record.row is not None:
            self._writer.add(record.row)

    def close(self) -> OutputFile:
        """Put everything on the disk; what was written."""
        self._writer.close()
        return written(self._path, self._records)

    def abort(self) -> None:
        """Close the file; what the disk refused is not wanted any more."""
        with suppress(OSError):
            self._writer.close()


class FolderSink:
    """A folder of files that are one article each, under the names that they had, made safe and unique."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.mkdir()
        self._hash = sha256()
        self._files = 0
        self._bytes = 0
        self._records = 0
        self._taken: Counter[str] = Counter()

    def write(self, record: Record, name: str) -> None:
        """Write the file of a record; nothing if it could not be opened when it was to be read."""
        self._records += 1
        if record.problem is not None and not record.raw:
            return
        written_as, file = self._new(safe_name(name))
        with file:
            file.write(record.raw)
            file.flush()
            os.fsync(file.fileno())
        self._files += 1
        self._bytes += len(record.raw)
        self._hash.update(f"{sha256(record.raw).hexdigest()}  {written_as}\n".encode())

    def close(self) -> OutputFile:
        """Put the folders on the disk; what was written."""
        for folder, _, _ in os.walk(self._path):
            sync_folder(Path(folder))
        return OutputFile(f"{self._path.name}/", self._files, self._bytes, self._hash.hexdigest(), self._records)

    def abort(self) -> None:
        """Nothing is open between records."""

    def _new(self, name: str) -> tuple[str, BinaryIO]:
        """A new file of that name, or of the next that is free: `a.txt`, `a~2.txt`, `a~3.txt`."""
        try:
            (self._path / name).parent.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError):
            name = name.replace("/", "__")  # a file of another input has the name of the folder
        stem, suffix = os.path.splitext(name)
        free = name
        while True:
            try:
                return free, (self._path / free).open("xb")
            except FileExistsError:
                # only names that met are remembered, so that many files of one name cost one look each
                self._taken[name] += 1
                free = f"{stem}~{self._taken[name] + 1}{suffix}"


class Outputs:
    """The five parts of a run in one folder, in as many formats as the inputs have.

    JSON Lines become `kept.jsonl`, CSV `kept.csv` with the header, Parquet `kept.parquet` with the schema, text and
    Markdown files the folder `kept/`, and so for each part. A second CSV header or Parquet schema among the inputs
    becomes `kept.2.csv`, and so on. Raises WriteError when something cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sinks: dict[tuple[str, bytes, str], Sink] = {}
        self._numbers: dict[tuple[str, bytes], int] = {}

    def prepare(self, source: Source) -> None:
        """Make the files of a format whose names need no look into the input, so that they exist without a record."""
        if source.format == "jsonl":
            for part in PARTS:
                self._sink("jsonl", b"", part, None)

    def write(self, part: str, source: Source, record: Record) -> None:
        """Write a record to its part."""
        format = source.format
        if format is None or (format == "parquet" and record.row is None):
            return  # a folder that could not be listed, rows that could not be read: there is nothing to write
        try:
            if format in ONE_ARTICLE:
                self._sink("text", b"", part, None).write(record, source.name)
                return
            key = record.header.removeprefix(BOM).strip(WHITE) if format == "csv" else record.header
            if (format, key, part) not in self._sinks and (key or format == "jsonl"):
                for each in PARTS:
                    self._sink(format, key, each, record)
            self._sink(format, key, part, record).write(record, "")
        except OSError as error:
            raise unwritable(self._folder, error) from error

    def close(self) -> tuple[OutputFile, ...]:
        """Put everything on the disk; what was written, by name."""
        try:
            return tuple(sorted((sink.close() for sink in self._sinks.values()), key=lambda file: file.path))
        except OSError as error:
            raise unwritable(self._folder, error) from error

    def abort(self) -> None:
        """Let go of all files without raising."""
        for sink in self._sinks.values():
            sink.abort()

    def _sink(self, format: str, key: bytes, part: str, record: Record | None) -> Sink:
        sink = self._sinks.get((format, key, part))
        if sink is None:
            number = self._numbers.setdefault((format, key), 1 + sum(kind == format for kind, _ in self._numbers))
            try:
                sink = self._open(format, part if number == 1 else f"{part}.{number}", record)
            except OSError as error:
                raise unwritable(self._folder, error) from error
            self._sinks[format, key, part] = sink
        return sink

    def _open(self, format: str, name: str, record: Record | None) -> Sink:
        if format == "text":
            return FolderSink(self._folder / name)
        path = self._folder / f"{name}.{format}"
        if format == "parquet" and record is not None and record.row is not None:
            return RowSink(path, record.row)
        return LineSink(path, record.header if record else b"", _LINE_ENDS[format])


def safe_name(name: str) -> str:
    """A name, perhaps with folders, that is safe on every file system and stays below the folder it is joined to.

    Parts that lead elsewhere (empty, `.`, `..`) vanish; signs that some systems refuse become `_`, and a dot at the
    start too, so that no article is hidden; a part that is too long is cut and gets eight digits of its SHA-256.
    """
    parts = [_safe_part(part) for part in name.split("/") if part not in ("", ".", "..")] or ["article"]
    path = "/".join(parts)
    return path if len(path.encode()) <= LONGEST_PATH else _safe_part("__".join(parts))


def written(path: Path, records: int) -> OutputFile:
    """Put a file that another writer wrote on the disk, and describe it. Raises OSError."""
    digest = sha256()
    size = 0
    with path.open("rb") as file:
        os.fsync(file.fileno())
        while piece := file.read(1 << 20):
            digest.update(piece)
            size += len(piece)
    return OutputFile(path.name, 1, size, digest.hexdigest(), records)


def sync_folder(folder: Path) -> None:
    """Put the names in a folder on the disk, where the system can do that. Raises OSError."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _safe_part(part: str) -> str:
    safe = _UNSAFE.sub("_", part)
    if safe.startswith("."):
        safe = f"_{safe[1:]}"
    safe = safe.rstrip(". ") or "_"
    if len(safe.encode()) <= LONGEST_NAME:
        return safe
    stem, suffix = os.path.splitext(safe)
    mark = sha256(part.encode("utf-8", "backslashreplace")).hexdigest()[:8]
    tail = f"~{mark}{suffix if len(suffix.encode()) <= 20 else ''}"
    return stem.encode()[: LONGEST_NAME - len(tail.encode())].decode("utf-8", "ignore") + tail
