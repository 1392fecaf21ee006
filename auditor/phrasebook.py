"""PhraseBook: lexicons of phrase patterns, found in one pass over a text.

A lexicon is a table of tab-separated values with the header `languages  weight  pattern  source  example`: the source
languages that lead to the phrase (ISO 639-1, joined by commas), what it weighs, the pattern, the construction of the
source language, and an English sentence in which the pattern is found. Lines that begin with `#` are comments.

The patterns are written as the phrase is, with these signs:

    (a|b)     either          (a|b)?  or nothing        lette?r   an optional letter
    {say}     a word of a list, or one of the built-in {name} {number} {word}
    (?! …)    not before …      (?= …)  only before …      (?<!…)  not after … (of one length)

A space is one white space or line break, `'` is either apostrophe, everything else is itself. A small first
letter may be a capital, and so may what the first brackets hold; the rest is as written. A phrase begins and ends with
whole words.
"""

from __future__ import annotations

import csv
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from operator import itemgetter
from pathlib import Path
from typing import Any

from auditor.errors import RuleLoadError
from auditor.scan import Keywords, Scanner
from auditor.span import Span
from auditor.text.lexicon import lexicon
from auditor.text.readability import easy_words
from auditor.text.words import fold, folded

COLUMNS = ["languages", "weight", "pattern", "source", "example"]

_LETTER = r"[^\W_]"
_BUILT_IN = {
    "name": rf"[A-Z]{_LETTER}{{1,30}}(?:[ \u00a0-][A-Z]{_LETTER}{{1,30}}){{0,3}}",
    "number": r"[0-9][0-9.,]{0,12}",
    "word": r"[a-z][a-z-]{0,25}",
}
LONGEST_BUILT_IN = {"name": 127, "number": 13, "word": 26}
"""Characters of the longest text that each stands for."""

_GAP = r"\s"
_FOLDED_BUILT_IN = {"name": "[a-z][a-z ]*", "number": " +", "word": "[a-z][a-z ]*"}
_PIECE = re.compile(r"(\(\?(?:<?!|=))|\{([a-z_]+)\}|([()|?])|([^\W\d_]+|[\w\-–,.;:!%&/$€“”\" '’])")

BACK_COST = 20
"""Characters between the beginning of a phrase and its key that double the work."""

COMMON = 0.3
"""In how many articles an entry may be looked for in vain, by a rough guess; others need an automaton."""

SMALL_BOOK = 200
"""So many entries an automaton can hold; with more it grows too slowly and too large."""

MOST_WAYS = 120
"""How many ways to write a part of a pattern are tried out to find words that it needs."""

LONGEST_KEY = 5
"""Words of a key."""

