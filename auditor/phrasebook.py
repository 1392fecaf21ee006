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
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

from auditor.errors import RuleLoadError
from auditor.scan import Keywords, Scanner
from auditor.span import Span
from auditor.text.lexicon import frequencies
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

REACH = 40
"""Characters beside a key among which the next word is looked for."""

MOST_WAYS = 400
"""How many ways to write a part of a pattern are tried out to find words that it needs."""

MOST_NEIGHBOURS = 20_000
"""How many ways to write a part of a pattern are tried out to find the words beside a key."""

LONGEST_KEY = 4
"""Words of a key."""

BACK_COST = 20
"""Characters between the beginning of a phrase and its key that double the work."""

WORDS = 400
"""Words of an article, for guesses how often something comes in it."""

RARE = 0.000_005
"""The share of a word that is not among the commonest."""

RARE_RUN = 0.000_03
"""The largest share of a run of words that is not among the commonest."""

COMMON = 2.0
"""In how many places of an article an entry may be looked for in vain, by a rough guess; others need an automaton."""

MOST_COMMON = 200
"""How many such entries an automaton can hold; with more it grows too slowly and too large."""

PASSING_COST, FOUND_COST, TRIED_COST, KEY_COST = 0.003, 2.0, 10.0, 0.0005
"""What it costs, in microseconds, that a text holds the first word of a key, a key, a key between the right words, and
that the automaton holds a key more."""


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
"""The number of a run of words in `PhraseBook.runs`, and its start and end in the folded text."""


class Key(NamedTuple):
    """Words that an entry may need: one of `words`, short runs of them in folded text, or one of its other keys.

    back: how far before such a run the entry may begin. before, after: the words of which one must come next to it on
    that side, signs aside; empty when any may.
    """

    words: frozenset[str]
    back: int
    before: frozenset[str]
    after: frozenset[str]


