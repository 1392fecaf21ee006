"""BP213 looks for the topics under which a site files an article: “Tags: ferry, harbour, ice”."""

from collections.abc import Iterator

from auditor.rulekit import Document, Edit, Hit, Severity, rule, shorten

GAP = r"[\p{Z}\p{Cc}]+"
MARKS = r"[\p{Z}\p{Cc}]*"


@rule(
    code="BP213",
    severity=Severity.MINOR,
    trigger=(
        rf"(?i)(?:^|[\r\n]){MARKS}(?:(?:article|related|story|key|more){GAP})?(?:(?:hash)?tags?|topics?|filed{GAP}(?:under|in)"
        rf"|posted{GAP}(?:in|on)|published{GAP}in|keywords?|categor(?:y|ies)|section|(?:topics{GAP})?in{GAP}this{GAP}"
        rf"(?:article|story)){MARKS}[:>|»]"
    ),
    english=False,
    stable=True,
    finds=("bp.nav", "bp.footer"),
)
def tag_list(doc: Document) -> Iterator[Hit]:
    """A line lists the topics under which the site files the article."""
    for index, (span, role) in enumerate(zip(doc.filled_lines, doc.line_roles, strict=True)):
        if index > 0 and role.role == "tags":
            message = f"“{shorten(span.of(doc.text))}” {role.why}; it is no line of it"
            yield Hit(span, message, (Edit.delete_lines(doc.text, span),))
