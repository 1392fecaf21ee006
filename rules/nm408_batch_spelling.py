"""NM408 looks for a rare spelling of a name that the batch writes otherwise: “Nord Steam” beside “Nord Stream”."""

import re
from collections.abc import Iterator
from functools import cache

from auditor.rulekit import Document, Hit, Severity, Span, rule


@rule(code="NM408", severity=Severity.MINOR, stable=True)
def batch_spelling(doc: Document, *, names: str = "") -> Iterator[Hit]:
    """A name is one letter off the name that the articles of the batch use.

    names: further spellings, the wrong one first: `Nord Steam = Nord Stream | Untied Nations = United Nations`.
    """
    for span, known in doc.batch_names:
        yield Hit(
            span,
            f"“{known.variant}” is spelled “{known.name}” in {known.articles:,} articles of the batch",
            suggestion=known.name,
            confidence=0.9,
        )
    found = _pattern(names)
    if found is not None:
        right = _right(names)
        for match in found.finditer(doc.text):
            name = match.group()
            yield Hit(Span(*match.span()), f"“{name}” is “{right[name]}” in the configuration", suggestion=right[name])


@cache
def _right(names: str) -> dict[str, str]:
    pairs = (pair.partition("=") for pair in names.split("|"))
    return {wrong.strip(): right.strip() for wrong, sign, right in pairs if sign and wrong.strip()}


@cache
def _pattern(names: str) -> re.Pattern[str] | None:
    wrong = sorted(map(re.escape, _right(names)), key=lambda name: (-len(name), name))
    return re.compile(rf"(?<!\w)(?:{'|'.join(wrong)})(?!\w)") if wrong else None
