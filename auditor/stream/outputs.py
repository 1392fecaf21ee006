"""Outputs: the files of a run; each record to that of its part, unchanged, in the format that it came in."""

from __future__ import annotations

import base64
import gzip
import os
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO, Protocol

from auditor.config import Config
from auditor.errors import ConfigError
from auditor.readers import ParquetRow, Record, Source
from auditor.readers.csv_file import CsvAnnotator
from auditor.readers.json_lines import with_fields
from auditor.readers.parquet_rows import annotated_schema, pieces_to_parquet, row_pieces, schema_of
from auditor.readers.record import BOM, Note, annotated_before
from auditor.readers.sources import ONE_ARTICLE, format_of
from auditor.readers.units import WHITE
from auditor.readers.zstd import compressing
from auditor.stream.ledger import ANNOTATED, CLEANED, PARTS, UNREADABLE, OutputFile
from auditor.stream.spool import Finished, Spool, sync_file, sync_folder
from auditor.stream.work import ANNOTATION, TABLES
from auditor.writers.files import partial_name
from auditor.writers.spooled import stream_head, stream_to_parquet

LONGEST_NAME = 200
"""File systems allow 255 bytes in a name; some are left for a number that makes it unique."""

LONGEST_PATH = 1000
"""Systems allow some 4,000 bytes in a path; the rest is left for the folder of the run."""

PROBLEM_LINES = "unreadable.problems.jsonl"
INPUT_LINES = "inputs.jsonl"
"""The journal of the sources that were read to their end; it is not published."""

PIECE = 1 << 20
GZIP_LEVEL = 6
"""As gzip itself: level 9 takes three times as long for one percent."""

_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\ud800-\udfff]')
_LINE_ENDS: Mapping[str, tuple[bytes, ...]] = MappingProxyType({"jsonl": (b"\n",), "csv": (b"\n", b"\r")})
_SUFFIX: Mapping[str, str] = MappingProxyType({"": "", "gzip": ".gz", "zstd": ".zst"})
_NO_NOTE: Mapping[str, str | float] = MappingProxyType(
    {name: 0.0 if name in ("auditor_points", "auditor_damage", "auditor_boilerplate") else "" for name in ANNOTATION}
)
"""What the columns hold, by type."""


@dataclass(slots=True)
class Family:
    """The outputs of one format, compression and, for CSV and Parquet, header: one spool for each part.

    key: what tells its header from others. header: the bytes before the records of each part.
    """

    format: str
    compression: str
    number: int
    key: bytes
    header: bytes
    spools: dict[str, Spool] = field(default_factory=dict)
    records: Counter[str] = field(default_factory=Counter)
    open_end: dict[str, bool] = field(default_factory=dict)
    rows: dict[str, list[tuple[ParquetRow, Note | None]]] = field(default_factory=dict)
    annotator: CsvAnnotator | None = None

    def name(self, part: str) -> str:
        """The name of the output; of a folder, with `/`."""
        stem = part if self.number == 1 else f"{part}.{self.number}"
        return f"{stem}/" if self.format == "text" else f"{stem}.{self.format}{_SUFFIX[self.compression]}"


