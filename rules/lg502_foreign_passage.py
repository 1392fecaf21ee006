"""LG502 looks for sentences in another language inside an English article."""

from collections.abc import Iterator

from auditor.rulekit import Document, Hit, Severity, rule, shorten


@rule(code="LG502", severity=Severity.MAJOR, quotes="outside", stable=True, finds=("mt.untranslated",))
def foreign_passage(doc: Document) -> Iterator[Hit]:
    """A passage was left in another language."""
    for passage in doc.foreign_passages:
        excerpt = shorten(passage.span.of(doc.text), 60)
        yield Hit(
            passage.span,
            f"“{excerpt}” is in “{passage.code}”, not in English",
            confidence=passage.confidence,
        )
