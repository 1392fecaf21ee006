"""Names: rare spellings in a batch that are one letter off a frequent name, as “Nord Steam” beside “Nord Stream”.

Two neighbouring capitalised words are a name here; the one that differs stands nowhere else in the batch, so that it is
no other name. Left alone is whatever tells real names apart: plurals, endings, accents, British and American spelling,
the variants of given names and surnames.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import cache
from importlib.resources import files
from itertools import pairwise
from types import TracebackType
from typing import Final
from unicodedata import normalize

from auditor.mining.counting import ArticleCounter
from auditor.templates import BatchName
from auditor.text.lexicon import frequencies, lexicon, parse

FEWEST: Final = 10
"""In how many articles a name must stand to be taken for right."""

TIMES: Final = 10
"""How many times more articles it must stand in than the other spelling."""

BOUND: Final = 0.8
"""Where the other spelling is a word of English: in what share of its articles the word beside it must go with the
name. “Nord” goes with “Stream” only, “White” with “House” and many others."""

SHORTEST: Final = 5
"""Letters of a word that may differ: in shorter ones one letter often makes another name."""

KEPT: Final = 100_000
"""How many pairs of words are counted at a time. Those in more than a 100,000th part of all are never lost (Misra and
Gries 1982); the rest need not be."""

SUSPECTS: Final = 200_000
"""How many rare spellings are held at most."""

LONGEST_TEXT: Final = 400_000
VOWELS: Final = frozenset("aeiouy")

_WORD = r"[A-Z]\w*+(?:[’'-]\w++)*+"
_NAME = re.compile(rf"(?<![\w’'-]){_WORD}(?:[ \u00a0]{_WORD})++")
_CAPITALISED = re.compile(r"(?<![\w’'-])[A-Z]\w{2,}")
_POSSESSIVE = re.compile(r"[’']s\Z")

Pair = tuple[str, str]


class NameCounter:
    """Counts the names of a batch on the first reading, and finds rare spellings on the second."""

    def __init__(self) -> None:
        self._articles = ArticleCounter()
        self._kept: Counter[Pair] = Counter()
        self._pruned = False
        self._seen = 0
        self._beside: dict[tuple[int, str], list[str]] = {}
        self._suspects: dict[tuple[Pair, Pair], None] = {}

    def __enter__(self) -> NameCounter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._articles.__exit__(kind, error, trace)

    def count(self, text: str, article: int) -> None:
        """An article on the first reading. Raises WriteError when the disk is full."""
        pairs = _pairs(text)
        words = set(_CAPITALISED.findall(text, 0, LONGEST_TEXT))
        self._articles.add({*map(hash, pairs), *map(hash, words)}, article)
        self._kept.update(pairs)
        self._seen += len(pairs)
        if len(self._kept) > 2 * KEPT:
            self._prune()

    def look(self, text: str) -> None:
        """An article on the second reading."""
        if not self._beside:
            self._index()
        for pair in _pairs(text):
            for place in (0, 1):
                known = self._beside.get((place, pair[1 - place]))
                if known is None or len(self._suspects) >= SUSPECTS:
                    continue
                for right in known:
                    if is_slip(right, pair[place]):
                        name = (right, pair[1]) if place == 0 else (pair[0], right)
                        self._suspects[name, pair] = None

    def names(self) -> list[BatchName]:
        """The rare spellings, each with the frequent name, sorted. The same for any order of the articles."""
        wanted: set[int] = set()
        for name, pair in self._suspects:
            place = int(name[0] == pair[0])
            wanted |= {hash(name), hash(pair), hash(pair[place]), hash(name[1 - place])}
        counts = self._articles.articles_of(wanted)
        found = []
        for name, pair in self._suspects:
            place = int(name[0] == pair[0])
            slip, beside = pair[place], name[1 - place]
            often, seldom = counts[hash(name)], counts[hash(pair)]
            if often < max(self._least(), TIMES * seldom) or counts.get(hash(slip), 0) > seldom:
                continue
            is_word = slip.lower() in frequencies() and not _swapped(name[place].lower(), slip.lower())
            if is_word and often < BOUND * counts.get(hash(beside), 0):
                continue
            found.append(BatchName(" ".join(name), " ".join(pair), often, seldom))
        return sorted(found, key=lambda each: (each.variant, each.name))

    def _least(self) -> int:
        return max(FEWEST, self._seen // KEPT + 1)

    def _index(self) -> None:
        """The frequent names by place and the word beside; titles and given names go with too many words."""
        beside: dict[tuple[int, str], list[str]] = defaultdict(list)
        common = _no_partners()
        least = 1 if self._pruned else FEWEST
        for (first, second), count in sorted(self._kept.items()):
            if count < least:
                continue
            if first not in common:
                beside[1, first].append(second)
            if second not in common:
                beside[0, second].append(first)
        self._beside = {key: words for key, words in beside.items() if any(len(word) >= SHORTEST for word in words)}

    def _prune(self) -> None:
        """Keep the 100,000 most frequent pairs, and take from each what the next one had."""
        self._pruned = True
        ranked = self._kept.most_common(KEPT + 1)
        least = ranked[-1][1]
        self._kept = Counter({pair: count - least for pair, count in ranked[:-1] if count > least})


def is_slip(right: str, slip: str) -> bool:
    """Whether a word is one letter off another and no other form, spelling or variant of it.

    Two letters changed places, or one inside the word is missing, too many, or a wrong consonant.
    """
    if slip == right or abs(len(right) - len(slip)) > 1 or min(len(right), len(slip)) < SHORTEST - 1:
        return False
    if right[0] != slip[0] or right[-1] != slip[-1] or len(right) < SHORTEST:
        return False
    if not (slip[1:].islower() and right[1:].islower() and slip.isalpha() and right.isalpha()):
        return False
    if _bare(right) == _bare(slip) or slip.lower() in _given_names():
        return False
    one, two = right.lower(), slip.lower()
    if len(one) == len(two):
        if _swapped(one, two):
            return True
        changed = [(a, b) for a, b in zip(one, two, strict=True) if a != b]
        return (
            len(changed) == 1 and not VOWELS.issuperset(changed[0]) and set(changed[0]) not in ({"s", "z"}, {"c", "k"})
        )
    longer, shorter = (one, two) if len(one) > len(two) else (two, one)
    at = next(place for place in range(len(longer)) if place == len(shorter) or longer[place] != shorter[place])
    if longer[:at] + longer[at + 1 :] != shorter:
        return False
    letter = longer[at]
    doubled = letter == longer[at - 1] and (at < 2 or longer[at - 2] != letter)
    return not doubled and longer[at - 1 : at + 2] not in ("our", "ths", "hni")


def _swapped(one: str, two: str) -> bool:
    """Whether two neighbouring letters of a word changed places."""
    if len(one) != len(two):
        return False
    changed = [place for place in range(len(one)) if one[place] != two[place]]
    if len(changed) != 2 or changed[1] != changed[0] + 1:
        return False
    return one[changed[0]] == two[changed[1]] and one[changed[1]] == two[changed[0]]


def _pairs(text: str) -> set[Pair]:
    """The pairs of neighbouring capitalised words of a text, possessives without their ’s."""
    found: set[Pair] = set()
    for match in _NAME.finditer(text, 0, LONGEST_TEXT):
        words = [_POSSESSIVE.sub("", word) for word in match.group().replace("\u00a0", " ").split(" ")]
        found.update(pairwise(words))
    return found


def _bare(word: str) -> str:
    """A word without its accents."""
    return "".join(char for char in normalize("NFD", word) if char.isalpha())


@cache
def _given_names() -> frozenset[str]:
    raw = (files("auditor.rules") / "data" / "given_names.txt").read_text(encoding="utf-8")
    return frozenset(name.lower() for name in parse(raw))


@cache
def _no_partners() -> frozenset[str]:
    """Words beside which a name may be anybody's: titles, given names and words that begin sentences."""
    words: set[str] = set()
    for name in ("titles", "honorifics", "roles", "sentence_starters", "function_words_en", "weekdays", "months"):
        words |= lexicon(name)
    return frozenset(word.capitalize() for word in words | _given_names())
