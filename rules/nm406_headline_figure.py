"""NM406 looks for a figure in the headline that the article contradicts: “47 miners”, in the text “74 miners”."""

import re
from collections.abc import Iterator

from auditor.rulekit import Document, Hit, Severity, Span, rule

LONGEST_HEADLINE = 150
"""Characters of a first line that may be a headline."""

FIGURE = re.compile(rf"\s*+[^\r\n]{{0,{LONGEST_HEADLINE}}}?\d[ \u00a0][a-z]")
"""A first line with a figure, to be looked for before anything else."""

COUNT = re.compile(
    r"(?<![\w.,$£€#/:+-])(?P<number>\d{1,3}(?:,\d{3})+|\d{2,6})[ \u00a0]"
    r"(?P<noun>(?:[a-z]{3,20}[ \u00a0])?[a-z]{3,20}(?:s|people|men|women|children))(?![\w-])"
)
NUMBER = re.compile(r"\d[\d,.\u00a0]*")
HEDGE = re.compile(
    r"(?:(?:(?:more|less|fewer) than|over|under|nearly|almost|about|around|at least|up to|some|above|below|top|another"
    r"|other|first|last|all|and|to|or|of|no|approximately|roughly|close to|from|between|age|aged|after|for|in|extra"
    r"|more)|[,–—-]) ?\Z",
    re.IGNORECASE,
)
MEASURES = frozenset(
    {"billions", "centimetres", "days", "degrees", "dollars", "euros", "feet", "goals", "hours", "inches", "kilometers",
     "kilometres", "metres", "meters", "miles", "millions", "minutes", "months", "moons", "points", "pounds", "roubles",
     "rubles", "runs", "seconds", "thousands", "times", "tonnes", "tons", "weeks", "wickets", "years", "yards", "yuan"}
)  # fmt: skip
"""What is measured rather than counted: other figures of it stand in most articles."""


@rule(
    code="NM406",
    severity=Severity.MINOR,
    stable=True,
    finds=("mt.entity-inconsistency",),
)
def headline_figure(doc: Document) -> Iterator[Hit]:
    """A figure of the headline stands nowhere in the article, which counts the same things otherwise."""
    if FIGURE.match(doc.text) is None:
        return
    lines = doc.filled_lines
    if len(lines) < 3 or lines[0].length > LONGEST_HEADLINE:
        return
    text = doc.text
    headline, rest = lines[0], text[lines[0].end :]
    if text[headline.end - 1] in '.”"’':
        return
    figures = {_digits(match[0]) for match in NUMBER.finditer(rest)}
    for match in COUNT.finditer(text, headline.start, headline.end):
        number, noun = _digits(match["number"]), match["noun"].replace("\u00a0", " ")
        if number in figures or noun.split()[-1] in MEASURES or HEDGE.search(text, headline.start, match.start()):
            continue
        counts = [other for other in COUNT.finditer(rest) if other["noun"].replace("\u00a0", " ") == noun]
        if len(counts) < 2 or len({_digits(other["number"]) for other in counts}) > 1:
            continue
        other = counts[0]
        if HEDGE.search(rest, max(0, other.start() - 40), other.start()) or _rounded(number, _digits(other["number"])):
            continue
        start = headline.end + other.start()
        yield Hit(
            Span(*match.span()),
            f"The headline says “{match[0]}”, the article “{other[0]}”",
            suggestion=other[0],
            evidence=(Span(start, start + len(other[0])),),
        )


def _digits(number: str) -> str:
    """The digits of a number alone."""
    return "".join(digit for digit in number if digit.isdigit())


def _rounded(one: str, other: str) -> bool:
    """Whether one of two numbers may be the other one, rounded: it ends in a nought and is within a fifth of it."""
    low, high = sorted((int(one), int(other)))
    return (low % 10 == 0 or high % 10 == 0) and high - low <= high / 5
