"""MT109 looks for a word joined to itself, where the source had two words: “317 officers and officers”."""

import re
from collections.abc import Iterator

from auditor.rulekit import Document, Edit, Hit, Severity, Span, data, rule

WORD = re.compile(r"(?P<word>[A-Za-z][a-z]{3,})(?![^\W_])(?![-’'/]|\.[^\W_])")
AUTHORITY = re.compile(
    r"[ \u00a0](?:Academy|Administration|Affairs|Agency|Association|Authority|Board|Bureau|Center|Centre|Command"
    r"|Commission|Committee|Corps|Council|Court|Department|Directorate|Division|Fund|Headquarters|Inspectorate"
    r"|Institute|Ministry|Office|Police|Services?|University)(?![^\W_])"
)
WORD_BEFORE = re.compile(r"([^\W\d_]{1,30}(?:[’'][a-z]{1,2})?)[ \u00a0]\Z")
SECOND_KIND = re.compile(
    r"[ \u00a0](?:and|at|between|by|from|in|of|on|that|under|which|who|whom|whose|with|without)(?![^\W_])"
    r"|[ \u00a0](?:care|companies|derivatives|education|equipment|equivalents|goods|industries|industry|issues|makers"
    r"|management|markets?|matters|parts|policies|policy|prices?|products?|professionals|related|research|services?"
    r"|suppl(?:y|ies)|systems?|technolog(?:y|ies)|treatment|workers)(?![^\W_])"
)
OR_WORD = re.compile(r"(?P<word>[a-z]{5,})(?=[.,;)])")
NUMBER_BEFORE = re.compile(r"\d[ \u00a0]\Z")
JOINED_AGAIN = re.compile(r"[ \u00a0](?:that|of|in|on|which|under|with|from|by)(?![^\W_])")
ABSTRACT = ("tion", "sion", "ment", "ness", "ity", "ence", "ance", "ship", "ism")
POINTING = frozenset(("the", "this", "his", "her", "its", "their", "our"))
TWO_WORDS = re.compile(r"(?P<words>[A-Za-z][A-Za-z’']{0,20}[ \u00a0][A-Za-z][a-z]{2,20})(?=[.,;:)!?\r\n]|\Z)")


@rule(
    code="MT109",
    severity=Severity.MINOR,
    quotes="outside",
    stable=True,
    finds=("mt.repetition",),
)
def word_and_same_word(doc: Document) -> Iterator[Hit]:
    """A word is joined to itself by “and”: two words of the source became one in English."""
    text = doc.text
    plain = text.replace("\u00a0", " ")
    start = plain.find(" and ") + 1
    while start > 0:
        after = start + 4
        if text[after + 1 : after + 4] in text[max(0, start - 45) : start]:
            yield from _joined_by_and(text, start, after)
        start = plain.find(" and ", start) + 1
    start = plain.find(" or ") + 1
    while start > 0:
        match = OR_WORD.match(text, start + 3)
        first = match and _same_before(text, start, match["word"])
        if match and first and match["word"] not in data(__file__, "doubled_words"):
            yield _hit(text, first, match.end())
        start = plain.find(" or ", start) + 1


def _joined_by_and(text: str, start: int, after: int) -> Iterator[Hit]:
    """A word or two before `start`, where “and” begins, and the same again from `after` on."""
    word = WORD.match(text, after)
    if word is None or not (first := _same_before(text, start, word["word"])):
        yield from _two_words(text, start, after)
    elif not (_is_named_so(text, first, word) if word["word"][0].isupper() else _is_meant(text, first, word)):
        yield _hit(text, first, word.end())


def _same_before(text: str, place: int, words: str) -> Span | None:
    """Where the same words stand right before a place, in upper or lower case, as whole words."""
    end = place - 1
    start = end - len(words)
    if start < 0 or text[start:end].lower() != words.lower() or text[end] not in " \u00a0":
        return None
    if start and (text[start - 1].isalnum() or text[start - 1] in "_’'@#/-"):
        return None
    return Span(start, end)


def _hit(text: str, first: Span, last: int) -> Hit:
    """Two copies of a word or two: the first of them, and where the second ends."""
    said = text[first.start : last]
    return Hit(Span(first.start, last), f"“{said}” joins a word to itself", (Edit.delete((first.end, last)),))


def _two_words(text: str, place: int, after: int) -> Iterator[Hit]:
    """“fruit flies and fruit flies,”: two words joined to the same two words at the end of a part of the sentence."""
    second = TWO_WORDS.match(text, after)
    if second is None:
        return
    words = second["words"].split()
    first = _same_before(text, place, second["words"])
    if first and max(map(len, words)) > 4 and words[0].lower() not in POINTING | data(__file__, "counting_words"):
        yield _hit(text, first, second.end())


def _is_named_so(text: str, first: Span, second: re.Match[str]) -> bool:
    """Whether a capitalised word is no field of government, as in “Health and Health Commission”."""
    if first.of(text) != second["word"] or second["word"] not in data(__file__, "fields_of_government"):
        return True
    return AUTHORITY.match(text, second.end()) is None


def _is_meant(text: str, first: Span, second: re.Match[str]) -> bool:
    """Whether English writers say so: idioms, comparatives, counting, verbs for effect, two kinds of a thing."""
    word, start, end = second["word"], first.start, second.end()
    if word in data(__file__, "doubled_words") or (len(word) == 4 and word not in data(__file__, "short_nouns")):
        return True
    if word.endswith("ing") or (word.endswith("er") and word not in data(__file__, "nouns_in_er")):
        return True
    if _stands_alone(text, start, end):
        return True
    before = WORD_BEFORE.search(text, max(0, start - 40), start)
    previous = before[1].lower() if before else ""
    if SECOND_KIND.match(text, end):
        if JOINED_AGAIN.match(text, end) and NUMBER_BEFORE.search(text, max(0, start - 12), start):
            return False
        return not (previous in POINTING and word.endswith(ABSTRACT) and JOINED_AGAIN.match(text, end))
    if word.endswith("ed"):
        return previous not in (
            "be",
            "been",
            "being",
            "is",
            "are",
            "was",
            "were",
            "feel",
            "feels",
            "also",
            "highly",
            "",
        )
    return previous in data(__file__, "verb_signals")


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether the words are a line of their own, as a sub-heading is."""
    return text[start - 1 : start] in ("", "\n", "\r") and text[end : end + 1] in ("", "\n", "\r")
