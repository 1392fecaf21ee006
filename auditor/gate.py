"""Gate: which rules can fire on an article, found in few passes over its text."""

from __future__ import annotations

from collections.abc import Sequence

from auditor.document import Document
from auditor.phrasebook import PhraseBook, Place
from auditor.rule import Rule
from auditor.scan import Keywords, Scanner
from auditor.text.words import as_key

BOILERPLATE = "BP"
"""The family of rules about lines; their triggers begin at a line's start and share an automaton of their own."""

_RULE = -1
"""Stands for the number of a book where a keyword is a rule's own."""


class Gate:
    """Looks for the triggers, keys and lexicons of rules.

    One automaton looks for the keys of all rules and of all lexicons in the folded text, another kind (RE2) for the
    patterns. A rule without trigger and keys can always fire.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        patterns: list[tuple[int, str | None, str]] = []
        entries: list[tuple[str, tuple[int, list[int]]]] = []
        books: dict[PhraseBook, list[int]] = {}
        for index, rule in enumerate(rules):
            entries += [(key, (_RULE, [index])) for key in sorted({as_key(text) for text in rule.keys})]
            if isinstance(rule.trigger, PhraseBook):
                books.setdefault(rule.trigger, []).append(index)
            elif rule.trigger is not None or not rule.keys:
                patterns.append((index, rule.trigger, "lines" if rule.family == BOILERPLATE else "marks"))
        for number, book in enumerate(books):
            entries += [(run, (number, keys)) for run, keys in book.under.items()]
        self._books = list(books.items())
        self._keywords = Keywords(entries)
        self._scanner = Scanner(
            [pattern for _, pattern, _ in patterns],
            [group for _, _, group in patterns],
            [index for index, _, _ in patterns],
        )

    def candidates(self, doc: Document) -> list[int]:
        """Numbers of the rules that can fire on a document, ascending."""
        found = self._scanner.candidates(doc.text, doc.encoded)
        places: list[list[Place]] = [[] for _ in self._books]
        more: list[int] = []
        owners = self._keywords.values
        for entry, start, end in self._keywords.places(doc.folded):
            number, own = owners[entry]
            if number == _RULE:
                more += own
            else:
                places[number].append((start, end, own))
        for (book, indices), around in zip(self._books, places, strict=True):
            if (around or book.has_common) and doc.phrases(book, around):
                more += indices
        return sorted({*found, *more}) if more else found
