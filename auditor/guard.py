"""Guard: which findings of a run are new and count, and which are known, suppressed, or in articles nobody touched."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from auditor.baseline import Baseline, Recording
from auditor.changes import Changes
from auditor.engine import Auditor, Skipped
from auditor.errors import ConfigError
from auditor.readers import Record
from auditor.report import Audited, Entry
from auditor.repository import repository_root
from auditor.suppression import Suppressions


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line and the configuration ask of a run.

    baseline: its file, None for none; write: create it; update: take out what is fixed. changed_since: a revision of
    git, None for all articles.
    """

    baseline: Path | None = None
    write: bool = False
    update: bool = False
    changed_since: str | None = None


class Guard:
    """Takes what does not count out of the entries of a run.

    paths: the inputs of the run. Raises ConfigError for what cannot be had together, for a baseline that is not there
    (or is there and should be written), for an unknown revision, and for an unknown code in the configuration.
    """

    def __init__(self, wanted: Wanted, auditor: Auditor, paths: Sequence[str]) -> None:
        if wanted.baseline is None and (wanted.write or wanted.update):
            raise ConfigError("name the file of the baseline with --baseline, or as “baseline” in the configuration")
        if wanted.write and wanted.update:
            raise ConfigError("--write-baseline creates a baseline and --update-baseline shrinks one; give one of them")
        if wanted.write and wanted.changed_since is not None:
            raise ConfigError("--write-baseline needs all articles; leave out --changed-since")
        self.root = repository_root(Path.cwd())
        self._wanted = wanted
        self._auditor = auditor
        self._whole = wanted.changed_since is None and any(map(os.path.isdir, paths))
        self._suppressions = Suppressions(auditor, self.root)
        self._baseline: Baseline | Recording | None = None
        if wanted.baseline is not None:
            self._baseline = (
                Recording(wanted.baseline, auditor, self.root)
                if wanted.write
                else Baseline.load(wanted.baseline, auditor, self.root, limited=wanted.changed_since is not None)
            )
        self._changes = None
        if wanted.changed_since is not None:
            if "-" in paths:
                raise ConfigError("changed-since: standard input has no earlier state; name files")
            self._changes = Changes(wanted.changed_since, auditor.config)

    def records(self, records: Iterable[Record]) -> Iterator[Record]:
        """The records that are to be audited."""
        return self._changes.among(records) if self._changes is not None else iter(records)

    def applied(self, entry: Entry) -> Entry:
        """The entry with only the findings that count, and the verdict on them."""
        if isinstance(entry, Audited):
            audit = self._suppressions.applied(entry.audit, entry.place.path)
            if audit.suppressed:
                entry = Audited.of(entry.place, audit, self._auditor.config.policy)
            else:
                entry = replace(entry, audit=audit)
        return entry if self._baseline is None else self._baseline.applied(entry)

    def notes(self) -> tuple[Skipped, ...]:
        """What is to be told after the last entry: suppressions of the configuration that did nothing, known findings
        that are gone and still in the baseline."""
        unused = self._suppressions.unused() if self._whole else ()
        fixed = self._baseline.notes() if isinstance(self._baseline, Baseline) and not self._wanted.update else ()
        return (*unused, *fixed)

    def finish(self) -> str | None:
        """Write the baseline if it is to be written; a sentence that tells what was done. Raises WriteError."""
        if isinstance(self._baseline, Recording):
            return f"{self._wanted.baseline}: a new baseline, known findings: {self._baseline.write():,}"
        if self._baseline is not None and self._wanted.update:
            return f"{self._wanted.baseline}: fixed and taken out: {self._baseline.update():,}"
        return None

    @property
    def knows(self) -> bool:
        """Whether there is a baseline."""
        return self._baseline is not None
