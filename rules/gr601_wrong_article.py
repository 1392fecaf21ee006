"""GR601 wrong-article: what LanguageTool's rules on this find."""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.rulekit import Document, Hit, Severity, Span, corrections, rule

LANGUAGETOOL = frozenset(
    {
        "A_CD_NNS",
        "A_INFINITIVE",
        "A_NNS",
        "A_RB_A_JJ_NN",
        "A_RB_NN",
        "A_TO",
        "A_UNCOUNTABLE",
        "BUNCH_OF",
        "DETERMINER_GEOGRAPHICAL_WORD",
        "DT_DT",
        "DT_JJ_NO_NOUN",
        "DT_PRP",
        "DT_RB_IN",
        "EN_A_VS_AN",
        "MISSING_NOUN",
        "MOST_SOME_OF_NNS",
        "NODT_DOZEN",
        "THE_ARE",
        "THE_CC",
        "THE_IT",
        "THE_PUNCT",
        "THE_SENT_END",
        "THE_SOME",
        "THE_THEY",
        "UKRAINE_NO_THE",
    }
)

CURRENCIES = ("$", "£", "€", "¥")

LETTERED = re.compile(r"[a-z]{2,4}(?:\d|\.\w)")
"""What is spoken letter by letter though it is written in lower case."""


@rule(code="GR601", severity=Severity.MINOR, quotes="outside", stable=True, languagetool=LANGUAGETOOL)
def wrong_article(doc: Document) -> Iterator[Hit]:
    """An article is missing, doubled, or does not fit the word after it."""
    for hit in corrections(doc, LANGUAGETOOL):
        if not _right(doc.text, hit.span):
            yield hit


def _right(text: str, span: Span) -> bool:
    """Whether it is one of the places where LanguageTool is wrong on news."""
    before, after = text[max(span.start - 6, 0) : span.start], text[span.end : span.end + 20].lstrip()
    return (
        after.startswith(CURRENCIES)  # “an £80m charge” is said “an eighty …”
        or LETTERED.match(after) is not None  # “an mp3 player”, “an fbi.gov address”
        or before == "or so "  # “100 or so million years later”
        or "freedom" in span.of(text).lower()  # “a freedom of information request”
    )
