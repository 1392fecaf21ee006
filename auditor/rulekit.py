"""All that a rule module may import, besides the standard library."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any, cast

from auditor.corrections import corrections
from auditor.document import LONGEST_ARTICLE, Document
from auditor.finding import Edit, Hit, Severity, shorten
from auditor.phrasebook import Found, Phrase, PhraseBook, word_lists
from auditor.rule import rule
from auditor.span import Span, SpanArray
from auditor.text.attributions import Attribution
from auditor.text.language import language_name
from auditor.text.lexicon import lexicon, word_list
from auditor.text.line_roles import NETWORK, ROW_STARTS, LineRole
from auditor.text.quotes import Quotation
from auditor.text.sentences import abbreviations
from auditor.text.template import folded_line

__all__ = [
    "LONGEST_ARTICLE",
    "NETWORK",
    "ROW_STARTS",
    "Attribution",
    "Document",
    "Edit",
    "Found",
    "Hit",
    "LineRole",
    "Phrase",
    "PhraseBook",
    "Quotation",
    "Severity",
    "Span",
    "SpanArray",
    "abbreviations",
    "corrections",
    "data",
    "folded_line",
    "language_name",
    "lazy_pattern",
    "lexicon",
    "phrase_book",
    "rule",
    "shorten",
]


class _LazyPattern:
    """Stands for a regular expression until it is used."""

    def __init__(self, source: str, flags: int) -> None:
        self._source, self._flags = source, flags

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        value = getattr(re.compile(self._source, self._flags), name)  # `re` keeps or makes the same pattern again
        self.__dict__[name] = value
        return value


def lazy_pattern(source: str, flags: int = 0) -> re.Pattern[str]:
    """A regular expression that is compiled when it is first used.

    For rules that seldom run: who audits one article does not wait for the patterns of all rules. A source that is
    no regular expression raises `re.error` at that moment.
    """
    return cast(re.Pattern[str], _LazyPattern(source, flags))


@cache
def data(module_file: str, name: str) -> frozenset[str]:
    """The entries of `data/<name>.txt` beside a rule module: `data(__file__, "agencies")`.

    Raises FileNotFoundError when there is no such list.
    """
    return word_list(Path(module_file).parent / "data" / f"{name}.txt")


@cache
def phrase_book(module_file: str, name: str) -> PhraseBook:
    """The lexicons `data/<name>_*.tsv` beside a rule module, with the word lists of `data/<name>_words.txt`.

    Rules that ask for the same lexicons share one book, so that a text is searched once. The format is told in
    `auditor/phrasebook.py`. Raises RuleLoadError when an entry cannot be read.
    """
    return _phrase_book(Path(module_file).parent / "data", name)


@cache
def _phrase_book(folder: Path, name: str) -> PhraseBook:
    words = folder / f"{name}_words.txt"
    lexicons = sorted(folder.glob(f"{name}_*.tsv"))
    return PhraseBook(lexicons, word_lists(words) if words.is_file() else None, folder / f"{name}.keys")
