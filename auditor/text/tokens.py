"""Word tokens of a text as an array of spans."""

from __future__ import annotations

import re
from array import array
from itertools import chain
from typing import Final

from auditor.span import SpanArray

# A word or number, then inner apostrophes and hyphens, inner separators of a number, and the dots of an
# initialism whose letters stand alone. Nothing is given back once taken, so the time is linear.
TOKEN: Final = re.compile(
    r"[^\W_]++(?:['’\-‐‑][^\W_]++|[.,:](?<=\d.)\d[^\W_]*+"
    r"|\.(?<=\b[^\W\d_].)[^\W\d_]\b|[\u0300-\u036f]++[^\W_]*+)*+(?:\.(?<=\.[^\W\d_].))?+"
)


def token_spans(text: str) -> SpanArray:
    """The word tokens of `text`, in code points.

    A token is a run of letters and digits with the apostrophes and hyphens inside it (don’t, two-year-old), an
    initialism with its dots (U.S., U.S.-led), or a number with its inner separators (1,200.5, 12:30, 3.7-litre).
    Underscores and all other signs separate. Never raises; linear in the length.
    """
    flat = array("q", chain.from_iterable(map(re.Match.span, TOKEN.finditer(text))))
    found = SpanArray()
    found.starts, found.ends = flat[::2], flat[1::2]
    return found
