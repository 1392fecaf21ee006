"""MT130 looks for phrases that only a word-by-word translation has: “the also former minister”."""

from collections.abc import Iterator

from auditor.rulekit import Document, Hit, Severity, language_name, phrase_book, rule

BOOK = phrase_book(__file__, "phrasing")
SURE = 10.0
"""The weight of an entry that is a finding by itself."""


@rule(
    code="MT130",
    severity=Severity.MINOR,
    trigger=BOOK,
    quotes="outside",
    stable=True,
    finds=("mt.calque", "mt.lexical", "mt.word-order", "mt.article-determiner", "mt.fragment"),
)
def literal_phrase(doc: Document) -> Iterator[Hit]:
    """A phrase is a word-by-word translation of an expression of another language."""
    for found in doc.phrases(BOOK):
        phrase = found.phrase
        if phrase.weight >= SURE:
            text = found.span.of(doc.text)
            yield Hit(
                found.span,
                f"“{text}” is no English; it follows the {language_name(phrase.languages[0])} “{phrase.source}”",
                confidence=0.9,
            )
