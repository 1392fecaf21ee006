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


@cache
def frequencies() -> dict[str, float]:
    """How often common words and runs of up to three words come among the words of English news, from 0 to 1."""
    raw = (files("auditor.text") / "lexicons" / "frequencies.txt").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in raw.splitlines() if not line.startswith("#"))
    return {run: int(count) / 1_000_000 for run, count in rows}


def word_list(path: Path) -> frozenset[str]:
    """The entries of any word list file in the same format."""
    return parse(path.read_text(encoding="utf-8"))
