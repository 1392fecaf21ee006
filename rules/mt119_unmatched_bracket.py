"""MT119 looks for a closing bracket that no bracket opened: “on December 16 ) 2021”."""

import re
from collections.abc import Iterator

from auditor.rulekit import Document, Hit, Severity, Span, lazy_pattern, rule

BRACKET = lazy_pattern(r"[()]")
ENUMERATION = lazy_pattern(r"(?:\A|[\s,;:.(/–—-])(?:[A-Za-z]{1,2}|\d{1,3}|[ivxIVX]{1,5})[.]?\Z")
CREDIT = lazy_pattern(r"(?:Photo|Photograph|Image|Picture|Pic|Source|Credit|Video|File|Getty|Reuters|AFP|AP)\b", re.I)
FACE = frozenset(":;=^-'*<")

CUT_OFF = 60
"""So near the beginning of a text, the opening bracket may have been cut off with what stood before."""


@rule(
    code="MT119",
    severity=Severity.MINOR,
    trigger=r"\)",
    stable=True,
    finds=("mt.punctuation-spacing",),
)
def unmatched_bracket(doc: Document) -> Iterator[Hit]:
    """A bracket is closed that was never opened."""
    text = doc.text
    if text.count(")") <= text.count("("):
        return
    open_brackets = 0
    for match in BRACKET.finditer(text):
        place = match.start()
        if match[0] == "(":
            open_brackets += 1
        elif open_brackets:
            open_brackets -= 1
        elif not _is_meant(text, place):
            start = place - 1 if text[place - 1 : place] in (" ", "\u00a0") else place
            while start > 0 and place - start < 30 and not text[start - 1].isspace():
                start -= 1
            yield Hit(
                Span(start, place + 1), f"the bracket after “{' '.join(text[start:place].split())}” was never opened"
            )


def _is_meant(text: str, place: int) -> bool:
    """Whether the bracket belongs to a list, a face, a link or a credit, or its partner was cut off."""
    before = text[max(0, place - 8) : place]
    bare = before.rstrip(") \u00a0")
    if not bare or bare[-1] in FACE or bare[-1] in "([{}]" or ENUMERATION.search(before):
        return True
    if place < CUT_OFF and before == before.rstrip():
        return True
    line = text[max(0, place - 120) : place + 60]
    return CREDIT.search(line) is not None or "://" in line or "](" in line
