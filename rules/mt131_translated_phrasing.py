"""MT131 adds up the signs of literal translation in an article: each is weak, together they are not."""

from collections import Counter
from collections.abc import Iterator

from auditor.rulekit import Document, Found, Hit, Phrase, Severity, language_name, phrase_book, rule

BOOK = phrase_book(__file__, "phrasing")
STRONGEST = 5.0
"""A single sign counts at most so much, a sure one too: it takes several to speak of a whole article."""

PER_CHARACTERS = 1500.0
"""A longer article has more signs by chance: for each such piece after the first, the threshold rises by one."""


@rule(
    code="MT131",
    severity=Severity.MINOR,
    trigger=BOOK,
    stable=True,
    finds=("mt.calque", "mt.lexical", "mt.word-order"),
)
def translated_phrasing(doc: Document, *, threshold: float = 3.0) -> Iterator[Hit]:
    """The phrasing of the article follows another language in several places.

    threshold: what the weights of the different signs must add up to, in an article of up to 1,500 characters.
    """
    found = doc.phrases(BOOK)
    distinct = {place.phrase: place for place in reversed(found) if not doc.in_quotation(place.span)}
    strength = sum(min(phrase.weight, STRONGEST) for phrase in distinct)
    if len(distinct) < 2 or strength < threshold + max(0.0, len(doc.text) / PER_CHARACTERS - 1):
        return
    shown = sorted(distinct.values(), key=lambda place: (-place.phrase.weight, place.span))
    examples = ", ".join(f"“{place.span.of(doc.text)}”" for place in shown[:3])
    more = ", …" if len(shown) > 3 else ""
    yield Hit(
        shown[0].span,
        f"{len(distinct)} different phrases follow {_language(distinct)} rather than English: {examples}{more}; "
        "a literal translation by a person reads the same",
        evidence=tuple(place.span for place in found),
        confidence=min(0.95, 0.5 + strength / 40),
    )


def _language(places: dict[Phrase, Found]) -> str:
    """The source language that explains most of the weight; the rest when none does."""
    weights: Counter[str] = Counter()
    for phrase in places:
        for rank, language in enumerate(phrase.languages):
            weights[language] += min(phrase.weight, STRONGEST) / (rank + 1) ** 0.5
    (best, weight), *others = weights.most_common(2)
    if others and others[0][1] == weight:
        return f"{language_name(best)} or {language_name(others[0][0])}"
    return language_name(best)
