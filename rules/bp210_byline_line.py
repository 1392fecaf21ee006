"""BP210 looks for lines that tell who wrote the article and when: “With reports from Jane Doe in Ottawa”."""

import re
from collections.abc import Iterator

from auditor.rulekit import Document, Edit, Hit, Severity, data, lexicon, rule, shorten

SIGN_OFFS = data(__file__, "sign_offs")
LONGEST = 240
GAP = r"[\p{Z}\p{Cc}]+"
EDGE = r"[\p{Z}\p{Cc}]*"
START = rf"(?:^|[\r\n]){EDGE}"
SMALL_WORDS = data(__file__, "byline_words")
STAFF = data(__file__, "staff_words")
GIVEN = data(__file__, "given_names")
HOUSES = frozenset(
    (
        "writer",
        "reporter",
        "correspondent",
        "columnist",
        "editor",
        "bureau",
        "staff",
        "wire services",
        "associated press",
        "reuters",
        "canadian press",
        "press association",
        "usa today",
        "bloomberg",
        "bloomberg news",
        "agence france-presse",
        "ap",
        "afp",
        "upi",
    )
)
"""What ends the line under a headline that names an author and his house: “Jane Doe, AP Sports Writer”."""
CREDIT = re.compile(
    r"[(\[]?(?:with (?:additional )?(?:reports?|reporting|files|contributions|inputs?) (?:from|by)"
    r"|(?:additional |further |other )?(?:reporting|research|writing|editing) by"
    r"|(?:written|edited|compiled|reported|translated|reviewed|produced|filmed) by"
    r"|(?:video|photo|picture)[ -]?(?:journalist|editor|producer) ?:"
    r"|(?:authors?|reporters?|editor|producer|contributing|contributors?) ?:)"
    r"\s(?P<names>.+)",
    re.IGNORECASE,
)
FURTHER_CREDIT = re.compile(
    r";\s?(?:additional )?(?:reporting|writing|editing|research|graphics)(?: and \w+)? by\b", re.I
)
CONTRIBUTED = re.compile(
    r"(?P<names>[^.!?:;]{4,120}?) (?:also )?contributed (?:reporting|research"
    r"|to this (?:report|story|article|piece|post))\b[^!?]{0,80}"
)
AUTHOR = re.compile(
    r"(?P<names>[^.!?:;,]{4,40}) is an? [^.!?]{0,60}?\b(?:reporter|correspondent|editor|writer|journalist|columnist)"
    r" (?:for|at|with|of) [^.!?]{2,60}\.?"
)
BY = re.compile(r"(?:posted |published |written )?by:?\s(?P<names>[^.!?;]{3,100})", re.IGNORECASE)
SIGNATURE = re.compile(r"(?<=[.!?”])/[a-z]{2,4}/[A-Z]{2,4}/[a-z]{2,4}")
DATE_WORDS = frozenset(word.casefold() for word in lexicon("months") | lexicon("weekdays"))
STAMP_START = re.compile(
    r"(?:(?:first |last |originally )?(?:published|updated|posted|modified|created)|last update|publish date)\b"
    r"(?: on\b| at\b)?[\s:-]*"
)
STAMP_WORD = re.compile(
    r"\d{1,4}(?:st|nd|rd|th)?|\d{1,2}[:.]\d\d(?:[:.]\d\d)?(?:[ap]m)?|\d{1,2}[ap]m|[ap]\.?m|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}"
    r"|[ceapm][sd]?t|gmt|bst|utc|cest|[cew]et|ist|aedt|aest|amt|jst|[-–|/•·]|at|on|an?|ago|(?:minute|min|hour|hr|day)s?|updated"
)
DIGIT = re.compile(r"\d")
CLOCK = re.compile(r"\d{1,2}:\d\d")
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
LABELS = frozenset(("by", "author", "authors", "written by", "posted by", "published by", "reporter"))
PLACES = frozenset(("publish date", "published", "published on", "last updated", "posted", "posted on", "updated"))
OVER = LABELS | PLACES
DATE = re.compile(
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,? )?"
    r"(?:[a-z]{3,9}\.? \d{1,2}(?:st|nd|rd|th)?,? |\d{1,2}(?:st|nd|rd|th)? [a-z]{3,9}\.?,? )(?:19|20)\d\d"
)
TRIGGER = "|".join(
    (
        rf"(?i){START}(?:(?:posted|published|written){GAP})?by:?{GAP}",
        rf"{START}[(\[]?with{GAP}(?:additional{GAP})?(?:report|files|contribution|input)",
        rf"{START}[(\[]?(?:(?:additional|further|other){GAP})?(?:reporting|research|writing|editing){GAP}by",
        rf"{START}[(\[]?(?:written|edited|compiled|reported|translated|reviewed|produced|filmed){GAP}by",
        rf"{START}(?:(?:video|photo|picture)[\p{{Z}}\p{{Cc}}-]*)?(?:journalist|editor|producer|author|reporter|contribut(?:ing|or))s?{EDGE}:",
        rf"contributed{GAP}(?:reporting|research|to{GAP}this{GAP})|[.!?”]/[a-z]+/[a-z]+/[a-z]+",
        rf"(?:reporter|correspondent|editor|writer|journalist|columnist){GAP}(?:for|at|with|of){GAP}",
        r"(?:" + "|".join(re.escape(entry).replace(r"\ ", GAP) for entry in sorted(HOUSES)) + rf"){EDGE}(?:$|[\r\n])",
        rf"{START}[-•*–]?{EDGE}(?:(?:first|last|originally){GAP})?(?:published|update|posted|modified|created|publish{GAP}date)",
        rf"\d:\d\d|{START}(?:(?:about|over|almost){GAP})?(?:\d\d?|an?|one|two|three){GAP}"
        rf"(?:sec|min|hour|hr|day|week|wk|mo|ye?a?r)\pL*{GAP}ago",
        rf"{START}added{GAP}",
        rf"{START}(?:by|authors?|(?:written|posted|published){GAP}(?:by|on)|reporter){EDGE}:?{EDGE}(?:$|[\r\n])",
        rf"{START}[()\[\]\p{{Pd}}/*.\p{{Z}}\p{{Cc}}]*(?:"
        + "|".join(re.escape(entry).replace(r"\ ", GAP) for entry in sorted(SIGN_OFFS))
        + r")[()\[\]\p{Pd}/*.\p{Z}\p{Cc}]*(?:$|[\r\n])",
    )
)


