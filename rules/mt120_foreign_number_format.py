"""MT120 looks for numbers written as in another language: “54,8%”, “45,000 million dollars”, “900 €”."""

import re
from collections.abc import Iterator

from auditor.rulekit import Document, Hit, Severity, Span, data, lazy_pattern, rule

DECIMAL_COMMA = lazy_pattern(r"(?P<whole>\d(?<![^\s(\[“\"‘'€$£+−–-]\d)\d{0,3}),(?P<part>\d{1,2})(?![\w\-–/]|[.,:]\d)")
MARK_AFTER = lazy_pattern(r"[ \u00a0]?[%‰°€£]|[ \u00a0]?\$(?!\d)")
WORD_AFTER = lazy_pattern(r"[ \u00a0-](?P<word>[^\W\d_]{1,12})(?![^\W_])(?:[ \u00a0](?P<next>[^\W\d_]{1,12}))?")
PLURAL_BEFORE = lazy_pattern(r"(?<!wa)(?<!i)(?<!ha)(?<![^\W_]a)s[ \u00a0]\Z|[-–]\Z")
MORE_NUMBERS = lazy_pattern(r",?[ \u00a0](?:and|or|&|\d{1,4},\d{1,2}\b)")
LARGE = lazy_pattern(
    r"(?<![\w.,€$£])(?P<sign>(?:(?:US|A|C|R|NZ)?[€$£]|(?:USD|EUR|US[ \u00a0]dollars))[ \u00a0]?)?"
    r"\d{1,3}(?:,\d{3})+[ \u00a0](?:million|billion)s?(?![^\W_])(?:[ \u00a0](?:of[ \u00a0])?(?P<of>[^\W\d_]{3,12}))?"
)
THOUSAND = lazy_pattern(
    r"(?<![\w.,])(?:€|\$|£)?\d[\d.,]{0,6}[ \u00a0]thousand"
    r"(?=[ \u00a0](?P<of>[a-z]{3,14})(?![^\W_]))"
)
SCALES = lazy_pattern(
    r"(?<![^\W_])(?:\d[\d.,]{0,12}|two|three|four|five|six|seven|eight|nine|ten|twenty|hundred|several|some)[ \u00a0]"
    r"thousand[ \u00a0]millions?[ \u00a0](?:of[ \u00a0])?(?P<of>[^\W\d_]{3,12})"
    r"|(?<![^\W_])thousands[ \u00a0]of[ \u00a0]millions[ \u00a0]of[ \u00a0](?P<currency>[^\W\d_]{3,12})"
    r"|(?<![\w.,])\d[\d.,]{0,12}[ \u00a0](?:[Mm]illiards?|Mrd|Mio)(?![^\W_])"
)
LARGE_MARK = lazy_pattern(r"illion(?<=,\d{3} [mb]illion)")
THOUSAND_MARK = lazy_pattern(r" thousand (?<=\d thousand )")
SCALE_MARKS = (
    lazy_pattern("thousand million"),
    lazy_pattern("thousands of millions of"),
    lazy_pattern(r"illiard(?<=\d [Mm]illiard)"),
    lazy_pattern(r"Mrd(?<=\d Mrd)"),
    lazy_pattern(r"Mio(?<=\d Mio)"),
)
"""Found much faster than the patterns that they belong to, because they begin with fixed letters."""

SIGN_AFTER = lazy_pattern(
    r"\d(?<![^\s(\[“\"‘'+−–-]\d)[\d.,]{0,14}[ \u00a0]?[€$£](?![\w$£€{}\\|/]|[.,]\d|[ \u00a0]{0,3}[\d(])"
)


