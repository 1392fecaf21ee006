"""Keywords: the first texts are looked up word by word, later ones by an automaton; both find the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.scan import FEW_TEXTS, SHORT_TEXT, Keywords

RUNS = st.lists(st.text("ab ", min_size=1, max_size=6).map(lambda run: f" {run.strip()} "), max_size=8)
TEXTS = st.lists(st.text("ab ", max_size=40).map(lambda text: f" {text} "), min_size=1, max_size=8)


def plainly(entries: list[str], text: str) -> list[tuple[int, int, int]]:
    """Every place of every entry, found by trying all."""
    return sorted(
        (number, start, start + len(entry))
        for number, entry in enumerate(entries)
        for start in range(len(text))
        if text.startswith(entry, start)
    )


@given(RUNS, TEXTS)
def test_every_place_is_found_whatever_the_number_of_the_text(entries: list[str], texts: list[str]) -> None:
    keywords = Keywords(entries)
    for text in texts:
        assert sorted(keywords.places(text)) == plainly(entries, text)


@pytest.mark.parametrize("number", range(FEW_TEXTS + 2))
def test_entries_of_several_words_and_entries_that_come_twice(number: int) -> None:
    entries = [" on ", " on the way ", " the ", " on ", " u  s "]
    keywords = Keywords(entries)
    for _ in range(number):
        keywords.places(" nothing ")
    text = " on the way on  the u  s way "
    assert sorted(keywords.places(text)) == plainly(entries, text)


def test_a_long_text_is_not_looked_up_word_by_word() -> None:
    text = " on the way" * SHORT_TEXT + " "
    assert len(Keywords([" the way "]).places(text)) == SHORT_TEXT
