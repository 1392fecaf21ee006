"""GR605 wrong-comparison: what LanguageTool's rules on this find."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.rulekit import Document, Hit, Severity, corrections, rule

LANGUAGETOOL = frozenset(
    {
        "CONFUSION_WORSE_WORST",
        "LESS_COMPARATIVE",
        "MOST_COMPARATIVE",
        "SHORT_SUPERLATIVES",
        "THE_SAME_AS",
        "TOO_ADJECTIVE_TO",
    }
)


@rule(code="GR605", severity=Severity.MINOR, quotes="outside", stable=True, languagetool=LANGUAGETOOL)
def wrong_comparison(doc: Document) -> Iterator[Hit]:
    """An adjective is compared twice, or with “more” where English has “-er”."""
    yield from corrections(doc, LANGUAGETOOL)
