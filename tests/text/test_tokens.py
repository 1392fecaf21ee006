"""Tests of auditor.text.tokens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.text.tokens import token_spans


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("... — !", []),
        ("Plain words, here.", ["Plain", "words", "here"]),
        ("don’t won't O’Neill", ["don’t", "won't", "O’Neill"]),
        ("the boys’ room", ["the", "boys", "room"]),
        ("a two-year-old, post - war", ["a", "two-year-old", "post", "war"]),
        ("the U.S. and U.K. at 5 p.m. J.K. Row", ["the", "U.S.", "and", "U.K.", "at", "5", "p.m.", "J.K.", "Row"]),
        ("1,200.5 kg, 12:30, 3.7-litre, 1990s.", ["1,200.5", "kg", "12:30", "3.7-litre", "1990s"]),
        ("Plan B. Then", ["Plan", "B", "Then"]),
        ("end.Next", ["end", "Next"]),
        ("snake_case", ["snake", "case"]),
        ("cafe\u0301s été", ["cafe\u0301s", "été"]),
        ("Москва 北京", ["Москва", "北京"]),
    ],
)
def test_tokens(text: str, expected: list[str]) -> None:
    assert [span.of(text) for span in token_spans(text)] == expected


@given(st.text(alphabet="aB1.,:'’-_ \u0301\0\ud800😀\n", max_size=60))
def test_invariants(text: str) -> None:
    end = 0
    covered: set[int] = set()
    for span in token_spans(text):
        assert end <= span.start < span.end <= len(text)
        assert text[span.start].isalnum()
        covered.update(range(span.start, span.end))
        end = span.end
    assert all(not char.isalnum() or place in covered for place, char in enumerate(text))
