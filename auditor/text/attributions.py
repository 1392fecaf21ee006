"""Who said it: speech verbs with their speakers, and the quotations they belong to.

Each speech verb outside quotations is judged by what stands directly beside it. It is an attribution
when its speaker touches it (“Roth said”, “said Roth”) and

- a quotation ends directly before the clause or begins directly after it, or
- it reports speech without quoting: “… said that …”, “Roth said …”, and “…, he said.” at the end of a sentence.

Anything else is left out: a verb without a speaker beside it, and a speech verb in another use
(“is said to be”, “the claims that”).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from typing import Final, NamedTuple

from auditor.span import Span, SpanArray
from auditor.text.lexicon import lexicon
from auditor.text.names import name_source
from auditor.text.quotes import Quotation

LOOK_BACK: Final = 120
"""Longest clause before a verb, in characters, in which its speaker is sought."""

WORD: Final = re.compile(r"\S+")
PRONOUNS: Final = frozenset({"he", "she", "they", "it", "we", "i"})
BETWEEN: Final = frozenset(
    ["has", "had", "have", "also", "then", "later", "recently", "earlier", "further", "once", "again", "just", "even"]
) | frozenset(["repeatedly", "simply", "already", "still", "now", "both", "all", "himself", "herself", "themselves"])
DETERMINERS: Final = frozenset(
    ["the", "a", "an", "his", "her", "their", "its", "one", "another", "this", "our", "some", "many", "several"]
)
PREPOSITIONS: Final = frozenset(
    ["of", "at", "in", "for", "from", "with", "by", "to", "about", "between", "against", "near", "behind", "under"]
)
BREAKS: Final = PREPOSITIONS - {"of"} | frozenset(
    ["after", "as", "before", "that", "but", "because", "while", "when", "and", "or"]
)
PLAIN: Final = frozenset({"said", "says"})
NOT_SPEECH: Final = frozenset({"to", "by", "for", "of", "and", "goodbye", "nothing"})
NEXT_WORD: Final = re.compile(r"\s(\w+)")
THAT: Final = re.compile(r"(?:\s[^\s.,;:!?“”\"]+){0,5}?\sthat\b")
INTRODUCTION: Final = re.compile(r"(?:\sthat|\show)?[:,]?\s*|[^.!?\n“”\"]{1,80}[:,]\s*|\s[^.!?,;\n“”\"]{1,40}\sthat\s")
AFTER_QUOTATION: Final = re.compile(r"[,.]?\s?(?P<title>(?:[\w’'&.-]+\s){1,8})?")
CLAUSE_END: Final = re.compile(r"\s*(?:[.,;!?]|$)", re.MULTILINE)


class Attribution(NamedTuple):
    """One clause that says who spoke.

    `span` goes from the speaker to the verb or from the verb to the speaker; `verb` is the verb alone.
    `speaker` is a pronoun or a name with its titles; None if it is a description (“the minister said”), which
    `span` covers. `quotation` is the index of the quotation it belongs to, None for reported speech without
    one. `inverted` is True when the verb comes first (“said Roth”).
    """

    span: Span
    verb: Span
    speaker: Span | None
    quotation: int | None
    inverted: bool


class _Speaker(NamedTuple):
    """Where the words for a speaker are, and whether they are a name or pronoun."""

    span: Span
    named: bool

    @property
    def name(self) -> Span | None:
        return self.span if self.named else None


def attributions(text: str, quotations: Sequence[Quotation], sentences: SpanArray) -> list[Attribution]:
    """The attributions of `text`, sorted by their verbs; offsets are code points.

    `quotations` are those of `auditor.text.quotes.quotations`, `sentences` the sentence spans of the same text.
    At most one attribution for each verb. Never raises; linear in the length.
    """
    outer = [index for index, quotation in enumerate(quotations) if quotation.depth == 0]
    begins = [quotations[index].span.start for index in outer]
    ends = [quotations[index].span.end for index in outer]
    found = []
    for match in _verbs().finditer(text):
        verb = Span(match.start() + 1, match.end())
        at = bisect_right(begins, verb.start) - 1
        if at >= 0 and verb.start < ends[at]:
            continue
        before = outer[at] if at >= 0 else None
        after_at = bisect_left(begins, verb.end)
        after = outer[after_at] if after_at < len(outer) else None
        attribution = _attribution(text, verb, quotations, before, after, sentences)
        if attribution is not None:
            found.append(attribution)
    return found


def _attribution(
    text: str,
    verb: Span,
    quotations: Sequence[Quotation],
    before: int | None,
    after: int | None,
    sentences: SpanArray,
) -> Attribution | None:
    """What the verb attributes, given the quotations that stand nearest before and after it."""
    said_before = quotations[before].span.end if before is not None else -1
    if before is not None and verb.start - said_before <= 2 and not text[said_before : verb.start].strip(" ,.\n"):
        speaker = _speaker_after(text, verb.end)
        if speaker is not None:
            return Attribution(Span(verb.start, speaker.span.end), verb, speaker.name, before, True)
    sentence = sentences.at(verb.start)
    floor = max(verb.start - LOOK_BACK, said_before, 0 if sentence is None else sentence.start)
    floor = max(floor, text.rfind("\n", floor, verb.start) + 1)
    speaker = _speaker_before(text, floor, verb.start, whole=floor > verb.start - LOOK_BACK)
    ceiling = len(text) if sentence is None else sentence.end
    if speaker is None:
        led = text[floor : verb.start].rstrip()
        later = _speaker_after(text, verb.end) if led.endswith(",") else None
        if later is None or not CLAUSE_END.match(text, later.span.end):
            return None
        return Attribution(Span(verb.start, later.span.end), verb, later.name, None, True)
    span = Span(speaker.span.start, verb.end)
    if before is not None and _follows(text, quotations[before], span):
        return Attribution(span, verb, speaker.name, before, False)
    if after is not None:
        begins = quotations[after].span.start
        if begins - verb.end <= LOOK_BACK and INTRODUCTION.fullmatch(text, verb.end, begins):
            return Attribution(span, verb, speaker.name, after, False)
    if _reports(text, verb, span.start, floor, ceiling):
        return Attribution(span, verb, speaker.name, None, False)
    return None


def _follows(text: str, quotation: Quotation, clause: Span) -> bool:
    """Whether a clause belongs to the quotation that ends before it: `,” analyst Jo Roth said`.

    A clause with a capital after a full stop inside the marks is a new sentence, unless it ends with its verb.
    """
    if clause.start - quotation.span.end > LOOK_BACK:
        return False
    match = AFTER_QUOTATION.fullmatch(text, quotation.span.end, clause.start)
    if match is None or (match["title"] and not _is_role(match["title"].split()[-1])):
        return False
    end = quotation.span.end
    last = "." if text.startswith(".", end) else text[quotation.inner.end - 1 : quotation.inner.end] or ","
    first = end if match["title"] is None else match.start("title")
    opening = text[first : clause.end].lstrip(" ,.\n")
    if last not in ".!?…" or not opening[0].isupper() or opening[:2] == "I ":
        return True
    return not opening.startswith(("He ", "She ", "They ", "It ", "We ")) and (
        last != "." or CLAUSE_END.match(text, clause.end) is not None
    )


def _reports(text: str, verb: Span, clause: int, floor: int, ceiling: int) -> bool:
    """Whether a verb with its speaker before it reports speech without a quotation."""
    if THAT.match(text, verb.end, ceiling):
        return True
    if text[floor:clause].rstrip().endswith(",") and CLAUSE_END.match(text, verb.end):
        return True
    following = NEXT_WORD.match(text, verb.end, ceiling)
    return verb.of(text) in PLAIN and following is not None and following[1] not in NOT_SPEECH


def _speaker_before(text: str, floor: int, stop: int, whole: bool) -> _Speaker | None:
    """The speaker whose words end directly before `stop`, adverbs and auxiliaries aside.

    `whole` says that `floor` is where a sentence begins or a quotation ends, not only as far as is looked.
    """
    words = [match.span() for match in WORD.finditer(text, floor, stop)]
    last = len(words) - 1
    while last >= 0 and ((word := text[slice(*words[last])]) in BETWEEN or (word.endswith("ly") and word.islower())):
        last -= 1
    if last < 0:
        return None
    if word.endswith(",") and word != ",":  # Rose Gottemoeller, once an envoy, said
        opening = text.rfind(",", floor, words[last][1] - 1)
        if opening <= floor:
            return None
        last = next(number for number, (start, end) in enumerate(words) if end > opening)
        if not whole or words[last][1] != opening + 1:
            return None
        speaker = _named(text, words, last, trim=1)
        return speaker if speaker is not None and not text[floor : speaker.span.start].strip() else None
    if word.lower() in PRONOUNS:
        return _Speaker(Span(*words[last]), named=True)
    if word[0].isupper():
        return _named(text, words, last, trim=0)
    if not _is_role(word):
        return None
    for number in range(last, max(last - 6, -1), -1):
        part = text[slice(*words[number])].lower()
        if number < last and (not part[-1].isalnum() or part in BREAKS):
            break
        if part in DETERMINERS:
            return _Speaker(Span(words[number][0], words[last][1]), named=False)
    return _Speaker(Span(*words[last]), named=False) if word.endswith("s") or word == "police" else None


def _named(text: str, words: list[tuple[int, int]], last: int, trim: int) -> _Speaker | None:
    """The name whose last word is `words[last]` without its final `trim` characters."""
    end = words[last][1] - trim
    if not text[end - 1].isalnum() or text[end - 2 : end] in ("’s", "'s"):
        return None
    first = last
    particles, titles = lexicon("name_particles"), lexicon("honorifics")
    for number in range(last - 1, max(last - 8, -1), -1):
        word = text[slice(*words[number])]
        whole = word[-1].isalnum() or (word[-1] == "." and (word[:-1] in titles or len(word) == 2 or "." in word[:-1]))
        if not whole or word[-2:] in ("’s", "'s"):
            break
        if word[0].isupper():
            first = number
        elif word not in particles and word != "of":
            break
    skipped = _no_names()
    while first < last and _skip(text[slice(*words[first])], skipped):
        first += 1
    start = words[first][0]
    name = text[start:end]
    if not name[0].isupper() or _skip(name, skipped):
        return None
    before = [text[slice(*words[number])] for number in range(max(first - 2, 0), first)]
    if before and before[-1] in ("the", "The"):
        before.pop()
    return _Speaker(Span(start, end), named=not before or before[-1] not in PREPOSITIONS)


@cache
def _no_names() -> frozenset[str]:
    """Words that may stand capitalised before a name without belonging to it."""
    return lexicon("function_words") | lexicon("weekdays") | lexicon("months")


def _skip(word: str, skipped: frozenset[str]) -> bool:
    """Whether a word before a name is capitalised only because a sentence begins, or is a date or particle."""
    return not word[0].isupper() or word in skipped or (word.lower() in skipped and not word.isupper())


def _speaker_after(text: str, position: int) -> _Speaker | None:
    """The speaker whose words begin directly after `position` and a space."""
    match = _after().match(text, position)
    if match is None:
        return None
    if match["determiner"] is None:
        if match["title"] and not _is_role(match["title"].split()[-1]):
            return None
        return _Speaker(Span(*match.span("name" if match["pronoun"] is None else "pronoun")), named=True)
    for word in WORD.finditer(text, match.end(), match.end() + 60):
        bare = word.group().rstrip(".,;:")
        if _is_role(bare):
            return _Speaker(Span(match.start("determiner"), word.start() + len(bare)), named=False)
        if not word.group()[-1].isalnum():
            return None
    return None


def _is_role(word: str) -> bool:
    """Whether the word, singular or plural, names someone who can speak."""
    roles = lexicon("roles")
    return word in roles or (word.endswith("s") and (word[:-1] in roles or word[:-3] + "y" in roles))


@cache
def _verbs() -> re.Pattern[str]:
    """A speech verb after a space or quotation mark, sorted by first letters to be quick to refuse."""
    initials: defaultdict[str, list[str]] = defaultdict(list)
    for verb in sorted(lexicon("speech_verbs")):
        initials[verb[0]].append(verb[1:])
    verbs = "|".join(f"{first}(?:{'|'.join(rest)})" for first, rest in sorted(initials.items()))
    return re.compile(rf"[ \n\u00a0“”\"'’»](?:{verbs})\b")


@cache
def _after() -> re.Pattern[str]:
    """He or she, a name with the words for a role before it, or the determiner of a description, after a space."""
    determiners = "|".join(sorted(DETERMINERS))
    return re.compile(
        rf"\s(?:(?P<pronoun>s?he\b)|(?P<determiner>(?:{determiners}))\b"
        rf"|(?P<title>(?:[a-z][\w’'-]*\s){{1,4}}+)?+(?P<name>{name_source()}))"
    )
