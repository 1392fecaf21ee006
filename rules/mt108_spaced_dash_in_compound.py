"""MT108 looks for a compound that a dash with spaces tore apart: “the post – Cold War order”."""

import re
from collections.abc import Iterator

from auditor.rulekit import Document, Edit, Hit, Severity, rule

PREFIXES = "anti|ex|mid|neo|non|post|pre|pro"
COMPOUNDS = (
    r"9/11|American|Assad|Brexit|British|Chinese|Christian|Christmas|Cold[ \u00a0]War|Colonial|Communist|Covid(?:-19)?"
    r"|COVID(?:-19)?|Easter|EU|European|French|German|Indian|Iranian|Islamic|Israeli|Japanese|Kremlin|Kurdish|Maidan"
    r"|Muslim|NATO|Nato|Nazi|Palestinian|Putin|Russian?|Semitic|Serbian|Soviet|Stalinist|Syrian|Trump|Turkish"
    r"|Ukrainian|Victorian|Vietnam|Western|World[ \u00a0]War"
)
TORN = re.compile(
    r"(?<![^\W_])(?P<before>a|an|and|any|at|by|during|each|first|for|from|in|into|its|many|more|new|no|of|on|other|some|such"
    r"|than|the|these|this|those|to|two|under|with)[ \u00a0]"
    rf"(?P<compound>(?P<prefix>{PREFIXES})(?P<dash>[ \u00a0][-–—‐‑−][ \u00a0])(?P<name>{COMPOUNDS}))(?=[ \u00a0][a-z])"
)
SPACED_DASH = re.compile(r"[ \u00a0][-–—‐‑−][ \u00a0]")
SENTENCE_END = re.compile(r"[.!?][”’\"]?[ \u00a0]|[\r\n]")


@rule(
    code="MT108",
    severity=Severity.MAJOR,
    trigger=rf"(?:{PREFIXES})[ \x{{A0}}][-–—‐‑−][ \x{{A0}}][\p{{Lu}}9]",
    stable=True,
    finds=("mt.punctuation-spacing",),
)
def spaced_dash_in_compound(doc: Document) -> Iterator[Hit]:
    """A dash with spaces stands where a hyphen joins a prefix to its name."""
    for match in TORN.finditer(doc.text):
        if not _has_other_dash(doc.text, match.start("compound"), match.end("compound")):
            yield Hit.of(
                match,
                "“{text}” is one word: a hyphen belongs there, not a dash with spaces",
                group="compound",
                edit=Edit.replace(match.span("dash"), "-", safe=True),
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
