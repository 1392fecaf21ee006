"""Checkstyle's XML: an element for each file, in it one for each finding; what Jenkins and reviewdog read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO

from auditor.engine import Skipped
from auditor.finding import Severity
from auditor.report import Entry, Place, Row, Unreadable, problem_rows, unreadable_row
from auditor.writers.lines import is_record
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
from auditor.writers.xml import HEAD, attributes


class CheckstyleWriter:
    """Writes one `checkstyle` element. Severities: error for critical and major, warning for minor, info for neutral.

    Problems are findings whose source is `auditor.problem.` and their kind; suppressed findings are left out, and so is
    what was merely skipped.
    """

    def __init__(self, out: TextIO, setting: Setting) -> None:
        self._out = out
        self._setting = setting
        self._file: str | None = None
        out.write(f'{HEAD}<checkstyle version="4.3">\n')

    def write(self, entry: Entry) -> None:
        """Write the findings and problems of an article."""
        place = entry.place
        if isinstance(entry, Unreadable):
            self._problem(unreadable_row(place, entry.message, "", what=entry.what, article_id=entry.article_id), place)
            return
        for finding in entry.audit.findings:
            at = range_of(place, entry.audit.document, finding.span)
            told = message(finding, entry)
            source = f"auditor.{finding.code}"
            line, column = (at.line, at.column) if at else (None, None)
            self._error(place, line, column, severity(finding.severity), told, source)
        for row in problem_rows(entry.audit, place, ""):
            if is_told(row):
                self._problem(row, place)

    def close(self, skipped: Sequence[Skipped] = ()) -> None:
        """Write the end; what the whole run went without stands at a file without a name."""
        for row in told_of_run(skipped, self._setting):
            if is_told(row):
                self._problem(row, NOWHERE)
        self._end()
        self._out.write("</checkstyle>\n")

    def _problem(self, row: Row, place: Place) -> None:
        line = place.record_line if is_record(place) else None
        grade = "error" if is_grave(row) else "info"
        self._error(place, line, None, grade, problem_message(row, place), f"auditor.problem.{row['kind']}")

    def _error(self, place: Place, line: int | None, column: int | None, grade: str, told: str, source: str) -> None:
        path = shown_path(place, self._setting.root) if place.path else "auditor"
        if path != self._file:
            self._end()
            self._file = path
            self._out.write(f"<file{attributes({'name': path})}>\n")
        values = {"line": line, "column": column, "severity": grade, "message": told, "source": source}
        self._out.write(f"<error{attributes(values)}/>\n")

    def _end(self) -> None:
        if self._file is not None:
            self._out.write("</file>\n")


def severity(level: Severity) -> str:
    """Checkstyle's word for a severity."""
    return "error" if is_error(level) else "warning" if level is Severity.MINOR else "info"
