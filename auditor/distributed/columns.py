"""Columns: which an audit reads of a table of articles, which it gives back, and the checks before any work begins."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from auditor.config import Config
from auditor.engine import Auditor
from auditor.errors import ConfigError, nearest
from auditor.readers.record import PASSED_ON, shown
from auditor.report import ARTICLES, FINDINGS, PROBLEMS, Schema

FINDING_ROWS = "finding_rows"
PROBLEM_ROWS = "problem_rows"

NESTED: Mapping[str, Schema] = MappingProxyType(
    {
        FINDING_ROWS: {column: dtype for column, dtype in FINDINGS.items() if column not in ARTICLES},
        PROBLEM_ROWS: {column: dtype for column, dtype in PROBLEMS.items() if column not in ARTICLES},
    }
)
"""The two columns of an audited frame that hold lists of rows, and the fields of these rows with their dtypes.

What the row around them says already (article_id, path, record_line, auditor_version, config_hash) is not said again.
"""

AUDITED = (*ARTICLES, *NESTED)
"""The columns of an audited frame behind those of the key."""

UNNESTED: Mapping[str, tuple[str, Schema]] = MappingProxyType(
    {"findings": (FINDING_ROWS, FINDINGS), "problems": (PROBLEM_ROWS, PROBLEMS)}
)
"""The tables that are made of a column of lists: that column, and the schema of the table."""

TABLES = ("articles", *UNNESTED)
"""The tables that an audited frame holds."""


def checked(config: Config | None) -> Config:
    """The configuration for workers, whose values survive being sent, after one auditor was made of it here.

    So a wrong code or option is one clear error at once, and not one of each worker, later.
    Raises ConfigError or RuleLoadError where it does not fit the catalogue.
    """
    config = config or Config()
    plain = replace(
        config,
        severities=dict(config.severities),
        options={code: dict(options) for code, options in config.options.items()},
        per_path=dict(config.per_path),
        per_source=dict(config.per_source),
    )
    # grammar may be required of the workers and be missing here
    with Auditor(replace(plain, grammar="auto") if plain.grammar == "require" else plain):
        return plain


def key_columns(key: str | Sequence[str] | None, names: Sequence[str], config: Config) -> tuple[str, ...]:
    """The columns that tell the rows apart; None for the column of the id.

    names: all columns of the table. Raises ConfigError for a column that is not there, is there twice, or would stand
    beside a column of the result with its name.
    """
    if key is None:
        if config.id_field not in names:
            raise ConfigError(
                f"there is no column “{config.id_field}”, only {shown(names)}; name the columns that tell the rows "
                'apart, so that the result can be joined: key="…"'
            )
        key = config.id_field
    keys = (key,) if isinstance(key, str) else tuple(key)
    for name in keys:
        _only(name, names, "the key")
        if name.lower() in AUDITED and name not in _kept(config):
            raise ConfigError(
                f"the key “{name}” has the name of a column of the result; give it another name before the audit"
            )
    if len(set(keys)) < len(keys):
        raise ConfigError(f"the key names a column twice: {shown(keys)}")
    return keys


def added(keys: Iterable[str]) -> tuple[str, ...]:
    """The columns of the key that are not in the result anyway."""
    return tuple(name for name in keys if name not in AUDITED)


def needed(names: Sequence[str], config: Config, keys: Iterable[str]) -> tuple[str, ...]:
    """The columns that an audit reads, of all columns of a table: text, id, title, what is passed on, and the key.

    Raises ConfigError where the column with the text is missing, or one of the columns is there twice.
    """
    _only(config.text_field, names, "the text", '; name the column with the articles: Config(text_field="…"){}')
    wanted = dict.fromkeys((config.text_field, config.id_field, config.title_field, *PASSED_ON, *keys))
    for name in wanted:
        if name in names:
            _only(name, names, "the audit")
    return tuple(name for name in wanted if name in names)


def key_of(audited: Collection[str]) -> tuple[str, ...]:
    """The key in an audited table, by its columns. Raises ConfigError when it is not one."""
    for name in AUDITED:
        if name not in audited:
            raise ConfigError(f"this is no table of audits: the column “{name}” is missing")
    return tuple(name for name in audited if name not in AUDITED)


def known_table(table: str) -> str:
    """The name of a table. Raises ConfigError for another."""
    if table not in TABLES:
        raise ConfigError(f"there is no table “{table}”, only {shown(TABLES)}{nearest(table, TABLES)}")
    return table


def _kept(config: Config) -> set[str]:
    """Columns of the result that hold what the column of the same name held."""
    same = set(PASSED_ON)
    if config.title_field != "title":
        same.discard("title")
    if config.id_field == "article_id":
        same.add("article_id")
    return same


def _only(name: str, names: Sequence[str], what: str, cure: str = "{}") -> None:
    count = list(names).count(name)
    if count == 0:
        near = nearest(name, [other for other in names if isinstance(other, str)])
        raise ConfigError(f"there is no column “{name}”, only {shown(map(str, names))}{cure.format(near)}")
    if count > 1:
        raise ConfigError(f"there are {count} columns “{name}”, and {what} can be only one; rename or drop the others")
