"""Audit the articles on a Spark cluster of two executors, kill one of them meanwhile, write down what came out."""

from __future__ import annotations

import json
import shutil
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyspark
from pyspark.sql import SparkSession

from auditor.config import Config
from auditor.distributed import audit_spark, spark_table
from auditor.errors import ConfigError
from tests.distributed.processes import kill_one

KILL_AFTER = 8
"""The executor is killed when so many pieces of the work are done."""

TORN = "He is armed and well known. here. The police said so."


def main(articles: str, out: str, example: str) -> None:
    spark = (
        SparkSession.builder.master("local-cluster[2,1,1024]")
        .config("spark.executor.memory", "1g")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.files.openCostInBytes", "1m")
        .config("spark.sql.files.maxPartitionBytes", "1m")
        .config("spark.sql.warehouse.dir", f"{out}/warehouse")
        .getOrCreate()
    )
    try:
        facts = {"killed": audited_with_a_kill(spark, articles, out), "cases": cases(spark)}
        exec(compile(Path(example).read_text(encoding="utf-8"), example, "exec"), {})
    finally:
        logs = Path(pyspark.__file__).parent / "work"
        kept = logs / spark.sparkContext.applicationId
        spark.stop()
        shutil.rmtree(kept, ignore_errors=True)  # what the executors logged, beside Spark's own files
        with suppress(OSError):
            logs.rmdir()
    print(json.dumps(facts))


def audited_with_a_kill(spark: Any, articles: str, out: str) -> dict[str, int]:
    """Audit all, once, and kill an executor meanwhile; what happened."""
    tracker = spark.sparkContext.statusTracker()
    facts = {"done": 0, "failed": 0, "pid": 0}
    finished = threading.Event()

    def watch() -> None:
        while not finished.is_set():
            for stage in tracker.getActiveStageIds():
                info = tracker.getStageInfo(stage)
                if info is None or info.numTasks < 2 * KILL_AFTER:
                    continue
                facts["failed"] = max(facts["failed"], info.numFailedTasks)
                if not facts["pid"] and info.numCompletedTasks >= KILL_AFTER:
                    facts["pid"], _ = kill_one("CoarseGrainedExecutorBackend")
                    facts["done"] = info.numCompletedTasks
            time.sleep(0.1)

    watcher = threading.Thread(target=watch)
    watcher.start()
    started = time.monotonic()
    try:
        audit_spark(spark.read.parquet(articles), key="n").write.parquet(f"{out}/audited")
    finally:
        finished.set()
        watcher.join()
    facts["seconds"] = round(time.monotonic() - started)
    audited = spark.read.parquet(f"{out}/audited")
    for table in ("articles", "findings", "problems"):
        spark_table(audited, table).coalesce(1).write.parquet(f"{out}/{table}")
    return facts


def cases(spark: Any) -> dict[str, Any]:
    """Small things that need a cluster."""
    keys = "whole bigint, name string, price decimal(38,2), day date, yes boolean"
    rows = [(None, "a", Decimal("1.50"), date(2020, 1, 2), True), (2**60 + 1, None, None, None, None)]
    given = spark.createDataFrame(
        [(*row, TORN, b"The end.") for row in rows], f"{keys}, `the text` string, bytes binary"
    )
    config = Config(text_field="the text", id_field="whole")
    audited = audit_spark(given, config, key=["whole", "name", "price", "day", "yes"])
    empty = audit_spark(given.limit(0), config)
    return {
        "keys": [list(map(str, row)) for row in audited.select("whole", "name", "price", "day", "yes").collect()],
        "types": {name: kind for name, kind in audited.dtypes if name in ("whole", "price", "day", "yes")},
        "ids": [row.article_id for row in audited.collect()],
        "codes": sorted({row.code for row in spark_table(audited, "findings").collect()}),
        "bytes": [row.words for row in audit_spark(given, Config(text_field="bytes"), key="name").collect()],
        "schemas": {
            table: [[name, kind] for name, kind in spark_table(empty, table).dtypes]
            for table in ("articles", "findings", "problems")
        },
        "empty": spark_table(empty, "articles").count(),
        "no key": error(lambda: audit_spark(given, Config(text_field="the text"))),
        "no text": error(lambda: audit_spark(given, Config(id_field="whole"))),
        "not a text": error(lambda: audit_spark(given, Config(text_field="price"), key="name")),
        "not a key": error(lambda: audit_spark(given, config, key="bytes")),
        "no rule": error(lambda: audit_spark(given, Config(text_field="the text", select=("XX9",)), key="name")),
        "no frame": error(lambda: audit_spark(given.columns)),
    }


def error(call: Callable[[], object]) -> str:
    try:
        call()
    except ConfigError as found:
        return str(found)
    return ""


if __name__ == "__main__":
    main(*sys.argv[1:])
