"""Score: labelled articles and audits of them -> precision, recall, findings per 1,000 clean articles."""

from __future__ import annotations

import gzip
import html
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from auditor.document import Document
from auditor.engine import Auditor
from auditor.errors import ReadError
from auditor.finding import Finding, Severity
from auditor.span import Span

LABELS_OF_CLEAN = ("human",)
FAMILIES = {"mt": ("MT", "NM", "LG"), "bp": ("BP",), "rd": ("RD",), "gr": ("GR",)}
"""Which families of rules look for a class of the gold standard, by the part of its name before the dot."""

LONGEST = 160
"""A finding longer than this, and longer than twice the gold span, points at nothing: it does not count."""


@dataclass(frozen=True, slots=True)
class Gold:
    """A hand-marked place and its class; a class without a dot (`split-sentence`) belongs to every family."""

    span: Span
    kind: str

    @property
    def families(self) -> tuple[str, ...]:
        """The families of rules whose findings can meet this place; empty for any."""
        head, dot, _ = self.kind.partition(".")
        return FAMILIES.get(head, ()) if dot else ()


@dataclass(frozen=True, slots=True)
class Labelled:
    """An article with what is known about it. `clean` is None when its label does not say."""

    document: Document
    clean: bool | None
    gold: tuple[Gold, ...]
    marked: bool


@dataclass(slots=True)
class Row:
    """Counts for one rule: its findings, how many meet gold, and where it fires."""

    findings: int = 0
    meeting_gold: int = 0
    on_marked: int = 0
    articles: int = 0
    clean_articles: int = 0

    @property
    def precision(self) -> float | None:
        """Share of its findings on marked articles that meet a gold place; None without any."""
        return self.meeting_gold / self.on_marked if self.on_marked else None


@dataclass(slots=True)
class Score:
    """What was measured.

    articles: read; clean: of these labelled as written by people; marked: of these with gold.
    clean_with: clean articles with any counted finding, by family and in all (key `any`).
    rules: by code. classes: (found, total) by class of gold.
    """

    least: Severity
    articles: int = 0
    clean: int = 0
    marked: int = 0
    clean_with: Counter[str] = field(default_factory=Counter)
    rules: dict[str, Row] = field(default_factory=dict)
    found: Counter[str] = field(default_factory=Counter)
    total: Counter[str] = field(default_factory=Counter)

    def per_thousand_clean(self, key: str = "any") -> float | None:
        """Clean articles with a finding of a family (or `any`) per 1,000; None without clean articles."""
        return 1000 * self.clean_with[key] / self.clean if self.clean else None

    def recall(self, kind: str) -> float:
        """Share of the gold places of a class that were found."""
        return self.found[kind] / self.total[kind]

    def as_dict(self) -> dict[str, Any]:
        """The figures as plain values, for JSON."""
        return {
            "least_severity": self.least.value,
            "articles": self.articles,
            "clean_articles": self.clean,
            "marked_articles": self.marked,
            "clean_with_finding_per_1000": {key: self.per_thousand_clean(key) for key in sorted(self.clean_with)},
            "rules": {
                code: {
                    "findings": row.findings,
                    "articles": row.articles,
                    "precision": row.precision,
                    "clean_articles": row.clean_articles,
                    "per_1000_clean": 1000 * row.clean_articles / self.clean if self.clean else None,
                }
                for code, row in sorted(self.rules.items())
            },
            "classes": {
                kind: {"found": self.found[kind], "total": n, "recall": self.recall(kind)}
                for kind, n in sorted(self.total.items())
            },
        }


def meets(finding: Finding, gold: Gold) -> bool:
    """Whether a finding counts for a gold place.

    Its span or an evidence span overlaps the place and is at most 160 characters, or twice the place's length;
    and its rule's family is one that looks for such classes.
    """
    if gold.families and finding.family not in gold.families:
        return False
    limit = max(LONGEST, 2 * gold.span.length)
    return any(span.overlaps(gold.span) and span.length <= limit for span in (finding.span, *finding.evidence))


