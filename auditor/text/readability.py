"""Seven readability indices of an English text from one shared count; the door to textstat.

The counts follow textstat 0.7.13 to the letter, also where they are odd: its numbers are what people
compare with. Only its run-time download is replaced, by a table that ships with the auditor
(`lexicons/syllables.txt`, made by `tools/make_syllables.py` from the CMU Pronouncing Dictionary).
"""

from __future__ import annotations

import re
import sys
from functools import cache
from importlib.resources import files
from operator import methodcaller
from typing import Final, NamedTuple
from zlib import crc32

from auditor.text.hyphenation import Hyphens, package_folder

INDICES: Final = (
    "flesch_reading_ease",
    "flesch_kincaid_grade",
    "gunning_fog",
    "smog_index",
    "coleman_liau_index",
    "automated_readability_index",
    "dale_chall",
)

LONGEST_WORD: Final = 60  # letters; the longest word whose syllables are counted as textstat counts them
LONGEST_KEPT: Final = 60  # bytes; the longest word that the memo keeps
TABLE_LINES: Final = 4_096  # of the shipped syllable table
_COUNT: Final = bytes(byte - 48 if byte < 97 else byte - 87 for byte in range(48, 123)).rjust(123)  # digits to base 36
MEMO_SIZE: Final = 200_000  # words; the memo is emptied when it is full

# textstat's own two patterns: an apostrophe stays only before the ending of a contraction.
_STRAY_APOSTROPHE: Final = re.compile(r"'(?![tsd]|ve|ll|re)")
_STRAY_APOSTROPHE_BYTES: Final = re.compile(_STRAY_APOSTROPHE.pattern.encode())
_PUNCTUATION: Final = re.compile(r"[^\w\s']")
_VOWELS: Final = re.compile(r"[aeiouy]+")


_ASCII: Final = "".join(map(chr, range(128)))
_ASCII_SPACES: Final = "".join(filter(str.isspace, _ASCII)).encode()
_ASCII_PUNCTUATION: Final = bytes(ord(c) for c in _ASCII if not (c.isalnum() or c.isspace() or c == "_" or c == "'"))
_ONE_SPACE: Final = bytes.maketrans(_ASCII_SPACES, b" " * len(_ASCII_SPACES))
_SPACES: Final = bytes(byte in _ASCII_SPACES for byte in range(256))
_LOWER: Final = _ONE_SPACE.lower()
_STOPS: Final = _ONE_SPACE.translate(bytes.maketrans(b"!?", b".."))
_NOT_STOPS: Final = _ASCII_PUNCTUATION.translate(None, b".!?")
_SPLIT_TWICE: Final = methodcaller("split", None, 2)
_MANY_SIGNS: Final = 40  # distinct signs beyond ASCII; with more, one pass of a pattern is cheaper

# A word's tally is one integer, so that C code can add them: three counters, letters, and syllables on top.
# A block's sum stays below 63 bits, where adding is fastest, and no field overflows: a word that the memo
# keeps has at most 60 letters and fewer syllables; longer ones are taken out before.
_BLOCK: Final = 1_023  # words whose tallies may be added
_FIELD: Final = 10
_MASK: Final = (1 << _FIELD) - 1
_LETTERS: Final = 3 * _FIELD  # place of the number of letters, 16 bits
_LETTERS_MASK: Final = (1 << 16) - 1
_SYLLABLES: Final = _LETTERS + 16  # place of the number of syllables
_POLYSYLLABLE: Final = 1 << 2 * _FIELD
_DIFFICULT: Final = 1 << _FIELD
_DIFFICULT_COMPLEX: Final = _DIFFICULT | 1


class Readability(NamedTuple):
    """The counts of a text, by textstat's definitions, and the seven indices made from them.

    `words`: pieces between white space that hold a letter, a digit or an underscore; “well-known” and
    “don't” are one word. `sentences`: textstat's, not the auditor's: stretches between full stops,
    exclamation and question marks that hold three words or more, and at least 1. It cuts at every
    “U.S.” and “3.5”, so it is no count of the sentences of a news article; the indices need it.
    `syllables`: of each word by the CMU dictionary's first pronunciation, else by hyphenation.
    `letters`: letters, digits and underscores. `characters`: everything but white space.
    `polysyllables`: words of three or more syllables. `difficult_words`: words not among the Dale–Chall
    easy words; inflected forms and names count as difficult.

    `flesch_reading_ease` (Flesch 1948) is higher for easier texts (news: about 30 to 70);
    `flesch_kincaid_grade` (Kincaid et al. 1975), `gunning_fog` (Gunning 1952), `smog_index` (McLaughlin
    1969), `coleman_liau_index` (Coleman & Liau 1975) and `automated_readability_index` (Smith & Senter
    1967) are years of schooling in the United States; `dale_chall` (Dale & Chall 1948, the list of 1995)
    is a scale on which 9 means college.
    """

    words: int
    sentences: int
    syllables: int
    letters: int
    characters: int
    polysyllables: int
    difficult_words: int
    flesch_reading_ease: float
    flesch_kincaid_grade: float
    gunning_fog: float
    smog_index: float
    coleman_liau_index: float
    automated_readability_index: float
    dale_chall: float


