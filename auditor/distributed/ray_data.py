"""Ray Data: audits of a Ray dataset by `map_batches`; the door to ray."""

from __future__ import annotations

from collections.abc import Sequence
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
from auditor.report import ARTICLES

if TYPE_CHECKING:
    import pyarrow as pa
    from ray.data import Dataset

BATCH_ROWS = 512
"""Articles in a call of a worker: a second of work, beside which the call costs nothing."""
BLOCK_ROWS = 5_000
"""Articles in a task: some ten seconds of work. Blocks as Ray makes them hold up to 128 MB, which are minutes."""


def audit_ray(
    dataset: Dataset,
    config: Config | None = None,
    *,
    key: str | Sequence[str] | None = None,
    block_rows: int | None = BLOCK_ROWS,
    **options: Any,
) -> Dataset:
    """Audit the articles of a Ray dataset: a dataset with one row for each of its rows, in any order.

    dataset: its columns are named by the configuration, as for `audit_frame`. key: the columns that tell the rows
    apart, of any type, None for that of the id; they come first in the result, as they are. block_rows: the dataset is
    first cut into blocks of so many rows (`Dataset.repartition`, no shuffle); a block is a task, is done again when its
    worker is lost, and is a file when the result is written; None leaves the blocks as they are. options: those of
    `Dataset.map_batches`, such as `num_cpus`, `concurrency`, `ray_remote_args`.

    The columns of the result are those of `audit_frame` in Arrow's types, the same in every block: `string`, `int64`,
    `double`, and lists of structs for `finding_rows` and `problem_rows`; `ray_table` makes the tables of them.
    `position` is null. Ray is lazy: each use audits again, unless the result is written or materialized first. A
    dataset without rows has no columns, as everywhere in Ray Data.

    The auditor must be installed in the Python of the workers, and `rule_folders` be there under the same paths; each
    worker process makes one auditor and keeps it.
    Raises ConfigError and RuleLoadError as `audit_frame` does, at once where Ray knows the columns without running
    anything, otherwise in the workers; LibraryMissing without ray.
    """
    _ray()
    if not hasattr(dataset, "map_batches"):
        kind = type(dataset).__name__
        raise ConfigError(f"audit_ray takes a Ray dataset, not {kind}; audit_frame takes pandas frames")
    config = checked(config)
    schema = dataset.schema(fetch_if_missing=False)
    if schema is not None:
        names = list(schema.names)
        dataset = dataset.select_columns(list(needed(names, config, key_columns(key, names, config))))
    if block_rows is not None:
        dataset = dataset.repartition(target_num_rows_per_block=block_rows)
    return dataset.map_batches(
        audit_table,
        batch_size=min(BATCH_ROWS, block_rows or BATCH_ROWS),  # a task takes blocks until it has a batch
        batch_format="pyarrow",
        fn_kwargs={"config": config, "key": key},
        **options,
    )


def ray_table(audited: Dataset, table: str) -> Dataset:
    """One of the tables in a result of `audit_ray`: `articles`, `findings` or `problems`.

    Columns: the key, then those of `auditor.report.SCHEMAS[table]`. Articles leaves out the rows without a text; they
    are in problems. Raises ConfigError for another table.
    """
    _ray()
    return audited.map_batches(
        unnested, batch_format="pyarrow", batch_size=None, fn_kwargs={"table": known_table(table)}
    )


def audit_table(batch: pa.Table, config: Config, key: str | Sequence[str] | None) -> pa.Table:
    """What a worker does with a batch: `audit_frame` on its columns as Arrow has them, the key untouched."""
    import pandas as pd
    import pyarrow as pa

    from auditor.distributed.frames import audit_frame, list_type
    from auditor.writers.tables import arrow_schema

    names = batch.column_names
    keys = key_columns(key, names, config)
    frame = batch.select(list(needed(names, config, keys))).to_pandas(types_mapper=pd.ArrowDtype)
    audited = audit_frame(frame, config, key=keys)
    fields = [batch.schema.field(name) for name in added(keys)]
    columns: list[Any] = [batch.column(name) for name in added(keys)]
    for each in arrow_schema(ARTICLES):
        fields.append(each)
        columns.append(pa.array(audited[each.name], type=each.type))
    for name in NESTED:
        fields.append(pa.field(name, list_type(name)))
        columns.append(pa.array(audited[name], type=list_type(name)))
    return pa.Table.from_arrays(columns, schema=pa.schema(fields))


def unnested(batch: pa.Table, table: str) -> pa.Table:
    """One of the tables in a batch of audits. Raises ConfigError when it is none."""
    import pyarrow.compute as pc

    keys = key_of(batch.column_names)
    if table not in UNNESTED:
        return batch.filter(pc.is_valid(batch.column("verdict"))).select([*keys, *ARTICLES])
    name, schema = UNNESTED[table]
    lists = batch.column(name).combine_chunks()
    around = batch.take(pc.list_parent_indices(lists))
    inner = pc.list_flatten(lists)
    for each in NESTED[name]:
        around = around.append_column(f"\0{each}", pc.struct_field(inner, each))
    chosen = around.select([*keys, *(f"\0{each}" if each in NESTED[name] else each for each in schema)])
    return chosen.rename_columns([*keys, *schema])


def _ray() -> None:
    try:
        import ray.data  # noqa: F401
    except ModuleNotFoundError as error:
        raise LibraryMissing(f'{error.name} is not installed; pip install "article-auditor[ray]"') from error
