"""MT132 looks for shapes of grammar that no English writer leaves: “the task of collect”, “it cannot be maintain”."""

import re
from collections.abc import Iterator

from auditor.rulekit import Document, Edit, Hit, Severity, Span, lazy_pattern, phrase_book, rule, shorten

BOOK = phrase_book(__file__, "grammar")
FIRST_WORD = lazy_pattern(r"[A-Za-z]+")
VERBS_THAT_MAY_END_A_CLAUSE = frozenset(("allows", "did", "didn", "do", "does", "doesn", "don", "enables", "permits"))
MODALS = frozenset(("can", "cannot", "could", "may", "might", "must", "shall", "should", "will", "would"))
BE = frozenset(("am", "are", "been", "being", "is", "was", "were"))
PART_OF_A_WORD = ("-", "\u2011", "/", "@", "#", "_")
OPEN_CLAUSE = lazy_pattern(
    r"(?<![^\W_])(?:all|any\w{0,10}|as|best|do|does|did|doing|done|every\w{0,10}|how|like|much|ones|than|that|those|what\w{0,5}"
    r"|where|which|who|whom)(?![^\W_])[^.,;:!?\r\n]{0,40}\Z",
    re.IGNORECASE,
)
OPEN_CLAUSE_OF_PRONOUN = lazy_pattern(
    r"(?<![^\W_])(?:all|any\w{0,10}|as|best|every\w{0,10}|much|what\w{0,5}|who)[ \u00a0]\Z", re.IGNORECASE
)
MODAL_AND_BE = lazy_pattern(r"[a-z]+[ \u00a0](?:(?:not|also|only|never|even)[ \u00a0])?be[ \u00a0]")
PRONOUN_AND_MODAL = lazy_pattern(r"(?:he|she|it|they|we|you)[ \u00a0](?:can|may|might|must|shall|will)[ \u00a0]")
DOUBLED_COMPARISON = lazy_pattern(r"(?<![^\W_])mo(?:re|st)[ \u00a0](?=[a-z]{2,10}(?:er|est|se)(?![^\W_]))")


@rule(
    code="MT132",
    severity=Severity.MINOR,
    trigger=BOOK,
    quotes="outside",
    stable=True,
    finds=("mt.calque", "mt.word-order", "mt.article-determiner", "mt.broken-sentence", "mt.fragment"),
)
def broken_grammar(doc: Document) -> Iterator[Hit]:
    """The words are put together as English grammar never does."""
    text = doc.text
    for found in doc.phrases(BOOK):
        span = _without_stop(text, found.span)
        if _is_part_of_a_longer_word(text, span) or _may_be_english(text, span):
            continue
        yield Hit(
            span,
            f"“{shorten(span.of(text))}” is no English: {found.phrase.source}",
            tuple(_undoubled(text, span)),
            confidence=0.9,
        )


def _without_stop(text: str, span: Span) -> Span:
    """The words alone, where an entry reads on to a comma or a full stop."""
    return Span(span.start, span.end - 1) if text[span.end - 1] in ".," else span


def _is_part_of_a_longer_word(text: str, span: Span) -> bool:
    """Whether a hyphen or the like joins the words to others: “sort of get-together”, “the has-been”."""
    return text[span.start - 1 : span.start] in PART_OF_A_WORD or text[span.end : span.end + 1] in PART_OF_A_WORD


def _may_be_english(text: str, span: Span) -> bool:
    """Whether a verb stands at the end of a clause that opened before: “everyone who could fled”, “all we do is wait”.

    A modal verb with a capital may be a name, or begin a question: “Theresa May became”.
    """
    if PRONOUN_AND_MODAL.match(text, span.start):
        return OPEN_CLAUSE_OF_PRONOUN.search(text, max(0, span.start - 20), span.start) is not None
    word = FIRST_WORD.match(text, span.start)
    if word is None or word[0].lower() not in MODALS | BE | VERBS_THAT_MAY_END_A_CLAUSE:
        return False
    if word[0].lower() in MODALS and (word[0][0].isupper() or MODAL_AND_BE.match(text, span.start)):
        return word[0][0].isupper()
    return OPEN_CLAUSE.search(text, max(0, span.start - 60), span.start) is not None


def _undoubled(text: str, span: Span) -> Iterator[Edit]:
    """The cure of a doubled comparison: “more better” is “better”."""
    match = DOUBLED_COMPARISON.search(text, span.start, span.end)
    if match:
        yield Edit.delete(match.span())
