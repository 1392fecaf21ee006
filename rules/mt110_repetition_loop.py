"""MT110 looks for a phrase that runs in a loop: “the bank’s products, the bank’s products, the bank’s products”."""

import re
from collections.abc import Iterator
from itertools import compress
from operator import eq

from auditor.rulekit import Document, Edit, Hit, Severity, Span, rule

TIMES = {1: 5, 2: 4, 3: 3, 4: 3, 5: 3, 6: 3, 7: 3, 8: 3}
"""How many times in a row a phrase of so many words must come."""

LETTERS = 12
"""How many characters a phrase that comes only three times must have, so that a short refrain is none."""

WORD = re.compile(r"\S+")
CHANTS = frozenset(("blah", "fight", "haha", "hahaha", "knock", "long", "never", "please", "really", "stop", "very"))


@rule(
    code="MT110",
    severity=Severity.CRITICAL,
    quotes="outside",
    stable=True,
    finds=("mt.repetition",),
)
def repetition_loop(doc: Document) -> Iterator[Hit]:
    """A phrase comes again and again without anything between: the translator ran in a loop."""
    words = doc.text.split()
    runs = _runs(words)
    if not runs:
        return
    places = [match.span() for match in WORD.finditer(doc.text)]
    if len(places) != len(words):
        return
    end = -1
    for first, last, period in runs:
        start = places[first][0]
        if start < end:
            continue
        last_word = _bare(words[last])
        span = Span(start, places[last][0] + len(last_word))
        phrase = _bare(doc.text[start : places[first + period - 1][1]])
        if not _is_loop(span.of(doc.text), phrase, period, (last - first + 1) // period):
            continue
        end = span.end
        once = Span(start + len(phrase), span.end)
        times = (last - first + 1) // period
        shown = phrase if len(phrase) <= 80 else phrase[:79] + "…"
        yield Hit(span, f"“{shown}” comes {times} times in a row", (Edit.delete(once),))


def _runs(words: list[str]) -> list[tuple[int, int, int]]:
    """First word, last word and period of each run of words that repeat, sorted.

    A phrase of p words that comes n times holds p * (n - 1) words in a row that equal the word p places later, all
    but the last of them with the same marks, so looking at each (p * (n - 1) - 1)th word meets every run: hardly more
    than one comparison for each word of the text.
    """
    found: list[tuple[int, int, int]] = []
    for period, times in TIMES.items():
        stride = period * (times - 1) - 1
        reached = -1
        for at in compress(range(0, len(words), stride), map(eq, words[::stride], words[period::stride])):
            if at <= reached:
                continue
            first = at
            while first > reached + 1 and words[first - 1] == words[first - 1 + period]:
                first -= 1
            last = at
            while last + 1 + period < len(words) and words[last + 1] == words[last + 1 + period]:
                last += 1
            reached = last
            if last - first + 1 < stride:
                continue
            if last + 1 + period < len(words) and _bare(words[last + 1]) == _bare(words[last + 1 + period]):
                last += 1
            if last - first + 1 > stride:
                found.append((first, last + period, period))
    found.sort(key=lambda run: (run[0], -run[1], run[2]))
    return found


def _bare(word: str) -> str:
    """The word without the marks that part one turn of a loop from the next."""
    return word.rstrip(".,;:!?…")


def _is_loop(text: str, phrase: str, period: int, times: int) -> bool:
    """Whether it is prose: on one line, of letters, no table of numbers, no chant of one word."""
    if "\n" in text or "\r" in text or sum(map(str.isalpha, phrase)) * 2 < len(phrase):
        return False
    if period == 1:
        return len(phrase) >= 4 and phrase.lower() not in CHANTS
    if len({word.strip(",.;:") for word in phrase.split()}) == 1:
        return False
    return times > 3 or len(phrase) >= LETTERS
