"""Auditor: the chosen rules over one document make an Audit."""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from auditor.config import Config
from auditor.document import Document
from auditor.errors import ConfigError, RuleCrash, ViewUnavailable, nearest
from auditor.finding import Finding, Hit, Severity
from auditor.gate import Gate
from auditor.registry import choose, load_rules
from auditor.rule import Option, Rule
from auditor.text.language import LanguageDetector
from auditor.text.readability import Readability


class Metrics(NamedTuple):
    """Numbers about one article.

    words: textstat's count (white-space separated, punctuation removed); sentences: ours, which know news
    (the indices use textstat's own). language: ISO 639-1 code, None when undecided; confidence 0 to 1.
    readability: None on an article that is not English or has no word.
    """

    characters: int
    words: int
    sentences: int
    language: str | None
    language_confidence: float
    readability: Readability | None


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that was not done on an article, and why."""

    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class Failure:
    """A rule that crashed on an article; nothing of its hits is reported there."""

    code: str
    error: str
    trace: str


class Audit(NamedTuple):
    """Everything about one article."""

    document: Document
    findings: tuple[Finding, ...]
    metrics: Metrics
    skipped: tuple[Skipped, ...] = ()
    failures: tuple[Failure, ...] = ()

    @property
    def article_id(self) -> str:
        """The id of the record, unchanged."""
        return self.document.id


@dataclass(frozen=True, slots=True)
class _Active:
    rule: Rule
    severity: Severity
    options: dict[str, Option]


class Auditor:
    """Audits articles with the rules that a configuration chooses.

    config: None for the defaults. strict: raise RuleCrash instead of recording a failure.
    gate: switch the pass that decides which rules can fire off, to run every rule on every text (for tests).
    rules: the catalogue to choose from, instead of the shipped one and the configured folders.
    Raises ConfigError for an unknown code or option, RuleLoadError for a broken rule.
    """

    def __init__(
        self,
        config: Config | None = None,
        *,
        strict: bool = False,
        gate: bool = True,
        rules: Iterable[Rule] | None = None,
    ) -> None:
        self.config = config or Config()
        self.strict = strict
        self.catalogue = tuple(rules) if rules is not None else load_rules(Path(f) for f in self.config.rule_folders)
        self.rules = tuple(choose(self.catalogue, self.config.select, self.config.ignore, preview=self.config.preview))
        self._active = self._configured()
        self._english_rules = tuple(active.rule.code for active in self._active if active.rule.english)
        self._gate = Gate(self.rules) if gate else None
        self.detector = LanguageDetector(self.config.languages)

    def audit(self, article: str | Document) -> Audit:
        """Audit one article."""
        if isinstance(article, str):
            doc = Document(article, detector=self.detector)
        else:
            doc = Document(article.text, article.id, article.meta, detector=self.detector)
        guess = doc.language
        english = guess.code in (None, "en")
        findings: list[Finding] = []
        skipped: list[Skipped] = []
        failures: list[Failure] = []
        actives = self._active
        for index in self._gate.candidates(doc) if self._gate else range(len(actives)):
            active = actives[index]
            rule = active.rule
            if not english and rule.english:
                continue
            try:
                hits = rule.hits(doc, active.options)
                if hits:
                    findings.extend([_stamp(hit, active, doc) for hit in hits])
            except ViewUnavailable as missing:
                skipped.append(Skipped(rule.code, str(missing)))
            except Exception as error:
                if self.strict:
                    raise RuleCrash(f"{rule.code} crashed on article {doc.id!r}: {error!r}") from error
                failures.append(Failure(rule.code, repr(error), traceback.format_exc(limit=-3)))
        if not english:
            reason = f"the article is not English but {guess.code} (confidence {guess.confidence:.2f})"
            if self._english_rules:
                skipped.append(Skipped("english-rules", f"{reason}: {', '.join(self._english_rules)}"))
            skipped.append(Skipped("readability", reason))
        if len(findings) > 1:
            findings.sort(key=lambda finding: (finding.span, finding.code))
        return Audit(doc, tuple(findings), _metrics(doc, english), tuple(skipped), tuple(failures))

    def audit_many(self, articles: Iterable[str | Document]) -> Iterator[Audit]:
        """Audit articles one after the other, in order; only one is held at a time."""
        for article in articles:
            yield self.audit(article)

    def _configured(self) -> tuple[_Active, ...]:
        codes = {rule.code for rule in self.catalogue}
        for code in (*self.config.severities, *self.config.options):
            if code not in codes:
                raise ConfigError(f"the configuration names rule “{code}”, which does not exist{nearest(code, codes)}")
        return tuple(
            _Active(
                rule,
                Severity(self.config.severities.get(rule.code, rule.severity.value)),
                rule.checked_options(self.config.options.get(rule.code, {})),
            )
            for rule in self.rules
        )


def _stamp(hit: Hit, active: _Active, doc: Document) -> Finding:
    line, column = doc.line_and_column(hit.span.start)
    return Finding(
        article_id=doc.id,
        code=active.rule.code,
        name=active.rule.name,
        rule_version=active.rule.version,
        severity=active.severity,
        span=hit.span,
        line=line,
        column=column,
        excerpt=hit.span.of(doc.text),
        message=hit.message,
        suggestion=hit.suggestion,
        edits=hit.edits,
        evidence=hit.evidence,
        confidence=hit.confidence,
    )


def _metrics(doc: Document, english: bool) -> Metrics:
    scores = doc.readability if english else None
    return Metrics(
        characters=len(doc.text),
        words=scores.words if scores else len(doc.text.split()),
        sentences=len(doc.sentences),
        language=doc.language.code,
        language_confidence=doc.language.confidence,
        readability=scores,
    )
