"""The views of a document that several rules share."""

from __future__ import annotations

from auditor.document import LONGEST_KEY, Document
from auditor.span import Span


def test_filled_lines_are_trimmed_and_plain_lines_go_with_them() -> None:
    doc = Document("  Read\u00a0 also:\r\n\r\n \t \nThe mayor’s  Plan\n")
    assert doc.filled_lines == [Span(2, 13), Span(21, 38)]
    assert doc.plain_lines == ["Read also:", "The mayor's Plan"]
    assert doc.line_keys == ["read also:", "the mayor's plan"]


def test_a_long_line_has_no_key() -> None:
    doc = Document("a" * LONGEST_KEY + "\n" + "b" * (LONGEST_KEY + 1))
    assert doc.plain_lines == ["a" * LONGEST_KEY, ""]
    assert len(doc.line_keys) == len(doc.filled_lines) == 2
