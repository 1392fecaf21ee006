"""The door to the engines that look for many patterns in one pass over a text.

RE2 tells which rules can fire; an automaton of keywords (Aho and Corasick) where entries of a lexicon may be.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import compress, islice, repeat
from operator import contains

import ahocorasick_rs
import re2

from auditor.errors import RuleLoadError

MEMORY = 64 << 20
"""Bytes the automaton may use. With 8 or 16 MB a set of 400 patterns thrashes and costs 30 times as much."""

_ANYTHING = r"(?s:.)"
"""Added as the first pattern: it occurs in every text, so a result without it means that the engine gave up (it says
so in no other way), and then every rule is a candidate."""

FEW_TEXTS = 3
"""How many texts are looked up before an automaton of keywords is built."""

SHORT_TEXT = 20_000
"""Characters of such a text."""

_WORD = re.compile("[a-z]+")

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class Scanner:
    """Which of many patterns occur in a text, found in one linear pass for each group of patterns.

    patterns: regular expressions in RE2's syntax, one for each rule; None for a rule that must always run.
    groups: a key for each pattern; patterns with the same key share an automaton. The states of one automaton for
    everything would be the product of the patterns' states: for the catalogue two automata were built six times
    faster and ran twice as fast as one.
    numbers: what each pattern is called in the answers; its place in the list unless given.
    Raises RuleLoadError when RE2 refuses a pattern.
    """

    def __init__(
        self,
        patterns: Sequence[str | None],
        groups: Sequence[str] | None = None,
        numbers: Sequence[int] | None = None,
    ) -> None:
        keys = groups if groups is not None else [""] * len(patterns)
        names = numbers if numbers is not None else range(len(patterns))
        self._always = [index for index, pattern in zip(names, patterns, strict=True) if pattern is None]
        members: dict[str, list[tuple[int, str]]] = {}
        for index, pattern, key in zip(names, patterns, keys, strict=True):
            if pattern is not None:
                members.setdefault(key, []).append((index, pattern))
        self._automata = [_Automaton(group) for group in members.values()]

    def candidates(self, texts: Sequence[str], encoded: Sequence[bytes | None] = ()) -> list[list[int]]:
        """Numbers of the patterns that occur in each text (and of those that must always run), ascending.

        encoded: the texts in UTF-8, where that is known already.
        """
        known = encoded or [None] * len(texts)
        given = [_encoded(text) if data is None else data for text, data in zip(texts, known, strict=True)]
        found = [self._always.copy() for _ in given]
        for automaton in self._automata:
            for numbers, data in zip(found, given, strict=True):
                numbers += automaton.found(data)
        for numbers in found:
            numbers.sort()
        return found


def _encoded(text: str) -> bytes:
    """A text in UTF-8, with another sign for each lone surrogate."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return _LONE_SURROGATE.sub("\ufffd", text).encode()


class Keywords:
    """Places of many fixed texts in one pass, whatever their number (Aho and Corasick 1975).

    entries: letters a to z in words, with a space before, between and after them; one may come more than once.
    The first few texts are looked up word by word: the automaton takes longer to build than to audit an article.
    """

    def __init__(self, entries: Iterable[str]) -> None:
        self._entries = list(entries)
        self._automaton: ahocorasick_rs.AhoCorasick | None = None
        self._looked_up = 0

    def places(self, text: str) -> list[tuple[int, int, int]]:
        """Number of the entry, start and end of each place, in no certain order; places may overlap.

        text: letters a to z and spaces.
        """
        if self._automaton is None:
            if self._looked_up < FEW_TEXTS and len(text) <= SHORT_TEXT:
                self._looked_up += 1
                return self._by_words(text)
            # A compact automaton: what it reads stays in the processor's caches.
            self._automaton = ahocorasick_rs.AhoCorasick(
                self._entries, store_patterns=False, implementation=ahocorasick_rs.Implementation.ContiguousNFA
            )
            self._entries = []
        found: list[tuple[int, int, int]] = self._automaton.find_matches_as_indexes(text, overlapping=True)
        return found

    def _by_words(self, text: str) -> list[tuple[int, int, int]]:
        """The places, by looking up each run of words."""
        here: dict[str, list[tuple[int, int]]] = {}
        longest = max(map(len, self._entries), default=0)
        words = [match.span() for match in _WORD.finditer(text)]
        for first, (start, end) in enumerate(words):
            last = first
            while end - start + 2 <= longest:
                here.setdefault(text[start - 1 : end + 1], []).append((start - 1, end + 1))
                last += 1
                if last == len(words) or words[last][0] != end + 1:
                    break
                end = words[last][1]
        entries = self._entries
        found = [
            (number, *place)
            for number in compress(range(len(entries)), map(here.__contains__, entries))
            for place in here[entries[number]]
        ]
        for number in compress(range(len(entries)), map(contains, entries, repeat("  "))):
            found += [(number, *match.span(1)) for match in re.finditer(f"(?=({entries[number]}))", text)]
        return found


class Finder:
    """Where one pattern stands in a text. RE2 looks for it, so that no pattern takes more than linear time for a place.

    Raises RuleLoadError when RE2 refuses the pattern.
    """

    def __init__(self, pattern: str) -> None:
        options = re2.Options()
        options.log_errors = False
        try:
            self._pattern = re2.compile(pattern, options)
        except re2.error as error:
            raise RuleLoadError(_told(error)) from error

    def matches_nothing(self) -> bool:
        """Whether the pattern matches an empty text, so that it would be found everywhere."""
        return self._pattern.fullmatch("") is not None

    def places(self, text: str, most: int) -> list[tuple[int, int]]:
        """Start and end of the first places, at most so many; those without a character are left out."""
        spans = (match.span() for match in self._pattern.finditer(_LONE_SURROGATE.sub("\ufffd", text)))
        return list(islice((span for span in spans if span[0] < span[1]), most))


def _told(error: Exception) -> str:
    """What RE2 says of a pattern, which it gives in bytes."""
    told = error.args[0] if error.args else ""
    return told.decode("utf-8", "replace") if isinstance(told, bytes) else str(told)


class _Automaton:
    """Some patterns, compiled together, with the index that each has outside."""

    def __init__(self, members: Sequence[tuple[int, str]]) -> None:
        options = re2.Options()
        options.max_mem = MEMORY
        options.log_errors = False
        self._set = re2.Set.SearchSet(options)
        self._set.Add(_ANYTHING)
        for _, pattern in members:
            try:
                self._set.Add(pattern)
            except re2.error as error:
                raise RuleLoadError(f"trigger {pattern!r} is not in RE2's syntax: {error}") from error
        self._set.Compile()
        self._indices = [index for index, _ in members]

    def found(self, encoded: bytes) -> list[int]:
        """The indices of the patterns that occur; of all when the engine gave up, or on an empty text."""
        places = self._set.Match(encoded)
        if not places or 0 not in places:
            return self._indices
        return [self._indices[place - 1] for place in places if place]
