"""Articles as mining sees them: folded lines with their keys, where each stands, and a sketch of what it is about."""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from auditor.document import Document
from auditor.text.template import folded_lines, slotted, source_of

FIRST, LAST = 3, 4
"""How many filled lines at the beginning, and at the end, of an article are its edges."""

SLOTTED_FIRST, SLOTTED_LAST = 2, 6
"""How many lines at the beginning, and at the end, are also counted with the names at their end folded."""

SHORTEST_WORD: Final = 4
FEWEST_WORDS: Final = 20
"""With fewer words beside its recurring lines an article is compared as a whole."""

MOST_WORDS: Final = 200
"""How many words a sketch holds at most; of more those with the smallest hashes, the same ones in every article."""


@dataclass(slots=True)
class Article:
    """An article in folded lines.

    source: as `source_of` tells it. text: as it was given. folded: each line. raw: each line as it stands. filled: the
    numbers of the lines with a word. forms: for each filled line its number, a key and the folded form; at the edges
    those that end with names once more, with a slot for them. A key is of use within this process only. digest: of
    source and folded text, the same in every process and for every copy of the article.
    """

    source: str
    text: str
    folded: list[bytes]
    raw: list[str]
    filled: list[int]
    forms: list[tuple[int, int, bytes]]
    digest: int

    @classmethod
    def of(cls, doc: Document) -> Article:
        """The article of a document."""
        source = source_of(doc.meta)
        text = doc.text
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        folded = folded_lines(text)
        raw = text.split("\n")
        filled = [number for number, line in enumerate(folded) if line and line != b"0"]
        start = hash(source)
        forms = [(number, hash((start, folded[number])), folded[number]) for number in filled]
        for number in (*filled[:SLOTTED_FIRST], *filled[max(SLOTTED_FIRST, len(filled) - SLOTTED_LAST) :]):
            if form := slotted(raw[number]).encode("utf-8"):
                forms.append((number, hash((start, form)), form))
        whole = blake2b(source.encode("utf-8", "replace") + b"\n" + b"\n".join(folded), digest_size=8).digest()
        return cls(source, doc.text, folded, raw, filled, forms, int.from_bytes(whole, "big", signed=True))


def sketch(article: Article, template: set[int]) -> array[int]:
    """Hashes of the words of four letters and more that the article holds, sorted, at most 200.

    template: the numbers of lines that stand in many articles: their words are left out, unless little else is there.
    """
    lines = article.folded
    words = _words(line for number, line in enumerate(lines) if number not in template)
    if len(words) < FEWEST_WORDS:
        words = _words(lines)
    return array("I", sorted(map(zlib.crc32, words))[:MOST_WORDS])


def word_hashes(line: bytes) -> set[int]:
    """The hashes that a sketch holds for the words of a folded line."""
    return set(map(zlib.crc32, _words([line])))


def _words(lines: Iterable[bytes]) -> set[bytes]:
    return {word for word in b" ".join(lines).split() if len(word) >= SHORTEST_WORD}