class Outputs:
    """The five parts of a run, in as many formats as the inputs have, as spools that `build` makes into files.

    JSON Lines become `kept.jsonl`, CSV `kept.csv` with the header, Parquet `kept.parquet` with the schema, text and
    Markdown files the folder `kept/`, and so for each part; what was compressed is compressed again. A second CSV
    header or Parquet schema among the inputs becomes `kept.2.csv`, and so on. Beside `clean` is `cleaned`, the same
    records with their articles cleaned. With `annotate` there are only the parts
    `annotated` and `unreadable`. Beside them are the tables, the lines of problems and the journal of the inputs.
    Every method raises OSError when the disk refuses.

    state: of `state()`, to go on from there. finished: everything was written, and only `build` is left to do.
    """

    def __init__(
        self,
        folder: Path,
        config: Config,
        *,
        annotate: bool,
        state: Mapping[str, Any] | None = None,
        finished: bool = False,
    ) -> None:
        self._folder = folder
        self._config = config
        self._parts = (ANNOTATED, UNREADABLE) if annotate else (*PARTS, CLEANED)
        self._annotate = annotate
        self._families: dict[tuple[str, str, bytes], Family] = {}
        self._files: dict[str, Spool] = {}
        self._rows: Counter[str] = Counter()
        if state is not None:
            self._restore(state, Finished if finished else Spool)
            return
        for name in (PROBLEM_LINES, INPUT_LINES):
            self._files[name] = Spool(folder / f"{name}.spool")
        for name, schema in TABLES.items():
            self._files[name] = Spool(folder / f"{name}.spool")
            self._files[name].write(stream_head(schema))

    def prepare(self, source: Source) -> None:
        """Make the files of a format whose names need no look into the input, so that they exist without a record."""
        if self._annotate and source.format in ONE_ARTICLE:
            raise annotated_text(source.path)
        if source.format == "jsonl":
            family = self._family(source, b"", b"", None)
            for part in self._parts:
                self._spool(family, part)

    def write(self, part: str, source: Source, record: Record, note: Note | None = None) -> None:
        """Write a record to its part; note: the columns to add to it."""
        format = source.format
        if format is None or (format == "parquet" and record.row is None):
            return  # a folder that could not be listed, rows that could not be read: there is nothing to write
        if format in ONE_ARTICLE:
            self._write_file(part, source, record)
            return
        key = record.header.removeprefix(BOM).strip(WHITE) if format == "csv" else record.header
        family = self._family(source, key, record.header, record)
        if key or format == "jsonl":
            for each in self._parts:
                self._spool(family, each)
        family.records[part] += 1
        if format == "parquet":
            assert record.row is not None
            family.rows.setdefault(part, []).append((record.row, note))
        elif record.raw:
            spool = self._spool(family, part)
            if family.open_end[part]:
                # a line end is added only to a record that has none when another follows it
                spool.write(b"\r\n" if family.header.endswith(b"\r\n") else b"\n")
            raw = record.raw
            if note is not None:
                encoding = self._config.encoding
                raw = family.annotator.row(raw, note) if family.annotator else with_fields(raw, note, encoding)
            spool.write(raw)
            family.open_end[part] = not raw.endswith(_LINE_ENDS[format])
        else:
            self._spool(family, part)

    def settle(self) -> None:
        """Write the rows of Parquet files that wait."""
        for family in self._families.values():
            for part, rows in family.rows.items():
                for piece in row_pieces(rows):
                    self._spool(family, part).write(piece)
            family.rows.clear()

    def add_rows(self, tables: Mapping[str, bytes], rows: Mapping[str, int]) -> None:
        """Append batches to the tables."""
        for name, batch in tables.items():
            self._files[name].write(batch)
            self._rows[name] += rows[name]

    def add_line(self, name: str, line: bytes) -> None:
        """Append to the lines of problems, or to the journal."""
        self._files[name].write(line + b"\n")
        self._rows[name] += 1

    def lines(self, name: str) -> Iterator[bytes]:
        """The lines that were appended."""
        spool = self._files[name]
        spool.sync()
        with spool.path.open("rb") as file:
            yield from file

    def paths(self) -> list[Path]:
        """All spools."""
        return [spool.path for spool in self._spools()]

    def _spools(self) -> list[Spool]:
        return [*self._files.values(), *(s for family in self._families.values() for s in family.spools.values())]

    def sync(self) -> None:
        """Put everything on the disk."""
        spools = self._spools()
        for spool in spools:
            spool.sync()
        if any(spool.new for spool in spools):
            sync_folder(self._folder)
            for spool in spools:
                spool.new = False

    def state(self) -> dict[str, Any]:
        """What a later run needs to go on from here."""
        return {
            "files": {name: [spool.length, self._rows[name]] for name, spool in self._files.items()},
            "families": [
                {
                    "format": family.format,
                    "compression": family.compression,
                    "number": family.number,
                    "key": base64.b64encode(family.key).decode(),
                    "header": base64.b64encode(family.header).decode(),
                    "parts": {
                        part: [spool.length, family.records[part], family.open_end[part]]
                        for part, spool in family.spools.items()
                    },
                }
                for family in self._families.values()
            ],
        }

    def close(self) -> None:
        """Let go of all files."""
        for spool in self._spools():
            spool.close()

    def build(self, ready: Path) -> list[OutputFile]:
        """Make the files of the run in the folder `ready`, each whole or not at all; what they are, by name.

        What is there already is kept, so that it may be called again after it was broken off.
        """
        self.close()
        jobs: list[tuple[str, Path, int, Builder]] = [
            (f"{name}.parquet", self._files[name].path, self._rows[name], _table_builder(name)) for name in TABLES
        ]
        jobs.append((PROBLEM_LINES, self._files[PROBLEM_LINES].path, self._rows[PROBLEM_LINES], plain))
        for family in self._families.values():
            for part, spool in family.spools.items():
                jobs.append((family.name(part), spool.path, family.records[part], self._builder(family, part)))
        found = []
        for name, spool_path, records, builder in sorted(jobs, key=lambda job: job[0]):
            target = ready / name
            if not target.exists():
                partial = partial_name(target)
                if partial.is_dir():
                    shutil.rmtree(partial)
                builder(spool_path, partial)
                partial.rename(target)
                sync_folder(ready)
                spool_path.unlink(missing_ok=True)
            found.append(described(target, name, records))
        return found

    def _builder(self, family: Family, part: str) -> Builder:
        if family.format == "text":
            return unpacked
        if family.format == "parquet":
            schema = schema_of(family.header)
            if part == ANNOTATED:
                schema = annotated_schema(schema, _NO_NOTE)
            return lambda spool, target: _parquet(spool, target, schema)
        if family.compression == "gzip":
            return gzipped
        return zstandard if family.compression == "zstd" else plain

    def _family(self, source: Source, key: bytes, header: bytes, record: Record | None) -> Family:
        format = "text" if source.format in ONE_ARTICLE else str(source.format)
        compression = "" if format == "text" else source.compression
        family = self._families.get((format, compression, key))
        if family is None:
            number = 1 + sum(each[:2] == (format, compression) for each in self._families)
            annotator = self._annotator(format, header, source.path)
            family = Family(format, compression, number, key, header, annotator=annotator)
            self._families[format, compression, key] = family
        return family

    def _annotator(self, format: str, header: bytes, path: str) -> CsvAnnotator | None:
        if not self._annotate or not header:
            return None
        if format == "csv":
            return CsvAnnotator(header, self._config, ANNOTATION, path)
        if taken := [name for name in ANNOTATION if name in schema_of(header).names]:
            raise annotated_before(path, taken)
        return None

    def _spool(self, family: Family, part: str) -> Spool:
        spool = family.spools.get(part)
        if spool is None:
            spool = family.spools[part] = Spool(self._folder / f"{family.name(part).rstrip('/')}.spool")
            header = family.annotator.header if family.annotator and part == ANNOTATED else family.header
            family.open_end[part] = False
            if family.format == "csv":
                spool.write(header)
                family.open_end[part] = bool(header) and not header.endswith(_LINE_ENDS["csv"])
        return spool

    def _write_file(self, part: str, source: Source, record: Record) -> None:
        family = self._family(source, b"", b"", None)
        spool = self._spool(family, part)
        family.records[part] += 1
        if record.problem is not None and not record.raw:
            return  # it could not be opened when it was to be read
        name = safe_name(source.name).encode()
        spool.write(len(name).to_bytes(8, "little") + len(record.raw).to_bytes(8, "little") + name + record.raw)

    def _restore(self, state: Mapping[str, Any], spool: Callable[[Path, int], Spool]) -> None:
        for name, (length, rows) in state["files"].items():
            self._files[name] = spool(self._folder / f"{name}.spool", length)
            self._rows[name] = rows
        for told in state["families"]:
            key, header = base64.b64decode(told["key"]), base64.b64decode(told["header"])
            annotator = self._annotator(told["format"], header, "")
            family = Family(told["format"], told["compression"], told["number"], key, header, annotator=annotator)
            for part, (length, records, open_end) in told["parts"].items():
                path = self._folder / f"{family.name(part).rstrip('/')}.spool"
                family.spools[part] = spool(path, length)
                family.records[part] = records
                family.open_end[part] = open_end
            self._families[family.format, family.compression, key] = family


