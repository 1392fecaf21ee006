"""Record: one unit of an input file as it stood there, with the article in it or the reason why there is none."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from auditor.config import Config
from auditor.document import Document
from auditor.errors import ReadError, nearest

if TYPE_CHECKING:
    import pyarrow as pa

PASSED_ON = ("title", "source", "url", "date")
"""The fields of a record that go into the article's `meta`, as strings."""

IGNORE_FIELD = "auditor-ignore"
"""The field of a record, or the key of front matter, that names codes of rules whose findings are suppressed there."""

BOM = codecs.BOM_UTF8
"""The byte order mark of UTF-8, which some programs write at the start of a file."""

SHOWN_FIELDS = 8
"""How many of a record's field names a message lists."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a record, or a whole file, could not be read.

    what: one word: `file`, `gzip`, `zstd`, `encoding`, `json`, `csv`, `parquet` or `field`; from the filter also
    `deadline` (its audit took too long) and `worker` (it ended the process that audited it).
    message: what is wrong, where in the record, and the cure; path and line are in the record itself.
    kind: the kind of row that it becomes in the table of problems.
    """

    what: str
    message: str
    kind: str = "unreadable"


Note = Mapping[str, str | float]
"""Columns to add to a record, by name: plain ASCII without white space other than the blank, or numbers."""


