"""MT121 looks for a point that parts the thousands: “61.067 people”, “736.000 dollars”, “1.250.000”."""

import re
from collections.abc import Iterator

from auditor.rulekit import Document, Hit, Severity, Span, data, lazy_pattern, rule

POINTED = lazy_pattern(
    r"(?<![^\s(\[“\"‘'€$£+~])(?P<sign>[€$£]?)(?P<number>[1-9]\d{0,2}(?:\.\d{3})+)(?![\w\-–/]|[.,:]\d)"
)
NEXT_WORDS = lazy_pattern(
    r"[ \u00a0](?P<word>[^\W\d_]{2,20}(?:-[^\W\d_]{1,20})?)(?![^\W_])(?:[ \u00a0](?P<second>[^\W\d_]{2,20})(?![^\W_]))?"
)
RATE = lazy_pattern(
    r"(?:[ \u00a0][^\s.,;]{1,20})?[ \u00a0](?:per|each|against|for[ \u00a0](?:each|every)"
    r"|to[ \u00a0](?:the|a|one)[ \u00a0](?:dollar|euro|pound|franc|yen)"
    r"|an?[ \u00a0](?:lit|gallon|kilo|barrel|ounce|share|unit|woman|head))"
)
TELEPHONE = lazy_pattern(r"(?:\+\d{1,3}|\d\)|[Tt]el\.?:?|[Pp]hone:?|[Cc]all|[Ff]ax:?|[Vv]ersion|No\.?)[ \u00a0]\Z")
SCALES = frozenset(("thousand", "million", "millions", "billion", "billions", "trillion", "trillions", "mln", "bln"))


@rule(
    code="MT121",
    severity=Severity.MAJOR,
    trigger=r"[0-9]\.[0-9]{3}(?:[^0-9]|$)",
    quotes="any",
    stable=True,
    finds=("other",),
)
def thousands_point(doc: Document) -> Iterator[Hit]:
    """A point parts the thousands of a number, so that a thousand reads as one."""
    text = doc.text
    for match in POINTED.finditer(text):
        if _counts_thousands(text, match):
            yield Hit(
                Span(*match.span()),
                f"The point in “{match[0]}” parts thousands, which English parts with a comma",
                suggestion=match[0].replace(".", ","),
            )


def _counts_thousands(text: str, match: re.Match[str]) -> bool:
    """Whether the number cannot be a decimal: several points, or so many people, things or coins."""
    groups = match["number"].split(".")
    if len(groups) > 2:
        return not _is_address(groups) and TELEPHONE.search(text, max(0, match.start() - 10), match.start()) is None
    whole, part = groups
    if match["sign"]:
        return len(whole) > 1 and part.endswith("00")
    following = NEXT_WORDS.match(text, match.end())
    if following is None:
        return False
    words = [word for word in (following["word"], following["second"]) if word]
    if words[0].lower() in SCALES or words[0].lower() in data(__file__, "prepositions"):
        return False
    if len(whole) == 1 and RATE.match(text, following.end("word")):
        return False
    if any(word.lower() in data(__file__, "whole_things") for word in words):
        return True
    if words[0].lower() in data(__file__, "currency_names"):
        return part.endswith("00")
    return part == "000" and any(_is_plural(word) for word in words)


def _is_plural(word: str) -> bool:
    """Whether a word may be the noun that is counted."""
    return (
        len(word) > 3
        and word.endswith("s")
        and not word.endswith("ss")
        and word.lower() not in data(__file__, "no_counted_plurals")
    )


def _is_address(groups: list[str]) -> bool:
    """Four numbers of which none is above 255: the address of a computer."""
    return len(groups) == 4 and groups[-1] != "000" and all(int(group) < 256 for group in groups)
