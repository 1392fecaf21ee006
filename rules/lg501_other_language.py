"""LG501 says when an article is not in English at all."""

from collections.abc import Iterator

from auditor.rulekit import Document, Hit, Severity, rule


@rule(code="LG501", severity=Severity.CRITICAL, english=False, stable=True, finds=("other",))
def other_language(doc: Document) -> Iterator[Hit]:
    """The article is written in another language than English."""
    guess = doc.language
    if guess.code not in (None, "en") and doc.filled_lines:
        yield Hit(
            doc.filled_lines[0],
            f"the article is in “{guess.code}”, not in English; the English rules were not run on it",
            confidence=guess.confidence,
        )
