"""LG507 looks for words in another alphabet than English: “konstituciя”, “Hans-Christian Штребеле”, “S新18 billion”."""

import re
from collections.abc import Iterator

from auditor.rulekit import Document, Hit, Severity, Span, lazy_pattern, rule, shorten

FOREIGN = (
    "\u0386-\u03ce\u0400-\u052f\u0531-\u058a\u05d0-\u05ea\u0620-\u064a\u0671-\u06d3\u0904-\u0939\u0985-\u09b9"
    "\u0e01-\u0e30\u0e40-\u0e46\u10d0-\u10ff\u1200-\u135a\u1780-\u17b3\u3041-\u3096\u30a1-\u30fa\u3400-\u4dbf"
    "\u4e01-\u4e27\u4e29-\u9fff\uac00-\ud7a3"
)
"""Letters of other alphabets, without the bar 丨 that stands between titles."""

MARKS = "·・ー\u0300-\u036f\u064b-\u0652\u093a-\u094f\u0e31-\u0e4e’'-"
"""What may stand inside a word of them: vowel signs, points between names, apostrophes."""

RUN = lazy_pattern(rf"[{FOREIGN}][{FOREIGN}{MARKS}]*(?:[ \u00a0][{FOREIGN}][{FOREIGN}{MARKS}]*){{0,12}}")
LATIN_BEFORE = lazy_pattern(r"[A-Za-z\u00c0-\u024f]{1,40}\Z")
LATIN_AFTER = lazy_pattern(r"[A-Za-z\u00c0-\u024f]{1,40}")
TWO_LETTERS = lazy_pattern(r"[A-Za-z]{2}")
ADDRESS = lazy_pattern(r"(?:https?:|www\.|[@#/_&=?%.])[^\s]{0,60}\Z")
NAMED = lazy_pattern(
    r"(?:(?<![^\W_])(?:[Cc]haracters?|[Ll]etters?|[Ww]ords?|[Tt]erms?|[Ss]ymbols?|[Pp]hrases?|[Nn]ames?|[Hh]ashtags?|[Ss]logans?"
    r"|[Ss]igns?|[Ss]pelled|[Ss]pelt|[Ww]ritten|[Cc]alled|known[ \u00a0]as|[Mm]eans?|[Rr]eads?|[Aa]lphabet|[Ss]cript"
    r"|[Tt]itled|or|Greek|Russian|Ukrainian|Bulgarian|Serbian|Chinese|Japanese|Korean|Arabic|Hebrew|Hindi|Persian"
    r"|Farsi|Urdu|Thai|Armenian|Georgian|Mandarin|Kanji)|[=:/])[ \u00a0]{0,2}[“\"‘'«]?\Z"
)
EXPLAINED = lazy_pattern(r"[’”\"']?[ \u00a0]?[(\[（=–—/]|\.[^\W\d_]")
OPENED = (("(", ")"), ("[", "]"), ("（", "）"), ("“", "”"), ("«", "»"), ("「", "」"), ("《", "》"), ("『", "』"))


@rule(
    code="LG507",
    severity=Severity.MAJOR,
    trigger=(
        r"[\x{386}-\x{3CE}\x{400}-\x{52F}][A-Za-z\x{386}-\x{3CE}\x{400}-\x{52F}]|[A-Za-z][\x{386}-\x{3CE}\x{400}-\x{52F}]"
        r"|[\x{531}-\x{58A}\x{5D0}-\x{5EA}\x{620}-\x{6D3}\x{904}-\x{9B9}\x{E01}-\x{E46}\x{10D0}-\x{10FF}\x{1200}-\x{135A}"
        r"\x{1780}-\x{17B3}\x{3041}-\x{30FA}\x{3400}-\x{9FFF}\x{AC00}-\x{D7A3}]"
    ),
    quotes="any",
    stable=True,
    finds=("other",),
)
def foreign_script(doc: Document) -> Iterator[Hit]:
    """A word is written in another alphabet, or mixes two, where nothing says that it is quoted."""
    text = doc.text
    runs = list(RUN.finditer(text))
    letters = sum(match.end() - match.start() for match in runs)
    if letters * 5 > len(text):
        return
    for match in runs:
        start, end = _word(text, match)
        if _is_mixed(text, match, start, end):
            yield Hit(Span(start, end), f"“{shorten(text[start:end])}” mixes two alphabets in one word")
        elif (start, end) == match.span() and not _is_meant(text, match):
            yield Hit(Span(start, end), f"“{shorten(match[0])}” was left in its own alphabet")


def _word(text: str, match: re.Match[str]) -> tuple[int, int]:
    """The whole word around foreign letters, with the Latin ones that touch them."""
    before = LATIN_BEFORE.search(text, max(0, match.start() - 40), match.start())
    after = LATIN_AFTER.match(text, match.end())
    return (before.start() if before else match.start()), (after.end() if after else match.end())


def _is_mixed(text: str, match: re.Match[str], start: int, end: int) -> bool:
    """Whether Latin letters touch the others; not in symbols (“TNFα”), brands (“KoЯn”) and addresses."""
    latin = text[start : match.start()] + text[match.end() : end]
    if not latin or ADDRESS.search(text, max(0, start - 60), start):
        return False
    foreign = match[0]
    if all("\u0370" <= letter < "\u0400" for letter in foreign):
        return len(foreign) > 1 and len(latin) > 1 and latin[-1].islower()
    return foreign != "Я"


def _is_meant(text: str, match: re.Match[str]) -> bool:
    """Whether the text shows the word itself: as a symbol, with its name or translation, quoted, alone in its line."""
    start, end = match.span()
    if _is_symbol(match[0]) or text[start - 1 : start] in ("-", "_") or text[end : end + 1] in ("-", "_"):
        return True
    line_start = max(text.rfind("\n", max(0, start - 300), start) + 1, start - 300, 0)
    line_end = text.find("\n", end, end + 300)
    before, after = text[line_start:start], text[end : line_end if line_end >= 0 else end + 300]
    if TWO_LETTERS.search(before) is None and TWO_LETTERS.search(after) is None:
        return True
    if ADDRESS.search(before) or NAMED.search(before) or EXPLAINED.match(after):
        return True
    return before.count('"') % 2 == 1 or any(before.count(mark) > before.count(closing) for mark, closing in OPENED)


def _is_symbol(foreign: str) -> bool:
    """A letter by itself, or a few Greek ones."""
    letters = sum(map(str.isalpha, foreign))
    return letters < 2 or (letters < 4 and "\u0370" <= foreign[0] < "\u0400")
