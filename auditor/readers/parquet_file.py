"""Parquet -> Records: one article a row, the row kept with all its columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from auditor.config import Config
from auditor.document import Document
from auditor.readers.chunks import Chunks
from auditor.readers.parquet_rows import Batch, Gap, batches, schema_bytes, values
from auditor.readers.record import IGNORE_FIELD, PASSED_ON, START, Mark, ParquetRow, Problem, Record, article, shown


def parquet_file(
    path: str, config: Config, tap: Callable[[bytes], object] | None = None, start: Mark = START
) -> Iterator[Record]:
    """The records of a Parquet file, from `start` on.

    Rows that cannot be read at all (a damaged file or row group) are one record with a problem that names them.
    tap: is called with the bytes of the file, which is read once more for it.
    """
    if tap is not None:
        for _ in Chunks(path, tap=tap):
            pass
    position = start.records
    header = b""
    for part in batches(path, start.offset):
        if isinstance(part, Gap):
            position += 1
            after = None if part.end is None else Mark(position, 1, part.end)
            problem = _gap(part)
            yield Record.of(path, position, None, config.text_field, b"", problem, part.first, header, after=after)
            continue
        header = header or schema_bytes(part.rows)
        for index, found in enumerate(_articles(part, config, path)):
            number = part.first + index
            if number < start.offset:
                continue
            position += 1
            row, after = ParquetRow(part.rows, index), Mark(position, 1, number + 1)
            yield Record.of(path, position, None, config.text_field, b"", found, number, header, row, after)


def _articles(part: Batch, config: Config, path: str) -> Iterator[Document | Problem]:
    wanted = tuple(dict.fromkeys((config.text_field, config.id_field, config.title_field, IGNORE_FIELD, *PASSED_ON)))
    columns = values(part.rows, wanted, config.encoding)
    absent = {name: None for name in part.rows.schema.names if name not in columns}
    for index in range(part.rows.num_rows):
        number = part.first + index + 1
        fields: dict[str, object] = {name: column[index] for name, column in columns.items()}
        broken = [name for name, value in fields.items() if isinstance(value, UnicodeError)]
        if broken:
            yield Problem(
                "encoding",
                f"row {number}: column {shown(broken)} does not hold valid text ({fields[broken[0]]}); "
                "write the file again with valid UTF-8",
            )
            continue
        found = article(fields if config.text_field in fields else {**fields, **absent}, config, f"{path}:{number}")
        if isinstance(found, Problem):
            found = Problem(found.what, f"row {number}: {found.message}")
        yield found


def _gap(gap: Gap) -> Problem:
    if gap.end is None:
        return Problem("parquet", f"this is no readable Parquet file ({gap.reason}); get or write it again")
    return Problem(
        "parquet", f"rows {gap.first + 1} to {gap.end} are damaged ({gap.reason}); get or write the file again"
    )
