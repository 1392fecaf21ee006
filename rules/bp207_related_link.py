"""BP207 looks for links to other articles that stand in the text as lines: “Read also: …”, “Related Articles”."""

import re
from collections.abc import Iterator

from auditor.rulekit import Document, Edit, Hit, Severity, data, lexicon, rule, shorten

LINES = lexicon("related_lines")
PREFIXES = data(__file__, "link_prefixes")
LONGEST = 300
GAP = r"[\p{Z}\p{Cc}]+"
EDGE = r"[\p{Z}\p{Cc}]*"
MARK = r"[-•*►▶»›>–—|]"
PREFIX = re.compile(rf"{MARK}?\s?(?P<prefix>[^\W\d_][\w' -]{{2,40}}?) ?(?:[:|»›>→–…]|- ) ?(?P<rest>.+)")
PLAIN_PREFIX = re.compile(
    r"(?:read also|also read|(?:also |more )?on \w+\.(?:com|org|net):?) (?P<rest>.+)", re.IGNORECASE
)
TAGS = (
    "ANALYSIS",
    "COMMENT",
    "EXCLUSIVE",
    "EXPLAINED",
    "EXPLAINER",
    "GALLERY",
    "INSIGHT",
    "INTERVIEW",
    "LATEST",
    "LISTEN",
    "LIVE",
    "MAP",
    "MAPPED",
    "NEWS",
    "OPINION",
    "PHOTO",
    "PHOTOS",
    "PICS",
    "PICTURED",
    "PICTURES",
    "POLL",
    "QUIZ",
    "REACTION",
    "READ",
    "REPORT",
    "REVEAL",
    "REVEALED",
    "TRAILER",
    "UPDATE",
    "VIDEO",
    "VIDEOS",
    "WARNING",
    "WATCH",
)
TAGGED = re.compile(rf".{{20,200}} \[ ?(?:{'|'.join(TAGS)}) ?\]\|?")
"""A headline with the kind of the other article in brackets at its end: “Ferry refloated at noon [VIDEO]”."""

MORE_FROM = re.compile(
    r"(?:more|read more|popular|latest|elsewhere|trending|most read|top stories) (?:news |stories |articles )?"
    r"(?:from|on|in|at|by) [^.?!:,]{2,40}|more (?:great )?[^.?!:,]{2,30} (?:stories|articles|coverage|news)",
    re.IGNORECASE,
)
MORE_AT = re.compile(
    r"(?:more|follow|for more|read more|see more|full coverage)\b.{0,80}?(?:https?://|www\.)\S+"
    r"(?: (?:and|or) .{4,120})?",
    re.IGNORECASE,
)
START = rf"(?:^|[\r\n]){EDGE}{MARK}?{EDGE}"
TRIGGER = "|".join(
    (
        r"(?i)(?:^|[\r\n])[-•*►▶»›>–—|.:…→\p{Z}\p{Cc}]*(?:"
        + "|".join(re.escape(line).replace(r"\ ", GAP).replace("'", "['’]") for line in sorted(LINES | PREFIXES))
        + rf"){EDGE}(?:$|[\r\n.:…|»›>→–—•*►▶-])",
        rf"{START}(?:also|read|more|see|follow|full){GAP}|(?:https?:|www\.|\.com|\.org|\.net)|(?:read{GAP}also|also{GAP}read){GAP}",
        rf"\[{EDGE}[A-Z]+{EDGE}\]{EDGE}\|?{EDGE}(?:$|[\r\n])",
        rf"{START}(?:more|read{GAP}more|popular|latest|elsewhere|trending|most{GAP}read|top{GAP}stories){GAP}",
    )
)


@rule(
    code="BP207",
    severity=Severity.MAJOR,
    trigger=TRIGGER,
    english=False,
    stable=True,
    version=2,
    finds=("bp.related-link",),
)
def related_link(doc: Document) -> Iterator[Hit]:
    """A line leads to another article and is no part of this one."""
    lines = doc.filled_lines
    for index, (span, line) in enumerate(zip(lines, doc.plain_lines, strict=True)):
        if index == 0 or span.length > LONGEST:
            continue
        if _is_heading_over_links(line) or _is_link(line):
            message = f"“{shorten(span.of(doc.text))}” leads to another article; it is no line of this one"
            yield Hit(span, message, (Edit.delete_lines(doc.text, span),))


def _is_heading_over_links(line: str) -> bool:
    """Whether a whole line announces links: “Related Articles”, “More from our archive”."""
    if line.casefold().strip("-•*►▶»›>–—| .:…→") in LINES:
        return True
    return line[-1] not in ".!?," and line.count(" ") < 8 and MORE_FROM.fullmatch(line.rstrip(" :")) is not None


def _is_link(line: str) -> bool:
    """Whether a line is a prefix that announces a headline, and the headline; or points to an address."""
    if MORE_AT.fullmatch(line) or (line[-2:].endswith(("]", "]|")) and TAGGED.fullmatch(line)):
        return True
    match = PREFIX.match(line)
    if match is None or match["prefix"].casefold() not in PREFIXES:
        match = PLAIN_PREFIX.match(line)
    return match is not None and _is_headline(match["rest"])


def _is_headline(rest: str) -> bool:
    """Whether words look like a title: three or more, a capital or a quote first, no full stop at the end."""
    first = rest.lstrip("“\"‘'([")[:1]
    return rest.count(" ") >= 2 and not first.islower() and rest[-1] not in ".,;:"
