"""GR608 wrong-case: what LanguageTool's rules on this find."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.rulekit import Document, Hit, Severity, corrections, rule

LANGUAGETOOL = frozenset({"APOSTROPHE_UPPERCASE_LETTER", "LOWERCASE_MONTHS", "THE_US"})


@rule(code="GR608", severity=Severity.MINOR, quotes="outside", stable=True, languagetool=LANGUAGETOOL)
def wrong_case(doc: Document) -> Iterator[Hit]:
    """A month, a country or a possessive is written with the wrong case of its letters."""
    yield from corrections(doc, LANGUAGETOOL)
