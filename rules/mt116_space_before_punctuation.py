"""MT116 looks for spaces before punctuation marks that are no slip of the keyboard: “Argentina , you”, “all !”."""

import re
from collections.abc import Iterator

from auditor.rulekit import Document, Edit, Hit, Severity, Span, rule

SPACE = " \u00a0\u2009\u202f"
SPACED = re.compile(
    rf"[{SPACE}](?P<mark>\.(?![{SPACE}]\.)|[,;:)]|[?!]{{1,4}})(?=[\s”’\"»“‘«]|(?<=\))[.,;:]|(?<=[,;])[A-Za-z]|\Z)"
)
NOT_A_WORD = frozenset(".,;:?!…(“‘[{<>=+*|/\\•·–—-_~^#@\t\r\n" + SPACE)
CLOSING = frozenset("”’\"'»")
SPEECH = frozenset("“‘«\"'")
OPENING = frozenset("“‘«")
STOPS = frozenset(".,;:?!…")
MARKS = ",.;:?!"

MARKS_PER_POINT = 15
"""So many marks of the article one point of evidence outweighs: one slip on a page proves nothing."""

ENOUGH = 4
"""Points that two names or two tall marks have together; then a point outweighs five times as many marks."""

LONGEST_WORD = 40
LONGEST_LABEL = 80
LONGEST_BRACKET = 200


@rule(
    code="MT116",
    severity=Severity.MINOR,
    trigger=r"[ \x{A0}\x{2009}\x{202F}](?:[,;:?!.)](?:[^!-~]|\"|$)|\)[.,;:]|[,;][A-Za-z]|[?!][?!])",
    stable=True,
    finds=("mt.punctuation-spacing",),
)
def space_before_punctuation(doc: Document) -> Iterator[Hit]:
    """Spaces stand before punctuation marks, and for the length of the article too many to be slips."""
    text = doc.text
    found = [match for match in SPACED.finditer(text) if not _is_meant(text, match)]
    points = sum(_points(text, match) for match in found)
    outweighed = points * MARKS_PER_POINT * (5 if points >= ENOUGH else 1)
    if not points or outweighed < sum(text.count(mark) for mark in MARKS):
        return
    for match in found:
        span = Span(_word_start(text, match.start()), match.end())
        yield Hit(
            span, f"“{' '.join(span.of(text).split())}” has a space before “{match['mark']}”", (_edit(text, match),)
        )


def _is_meant(text: str, match: re.Match[str]) -> bool:
    """Whether no word stands before the space, or the mark belongs to a score, a list or a label."""
    place, mark = match.start(), match["mark"]
    before = text[place - 1 : place]
    if not before or before in NOT_A_WORD:
        return True
    if before in CLOSING and text[place - 2 : place - 1] in STOPS:
        return True
    if before.isdigit() and mark in ",.:" and text[match.end() : match.end() + 2].strip()[:1].isdigit():
        return True
    if mark == ")":
        inside = text[max(0, place - LONGEST_BRACKET) : place].rpartition("(")
        return not inside[1] or ":" in inside[2] or ")" in inside[2]
    words = _words_of_line_before(text, place)
    if mark == ":":
        return words is not None and len(words) < 4 and text[match.end() : match.end() + 2].strip()[:1] not in SPEECH
    return mark == "." and words is not None and len(words) == 1 and len(words[0]) < 4


def _words_of_line_before(text: str, place: int) -> list[str] | None:
    """The words of the line, or of the cell of a table, before the place; nothing when the line is long."""
    low = max(0, place - LONGEST_LABEL)
    cut = max(text.rfind(mark, low, place) for mark in "\r\n|")
    return None if cut < 0 < low else text[cut + 1 if cut >= 0 else low : place].split()


def _points(text: str, match: re.Match[str]) -> int:
    """How much one mark proves: names and quotations lose their links, French parts the tall marks from the word."""
    if text[match.end() : match.end() + 1].isalpha():
        return 3
    if match["mark"][0] in ";:?!" or text[match.start() - 1] in CLOSING:
        return 2
    return 2 if match["mark"] == "," and text[_word_start(text, match.start())].isupper() else 1


def _word_start(text: str, place: int) -> int:
    """Where the word before the place begins."""
    start = place - 1
    while start > 0 and place - start < LONGEST_WORD and not text[start - 1].isspace():
        start -= 1
    return start


def _edit(text: str, match: re.Match[str]) -> Edit:
    """The mark without its space, or with the space on the other side."""
    after = text[match.end() : match.end() + 1]
    if after.isalpha() or after in OPENING:
        return Edit.replace(match.span(), f"{match['mark']} ", safe=True)
    return Edit.replace(match.span(), match["mark"], safe=not _goes_on(text, match))


def _goes_on(text: str, match: re.Match[str]) -> bool:
    """Whether more than a space may be wrong: a stop in mid-sentence or among figures, a colon between names."""
    following = text[match.end() : match.end() + 2].strip()[:1]
    if match["mark"] == ".":
        return following.islower() or following.isdigit()
    return following.isdigit() if match["mark"] == "," else match["mark"] == ":" and following.isupper()