@rule(
    code="BP210",
    severity=Severity.MINOR,
    trigger=TRIGGER,
    english=False,
    stable=True,
    version=2,
    finds=("bp.byline",),
)
def byline_line(doc: Document, *, first_lines: int = 6, last_lines: int = 4) -> Iterator[Hit]:
    """A line tells who wrote the article, or when it was published.

    first_lines, last_lines: how far from the beginning and the end a bare “By …” may stand.
    """
    text = doc.text
    lines = doc.filled_lines
    if len(lines) < 2:
        return
    may_be_signed = "/" in text
    label = ""
    for index, (span, line) in enumerate(zip(lines, doc.plain_lines, strict=True)):
        if span.length <= LONGEST:
            at_end = index >= max(1, len(lines) - last_lines)
            at_edge = 0 < index < first_lines or at_end
            why = _what_it_tells(line, at_edge=at_edge, at_end=at_end)
            if not why and at_edge and (label or line.casefold().rstrip(" :") in OVER):
                why = _with_label(line, label, lines[index + 1].of(text) if index + 1 < len(lines) else "")
            if not why and index > 0 and line.endswith(" ago") and doc.line_roles[index].role == "time":
                why = doc.line_roles[index].why
            label = line.casefold().rstrip(" :") if why else ""
            if why:
                yield Hit(span, f"“{shorten(span.of(text))}” {why}", (Edit.delete_lines(text, span),))
                continue
        signature = SIGNATURE.search(text, max(span.start, span.end - 20), span.end) if may_be_signed else None
        if signature and signature.end() == span.end:
            edit = Edit.delete(signature.span(), safe=True)
            yield Hit.of(signature, "“{text}” is the sign of an agency's editors", edit=edit)


def _what_it_tells(line: str, *, at_edge: bool, at_end: bool) -> str:
    """What a line says about the article's making, or nothing for a line of the article."""
    credit = CREDIT.fullmatch(line)
    if credit and _are_names(FURTHER_CREDIT.sub(",", credit["names"]).rstrip(")].")):
        return "names who worked on the article"
    contributed = CONTRIBUTED.fullmatch(line) or (AUTHOR.fullmatch(line) if at_end else None)
    if contributed and _are_names(contributed["names"]):
        return "names who worked on the article"
    if at_edge and not at_end and _is_signed(line):
        return "names the author"
    by = BY.fullmatch(line) if at_edge else None
    if by and _are_names(by["names"], least=2):
        return "names the author"
    if at_end and line.strip("()[]-–—/*. ").casefold() in SIGN_OFFS:
        return "is the sign of an agency"
    return "tells when the page was published" if _is_stamp(line.casefold()) else ""


def _is_signed(line: str) -> bool:
    """Whether a line is a person's name and the house that the person writes for."""
    words = line.casefold().split()
    return (
        3 <= len(words) <= 9
        and line.split()[0].rstrip(".,") in GIVEN
        and any(" ".join(words[-size:]) in HOUSES for size in (1, 2, 3))
        and _are_names(line, least=3)
    )


def _with_label(line: str, before: str, after: str) -> str:
    """What a line tells that is a label (“By”, “Author:”) over a name or a date, or the name or date under it."""
    label = line.casefold().rstrip(" :")
    if label in LABELS and len(after) <= 60 and _are_names(after, least=2):
        return "is the label over the author's name"
    if label in PLACES and DIGIT.search(after) and _is_date(" ".join(after.casefold().split())):
        return "is the label over the date"
    if before in LABELS and _are_names(line, least=2):
        return "names the author"
    return "tells when the page was published" if before in PLACES else ""


def _is_date(line: str) -> bool:
    """Whether a line is a whole date and nothing else."""
    return DATE.fullmatch(line) is not None and any(word.strip(".,") in DATE_WORDS for word in line.split())


def _are_names(words: str, least: int = 1) -> bool:
    """Whether all words are names or link names; words for staff count as two names."""
    tokens = [token for token in (word.strip(",;()[].’'") for word in words.split()) if token]
    capitals = sum(2 if token.casefold() in STAFF else token[0].isupper() for token in tokens)
    return (
        capitals >= least
        and len(tokens) <= 24
        and tokens[0].casefold() not in DATE_WORDS
        and all(not token[0].islower() or token in SMALL_WORDS or token in STAFF for token in tokens)
    )


def _is_stamp(line: str) -> bool:
    """Whether a line is a date with a clock time, or says when the page was published, and nothing else."""
    line = line.lstrip("-•*– ")
    if not DIGIT.search(line):
        return False
    start = STAMP_START.match(line)
    rest = line[start.end() :] if start else line
    if not DIGIT.search(rest) or not (start or (CLOCK.search(rest) and YEAR.search(rest))):
        return False
    words = (word.strip(".,:()") for word in rest.split())
    return all(not word or word in DATE_WORDS or STAMP_WORD.fullmatch(word) for word in words)
