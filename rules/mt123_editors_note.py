"""MT123 looks for notes of an editor that were translated along: “(The Russians, ed)”, “(Scholz – Ed.)”, “(NDLR)”."""

import re
from collections.abc import Iterator

from auditor.rulekit import Document, Edit, Hit, Severity, Span, lazy_pattern, rule

S = "[ \u00a0]"
NOTE = (
    rf"(?:[Ee]d(?:itor(?:ial)?(?:['’]?s)?|\.|itors['’])?|(?:[Aa]uthor|[Tt]ranslator)(?:['’]?s)?|[Nn]ewsroom"
    rf"|[Ee]ditorial{S}staff){S}(?:[Nn]ote|remark|comment)"
    rf"|[Nn]ote{S}(?:of|by|from){S}(?:the{S})?"
    rf"(?:editors?|editorial(?:{S}(?:staff|team|board|office))?|author|translator|newsroom|redaction)"
)
"""How English translates the words for such a note."""

FOREIGN_NOTE = (
    rf"NDLR|NdlR|Ndlr|ndlr|N\.?{S}?[Dd]\.?{S}?[Ll]\.?{S}?[Rr]|[Nn]\.?{S}?[Dd]\.?{S}?[Rr]"
    rf"|N\.?{S}?(?:de{S}la{S}R|del{S}E|d[aoe]{S}[RET])|n\.?v\.?d\.?r|[Rr]eds?\.?{S}?anm"
    rf"|[Nn]ota{S}d(?:el{S}editor|o{S}editor|a{S}reda[cç]{{1,2}}[aã]o|ella{S}redazione)"
    rf"|(?:Anm\.?|Anmerkung|a\.){S}?d(?:\.|er){S}?[Rr]ed(?:aktion)?|d\.{S}?[Rr]ed"
)
"""The marks of French, Italian, Spanish, Portuguese, Dutch, Swedish and German papers."""

TAIL = lazy_pattern(
    rf"(?:(?P<dash>[-–—])|(?P<comma>[,;:])|(?P<open>[(\[])){S}{{0,2}}"
    rf"(?:(?P<ed>(?:approx\.{S}|note{S})?[Ee]d)|(?P<note>{NOTE})|(?P<foreign>{FOREIGN_NOTE}))\.?{S}?[)\]]"
)
OPENING = lazy_pattern(r"[(\[](?P<gloss>[^()\[\]\r\n]{1,160})\Z")
CITED = lazy_pattern(r"(?:[Ii]n|[Ss]ee|[Cc]f\.?)[ \u00a0]|[^\r\n]*\d")


@rule(
    code="MT123",
    severity=Severity.MINOR,
    trigger=(
        r"(?:[-–—,;:][ \x{A0}]{0,2}(?:approx\.[ \x{A0}]|note[ \x{A0}])?[Ee]d|[ \x{A0}](?:[Nn]ote|remark|comment)"
        r"|(?:editors?|staff|team|board|office|author|translator|newsroom|redaction|editorial)"
        r"|[Nn]\.?[ \x{A0}]?[Dd]\.?[ \x{A0}]?(?:[Ll]\.?[ \x{A0}]?)?[Rr]|la[ \x{A0}]R|del[ \x{A0}]E|d[aoe][ \x{A0}][RET]"
        r"|[ \x{A0}]editor|reda[cç][cç]?[aã]o|redazione|[Rr]ed(?:aktion)?|anm|v\.?d\.?r)\.?[ \x{A0}]?[)\]]"
    ),
    quotes="any",
    stable=True,
    finds=("other",),
)
def editors_note(doc: Document) -> Iterator[Hit]:
    """A note in brackets names the editor who wrote it, as other languages do inside a sentence."""
    text = doc.text
    for tail in TAIL.finditer(text):
        start = _beginning(text, tail)
        if start < 0 or not _is_inside_sentence(text, start, tail.end()):
            continue
        if tail["ed"] and not _is_gloss(doc, tail, start):
            continue
        first = start - 1 if text[start - 1] in " \u00a0" else start
        span = Span(start, tail.end())
        if tail["open"]:
            edit = Edit.delete((first, tail.end()))
        else:
            edit = Edit.replace((_tail_start(text, tail), tail.end() - 1), "")
        edits = () if doc.in_quotation(span) else (edit,)
        yield Hit(span, f"“{span.of(text)}” keeps the mark of an editor's note", edits)


def _beginning(text: str, tail: re.Match[str]) -> int:
    """Where the bracket opens whose end was found; -1 when it does not open in the same line."""
    if tail["open"]:
        return tail.start()
    opening = OPENING.search(text, max(0, tail.start() - 161), tail.start())
    return opening.start() if opening else -1


def _is_inside_sentence(text: str, start: int, end: int) -> bool:
    """Whether a sentence stands before the bracket in its line; an editor's own line, or last word, is none of this."""
    before = text[max(0, start - 3) : start].rstrip(" \u00a0")
    if not before or before[-1] in "\r\n":
        return False
    at_end = end >= len(text) or text[end] in "\r\n"
    return not (at_end and before[-1] in '.!?…”’"')


def _is_gloss(doc: Document, tail: re.Match[str], start: int) -> bool:
    """Whether “ed” ends an explanation: not a joke with its own question mark, not the editor of a cited book."""
    if tail["open"] or doc.text[start] != "(":
        return False
    gloss = doc.text[start + 1 : tail.start()].strip()
    if not gloss or gloss[-1] in "?!":
        return False
    if tail["dash"]:
        return tail["dash"] != "-" or tail["ed"] != "ed" or " " in tail[0] or doc.text[tail.start() - 1] in " \u00a0"
    if CITED.match(gloss) or (tail["ed"] == "Ed" and "." not in tail[0]):
        return False
    names_only = all(word[:1].isupper() for word in gloss.split()) and not gloss.startswith(("The ", "A ", "An "))
    return not names_only or doc.in_quotation(Span(start, tail.end()))


def _tail_start(text: str, tail: re.Match[str]) -> int:
    """Where the mark of the note begins, with the space before it."""
    start = tail.start()
    while start > 0 and text[start - 1] in " \u00a0":
        start -= 1
    return start
