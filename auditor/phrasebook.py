"""PhraseBook: lexicons of phrase patterns, found in one pass over a text.

A lexicon is a table of tab-separated values with the header `languages  weight  pattern  source  example`: the source
languages that lead to the phrase (ISO 639-1, joined by commas), what it weighs, the pattern, the construction of the
source language, and an English sentence in which the pattern is found. Lines that begin with `#` are comments.

The patterns are written as the phrase is, with these signs:

    (a|b)     either          (a|b)?  or nothing        lette?r   an optional letter
    {say}     a word of a list, or one of the built-in {name} {number} {word}
    (?! …)    not before …      (?= …)  only before …      (?<!…)  not after … (of one length)

A space is one white space or line break, `'` is either apostrophe, everything else is itself. A small first
letter may be a capital, and so may what the first brackets hold; the rest is as written. A phrase begins and ends with
whole words.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from auditor.errors import RuleLoadError
from auditor.scan import Scanner
from auditor.span import Span

COLUMNS = ["languages", "weight", "pattern", "source", "example"]

_LETTER = r"[0-9A-Za-z\x{80}-\x{10FFFF}]"
_BUILT_IN = {
    "name": rf"[A-Z]{_LETTER}{{1,30}}(?:[ \x{{A0}}-][A-Z]{_LETTER}{{1,30}}){{0,3}}",
    "number": r"[0-9][0-9.,]{0,12}",
    "word": r"[a-z][a-z-]{0,25}",
}
_GAP = r"(?:[ \x{A0}\x{202F}\t]|\r?\n)"
_PIECE = re.compile(r"(\(\?(?:<?!|=))|\{([a-z_]+)\}|([()|?])|( )|(['’])|([\w\-–,.;:!%&/$€“”\"]+?)")
_HEXADECIMAL = re.compile(r"\\x\{([0-9A-F]+)\}")


@dataclass(frozen=True, slots=True)
class Phrase:
    """One entry of a lexicon.

    languages: ISO 639-1 codes of the source languages, the likeliest first; weight: what it adds, 0 for none;
    pattern: as written in the lexicon; source: the construction of the source language; example: a sentence with it.
    """

    languages: tuple[str, ...]
    weight: float
    pattern: str
    source: str
    example: str


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase and where it stands in the text."""

    phrase: Phrase
    span: Span


class PhraseBook:
    """The entries of some lexicons, and where they occur in a text.

    words: for each name that patterns may use as `{name}`, the words or phrases that it stands for.
    Raises RuleLoadError that names file, line and cure for a table or a pattern that cannot be read.
    """

    def __init__(self, paths: Iterable[Path], words: Mapping[str, Iterable[str]] | None = None) -> None:
        lists = {name: _alternatives(entries) for name, entries in (words or {}).items()}
        self.phrases: list[Phrase] = []
        self._patterns: list[tuple[str, str]] = []
        for path in paths:
            for number, phrase in _read(path):
                try:
                    self._patterns.append(_compiled(phrase.pattern, lists))
                except RuleLoadError as error:
                    raise RuleLoadError(f"{path.name}, line {number}: {error}") from error
                self.phrases.append(phrase)
        self._ready: dict[int, re.Pattern[str]] = {}

    @cached_property
    def _scanner(self) -> Scanner:
        return Scanner([trigger for trigger, _ in self._patterns])

    def found(self, text: str) -> list[Found]:
        """All places of all entries, sorted by span; an entry that lies inside a longer one is left out."""
        places = []
        for index in self._scanner.candidates(text):
            pattern = self._ready.get(index)
            if pattern is None:
                pattern = self._ready[index] = re.compile(self._patterns[index][1])
            phrase = self.phrases[index]
            places += [Found(phrase, Span(*match.span())) for match in pattern.finditer(text)]
        places.sort(key=lambda found: (found.span.start, -found.span.end))
        kept: list[Found] = []
        for found in places:
            if not kept or found.span.end > kept[-1].span.end:
                kept.append(found)
        return kept


