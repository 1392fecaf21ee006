"""Names: runs of capitalised words, found by their shape.

What belongs to a run, besides capitalised words one space apart (titles and honorifics too: Mr. Grushko):
particles between two of them (Ursula von der Leyen), “al-” before them, initials with their dots (J. K. Rowling),
inner hyphens before a capital or after two letters (Jean-Claude, Co-operation), inner apostrophes (O’Neill),
“of” and “of the” after a word of the list `of_heads` (Bank of England), and a designator of at most three
digits at the end (Nord Stream 2). A possessive ’s does not belong to it.

What is no name: a weekday, a month, a single letter or a function word alone; and at the start of a sentence
or of a quotation a function word before the name, or a word alone that the text also has in lower case.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from typing import Final

from auditor.span import SpanArray
from auditor.text.lexicon import lexicon

OPENING: Final = frozenset("“\"‘'([«„")
ARTICLES: Final = frozenset({"al", "el", "ul"})
LOWER_WORD: Final = re.compile(r"[^\W\d_A-Z]+")
FEW: Final = 64
"""So many words are looked up in the text one by one; then all its words are collected at once."""
TRIES: Final = 16
"""So many places inside longer words are passed over in one look-up."""


@cache
def name_source() -> str:
    """The regular expression of a run, as source without groups; it begins at the first capital letter.

    It does not know sentences: `name_spans` splits and trims what it finds.
    """
    upper = "".join(char for char in map(chr, [*range(0x530), *range(0x1E00, 0x2000)]) if char.isupper())
    heads = "|".join(f"(?<=\\b(?:{words}) of)" for words in _by_length(lexicon("of_heads")))
    titles = "|".join(f"(?<=\\b(?:{words})\\.)" for words in _by_length(lexicon("honorifics")))
    particles = "|".join(f"{first}(?:{rest})" for first, rest in _by_initial(lexicon("name_particles")))
    initial = rf"(?:\.[{upper}](?!\w))++\.?|\.(?= [{upper}])"
    inner = rf"(?:[-‑](?:(?=[{upper}\d])|(?<=\b\w\w.))\w++|['’](?![sS]\b)\w++)"
    rest = rf"(?:{initial}|\w*+(?:{inner})*+(?:\.(?= [{upper}])(?:{titles}))?+)"
    joint = rf" (?:(?=[{upper}])|(?:(?:{particles}) ){{1,2}}+|of(?:{heads}) (?:the )?+)(?:(?:al|el|ul)[-‑]|d['’])?+"
    number = r" \d{1,3}+(?![\w%°]|[.,:/–-]\d| (?:[mb]illion|trillion|thousand|hundred|per)\b)"
    return rf"[{upper}](?<!\w.){rest}(?:{joint}[{upper}]{rest})*+(?:{number})?+"


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(name_source())


def _by_initial(words: frozenset[str]) -> Iterator[tuple[str, str]]:
    """First letters, each with the alternation of how the words go on: quicker to refuse than a plain list."""
    initials: defaultdict[str, list[str]] = defaultdict(list)
    for word in sorted(words):
        initials[word[0]].append(word[1:])
    for first in sorted(initials):
        yield first, "|".join(initials[first])


@cache
def _never_alone() -> frozenset[str]:
    """What is no name when it stands alone."""
    letters = frozenset(char for char in map(chr, range(0x530)) if char.isupper())
    functions = frozenset(word.capitalize() for word in lexicon("function_words"))
    curly = frozenset(word.replace("'", "’") for word in functions)
    return letters | functions | curly | lexicon("weekdays") | lexicon("months")


def _split(text: str, start: int, end: int, sentences: SpanArray) -> Iterator[tuple[int, int]]:
    """The parts of a run that has a sentence start inside, without the spaces between."""
    index = bisect_right(sentences.starts, start)
    while index < len(sentences) and sentences.starts[index] < end:
        cut = sentences.starts[index]
        last = cut
        while last > start and text[last - 1] == " ":
            last -= 1
        if text[last - 1] == "." and text[last - 3 : last - 2] != ".":  # Plan B. Then
            last -= 1
        if last > start:
            yield start, last
        start = cut
        index += 1
    if start < end:
        yield start, end


def _after_doubtful(text: str, start: int, end: int, has_lower: Callable[[str], bool]) -> int:
    """Where the name begins in a run at the start of a sentence; `end` if its only word is an ordinary one."""
    space = text.find(" ", start, end)
    if space < 0:
        word = text[start:end]
        return end if not word.isupper() and has_lower(word.lower()) else start
    if text[start:space].lower().replace("’", "'") not in lexicon("function_words"):
        return start
    while space < end and not text[space].isupper():
        space += 1
    return space


def _lower_case_of(text: str) -> Callable[[str], bool]:
    """A test whether a word stands in lower case in `text`: cheap for a few words, linear for many."""
    asked: dict[str, bool] = {}
    words: set[str] = set()

    def look_up(word: str) -> bool | None:
        place = -1
        for _ in range(TRIES):
            place = text.find(word, place + 1)
            if place < 0:
                return False
            before, after = text[place - 1 : place], text[place + len(word) : place + len(word) + 1]
            if not before.isalnum() and not after.isalnum():
                return True
        return None

    def has_lower(word: str) -> bool:
        known = asked.get(word)
        if known is None:
            known = look_up(word) if len(asked) < FEW else None
            if known is None:
                if not words:
                    words.update(LOWER_WORD.findall(text))
                known = word in words
            asked[word] = known
        return known

    return has_lower
