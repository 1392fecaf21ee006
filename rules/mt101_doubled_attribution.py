"""MT101 looks for an attribution that came out twice or came off: “…,” he said. she declared."""

import re
from collections.abc import Iterator
from functools import cache

from auditor.rulekit import Document, Edit, Hit, Severity, Span, data, lazy_pattern, lexicon, rule

GAP = r"[ \u00a0]"
PRONOUN = r"(?:he|she|they|it)"
TITLES = r"(?:(?:Mr|Mrs|Ms|Dr|Prof|Gen|Col|Capt|Sen|Gov)\.?[ \u00a0])?"
NAME = rf"{TITLES}(?:[A-Z][\w’'-]{{1,30}}{GAP}){{0,3}}[A-Z][\w’'-]{{1,30}}"

LETTER = r"[A-Za-z\x{80}-\x{10FFFF}]"
"""For the trigger: at least all letters; RE2 would unroll the class of letters itself into many states."""

PLAIN_VERBS = "said|says|added|adds|stated|states|declared|declares|explained|explains"
OUTLETS = "|".join(sorted(map(re.escape, data(__file__, "press_outlets"))))


@rule(
    code="MT101",
    severity=Severity.CRITICAL,
    trigger=(
        rf"\.[ \x{{A0}}](?:he|she|they|it)[ \x{{A0}}]{LETTER}+[.!?]|{LETTER}\.[ \x{{A0}}][a-z]+[ \x{{A0}}][A-Z]"
        rf"|(?:{PLAIN_VERBS}),[ \x{{A0}}](?:he|she|they|it)[ \x{{A0}}](?:{PLAIN_VERBS})\."
        rf"|\.[ \x{{A0}}](?:{OUTLETS})\.|[.!?][ \x{{A0}}],[ \x{{A0}}]{LETTER}"
    ),
    stable=True,
    finds=("mt.doubled-attribution",),
)
def doubled_attribution(doc: Document) -> Iterator[Hit]:
    """One quotation has two attributions, or an attribution is torn off what it belongs to."""
    patterns = _patterns()
    text = doc.text
    for match in patterns["stop"].finditer(text):
        yield _doubled(text, match)
    for match in patterns["comma"].finditer(text):
        yield _doubled(text, match)
    for match in patterns["torn"].finditer(text):
        yield Hit.of(
            match,
            "“{text}” begins an attribution with a comma after a full stop: it was torn off its quotation",
            group="all",
        )
    outlets = data(__file__, "press_outlets")
    for match in patterns["outlet"].finditer(text):
        if match["outlet"] in outlets:
            yield Hit.of(
                match,
                "“{text}” leaves the name of a news outlet alone after a stop: it was torn off its verb",
                group="all",
            )


def _doubled(text: str, match: re.Match[str]) -> Hit:
    """The hit on two attributions; the edit takes the second away and keeps its closing stop."""
    span = Span(*match.span("all"))
    return Hit.of(
        match,
        "“{text}” attributes one quotation twice",
        group="all",
        edit=Edit.replace((match.start("stop"), span.end), text[span.end - 1]),
    )


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """The four shapes of the damage, with the shared verbs of speech in them."""
    verb = f"(?:{'|'.join(sorted(lexicon('speech_verbs')))})"
    plain_verb = f"(?:{PLAIN_VERBS})"
    closed = rf"[”\"’»]{GAP}"
    inverted = rf"{verb}{GAP}{NAME}"
    attribution = rf"(?:(?:{PRONOUN}|{NAME}){GAP}{verb}|{inverted})"
    line_end = r"(?=[ \t]*(?:[\r\n]|\Z))"
    return {
        "stop": lazy_pattern(
            rf"{closed}(?P<all>{attribution}(?P<stop>\.){GAP}(?:{PRONOUN}{GAP}{verb}|{inverted})[.!?])(?!\w)"
        ),
        "comma": lazy_pattern(
            rf"{closed}(?P<all>{NAME}{GAP}{plain_verb}(?P<stop>,){GAP}{PRONOUN}{GAP}{plain_verb}\.)(?!\w)"
        ),
        "torn": lazy_pattern(
            rf"[.!?](?<=[^\W\d_]{{3}}.){GAP}(?P<all>,{GAP}(?:{PRONOUN}|I|we|who){GAP}{verb}\b|,{GAP}{inverted}\b)"
        ),
        "outlet": lazy_pattern(
            rf"{closed}(?P<all>(?:{NAME}{GAP}{verb}|{inverted})\.{GAP}(?P<outlet>[A-Z]\w+)\.){line_end}"
        ),
    }
