"""Spelling: the words of a text that are worth a look in a large dictionary."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from auditor.text.lexicon import lexicon
from auditor.text.readability import syllable_table

SHORTEST: Final = 7
"""Letters: shorter unknown words are abbreviations, units and words of other languages."""

LONGEST: Final = 40
"""Letters: longer ones are no words."""

_WORD: Final = re.compile(rf"(?<![\w'’.@/-])[a-z]{{{SHORTEST},{LONGEST}}}(?![\w'’@/-])")


def doubtful_words(text: str) -> list[tuple[int, str]]:
    """The long words in lower case that the CMU dictionary lacks, each with its start, in the order of the text.

    A word that comes more than once is left out: who writes a word twice means it.
    """
    known = _known()
    found: dict[str, int] = {}
    for match in _WORD.finditer(text):
        word = match[0]
        if word not in known:
            found[word] = -1 if word in found else match.start()
    return [(start, word) for word, start in found.items() if start >= 0]


@cache
def _known() -> frozenset[str]:
    return frozenset(syllable_table()).difference(lexicon("misspelt"))
