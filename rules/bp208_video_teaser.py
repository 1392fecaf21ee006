"""BP208 looks for the teaser of a video that was copied as text: “WATCH | Minister explains the ban:”."""

import re
from collections.abc import Iterator

from auditor.rulekit import Document, Edit, Hit, Severity, Span, rule, shorten

KEYWORDS = r"(?:WATCH|WATCH LIVE|WATCH NOW|LISTEN|LISTEN LIVE|VIDEO|VIDEOS|PHOTOS|GALLERY|READ|READ MORE|SEE|HEAR|LIVE)"
TEASER = re.compile(rf"{KEYWORDS}\s?\|\s?(?=\S)")
LABEL = "VIDEO"
DURATION = re.compile(r"\s(?:\d{1,2}:)?[0-5]?\d:[0-5]\d$")


@rule(
    code="BP208",
    severity=Severity.MAJOR,
    trigger=rf"(?:^|[\r\n])[\p{{Z}}\p{{Cc}}]*(?:{KEYWORDS}[\p{{Z}}\p{{Cc}}]?\||VIDEO[\p{{Z}}\p{{Cc}}]*(?:$|[\r\n]))",
    english=False,
    stable=True,
    version=2,
    finds=("bp.video-teaser",),
)
def video_teaser(doc: Document, *, teaser_lines: int = 3) -> Iterator[Hit]:
    """A line announces a video or a recording that is not here.

    teaser_lines: how many lines after it are searched for the clip's duration, which ends the teaser.
    """
    text = doc.text
    lines = doc.filled_lines
    index = 0
    while index < len(lines):
        span = lines[index]
        index += 1
        if not TEASER.match(text, span.start, span.end):
            if index > 1 and span.of(text) == LABEL and not _has_headings_in_capitals(doc):
                yield _hit(text, span, "is the label of a clip that is not here")
            continue
        yield _hit(text, span, "announces a clip that is not here")
        following = lines[index : index + teaser_lines]
        ends = [place for place, line in enumerate(following, 1) if _ends_in_duration(text, line)]
        for line in following[: ends[0] if ends else 0]:
            yield _hit(text, line, "is the teaser of a clip that is not here")
            index += 1


def _has_headings_in_capitals(doc: Document) -> bool:
    """Whether other short lines are in capitals too, so that the label may be a sub-heading of a review."""
    return any(line.isupper() and line != LABEL and line.count(" ") < 3 for line in doc.plain_lines[1:])


def _ends_in_duration(text: str, line: Span) -> bool:
    """Whether the line's last word is a duration, as 1:39."""
    return DURATION.search(text, max(line.start, line.end - 10), line.end) is not None


def _hit(text: str, span: Span, what: str) -> Hit:
    return Hit(span, f"“{shorten(span.of(text))}” {what}", (Edit.delete_lines(text, span),))
