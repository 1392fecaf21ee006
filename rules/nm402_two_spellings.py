"""NM402 looks for one name in two ways of writing: “Sánchez” and “Sanchez”, “Grushko” and “Gruschko”."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from operator import itemgetter
from unicodedata import combining, normalize

from auditor.rulekit import LONGEST_ARTICLE, Document, Hit, Severity, Span, data, rule

Found = tuple[str, str, list[int]]
"""The rarer spelling, the commoner one, and the places of the rarer."""

SHORTEST = 5
"""Letters of a name whose two spellings are compared."""

MOST = 50
"""How many pairs of an article are looked for in its text: the work must not grow with text and pairs at once."""

SLAVIC = (
    "ov|ova|ev|eva|[ghkz]in|[ghkz]ina|sky|ski|skiy|skii|skij|skyj|skyy|skyi|skaya|skaja|skaia|enko|chuk|tschuk|tchouk"
    "|shvili|schwili|chvili|vich|vych|witsch|vitch|wicz|ovic|evic|hko|schko|chko"
)
"""How family names of Eastern Europe end, in the spellings of several languages."""

SLAVIC_NAME = re.compile(rf"[A-Z][a-z]+(?:{SLAVIC})")
GERMAN_NAME = re.compile(rf"[A-Z][a-z]+(?:{SLAVIC}|[eo]wa?|[eo]ff)")
"""With the spellings of some languages that also end English words: one of a pair must be of the kind above."""

SLAVIC_TAILS = frozenset(
    ("ova", "eva", "gin", "hin", "kin", "zin", "ina", "sky", "ski", "kiy", "kii", "kij", "kyj", "kyy", "kyi", "aya",
     "aja", "aia", "nko", "huk", "ouk", "ili", "ich", "ych", "sch", "tch", "icz", "vic", "hko", *(f"{x}{y}v" for x in
     "abcdefghijklmnopqrstuvwxyz" for y in "oe"))
)  # fmt: skip
"""The last three letters of those in the first list of endings."""

LAST_THREE = itemgetter(slice(-3, None))

LAST_LETTERS = frozenset(
    ("ov", "va", "ev", "in", "na", "ky", "ki", "iy", "ii", "ij", "yj", "yy", "yi", "ya", "ja", "ia", "ko", "uk", "li",
     "ch", "cz", "ic", "ow", "wa", "ew", "ff")
)  # fmt: skip
"""The last two letters of all those names, to look at few words more closely."""

LETTERS = str.maketrans("øØłŁđĐðıæÆœŒßþ", "oOlLdDdiaAoOst")
ROMANISATIONS = (
    ("schtsch", "s"), ("shch", "s"), ("tsch", "s"), ("tch", "s"), ("sch", "s"), ("sh", "s"), ("zh", "s"), ("cz", "s"),
    ("ch", "s"), ("kh", "h"), ("ph", "f"), ("ks", "x"), ("w", "v"), ("ts", "s"), ("tz", "s"), ("z", "s"), ("ou", "u"),
    ("ya", "a"), ("ja", "a"), ("ia", "a"), ("yu", "u"), ("ju", "u"), ("iu", "u"), ("ye", "e"), ("je", "e"), ("ie", "e"),
    ("yo", "o"), ("jo", "o"), ("y", "i"), ("j", "i"),
)  # fmt: skip
"""Spellings of one sound in the Latin letters of several languages, and the letter that stands for all of them."""

DOUBLED = re.compile(r"(.)\1+")
BEFORE = re.compile(r"([^\W_][\w.’'-]{0,40}?)[ \u00a0]\Z")
AFTER = re.compile(r"[ \u00a0]([A-Z][\w-]{0,40})")
GLUED = "-’'/_@#."
PARTICLES = frozenset({"chicken", "da", "das", "de", "del", "dell", "della", "der", "des", "di", "do", "dos", "du",
                       "el", "en", "la", "las", "le", "les", "los", "von", "van", "y"})  # fmt: skip
"""Words that tie a place or a surname to a longer name."""

WORDS = frozenset({"Chateau", "Creme", "Decor", "Ecole", "Elite", "Facade", "Hotel", "Liberation", "Opera",
                   "Republique", "Regime", "Resume", "Senor", "Senora", "Societe", "Theatre"})  # fmt: skip
"""Words that stand with and without an accent in names and sentences."""

UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "ß": "ss"})


@cache
def _groups(name: str) -> tuple[dict[str, tuple[str, ...]], frozenset[str]]:
    """The spellings of each name of a list by each of them, and all spellings."""
    groups = {spelling: tuple(line.split()) for line in data(__file__, name) for spelling in line.split()}
    return groups, frozenset(groups)


@cache
def _rarer() -> frozenset[str]:
    """The spellings after the first of each line: one of them must stand in the text for two to do so."""
    lines = data(__file__, "same_given_names") | data(__file__, "same_places")
    return frozenset(spelling for line in lines for spelling in line.split()[1:])


@rule(
    code="NM402",
    severity=Severity.MINOR,
    quotes="outside",
    stable=True,
    finds=("mt.entity-inconsistency",),
)
def two_spellings(doc: Document) -> Iterator[Hit]:
    """One name stands in two ways of writing it in Latin letters."""
    counts = doc.capitalised
    if not _may_differ(counts):
        return
    text = doc.text
    reported: set[int] = set()
    for rare, common, places in (*_accents(text, counts), *_romanised(text, counts), *_respelled(doc, counts)):
        for start in places:
            if start not in reported:
                reported.add(start)
                yield Hit(
                    Span(start, start + len(rare)),
                    f"“{rare}” and “{common}” are two spellings of one name",
                    suggestion=common,
                )


def _may_differ(counts: Counter[str]) -> bool:
    """Whether a word has an accent, a Slavic ending, or a spelling that is in a list; cheap, for mostly none has."""
    if not all(map(str.isascii, counts)) or not _rarer().isdisjoint(counts):
        return True
    if SLAVIC_TAILS.isdisjoint(map(LAST_THREE, counts)):
        return False
    return any(SLAVIC_NAME.fullmatch(word) for word in counts if word[-3:] in SLAVIC_TAILS)


def _accents(text: str, counts: Counter[str]) -> Iterator[Found]:
    """Names that differ by an accent: “Sánchez” and “Sanchez”."""
    accented = [word for word in counts if not word.isascii() and len(word) >= SHORTEST and word[1:].islower()]
    pairs = 0
    for word in accented:
        plain = _plain(word)
        if plain not in counts:
            plain = word.translate(UMLAUTS)
        if plain == word or plain not in counts or plain in WORDS or pairs == MOST:
            continue
        pairs += 1
        rare, common = (word, plain) if counts[word] < counts[plain] else (plain, word)
        places, others = _places(text, rare), _places(text, common)
        if not places or not others or f" {plain.lower()} " in text:
            continue
        given, others_given = _given(text, places), _given(text, others)
        shared = given & others_given
        person = bool(given) and not others_given and given <= data(__file__, "given_names")
        alone = person or not any(_in_longer_name(text, rare, start) for start in places)
        if shared or (alone and len(places) + len(others) > 2):
            yield rare, common, places


def _romanised(text: str, counts: Counter[str]) -> Iterator[Found]:
    """Family names of Eastern Europe that are equal but for how the letters of their alphabet are written."""
    twins = data(__file__, "twin_names")
    first: dict[str, str] = {}
    pairs = 0
    for word in counts:
        plain = word if word.isascii() else _plain(word)
        if plain[-2:] not in LAST_LETTERS or len(word) < SHORTEST or not GERMAN_NAME.fullmatch(plain):
            continue
        other = first.setdefault(_romanised_key(word), word)
        low, high = sorted((word.lower(), other.lower()))
        if other == word or f"{low} {high}" in twins or _plain(word) == _plain(other):
            continue
        if pairs == MOST or not (SLAVIC_NAME.fullmatch(plain) or SLAVIC_NAME.fullmatch(_plain(other))):
            continue
        pairs += 1
        rare, common = (word, other) if counts[word] <= counts[other] else (other, word)
        places, others = _places(text, rare), _places(text, common)
        given, others_given = _given(text, places), _given(text, others)
        if places and others and not (given and others_given and given.isdisjoint(others_given)):
            yield rare, common, places


def _respelled(doc: Document, counts: Counter[str]) -> Iterator[Found]:
    """A given name before one family name, or a city, in two spellings that a list holds."""
    text = doc.text
    groups, spellings = _groups("same_given_names")
    for present in _present(groups, spellings.intersection(counts)):
        families: dict[str, list[tuple[str, int]]] = {}
        for spelling in present:
            for start in _places(text, spelling):
                if match := AFTER.match(text, start + len(spelling)):
                    families.setdefault(_romanised_key(match[1]), []).append((spelling, start))
        for uses in families.values():
            yield from _minority(uses)
    groups, spellings = _groups("same_places")
    for present in _present(groups, spellings.intersection(counts)):
        if not any(re.search(rf"(?:\(|\bor |[Cc]alled |known as |spelled |[“\"‘'/]){one}", text) for one in present):
            uses = [
                (spelling, start)
                for spelling in present
                for start in _places(text, spelling)
                if not _in_longer_name(text, spelling, start) and not doc.in_quotation(Span(start, start + 1))
            ]
            yield from _minority(uses)


def _present(groups: dict[str, tuple[str, ...]], words: frozenset[str]) -> list[tuple[str, ...]]:
    """The groups of which two spellings are among the words, with those spellings."""
    found = {groups[word]: tuple(one for one in groups[word] if one in words) for word in sorted(words)}
    return [present for present in found.values() if len(present) > 1]


def _minority(uses: list[tuple[str, int]]) -> Iterator[Found]:
    """The spellings that are rarer than the commonest one, with their places."""
    counts = Counter(spelling for spelling, _ in uses)
    common = max(counts, key=counts.__getitem__, default="")
    for spelling in counts:
        if spelling != common:
            yield spelling, common, [start for other, start in uses if other == spelling]


def _plain(word: str) -> str:
    """The word without accents and strokes."""
    if word.isascii():
        return word
    return "".join(letter for letter in normalize("NFD", word.translate(LETTERS)) if not combining(letter))


def _romanised_key(word: str) -> str:
    """The word with one letter for each sound that languages write in different ways."""
    key = _plain(word).lower()
    for spelling, letter in ROMANISATIONS:
        key = key.replace(spelling, letter)
    return DOUBLED.sub(r"\1", key)


def _places(text: str, word: str) -> list[int]:
    """Where a word stands as a whole, at most a hundred places."""
    found: list[int] = []
    start = text.find(word, 0, LONGEST_ARTICLE)
    while start >= 0 and len(found) < 100:
        end = start + len(word)
        before, after = text[start - 1 : start], text[end : end + 2]
        inside = after[:1] in GLUED and after[1:].isalnum() and after[1:] not in "sS"
        if not (before.isalnum() or (before and before in GLUED) or after[:1].isalnum() or (after and inside)):
            found.append(start)
        start = text.find(word, end, LONGEST_ARTICLE)
    return found


def _given(text: str, places: list[int]) -> set[str]:
    """The names that stand before a word, titles left out."""
    titles = data(__file__, "near_name_titles")
    found = (BEFORE.search(text, max(0, start - 42), start) for start in places)
    return {match[1] for match in found if match and match[1][0].isupper() and match[1] not in titles}


def _in_longer_name(text: str, word: str, start: int) -> bool:
    """Whether a capitalised word that is no title stands beside the word, or a particle before it."""
    before = BEFORE.search(text, max(0, start - 42), start)
    if before and before[1] in PARTICLES:
        return True
    return bool(_given(text, [start])) or AFTER.match(text, start + len(word)) is not None
