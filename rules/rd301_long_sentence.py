"""RD301 looks for sentences so long that readers lose them."""

from collections.abc import Iterator

from auditor.rulekit import Document, Hit, Severity, rule


@rule(code="RD301", severity=Severity.NEUTRAL, quotes="outside", stable=True, finds=("rd.long-sentence",))
def long_sentence(doc: Document, *, words: int = 60) -> Iterator[Hit]:
    """A sentence is very long.

    words: from so many words on a sentence is reported.
    """
    text = doc.text
    for start, end in zip(doc.sentences.starts, doc.sentences.ends, strict=True):
        if end - start < 2 * words:
            continue
        sentence = text[start:end]
        count = len(sentence.split())
        if count < words or is_roll_call(sentence):
            continue
        span = doc.sentences[doc.sentences.index_at(start)]
        yield Hit(span, f"the sentence has {count} words")


def is_roll_call(sentence: str) -> bool:
    """Whether the sentence is a list (many semicolons or commas), which is read item by item."""
    return sentence.count(";") >= 3 or sentence.count(",") * 6 > len(sentence.split())
