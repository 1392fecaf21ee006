"""MT109 looks for a word joined to itself, where the source had two words: “317 officers and officers”."""

import re
from collections.abc import Iterator

from auditor.rulekit import Document, Edit, Hit, Severity, Span, data, rule

AND_WORD = re.compile(r"and[ \u00a0](?P<word>[A-Za-z][a-z]{3,})(?![^\W_])(?![-’'/]|\.[^\W_])")
AUTHORITY = re.compile(
    r"[ \u00a0](?:Administration|Agency|Authority|Board|Bureau|Center|Centre|Commission|Committee|Council|Department"
    r"|Ministry|Office|Services?)(?![^\W_])"
)
WORD_BEFORE = re.compile(r"([^\W\d_]{1,30}(?:[’'][a-z]{1,2})?)[ \u00a0]\Z")
SECOND_KIND = re.compile(
    r"[ \u00a0](?:and|at|between|by|from|in|of|on|that|under|which|who|whom|whose|with|without)(?![^\W_])"
    r"|[ \u00a0](?:care|companies|derivatives|education|equipment|equivalents|goods|industries|industry|issues|makers"
    r"|management|markets?|matters|parts|policies|policy|prices?|products?|professionals|related|research|services?"
    r"|suppl(?:y|ies)|systems?|technolog(?:y|ies)|treatment|workers)(?![^\W_])"
)


@rule(
    code="MT109",
    severity=Severity.MINOR,
    trigger=r"[ \x{A0}]and[ \x{A0}]",
    quotes="outside",
    stable=True,
    finds=("mt.repetition",),
)
def word_and_same_word(doc: Document) -> Iterator[Hit]:
    """A word is joined to itself by “and”: two words of the source became one in English."""
    text = doc.text
    for match in AND_WORD.finditer(text):
        word = match["word"]
        end = match.start() - 1
        start = end - len(word)
        if start < 0 or text[start:end].lower() != word.lower() or text[end] not in " \u00a0":
            continue
        if start and (text[start - 1].isalnum() or text[start - 1] in "_’'@#/-"):
            continue
        if word[0].isupper():
            meant = text[start:end] != word or not _is_office(text, match)
        else:
            meant = _is_meant(text, word, start, match.end())
        if not meant:
            yield Hit(
                Span(start, match.end()),
                f"“{text[start : match.end()]}” joins a word to itself",
                (Edit.delete((end, match.end())),),
            )


def _is_office(text: str, match: re.Match[str]) -> bool:
    """“Health and Health Commission”: a field of government, twice in the name of one office."""
    return match["word"] in data(__file__, "fields_of_government") and AUTHORITY.match(text, match.end()) is not None


def _is_meant(text: str, word: str, start: int, end: int) -> bool:
    """Whether English writers say so: idioms, comparatives, counting, verbs for effect, two kinds of a thing."""
    if word in data(__file__, "doubled_words") or (len(word) == 4 and word not in data(__file__, "short_nouns")):
        return True
    if word.endswith("ing") or (word.endswith("er") and word not in data(__file__, "nouns_in_er")):
        return True
    if SECOND_KIND.match(text, end) or _stands_alone(text, start, end):
        return True
    before = WORD_BEFORE.search(text, max(0, start - 40), start)
    if before is None:
        return False
    previous = before[1].lower()
    if word.endswith("ed"):
        return previous not in ("be", "been", "being", "is", "are", "was", "were", "feel", "feels", "also", "highly")
    return previous in data(__file__, "verb_signals")


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether the words are a line of their own, as a sub-heading is."""
    return text[start - 1 : start] in ("", "\n", "\r") and text[end : end + 1] in ("", "\n", "\r")
