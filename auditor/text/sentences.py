"""Sentences: where one sentence of a news article ends and the next begins, line by line.

One scan finds every stop that is followed by white space (or, without a space, by a capitalised word), and
each is decided from the word before it and the word after it. What the decisions are, and why:

- **A line end is a sentence end**, as headlines, captions and bylines have no stop.
- **Sentences inside a quotation are sentences of their own.** “We won. We are glad,” he said. is two:
  quotations of a hundred words are common in news, and would make every sentence length meaningless.
  Quotation marks and brackets after a stop belong to the sentence that they close, and so do a footnote
  mark like [1] and an emoji.
- **A stop before a lower-case word ends the sentence** (“well Russia is. armed.”) when it is one plain
  full stop, without closing quotation mark or bracket, after a word that is no abbreviation. This is
  typical damage, and a sentence that ran on over it would hide it; both halves keep the evidence: the next
  sentence begins in lower case. It is not done where correct text has a stop before a lower-case word:
  after abbreviations and one- or two-letter words (except is, it, be and the like), after ‘?’, ‘!’ and
  ellipses, after a closing quotation mark (“Why?” she asked), before names like example.com.
- **An abbreviation ends a sentence** never (Mr.), unless a number follows (No. 10, Jan. 12), or only when a
  word follows that commonly opens a sentence (in the U.S. The …), depending on the list that it is on.
- A stop without a space after it (“on Jan. 12.Olivier …”, “the end.Then …”) ends a sentence between a plain
  word and a plain capitalised word, not in domains and product names.

The sentence splitter `sentencex`, with its result corrected, was the first design. It is not used: version
1.0.32 takes time quadratic in the length of a line with opened, never closed quotation marks (which is
damage that this project looks for; ten times the text costs a hundred times the time) and keeps whole
quotations together: 124 of the 166 hard cases of our bank come out as marked, which was written beside this
module and so favours it. `python -m benchmarks.sentences` measures both again.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from auditor.span import SpanArray
from auditor.text.lexicon import lexicon

# How far to look back for the word before a stop, in code points. No entry of a list is longer.
_LOOK_BACK = 32

# The last four letters of the abbreviations that end in four lower-case letters.
_ENDINGS = "alif|bros|corp|dept|excl|govt|incl|misc|orig|prox|resp|ssoc|ssrs"

_STOPS = ".!?…‼⁇⁈⁉"
_CLOSERS = "\"'“”‘’«»‹›)\\]}*"
_EMOJI = "\u2600-\u27bf\u2b50\u2b55\ufe0f\u200d\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff"

# A place where a sentence may end. Group 1: the white space after a stop that surely ends one. Otherwise
# group 2: the rest of a run of stops; group 3: the white space, absent where the next word is glued on.
# Possessive throughout, and a run of stops is entered only at its first: linear on any input.
_GAP = re.compile(
    rf"""[{_STOPS}]
    (?: (?:(?<=[a-z]{{4}}\.) (?<!(?:{_ENDINGS})\.) | (?<=\d{{4}}\.) | (?<=["”]\.)) ["”]?+ (\s++) (?=[“"]?+[A-Z])
      | (?<![{_STOPS}][{_STOPS}])
        ([{_STOPS}]*+) [{_CLOSERS}]*+ (?: \s?+ (?: \[\d{{1,3}}\] | [{_EMOJI}]++ | [”»](?!\S) ) )*+
        (?: (\s++) | (?=[A-Z]) )
    )""",
    re.VERBOSE,
)

# What may stand between white space and the first letter or digit of a sentence.
_LEAD = re.compile(r"[\"'“”‘’«»„‚‹›(\[{¿¡*•·–—―\-\s\u200b-\u200f\ufeff#@$£€¥]*+")
_WORD = re.compile(r"[^\W\d_]+")
_PLAIN_LOWER_WORD = re.compile(r"[a-z]++(?:[’'][a-z]+)?+(?![\w@/\-]|\.\w)")
# A word that begins in lower case by its nature, or a particle: iPhone, eBay, al-Qaeda, d’Estaing.
_CAPITAL_WITHIN = re.compile(r"[a-z]{1,8}[A-Z]|[a-z]{1,3}[-’'][A-Z]")
_GLUED_WORD = re.compile(r"(?!(?:Com|Org|Net|Gov|Edu|Info|Uk|Io|Js|Ai)\b)(?:[A-Z][a-z]++|[AI](?=\s))(?![\w@/:]|\.\w)")

_ENUMERATOR = re.compile(r"[\"'“‘(\[]?(?:\d{1,3}|\d{1,2}(?:\.\d{1,2})+|[A-Za-z]|[ivxIVX]{1,4})")
_DOTTED = re.compile(r"(?:[^\W\d_]{1,2}\.)+[^\W\d_]{1,2}")
_VOWEL = re.compile("[aeiouyAEIOUYà-ÿ]")
_TIME_OF_DAY = frozenset({"a.m", "p.m", "A.M", "P.M"})
_OF_TIME_ZONE = re.compile(r"(?:[A-Z][\w.]{1,30}\s){1,2}(?:[Tt]ime|[Ss]tandard|[Dd]aylight)\b")
_SHORT_WORDS = frozenset(["is", "it", "be", "to", "of", "or", "as", "at", "by", "we", "us", "he", "me", "my"])
_NAMES_WITH_EXCLAMATION_MARK = frozenset(["Yahoo", "Jeopardy", "Wham", "Yum"])
_BEFORE_ORDINAL = frozenset(["on", "the", "of", "since", "until", "from", "by"])
_ATTRIBUTION = re.compile(
    r"(?:[A-Z][\w.’'\-]{1,30}\s){1,4}(?:said|says|asked|asks|wondered|wrote|cried|shouted|exclaimed|replied|joked)"
    r"(?=\s*[.,;:]|\s(?:in|at|on|to|as|when|during|after|before|while|with|of|last|this)\b|\s*$)"
)


class _Words(NamedTuple):
    """The word lists that the decisions need, loaded once."""

    never: frozenset[str]
    before_number: frozenset[str]
    before_starter: frozenset[str]
    starters: frozenset[str]
    lettered: frozenset[str]
    months: frozenset[str]
    after_time: frozenset[str]


@cache
def _words() -> _Words:
    months = lexicon("months")
    short_months = frozenset(month for month in months if len(month) <= 4) - {"May", "June", "July"}
    return _Words(
        never=lexicon("titles"),
        before_number=lexicon("numbered_abbreviations") | short_months,
        before_starter=lexicon("abbreviations"),
        starters=lexicon("sentence_starters"),
        lettered=lexicon("lettered_things"),
        months=months,
        after_time=lexicon("times_of_day_followers") | months,
    )


@cache
def abbreviations() -> frozenset[str]:
    """Every abbreviation that the sentence view knows, without its stop, in the case in which it counts."""
    words = _words()
    return words.never | words.before_number | words.before_starter


def sentence_spans(text: str, lines: SpanArray) -> SpanArray:
    """The sentences of `text`, in order, trimmed of white space at both ends, as spans of code points.

    `lines` are the lines of the same text, as `auditor.text.lines.line_spans` gives them; no sentence
    reaches over the end of one. Every character that is not white space lies in exactly one sentence.
    Works on any string, lone surrogates and NULs included; never raises; time is linear in the length.
    """
    starts: list[int] = []
    ends: list[int] = []
    words = _words()
    find = _GAP.finditer
    for line_start, line_end in zip(lines.starts, lines.ends, strict=True):
        line = text[line_start:line_end]
        body = line.strip()
        if not body:
            continue
        start = line_start
        if len(body) != len(line):
            start += len(line) - len(line.lstrip())
        end = start + len(body)
        starts.append(start)
        for gap in find(text, start, end):
            if gap.lastindex == 1:
                stop, start = gap.span(1)
            elif gap.lastindex == 3:
                stop, after = gap.span(3)
                if not _ends_sentence(text, start, gap.start(), gap.end(2), stop, after, end, words):
                    continue
                start = after
            else:
                after = _glued_start(text, start, gap.start(), gap.end(), words)
                if after < 0:
                    continue
                stop = start = after
            ends.append(stop)
            starts.append(start)
        ends.append(end)
    sentences = SpanArray()
    sentences.starts.fromlist(starts)
    sentences.ends.fromlist(ends)
    return sentences


def _word_before(text: str, start: int, stop: int) -> str:
    """The word that ends at `stop`, without what opens before it; empty where white space is."""
    if stop <= start:
        return ""
    before = text[max(start, stop - _LOOK_BACK) : stop]
    if before[-1].isspace():
        return ""
    word = before.rsplit(None, 1)[-1].lstrip("\"'“”‘’«»„‚‹›([{*")
    for mark in "-–—/":
        if mark in word:
            word = word.rpartition(mark)[2]
    return word


def _ends_sentence(
    text: str, start: int, stop: int, run_end: int, closed: int, after: int, end: int, words: _Words
) -> bool:
    """Whether the sentence from `start` ends at the stop, and the next begins at `after`.

    `stop` to `run_end` is the run of stops, `run_end` to `closed` what closes after it, `closed` to
    `after` white space, `end` the end of the line.
    """
    if text[after] in ",;:)]}%&+=/>" or text[after] in _STOPS:
        return False
    lead = _LEAD.match(text, after, end)
    first = lead.end() if lead else after
    char = text[first] if first < end else ""
    lower = char.islower() and not _CAPITAL_WITHIN.match(text, first, end)
    closers = text[run_end:closed] if closed > run_end else ""
    run = text[stop:run_end]

    if run != "." or text[stop - 2 : stop] == ". ":
        if lower:
            return False
        if "!" in run or "?" in run:
            return _ends_at_mark(text, start, stop, closers, after, end, words)
        if closers:
            return True
        return not char.isdigit() and not (char == "I" and not text[first + 1 : first + 2].isalpha())

    token = _word_before(text, start, stop)
    if lower:
        return (
            not closers
            and not text[after:first].strip("\"“‘'„«")
            and _is_plain(token, words)
            and _PLAIN_LOWER_WORD.match(text, first, end) is not None
        )
    if not token:
        return True
    if stop - start <= 12 and _ENUMERATOR.fullmatch(text, start, stop):
        return False
    if token[-1].isdigit():
        return not _is_ordinal(text, start, stop, token, first, end, words)
    return _ends_after_word(text, start, stop, token, closers, first, char, end, words)


def _ends_after_word(
    text: str, start: int, stop: int, token: str, closers: str, first: int, char: str, end: int, words: _Words
) -> bool:
    """Whether a full stop after `token`, with no lower-case word next, ends the sentence."""
    if token in words.never or (token.isupper() and token.capitalize() in words.never and len(token) > 1):
        return False
    dotted = "." in token and _DOTTED.fullmatch(token) is not None
    if not dotted and len(token) > 1 and token not in words.before_number and token not in words.before_starter:
        return True
    if char.isdigit():
        return False
    word = _WORD.match(text, first, end)
    follower = word.group() if word else ""
    if token in words.before_number:
        return follower not in words.months
    if token in _TIME_OF_DAY:
        return follower not in words.after_time and _OF_TIME_ZONE.match(text, first, end) is None
    if not follower or (dotted and token.islower()):
        return False
    if len(token) == 1 and _word_before(text, start, stop - 2).lower() in words.lettered:
        return True
    if any(mark in closers for mark in "\"”’'»"):
        return True
    return follower in words.starters and stop - start > len(token) + 1


def _ends_at_mark(text: str, start: int, stop: int, closers: str, after: int, end: int, words: _Words) -> bool:
    """Whether a question or exclamation mark, with no lower-case word next, ends the sentence."""
    if not closers:
        if _word_before(text, start, stop) not in _NAMES_WITH_EXCLAMATION_MARK or text[stop] != "!":
            return True
        word = _WORD.match(text, after, end)
        return word is None or word.group() in words.starters
    if closers[0] in ")]" and text[stop - 1 : stop] in ("(", "["):
        return False
    if not any(mark in closers for mark in "\"”’'»"):
        return True
    word = _WORD.match(text, after, end)
    if word is None or (word.group() in words.starters and word.group() not in ("Mr", "Mrs", "Ms")):
        return True
    return _ATTRIBUTION.match(text, after, end) is None


def _is_plain(token: str, words: _Words) -> bool:
    """Whether a stop after `token` can only be a full stop, even with a lower-case word next."""
    if token in words.never or token in words.before_number or token in words.before_starter:
        return False
    if token.isdigit():
        return len(token) == 4
    bare = token.replace("’", "").replace("'", "")
    if not (bare.isalpha() and bare[1:].islower() and _VOWEL.search(bare)):
        return False
    if token[0].islower():
        return len(token) >= 3 or token in _SHORT_WORDS
    return len(token) >= 4


def _is_ordinal(text: str, start: int, stop: int, token: str, first: int, end: int, words: _Words) -> bool:
    """Whether the number before the stop is the day of a date, as in “on 3. October”."""
    if not token.isdigit() or len(token) > 2:
        return False
    word = _WORD.match(text, first, end)
    if word is None or word.group() not in words.months:
        return False
    return _word_before(text, start, stop - len(token) - 1).lower() in _BEFORE_ORDINAL


def _glued_start(text: str, start: int, stop: int, after: int, words: _Words) -> int:
    """Where the next sentence begins when no space follows the stop, or -1 when none begins.

    `after` is the first capital after the stop and what follows the stop.
    """
    if _GLUED_WORD.match(text, after) is None:
        return -1
    between = text[stop + 1 : after]
    if len(between) > 1 or between not in ("", "”", "“", ")"):
        return -1
    token = _word_before(text, start, stop)
    if token in _NAMES_WITH_EXCLAMATION_MARK and text[stop] == "!":
        return -1
    if token.isdigit():
        if _word_before(text, start, stop - len(token) - 1).rstrip(".") not in words.months:
            return -1
    elif len(token) < 3 or not _is_plain(token, words) or text[stop - len(token) - 1 : stop - len(token)] in ("-", "/"):
        return -1
    return after - 1 if between == "“" else after
