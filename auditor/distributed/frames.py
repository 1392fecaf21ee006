"""Frames: a pandas frame of articles -> a pandas frame of audits; a door to pandas and to Arrow's types."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from auditor.config import Config
from auditor.distributed.columns import (
    FINDING_ROWS,
    NESTED,
    PROBLEM_ROWS,
    UNNESTED,
    added,
    key_columns,
    key_of,
    known_table,
    needed,
)
from auditor.document import Document
from auditor.engine import Audit, Auditor
from auditor.errors import ConfigError
from auditor.policy import Facts, decide
from auditor.readers.record import Problem, article, spelled
from auditor.report import (
    ARTICLES,
    Place,
    Row,
    article_row,
    finding_rows,
    known_row,
    problem_rows,
    unreadable_row,
)
from auditor.report import frame as table_of
from auditor.suppression import configured_suppressions
from auditor.writers.tables import arrow_schema

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

KEPT_AUDITORS = 4
"""How many auditors, each of another configuration, a process keeps: more are seldom in use at a time."""


def audit_frame(
    frame: pd.DataFrame, config: Config | None = None, *, key: str | Sequence[str] | None = None
) -> pd.DataFrame:
    """Audit the articles of a pandas frame: a frame with one row for each of its rows, in their order.

    frame: any index, any backend (numpy, extension, Arrow, categorical). Its columns are named by the configuration:
    `text_field` holds the articles (str; bytes are decoded with `encoding`), `id_field`, `title_field`, and `source`,
    `url` and `date` are passed on where they are there. Other columns are not read.
    config: None for the defaults. An auditor is made once in a process for each configuration, and kept.
    key: the column, or columns, that tell the rows apart: they come first in the result, as they are. None to count
    the rows: `position` is then the number of the row, from 1. With a key, which says that the frame is a part of
    something larger, `position` is missing. An article without an id is named by its key, or its position.

    Columns of the result: the key, those of `auditor.report.ARTICLES` with their dtypes, and `finding_rows` and
    `problem_rows`, lists of rows with the fields `columns.NESTED`, of which `frame_table` makes the tables. They are
    of `pandas.ArrowDtype`, which `pandas.read_parquet` reads back only with `dtype_backend="pyarrow"`. Index: that of
    the frame. A row without a text is no exception: its figures and its verdict are missing, and its one problem (kind
    `unreadable`) says why. Where grammar is `auto` and this process has no LanguageTool, each article has a problem
    that says so, as another process may have it.

    Raises ConfigError for a configuration that does not fit the catalogue, a column of text that is missing, or a key
    that is; RuleLoadError for a broken rule; GrammarError where grammar is required and cannot be had.
    """
    import pandas as pd

    config = config or Config()
    names = list(frame.columns)
    keys = () if key is None else key_columns(key, names, config)
    columns = {name: frame[name].tolist() for name in needed(names, config, keys)}
    values = (dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True))
    records = (_record(each, config, keys, position) for position, each in enumerate(values, 1))
    auditor = _auditor(_Recipe(config.fingerprint(), config))
    suppressions = configured_suppressions(auditor)
    rows: list[Row] = []
    nested: dict[str, list[list[Row]]] = {name: [] for name in NESTED}
    for position, (record, audit) in enumerate(auditor.audit_each(records, lambda each: each.readable), 1):
        place = Place("", None, None if keys else position, config.text_field)
        row, inner = _audited(record, audit and suppressions.applied(audit, ""), place, auditor)
        rows.append(row)
        for name, schema in NESTED.items():
            nested[name].append([{column: each[column] for column in schema} for each in inner[name]])
    result = table_of(rows, ARTICLES)
    for name, lists in nested.items():
        result[name] = pd.array(lists, dtype=_list_dtype(name))
    result.index = frame.index
    for place_of_key, name in enumerate(added(keys)):
        result.insert(place_of_key, name, frame[name].array)
    return result


def frame_table(audited: pd.DataFrame, table: str) -> pd.DataFrame:
    """One of the tables in a result of `audit_frame`: `articles`, `findings` or `problems`.

    Columns: the key, then those of `auditor.report.SCHEMAS[table]` with their dtypes. Index: for each row that of the
    row of `audited` it is from. Articles leaves out the rows without a text; they are in problems.
    Raises ConfigError for another table, or a frame that is no result of an audit.
    """
    import pandas as pd

    known_table(table)
    keys = key_of(list(audited.columns))
    if table not in UNNESTED:
        chosen = audited[audited["verdict"].notna()]
        return chosen[[*keys, *ARTICLES]].astype(dict(ARTICLES))
    name, schema = UNNESTED[table]
    lists = [_list(value, name) for value in audited[name].tolist()]
    taken = [index for index, rows in enumerate(lists) for _ in rows]
    around = audited.iloc[taken]
    inner = table_of([row for rows in lists for row in rows], NESTED[name])
    columns: dict[str, Any] = {each: around[each].array for each in keys}
    for column, dtype in schema.items():
        columns[column] = inner[column].array if column in inner else around[column].astype(_dtype(dtype)).array
    return pd.DataFrame(columns, index=around.index)


def list_type(name: str) -> pa.DataType:
    """Arrow's type of a column of lists: `finding_rows` or `problem_rows`."""
    import pyarrow as pa

    return pa.list_(pa.struct(list(arrow_schema(NESTED[name]))))


