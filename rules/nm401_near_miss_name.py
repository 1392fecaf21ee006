"""NM401 looks for one name spelled two ways in the article: “Nord Steam 2” beside “Nord Stream 2”."""

import re
from collections import Counter
from collections.abc import Iterator
from unicodedata import combining, normalize

from auditor.rulekit import LONGEST_ARTICLE, Document, Hit, Severity, Span, data, rule

SHORTEST = 5
"""Letters of a word that can be compared: in shorter ones one letter often makes another name."""

NEIGHBOUR_BEFORE = re.compile(r"([^\W_][\w.’'-]{0,40}?)[ \u00a0]\Z")
NEIGHBOUR_AFTER = re.compile(r"[ \u00a0]((?:[A-Z]|\d)[\w-]{0,40})")
CAPITALISED = re.compile(r"[A-Z]\w{4,}")
FEW = 12
"""So many words are looked for one by one; more are collected in one pass."""

MOST = 50
"""How many words that begin or end alike are compared with one word."""

SHORTEST_SPLIT = 8
"""Letters of a name that may have been split in two."""

WORD_ENDS = frozenset(
    {"ally", "back", "ball", "bank", "body", "book", "born", "burg", "burn", "castle", "chester", "cup", "day", "down",
     "ever", "field", "fish", "ford", "ham", "head", "house", "ing", "land", "less", "light", "like", "line", "lock",
     "man", "men", "more", "net", "off", "one", "out", "over", "park", "pool", "port", "room", "self", "ship", "shop",
     "side", "son", "stan", "star", "stone", "thing", "time", "ton", "town", "trust", "ward", "water", "way", "ways",
     "well", "where", "wick", "wide", "wise", "wood", "work", "works", "world", "worth", "year"}
)  # fmt: skip
"""Ends of words that are words themselves: what stands apart may belong apart."""

NO_PERSON = frozenset(
    {"a", "an", "another", "any", "at", "de", "each", "every", "in", "of", "one", "that", "the", "this"}
)
"""What stands before a word that names no one person."""

ACTS = re.compile(
    r"(?:['’]s[ \u00a0][a-z]|[ \u00a0](?:added|admitted|also|and|apologi[sz]ed|arrived|attended|believes|called|came"
    r"|dances|did|does|explained|goes|had|has|is|insists|left|met|said|says|seems|spoke|stated|thinks|told|took|wants|was|went"
    r"|will|wrote)(?!\w))"
)
"""What follows the name of one who does or has something."""

FOLDED = str.maketrans("øØłŁđĐðıæÆœŒßþ", "oOlLdDdiaAoOst")


@rule(code="NM401", severity=Severity.MINOR, stable=True, finds=("mt.entity-inconsistency",))
def near_miss_name(doc: Document, *, min_common: int = 3) -> Iterator[Hit]:
    """A name is one letter away from a name that the article uses more often, beside the same words.

    min_common: how many times the other spelling must occur; one less is enough beside a given name.
    """
    counts = doc.capitalised
    known = data(__file__, "known_people")
    common = [word for word, uses in counts.items() if uses >= min_common - 1 and len(word) >= SHORTEST]
    common += [word for word in known.intersection(counts) if counts[word] < min_common - 1]
    if common:
        yield from _slips(doc.text, counts, common, min_common)
        yield from _split_names(doc.text, counts, common)
    yield from _completed_names(doc.text, counts)


def _slips(text: str, counts: Counter[str], common: list[str], min_common: int) -> Iterator[Hit]:
    """Names a letter away from a common or well-known one."""
    known = data(__file__, "known_people")
    pairs = [pair for pair in _near_pairs(counts, common) if _may_be_one_name(*pair)]
    if not pairs:
        return
    places = _Places(text, {word for pair in pairs for word in pair})
    for rare, right in pairs:
        if right in known and rare not in known:
            shared = {right} if _no_other_person(places, rare, right) else set()
            needed = 1
        else:
            shared = _shared_neighbours(places, rare, right)
            needed = min_common - 1 if counts[rare] == 1 and shared & data(__file__, "given_names") else min_common
        if not shared or counts[right] < needed:
            continue
        for start in places.of(rare):
            yield Hit(
                Span(start, start + len(rare)),
                f"“{rare}” is spelled “{right}” {_times(counts[right])} in this article"
                + ("" if right in shared else f", also beside “{min(shared)}”"),
                suggestion=right,
                confidence=0.8,
            )


