"""Report: audits as four tables of fixed schema, articles, findings, rules and problems; the door to pandas.

The row functions need no pandas, so that the filter can stream rows to Parquet. Text in a row is always valid
Unicode: a lone surrogate becomes U+FFFD, one code point for one, so that offsets and lengths still agree.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from auditor._version import __version__
from auditor.config import Config, Policy
from auditor.document import Document
from auditor.engine import Audit, Auditor, Skipped
from auditor.finding import Edit, Severity
from auditor.notebook import summary_html
from auditor.policy import Decision, Facts, decide
from auditor.registry import all_rules, choose
from auditor.rule import Rule
from auditor.span import Span
from auditor.text.readability import INDICES

if TYPE_CHECKING:
    import pandas as pd

Row = dict[str, object]
Schema = Mapping[str, str]

_STAMP = {"auditor_version": "string", "config_hash": "string"}

ARTICLES: Schema = MappingProxyType(
    {
        "article_id": "string",
        "path": "string",
        "record_line": "Int64",
        "position": "Int64",
        "title": "string",
        "source": "string",
        "url": "string",
        "date": "string",
        "characters": "Int64",
        "words": "Int64",
        "sentences": "Int64",
        "language": "string",
        "language_confidence": "Float64",
        "grammar": "string",
        **dict.fromkeys(INDICES, "Float64"),
        "findings": "Int64",
        "critical": "Int64",
        "major": "Int64",
        "minor": "Int64",
        "neutral": "Int64",
        "points": "Float64",
        "damage": "Float64",
        "boilerplate": "Float64",
        "grade": "string",
        "verdict": "string",
        "reason_codes": "string",
        "reasons": "string",
        "skipped": "Int64",
        "failures": "Int64",
        **_STAMP,
    }
)
"""Columns and pandas dtypes of the table with one row for each article that could be read."""

FINDINGS: Schema = MappingProxyType(
    {
        "article_id": "string",
        "path": "string",
        "record_line": "Int64",
        "field": "string",
        "code": "string",
        "name": "string",
        "rule_version": "Int64",
        "severity": "string",
        "start": "Int64",
        "end": "Int64",
        "line": "Int64",
        "column": "Int64",
        "excerpt": "string",
        "message": "string",
        "suggestion": "string",
        "edits": "string",
        "evidence": "string",
        "confidence": "Float64",
        **_STAMP,
    }
)
"""Columns and pandas dtypes of the table with one row for each finding."""

RULES: Schema = MappingProxyType(
    {
        "code": "string",
        "name": "string",
        "summary": "string",
        "severity": "string",
        "stable": "boolean",
        "enabled": "boolean",
        "findings": "Int64",
        "articles": "Int64",
        "articles_per_1000": "Float64",
        **_STAMP,
    }
)
"""Columns and pandas dtypes of the table with one row for each rule of the catalogue."""

PROBLEMS: Schema = MappingProxyType(
    {
        "kind": "string",
        "article_id": "string",
        "path": "string",
        "record_line": "Int64",
        "what": "string",
        "message": "string",
        **_STAMP,
    }
)
"""Columns and pandas dtypes of the table with one row for each thing that was not done."""

SCHEMAS: Mapping[str, Schema] = MappingProxyType(
    {"articles": ARTICLES, "findings": FINDINGS, "rules": RULES, "problems": PROBLEMS}
)
"""The four tables by name, in the order in which they are written."""

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an article came from.

    path: the file as it was named, empty for a text given in Python. record_line: the line of the file on which the
    record begins, from 1; None where the file has no lines or is one article. position: the number of the record in
    its file, from 1; None in a part of a larger whole, where it would tell nothing. field: the field that held the
    text; empty where the file is one article.
    """

    path: str
    record_line: int | None
    position: int | None
    field: str


@dataclass(frozen=True, slots=True)
class Audited:
    """An article that was read, audited and decided on, and where it came from."""

    place: Place
    audit: Audit
    decision: Decision

    @classmethod
    def of(cls, place: Place, audit: Audit, policy: Policy) -> Audited:
        """The entry with the verdict of a policy."""
        return cls(place, audit, decide(Facts.of(audit), policy))


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A record that could not be read: what is wrong with it in a word (`what`) and in a sentence (`message`)."""

    place: Place
    what: str
    message: str
    article_id: str | None = None


Entry = Audited | Unreadable


def article_id(audit: Audit, place: Place) -> str:
    """The record's own id, unchanged; for a text given in Python without an id, its position if it has one."""
    return audit.article_id if audit.article_id or place.path or place.position is None else str(place.position)


