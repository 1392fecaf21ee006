"""LG506 looks for U+FFFD, the sign that a byte could not be decoded."""

import re
from collections.abc import Iterator

from auditor.rulekit import Document, Hit, Severity, rule

LOST = re.compile("[\\w’'-]{0,40}\ufffd[\\w’'\ufffd-]{0,40}")


@rule(
    code="LG506",
    severity=Severity.MAJOR,
    trigger="\ufffd",
    english=False,
    stable=True,
    finds=("other",),
)
def replacement_character(doc: Document) -> Iterator[Hit]:
    """A character was lost when the text was decoded."""
    for match in LOST.finditer(doc.text):
        yield Hit.of(match, "“{text}” holds U+FFFD: a character was lost when the text was decoded")