def _times(count: int) -> str:
    """“once” or “3 times”."""
    return "once" if count == 1 else f"{count} times"


def _no_other_person(places: "_Places", rare: str, right: str) -> bool:
    """Whether no given name of another person stands before the slip of a well-known name."""
    before, right_before = places.neighbours(rare)[0], places.neighbours(right)[0]
    return not before or not right_before or not before.isdisjoint(right_before)


def _split_names(text: str, counts: Counter[str], common: list[str]) -> Iterator[Hit]:
    """A name with a space inside, where the article writes it whole: “Stolten berg”."""
    pieces = [
        (word, word[:cut])
        for word in common
        if len(word) >= SHORTEST_SPLIT and counts[word] > 1 and word[1:].islower()
        for cut in range(4, len(word) - 2)
        if counts.get(word[:cut]) == 1 and word[cut:] not in WORD_ENDS
    ]
    for word, head in pieces[:FEW]:
        tail = word[len(head) :]
        for gap in " \u00a0":
            split = f"{head}{gap}{tail}"
            start = text.find(split, 0, LONGEST_ARTICLE)
            end = start + len(split)
            if (
                start < 0
                or text[end : end + 1].isalnum()
                or text[start - 1 : start].isalnum()
                or _stands(text, tail) > 1
            ):
                continue
            yield Hit(
                Span(start, end),
                f"“{split}” is written “{word}” {_times(counts[word])} in this article",
                suggestion=word,
                confidence=0.8,
            )


def _stands(text: str, word: str) -> int:
    """How often a word stands in the text as a whole."""
    return len(re.findall(rf"(?<!\w){word}(?!\w)", text))


def _completed_names(text: str, counts: Counter[str]) -> Iterator[Hit]:
    """A family name made a given name by one more letter: “Marine” where the article speaks of “Marin”."""
    given = data(__file__, "given_names")
    found = [word for word in given.intersection(counts) if word[:-1] in counts and len(word) > SHORTEST]
    for word in sorted(found):
        right = word[:-1]
        if counts[right] < 2 or right in given:
            continue
        places = _Places(text, {word, right})
        if all(_stands_alone(text, word, start) for start in places.of(word)) and any(
            ACTS.match(text, start + len(right)) and _stands_alone(text, right, start) for start in places.of(right)
        ):
            for start in places.of(word):
                yield Hit(
                    Span(start, start + len(word)),
                    f"“{word}” is spelled “{right}” {counts[right]} times in this article",
                    suggestion=right,
                    confidence=0.6,
                )


def _stands_alone(text: str, word: str, start: int) -> bool:
    """Whether a name is used without another name, an article or a title, of one who does or has something."""
    before = NEIGHBOUR_BEFORE.search(text, max(0, start - 42), start)
    if before and before[1][-1] != "." and (before[1][0].isupper() or before[1] in NO_PERSON):
        return False
    end = start + len(word)
    return NEIGHBOUR_AFTER.match(text, end) is None and ACTS.match(text, end) is not None


def _near_pairs(counts: Counter[str], common: list[str]) -> Iterator[tuple[str, str]]:
    """Words used once or twice, each with the more common word that it may be a slip of.

    A slip leaves the first two or the last three letters as they are, so only words are compared that share them,
    each with at most `MOST` others: the work grows with the number of words, not of pairs.
    """
    known = data(__file__, "known_people")
    begins: dict[str, list[str]] = {}
    ends: dict[str, list[str]] = {}
    for word in common:
        for group in (begins.setdefault(word[:2], []), ends.setdefault(word[-3:], [])):
            if len(group) < MOST:
                group.append(word)
    for word, uses in counts.items():
        length = len(word)
        if uses > 2 or length < SHORTEST:
            continue
        one, two = begins.get(word[:2]), ends.get(word[-3:])
        if one is None and two is None:
            continue
        best = ""
        for other in (one or []) + (two or []):
            if -2 < length - len(other) < 2 and other != word and _one_slip(word, other):
                rank = counts[other] + (other in known)
                if rank > uses and rank > counts.get(best, 0):
                    best = other
        if best:
            yield word, best


