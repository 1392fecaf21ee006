"""Baseline: the findings that were there when the check began to guard, so that only new ones fail."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from auditor.engine import Auditor, Skipped, Suppressed
from auditor.errors import ConfigError
from auditor.finding import Finding, shorten
from auditor.fingerprint import Fingerprints
from auditor.report import Audited, Entry
from auditor.repository import path_below
from auditor.writers.files import atomic

SCHEMA = 1
"""The version of the form of the file."""

LONGEST_EXCERPT = 60

_KEYS = {"fingerprint": str, "code": str, "record": str, "path": str, "count": int, "excerpt": str}


@dataclass(frozen=True, slots=True)
class Known:
    """A line of a baseline: so many equal findings. Only `fingerprint` and `count` decide; the rest is for readers.

    record: `id …` or `path …`; path: of its file from the root, empty for standard input.
    """

    fingerprint: str
    code: str
    record: str
    path: str
    count: int
    excerpt: str


class Baseline:
    """The known findings of a file, matched with those of a run.

    path: the file, for messages; root: the folder from which paths count. limited: the run sees only a part of the
    records of its files, so that what it does not see is not gone.
    """

    def __init__(
        self, path: Path, known: Iterable[Known], auditor: Auditor, root: Path, *, limited: bool = False
    ) -> None:
        self._path = path
        self._auditor = auditor
        self._root = root
        self._limited = limited
        self._codes = {rule.code for rule in auditor.catalogue}
        self._fingerprints = Fingerprints(root)
        self._known: dict[str, Known] = {}
        for each in known:
            before = self._known.get(each.fingerprint)
            self._known[each.fingerprint] = each if before is None else replace(before, count=before.count + each.count)
        self._records = {each.record for each in self._known.values()}
        self._used: Counter[str] = Counter()
        self._judged: dict[str, set[str]] = {}
        self._read: set[str] = set()
        self._broken: set[str] = set()

    @classmethod
    def load(cls, path: Path, auditor: Auditor, root: Path, *, limited: bool = False) -> Baseline:
        """The baseline of a file. Raises ConfigError when it is not there or is no baseline."""
        return cls(path, _read(path), auditor, root, limited=limited)

    def applied(self, entry: Entry) -> Entry:
        """The entry without its known findings, which are suppressed, and with the verdict on the others.

        Of equal findings the first are the known ones, as many as the file counts.
        """
        below = path_below(entry.place.path, self._root)
        self._read.add(below)
        if not isinstance(entry, Audited):
            self._broken.add(below)
            return entry
        record = self._fingerprints.record(entry)
        if record not in self._records:
            return entry
        self._judged.setdefault(record, set()).update(self._auditor.judged(entry.audit))
        new: list[Finding] = []
        known: list[Suppressed] = []
        for finding in entry.audit.findings:
            own = self._fingerprints.of(finding, entry)
            if own in self._known and self._used[own] < self._known[own].count:
                self._used[own] += 1
                known.append(Suppressed(finding, "baseline", f"known since the baseline {self._path.name}"))
            else:
                new.append(finding)
        return suppress(entry, new, known, self._auditor) if known else entry

    def shrunk(self) -> list[Known]:
        """The known findings that are still there, or that this run could not see; call it after the last entry.

        A finding is gone when its record was audited by its rule and has it no more, when its whole file was read
        without meeting the record, and when the file is gone.
        """
        left = [replace(each, count=self._left(each)) for each in self._known.values()]
        return [each for each in left if each.count]

    @property
    def fixed(self) -> int:
        """How many known findings are gone."""
        return sum(each.count for each in self._known.values()) - sum(each.count for each in self.shrunk())

    def notes(self) -> tuple[Skipped, ...]:
        """What to say of the baseline at the end of a run that does not update it."""
        if not self.fixed:
            return ()
        reason = f"{self.fixed} of the known findings are gone; --update-baseline takes them out of {self._path.name}"
        return (Skipped("baseline", reason, "unused"),)

    def update(self) -> int:
        """Take what is gone out of the file; how many findings that were. Raises WriteError."""
        fixed = self.fixed
        if fixed:
            write_baseline(self._path, self.shrunk())
        return fixed

    def _left(self, known: Known) -> int:
        judged = self._judged.get(known.record)
        if judged is not None:
            unsure = known.code not in judged and known.code in self._codes
            return known.count if unsure else self._used[known.fingerprint]
        if known.path in ("", "-") or known.path in self._broken:
            return known.count
        if known.path in self._read and not self._limited:
            return 0
        return known.count if os.path.lexists(self._root / known.path) else 0


class Recording:
    """Collects the findings of a run for a new baseline.

    Raises ConfigError when the file is there already: it would silently forgive what is new.
    """

    def __init__(self, path: Path, auditor: Auditor, root: Path) -> None:
        if path.exists():
            raise ConfigError(
                f"{path}: is there already; --update-baseline takes out what is fixed, and to begin anew delete it"
            )
        self._path = path
        self._auditor = auditor
        self._root = root
        self._fingerprints = Fingerprints(root)
        self._known: dict[str, Known] = {}

    def applied(self, entry: Entry) -> Entry:
        """Take the findings of an entry; all of them are known from now on."""
        if not isinstance(entry, Audited) or not entry.audit.findings:
            return entry
        record, below = self._fingerprints.record(entry), path_below(entry.place.path, self._root)
        known = []
        for finding in entry.audit.findings:
            own = self._fingerprints.of(finding, entry)
            before = self._known.get(own)
            self._known[own] = (
                Known(own, finding.code, record, below, 1, shorten(finding.excerpt, LONGEST_EXCERPT))
                if before is None
                else replace(before, count=before.count + 1)
            )
            known.append(Suppressed(finding, "baseline", f"known since the baseline {self._path.name}"))
        return suppress(entry, [], known, self._auditor)

    def write(self) -> int:
        """Write the file; how many findings it holds. Raises WriteError."""
        write_baseline(self._path, self._known.values())
        return sum(each.count for each in self._known.values())


def suppress(entry: Audited, kept: Iterable[Finding], suppressed: Iterable[Suppressed], auditor: Auditor) -> Audited:
    """The entry with only some of its findings, and the verdict on these."""
    audit = entry.audit._replace(findings=tuple(kept), suppressed=(*entry.audit.suppressed, *suppressed))
    return Audited.of(entry.place, audit, auditor.config.policy)


def write_baseline(path: Path, known: Iterable[Known]) -> None:
    """Write a baseline: JSON in ASCII, one line for each finding, sorted, so that changes merge. Raises WriteError."""
    lines = [
        json.dumps({key: getattr(each, key) for key in _KEYS})
        for each in sorted(known, key=lambda each: (each.path, each.record, each.code, each.fingerprint))
    ]
    body = "[\n" + ",\n".join(lines) + "\n]" if lines else "[]"
    with atomic(path) as file:
        file.write(f'{{"schema": {SCHEMA}, "tool": "auditor",\n"findings": {body}}}\n')


def _read(path: Path) -> list[Known]:
    try:
        content: Any = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"{path}: there is no such baseline; --write-baseline creates it") from None
    except OSError as error:
        raise ConfigError(f"{path}: the baseline cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{path}: the baseline is not JSON ({error}); get it back from version control") from error
    found = content.get("findings") if isinstance(content, dict) and content.get("schema") == SCHEMA else None
    if not isinstance(found, list):
        raise ConfigError(f"{path}: is no baseline of schema {SCHEMA}; --write-baseline creates one under another name")
    return [_known(each, number, path) for number, each in enumerate(found, 1)]


def _known(each: object, number: int, path: Path) -> Known:
    if isinstance(each, dict) and all(type(each.get(key)) is kind for key, kind in _KEYS.items()) and each["count"] > 0:
        return Known(**{key: each[key] for key in _KEYS})
    raise ConfigError(f"{path}: finding {number} is not as it was written; get it back from version control")
