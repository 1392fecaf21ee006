"""Evidence: what is gathered about each recurring line on the second reading, in bounded memory."""

from __future__ import annotations

from array import array
from bisect import bisect_left, insort
from collections.abc import Mapping
from dataclasses import dataclass, field
from operator import attrgetter, itemgetter
from typing import Final

from auditor.mining.articles import FIRST, LAST, Article, sketch

SAMPLED: Final = 8
"""Of how many articles of each line the text and a sketch are kept: those with the smallest digests."""

MANY: Final = 10
"""From so many articles on a line says nothing of what an article is about: versions of a story are seldom more."""

REFERENCE: Final = 1500
"""How many articles of the batch tell how often words are used; again those with the smallest digests."""


@dataclass(frozen=True, slots=True)
class Sampled:
    """An article in a sample. raw: the line as it stands in it; words: its sketch."""

    digest: int
    raw: str
    words: array[int]


@dataclass(slots=True)
class Evidence:
    """What is known of a recurring line.

    line: folded. source: whose it is. articles: in how many different ones it stands. slot: its end are names.
    seen, top, tail: how often it was met, and at the edges of its article. sample: by digest.
    """

    line: bytes
    source: str
    articles: int
    slot: bool
    seen: int = 0
    top: int = 0
    tail: int = 0
    sample: list[Sampled] = field(default_factory=list)


class Gatherer:
    """Reads the articles again and gathers evidence for the lines that recur.

    counts: the keys of recurring lines, with the number of articles of each. solid: from how many articles on a line
    joins the edge of an article with lines beyond it.
    """

    def __init__(self, counts: Mapping[int, int], solid: int) -> None:
        self._counts = counts
        self._solid = solid
        self.found: dict[int, Evidence] = {}
        self.reference: list[tuple[int, str, array[int]]] = []

    def add(self, article: Article) -> None:
        """One article of the batch."""
        counts = self._counts
        hits = [form for form in article.forms if form[1] in counts]
        recurring = {number for number, key, _ in hits if counts[key] >= self._solid}
        many = {number for number, key, _ in hits if counts[key] >= MANY}
        self._refer(article, many)
        if not hits:
            return
        top, tail = _edges(article, recurring)
        words: array[int] | None = None
        met: set[int] = set()
        whole = len(article.filled)
        for number, key, form in hits:
            if key in met:
                continue
            met.add(key)
            evidence = self.found.get(key)
            if evidence is None:
                evidence = self.found[key] = Evidence(form, article.source, counts[key], form.endswith(b" *"))
            at = bisect_left(article.filled, number)
            evidence.seen += 1
            if at < top and (at < whole - tail or at <= whole - 1 - at):
                evidence.top += 1
            elif at >= whole - tail:
                evidence.tail += 1
            sample = evidence.sample
            if len(sample) == SAMPLED and article.digest >= sample[-1].digest:
                continue
            if any(each.digest == article.digest for each in sample):
                continue  # a copy
            if words is None:
                words = sketch(article, many)
            insort(sample, Sampled(article.digest, article.raw[number].strip(), words), key=attrgetter("digest"))
            del sample[SAMPLED:]

    def _refer(self, article: Article, many: set[int]) -> None:
        reference = self.reference
        if len(reference) == REFERENCE and article.digest >= reference[-1][0]:
            return
        place = bisect_left(reference, article.digest, key=itemgetter(0))
        if place < len(reference) and reference[place][0] == article.digest:
            return  # a copy
        reference.insert(place, (article.digest, article.source, sketch(article, many)))
        del reference[REFERENCE:]


def _edges(article: Article, recurring: set[int]) -> tuple[int, int]:
    """How many filled lines at the beginning and at the end are edges: three and four, or all that recur there."""
    filled = article.filled
    top = tail = 0
    while top < len(filled) and filled[top] in recurring:
        top += 1
    while tail < len(filled) and filled[-1 - tail] in recurring:
        tail += 1
    return max(FIRST, top), max(LAST, tail)
