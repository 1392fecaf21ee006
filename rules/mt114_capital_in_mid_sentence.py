"""MT114 looks for a function word with a capital in mid-sentence: “the market in which It has become the largest”."""

import re
from collections.abc import Iterator

from auditor.rulekit import Document, Edit, Hit, Severity, Span, data, lazy_pattern, lexicon, rule

GAP = "[ \u00a0]"
SUBJECTS = "He|It|She|There|They|We"
LINKS = (
    "According|After|Although|And|As|At|Because|Before|But|By|During|For|From|However|If|In|Of|On|Since|That|The|Their"
    "|These|This|To|When|Where|Which|While|With"
)
AUXILIARIES = (
    "also|are|became|began|can|cannot|could|did|does|had|has|have|is|may|might|must|said|says|should|was|were|will"
    "|would"
)
FINITE = (
    f"{AUXILIARIES}|came|fell|found|gave|held|kept|left|led|lost|made|met|paid|put|ran|rose|saw|set|sent|told|took|went"
    "|won|[a-z]{2,20}ed"
)
LOWER = rf"{GAP}[a-z][a-z’'-]*"

CAPITAL = lazy_pattern(rf"(?P<word>[A-Z](?<=[a-z,;]{GAP}.)[a-z]{{1,8}})(?={GAP}[a-z])")
FUNCTION_WORDS = frozenset((*SUBJECTS.split("|"), *LINKS.split("|")))
PARTICIPLE = lazy_pattern(
    rf";(?<=[a-z];){GAP}(?P<word>[A-Z][a-z]{{3,20}}(?:ed|ing))"
    rf"(?={GAP}(?:a|an|at|by|for|from|in|into|of|on|the|to|with){GAP}[a-z])"
)
WORD_BEFORE = lazy_pattern(r"(?<![^\s(“])[^\s(“]{1,40}\Z")
PLAIN_WORD = lazy_pattern(r"[a-z]+(?:[’'-][a-z]+)*")
PREDICATE = lazy_pattern(rf"{GAP}(?:{AUXILIARIES})(?![^\W_])")
CLAUSE = lazy_pattern(rf"{GAP}[a-z]{{2,30}}(?:{GAP}[a-z]{{2,30}})?{GAP}(?:{FINITE}){GAP}[^\W_]")
TWO_WORDS = lazy_pattern(rf"{LOWER}{LOWER}(?![^\W_])")
THREE_WORDS = lazy_pattern(rf"{LOWER}{LOWER}(?:{LOWER}(?![^\W_])|[.,;:!?])")
LIST_OF_ITEMS = lazy_pattern(r"[:;](?:[ \u00a0]\(?\w{1,2}[.)])?[ \u00a0][A-Z]|\([a-z0-9]{1,3}\)[ \u00a0][A-Z]")
SENTENCE_SO_FAR = lazy_pattern(r"[^.!?:\r\n]{1,300}\Z")
STOP = lazy_pattern(r"[,;:.!?](?=[\s”\"])")
DIVINE = lazy_pattern(
    r"\b(?:Allah|Almighty|Bible|Christ|Creator|God|Holy|Jesus|Judge?ment|Koran|Lord|Messiah|Prophet|Quran|Savi?ou?r)\b"
)

CARRIES_ON = lazy_pattern(r"are|be|been|ha[ds]|have|is|was|were|will|would")
"""Words after which a sentence goes on, unless it ends in them for emphasis, as in “it is as it was”."""
AFTER_COMMA = lazy_pattern(r"After|At|For|From|In|On|The|With")
BEFORE_SPEECH = lazy_pattern(r"all|are|been|goes|has|is|question|reads|runs|sir|that|was")
"""Words that a sentence may follow after a comma: “the question is, The …”, “Dear sir, In …”."""


@rule(
    code="MT114",
    severity=Severity.MINOR,
    trigger=(
        rf"[a-z,;][ \x{{A0}}](?:{SUBJECTS}|{LINKS})[ \x{{A0}}][a-z]"
        rf"|;[ \x{{A0}}][A-Z][a-z]+(?:ed|ing)[ \x{{A0}}]"
    ),
    stable=True,
    finds=("mt.word-order", "mt.broken-sentence"),
)
def capital_in_mid_sentence(doc: Document) -> Iterator[Hit]:
    """A function word has a capital in mid-sentence, where two pieces were joined or translated apart."""
    text = doc.text
    for match in CAPITAL.finditer(text):
        if match["word"] not in FUNCTION_WORDS:
            continue
        before = _word_before(text, match.start() - 1)
        if before and _is_wrong(doc, match, before[0]):
            yield _hit(text, before.start(), match)
    for match in PARTICIPLE.finditer(text):
        before = _word_before(text, match.start() + 1)
        if before and not _is_name(match["word"]) and not _in_list(text, match.start()):
            yield _hit(text, before.start(), match)