KEY_COST = 0.001
"""What a key more may cost, in articles in which the pattern is looked for in vain."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One entry of a lexicon.

    languages: ISO 639-1 codes of the source languages, the likeliest first; weight: what it adds, 0 for none;
    pattern: as written in the lexicon; source: the construction of the source language; example: a sentence with it.
    """

    languages: tuple[str, ...]
    weight: float
    pattern: str
    source: str
    example: str


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase and where it stands in the text."""

    phrase: Phrase
    span: Span


Place = tuple[int, int, int]
"""Start and end of a key in the folded text, and the number of the entry that is looked for around it."""


class PhraseBook:
    """The entries of some lexicons, and where they occur in a text.

    words: for each name that patterns may use as `{name}`, the words or phrases that it stands for.
    keys: what `store_keys` wrote; used when it was made from these very entries, which saves half a second.
    Raises RuleLoadError that names file, line and cure for a table or a pattern that cannot be read.

    A small book is one automaton. Thousands of patterns would be too many for that: then each is kept under its keys,
    short runs of words of which one must be there. One pass finds the keys in the folded text, and the patterns are
    looked for around them.
    """

    def __init__(
        self, paths: Iterable[Path], words: Mapping[str, Iterable[str]] | None = None, keys: Path | None = None
    ) -> None:
        files = list(paths)
        self.phrases: list[Phrase] = []
        self._lists = {name: tuple(entries) for name, entries in (words or {}).items()}
        self._ready: dict[int, re.Pattern[str]] = {}
        numbers: list[tuple[Path, int]] = []
        for path in files:
            for number, phrase in _read(path):
                numbers.append((path, number))
                self.phrases.append(phrase)
        self.digest = self._digest()
        stored = _stored(keys, self.digest) if keys else None
        self.keys = stored if stored is not None else self._chosen(numbers)
        self._back = [back for back, _ in self.keys]
        under: dict[str, list[int]] = {}
        for index, (_, own) in enumerate(self.keys):
            for key in own:
                under.setdefault(f" {key} ", []).append(index)
        self.under = under
        self._common = [index for index, (_, own) in enumerate(self.keys) if not own]

    @cached_property
    def _keywords(self) -> Keywords[list[int]]:
        """The automaton of the keys, for texts in which they were not looked for together with others."""
        return Keywords(self.under)

    @cached_property
    def _scanner(self) -> Scanner:
        """The automaton of the entries without keys."""
        patterns = [compiled(self.phrases[index].pattern, self._lists, for_folded=True) for index in self._common]
        return Scanner(patterns, numbers=self._common)

    def _digest(self) -> str:
        """What the keys depend on: the patterns, the lists, the shipped words, and how keys are chosen."""
        lists = sorted((name, sorted(entries)) for name, entries in self._lists.items())
        told = repr(
            ([phrase.pattern for phrase in self.phrases], lists, COMMON, MOST_WAYS, KEY_COST, BACK_COST, LONGEST_KEY)
        )
        return sha256(told.encode()).hexdigest()

    def _chosen(self, numbers: list[tuple[Path, int]]) -> list[tuple[int, list[str]]]:
        """For each entry, how far before a key it may begin, and its keys; a small book needs none."""
        if len(self.phrases) <= SMALL_BOOK:
            for phrase, (path, number) in zip(self.phrases, numbers, strict=True):
                with _named(path, number):
                    _pieces(phrase.pattern, self._lists)
            return [(0, [])] * len(self.phrases)
        keys = Keys(self._lists)
        chosen = []
        for phrase, (path, number) in zip(self.phrases, numbers, strict=True):
            with _named(path, number):
                own, back = keys.of(phrase.pattern)
            chosen.append((back, sorted(own)))
        keyless = [place for place, (_, own) in enumerate(chosen) if not own]
        if len(keyless) > SMALL_BOOK:
            path, number = numbers[keyless[SMALL_BOOK]]
            raise RuleLoadError(
                f"{path.name}, line {number}: more than {SMALL_BOOK} entries have common words only, as "
                f"{self.phrases[keyless[SMALL_BOOK]].pattern!r}; give them rarer ones, or leave them out"
            )
        return chosen

    def store_keys(self, path: Path) -> None:
        """Write the keys, so that the next book of the same entries need not choose them."""
        rows = (f"{back}\t" + "|".join(own) for back, own in self.keys)
        path.write_text("\n".join((self.digest, *rows)) + "\n", encoding="ascii")

    def found(
        self, text: str, folded_text: str | None = None, around: Iterable[Place] | None = None
    ) -> list[Found]:
        """The places of the entries, sorted by span; of those that overlap, the weightiest, then the longest.

        folded_text: what `folded` gives for the text, where that is known already; around: where the keys of `under`
        stand in it.
        """
        if folded_text is None:
            folded_text = folded(text)
        if around is None:
            around = ((start, end, index) for start, end, own in self._keywords.found(folded_text) for index in own)
        spans: dict[tuple[int, int], int] = {}
        for start, end, index in around:
            if span := self._around(text, index, start, end - 2):
                spans.setdefault(span, index)
        for index in self._scanner.candidates(folded_text) if self._common else ():
            for match in self._pattern(index).finditer(text):
                spans.setdefault(match.span(), index)
        places = [Found(self.phrases[index], Span(*span)) for span, index in spans.items()]
        return places if len(places) < 2 else _strongest(places)

    def _pattern(self, index: int) -> re.Pattern[str]:
        """An entry's pattern, compiled when it is first needed."""
        pattern = self._ready.get(index)
        if pattern is None:
            pattern = self._ready[index] = re.compile(compiled(self.phrases[index].pattern, self._lists))
        return pattern

    def _around(self, text: str, index: int, start: int, end: int) -> tuple[int, int] | None:
        """Where an entry stands around one of its keys: the first place from which it reaches the key's end."""
        pattern = self._pattern(index)
        for begin in range(max(0, start - self._back[index]), start + 1):
            if not (begin and text[begin - 1].isalnum()):
                match = pattern.match(text, begin)
                if match and match.end() >= end:
                    return match.span()
        return None