@dataclass(frozen=True, slots=True)
class ParquetRow:
    """A row of a Parquet file with all its columns: row `index` (from 0) of a batch."""

    batch: pa.RecordBatch
    index: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A place between two records of a file, from which it can be read on.

    records: how many stand before it. line: that of the file, from 1 (JSON Lines, CSV). offset: in bytes of the
    uncompressed file; for Parquet in rows.
    """

    records: int = 0
    line: int = 1
    offset: int = 0


START = Mark()
"""Where every file begins."""


@dataclass(frozen=True, slots=True)
class Record:
    """One article, row or line of a file.

    path: as given on the command line, or found in a folder; `-` for standard input.
    position: ordinal in its file, from 1. line: the line of the file on which the record begins, from 1 (JSON Lines,
    CSV); None for other formats. field: the field that holds the text; empty for text and Markdown files.
    raw: the record's original bytes with its line terminator; empty for Parquet. The `raw` of all records of a
    file, after one another, are the (uncompressed) file without its CSV header: blank lines belong to the record
    before them, those at the start to the first.
    document, problem: exactly one of the two is set.
    offset: where `raw` begins, in bytes of the uncompressed file; for Parquet the number of the row, from 0.
    header: what has to stand before the record in a file of its own: the header row of a CSV file in its original
    bytes, the serialised Arrow schema of a Parquet file; empty for other formats.
    row: the row of a Parquet file; None for other formats, and where the row itself could not be read.
    after: where the next record begins; None when the file is known to hold no other.
    """

    path: str
    position: int
    line: int | None
    field: str
    raw: bytes
    document: Document | None
    problem: Problem | None
    offset: int
    header: bytes = b""
    row: ParquetRow | None = None
    after: Mark | None = None

    @classmethod
    def of(
        cls,
        path: str,
        position: int,
        line: int | None,
        field: str,
        raw: bytes,
        found: Document | Problem,
        offset: int,
        header: bytes = b"",
        row: ParquetRow | None = None,
        after: Mark | None = None,
    ) -> Record:
        """A record of what was found in it, an article or a problem."""
        if isinstance(found, Document):
            return cls(path, position, line, field, raw, found, None, offset, header, row, after)
        return cls(path, position, line, field, raw, None, found, offset, header, row, after)


def article(fields: Mapping[str, object], config: Config, fallback_id: str) -> Document | Problem:
    """The article in the fields of a record, or why there is none.

    id: the value of the configured field, unchanged if it is a string, in its JSON spelling if it is a number or a
    flag; `fallback_id` when the field is absent, empty, null, a list or an object.
    meta: `title` from the configured field, and `title`, `source`, `url`, `date` where they are strings, numbers,
    flags or dates; and the codes of `auditor-ignore`, a string or a list of strings. Never raises.
    """
    if config.text_field not in fields:
        return _without_text(fields, config.text_field)
    text = fields[config.text_field]
    if not isinstance(text, str):
        return Problem(
            "field",
            f"field “{config.text_field}” holds {_kind(text)}, not a string; "
            "if another field holds the article, name it with --text-field",
        )
    meta = {key: value for key in PASSED_ON if (value := spelled(fields.get(key))) is not None}
    title = spelled(fields.get(config.title_field))
    if title is not None:
        meta["title"] = title
    ignored = _codes(fields.get(IGNORE_FIELD))
    if ignored:
        meta[IGNORE_FIELD] = ignored
    return Document(text, spelled(fields.get(config.id_field)) or fallback_id, meta)


def annotated_before(path: str, names: Iterable[str]) -> ReadError:
    """The error for a file that has the columns already that are to be added to it."""
    return ReadError(
        f"{path}: has the column {shown(names)} already, so it was annotated before; annotate the file from before, "
        "or take these columns out"
    )


def _codes(value: object) -> str:
    """What a record says is to be ignored, as one string; what is neither a string nor a list in its JSON spelling."""
    if isinstance(value, (list, tuple)):
        return ", ".join(spelled(item) or repr(item) for item in value)
    own = "" if value is None else spelled(value)
    return repr(value) if own is None else own


def is_utf_8(encoding: str) -> bool:
    """Whether the name stands for UTF-8, with or without a byte order mark."""
    return codecs.lookup(encoding).name in ("utf-8", "utf-8-sig")


def decoded(raw: bytes, encoding: str, offset: int, *, mark: bool = True) -> str | Problem:
    """The text of some bytes of a file without a byte order mark, or why they are no text in that encoding.

    offset: where the bytes begin in the file, for the message. mark: whether one may stand before them. Never raises.
    """
    skipped = 0
    if is_utf_8(encoding):
        skipped = len(BOM) if mark and raw.startswith(BOM) else 0
        encoding = "utf-8"
    try:
        return raw[skipped:].decode(encoding).removeprefix("\ufeff" if offset == 0 and not skipped else "")
    except UnicodeDecodeError as error:
        at = error.start + skipped
        cure = (
            "the file begins like UTF-16; say so with --encoding utf-16"
            if offset == 0 and raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
            else "if the file has another encoding, name it: --encoding cp1252"
        )
        return Problem("encoding", f"byte {offset + at} of the file (0x{raw[at]:02X}) is not valid {encoding}; {cure}")
    except UnicodeError as error:
        return Problem("encoding", f"the bytes are not valid {encoding} ({error}); name another with --encoding")


def spelled(value: object) -> str | None:
    """A plain value as a string, spelled as in JSON; None for null and for values made of several."""
    if isinstance(value, str):
        return value
    if isinstance(value, (bool, int, float)):
        return json.dumps(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return None


def shown(names: Iterable[str]) -> str:
    """Field names for a message, in quotation marks, the first few; a lone surrogate as its escape."""
    listed = [
        f"“{name[:60]}”".encode("utf-8", "backslashreplace").decode("utf-8") for name in list(names)[:SHOWN_FIELDS]
    ]
    return ", ".join(listed)


def _without_text(fields: Mapping[str, object], wanted: str) -> Problem:
    names = list(fields)
    if not names:
        return Problem("field", f"the record is empty; it must hold the article in a field “{wanted}”")
    more = f" and {len(names) - SHOWN_FIELDS} more" if len(names) > SHOWN_FIELDS else ""
    return Problem(
        "field",
        f"there is no field “{wanted}”, only {shown(names)}{more}; "
        f"name the field that holds the article with --text-field{_near(wanted, names)}",
    )


def _near(wanted: str, names: Iterable[str]) -> str:
    hint = nearest(wanted, [name[:60] for name in names])
    return hint.encode("utf-8", "backslashreplace").decode("utf-8")


def _kind(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return "a number"
    if isinstance(value, (list, tuple)):
        return "a list"
    if isinstance(value, Mapping):
        return "an object"
    return f"a value of type {type(value).__name__}"
