"""MT122 looks for dates and hours written as in another language: “this Thursday (27)”, “23 o'clock”, “0-24:00”."""

import re
from collections.abc import Iterator

from auditor.rulekit import Document, Hit, Severity, Span, lazy_pattern, rule

S = "[ \u00a0]"
HOUR = r"(?:1[3-9]|2[0-4])"
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
DAYS = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
ON = (
    rf"(?:[Oo]n|[Ss]ince|[Uu]ntil|[Tt]ill|[Ff]rom|[Tt]o|[Bb]y|[Bb]efore|[Aa]fter|[Oo]f|[Dd]ated|[Tt]he"
    rf"|[Pp]ast|[Ll]ast|[Nn]ext|[Tt]his|{DAYS}),?"
)
AT = r"(?:[Aa]t|[Ff]rom|[Uu]ntil|[Tt]ill|[Ss]ince)"
NEAR = r"(?:[Tt]o|[Bb]y|[Bb]efore|[Aa]fter|[Aa]round|[Aa]bout)"

BEFORE_DAY = (
    "[Tt]his|[Ll]ast|[Pp]ast|[Nn]ext|[Oo]n|[Ss]ince|[Uu]ntil|[Tt]ill|[Bb]y|[Ff]rom|[Oo]f|[Tt]o|and|[Ff]or|[Bb]etween|through"
    "|[Aa]fter|[Bb]efore"
)
BEHIND = "(?:" + "|".join(f"(?<={word}{S})" for word in ("at", "by", "to", "from", "till", "until", "after")) + ")"
DAY = r"(?:0?[1-9]|[12]\d|3[01])"
MONTH = r"(?:0?[1-9]|1[0-2])"
YEAR = r"(?:19|20)\d\d"
PART_OF_DAY = "morning|afternoon|evening|night"

