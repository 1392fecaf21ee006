"""BP204 looks for lines that ask the reader to comment or to write in: “Leave a Reply”, “Send your stories to …”."""

import re
from collections.abc import Iterator

from auditor.rulekit import Document, Edit, Hit, Severity, lexicon, rule, shorten

LINES = lexicon("comment_prompts")
LONGEST = 400
GAP = r"[\p{Z}\p{Cc}]+"
EDGE = r"[\p{Z}\p{Cc}]*"
MARKS = r"[\p{Z}\p{Cc}.:…>»›→!*|+▶►•·–—-]*"
ADDRESS = r"\S{1,40}@\S{1,60}"
WRITE_IN = re.compile(
    r"(?:please |you can (?:also )?|to contact .{2,40}, )?"
    rf"(?:send|submit) (?:us )?(?:in )?(?:your|an?|any|story|stories|news|tips)\b.{{2,120}}{ADDRESS}.{{0,80}}"
    r"|(?:please |you can (?:also )?)?(?:e-?mail|write to|contact|reach|message|text)\b[^.!?]{0,80}"
    rf" (?:{ADDRESS}|@\w+|https?://\S+|www\.\S+)(?:[,.]? (?:or|and|follow) .{{0,120}})?"
    r"|(?:do you have|have you|are you|got|if you have|want to) .{2,160}"
    r"\b(?:get in touch|e-?mail|contact us|let us know|tell us|send (?:it|them|us)|write to)\b.{0,120}"
    r"|what .{2,80} do you want .{2,60}\? .{2,40}"
)
"""Invitations to write in: the shape that looks most like prose."""

WRITE_IN_STARTS = (
    "please ",
    "you can ",
    "to contact ",
    "send ",
    "submit ",
    "email",
    "e-mail",
    "write to",
    "contact",
    "reach",
    "message",
    "text",
    "do you have ",
    "have you ",
    "are you ",
    "got ",
    "if you have ",
    "want to ",
    "what ",
)
"""How such lines begin: a first look that spares most lines the pattern."""

TRIGGER = "|".join(
    (
        rf"(?i)(?:^|[\r\n]){MARKS}(?:"
        + "|".join(re.escape(line).replace(r"\ ", GAP).replace("'", "['’]") for line in sorted(LINES | {"comments"}))
        + rf"){MARKS}(?:$|[\r\n])",
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
    version=2,
    finds=("bp.comment",),
)
def comment_prompt(doc: Document, *, last_lines: int = 10) -> Iterator[Hit]:
    """A line asks the reader to comment or to write in.

    last_lines: how many filled lines from the end may be a bare “Comments”.
    """
    lines = doc.filled_lines
    if len(lines) < 2:
        return
    first_of_last = max(1, len(lines) - last_lines)
    for index, (span, key, role) in enumerate(zip(lines, doc.line_keys, doc.line_roles, strict=True)):
        if role.role == "comment":
            why = role.why
        elif index >= first_of_last and key.rstrip(" :") == "comments":
            why = "is the heading over the comments"
        elif (
            key.startswith(WRITE_IN_STARTS)
            and role.role in ("", "frame")
            and len(key) <= LONGEST
            and WRITE_IN.fullmatch(key)
        ):
            why = "asks the reader to write"
        else:
            continue
        message = f"“{shorten(span.of(doc.text))}” {why}; it is no line of the article"
        yield Hit(span, message, (Edit.delete_lines(doc.text, span),))
