"""Paragraphs: the blocks of lines that blank lines part, or the lines where no blank line does."""

from __future__ import annotations

from auditor.span import SpanArray


def paragraph_spans(text: str, lines: SpanArray) -> SpanArray:
    r"""The paragraphs of `text`, in order, trimmed of white space at both ends.

    `lines` are the lines of the same text, as `auditor.text.lines.line_spans` gives them. A blank line
    holds nothing but white space. Where a blank line stands between two other lines, a paragraph is a
    block of consecutive non-blank lines, and its span includes the terminators inside the block; where none
    does, each non-blank line is a paragraph. Blank lines before the first and after the last line part
    nothing, so white space at the ends of a text never changes its paragraphs. Spans are in code points.
    A text of white space only has no paragraph. Never raises; time is linear in the length.
    """
    starts: list[int] = []
    ends: list[int] = []
    block_of: list[int] = []
    block = 0
    for start, end in zip(lines.starts, lines.ends, strict=True):
        line = text[start:end]
        body = line.strip()
        if not body:
            block += 1
            continue
        if len(body) != len(line):
            start += len(line) - len(line.lstrip())
        starts.append(start)
        ends.append(start + len(body))
        block_of.append(block)

    paragraphs = SpanArray()
    if not starts:
        return paragraphs
    if block_of[0] != block_of[-1]:
        first_of_block = [0, *(i for i in range(1, len(starts)) if block_of[i] != block_of[i - 1])]
        starts = [starts[i] for i in first_of_block]
        ends = [*(ends[i - 1] for i in first_of_block[1:]), ends[-1]]
    paragraphs.starts.fromlist(starts)
    paragraphs.ends.fromlist(ends)
    return paragraphs
