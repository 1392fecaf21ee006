"""BP206 looks for paragraphs in which the site promotes itself: newsletters, job offers, subscriptions, apps."""

import re
from collections.abc import Iterator

from auditor.rulekit import Document, Edit, Hit, Severity, Span, lexicon, rule, shorten

LINES = lexicon("promotions")
LONGEST = 500
GAP = r"[\p{Z}\p{Cc}]+"
EDGE = r"[\p{Z}\p{Cc}]*"
PRODUCT = (
    r"\b(?:e-?newsletters?|newsletters?|your (?:e-?mail )?inbox|mailing list|e-?mail (?:updates|alerts|bulletins?)"
    r"|(?:news|morning|evening|daily|weekly) (?:briefing|alerts?|digest|roundup)s?"
    r"|our (?:\w+ )?app|app store|google play"
    r"|(?:news|breaking|push) (?:alerts|notifications)|e-?paper|digital (?:edition|subscription|access)|our podcasts?"
    r"|(?:our|the) (?:\w+ ){0,3}(?:youtube|whatsapp|telegram) (?:channel|group)|on the \w+ app)\b"
)
SHAPES = {
    "offers a newsletter, an app or a subscription": re.compile(
        r"(?:.{0,250}[.!?:…–-] )?(?:(?:to|please|you can|want more[^?]{0,60}\?) )?"
        r"(?:sign ?up|subscribe|register|join|download|get|receive|stay|don't miss|never miss|keep up|try|fill)\b"
        rf"[^.!?]{{0,160}}{PRODUCT}.{{0,200}}"
        rf"|.{{0,250}}{PRODUCT}.{{0,200}}[.!?:] (?:sign up|subscribe|register|join)"
        r"(?: (?:here|now|today|for free|below))*[.!]?"
        r"|.{0,200}\b(?:delivered|straight|directly|right|sent|meet) (?:straight |directly |right )?"
        r"(?:to|into|in )?\b ?your (?:e-?mail )?inbox\b.{0,150}"
        r"|subscribe to [^.!?]{2,60} (?:and|to|for) .{2,120}|subscribe to our .{2,80}"
        r"|(?:please )?sign up (?:to|for) our .{2,80}"
        r"|stay (?:up[ -]to[ -]date|informed|connected|current) (?:with|on) [^.!?]{2,60}[.!]?"
    ),
    "asks for a click": re.compile(
        r"(?:get|read|watch|see|buy|find out|learn|subscribe|sign up|order|download|join|register|vote|try) [^.]{2,100}"
        r" (?:by )?click(?:ing)? here[.!]?|click here (?:to|for) [^.]{2,120}[.!]?"
    ),
    "sells by links": re.compile(
        r"(?:if|when) you (?:buy|purchase|click|shop) .{2,120}\bmay (?:earn|get|receive) .{2,120}"
        r"|.{0,80}\b(?:may|might) (?:earn|receive) (?:an? )?(?:affiliate |small )?(?:commission|share of).{0,120}"
        r"|.{0,80}\bcontains affiliate links\b.{0,80}"
    ),
    "offers jobs": re.compile(
        r"(?:find|search|browse|discover) (?:the |your |thousands of |all |new |more )?(?:[\w-]+ )?jobs?"
        r" (?:now|here|today|and)"
        r"\b.{0,80}\b(?:e-?mail|alerts?|notified|apply)\b.{0,30}"
    ),
}
HINT = re.compile(
    rf"{PRODUCT}|inbox|subscribe to|sign up |^stay |clicking here|click here|may|might|affiliate links|jobs? "
)
"""What every one of the shapes holds: a first look that spares most lines the others."""

TRIGGER = "|".join(
    (
        rf"(?i)(?:^|[\r\n]){EDGE}(?:"
        + "|".join(re.escape(line).replace(r"\ ", GAP).replace("'", "['’]") for line in sorted(LINES))
        + r")[\p{Z}\p{Cc}.:!*…>»›→]*(?:$|[\r\n])",
        rf"newsletter|inbox|mailing{GAP}list|mail{GAP}(?:updates|alerts|bulletin)|app{GAP}store|google{GAP}play|e-?paper",
        rf"(?:news|morning|evening|daily|weekly){GAP}(?:briefing|alert|digest|roundup)",
        rf"our{GAP}(?:\S+{GAP})?app\b|(?:breaking|push){GAP}(?:alerts|notifications)|digital{GAP}(?:edition|subscription|access)",
        rf"our{GAP}podcast|(?:youtube|whatsapp|telegram){GAP}(?:channel|group)|on{GAP}the{GAP}\S+{GAP}app",
        rf"(?:^|[\r\n]){EDGE}(?:please{GAP})?(?:subscribe{GAP}to|sign{GAP}up{GAP}(?:to|for)){GAP}|click(?:ing)?{GAP}here",
        rf"you{GAP}(?:buy|purchase|click|shop){GAP}|(?:may|might){GAP}(?:earn|receive){GAP}|affiliate{GAP}links",
        rf"(?:^|[\r\n]){EDGE}stay{GAP}(?:up|informed|connected|current)",
        rf"jobs?{GAP}(?:now|here|today|and)",
    )
)


@rule(
    code="BP206",
    severity=Severity.MAJOR,
    trigger=TRIGGER,
    quotes="outside",
    english=False,
    stable=True,
    version=2,
    finds=("bp.promo",),
)
def promotion(doc: Document, *, joined_lines: int = 3) -> Iterator[Hit]:
    """A line offers the site's newsletter, jobs, app or subscription.

    joined_lines: how many lines may make one offer, when each goes on in lower case.
    """
    text = doc.text
    lines, keys = doc.filled_lines, doc.line_keys
    if len(lines) < 2:
        return
    index = 0
    while index < len(lines):
        last = index
        while last - index + 1 < joined_lines and last + 1 < len(lines) and text[lines[last + 1].start].islower():
            last += 1
        for end in range(index, last + 1):
            span = Span(lines[index].start, lines[end].end)
            why = _what_it_does(" ".join(keys[index : end + 1])) if span.length <= LONGEST else ""
            if why:
                message = f"“{shorten(span.of(text))}” {why}; it is no line of the article"
                # a writer may ask for a click in words of his own
                yield Hit(span, message, (Edit.delete_lines(text, span, safe=why != "asks for a click"),))
                index = end
                break
        index += 1


def _what_it_does(key: str) -> str:
    """What is promoted, or nothing for words of the article or of somebody's speech."""
    if key.rstrip(" .:!*…>»›→") in LINES:
        return "promotes the site"
    if key.startswith(("“", '"', "‘", "'")) or key.count(" ") > 60:
        return ""
    if not HINT.search(key):
        return ""
    return next((what for what, shape in SHAPES.items() if shape.fullmatch(key)), "")
