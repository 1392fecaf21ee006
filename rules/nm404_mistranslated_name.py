"""NM404 looks for names that were translated word by word: “Vice Secretary of State”, “Pablo Churches”."""

import re
from collections.abc import Iterator
from functools import cache

from auditor.rulekit import Document, Hit, Severity, Span, data, rule

NEAR = 300
"""So many characters on either side are searched for a word that tells the subject."""

WORD = re.compile(r"[\w-]+")
NAMESAKE = re.compile(r"(?:San|Santa|São|St\.?|Saint|[Cc]alled|[Nn]amed) [“\"‘']?\Z")


@cache
def _table() -> dict[str, tuple[str, frozenset[str]]]:
    """Each wrong name with the right one and the words of which one must stand near; no words: always wrong."""
    table = {}
    for entry in sorted(data(__file__, "mistranslated_names")):
        wrong, _, rest = entry.partition(" = ")
        right, _, words = rest.partition(" ; ")
        table[wrong] = (right, frozenset(words.split(", ") if words else ()))
    return table


@rule(
    code="NM404",
    severity=Severity.MAJOR,
    keys=_table(),
    stable=True,
    finds=("mt.entity-inconsistency", "mt.entity-mistranslated", "mt.lexical"),
)
def mistranslated_name(doc: Document) -> Iterator[Hit]:
    """The name of an office, an institution or a person was translated word by word."""
    text = doc.text.replace("\u00a0", " ")
    end = 0
    for start, wrong in sorted(_places(text), key=lambda place: (place[0], -len(place[1]))):
        right, words = _table()[wrong]
        stop = start + len(wrong)
        if start < end or not _is_whole(text, start, stop) or (words and not _near(text, start, stop, words)):
            continue
        end = stop
        yield Hit(
            Span(start, stop),
            f"“{wrong}” is a literal translation of a name that is “{right}” in English",
            suggestion=right,
        )


def _places(text: str) -> Iterator[tuple[int, str]]:
    """Where each of the wrong names stands."""
    for wrong in _table():
        start = text.find(wrong)
        while start >= 0:
            yield start, wrong
            start = text.find(wrong, start + len(wrong))


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether the name is no piece of a longer word, nor of a saint's name, nor introduced as a strange name."""
    before, after = text[start - 1 : start], text[end : end + 2]
    if before.isalnum() or after[:1].isalnum() or (after[:1] == "-" and after[1:].isalpha()):
        return False
    return NAMESAKE.search(text, max(0, start - 12), start) is None


def _near(text: str, start: int, end: int, words: frozenset[str]) -> bool:
    """Whether one of the words stands near the name, which does not count itself."""
    before = WORD.findall(text, max(0, start - NEAR), start)
    return not words.isdisjoint(before) or not words.isdisjoint(WORD.findall(text, end, end + NEAR))
