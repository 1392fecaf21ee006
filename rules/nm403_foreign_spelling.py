"""NM403 looks for well-known names in the spelling of another language: “Lawrow”, “in Moskau”, “Omikron”."""

from collections.abc import Iterator
from functools import cache

from auditor.rulekit import Document, Hit, Severity, Span, data, lazy_pattern, rule

NEAR = 300
"""So many characters on either side are searched for a word that tells what initials stand for."""

WORD = lazy_pattern(r"[\w-]+")
ENGLISH_BEFORE = lazy_pattern(
    r"(?:\A|[^\w“\"‘'’«-])(?:about|across|after|against|and|around|as|at|before|between|but|by|for|from|if|including"
    r"|into|like|near|of|on|outside|over|says?|said|since|than|that|through|to|toward|towards|under|until|via|when"
    r"|where|while|whether|with|within|without) \Z"
)
IN_BEFORE = lazy_pattern(r"[a-z]{2,} in \Z")
ENGLISH_AFTER = lazy_pattern(
    r"[.,;:!?)]*(?:\Z|[\r\n]|[”’\"]? (?:a|about|after|against|also|although|and|are|as|at|because|been|before|but|by"
    r"|can|could|did|do|does|during|for|from|had|has|have|he|if|into|is|it|its|last|like|may|might|more|must|next|not|now"
    r"|of|on|or|over|said|says|shall|she|should|since|so|than|that|the|their|there|they|this|to|today|under|until"
    r"|was|we|were|when|where|which|while|who|whose|will|with|without|would|yesterday)(?![\w-])|['’]s [a-z])"
)
FOREIGN_BESIDE = lazy_pattern(
    r"(?:(?:\A|[^\w])(?:aux?|das|dem|den|der|des|die|di|del|della|delle|dello|du|e|een|ein|eine|el|en|est|et|för|het|i|il|im"
    r"|la|las|le|les|lo|los|mit|nach|och|og|på|por|pour|que|sur|till|um|und|van|von|vom|y|zu|zum|zur|Wodka|Vodka) \Z)"
)
FOREIGN_AFTER = lazy_pattern(
    r"[,:]? (?:aux?|das|dem|den|der|des|die|di|del|della|dello|du|e|een|ein|eine|el|en|est|et|för|het|il|ist|la|las|le"
    r"|les|los|mit|nach|och|og|på|por|pour|que|sagte|sich|sur|till|um|und|van|von|vom|y|zu|zum|zur|(?:[A-Z][a-zäöü]{2,20})?"
    r"(?:[Tt]age|[Pp]reis|[Ss]traße|[Ss]trasse|[Pp]latz|[Oo]rchester|[Ww]ettbewerb|[Qq]uartett|[Ff]estspiele))(?![\w-])"
)


CAPITALISED = lazy_pattern(r"(?<!\w)[A-Z]\w{2,}\Z")
SENTENCE_STARTS = frozenset({"After", "And", "Before", "For", "From", "Near", "Since", "That", "The", "Until", "While"})


@cache
def _table(name: str) -> dict[str, tuple[str, frozenset[str]]]:
    """The entries of a list: each foreign spelling with the English one and the words of which one must stand near."""
    table = {}
    for entry in sorted(data(__file__, name)):
        foreign, _, rest = entry.partition(" = ")
        english, _, words = rest.partition(" ; ")
        table[foreign] = (english, frozenset(words.split(", ") if words else ()))
    return table


@cache
def _spellings() -> dict[str, str]:
    """Each foreign spelling with the list that holds it."""
    return {foreign: name for name in ("foreign_places", "foreign_spellings") for foreign in _table(name)}


@rule(
    code="NM403",
    severity=Severity.MINOR,
    keys=_spellings(),
    stable=True,
    finds=("mt.entity-inconsistency",),
)
def foreign_spelling(doc: Document) -> Iterator[Hit]:
    """A well-known name stands in the spelling of another language."""
    text = doc.text.replace("\u00a0", " ")
    surnames: dict[str, bool] = {}
    end = 0
    for start, foreign in sorted(_places(text), key=lambda place: (place[0], -len(place[1]))):
        stop = start + len(foreign)
        if start < end or not _is_whole(text, start, stop):
            continue
        kind = _spellings()[foreign]
        english, words = _table(kind)[foreign]
        if kind == "foreign_places":
            fits = _in_english(text, start, stop)
            if fits and foreign not in surnames:
                surnames[foreign] = _is_surname(text, foreign)
            fits = fits and not surnames[foreign]
        else:
            fits = not _in_foreign(text, start, stop) and (not words or _near(text, start, stop, words))
        if fits:
            end = stop
            yield Hit(
                Span(start, stop),
                f"“{foreign}” is the spelling of another language for “{english}”",
                suggestion=english,
            )


def _places(text: str) -> Iterator[tuple[int, str]]:
    """Where each of the foreign spellings stands."""
    for foreign in _spellings():
        start = text.find(foreign)
        while start >= 0:
            yield start, foreign
            start = text.find(foreign, start + len(foreign))


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether the spelling is no piece of a longer word, of an address or of a tag."""
    before, after = text[start - 1 : start], text[end : end + 2]
    if before.isalnum() or before in ("_", "#", "@", "/", "-", "."):
        return False
    return not (after[:1].isalnum() or (after[:1] in ("_", "/", "-", ".", "@") and after[1:].isalnum()))


def _in_english(text: str, start: int, end: int) -> bool:
    """Whether a place stands between an English preposition or conjunction and an English word or a stop."""
    before = text[max(0, start - 40) : start]
    if not (ENGLISH_BEFORE.search(before) or IN_BEFORE.search(before)):
        return False
    return ENGLISH_AFTER.match(text, end) is not None and text[end : end + 1] not in "”»"


def _is_surname(text: str, place: str) -> bool:
    """Whether the word comes after a capitalised word somewhere, as a surname or the end of another name does."""
    start = text.find(f" {place}")
    while start >= 0:
        before = CAPITALISED.search(text, max(0, start - 20), start)
        if before and before[0] not in SENTENCE_STARTS:
            return True
        start = text.find(f" {place}", start + 1)
    return False


def _in_foreign(text: str, start: int, end: int) -> bool:
    """Whether the words beside a name are those of another language, or make it the name of a prize or a street."""
    before = text[max(0, start - 12) : start]
    return FOREIGN_BESIDE.search(before) is not None or FOREIGN_AFTER.match(text, end) is not None


def _near(text: str, start: int, end: int, words: frozenset[str]) -> bool:
    """Whether one of the words stands near the name."""
    before = WORD.findall(text, max(0, start - NEAR), start)
    return not words.isdisjoint(before) or not words.isdisjoint(WORD.findall(text, end, end + NEAR))