class PhraseBook:
    """The entries of some lexicons, and where they occur in a text.

    words: for each name that patterns may use as `{name}`, the words or phrases that it stands for.
    keys: what `store_keys` wrote; used when it was made from these very entries, which saves a second.
    phrases: patterns without a lexicon around them, which stand in no file.
    Raises RuleLoadError that names file, line and cure for a table or a pattern that cannot be read.

    Thousands of patterns would be too many for an automaton. So each is kept under keys, words of which one must be
    there. One pass finds the words of all keys in the folded text, and where the words beside them fit, too, the
    pattern is looked for around them. `runs` are the words of all keys, with spaces around; words that several keys
    have come several times. A few entries may be without keys, because all of their words are common; they are one
    automaton.
    """

    def __init__(
        self,
        paths: Iterable[Path],
        words: Mapping[str, Iterable[str]] | None = None,
        keys: Path | None = None,
        *,
        phrases: Sequence[str] = (),
    ) -> None:
        files = list(paths)
        self.phrases: list[Phrase] = []
        self._lists = {name: tuple(entries) for name, entries in (words or {}).items()}
        self._ready: dict[int, re.Pattern[str]] = {}
        places: list[str] = []
        for path in files:
            for number, phrase in _read(path):
                places.append(f"{path.name}, line {number}")
                self.phrases.append(phrase)
        places += [f"phrase {number}" for number in range(1, len(phrases) + 1)]
        self.phrases += [Phrase((), 0.0, pattern, "", "") for pattern in phrases]
        self.digest = self._digest()
        stored = _stored(keys, self.digest, len(self.phrases)) if keys else None
        self.keys = stored if stored is not None else self._chosen(places)
        # Arrays, because they are read all over for each text, and objects would lie far apart.
        self.runs: list[str] = []
        self._key = array("L")
        self._entry, self._back = array("L"), array("L")
        self._before: list[frozenset[str]] = []
        self._after: list[frozenset[str]] = []
        for index, own in enumerate(self.keys):
            for key in own:
                self.runs += [f" {run} " for run in key.words]
                self._key.extend([len(self._entry)] * len(key.words))
                self._entry.append(index)
                self._back.append(key.back)
                self._before.append(key.before)
                self._after.append(key.after)
        self._common = [index for index, keys in enumerate(self.keys) if not keys]

    @property
    def has_common(self) -> bool:
        """Whether an entry has no key, so that no text is known to hold none."""
        return bool(self._common)

    @cached_property
    def _keywords(self) -> Keywords:
        """The automaton of the runs, for texts in which they were not looked for together with others."""
        return Keywords(self.runs)

    @cached_property
    def _scanner(self) -> Scanner:
        """The automaton of the entries without keys."""
        patterns = [compiled(self.phrases[index].pattern, self._lists, for_folded=True) for index in self._common]
        return Scanner(patterns, numbers=self._common)

    def _digest(self) -> str:
        """What the keys depend on: the patterns, the lists, and how keys are chosen."""
        lists = sorted((name, sorted(entries)) for name, entries in self._lists.items())
        numbers = MOST_WAYS, MOST_NEIGHBOURS, LONGEST_KEY, WORDS, RARE, RARE_RUN, COMMON
        costs = PASSING_COST, FOUND_COST, TRIED_COST, KEY_COST, BACK_COST
        told = repr(([phrase.pattern for phrase in self.phrases], lists, numbers, costs))
        return sha256(told.encode()).hexdigest()

    def _chosen(self, places: list[str]) -> list[list[Key]]:
        """The keys of each entry."""
        keys = Keys(self._lists)
        chosen = []
        for phrase, place in zip(self.phrases, places, strict=True):
            with _named(place):
                chosen.append(keys.of(phrase.pattern))
        keyless = [index for index, own in enumerate(chosen) if not own]
        if len(keyless) > MOST_COMMON:
            raise RuleLoadError(
                f"{places[keyless[MOST_COMMON]]}: more than {MOST_COMMON} entries have common words only, as "
                f"{self.phrases[keyless[MOST_COMMON]].pattern!r}; give them rarer ones, or leave them out"
            )
        return chosen

    def store_keys(self, path: Path) -> None:
        """Write the keys, so that the next book of the same entries need not choose them."""
        rows = (
            "\t".join((str(index), str(key.back), *map(_joined, (key.words, key.before, key.after))))
            for index, keys in enumerate(self.keys)
            for key in keys
        )
        path.write_text("\n".join((self.digest, *rows)) + "\n", encoding="ascii")

    def found(self, text: str, folded_text: str | None = None, around: Iterable[Place] | None = None) -> list[Found]:
        """The places of the entries, sorted by span; of those that overlap, the weightiest, then the longest;
        of entries with the same place the first.

        folded_text: what `folded` gives for the text, where that is known already; around: where the `runs`
        stand in it.
        """
        if folded_text is None:
            folded_text = folded(text)
        if around is None:
            around = self._keywords.places(folded_text)
        spans: dict[tuple[int, int], int] = {}
        for index, start, end, back in self._likely(folded_text, around):
            pattern = self._ready.get(index) or self._pattern(index)
            for begin in range(max(0, start - back), start + 1):
                if begin == start or not (begin and text[begin - 1].isalnum()):
                    match = pattern.match(text, begin)
                    if match and match.end() >= end - 2:
                        span = match.span()
                        spans[span] = min(index, spans.get(span, index))
                        break
        for index in self._scanner.candidates([folded_text])[0] if self._common else ():
            for match in self._pattern(index).finditer(text):
                spans[match.span()] = min(index, spans.get(match.span(), index))
        places = [Found(self.phrases[index], Span(*span)) for span, index in spans.items()]
        return places if len(places) < 2 else _strongest(places)

    def _likely(self, folded_text: str, around: Iterable[Place]) -> list[tuple[int, int, int, int]]:
        """The entries that may stand around their keys: number, start and end of the key, and how far before it."""
        likely = []
        keys, befores, afters = self._key, self._before, self._after
        for run, start, end in around:
            key = keys[run]
            if after := afters[key]:
                word = folded_text[end : folded_text.find(" ", end)]
                if (word or _next_word(folded_text, end)) not in after:
                    continue
            if before := befores[key]:
                word = folded_text[folded_text.rfind(" ", 0, start) + 1 : start]
                if (word or _last_word(folded_text, start)) not in before:
                    continue
            likely.append((self._entry[key], start, end, self._back[key]))
        return likely

    def _pattern(self, index: int) -> re.Pattern[str]:
        """An entry's pattern, compiled when it is first needed."""
        pattern = self._ready.get(index)
        if pattern is None:
            pattern = self._ready[index] = re.compile(compiled(self.phrases[index].pattern, self._lists))
        return pattern


