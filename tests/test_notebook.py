"""What a notebook shows of a report."""

from __future__ import annotations

from html.parser import HTMLParser

import pandas as pd

from auditor.document import Document
from auditor.report import Report
from tests.sample_audits import entries, sample_auditor

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"


class Seen(HTMLParser):
    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[str] = []
        self.text = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]

    def handle_data(self, data: str) -> None:
        self.text += f"{data} "


def test_a_report_shows_counts_rules_and_the_worst_articles() -> None:
    report = Report.collect(
        entries([Document("TORN STUB", "a"), Document("TORN TORN", "b"), Document("", "c")]), sample_auditor()
    )
    seen = Seen(report._repr_html_())
    assert "3 articles, 4 findings" in seen.text
    assert "MT190 torn-word major 3 2" in seen.text
    assert seen.tags.count("table") == 3
    assert ".articles" in seen.text


def test_nothing_from_an_article_is_markup() -> None:
    report = Report.collect(entries([Document("TORN", HOSTILE, {"title": HOSTILE * 9})]), sample_auditor())
    seen = Seen(report._repr_html_())
    assert set(seen.tags) == {"div", "p", "b", "table", "thead", "tbody", "tr", "th", "td", "bdi", "code"}
    assert seen.attributes == []
    assert HOSTILE in seen.text


def test_a_long_report_shows_ten_and_says_so() -> None:
    report = Report.collect(entries(Document("TORN", f"id{n}") for n in range(30)), sample_auditor())
    seen = Seen(report._repr_html_())
    assert "20 more articles with points in" in seen.text
    assert "id9" in seen.text
    assert "id10" not in seen.text


def test_an_empty_report_shows_itself() -> None:
    assert "0 articles, 0 findings, 0 problems" in Seen(Report.collect([], sample_auditor())._repr_html_()).text


def test_the_tables_are_plain_frames() -> None:
    report = Report.collect(entries([Document("TORN", "a")]), sample_auditor())
    assert type(report.findings) is pd.DataFrame
