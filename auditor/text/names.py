"""Names: runs of capitalised words, found by their shape.

What belongs to a run, besides capitalised words one space apart (titles and honorifics too: Mr. Grushko):
particles between two of them (Ursula von der Leyen), “al-” before them, initials with their dots (J. K. Rowling),
inner hyphens before a capital or after two letters (Jean-Claude, Co-operation), inner apostrophes (O’Neill),
“of” and “of the” after a word of the list `of_heads` (Bank of England), and a designator of at most three
digits at the end (Nord Stream 2). A possessive ’s does not belong to it.

What is no name: a weekday, a month, a single letter or a function word alone; and at the start of a sentence
or of a quotation a function word before the name, or a word alone that the text has in lower case nearby.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Final

from auditor.span import SpanArray
from auditor.text.lexicon import lexicon

OPENING: Final = frozenset("“\"‘'([«„")
ARTICLES: Final = frozenset({"al", "el", "ul"})
NEARBY: Final = 500
"""So many characters on either side are searched for the lower-case form of a word at a sentence start."""


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
    tail = rf"(?:(?=[-‑'’.])(?:{inner})*+(?:\.(?= [{upper}])(?:{titles}))?+)?+"
    rest = rf"(?:\w++{tail}|{initial}|{tail})"
    prefix = r"(?:(?:al|el|ul)[-‑]|d['’])"
    joint = rf" (?:(?=[{upper}])|(?:(?:{particles}) ){{1,2}}+|of(?:{heads}) (?:the )?+|(?={prefix}))(?:{prefix})?+"
    number = r" \d{1,3}+(?![\w%°]|[.,:/–-]\d| (?:[mb]illion|trillion|thousand|hundred|per)\b)"
    return rf"[{upper}](?<!\w.){rest}(?:{joint}[{upper}]{rest})*+(?:{number})?+"


def name_spans(text: str, sentences: SpanArray) -> SpanArray:
    """The names of `text` in code points, sorted and disjoint.

    `sentences` are the sentence spans of the same text: their first words are doubted, and no name goes from
    one into the next. Never raises; linear in the length.
    """
    alone, starts = _never_alone(), set(sentences.starts)
    found: list[int] = []  # starts and ends by turns
    for match in _pattern().finditer(text):
        run = match.group()
        if run in alone:
            continue
        start, end = match.span()
        before = text[start - 1] if start else "\n"
        dotted = "." in run
        if before == " " and not dotted and start not in starts:  # four runs in five
            found += start, end
        elif dotted:
            for first, last in _split(text, start, end, sentences):
                name = _after_doubtful(text, first, last) if first in starts else first
                if name < last and text[name:last] not in alone:
                    found += name, last
        elif start in starts or before in OPENING:
            if " " not in run:
                if run.isupper() or not _lower_nearby(text, start, run):
                    found += start, end
            else:
                name = _after_doubtful(text, start, end)
                if name == start or (name < end and text[name:end] not in alone):
                    found += name, end
        elif before in "-‑" and text[max(start - 3, 0) : start - 1] in ARTICLES:
            found += start - 3, end
        else:
            found += start, end
    spans = SpanArray()
    spans.starts.extend(found[::2])
    spans.ends.extend(found[1::2])
    return spans


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


def _after_doubtful(text: str, start: int, end: int) -> int:
    """Where the name begins in a run at the start of a sentence; `end` if its only word is an ordinary one."""
    space = text.find(" ", start, end)
    if space < 0:
        word = text[start:end]
        return end if not word.isupper() and _lower_nearby(text, start, word) else start
    if text[start:space].lower().replace("’", "'") not in lexicon("function_words"):
        return start
    while space < end and not text[space].isupper():
        space += 1
    return space


def _lower_nearby(text: str, start: int, word: str) -> bool:
    """Whether `word` stands in lower case, after a space, within `NEARBY` characters of `start`."""
    spaced, stop = " " + word.lower(), start + NEARBY
    place = text.find(spaced, max(start - NEARBY, 0), stop)
    while place >= 0:
        after = place + len(spaced)
        if not text[after : after + 1].isalnum():
            return True
        place = text.find(spaced, after, stop)
    return False
