"""Spark: audits of a Spark DataFrame by `mapInPandas`; the door to pyspark."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from auditor.config import Config
from auditor.distributed.columns import (
    NESTED,
    UNNESTED,
    added,
    checked,
    key_columns,
    key_of,
    known_table,
    needed,
)
from auditor.errors import ConfigError, LibraryMissing
from auditor.report import ARTICLES, Schema

if TYPE_CHECKING:
    import pandas as pd
    from pyspark.sql import Column, DataFrame
    from pyspark.sql.types import DataType, StructType

KEY_TYPES = ("string", "tinyint", "smallint", "int", "bigint", "decimal", "boolean", "date")
"""Spark's types of a key: those whose values are the same again after they were strings."""


def audit_spark(df: DataFrame, config: Config | None = None, *, key: str | Sequence[str] | None = None) -> DataFrame:
    """Audit the articles of a Spark DataFrame: a DataFrame with one row for each of its rows, in any order.

    df: its columns are named by the configuration, as for `audit_frame`; text is `string` or `binary`. Only the
    columns that are needed are sent to Python. key: the columns that tell the rows apart, None for that of the id;
    strings, whole numbers, decimals, booleans or dates. They come first in the result, with their types.

    The columns of the result are those of `audit_frame`: text is `string`, `Int64` is `bigint`, `Float64` `double`, and
    `finding_rows` and `problem_rows` are arrays of structs; `spark_table` makes the tables of them. `position` is null.
    Spark is lazy: each action audits again, unless the result is written or persisted first.

    The auditor must be installed in the Python of the executors, and `rule_folders` be there under the same paths; each
    Python worker makes one auditor and keeps it while Spark reuses the worker.
    Raises ConfigError and RuleLoadError as `audit_frame` does, at once; LibraryMissing without pyspark.
    """
    functions, types = _pyspark()
    if not hasattr(df, "mapInPandas"):
        raise ConfigError(
            f"audit_spark takes a Spark DataFrame, not {type(df).__name__}; audit_frame takes pandas frames"
        )
    config = checked(config)
    names = list(df.columns)
    keys = key_columns(key, names, config)
    kinds = {name: df.schema[names.index(name)].dataType for name in needed(names, config, keys)}
    _check_types(kinds, keys, config)
    sent = [
        column(functions, name) if name == config.text_field else column(functions, name).cast("string").alias(name)
        for name in kinds
    ]
    fields = [types.StructField(name, types.StringType()) for name in added(keys)]
    schema = types.StructType(fields + audited_schema().fields)
    audited = df.select(*sent).mapInPandas(partial(_audit, config=config, keys=keys), schema)
    back = [column(functions, name).cast(kinds[name]).alias(name) for name in added(keys)]
    return audited.select(*back, *(column(functions, name) for name in (*ARTICLES, *NESTED)))


def spark_table(audited: DataFrame, table: str) -> DataFrame:
    """One of the tables in a result of `audit_spark`: `articles`, `findings` or `problems`.

    Columns: the key, then those of `auditor.report.SCHEMAS[table]`. Articles leaves out the rows without a text; they
    are in problems. Raises ConfigError for another table, or a DataFrame that is no result of an audit.
    """
    functions, _ = _pyspark()
    known_table(table)
    keys = [column(functions, name) for name in key_of(audited.columns)]
    if table not in UNNESTED:
        chosen = audited.where(column(functions, "verdict").isNotNull())
        return chosen.select(*keys, *(column(functions, name) for name in ARTICLES))
    name, schema = UNNESTED[table]
    outer = [column(functions, each) for each in schema if each not in NESTED[name]]
    rows = audited.select(*keys, *outer, functions.explode(column(functions, name)).alias(name))
    inner = {each: functions.col(f"{name}.{each}").alias(each) for each in NESTED[name]}
    return rows.select(*keys, *(inner.get(each, column(functions, each)) for each in schema))


def audited_schema() -> StructType:
    """The columns of a result behind its key, as Spark has them."""
    types = _pyspark()[1]
    plain = _struct(types, ARTICLES).fields
    lists = [types.StructField(name, types.ArrayType(_struct(types, inner))) for name, inner in NESTED.items()]
    return types.StructType([*plain, *lists])


def column(functions: Any, name: str) -> Column:
    """The column of that very name, whatever characters it has."""
    quoted = name.replace("`", "``")
    return functions.col(f"`{quoted}`")


def _audit(frames: Iterator[pd.DataFrame], *, config: Config, keys: Sequence[str]) -> Iterator[pd.DataFrame]:
    """What an executor does with the batches of a partition."""
    from auditor.distributed.frames import audit_frame

    for frame in frames:
        yield audit_frame(frame, config, key=keys)


def _check_types(kinds: dict[str, DataType], keys: Sequence[str], config: Config) -> None:
    text = kinds[config.text_field].simpleString()
    if text != "binary" and not text.startswith(("string", "varchar", "char")):
        raise ConfigError(
            f"column “{config.text_field}” is of type {text}, not string; "
            'name the column with the articles: Config(text_field="…")'
        )
    for name in keys:
        kind = kinds[name].simpleString()
        if kind.partition("(")[0].partition(" ")[0] not in (*KEY_TYPES, "varchar", "char"):
            raise ConfigError(f"the key “{name}” is of type {kind}; cast it to a string before the audit")


def _struct(types: Any, schema: Schema) -> StructType:
    kinds = {
        "string": types.StringType(),
        "Int64": types.LongType(),
        "Float64": types.DoubleType(),
        "boolean": types.BooleanType(),
    }
    return types.StructType([types.StructField(name, kinds[dtype]) for name, dtype in schema.items()])


def _pyspark() -> tuple[Any, Any]:
    """pyspark's modules of functions and of types."""
    try:
        from pyspark.sql import functions, types
    except ModuleNotFoundError as error:
        raise LibraryMissing(f'{error.name} is not installed; pip install "article-auditor[spark]"') from error
    return functions, types
