"""Tests of auditor.text.attributions."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.span import SpanArray
from auditor.text.attributions import Attribution, attributions
from auditor.text.quotes import quotations


def read(text: str) -> list[Attribution]:
    paragraphs = SpanArray(match.span() for match in re.finditer(r"[^\n]+", text))
    sentences = SpanArray(match.span() for match in re.finditer(r"[^\s|](?:(?!(?<!Mr)\. [A-Z])[^\n|])*\.?", text))
    return attributions(text, quotations(text, paragraphs), sentences)


def told(text: str) -> list[tuple[str | None, str, int | None, bool]]:
    return [
        (
            None if found.speaker is None else found.speaker.of(text),
            found.verb.of(text),
            found.quotation,
            found.inverted,
        )
        for found in read(text)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“Go,” he said.", ("he", "said", 0, False)),
        ("“Go”, she later added.", ("she", "added", 0, False)),
        ("“Go,” Ada Ames told the court.", ("Ada Ames", "told", 0, False)),
        ("“Go,” Mr. Ames warned.", ("Mr. Ames", "warned", 0, False)),
        ("“Go,” said Ada Ames, once an envoy.", ("Ada Ames", "said", 0, True)),
        ("“Go,” said lead engineer Ada Ames.", ("Ada Ames", "said", 0, True)),
        ("“Go,” engineer Ada Ames said.", ("Ada Ames", "said", 0, False)),
        ("“Go,” Ada Ames, once an envoy, said.", ("Ada Ames", "said", 0, False)),
        ("“Go.” Ames said.", ("Ames", "said", 0, False)),
        ("“Go, ”he said.", ("he", "said", 0, False)),
        ("“Go.” revealed Ames, smiling.", ("Ames", "revealed", 0, True)),
        ("“Go,” the foreign minister said.", (None, "said", 0, False)),
        ("“Go,” said the foreign minister.", (None, "said", 0, True)),
        ("“Go,” officials say.", (None, "say", 0, False)),
        ("Ames said: “Go.”", ("Ames", "said", 0, False)),
        ("Ames told the BBC: “Go.”", ("Ames", "told", 0, False)),
        ("Ames said in Ghent on Monday, “Go.”", ("Ames", "said", 0, False)),
        ("Ames said that “all is lost”.", ("Ames", "said", 0, False)),
        ("Officer Jo van Dam has repeatedly stressed “order”.", ("Officer Jo van Dam", "stressed", 0, False)),
        ("“No.” Ames added: “Go.”", ("Ames", "added", 1, False)),
        ("Ames told reporters that it was late.", ("Ames", "told", None, False)),
        ("Ames said it was late.", ("Ames", "said", None, False)),
        ("On Friday Mr Ames said it was late.", ("Mr Ames", "said", None, False)),
        ("It is late, he said.", ("he", "said", None, False)),
        ("It is late, warned Ames.", ("Ames", "warned", None, True)),
        ("“No.” He said that it was late.", ("He", "said", None, False)),
        ("The envoys of Ghent said it was late.", (None, "said", None, False)),
    ],
)
def test_attributions(text: str, expected: tuple[str | None, str, int | None, bool]) -> None:
    assert told(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "He is said to be late.",
        "It was said. Nothing followed.",
        "The claims that it rained are old.",
        "Ada’s claims that it rained are old.",
        "“I said he said it was late” was the title.",
        "He repeated the test and wrote a book.",
        "He wrote to Ghent and answered the door.",
        "Ames stressed order.",
    ],
)
def test_nothing_is_attributed(text: str) -> None:
    assert told(text) == []


def test_spans() -> None:
    text = "“Go,” said Ada Ames. Then the minister said it was late."
    assert [found.span.of(text) for found in read(text)] == ["said Ada Ames", "the minister said"]


def test_one_clause_between_two_quotations_is_one_attribution() -> None:
    assert told("“Go,” he said, “and hurry.”") == [("he", "said", 0, False)]


PIECES = [
    "“",
    "”",
    "said",
    "told",
    "he",
    "Ames",
    "Mr.",
    "the",
    "minister",
    ",",
    ".",
    "of",
    "that",
    "\n",
    "‘x’",
    "ly",
    "’s",
    "\ud800",
]


@given(st.lists(st.sampled_from(PIECES), max_size=25), st.sampled_from(["", " "]))
def test_invariants(pieces: list[str], joint: str) -> None:
    text = joint.join(pieces)
    found = read(text)
    assert [item.verb for item in found] == sorted({item.verb for item in found})
    for item in found:
        assert item.span.covers(item.verb)
        assert 0 <= item.span.start < item.span.end <= len(text)
        if item.speaker is not None:
            assert item.span.covers(item.speaker)
            assert item.inverted == (item.verb.start < item.speaker.start)
