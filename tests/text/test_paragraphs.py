"""Paragraphs are blocks between blank lines, or single lines where there is no blank line between two."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.text.lines import line_spans
from auditor.text.paragraphs import paragraph_spans

TEXTS = {
    "": [],
    " \n\t\n": [],
    "one": ["one"],
    "one\ntwo": ["one", "two"],
    "one\ntwo\n": ["one", "two"],
    "one\n\ntwo\nthree": ["one", "two\nthree"],
    "one\r\n\r\ntwo\r\nthree": ["one", "two\r\nthree"],
    "one\n \u00a0\ntwo\nthree": ["one", "two\nthree"],
    "one\n\n\n\ntwo": ["one", "two"],
    "  one \n\n two\n  three  ": ["one", "two\n  three"],
    "  one \n two  ": ["one", "two"],
    "\n\none\ntwo\n\n": ["one", "two"],
    "one\n\ntwo\n\n": ["one", "two"],
    "😀\n\n\ud800": ["😀", "\ud800"],
}


@pytest.mark.parametrize(("text", "expected"), TEXTS.items())
def test_paragraphs_are_blocks_or_lines(text: str, expected: list[str]) -> None:
    assert [span.of(text) for span in paragraph_spans(text, line_spans(text))] == expected


@given(st.text(alphabet="ab \t\r\n\u00a0\u2028😀"))
def test_every_character_but_white_space_lies_in_one_trimmed_paragraph(text: str) -> None:
    found = paragraph_spans(text, line_spans(text))
    assert all(span.of(text) and span.of(text) == span.of(text).strip() for span in found)
    assert all(one.end <= two.start for one, two in pairwise(found))
    assert "".join("".join(span.of(text).split()) for span in found) == "".join(text.split())


@given(st.text(alphabet="ab \n"), st.text(alphabet=" \n"))
def test_white_space_at_the_end_changes_no_paragraph(text: str, tail: str) -> None:
    longer = text + tail
    assert paragraph_spans(longer, line_spans(longer)) == paragraph_spans(text, line_spans(text))
