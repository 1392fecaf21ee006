"""MT115 looks for a name that line breaks cut out of its sentence: “According to”, “Clarín,”, “the agreement …”."""

from collections.abc import Iterator
from itertools import pairwise

from auditor.rulekit import Document, Hit, Severity, Span, data, lazy_pattern, rule

LAST_WORD = lazy_pattern(r"[^\s]{1,60}\Z")
PIECE = lazy_pattern(r"[A-Z0-9“‘\"][^\r\n.!?:;|•*<>]{0,60}|(?:[A-Z]\.){2,5}")
STARTS_SMALL = lazy_pattern(r"(?:,[ \u00a0]?)?[a-z][a-z’'-]*[ \u00a0,]")
PREPOSITION_LAST = lazy_pattern(r"[ \u00a0](?:at|by|for|from|in|of|on|to|with)\Z")
PLAIN_WORD = lazy_pattern(r"[a-z][a-z’'-]*,?")
LONG_LINE = 120
"""Characters of a line that nobody wrapped."""
LONGEST_NAME = 4
"""Words of a name; longer lines are headings."""
SHORTEST_TEXT = 6
"""Words of a line that is no entry of a menu."""
SHORTEST_REST = 3
"""Words of the line that goes on with the sentence."""


@rule(
    code="MT115",
    severity=Severity.MINOR,
    trigger=r"[0-9A-Za-z,)”’\x{80}-\x{10FFFF}][^!-~]*[\r\n][^!-~]*(?:,[^!-~]*)?[a-z]+[ ,\x{A0}]",
    stable=True,
    finds=("mt.broken-sentence", "mt.fragment"),
)
def name_between_line_breaks(doc: Document) -> Iterator[Hit]:
    """A sentence is cut by line breaks around a name, or after words that cannot end a paragraph."""
    text = doc.text
    lines = doc.filled_lines
    if not lines:
        return
    wrapped = _is_wrapped(doc)
    for number, (line, following) in enumerate(pairwise(lines)):
        if (
            not _goes_on(text, following)
            or not _is_open(text, line)
            or not _are_paragraphs(text, line, following, wrapped)
        ):
            continue
        before = lines[number - 1] if number else line
        if _is_name(text, line) and _leads_to_name(text, before) and _are_paragraphs(text, before, line, wrapped):
            yield _hit(text, before, following)
        elif _is_lead(text, line) or _ends_in_preposition(text, line):
            yield _hit(text, line, following)


def _are_paragraphs(text: str, first: Span, second: Span, wrapped: bool) -> bool:
    """Whether a blank line parts the lines, or none does in a text of long lines: neither verse nor wrapped text."""
    gap = text[first.end : second.start]
    return gap.count("\n") + gap.count("\r") - gap.count("\r\n") > 1 or not wrapped


def _is_wrapped(doc: Document) -> bool:
    """Whether the text has blank lines, or only short lines, so that a single break means little."""
    return len(doc.lines) > len(doc.filled_lines) + 1 or max(line.length for line in doc.filled_lines) < LONG_LINE


def _goes_on(text: str, line: Span) -> bool:
    """Whether the line begins in mid-sentence: with a comma or a small letter, and not as an entry of a menu does."""
    if STARTS_SMALL.match(text, line.start, line.end) is None:
        return False
    return len(text[line.start : min(line.end, line.start + 200)].split()) >= SHORTEST_REST


def _is_open(text: str, line: Span) -> bool:
    """Whether the line ends without a mark that ends a sentence or opens a list."""
    return text[line.end - 1].isalnum() or text[line.end - 1] in ',)”’"'


def _is_name(text: str, line: Span) -> bool:
    """Whether the line is a name and nothing else."""
    return PIECE.fullmatch(text, line.start, line.end) is not None and len(line.of(text).split()) <= LONGEST_NAME


def _leads_to_name(text: str, line: Span) -> bool:
    """Whether the line breaks off in mid-sentence, by its last word or by its length."""
    last = LAST_WORD.search(text, max(line.start, line.end - 60), line.end)
    if last is None or PLAIN_WORD.fullmatch(last[0]) is None:
        return False
    words = text[max(line.start, line.end - 200) : line.end].split()
    return last[0] in data(__file__, "mid_sentence_words") or (len(words) >= SHORTEST_TEXT and words[0] != last[0])


def _is_lead(text: str, line: Span) -> bool:
    """Whether the line is the first words of a sentence, “According to” or “Together with”, and nothing else."""
    words = text[line.start : min(line.end, line.start + 60)].split()
    return (
        2 <= len(words) <= LONGEST_NAME
        and line.length < 60
        and words[0][0].isupper()
        and all(word.islower() for word in words[1:])
        and words[-1] in data(__file__, "mid_sentence_words")
    )


def _ends_in_preposition(text: str, line: Span) -> bool:
    """Whether the line is no heading and ends in a preposition."""
    if len(text[max(line.start, line.end - 200) : line.end].split()) < SHORTEST_TEXT:
        return False
    return PREPOSITION_LAST.search(text, max(line.start, line.end - 8), line.end) is not None


def _hit(text: str, first: Span, last: Span) -> Hit:
    """The hit from the last word before the break to the first word after the last one."""
    before = LAST_WORD.search(text, max(first.start, first.end - 60), first.end)
    after = STARTS_SMALL.match(text, last.start, last.end)
    span = Span(before.start() if before else first.start, after.end() - 1 if after else last.start)
    return Hit(span, f"Line breaks cut “{' '.join(span.of(text).split())}” out of its sentence")
