"""MT108 looks for a compound that a dash with spaces tore apart: “the post – Cold War order”, “so -called”."""

from collections.abc import Iterator

from auditor.rulekit import Document, Edit, Hit, Severity, lazy_pattern, rule

PREFIXES = "anti|ex|mid|neo|non|post|pre|pro"
COMPOUNDS = (
    r"9/11|American|Assad|Brexit|British|Chinese|Christian|Christmas|Cold[ \u00a0]War|Colonial|Communist|Covid(?:-19)?"
    r"|COVID(?:-19)?|Easter|EU|European|French|German|Indian|Iranian|Islamic|Israeli|Japanese|Kremlin|Kurdish|Maidan"
    r"|Muslim|NATO|Nato|Nazi|Palestinian|Putin|Russian?|Semitic|Serbian|Soviet|Stalinist|Syrian|Trump|Turkish"
    r"|Ukrainian|Victorian|Vietnam|Western|World[ \u00a0]War"
)
TORN = lazy_pattern(
    r"(?<![^\W_])(?P<before>a|an|and|any|at|by|during|each|first|for|from|in|into|its|many|more|new|no|of|on|other|some|such"
    r"|than|the|these|this|those|to|two|under|with)[ \u00a0]"
    rf"(?P<compound>(?P<prefix>{PREFIXES})(?P<dash>[ \u00a0][-–—‐‑−][ \u00a0])(?P<name>{COMPOUNDS}))(?=[ \u00a0][a-z])"
)
APART = r"(?:[ \u00a0]-[ \u00a0]?|-[ \u00a0])"
GOES_ON = r"(?!(?:but|from|than|that|then|there|they|this|though|what|when|where|which|while|with|would)(?![a-z]))"
HYPHENATED = lazy_pattern(
    rf"(?<![^\W_])(?<!-)(?:so(?P<so>{APART})called|well(?P<well>{APART})(?:being|established|known)"
    rf"|(?:anti|inter|multi|non|ultra)(?P<prefix>{APART}){GOES_ON}[a-z]{{4,}}"
    rf"|self(?P<self>{APART})(?:confiden(?:t|ce)|defen[cs]e|determination|employed|esteem|governing|government"
    r"|isolat(?:e|ed|ing|ion)|made|proclaimed|styled|sufficien(?:t|cy))"
    rf"|(?:long|short|medium)(?P<term>{APART})term|e(?P<mail>{APART})mails?"
    r"|(?:COVID|Covid)(?P<covid>[ \u00a0][-–][ \u00a0]?|[-–][ \u00a0])19"
    rf"|\d{{1,3}}(?P<years>{APART})years?(?=[ \u00a0]?-[ \u00a0]?old)"
    rf"|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?P<tens>{APART})"
    r"(?:one|two|three|four|five|six|seven|eight|nine))(?![^\W_])"
)
SPACED_DASH = lazy_pattern(r"[ \u00a0][-–—‐‑−][ \u00a0]")
SENTENCE_END = lazy_pattern(r"[.!?][”’\"]?[ \u00a0]|[\r\n]")


@rule(
    code="MT108",
    severity=Severity.MAJOR,
    trigger=(
        rf"(?:{PREFIXES})[ \x{{A0}}][-–—‐‑−][ \x{{A0}}][\p{{Lu}}9]"
        r"|(?:anti|inter|multi|non|self|ultra)(?:[ \x{A0}]-|-[ \x{A0}])[ \x{A0}]?[a-z]{4}"
        r"|(?:e|long|medium|short|so|ty|well)(?:[ \x{A0}]-|-[ \x{A0}])[ \x{A0}]?"
        r"(?:being|called|eight|established|five|four|known|mail|nine|one|seven|six|term|three|two)"
        r"|(?:COVID|Covid)(?:[ \x{A0}][-–]|[-–][ \x{A0}])[ \x{A0}]?19"
        r"|[0-9\x{80}-\x{10FFFF}](?:[ \x{A0}]-|-[ \x{A0}])[ \x{A0}]?year"
    ),
    stable=True,
    finds=("mt.punctuation-spacing",),
)
def spaced_dash_in_compound(doc: Document) -> Iterator[Hit]:
    """A dash with spaces stands where a hyphen joins two parts of a word."""
    for match in TORN.finditer(doc.text):
        if not _has_other_dash(doc.text, match.start("compound"), match.end("compound")):
            yield Hit.of(
                match,
                "“{text}” is one word: a hyphen belongs there, not a dash with spaces",
                group="compound",
                edit=Edit.replace(match.span("dash"), "-", safe=True),
            )
    for match in HYPHENATED.finditer(doc.text):
        yield Hit.of(
            match,
            "“{text}” is one word: its hyphen has no spaces",
            edit=Edit.replace(match.span(match.lastgroup or 0), "-", safe=True),
        )


def _has_other_dash(text: str, start: int, end: int) -> bool:
    """Whether the same sentence has another spaced dash, so that both may enclose an insertion."""
    left = max(0, start - 400)
    before = text[left:start]
    for stop in SENTENCE_END.finditer(before):
        left = max(0, start - 400) + stop.end()
    stop_after = SENTENCE_END.search(text, end, end + 400)
    right = stop_after.start() if stop_after else min(len(text), end + 400)
    return bool(SPACED_DASH.search(text, left, start) or SPACED_DASH.search(text, end, right))
