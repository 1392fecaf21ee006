"""GR606 wrong-preposition: what LanguageTool's rules on this find."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.rulekit import Document, Hit, Severity, corrections, rule

LANGUAGETOOL = frozenset(
    {
        "ADVERTISEMENT_OF_FOR",
        "ASK_NO_PREPOSITION",
        "AT_TIME",
        "BETWEEN_TO_AND",
        "COMPOSE_FROM_OF",
        "CONSEQUENCES_OF_FOR",
        "DEPEND_ON",
        "EXPLAIN_TO",
        "FULL_WITH_OF",
        "INTERESTED_BY",
        "IN_FACEBOOK",
        "IN_THE_INTERNET",
        "IN_WEEKDAY",
        "MENTION_ABOUT",
    }
)


@rule(code="GR606", severity=Severity.MINOR, quotes="outside", stable=True, languagetool=LANGUAGETOOL)
def wrong_preposition(doc: Document) -> Iterator[Hit]:
    """A word stands with a preposition that English does not use with it."""
    yield from corrections(doc, LANGUAGETOOL)
