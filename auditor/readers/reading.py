"""Reading: dispatch a file to the reader of its format; read files that are one article."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import BinaryIO

from auditor.config import Config
from auditor.document import Document
from auditor.errors import ReadError
from auditor.readers.chunks import Chunks
from auditor.readers.csv_file import csv_file
from auditor.readers.json_lines import json_lines
from auditor.readers.parquet_file import parquet_file
from auditor.readers.record import BOM, IGNORE_FIELD, PASSED_ON, START, Mark, Problem, Record, decoded, is_utf_8
from auditor.readers.sources import STANDARD_INPUT, Source, article_id, check_paths, find_sources
from auditor.readers.units import WHITE

_FRONT_MATTER = re.compile(r"---[ \t]*\r?\n((?:(?!---)[^\n]*\n){0,200})---[ \t]*(?:\r?\n|\Z)")
_FRONT_MATTER_LINE = re.compile(r"^([A-Za-z-]+)[ \t]*:[ \t]+([^\r\n]*[^\s])[ \t]*\r?$", re.MULTILINE)

_FRONT_MATTER_LIST = re.compile(
    rf"^{IGNORE_FIELD}[ \t]*:[ \t]*\r?\n((?:[ \t]*+-[ \t]++[^\r\n]*+\r?\n)+)", re.MULTILINE | re.IGNORECASE
)


def read(
    paths: Sequence[str], config: Config, *, stdin: BinaryIO | None = None, format: str | None = None
) -> Iterator[Record]:
    """The records of all files that the paths stand for, in order, one in memory at a time.

    paths: files, folders, or `-` for `stdin`. By suffix: `.txt .text` and `.md .markdown` are one article each;
    `.jsonl .ndjson`, `.csv` and `.parquet` hold an article in each record; `.gz`, `.zst` or `.zstd` may follow all but
    the last. A file that is named and has another suffix is text. A pattern as `in/**/*.jsonl` stands for the files
    that it fits. Standard input is JSON Lines if it begins with `{`, otherwise one
    text. format: reads standard input and the files that are named (not those in folders) as one of `FORMATS`.

    The text of an article is what the file or field holds, decoded with the configured encoding, no character
    changed; only a byte order mark at the start is not part of it. In Markdown the simple `key: value` lines between
    `---` at the start give `meta`, id and the codes of `auditor-ignore` (also as a list), and stay part of the text, so
    that offsets are those of the file.

    Raises ReadError, before anything is read, for a path that does not exist or may not be read, and for an encoding
    in which JSON Lines or CSV cannot be cut into lines (found in a folder, such a file raises when it is met). After
    that nothing is raised: what cannot be read is a Record with a `problem`.
    """
    check_inputs(paths, config, stdin=stdin, format=format)
    return _read_all(paths, config, stdin, format)


def check_inputs(
    paths: Sequence[str], config: Config, *, stdin: BinaryIO | None = None, format: str | None = None
) -> None:
    """Raise the ReadError that `read` would raise before it begins."""
    check_paths(paths, format)
    if STANDARD_INPUT in paths and stdin is None:
        raise ReadError("standard input (“-”) is named, but there is none here")
    if STANDARD_INPUT in paths and format == "parquet":
        raise ReadError("Parquet cannot be read from standard input; save it to a file and name that")
    for source in find_sources([path for path in paths if not os.path.isdir(path)], format):
        _check_encoding(source, config.encoding)


def read_source(
    source: Source,
    config: Config,
    *,
    stdin: BinaryIO | None = None,
    tap: Callable[[bytes], object] | None = None,
    start: Mark = START,
) -> Iterator[Record]:
    """The records of one file.

    start: the `after` of a record that was read before, to go on behind it; not for standard input.
    tap: is called with every piece of the file's bytes as stored on the disk, each once, by the end of the iteration.
    Raises ReadError only for an encoding that the format cannot have.
    """
    if source.problem is not None:
        yield Record.of(source.path, 1, None, "", b"", Problem("file", source.problem), 0)
        return
    _check_encoding(source, config.encoding)
    if source.format == "parquet":
        yield from parquet_file(source.path, config, tap, start)
        return
    stream = stdin if source.path == STANDARD_INPUT else None
    chunks = Chunks(source.path, stream=stream, compression=source.compression, tap=tap)
    pieces: Iterator[bytes] = iter(chunks)
    format = source.format
    if format is None:
        format, pieces = _sniffed(pieces)
    if format == "jsonl":
        yield from json_lines(source.path, config, chunks, pieces, start)
    elif format == "csv":
        yield from csv_file(source.path, config, chunks, pieces, start)
    else:
        raw = b"".join(pieces)
        found = chunks.failure or _article(raw, source, config, markdown=format == "markdown")
        yield Record.of(source.path, 1, None, "", raw, found, 0)


def _read_all(paths: Sequence[str], config: Config, stdin: BinaryIO | None, format: str | None) -> Iterator[Record]:
    for source in find_sources(paths, format):
        yield from read_source(source, config, stdin=stdin)


def _check_encoding(source: Source, encoding: str) -> None:
    """JSON Lines and CSV are cut at the bytes of ASCII signs, which an encoding like UTF-16 spells otherwise."""
    signs = '\n\r",'
    if source.format in ("jsonl", "csv") and not is_utf_8(encoding) and signs.encode(encoding) != signs.encode():
        raise ReadError(f"{source.path}: encoding {encoding} can be read in text files only; convert the file to UTF-8")


def _sniffed(pieces: Iterator[bytes]) -> tuple[str, Iterator[bytes]]:
    """What standard input holds, told by its first sign, and all its bytes."""
    held: list[bytes] = []
    first = b""
    for piece in pieces:
        held.append(piece)
        first = (piece.removeprefix(BOM) if len(held) == 1 else piece).lstrip(WHITE)[:1]
        if first:
            break
    return "jsonl" if first == b"{" else "text", chain(held, pieces)


def _article(raw: bytes, source: Source, config: Config, *, markdown: bool) -> Document | Problem:
    text = decoded(raw, config.encoding, 0)
    if isinstance(text, Problem):
        return text
    meta = _front_matter(text) if markdown else {}
    if folder := os.path.basename(os.path.dirname(source.path)):
        meta["folder"] = folder
    ident = meta.pop("id", "") or (STANDARD_INPUT if source.path == STANDARD_INPUT else article_id(source.name))
    return Document(text, ident, meta)


def _front_matter(text: str) -> dict[str, str]:
    block = _FRONT_MATTER.match(text)
    meta: dict[str, str] = {}
    for key, value in _FRONT_MATTER_LINE.findall(block[1]) if block else ():
        if key.lower() in (*PASSED_ON, "id", IGNORE_FIELD):
            quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
            meta[key.lower()] = value[1:-1] if quoted else value
    if block and (listed := _FRONT_MATTER_LIST.search(block[1])):
        meta[IGNORE_FIELD] = ", ".join(line.strip().lstrip("-").strip() for line in listed[1].splitlines())
    return meta
