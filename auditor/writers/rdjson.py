"""Reviewdog's diagnostic format (rdjson): findings with ranges, and edits as suggestions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TextIO

from auditor.document import Document
from auditor.engine import Skipped
from auditor.finding import Finding, Severity
from auditor.registry import page_path
from auditor.report import Audited, Entry, Place, Row, Unreadable, problem_rows, unreadable_row
from auditor.span import Span
from auditor.writers.lines import is_record
from auditor.writers.located import (
    Setting,
    is_error,
    is_grave,
    message,
    problem_message,
    shown_path,
)
from auditor.writers.sarif import is_plain
from auditor.writers.visible import inert_json


class RdjsonWriter:
    """Writes one DiagnosticResult (https://github.com/reviewdog/reviewdog, proto/rdf); its columns are bytes of UTF-8.

    Suppressed findings are left out; what could not be read or audited is a diagnostic.
    """

    def __init__(self, out: TextIO, setting: Setting) -> None:
        self._out = out
        self._setting = setting
        self._begun = False
        self._pages = {rule.code: page_path(rule).stem for rule in setting.rules}
        out.write('{"source": {"name": "auditor"}, "diagnostics": [')

    def write(self, entry: Entry) -> None:
        """Write the diagnostics of an article."""
        place = entry.place
        if isinstance(entry, Unreadable):
            self._problem(unreadable_row(place, entry.message, "", what=entry.what), place)
            return
        for finding in entry.audit.findings:
            self._diagnostic(finding, entry)
        for row in problem_rows(entry.audit, place, ""):
            if is_grave(row):
                self._problem(row, place)

    def close(self, skipped: Sequence[Skipped] = ()) -> None:
        """Write the end."""
        self._out.write("\n]}\n" if self._begun else "]}\n")

    def _diagnostic(self, finding: Finding, entry: Audited) -> None:
        place, doc = entry.place, entry.audit.document
        code = {"value": finding.code}
        if template := self._setting.config.docs_url:
            code["url"] = template.replace("{code}", finding.code).replace("{page}", self._pages[finding.code])
        diagnostic: dict[str, object] = {
            "message": message(finding, entry),
            "location": self._location(place, None if is_record(place) else _range(doc, finding.span)),
            "severity": severity(finding.severity),
            "code": code,
        }
        if finding.edits and not is_record(place) and all(map(is_plain, finding.edits)):
            diagnostic["suggestions"] = [{"range": _range(doc, edit.span), "text": edit.text} for edit in finding.edits]
        self._write(diagnostic)

    def _problem(self, row: Row, place: Place) -> None:
        self._write(
            {
                "message": problem_message(row, place),
                "location": self._location(place, None),
                "severity": "ERROR",
                "code": {"value": f"problem-{row['kind']}"},
            }
        )

    def _location(self, place: Place, range: object) -> dict[str, object]:
        location: dict[str, object] = {"path": shown_path(place, self._setting.root)}
        if range is None and is_record(place) and place.record_line is not None:
            range = {"start": {"line": place.record_line, "column": 1}}
        if range is not None:
            location["range"] = range
        return location

    def _write(self, diagnostic: object) -> None:
        self._out.write(",\n" if self._begun else "\n")
        self._begun = True
        self._out.write(inert_json(json.dumps(diagnostic, ensure_ascii=True)))


def severity(level: Severity) -> str:
    """Reviewdog's word for a severity."""
    return "ERROR" if is_error(level) else "WARNING" if level is Severity.MINOR else "INFO"


def _range(doc: Document, span: Span) -> dict[str, object]:
    return {"start": _position(doc, span.start), "end": _position(doc, span.end)}


def _position(doc: Document, position: int) -> dict[str, int]:
    """Line, and column in bytes of UTF-8, both from 1."""
    line, column = doc.line_and_column(position)
    before = doc.text[position - column + 1 : position]
    return {"line": line, "column": len(before.encode("utf-8", "surrogatepass")) + 1}
