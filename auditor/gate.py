"""Gate: which rules can fire on an article, found in few passes over its text."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from auditor.document import Document
from auditor.phrasebook import PhraseBook
from auditor.rule import BOILERPLATE, Rule
from auditor.scan import Keywords, Scanner
from auditor.text.words import as_key

GROUPS = {BOILERPLATE: "lines", "HR": "house"}
"""The families whose triggers share an automaton of their own; one of the house must not slow down the others."""


class Gate:
    """Looks for the triggers, keys and lexicons of rules.

    One automaton looks for the keys of all rules and of all lexicons in the folded text, another kind (RE2) for the
    patterns. A rule without trigger and keys can always fire.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        patterns: list[tuple[int, str | None, str]] = []
        entries: list[str] = []
        self._owners = array("L")
        books: dict[PhraseBook, list[int]] = {}
        for index, rule in enumerate(rules):
            keys = {as_key(text) for text in rule.keys}
            entries += sorted(keys)
            self._owners.extend([index] * len(keys))
            if isinstance(rule.trigger, PhraseBook):
                books.setdefault(rule.trigger, []).append(index)
            elif rule.trigger is not None or not rule.keys:
                patterns.append((index, rule.trigger, GROUPS.get(rule.family, "marks")))
        self._books: list[tuple[int, PhraseBook, list[int]]] = []
        for book, indices in books.items():
            self._books.append((len(entries), book, indices))
            entries += book.runs
        self._books.reverse()
        self._keywords = Keywords(entries)
        self._scanner = Scanner(
            [pattern for _, pattern, _ in patterns],
            [group for _, _, group in patterns],
            [index for index, _, _ in patterns],
        )

    def candidates(self, docs: Sequence[Document]) -> list[list[int]]:
        """Numbers of the rules that can fire on each of some documents, ascending.

        Each automaton reads all documents before the next one does, because it is large: read by turns, they would
        drive each other out of the processor's caches.
        """
        found = self._scanner.candidates([doc.text for doc in docs], [doc.encoded for doc in docs])
        read = self._keywords.places
        places = [read(doc.folded) for doc in docs]
        more: list[list[int]] = [[] for _ in docs]
        for first, book, indices in self._books:
            for number, here in enumerate(places):
                around = [(entry - first, start, end) for entry, start, end in here if entry >= first]
                if (around or book.has_common) and docs[number].phrases(book, around):
                    more[number] += indices
                if len(around) == len(here):
                    places[number] = []
                elif around:
                    places[number] = [place for place in here if place[0] < first]
        owners = self._owners
        for number, here in enumerate(places):
            if here or more[number]:
                found[number] = sorted({*found[number], *more[number], *[owners[entry] for entry, _, _ in here]})
        return found
