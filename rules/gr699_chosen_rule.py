"""GR699 chosen-rule: whatever rules of LanguageTool the configuration names."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.rulekit import Document, Hit, Severity, corrections, rule


@rule(code="GR699", severity=Severity.MINOR, stable=True)
def chosen_rule(doc: Document, *, languagetool: str = "") -> Iterator[Hit]:
    """A rule of LanguageTool that the configuration names has found something."""
    yield from corrections(doc, frozenset(languagetool.replace(",", " ").split()))
