"""Word tokens of a text as an array of spans."""

from __future__ import annotations

import re
from typing import Final

from auditor.span import SpanArray

# Initialisms first (U.S., a.m.), each letter of which must stand alone; then words and numbers. Every
# alternative ends in a match without giving characters back, so the time is linear.
TOKEN: Final = re.compile(
    r"[^\W\d_](?:\.[^\W\d_](?!\w))+\.?(?:[-‐‑][^\W_]+)*"
    r"|[^\W_]+(?:['’\-‐‑][^\W_]+|(?<=\d)[.,:]\d[^\W_]*|[\u0300-\u036f]+[^\W_]*)*"
)


def token_spans(text: str) -> SpanArray:
    """The word tokens of `text`, in code points.

    A token is a run of letters and digits with the apostrophes and hyphens inside it (don’t, two-year-old), an
    initialism with its dots (U.S., U.S.-led), or a number with its inner separators (1,200.5, 12:30, 3.7-litre).
    Underscores and all other signs separate. Never raises; linear in the length.
    """
    spans = [match.span() for match in TOKEN.finditer(text)]
    found = SpanArray()
    found.starts.extend([start for start, _ in spans])
    found.ends.extend([end for _, end in spans])
    return found
