"""Edits: what cleaning did to an article, as rows for a table or for JSON Lines, and in a few words for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from auditor.cleaning import Cleaned
from auditor.report import Place, Row, Schema, article_id

EDITS: Schema = MappingProxyType(
    {
        "article_id": "string",
        "path": "string",
        "record_line": "Int64",
        "field": "string",
        "codes": "string",
        "start": "Int64",
        "end": "Int64",
        "before": "string",
        "after": "string",
        "messages": "string",
    }
)
"""Columns and pandas dtypes of the table with one row for each edit of an article."""


def edit_rows(done: Cleaned, place: Place) -> Iterator[Row]:
    """The edits of an article, one row each, sorted, without overlaps.

    codes: of the rules whose findings an edit cures, with spaces between. start, end: code points of the original
    article, end excluded; `before` is what stands there, `after` what takes its place. messages: of the findings,
    with line feeds between. A lone surrogate is given as U+FFFD, so that offsets still agree.
    """
    for change in done.edits:
        yield {
            "article_id": _whole(article_id(done.original, place)),
            "path": _whole(place.path),
            "record_line": place.record_line,
            "field": _whole(place.field),
            "codes": " ".join(change.codes),
            "start": change.edit.span.start,
            "end": change.edit.span.end,
            "before": _whole(change.before),
            "after": _whole(change.edit.text),
            "messages": _whole("\n".join(change.messages)),
        }


def told_edits(codes: Mapping[str, int]) -> str:
    """Findings that were cured, counted by rule, for people: `BP201 ×2, MT116 ×1`."""
    return ", ".join(f"{code} ×{number:,}" for code, number in sorted(codes.items()))


def _whole(text: str) -> str:
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if not text.isascii() else text
