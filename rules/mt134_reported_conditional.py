"""MT134 looks for the conditional of hearsay: “According to the BBC, the actor would have said years later”."""

import re
from collections.abc import Iterator

from auditor.rulekit import Document, Hit, Severity, lazy_pattern, rule

LONGEST = 300
"""Characters of a sentence that are looked at on either side."""

WOULD_HAVE = lazy_pattern(
    r"would[ \u00a0]have[ \u00a0](?:(?:already|also|even|just|now|then)[ \u00a0])?(?:been[ \u00a0])?"
    r"(?:[a-z]{2,20}(?:ed|ght|own|ung|unk)|begun|bought|broken|brought|built|chosen|done|fallen|fled|found|given|gone|got|held"
    r"|hidden|kept|left|lost|made|met|paid|put|said|seen|sent|sold|spent|spoken|stolen|taken|told|won|written)(?![^\W_])"
)
ACCORDING = lazy_pattern(r"According[ \u00a0]to[ \u00a0](?!this|that|these|those)[^,]{3,90},[^,]{2,80}[ \u00a0]\Z")
NEVER_CAME = lazy_pattern(
    r"(?:celebrated|competed|completed|cost|faced|finished|lost|marked|met|played|qualified|reached|retired|started|turned|won)\Z"
)
"""What would have come on a day and did not: birthdays of the dead, matches of the beaten."""

DAYS = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
PAST = lazy_pattern(
    rf"[ \u00a0](?:yesterday|last[ \u00a0](?:night|week|month|year|{DAYS})|on[ \u00a0](?:{DAYS})"
    r"|(?:a|two|three|four|five|several|some|many)[ \u00a0](?:days|weeks|months|years)[ \u00a0](?:ago|earlier|later)"
    r"|in[ \u00a0](?:19|20)\d\d)(?![^\W_])(?![ \u00a0](?:million|billion))"
)
SUPPOSED = lazy_pattern(
    r"\b(?:although|argued|believe\w*|but|by|could|even|expect\w*|had|hoped|if|imagine\w*|instead|never|no|normally|not"
    r"|otherwise|predict\w*|probably|rather|said|saying|says|thought|though|told|unless|until|usually|were|what|when|wish\w*"
    r"|without|would)\b|n['’]t\b|\bmillion\b",
    re.IGNORECASE,
)
SENTENCE_END = lazy_pattern(r"[.!?;:\n\r“”\"]")


@rule(
    code="MT134",
    severity=Severity.MINOR,
    keys=("would have",),
    quotes="outside",
    stable=True,
    finds=("mt.calque",),
)
def reported_conditional(doc: Document) -> Iterator[Hit]:
    """What somebody reports stands in the conditional, as in French, Italian and Spanish news."""
    text = doc.text
    start = text.find("would")
    while start >= 0:
        match = WOULD_HAVE.match(text, start)
        if match and _is_hearsay(text, match):
            yield Hit.of(
                match,
                "“{text}” tells hearsay in the conditional; English says “is said to have” or “reportedly”",
                confidence=0.8,
            )
        start = text.find("would", start + 5)


def _is_hearsay(text: str, match: re.Match[str]) -> bool:
    """Whether the sentence names its source first, or tells a past day, and supposes nothing."""
    before = _last_piece(text[max(0, match.start() - LONGEST) : match.start()])
    after = text[match.end() : match.end() + LONGEST]
    end = SENTENCE_END.search(after)
    after = after[: end.start()] if end else after
    if SUPPOSED.search(before) or SUPPOSED.search(after):
        return False
    if ACCORDING.search(before):
        return True
    return len(before.split()) < 12 and not NEVER_CAME.search(match[0]) and PAST.search(after) is not None


def _last_piece(text: str) -> str:
    """What follows the last stop or quotation mark."""
    start = 0
    for end in SENTENCE_END.finditer(text):
        start = end.end()
    return text[start:].lstrip()
