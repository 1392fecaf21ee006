"""Spark says what one process says, row for row, with an executor killed meanwhile."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from auditor.report import SCHEMAS
from tests.distributed.articles import COUNT, EMPTY_EVERY, comparable
from tests.distributed.processes import run_program

pytestmark = pytest.mark.distributed


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("spark")


@pytest.fixture(scope="module")
def facts(articles_folder: Path, out: Path, work: Path) -> Any:
    if shutil.which("java") is None:
        pytest.fail("Spark needs Java 17: install a Java runtime, version 17, and put it on the PATH")
    arguments = [str(articles_folder), str(out), str(work / "on_spark.py")]
    return run_program("tests.distributed.spark_program", arguments, work)


def test_an_executor_was_killed_in_the_midst_of_the_work(facts: Any) -> None:
    killed = facts["killed"]
    assert killed["pid"]
    assert 0 < killed["done"] < 40
    assert killed["failed"] >= 1


@pytest.mark.parametrize("table", ["articles", "findings", "problems"])
def test_the_rows_are_those_of_one_process(
    facts: Any, out: Path, expected: dict[str, pd.DataFrame], table: str
) -> None:
    assert facts
    found = comparable(pd.read_parquet(out / table).astype(dict(SCHEMAS[table])))
    pd.testing.assert_frame_equal(found, comparable(expected[table]))


def test_every_article_is_there_once(facts: Any, out: Path) -> None:
    assert facts
    audited = pd.read_parquet(out / "audited", columns=["n", "verdict"])
    assert len(audited) == audited["n"].nunique() == COUNT
    assert audited["verdict"].isna().sum() == COUNT // EMPTY_EVERY


def test_keys_of_any_kind_come_back_as_they_were(facts: Any) -> None:
    cases = facts["cases"]
    assert cases["keys"] == [
        ["None", "a", "1.50", "2020-01-02", "True"],
        [str(2**60 + 1), "None", "None", "None", "None"],
    ]
    assert cases["types"] == {"whole": "bigint", "price": "decimal(38,2)", "day": "date", "yes": "boolean"}
    assert cases["ids"] == ["a:1.50:2020-01-02:true", str(2**60 + 1)]


def test_findings_come_of_a_column_of_any_name_and_of_bytes(facts: Any) -> None:
    assert "MT102" in facts["cases"]["codes"]
    assert facts["cases"]["bytes"] == [2, 2]


def test_the_schema_is_that_of_the_report_also_without_a_row(facts: Any) -> None:
    kinds = {"string": "string", "Int64": "bigint", "Float64": "double", "boolean": "boolean"}
    for table, columns in facts["cases"]["schemas"].items():
        assert columns == [["whole", "bigint"], *([name, kinds[dtype]] for name, dtype in SCHEMAS[table].items())]
    assert facts["cases"]["empty"] == 0


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ("no key", "no column “id”, only “whole”"),
        ("no text", "no column “text”"),
        ("not a text", "“price” is of type decimal(38,2), not string"),
        ("not a key", "the key “bytes” is of type binary; cast it to a string"),
        ("no rule", "XX9"),
        ("no frame", "takes a Spark DataFrame, not list"),
    ],
)
def test_wrong_use_is_told_at_once(facts: Any, case: str, said: str) -> None:
    assert said in facts["cases"][case]


def test_the_example_of_the_docs_wrote_its_tables(facts: Any, work: Path) -> None:
    assert facts
    assert len(pd.read_parquet(work / "findings-spark"))
    assert set(pd.read_parquet(work / "good-spark", columns=["verdict"])["verdict"]) == {"keep", "clean"}
