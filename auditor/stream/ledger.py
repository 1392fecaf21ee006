"""Ledger: what a filter run read, decided and wrote, in figures that must add up."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from auditor._version import __version__
from auditor.config import Config, to_plain
from auditor.errors import AuditorError
from auditor.readers import Problem
from auditor.stream.work import Outcome

SCHEMA = 1
"""The version of the form of ledger.json. Later versions only add keys."""

OUTCOMES: Mapping[str, str] = MappingProxyType(
    {"keep": "kept", "clean": "clean", "quarantine": "quarantined", "reject": "rejected"}
)
"""What becomes of a record, by the verdict on its article."""

UNREADABLE = "unreadable"
CLEAN = OUTCOMES["clean"]
CLEANED = "cleaned"
"""The records of `clean` again, with their articles cleaned; it is beside the parts, and none of them."""

ANNOTATED = "annotated"
"""Where all records that could be read go when they are annotated instead of separated."""

PARTS = (*OUTCOMES.values(), UNREADABLE)
"""The five parts into which the records of a run fall, each into exactly one."""

MAX_SOURCES = 10_000
"""Verdicts are counted for so many different sources; those of all further ones together, to bound the memory."""


@dataclass(frozen=True, slots=True)
class InputFile:
    """An input: its path, format, how many files (more than one for the text files of a folder), bytes and records.

    sha256: of the bytes as stored; for the text files of a folder, of the lines `SHA-256, two spaces, name`.
    """

    path: str
    format: str
    files: int
    bytes: int
    sha256: str
    records: int


@dataclass(frozen=True, slots=True)
class OutputFile:
    """An output, named from the folder of the run: its records, bytes and SHA-256; a folder as an `InputFile`."""

    path: str
    files: int
    bytes: int
    sha256: str
    records: int


@dataclass(frozen=True, slots=True)
class Ledger:
    """The account of one run.

    config: its hash. policy: that decided, by key. counts: records by part (`kept`, `clean`, `quarantined`,
    `rejected`, `unreadable`), and all of them as `read`. reasons: articles by code of a reason for their verdict.
    problems: unreadable records by what was wrong.
    findings: findings by rule. failed: articles on which a rule crashed.
    sources: articles by the record's `source` (empty for none) and part; other_sources: those of all further sources.
    started, finished: times in ISO 8601, UTC; all else is the same for the same inputs and configuration.
    """

    config: str
    policy: Mapping[str, object]
    counts: Mapping[str, int]
    reasons: Mapping[str, int]
    problems: Mapping[str, int]
    findings: Mapping[str, int]
    failed: int
    sources: Mapping[str, Mapping[str, int]]
    other_sources: Mapping[str, int]
    inputs: tuple[InputFile, ...] = ()
    outputs: tuple[OutputFile, ...] = ()
    started: str = ""
    finished: str = ""
    auditor: str = __version__

    @property
    def balanced(self) -> bool:
        """Whether the five parts add up to what was read."""
        return self.counts["read"] == sum(self.counts[part] for part in PARTS)

    def __str__(self) -> str:
        counts = self.counts
        line = f"read {counts['read']:,} = " + " + ".join(f"{part} {counts[part]:,}" for part in PARTS)
        if self.failed:
            line += f"; a rule crashed on {self.failed:,} of them"
        for name, table in (("reasons", self.reasons), ("unreadable", self.problems)):
            if table:
                line += f"\n{name}: " + ", ".join(f"{code} {n:,}" for code, n in table.items())
        return line

    def plain(self, *, times: bool = True) -> dict[str, object]:
        """The ledger as plain values, as ledger.json holds them; without `times` equal for equal runs."""
        plain: dict[str, object] = {
            "schema": SCHEMA,
            "auditor": self.auditor,
            "config": self.config,
            "policy": dict(self.policy),
            "counts": dict(self.counts),
            "reasons": dict(self.reasons),
            "problems": dict(self.problems),
            "findings": dict(self.findings),
            "failed": self.failed,
            "sources": {source: dict(parts) for source, parts in self.sources.items()},
            "other_sources": dict(self.other_sources),
            "inputs": [
                {
                    "path": file.path,
                    "format": file.format,
                    "files": file.files,
                    "bytes": file.bytes,
                    "sha256": file.sha256,
                    "records": file.records,
                }
                for file in self.inputs
            ],
            "outputs": [
                {
                    "path": file.path,
                    "files": file.files,
                    "bytes": file.bytes,
                    "sha256": file.sha256,
                    "records": file.records,
                }
                for file in self.outputs
            ],
        }
        if times:
            plain["times"] = {"started": self.started, "finished": self.finished}
        return plain

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Ledger:
        """The ledger that ledger.json holds. Raises KeyError or TypeError when it is none."""
        times = plain["times"]
        same = {key: plain[key] for key in ("counts", "reasons", "problems", "findings", "failed", "sources")}
        return cls(
            **same,
            config=plain["config"],
            policy=plain.get("policy", {}),
            other_sources=plain["other_sources"],
            inputs=tuple(InputFile(**file) for file in plain["inputs"]),
            outputs=tuple(OutputFile(**file) for file in plain["outputs"]),
            started=times["started"],
            finished=times["finished"],
            auditor=plain["auditor"],
        )

    def json(self) -> str:
        """The text of ledger.json: ASCII, indented, with a line end."""
        return json.dumps(self.plain(), indent=1) + "\n"


@dataclass(slots=True)
class Tally:
    """The counts of a run that goes on."""

    read: int = 0
    failed: int = 0
    parts: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    problems: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)
    sources: dict[str, Counter[str]] = field(default_factory=dict)
    other_sources: Counter[str] = field(default_factory=Counter)

    def add_article(self, outcome: Outcome) -> None:
        """Count an article that was written to the part of its verdict; its findings are counted apart."""
        part = OUTCOMES[outcome.verdict]
        self.parts[part] += 1
        self.reasons.update(outcome.reasons)
        self.failed += outcome.failed
        source = outcome.source
        if source in self.sources or len(self.sources) < MAX_SOURCES:
            self.sources.setdefault(source, Counter())[part] += 1
        else:
            self.other_sources[part] += 1

    def add_unreadable(self, problem: Problem) -> None:
        """Count a record that was written to `unreadable`."""
        self.parts[UNREADABLE] += 1
        self.problems[problem.what] += 1

    def state(self) -> dict[str, Any]:
        """The counts as plain values, from which `Tally.of` goes on."""
        return {
            "read": self.read,
            "failed": self.failed,
            "parts": dict(self.parts),
            "reasons": dict(self.reasons),
            "problems": dict(self.problems),
            "findings": dict(self.findings),
            "sources": {source: dict(parts) for source, parts in self.sources.items()},
            "other_sources": dict(self.other_sources),
        }

    @classmethod
    def of(cls, state: Mapping[str, Any]) -> Tally:
        """The tally whose state that is."""
        counters = {key: Counter(state[key]) for key in ("parts", "reasons", "problems", "findings", "other_sources")}
        sources = {source: Counter(parts) for source, parts in state["sources"].items()}
        return cls(state["read"], state["failed"], sources=sources, **counters)

    def ledger(
        self,
        config: Config,
        *,
        inputs: tuple[InputFile, ...] = (),
        outputs: tuple[OutputFile, ...] = (),
        started: str = "",
        finished: str = "",
    ) -> Ledger:
        """The account of the run, each table sorted by name."""
        return Ledger(
            config=config.fingerprint(),
            policy=to_plain(config)["policy"],
            counts={"read": self.read, **{part: self.parts[part] for part in PARTS}},
            reasons=_sorted(self.reasons),
            problems=_sorted(self.problems),
            findings=_sorted(self.findings),
            failed=self.failed,
            sources={source: _sorted(parts) for source, parts in sorted(self.sources.items())},
            other_sources=_sorted(self.other_sources),
            inputs=inputs,
            outputs=outputs,
            started=started,
            finished=finished,
        )


def _sorted(counter: Counter[str]) -> dict[str, int]:
    return dict(sorted(counter.items()))


def balanced(ledger: Ledger) -> Ledger:
    """The ledger itself. Raises AuditorError when its parts do not add up to what was read."""
    if not ledger.balanced:
        raise AuditorError(f"the counts do not add up: {ledger}; this is a fault of the auditor, please report it")
    return ledger


def now() -> str:
    """The time, in ISO 8601, UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
