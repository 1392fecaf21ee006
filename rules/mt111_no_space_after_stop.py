"""MT111 looks for a sentence that begins right after the stop of the one before: “on Jan. 12.Olivier”."""

from collections.abc import Iterator

from auditor.rulekit import Document, Edit, Hit, Severity, Span, lazy_pattern, rule

MONTHS = (
    "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec"
    "|January|February|March|April|May|June|July|August|September|October|November|December"
)
OPENERS = (
    "According|After|Although|And|As|At|Because|But|For|From|He|Her|His|How|However|If|In|It|Its|Meanwhile|On|Our"
    "|She|Since|That|The|Their|There|These|They|This|Those|To|We|What|When|While|Who|With|You"
)
AFTER_DATE = lazy_pattern(
    rf"(?<![^\W_])(?:(?:{MONTHS})\.?[ \u00a0](?=\d)|\d\d?[ \u00a0](?=[A-Z]))"
    rf"(?P<piece>(?:\d\d?|{MONTHS})\.(?P<next>[A-Z][a-z]{{3,}}))"
    r"(?![^\W_]|\.[^\W_]|[@/])"
)
AFTER_YEAR = lazy_pattern(
    r"(?<![^\W_])(?:by|from|in|of|since|to|until|and|[a-z]+ber|[a-z]*ary|March|April|May|June|July|August)[ \u00a0]"
    r"(?P<piece>(?:19|20)\d\d\.(?P<next>[A-Z][a-z]+))(?![^\W_]|\.[^\W_]|[@/])"
)
AFTER_WORD = lazy_pattern(
    rf"(?<=[^\W\d_][ \u00a0])(?P<piece>[a-z]{{3,40}}\.(?P<next>{OPENERS}))(?=[ \u00a0][a-z]|,[ \u00a0])"
)


@rule(
    code="MT111",
    severity=Severity.MINOR,
    trigger=(rf"[a-z]\.(?:{OPENERS})[ ,\x{{A0}}]|[0-9\x{{80}}-\x{{10FFFF}}]\.[A-Z][a-z]"),
    stable=True,
    finds=("mt.punctuation-spacing", "mt.glued-dateline"),
)
def no_space_after_stop(doc: Document) -> Iterator[Hit]:
    """A sentence begins right after the stop of the one before, without a space."""
    for pattern in (AFTER_DATE, AFTER_YEAR, AFTER_WORD):
        for match in pattern.finditer(doc.text):
            place = match.start("next")
            yield Hit.of(
                match,
                "a space is missing after the stop in “{text}”",
                group="piece",
                edit=Edit(Span(place, place), " ", safe=True),
            )