def _strongest(places: list[Found]) -> list[Found]:
    """The places without those that overlap a weightier or longer one, sorted by span."""
    kept: list[tuple[int, int, Found]] = []
    for found in sorted(places, key=lambda found: (-found.phrase.weight, -found.span.length, found.span.start)):
        start, end = found.span
        place = bisect_left(kept, start, key=itemgetter(0))
        before, after = place and kept[place - 1][1] > start, place < len(kept) and kept[place][0] < end
        if not (before or after):
            kept.insert(place, (start, end, found))
    return [found for _, _, found in kept]


@contextmanager
def _named(path: Path, number: int) -> Iterator[None]:
    """Put file and line before what is wrong with an entry."""
    try:
        yield
    except RuleLoadError as error:
        raise RuleLoadError(f"{path.name}, line {number}: {error}") from error


def _stored(path: Path, digest: str) -> list[tuple[int, list[str]]] | None:
    """The keys in a file; None when it is not there or belongs to other entries."""
    try:
        head, *rows = path.read_text(encoding="ascii").splitlines()
    except (OSError, ValueError):
        return None
    if head != digest:
        return None
    split = (row.partition("\t") for row in rows)
    return [(int(back), keys.split("|") if keys else []) for back, _, keys in split]


def word_lists(path: Path) -> dict[str, list[str]]:
    """Named lists of words: one a line, as `name = word | another word`; `#` starts a comment.

    Raises RuleLoadError for a line of another shape.
    """
    lists: dict[str, list[str]] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        bare = line.partition("#")[0].strip()
        if not bare:
            continue
        name, sign, entries = bare.partition("=")
        if not sign:
            raise RuleLoadError(f"{path.name}, line {number}: write “name = word | word”, not {bare!r}")
        lists.setdefault(name.strip(), []).extend(entry.strip() for entry in entries.split("|") if entry.strip())
    return lists


def _read(path: Path) -> Iterable[tuple[int, Phrase]]:
    """The entries of one table, each with its line."""
    header: list[str] | None = None
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        for row in reader:
            if not row or row[0].startswith("#"):
                continue
            if header is None:
                header = row
                if header != COLUMNS:
                    raise RuleLoadError(f"{path.name}: the header must be {COLUMNS}, separated by tabs, not {header}")
                continue
            if len(row) != len(COLUMNS):
                raise RuleLoadError(
                    f"{path.name}, line {reader.line_num}: {len(row)} columns instead of {len(COLUMNS)}"
                )
            try:
                weight = float(row[1])
            except ValueError as error:
                raise RuleLoadError(
                    f"{path.name}, line {reader.line_num}: the weight must be a number, not {row[1]!r}"
                ) from error
            yield reader.line_num, Phrase(tuple(row[0].split(",")), weight, row[2], row[3], row[4])


def _alternatives(entries: Iterable[str]) -> str:
    """A regular expression for any of some words, the longest first."""
    return "|".join(_literal(entry) for entry in sorted(set(entries), key=lambda entry: (-len(entry), entry)))


def _literal(text: str) -> str:
    """A regular expression for a text with any white space and either apostrophe."""
    return "".join(_GAP if sign == " " else "['’]" if sign in "'’" else re.escape(sign) for sign in text)


def compiled(pattern: str, lists: Mapping[str, Iterable[str]], for_folded: bool = False) -> str:
    """A pattern of a lexicon as a regular expression.

    for_folded: in RE2's syntax, for the folded text and without conditions: it occurs wherever the other one does.
    Raises RuleLoadError for a pattern that is not as the module's docstring says.
    """
    parts = []
    depth, condition, inside, first = 0, "", 0, True
    for kind, value in _pieces(pattern, lists):
        if kind == "look":
            depth += 1
            condition, inside = value, depth
            if not for_folded:
                parts.append(value)
            continue
        if kind == "name":
            built = (_FOLDED_BUILT_IN if for_folded else _BUILT_IN).get(value)
            if built is not None:
                part = built
            elif for_folded:
                part = f"(?:{'|'.join(sorted(set(map(fold, lists[value]))))})"
            else:
                part = f"(?{'i' if first else ''}:{_alternatives(lists[value])})"
        elif value == "(":
            part = "(?i:" if first else "(?:"
            depth += 1
        elif kind == "sign":
            part = value
            depth -= value == ")"
        elif for_folded:
            part = fold(value)
        elif value == " ":
            part = _GAP
        elif value == "'":
            part = "['’]"
        else:
            part = re.escape(value)
            if first and value[0].islower():
                part = f"(?i:{value[0]}){re.escape(value[1:])}"
        parts.append(part)
        if condition and for_folded:
            parts.pop()
        if not condition:
            first = False
        elif depth < inside:
            condition = ""
    return f" (?:{''.join(parts)}) " if for_folded else rf"(?<![^\W_])(?:{''.join(parts)})(?![^\W_])"


