"""Spooled tables: rows as an Arrow stream that only grows, made into Parquet at the end; a door to pyarrow.

A stream is the message of a schema, then messages of batches. It may be cut back to the end of any batch, and what is
appended then continues it. How rows were spread over batches does not show in the Parquet file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.report import Row, Schema
from auditor.writers.tables import BATCH_ROWS, arrow_schema

if TYPE_CHECKING:
    import pyarrow as pa

GROUP_BYTES = 64_000_000
"""A row group is also written when the waiting rows take so many bytes; this bounds the memory."""


def stream_head(schema: Schema) -> bytes:
    """What a stream of rows of this schema begins with."""
    return bytes(arrow_schema(schema).serialize().to_pybytes())


def stream_rows(rows: Sequence[Row], schema: Schema) -> bytes:
    """Rows as the next batch of a stream; nothing for no rows."""
    import pyarrow as pa

    if not rows:
        return b""
    return bytes(pa.RecordBatch.from_pylist(list(rows), schema=arrow_schema(schema)).serialize().to_pybytes())


def stream_to_parquet(stream: Path, target: Path, schema: Schema) -> int:
    """Make the Parquet file of a stream; how many rows it has.

    Row groups of 4,096 rows, or of fewer that take 64 MB. The same rows give the same bytes, whatever their batches.
    Raises OSError, or ValueError for a damaged stream.
    """
    import pyarrow.parquet as pq

    rows = 0
    with pq.ParquetWriter(target, arrow_schema(schema), compression="zstd") as writer:
        for group in _groups(stream):
            writer.write_table(group, row_group_size=BATCH_ROWS)
            rows += group.num_rows
    return rows


def _groups(stream: Path) -> Iterator[pa.Table]:
    """The rows of a stream in tables of one row group each, in one piece each."""
    import pyarrow as pa

    waiting: list[pa.RecordBatch] = []
    rows = size = 0
    with pa.OSFile(str(stream), "rb") as file, pa.ipc.open_stream(file) as reader:
        for batch in reader:
            left = batch
            while rows + left.num_rows >= BATCH_ROWS:
                room = BATCH_ROWS - rows
                yield pa.Table.from_batches([*waiting, left.slice(0, room)]).combine_chunks()
                waiting, rows, size = [], 0, 0
                left = left.slice(room)
            if left.num_rows:
                waiting.append(left)
                rows += left.num_rows
                size += left.nbytes
            if size >= GROUP_BYTES:
                yield pa.Table.from_batches(waiting).combine_chunks()
                waiting, rows, size = [], 0, 0
    if waiting:
        yield pa.Table.from_batches(waiting).combine_chunks()
