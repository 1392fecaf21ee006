"""Ray Data says what one process says, row for row, with a worker killed meanwhile."""

from __future__ import annotations

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
    return tmp_path_factory.mktemp("ray")


@pytest.fixture(scope="module")
def facts(articles_folder: Path, out: Path, work: Path) -> Any:
    arguments = [str(articles_folder), str(out), str(work / "on_ray.py")]
    return run_program("tests.distributed.ray_program", arguments, work)


def test_a_worker_was_killed_in_the_midst_of_the_work(facts: Any) -> None:
    killed = facts["killed"]
    assert killed["pid"]
    assert "audit_table" in killed["task"]
    assert killed["gone"]
    assert 0 < killed["done"] < 40


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
    assert [key for key, _ in cases["keys"]] == ["None", str(2**60 + 1)]
    assert [at for _, at in cases["keys"]] == ["1970-01-01 00:00:00+00:00", "1970-01-01 00:00:00.000001+00:00"]
    assert cases["types"] == ["int64", "timestamp[us, tz=UTC]", "int64", "double", "string"]
    assert cases["ids"] == ["1970-01-01T00:00:00+00:00", str(2**60 + 1)]


def test_findings_come_of_a_column_of_any_name_and_of_bytes(facts: Any) -> None:
    assert "MT102" in facts["cases"]["codes"]
    assert facts["cases"]["bytes"] == ["encoding"]


def test_columns_that_ray_does_not_know_yet_and_no_rows_do_no_harm(facts: Any) -> None:
    assert facts["cases"]["unknown columns"] == 2
    assert facts["cases"]["empty"] == 0


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ("no key", "no column “id”, only “whole”"),
        ("no text", "no column “text”"),
        ("no rule", "XX9"),
        ("no dataset", "takes a Ray dataset, not list"),
    ],
)
def test_wrong_use_is_told_at_once(facts: Any, case: str, said: str) -> None:
    assert said in facts["cases"][case]


def test_the_example_of_the_docs_wrote_its_tables(facts: Any, work: Path) -> None:
    assert facts
    assert len(pd.read_parquet(work / "findings-ray"))
    assert set(pd.read_parquet(work / "good-ray", columns=["verdict"])["verdict"]) == {"keep", "clean"}
