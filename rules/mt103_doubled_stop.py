"""MT103 looks for two marks where one belongs: “areas. .”, “word. ".”, “line. , they”."""

import re
from collections.abc import Iterator

from auditor.rulekit import Document, Edit, Hit, Severity, lexicon, rule

GAP = r"[ \u00a0]"
WORD = r"(?P<word>(?<![^\s(\[“‘\"'’”—–/-])[^\s.,;:!?“”\"]{1,40})"
CLOSES = r"[”’\"'’»)\]]{0,2}"
STOPS = re.compile(rf"{WORD}{CLOSES}(?P<marks>\.{GAP}\.)(?!\.|\w|{GAP}\.)")
MIXED = re.compile(rf"{WORD}{CLOSES}(?P<marks>\.{GAP}[,:;?]|[,:;!?]{GAP}\.|,{GAP},|,\.|,,)(?![.,\w]|{GAP}\.)")
AROUND_QUOTE = re.compile(rf"{WORD}(?P<marks>(?P<first>[.,]){GAP}?(?P<mark>[”\"»]){GAP}?(?P<last>[.,]))(?![.,\w])")
MARK = re.compile(rf"[.,:;!?](?={GAP}?[.,:;?])")
QUOTE = re.compile(rf"[.,](?={GAP}?[”\"»]{GAP}?[.,])")
REACH = 50
"""A word, what closes it, both marks and what may not follow are no longer on either side of the first mark."""

NEW_SENTENCE = re.compile(r"[ \t\u00a0]*(?:[\r\n]|\Z|[“\"‘]?[A-Z])")
SHORTENED = re.compile(r"[A-Z]{1,5}|[^\W\d_]|(?:Ltd|Inc|Corp|Co|Bros|Jr|Sr)")


@rule(
    code="MT103",
    severity=Severity.MINOR,
    trigger=(
        r"\.[ \x{00A0}]\.|\.[ \x{00A0}][,:;?]|[,:;!?][ \x{00A0}]\.|,[ \x{00A0}],|,[.,]|"
        r"[.,][ \x{00A0}]?[”\"»][ \x{00A0}]?[.,]"
    ),
    english=False,
    stable=True,
    finds=("mt.broken-sentence", "mt.punctuation-spacing"),
)
def doubled_stop(doc: Document) -> Iterator[Hit]:
    """A sentence ends twice: two stops, or a stop and a comma, stand where one belongs."""
    text = doc.text
    for match in _at_marks(text, STOPS, MARK):
        begins = NEW_SENTENCE.match(text, match.end()) is not None
        yield _hit(match, Edit.replace(match.span("marks"), ".", safe=begins))
    for match in _at_marks(text, MIXED, MARK):
        if not _may_be_shortened(match):
            yield _hit(match, None)
    for match in _at_marks(text, AROUND_QUOTE, QUOTE):
        if _may_be_shortened(match):
            continue
        if match["first"] == match["last"] == ".":
            begins = NEW_SENTENCE.match(text, match.end()) is not None
            yield _hit(match, Edit.replace(match.span("marks"), f".{match['mark']}", safe=begins))
        else:
            yield _hit(match, None)


def _at_marks(text: str, shape: re.Pattern[str], mark: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """The places of a shape, read only around its first mark: at each word of the text it would cost much more."""
    for first in mark.finditer(text):
        for match in shape.finditer(text, max(0, first.start() - REACH), first.start() + REACH):
            if match.start("marks") == first.start():
                yield match


def _hit(match: re.Match[str], edit: Edit | None) -> Hit:
    """The hit on the word and both marks."""
    marks = " ".join(match["marks"].split())
    return Hit.of(match, f"“{{text}}” has two marks, “{marks}”, where one belongs", edit=edit)


def _may_be_shortened(match: re.Match[str]) -> bool:
    """Whether the first stop may belong to an abbreviation, so that the second mark is in its place."""
    word = match["word"]
    if not match["marks"].startswith("."):
        return False
    return (
        SHORTENED.fullmatch(word) is not None
        or word in lexicon("abbreviations")
        or word in lexicon("titles")
        or word in lexicon("numbered_abbreviations")
        or word in lexicon("months")
    )
