"""The edits of cleaning that were judged by hand: enough of them, and right."""

from __future__ import annotations

import csv

import pytest

from tests.conftest import ROOT


@pytest.mark.parametrize(("name", "least"), [("cleaning.csv", 100), ("cleaning_clean.csv", 1)])
def test_the_judged_edits_are_right(name: str, least: int) -> None:
    with (ROOT / "docs" / "judged" / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) >= least
    assert {row["label"] for row in rows} <= {"right", "wrong"}
    assert all(row["reason"] and row["rules"] and int(row["start"]) <= int(row["end"]) for row in rows)
    assert sum(row["label"] == "right" for row in rows) >= 0.98 * len(rows)
