"""LG504 looks for HTML entities that nobody decoded: “Tom &amp; Jerry”, “&nbsp;”."""

import re
from collections.abc import Iterator
from html import unescape
from html.entities import html5

from auditor.rulekit import Document, Edit, Hit, Severity, rule

ENTITY = re.compile(r"&(?:([A-Za-z][A-Za-z0-9]{1,31})|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});")
ADDRESS = re.compile(r"[^\s<>]*(?:://|\?[\w%.-]*=)[^\s<>]*\Z")


@rule(
    code="LG504",
    severity=Severity.MINOR,
    trigger=r"&(?:[A-Za-z][A-Za-z0-9]+|#[0-9]+|#[xX][0-9A-Fa-f]+);",
    english=False,
    stable=True,
    finds=("other",),
)
def html_entity(doc: Document) -> Iterator[Hit]:
    """An HTML entity stands where a character should be."""
    for match in ENTITY.finditer(doc.text):
        if match[1] and f"{match[1]};" not in html5:
            continue
        if ADDRESS.search(doc.text, max(0, match.start() - 200), match.start()):
            continue
        meant = unescape(match[0])
        yield Hit.of(
            match,
            "“{text}” is an HTML entity that was not decoded",
            edit=Edit.replace(match.span(), meant, safe=not any(character.isalnum() for character in meant)),
            suggestion=meant,
        )