OCLOCK = lazy_pattern(
    rf"(?<![\d:.,])(?:{HOUR}(?:[:.][0-5]\d)?|0|\d{{1,2}}[:.]{S}?[0-5]\d){S}o['’]{S}?[Cc]lock(?![^\W_])"
    rf"|(?<![\d:.,])\d{{1,2}}[:.][0-5]\d{S}clock(?=[.,;)]|{S}(?:in|on|at|this|that|local)(?![^\W_]))"
)
TWICE_TOLD = lazy_pattern(
    rf"(?<![\w:.,@$€£-])(?:{HOUR}[:.][0-5]\d|{BEHIND}{HOUR}){S}?(?:[ap]\.m\.|[ap]m|[AP]M|[AP]\.M\.)(?![^\W_])"
)
LETTER_H = lazy_pattern(
    rf"(?<![^\W_])(?:{AT}{S}(?=\d{{1,2}}h[0-5]\d|{HOUR}h|\d{{1,2}}[:.])"
    rf"|{NEAR}{S}(?=\d\dh[0-5]\d|{HOUR}h|\d{{1,2}}[:.]))"
    rf"(?P<hour>(?:[01]?\d|2[0-4])(?:[:.][0-5]\d{S}?h|h(?:[0-5]\d)?))(?![\w-])(?!{S}(?:post|after|before|of)(?![^\W_]))"
)
HOUR_24 = lazy_pattern(
    rf"(?<![\d:.,/-])0{{1,2}}(?::{S}?00)?{S}?(?:[-–—~]|to|until){S}?24"
    rf"(?::{S}?00|(?={S}(?:on|hours{S}on|o['’]clock)(?![^\W_])))(?![\d:])"
    rf"|(?<![\d:.,/-])24:00(?={S}(?:on|of|o['’]clock|yesterday|today|the|that|local){S})"
)
DOTTED = lazy_pattern(
    rf"(?<![\w.,/:-])(?P<long>{DAY}\.{MONTH}\.{YEAR})(?![\w/-]|[.,:]\d)"
    rf"|(?<![\w.,/:-])(?P<short>{DAY}\.{MONTH}\.[0-2]\d)(?![\w/-]|[.,:]\d)"
)
NO_VERSION_BEFORE = lazy_pattern(
    rf"(?:(?<![^\W_])(?:{DAYS}|[Oo]n|[Dd]ated)(?P<sure>),?{S}|(?<![^\W_])(?P<word>[a-z]{{2,20}}),?{S}|\((?:[A-Za-z]{{2,12}}{S})?)\Z"
)
NUMBERED = frozenset(
    ("version", "versions", "release", "build", "update", "section", "article", "clause", "paragraph", "rule", "step")
)
DAY_IN_BRACKETS = lazy_pattern(
    rf"(?<![^\W_])(?:(?:(?:{BEFORE_DAY}){S}(?:{DAYS})|Monday|Thursday|Saturday)(?:{S}(?:{PART_OF_DAY}))?"
    rf"|(?:[Tt]his|[Ll]ast){S}(?:{PART_OF_DAY})|[Yy]esterday|[Tt]oday|[Tt]omorrow),?{S}"
    rf"\((?:[1-9]|[12]\d|3[01])(?:[/.]{MONTH}(?:[/.](?:{YEAR}|\d\d))?)?\)(?=[ \u00a0,;:.\r\n]|\Z)"
)
DAY_WITH_DAY = lazy_pattern(
    rf"(?<![^\W_])(?:[Tt]his|[Ll]ast|[Pp]ast|[Nn]ext){S}(?:{DAYS}),?{S}"
    rf"(?:\d{{1,2}}(?=,|\.{S}[A-Z])|(?:the{S})?day{S}\d{{1,2}}(?![\w-]))"
)
HALF_SPACED_YEARS = lazy_pattern(rf"(?<![\w.,:/-]){YEAR}(?:[-–—]{S}|{S}[-–—]){YEAR}(?![\w-]|[.,:/]\d)")
DAY_OF_MONTH = lazy_pattern(rf"(?<![^\W_]){ON}{S}(?P<date>(?:[1-9]|[12]\d|3[01]){S}of{S}(?:{MONTHS}))(?![^\W_]|['’])")
ORDINAL_STOP = lazy_pattern(
    rf"(?<![^\W_])(?:(?:[Tt]he|{DAYS}),?{S}(?P<date>(?:[1-9]|[12]\d|3[01])\.{S}(?:{MONTHS}))(?![^\W_])"
    rf"|(?:[Oo]n|[Ss]ince|[Uu]ntil|[Tt]ill|[Ff]rom|[Tt]o|[Bb]y){S}"
    rf"(?P<other>(?:[1-9]|[12]\d|3[01])\.{S}(?:{MONTHS}))(?={S}{YEAR}|[,;)]))"
)
YEAR_WORD = lazy_pattern(
    rf"(?<![^\W_])(?:[Ii]n|[Ss]ince|[Oo]f|[Uu]ntil|{MONTHS}){S}(?P<year>{YEAR}{S}year)"
    rf"(?=[.,;)]|{S}(?:the|a|an|in|was|were|is|it|he|she|they|and|from|with|at){S})"
)
SPACED_M = lazy_pattern(rf"(?<![\w:.,])\d{{1,2}}(?:[:.][0-5]\d)?{S}[ap]\.{S}m\.")


MARK = lazy_pattern(
    r"[0-9](?:[ \u00a0]?(?:o['’]|h(?![A-Za-z])|[apAP]\.?[ \u00a0]?[mM])|[ \u00a0]clock|h[0-9]|[ \u00a0]year"
    r"|[ \u00a0]of[ \u00a0]"
    r"|\.[ \u00a0][A-Z]|\.[0-9]{1,2}\.[0-9]|[-–—][ \u00a0][12]|[ \u00a0][-–—][12])|24[:\u00a0 ]|\([0-3]?[0-9][)/.]"
    r"|day,?[ \u00a0](?:the[ \u00a0])?(?:day[ \u00a0])?[0-9]"
)
"""What is in every format, found in one pass."""

REACH = 60
"""How far a format may reach from its mark."""

FORMATS = (
    (OCLOCK, "lock", "is no hour by the clock of twelve hours"),
    (TWICE_TOLD, "", "counts to 24 and names the half of the day as well"),
    (LETTER_H, "h", "writes the hour with an h"),
    (HOUR_24, "24", "calls midnight 24, which English does not"),
    (DAY_WITH_DAY, "day", "gives the day of the month without the month"),
    (HALF_SPACED_YEARS, "", "has a space on one side of the dash"),
    (DAY_OF_MONTH, "of", "has the day as a plain number before “of”"),
    (ORDINAL_STOP, ".", "has a stop behind the day, as German and Czech write it"),
    (YEAR_WORD, "year", "has the word “year” behind its number"),
    (SPACED_M, "m.", "has a space in the middle of its abbreviation"),
    (DAY_IN_BRACKETS, "(", "gives the day of the month in brackets"),
    (DOTTED, ".", "is a date with points, which English does not write in a sentence"),
)
"""Each format with what it holds always and what is wrong with it; a group is the place, where there is one."""


