"""Judging: which recurring lines are a template, told without a lexicon from how they recur.

A site's line stands in articles that have nothing else in common, mostly at their edges. A sentence of the news that
recurs stands in versions of one story, or in stories on one subject, whose other words are alike as well.
"""

from __future__ import annotations

import math
import statistics
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Final

from auditor.mining.articles import word_hashes
from auditor.mining.evidence import SAMPLED, Evidence, Sampled
from auditor.mining.similar import groups
from auditor.text.template import folded_line

UNRELATED: Final = 0.2
"""The weighted overlap of two articles up to which they are taken for unrelated: above it are one in a hundred pairs of
random articles of five development sets, and below it no pair of articles on one story."""

RELATED_BY_SOURCE: Final = 2.5
"""Where the articles of a source are more alike than that, so many times their median overlap."""

FEW, STRICTER = 5, 0.75
"""With fewer articles sampled the limit is so much lower: a few articles on one wide subject may be hardly alike."""

SAME_STORY: Final = 0.6
"""From this overlap on two articles are versions of one story, and count once."""

PAIRS: Final = 200
"""How many pairs of articles of a source tell how alike they are."""

FEWEST_OF_WORDS: Final = {1: 10, 2: 10, 3: 5}
"""In how many articles a line of so few words must stand: short lines recur by chance."""

FEWEST_SLOTTED: Final = 5
"""In how many articles a line with a slot must stand."""

FEWEST_FORMS: Final = 3
"""With how many different names at the end a line with a slot must have been met, among those sampled."""

AT_EDGE: Final = 0.8
"""In what share of the articles a line must stand at the edge, if it ends like a sentence or its figures change."""

SLOT_AT_EDGE: Final = 0.9
SENTENCE_ENDS: Final = (".", "!", "?", ".”", '."', "!”", "?”", '!"', '?"', ".’", ".'", "…")


@dataclass(frozen=True, slots=True)
class Limits:
    """How often a line must stand. articles: in how many different ones of a source; share: in what share of them."""

    articles: int = 3
    share: float = 0.001

    def of(self, source: int) -> int:
        """In how many articles of a source with so many."""
        return max(self.articles, math.ceil(self.share * source))


@dataclass(frozen=True, slots=True)
class Judgement:
    """A recurring line and why it was left out; empty for a template line."""

    evidence: Evidence
    left_out: str