def word_lists(path: Path) -> dict[str, list[str]]:
    """Named lists of words: one a line, as `name = word | another word`; `#` starts a comment.

    Raises RuleLoadError for a line of another shape.
    """
    lists: dict[str, list[str]] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        bare = line.partition("#")[0].strip()
        if not bare:
            continue
        name, sign, entries = bare.partition("=")
        if not sign:
            raise RuleLoadError(f"{path.name}, line {number}: write “name = word | word”, not {bare!r}")
        lists.setdefault(name.strip(), []).extend(entry.strip() for entry in entries.split("|") if entry.strip())
    return lists


def _read(path: Path) -> Iterable[tuple[int, Phrase]]:
    """The entries of one table, each with its line."""
    header: list[str] | None = None
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        for row in reader:
            if not row or row[0].startswith("#"):
                continue
            if header is None:
                header = row
                if header != COLUMNS:
                    raise RuleLoadError(f"{path.name}: the header must be {COLUMNS}, separated by tabs, not {header}")
                continue
            if len(row) != len(COLUMNS):
                raise RuleLoadError(
                    f"{path.name}, line {reader.line_num}: {len(row)} columns instead of {len(COLUMNS)}"
                )
            try:
                weight = float(row[1])
            except ValueError as error:
                raise RuleLoadError(
                    f"{path.name}, line {reader.line_num}: the weight must be a number, not {row[1]!r}"
                ) from error
            yield reader.line_num, Phrase(tuple(row[0].split(",")), weight, row[2], row[3], row[4])


def _alternatives(entries: Iterable[str]) -> str:
    """RE2 for any of some words, the longest first."""
    return "|".join(_literal(entry) for entry in sorted(set(entries), key=lambda entry: (-len(entry), entry)))


def _literal(text: str) -> str:
    """RE2 for a text with any white space and either apostrophe."""
    return "".join(_GAP if sign == " " else "['’]" if sign in "'’" else re.escape(sign) for sign in text)


def _compiled(pattern: str, lists: Mapping[str, str]) -> tuple[str, str]:
    """A pattern of a lexicon in RE2's syntax, without its conditions, and in Python's, with them."""
    free, full = [], []
    depth, condition, inside, first = 0, "", 0, True
    position = 0
    while position < len(pattern):
        piece = _PIECE.match(pattern, position)
        if piece is None:
            raise RuleLoadError(f"{pattern[position]!r} cannot be used in the pattern {pattern!r}")
        position = piece.end()
        look, name, sign, gap, apostrophe, plain = piece.groups()
        if look:
            if condition:
                raise RuleLoadError(f"a condition inside another in the pattern {pattern!r}")
            depth += 1
            condition, inside = look, depth
            full.append(look)
            continue
        if name:
            if name not in lists and name not in _BUILT_IN:
                known = ", ".join(sorted({*lists, *_BUILT_IN}))
                raise RuleLoadError(f"no list is called {{{name}}}; there are {known}")
            built = _BUILT_IN.get(name)
            part = built if built is not None else f"(?{'i' if first else ''}:{lists[name]})"
        elif sign == "(":
            part = "(?i:" if first else "(?:"
            depth += 1
        elif sign:
            if sign == "|" and not depth:
                raise RuleLoadError(f"put the alternatives of the pattern {pattern!r} in brackets")
            part = sign
            depth -= sign == ")"
            if depth < 0:
                raise RuleLoadError(f"a bracket too many in the pattern {pattern!r}")
        elif gap:
            part = r"\s" if condition == "(?<!" else _GAP
        elif apostrophe:
            part = "['’]"
        else:
            part = f"(?i:{re.escape(plain)})" if first and plain.islower() else re.escape(plain)
        full.append(part)
        if not condition:
            first = False
            free.append(part)
        elif depth < inside:
            condition = ""
    if depth:
        raise RuleLoadError(f"a bracket is not closed in the pattern {pattern!r}")
    if pattern != pattern.strip():
        raise RuleLoadError(f"a space at an end of the pattern {pattern!r}")
    python = _HEXADECIMAL.sub(lambda match: re.escape(chr(int(match[1], 16))), "".join(full))
    return "".join(free), rf"(?<![^\W_])(?:{python})(?![^\W_])"
