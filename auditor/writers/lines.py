"""What `check` prints: text for people, JSON Lines and one JSON document for machines."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Protocol, TextIO

from auditor._version import __version__
from auditor.engine import Skipped
from auditor.finding import Finding, Severity
from auditor.report import (
    Audited,
    Entry,
    Place,
    Row,
    Unreadable,
    article_id,
    article_row,
    plain_edits,
    plain_spans,
    problem_rows,
    run_rows,
    unreadable_row,
)
from auditor.writers.visible import inert, inert_json, visible

SCHEMA = 1
"""The version of the form of a finding in JSON. Later versions only add keys."""

_STAMP = ("auditor_version", "config_hash")


class EntryWriter(Protocol):
    """What takes entries one after the other, and is closed after the last."""

    def write(self, entry: Entry) -> None:
        """Write one article or unreadable record."""

    def close(self, skipped: Sequence[Skipped] = ()) -> None:
        """Write what comes after the last entry. skipped: what the whole run went without."""


class TextWriter:
    """For people: a line for each finding, problem and verdict, and a last line that counts them.

    A finding is `path:line:column: severity CODE message`. Where the file holds records it is
    `path:record line: severity CODE [id line:column] message`, line and column counted in the record's text.
    """

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._severities: Counter[Severity] = Counter()
        self._problems: Counter[str] = Counter()
        self._suppressed: Counter[str] = Counter()
        self._articles = 0
        self._touched = 0

    def write(self, entry: Entry) -> None:
        """Write the findings of an article, what was not done on it, and its verdict when that is not `keep`."""
        place = entry.place
        if isinstance(entry, Unreadable):
            self._problem(unreadable_row(place, entry.message, "", what=entry.what, article_id=entry.article_id), place)
            return
        audit = entry.audit
        self._articles += 1
        self._touched += bool(audit.findings)
        self._suppressed.update(known.by for known in audit.suppressed)
        ident = article_id(audit, place)
        for finding in audit.findings:
            self._severities[finding.severity] += 1
            self._line(place, ident, finding)
        for row in problem_rows(audit, place, ""):
            self._problem(row, place)
        decision = entry.decision
        if decision.verdict != "keep":
            reasons = "; ".join(reason.text for reason in decision.reasons)
            where = _where(place) + (f" [{visible(ident)}]" if is_record(place) else "")
            self._say(f"{where} verdict {decision.verdict}, grade {decision.grade}: {visible(reasons)}")

    def close(self, skipped: Sequence[Skipped] = ()) -> None:
        """Write the line that counts, and what the whole run went without."""
        total = self._severities.total()
        text = counted(self._articles, "article")
        if total:
            levels = ", ".join(
                f"{self._severities[level]} {level}" for level in reversed(Severity) if self._severities[level]
            )
            text += f", {counted(total, 'finding')} in {self._touched} of them ({levels})"
        else:
            text += ", no findings"
        text += suppressed_text(self._suppressed)
        if self._problems:
            kinds = ", ".join(f"{n} {kind}" for kind, n in sorted(self._problems.items()))
            text += f"; {counted(self._problems.total(), 'problem')} ({kinds})"
        for each in skipped:
            text += f"; {visible(each.what)}: {visible(each.reason)}"
        self._say(text)

    def _line(self, place: Place, ident: str, finding: Finding) -> None:
        text = f"{finding.severity} {finding.code} "
        if is_record(place):
            text += f"[{visible(ident)} {finding.line}:{finding.column}] "
        text += visible(finding.message)
        if finding.suggestion is not None:
            text += f" (suggestion: {visible(finding.suggestion)})"
        self._say(f"{_where(place, finding.line, finding.column)} {text}")

    def _problem(self, row: Row, place: Place) -> None:
        self._problems[str(row["kind"])] += 1
        self._say(problem_line(row, place))

    def _say(self, line: str) -> None:
        self._out.write(f"{inert(line)}\n")


class JsonLinesWriter:
    """For machines: one line of ASCII for each finding, in schema 1; nothing for an article without findings."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def write(self, entry: Entry) -> None:
        """Write the findings of an article; an unreadable record has none."""
        if isinstance(entry, Audited):
            for plain in plain_findings(entry):
                self._out.write(f"{_dumps(plain)}\n")

    def close(self, skipped: Sequence[Skipped] = ()) -> None:
        """Nothing comes after the last line."""


