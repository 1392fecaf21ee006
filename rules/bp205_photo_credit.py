"""BP205 looks for photo credits that were copied into the text: “Credit…Jane Doe / EPA, via Shutterstock”."""

import re
from collections.abc import Iterator

from auditor.rulekit import Document, Edit, Hit, Severity, Span, data, rule, shorten

AGENCIES = data(__file__, "agencies")
LONGEST = 160
LONGEST_NAMES = 8
"""Words of a line of names without a label that is surely a credit; a longer one may be a headline in capitals."""
GAP = r"[\p{Z}\p{Cc}]+"
EDGE = r"[\p{Z}\p{Cc}]*"
SMALL_WORDS = data(__file__, "credit_words")
LABEL = re.compile(
    r"(?:file |stock |handout |main |lead |cover )?"
    r"(?:(?:photo(?:graph)?|image|picture|pic|illustration|graphic|screenshot)s?"
    r"(?:\s{0,2}(?:credits?|source|copyright|courtesy(?: of)?|by|via|©)\b[\s:,/]{0,3}|\s?(?::|…|\.\.\.|©|/|\|)\s?)"
    r"|credits?\s?(?::|…|\.\.\.)\s?)",
    re.IGNORECASE,
)
BARE_LABEL = re.compile(
    r"(?:(?:photo|image|picture)s?(?: credits?| by| source)?|credits?)\s?(?::|…|\.\.\.)", re.IGNORECASE
)
CAPTION = re.compile(r"(?:image|media|video) caption[:,]?[^\S\r\n]{0,3}(?=[^\W_])", re.IGNORECASE)
BRACKETS = re.compile(r"\(([^()]{2,120})\)$")
SEPARATOR = re.compile(r"[/,|–—]| - |\b(?:via|for|through)\b", re.IGNORECASE)
YEAR = re.compile(r"[ ,]?(?:(?:© ?)?(?:19|20)\d\d|\bfile(?: photo| image)?|\bhandout|\bpool)$", re.IGNORECASE)
TAIL_START = re.compile(
    r"[.!?”\"’)]\s{0,2}(?=[^\W\d_])|\s(?=(?:photo |image )?(?:credits?|photo|image|picture)\s?(?::|…|\.\.\.))",
    re.IGNORECASE,
)
BYLINE = re.compile(r"[^\W\d_][\w.'’-]+(?: [^\W\d_][\w.'’-]+){1,3}/[^\W\d_][\w.&'’-]+")
SUPPLIED = re.compile(
    r"(?P<names>.{3,60}?) (?:submitted|courtesy|contributed|provided|supplied|handout|file) photo", re.I
)
TEMPLATE = re.compile(r"Image copyright ?(?P<names>.{2,60}?) ?Image caption", re.IGNORECASE)
ALONE = frozenset(name for name in AGENCIES if " " in name) | {"reuters", "afp", "getty", "shutterstock", "istock"}