def readability(text: str, data: bytes | None = None) -> Readability | None:
    """Counts and indices of `text`; None when it holds no word. `data`: the text in UTF-8, where that is known already.

    Equal to textstat 0.7.13 with the shipped syllable table, except for words of more than `LONGEST_WORD`
    letters: their syllables are groups of vowels, because hyphenating a megabyte takes seconds. Time is
    linear in the length of the text; any string is accepted, also lone surrogates and NULs.

    Raises ViewUnavailable when textstat, whose list of easy words is read, is not installed.
    """
    if data is None:
        data = text.encode("utf-8", "surrogatepass")
    beyond_ascii = len(data) != len(text)
    if beyond_ascii:
        text, data, signs = _plain_spaces(text, data)
    # A bit for every byte that is white space: C code counts them, and the places where they begin or end.
    spaces = int.from_bytes(data.translate(_SPACES), "little")
    characters = len(text) - spaces.bit_count()
    changes = (spaces ^ spaces << 8).bit_count()
    pieces = changes // 2 + 1 - text[:1].isspace() - text[-1:].isspace()
    if b"'" in data:
        data = _STRAY_APOSTROPHE_BYTES.sub(b"", data)
    if beyond_ascii:
        data = _without(signs, data)

    words = data.translate(_LOWER, _ASCII_PUNCTUATION).split()
    if not words:
        return None
    # Three words or more make a sentence: split twice at most, whatever the length of the stretch.
    stretches = data.translate(_STOPS, _NOT_STOPS).split(b".")
    sentences = list(map(len, map(_SPLIT_TWICE, stretches))).count(3) or 1
    return _indices(len(words), sentences, _tallies().add(words), characters, pieces)


def _indices(
    words: int, sentences: int, added: tuple[int, int, int, int, int], characters: int, pieces: int
) -> Readability:
    """The formulas in textstat's order of operations, so that the floats are equal to the last bit.

    `added` is what `_Tallies.add` gives; `pieces` are the stretches between white space, with or without a
    letter, by which textstat divides the characters. `words`, `sentences` and the letters are at least 1.
    """
    syllables, letters, polysyllables, difficult, complex_words = added
    words_per_sentence = words / sentences
    syllables_per_word = syllables / words
    letters_per_100 = letters / words * 100
    sentences_per_100 = sentences / words * 100
    percent_difficult = 100 * difficult / words
    dale_chall = (0.1579 * percent_difficult) + (0.0496 * words_per_sentence)
    if percent_difficult > 5:
        dale_chall += 3.6365
    ease = grade = 0.0  # textstat's value for a text without a vowel, such as “hmm”
    if syllables:
        ease = 206.835 - 1.015 * words_per_sentence - 84.6 * syllables_per_word
        grade = (0.39 * words_per_sentence) + (11.8 * syllables_per_word) - 15.59
    return Readability(
        words=words,
        sentences=sentences,
        syllables=syllables,
        letters=letters,
        characters=characters,
        polysyllables=polysyllables,
        difficult_words=difficult,
        flesch_reading_ease=ease,
        flesch_kincaid_grade=grade,
        gunning_fog=0.4 * (words_per_sentence + 100 * complex_words / words),
        smog_index=(1.043 * (30 * (polysyllables / sentences)) ** 0.5) + 3.1291,
        coleman_liau_index=(0.058 * letters_per_100) - (0.296 * sentences_per_100) - 15.8,
        automated_readability_index=(4.71 * (characters / pieces)) + (0.5 * words_per_sentence) - 21.43,
        dale_chall=dale_chall,
    )


def _plain_spaces(text: str, data: bytes) -> tuple[str, bytes, list[str]]:
    """`text` and its bytes with white space beyond ASCII made plain, and the other signs beyond ASCII in it."""
    distinct = set(data.translate(None, _ASCII.encode()).decode("utf-8", "surrogatepass"))
    signs = []
    for character in sorted(distinct):
        if character.isspace():
            text = text.replace(character, " ")
            data = data.replace(character.encode(), b" ")
        elif not character.isalnum():
            signs.append(character)
    return text, data, signs


