"""Similar: which folded lines are nearly the same; the door to rensa, whose MinHash finds pairs worth comparing."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from rensa import RMinHash, RMinHashLSH

ALIKE: Final = 0.7
"""The share of pairs of neighbouring words that two lines must have in common, of those of either."""

SIGNATURE: Final = 128
BANDS: Final = 32
"""Bands of four: lines that share half of their pairs are looked at in 88 of 100 cases, 0.7 in all but 2 of 10,000."""

SEED: Final = 20_250_101
MOST_OF_ONE_KIND: Final = 50
"""With how many others a line is compared at most, so that the work stays linear."""


def groups(lines: Sequence[str]) -> list[list[int]]:
    """The numbers of the lines in groups of nearly the same ones, each sorted, in the order of their first lines.

    Two lines are nearly the same when they share 0.7 of their pairs of neighbouring words (Jaccard); groups are closed
    under that. MinHash (Broder 1997) with banding only proposes pairs: each is compared exactly.
    """
    shingles = [_shingles(line) for line in lines]
    first = list(range(len(lines)))
    index = RMinHashLSH(ALIKE, SIGNATURE, BANDS)
    for number, sketch in enumerate(RMinHash.from_token_sets([sorted(each) for each in shingles], SIGNATURE, SEED)):
        for other in sorted(index.query(sketch))[:MOST_OF_ONE_KIND]:
            if _jaccard(shingles[number], shingles[other]) >= ALIKE:
                one, two = sorted((_root(first, number), _root(first, other)))
                first[two] = one
        index.insert(number, sketch)
    found: dict[int, list[int]] = {}
    for number in range(len(lines)):
        found.setdefault(_root(first, number), []).append(number)
    return list(found.values())


def _shingles(line: str) -> frozenset[str]:
    words = ["", *line.split(), ""]
    return frozenset(f"{one} {two}" for one, two in pairwise(words))


def _jaccard(one: frozenset[str], two: frozenset[str]) -> float:
    return len(one & two) / len(one | two)


def _root(first: list[int], number: int) -> int:
    while first[number] != number:
        first[number] = first[first[number]]
        number = first[number]
    return number
