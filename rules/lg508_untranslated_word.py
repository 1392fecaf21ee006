"""LG508 looks for single words of another language in English sentences: “striker dell’Arsenal”, “the FMI”."""

import re
from collections.abc import Iterator
from functools import cache

from auditor.rulekit import Document, Hit, Severity, Span, data, lazy_pattern, rule

PARTICLE = "".join(
    rf"(?<![ \u00a0]{one}[ \u00a0])"
    for one in ("de", "di", "et", "sur", "dans", "pour", "par", "en", "del", "que", "du")
)
BEFORE = rf"(?:(?<=[a-z]{{2}}[ \u00a0]){PARTICLE}|(?<=[a-z],[ \u00a0]))"
ELIDED = lazy_pattern(
    rf"{BEFORE}(?P<article>l|un|dell|dall|nell|sull|all)[’'](?P<word>[A-ZÀ-Þ][\w-]{{2,30}})(?=[ \u00a0.,;:])"
    rf"|{BEFORE}(?P<joined>dell|dall|nell|sull)[’'](?P<noun>[a-zà-þ]\w{{2,30}})"
)
ELISIONS = tuple(f"{article}{mark}" for article in (" l", "\u00a0l", "un", "all", "ell", "ull") for mark in "’'")
ARTICLES = (" i ", " i\u00a0", "\u00a0i ", "\u00a0i\u00a0", "gli ", "gli\u00a0")
ITALIAN_ARTICLE = lazy_pattern(rf"{BEFORE}(?P<article>i|gli)[ \u00a0](?P<word>[A-Z][a-z]{{3,30}})[ \u00a0][a-z]")
NAMED_LEAGUE = r"(?![ \u00a0](?:Nord|Calcio|Serie|Pro|Nazionale|Basket|Dilettanti|Italiana))"
PARTIES = lazy_pattern(
    rf"(?<=the )(?:Pd|Pdl|Fdi|FdI|M5s)(?![\w’'-])|(?<=of the )Lega(?![\w’'-]){NAMED_LEAGUE}"
    r"|(?<![\w“‘\"'(])(?:Italia viva|Partito democratico|Movimento (?:5|cinque) stelle|Sinistra italiana"
    r"|Fratelli d[’']Italia|Rifondazione comunista|Lega nord|Potere al popolo|France insoumise|Rassemblement national"
    r"|Parti socialiste|République en marche|Partido popular|Freie Wähler|Europa verde)(?![\w-])"
)
PARTY_NAMES = (
    *("the Pd", "the Pdl", "the Fdi", "the M5s", "the Lega", "Italia viva", "Partito democratico", "Europa verde"),
    *("Movimento 5 stelle", "Movimento cinque stelle", "Sinistra italiana", "Fratelli d’Italia", "Lega nord"),
    *("Rifondazione comunista", "Potere al popolo", "France insoumise", "Rassemblement national"),
    *("Parti socialiste", "République en marche", "Partido popular", "Freie Wähler", "ry", "Omikron"),
    *("Omikron-Variante", "Omicron-Variante", "Omikronvariante", "Omicronvariante"),
)
"""Parties, the last word of a Finnish club's name and the virus, to be looked for first."""
FINNISH_CLUB = lazy_pattern(r"(?<![\w-])[A-ZÄÖÅ][\w-]{2,30}[ \u00a0]ry(?=[.,;:)\s]|\Z)")
MONTHS = (
    "enero|febrero|marzo|abril|mayo|junio|julio|septiembre|octubre|noviembre|diciembre|gennaio|febbraio|aprile|maggio"
    "|giugno|luglio|settembre|ottobre|dicembre|janvier|février|avril|juin|juillet|août|septembre|octobre|décembre|janeiro"
    "|fevereiro|março|maio|junho|julho|setembro|outubro|dezembro|Januar|Februar|März|Juni|Juli|Oktober|Dezember|januari"
    "|februari|maart|augustus"
)
DATE = lazy_pattern(
    rf"(?<![\w.])(?<!du )(?<!rue )(?<!calle )\d{{1,2}}\.?º?[ \u00a0](?:de |di |d[’'])?(?:{MONTHS})(?!\w)"
)
OMIKRON = lazy_pattern(r"(?<![\w“‘\"'-])Omi[kc]ron-?[Vv]ariante(?!\w)|(?<![\w“‘\"'-])[Oo]mikron(?![\w-])")
OMIKRON_CONTEXT = lazy_pattern(
    r"(?i)covid|corona|virus|variant|vaccin|infect|pandemic|incubation|lockdown|epidemic|patients|delta"
)
DEMONYM = lazy_pattern(r"(?<![\w“‘\"'-])[Tt]he[ \u00a0]([a-zà-þ]{5,16})(?![\w-])")
WORD_START = lazy_pattern(r"(?<=[ \u00a0(])(?<!\()[A-Za-zÀ-ÿ][^\W\d_]*(?:-[^\W\d_]+)?")
HEADING = lazy_pattern(r"(?P<words>[^\W\d_][^\r\n:–—|]{2,40}?)[ \u00a0]?(?:[:–—|-][ \u00a0]|[:–—]?\Z)")
EXPLAINED = lazy_pattern(
    r"[ \u00a0]?[(“‘\"]|,? (?:or|meaning|which means|that is|the (?:German|Italian|Spanish|French)) "
)
NAMING = lazy_pattern(
    r"(?:called|dubbed|named|termed|known as|word|term|newspaper|daily|magazine|as|so-called)[ \u00a0]\Z"
)
ACRONYM = r"(?<![\w“‘\"'(&./-]){0}(?![\w)&/-]|\.\w|[’'][A-Za-rt-z])"


