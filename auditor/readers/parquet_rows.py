"""Parquet rows: read a file in batches, write chosen rows of them unchanged; a door to pyarrow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from auditor.readers.record import Note, ParquetRow

if TYPE_CHECKING:
    import pyarrow as pa

BATCH_ROWS = 256
"""Rows in memory at a time while reading; articles may be long."""
GROUP_ROWS = 8192
GROUP_BYTES = 64_000_000
"""A row group is written when so many rows or bytes wait."""
BUFFER = 1 << 20
"""Column chunks are read through a buffer of so many bytes instead of whole."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows of a file: the first is number `first`, counted from 0."""

    first: int
    rows: pa.RecordBatch


@dataclass(frozen=True, slots=True)
class Gap:
    """Rows `first` to `end` (excluded, None when unknown) that cannot be read, and why."""

    first: int
    end: int | None
    reason: str


def batches(path: str, start: int = 0) -> Iterator[Batch | Gap]:
    """The rows of a Parquet file in order, with all columns, from the batch on that holds row `start`.

    A row group that is damaged is a gap from the first row that could not be read to the end of the group, and
    reading goes on behind it. A file that cannot be opened is one gap. Never raises.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path, buffer_size=BUFFER)
    except (OSError, pa.ArrowException) as error:
        yield Gap(0, None, _first_line(error))
        return
    with file:
        first = 0
        for group in range(file.num_row_groups):
            end = first + file.metadata.row_group(group).num_rows
            if end <= start:
                first = end
                continue
            try:
                for rows in file.iter_batches(BATCH_ROWS, row_groups=[group], use_threads=False):
                    if first + rows.num_rows > start:
                        yield Batch(first, rows)
                    first += rows.num_rows
            except (OSError, pa.ArrowException) as error:
                yield Gap(first, end, _first_line(error))
            first = end


def values(rows: pa.RecordBatch, names: Sequence[str], encoding: str) -> dict[str, list[Any]]:
    """The columns of that name which are there, as Python values; the first of several with one name.

    Strings are checked: a value that is not valid UTF-8 is the UnicodeError that says so. Binary values are decoded
    with `encoding`. Dates and times are strings.
    """
    have = rows.schema.names
    return {name: _values(rows.column(have.index(name)), encoding) for name in names if name in have}


def schema_bytes(rows: pa.RecordBatch) -> bytes:
    """The schema, with its metadata, as bytes that are equal for equal schemas."""
    return bytes(rows.schema.serialize().to_pybytes())


def row_count(path: str) -> int | None:
    """How many rows a Parquet file has; None when it cannot be opened."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return int(pq.read_metadata(path).num_rows)
    except (OSError, pa.ArrowException):
        return None


