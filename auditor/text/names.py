"""Names: runs of capitalised words, found by their shape.

What belongs to a run, besides capitalised words one space apart (titles and honorifics too: Mr. Grushko):
particles between two of them (Ursula von der Leyen), “al-” before them, initials with their dots (J. K. Rowling),
inner hyphens before a capital or after two letters (Jean-Claude, Co-operation), inner apostrophes (O’Neill),
“of” and “of the” after a word of the list `of_heads` (Bank of England), and a designator of at most three
digits at the end (Nord Stream 2). A possessive ’s does not belong to it.

What is no name: a weekday, a month, a single letter or a function word alone; and at the start of a sentence
or of a quotation a function word, or a word that the text also has in lower case.
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

LOWER_WORD: Final = re.compile(r"[^\W\d_A-Z]+")
FEW: Final = 32
"""So many words are looked up in the text one by one; then all its words are collected at once."""
TRIES: Final = 8
"""So many places inside longer words are passed over in one look-up."""


@cache
def name_source() -> str:
    """The regular expression of a run, as source without groups; it begins at the first capital letter.

    It does not know sentences: `name_spans` splits and trims what it finds.
    """
    upper = "".join(char for char in map(chr, [*range(0x530), *range(0x1E00, 0x2000)]) if char.isupper())
    heads = "|".join(f"(?<=\\b(?:{words}))" for words in _by_length(lexicon("of_heads")))
    titles = "|".join(f"(?<=\\b(?:{words})\\.)" for words in _by_length(lexicon("honorifics")))
    particles = "|".join(sorted(lexicon("name_particles")))
    space = r"[ \u00a0]"
    inner = rf"(?:[-‑](?=[{upper}\d])|(?<=\b\w\w)[-‑](?=\w)|['’](?![sS]\b)(?=\w))\w+"
    word = (
        rf"[{upper}](?<!\w.)"
        rf"(?:(?:\.[{upper}](?!\w))+\.?|\.(?={space}[{upper}])|\w*(?:{inner})*(?:\.(?={space}[{upper}])(?:{titles}))?)"
    )
    joint = (
        rf"(?:(?:{heads}){space}of{space}(?:the{space})?|{space}(?:(?:{particles}){space}){{0,2}})"
        r"(?:(?:al|el|ul)[-‑]|d['’])?"
    )
    number = rf"{space}\d{{1,3}}(?![\w%°]|[.,:/–-]\d| (?:[mb]illion|trillion|thousand|hundred|per)\b)"
    return rf"{word}(?:{joint}{word})*(?:{number})?"


def name_spans(text: str, sentences: SpanArray) -> SpanArray:
    """The names of `text` in code points, sorted and disjoint.

    `sentences` are the sentence spans of the same text: their first words are doubted, and no name goes from
    one into the next. Never raises; linear in the length.
    """
    alone, starts = _never_alone(), set(sentences.starts)
    has_lower = _lower_case_of(text)
    found = SpanArray()
    add_start, add_end = found.starts.append, found.ends.append
    for match in _pattern().finditer(text):
        start, end = match.span()
        run = match.group()
        before = text[start - 1] if start else "\n"
        if before == " " and start not in starts and "." not in run:
            if run not in alone:
                add_start(start)
                add_end(end)
            continue
        for first, last in _split(text, start, end, sentences) if "." in run else ((start, end),):
            name_start = first
            if first in starts or first - 1 in starts or (first == start and before in "“\"‘'([«„"):
                name_start = _after_doubtful(text, first, last, has_lower)
            if name_start < last and text[name_start:last] not in alone:
                if name_start >= 3 and text[name_start - 1] in "-‑" and text[name_start - 3 : name_start - 1] in _ARTICLES:
                    name_start -= 3
                add_start(name_start)
                add_end(last)
    return found


_ARTICLES: Final = frozenset({"al", "el", "ul"})


def _by_length(words: frozenset[str]) -> Iterator[str]:
    """The words as alternations of one length each, as a look-behind needs them."""
    lengths: defaultdict[int, list[str]] = defaultdict(list)
    for word in sorted(words):
        lengths[len(word)].append(word)
    for length in sorted(lengths):
        yield "|".join(lengths[length])


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(name_source())


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
        while last > start and text[last - 1] in " \u00a0":
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
    last = end if space < 0 else space
    word = text[start:last]
    bare = word.lower().replace("’", "'")
    if bare not in lexicon("function_words") and ((word.isupper() and len(word) > 1) or not has_lower(word.lower())):
        return start
    while last < end and not text[last].isupper():
        last += 1
    return last


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
