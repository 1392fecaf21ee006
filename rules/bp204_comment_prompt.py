"""BP204 looks for lines that ask the reader to comment or to write in: “Leave a Reply”, “Send your stories to …”."""

import re
from collections.abc import Iterator

from auditor.rulekit import Document, Edit, Hit, Severity, data, rule, shorten

LINES = data(__file__, "comment_prompts")
LONGEST = 400
GAP = r"[\p{Z}\p{Cc}]+"
EDGE = r"[\p{Z}\p{Cc}]*"
ADDRESS = r"\S{1,40}@\S{1,60}"
SHAPES = {
    "counts comments": re.compile(
        r"(?:(?:show|view|read|see|load|hide|post) (?:all |the )?)?[\d.,]+k? (?:new )?comments?"
        r"|(?:show |view |read |see |post |new )*comments? ?\([+\d]+\)|no comments"
        r"|(?:\d+|one|two|three) (?:thoughts?|comments?|responses?|repl(?:y|ies)) (?:on|to) [“\"‘'«].{2,200}"
    ),
    "asks for a comment": re.compile(
        r"leave a (?:comment|reply|response)(?: on [“\"‘'«].{2,80}| to .{2,80} cancel reply| cancel reply)?"
        r"|your e-?mail address will not be .{2,60}"
    ),
    "asks the reader to write": re.compile(
        r"(?:please |you can (?:also )?|to contact .{2,40}, )?"
        rf"(?:send|submit) (?:us )?(?:in )?(?:your|an?|any|story|stories|news|tips)\b.{{2,120}}{ADDRESS}.{{0,80}}"
        r"|(?:please |you can (?:also )?)?(?:e-?mail|write to|contact|reach|message|text)\b[^.!?]{0,80}"
        rf" (?:{ADDRESS}|@\w+|https?://\S+|www\.\S+)(?:[,.]? (?:or|and|follow) .{{0,120}})?"
        r"|(?:do you have|have you|are you|got|if you have|want to) .{2,160}"
        r"\b(?:get in touch|e-?mail|contact us|let us know|tell us|send (?:it|them|us)|write to)\b.{0,120}"
        r"|what .{2,80} do you want .{2,60}\? .{2,40}"
    ),
    "tells the reader how to fill a form": re.compile(
        r"please include (?:a|your) (?:contact |telephone |phone |full )?(?:number|name|details|address)\b.{0,200}"
        r"|if you are reading this page (?:and|but) (?:can't|cannot|can not) see the form.{0,300}"
    ),
}
ANY_SHAPE = re.compile("|".join(f"(?:{shape.pattern})" for shape in SHAPES.values()))
TRIGGER = "|".join(
    (
        rf"(?i)(?:^|[\r\n]){EDGE}(?:"
        + "|".join(re.escape(line).replace(r"\ ", GAP).replace("'", "['’]") for line in sorted(LINES | {"comments"}))
        + r")[\p{Z}\p{Cc}.:!*…]*(?:$|[\r\n])",
        rf"(?:^|[\r\n]){EDGE}(?:(?:show|view|read|see|load|hide|post|new|all|the){GAP})*[\d.,k]*{EDGE}(?:new{GAP})?comments?",
        rf"no{GAP}comments{EDGE}(?:$|[\r\n])",
        rf"(?:\d|one|two|three){GAP}(?:thought|comment|response|repl)\pL*{GAP}(?:on|to){GAP}[“\"‘'’«]",
        rf"leave{GAP}a{GAP}(?:comment|reply|response)|address{GAP}will{GAP}not{GAP}be{GAP}|include{GAP}(?:a|your){GAP}",
        r"@|https?:|www\.",
        rf"(?:get{GAP}in{GAP}touch|mail|contact{GAP}us|let{GAP}us{GAP}know|tell{GAP}us|send|write{GAP}to)",
        rf"do{GAP}you{GAP}want{GAP}|are{GAP}reading{GAP}this{GAP}page",
    )
)


@rule(
    code="BP204",
    severity=Severity.MINOR,
    trigger=TRIGGER,
    english=False,
    stable=True,
    finds=("bp.comment",),
)
def comment_prompt(doc: Document, *, last_lines: int = 10) -> Iterator[Hit]:
    """A line asks the reader to comment or to write in.

    last_lines: how many filled lines from the end may be a bare “Comments”.
    """
    lines = doc.filled_lines
    if len(lines) < 2:
        return
    for index, (span, key) in enumerate(zip(lines, doc.line_keys, strict=True)):
        if len(key) > LONGEST:
            continue
        why = _what_it_does(key, last=index >= max(1, len(lines) - last_lines))
        if why:
            message = f"“{shorten(span.of(doc.text))}” {why}; it is no line of the article"
            yield Hit(span, message, (Edit.delete_lines(doc.text, span),))


def _what_it_does(key: str, *, last: bool) -> str:
    """What a line wants of the reader, or nothing for a line of the article."""
    bare = key.rstrip(" .:!*…")
    if bare in LINES or key in LINES:
        return "asks for a comment"
    if last and key.rstrip(" :") == "comments":
        return "is the heading over the comments"
    if not ANY_SHAPE.fullmatch(key):
        return ""
    return next(what for what, shape in SHAPES.items() if shape.fullmatch(key))
