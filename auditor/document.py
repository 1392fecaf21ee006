"""Document: one article, and the views of its text that rules share, each computed when first asked for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Container, Mapping, Sequence
from operator import itemgetter
from types import MappingProxyType
from typing import Any, Generic, TypeVar, overload

from auditor.errors import ViewUnavailable
from auditor.grammar.match import Checked, Match
from auditor.phrasebook import Found, PhraseBook, Place
from auditor.span import Span, SpanArray
from auditor.templates import BatchName, TemplateLine, Templates
from auditor.text.attributions import Attribution, attributions
from auditor.text.language import (
    ForeignPassage,
    LanguageDetector,
    LanguageGuess,
    article_language,
    foreign_passages,
)
from auditor.text.line_roles import LineRole, line_roles
from auditor.text.lines import line_spans
from auditor.text.names import name_spans
from auditor.text.paragraphs import paragraph_spans
from auditor.text.quotes import Quotation, interior, quotations
from auditor.text.readability import Readability, readability
from auditor.text.sentences import sentence_spans
from auditor.text.template import source_of
from auditor.text.tokens import token_spans
from auditor.text.words import folded

LONGEST_ARTICLE = 400_000
"""How many characters are read where words of the whole article are compared with each other."""

LONGEST_KEY = 600
"""How many characters a line may have to be looked up in a list of lines."""

T = TypeVar("T")


class view(Generic[T]):
    """A property that is computed once, as by `functools.cached_property`, but without its costly lock."""

    def __init__(self, compute: Callable[[Any], T]) -> None:
        self._compute = compute
        self._name = compute.__name__
        self.__doc__ = compute.__doc__

    @overload
    def __get__(self, doc: None, owner: type) -> view[T]: ...
    @overload
    def __get__(self, doc: object, owner: type) -> T: ...
    def __get__(self, doc: object | None, owner: type) -> view[T] | T:
        if doc is None:
            return self
        value = doc.__dict__[self._name] = self._compute(doc)
        return value


_CAPITALISED = re.compile(
    r"([A-Z]\w{3,})(?:(?=[ \u00a0]([a-z]{2,7})[ \u00a0](?:the[ \u00a0])?(?:[A-Z]\w{0,40}[ \u00a0]){0,2}\1))?"
)
"""A capitalised word, and the lower-case word after it where the same word follows that: one pass for two views."""

_NO_META: Mapping[str, str] = MappingProxyType({})


class Document:
    """An article as it was given. Nothing in it changes; views are computed once.

    text: the article, untouched; all spans are code points in it.
    id: the record's own id, unchanged.
    meta: what came along with the record as strings (`title`, `source`, `url`, `date`, …).
    detector: who answers questions about language; None for one with the default profiles.
    checking: gives what LanguageTool says of the text, when it is there; None where the tier does not run.
    templates: what was learnt of the batch that the article is from; None where nothing was.
    """

    def __init__(
        self,
        text: str,
        id: str = "",
        meta: Mapping[str, str] = _NO_META,
        *,
        detector: LanguageDetector | None = None,
        checking: Callable[[], Checked] | None = None,
        templates: Templates | None = None,
    ) -> None:
        self.text = text
        self.id = id
        self.meta = meta
        self.detector = detector
        self.checking = checking
        self.templates = templates

    def __repr__(self) -> str:
        return f"Document(id={self.id!r}, {len(self.text)} characters)"

    def __len__(self) -> int:
        return len(self.text)

    @view
    def lines(self) -> SpanArray:
        """Lines without their terminators, empty ones included."""
        return line_spans(self.text)

    @view
    def filled_lines(self) -> list[Span]:
        """Lines that hold more than white space, trimmed of it."""
        text = self.text
        found = []
        for start, end in zip(self.lines.starts, self.lines.ends, strict=True):
            if start == end:
                continue
            line = text[start:end]
            bare = line.strip()
            if bare:
                first = start if len(bare) == end - start else start + line.index(bare[0])
                found.append(Span(first, first + len(bare)))
        return found

    @view
    def plain_lines(self) -> list[str]:
        """Each filled line with plain apostrophes and single spaces; empty for one of more than 600 characters."""
        text = self.text
        return [
            " ".join(text[start:end].replace("’", "'").split()) if end - start <= LONGEST_KEY else ""
            for start, end in self.filled_lines
        ]

    @view
    def line_keys(self) -> list[str]:
        """The plain lines in lower case, to look them up in a list; a long line is no entry of any."""
        return list(map(str.casefold, self.plain_lines))

    @view
    def source(self) -> str:
        """Where the article is from: its field `source`, else the host of its `url`, else its folder, else `*`."""
        return source_of(self.meta)

    @view
    def template_lines(self) -> list[tuple[Span, TemplateLine]]:
        """The filled lines that the template packs know of the source, with their entries; none without a pack."""
        if self.templates is None:
            return []
        found = self.templates.find(self.source, self.plain_lines)
        return [(self.filled_lines[number], entry) for number, entry in found]

    @view
    def batch_names(self) -> list[tuple[Span, BatchName]]:
        """Where the rare spellings stand that the template packs know of, sorted, with the frequent ones."""
        return [] if self.templates is None else self.templates.names_in(self.text, self.folded)

    @view
    def line_roles(self) -> list[LineRole]:
        """What each filled line is for on the page that it was copied from, and what told so."""
        return line_roles(self.line_keys, self.meta.get("title", ""))

    @view
    def paragraphs(self) -> SpanArray:
        """Blocks of lines between blank lines; every filled line where the text has no blank line."""
        return paragraph_spans(self.text, self.lines)

    @view
    def sentences(self) -> SpanArray:
        """Sentences, none longer than a line."""
        return sentence_spans(self.text, self.lines)

    @view
    def tokens(self) -> SpanArray:
        """Words and numbers."""
        return token_spans(self.text)

    @view
    def names(self) -> SpanArray:
        """Runs of capitalised words that are names."""
        return name_spans(self.text, self.sentences)

    @view
    def encoded(self) -> bytes | None:
        """The text in UTF-8; None where a lone surrogate makes that impossible."""
        try:
            return self.text.encode()
        except UnicodeEncodeError:
            return None

    @view
    def folded(self) -> str:
        """The letters A to Z in lower case and a space for all else, one place further on: to look for phrases."""
        return folded(self.text)

    @view
    def capitalised(self) -> Counter[str]:
        """How often each word of four letters and more that begins with a capital A to Z comes.

        Only the first 400,000 characters are read: what is longer is not one article.
        """
        return Counter(map(itemgetter(0), self._capitals))

    @view
    def echoes_capitals(self) -> bool:
        """Whether such a word comes again after one lower-case word (“Ukraine in Ukraine”, “York in New York”)."""
        return any(map(itemgetter(1), self._capitals))

    @view
    def quotations(self) -> list[Quotation]:
        """Passages between quotation marks, nested ones too, sorted by start."""
        return quotations(self.text, self.paragraphs)

    @view
    def quoted(self) -> SpanArray:
        """The insides of the outermost quotations, merged: where the words are a speaker's."""
        return interior(self.quotations)

    @view
    def attributions(self) -> list[Attribution]:
        """Who said which quotation, with which verb."""
        return attributions(self.text, self.quotations, self.sentences)

    @view
    def readability(self) -> Readability | None:
        """textstat's counts and indices; None for a text without a word."""
        return readability(self.text, self.encoded)

    @view
    def language(self) -> LanguageGuess:
        """The language of the whole article."""
        return article_language(self.text, self.detector)

    @view
    def foreign_passages(self) -> list[ForeignPassage]:
        """Passages that are not English."""
        return foreign_passages(self.text, self.sentences, self.detector)

    @view
    def checked(self) -> Checked:
        """What LanguageTool said of the text, waited for. Raises ViewUnavailable where the tier does not run."""
        if self.checking is None:
            raise ViewUnavailable("grammar is not checked here; give --grammar auto")
        return self.checking()

    def grammar(self, ids: Container[str]) -> list[Match]:
        """The matches of some of LanguageTool's rules, by id or by `category:NAME`, sorted by place.

        Raises ViewUnavailable where the tier does not run.
        """
        return [match for match in self.checked.matches if match.rule_id in ids or f"category:{match.category}" in ids]

    def phrases(self, book: PhraseBook, around: Sequence[Place] | None = None) -> list[Found]:
        """Where the entries of a lexicon stand, looked for once; `around`: the places of its keys, if known."""
        found = self._phrases.get(book)
        if found is None:
            found = self._phrases[book] = book.found(self.text, self.folded, around)
        return found

    def in_quotation(self, span: Span) -> bool:
        """Whether the span begins inside quoted speech."""
        return self.quoted.at(span.start) is not None

    def line_and_column(self, position: int) -> tuple[int, int]:
        """Line and column of a position, both from 1, the column in code points."""
        index = max(self.lines.index_at(position), 0)
        start = self.lines.starts[index] if len(self.lines) else 0
        return index + 1, position - start + 1

    @view
    def _phrases(self) -> dict[PhraseBook, list[Found]]:
        return {}

    @view
    def _capitals(self) -> list[tuple[str, str]]:
        return _CAPITALISED.findall(self.text, 0, LONGEST_ARTICLE)
