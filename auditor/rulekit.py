"""All that a rule module may import, besides the standard library."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from auditor.document import LONGEST_ARTICLE, Document
from auditor.finding import Edit, Hit, Severity, shorten
from auditor.rule import rule
from auditor.span import Span, SpanArray
from auditor.text.attributions import Attribution
from auditor.text.lexicon import lexicon, word_list
from auditor.text.quotes import Quotation
from auditor.text.sentences import abbreviations

__all__ = [
    "LONGEST_ARTICLE",
    "Attribution",
    "Document",
    "Edit",
    "Hit",
    "Quotation",
    "Severity",
    "Span",
    "SpanArray",
    "abbreviations",
    "data",
    "lexicon",
    "rule",
    "shorten",
]


@cache
def data(module_file: str, name: str) -> frozenset[str]:
    """The entries of `data/<name>.txt` beside a rule module: `data(__file__, "agencies")`.

    Raises FileNotFoundError when there is no such list.
    """
    return word_list(Path(module_file).parent / "data" / f"{name}.txt")
