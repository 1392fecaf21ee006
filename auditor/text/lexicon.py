"""The shared word lists: one entry a line, `#` starts a comment, order does not matter."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path


def parse(raw: str) -> frozenset[str]:
    """The entries of a word list: lines stripped, comments and blank lines left out."""
    entries = (line.partition("#")[0].strip() for line in raw.splitlines())
    return frozenset(entry for entry in entries if entry)


@cache
def lexicon(name: str) -> frozenset[str]:
    """The entries of `auditor/text/lexicons/<name>.txt`.

    Raises FileNotFoundError when there is no list of that name.
    """
    return parse((files("auditor.text") / "lexicons" / f"{name}.txt").read_text(encoding="utf-8"))


def word_list(path: Path) -> frozenset[str]:
    """The entries of any word list file in the same format."""
    return parse(path.read_text(encoding="utf-8"))
