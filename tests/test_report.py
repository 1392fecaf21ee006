"""The four tables: fixed columns and types on every pandas, and what stands in them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from auditor.config import Config, Policy
from auditor.document import Document
from auditor.policy import Facts, decide
from auditor.report import (
    SCHEMAS,
    Audited,
    Place,
    Report,
    Unreadable,
    article_row,
    finding_rows,
    problem_rows,
    unreadable_row,
)
from auditor.writers.tables import write_parquet
from tests.conftest import ROOT
from tests.sample_audits import ENGLISH, GERMAN, entries, sample_auditor

PLACE = Place("in/a.jsonl", 7, 3, "body")


def report_of(*texts: str) -> Report:
    auditor = sample_auditor()
    return Report.of(auditor.audit_many(list(texts)), auditor)


@pytest.mark.parametrize("name", SCHEMAS)
def test_an_empty_table_has_all_columns_and_types(name: str) -> None:
    frame = getattr(report_of(), name)
    assert {column: str(dtype) for column, dtype in frame.dtypes.items()} == dict(SCHEMAS[name])


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_filled_table_has_the_same_columns_and_types(name: str) -> None:
    auditor = sample_auditor()
    given = [*entries([Document("TORN CRASH STUB"), Document(ENGLISH), Document(GERMAN)])]
    frame = getattr(Report.collect([*given, Unreadable(PLACE, "json", "no JSON")], auditor), name)
    assert len(frame)
    assert {column: str(dtype) for column, dtype in frame.dtypes.items()} == dict(SCHEMAS[name])
    assert list(frame.columns) == list(SCHEMAS[name])


@pytest.mark.parametrize("name", SCHEMAS)
def test_types_and_values_survive_parquet(name: str, tmp_path: Path) -> None:
    auditor = sample_auditor()
    given = [*entries([Document("😀 TORN\ud83d", "\U0001f600"), Document("CRASH", "2")])]
    for rows in (Report.collect([*given, Unreadable(PLACE, "json", "no")], auditor), Report.collect([], auditor)):
        write_parquet(rows.rows[name], SCHEMAS[name], tmp_path / "t.parquet")
        pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "t.parquet"), getattr(rows, name))


def test_texts_without_an_id_are_named_by_their_position() -> None:
    assert list(report_of(ENGLISH, ENGLISH).articles["article_id"]) == ["1", "2"]


def test_an_id_is_kept_unchanged() -> None:
    auditor = sample_auditor()
    report = Report.of(auditor.audit_many([Document("TORN", "000")]), auditor)
    assert report.findings["article_id"][0] == report.articles["article_id"][0] == "000"


def test_a_report_needs_no_auditor_for_default_audits() -> None:
    assert Report({"articles": [], "findings": [], "rules": [], "problems": []}).articles.empty


def test_a_frame_is_built_once() -> None:
    report = report_of(ENGLISH)
    assert report.articles is report.articles


def test_offsets_count_code_points_beyond_the_basic_plane() -> None:
    text = "😀😀 TORN!"
    row = report_of(text).findings.iloc[0]
    assert text[row["start"] : row["end"]] == row["excerpt"] == "TORN!"
    assert (row["line"], row["column"]) == (1, 4)


def test_a_lone_surrogate_becomes_one_replacement_character() -> None:
    row = report_of("a TORN\udc80 b").findings.iloc[0]
    assert row["excerpt"] == "TORN\ufffd"
    assert len(row["excerpt"]) == row["end"] - row["start"]


def test_the_article_row_says_where_it_came_from_and_what_it_is() -> None:
    audit = sample_auditor().audit(Document(ENGLISH, "000", {"title": "Bridge", "date": "2024-01-02"}))
    row = article_row(audit, decide(Facts.of(audit), Policy()), PLACE, "abc")
    assert (row["article_id"], row["path"], row["record_line"], row["position"]) == ("000", "in/a.jsonl", 7, 3)
    assert (row["title"], row["date"], row["url"]) == ("Bridge", "2024-01-02", None)
    assert (row["characters"], row["language"], row["verdict"], row["grade"]) == (len(ENGLISH), "en", "keep", "A")
    assert isinstance(row["flesch_reading_ease"], float)
    assert row["config_hash"] == "abc"


def test_the_article_row_counts_by_severity_and_joins_reasons() -> None:
    audit = sample_auditor().audit(Document("TORN TORN STUB"))
    row = article_row(audit, decide(Facts.of(audit), Policy(clean=1.0)), PLACE, "")
    assert (row["findings"], row["critical"], row["major"], row["minor"], row["neutral"]) == (3, 0, 2, 1, 0)
    assert row["reason_codes"] == "damage,boilerplate"
    assert str(row["reasons"]).count("; ") == 1


def test_readability_is_missing_on_an_article_that_is_not_english() -> None:
    row = report_of(GERMAN).articles.iloc[0]
    assert row["language"] == "de"
    assert row["gunning_fog"] is pd.NA
    assert row["skipped"] == 1


def test_edits_and_evidence_are_json() -> None:
    audit = sample_auditor().audit(Document("TORN STUB STUB"))
    torn, stub = finding_rows(audit, PLACE, "")
    assert json.loads(str(torn["edits"])) == [{"start": 0, "end": 5, "text": "whole", "safe": True}]
    assert json.loads(str(stub["evidence"])) == [[10, 14]]
    assert (stub["field"], stub["suggestion"], stub["confidence"]) == ("body", "=remove it", 0.5)


def test_a_crash_and_a_skipped_view_are_problems() -> None:
    auditor = sample_auditor()
    crashed = problem_rows(auditor.audit(Document("CRASH", "7")), PLACE, "")
    assert [(row["kind"], row["what"], row["article_id"]) for row in crashed] == [("failure", "NM490", "7")]
    skipped = problem_rows(auditor.audit(Document(GERMAN)), PLACE, "")
    assert [(row["kind"], row["what"]) for row in skipped] == [("skipped", "readability")]


def test_an_unreadable_record_is_a_problem_with_its_line() -> None:
    row = unreadable_row(PLACE, "not JSON", "abc", what="json")
    assert (row["kind"], row["what"], row["message"], row["record_line"]) == ("unreadable", "json", "not JSON", 7)
    assert row["article_id"] is None


def test_the_rules_table_counts_findings_and_articles() -> None:
    rules = report_of("TORN TORN", "TORN", ENGLISH).rules.set_index("code")
    assert list(rules.loc["MT190", ["findings", "articles", "articles_per_1000"]]) == [3, 2, 666.667]
    assert not rules.loc["RD390", "enabled"]
    assert rules.loc["RD390", "findings"] == 0


def test_the_rules_table_shows_the_configured_severity() -> None:
    auditor = sample_auditor(Config(severities={"MT190": "minor"}))
    assert Report.of([], auditor).rules.set_index("code").loc["MT190", "severity"] == "minor"


def test_rates_are_missing_without_an_article() -> None:
    assert report_of().rules["articles_per_1000"].isna().all()


def test_tables_carry_the_hash_of_the_configuration() -> None:
    auditor = sample_auditor(Config(preview=True))
    report = Report.of(auditor.audit_many(["TORN"]), auditor)
    for frame in (report.articles, report.findings, report.rules):
        assert set(frame["config_hash"]) == {auditor.config.fingerprint()}


def test_entries_keep_their_order() -> None:
    given = [*entries([Document("TORN", "b"), Document("STUB", "a")])]
    assert all(isinstance(entry, Audited) for entry in given)
    assert list(Report.collect(given, sample_auditor()).articles["article_id"]) == ["b", "a"]


def test_row_functions_do_not_load_pandas() -> None:
    code = "import sys, auditor.report; sys.exit('pandas' in sys.modules or 'pyarrow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_documentation_of_tables_is_that_of_the_code() -> None:
    page = (ROOT / "docs" / "tables.md").read_text(encoding="utf-8")
    for name, schema in SCHEMAS.items():
        section = page.split(f"\n## {name}\n", 1)[1].split("\n## ", 1)[0]
        documented = re.findall(r"^\| `(\w+)` \| `(\w+)` \| \S", section, re.MULTILINE)
        assert documented == list(schema.items())