def _word_before(text: str, place: int) -> re.Match[str] | None:
    """The word that ends at the place, or before the comma or semicolon there."""
    end = place - 1 if text[place - 1] in ",;" else place
    return WORD_BEFORE.search(text, max(0, end - 40), end)


def _is_wrong(doc: Document, match: re.Match[str], before: str) -> bool:
    """Whether no sentence, title or name begins at the capital."""
    text, word, gap, end = doc.text, match["word"], match.start() - 1, match.end()
    mark = text[gap - 1]
    is_subject = word in SUBJECTS.split("|")
    if mark == ";":
        return not is_subject and _follows(TWO_WORDS, text, end) and not _in_list(text, gap - 1)
    if PLAIN_WORD.fullmatch(before) is None or (word == "He" and _is_divine(text, end)):
        return False
    if mark == ",":
        may_follow = AFTER_COMMA.fullmatch(word) is not None and not _may_quote(before)
        return may_follow and _follows(THREE_WORDS, text, end)
    if before in data(__file__, "title_bearers"):
        return False
    goes_on = before in data(__file__, "mid_sentence_words")
    if (goes_on or (CARRIES_ON.fullmatch(before) and not is_subject)) and _follows(THREE_WORDS, text, end):
        return True
    if is_subject:
        return _follows(PREDICATE, text, end) and (goes_on or not _joins_heading(doc, gap))
    return word == "The" and _follows(CLAUSE, text, end) and _is_under_way(doc, gap)


def _follows(pattern: re.Pattern[str], text: str, end: int) -> bool:
    """Whether the pattern stands right behind the capitalised word."""
    return pattern.match(text, end, end + 160) is not None


def _may_quote(word: str) -> bool:
    """Whether a sentence may be quoted after the word and a comma, without quotation marks."""
    return BEFORE_SPEECH.fullmatch(word) is not None or word in lexicon("speech_verbs")


def _is_divine(text: str, place: int) -> bool:
    """Whether the passage speaks of God, whose pronouns take a capital."""
    return DIVINE.search(text, max(0, place - 600), place + 600) is not None


def _is_name(word: str) -> bool:
    """Whether a word in -ed or -ing is a name: “Mohammed”, “Beijing”."""
    return (
        word in data(__file__, "given_names")
        or word in data(__file__, "cities")
        or word in data(__file__, "names_like_participles")
    )


def _in_list(text: str, place: int) -> bool:
    """Whether earlier items of the same line begin with a capital, too, as the items of a list do."""
    start = max(text.rfind("\n", 0, place), text.rfind("\r", 0, place), place - 400)
    return LIST_OF_ITEMS.search(text, max(start, 0), place) is not None


def _is_under_way(doc: Document, place: int) -> bool:
    """Whether a sentence with a comma has begun before the place, which no heading or caption is."""
    sentence = SENTENCE_SO_FAR.search(doc.text, max(0, place - 300), place)
    return sentence is not None and ", " in sentence[0] and not _in_first_line(doc, place)


def _in_first_line(doc: Document, place: int) -> bool:
    """Whether the place is early in the first line, where headings run into their articles."""
    start = doc.filled_lines[0].start
    return place - start <= 300 and not any(mark in doc.text[start:place] for mark in "\r\n")


def _joins_heading(doc: Document, place: int) -> bool:
    """Whether all that stands before is one heading: the first words of the text, without a stop or a comma."""
    return _in_first_line(doc, place) and STOP.search(doc.text, doc.filled_lines[0].start, place) is None


def _hit(text: str, start: int, match: re.Match[str]) -> Hit:
    """The hit on the word before and the one with the capital, with the small letter as its cure."""
    place = match.start("word")
    edit = Edit.replace((place, place + 1), text[place].lower())
    span = Span(start, match.end("word"))
    return Hit(span, f"“{match['word']}” in “{span.of(text)}” has a capital in mid-sentence", (edit,))