def score(articles: Iterable[Labelled], auditor: Auditor, least: Severity = Severity.MINOR) -> Score:
    """Audit labelled articles and count. Findings below `least` are left out everywhere."""
    result = Score(least)
    for article, audit in auditor.audit_each(articles, lambda article: article.document):
        assert audit is not None
        counted = [f for f in audit.findings if f.severity >= least]
        result.articles += 1
        result.marked += article.marked
        codes = {finding.code for finding in counted}
        for code in codes:
            result.rules.setdefault(code, Row()).articles += 1
        if article.clean:
            result.clean += 1
            result.clean_with.update({code[:2] for code in codes} | ({"any"} if codes else set()))
            for code in codes:
                result.rules[code].clean_articles += 1
        for finding in counted:
            row = result.rules[finding.code]
            row.findings += 1
            if article.marked:
                row.on_marked += 1
                row.meeting_gold += any(meets(finding, gold) for gold in article.gold)
        for gold in article.gold:
            result.total[gold.kind] += 1
            result.found[gold.kind] += any(meets(finding, gold) for finding in counted)
    return result


def score_file(path: Path, auditor: Auditor, unescape: bool = False, least: Severity = Severity.MINOR) -> Score:
    """Score a labelled file: JSON Lines (or gzipped) with `text`, and `label` or `spans` or both.

    label: `human` means clean; anything else is not counted as clean. spans: [{start, end, class}].
    unescape: apply html.unescape to the text first (only where there are no spans, whose offsets it would break).
    Raises ReadError for a line that is not as described.
    """
    return score(read_labelled(path, unescape), auditor, least)


def read_labelled(path: Path, unescape: bool = False) -> Iterator[Labelled]:
    """The articles of a labelled file, see `score_file`."""
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else open(path, "rb") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _labelled(line, f"{path}:{number}", unescape)
    except OSError as error:
        raise ReadError(f"{path}: cannot be read: {error.strerror or error}") from error


def _labelled(line: bytes, where: str, unescape: bool) -> Labelled:
    try:
        record = orjson.loads(line)
        text, spans = record["text"], record.get("spans")
        gold = tuple(Gold(Span(s["start"], s["end"]), s["class"]) for s in spans or ())
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
        raise ReadError(f"{where}: not a labelled article (needs text, and label or spans): {error!r}") from error
    if not isinstance(text, str):
        raise ReadError(f"{where}: text must be a string")
    if unescape and not gold:
        text = html.unescape(text)
    label = record.get("label")
    clean = label in LABELS_OF_CLEAN if label is not None else None
    return Labelled(Document(text, str(record.get("id", where))), clean, gold, spans is not None)


def render(result: Score) -> str:
    """The figures as text for people."""
    lines = [
        f"{result.articles} articles, {result.clean} of them clean, {result.marked} with marked places; "
        f"findings of {result.least} or above"
    ]
    if result.clean:
        lines.append("")
        lines.append("clean articles with a finding, per 1,000:")
        for key in sorted(result.clean_with, key=lambda key: (key == "any", key)):
            lines.append(f"  {key:<6}{result.per_thousand_clean(key):8.2f}")
    if result.rules:
        lines.append("")
        lines.append(f"{'rule':<8}{'findings':>9}{'articles':>9}{'precision':>10}{'clean/1,000':>12}")
        for code, row in sorted(result.rules.items()):
            precision = "" if row.precision is None else f"{row.precision:.3f}"
            noise = f"{1000 * row.clean_articles / result.clean:.2f}" if result.clean else ""
            lines.append(f"{code:<8}{row.findings:>9}{row.articles:>9}{precision:>10}{noise:>12}")
    if result.total:
        lines.append("")
        lines.append(f"{'class':<28}{'found':>6}{'of':>6}{'recall':>8}")
        for kind, total in sorted(result.total.items()):
            lines.append(f"{kind:<28}{result.found[kind]:>6}{total:>6}{result.recall(kind):>8.3f}")
    return "\n".join(lines) + "\n"