def article_row(audit: Audit, decision: Decision, place: Place, config_hash: str) -> Row:
    """The row of the articles table (columns `ARTICLES`) for one audit. Values are str, int, float or None."""
    metrics = audit.metrics
    meta = audit.document.meta
    by_severity = Counter(finding.severity for finding in audit.findings)
    scores = metrics.readability
    return {
        "article_id": _text(article_id(audit, place)),
        "path": _text(place.path),
        "record_line": place.record_line,
        "position": place.position,
        **{key: _optional(meta.get(key)) for key in ("title", "source", "url", "date")},
        "characters": metrics.characters,
        "words": metrics.words,
        "sentences": metrics.sentences,
        "language": metrics.language,
        "language_confidence": float(metrics.language_confidence),
        "grammar": audit.grammar,
        **{name: None if scores is None else float(getattr(scores, name)) for name in INDICES},
        "findings": len(audit.findings),
        **{level.value: by_severity[level] for level in reversed(Severity)},
        "points": decision.points,
        "damage": decision.damage,
        "boilerplate": decision.boilerplate,
        "grade": decision.grade,
        "verdict": decision.verdict,
        "reason_codes": ",".join(reason.code for reason in decision.reasons),
        "reasons": _text("; ".join(reason.text for reason in decision.reasons)),
        "skipped": sum(skipped.kind == "skipped" for skipped in audit.skipped),
        "failures": len(audit.failures),
        **_stamp(config_hash),
    }


def known_row(document: Document, place: Place, config_hash: str) -> Row:
    """The row of the articles table for a record whose text could not be read: what else it says, all figures None."""
    row: Row = dict.fromkeys(ARTICLES)
    row |= {key: _optional(document.meta.get(key)) for key in ("title", "source", "url", "date")}
    row |= {"article_id": _text(document.id), "path": _text(place.path)}
    return row | {"record_line": place.record_line, "position": place.position, **_stamp(config_hash)}


def finding_rows(audit: Audit, place: Place, config_hash: str) -> list[Row]:
    """The rows of the findings table (columns `FINDINGS`) for one audit, in the order of the text.

    `edits` and `evidence` are JSON in ASCII: `[{"start":0,"end":4,"text":"","safe":true}]` and `[[0,4]]`.
    """
    return [
        {
            "article_id": _text(article_id(audit, place)),
            "path": _text(place.path),
            "record_line": place.record_line,
            "field": _text(place.field),
            "code": finding.code,
            "name": finding.name,
            "rule_version": finding.rule_version,
            "severity": finding.severity.value,
            "start": finding.span.start,
            "end": finding.span.end,
            "line": finding.line,
            "column": finding.column,
            "excerpt": _text(finding.excerpt),
            "message": _text(finding.message),
            "suggestion": _optional(finding.suggestion),
            "edits": _json(plain_edits(finding.edits)),
            "evidence": _json(plain_spans(finding.evidence)),
            "confidence": float(finding.confidence),
            **_stamp(config_hash),
        }
        for finding in audit.findings
    ]


def problem_rows(audit: Audit, place: Place, config_hash: str) -> list[Row]:
    """The rows of the problems table (columns `PROBLEMS`) for one audit: what was skipped or unused, and crashes."""
    told = [(skipped.kind, skipped.what, skipped.reason) for skipped in audit.skipped]
    told += [("failure", failure.code, failure.error) for failure in audit.failures]
    return [_problem(kind, article_id(audit, place), place, what, message, config_hash) for kind, what, message in told]


def run_rows(skipped: Iterable[Skipped], config_hash: str) -> list[Row]:
    """The rows of the problems table for what a whole run went without; they name no article."""
    nowhere = Place("", None, 0, "")
    return [_problem(each.kind, None, nowhere, each.what, each.reason, config_hash) for each in skipped]


def unreadable_row(
    place: Place, message: str, config_hash: str, *, what: str = "record", article_id: str | None = None
) -> Row:
    """The row of the problems table for a record that could not be read."""
    return _problem("unreadable", article_id, place, what, message, config_hash)


def rule_rows(
    catalogue: Iterable[Rule],
    enabled: Iterable[str],
    config: Config,
    *,
    findings: Mapping[str, int],
    articles: Mapping[str, int],
    audited: int,
) -> list[Row]:
    """The rows of the rules table (columns `RULES`), one for each rule of the catalogue, by code.

    enabled: codes that ran; findings, articles: by code, how many findings and articles with one; audited: how many
    articles there were. `articles_per_1000` is None when there was none.
    """
    ran = set(enabled)
    config_hash = config.fingerprint()
    return [
        {
            "code": rule.code,
            "name": rule.name,
            "summary": rule.summary,
            "severity": config.severities.get(rule.code, rule.severity.value),
            "stable": rule.stable,
            "enabled": rule.code in ran,
            "findings": findings.get(rule.code, 0),
            "articles": articles.get(rule.code, 0),
            "articles_per_1000": round(1000 * articles.get(rule.code, 0) / audited, 3) if audited else None,
            **_stamp(config_hash),
        }
        for rule in sorted(catalogue, key=lambda rule: rule.code)
    ]


def plain_edits(edits: Iterable[Edit]) -> list[dict[str, object]]:
    """Edits as JSON has them: `[{start, end, text, safe}]`."""
    return [{"start": edit.span.start, "end": edit.span.end, "text": edit.text, "safe": edit.safe} for edit in edits]


