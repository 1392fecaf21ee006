"""GR602 number-disagreement: what LanguageTool's rules on this find."""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.rulekit import Document, Hit, Severity, corrections, rule

LANGUAGETOOL = frozenset(
    {
        "CD_DOZENS_OF",
        "CD_NN",
        "CD_OF_MY_FRIEND",
        "IS_AND_ARE",
        "IT_VBZ",
        "MANY_NN",
        "MUCH_COUNTABLE",
        "NNS_IN_NNP_VBZ",
        "NNS_OF_SINGULAR_AGREEMENT",
        "NNS_THAT_AGREEMENT",
        "NNS_THAT_VBZ",
        "NON3PRS_VERB",
        "ONE_PLURAL",
        "ORDINAL_NUMBER_SUFFIX",
        "PCT_PLURAL_NOUN_SINGULAR_VERB_AGREEMENT",
        "PCT_SINGULAR_NOUN_PLURAL_VERB_AGREEMENT",
        "PEOPLE_VBZ",
        "PERS_PRONOUN_AGREEMENT",
        "RELATIVE_CLAUSE_AGREEMENT",
        "SINGULAR_NOUN_ADV_AGREEMENT",
        "SOME_FACULTY",
        "SUBJECT_VERB_AGREEMENT",
        "SUBJECT_VERB_AGREEMENT_PLURAL",
        "THE_HEADQUARTER",
        "THOUSANDS_OF_NN",
    }
)

MEASURE = re.compile(r"\b(?:an?|the|its|th(?:is|at)|each|every) [\w,.-]{1,20}(?: \w{1,8}illion)? \Z|\([\d,.]+ \Z")
"""A determiner and a number before a noun: “the seven million barrier”, “a 58,000 kilometre drive”."""


@rule(code="GR602", severity=Severity.MINOR, quotes="outside", stable=True, languagetool=LANGUAGETOOL)
def number_disagreement(doc: Document) -> Iterator[Hit]:
    """A verb, noun or number word does not agree in number with the word it belongs to."""
    for hit in corrections(doc, LANGUAGETOOL):
        if not MEASURE.search(doc.text, max(hit.span.start - 40, 0), hit.span.start):
            yield hit
