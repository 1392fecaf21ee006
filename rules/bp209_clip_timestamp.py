"""BP209 looks for the duration of a clip after the last sentence of a line: “… well armed. 1:39”."""

import re
from collections.abc import Iterator

from auditor.rulekit import Document, Edit, Hit, Severity, data, rule

BOOKS = data(__file__, "bible_books")
DURATION = re.compile(
    r"[.!?…][”\"’')]?(?P<tail>[^\S\r\n]{1,2}(?P<time>[1-5]?\d:[0-5]\d))(?=[^\S\r\n]{0,9}(?:[\r\n]|\Z))"
)


@rule(
    code="BP209",
    severity=Severity.MINOR,
    trigger=r"[.!?…][”\"’')]?[\p{Z}\p{Cc}]+\d?\d:\d\d[\p{Z}\p{Cc}]*(?:[\r\n]|$)",
    english=False,
    stable=True,
    finds=("bp.timestamp",),
)
def clip_timestamp(doc: Document, *, min_words: int = 5) -> Iterator[Hit]:
    """The duration of a clip stands at the end of a line, after the full stop.

    min_words: how many words must come before it on the line, so that a table of times is left alone.
    """
    text = doc.text
    for match in DURATION.finditer(text):
        before = text[max(0, match.start() - 400) : match.start()].replace("\r", "\n")
        words = before.rpartition("\n")[2].split()
        if len(words) < min_words or _is_reference_or_clock(words[-1]):
            continue
        edit = Edit.delete(match.span("tail"), safe=True)
        yield Hit.of(match, "“{text}” is the duration of a clip that is not here", group="time", edit=edit)


def _is_reference_or_clock(word: str) -> bool:
    """Whether the word before the stop is a book of the Bible or an abbreviation, as “Gen.”, “p.m.”, “No.”."""
    bare = word.strip("“\"‘'(").casefold()
    return bare in BOOKS or "." in bare or bare in ("no", "nos", "vs", "approx", "ca", "pt", "ch", "sec", "min")
