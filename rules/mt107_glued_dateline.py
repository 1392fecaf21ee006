"""MT107 looks for a dateline that lost the mark after the city: “Brussels With a serious, almost gloomy face …”."""

import re
from collections.abc import Iterator

from auditor.rulekit import Document, Hit, Severity, Span, data, lazy_pattern, rule

OPENERS = (
    "A|About|According|After|All|Almost|Along|Although|Amid|Among|An|Another|As|At|Because|Before|Behind|But|By"
    "|Despite|During|Even|Every|Few|Following|For|From|He|Her|His|How|However|If|In|It|Its|Just|Many|More|Most|Nearly"
    "|No|On|One|Only|Our|Over|She|Since|Some|Still|That|The|Their|There|These|They|This|Those|Three|Through|Two|Under"
    "|Until|We|What|When|While|With|Without"
)
START = lazy_pattern(
    rf"(?P<city>[^\W\d_][^\W\d_.’'-]*(?:[ \u00a0.’'-][ \u00a0]?[^\W\d_]+){{0,3}}?)[ \u00a0]{{1,2}}(?P<opener>{OPENERS})"
    r"(?P<words>(?:,?[ \u00a0][a-z][a-z’'-]*){5})(?![^\W_])"
)
VERB_FIRST = lazy_pattern(
    r"[ \u00a0](?:are|can|could|did|do|does|had|has|have|is|may|might|must|said|says|should|was|were|will|would)\Z"
)
ENDS = (".", "!", "?", "…", "”", '"', "’", "'", "»", ")", ":")

CITIES = "|".join(re.escape(city).replace("\\ ", r"[ \x{A0}]") for city in sorted(data(__file__, "cities")))


@rule(
    code="MT107",
    severity=Severity.MAJOR,
    trigger=(
        rf"(?:\A|[\r\n])[^!-~]*(?:{CITIES})"
        rf"[ \x{{A0}}]+(?:{OPENERS}),?[ \x{{A0}}][a-z]"
    ),
    stable=True,
    finds=("mt.glued-dateline",),
)
def glued_dateline(doc: Document) -> Iterator[Hit]:
    """A paragraph begins with the city of its dateline, and nothing parts the city from the sentence."""
    cities = data(__file__, "cities")
    for line in doc.filled_lines:
        match = START.match(doc.text, line.start, min(line.end, line.start + 200))
        if match is None or match["city"].replace("\u00a0", " ") not in cities:
            continue
        if VERB_FIRST.match(match["words"][: match["words"].find(" ", 1)]) or not _is_prose(doc.text, line):
            continue
        yield Hit(
            Span(match.start("city"), match.end("opener")),
            f"“{match['city']}” is a dateline that runs into the sentence “{match['opener']}{match['words']} …”",
            suggestion=f"{match['city']} – {match['opener']}",
        )


def _is_prose(text: str, line: Span) -> bool:
    """Whether the line is a paragraph: it ends as a sentence does, and is longer than a heading."""
    return line.length >= 60 and text.endswith(ENDS, line.start, line.end)