class Builder(Protocol):
    """Makes the file, or folder, of an output from its spool, and puts it on the disk."""

    def __call__(self, spool: Path, target: Path, /) -> None:
        """Make it. Raises OSError, or ValueError for a damaged spool."""


def plain(spool: Path, target: Path, /) -> None:
    """The spool is the file."""
    if spool.exists():  # or else it had its new name before, and not yet its last
        spool.rename(target)
    sync_file(target)


def gzipped(spool: Path, target: Path, /) -> None:
    """Compress with gzip, without a time, so that the same records give the same bytes."""
    with target.open("wb") as raw:
        with gzip.GzipFile("", "wb", GZIP_LEVEL, raw, mtime=0) as file:
            _copy(spool, file)
        raw.flush()
        os.fsync(raw.fileno())


def zstandard(spool: Path, target: Path, /) -> None:
    """Compress with Zstandard."""
    with compressing(target) as file:
        _copy(spool, file)
    sync_file(target)


def unpacked(spool: Path, target: Path, /) -> None:
    """Make a folder of files that are one article each, under the names that they had, made safe and unique."""
    target.mkdir()
    folder = _Folder(target)
    with spool.open("rb") as file:
        while head := file.read(16):
            name = file.read(int.from_bytes(head[:8], "little")).decode()
            folder.write(name, file.read(int.from_bytes(head[8:], "little")))
    for inner, _, _ in os.walk(target):
        sync_folder(Path(inner))