class Judge:
    """Decides on recurring lines.

    reference: sketches of articles of the batch with their sources, in an order that does not depend on reading.
    sources: how many different articles each source has.
    """

    def __init__(
        self, reference: Sequence[tuple[int, str, array[int]]], sources: Mapping[str, int], limits: Limits
    ) -> None:
        self._limits = limits
        self._sources = sources
        uses: Counter[int] = Counter()
        for _, _, words in reference:
            uses.update(words)
        self._weights = {word: math.log((len(reference) + 1) / (count + 1)) for word, count in uses.items()}
        self._rarest = math.log((len(reference) + 1) / 1)
        by_source: dict[str, list[array[int]]] = {}
        for _, source, words in reference:
            by_source.setdefault(source, []).append(words)
        self._limit = {
            source: max(UNRELATED, RELATED_BY_SOURCE * self._median_overlap(articles))
            for source, articles in by_source.items()
            if len(articles) > PAIRS // 10
        }

    def judge(self, found: Iterable[Evidence]) -> list[Judgement]:
        """Every recurring line with the judgement on it, by source and line. Nearly equal lines are judged together."""
        by_source: dict[str, list[Evidence]] = {}
        for evidence in found:
            by_source.setdefault(evidence.source, []).append(evidence)
        judged = []
        for source in sorted(by_source):
            lines = sorted(by_source[source], key=lambda each: each.line)
            exact = [each for each in lines if not each.slot]
            together = [[exact[number] for number in group] for group in groups([_text(each) for each in exact])]
            together += [[each] for each in lines if each.slot]
            for group in together:
                why = self._left_out(group)
                judged += [Judgement(each, why) for each in group]
        return sorted(judged, key=lambda each: (each.evidence.source, each.evidence.line))

    def _left_out(self, group: Sequence[Evidence]) -> str:
        source = group[0].source
        sample = _merged(group)
        articles = sum(each.articles for each in group)
        if articles <= SAMPLED:
            articles = len(sample)
        words = max(len([word for word in each.line.split() if word not in (b"0", b"*")]) for each in group)
        least = max(self._limits.of(self._sources.get(source, 0)), FEWEST_OF_WORDS.get(words, 0))
        if group[0].slot:
            least = max(least, FEWEST_SLOTTED)
        if articles < least:
            return "in too few articles"
        if group[0].slot and len({folded_line(each.raw) for each in sample}) < FEWEST_FORMS:
            return "the names at its end do not change"
        own = set().union(*(word_hashes(each.line) for each in group))
        known = [self._weighed(each, own) for each in sample]
        overlaps = {(one, two): _overlap(known[one], known[two]) for one, two in combinations(range(len(known)), 2)}
        if _stories(len(known), overlaps) < min(least, SAMPLED // 2 + 1):
            return "in versions of one story"
        limit = self._limit.get(source, UNRELATED) * (STRICTER if len(sample) < FEW else 1)
        if statistics.median(overlaps.values()) > limit:
            return "in articles on one subject"
        seen = sum(each.seen for each in group)
        edge = sum(each.top + each.tail for each in group) / max(seen, 1)
        if group[0].slot and edge < SLOT_AT_EDGE:
            return "not at the edge of its articles"
        if edge < AT_EDGE and (words < 3 or _reads_as_sentence(sample) or _figures_change(group, sample)):
            return "not at the edge of its articles"
        return ""

    def _weighed(self, article: Sampled, own: set[int]) -> dict[int, float]:
        """The words of an article with their weights, those of the line itself left out."""
        weight, rarest = self._weights.get, self._rarest
        return {word: weight(word, rarest) for word in article.words if word not in own}

    def _median_overlap(self, articles: Sequence[array[int]]) -> float:
        weighed = [self._weighed(Sampled(0, "", words), set()) for words in articles[: PAIRS + 1]]
        return statistics.median(_overlap(one, two) for one, two in pairwise(weighed))


def _overlap(one: Mapping[int, float], two: Mapping[int, float]) -> float:
    """The weight of the words of both articles, as a share of that of the words of the lighter one: 0 to 1."""
    lighter = min(math.fsum(one.values()), math.fsum(two.values()))
    return math.fsum(map(one.__getitem__, one.keys() & two.keys())) / lighter if lighter else 0.0


def _stories(articles: int, overlaps: Mapping[tuple[int, int], float]) -> int:
    """How many stories some articles tell: versions of one are counted once."""
    told: list[int] = []
    for each in range(articles):
        if all(overlaps[other, each] < SAME_STORY for other in told):
            told.append(each)
    return len(told)


def _text(evidence: Evidence) -> str:
    return evidence.line.decode("utf-8")


def _merged(group: Sequence[Evidence]) -> list[Sampled]:
    """The samples of several lines as one: the articles with the smallest digests, each once."""
    articles: dict[int, Sampled] = {}
    for evidence in group:
        for each in evidence.sample:
            articles.setdefault(each.digest, each)
    return [articles[digest] for digest in sorted(articles)[:SAMPLED]]


def _reads_as_sentence(sample: Sequence[Sampled]) -> bool:
    return 2 * sum(each.raw.endswith(SENTENCE_ENDS) for each in sample) > len(sample)


def _figures_change(group: Sequence[Evidence], sample: Sequence[Sampled]) -> bool:
    """Whether a line with figures is told with other ones each time, as data are."""
    return any(b"0" in each.line.split() for each in group) and len({each.raw for each in sample}) > 1
