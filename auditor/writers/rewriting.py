"""Rewriting: the record of a cleaned article, in which only the article's own characters differ from the original."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Mapping, Sequence
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import TYPE_CHECKING, Any

from auditor.config import Config
from auditor.errors import WriteError
from auditor.finding import Edit
from auditor.marking import apply_edits
from auditor.readers import ParquetRow, Record
from auditor.readers.csv_file import columns
from auditor.readers.csv_rows import Cell, CsvRow, RowSplitter
from auditor.readers.record import BOM, is_utf_8
from auditor.readers.units import WHITE
from auditor.span import Span

if TYPE_CHECKING:
    import pyarrow as pa

_WIDE = {
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
"""Byte order marks, and the encodings without a mark that they stand for."""

_UNIT = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|[^\\]", re.DOTALL)
"""What stands for one code point inside a JSON string."""

_SPACE = re.compile(r"[ \t\r\n]*")


def rewritten(record: Record, edits: Sequence[Edit], config: Config) -> bytes:
    """The bytes of a record of text, Markdown, JSON Lines or CSV after edits of its article.

    edits: sorted, without overlaps, in code points of the article. All bytes but those of the edited characters stay:
    byte order mark, line ends, other fields, order of keys, spacing, and the escapes of what is not edited. Without
    edits it is the record's own bytes. Raises WriteError where the new text cannot be written in the encoding, or
    where the record would not be read again as the cleaned article.
    """
    if not edits:
        return record.raw
    assert record.document is not None
    old = record.document.text
    try:
        if not record.field:
            return _file(record.raw, old, apply_edits(old, edits), config.encoding)
        if record.header:
            return _csv(record, old, apply_edits(old, edits), config)
        return _json_line(record, old, edits, config)
    except UnicodeEncodeError as error:
        sign = f"U+{ord(str(error.object)[error.start]):04X}"
        raise WriteError(
            f"the cleaned text cannot be written: {sign} does not exist in {config.encoding}; convert the file to UTF-8"
        ) from error


def replaced(rows: pa.RecordBatch, field: str, texts: Mapping[int, str], encoding: str) -> pa.RecordBatch:
    """A batch of Parquet rows with other articles in some of them, of the same schema.

    texts: the new article by the row's index in the batch; all other rows and columns are the same.
    encoding: of a binary column. Raises WriteError where a text cannot be written in it.
    """
    import pyarrow as pa

    index = rows.schema.names.index(field)
    kind = rows.schema.field(index).type
    plain = kind.value_type if pa.types.is_dictionary(kind) else kind
    column = rows.column(index).cast(plain) if pa.types.is_dictionary(kind) else rows.column(index)
    binary = pa.types.is_binary(plain) or pa.types.is_large_binary(plain) or pa.types.is_binary_view(plain)
    values: list[Any] = column.cast(pa.large_binary()).to_pylist() if not binary else column.to_pylist()
    for row, text in texts.items():
        try:
            values[row] = text.encode(encoding if binary else "utf-8")
        except UnicodeEncodeError as error:
            raise WriteError(f"row {row + 1}: the cleaned text cannot be written in {encoding}") from error
    array = pa.array(values, pa.large_binary()).cast(plain) if not binary else pa.array(values, plain)
    if pa.types.is_dictionary(kind):
        array = array.dictionary_encode().cast(kind)
    return rows.set_column(index, rows.schema.field(index), array)


def row_of(record: Record, rows: pa.RecordBatch) -> ParquetRow:
    """The row of a record in a batch that was made by `replaced`."""
    assert record.row is not None
    return ParquetRow(rows, record.row.index)


def _file(raw: bytes, old: str, new: str, encoding: str) -> bytes:
    """A file that is one article: what stands before the text (a byte order mark) stays."""
    tries = [(b"", encoding), (BOM, "utf-8"), ("\ufeff".encode(encoding, "ignore"), encoding), *_WIDE.items()]
    for mark, name in tries:
        if raw.startswith(mark) and mark + old.encode(name, "surrogatepass" if "utf" in name else "strict") == raw:
            return mark + new.encode(name)
    raise WriteError(f"the file cannot be written back byte for byte in {encoding}; convert it to UTF-8")


def _json_line(record: Record, old: str, edits: Sequence[Edit], config: Config) -> bytes:
    """A line of JSON: the string of the text field, with the escapes of all that is not edited."""
    encoding = "utf-8" if is_utf_8(config.encoding) else config.encoding
    mark = BOM if is_utf_8(config.encoding) and record.raw.startswith(BOM) else b""
    line = record.raw[len(mark) :].decode(encoding)
    place = _value(line, record.field)
    units = _UNIT.findall(line, place.start + 1, place.end - 1)
    if len(units) != len(old):
        raise WriteError(f"the field “{record.field}” is spelled in a way that cannot be edited; write the file anew")
    out = []
    position = 0
    for edit in edits:
        text = edit.text
        escaped = place.of(line).isascii() or not _fits(text, encoding)
        out += [*units[position : edit.span.start], json.dumps(text, ensure_ascii=escaped)[1:-1]]
        position = edit.span.end
    new = line[: place.start + 1] + "".join([*out, *units[position:]]) + line[place.end - 1 :]
    written, _ = scanstring(new, place.start + 1, False)
    if written != apply_edits(old, edits):
        raise WriteError(f"the field “{record.field}” would not be read again as it was cleaned; write the file anew")
    return mark + new.encode(encoding)


def _fits(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _value(line: str, field: str) -> Span:
    """Where the string of a field stands in a line that holds one JSON object, quotation marks included.

    Of several fields of that name the last, as readers take it. Raises WriteError when it cannot be found.
    """
    decoder = json.JSONDecoder(strict=False)
    found: Span | None = None
    try:
        at = _past_space(line, _past_space(line, 0) + 1)
        while line[at] != "}":
            if line[at] == ",":
                at = _past_space(line, at + 1)
            key, at = scanstring(line, at + 1, False)
            at = _past_space(line, _past_space(line, at) + 1)
            start = at
            if line[at] == '"':
                _, at = scanstring(line, at + 1, False)
            else:
                _, at = decoder.raw_decode(line, at)
            if key == field:
                found = Span(start, at)
            at = _past_space(line, at)
    except (ValueError, IndexError, RecursionError) as error:
        raise WriteError(f"the line cannot be edited ({error}); flatten the record or write the file anew") from error
    if found is None:
        raise WriteError(f"the field “{field}” cannot be found again; write the file anew")
    return found


def _past_space(line: str, at: int) -> int:
    match = _SPACE.match(line, at)
    return match.end() if match else at


def _csv(record: Record, old: str, new: str, config: Config) -> bytes:
    """A row of CSV: the cell of the text column, between quotation marks if it had them or needs them now."""
    names, delimiter = columns(record.header, config)
    index = names.index(record.field)
    row, start = _row(record.raw, delimiter)
    cell = row.cells[index]
    value = row.values()[index]
    mark = BOM if is_utf_8(config.encoding) and value.startswith(BOM) else b""
    encoding = "utf-8" if is_utf_8(config.encoding) else config.encoding
    if mark + old.encode(encoding) != value:
        raise WriteError(f"the cell cannot be written back byte for byte in {encoding}; convert the file to UTF-8")
    wanted = mark + new.encode(encoding)
    raw = row.raw[: cell.start] + _cell(cell, wanted, delimiter) + row.raw[cell.end :]
    again, _ = _row(raw, delimiter)
    if again.values()[index] != wanted or len(again.cells) != len(row.cells):
        raise WriteError("the row would not be read again as it was cleaned; write the file anew")
    return record.raw[:start] + raw + record.raw[start + len(row.raw) :]


def _row(raw: bytes, delimiter: bytes) -> tuple[CsvRow, int]:
    """The row among the blank lines of a record, and where it begins."""
    splitter = RowSplitter(delimiter)
    start = 0
    for row in (*splitter.feed(raw), *splitter.finish()):
        if row.raw.strip(WHITE) not in (b"", BOM):
            return row, start
        start += len(row.raw)
    raise WriteError("the row cannot be found again; write the file anew")


def _cell(cell: Cell, value: bytes, delimiter: bytes) -> bytes:
    if cell.close < 0 and not any(sign in value for sign in (delimiter, b'"', b"\n", b"\r")):
        return value
    return b'"' + value.replace(b'"', b'""') + b'"'
