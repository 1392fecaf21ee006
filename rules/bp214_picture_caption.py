"""BP214 looks for captions of pictures that are not here: they read as paragraphs, and are none."""

import re
from collections.abc import Iterator

from auditor.rulekit import Document, Hit, Severity, Span, rule, shorten

LONGEST = 600
LONGEST_CREDIT = 120
PARAGRAPH_WORDS = 25
"""A line of so many words above a credit is a paragraph, whose picture came after it, sooner than a caption."""

LABEL = re.compile(r"(?:image|media|video|photo|picture) caption[:,]? ?(?=\w)", re.IGNORECASE)
CREDIT = (
    r"(?:(?:photo|image|picture)s?(?: credit| source| courtesy| by| copyright)?|credit|photograph by)"
    r"\s?(?::|…|\.\.\.|(?<=by))\s?[^.!?]{2,60}"
)
TAIL = re.compile(rf"(?:(?<=[.!?”\"’)])\s{{0,2}}|\s)(?:\({CREDIT}\)|{CREDIT})", re.IGNORECASE)
ALONE = re.compile(rf"\(?{CREDIT}\)?", re.IGNORECASE)
GAP = r"[\p{Z}\p{Cc}]+"


@rule(
    code="BP214",
    severity=Severity.NEUTRAL,
    trigger=(
        rf"(?i)(?:image|media|video|photo|picture){GAP}caption|(?:photo|image|picture|photograph)s?{GAP}by"
        r"|(?:photo|image|picture|credit)s?(?:[\p{Z}\p{Cc}]+(?:credit|source|courtesy|by|copyright))?[\p{Z}\p{Cc}]?(?:[:…]|\.\.\.)"
    ),
    english=False,
    stable=True,
    finds=("bp.caption",),
)
def picture_caption(doc: Document, *, min_words: int = 5) -> Iterator[Hit]:
    """A line describes a picture that is not here: a label, or a credit after it, tells so.

    min_words: shorter lines are no captions but names of who took the picture.
    """
    text = doc.text
    lines = doc.filled_lines
    for index, span in enumerate(lines):
        if index == 0 or span.length > LONGEST:
            continue
        line = span.of(text)
        label = LABEL.match(line)
        tail = None if label else _tail(line)
        below = lines[index + 1].of(text) if index + 1 < len(lines) else ""
        credited = len(below) <= LONGEST_CREDIT and ALONE.fullmatch(below) and not ALONE.match(line)
        if credited and (line.count(" ") >= PARAGRAPH_WORDS or doc.line_roles[index].role):
            credited = False
        end = span.end if tail is None else span.start + tail
        words = text[span.start : end].count(" ") + 1
        if (label or tail is not None or credited) and words >= min_words:
            why = "its label" if label else "the credit at its end" if tail is not None else "the credit under it"
            place = Span(span.start, end)
            yield Hit(place, f"“{shorten(place.of(text))}” is a caption, as {why} tells", confidence=0.8)


def _tail(line: str) -> int | None:
    """Where the caption ends before a credit at the end of its line; None without a credit."""
    start = max(0, len(line) - 90)
    match = next((found for found in TAIL.finditer(line, start) if found.end() == len(line)), None)
    return match.start() if match else None
