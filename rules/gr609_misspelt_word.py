"""GR609 misspelt-word: a letter of a long common word is missing, doubled, or has changed places."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.rulekit import Document, Hit, Severity, corrections, data, rule

LANGUAGETOOL = frozenset({"MORFOLOGIK_RULE_EN_US"})


@rule(code="GR609", severity=Severity.MINOR, quotes="outside", stable=True, languagetool=LANGUAGETOOL)
def misspelt_word(doc: Document) -> Iterator[Hit]:
    """A letter is missing, doubled or misplaced within a long word, and the right word is plain."""
    accepted = data(__file__, "spellings")
    for hit in corrections(doc, LANGUAGETOOL):
        word = hit.span.of(doc.text)
        if (
            word not in accepted
            and not word.endswith(("eus", "ius"))  # species
            and hit.edits
            and slipped(word, hit.edits[0].text)
        ):
            yield hit


def slipped(word: str, right: str) -> bool:
    """Whether `word` is `right` with a letter left out, doubled, or changed with its neighbour, well inside it."""
    at = 0
    while at < min(len(word), len(right)) and word[at] == right[at]:
        at += 1
    if not right.isalpha() or at == 0 or at >= len(right) - 2:
        return False
    if len(word) == len(right):
        pair = word[at : at + 2]  # “kilometre” and “kilometer” are both right
        return pair == right[at : at + 2][::-1] and word[at + 2 :] == right[at + 2 :] and set(pair) != {"r", "e"}
    if len(word) + 1 == len(right):
        right_only = right[at - 1 : at + 2]  # “skilful” and “centred” are British
        return word[at:] == right[at + 1 :] and not right_only.startswith("ll") and not right_only.endswith("er")
    return word[:at] + word[at + 1 :] == right and _doubled(word, at)


def _doubled(word: str, at: int) -> bool:
    """Whether the letter too many is a third one, or doubles one that no variety of English doubles at will."""
    before, letter = word[at - 1], word[at]
    return letter == before and (word[at - 2] == letter or letter not in "elpst")
