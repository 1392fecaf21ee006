"""Decisions: give the verdicts of a filter run again under another policy, from its tables, without any text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any

from auditor.config import Policy
from auditor.errors import ReadError
from auditor.finding import Severity
from auditor.policy import Decision, Facts, decide
from auditor.readers.parquet_rows import table_rows
from auditor.stream.run import LEDGER
from auditor.writers.tables import TableWriter

DECISIONS: Mapping[str, str] = MappingProxyType(
    {
        "article_id": "string",
        "path": "string",
        "record_line": "Int64",
        "position": "Int64",
        "old_verdict": "string",
        "verdict": "string",
        "old_grade": "string",
        "grade": "string",
        "old_points": "Float64",
        "points": "Float64",
        "damage": "Float64",
        "boilerplate": "Float64",
        "reason_codes": "string",
        "reasons": "string",
    }
)
"""Columns and pandas dtypes of the table with one row for each article that was decided on again."""

_ARTICLES = (
    "article_id",
    "path",
    "record_line",
    "position",
    "words",
    "language",
    "failures",
    "findings",
    "verdict",
    "grade",
    "points",
)
_FINDINGS = ("article_id", "path", "record_line", "code", "severity")


@dataclass(frozen=True, slots=True)
class Redecision:
    """An article of a run: where it stood, what was decided in the run, and what another policy decides."""

    article_id: str
    path: str
    record_line: int | None
    position: int
    old_verdict: str
    old_grade: str
    old_points: float
    new: Decision


@dataclass(frozen=True, slots=True)
class Decided:
    """What another policy changes: articles in all, how many move by (old, new) verdict, and the table with each."""

    articles: int
    moves: Mapping[tuple[str, str], int]
    verdicts: Mapping[str, int]
    table: Path

    def __str__(self) -> str:
        total = ", ".join(f"{verdict} {n:,}" for verdict, n in self.verdicts.items())
        lines = [f"{self.articles:,} articles: {total}" if total else f"{self.articles:,} articles"]
        lines += [f"{old} → {new}: {n:,}" for (old, new), n in self.moves.items()]
        if not self.moves:
            lines.append("no verdict changes")
        lines.append(f"each article: {self.table}")
        return "\n".join(lines)


def decide_again(run: Path, policy: Policy) -> Decided:
    """Decide on the articles of a finished run again, and write `decisions.parquet` (columns `DECISIONS`) into it.

    run: a folder that `filter_records` wrote. Its records stay where they are. Memory does not grow with the run.
    Raises ReadError when the folder holds no finished run or its tables are damaged, WriteError.
    """
    moves: Counter[tuple[str, str]] = Counter()
    verdicts: Counter[str] = Counter()
    table = run / "decisions.parquet"
    again = redecisions(run, policy)
    with TableWriter(table, DECISIONS) as writer:
        for one in again:
            verdicts[one.new.verdict] += 1
            if one.new.verdict != one.old_verdict:
                moves[one.old_verdict, one.new.verdict] += 1
            writer.write([_row(one)])
    return Decided(verdicts.total(), dict(sorted(moves.items())), dict(sorted(verdicts.items())), table)


def redecisions(run: Path, policy: Policy) -> Iterator[Redecision]:
    """Each article of a finished run with its old and new decision, in the order of the run. Raises ReadError."""
    return (
        Redecision(
            article["article_id"],
            article["path"],
            article["record_line"],
            article["position"],
            article["verdict"],
            article["grade"],
            article["points"],
            decide(facts, policy),
        )
        for article, facts in _stored(_finished(run))
    )


def stored_facts(run: Path) -> Iterator[Facts]:
    """What the verdict on each article of a finished run depends on, in the order of the run. Raises ReadError."""
    return (facts for _, facts in _stored(_finished(run)))


def _finished(run: Path) -> Path:
    if not (run / LEDGER).is_file():
        raise ReadError(f"{run}: holds no finished run, as there is no {LEDGER}; name a folder that `filter` wrote")
    return run


def _stored(run: Path) -> Iterator[tuple[dict[str, Any], Facts]]:
    try:
        # both tables are in the order of the run, and each article tells how many findings are its own
        findings = table_rows(run / "findings.parquet", _FINDINGS)
        for article in table_rows(run / "articles.parquet", _ARTICLES):
            own = list(islice(findings, article["findings"]))
            place = [article[key] for key in _FINDINGS[:3]]
            if len(own) != article["findings"] or any([row[key] for key in _FINDINGS[:3]] != place for row in own):
                raise ReadError(f"{run}: the tables articles and findings do not belong together; run the filter again")
            facts = Facts(
                article["words"],
                article["language"],
                bool(article["failures"]),
                Counter((row["code"], Severity(row["severity"])) for row in own),
            )
            yield article, facts
    except (OSError, ValueError) as error:  # pyarrow's errors are both
        raise ReadError(f"{run}: the tables of the run cannot be read: {error}") from error


def _row(one: Redecision) -> dict[str, object]:
    new = one.new
    return {
        "article_id": one.article_id,
        "path": one.path,
        "record_line": one.record_line,
        "position": one.position,
        "old_verdict": one.old_verdict,
        "verdict": new.verdict,
        "old_grade": one.old_grade,
        "grade": new.grade,
        "old_points": one.old_points,
        "points": new.points,
        "damage": new.damage,
        "boilerplate": new.boilerplate,
        "reason_codes": ",".join(reason.code for reason in new.reasons),
        "reasons": "; ".join(reason.text for reason in new.reasons),
    }
