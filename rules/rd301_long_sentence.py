"""RD301 looks for sentences so long that readers lose them."""

from collections.abc import Iterator
from operator import sub

from auditor.rulekit import Document, Hit, Severity, Span, rule

SHORT_WORD = 5
"""Characters that a word takes at least, with its space, on the average of a long sentence."""

OPENING_MARKS = '“„«"‘'


@rule(code="RD301", severity=Severity.NEUTRAL, quotes="outside", stable=True, finds=("rd.long-sentence",))
def long_sentence(doc: Document, *, words: int = 60) -> Iterator[Hit]:
    """A sentence is very long.

    words: from so many words on a sentence is reported.
    """
    text = doc.text
    starts, ends = doc.sentences.starts, doc.sentences.ends
    shortest = SHORT_WORD * words
    for index in [index for index, length in enumerate(map(sub, ends, starts)) if length >= shortest]:
        start, end = starts[index], ends[index]
        if text[start] in OPENING_MARKS:
            continue
        sentence = text[start:end]
        count = len(sentence.split())
        if count < words or is_roll_call(sentence):
            continue
        yield Hit(Span(start, end), f"the sentence has {count} words")


def is_roll_call(sentence: str) -> bool:
    """Whether the sentence is a list (many semicolons or commas), which is read item by item."""
    return sentence.count(";") >= 3 or sentence.count(",") * 6 > len(sentence.split())