def _without(signs: list[str], data: bytes) -> bytes:
    """`data` without the characters in `signs`."""
    if len(signs) > _MANY_SIGNS:
        return _PUNCTUATION.sub(
            lambda match: match[0] if match[0].isascii() else "", data.decode("utf-8", "surrogatepass")
        ).encode("utf-8", "surrogatepass")
    for sign in signs:
        data = data.replace(sign.encode("utf-8", "surrogatepass"), b"")
    return data


class _LongWord(Exception):
    """A word that is too long for the fields of a tally."""


class _Tallies(dict[bytes, int]):
    """Word, cleaned and in ASCII lower case, to its tally, for the words met so far; bounded.

    A tally depends on the word and the shipped tables alone: what the memo holds cannot change a result.
    It does not hold the whole dictionary: look-ups would miss the processor's caches.
    """

    __slots__ = ("_difficult", "_distinct", "_easy", "_easy_ones", "_lines")

    def __init__(self) -> None:
        self._easy = frozenset("\n".join(easy_words()).encode().split(b"\n"))
        # By syllables, all of a tally but the letters.
        self._easy_ones = [_tally(syllables, 0, False, False) for syllables in range(LONGEST_WORD)]
        self._difficult = [_tally(syllables, 0, True, syllables >= 3) for syllables in range(LONGEST_WORD)]
        self._lines = _table_lines()
        self._distinct: dict[int, int] = {}  # one object for each of the few values

    def __missing__(self, word: bytes) -> int:
        if len(word) > LONGEST_KEPT:
            raise _LongWord
        line = self._lines[crc32(word) % TABLE_LINES]  # as in `_listed`, without a call
        place = line.find(b" %b:" % word)
        if place >= 0:
            syllables = _COUNT[line[place + len(word) + 2]]
        elif word.isdigit():
            syllables = 1  # no pattern has a digit
        elif word.isascii():
            syllables = _hyphens().count(word.decode()) + 1
        else:
            syllables = -1
        if syllables >= 0:
            tally = (self._easy_ones if word in self._easy else self._difficult)[syllables]
            tally += len(word) - word.count(b"'") << _LETTERS
        else:
            tally = _tally(*_counted(word.decode("utf-8", "surrogatepass")))
        if len(self) >= MEMO_SIZE:
            self.clear()
        self[word] = tally = self._distinct.setdefault(tally, tally)
        return tally

    def add(self, words: list[bytes]) -> tuple[int, int, int, int, int]:
        """Syllables, letters, polysyllables, difficult and difficult polysyllabic words of all the words."""
        tally = self.__getitem__
        syllables = letters = polysyllables = difficult = complex_words = 0
        try:
            totals = [sum(map(tally, words[start : start + _BLOCK])) for start in range(0, len(words), _BLOCK)]
        except _LongWord:
            for word in words:
                if len(word) > LONGEST_KEPT:
                    more, long, hard, complex_word = _counted(word.decode("utf-8", "surrogatepass"))
                    syllables += more
                    letters += long
                    polysyllables += more >= 3
                    difficult += hard
                    complex_words += complex_word
            words = [word for word in words if len(word) <= LONGEST_KEPT]
            totals = [sum(map(tally, words[start : start + _BLOCK])) for start in range(0, len(words), _BLOCK)]
        for total in totals:
            syllables += total >> _SYLLABLES
            letters += total >> _LETTERS & _LETTERS_MASK
            polysyllables += total >> 2 * _FIELD & _MASK
            difficult += total >> _FIELD & _MASK
            complex_words += total & _MASK
        return syllables, letters, polysyllables, difficult, complex_words


def _counted(word: str) -> tuple[int, int, bool, bool]:
    """Syllables, letters, whether difficult and whether difficult and complex, of a word that has no tally."""
    letters = len(word) - word.count("'")
    word = word.lower()
    syllables = again = count_syllables(word)
    if not word.isascii():
        # textstat cleans a difficult word once more after lowering it: “İ” becomes “i” and a combining dot.
        again = count_syllables(_PUNCTUATION.sub("", word).lower())
    difficult = word not in easy_words()
    return syllables, letters, difficult, difficult and again >= 3


def _tally(syllables: int, letters: int, difficult: bool, complex_word: bool) -> int:
    """The five numbers of a word in one integer."""
    polysyllable = _POLYSYLLABLE if syllables >= 3 else 0
    flags = _DIFFICULT_COMPLEX if complex_word else _DIFFICULT if difficult else 0
    return syllables << _SYLLABLES | letters << _LETTERS | polysyllable | flags


@cache
def _tallies() -> _Tallies:
    """The tallies of this process."""
    return _Tallies()


