"""Gate: which rules can fire on an article, found in few passes over its text."""

from __future__ import annotations

from collections.abc import Sequence

from auditor.document import Document
from auditor.phrasebook import PhraseBook
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
        entries: dict[str, list[tuple[int, int]]] = {}
        self._books: dict[PhraseBook, list[int]] = {}
        for index, rule in enumerate(rules):
            for key in {as_key(text) for text in rule.keys}:
                entries.setdefault(key, []).append((_RULE, index))
            if isinstance(rule.trigger, PhraseBook):
                self._books.setdefault(rule.trigger, []).append(index)
            elif rule.trigger is not None or not rule.keys:
                patterns.append((index, rule.trigger, "lines" if rule.family == BOILERPLATE else "marks"))
        for number, book in enumerate(self._books):
            for key, indices in book.under.items():
                entries.setdefault(key, []).extend((number, index) for index in indices)
        self._keywords = Keywords({key: tuple(owners) for key, owners in entries.items()})
        self._scanner = Scanner(
            [pattern for _, pattern, _ in patterns],
            [group for _, _, group in patterns],
            [index for index, _, _ in patterns],
        )

    def candidates(self, doc: Document) -> list[int]:
        """Numbers of the rules that can fire on a document, ascending."""
        found = self._scanner.candidates(doc.text)
        places: list[list[tuple[int, int, int]]] = [[] for _ in self._books]
        more: set[int] = set()
        for start, end, owners in self._keywords.found(doc.folded):
            for number, index in owners:
                if number < 0:
                    more.add(index)
                else:
                    places[number].append((start, end, index))
        for (book, indices), around in zip(self._books.items(), places, strict=True):
            if doc.phrases(book, around):
                more.update(indices)
        return sorted(more.union(found)) if more else found
