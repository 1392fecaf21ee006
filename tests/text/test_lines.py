"""Lines end at \\n, \\r\\n and \\r, and nowhere else."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.text.lines import line_spans

TEXTS = {
    "": [],
    "\n": [""],
    "\r\n": [""],
    "\r": [""],
    "\n\r": ["", ""],
    "one": ["one"],
    "one\n": ["one"],
    "one\n\n": ["one", ""],
    "\none": ["", "one"],
    "one\ntwo": ["one", "two"],
    "one\r\ntwo\r\n": ["one", "two"],
    "one\rtwo": ["one", "two"],
    "one\r\rtwo": ["one", "", "two"],
    "one\r\n\ntwo": ["one", "", "two"],
    "one\x0ctwo\u2028three\x85four": ["one\x0ctwo\u2028three\x85four"],
    "😀\n\ud800": ["😀", "\ud800"],
    "  \n": ["  "],
}


@pytest.mark.parametrize(("text", "expected"), TEXTS.items())
def test_lines_come_without_their_terminators(text: str, expected: list[str]) -> None:
    assert [span.of(text) for span in line_spans(text)] == expected


@given(st.text(alphabet="a \r\n\u2028\x85😀"))
def test_lines_and_terminators_make_up_the_text(text: str) -> None:
    lines = line_spans(text)
    rest = re.sub(r"\r\n|\r|\n", "⏎", text)
    assert "⏎".join(span.of(text) for span in lines) == rest.removesuffix("⏎")
    assert not any("\r" in span.of(text) or "\n" in span.of(text) for span in lines)


@given(st.text())
def test_lines_agree_with_a_text_file_in_universal_newline_mode(text: str) -> None:
    expected = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if expected[-1] == "":
        expected.pop()
    assert [span.of(text) for span in line_spans(text)] == expected


@pytest.mark.parametrize("shape", ["x", "\n", "\r", "\r\n", "x\n"])
def test_a_megabyte_ends_soon(shape: str) -> None:
    began = time.process_time()
    line_spans(shape * (1_000_000 // len(shape)))
    assert time.process_time() - began < 5
