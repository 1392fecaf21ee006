"""Auditor: the chosen rules over one document make an Audit."""

from __future__ import annotations

import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from auditor.config import Config
from auditor.document import Document
from auditor.errors import ConfigError, RuleCrash, ViewUnavailable, nearest
from auditor.finding import Finding, Hit, Severity
from auditor.gate import Gate
from auditor.grammar.errors import GrammarError
from auditor.registry import all_rules, choose
from auditor.rule import BOILERPLATE, GRAMMAR, MOTHER_TONGUE, TEMPLATE, Option, Rule
from auditor.templates import load_packs
from auditor.text.language import LanguageDetector
from auditor.text.readability import Readability

if TYPE_CHECKING:
    from auditor.grammar.tier import Tier


LONGEST_DEFECT = 160
"""Characters of a finding up to which a match of LanguageTool within it is taken for the same defect."""

BLOCK = 64
"""How many articles are audited together, so that code and tables that a rule needs stay in the processor's caches."""

BLOCK_CHARACTERS = 500_000
"""From so many characters on no article is added to a block."""

Item = TypeVar("Item")


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
    """Something that was not done on an article, and why.

    kind: the kind of row that it becomes in the table of problems: `skipped`; `unused` for a suppression that
    suppressed nothing; `suppression` for one that names no rule, which is wrong use.
    """

    what: str
    reason: str
    kind: str = "skipped"


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A finding that somebody decided to live with: it counts nothing, and is shown only where both are shown.

    by: `baseline`, `text` (a comment in it), `record` (its field or front matter), `path` or `source` (the
    configuration); why: the same in a few words, with the place.
    """

    finding: Finding
    by: str
    why: str


@dataclass(frozen=True, slots=True)
class Failure:
    """A rule that crashed on an article: nothing of its hits is reported there. Or a check that was required."""

    code: str
    error: str
    trace: str


class Audit(NamedTuple):
    """Everything about one article.

    grammar: `checked`, `partial` (time ran out), `skipped` or `unsampled`; None where the tier does not run.
    suppressed: findings that were taken out of `findings`; an Auditor suppresses nothing by itself.
    """

    document: Document
    findings: tuple[Finding, ...]
    metrics: Metrics
    skipped: tuple[Skipped, ...] = ()
    failures: tuple[Failure, ...] = ()
    grammar: str | None = None
    suppressed: tuple[Suppressed, ...] = ()

    @property
    def article_id(self) -> str:
        """The id of the record, unchanged."""
        return self.document.id


@dataclass(frozen=True, slots=True)
class _Active:
    rule: Rule
    severity: Severity
    options: dict[str, Option]


class _Draft:
    """What has been found on a document so far."""

    __slots__ = ("doc", "english", "failures", "findings", "skipped")

    def __init__(self, doc: Document) -> None:
        self.doc = doc
        self.english = doc.language.code in (None, "en")
        self.findings: list[Finding] = []
        self.skipped: list[Skipped] = []
        self.failures: list[Failure] = []


class Auditor:
    """Audits articles with the rules that a configuration chooses.

    config: None for the defaults. strict: raise RuleCrash instead of recording a failure.
    gate: switch the pass that decides which rules can fire off, to run every rule on every text (for tests).
    rules: the catalogue to choose from, instead of the shipped one and the configured folders.
    It is a context manager: leaving it stops the grammar tier, if the configuration asks for one.

    `rules` holds the rules that run, `skipped` what the whole run goes without, and why.
    Raises ConfigError for an unknown code or option or a template pack that cannot be used, RuleLoadError for a broken
    rule, GrammarError where grammar is required and cannot be had.
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
        self.catalogue = tuple(rules) if rules is not None else all_rules(self.config.rule_folders, self.config.packs)
        self.rules = tuple(choose(self.catalogue, self.config.select, self.config.ignore, preview=self.config.preview))
        self._active = self._configured()
        self.skipped: tuple[Skipped, ...] = ()
        self._tier = self._opened_tier()
        self._english_rules = tuple(active.rule.code for active in self._active if active.rule.english)
        self._gate = Gate(self.rules) if gate else None
        self.detector = LanguageDetector(self.config.languages)
        self._templates = load_packs(self.config.templates) if self.config.templates else None

    def __enter__(self) -> Auditor:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop the grammar tier; nothing can be audited with it afterwards."""
        if self._tier is not None:
            self._tier.close()

    def audit(self, article: str | Document) -> Audit:
        """Audit one article."""
        return self._audited([self._document(article)])[0]

    def audit_many(self, articles: Iterable[str | Document]) -> Iterator[Audit]:
        """Audit articles, in order, some of them together: see `audit_each`."""
        for _, audit in self.audit_each(articles, lambda article: article):
            assert audit is not None
            yield audit

    def audit_each(
        self, items: Iterable[Item], article: Callable[[Item], str | Document | None]
    ) -> Iterator[tuple[Item, Audit | None]]:
        """Each item with the audit of its article, in order; None for an item without one.

        Up to 64 articles of together half a million characters are audited together, rule by rule, which takes a
        quarter of the time off; their items are read before. The first block is one article, the next ones double,
        so that a first answer does not wait. Where grammar is checked, articles are audited one by one, and as many
        items are read ahead as keep its server busy.
        """
        if self._tier is not None or self.strict:
            yield from self._one_by_one(items, article)
            return
        block: list[tuple[Item, Document | None]] = []
        most, characters = 1, 0
        for item in items:
            given = article(item)
            doc = None if given is None else self._document(given)
            block.append((item, doc))
            characters += 0 if doc is None else len(doc.text)
            if len(block) >= most or characters >= BLOCK_CHARACTERS:
                yield from self._together(block)
                most, characters = min(2 * most, BLOCK), 0
        yield from self._together(block)

    def _together(self, block: list[tuple[Item, Document | None]]) -> Iterator[tuple[Item, Audit | None]]:
        """The items of a block with their audits; the block is emptied."""
        audits = iter(self._audited([doc for _, doc in block if doc is not None]))
        waiting = deque(block)
        block.clear()
        while waiting:
            item, doc = waiting.popleft()
            yield item, None if doc is None else next(audits)

    def _one_by_one(
        self, items: Iterable[Item], article: Callable[[Item], str | Document | None]
    ) -> Iterator[tuple[Item, Audit | None]]:
        ahead = self._tier.ahead if self._tier is not None else 0
        waiting: deque[tuple[Item, Document | None]] = deque()
        for item in items:
            given = article(item)
            waiting.append((item, None if given is None else self._document(given)))
            if len(waiting) > ahead:
                first, doc = waiting.popleft()
                yield first, None if doc is None else self._audited([doc])[0]
        for first, doc in waiting:
            yield first, None if doc is None else self._audited([doc])[0]

    def judged(self, audit: Audit) -> frozenset[str]:
        """The codes of the rules that ran on an article to the end: where they found nothing, there is nothing."""
        english = audit.metrics.language in (None, "en")
        broken = {failure.code for failure in audit.failures} | {skipped.what for skipped in audit.skipped}
        return frozenset(
            rule.code
            for rule in self.rules
            if rule.code not in broken
            and (english or not rule.english)
            and (not rule.grammar or audit.grammar == "checked")
        )

    def _document(self, article: str | Document) -> Document:
        """The document that is audited; its grammar is being checked from now on."""
        if isinstance(article, str):
            doc = Document(article, detector=self.detector, templates=self._templates)
        else:
            doc = Document(article.text, article.id, article.meta, detector=self.detector, templates=self._templates)
        if self._tier is not None and doc.language.code in (None, "en") and self._tier.chosen(doc.text):
            doc.checking = self._tier.submit(doc.text)
        return doc

    def _audited(self, docs: list[Document]) -> list[Audit]:
        """The audits of some documents: each rule looks at all of them before the next one does."""
        drafts = [_Draft(doc) for doc in docs]
        calls: list[list[_Draft]] = [[] for _ in self._active]
        if self._gate is None:
            calls = [drafts] * len(calls)
        else:
            for draft, candidates in zip(drafts, self._gate.candidates(docs), strict=True):
                for index in candidates:
                    calls[index].append(draft)
        for active, called in zip(self._active, calls, strict=True):
            rule = active.rule
            for draft in called:
                if (rule.english and not draft.english) or (rule.grammar and draft.doc.checking is None):
                    continue
                doc = draft.doc
                try:
                    hits = rule.hits(doc, active.options)
                    if hits:
                        draft.findings += [_stamp(hit, active, doc) for hit in hits]
                except ViewUnavailable as missing:
                    draft.skipped.append(Skipped(rule.code, str(missing)))
                except Exception as error:
                    if self.strict:
                        raise RuleCrash(f"{rule.code} crashed on article {doc.id!r}: {error!r}") from error
                    draft.failures.append(Failure(rule.code, repr(error), traceback.format_exc(limit=-3)))
        return [self._completed(draft) for draft in drafts]

    def _completed(self, draft: _Draft) -> Audit:
        """The audit of a document on which the rules have run."""
        doc, english = draft.doc, draft.english
        findings, skipped, failures = draft.findings, draft.skipped, draft.failures
        if not english:
            guess = doc.language
            reason = f"the article is not English but {guess.code} (confidence {guess.confidence:.2f})"
            if self._english_rules:
                skipped.append(Skipped("english-rules", f"{reason}: {', '.join(self._english_rules)}"))
            skipped.append(Skipped("readability", reason))
        grammar = None
        if self._tier is not None:
            grammar, reason = self._grammar(doc, english)
            if reason and self.config.grammar == "require":
                failures.append(Failure("grammar", reason, ""))
            elif reason:
                skipped.append(Skipped("grammar", reason))
        if grammar in ("checked", "partial"):
            findings = _without_echoes(findings)
        if self._templates is not None:
            findings = _without_known_lines(findings)
        if len(findings) > 1:
            findings.sort(key=lambda finding: (finding.span, finding.code))
        return Audit(doc, tuple(findings), _metrics(doc, english), tuple(skipped), tuple(failures), grammar)

    def _grammar(self, doc: Document, english: bool) -> tuple[str, str]:
        """What became of the grammar of an article: a word, and the reason if it was to be checked and was not."""
        if doc.checking is None:
            return ("unsampled" if english else "skipped"), ""
        if doc.checked.skipped is not None:
            return "skipped", doc.checked.skipped
        if doc.checked.incomplete:
            seconds = f"{self.config.grammar_deadline:g} s"
            return "partial", f"LanguageTool did not come to the end within {seconds}; what it found is reported"
        return "checked", ""

    def _opened_tier(self) -> Tier | None:
        """The grammar tier, if it is wanted and there; otherwise its rules are taken out, and `skipped` says why."""
        config = self.config
        active = [active for active in self._active if active.rule.grammar]
        asked = frozenset().union(*(active.rule.asked(active.options) for active in active))
        if not asked or config.grammar_sample == 0:
            reason = "grammar-sample is 0"
        elif config.grammar == "off":
            if named := [prefix for prefix in config.select if prefix.strip().upper().startswith(GRAMMAR)]:
                raise ConfigError(f"“{named[0]}” needs LanguageTool: give --grammar auto or --grammar require")
            reason = "not checked; --grammar auto checks it where LanguageTool is installed"
        else:
            try:
                tier = _tier(config, active, asked)
            except GrammarError as error:
                if config.grammar == "require":
                    raise
                reason = str(error)
            else:
                if config.grammar_sample < 1:
                    share = f"{config.grammar_sample:.10%}".rstrip("0%").rstrip(".")
                    self.skipped = (Skipped("grammar", f"checked on a sample of {share} % of the articles"),)
                return tier
        if active:
            self.rules = tuple(rule for rule in self.rules if not rule.grammar)
            self._active = tuple(active for active in self._active if not active.rule.grammar)
            if asked:
                self.skipped = (Skipped("grammar", reason.removeprefix("grammar: ")),)
        return None

    def _configured(self) -> tuple[_Active, ...]:
        codes = {rule.code for rule in self.catalogue}
        for code in (*self.config.severities, *self.config.options):
            if code not in codes:
                raise ConfigError(f"the configuration names rule “{code}”, which does not exist{nearest(code, codes)}")
        sampled = self.config.grammar_sample < 1
        return tuple(
            _Active(
                rule,
                # a draw must not decide what becomes of an article
                Severity.NEUTRAL
                if rule.grammar and sampled
                else Severity(self.config.severities.get(rule.code, rule.severity.value)),
                rule.checked_options(self.config.options.get(rule.code, {})),
            )
            for rule in self.rules
        )


def _without_echoes(findings: list[Finding]) -> list[Finding]:
    """The findings without those of LanguageTool that overlap one of our own: it is the same defect."""
    own = [
        finding.span
        for finding in findings
        if not finding.code.startswith(GRAMMAR)
        and finding.severity > Severity.NEUTRAL
        and finding.span.length <= LONGEST_DEFECT
    ]
    return [
        finding
        for finding in findings
        if not finding.code.startswith(GRAMMAR) or not any(span.overlaps(finding.span) for span in own)
    ]


def _tier(config: Config, active: Iterable[_Active], asked: frozenset[str]) -> Tier:
    from auditor.grammar.tier import Tier, TierOptions
    from auditor.text.spelling import doubtful_words

    tongues = [str(each.options[MOTHER_TONGUE]) for each in active if each.options.get(MOTHER_TONGUE)]
    options = TierOptions(
        sample=config.grammar_sample,
        url=config.grammar_url,
        mother_tongue=tongues[0] if tongues else "",
        heap=config.grammar_heap,
        deadline=config.grammar_deadline,
        cache=config.grammar_cache,
    )
    return Tier(options, asked, doubtful_words)


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


def _without_known_lines(findings: list[Finding]) -> list[Finding]:
    """The findings without those on a template line that another rule reports: it says what the line is."""
    known = [each.span for each in findings if each.family == BOILERPLATE and each.code != TEMPLATE]
    return [each for each in findings if each.code != TEMPLATE or not any(span.covers(each.span) for span in known)]


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
