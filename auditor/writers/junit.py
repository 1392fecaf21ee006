"""JUnit's XML: a test case for each article, which fails where the article fails the check."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO

from auditor.engine import Skipped
from auditor.finding import Severity
from auditor.report import Audited, Entry, Place, Row, Unreadable, article_id, problem_rows
from auditor.writers.lines import counted, is_record
from auditor.writers.located import NOWHERE, Setting, is_grave, message, problem_message, shown_path, told_of_run
from auditor.writers.xml import HEAD, attributes, escaped


class JUnitWriter:
    """Writes `testsuites` with a suite for each file.

    A case has a `failure` where the article reaches what the check fails on, an `error` where it could not be read or
    audited; all that is merely told stands in `system-out`. Suppressed findings are left out.
    """

    def __init__(self, out: TextIO, setting: Setting) -> None:
        self._out = out
        self._setting = setting
        self._suite: str | None = None
        self._cases: list[str] = []
        self._failures = self._errors = 0
        out.write(f'{HEAD}<testsuites name="auditor">\n')

    def write(self, entry: Entry) -> None:
        """Take an article; a suite is written when the next begins."""
        suite = shown_path(entry.place, self._setting.root)
        if suite != self._suite:
            self._end()
            self._suite = suite
        if isinstance(entry, Unreadable):
            number = entry.place.record_line or entry.place.position
            name = f"line {number}" if is_record(entry.place) and number else suite
            told = f"unreadable {entry.what}: {entry.message}"
            self._case(name, errors=[("unreadable", told, told)])
            return
        self._audited(entry, suite)

    def close(self, skipped: Sequence[Skipped] = ()) -> None:
        """Write the last suite and the end; what the whole run went without is a suite of its own."""
        self._end()
        if rows := told_of_run(skipped, self._setting):
            self._suite = "auditor"
            self._case("the whole run", out=[problem_message(row, NOWHERE) for row in rows])
            self._end()
        self._out.write("</testsuites>\n")

    def _audited(self, entry: Audited, suite: str) -> None:
        lines = [_line(finding.severity, finding.code, message(finding, entry)) for finding in entry.audit.findings]
        if not is_record(entry.place):
            lines = [
                f"{finding.line}:{finding.column}: {line}"
                for finding, line in zip(entry.audit.findings, lines, strict=True)
            ]
        rows = problem_rows(entry.audit, entry.place, "")
        errors = [_error(row, entry.place) for row in rows if is_grave(row)]
        told = [problem_message(row, entry.place) for row in rows if not is_grave(row)]
        name = article_id(entry.audit, entry.place) if is_record(entry.place) else suite
        if not self._setting.fails(entry):
            self._case(name, errors=errors, out=[*lines, *told])
            return
        worst = max((finding.severity for finding in entry.audit.findings), default=None)
        head = f"{counted(len(lines), 'finding')}, verdict {entry.decision.verdict}"
        reasons = [f"verdict {entry.decision.verdict}: {reason.text}" for reason in entry.decision.reasons]
        kind = str(worst) if worst is not None else entry.decision.verdict
        self._case(name, failure=(kind, head, "\n".join([*lines, *reasons])), errors=errors, out=told)

    def _case(
        self,
        name: str,
        *,
        failure: tuple[str, str, str] | None = None,
        errors: Sequence[tuple[str, str, str]] = (),
        out: Sequence[str] = (),
    ) -> None:
        inside = ""
        if failure is not None:
            inside += _element("failure", *failure)
            self._failures += 1
        if errors:
            inside += "".join(_element("error", *error) for error in errors)
            self._errors += failure is None
        if out:
            inside += f"<system-out>{escaped(chr(10).join(out), chr(10))}</system-out>\n"
        case = attributes({"classname": self._suite, "name": name})
        self._cases.append(f"<testcase{case}>\n{inside}</testcase>\n" if inside else f"<testcase{case}/>\n")

    def _end(self) -> None:
        if self._suite is None:
            return
        counts = {"name": self._suite, "tests": len(self._cases), "failures": self._failures, "errors": self._errors}
        self._out.write(f"<testsuite{attributes({**counts, 'skipped': 0})}>\n")
        self._out.writelines(self._cases)
        self._out.write("</testsuite>\n")
        self._suite, self._cases, self._failures, self._errors = None, [], 0, 0


def _line(severity: Severity, code: str, told: str) -> str:
    return f"{severity} {code} {told}"


def _error(row: Row, place: Place) -> tuple[str, str, str]:
    told = problem_message(row, place)
    return str(row["kind"]), told, told


def _element(tag: str, kind: str, head: str, body: str) -> str:
    return f"<{tag}{attributes({'type': kind, 'message': head})}>{escaped(body, chr(10))}</{tag}>\n"
