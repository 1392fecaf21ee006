"""Work: what is done with the records of one chunk: audit, verdict, rows of the tables; the same in every process."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import NamedTuple

from auditor.cleaning import LONGEST, cleaned
from auditor.document import Document
from auditor.engine import Audit, Auditor
from auditor.finding import Edit
from auditor.policy import Decision, Facts, decide
from auditor.readers import Problem, Record
from auditor.readers.record import Note
from auditor.report import (
    ARTICLES,
    FINDINGS,
    PROBLEMS,
    Place,
    Row,
    Schema,
    article_row,
    finding_rows,
    problem_rows,
    skipped_row,
    unreadable_row,
)
from auditor.suppression import Suppressions
from auditor.writers.edits import EDITS, edit_rows
from auditor.writers.spooled import stream_rows

TABLES: Mapping[str, Schema] = MappingProxyType(
    {"articles": ARTICLES, "findings": FINDINGS, "problems": PROBLEMS, "edits": EDITS}
)
"""The tables of a run, by name."""

ANNOTATION = (
    "auditor_verdict",
    "auditor_grade",
    "auditor_points",
    "auditor_damage",
    "auditor_boilerplate",
    "auditor_reasons",
    "auditor_findings",
)
"""The columns that `--annotate` adds: reasons as codes, findings as `CODE=count`, both separated by blanks."""


class Given(NamedTuple):
    """A record as it goes to a process that audits: its place, and its article (text, id, meta) or its problem."""

    place: Place
    article: tuple[str, str, Mapping[str, str]] | None
    problem: Problem | None

    @classmethod
    def of(cls, record: Record) -> Given:
        """The record without its bytes."""
        doc = record.document
        place = Place(record.path, record.line, record.position, record.field)
        return cls(place, None if doc is None else (doc.text, doc.id, dict(doc.meta)), record.problem)

    @property
    def size(self) -> int:
        """Characters of the article."""
        return len(self.article[0]) if self.article else 0

    def document(self) -> Document | None:
        """The article."""
        return Document(*self.article) if self.article else None


class Outcome(NamedTuple):
    """What was decided on an article. source: of the record; failed: whether a rule crashed on it.

    edits: those that clean it, for the verdict `clean`.
    """

    verdict: str
    source: str
    failed: bool
    reasons: tuple[str, ...]
    note: Note | None
    edits: tuple[Edit, ...]


@dataclass(slots=True)
class Done:
    """A chunk that was worked on: for each record its outcome, or None for one that could not be read.

    tables: the rows of each table, as the next batch of its stream. rows: how many. findings: by rule.
    """

    outcomes: list[Outcome | None] = field(default_factory=list)
    tables: dict[str, bytes] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    findings: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a run wants to know. tables: rows of the tables. annotate: the columns that are added to records."""

    tables: bool = True
    annotate: bool = False

    @property
    def cleans(self) -> bool:
        """Whether articles are cleaned: where records are separated, and their edits can be listed."""
        return self.tables and not self.annotate


class Working:
    """Gathers what is done on a chunk, record by record."""

    def __init__(self, auditor: Auditor, wanted: Wanted, suppressions: Suppressions) -> None:
        self._suppressions = suppressions
        self._auditor = auditor
        self._policy = auditor.config.policy
        self._hash = auditor.config.fingerprint() if wanted.tables else ""
        self._wanted = wanted
        self._rows: dict[str, list[Row]] = {name: [] for name in TABLES}
        self._done = Done()

    def __len__(self) -> int:
        return len(self._done.outcomes)

    def add(self, given: Given, audit: Audit | None) -> None:
        """Take up the next record with the audit of its article; None for one without."""
        rows, place = self._rows, given.place
        if audit is None:
            problem = given.problem or Problem("file", "there is no article in it")
            self._done.outcomes.append(None)
            if self._wanted.tables:
                rows["problems"].append(unreadable_row(place, problem.message, self._hash, what=problem.what))
            return
        audit = self._suppressions.applied(audit, place.path)
        decision = decide(Facts.of(audit), self._policy)
        edits: tuple[Edit, ...] = ()
        if decision.verdict == "clean" and self._wanted.cleans:
            made = cleaned(audit, self._auditor, audited=partial(self._again, place.path))
            edits = tuple(change.edit for change in made.edits)
            if len(audit.document.text) > LONGEST and made.refused:
                reason = made.refused[0].reason
                rows["problems"].append(
                    skipped_row(place, "cleaning", reason, self._hash, article_id=audit.document.id or None)
                )
            rows["edits"].extend(edit_rows(made, place))
        self._done.outcomes.append(
            Outcome(
                decision.verdict,
                audit.document.meta.get("source", ""),
                bool(audit.failures),
                tuple(reason.code for reason in decision.reasons),
                note(audit, decision) if self._wanted.annotate else None,
                edits,
            )
        )
        self._done.findings.update(finding.code for finding in audit.findings)
        if self._wanted.tables:
            rows["articles"].append(article_row(audit, decision, place, self._hash))
            rows["findings"].extend(finding_rows(audit, place, self._hash))
            rows["problems"].extend(problem_rows(audit, place, self._hash))

    def _again(self, path: str, document: Document) -> Audit:
        """Another audit, of an article while it is cleaned."""
        return self._suppressions.applied(self._auditor.audit(document), path)

    def done(self) -> Done:
        """Everything about the chunk."""
        for name, rows in self._rows.items():
            self._done.tables[name] = stream_rows(rows, TABLES[name])
            self._done.rows[name] = len(rows)
        return self._done


def work(auditor: Auditor, given: Iterable[Given], wanted: Wanted, suppressions: Suppressions) -> Done:
    """Audit the records of a chunk one after another."""
    working = Working(auditor, wanted, suppressions)
    for each in given:
        document = each.document()
        working.add(each, None if document is None else auditor.audit(document))
    return working.done()


def work_together(auditor: Auditor, given: Sequence[Given], wanted: Wanted, suppressions: Suppressions) -> Done:
    """Audit the records of a chunk together, which is quicker; what is done is the same."""
    working = Working(auditor, wanted, suppressions)
    documents = [each.document() for each in given]
    audits = iter(auditor.audit_together([document for document in documents if document is not None]))
    for each, document in zip(given, documents, strict=True):
        working.add(each, None if document is None else next(audits))
    return working.done()


def note(audit: Audit, decision: Decision) -> Note:
    """The columns `ANNOTATION` for an article."""
    counts = Counter(finding.code for finding in audit.findings)
    values: tuple[str | float, ...] = (
        decision.verdict,
        decision.grade,
        decision.points,
        decision.damage,
        float(decision.boilerplate),
        " ".join(reason.code for reason in decision.reasons),
        " ".join(f"{code}={n}" for code, n in sorted(counts.items())),
    )
    return dict(zip(ANNOTATION, values, strict=True))