def plain_spans(spans: Iterable[Span]) -> list[list[int]]:
    """Spans as JSON has them: `[[start, end]]`."""
    return [[span.start, span.end] for span in spans]


class Report:
    """Four tables about a batch of audits.

    rows: the rows of each table by name, as plain values. The attributes `articles`, `findings`, `rules` and
    `problems` are pandas frames with the dtypes of the schemas, each built once, when first asked for.
    """

    def __init__(self, rows: Mapping[str, Sequence[Row]]) -> None:
        self.rows = rows

    @classmethod
    def of(cls, audits: Iterable[Audit], auditor: Auditor | Config | None = None) -> Report:
        """The tables of some audits.

        auditor: who made the audits, or its configuration; None for the default one. Its policy decides the verdicts,
        its hash is written into the tables. Articles without an id are named by their position, from 1.
        Raises ConfigError or RuleLoadError when a configuration is given that does not fit the catalogue.
        """
        who = auditor if isinstance(auditor, Auditor) else None
        config = who.config if who else auditor if isinstance(auditor, Config) else Config()
        return cls.collect(
            (
                Audited.of(Place("", None, position, ""), audit, config.policy)
                for position, audit in enumerate(audits, 1)
            ),
            who or config,
        )

    @classmethod
    def collect(cls, entries: Iterable[Entry], auditor: Auditor | Config) -> Report:
        """The tables of entries that know where they came from, in their order."""
        if isinstance(auditor, Auditor):
            config, catalogue, chosen = auditor.config, auditor.catalogue, auditor.rules
            skipped = auditor.skipped
        else:
            config = auditor
            catalogue = all_rules(config.rule_folders, config.packs)
            chosen = tuple(choose(catalogue, config.select, config.ignore, preview=config.preview))
            if config.grammar == "off":
                chosen = tuple(rule for rule in chosen if not rule.grammar)
            skipped = ()
        config_hash = config.fingerprint()
        articles: list[Row] = []
        findings: list[Row] = []
        problems: list[Row] = []
        found: Counter[str] = Counter()
        touched: Counter[str] = Counter()
        for entry in entries:
            if isinstance(entry, Unreadable):
                problems.append(
                    unreadable_row(
                        entry.place, entry.message, config_hash, what=entry.what, article_id=entry.article_id
                    )
                )
                continue
            articles.append(article_row(entry.audit, entry.decision, entry.place, config_hash))
            findings.extend(finding_rows(entry.audit, entry.place, config_hash))
            problems.extend(problem_rows(entry.audit, entry.place, config_hash))
            codes = Counter(finding.code for finding in entry.audit.findings)
            found.update(codes)
            touched.update(codes.keys())
        rules = rule_rows(
            catalogue,
            (rule.code for rule in chosen),
            config,
            findings=found,
            articles=touched,
            audited=len(articles),
        )
        problems.extend(run_rows(skipped, config_hash))
        return cls({"articles": articles, "findings": findings, "rules": rules, "problems": problems})

    @cached_property
    def articles(self) -> pd.DataFrame:
        """One row for each article: what it is, its metrics, points, grade and verdict."""
        return frame(self.rows["articles"], ARTICLES)

    @cached_property
    def findings(self) -> pd.DataFrame:
        """One row for each finding."""
        return frame(self.rows["findings"], FINDINGS)

    @cached_property
    def rules(self) -> pd.DataFrame:
        """One row for each rule of the catalogue, those that found nothing or did not run too."""
        return frame(self.rows["rules"], RULES)

    @cached_property
    def problems(self) -> pd.DataFrame:
        """One row for each record not read, view skipped or rule crashed."""
        return frame(self.rows["problems"], PROBLEMS)

    def _repr_html_(self) -> str:
        """What a notebook shows: counts, the rules with most articles, the worst articles; all escaped."""
        return summary_html(self.rows)


def frame(rows: Sequence[Row], schema: Schema) -> pd.DataFrame:
    """The rows as a pandas frame with exactly the columns and dtypes of the schema, also when there is no row."""
    import pandas as pd

    return pd.DataFrame(
        {column: pd.array([row[column] for row in rows], dtype=_dtype(dtype)) for column, dtype in schema.items()}
    )


def _dtype(name: str) -> Any:
    """The name itself; typed so that the stubs of pandas accept a name known only at run time."""
    return name


def _problem(kind: str, article: str | None, place: Place, what: str, message: str, config_hash: str) -> Row:
    return {
        "kind": kind,
        "article_id": _optional(article),
        "path": _text(place.path),
        "record_line": place.record_line,
        "what": _text(what),
        "message": _text(message),
        **_stamp(config_hash),
    }


def _stamp(config_hash: str) -> Row:
    return {"auditor_version": __version__, "config_hash": config_hash}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))


def _optional(value: str | None) -> str | None:
    return None if value is None else _text(value)


def _text(value: str) -> str:
    return value if value.isascii() else _LONE_SURROGATE.sub("\ufffd", value)
