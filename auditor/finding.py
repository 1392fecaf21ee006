"""What a rule yields (Hit, with Edits) and what the engine makes of it (Finding); severities after MQM."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from functools import total_ordering

from auditor.span import Span


@total_ordering
class Severity(Enum):
    """The severity levels of MQM (Multidimensional Quality Metrics, https://themqm.org), ordered by weight."""

    NEUTRAL = "neutral"
    MINOR = "minor"
    MAJOR = "major"
    CRITICAL = "critical"

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Severity):
            return NotImplemented
        return _ORDER.index(self.value) < _ORDER.index(other.value)

    def __str__(self) -> str:
        return self.value


_ORDER = ("neutral", "minor", "major", "critical")


@dataclass(frozen=True, slots=True)
class Edit:
    """A replacement of the characters `span` by `text`; `safe` when no reader could object to it."""

    span: Span
    text: str
    safe: bool

    @classmethod
    def replace(cls, span: Span | tuple[int, int], text: str, *, safe: bool = False) -> Edit:
        """Put `text` in place of the span."""
        return cls(Span(*span), text, safe)

    @classmethod
    def delete(cls, span: Span | tuple[int, int], *, safe: bool = False) -> Edit:
        """Take the span away."""
        return cls(Span(*span), "", safe)

    @classmethod
    def delete_lines(cls, text: str, span: Span | tuple[int, int], *, safe: bool = True) -> Edit:
        """Take away the whole lines that the span touches, so that the paragraphs around them stay parted as they were.

        The blank lines that follow go as well where a blank line, or nothing, stands before. At the end of the text
        the blank lines before go instead, and what ended the text, a line end or none, ends it again.
        """
        start, end = span
        first = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
        own = _LINE.match(text, end)
        last = own.end() if own else len(text)
        filled = first
        while filled > 0 and text[filled - 1] in " \t\r\n":
            filled -= 1
        blank = _BLANK_LINES.match(text, own.end() if own else last)
        after = blank.end() if blank else last
        if after == len(text) and filled > 0:
            kept = _SPACES.match(text, filled)
            content = _CONTENT.match(text, end)
            return cls(Span(kept.end() if kept else filled, content.end() if content else last), "", safe)
        parted = filled == 0 or len(_LINE_ENDS.findall(text, filled, first)) > 1
        return cls(Span(first, after if parted else last), "", safe)


_CONTENT = re.compile(r"[^\r\n]*")
_SPACES = re.compile(r"[ \t]*")
_LINE_ENDS = re.compile(r"\r\n|[\r\n]")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|[\r\n])?")
_BLANK_LINES = re.compile(r"(?:[ \t]*(?:\r\n|[\r\n]))*(?:[ \t]*\Z)?")


@dataclass(frozen=True, slots=True)
class Hit:
    """One place that a rule found.

    span: the place; evidence: further places that prove it (for findings on a whole article);
    message: one sentence that quotes the evidence and says what is wrong; edits: the cure, if there is
    an obvious one; suggestion: a better wording where no edit is due (names, numbers);
    confidence: 0 to 1, how sure the rule is of this one hit.
    """

    span: Span
    message: str
    edits: tuple[Edit, ...] = ()
    suggestion: str | None = None
    evidence: tuple[Span, ...] = ()
    confidence: float = 1.0

    @classmethod
    def of(
        cls,
        match: re.Match[str],
        message: str,
        *,
        group: int | str = 0,
        edit: Edit | None = None,
        suggestion: str | None = None,
        confidence: float = 1.0,
    ) -> Hit:
        """A hit on a group of a regular expression's match; `{text}` in the message is what it matched."""
        return cls(
            Span(*match.span(group)),
            message.replace("{text}", shorten(match.group(group))),
            (edit,) if edit else (),
            suggestion,
            (),
            confidence,
        )


def shorten(text: str, limit: int = 80) -> str:
    """The text on one line, cut in the middle to at most `limit` characters."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    half = (limit - 1) // 2
    return f"{line[:half].rstrip()}…{line[-half:].lstrip()}"


@dataclass(frozen=True, slots=True)
class Finding:
    """A hit stamped with its rule and article.

    line and column count from 1 in the article's text; column in code points.
    """

    article_id: str
    code: str
    name: str
    rule_version: int
    severity: Severity
    span: Span
    line: int
    column: int
    excerpt: str
    message: str
    suggestion: str | None
    edits: tuple[Edit, ...]
    evidence: tuple[Span, ...]
    confidence: float

    @property
    def family(self) -> str:
        """The two letters of the code: MT, BP, RD, NM, LG, GR or HR."""
        return self.code[:2]
