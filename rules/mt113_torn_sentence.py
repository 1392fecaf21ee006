"""MT113 looks for a stop that tears a sentence in weaker signs than MT102’s: “(5 common cases). People; 20 in …”."""

import re
from collections.abc import Iterator

from auditor.rulekit import Document, Edit, Hit, Severity, Span, abbreviations, data, lazy_pattern, lexicon, rule

GAP = "[ \u00a0]"
OPENERS = (
    "about|above|across|after|against|along|alongside|amid|among|around|at|before|behind|below|beneath|between|beyond"
    "|by|despite|due|during|especially|even|except|exceeding|far|following|for|from|in|including|inside|into|like"
    "|mainly|near|namely|of|off|on|onto|out|over|particularly|regarding|since|such|through|throughout|to|toward"
    "|towards|under|until|up|upon|via|which|who|whose|whom|with|within|without"
)
ENDLESS = (
    "a|although|an|and|because|despite|during|including|its|into|my|nor|of the|onto|or|our|regarding|than|the|their"
    "|toward|towards|via|whether|whose"
)
COUNT_LINKS = "and|at|from|in|of|on"

LONG_TAIL = lazy_pattern(rf"\.{GAP}{{1,2}}(?P<first>{OPENERS}){GAP}(?P<second>[^\W_][\w’'-]{{0,30}})")
ENDLESS_STOP = lazy_pattern(
    rf"{GAP}(?<=[a-z,].)(?P<word>{ENDLESS})(?P<stop>\.){GAP}(?P<next>[A-Z][a-z]{{1,30}}){GAP}[a-z]"
)
LONE_WORD = lazy_pattern(
    rf"(?<![^\s(])(?P<word>[a-z0-9]{{2,40}}\)?)\.{GAP}(?P<next>[A-Z][a-z]{{2,20}});{GAP}(?=[a-z0-9])"
)
COUNT = lazy_pattern(rf"\)\.{GAP}(?P<next>\d{{1,6}}{GAP}(?:{COUNT_LINKS}){GAP}[^().!?\r\n]{{1,100}}\))")
LONE_PIECE = lazy_pattern(rf"\)\.{GAP}(?P<next>[A-Z][a-z]{{1,20}}[^().!?\r\n]{{0,60}}\))")
COMPASS = lazy_pattern(
    rf"(?:{GAP}|-)of{GAP}(?:[A-Z][\w’'-]{{1,30}}{GAP}){{0,3}}(?P<last>[A-Z][\w’'-]{{1,30}}|[a-z]{{3,30}})\.{GAP}"
    rf"(?P<next>(?:North|South|East|West){GAP}of{GAP}[^.!?\r\n]{{2,60}},{GAP}(?:north|south|east|west){GAP}of(?![^\W_]))"
)
HAS_CAPITAL = lazy_pattern(r"(?<![^\W_])[A-Z][a-z]")
WORD_BEFORE = lazy_pattern(r"(?<![^\s(“‘])[a-z][a-z’'-]{2,30}[)%]?\Z")
SENTENCE_BREAK = lazy_pattern(r"[\r\n]|(?<=[^\W\d_]{3})[.!?…][”\"’»)\]]{0,2}[ \u00a0]+")
TAIL_END = lazy_pattern(r"[.!?…;](?=[\s”\"’»)\]]|\Z)|[\r\n]")


@rule(
    code="MT113",
    severity=Severity.MINOR,
    trigger=(
        r"[a-z)%]\.[ \x{A0}]+[a-z]"
        rf"|[ \x{{A0}}](?:{ENDLESS})\.[ \x{{A0}}][A-Z]"
        r"|[a-z0-9)]\.[ \x{A0}][A-Z][a-z]+;"
        r"|\)\.[ \x{A0}][A-Z0-9][^().!?\r\n]*\)"
        r"|\.[ \x{A0}](?:North|South|East|West)[ \x{A0}]of[ \x{A0}]"
    ),
    stable=True,
    finds=("mt.broken-sentence",),
)
def torn_sentence(doc: Document, *, min_words: int = 11) -> Iterator[Hit]:
    """A full stop tears a sentence: what stands before it cannot end, or what follows goes on with it.

    min_words: a tail in lower case is reported from so many words on; a shorter one is MT102’s.
    """
    text = doc.text
    for match in LONG_TAIL.finditer(text):
        before = WORD_BEFORE.search(text, max(0, match.start() - 33), match.start())
        if before and _is_long_tail(text, before, match, min_words):
            yield _hit(
                text, before.start(), match, match.end("second"), Edit.delete((match.start(), match.start() + 1))
            )
    for match in ENDLESS_STOP.finditer(text):
        yield _hit(text, match.start("word"), match, match.end("next"), Edit.delete(match.span("stop")))
    for match in LONE_WORD.finditer(text) if ";" in text else ():
        yield _hit(text, match.start("word"), match, match.end("next"))
    for pattern in (COUNT, LONE_PIECE):
        for match in pattern.finditer(text):
            if _closes_nothing(text, match.start()):
                yield _hit(text, match.start(), match, match.end("next"))
    for match in COMPASS.finditer(text):
        yield _hit(text, match.start("last"), match, match.end("next"))


def _is_long_tail(text: str, before: re.Match[str], match: re.Match[str], min_words: int) -> bool:
    """Whether a sentence in lower case of many words goes on with the one before, which begins as sentences do."""
    word, first, second = before[0].rstrip(")%"), match["first"], match["second"]
    if word in abbreviations() or (first in ("due", "such", "up") and second not in ("as", "to")):
        return False
    if _sentence_begins_small(text, before.start()):
        return False
    found = TAIL_END.search(text, match.end(), match.end() + 400)
    words = text[match.start("first") : found.start() if found else match.end() + 400].split()
    marked = found is not None and found[0] not in "\r\n?"
    return not marked or len(words) >= min_words or any(_is_verb(word) for word in words)


def _sentence_begins_small(text: str, place: int) -> bool:
    """Whether the sentence around the place begins with a small letter and holds no capital, as some messages do."""
    begin = max(0, place - 400)
    start = 0 if place < 30 else -1
    for found in SENTENCE_BREAK.finditer(text, begin, place):
        start = found.end()
    while 0 <= start < place and not text[start].isalnum():
        start += 1
    return start >= 0 and text[start].islower() and HAS_CAPITAL.search(text, start, place) is None


def _is_verb(word: str) -> bool:
    """Whether the word is an auxiliary or a verb of speech; MT102 leaves tails with such a word alone."""
    return word in data(__file__, "auxiliaries") or word in lexicon("speech_verbs")


def _closes_nothing(text: str, place: int) -> bool:
    """Whether no bracket is open before the place, so that a closing one after it has no partner."""
    start = max(0, place - 600)
    line = max(text.rfind("\n", start, place), text.rfind("\r", start, place), start)
    before = text[line : place + 1]
    return 0 < before.count("(") <= before.count(")")


def _hit(text: str, start: int, match: re.Match[str], end: int, edit: Edit | None = None) -> Hit:
    """The hit from the word before the stop to the beginning of what follows it."""
    end = min(end, match.start("next") + 60) if "next" in match.re.groupindex else end
    span = Span(start, end)
    return Hit(span, f"In “{' '.join(span.of(text).split())}” a full stop tears the sentence", (edit,) if edit else ())