def count_syllables(word: str) -> int:
    """Syllables of one lower-case word: by the shipped table, else by hyphenation, as textstat does it.

    A word of more than `LONGEST_WORD` letters counts its groups of vowels; the empty word has none.
    """
    listed = _listed(word.encode("utf-8", "surrogatepass"), _table_lines())
    return _hyphenated(word) if listed < 0 else listed


def _listed(word: bytes, lines: list[bytes]) -> int:
    """Syllables of a word by the lines of the table, -1 for one that is not in it."""
    line = lines[crc32(word) % TABLE_LINES]
    place = line.find(b" %b:" % word)
    return _COUNT[line[place + len(word) + 2]] if place >= 0 else -1


def _hyphenated(word: str) -> int:
    """Syllables of a word that is not in the table; 0 for the empty one."""
    if len(word) > LONGEST_WORD:
        return max(1, len(_VOWELS.findall(word)))
    if word.isdigit():
        return 1  # no pattern has a digit
    return _hyphens().count(word) + 1 if word else 0


@cache
def syllable_table() -> dict[str, int]:
    """Word to syllables: the 124,000 words of the CMU dictionary that textstat can look up.

    Made when first asked for, in 60 ms; `readability` finds its words in the file's lines. Source: CMU
    Pronouncing Dictionary, first pronunciations (`lexicons/NOTICE-cmudict.txt`).
    """
    entries = (entry.split(":") for line in _table_lines() for entry in line.decode().split())
    return {word: int(count, 36) for word, count in entries}


@cache
def _table_lines() -> list[bytes]:
    """The lines of the syllable table; a word stands in the line that its checksum tells: ` word:count`."""
    return _table("syllables")


def _table(name: str) -> list[bytes]:
    """The lines of a shipped table after the empty one that ends its head."""
    lines = (files("auditor.text") / "lexicons" / f"{name}.txt").read_bytes().split(b"\n")
    return lines[lines.index(b"") + 1 : -1]


@cache
def easy_words() -> frozenset[str]:
    """The Dale–Chall list of 2,941 easy words, read from the installed textstat without importing it.

    Source: Chall & Dale, Readability Revisited (1995). Raises ViewUnavailable when textstat is missing.
    """
    path = package_folder("textstat") / "resources" / "en" / "easy_words.txt"
    return frozenset(line.strip() for line in path.read_text(encoding="utf-8").splitlines())


@cache
def _hyphens() -> Hyphens:
    """The hyphenation of this process; its patterns are read when the first unlisted word comes."""
    return Hyphens()


class _ShippedDictionary:
    """What textstat takes for NLTK's cmudict: the shipped table as lists of phones that end in a digit."""

    __slots__ = ()

    def __getitem__(self, word: str) -> list[list[str]]:
        return [["0"] * syllable_table()[word]]


def textstat_indices(text: str) -> dict[str, float]:
    """The seven indices (names: `INDICES`) by the real textstat, offline; the oracle of tests and `doctor`.

    textstat's function that downloads NLTK's cmudict is replaced by the shipped table for the time of the
    call, and its caches are emptied before and after. That is state of another library: do not call it
    from two threads at once. Slow (4 ms an article and 1 s for the import): `readability` gives the same.

    Raises ImportError when textstat is not installed.
    """
    from textstat.backend import metrics

    syllable_module = sys.modules["textstat.backend.counts._count_syllables"]
    original = syllable_module.get_cmudict
    _clear_textstat_caches()
    try:
        syllable_module.get_cmudict = lambda lang: _ShippedDictionary()  # type: ignore[attr-defined]
        return {
            "flesch_reading_ease": metrics.flesch_reading_ease(text, "en_US"),
            "flesch_kincaid_grade": metrics.flesch_kincaid_grade(text, "en_US"),
            "gunning_fog": metrics.gunning_fog(text, "en_US"),
            "smog_index": metrics.smog_index(text, "en_US"),
            "coleman_liau_index": metrics.coleman_liau_index(text),
            "automated_readability_index": metrics.automated_readability_index(text),
            "dale_chall": metrics.dale_chall_readability_score(text, "en_US"),
        }
    finally:
        syllable_module.get_cmudict = original  # type: ignore[attr-defined]
        _clear_textstat_caches()


def _clear_textstat_caches() -> None:
    """Empty the caches of textstat's functions that may hold syllable counts."""
    packages = ("counts", "metrics", "selections", "validations")
    private = tuple(f"textstat.backend.{package}._" for package in packages)
    for name, module in list(sys.modules.items()):
        if name.startswith(private):
            for value in list(vars(module).values()):
                clear = getattr(value, "cache_clear", None)
                if clear is not None:
                    clear()
