"""Formats: the names that `--format` knows, and the writer of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO

from auditor.engine import Skipped
from auditor.report import Entry
from auditor.writers.lines import EntryWriter, JsonLinesWriter, JsonWriter, TextWriter
from auditor.writers.located import Setting

FORMATS = ("text", "json", "jsonl", "sarif", "github", "gitlab", "junit", "checkstyle", "rdjson")


def writer(format: str, out: TextIO, setting: Setting, *, baseline: bool = False) -> EntryWriter:
    """The writer of a format, loaded when asked for. baseline: whether the run has one, which SARIF tells."""
    match format:
        case "text":
            return TextWriter(out)
        case "json":
            return JsonWriter(out, setting.config.fingerprint())
        case "jsonl":
            return JsonLinesWriter(out)
        case "sarif":
            from auditor.writers.sarif import SarifWriter

            return SarifWriter(out, setting, baseline=baseline)
        case "github":
            from auditor.writers.github import GitHubWriter

            return GitHubWriter(out, setting)
        case "gitlab":
            from auditor.writers.gitlab import GitLabWriter

            return GitLabWriter(out, setting)
        case "junit":
            from auditor.writers.junit import JUnitWriter

            return JUnitWriter(out, setting)
        case "checkstyle":
            from auditor.writers.checkstyle import CheckstyleWriter

            return CheckstyleWriter(out, setting)
        case "rdjson":
            from auditor.writers.rdjson import RdjsonWriter

            return RdjsonWriter(out, setting)
    raise ValueError(f"{format!r} is none of {', '.join(FORMATS)}")


class Several:
    """Writes to several writers at once."""

    def __init__(self, writers: Sequence[EntryWriter]) -> None:
        self._writers = writers

    def write(self, entry: Entry) -> None:
        """Write one article or unreadable record to each."""
        for each in self._writers:
            each.write(entry)

    def close(self, skipped: Sequence[Skipped] = ()) -> None:
        """Close each."""
        for each in self._writers:
            each.close(skipped)
