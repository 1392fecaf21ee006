"""The door to the multi-pattern engine (RE2): one pass over a text tells which rules can fire on it."""

from __future__ import annotations

import re
from collections.abc import Sequence

import re2

from auditor.errors import RuleLoadError

MEMORY = 256 << 20
"""Bytes the automaton may use. With 8 or 16 MB a set of 400 patterns thrashes and costs 30 times as much."""

_ANYTHING = r"(?s:.)"
"""Added as the first pattern: it occurs in every text, so a result without it means that the engine gave up (it says
so in no other way), and then every rule is a candidate."""

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class Scanner:
    """Which of many patterns occur in a text, found in one linear pass.

    patterns: regular expressions in RE2's syntax, one for each rule; None for a rule that must always run.
    Raises RuleLoadError when RE2 refuses one.
    """

    def __init__(self, patterns: Sequence[str | None]) -> None:
        self._always = [index for index, pattern in enumerate(patterns) if pattern is None]
        self._indices = [index for index, pattern in enumerate(patterns) if pattern is not None]
        options = re2.Options()
        options.max_mem = MEMORY
        options.log_errors = False
        self._set = re2.Set.SearchSet(options)
        self._set.Add(_ANYTHING)
        for index in self._indices:
            try:
                self._set.Add(patterns[index])
            except re2.error as error:
                raise RuleLoadError(f"trigger {patterns[index]!r} is not in RE2's syntax: {error}") from error
        self._set.Compile()
        self._all = sorted(self._always + self._indices)

    def candidates(self, text: str) -> list[int]:
        """Indices of the patterns that occur in the text (and of those that must always run), ascending."""
        if not self._indices or not text:
            return self._all if not text else self._always
        try:
            found = self._set.Match(text)
        except UnicodeEncodeError:
            found = self._set.Match(_LONE_SURROGATE.sub("\ufffd", text))
        if not found or 0 not in found:
            return self._all
        return sorted([self._indices[place - 1] for place in found if place] + self._always)
