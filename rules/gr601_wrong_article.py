"""GR601 wrong-article: what LanguageTool's rules on this find."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.rulekit import Document, Hit, Severity, corrections, rule

LANGUAGETOOL = frozenset(
    {
        "ARTICLE_ADJECTIVE_OF",
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


@rule(code="GR601", severity=Severity.MINOR, quotes="outside", stable=True, languagetool=LANGUAGETOOL)
def wrong_article(doc: Document) -> Iterator[Hit]:
    """An article is missing, doubled, or does not fit the word after it."""
    text = doc.text
    for hit in corrections(doc, LANGUAGETOOL):
        sum_of_money = text[hit.span.end : hit.span.end + 2].strip() in CURRENCIES  # “an £80m charge” is right
        if not sum_of_money and "freedom" not in hit.span.of(text).lower():  # “a freedom of information request”
            yield hit
