"""Figures: the counts of one run, in bounded memory, from audits that pass by or from the tables of a finished run."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from auditor.errors import ReadError
from auditor.readers.parquet_rows import table_rows

MAX_SOURCES = 10_000
"""So many sources are counted one by one; the articles of all further ones count for the whole run only."""

_ARTICLES = (
    "article_id",
    "path",
    "record_line",
    "position",
    "source",
    "url",
    "words",
    "findings",
    "points",
    "grade",
    "verdict",
    "auditor_version",
    "config_hash",
)
_FINDINGS = ("article_id", "path", "record_line", "code", "severity")
_RULES = ("code", "name", "severity", "enabled")
_Z95 = 1.96


@dataclass(slots=True)
class SourceFigures:
    """The articles of one source: how many, how many are not kept as they are, their findings, their points.

    points: the sum of the articles' points per 1,000 words, so that `points / articles` is the mean.
    """

    articles: int = 0
    not_kept: int = 0
    findings: int = 0
    points: float = 0.0

    @property
    def surely_not_kept(self) -> float:
        """The share of articles not kept that the source has at least: by this the worst sources are ranked.

        The lower end of the 95 % interval of Wilson 1927 (J. Am. Stat. Assoc. 22, 209-212), 0 to 1, so that one bad
        article does not put a source that has only it above one with a hundred.
        """
        n, share = self.articles, self.not_kept / self.articles if self.articles else 0.0
        if not n:
            return 0.0
        middle = share + _Z95**2 / (2 * n)
        margin = _Z95 * math.sqrt(share * (1 - share) / n + _Z95**2 / (4 * n * n))
        return max(0.0, (middle - margin) / (1 + _Z95**2 / n))


@dataclass(slots=True)
class Figures:
    """The counts of a run.

    name: how the run is called; articles, words, findings; touched: articles with a finding; grades, verdicts:
    articles by grade and by verdict; severities, found: findings by severity and by code; touching: articles by code
    of a finding; rules: name of each rule that ran, by code; sources: by the record's `source`, or the host of its
    `url`; versions: articles by (auditor version, hash of the configuration).
    """

    name: str = ""
    articles: int = 0
    words: int = 0
    findings: int = 0
    touched: int = 0
    grades: Counter[str] = field(default_factory=Counter)
    verdicts: Counter[str] = field(default_factory=Counter)
    severities: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    touching: Counter[str] = field(default_factory=Counter)
    rules: dict[str, str] = field(default_factory=dict)
    sources: dict[str, SourceFigures] = field(default_factory=dict)
    versions: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, article: Mapping[str, Any], codes: Counter[str], severities: Mapping[str, int]) -> None:
        """Count an article: its row of the articles table, its findings by code and by severity."""
        self.articles += 1
        self.words += article["words"]
        self.findings += article["findings"]
        self.touched += article["findings"] > 0
        self.grades[article["grade"]] += 1
        self.verdicts[article["verdict"]] += 1
        self.severities.update(severities)
        self.found.update(codes)
        self.touching.update(codes.keys())
        self.versions[article["auditor_version"], article["config_hash"]] += 1
        name = source_of(article)
        if name in self.sources or len(self.sources) < MAX_SOURCES:
            source = self.sources.setdefault(name, SourceFigures())
            source.articles += 1
            source.not_kept += article["verdict"] != "keep"
            source.findings += article["findings"]
            source.points += article["points"]

    def worst_sources(self, limit: int) -> list[tuple[str, SourceFigures]]:
        """The named sources with an article that is not kept, those first of which it is surest that they are bad."""
        ranked = sorted(
            ((name, one) for name, one in self.sources.items() if name and one.not_kept),
            key=lambda pair: (-pair[1].surely_not_kept, -pair[1].articles, pair[0]),
        )
        return ranked[:limit]


def source_of(article: Mapping[str, Any]) -> str:
    """Where an article comes from: its `source`, else the host of its `url`, else the empty text."""
    if article["source"]:
        return str(article["source"])
    try:
        return urlsplit(str(article["url"] or "")).hostname or ""
    except ValueError:
        return ""


def stored_figures(run: Path, name: str = "") -> Figures:
    """The figures of a folder that `report` or `filter` wrote, from its Parquet tables; memory does not grow with it.

    name: how to call the run; by default as the folder. Raises ReadError when the tables are missing or damaged.
    """
    figures = Figures(name or run.name or str(run))
    for article, findings in stored_articles(run):
        codes = Counter(str(row["code"]) for row in findings)
        figures.add(article, codes, Counter(str(row["severity"]) for row in findings))
    figures.rules = _rules(run)
    return figures


def stored_articles(run: Path) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Each article of a run with its findings, in the order of the run, some columns only. Raises ReadError."""
    for table in ("articles", "findings", "rules"):
        if not (run / f"{table}.parquet").is_file():
            raise ReadError(
                f"{run}: there is no {table}.parquet; name a folder that `auditor report` or `auditor filter` wrote"
            )
    try:
        # both tables are in the order of the run, and each article tells how many findings are its own
        findings = table_rows(run / "findings.parquet", _FINDINGS)
        for article in table_rows(run / "articles.parquet", _ARTICLES):
            own = list(islice(findings, article["findings"]))
            key = [article[column] for column in _FINDINGS[:3]]
            if len(own) != article["findings"] or any([row[column] for column in _FINDINGS[:3]] != key for row in own):
                raise ReadError(f"{run}: the tables articles and findings do not belong together; make the run again")
            yield article, own
    except (OSError, ValueError) as error:  # pyarrow's errors are both
        raise ReadError(f"{run}: the tables of the run cannot be read: {error}") from error


def _rules(run: Path) -> dict[str, str]:
    try:
        rows = list(table_rows(run / "rules.parquet", _RULES))
    except (OSError, ValueError) as error:
        raise ReadError(f"{run}: the tables of the run cannot be read: {error}") from error
    return {row["code"]: row["name"] for row in rows if row["enabled"]}
