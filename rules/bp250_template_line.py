"""BP250 looks for the lines that a site puts around its articles, as `auditor mine` learnt them from a batch."""

from collections.abc import Iterator
from functools import cache

from auditor.rulekit import Document, Edit, Hit, Severity, Span, folded_line, rule, shorten


@rule(code="BP250", severity=Severity.MINOR, english=False, stable=True)
def template_line(doc: Document, *, lines: str = "") -> Iterator[Hit]:
    """A line recurs in articles of the same source that have nothing else in common.

    lines: further lines of every source, parted by `|`.
    """
    for span, entry in doc.template_lines:
        told = "stands in a template pack" if not entry.articles else f"recurs in {entry.articles:,} articles{_of(doc)}"
        yield _hit(doc, span, told)
    own = _folded(lines)
    if own:
        known = {span for span, _ in doc.template_lines}
        for span, line in zip(doc.filled_lines, doc.plain_lines, strict=True):
            if span not in known and folded_line(line) in own:
                yield _hit(doc, span, "is a template line of the configuration")


def _hit(doc: Document, span: Span, told: str) -> Hit:
    return Hit(span, f"“{shorten(span.of(doc.text))}” {told}", (Edit.delete_lines(doc.text, span),), confidence=0.9)


def _of(doc: Document) -> str:
    return "" if doc.source == "*" else f" of {shorten(doc.source, 40)}"


@cache
def _folded(lines: str) -> frozenset[str]:
    return frozenset(filter(None, map(folded_line, lines.split("|"))))
