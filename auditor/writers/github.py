"""GitHub Actions: annotations for the worst findings, and the whole count in the summary of the step.

GitHub shows ten annotations of each kind for a step and drops the rest without a word. So the worst ten of each kind
are written, and all are counted in Markdown, in the file that `GITHUB_STEP_SUMMARY` names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from heapq import heappush, heappushpop
from typing import TextIO

from auditor.engine import Skipped
from auditor.finding import Finding, Severity
from auditor.report import Audited, Entry, Place, Row, Unreadable, article_id, problem_rows, unreadable_row
from auditor.writers.escape import escape
from auditor.writers.files import unwritable
from auditor.writers.lines import counted, is_record, suppressed_text
from auditor.writers.located import (
    NOWHERE,
    Setting,
    is_error,
    is_grave,
    is_told,
    message,
    problem_message,
    range_of,
    shown_path,
    told_of_run,
)
from auditor.writers.visible import inert, visible

KINDS = ("error", "warning", "notice")
LIMIT = 10
"""How many annotations of each kind GitHub shows for a step."""

SHOWN_ROWS = 50
"""How many rows a table of the summary has at most: GitHub takes 1 MiB for a step."""

_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY = {**_DATA, ":": "%3A", ",": "%2C"}
_ORDER = tuple(reversed(Severity))


class GitHubWriter:
    """Keeps the worst annotations of each kind until the end; memory does not grow with the articles."""

    def __init__(self, out: TextIO, setting: Setting) -> None:
        self._out = out
        self._setting = setting
        self._names = {rule.code: rule.name for rule in setting.rules}
        # a heap for each kind, whose first is the mildest and latest; the number makes each different
        self._worst: dict[str, list[tuple[int, int, str]]] = {kind: [] for kind in KINDS}
        self._total: Counter[str] = Counter()
        self._rules: Counter[tuple[str, Severity]] = Counter()
        self._suppressed: Counter[str] = Counter()
        self._failing: list[tuple[int, int, str]] = []
        self._failed = self._articles = self._touched = self._number = 0
        self._problems: list[str] = []
        self._told = 0

    def write(self, entry: Entry) -> None:
        """Take an article."""
        place = entry.place
        if isinstance(entry, Unreadable):
            row = unreadable_row(place, entry.message, "", what=entry.what, article_id=entry.article_id)
            self._problem(row, place)
            return
        audit = entry.audit
        self._articles += 1
        self._touched += bool(audit.findings)
        self._suppressed.update(known.by for known in audit.suppressed)
        for finding in audit.findings:
            self._rules[finding.code, finding.severity] += 1
            self._finding(finding, entry)
        for row in problem_rows(audit, place, ""):
            if is_told(row):
                self._problem(row, place)
        if self._setting.fails(entry):
            self._failed += 1
            self._number += 1
            row_ = (len(audit.findings), -self._number, self._article(entry))
            (heappush if len(self._failing) < SHOWN_ROWS else heappushpop)(self._failing, row_)

    def close(self, skipped: Sequence[Skipped] = ()) -> None:
        """Write the annotations, a line that counts, and the summary. Raises WriteError."""
        for row in told_of_run(skipped, self._setting):
            self._problem(row, NOWHERE)
        for kind in KINDS:
            for _, _, line in sorted(self._worst[kind], reverse=True):
                self._out.write(f"{line}\n")
        self._out.write(f"{inert(visible(self._counts()))}\n")
        if self._setting.summary is not None:
            try:
                with self._setting.summary.open("a", encoding="utf-8", errors="replace", newline="\n") as file:
                    file.write(self._summary())
            except OSError as error:
                raise unwritable(self._setting.summary, error) from error

    def _finding(self, finding: Finding, entry: Audited) -> None:
        at = range_of(entry.place, entry.audit.document, finding.span)
        values: dict[str, object] = {"file": shown_path(entry.place, self._setting.root)}
        if at is not None:
            values["line"] = at.line
            if at.column is not None and at.end_line is not None:
                values["endLine"] = at.end_line
                if at.end_line == at.line:  # GitHub refuses columns over several lines
                    values |= {"col": at.column, "endColumn": max(at.end_column or 0, at.column)}
        values["title"] = f"{finding.code} {finding.name} ({finding.severity})"
        kind = "error" if is_error(finding.severity) else "warning" if finding.severity is Severity.MINOR else "notice"
        rank = [Severity.NEUTRAL, Severity.MINOR, Severity.MAJOR, Severity.CRITICAL].index(finding.severity)
        self._annotate(kind, rank, values, message(finding, entry))

    def _problem(self, row: Row, place: Place) -> None:
        told = problem_message(row, place)
        self._told += 1
        if len(self._problems) < SHOWN_ROWS:
            where = shown_path(place, self._setting.root) if place.path else "the whole run"
            self._problems.append(f"| {escape(where)} | {place.record_line or ''} | {escape(told)} |")
        if is_grave(row):
            values: dict[str, object] = {"file": shown_path(place, self._setting.root)}
            if is_record(place) and place.record_line is not None:
                values["line"] = place.record_line
            self._annotate("error", len(Severity), {**values, "title": f"auditor: {row['kind']}"}, told)

    def _annotate(self, kind: str, rank: int, values: Mapping[str, object], told: str) -> None:
        self._total[kind] += 1
        self._number += 1
        properties = ",".join(f"{key}={escaped(str(value), _PROPERTY)}" for key, value in values.items())
        item = (rank, -self._number, f"::{kind} {properties}::{escaped(inert(told), _DATA)}")
        heap = self._worst[kind]
        if len(heap) < LIMIT:
            heappush(heap, item)
        else:
            heappushpop(heap, item)

    def _article(self, entry: Audited) -> str:
        worst = Counter(finding.severity for finding in entry.audit.findings)
        counts = ", ".join(f"{worst[level]} {level}" for level in _ORDER if worst[level])
        cells = [
            shown_path(entry.place, self._setting.root),
            article_id(entry.audit, entry.place) if is_record(entry.place) else "",
            counts,
            entry.decision.verdict,
        ]
        return f"| {' | '.join(escape(cell) for cell in cells)} |"

    def _counts(self) -> str:
        severities: Counter[Severity] = Counter()
        for (_, level), number in self._rules.items():
            severities[level] += number
        levels = ", ".join(f"{severities[level]} {level}" for level in _ORDER if severities[level])
        text = f"auditor: {counted(self._articles, 'article')}, {counted(severities.total(), 'finding')}"
        if levels:
            text += f" ({levels}) in {self._touched} of them"
        left = sum(max(self._total[kind] - LIMIT, 0) for kind in KINDS)
        if left:
            text += f"; {counted(left, 'more annotation')} not shown, as GitHub shows {LIMIT} of each kind"
        return text + suppressed_text(self._suppressed)

    def _summary(self) -> str:
        parts = ["## auditor", escape(self._counts().removeprefix("auditor: "))]
        if self._failed:
            rows = [row for *_, row in sorted(self._failing, reverse=True)]
            parts.append(f"{counted(self._failed, 'article')} made the check fail.")
            parts.append("\n".join(["| file | record | findings | verdict |", "| --- | --- | --- | --- |", *rows]))
            if self._failed > len(rows):
                parts.append(f"and {self._failed - len(rows):,} more.")
        if self._rules:
            rules = [
                f"| {code} {self._names.get(code, '')} | {level} | {number:,} |"
                for (code, level), number in sorted(
                    self._rules.items(), key=lambda item: (_ORDER.index(item[0][1]), -item[1], item[0][0])
                )
            ]
            parts.append("\n".join(["| rule | severity | findings |", "| --- | --- | ---: |", *rules]))
        if self._problems:
            parts.append("\n".join(["| where | line | problem |", "| --- | ---: | --- |", *self._problems]))
            if self._told > len(self._problems):
                parts.append(f"and {self._told - len(self._problems):,} more problems.")
        return "\n\n".join(parts) + "\n\n"


def escaped(text: str, signs: Mapping[str, str]) -> str:
    """Text for a workflow command; the signs differ between its properties and its message."""
    return "".join(signs.get(char, char) for char in text)
