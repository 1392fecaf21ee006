"""MT118 looks for quotation and punctuation marks of other languages: «…», „…“, 「…」, “，”, a dash before speech."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import chain

from auditor.rulekit import Document, Edit, Hit, Severity, Span, lexicon, rule

SPACE = " \u00a0\u202f"
PAIRS = re.compile(
    rf"«[{SPACE}]?(?P<french>[^«»\r\n]{{1,600}}?)[{SPACE}]?»"
    rf"|»(?P<danish>[^\s«»][^«»\r\n]{{0,600}})«"
    rf"|‹[{SPACE}]?(?P<single>[^‹›\r\n]{{1,300}}?)[{SPACE}]?›"
    rf"|›(?P<turned>[^\s‹›][^‹›\r\n]{{0,300}})‹"
    rf"|„(?P<german>[^„“”\"\r\n]{{1,600}})[“”\"]"
    rf"|‚(?P<inner>[^‚‘’\s][^‚‘\r\n]{{0,300}})‘"
    rf"|「(?P<corner>[^「」\r\n]{{1,300}})」|『(?P<white>[^『』\r\n]{{1,300}})』|《(?P<title>[^《》\r\n]{{1,300}})》"
)
ALONE = re.compile(rf"«(?<=[{SPACE}(]«)(?=[^\W\d_])|»(?<=[\w.,!?]»)(?=[{SPACE},.;:)][^\r\n])|„(?=[^\W\d_])")
OPENING = frozenset("«„（【〈¿¡")
WIDE = re.compile(r"[，。！？：；（）、．【】〈〉\u3000]")
PLAIN = dict(zip("，。！？：；（）、．【】〈〉\u3000", (*",.!?:;(),.[]“”", " "), strict=True))
INVERTED = re.compile(r"[¿¡](?<![^\W_].)(?=(?P<word>[A-Z][a-z]*)[^\w])")
ENGLISH_STARTS = re.compile(
    r"And|Are|But|Can|Could|Did|Do|Does|For|How|I|If|In|Is|It|Let|On|Should|That|The|They|This|Was|We|Were|What|When"
    r"|Where|Which|Who|Why|Will|With|Would|You|Your"
)
DASHED = re.compile(rf"[\r\n][ \t]{{0,4}}(?P<dash>[–—][{SPACE}]{{1,2}})(?P<speech>[A-Z][^\r\n]{{20,}})")
DASHED_FIRST = re.compile(DASHED.pattern.replace(r"[\r\n]", "", 1))
SAID = re.compile(
    rf"(?P<comma>[,!?][”\"’»]?|[”\"’»],?)(?P<dash>[{SPACE}][–—-][{SPACE}])"
    r"(?P<words>(?P<first>[a-z]{2,14})[ \u00a0](?P<second>[^\W\d_]{1,20}))"
)
CLOSING = frozenset('”"’»')
SPEAKERS = frozenset(("he", "she", "they", "it", "we"))
OMISSION = re.compile(r"\((?:\.\.\.|…)\)")
NEW_SENTENCE = re.compile(r"[^\W\d_]{2}[.!?…][ \u00a0][A-Z]")
SPEAKER = re.compile(r"(?<![^\W_])(?:I|we|We|my|our|Our|My|me|us)(?![^\W_])")
NOTE = re.compile(
    r"(?:Additional|By|Compiled|Contact|Contribut|Edit|Follow|Listen|Photo|Read|Report|See|Subscribe|The author"
    r"|The writer|This|Translat|Updat|Watch|With|Writ|Written)"
)
WORD = re.compile(r"[^\W\d_]+")
NOT_LATIN = re.compile(r"[\u0370-\u1dff\u2e80-\u2fff\u3040-\ud7ff\U00020000-\U0003ffff]")
FOREIGN = ("fr", "es", "it", "de", "pt", "nl", "sv", "pl")

LIST_MARKS = ("–", "—", "-", "•", "*")

SHORTEST_LINE = 60
"""Shorter lines with a single guillemet lead to other pages: “Next »”."""

LONGEST_SPAN = 120


@rule(
    code="MT118",
    severity=Severity.MINOR,
    trigger=(
        r"[«‹›„‚「『《，。！？：；（）、．【】〈〉\x{3000}¿¡]|[0-9A-Za-z.,!?_\x{80}-\x{10FFFF}]»|\((?:\.\.\.|…)\)"
        r"|(?:^|[\r\n])[ \t]*[–—][ \x{A0}\x{202F}]|[,!?][”\"’»]?[ \x{A0}\x{202F}][–—-][ \x{A0}\x{202F}][a-z]"
        r"|[”\"’»],[ \x{A0}\x{202F}][–—-][ \x{A0}\x{202F}][a-z]"
        r"|[”\"’»][ \x{A0}\x{202F}][–—-][ \x{A0}\x{202F}](?:said|says)[ \x{A0}]"
    ),
    stable=True,
    finds=("mt.punctuation-spacing",),
)
def foreign_quotation_mark(doc: Document) -> Iterator[Hit]:
    """A quotation or punctuation mark of another language, or its use of a dash, stands in English text."""
    text = doc.text
    straight = '"' in text and "”" not in text
    paired: set[int] = set()
    for match in PAIRS.finditer(text):
        paired |= {match.start(), match.end() - 1}
        if _is_english(match[match.lastgroup or 0]) and not _is_navigation(text, match):
            yield _pair(text, match, straight)
    for match in ALONE.finditer(text):
        if match.start() not in paired and _line_length(text, match.start()) >= SHORTEST_LINE:
            yield _mark(text, match, "belongs to another language", None)
    for match in WIDE.finditer(text):
        if _stands_in_english(text, match.start()):
            yield _mark(text, match, "is a full-width mark", PLAIN[match[0]])
    for match in INVERTED.finditer(text):
        if ENGLISH_STARTS.fullmatch(match["word"]):
            yield _mark(text, match, "is a Spanish mark", "")
    for match in OMISSION.finditer(text):
        omitted = Edit.replace(match.span(), f"[{match[0][1:-1]}]", safe=True)
        yield Hit.of(match, "“{text}” marks an omission, for which English has square brackets", edit=omitted)
    for match in SAID.finditer(text):
        if _tells_who_spoke(match):
            yield _said(match)
    yield from _dashes(text)


def _pair(text: str, match: re.Match[str], straight: bool) -> Hit:
    """The hit on both marks and what they hold; only on the beginning when that is long."""
    kind = match.lastgroup or ""
    start, end = match.span(kind)
    double = kind not in ("single", "turned", "inner", "white")
    opening, closing = ('"' if double else "'",) * 2 if straight else "“”" if double else "‘’"
    holds_marks = any(mark in match[kind] for mark in '“”"«»„')
    edits = tuple(
        Edit.replace(place, mark, safe=True)
        for place, mark in (((match.start(), start), opening), ((end, match.end()), closing))
        if text[slice(*place)] != mark
    )
    span = Span(match.start(), match.end())
    if span.length > LONGEST_SPAN:
        cut = text.rfind(" ", match.start() + 3, match.start() + 40)
        span = Span(match.start(), cut if cut >= 0 else match.start() + 40)
    message = (
        f"“{match[0][0]}{match[0][-1]}” around “{' '.join(match[kind].split())[:60]}” are no English quotation marks"
    )
    return Hit(span, message, () if holds_marks else edits)


def _mark(text: str, match: re.Match[str], what: str, plain: str | None) -> Hit:
    """The hit on one mark with the word that it opens or closes."""
    start, end = match.span()
    if match[0] in OPENING:
        while end < len(text) and end - match.end() < 20 and text[end].isalnum():
            end += 1
    else:
        while start > 0 and match.start() - start < 20 and text[start - 1].isalnum():
            start -= 1
    edit = () if plain is None else (Edit.replace(match.span(), _spaced(text, match, plain), safe=True),)
    return Hit(Span(start, end), f"“{match[0]}” in “{text[start:end]}” {what}", edit)


def _spaced(text: str, match: re.Match[str], plain: str) -> str:
    """The English mark with the spaces that a full-width mark does not need."""
    before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
    if plain and plain in "([“" and before.isalnum():
        return f" {plain}"
    if plain and plain in ",.!?:;)]”" and after.isalnum():
        return f"{plain} "
    return plain


def _tells_who_spoke(match: re.Match[str]) -> bool:
    """Whether the words after the dash begin an attribution; without a comma only “said” and “says” are sure."""
    first = match["first"]
    if match["comma"] in CLOSING:
        return first in ("said", "says")
    verb = match["second"] if first in SPEAKERS else first
    return verb in lexicon("speech_verbs")


def _said(match: re.Match[str]) -> Hit:
    """The hit on a dash between speech and the words that tell who spoke."""
    comma = match["comma"]
    edit = None if comma in CLOSING else Edit.replace(match.span("dash"), " ", safe=True)
    span = Span(match.start("comma"), match.end("words"))
    return Hit(span, f"a dash before “{match['words']}” parts speech from its speaker", (edit,) if edit else ())


def _is_english(quoted: str) -> bool:
    """Whether the words are English or a name, not a foreign title or passage."""
    if NOT_LATIN.search(quoted):
        return False
    words = [word.lower() for word in WORD.findall(quoted)]
    english = lexicon("function_words_en")
    ours = sum(word in english for word in words)
    return bool(words) and sum(word in _foreign_words() for word in words) <= ours


@cache
def _foreign_words() -> frozenset[str]:
    """Function words of some languages that are no function words of English."""
    found: set[str] = set()
    for language in FOREIGN:
        found |= lexicon(f"function_words_{language}")
    return frozenset(found - lexicon("function_words_en"))


def _is_navigation(text: str, match: re.Match[str]) -> bool:
    """Whether the pair is a line of its own that leads to the pages before and after."""
    start, end = match.span()
    alone = text[max(0, start - 1) : start] in ("", "\n", "\r") and text[end : end + 1] in ("", "\n", "\r")
    return alone and match[0][0] in "«‹" and match[0][1] in SPACE and match[0][-3] not in ".!?"


def _line_length(text: str, place: int) -> int:
    """How long the line is around a place, counted up to two hundred characters on either side."""
    before, after = text[max(0, place - 200) : place], text[place : place + 200]
    return len(re.split(r"[\r\n]", before)[-1]) + len(re.split(r"[\r\n]", after)[0])


def _stands_in_english(text: str, place: int) -> bool:
    """Whether English words or figures stand beside the mark, and no Chinese, Japanese or Korean ones."""
    before, after = text[max(0, place - 2) : place], text[place + 1 : place + 3]
    if text[place] == "\u3000" and not (before[-1:].strip() and after[:1].strip()):
        return False
    near = before.strip()[-1:] + after.strip()[:1]
    if NOT_LATIN.search(before + after):
        return False
    return any(char.isalnum() for char in near) and all(
        char.isalnum() or char < "\x7f" or char in "“”’" or char in PLAIN for char in near
    )


def _dashes(text: str) -> Iterator[Hit]:
    """Paragraphs that begin with a dash because somebody speaks."""
    first = DASHED_FIRST.match(text)
    for match in chain([first] if first else [], DASHED.finditer(text)):
        speech = match["speech"]
        before = text[max(0, match.start() - 400) : match.start()].rstrip()
        after = text[match.end() : match.end() + 400].lstrip()
        if NOTE.match(speech) or "@" in speech or before.endswith((":", "”", '"')):
            continue
        speaker = SPEAKER.search(speech) is not None
        if not speaker and not NEW_SENTENCE.search(speech):
            continue
        in_list = re.split(r"[\r\n]", before)[-1].lstrip().startswith(LIST_MARKS) or after.startswith(LIST_MARKS)
        is_note = not after and speech.rstrip().endswith((".", ")"))
        if speaker or not (in_list or is_note):
            end = text.find(" ", match.start("speech") + 12, match.end())
            span = Span(match.start("dash"), end if end > 0 else match.end())
            yield Hit(
                span,
                f"a dash before “{text[match.start('speech') : span.end]}” marks speech as no English writer would",
            )
