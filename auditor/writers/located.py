"""Located: the place of a finding as CI systems want it, and its message; text from articles made harmless."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from auditor.config import Config
from auditor.document import Document
from auditor.engine import Skipped
from auditor.finding import Finding, Severity
from auditor.report import Audited, Entry, Place, Row, article_id, run_rows
from auditor.repository import path_below
from auditor.rule import Rule
from auditor.span import Span
from auditor.writers.lines import is_record
from auditor.writers.visible import visible

NOWHERE = Place("", None, None, "")
"""The place of what is told of the whole run."""

STANDARD_INPUT = "standard-input"
"""What stands for `-` where a CI system wants the path of a file."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a writer must know of the run.

    rules: those that run; root: the folder from which paths count; fails: whether an article reaches what the check
    fails on; summary: the file to which GitHub wants Markdown appended, None for none.
    """

    config: Config
    rules: Sequence[Rule]
    root: Path
    fails: Callable[[Entry], bool]
    summary: Path | None = None


@dataclass(frozen=True, slots=True)
class Range:
    """Lines and columns from 1, columns in code points, the end excluded; only a line where columns are unknown."""

    line: int
    column: int | None = None
    end_line: int | None = None
    end_column: int | None = None


def shown_path(place: Place, root: Path) -> str:
    """The path of a file from the root, its unseen characters as code points."""
    return visible(file_path(place, root))


def file_path(place: Place, root: Path) -> str:
    """The path of a file from the root as it is."""
    return STANDARD_INPUT if place.path in ("", "-") else path_below(place.path, root)


def range_of(place: Place, doc: Document, span: Span) -> Range | None:
    """Where a span stands in the file: a record's line, as its text is spelled otherwise there; None without lines."""
    if is_record(place):
        return None if place.record_line is None else Range(place.record_line, 1)
    return Range(*doc.line_and_column(span.start), *doc.line_and_column(span.end))


def message(finding: Finding, entry: Audited) -> str:
    """The message on one line, with the suggestion; in a record with its id, the field and the place in it."""
    text = finding.message
    if finding.suggestion is not None:
        text += f" (suggestion: {finding.suggestion})"
    if is_record(entry.place):
        text += f" [{where(finding, entry)}]"
    return visible(" ".join(text.split()))


def where(finding: Finding, entry: Audited) -> str:
    """The place within a record in words."""
    ident = article_id(entry.audit, entry.place)
    span = finding.span
    return (
        f"record {ident}, field {entry.place.field}, characters {span.start} to {span.end}, "
        f"line {finding.line}, column {finding.column}"
    )


def problem_message(row: Row, place: Place) -> str:
    """A row of the problems table as one sentence; its place is the record, or nothing where that is the file."""
    ident = f" [record {row['article_id']}]" if is_record(place) and row["article_id"] is not None else ""
    return visible(" ".join(f"{row['kind']} {row['what']}: {row['message']}{ident}".split()))


def told_of_run(skipped: Sequence[Skipped], setting: Setting) -> list[Row]:
    """The rows of problems of the whole run that are worth a line in CI: not that grammar, never asked for, is off."""
    off = setting.config.grammar == "off"
    return [row for row in run_rows(skipped, "") if not (off and row["what"] == "grammar")]


def is_told(row: Row) -> bool:
    """Whether a row of the problems table asks somebody to do something: what was merely skipped does not."""
    return is_grave(row) or row["kind"] == "unused"


def is_error(severity: Severity) -> bool:
    """Whether a CI system should call the severity an error, and not only a warning or a remark."""
    return severity >= Severity.MAJOR


def is_grave(row: Row) -> bool:
    """Whether a row of the problems table means that something is wrong and not merely left out."""
    return row["kind"] in ("unreadable", "failure", "suppression")
