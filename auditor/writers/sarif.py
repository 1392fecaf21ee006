"""SARIF 2.1.0 (OASIS): one run with all findings, the suppressed ones marked, each rule with its page as help."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO
from urllib.parse import quote

from auditor._version import __version__
from auditor.engine import Skipped, Suppressed
from auditor.finding import Edit, Finding, Severity
from auditor.fingerprint import Fingerprints
from auditor.registry import load_page, page_path
from auditor.report import Audited, Entry, Place, Row, Unreadable, article_id, problem_rows, run_rows, unreadable_row
from auditor.rule import Rule
from auditor.writers.lines import is_record
from auditor.writers.located import (
    NOWHERE,
    STANDARD_INPUT,
    Range,
    Setting,
    file_path,
    is_error,
    is_grave,
    message,
    problem_message,
    range_of,
)
from auditor.writers.visible import inert_json, visible

SCHEMA_URI = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
"""Where the standard says its schema is; a name, nothing is fetched."""

FINGERPRINT = "auditorFinding/v1"
"""The key of our fingerprint. GitHub's own key is left to GitHub, whose upload warns about any other value there."""

_ROOT = "%SRCROOT%"
_EXTERNAL = ("baseline", "path", "source")
_BRACKETS = re.compile(r"[\\\[\]]")
_PLACEHOLDER = re.compile(r"\{(\d+)\}")
_FENCE = re.compile(r"^```[^\n]*\n", re.M)
_HEADING = re.compile(r"^#+ ", re.M)
_LINK = re.compile(r"\[([^\]\[]*)\]\([^()\s]*\)")


class SarifWriter:
    """Writes one SARIF log; results are written as they come, only their fingerprints are kept.

    `level` is error for critical and major, warning for minor, note for neutral findings. `baselineState` is there
    where a baseline is used (`baseline`): `unchanged` for a known finding, `new` for any other. What could not be read
    and what was not done are notifications of the invocation.
    """

    def __init__(self, out: TextIO, setting: Setting, *, baseline: bool = False) -> None:
        self._out = out
        self._setting = setting
        self._baseline = baseline
        self._fingerprints = Fingerprints(setting.root)
        self._index = {rule.code: index for index, rule in enumerate(setting.rules)}
        self._notifications: list[dict[str, object]] = []
        self._failed = False
        self._begun = False
        out.write(f'{{"$schema": {_dumps(SCHEMA_URI)}, "version": "2.1.0", "runs": [{{\n"tool": ')
        out.write(_dumps({"driver": self._driver()}))
        base = {_ROOT: {"description": {"text": "The root of the repository, or the folder of the run."}}}
        out.write(f',\n"columnKind": "unicodeCodePoints",\n"originalUriBaseIds": {_dumps(base)},\n"results": [')

    def write(self, entry: Entry) -> None:
        """Write the results of an article, in the order of its text."""
        if isinstance(entry, Unreadable):
            row = unreadable_row(entry.place, entry.message, "", what=entry.what, article_id=entry.article_id)
            self._notify(row, entry.place)
            return
        both: list[tuple[Finding, Suppressed | None]] = [(finding, None) for finding in entry.audit.findings]
        both += [(known.finding, known) for known in entry.audit.suppressed]
        for finding, known in sorted(both, key=lambda each: (each[0].span, each[0].code)):
            self._out.write(",\n" if self._begun else "\n")
            self._begun = True
            self._out.write(_dumps(self._result(finding, known, entry)))
        for row in problem_rows(entry.audit, entry.place, ""):
            self._notify(row, entry.place)

    def close(self, skipped: Sequence[Skipped] = ()) -> None:
        """Write the invocation and the end."""
        for row in run_rows(skipped, ""):
            self._notify(row, NOWHERE)
        invocation: dict[str, object] = {"executionSuccessful": not self._failed}
        if self._notifications:
            invocation["toolExecutionNotifications"] = self._notifications
        self._out.write(f'\n],\n"invocations": [{_dumps(invocation)}]\n}}]}}\n')

    def _driver(self) -> dict[str, object]:
        rules = [
            descriptor(rule, self._setting.config.severities.get(rule.code), self._setting.config.docs_url)
            for rule in self._setting.rules
        ]
        return {"name": "auditor", "version": __version__, "semanticVersion": __version__, "rules": rules}

    def _result(self, finding: Finding, known: Suppressed | None, entry: Audited) -> dict[str, object]:
        own, number = self._fingerprints.numbered(finding, entry)
        result: dict[str, object] = {
            "ruleId": finding.code,
            "ruleIndex": self._index[finding.code],
            "level": level(finding.severity),
            "message": {"text": literal(message(finding, entry))},
            "locations": [
                self._location(entry.place, range_of(entry.place, entry.audit.document, finding.span), entry)
            ],
            "partialFingerprints": {FINGERPRINT: f"{own}:{number}"},
            "properties": _properties(finding, entry),
        }
        if self._baseline:
            result["baselineState"] = "unchanged" if known is not None and known.by == "baseline" else "new"
        # consumers take a result without the property for one that is not suppressed only where all have it
        result["suppressions"] = [] if known is None else [_suppression(known)]
        if fixes := list(self._fixes(finding, entry)):
            result["fixes"] = fixes
        return result

    def _location(self, place: Place, range: Range | None, entry: Audited | None) -> dict[str, object]:
        physical: dict[str, object] = {"artifactLocation": self._artifact(place)}
        if range is not None:
            physical["region"] = region(range)
        location: dict[str, object] = {"physicalLocation": physical}
        if entry is not None and is_record(place):
            ident = visible(article_id(entry.audit, place))
            location["logicalLocations"] = [{"name": ident, "fullyQualifiedName": ident, "kind": "record"}]
        return location

    def _artifact(self, place: Place) -> dict[str, object]:
        path = file_path(place, self._setting.root)
        if Path(path).is_absolute():
            return {"uri": f"file://{_quoted(path)}"}
        return {"uri": _quoted(path), "uriBaseId": _ROOT}

    def _fixes(self, finding: Finding, entry: Audited) -> Iterator[dict[str, object]]:
        """The edits, where the text is the file as it is, and what is put in is made of valid characters."""
        if is_record(entry.place) or entry.place.path in ("", "-") or not all(map(is_plain, finding.edits)):
            return
        for edit in finding.edits:
            place = range_of(entry.place, entry.audit.document, edit.span)
            if place is not None:
                replacement = {"deletedRegion": region(place), "insertedContent": {"text": edit.text}}
                yield {
                    "description": {"text": "A safe edit." if edit.safe else "An edit that needs a look."},
                    "artifactChanges": [
                        {"artifactLocation": self._artifact(entry.place), "replacements": [replacement]}
                    ],
                }

    def _notify(self, row: Row, place: Place) -> None:
        grave = is_grave(row)
        self._failed = self._failed or row["kind"] in ("unreadable", "failure")
        told: dict[str, object] = {
            "level": "error" if grave else "note",
            "message": {"text": literal(problem_message(row, place))},
        }
        if place.path:
            line = place.record_line if is_record(place) else None
            told["locations"] = [self._location(place, None if line is None else Range(line, 1), None)]
        self._notifications.append(told)


