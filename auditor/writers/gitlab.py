"""GitLab's Code Quality report: a JSON list, each finding with a fingerprint that outlives edits elsewhere."""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256
from typing import TextIO

from auditor.engine import Skipped
from auditor.finding import Finding, Severity
from auditor.fingerprint import LENGTH, Fingerprints
from auditor.report import Audited, Entry, Place, Row, Unreadable, problem_rows, unreadable_row
from auditor.writers.located import (
    Setting,
    is_grave,
    message,
    problem_message,
    range_of,
    shown_path,
)
from auditor.writers.visible import inert_json

_SEVERITIES = {
    Severity.CRITICAL: "critical",
    Severity.MAJOR: "major",
    Severity.MINOR: "minor",
    Severity.NEUTRAL: "info",
}


class GitLabWriter:
    """Writes one list. What could not be read or audited is an issue of severity `blocker`; what is suppressed is not.

    GitLab wants a line of every issue: it is 1 for a file without lines.
    """

    def __init__(self, out: TextIO, setting: Setting) -> None:
        self._out = out
        self._setting = setting
        self._fingerprints = Fingerprints(setting.root)
        self._begun = False
        out.write("[")

    def write(self, entry: Entry) -> None:
        """Write the issues of an article."""
        place = entry.place
        if isinstance(entry, Unreadable):
            self._problem(unreadable_row(place, entry.message, "", what=entry.what), place)
            return
        for finding in entry.audit.findings:
            self._issue(finding, entry)
        for row in problem_rows(entry.audit, place, ""):
            if is_grave(row):
                self._problem(row, place)

    def close(self, skipped: Sequence[Skipped] = ()) -> None:
        """Write the end."""
        self._out.write("\n]\n" if self._begun else "]\n")

    def _issue(self, finding: Finding, entry: Audited) -> None:
        own, number = self._fingerprints.numbered(finding, entry)
        at = range_of(entry.place, entry.audit.document, finding.span)
        lines = {"begin": at.line if at else 1}
        if at and at.end_line is not None:
            lines["end"] = at.end_line
        self._write(
            f"{finding.code} {message(finding, entry)}",
            f"{finding.code} {finding.name}",
            f"{own}:{number}",
            _SEVERITIES[finding.severity],
            {"path": shown_path(entry.place, self._setting.root), "lines": lines},
        )

    def _problem(self, row: Row, place: Place) -> None:
        path = shown_path(place, self._setting.root)
        told = problem_message(row, place)
        line = {"begin": place.record_line or 1}
        self._write(
            told,
            f"auditor {row['kind']}",
            f"{path}\0{place.position}\0{told}",
            "blocker",
            {"path": path, "lines": line},
        )

    def _write(self, told: str, check: str, identity: str, severity: str, location: object) -> None:
        issue = {
            "description": told,
            "check_name": check,
            "fingerprint": sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:LENGTH],
            "severity": severity,
            "location": location,
        }
        self._out.write(",\n" if self._begun else "\n")
        self._begun = True
        self._out.write(inert_json(json.dumps(issue, ensure_ascii=True)))
