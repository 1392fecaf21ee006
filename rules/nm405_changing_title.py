"""NM405 looks for a person whose office changes its name: “Vice Mayor Berg”, “Deputy Mayor Berg”."""

import re
from collections.abc import Iterator

from auditor.rulekit import LONGEST_ARTICLE, Document, Hit, Severity, Span, lazy_pattern, rule

GAP = "[ \u00a0]"
FIELD = (
    r"(?:Prime|Foreign|Defen[cs]e|Interior|Finance|Justice|Health|Economy|Education|Energy|Trade|Transport|Agriculture"
    r"|Labou?r|Culture|Environment)"
)
OFFICES: tuple[tuple[str, ...], ...] = (
    (rf"Deputy{GAP}{FIELD}{GAP}Minister", rf"Vice[ \u00a0-]{FIELD}{GAP}Minister"),
    (
        rf"Deputy{GAP}Secretary{GAP}of{GAP}(?:State|Defen[cs]e)",
        rf"Vice[ \u00a0-]Secretary{GAP}of{GAP}(?:State|Defen[cs]e)",
    ),
    (rf"Deputy{GAP}(?:Chairman|Speaker|Mayor|Governor)", r"Vice[ \u00a0-](?:Chairman|Speaker|Mayor|Governor)"),
    (rf"Foreign{GAP}Minister|Minister{GAP}of{GAP}Foreign{GAP}Affairs", rf"(?<!Deputy{GAP})Secretary{GAP}of{GAP}State"),
    (rf"Interior{GAP}Minister|Minister{GAP}of{GAP}(?:the{GAP})?Interior", rf"Home{GAP}Secretary"),
    (rf"Defen[cs]e{GAP}Minister", rf"(?<!Deputy{GAP})Defen[cs]e{GAP}Secretary|Secretary{GAP}of{GAP}Defen[cs]e"),
    (rf"Finance{GAP}Minister", rf"Treasury{GAP}Secretary|Secretary{GAP}of{GAP}the{GAP}Treasury"),
    (r"Attorney[ \u00a0-]General", rf"Prosecutor[ \u00a0-]General|General{GAP}Prosecutor"),
    (r"Secretary[ \u00a0-]General", rf"General{GAP}Secretary"),
)
"""Offices that are translations of each other: nobody holds two of them at one time."""

NAME = rf"{GAP}(?P<given>(?:[A-Z][\w’'-]{{1,30}}{GAP}){{0,2}})(?P<family>[A-Z][\w-]{{2,30}})"
PATTERNS = tuple(tuple(lazy_pattern(rf"(?<!\w)(?:{office}){NAME}") for office in pair) for pair in OFFICES)
RARER = (
    "Vice",
    "Vice",
    "Vice",
    "Secretary",
    "Home",
    "Secretary",
    "Treasury",
    "Prosecutor",
    "General",
)
"""A word of the second office of each pair."""

OTHER_TIME = lazy_pattern(
    r"(?:[Ff]ormer|[Ff]ormerly|[Tt]hen|[Ee]x|[Nn]ew|[Nn]ewly|[Oo]utgoing|[Ii]ncoming|[Ff]uture|[Nn]ext|[Aa]cting"
    r"|[Ss]hadow|[Oo]ld|[Pp]revious|[Ll]ate|[Aa]ppointed|[Dd]esignate|[Ee]lect|[Bb]ecame|[Aa]s)"
    r"[ \u00a0-](?:[A-Za-z’'-]{1,20}[ \u00a0]){0,2}\Z"
)


@rule(
    code="NM405",
    severity=Severity.MINOR,
    trigger=(
        r"Vice[ \x{A0}-](?:[A-Z][a-z]+[ \x{A0}]Minister|Secretary|Chairman|Speaker|Mayor|Governor)|Secretary[ \x{A0}]of"
        r"[ \x{A0}](?:State|Defen|the[ \x{A0}]Treasury)|Home[ \x{A0}]Secretary|Defen[cs]e[ \x{A0}]Secretary|"
        r"Treasury[ \x{A0}]Secretary|General[ \x{A0}](?:Prosecutor|Secretary)|Prosecutor[ \x{A0}-]General"
    ),
    quotes="outside",
    stable=True,
    finds=("mt.entity-inconsistency", "mt.lexical"),
)
def changing_title(doc: Document) -> Iterator[Hit]:
    """The office of a person has two names that are translations of each other."""
    text = doc.text
    for (one, other), word in zip(PATTERNS, RARER, strict=True):
        second = _holders(text, other) if word in text else {}
        first = _holders(text, one) if second else {}
        for family, uses in second.items():
            if family not in first or not _same_person(first[family], uses):
                continue
            rare, common = (uses, first[family]) if len(uses) <= len(first[family]) else (first[family], uses)
            title = _title(common[0])
            for match in rare:
                start, end = match.start(), match.start("given") - 1
                yield Hit(
                    Span(start, end),
                    f"The office of {family} is “{text[start:end]}” here and “{title}” elsewhere in the article",
                    suggestion=title,
                )


def _holders(text: str, office: re.Pattern[str]) -> dict[str, list[re.Match[str]]]:
    """Where the office stands before a name, by family name; former and future ones left out."""
    found: dict[str, list[re.Match[str]]] = {}
    for match in office.finditer(text, 0, LONGEST_ARTICLE):
        if not OTHER_TIME.search(text, max(0, match.start() - 60), match.start()):
            found.setdefault(match["family"], []).append(match)
    return found


def _same_person(one: list[re.Match[str]], other: list[re.Match[str]]) -> bool:
    """Whether the given names, where both have some, agree in one at least."""
    names = {name for match in one for name in match["given"].split()}
    others = {name for match in other for name in match["given"].split()}
    return not names or not others or not names.isdisjoint(others)


def _title(match: re.Match[str]) -> str:
    """The office that a match found."""
    return match[0][: match.start("given") - match.start() - 1].replace("\u00a0", " ")
