"""MT128 looks for fixed expressions in which a spinner put a synonym: “coronary heart assault”, “with out”."""

from collections.abc import Iterator
from functools import cache

from auditor.rulekit import Document, Edit, Hit, Severity, Span, data, lazy_pattern, rule

ALTERNATIVES = lazy_pattern(r"\(([^()]*)\)")
PAIR = lazy_pattern(r"(?<!\w)(?<!\w[’'-])([A-Za-z0-9][A-Za-z0-9.’']{0,30})(?=[ \u00a0-]([A-Za-z0-9]+))")
AFTER_A = (
    "actual|assault|authorities|overseas|identical|inventory|illness|airplane|inexperienced|enterprise|intercourse"
    "|on-line|aged|automotive|assertion"
)
AFTER_AN = (
    "finish|try|space|quantity|funding|worker|choice|harm|vital|previous|thought|concept|reply|supply|improve"
    "|financial|benefit|professional|mistake|straightforward|worldwide|common|basic"
)
ARTICLE = lazy_pattern(
    rf"(?<![\w’'.-])(?:a[ \u00a0][‘“'\"]?(?:{AFTER_A})|an[ \u00a0][‘“'\"]?(?:{AFTER_AN}))(?![\w-])(?![’'][A-Za-z])"
)
BRACES = lazy_pattern(r"\{[A-Za-z]{2,30}(?: [a-z]{2,30})?(?:\|[A-Za-z][a-z ]{1,40}){1,20}\}")
CURES = {
    "with out": "without",
    "in entrance of": "in front of",
    "cease-hearth": "ceasefire",
    "subsequent door": "next door",
}


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
    code="MT128",
    severity=Severity.MINOR,
    trigger=r"\{[A-Za-z ]+\|[A-Za-z |]+\}",
    keys=(
        *phrases("spun_pairs"),
        *(f"a {quote}{word}" for word in AFTER_A.split("|") for quote in ("", "“")),
        *(f"an {quote}{word}" for word in AFTER_AN.split("|") for quote in ("", "“")),
    ),
    stable=True,
    finds=("mt.lexical",),
)
def spun_synonym(doc: Document) -> Iterator[Hit]:
    """A synonym stands in a fixed expression where no writer would put it."""
    text = doc.text
    for span in places(text, "spun_pairs"):
        words = " ".join(span.of(text).split())
        cure = CURES.get(words)
        edits = (Edit.replace(span, cure),) if cure and not doc.in_quotation(span) else ()
        yield Hit(span, f"“{words}” is a fixed expression with a synonym put into it", edits)
    for match in ARTICLE.finditer(text):
        yield Hit.of(match, "“{text}” has the article of another word, which a synonym replaced")
    for match in BRACES.finditer(text) if "|" in text else ():
        yield Hit.of(match, "“{text}” is a choice of synonyms that was not made")