def table_rows(path: Path, columns: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The rows of one of our own tables, some columns of them, a batch in memory at a time.

    Raises OSError for a file that cannot be opened or is damaged, ValueError for one that is no Parquet file or
    lacks a column.
    """
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        missing = [name for name in columns if name not in file.schema_arrow.names]
        if missing:
            raise ValueError(f"there is no column {', '.join(missing)}")
        for rows in file.iter_batches(GROUP_ROWS, columns=list(columns)):
            yield from rows.to_pylist()


def row_pieces(rows: Sequence[tuple[ParquetRow, Note | None]]) -> Iterator[bytes]:
    """Rows as pieces that `read_pieces` reads, each of rows of one batch and with its schema, in their order.

    With each row go the columns to add to it: None for none, or all rows must have the same.
    """
    import pyarrow as pa

    for _, group in groupby(rows, key=lambda row: id(row[0].batch)):
        chosen = list(group)
        taken = chosen[0][0].batch.take(pa.array([row.index for row, _ in chosen], pa.int64()))
        notes = [note for _, note in chosen if note is not None]
        if notes:
            schema = annotated_schema(taken.schema, notes[0])
            added = [pa.array([note[name] for note in notes], schema.field(name).type) for name in notes[0]]
            taken = pa.RecordBatch.from_arrays([*taken.columns, *added], schema=schema)
        out = pa.BufferOutputStream()
        with pa.ipc.new_stream(out, taken.schema) as stream:
            stream.write_batch(taken)
        data = out.getvalue().to_pybytes()
        yield len(data).to_bytes(8, "little") + data


def read_pieces(path: Path) -> Iterator[pa.RecordBatch]:
    """The batches in a file of pieces. Raises OSError, or ValueError for a damaged file."""
    import pyarrow as pa

    with path.open("rb") as file:
        while head := file.read(8):
            with pa.ipc.open_stream(file.read(int.from_bytes(head, "little"))) as stream:
                yield from stream


def annotated_schema(schema: pa.Schema, note: Note) -> pa.Schema:
    """A schema with the columns of a note behind it: strings and numbers."""
    import pyarrow as pa

    for name, value in note.items():
        schema = schema.append(pa.field(name, pa.string() if isinstance(value, str) else pa.float64()))
    return schema


def schema_of(header: bytes) -> pa.Schema:
    """The schema that `schema_bytes` made bytes of."""
    import pyarrow as pa

    return pa.ipc.read_schema(pa.py_buffer(header))


def pieces_to_parquet(pieces: Path, target: Path, whole: pa.Schema) -> None:
    """Make the Parquet file of a file of pieces of one schema, the rows in their order.

    Memory is bounded by one row group. Raises OSError, or ValueError for a damaged file.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    with pq.ParquetWriter(target, whole) as writer:
        waiting: list[pa.RecordBatch] = []
        rows = size = 0

        def flush() -> None:
            if waiting:
                writer.write_table(pa.Table.from_batches(waiting, schema=whole), row_group_size=rows)

        for batch in read_pieces(pieces):
            waiting.append(batch)
            rows += batch.num_rows
            size += batch.nbytes
            if rows >= GROUP_ROWS or size >= GROUP_BYTES:
                flush()
                waiting, rows, size = [], 0, 0
        flush()


class RowWriter:
    """Writes rows of Parquet files that have one schema to a file of that schema, in order.

    Memory is bounded by one row group and one batch of the input. Raises OSError when the file cannot be written.
    """

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        import pyarrow.parquet as pq

        self._schema = schema
        self._writer = pq.ParquetWriter(path, schema)
        self._batch: pa.RecordBatch | None = None
        self._chosen: list[int] = []
        self._waiting: list[pa.RecordBatch] = []
        self._rows = 0
        self._bytes = 0

    def add(self, row: ParquetRow) -> None:
        """Write a row after those before it."""
        if row.batch is not self._batch:
            self._take()
            self._batch = row.batch
        self._chosen.append(row.index)

    def close(self) -> None:
        """Write what waits, and the end of the file."""
        self._take()
        self._flush()
        self._writer.close()

    def _take(self) -> None:
        """Copy the chosen rows, so that no input batch has to stay in memory for a few of its rows."""
        import pyarrow as pa

        if self._batch is None or not self._chosen:
            return
        taken = self._batch.take(pa.array(self._chosen, pa.int64()))
        self._chosen.clear()
        self._batch = None
        self._waiting.append(taken)
        self._rows += taken.num_rows
        self._bytes += taken.nbytes
        if self._rows >= GROUP_ROWS or self._bytes >= GROUP_BYTES:
            self._flush()

    def _flush(self) -> None:
        import pyarrow as pa

        if self._waiting:
            table = pa.Table.from_batches(self._waiting, schema=self._schema)
            self._writer.write_table(table, row_group_size=self._rows)
        self._waiting = []
        self._rows = self._bytes = 0


def _values(column: pa.Array[Any], encoding: str) -> list[Any]:
    import pyarrow as pa

    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return _decoded(column.cast(pa.large_binary()), "utf-8")
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_binary_view(kind):
        return _decoded(column, encoding)
    if pa.types.is_temporal(kind):
        try:
            return list(column.cast(pa.string()).to_pylist())
        except pa.ArrowException:  # a time zone that this machine does not know
            return [None] * len(column)
    return list(column.to_pylist())


def _decoded(column: pa.Array[Any], encoding: str) -> list[Any]:
    found: list[Any] = []
    for value in column.to_pylist():
        try:
            found.append(value if value is None else value.decode(encoding))
        except UnicodeError as error:
            found.append(error)
    return found


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n")[0].rstrip(".")
