"""Write the tables of a report as Parquet and CSV; a door to pyarrow."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import IO, TYPE_CHECKING

from auditor._version import __version__
from auditor.report import SCHEMAS, Report, Row, Schema
from auditor.writers.files import atomic, partial_name, unwritable

if TYPE_CHECKING:
    import pyarrow as pa

BATCH_ROWS = 4096
"""A row group is written when so many rows wait, whatever the size of the calls, so that files are reproducible."""
BATCH_CHARACTERS = 16_000_000
"""A row group is also written when the text of the waiting rows is so long; this bounds the memory."""

_CRLF = csv.excel.lineterminator
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_PANDAS_TYPES: Mapping[str, str] = MappingProxyType(
    {"string": "unicode", "Int64": "int64", "Float64": "float64", "boolean": "bool"}
)


class TableWriter:
    """Writes rows to one Parquet file, in batches of bounded size, under a fixed schema.

    The file appears under its name when `close` is called, complete; until then it has a name that ends in
    `.partial`. A table without rows is a valid file with all columns. As a context manager it closes at the end of
    the block, and leaves no file when the block raised.
    Raises WriteError when the file cannot be written; ValueError for a row without exactly the columns of the schema.
    """

    def __init__(self, path: Path, schema: Schema) -> None:
        import pyarrow.parquet as pq

        self._path = path
        self._partial = partial_name(path)
        self._columns = frozenset(schema)
        self._schema = arrow_schema(schema)
        self._rows: list[Row] = []
        self._characters = 0
        try:
            self._writer = pq.ParquetWriter(self._partial, self._schema, compression="zstd")
        except OSError as error:
            raise unwritable(path, error) from error

    def write(self, rows: Iterable[Row]) -> None:
        """Add rows: a value for each column of the schema, None where there is none."""
        for row in rows:
            if row.keys() != self._columns:
                wrong = sorted(row.keys() ^ self._columns)
                raise ValueError(f"{self._path.name}: the row does not fit the schema in {', '.join(wrong)}")
            self._rows.append(row)
            self._characters += sum(len(value) for value in row.values() if isinstance(value, str))
            if len(self._rows) >= BATCH_ROWS or self._characters >= BATCH_CHARACTERS:
                self._flush()

    def close(self) -> None:
        """Write what waits and give the file its name."""
        self._flush()
        try:
            self._writer.close()
            self._partial.replace(self._path)
        except OSError as error:
            raise unwritable(self._path, error) from error

    def abort(self) -> None:
        """Leave no file behind."""
        with suppress(OSError):  # the disk that refused the rows may refuse the end of the file too
            self._writer.close()
        self._partial.unlink(missing_ok=True)

    def __enter__(self) -> TableWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.abort()

    def _flush(self) -> None:
        import pyarrow as pa

        if not self._rows:
            return
        batch = pa.RecordBatch.from_pylist(self._rows, schema=self._schema)
        try:
            self._writer.write_batch(batch, row_group_size=BATCH_ROWS)
        except OSError as error:
            raise unwritable(self._path, error) from error
        self._rows = []
        self._characters = 0


def arrow_schema(schema: Schema) -> pa.Schema:
    """The schema for pyarrow, with the note from which pandas restores `string`, `Int64`, `Float64`, `boolean`."""
    import pyarrow as pa

    types = {"string": pa.string(), "Int64": pa.int64(), "Float64": pa.float64(), "boolean": pa.bool_()}
    note = {
        "index_columns": [],
        "column_indexes": [],
        "columns": [
            {
                "name": column,
                "field_name": column,
                "pandas_type": _PANDAS_TYPES[dtype],
                "numpy_type": dtype,
                "metadata": None,
            }
            for column, dtype in schema.items()
        ],
        "creator": {"library": "auditor", "version": __version__},
        "pandas_version": "2.2.0",
    }
    fields = [pa.field(column, types[dtype]) for column, dtype in schema.items()]
    return pa.schema(fields, metadata={"pandas": json.dumps(note)})


def write_parquet(rows: Iterable[Row], schema: Schema, path: Path) -> None:
    """Write one table as Parquet. Raises WriteError."""
    with TableWriter(path, schema) as writer:
        writer.write(rows)


def write_csv(rows: Iterable[Row], schema: Schema, path: Path) -> None:
    r"""Write one table as CSV: UTF-8, `\n` between rows, a missing value empty, flags `true` and `false`.

    A text that a spreadsheet would run as a formula (it begins with = + - @, tab or carriage return) gets an
    apostrophe before it. Raises WriteError.
    """
    with atomic(path) as file:
        csv_rows(file, schema)(rows)


def csv_rows(file: IO[str], schema: Schema) -> Callable[[Iterable[Row]], None]:
    """Write the head of a CSV file; what writes rows after it, in the form that `write_csv` has."""
    out = csv.writer(_Rows(file))
    out.writerow(schema)

    def write(rows: Iterable[Row]) -> None:
        for row in rows:
            out.writerow([_cell(row[column]) for column in schema])

    return write


class _Rows:
    r"""A file whose rows end in `\n`, for a writer that ends them in `\r\n`.

    Before Python 3.13 the writer quotes only those line breaks that it writes itself, and a bare `\r` in a cell would
    part the row for most readers.
    """

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def write(self, row: str) -> int:
        """Write one row, which the writer hands over whole."""
        return self._file.write(f"{row.removesuffix(_CRLF)}\n")


def write_tables(report: Report, folder: Path) -> list[Path]:
    """Write the four tables as `<name>.csv` and `<name>.parquet`; the paths written. Raises WriteError."""
    written = []
    for name, schema in SCHEMAS.items():
        rows: Sequence[Row] = report.rows[name]
        write_csv(rows, schema, folder / f"{name}.csv")
        write_parquet(rows, schema, folder / f"{name}.parquet")
        written += [folder / f"{name}.csv", folder / f"{name}.parquet"]
    return written


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value