@rule(
    code="MT122",
    severity=Severity.MINOR,
    trigger=(
        r"[0-9][ \x{A0}]o['’][ \x{A0}]?[Cc]lock|[0-9][:.][0-9]{2}[ \x{A0}]clock"
        r"|(?:1[3-9]|2[0-4])(?:[:.][0-9]{2})?[ \x{A0}]?[apAP]\.?[mM]|[0-9]h[0-9]{2}|[0-9][ \x{A0}]?h(?:[^A-Za-z]|$)"
        r"|0[ \x{A0}]?(?:[-–—~]|to|until)[ \x{A0}]?24[: \x{A0}]|24:00|[0-9]\.[0-9]{1,2}\.[0-9]{2}"
        r"|(?:day|morning|afternoon|evening|night|tomorrow),?[ \x{A0}]\([0-9]"
        r"|(?:[Tt]his|[Ll]ast|[Pp]ast|[Nn]ext)[ \x{A0}](?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,?[ \x{A0}]"
        r"(?:[0-9]|(?:the[ \x{A0}])?day[ \x{A0}][0-9])"
        r"|[0-9]{4}(?:[-–—][ \x{A0}]|[ \x{A0}][-–—])[0-9]{4}"
        r"|[0-9](?:\.|[ \x{A0}]of)[ \x{A0}](?:Jan|Feb|March|Apr|May|June|July|Aug|Sept|Oct|Nov|Dec)"
        r"|[0-9]{4}[ \x{A0}]year[^s-]|[0-9][ \x{A0}][ap]\.[ \x{A0}]m"
    ),
    quotes="any",
    stable=True,
    finds=("other",),
)
def foreign_date_or_clock(doc: Document) -> Iterator[Hit]:
    """A date or an hour is written as another language writes it."""
    end = -1
    for span, reason in sorted(_found(doc.text)):
        if span.start >= end:
            end = span.end
            yield Hit(span, f"“{span.of(doc.text)}” {reason}")


def _found(text: str) -> Iterator[tuple[Span, str]]:
    """The place of each such date or hour, and what English does not do so."""
    for start, end in _near_marks(text):
        stretch = text[start:end]
        for pattern, sign, reason in FORMATS:
            for match in pattern.finditer(text, start, end) if sign in stretch else ():
                if (match.end() < end or end == len(text)) and _is_sure(text, pattern, match):
                    yield Span(*match.span(match.lastgroup or 0)), reason


def _near_marks(text: str) -> Iterator[tuple[int, int]]:
    """Stretches of text around the marks without which no format is there."""
    start, end = 0, -1
    for mark in MARK.finditer(text):
        if mark.start() - REACH > end:
            if end >= 0:
                yield start, end
            start = max(0, mark.start() - REACH)
        end = min(len(text), mark.end() + REACH)
    if end >= 0:
        yield start, end


def _is_sure(text: str, pattern: re.Pattern[str], match: re.Match[str]) -> bool:
    """What some formats need besides their form."""
    if pattern is DAY_IN_BRACKETS:
        return not _is_clue(text, match)
    return pattern is not DOTTED or _is_date(text, match)


def _is_clue(text: str, match: re.Match[str]) -> bool:
    """Whether the number ends a short line: so many letters has the answer of a crossword."""
    if text[match.end() : match.end() + 1] not in ("", "\r", "\n"):
        return False
    before = text[max(0, match.start() - 60) : match.start()]
    return len(before) < 60 or "\n" in before or "\r" in before


def _is_date(text: str, match: re.Match[str]) -> bool:
    """Whether a sentence leads up to three numbers with points: no header of a page, no version, no section."""
    before = NO_VERSION_BEFORE.search(text, max(0, match.start() - 24), match.start())
    if before is None or before["word"] in NUMBERED:
        return False
    return before["sure"] is not None or match["long"] is not None or int(match["short"].split(".")[0]) > 12