class _Folder:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._taken: Counter[str] = Counter()

    def write(self, name: str, raw: bytes) -> None:
        free, file = self._new(name)
        with file:
            compression = format_of(free)[1]
            if compression == "gzip":
                raw = gzip.compress(raw, GZIP_LEVEL, mtime=0)
            if compression == "zstd":
                with compressing(self._path / free) as out:
                    out.write(raw)
            else:
                file.write(raw)
            file.flush()
            os.fsync(file.fileno())

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


def annotated_text(path: str) -> ConfigError:
    """The error for an article that has no columns."""
    return ConfigError(
        f"{path}: columns cannot be added to a text or Markdown file; leave --annotate out, the table "
        "articles.parquet says the same"
    )


def safe_name(name: str) -> str:
    """A name, perhaps with folders, that is safe on every file system and stays below the folder it is joined to.

    Parts that lead elsewhere (empty, `.`, `..`) vanish; signs that some systems refuse become `_`, and a dot at the
    start too, so that no article is hidden; a part that is too long is cut and gets eight digits of its SHA-256.
    """
    parts = [_safe_part(part) for part in name.split("/") if part not in ("", ".", "..")] or ["article"]
    path = "/".join(parts)
    return path if len(path.encode()) <= LONGEST_PATH else _safe_part("__".join(parts))


def described(path: Path, name: str, records: int) -> OutputFile:
    """The line of the ledger for a file or folder that is ready; a folder as an `InputFile`. Raises OSError."""
    if not path.is_dir():
        size, digest = _summed(path)
        return OutputFile(name, 1, size, digest, records)
    count, total, lines = 0, 0, sha256()
    for folder, below, names in os.walk(path):
        below.sort()
        for each in sorted(names):
            file = Path(folder, each)
            size, digest = _summed(file)
            count, total = count + 1, total + size
            lines.update(f"{digest}  {file.relative_to(path).as_posix()}\n".encode())
    return OutputFile(name, count, total, lines.hexdigest(), records)


def _summed(path: Path) -> tuple[int, str]:
    digest = sha256()
    size = 0
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
            size += len(piece)
    return size, digest.hexdigest()


def _copy(spool: Path, target: Any) -> None:
    with spool.open("rb") as file:
        while piece := file.read(PIECE):
            target.write(piece)


def _table_builder(name: str) -> Builder:
    def build(spool: Path, target: Path, /) -> None:
        stream_to_parquet(spool, target, TABLES[name])
        sync_file(target)

    return build


def _parquet(spool: Path, target: Path, schema: Any) -> None:
    pieces_to_parquet(spool, target, schema)
    sync_file(target)


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
