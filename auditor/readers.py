"""Readers: files of articles -> Records; whatever cannot be read is a Record that says why."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, BinaryIO, Generic, TypeVar

import orjson

from auditor.chunks import CHUNK, Chunks
from auditor.config import Config
from auditor.csv_rows import CsvRow, RowSplitter
from auditor.document import Document
from auditor.errors import ReadError
from auditor.parquet_rows import Gap, batches, schema_bytes, values
from auditor.record import PASSED_ON, ParquetRow, Problem, Record, article, shown
from auditor.sources import STANDARD_INPUT, Source, article_id, check_paths, find_sources

__all__ = ["Problem", "Record", "read", "read_source"]

Tap = Callable[[bytes], object]
T = TypeVar("T")

_BOM = codecs.BOM_UTF8
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_BLANK = b" \t\r\n"
_DELIMITERS = (b",", b";", b"\t", b"|")
_FRONT_MATTER = re.compile(r"---[ \t]*\r?\n((?:(?!---[ \t]*\r?\n|---[ \t]*\Z).*\n){0,200}?)---[ \t]*(?:\r?\n|\Z)")
_FRONT_MATTER_LINE = re.compile(r"([A-Za-z_-]+)[ \t]*:[ \t]+(.+?)[ \t]*\r?$", re.MULTILINE)


def read(
    paths: Sequence[str], config: Config, *, stdin: BinaryIO | None = None, format: str | None = None
) -> Iterator[Record]:
    """The records of all files that the paths stand for, in order, one in memory at a time.

    paths: files, folders, or `-` for `stdin`. By suffix: `.txt .text` and `.md .markdown` are one article each;
    `.jsonl .ndjson`, `.csv` and `.parquet` hold an article in each record; `.gz` may follow all but the last. A file
    that is named and has another suffix is text. Standard input is JSON Lines if it begins with `{`, otherwise one
    text. format: reads standard input and the files that are named (not those in folders) as one of `FORMATS`.

    The text of an article is what the file or field holds, decoded with the configured encoding, no character
    changed; only a byte order mark at the start of a file is not part of it. In Markdown the simple `key: value` lines
    between `---` at the start give `meta` and id, and stay part of the text, so that offsets are those of the file.

    Raises ReadError, before anything is read, for a path that does not exist or may not be read, and for an encoding
    in which JSON Lines or CSV cannot be cut into lines. After that nothing is raised: what cannot be read is a Record
    with a `problem`.
    """
    check_paths(paths, format)
    return _read_all(paths, config, stdin, format)


def _read_all(
    paths: Sequence[str], config: Config, stdin: BinaryIO | None, format: str | None
) -> Iterator[Record]:
    for source in find_sources(paths, format):
        yield from read_source(source, config, stdin=stdin)


def read_source(
    source: Source, config: Config, *, stdin: BinaryIO | None = None, tap: Tap | None = None
) -> Iterator[Record]:
    """The records of one file.

    tap: is called with every piece of the file's bytes as stored on the disk, once each, by the end of the iteration.
    Raises ReadError only for an encoding that the format cannot have, or for `-` without `stdin`.
    """
    if source.problem is not None:
        yield Record(source.path, 1, None, "", b"", None, Problem("file", source.problem), 0)
        return
    stream = None
    if source.path == STANDARD_INPUT:
        if stdin is None:
            raise ReadError("standard input (“-”) is named, but there is none here")
        stream = stdin
    if source.format == "parquet":
        yield from _parquet(source, config, stream, tap)
        return
    chunks = Chunks(source.path, stream=stream, gzip=source.gzip, tap=tap)
    pieces: Iterator[bytes] = iter(chunks)
    format = source.format
    if format is None:
        format, pieces = _sniffed(pieces)
    if format == "jsonl":
        yield from _json_lines(source, config, chunks, pieces)
    elif format == "csv":
        yield from _csv(source, config, chunks, pieces)
    else:
        yield _whole(source, config, chunks, pieces, markdown=format == "markdown")


def _sniffed(pieces: Iterator[bytes]) -> tuple[str, Iterator[bytes]]:
    begin = b""
    for piece in pieces:
        begin += piece
        if begin.removeprefix(_BOM).lstrip(_BLANK):
            break
    return ("jsonl" if begin.removeprefix(_BOM).lstrip(_BLANK).startswith(b"{") else "text"), _chain(begin, pieces)


def _chain(begin: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    if begin:
        yield begin
    yield from pieces


def _whole(source: Source, config: Config, chunks: Chunks, pieces: Iterator[bytes], *, markdown: bool) -> Record:
    """A file that is one article."""
    raw = b"".join(pieces)
    found: Document | Problem
    if chunks.failure:
        found = Problem(*chunks.failure)
    else:
        text = _decoded(raw, config.encoding, 0)
        if isinstance(text, Problem):
            found = text
        else:
            meta = _front_matter(text) if markdown else {}
            ident = meta.pop("id", "") or (
                STANDARD_INPUT if source.path == STANDARD_INPUT else article_id(source.name)
            )
            found = Document(text, ident, meta)
    return _record(source, 1, None, "", raw, found, 0)


def _front_matter(text: str) -> dict[str, str]:
    block = _FRONT_MATTER.match(text)
    if not block:
        return {}
    meta = {}
    for key, value in _FRONT_MATTER_LINE.findall(block[1]):
        if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
            value = value[1:-1]
        if key.lower() in (*PASSED_ON, "id"):
            meta[key.lower()] = value
    return meta


@dataclass(frozen=True, slots=True)
class _Unit(Generic[T]):
    """What is one record of a file of lines: its bytes, the offset of the first, its line, and what was made of it."""

    raw: bytes
    offset: int
    line: int
    parsed: T


def _units(
    pieces: Iterable[tuple[bytes, T | None]], breaks: Callable[[bytes], int], offset: int = 0, line: int = 1
) -> Iterator[_Unit[T]]:
    """Joins blank pieces (parsed is None) to the record before them, those at the start to the first record."""
    raw: list[bytes] = []
    parsed: T | None = None
    size = 0
    at = line
    for piece, made in pieces:
        if made is not None:
            if parsed is not None:
                yield _Unit(b"".join(raw), offset, at, parsed)
                offset += size
                raw, size = [], 0
            parsed = made
            at = line
        raw.append(piece)
        size += len(piece)
        line += breaks(piece)
    if parsed is not None:
        yield _Unit(b"".join(raw), offset, at, parsed)


def _json_lines(source: Source, config: Config, chunks: Chunks, pieces: Iterator[bytes]) -> Iterator[Record]:
    _check_encoding(source, config.encoding)
    position = 0
    end = 0
    line = 1
    for unit in _units(_marked_lines(pieces), _line_feeds):
        position += 1
        end, line = unit.offset + len(unit.raw), unit.line + _line_feeds(unit.raw)
        found: Document | Problem
        if chunks.failure and not unit.raw.endswith(b"\n"):
            found = Problem(*chunks.failure)
        else:
            found = _from_json(unit.raw, unit.offset, config, f"{source.path}:{unit.line}")
        yield _record(source, position, unit.line, config.text_field, unit.raw, found, unit.offset)
        if isinstance(found, Problem) and chunks.failure:
            return
    if chunks.failure:
        yield _record(source, position + 1, line, config.text_field, b"", Problem(*chunks.failure), end)


def _marked_lines(pieces: Iterable[bytes]) -> Iterator[tuple[bytes, bool | None]]:
    r"""The lines, ended by `\n` only, each with True, or None if it is blank."""
    open_line: list[bytes] = []
    for piece in pieces:
        if b"\n" not in piece:
            open_line.append(piece)
            continue
        lines = piece.split(b"\n")
        open_line.append(lines[0])
        lines[0] = b"".join(open_line)
        open_line = [lines.pop()]
        for line in lines:
            yield line + b"\n", True if line.strip(_BLANK) else None
    last = b"".join(open_line)
    if last:
        yield last, True if last.strip(_BLANK) else None


def _line_feeds(raw: bytes) -> int:
    return raw.count(b"\n")


def _from_json(raw: bytes, offset: int, config: Config, place: str) -> Document | Problem:
    body = raw.removeprefix(_BOM) if offset == 0 else raw
    fields: Any
    utf_8 = _is_utf_8(config.encoding)
    try:
        fields = orjson.loads(body if utf_8 else body.decode(config.encoding))
    except ValueError:
        # orjson refuses lone surrogates, NaN and bare control characters; the standard library takes them
        text = _decoded(raw, config.encoding, offset)
        if isinstance(text, Problem):
            return text
        try:
            fields = json.loads(text, strict=False)
        except RecursionError:
            return Problem("json", "the JSON is nested too deeply to be read; flatten it")
        except ValueError as error:
            return _not_json(error, raw)
    if not isinstance(fields, dict):
        kind = "a list" if isinstance(fields, list) else "a single value"
        return Problem("json", f"the line is {kind}, not an object; each line must be one JSON object")
    if isinstance(fields.get(config.id_field), float):
        # only the source shows how a number is spelled; orjson makes floats of integers beyond 64 bits
        exact = json.loads(_text_of(body, config.encoding), strict=False, parse_float=str, parse_int=str)
        fields[config.id_field] = exact[config.id_field]
    return article(fields, config, place)


def _text_of(body: bytes, encoding: str) -> str:
    return body.decode("utf-8" if _is_utf_8(encoding) else encoding)


def _not_json(error: ValueError, raw: bytes) -> Problem:
    told = f"{error.msg} at column {error.colno}" if isinstance(error, json.JSONDecodeError) else str(error)
    cut = "" if raw.endswith(b"\n") else "; the last line has no end: was the file cut off while it was written?"
    return Problem("json", f"the line is not JSON ({told}){cut or '; each line must be one JSON object'}")


def _csv(source: Source, config: Config, chunks: Chunks, pieces: Iterator[bytes]) -> Iterator[Record]:
    _check_encoding(source, config.encoding)
    begin = _header_row(pieces)
    header_row, pieces = begin
    if not header_row.raw:
        if chunks.failure:
            yield _record(source, 1, 1, config.text_field, b"", Problem(*chunks.failure), 0)
        return
    header = header_row.raw
    if not header_row.closed or (chunks.failure and not header.endswith((b"\n", b"\r"))):
        found = Problem(*chunks.failure) if chunks.failure else _UNCLOSED
        yield _record(source, 1, 1, config.text_field, header, found, 0)
        return
    delimiter, names = _columns(header, config)
    position, end, line = 0, len(header), 1 + _breaks(header)
    for unit in _units(_marked_rows(pieces, delimiter), _breaks, end, line):
        position += 1
        end, line = unit.offset + len(unit.raw), unit.line + _breaks(unit.raw)
        cut = chunks.failure is not None and not unit.parsed.raw.endswith((b"\n", b"\r"))
        made: Document | Problem
        if cut and chunks.failure:
            made = Problem(*chunks.failure)
        elif not unit.parsed.closed:
            made = _UNCLOSED
        else:
            made = _from_cells(unit, names, config, f"{source.path}:{unit.line}")
        yield _record(source, position, unit.line, config.text_field, unit.raw, made, unit.offset, header)
        if cut:
            return
    if chunks.failure:
        found = Problem(*chunks.failure)
        yield _record(source, position + 1, line, config.text_field, b"", found, end, header)


_UNCLOSED = Problem(
    "csv",
    "a quotation mark that opens a cell is never closed, so that all the rest of the file would be one cell; "
    "double each quotation mark inside a cell",
)
