"""GR604 broken-clause: what LanguageTool's rules on this find."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.rulekit import Document, Hit, Severity, corrections, rule

LANGUAGETOOL = frozenset(
    {
        "AM_I",
        "AND_THAN",
        "DOUBLE_NEGATIVE",
        "FROM_FORM",
        "HE_THE",
        "IF_THERE",
        "IF_VB",
        "IF_YOU_ANY",
        "IT_IF",
        "IT_IT",
        "IT_ITS",
        "IT_SOMETHING",
        "I_A",
        "I_IF",
        "MISSING_VERB_AFTER_WHAT",
        "NO_NOT",
        "OTHER_OTHERS",
        "PRONOUN_NOUN",
        "PRP_JJ",
        "PRP_RB_JJ",
        "PRP_REPITION",
        "PRP_THE",
        "SENT_START_THEM",
        "SEVERAL_OTHER",
        "THERE_MISSING_VERB",
        "THERE_THEIR",
        "THESE_ONES",
        "THEYRE_THEIR",
        "THE_THEM",
        "THIS_MISSING_VERB",
        "TO_TWO",
        "WERE_VBB",
        "WHERE_MD_VB",
    }
)


@rule(code="GR604", severity=Severity.MINOR, quotes="outside", stable=True, languagetool=LANGUAGETOOL)
def broken_clause(doc: Document) -> Iterator[Hit]:
    """Words follow each other that no English clause puts side by side, as if one were missing or from elsewhere."""
    yield from corrections(doc, LANGUAGETOOL)
