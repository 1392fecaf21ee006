"""BP202 looks for a line that is nothing but a full stop, left where a scraper took a link away."""

from collections.abc import Iterator

from auditor.rulekit import Document, Edit, Hit, Severity, rule

STOPS = frozenset((".", ",", ";"))


@rule(
    code="BP202",
    severity=Severity.MINOR,
    trigger=r"(?:^|[\r\n])[\p{Z}\p{Cc}]*[.,;][\p{Z}\p{Cc}]*(?:$|[\r\n])",
    english=False,
    stable=True,
    finds=("bp.footer",),
)
def lone_punctuation_line(doc: Document, *, last_lines: int = 3) -> Iterator[Hit]:
    """One of the last lines is a punctuation mark that stands alone.

    last_lines: how many filled lines from the end are looked at.
    """
    lines = doc.filled_lines
    alone = [span for span in lines if span.length == 1 and doc.text[span.start] in STOPS]
    if len(alone) != 1 or len(lines) < 2 or alone[0] not in lines[-last_lines:]:
        return
    span = alone[0]
    yield Hit(
        span,
        f"“{span.of(doc.text)}” stands alone on its line: what it belonged to was not copied",
        (Edit.delete_lines(doc.text, span),),
    )
