"""GR698 false-friend: words that look like others of the language an article was written in first."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.rulekit import Document, Hit, Severity, corrections, rule

LANGUAGETOOL = frozenset({"category:FALSE_FRIENDS"})


@rule(code="GR698", severity=Severity.NEUTRAL, quotes="outside", languagetool=LANGUAGETOOL)
def false_friend(doc: Document, *, mother_tongue: str = "") -> Iterator[Hit]:
    """A word that the source language has with another meaning; only a reader can say whether it is meant."""
    if mother_tongue:
        for hit in corrections(doc, LANGUAGETOOL):
            yield Hit(hit.span, hit.message)