def _one_slip(one: str, other: str) -> bool:
    """Whether one letter is wrong, missing or added, or two neighbours changed places."""
    if len(one) > len(other):
        one, other = other, one
    if one == other or len(other) - len(one) > 1:
        return False
    start = next((i for i, letter in enumerate(one) if letter != other[i]), len(one))
    if len(one) < len(other):
        return one[start:] == other[start + 1 :]
    swapped = one[start : start + 2][::-1] == other[start : start + 2] and one[start + 2 :] == other[start + 2 :]
    return swapped or one[start + 1 :] == other[start + 1 :]


def _may_be_one_name(rare: str, right: str) -> bool:
    """Whether no reason speaks for two names: inflection, gender, accent, capitals, two known names."""
    if not (rare[1:].islower() and right[1:].islower()):
        return False
    if rare.startswith(right) or right.startswith(rare) or _plain(rare) == _plain(right):
        return False
    if rare[:-1] == right[:-1] and _only_endings(rare[-1], right[-1]):
        return False
    low, high = sorted((rare.lower(), right.lower()))
    if f"{low} {high}" in data(__file__, "twin_names"):
        return False
    given = data(__file__, "given_names")
    return not (rare in given and right in given)


def _only_endings(one: str, other: str) -> bool:
    """Whether two last letters make another form of the word: Silvio and Silvia, Buddhist and Buddhism."""
    return {one, other} <= set("aeiouyn") or {one, other} <= set("mtcs") or {one, other} <= set("sndey")


def _plain(word: str) -> str:
    """The word without accents and strokes, in lower case."""
    letters = normalize("NFD", word.translate(FOLDED))
    return "".join(letter for letter in letters if not combining(letter)).lower()


class _Places:
    """Where some words stand in a text, at most a hundred places of each."""

    def __init__(self, text: str, words: set[str]) -> None:
        self.text = text
        self._places: dict[str, list[int]] = {word: [] for word in words}
        if len(words) > FEW:
            for match in CAPITALISED.finditer(text, 0, LONGEST_ARTICLE):
                self._add(match[0], match.start())
        else:
            for word in words:
                start = text.find(word, 0, LONGEST_ARTICLE)
                while start >= 0:
                    after = text[start + len(word) : start + len(word) + 1]
                    if not (after.isalnum() or after == "_"):
                        self._add(word, start)
                    start = text.find(word, start + len(word), LONGEST_ARTICLE)

    def _add(self, word: str, start: int) -> None:
        places = self._places.get(word)
        if places is not None and len(places) < 100 and not (start and self.text[start - 1].isalnum()):
            places.append(start)

    def of(self, word: str) -> list[int]:
        """The places of a word, in order."""
        return self._places[word]

    def neighbours(self, word: str) -> tuple[set[str], set[str]]:
        """The names and numbers right before and right after a word."""
        before, after = set(), set()
        for start in self.of(word):
            if match := NEIGHBOUR_BEFORE.search(self.text, max(0, start - 42), start):
                before.add(match[1])
            if match := NEIGHBOUR_AFTER.match(self.text, start + len(word)):
                after.add(match[1])
        return {w for w in before if _is_name(w)}, {w for w in after if _is_name(w)}


def _shared_neighbours(places: _Places, rare: str, right: str) -> set[str]:
    """Names and numbers that stand on the same side of both spellings.

    A family name after two given names is no evidence: brothers and sisters share it.
    """
    before, after = places.neighbours(rare)
    if not (before or after):
        return set()
    right_before, right_after = places.neighbours(right)
    given = data(__file__, "given_names")
    if not before & right_before and (rare in given or right in given):
        return set()
    return (before & right_before) | (after & right_after)


def _is_name(word: str) -> bool:
    """Whether a neighbour tells which thing is named: a name or a number, not a title."""
    return (word[0].isupper() or word[0].isdigit()) and word not in data(__file__, "near_name_titles")