def _next_word(text: str, end: int) -> str:
    """The first word of a folded text after a place, if it is near."""
    return "".join(text[end : end + REACH].split(None, 1)[:1])


def _last_word(text: str, start: int) -> str:
    """The last word of a folded text before a place, if it is near."""
    return "".join(text[max(0, start - REACH) : start].rsplit(None, 1)[-1:])


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
def _named(place: str) -> Iterator[None]:
    """Put file and line before what is wrong with an entry."""
    try:
        yield
    except RuleLoadError as error:
        raise RuleLoadError(f"{place}: {error}") from error


def _joined(words: frozenset[str]) -> str:
    """Words as they are written in a file."""
    return "|".join(sorted(words))


def _stored(path: Path, digest: str, entries: int) -> list[list[Key]] | None:
    """The keys of so many entries in a file; None when it is not there or belongs to others."""
    try:
        head, *rows = path.read_text(encoding="ascii").splitlines()
    except (OSError, ValueError):
        return None
    if head != digest:
        return None
    known: dict[str, frozenset[str]] = {"": frozenset()}  # many entries share the words beside their keys
    keys: list[list[Key]] = [[] for _ in range(entries)]
    for row in rows:
        index, back, *parts = row.split("\t")
        for part in parts:
            if part not in known:
                known[part] = frozenset(part.split("|"))
        words, before, after = parts
        keys[int(index)].append(Key(known[words], int(back), known[before], known[after]))
    return keys


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


_NO_WORDS: frozenset[str] = frozenset()

Item = tuple[str, Any, bool]
"""A part of a pattern: its kind (text, list, any, either), what it holds, and whether it may be missing."""


