"""The tool that measures boilerplate by line, and its judged sample."""

from __future__ import annotations

import csv

import pytest

from auditor.document import Document
from auditor.engine import Auditor
from auditor.span import Span
from tests.conftest import ROOT, data_folder
from tools import boilerplate
from tools.boilerplate import BOUNDS, Line, Score
from tools.evaluation_data import raw_records


def test_half_of_a_line_is_needed_and_overlaps_count_once() -> None:
    line = Span(10, 20)
    assert boilerplate.covered(line, [Span(0, 15)])
    assert not boilerplate.covered(line, [Span(10, 14)])
    assert not boilerplate.covered(line, [Span(10, 14), Span(11, 14), Span(9, 12)])
    assert boilerplate.covered(line, [Span(18, 30), Span(10, 13)])


def test_the_headline_and_long_marked_lines_are_left_out() -> None:
    long = " ".join(["word"] * 20)
    doc = Document(f"Title\n{long}\nMenu\nText")
    marks = [Span(6, 6 + len(long)), Span(7 + len(long), 11 + len(long))]
    lines = list(boilerplate.counted_lines(doc, marks, marks[1:]))
    assert lines == [Line("Menu", True, True), Line("Text", False, False)]


def scored(hits: int, wrong: int, missed: int) -> Score:
    score = Score()
    score.add([Line("a", True, True)] * hits + [Line("b", False, True)] * wrong + [Line("c", True, False)] * missed)
    return score


def test_precision_and_recall() -> None:
    score = scored(3, 1, 3)
    assert (score.precision, score.recall, score.lines, score.pages) == (0.75, 0.5, 7, 1)
    assert (Score().precision, Score().recall) == (1.0, 1.0)


def test_a_broken_bound_is_named() -> None:
    good = scored(95, 1, 5)
    _, broken = boilerplate.report({"alltext": good, "extractors": good}, good, [], {})
    assert broken == []
    table, broken = boilerplate.report({"alltext": scored(5, 5, 5), "extractors": good}, good, ["x"] * 50, {})
    assert len(broken) == 2
    assert broken[0].startswith("alltext: precision 0.500 (at least 0.92)")
    assert "| alltext | 1 | 15 | 10 | 10 | 0.50 | 0.50 |" in table


def test_the_bounds_hold_on_every_fourth_page() -> None:
    if not (data_folder() / "dev").is_dir():
        pytest.skip("evaluation data is not on this machine; set AUDITOR_DATA to its folder")
    auditor = Auditor(strict=True)
    scores = {"alltext": Score(), "extractors": Score()}
    for record in list(raw_records("boilerplate_aeb"))[::4]:
        doc = Document(record["text"], record["id"])
        found = [finding.span for finding in boilerplate.boilerplate(auditor, doc)]
        lines = boilerplate.counted_lines(doc, boilerplate.marks_of(record), found)
        scores["alltext" if record["view"] == "alltext" else "extractors"].add(lines)
    for view, (precision, recall) in BOUNDS.items():
        assert scores[view].precision >= precision, view
        assert scores[view].recall >= recall, view


def test_the_judged_sample_is_whole() -> None:
    with open(ROOT / "docs" / "judged" / "boilerplate.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 100
    assert {row["label"] for row in rows} <= {"right", "doubtful", "wrong"}
    assert all(row["reason"] and int(row["start"]) < int(row["end"]) for row in rows)
    assert sum(row["label"] == "right" for row in rows) >= 95
    if not (data_folder() / "dev").is_dir():
        return
    lengths = {record["id"]: len(record["text"]) for record in raw_records("boilerplate_aeb")}
    assert all(int(row["end"]) <= lengths[row["id"]] for row in rows)
