"""Inputs: what a run reads, cut into chunks of records, counted and hashed while it is read."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, BinaryIO

from auditor.config import Config
from auditor.readers import START, Mark, Record, Source, find_sources, read_source
from auditor.readers.parquet_rows import row_count
from auditor.readers.sources import ONE_ARTICLE, STANDARD_INPUT
from auditor.stream.ledger import InputFile

CHUNK_RECORDS = 64
CHUNK_SIZE = 1 << 18
"""A chunk ends with the record that makes it so many records, or bytes (of Parquet: characters)."""


@dataclass(slots=True)
class Account:
    """A source while it is read: counted and hashed as stored.

    size, hash: of the bytes that were read. records: how many were passed on, to be written. identity: size and time
    of the last change when it was opened; None where there are none. rows: of a Parquet file that can be opened.
    """

    source: Source
    size: int = 0
    records: int = 0
    identity: tuple[int, int] | None = None
    rows: int | None = None
    hash: Any = field(default_factory=sha256)

    @classmethod
    def of(cls, source: Source) -> Account:
        """The account of a source that is about to be read."""
        rows = row_count(source.path) if source.format == "parquet" else None
        return cls(source, identity=identity_of(source), rows=rows)

    @property
    def in_folder(self) -> bool:
        """Whether it is a text or Markdown file of a folder that was named: these are one input together."""
        return self.source.format in ONE_ARTICLE and self.source.path != self.source.root

    def add(self, piece: bytes) -> None:
        """Count and hash a piece of the file."""
        self.size += len(piece)
        self.hash.update(piece)

    def line(self) -> dict[str, object]:
        """What the journal of a run says of a source that was read to its end."""
        return {
            "path": self.source.path,
            "root": self.source.root,
            "name": self.source.name,
            "format": self.source.format or "folder",
            "folder": self.in_folder,
            "identity": self.identity,
            "bytes": self.size,
            "sha256": self.hash.hexdigest(),
            "records": self.records,
        }


@dataclass(slots=True)
class _Entry:
    path: str
    format: str
    files: int = 0
    bytes: int = 0
    records: int = 0
    digest: str = ""
    hash: Any = field(default_factory=sha256)


class Inputs:
    """The inputs that were read to their end, as the ledger lists them."""

    def __init__(self) -> None:
        self._entries: list[_Entry] = []
        self._folders: dict[str, _Entry] = {}

    def add(self, line: dict[str, Any]) -> None:
        """Take up a source, by its line in the journal."""
        if not line["folder"]:
            entry = _Entry(line["path"], line["format"], digest=line["sha256"])
            self._entries.append(entry)
        elif line["root"] in self._folders:
            entry = self._folders[line["root"]]
        else:
            entry = self._folders[line["root"]] = _Entry(line["root"], "text")
            self._entries.append(entry)
        entry.files += 1
        entry.bytes += line["bytes"]
        entry.records += line["records"]
        if line["folder"]:
            entry.hash.update(f"{line['sha256']}  {line['name']}\n".encode("utf-8", "backslashreplace"))

    def entries(self) -> tuple[InputFile, ...]:
        """The lines of the ledger."""
        return tuple(
            InputFile(e.path, e.format, e.files, e.bytes, e.digest or e.hash.hexdigest(), e.records)
            for e in self._entries
        )


@dataclass(slots=True)
class Chunk:
    """Some records in their order, each with the account of its source.

    opened, closed: the sources that begin and end in it, in their order. Where a chunk is cut depends only on the
    records behind the last cut, so that a run that goes on after any chunk cuts the rest as if it had never stopped.
    """

    items: list[tuple[Account, Record]] = field(default_factory=list)
    opened: list[Account] = field(default_factory=list)
    closed: list[Account] = field(default_factory=list)
    size: int = 0

    @property
    def full(self) -> bool:
        """Whether it is time for the next chunk. Never behind a record that is known to be the last of its source."""
        return bool(self.items) and (
            (len(self.items) >= CHUNK_RECORDS or self.size >= CHUNK_SIZE) and self.items[-1][1].after is not None
        )


def chunks_of(
    sources: Iterator[Source],
    config: Config,
    *,
    stdin: BinaryIO | None = None,
    first: tuple[Account, Mark] | None = None,
) -> Iterator[Chunk]:
    """The records of all sources in chunks.

    first: the account of the first source and where in it to begin, when it was read in part before.
    """
    chunk = Chunk()
    for source in sources:
        if source.path == STANDARD_INPUT:
            source = replace(source, format="jsonl")
        account, start = first or (Account.of(source), START)
        first = None
        chunk.opened.append(account)
        for record in read_source(source, config, stdin=stdin, tap=account.add, start=start):
            chunk.items.append((account, record))
            chunk.size += len(record.raw) or (len(record.document.text) if record.document else 0)
            if chunk.full:
                yield chunk
                chunk = Chunk()
        chunk.closed.append(account)
        if len(chunk.items) >= CHUNK_RECORDS or chunk.size >= CHUNK_SIZE or len(chunk.closed) >= CHUNK_RECORDS:
            yield chunk
            chunk = Chunk()
    if chunk.items or chunk.opened or chunk.closed:
        yield chunk


def identity_of(source: Source) -> tuple[int, int] | None:
    """Size and time of the last change (nanoseconds) of a file; None for anything else."""
    if source.path == STANDARD_INPUT or source.format is None:
        return None
    try:
        found = os.stat(source.path)
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def total_size(inputs: Sequence[str]) -> int | None:
    """How many bytes all inputs have together; None when nobody can know."""
    if STANDARD_INPUT in inputs:
        return None
    return sum((identity_of(source) or (0, 0))[0] for source in find_sources(inputs))
