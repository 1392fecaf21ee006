from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.finding import Edit
from auditor.marking import MarkingError, apply_edits, read_marked, write_marked
from auditor.span import Span

PLAIN = st.text(alphabet=st.characters(exclude_characters="[]\\:", codec="utf-8"), max_size=30)


def test_marks_are_taken_out_and_become_spans() -> None:
    assert read_marked("a [[bc]] d[[]]") == ("a bc d", [Span(2, 4), Span(6, 6)])


def test_escapes_stand_for_what_cannot_be_seen() -> None:
    assert read_marked(r"a\u{00A0}b\tc\sd\r\ne\[[f\]]\\g") == ("a\u00a0b\tc d\r\ne[[f]]\\g", [])


def test_marks_may_nest_and_cross() -> None:
    assert read_marked("[[a [[b]] c]]") == ("a b c", [Span(0, 5), Span(2, 3)])
    assert read_marked("[[1:ab [[2:cd :1]]ef:2]]") == ("ab cd ef", [Span(0, 6), Span(3, 8)])


@pytest.mark.parametrize("wrong", ["a ]] b", "a [[ b", "[[1:a :2]]"])
def test_marks_that_do_not_pair_are_refused(wrong: str) -> None:
    with pytest.raises(MarkingError):
        read_marked(wrong)


@given(PLAIN, st.integers(0, 30), st.integers(0, 30))
def test_written_marks_are_read_back(text: str, start: int, length: int) -> None:
    span = Span(min(start, len(text)), min(start + length, len(text)))
    assert read_marked(write_marked(text, [span])) == (text, [span])


def test_crossing_spans_are_written_with_numbers() -> None:
    text, spans = "ab cd ef", [Span(0, 5), Span(3, 8)]
    assert read_marked(write_marked(text, spans)) == (text, spans)


def test_edits_are_applied_from_left_to_right_and_the_first_of_two_overlapping_wins() -> None:
    edits = [Edit.replace((4, 6), "XY"), Edit.delete((0, 2)), Edit.replace((5, 7), "no")]
    assert apply_edits("ab cdefg", edits) == " cXYfg"


def test_deleting_a_line_takes_the_blank_lines_behind_it() -> None:
    text = "One.\n\nJunk\n\nTwo."
    assert apply_edits(text, [Edit.delete_lines(text, (6, 10))]) == "One.\n\nTwo."


def test_deleting_the_last_line_leaves_no_empty_tail_and_the_end_of_the_text() -> None:
    text = "One.\r\n\r\nJunk\r\n"
    assert apply_edits(text, [Edit.delete_lines(text, (8, 12))]) == "One.\r\n"
    text = text.rstrip()
    assert apply_edits(text, [Edit.delete_lines(text, (8, 12))]) == "One."
