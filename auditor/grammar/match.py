"""Match: what LanguageTool found in a text, and which of its rules were asked."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.grammar.errors import GrammarError
from auditor.span import Span


@dataclass(frozen=True, slots=True)
class Match:
    """One place that LanguageTool reports: `span` in code points of the text that was given.

    category, issue_type: as LanguageTool names them (`GRAMMAR`, `misspelling`); replacements: best first.
    """

    span: Span
    rule_id: str
    category: str
    message: str
    replacements: tuple[str, ...]
    issue_type: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of one text: its matches in order of place.

    incomplete: time ran out before all was checked, the matches are those found until then; skipped: why the text was
    not checked at all (then there are no matches).
    """

    matches: tuple[Match, ...] = ()
    incomplete: bool = False
    skipped: str | None = None


@dataclass(frozen=True, slots=True)
class Selection:
    """Which rules run: LanguageTool's own default set, with these changes.

    enabled_only: nothing but the enabled rules and categories; then nothing can be disabled. picky: also the rules that
    LanguageTool holds too strict for most. mother_tongue: a language code such as `pl`; with `picky` it adds the false
    friends of its speakers, with messages in that language. Raises GrammarError when the parts do not fit.
    """

    enabled_rules: frozenset[str] = frozenset()
    disabled_rules: frozenset[str] = frozenset()
    enabled_categories: frozenset[str] = frozenset()
    disabled_categories: frozenset[str] = frozenset()
    enabled_only: bool = False
    picky: bool = False
    mother_tongue: str | None = None
    language: str = "en-US"

    def __post_init__(self) -> None:
        if self.enabled_only and (self.disabled_rules or self.disabled_categories):
            raise GrammarError("grammar: with enabled_only nothing can be disabled; leave out what is not wanted")
        if self.enabled_only and not (self.enabled_rules or self.enabled_categories):
            raise GrammarError("grammar: with enabled_only some rule or category must be enabled")

    def fingerprint(self) -> str:
        """A digest of the selection: equal for equal selections, in every process."""
        from hashlib import sha256

        parts = [
            *(",".join(sorted(names)) for names in (self.enabled_rules, self.disabled_rules)),
            *(",".join(sorted(names)) for names in (self.enabled_categories, self.disabled_categories)),
            f"{self.enabled_only} {self.picky}",
            self.mother_tongue or "",
            self.language,
        ]
        return sha256("\n".join(parts).encode()).hexdigest()
