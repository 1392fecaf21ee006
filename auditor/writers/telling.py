"""What all reports tell of an article: its rows, made once, counted once, written to all."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from auditor.engine import Auditor, Skipped
from auditor.figures import Figures
from auditor.report import (
    Audited,
    Entry,
    Row,
    Unreadable,
    article_row,
    finding_rows,
    problem_rows,
    rule_rows,
    run_rows,
    unreadable_row,
)

WORST = 25
"""So many articles stand in the table of the worst."""
SHOWN_PROBLEMS = 200
"""So many problems stand in the table of problems."""


@dataclass(frozen=True, slots=True)
class Told:
    """An entry and its rows. number: of the article, from 1 in the order of reading; 0 for an unreadable record.

    article: its row of the articles table; None for an unreadable record. findings, problems: its rows of those tables.
    """

    number: int
    entry: Entry
    article: Row | None
    findings: list[Row]
    problems: list[Row]


@dataclass(slots=True)
class Summary:
    """What stands above all articles, in bounded memory.

    figures: the counts of the run. worst: the articles with the most points, as (number, row), the worst first.
    problems: the first rows of the problems table; problem_count: how many there are; kinds: of which kinds.
    rules: the rows of the rules table, once the run is over. with_points: how many articles have penalty points.
    """

    figures: Figures = field(default_factory=Figures)
    problems: list[Row] = field(default_factory=list)
    problem_count: int = 0
    kinds: set[str] = field(default_factory=set)
    rules: list[Row] = field(default_factory=list)
    with_points: int = 0
    _heap: list[tuple[float, int, Row]] = field(default_factory=list)

    def watched(self, entries: Iterable[Entry], config_hash: str) -> Iterator[Told]:
        """The entries with their rows, counted as they pass by."""
        for entry in entries:
            if isinstance(entry, Unreadable):
                row = unreadable_row(
                    entry.place, entry.message, config_hash, what=entry.what, article_id=entry.article_id
                )
                self._add_problems([row])
                yield Told(0, entry, None, [], [row])
            else:
                yield self._told(entry, config_hash)

    def close(self, auditor: Auditor) -> list[Row]:
        """End the run: the rows of the problems table that name no article."""
        config = auditor.config
        enabled = [rule.code for rule in auditor.rules]
        self.figures.rules = {rule.code: rule.name for rule in auditor.catalogue if rule.code in set(enabled)}
        self.rules = rule_rows(
            auditor.catalogue,
            enabled,
            config,
            findings=self.figures.found,
            articles=self.figures.touching,
            audited=self.figures.articles,
        )
        skipped: tuple[Skipped, ...] = tuple(auditor.skipped)
        rows = run_rows(skipped, config.fingerprint())
        self._add_problems(rows)
        return rows

    @property
    def worst(self) -> list[tuple[int, Row]]:
        """The articles with the most points, as (number, row), the worst first."""
        return [(-number, row) for _, number, row in sorted(self._heap, key=lambda kept: kept[:2], reverse=True)]

    def _told(self, entry: Audited, config_hash: str) -> Told:
        number = self.figures.articles + 1
        article = article_row(entry.audit, entry.decision, entry.place, config_hash)
        findings = finding_rows(entry.audit, entry.place, config_hash)
        problems = problem_rows(entry.audit, entry.place, config_hash)
        codes = Counter(finding.code for finding in entry.audit.findings)
        self.figures.add(article, codes, Counter(finding.severity.value for finding in entry.audit.findings))
        self._add_problems(problems)
        if entry.decision.points:
            self.with_points += 1
            kept = (entry.decision.points, -number, article)
            if len(self._heap) < WORST:
                heapq.heappush(self._heap, kept)
            else:
                heapq.heappushpop(self._heap, kept)
        return Told(number, entry, article, findings, problems)

    def _add_problems(self, rows: list[Row]) -> None:
        self.problem_count += len(rows)
        self.kinds.update(str(row["kind"]) for row in rows)
        self.problems.extend(rows[: max(0, SHOWN_PROBLEMS - len(self.problems))])
