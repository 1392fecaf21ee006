"""Pieces: a text as it is sent, one sign of the basic plane for each of its own, in parts of bounded length."""

from __future__ import annotations

import re
from collections.abc import Iterator

STAND_IN = "□"
"""What is sent for a sign that UTF-16 writes as two units or that UTF-8 cannot write, so that positions are equal."""

_ASTRAL_OR_SURROGATE = re.compile("[\U00010000-\U0010ffff\ud800-\udfff]")
_BORDERS = tuple(map(re.compile, (r"\n[^\S\n]*\n\s*", r"\n\s*", r"[.!?][”’\"')\]]*\s+", r"\s+")))


def sendable(text: str) -> str:
    """The text with the same number of code points, each of them one UTF-16 unit."""
    return _ASTRAL_OR_SURROGATE.sub(STAND_IN, text)


def pieces(text: str, longest: int) -> Iterator[tuple[int, str]]:
    """The text in parts of at most `longest` code points, each with its start.

    Cut after a blank line, else a line, else a sentence, else a word, else anywhere; the parts joined are the text.
    """
    start = 0
    while len(text) - start > longest:
        end = _cut(text, start, start + longest)
        yield start, text[start:end]
        start = end
    if start < len(text) or start == 0:
        yield start, text[start:]


def _cut(text: str, start: int, limit: int) -> int:
    middle = start + (limit - start) // 2
    for border in _BORDERS:
        last = 0
        for match in border.finditer(text, middle, limit):
            last = match.end()
        if last:
            return last
    return limit
