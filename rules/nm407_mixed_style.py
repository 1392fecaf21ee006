"""NM407 looks for two ways of writing one thing: “Mr” and “Mr.”, “US” and “U.S.”, “Nato” and “NATO”."""

import re
from collections import Counter
from collections.abc import Iterator

from auditor.rulekit import LONGEST_ARTICLE, Document, Hit, Severity, Span, data, lazy_pattern, rule

ACRONYMS = ("ASEAN", "FIFA", "INTERPOL", "NASA", "NATO", "OPEC", "SWIFT", "UEFA", "UNESCO", "UNICEF")
GAP = "[ \u00a0]"
STYLES = (
    *(
        (
            f"{title}.",
            lazy_pattern(rf"(?<!\w){title}\.(?={GAP}?[A-Z])"),
            lazy_pattern(rf"(?<!\w){title}(?={GAP}[A-Z])"),
        )
        for title in ("Mr", "Mrs", "Ms", "Dr")
    ),
    ("U.S.", lazy_pattern(rf"(?<![\w.])U\.S\.(?={GAP}[a-z])"), lazy_pattern(rf"(?<![\w.])US(?={GAP}[a-z])")),
    *(
        (
            name,
            lazy_pattern(rf"(?<![\w.@#/]){name.capitalize()}(?![\w@/-]|\.\w)"),
            lazy_pattern(rf"(?<![\w.@#/]){name}(?![\w@/-]|\.\w)"),
        )
        for name in ACRONYMS
    ),
)
"""What must stand in the text, and two ways of writing one thing."""

MEMBERS = "allies|countries|forces|leaders|members|nations|officials|partners|soldiers|states|troops"
CAPITAL_GROUP = lazy_pattern(
    rf"(?:the{GAP}(?:Alliance|Union|Bloc|Coalition|Commission|Federation|Confederation)"
    rf"|Alliance(?={GAP}(?:{MEMBERS})\b))(?={GAP}(?!of\b|for\b)[a-z]|[.,;:!?’'])"
)
"""An organisation called by a common noun, with a capital in mid-sentence."""

GROUPS = frozenset({"Alliance", "Union", "Bloc", "Coalition", "Commission", "Federation", "Confederation"})
INSIDE = frozenset("abcdefghijklmnopqrstuvwxyz,")
"""What stands before the space before a word in mid-sentence."""

GROUP_WORD = lazy_pattern(
    r"(?<!\w)(?:[Aa]lliance|[Uu]nion|[Bb]loc|[Cc]oalition|[Cc]ommission|(?:[Cc]onf|[Ff])ederation)(?!\w)"
)
LONG_LINE = 200
"""So many characters further on, a line is no headline."""

LINE_END = lazy_pattern(r"[\r\n]")
SENTENCE_ENDS = frozenset(".!?:;,”’\"')…")
NAME_BEFORE = lazy_pattern(r"([A-Z]\w{1,25})[ \u00a0]\Z")
KNOWN = lazy_pattern(
    r"[ \u00a0]?(?:Bean|Big|Brightside|Burns|Darcy|Dolittle|Doolittle|Doubtfire|Dre|Evil|Fox|Incredible|Jekyll|Martens"
    r"|Men|Miniver|No|Oz|Pepper|Phil|Pickwick|Potato|Right|Ripley|Robot|Rochester|Seuss|Spock|Strange|Strangelove"
    r"|Tambourine|Universe|Watson|Who|World|Zhivago)(?!\w)"
)
"""What follows “Mr.” or “Dr.” in the titles of works and in brands."""


@rule(
    code="NM407",
    severity=Severity.MINOR,
    trigger=(
        r"(?:Mrs?|Ms|Dr)\.[ \x{A0}]?[A-Z]|U\.S\.|" + "|".join(name.capitalize() for name in ACRONYMS) + "|"
        r"[a-z,][ \x{A0}](?:the[ \x{A0}])?Alliance|[a-z,][ \x{A0}]the[ \x{A0}](?:Union|Bloc|Coalition|Commission"
        r"|Federation|Confederation)"
    ),
    quotes="outside",
    stable=True,
    finds=("mt.entity-inconsistency",),
)
def mixed_style(doc: Document, *, min_common: int = 3) -> Iterator[Hit]:
    """One thing is written in two ways, one of them once or twice.

    min_common: how many times the commoner way must occur.
    """
    text, counts = doc.text, doc.capitalised
    for needed, one, other in STYLES:
        if needed not in (text if needed[-1] == "." else counts) or not one.search(text) or not other.search(text):
            continue
        first, second = _outside(doc, one), _outside(doc, other)
        rare, common = sorted((first, second), key=len)
        if rare and len(rare) <= 2 and len(common) >= min_common:
            for match in rare:
                usual = common[0][0].strip()
                yield Hit(
                    Span(match.start(), match.start() + len(match[0].rstrip())),
                    f"“{match[0].strip()}” is written “{usual}” {len(common)} times in this article",
                    suggestion=usual,
                    confidence=0.5,
                )
    yield from _capital_groups(doc, min_common)


def _outside(doc: Document, pattern: re.Pattern[str]) -> list[re.Match[str]]:
    """The matches outside quoted speech."""
    found = pattern.finditer(doc.text, 0, LONGEST_ARTICLE)
    return [match for match in found if _in_sentence(doc.text, match) and not doc.in_quotation(Span(*match.span()))]


def _in_sentence(text: str, match: re.Match[str]) -> bool:
    """Whether the line ends as a sentence does (headlines have a style of their own), and the word is no other name."""
    rest = LINE_END.split(text[match.end() : match.end() + LONG_LINE], maxsplit=1)[0]
    if (len(rest) < LONG_LINE and rest.rstrip()[-1:] not in SENTENCE_ENDS) or KNOWN.match(text, match.end()):
        return False
    before = NAME_BEFORE.search(text, max(0, match.start() - 30), match.start())
    return match[0][-1:] in ". \u00a0" or before is None or before[1] in data(__file__, "near_name_titles")


def _capital_groups(doc: Document, min_common: int) -> Iterator[Hit]:
    """“the Alliance” once, “the alliance” in all other places: the capital came from a language that writes it so."""
    text = doc.text
    if doc.capitalised.keys().isdisjoint(GROUPS):
        return
    capitals = [
        match
        for match in CAPITAL_GROUP.finditer(text, 0, LONGEST_ARTICLE)
        if text[match.start() - 1 : match.start()] in (" ", "\u00a0")
        and text[match.start() - 2 : match.start() - 1] in INSIDE
    ]
    if not capitals:
        return
    counts = Counter(GROUP_WORD.findall(text, 0, LONGEST_ARTICLE))
    for match in capitals:
        word = match[0][4:] if match[0].startswith("the") else match[0]
        small = word.lower()
        if counts[word] == 1 and counts[small] >= min_common and not doc.in_quotation(Span(*match.span())):
            yield Hit(
                Span(match.end() - len(word), match.end()),
                f"“{word}” is written “{small}” {counts[small]} times in this article",
                suggestion=small,
                confidence=0.5,
            )
