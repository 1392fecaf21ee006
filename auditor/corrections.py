"""Corrections: matches of LanguageTool as hits, by our policy on names, spelling and edits."""

from __future__ import annotations

from collections.abc import Container, Iterator

from auditor.document import Document
from auditor.finding import Edit, Hit, shorten
from auditor.grammar.match import Match
from auditor.grammar.pieces import STAND_IN
from auditor.span import Span

SPELLING = frozenset({"TYPOS", "MULTITOKEN_SPELLING"})
"""LanguageTool's categories whose matches are words that its dictionaries do not know."""


def corrections(doc: Document, ids: Container[str]) -> Iterator[Hit]:
    """Hits for what some of LanguageTool's rules find: ids, or categories as `category:NAME`.

    A word with a capital is never misspelt, because it may be a name, and no place goes on in the next line. The first
    replacement becomes an edit (not a safe one) only where it leaves names as they are.
    Raises ViewUnavailable where grammar is not checked.
    """
    for match in doc.grammar(ids):
        surface = match.span.of(doc.text)
        if (match.category in SPELLING and surface != surface.lower()) or "\n" in surface:
            continue
        edit = _edit(doc, match, surface)
        yield Hit(
            match.span,
            f"“{shorten(surface)}”: {_sentence(match.message)} (LanguageTool {match.rule_id}).",
            (edit,) if edit else (),
        )


def _edit(doc: Document, match: Match, surface: str) -> Edit | None:
    """The first replacement, if it leaves every name in the place, and every sign that was not sent, as it is."""
    if not match.replacements or match.replacements[0] == surface:
        return None
    better = match.replacements[0]
    if any(word not in better for word in _names(doc, match.span)) or STAND_IN in better:
        return None
    return Edit.replace(match.span, better)


def _names(doc: Document, span: Span) -> list[str]:
    """The parts of names that lie in a place."""
    return [
        doc.text[max(name.start, span.start) : min(name.end, span.end)] for name in doc.names if name.overlaps(span)
    ]


def _sentence(message: str) -> str:
    """LanguageTool's message on one line without its final stop."""
    return " ".join(message.split()).rstrip(".")
