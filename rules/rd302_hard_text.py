"""RD302 says when a whole article is hard to read by two classic formulas at once."""

from collections.abc import Iterator

from auditor.rulekit import Document, Hit, Severity, rule


@rule(code="RD302", severity=Severity.NEUTRAL, stable=True, finds=("rd.dense",))
def hard_text(doc: Document, *, ease: float = 20.0, grade: float = 18.0, words: int = 150) -> Iterator[Hit]:
    """The article is very hard to read.

    ease: at most this Flesch reading ease. grade: at least this Flesch–Kincaid grade.
    words: shorter articles are not judged.
    """
    scores = doc.readability
    if scores is None or scores.words < words:
        return
    if scores.flesch_reading_ease <= ease and scores.flesch_kincaid_grade >= grade and doc.filled_lines:
        yield Hit(
            doc.filled_lines[0],
            f"the article is very hard to read: Flesch reading ease {scores.flesch_reading_ease:.0f}, "
            f"Flesch–Kincaid grade {scores.flesch_kincaid_grade:.0f}",
        )
