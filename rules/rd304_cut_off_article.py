"""RD304 looks for articles that end in the middle of a sentence."""

import re
from collections.abc import Iterator

from auditor.rulekit import Document, Hit, Severity, Span, data, rule

MARKER = re.compile(r"(?:\[(?:…|\.\.\.|\+\d+ chars)\]|\(\d+ chars\))\Z")
STRANDED = frozenset({"of", "to", "in", "at", "by", "for", "from", "with"})
"""Prepositions that may stand at the end of a headline or question, so they need a long line before them."""


@rule(code="RD304", severity=Severity.NEUTRAL, stable=True, finds=("rd.cut-off",))
def cut_off_article(doc: Document, *, words: int = 8) -> Iterator[Hit]:
    """The article ends in the middle of a sentence.

    words: a last line with fewer words is a heading or a label and is not judged.
    """
    if not doc.filled_lines:
        return
    line = doc.filled_lines[-1]
    last = line.of(doc.text)
    pieces = last.split()
    marker = MARKER.search(last)
    if marker:
        yield Hit(Span(line.start + marker.start(), line.end), f"the article is cut off at “{marker[0]}”")
        return
    word = pieces[-1]
    if len(pieces) < words or last.istitle():
        return
    if word.endswith((",", ";")) or (
        word in data(__file__, "words_that_go_on") and (word not in STRANDED or len(pieces) >= 2 * words)
    ):
        start = line.end - len(" ".join(pieces[-4:]))
        yield Hit(Span(max(start, line.start), line.end), f"the article ends in mid-sentence after “{word}”")
