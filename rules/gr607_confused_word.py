"""GR607 confused-word: what LanguageTool's rules on this find."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.rulekit import Document, Hit, Severity, corrections, rule

LANGUAGETOOL = frozenset(
    {
        "ADJECTIVE_ADVERB",
        "BELIEVE_TO_IN",
        "ECONOMICAL_ECONOMIC",
        "SAY_TELL",
        "SOMETIME_SOMETIMES",
        "TH_CENTURY",
        "TODAY_MORNING",
        "YESTERDAY_NIGHT",
    }
)


@rule(code="GR607", severity=Severity.MINOR, quotes="outside", stable=True, languagetool=LANGUAGETOOL)
def confused_word(doc: Document) -> Iterator[Hit]:
    """A word stands for another that is like it, or a set phrase is not said so."""
    yield from corrections(doc, LANGUAGETOOL)
