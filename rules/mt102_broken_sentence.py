"""MT102 looks for a stop in mid-sentence, followed by a lower-case word: “well Russia is. armed.”"""

import re
from collections.abc import Iterator

from auditor.rulekit import Document, Edit, Hit, Severity, Span, abbreviations, data, lexicon, rule

GAP = "[ \u00a0]{1,2}"
STOP = re.compile(
    rf"(?<![\w.’'&/@-])(?P<word>[^\W_][\w’'-]{{0,30}}%?\)?[”\"»]?)\.{GAP}(?P<first>[a-z][a-z’'-]{{0,30}})(?![\w@/]|\.\w)"
)
QUOTED_STOP = re.compile(
    rf"(?<![\w.’'&/@-])(?P<word>[^\W\d_]{{3,30}})(?P<stop>\.)”{GAP}(?P<first>[a-z]{{2,30}}){GAP}(?P<second>\w{{1,30}})"
)
STOP_ONLY = re.compile(rf"\.{GAP}(?=[a-z])")
WORD_BEFORE = re.compile(r"[\w’'-]{1,31}%?\)?[”\"»]?\Z")
COUNTED_BEFORE = re.compile(r"(?<![^\W_])(?P<counted>[a-z]{2,20})[ \u00a0]\Z")
LIST_NUMBER = re.compile(r"(?<![^\W_])[1-3a-c][.)][ \u00a0]")
WORD = re.compile(r"[^\W_](?:[\w%’'-]|[.,:](?=\d))*")
TAIL_END = re.compile(r"[.!?…;](?=[\s”\"’»)\]]|\Z)|[\r\n]")
SENTENCE_START = re.compile(r"[\r\n]|(?<=[^\W\d_]{3})[.!?…][”\"’»)\]]{0,2}[ \u00a0]|[:,] (?=[“„‘\"])")
BUTTON = re.compile(r"[\w’'-]{1,31}(?: [\w’'-]{1,31})?[ \u00a0]{0,2}(?:[\r\n]|\Z)")  # “less”, “read more” under a text
HAS_CAPITAL = re.compile(r"(?<![^\W_])[A-Z][a-z]")
SHORT_WORDS = re.compile(r"a[nst]|b[ey]|do|go|he|i[fst]|m[ey]|o[fnr]|so|to|u[ps]|we")
NO_ACRONYMS = re.compile(r"A[DM]|BC|CO|[DJMS]R|ED|MR?S|NO|P[MT]|ST|US")
NUMBERED = (
    "article|chapter|figure|item|no|note|number|page|part|point|question|rule|section|step|table|verse|version|volume"
)
LONG_QUOTATION = 8
"""Words of a quotation that is no slogan and no title, so that its stop belongs to a sentence."""
SUBJECTS = frozenset(["he", "she", "they", "it", "we", "you", "there", "this", "that", "these", "those", "what", "i"])
DANGLING = frozenset(["of", "than", "or", "nor", "which", "who", "whose", "whom"])
SURE_LINKS = frozenset(["and", "in", "of", "or", "than", "to", "which", "who", "whose", "whom", "with"])
"""First words of a tail that surely goes on with what stands before it, where that is an ordinary word."""
COPULAS = frozenset(["is", "are", "was", "were", "be", "been", "being"])
CONTRACTED = re.compile(r".*(?:n[’']t|[’'](?:ve|ll|re|m|d))|(?:it|that|he|she|there|what|who|here)[’']s")


@rule(
    code="MT102",
    severity=Severity.CRITICAL,
    trigger=r"[0-9A-Za-z\x{80}-\x{10FFFF}_'\"%)-]\.[ \x{00A0}]+[a-z]|\.”[ \x{00A0}]+[a-z]",
    stable=True,
    finds=("mt.broken-sentence",),
)
def broken_sentence(doc: Document, *, max_words: int = 10) -> Iterator[Hit]:
    """A full stop cuts a sentence: what follows it begins in lower case and is no sentence.

    max_words: a tail of more words is reported only where the article has a second one.
    """
    text = doc.text
    places = list(_places(text))
    several = len(places) > 1
    for match in places:
        end, words, mark = _tail(text, match.start("first"))
        if several or _is_fragment(words, mark, max_words):
            span = Span(match.start(), _short_end(text, match.end(), end))
            yield Hit(span, _message(text, span), _joining(match, words))
    for match in QUOTED_STOP.finditer(text) if ".”" in text else ():
        if match["word"] in abbreviations():
            continue
        if _goes_on(match["first"], match["second"]) or _ends_long_quotation(text, match):
            span = Span(*match.span())
            spoken = match["first"] in lexicon("speech_verbs") or match["second"] in lexicon("speech_verbs")
            edits = (Edit.replace(match.span("stop"), ","),) if spoken else ()
            yield Hit(span, _message(text, span), edits)


def _places(text: str) -> Iterator[re.Match[str]]:
    """Stops before a lower-case word that end no abbreviation and stand in no text all in lower case."""
    accepted = -1
    for match in _stops(text):
        if not (_can_end(match["word"]) or _is_quantity(text, match)) or not _can_follow(text, match):
            continue
        start = _sentence_start(text, match.start())
        if start == match.start() and match["word"][0].isupper():
            continue
        if (
            start >= 0
            and text[start].islower()
            and start != accepted
            and not HAS_CAPITAL.search(text, start, match.end())
        ):
            continue
        if BUTTON.match(text, match.start("first")):
            continue
        accepted = match.start("first")
        yield match


