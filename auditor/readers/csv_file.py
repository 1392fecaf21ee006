"""CSV -> Records: a header row that names the columns, then one article a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from auditor.config import Config
from auditor.document import Document
from auditor.readers.chunks import Chunks, skipped
from auditor.readers.csv_rows import CsvRow, RowSplitter
from auditor.readers.record import (
    BOM,
    START,
    Mark,
    Note,
    Problem,
    Record,
    annotated_before,
    article,
    decoded,
    is_utf_8,
    shown,
)
from auditor.readers.units import WHITE, Unit, units

DELIMITERS = (b",", b";", b"\t", b"|")
"""What may stand between cells: the first of these with which the header names the text field, or else a comma."""

_LINE_END = (b"\n", b"\r")
_UNCLOSED = Problem(
    "csv",
    "a quotation mark that opens a cell is never closed, so that the rest of the file would be one cell; "
    "write each quotation mark inside a cell twice",
)


class _Header(NamedTuple):
    """The header row: its bytes with the blank lines around it, and the names of its columns."""

    raw: bytes
    names: list[str]
    delimiter: bytes


def csv_file(
    path: str, config: Config, chunks: Chunks, pieces: Iterator[bytes], start: Mark = START
) -> Iterator[Record]:
    """The records of a CSV file from `start` on; each has the header row in its `header`.

    pieces: the bytes of `chunks`, which knows whether they are all. Cells may have any size and hold line ends; blank
    rows are no records. A row with more cells than the header is unreadable, for then a comma stands outside
    quotation marks and the text would be cut; one with fewer has its last columns missing.
    """
    header, rest = _begin(config, pieces)
    if isinstance(header, bytes):
        problem = chunks.failure or (_UNCLOSED if header else None)
        if problem:
            yield Record.of(path, 1, 1, config.text_field, header, problem, 0)
        return
    first = Mark(0, 1 + _line_ends(header.raw), len(header.raw))
    begin = start if start.records else first
    position, line, end = begin.records, begin.line, begin.offset
    rows = _rows(skipped(rest, end - first.offset), header.delimiter)
    for unit in units(rows, _line_ends, offset=end, line=line):
        position += 1
        cut = chunks.failure is not None and not unit.content.raw.endswith(_LINE_END)
        if cut and chunks.failure:
            found: Document | Problem = chunks.failure
        else:
            found = _read_row(unit, header.names, config, f"{path}:{unit.line}")
        line, end = unit.next_line, unit.offset + len(unit.raw)
        after = None if cut else Mark(position, line, end)
        yield Record.of(
            path, position, unit.line, config.text_field, unit.raw, found, unit.offset, header.raw, after=after
        )
        if cut:
            return
    if chunks.failure:
        yield Record.of(path, position + 1, line, config.text_field, b"", chunks.failure, end, header.raw)


class CsvAnnotator:
    """Adds columns to the records of a CSV file; their own cells keep their bytes.

    header: the header row in its original bytes. Raises ReadError when it has one of the columns already.
    """

    def __init__(self, header: bytes, config: Config, names: Sequence[str], path: str) -> None:
        cut = _cut(header, len(header), config)
        if taken := [name for name in names if name in cut.names]:
            raise annotated_before(path, taken)
        self._columns = len(cut.names)
        self._delimiter = cut.delimiter
        self.header = self._with(header, [name.encode() for name in names])

    def row(self, raw: bytes, note: Note) -> bytes:
        """The bytes of a record with its columns; cells that it lacks are added empty before them."""
        splitter = RowSplitter(self._delimiter)
        rows = [*splitter.feed(raw), *splitter.finish()]
        cells = max((len(row.cells) for row in rows if not _is_blank(row)), default=0)
        values = [(value if isinstance(value, str) else repr(value)).encode() for value in note.values()]
        return self._with(raw, [b""] * max(self._columns - cells, 0) + values)

    def _with(self, raw: bytes, cells: list[bytes]) -> bytes:
        body = len(raw.rstrip(WHITE))
        ends = [at for sign in _LINE_END if (at := raw.find(sign, body)) >= 0]
        at = min(ends, default=len(raw))
        return raw[:at] + b"".join(self._delimiter + cell for cell in cells) + raw[at:]


def columns(header: bytes, config: Config) -> tuple[list[str], bytes]:
    """The names of the columns in the bytes of a header row, and what stands between its cells."""
    _, names, delimiter = _cut(header, len(header), config)
    return names, delimiter


def _begin(config: Config, pieces: Iterator[bytes]) -> tuple[_Header | bytes, Iterator[bytes]]:
    """The header and the bytes after it; all bytes instead of a header if there is no complete one."""
    splitter = RowSplitter()
    held = b""
    skipped = 0
    for piece in pieces:
        held += piece
        for row in splitter.feed(piece):
            if not _is_blank(row):
                return _cut(held, skipped + len(row.raw), config), _after(held, skipped + len(row.raw), pieces)
            skipped += len(row.raw)
    for row in splitter.finish():
        if not _is_blank(row) and row.closed:
            return _cut(held, len(held), config), iter(())
    return (held if held.strip(WHITE) else b""), iter(())


def _cut(held: bytes, end: int, config: Config) -> _Header:
    raw = held[:end]
    bare = raw.removeprefix(BOM) if is_utf_8(config.encoding) else raw
    bare = bare.strip(WHITE)
    split = {delimiter: _names(bare, delimiter, config.encoding) for delimiter in DELIMITERS}
    delimiter = next((one for one in DELIMITERS if config.text_field in split[one]), DELIMITERS[0])
    return _Header(raw, split[delimiter], delimiter)


def _names(header: bytes, delimiter: bytes, encoding: str) -> list[str]:
    splitter = RowSplitter(delimiter)
    rows = [*splitter.feed(header), *splitter.finish()]
    return [value.decode(encoding, "backslashreplace").strip() for value in rows[0].values()] if rows else []


def _after(held: bytes, end: int, pieces: Iterator[bytes]) -> Iterator[bytes]:
    yield held[end:]
    yield from pieces


def _rows(pieces: Iterator[bytes], delimiter: bytes) -> Iterator[tuple[bytes, CsvRow | None]]:
    splitter = RowSplitter(delimiter)
    for piece in pieces:
        for row in splitter.feed(piece):
            yield row.raw, None if _is_blank(row) else row
    for row in splitter.finish():
        yield row.raw, None if _is_blank(row) else row


def _is_blank(row: CsvRow) -> bool:
    return row.raw.strip(WHITE) in (b"", BOM)


def _line_ends(raw: bytes) -> int:
    return raw.count(b"\n") + raw.count(b"\r") - raw.count(b"\r\n")


def _read_row(unit: Unit[CsvRow], names: Sequence[str], config: Config, place: str) -> Document | Problem:
    row = unit.content
    if not row.closed:
        return _UNCLOSED
    start = unit.offset + unit.raw.index(row.raw)
    values: list[str] = []
    for cell, raw in zip(row.cells, row.values(), strict=True):
        value = decoded(raw, config.encoding, start + cell.start + (1 if cell.close >= 0 else 0), mark=False)
        if isinstance(value, Problem):
            return value
        values.append(value)
    if any(values[len(names) :]):
        return Problem(
            "csv",
            f"the row has {len(values)} cells, the header {len(names)} ({shown(names)}); "
            "put a cell that holds a comma or a line end between quotation marks",
        )
    fields: dict[str, object] = {}
    for name, value in zip(names, values, strict=False):
        fields.setdefault(name, value)
    return article(fields, config, place)