class Keys:
    """Chooses the key of a pattern: words of which one must occur wherever the pattern does, as rare as possible."""

    def __init__(self, lists: Mapping[str, Iterable[str]]) -> None:
        self._lists = lists
        self._share = frequencies()

    def of(self, pattern: str) -> list[Key]:
        """The keys of one pattern.

        None when no word is certain to be in what it finds, or when all of its words are so common that it would be
        looked for everywhere. Raises RuleLoadError when the pattern is malformed.
        """
        keys, _ = self._best(self._sequence(_pieces(pattern, self._lists), [0]))
        return keys if sum(map(self._tries, keys)) <= COMMON else []

    def _best(self, items: list[Item]) -> tuple[list[Key], float]:
        """The best keys of a sequence, and their price; none and infinite when it has none."""
        runs = list(self._runs(items))
        best: tuple[list[Key], float] = [], float("inf")
        ways = [self._ways(run, MOST_NEIGHBOURS) for _, run in runs]
        begin = 0
        for first, (signs, run) in enumerate(runs):
            begin += len(signs)
            before = _edge(ways[first - 1], -1) if first else _NO_WORDS
            choices = [] if ways[first] else [self._alternatives(run, begin)]
            chain = [""]
            for last in range(first, len(runs)):
                between = runs[last][0] if last > first else ""
                if not ways[last] or (last > first and len(chain) * len(ways[last]) > MOST_WAYS):
                    break
                chain = [start + between + way for start in chain for way in ways[last]]
                if len(chain) <= 10 * MOST_WAYS:
                    after = _edge(ways[last + 1], 0) if last + 1 < len(runs) else _NO_WORDS
                    choices.append(self._keys(chain, begin, before, after))
            for keys in choices:
                if keys and (price := sum(map(self._price, keys))) < best[1]:
                    best = keys, price
            begin += _longest(run, self._lists)
        return best

    def _alternatives(self, run: list[Item], begin: int) -> list[Key]:
        """The keys of a run that is one pair of brackets whose texts are not all known; none when one has none."""
        if len(run) != 1 or run[0][0] != "either" or run[0][2]:
            return []
        parts = [self._best(alternative)[0] for alternative in run[0][1]]
        return [key._replace(back=begin + key.back) for part in parts for key in part] if all(parts) else []

    def _keys(self, ways: list[str], begin: int, before: frozenset[str], after: frozenset[str]) -> list[Key]:
        """The best keys of texts of which one must occur, after at most so many characters, between such words.

        One for each distance from the beginning of the texts. None when a text has no word.
        """
        found: dict[int, tuple[set[str], set[str], set[str]]] = {}
        for way in ways:
            bare = fold(way)
            split = bare.split()
            runs = [
                (self._cost(split[first:last]), first, last)
                for first in range(len(split))
                for last in range(first + 1, min(len(split), first + LONGEST_KEY) + 1)
                if f" {' '.join(split[first:last])} " in f" {bare} "
            ]
            if not runs:
                return []
            _, first, last = min(runs)
            run = " ".join(split[first:last])
            words, befores, afters = found.setdefault(f" {bare} ".rindex(f" {run} "), (set(), set(), set()))
            words.add(run)
            befores |= {split[first - 1]} if first else before or {""}
            afters |= {split[last]} if last < len(split) else after or {""}
        return [
            Key(
                frozenset(words),
                begin + place,
                _NO_WORDS if "" in befores else frozenset(befores),
                _NO_WORDS if "" in afters else frozenset(afters),
            )
            for place, (words, befores, afters) in sorted(found.items())
        ]

    def _cost(self, words: list[str]) -> float:
        """What it costs to look for a run of words."""
        return PASSING_COST * WORDS * self._share.get(words[0], RARE) + (FOUND_COST + TRIED_COST) * self._rate(words)

    def _price(self, key: Key) -> float:
        """What it costs to look for an entry by a key."""
        held = len(key.words) + (len(key.before) + len(key.after)) / 10
        found = sum(self._cost(run.split()) - TRIED_COST * self._rate(run.split()) for run in key.words)
        return KEY_COST * held + found + TRIED_COST * self._tries(key) * (1 + key.back / BACK_COST)

    def _tries(self, key: Key) -> float:
        """In how many places of an article a key stands between the words that it must stand between."""
        tries = sum(self._rate(run.split()) for run in key.words)
        for beside in (key.before, key.after):
            if beside:
                tries *= min(1.0, 3 * sum(self._share.get(word, RARE) for word in beside))
        return tries

    def _rate(self, words: list[str]) -> float:
        """How often a run of words may come in an article: counted, or a rough guess."""
        share = self._share.get(" ".join(words))
        if share is None:
            share = 1.0
            for word in words:
                share *= 3 * self._share.get(word, RARE)
            share = min(share / 3, RARE_RUN if len(words) > 1 else 1.0)
        return WORDS * share

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

    def _ways(self, items: list[Item], most: int) -> list[str]:
        """All texts that a sequence can be; empty when they are more than `most` or not known."""
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
                    texts = self._ways(alternative, most)
                    if not texts:
                        return []
                    more += texts
            if missing:
                more = [*more, ""]
            if len(ways) * len(more) > most:
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


def _edge(ways: list[str], edge: int) -> frozenset[str]:
    """The first (0) or last (-1) words of texts of which one must occur; empty when one has none, or any may."""
    words = [fold(way).split() for way in ways]
    return frozenset(split[edge] for split in words) if all(words) else frozenset()