@cache
def acronyms() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Foreign acronyms, what English writes, and words of which one must stand in the article (none: no condition)."""
    table = {}
    for entry in data(__file__, "foreign_acronyms"):
        acronym, _, rest = entry.partition(" = ")
        meant, _, words = rest.partition(" ? ")
        table[acronym] = (meant.strip(), tuple(word.strip() for word in words.split(",") if word.strip()))
    return table


FOREIGN_ACRONYM = lazy_pattern(ACRONYM.format("(?:" + "|".join(re.escape(one) for one in sorted(acronyms())) + ")"))


@rule(
    code="LG508",
    severity=Severity.MINOR,
    trigger=(
        r"[ \x{A0}](?:l|un|all)[’'][A-Z\x{80}-\x{10FFFF}]|[ \x{A0}](?:dell|dall|nell|sull)[’']"
        r"|[a-z,][ \x{A0}](?:i|gli)[ \x{A0}][A-Z][a-z]"
    ),
    keys=(
        *PARTY_NAMES,
        *MONTHS.split("|"),
        *(f"the {word}" for word in data(__file__, "spanish_demonyms")),
        *data(__file__, "untranslated_words"),
        *data(__file__, "foreign_headings"),
        *acronyms(),
    ),
    quotes="outside",
    stable=True,
    finds=("mt.untranslated",),
)
def untranslated_word(doc: Document) -> Iterator[Hit]:
    """A word of another language was left in an English sentence."""
    text = doc.text
    taken = -1
    for span, what in sorted({*_marks(text), *_words(text), *_acronyms(text), *_headings(doc)}):
        if span.start > taken:
            taken = span.end
            yield Hit(span, f"“{' '.join(span.of(text).split())}” was left untranslated{what}")


def _marks(text: str) -> Iterator[tuple[Span, str]]:
    """Elided and Italian articles, parties as Italy and France write them, Finnish clubs, dates, demonyms."""
    for match in ELIDED.finditer(text) if any(sign in text for sign in ELISIONS) else ():
        if (match["word"] or "") not in data(__file__, "elided_names") and not NAMING.search(
            text, max(0, match.start() - 14), match.start()
        ):
            yield Span(*match.span()), ": the article is not English"
    for match in ITALIAN_ARTICLE.finditer(text) if any(sign in text for sign in ARTICLES) else ():
        if text[max(0, match.start() - 4) : match.start() - 1] != "the":
            yield Span(match.start(), match.end("word")), ": the article is not English"
    for pattern in (PARTIES, FINNISH_CLUB, DATE):
        for match in pattern.finditer(text):
            yield Span(*match.span()), ""
    found = list(OMIKRON.finditer(text)) if "mi" in text and ("kron" in text or "ariante" in text) else []
    if found and OMIKRON_CONTEXT.search(text):
        for match in found:
            yield Span(*match.span()), ": English writes “Omicron”"
    for match in DEMONYM.finditer(text):
        if match[1] in data(__file__, "spanish_demonyms"):
            yield Span(*match.span()), ": it tells where a person is from"


def _words(text: str) -> Iterator[tuple[Span, str]]:
    """Words of the list, but not in a name or where the article explains them."""
    listed = data(__file__, "untranslated_words")
    for match in WORD_START.finditer(text):
        if match[0] not in listed or EXPLAINED.match(text, match.end()):
            continue
        before = text[max(0, match.start() - 14) : match.start()]
        if NAMING.search(before) or (match[0][0].islower() and _in_name(text, match)):
            continue
        yield Span(*match.span()), ""


def _in_name(text: str, match: re.Match[str]) -> bool:
    """Whether a capitalised word or a foreign particle stands right beside a word in lower case."""
    before = text[max(0, match.start() - 30) : match.start()].split()
    after = text[match.end() : match.end() + 30].split()
    particles = (
        "de",
        "del",
        "della",
        "di",
        "la",
        "le",
        "el",
        "du",
        "des",
        "des",
        "da",
        "do",
        "van",
        "der",
        "y",
        "e",
        "il",
    )
    return bool(
        (before and (before[-1][0].isupper() or before[-1] in particles))
        or (after and text[match.end()].isspace() and (after[0][0].isupper() or after[0] in particles))
    )


def _acronyms(text: str) -> Iterator[tuple[Span, str]]:
    """Acronyms that English writes otherwise, where the article is about what they mean and does not explain them."""
    places: dict[str, list[Span]] = {}
    for match in FOREIGN_ACRONYM.finditer(text):
        places.setdefault(match[0], []).append(Span(*match.span()))
    low = text.lower() if places else ""
    for acronym, spans in places.items():
        meant, words = acronyms()[acronym]
        if (not words or any(word in low for word in words)) and f"({acronym})" not in text:
            for span in spans:
                yield span, f": English writes “{meant}”"


def _headings(doc: Document) -> Iterator[tuple[Span, str]]:
    """Lines that are, or begin with, a heading of a newspaper in another language."""
    listed = data(__file__, "foreign_headings")
    for line in doc.filled_lines:
        match = HEADING.match(doc.text, line.start, min(line.end, line.start + 60))
        if match is None or match["words"].lower() not in listed:
            continue
        whole = match.end() >= line.end
        if whole or match["words"].isupper():
            yield Span(line.start, match.end("words")), ", a heading"
