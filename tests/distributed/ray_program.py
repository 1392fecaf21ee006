"""Audit the articles on Ray with two workers, kill one of them meanwhile, write down what came out."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import ray

from auditor.config import Config
from auditor.distributed import audit_ray, ray_table
from auditor.errors import ConfigError
from tests.distributed.processes import kill_one, waited
from tools.marked import command

KILL_AFTER = 8
"""The worker is killed when so many files of the result are there."""

TASK = "audit_table"
"""What the title of a worker holds while it audits; a worker without work is `ray::IDLE`."""

TORN = "He is armed and well known. here. The police said so."


def main(articles: str, out: str, example: str) -> None:
    folder = tempfile.mkdtemp(prefix="ray", dir="/tmp")  # the names of Ray's sockets must be short
    ray.init(
        num_cpus=2,
        include_dashboard=False,
        object_store_memory=300_000_000,
        log_to_driver=False,
        _node_ip_address="127.0.0.1",
        _temp_dir=folder,
    )
    try:
        facts = {"killed": audited_with_a_kill(articles, out), "cases": cases()}
        exec(compile(Path(example).read_text(encoding="utf-8"), example, "exec"), {})
    finally:
        ray.shutdown()
        shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(facts))


def audited_with_a_kill(articles: str, out: str) -> dict[str, Any]:
    """Audit all, once, and kill a worker meanwhile; what happened."""
    facts: dict[str, Any] = {"done": 0, "pid": 0, "task": ""}
    finished = threading.Event()

    def watch() -> None:
        while not finished.is_set() and not facts["pid"]:
            done = len(list(Path(f"{out}/audited").glob("*.parquet")))
            if done >= KILL_AFTER:
                facts["pid"], facts["task"] = kill_one(TASK)
                facts["done"] = done
            time.sleep(0.1)

    watcher = threading.Thread(target=watch)
    watcher.start()
    started = time.monotonic()
    try:
        given = ray.data.read_parquet(articles)
        audit_ray(given, key="n", block_rows=500).write_parquet(f"{out}/audited")
    finally:
        finished.set()
        watcher.join()
    facts["seconds"] = round(time.monotonic() - started)
    facts["gone"] = bool(facts["pid"]) and waited(lambda: not command(facts["pid"]), 5)
    audited = ray.data.read_parquet(f"{out}/audited")
    for table in ("articles", "findings", "problems"):
        ray_table(audited, table).write_parquet(f"{out}/{table}")
    return facts


def cases() -> dict[str, Any]:
    """Small things that need Ray."""
    rows: dict[str, Any] = {
        "whole": pa.array([None, 2**60 + 1], pa.int64()),
        "name": pa.array(["a", None]).dictionary_encode(),
        "at": pa.array([0, 1], pa.timestamp("us", tz="UTC")),
        "the text": [TORN, None],
        "bytes": [b"The end.", b"caf\xe9"],
    }
    given = ray.data.from_arrow(pa.table(rows))
    config = Config(text_field="the text", id_field="whole")
    audited = audit_ray(given, config, key=["whole", "at"], num_cpus=0.5).materialize()
    table = pa.concat_tables(ray.get(audited.to_arrow_refs()))
    unknown = given.map_batches(lambda batch: batch, batch_format="pyarrow")
    return {
        "keys": [[str(row["whole"]), str(row["at"])] for row in table.select(["whole", "at"]).to_pylist()],
        "types": [str(table.schema.field(name).type) for name in ("whole", "at", "words", "points", "grade")],
        "ids": table.column("article_id").to_pylist(),
        "codes": sorted({row["code"] for row in ray_table(audited, "findings").take_all()}),
        "bytes": [
            row["what"]
            for row in ray_table(audit_ray(given, Config(text_field="bytes"), key="name"), "problems").take_all()
        ],
        "unknown columns": audit_ray(unknown, config).count(),
        "empty": audit_ray(ray.data.from_pandas(pd.DataFrame({"id": [], "text": []}))).count(),
        "no key": error(lambda: audit_ray(given, Config(text_field="the text"))),
        "no text": error(lambda: audit_ray(given, Config(id_field="whole"))),
        "no rule": error(lambda: audit_ray(given, Config(text_field="the text", select=("XX9",)), key="name")),
        "no dataset": error(lambda: audit_ray(given.columns())),
    }


def error(call: Callable[[], object]) -> str:
    try:
        call()
    except ConfigError as found:
        return str(found)
    return ""


if __name__ == "__main__":
    main(*sys.argv[1:])
