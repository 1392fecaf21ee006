"""GR603 wrong-verb-form: what LanguageTool's rules on this find."""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.rulekit import Document, Hit, Severity, corrections, rule

LANGUAGETOOL = frozenset(
    {
        "ADMIT_ENJOY_VB",
        "ALLOW_TO",
        "ARE_WE_HAVE",
        "ASK_TO",
        "AUXILIARY_DO_WITH_INCORRECT_VERB_FORM",
        "BEEN_PART_AGREEMENT",
        "BE_VBP_IN",
        "CONDITIONAL_CLAUSE",
        "DID_BASEFORM",
        "HAVE_PART_AGREEMENT",
        "HOW_DO_I_VB",
        "IS_VBZ",
        "MD_BASEFORM",
        "MD_BE_NON_VBP",
        "MISSING_TO_BETWEEN_BE_AND_VB",
        "PROGRESSIVE_VERBS",
        "PRP_HAVE_VB",
        "PRP_MD_NN",
        "PRP_PAST_PART",
        "PRP_VB",
        "PRP_VBG",
        "TO_NON_BASE",
        "TO_RB_TO_VB",
        "TWO_CONNECTED_MODAL_VERBS",
        "WANT_THAT_I",
        "WANT_TO_NN",
        "WAS_BEEN",
    }
)

QUESTION = re.compile(r"\b(?:Can|Could|May|Might|Must|Shall|Should|Will|Would) \Z")
"""A modal verb that begins a question, after which a participle is an adjective: “Could proposed laws …”."""


@rule(code="GR603", severity=Severity.MINOR, quotes="outside", stable=True, languagetool=LANGUAGETOOL)
def wrong_verb_form(doc: Document) -> Iterator[Hit]:
    """A verb stands in a form that its auxiliary, its subject or the verb before it does not allow."""
    for hit in corrections(doc, LANGUAGETOOL):
        if not QUESTION.search(doc.text, max(hit.span.start - 12, 0), hit.span.start):
            yield hit
