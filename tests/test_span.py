from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from auditor.span import Span, SpanArray

RANGES = st.lists(st.integers(0, 60), min_size=2, max_size=20, unique=True).map(
    lambda cuts: list(zip(sorted(cuts)[::2], sorted(cuts)[1::2], strict=False))
)


def test_span_gives_its_text() -> None:
    assert Span(4, 7).of("the 👩‍🚀 cat") == "👩‍🚀"


def test_touching_spans_do_not_overlap() -> None:
    assert not Span(0, 3).overlaps(Span(3, 5))
    assert Span(0, 4).overlaps(Span(3, 5))


def test_empty_span_overlaps_only_what_it_lies_strictly_inside() -> None:
    assert Span(2, 2).overlaps(Span(0, 4))
    assert not Span(0, 0).overlaps(Span(0, 4))
    assert not Span(4, 4).overlaps(Span(0, 4))


def test_span_covers_itself_and_its_parts() -> None:
    assert Span(2, 6).covers(Span(2, 6))
    assert Span(2, 6).covers(Span(3, 4))
    assert not Span(2, 6).covers(Span(1, 4))


@given(RANGES)
def test_array_gives_back_what_it_was_made_of(pairs: list[tuple[int, int]]) -> None:
    array = SpanArray(pairs)
    assert list(array) == [Span(*pair) for pair in pairs]
    assert [array[i] for i in range(len(array))] == list(array)
    assert array[1:] == list(array)[1:]


@given(RANGES, st.integers(0, 60))
def test_at_finds_the_span_that_covers_a_position(pairs: list[tuple[int, int]], position: int) -> None:
    covering = [Span(*pair) for pair in pairs if pair[0] <= position < pair[1]]
    assert SpanArray(pairs).at(position) == (covering[0] if covering else None)


@given(RANGES, st.integers(0, 60), st.integers(1, 20))
def test_overlapping_finds_all(pairs: list[tuple[int, int]], start: int, length: int) -> None:
    asked = Span(start, start + length)
    assert SpanArray(pairs).overlapping(asked) == [Span(*pair) for pair in pairs if Span(*pair).overlaps(asked)]


def test_arrays_compare_by_content() -> None:
    assert SpanArray([(0, 1)]) == SpanArray([(0, 1)])
    assert SpanArray([(0, 1)]) != SpanArray([(0, 2)])
