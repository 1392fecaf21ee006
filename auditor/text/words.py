"""A text in a form in which phrases can be looked for: letters in lower case, everything else a space."""

from __future__ import annotations

from typing import Final

FOLD: Final = bytes(byte | 32 if chr(byte).isalpha() and byte < 128 else 32 for byte in range(256))
"""For `bytes.translate`: letters A to Z in lower case, a space for everything else."""


def fold(text: str) -> str:
    """The letters A to Z of `text` in lower case, a space for every other character. Linear; never raises."""
    return text.encode("latin-1", "replace").translate(FOLD).decode("ascii")


def folded(text: str) -> str:
    """A text folded, between two spaces: character `i` of the text is character `i + 1` of the answer."""
    return f" {fold(text)} "


def as_key(text: str) -> str:
    """What the folded text holds wherever `text` stands as whole words, in any case."""
    return f" {fold(text).strip()} "