def _pieces(pattern: str, lists: Mapping[str, Iterable[str]]) -> list[tuple[str, str]]:
    """The signs of a pattern with their kinds: look (begins a condition), name (of a list), sign, or plain.

    Raises RuleLoadError when it is not as the module's docstring says.
    """
    pieces = []
    depth, condition = 0, 0
    position = 0
    if pattern != pattern.strip():
        raise RuleLoadError(f"a space at an end of the pattern {pattern!r}")
    while position < len(pattern):
        piece = _PIECE.match(pattern, position)
        if piece is None:
            raise RuleLoadError(f"{pattern[position]!r} cannot be used in the pattern {pattern!r}")
        position = piece.end()
        look, name, sign, plain = piece.groups()
        if look:
            if condition:
                raise RuleLoadError(f"a condition inside another in the pattern {pattern!r}")
            depth += 1
            condition = depth
            pieces.append(("look", look))
        elif name:
            if name not in lists and name not in _BUILT_IN:
                known = ", ".join(sorted({*lists, *_BUILT_IN}))
                raise RuleLoadError(f"no list is called {{{name}}}; there are {known}")
            pieces.append(("name", name))
        elif sign:
            if sign == "|" and not depth:
                raise RuleLoadError(f"put the alternatives of the pattern {pattern!r} in brackets")
            if sign == ")" and not depth:
                raise RuleLoadError(f"a bracket too many in the pattern {pattern!r}")
            if sign == "?" and (not pieces or pieces[-1] in (("sign", "("), ("sign", "|"), ("sign", "?"))):
                raise RuleLoadError(f"nothing before a question mark in the pattern {pattern!r}")
            depth += (sign == "(") - (sign == ")")
            if depth < condition:
                condition = 0
            pieces.append(("sign", sign))
        else:
            pieces.append(("plain", "'" if plain == "’" else plain))
    if depth:
        raise RuleLoadError(f"a bracket is not closed in the pattern {pattern!r}")
    return pieces


Item = tuple[str, Any, bool]
"""A part of a pattern: its kind (text, list, any, either), what it holds, and whether it may be missing."""