@dataclass(frozen=True, slots=True)
class _Recipe:
    """What an auditor is made from. Two are equal when their fingerprints are: a configuration has no hash."""

    fingerprint: str
    config: Config = field(compare=False)


@lru_cache(maxsize=KEPT_AUDITORS)
def _auditor(recipe: _Recipe) -> Auditor:
    """The auditor of this process for a configuration, made when first asked for: it takes as long as 500 articles."""
    return Auditor(recipe.config)


@dataclass(frozen=True, slots=True)
class _Record:
    """A row: its article (with an empty text where there is none), and why there is none."""

    document: Document
    problem: Problem | None

    @property
    def readable(self) -> Document | None:
        return self.document if self.problem is None else None


def _record(values: Mapping[str, object], config: Config, keys: Sequence[str], position: int) -> _Record:
    """The article in a row of a frame; one without an id is named by its key, and without a key by its position."""
    plain = {name: _plain(value) for name, value in values.items()}
    text = _text(plain[config.text_field], config)
    parts = [spelled(plain[name]) for name in keys]
    name = ":".join(part for part in parts if part) if keys else str(position)
    document = article(plain | {config.text_field: "" if isinstance(text, Problem) else text}, config, name)
    assert isinstance(document, Document)  # there is a text in the fields
    return _Record(document, text if isinstance(text, Problem) else None)


def _text(value: object, config: Config) -> str | Problem:
    """The text in a cell, or why it is none."""
    where = f"column “{config.text_field}”"
    if isinstance(value, str):
        return value
    if isinstance(value, (bytes, bytearray, memoryview)):
        try:
            return bytes(value).decode(config.encoding)
        except UnicodeError as error:
            reason = f"{where} holds bytes that are not valid {config.encoding} ({error})"
            return Problem("encoding", f'{reason}; if they have another encoding, name it: Config(encoding="cp1252")')
    held = "no value" if value is None else f"a value of type {type(value).__name__}"
    cure = 'if another column holds the article, name it: Config(text_field="…")'
    return Problem("field", f"{where} holds {held}, not a string; {cure}")


def _plain(value: Any) -> object:
    """A cell as a plain value: None for what pandas takes for missing, numbers of numpy as those of Python."""
    import pandas as pd

    if type(value) is str:
        return value
    if pd.api.types.is_scalar(value):
        if pd.isna(value):
            return None
        if isinstance(value, (Decimal, UUID)):
            return str(value)
        if hasattr(value, "dtype"):
            return value.item()
    return value


def _audited(record: _Record, audit: Audit | None, place: Place, auditor: Auditor) -> tuple[Row, dict[str, list[Row]]]:
    """The row of the articles table for a row of the frame, and the rows of the other tables by column."""
    config_hash = auditor.config.fingerprint()
    if record.problem is not None or audit is None:
        why = record.problem or Problem("field", "there is no article in the row")
        name = record.document.id or None
        problem = unreadable_row(place, why.message, config_hash, what=why.what, article_id=name)
        row = known_row(record.document, place, config_hash)
        return row | {"article_id": row["article_id"] or None}, {FINDING_ROWS: [], PROBLEM_ROWS: [problem]}
    config = auditor.config
    if audit.grammar is None and config.grammar == "auto" and config.grammar_sample > 0 and auditor.skipped:
        audit = audit._replace(grammar="skipped", skipped=(*audit.skipped, *auditor.skipped))
    row = article_row(audit, decide(Facts.of(audit), config.policy), place, config_hash)
    return row | {"article_id": row["article_id"] or None}, {
        FINDING_ROWS: finding_rows(audit, place, config_hash),
        PROBLEM_ROWS: problem_rows(audit, place, config_hash),
    }


def _list(value: Any, name: str) -> list[Row]:
    """A cell of a column of lists; it may have come through a file or an engine."""
    rows = list(value) if isinstance(value, Iterable) else []
    if not all(isinstance(row, Mapping) for row in rows):
        kind = type(rows[0]).__name__
        raise ConfigError(f"column “{name}” holds lists of {kind}; make the table before the audits leave the engine")
    return rows


def _list_dtype(name: str) -> Any:
    import pandas as pd

    return pd.ArrowDtype(list_type(name))


def _dtype(name: str) -> Any:
    """The name itself; typed so that the stubs of pandas accept a name known only at run time."""
    return name
