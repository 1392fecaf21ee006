"""Formats: the names that `--format` knows, and the writer of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO

from auditor.engine import Skipped
from auditor.report import Entry
from auditor.writers.checkstyle import CheckstyleWriter
from auditor.writers.github import GitHubWriter
from auditor.writers.gitlab import GitLabWriter
from auditor.writers.junit import JUnitWriter
from auditor.writers.lines import EntryWriter, JsonLinesWriter, JsonWriter, TextWriter
from auditor.writers.located import Setting
from auditor.writers.rdjson import RdjsonWriter
from auditor.writers.sarif import SarifWriter

FORMATS = ("text", "json", "jsonl", "sarif", "github", "gitlab", "junit", "checkstyle", "rdjson")


def writer(format: str, out: TextIO, setting: Setting, *, baseline: bool = False) -> EntryWriter:
    """The writer of a format. baseline: whether the run knows findings from a baseline, which SARIF tells."""
    match format:
        case "text":
            return TextWriter(out)
        case "json":
            return JsonWriter(out, setting.config.fingerprint())
        case "jsonl":
            return JsonLinesWriter(out)
        case "sarif":
            return SarifWriter(out, setting, baseline=baseline)
        case "github":
            return GitHubWriter(out, setting)
        case "gitlab":
            return GitLabWriter(out, setting)
        case "junit":
            return JUnitWriter(out, setting)
        case "checkstyle":
            return CheckstyleWriter(out, setting)
        case "rdjson":
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
