"""BP201 looks for the stub a scraper leaves where a site name was: “source site-34”."""

import re
from collections.abc import Iterator

from auditor.rulekit import Document, Edit, Hit, Severity, rule

STUB = re.compile(r"^[^\S\n]*(source site-\d+)[^\S\n]*$", re.IGNORECASE | re.MULTILINE)


@rule(
    code="BP201",
    severity=Severity.MAJOR,
    trigger=r"(?i)source site-\p{Nd}",
    english=False,
    stable=True,
    finds=("bp.footer",),
)
def source_site_stub(doc: Document) -> Iterator[Hit]:
    """A numbered placeholder stands where the name of a source should be."""
    for match in STUB.finditer(doc.text):
        yield Hit.of(
            match,
            "“{text}” is a placeholder that a scraper left, not the name of a source",
            group=1,
            edit=Edit.delete_lines(doc.text, match.span(1)),
        )
