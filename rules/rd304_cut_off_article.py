"""RD304 looks for articles that end in the middle of a sentence."""

import re
from collections.abc import Iterator

from auditor.rulekit import Document, Hit, Severity, Span, data, rule

MARKER = re.compile(r"(?:\[(?:…|\.\.\.|\+\d+ chars)\]|\(\d+ chars\))\Z")
FINISHED = frozenset(".!?”\"’'»…")
"""How a finished last line ends."""

STRANDED = frozenset({"of", "to", "in", "at", "by", "for", "from", "with"})
"""Prepositions that may stand at the end of a headline or question, so they need a long line before them."""


@rule(code="RD304", severity=Severity.NEUTRAL, stable=True, finds=("rd.cut-off",))
def cut_off_article(doc: Document, *, words: int = 8) -> Iterator[Hit]:
    """The article ends in the middle of a sentence.

    words: a last line with fewer words is a heading or a label and is not judged.
    """
    end = len(doc.text.rstrip())
    start = doc.text.rfind("\n", 0, end) + 1
    start = max(start, doc.text.rfind("\r", start, end) + 1)
    last = doc.text[start:end].lstrip()
    if not last or last[-1] in FINISHED:
        return
    start = end - len(last)
    pieces = last.split()
    marker = MARKER.search(last, max(0, len(last) - 20))
    if marker:
        yield Hit(Span(start + marker.start(), end), f"the article is cut off at “{marker[0]}”")
        return
    word = pieces[-1]
    if len(pieces) < words or last.istitle():
        return
    if word.endswith((",", ";")) or (
        word in data(__file__, "words_that_go_on") and (word not in STRANDED or len(pieces) >= 2 * words)
    ):
        span = Span(max(end - len(" ".join(pieces[-4:])), start), end)
        yield Hit(span, f"the article ends in mid-sentence after “{word}”")
