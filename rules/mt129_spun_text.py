"""MT129 looks for a text in which several words were replaced by thesaurus synonyms: “is nonetheless a”, “got here”."""

import re
from collections.abc import Iterator
from functools import cache

from auditor.rulekit import Document, Hit, Severity, Span, data, rule, shorten

ALTERNATIVES = re.compile(r"\(([^()]*)\)")
LISTED = 200  # places that are listed as evidence, at most
PAIR = re.compile(r"(?<!\w)(?<!\w[’'-])([A-Za-z0-9][A-Za-z0-9.’']{0,30})(?=[ \u00a0-]([A-Za-z0-9]+))")


@cache
def phrases(name: str) -> tuple[str, ...]:
    """The entries of a list, each of its alternatives written out, sorted."""
    written: set[str] = set()
    for entry in data(__file__, name):
        found = [entry]
        while "(" in found[0]:
            choice = ALTERNATIVES.search(found[0])
            if choice is None:
                break
            found = [one.replace(choice[0], word, 1) for one in found for word in choice[1].split("|")]
        written.update(found)
    return tuple(sorted(written))


@cache
def by_pair(name: str) -> dict[tuple[str, str], list[str]]:
    """The entries of a list under their first two words in lower case."""
    filed: dict[tuple[str, str], list[str]] = {}
    for phrase in phrases(name):
        head = PAIR.match(phrase)
        if head is not None:
            filed.setdefault((head[1].lower(), head[2].lower()), []).append(phrase)
    return filed


def places(text: str, name: str) -> Iterator[Span]:
    """Where entries of a list stand in a text, the longest at each place."""
    filed = by_pair(name)
    position = 0
    for head in PAIR.finditer(text):
        start = head.start()
        entries = filed.get((head[1].lower().replace("’", "'"), head[2].lower()), ())
        ends = [start + len(phrase) for phrase in entries if _stands(text, start, phrase)]
        if ends and start >= position:
            position = max(ends)
            yield Span(start, position)


def _stands(text: str, start: int, phrase: str) -> bool:
    """Whether a phrase stands at a place, as a whole; in any case when it is written in lower case."""
    end = start + len(phrase)
    found = text[start:end].replace("\u00a0", " ").replace("’", "'")
    if phrase == phrase.lower():
        found = found.lower()
    following = text[end : end + 2]
    return found == phrase and not (following[:1].isalnum() or (following[:1] == "-" and following[1:].isalnum()))


@rule(
    code="MT129",
    severity=Severity.MAJOR,
    keys=phrases("spun_signs"),
    stable=True,
    finds=("mt.lexical",),
)
def spun_text(doc: Document, *, signs: int = 2, length: int = 6000) -> Iterator[Hit]:
    """Several words of the article were replaced by synonyms that do not fit.

    signs: how many different signs are needed; an expression of MT128's list counts as two.
    length: for every so many characters one more is needed.
    """
    text = doc.text
    weak = list(places(text, "spun_signs"))
    if not weak:
        return
    strong = list(places(text, "spun_pairs"))
    weak = [span for span in weak if not any(span.overlaps(other) for other in strong[:LISTED])]
    different = {span.of(text).lower() for span in weak}
    clear = {span.of(text).lower() for span in strong}
    if different and len(different) + 2 * len(clear) >= signs + len(text) // length:
        evidence = tuple(sorted([*weak, *strong])[:LISTED])
        named = "”, “".join(shorten(" ".join(span.of(text).split()), 40) for span in evidence[:4])
        yield Hit(doc.filled_lines[0], f"words were replaced by synonyms that do not fit: “{named}”", evidence=evidence)