@rule(
    code="BP205",
    severity=Severity.MINOR,
    trigger=(
        rf"/\p{{Lu}}[^\s/,:;]*{EDGE}(?:$|[\r\n])"
        rf"|(?i)(?:submitted|courtesy|contributed|provided|supplied|handout|file){GAP}photo{EDGE}(?:$|[\r\n])"
        rf"|(?:photo|photograph|image|picture|pic|illustration|graphic|screenshot|video|credit|media)s?{EDGE}"
        r"(?:credit|source|copyright|courtesy|by|via|caption|[:…©|/]|\.\.\.)"
        rf"|(?:^|[\r\n/,|(–—-]|via|for|through){EDGE}(?:the{GAP})?(?:"
        + "|".join(re.escape(name).replace(r"\ ", GAP) for name in sorted(AGENCIES))
        + rf")[\p{{Z}}\p{{Cc}},©\d]*(?:(?:screen|archive|file{GAP}photo)[^\r\n]*)?"
        rf"(?:file|handout|pool)?(?:{GAP}(?:photo|image))?(?:[\p{{Z}}\p{{Cc}}).,/|–—-]|via|for|through)*(?:$|[\r\n])"
    ),
    english=False,
    stable=True,
    version=2,
    finds=("bp.credit",),
)
def photo_credit(doc: Document) -> Iterator[Hit]:
    """A line, or the tail of a caption, names who took a picture."""
    text = doc.text
    lines = doc.filled_lines
    if len(lines) < 2:
        return
    after_label = False
    for index, span in enumerate(lines):
        line = span.of(text)
        caption = CAPTION.match(line)
        bare = BARE_LABEL.fullmatch(line)
        if caption:
            label = Span(span.start, span.start + caption.end())
            yield Hit(label, f"“{shorten(label.of(text))}” is the label of a picture that is not here")
        elif bare or _is_credit(line, title=index == 0) or (after_label and _is_all_names(line)):
            message = f"“{shorten(line)}” credits a picture that is not here"
            sure = bare or LABEL.match(line.lstrip("([")) or len(line.split()) <= LONGEST_NAMES
            yield Hit(span, message, (Edit.delete_lines(text, span, safe=bool(sure)),))
        else:
            tail = _credit_at_end(line)
            if tail:
                place = Span(span.end - len(tail.lstrip()), span.end)
                edit = Edit.delete((span.end - len(tail), span.end), safe=True)
                yield Hit(place, f"“{shorten(tail)}” at the end of the line credits a picture", (edit,))
        after_label = bool(bare)


def _is_credit(line: str, *, title: bool = False) -> bool:
    """Whether a whole line is a label with names after it, or names that end in an agency."""
    if len(line) > LONGEST:
        return False
    brackets = BRACKETS.fullmatch(line)
    if brackets:
        line = brackets[1].strip()
    label = LABEL.match(line)
    if label and label.end() < len(line):
        return _is_all_names(line[label.end() :])
    supplied = SUPPLIED.fullmatch(line) or TEMPLATE.fullmatch(line)
    if supplied and not title:
        return _is_all_names(supplied["names"])
    if BYLINE.fullmatch(line) and not title:
        return _is_all_names(line) and not line.isupper()
    if title or not _is_all_names(line) or line.startswith(("A ", "An ")):
        return False
    parts = [part.strip() for part in SEPARATOR.split(line) if part.strip()]
    last = _agency(parts[-1]) if parts else ""
    if len(parts) > 1 and parts[1].casefold().startswith(("screenshot", "screengrab", "file photo", "archive")):
        return _agency(parts[0]) in AGENCIES
    return last in AGENCIES if len(parts) > 1 or brackets else _agency(line) in ALONE


def _agency(name: str) -> str:
    """A name as the list of agencies has it: small, without article, year and “file photo”."""
    return YEAR.sub("", " ".join(name.casefold().rstrip(".").split())).strip().removeprefix("the ")


def _is_all_names(words: str) -> bool:
    """Whether every word could be part of a name: there is no verb and no common noun."""
    tokens = [token for token in (word.strip("“”‘’'\"().,;:&-–—|©") for word in re.split(r"[\s/]+", words)) if token]
    return (
        0 < len(tokens) <= 14
        and not all(token.casefold() in SMALL_WORDS for token in tokens)
        and all(not token[0].islower() or token.casefold() in SMALL_WORDS or "@" in token for token in tokens)
    )


def _credit_at_end(line: str) -> str:
    """The credit that follows the last sentence of a caption on the same line, with the space before it."""
    end = line[-LONGEST:]
    brackets = BRACKETS.search(end)
    if brackets and brackets.start() > 0 and _is_labelled(brackets[1].strip()):
        return end[len(end[: brackets.start()].rstrip()) :]
    for match in TAIL_START.finditer(end):
        credit = end[match.end() :]
        names_agency = "/" in credit and "://" not in credit and _is_credit(credit.strip())
        if names_agency or _is_labelled(credit):
            return end[match.start() + 1 :] if not match[0][0].isspace() else end[match.start() :]
    return ""


def _is_labelled(credit: str) -> bool:
    """Whether the words are a label (“Photo by”, “AP Photo/”) and names."""
    label = LABEL.match(credit.removeprefix("AP ").removeprefix("Courtesy "))
    return label is not None and _is_all_names(credit[label.end() :])
