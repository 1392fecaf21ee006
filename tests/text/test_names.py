"""Tests of auditor.text.names."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.span import SpanArray
from auditor.text.names import name_spans


def sentences(text: str) -> SpanArray:
    return SpanArray(match.span() for match in re.finditer(r"[^\s|][^|]*", text))


def names(text: str) -> list[str]:
    """The names of a text whose sentences are divided by bars."""
    return [span.of(text) for span in name_spans(text, sentences(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("we saw Ada Lovelace in Turin", ["Ada Lovelace", "Turin"]),
        ("we saw Mr. Okoro and Dr Ames", ["Mr. Okoro", "Dr Ames"]),
        ("we met J. K. Marlowe and J.K. Marlowe", ["J. K. Marlowe", "J.K. Marlowe"]),
        ("with George W. Ames there", ["George W. Ames"]),
        ("the U.S. and the U.S. Senate", ["U.S.", "U.S. Senate"]),
        ("with Ursula von der Heide and Juan de la Cruz", ["Ursula von der Heide", "Juan de la Cruz"]),
        ("for Bashar al-Karim and al-Karim", ["Bashar al-Karim", "al-Karim"]),
        ("with Valéry d’Estrel", ["Valéry d’Estrel"]),
        ("with Rory O’Neill and Jean-Luc Ode", ["Rory O’Neill", "Jean-Luc Ode"]),
        ("for Co-operation in London-based firms", ["Co-operation", "London"]),
        ("of Ada’s and Ada's book", ["Ada", "Ada"]),
        ("the Bank of England, the House of the People", ["Bank of England", "House of the People"]),
        ("in Lyon of the past, Ada of Ghent", ["Lyon", "Ada", "Ghent"]),
        ("on Nord Stream 2, Article 5 and Apollo 11", ["Nord Stream 2", "Article 5", "Apollo 11"]),
        ("in Ghent 5% left, of Ghent 5 million", ["Ghent", "Ghent"]),
        ("for NATO, an iPhone and McDonald", ["NATO", "McDonald"]),
        ("as I said on Wednesday in June", []),
        ("in Łódź with Ágnes", ["Łódź", "Ágnes"]),
    ],
)
def test_names_inside_a_sentence(text: str, expected: list[str]) -> None:
    assert names(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The plan failed.|Lovelace left.", ["Lovelace"]),
        ("When Ada left, it rained.", ["Ada"]),
        ("When de Gaulle left, it rained.", ["Gaulle"]),
        ("We want talks.|Talks began.", []),
        ("It’s late.|Don’t go.|They’ve left.", []),
        ("He said “We left” and “Ada stayed”", ["Ada"]),
        ("NATO met.", ["NATO"]),
        ("It is plan B.|Then it rained.", []),
        ("It is Plan B. |Ames left.", ["Plan B", "Ames"]),
        ("President Ames met a president.", ["President Ames"]),
    ],
)
def test_first_words_are_doubted(text: str, expected: list[str]) -> None:
    assert names(text) == expected


@given(st.text(alphabet="aAbE.’'-| ofthe1\0\ud800Ł\n", max_size=60))
def test_invariants(text: str) -> None:
    end = 0
    for span in name_spans(text, sentences(text)):
        assert end <= span.start < span.end <= len(text)
        assert any(char.isupper() for char in span.of(text))
        assert not span.of(text)[-1].isspace()
        end = span.end