def _stops(text: str) -> Iterator[re.Match[str]]:
    """A word, its stop and a lower-case word; the stop is looked for first, as words are many and such stops few."""
    for stop in STOP_ONLY.finditer(text):
        word = WORD_BEFORE.search(text, max(0, stop.start() - 33), stop.start())
        match = STOP.match(text, word.start()) if word else None
        if match:
            yield match


def _can_end(word: str) -> bool:
    """Whether a full stop after the word can only end a sentence."""
    bare = word.rstrip(')%”"»')
    if bare in abbreviations() or not bare:
        return False
    if bare.isdigit():
        return len(bare) == 4 or word != bare
    if bare[0].islower():
        return len(bare) >= 3 or SHORT_WORDS.fullmatch(bare) is not None
    return len(bare) >= 4 or (len(bare) >= 2 and bare.isupper() and not NO_ACRONYMS.fullmatch(bare))


def _is_quantity(text: str, match: re.Match[str]) -> bool:
    """Whether the word is a number that ends a phrase, as in “on seat 36. club”, and numbers no item of a list."""
    start = match.start()
    if not match["word"].isdigit() or len(match["word"]) > 3:
        return False
    before = COUNTED_BEFORE.search(text, max(0, start - 22), start)
    if before is None or before["counted"] in NUMBERED.split("|") or before["counted"] in abbreviations():
        return False
    return LIST_NUMBER.search(text, max(0, start - 300), start) is None and LIST_NUMBER.match(text, start) is None


def _can_follow(text: str, match: re.Match[str]) -> bool:
    """Whether the lower-case word is neither a name nor a label nor the rest of an address."""
    first, end = match["first"], match.end()
    if (
        (len(first) == 1 and first != "a")
        or first in data(__file__, "address_words")
        or first in data(__file__, "lowercase_names")
    ):
        return False
    following = WORD.search(text, end, end + 40)
    second = following[0] if following else ""
    if text[end : end + 1] == ")":
        return text[end + 1 : end + 2] == "."
    if first in data(__file__, "name_particles") and second[:1].isupper():
        return False
    if second not in lexicon("speech_verbs"):
        return True
    return first not in ("he", "she", "it", "they") or match["word"] not in lexicon("speech_verbs")


def _sentence_start(text: str, place: int) -> int:
    """Where the sentence before the place begins; -1 when that is too far to see."""
    start = -1
    begin = max(0, place - 400)
    for match in SENTENCE_START.finditer(text, begin, place):
        start = match.end()
    if start < 0 and begin == 0 and place < 30:
        start = 0
    if start < 0:
        return -1
    while start < place and not text[start].isalnum():
        start += 1
    return start


def _tail(text: str, start: int) -> tuple[int, list[str], str]:
    """Where the words after the stop end, these words, and the mark that ends them (nothing at a line end)."""
    found = TAIL_END.search(text, start, start + 300)
    end = found.start() if found else min(len(text), start + 300)
    words = [match[0].lower() for match in WORD.finditer(text, start, end)]
    mark = found[0].strip() if found else ""
    return end + len(mark), words, mark


def _is_fragment(words: list[str], mark: str, max_words: int) -> bool:
    """Whether the words cannot be a sentence that only lacks its capital."""
    first = words[0]
    if first in DANGLING:
        return mark != "?" and words[:2] != ["of", "course"] and len(words) > 1
    if not mark or mark == "?" or len(words) > max_words or first in SUBJECTS:
        return False
    verbs = lexicon("speech_verbs")
    return not any(
        word in data(__file__, "auxiliaries") or word in verbs or CONTRACTED.fullmatch(word) for word in words
    )


def _goes_on(first: str, second: str) -> bool:
    """Whether a sentence goes on after a closing mark: “…May.” there must be …, “….” said Name."""
    verbs = lexicon("speech_verbs")
    if first in ("he", "she", "they", "it", "we", "there"):
        return second in verbs or second in data(__file__, "auxiliaries")
    return first in verbs and (second[0].isupper() or second in ("the", "a", "his", "her"))


def _ends_long_quotation(text: str, match: re.Match[str]) -> bool:
    """Whether the closing mark ends a quotation of many words in the same line."""
    opened = text.rfind("“", max(0, match.start() - 600), match.start())
    inside = text[opened + 1 : match.start("stop")]
    if opened < 0 or any(mark in inside for mark in "”\r\n"):
        return False
    return inside.count(" ") + inside.count("\u00a0") + 1 >= LONG_QUOTATION


def _joining(match: re.Match[str], words: list[str]) -> tuple[Edit, ...]:
    """The stop taken away, where that alone mends the sentence."""
    if words[0] not in data(__file__, "joining_words") and match["word"] not in COPULAS:
        return ()
    stop = match.start() + len(match["word"])
    return (Edit.delete((stop, stop + 1), safe=_surely_goes_on(match["word"], words)),)


def _surely_goes_on(word: str, tail: list[str]) -> bool:
    """Whether the tail is no sentence and can only go on with the words before it, which are no figure and no name."""
    linked = data(__file__, "joining_words") | DANGLING
    return word.isalpha() and word.islower() and word not in linked and tail[0] in SURE_LINKS and len(tail) > 1


def _short_end(text: str, least: int, end: int) -> int:
    """The end of the tail, or of its last word within 60 characters."""
    if end - least <= 60:
        return max(least, end)
    cut = text.rfind(" ", least, least + 60)
    return cut if cut > least else least


def _message(text: str, span: Span) -> str:
    return f"In “{' '.join(span.of(text).split())}” a full stop cuts the sentence"