class Keys:
    """Which short texts must occur, in folded words, wherever a pattern does: one of its keys, for every pattern."""

    def __init__(self, lists: Mapping[str, Iterable[str]]) -> None:
        self._lists = lists
        common, easy = lexicon("function_words_en"), easy_words()
        self._share = dict.fromkeys(easy, 0.001) | dict.fromkeys(common, 0.03)

    def of(self, pattern: str) -> tuple[set[str], int]:
        """The keys of one pattern, runs of words chosen to be rare, and how far before a key it may begin.

        No keys when no word is certain to be in what it finds, or when all of its words are so common that it would be
        looked for in every article. Raises RuleLoadError when the pattern is malformed.
        """
        keys, back, price = self._best(self._sequence(_pieces(pattern, self._lists), [0]))
        return (keys, back) if price <= COMMON else (set(), 0)

    def _best(self, items: list[Item]) -> tuple[set[str], int, float]:
        """The best keys of a sequence, how far before a key it may begin, and their price."""
        best: tuple[set[str], int, float] = (set(), 0, float("inf"))
        chain: list[str] = []
        begin = chain_begin = 0
        for between, run in self._runs(items):
            begin += len(between)
            ways = self._ways(run)
            longer = [before + between + way for before in chain for way in ways[: MOST_WAYS // len(chain) + 1]]
            usable = bool(longer) and len(longer) == len(chain) * len(ways) <= MOST_WAYS and all(map(_folded, longer))
            choices = [(_keys(ways), begin + _signs_before(ways))]
            if usable:
                choices.append((_keys(longer), chain_begin + _signs_before(longer)))
            elif not choices[0][0]:
                choices = [(self._alternatives(run), begin + _longest(run, self._lists))]
            if usable and len(longer[0].split()) < LONGEST_KEY:
                chain = longer
            else:
                chain, chain_begin = ways, begin
            for keys, back in choices:
                price = sum(map(self._rate, keys)) * (1 + back / BACK_COST) + KEY_COST * len(keys)
                if keys and price < best[2]:
                    best = keys, back + 1, price
            begin += _longest(run, self._lists)
        return best

    def _alternatives(self, run: list[Item]) -> set[str]:
        """The keys of a run that is one pair of brackets whose texts are not all known; empty when one has none."""
        if len(run) != 1 or run[0][0] != "either" or run[0][2]:
            return set()
        parts = [self._best(alternative)[0] for alternative in run[0][1]]
        return set().union(*parts) if all(parts) else set()

    def _rate(self, key: str) -> float:
        """How often a key may come in an article: a rough guess that knows common words only."""
        rate = 400.0 / 3
        for word in key.split():
            rate *= 3 * self._share.get(word, 0.0001)
        return rate

    def _sequence(self, pieces: list[tuple[str, str]], at: list[int]) -> list[Item]:
        """The items from a place up to the bracket or bar that ends them; the place is moved on."""
        items: list[Item] = []
        while at[0] < len(pieces):
            kind, value = pieces[at[0]]
            if kind == "sign" and value in "|)":
                return items
            at[0] += 1
            if kind == "look":
                self._either(pieces, at)
            elif kind == "sign" and value == "?":
                kind, value, _ = items.pop()
                if kind == "text" and len(value) > 1:
                    items.append((kind, value[:-1], False))
                    value = value[-1]
                items.append((kind, value, True))
            elif kind == "sign":
                items.append(("either", self._either(pieces, at), False))
            elif kind == "name":
                items.append(("any" if value in _BUILT_IN else "list", value, False))
            else:
                items.append(("text", value, False))
        return items

    def _either(self, pieces: list[tuple[str, str]], at: list[int]) -> list[list[Item]]:
        """The alternatives between two brackets, of which the first was read; the place is moved behind the second."""
        alternatives = [self._sequence(pieces, at)]
        while pieces[at[0]][1] == "|":
            at[0] += 1
            alternatives.append(self._sequence(pieces, at))
        at[0] += 1
        return alternatives

    def _runs(self, items: list[Item]) -> Iterator[tuple[str, list[Item]]]:
        """The items in runs that are surely parted by a sign that is no letter, each with the signs before it."""
        run: list[Item] = []
        between = ""
        for place, item in enumerate(items):
            if run and (self._parts(items, place, 0) or self._parts([items[place - 1]], 0, -1)):
                yield between, run
                run, between = [], ""
            if item[0] != "text" or item[1][0].isalpha() or item[2]:
                run.append(item)
            else:
                between += item[1]
        if run:
            yield between, run

    def _parts(self, items: list[Item], place: int, edge: int) -> bool:
        """Whether what stands at a place surely has a sign that is no letter at its first (0) or last (-1) edge."""
        if place >= len(items):
            return True
        kind, value, missing = items[place]
        if kind == "text":
            sure = not value[edge].isalpha()
        elif kind == "either":
            sure = all(alternative and self._parts([alternative[edge]], 0, edge) for alternative in value)
        else:
            sure = False
        return sure and (not missing or (edge == 0 and self._parts(items, place + 1, 0)))

    def _ways(self, items: list[Item]) -> list[str]:
        """All texts that a sequence can be; empty when they are too many or not known."""
        ways = [""]
        for kind, value, missing in items:
            if kind == "any":
                return []
            if kind == "text":
                more = [value]
            elif kind == "list":
                more = list(self._lists[value])
            else:
                more = []
                for alternative in value:
                    texts = self._ways(alternative)
                    if not texts:
                        return []
                    more += texts
            if missing:
                more = [*more, ""]
            if len(ways) * len(more) > MOST_WAYS:
                return []
            ways = [before + after for before in ways for after in more]
        return ways


def _longest(items: list[Item], lists: Mapping[str, Iterable[str]]) -> int:
    """How many characters a sequence may have."""
    length = 0
    for kind, value, _ in items:
        if kind == "text":
            length += len(value)
        elif kind == "any":
            length += LONGEST_BUILT_IN[value]
        elif kind == "list":
            length += max(map(len, lists[value]))
        else:
            length += max(_longest(alternative, lists) for alternative in value)
    return length


def _signs_before(ways: list[str]) -> int:
    """How many signs that are no letters A to Z may stand before the first word of a way to write something."""
    return max((len(way) - len(fold(way).lstrip()) for way in ways), default=0)


def _keys(ways: list[str]) -> set[str]:
    """The ways to write something, folded; none when one of them has no word or two signs between its words."""
    keys = set(map(_folded, ways))
    return set() if "" in keys else keys


def _folded(text: str) -> str:
    """A text as `folded` would give it, without spaces at its ends; empty when two signs part its words."""
    bare = fold(text).strip()
    return bare if "  " not in bare else ""
