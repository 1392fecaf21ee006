"""MT125 looks for a sentence or a line that comes twice in a row."""

from collections.abc import Iterator
from itertools import compress
from operator import eq, itemgetter, sub

from auditor.rulekit import Document, Edit, Hit, Severity, Span, rule, shorten

WORDS = 4
"""Words that a sentence must have: shorter ones are said twice for effect."""

LINE_WORDS = 3
"""Words that a line must have which stands by itself, as a heading or a caption."""

HEADING_WORDS = 6
"""Words that a heading must have which its paragraph begins with again."""

BEGINNING = itemgetter(slice(8))

LONGEST_LINE = 2000
"""Characters of the longest line that is compared."""


@rule(
    code="MT125",
    severity=Severity.MAJOR,
    quotes="outside",
    stable=True,
    finds=("mt.repetition",),
)
def repeated_sentence(doc: Document) -> Iterator[Hit]:
    """A sentence or a line comes twice in a row."""
    text = doc.text
    taken = -1
    for first, second in sorted([*_lines_twice(doc), *_sentences_twice(doc)]):
        if second.start < taken:
            continue
        taken = second.end
        said = shorten(text[second.start : second.end], 60)
        yield Hit(second, f"“{said}” comes twice in a row", (Edit.delete((first.end, second.end)),))


def _lines_twice(doc: Document) -> Iterator[tuple[Span, Span]]:
    """A line and the same line again, alone or at the start of its paragraph; but for verse and the title."""
    text = doc.text
    bare = filter(None, map(str.strip, text.replace("\r", "\n").split("\n")))
    beginnings = list(map(BEGINNING, bare))  # a first look, which finds nothing in most articles
    if True not in map(eq, beginnings[1:], beginnings[2:]):
        return
    lines = doc.filled_lines
    for index in range(2, len(lines)):
        first, second = lines[index - 1], lines[index]
        if (
            first.length > second.length
            or not text.startswith(text[first.start : first.end], second.start)
            or first.length > LONGEST_LINE
        ):
            continue
        words = text[first.start : first.end].split()
        again = Span(second.start, second.start + first.length)
        if first.length < second.length:
            if len(words) >= HEADING_WORDS and words[-1][-1].isalnum() and text[again.end] in " \u00a0.,:;":
                yield first, again
        elif len(words) >= LINE_WORDS and not _is_label(words) and not _is_verse(text, lines, index):
            yield first, again


def _sentences_twice(doc: Document) -> Iterator[tuple[Span, Span]]:
    """A sentence and the same sentence again in its line."""
    text = doc.text
    sentences = doc.sentences
    starts, ends = sentences.starts, sentences.ends
    lengths = list(map(sub, ends, starts))
    for index in compress(range(1, len(lengths)), map(eq, lengths, lengths[1:])):
        if lengths[index] < 12:
            continue
        first = text[starts[index - 1] : ends[index - 1]]
        if first != text[starts[index] : ends[index]]:
            continue
        between = text[ends[index - 1] : starts[index]]
        if len(first.split()) >= WORDS and "\n" not in between and "\r" not in between and not _is_song(first):
            yield Span(starts[index - 1], ends[index - 1]), Span(starts[index], ends[index])


def _is_label(words: list[str]) -> bool:
    """A line that is hardly words: numbers of a table, a rule of dashes."""
    return sum(word.isalpha() or word[:-1].isalpha() for word in words) < max(LINE_WORDS, len(words) // 2)


def _is_song(sentence: str) -> bool:
    """A sentence that is called out."""
    return sentence.rstrip("”’\"'").endswith(("!", "?"))


def _is_verse(text: str, lines: list[Span], index: int) -> bool:
    """Whether short lines without a blank line between them go on before or after the two: a song, a list."""
    if lines[index].length > 60 or text.count("\n", lines[index - 1].end, lines[index].start) > 1:
        return False
    neighbours = []
    if index > 1:
        neighbours.append((lines[index - 2], lines[index - 2].end, lines[index - 1].start))
    if index + 1 < len(lines):
        neighbours.append((lines[index + 1], lines[index].end, lines[index + 1].start))
    return any(line.length <= 60 and text.count("\n", end, start) < 2 for line, end, start in neighbours)