def descriptor(rule: Rule, severity: str | None, docs_url: str) -> dict[str, object]:
    """What SARIF calls a reportingDescriptor: the rule with its page as help, in Markdown and as plain text.

    severity: another one than the rule's own, after the configuration. docs_url: the template of the page's address;
    empty for none, as no address is made up.
    """
    grade = Severity(severity) if severity else rule.severity
    described: dict[str, object] = {
        "id": rule.code,
        "name": "".join(part.capitalize() for part in rule.name.split("-")),
        "shortDescription": {"text": literal(rule.summary)},
        "defaultConfiguration": {"level": level(grade)},
        "properties": {
            "tags": [rule.family, rule.name],
            "severity": grade.value,
            "problem.severity": {"error": "error", "warning": "warning"}.get(level(grade), "recommendation"),
        },
    }
    if page_path(rule).is_file():  # a rule that was made in a program has none
        page = load_page(rule)
        why = " ".join(plain_text(page.sections["Why it matters"]).split())
        described["fullDescription"] = {"text": literal(why)}
        described["help"] = {"text": plain_text(page.source), "markdown": page.source}
    if docs_url:
        described["helpUri"] = docs_url.replace("{code}", rule.code).replace("{page}", page_path(rule).stem)
    return described


def level(severity: Severity) -> str:
    """The level of SARIF for a severity."""
    return "error" if is_error(severity) else "warning" if severity is Severity.MINOR else "note"


def literal(text: str) -> str:
    """Text for `message.text`, where square brackets make links and `{0}` is a placeholder (SARIF 3.11.5, 3.11.6)."""
    return _PLACEHOLDER.sub(r"{{\1}}", _BRACKETS.sub(lambda found: f"\\{found[0]}", text))


def plain_text(markdown: str) -> str:
    """A page without the signs of Markdown: headings, fences, links and code marks; the text stays."""
    text = _LINK.sub(r"\1", _HEADING.sub("", _FENCE.sub("", markdown)))
    return text.replace("`", "").replace("**", "").strip()


def region(range: Range) -> dict[str, int]:
    """A region of SARIF, whose end column is that after the last, as ours is."""
    values = {
        "startLine": range.line,
        "startColumn": range.column,
        "endLine": range.end_line,
        "endColumn": range.end_column,
    }
    return {key: value for key, value in values.items() if value is not None}


def is_plain(edit: Edit) -> bool:
    """Whether what an edit puts in is valid Unicode."""
    try:
        edit.text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _suppression(known: Suppressed) -> dict[str, object]:
    kind = "external" if known.by in _EXTERNAL else "inSource"
    return {"kind": kind, "status": "accepted", "justification": visible(known.why)}


def _properties(finding: Finding, entry: Audited) -> dict[str, object]:
    """What SARIF has no place for: the span in the article's text, and where the record is."""
    place = entry.place
    properties: dict[str, object] = {
        "severity": finding.severity.value,
        "confidence": finding.confidence,
        "ruleVersion": finding.rule_version,
        "start": finding.span.start,
        "end": finding.span.end,
    }
    if is_record(place):
        properties |= {
            "recordId": visible(article_id(entry.audit, place)),
            "field": visible(place.field),
            "line": finding.line,
            "column": finding.column,
        }
        if place.position is not None:
            properties["recordPosition"] = place.position
    return properties


def _quoted(path: str) -> str:
    """A path as part of a URI; bytes of a name that are no UTF-8 as they are on the disk."""
    return quote(path.encode("utf-8", "surrogateescape"), safe="/") or STANDARD_INPUT


def _dumps(value: object) -> str:
    return inert_json(json.dumps(value, ensure_ascii=True))
