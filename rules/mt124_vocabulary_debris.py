"""MT124 looks for marks that only the machinery of translation uses: “⁇”, “▁”, “<unk>”, “@-@”, “{0}”, “CDU*”."""

import re
from collections.abc import Iterator

from auditor.rulekit import Document, Edit, Hit, Severity, Span, lazy_pattern, rule

TOKENS = (
    r"[▁⁇]+|<{1,2}/?(?:unk|UNK|pad|PAD|url|URL|num|NUM|eos|bos|sep|mask|MASK|extra_id_\d+|2[a-z]{2})>{1,2}"
    r"|\[(?:UNK|MASK|PAD|SEP|CLS)\]|@[ ]?[-–,./:&'][ ]?@|(?<=[a-z])@@(?=[ ,.]|$)|(?<=[a-z] )##(?=[a-z]{1,8}(?![\w#]))"
    r"|-[LR][RSC]B-"
)
"""Marks of vocabularies and of programs that cut text into words."""

TAGS = "x|g|ph|bpt|ept|it|bx|ex|mrk|b|i|a|u|p|em|strong|span|div|font|li|td|br|tag|t"
PLACEHOLDERS = (
    rf"</?(?:(?:{TAGS})\d{{1,3}}|(?:{TAGS})[ \u00a0]+id[ \u00a0]?=[ \u00a0]?[\"'“”]?\w{{1,20}}[\"'”]?[ \u00a0]?)/?>"
    r"|(?:(?<=[\s(“\"‘'])|^)\{(?:\d{1,2}|[a-z]{1,3}\d{1,2})\}(?=[\s,.;:)”\"’'?!]|$)"
    r"|⟦[^⟦⟧\n]{0,12}⟧|__(?:[A-Z]{2,8}\d{0,3}|[a-z]{2}|[a-z]{2,12}\d{1,3})__"
)
"""Marks that stand for what was put aside: numbered tags and fields."""

DEBRIS = lazy_pattern(f"{TOKENS}|{PLACEHOLDERS}")
STARRED = lazy_pattern(r"(?<![\w*/])[A-Za-z][^\W\d_]{2,30}\*(?![\w*])")
STAR_OPENS = lazy_pattern(r"(?:^|[\s(“\"])\*+[ \u00a0]?[^\W_]")
CODE = lazy_pattern(r"[{};=]\s*$|\b(?:print|printf|format|def|function|return|import|var|const)\b", re.M)


@rule(
    code="MT124",
    severity=Severity.MAJOR,
    trigger=(
        r"▁|⁇|</?(?:unk|UNK|pad|PAD|url|URL|num|NUM|eos|bos|sep|mask|MASK|extra_id_[0-9]+|2[a-z]{2})>"
        r"|\[(?:UNK|MASK|PAD|SEP|CLS)\]"
        r"|@[ ]?[-–,./:&'][ ]?@|[a-z]@@|[a-z] ##[a-z]|-[LR][RSC]B-"
        r"|</?[a-z]{1,3}[0-9]|</?[a-z0-9]{1,6}[ \x{A0}]+id"
        r"|\{[a-z]{0,3}[0-9]{1,2}\}|⟦|__[A-Za-z0-9]{2,15}__|[A-Za-z]\*(?:[^A-Za-z*]|$)"
    ),
    quotes="any",
    english=False,
    stable=True,
    finds=("other",),
)
def vocabulary_debris(doc: Document) -> Iterator[Hit]:
    """A mark of the translation's machinery stands in the text: a token, a placeholder, a tag, a star of the source."""
    text = doc.text
    for match in DEBRIS.finditer(text):
        if match[0][0] in "{_<|" and CODE.search(_line(text, match.start())):
            continue
        yield Hit(Span(*match.span()), f"“{match[0]}” is a sign of the translation's machinery, no part of the text")
    stars = list(STARRED.finditer(text)) if "*" in text else []
    if len(stars) > 1 and STAR_OPENS.search(text) is None:
        for match in stars:
            yield Hit.of(
                match,
                "The star of “{text}” stood for a link or a note of the source; nothing here belongs to it",
                edit=Edit.delete((match.end() - 1, match.end())),
            )


def _line(text: str, place: int) -> str:
    """What stands around a place in its line, at most eighty characters on each side."""
    start, end = max(0, place - 80), place + 80
    start = max(start, text.rfind("\n", start, place) + 1)
    stop = text.find("\n", place, end)
    return text[start : end if stop < 0 else stop]