@rule(
    code="MT120",
    severity=Severity.MINOR,
    trigger=(
        r"[0-9],[0-9]{1,2}(?:[^0-9]|$)|[0-9][ \x{A0}]?(?:€|[$£](?:[^0-9A-Za-z]|$))|,[0-9]{3}[ \x{A0}](?:mill|bill)ions?"
        r"[ \x{A0}]|,000[ \x{A0}][mb]illion"
        r"|[0-9][ \x{A0}]thousand[ \x{A0}]|thousand[ \x{A0}]million|of[ \x{A0}]millions[ \x{A0}]of"
        r"|[0-9][ \x{A0}](?:[Mm]illiard|Mrd|Mio)"
    ),
    quotes="any",
    stable=True,
    finds=("other",),
)
def foreign_number_format(doc: Document) -> Iterator[Hit]:
    """A number is written as another language writes it: a decimal comma, thousands of millions, a sign behind it."""
    text = doc.text
    end = -1
    for span, message, suggestion in sorted(_found(text)):
        if span.start >= end:
            end = span.end
            yield Hit(span, message, suggestion=suggestion or None)


def _found(text: str) -> Iterator[tuple[Span, str, str]]:
    """The place of each such number, what is wrong, and how English writes it."""
    plain = text.replace("\u00a0", " ")
    commas = [(match, _is_sure(text, match)) for match in DECIMAL_COMMA.finditer(text)]
    if any(sure for _, sure in commas):
        for match, sure in commas:
            if sure or not _is_list(text, match):
                mark = MARK_AFTER.match(text, match.end())
                span = Span(match.start(), mark.end() if mark else match.end())
                yield span, f"“{span.of(text)}” has a decimal comma", f"{match['whole']}.{match['part']}"
    for match in LARGE.finditer(text) if LARGE_MARK.search(plain) else ():
        currency = (match["of"] or "").lower() in data(__file__, "currency_names")
        if currency or (match["sign"] and ",000 " in match[0].replace("\u00a0", " ")):
            end = match.end() if currency or not match["of"] else match.start("of") - 1
            span = Span(match.start(), end)
            yield span, f"“{span.of(text)}” counts thousands of millions, which English calls billions", ""
    for match in THOUSAND.finditer(text) if THOUSAND_MARK.search(plain) else ():
        if match["of"] in data(__file__, "currency_names") or match["of"] in data(__file__, "whole_things"):
            yield Span(*match.span()), f"“{match[0]}” mixes figures and a word, where English writes all noughts", ""
    for match in SCALES.finditer(text) if any(mark.search(plain) for mark in SCALE_MARKS) else ():
        currency_name = match["of"] or match["currency"]
        if currency_name is None or currency_name.lower() in data(__file__, "currency_names"):
            yield Span(*match.span()), f"“{match[0]}” counts with a number word of another language", ""
    for match in SIGN_AFTER.finditer(text) if any(sign in text for sign in "€$£") else ():
        number = match[0][:-1].strip()
        yield Span(*match.span()), f"“{match[0]}” has its currency sign behind the number", match[0][-1] + number


def _is_sure(text: str, match: re.Match[str]) -> bool:
    """Whether the comma parts whole and decimals: a zero, a sign or a measure stands beside it."""
    before = text[match.start() - 1 : match.start()]
    if before in ("€", "$", "£"):
        return True
    if before in ("-", "–", "−", "+") and text[match.start() - 2 : match.start() - 1].isalnum():
        return False
    if MARK_AFTER.match(text, match.end()):
        return True
    if MORE_NUMBERS.match(text, match.end()):
        return False
    if match["whole"] == "0" and match["part"] != "1":
        return True
    after = WORD_AFTER.match(text, match.end())
    if after is None:
        return False
    word = after["word"].lower()
    if word == "per":
        return (after["next"] or "").lower() in ("cent", "mille")
    return word in data(__file__, "units_after_decimals") or word in data(__file__, "currency_names")


def _is_list(text: str, match: re.Match[str]) -> bool:
    """“pages 1,5”, “3,4 and 5”: numbers in a row, typed without a space."""
    before = PLURAL_BEFORE.search(text, max(0, match.start() - 20), match.start())
    return before is not None or MORE_NUMBERS.match(text, match.end()) is not None