class JsonWriter:
    """For machines: one JSON document in ASCII, an element on a line: `articles`, `findings`, `problems`, `suppressed`.

    Suppressed findings say by what and why (`suppressed_by`, `suppressed_why`). Articles and problems have the keys of
    the tables without `auditor_version` and `config_hash`, which stand at the top; findings have those of JSON Lines.
    """

    def __init__(self, out: TextIO, config_hash: str) -> None:
        self._out = out
        self._config_hash = config_hash
        self._articles: list[str] = []
        self._findings: list[str] = []
        self._suppressed: list[str] = []
        self._problems: list[str] = []

    def write(self, entry: Entry) -> None:
        """Take an entry; nothing is written before the end."""
        place = entry.place
        if isinstance(entry, Unreadable):
            row = unreadable_row(place, entry.message, "", what=entry.what, article_id=entry.article_id)
            self._problems.append(_bare(row))
            return
        self._articles.append(_bare(article_row(entry.audit, entry.decision, place, "")))
        self._findings.extend(_dumps(plain) for plain in plain_findings(entry))
        for known in entry.audit.suppressed:
            how = {"suppressed_by": known.by, "suppressed_why": known.why}
            self._suppressed.append(_dumps(plain_finding(known.finding, entry) | how))
        self._problems.extend(_bare(row) for row in problem_rows(entry.audit, place, ""))

    def close(self, skipped: Sequence[Skipped] = ()) -> None:
        """Write the document; what the whole run went without are problems without an article."""
        self._problems.extend(_bare(row) for row in run_rows(skipped, ""))
        head = {"schema": SCHEMA, "auditor_version": __version__, "config_hash": self._config_hash}
        self._out.write(f"{_dumps(head)[:-1]},\n")
        parts = {
            "articles": self._articles,
            "findings": self._findings,
            "problems": self._problems,
            "suppressed": self._suppressed,
        }
        self._out.write(",\n".join(f'"{name}": {_array(elements)}' for name, elements in parts.items()))
        self._out.write("\n}\n")


def plain_findings(entry: Audited) -> list[dict[str, object]]:
    """The findings of an article in schema 1: plain values under the keys of the schema, in their order."""
    return [plain_finding(finding, entry) for finding in entry.audit.findings]


def plain_finding(finding: Finding, entry: Audited) -> dict[str, object]:
    """A finding of an article in schema 1."""
    place = entry.place
    return {
        "schema": SCHEMA,
        "article_id": article_id(entry.audit, place),
        "path": place.path,
        "record_line": place.record_line,
        "field": place.field,
        "code": finding.code,
        "name": finding.name,
        "rule_version": finding.rule_version,
        "severity": finding.severity.value,
        "start": finding.span.start,
        "end": finding.span.end,
        "line": finding.line,
        "column": finding.column,
        "excerpt": finding.excerpt,
        "message": finding.message,
        "suggestion": finding.suggestion,
        "edits": plain_edits(finding.edits),
        "evidence": plain_spans(finding.evidence),
        "confidence": finding.confidence,
    }


def is_record(place: Place) -> bool:
    """Whether the article is one record of a file that holds several, not a file of its own."""
    return bool(place.field)


def problem_line(row: Row, place: Place) -> str:
    """A row of the problems table on one line for people."""
    ident = f" [{visible(str(row['article_id']))}]" if is_record(place) and row["article_id"] is not None else ""
    return inert(f"{_where(place)}{ident} {row['kind']} {visible(str(row['what']))}: {visible(str(row['message']))}")


def _where(place: Place, *numbers: int) -> str:
    if is_record(place):
        numbers = () if place.record_line is None else (place.record_line,)
    return ":".join([visible(place.path) or "-", *map(str, numbers), ""])


def counted(number: int, noun: str) -> str:
    """The number with its noun, in the plural unless it is one: `1 article`, `2,000 articles`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def suppressed_text(counts: Mapping[str, int]) -> str:
    """Half a sentence that counts what was suppressed, by what; empty where nothing was."""
    if not sum(counts.values()):
        return ""
    kinds = ", ".join(f"{number} by {by}" for by, number in sorted(counts.items()))
    return f"; {sum(counts.values()):,} suppressed ({kinds})"


def _bare(row: Row) -> str:
    return _dumps({key: value for key, value in row.items() if key not in _STAMP})


def _dumps(value: object) -> str:
    return inert_json(json.dumps(value, ensure_ascii=True))


def _array(elements: list[str]) -> str:
    return "[\n" + ",\n".join(elements) + "\n]" if elements else "[]"
