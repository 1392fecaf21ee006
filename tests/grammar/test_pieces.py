"""Texts as they are sent."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from auditor.grammar.pieces import pieces, sendable


@given(st.text(st.characters(exclude_categories=())))
def test_every_sign_is_one_unit(text: str) -> None:
    sent = sendable(text)
    assert len(sent) == len(text)
    assert len(sent.encode("utf-16-le")) == 2 * len(text)
    assert all(a == b or ord(b) > 0xFFFF or 0xD800 <= ord(b) < 0xE000 for a, b in zip(sent, text, strict=True))


@given(st.text("a. \n\n", max_size=300), st.integers(1, 40))
def test_pieces_are_the_text(text: str, longest: int) -> None:
    parts = list(pieces(text, longest))
    assert "".join(part for _, part in parts) == text
    assert all(text[start : start + len(part)] == part and len(part) <= longest for start, part in parts)
    assert all(part for _, part in parts) or text == ""


def parts(text: str, longest: int) -> list[str]:
    return [part for _, part in pieces(text, longest)]


def test_cut_at_the_best_border() -> None:
    text = "One two. Three four.\nFive six.\n\nSeven eight. Nine ten.\nEleven."
    assert parts(text, 50)[0].endswith("six.\n\n")
    assert parts(text.replace("\n\n", " "), 36)[0].endswith("four.\n")
    assert parts("One two, three. Four five, six", 20)[0] == "One two, three. "
    assert parts("One two three four", 10) == ["One two ", "three four"]
    assert parts("x" * 25, 10) == ["x" * 10, "x" * 10, "x" * 5]
