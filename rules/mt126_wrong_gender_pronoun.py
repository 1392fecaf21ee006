"""MT126 looks for a woman who is called “he”: “Kirchner spoke in La Plata. At the event, he stated”."""

from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from auditor.rulekit import LONGEST_ARTICLE, Document, Hit, Severity, Span, data, lazy_pattern, lexicon, rule

HE, SHE, WOMAN, MAN, NAME, PERSON = "he", "she", "a woman", "a man", "a name", "a person"
"""What a word can be: a pronoun, a woman or man who is named or called so, a name or noun that may be either."""

FEW_MEN = 3
"""An article that names more men leaves it open whom “he” means."""

MAN_LASTS, NAME_LASTS, PERSON_LASTS = 6, 5, 3
"""For so many paragraphs “he” may mean a man, somebody whose name tells no gender, a person without a name."""

LONGEST_NAME = 12
"""Words of a name; more in a row are a headline."""

WORD = lazy_pattern(r"[^\W\d_](?:[\w’'-]*\w)?")
POSSESSIVE = lazy_pattern(r"[’']s?\Z")
SENTENCE_END = frozenset('.!?:;“”"‘«»(\n\r')
BEFORE = lazy_pattern(r"(?<!\w)([Ii]n|[Aa]t|[Tt]he|[Ff]rom|[Nn]ear)[ \u00a0]\Z")
LOWER_WORD = lazy_pattern(r"[ \u00a0]([a-z]+)")
VERB_AFTER = lazy_pattern(
    r"[ \u00a0](?:also|and|became|began|brought|came|could|did|does|drew|fell|felt|found|gave|had|has|held|is|kept|knew"
    r"|led|left|lost|made|may|met|might|must|never|put|ran|said|says|saw|sent|set|should|spent|spoke|stood|still|then|thinks"
    r"|thought|told|took|wants|was|went|who|whose|will|won|would|wrote|[a-z]{2,30}ed)\b"
    r"|,[ \u00a0](?:who|whose|the|an?|\d\d)\b"
)
OF_A_MAN = lazy_pattern(
    r"(?:administration|arrest|days|death|election|era|governments?|image|legacy|memory|murder|name|party|polic(?:y|ies)"
    r"|portrait|presidency|rule|statue|times?|trial|wake|years)[ \u00a0]of[ \u00a0](?:the[ \u00a0])?"
    r"(?:(?:late|former|president)[ \u00a0])*\Z"
)
HIS_OWN = lazy_pattern(r"\bhis[ \u00a0][\w \u00a0]{3,40},[ \u00a0]\Z")
OFFICE_NAME = lazy_pattern(r"(?:[ \u00a0](?:at|for|from|in|of)[ \u00a0][\w \u00a0.]{1,40})?,?[ \u00a0]")
OFFICE_SHE = lazy_pattern(r",[ \u00a0]who[ \u00a0][\w \u00a0]{1,50}")
NAME_OFFICE = lazy_pattern(
    r"(?:,[ \u00a0](?:an?|the|former|now|[A-Z][\w’]+)"
    r"|[\w \u00a0]{0,30}[ \u00a0](?:as|be|became|become|is|was)(?:[ \u00a0](?:an?|the))?)"
    r"[ \u00a0](?:[\w-]{1,20}[ \u00a0]){0,3}"
)
STOP = lazy_pattern(r"[.!?;]")
INDEFINITE = lazy_pattern(r"\b(?:[Aa]n?|[Aa]nother|[Oo]ne|[Ee]very|[Ee]ach|[Aa]ny)[ \u00a0](?:[\w-]{1,20}[ \u00a0])?\Z")
NO_NAME = lazy_pattern(r"\w{2,30}(?:ans?|ese|ish|ines?|ists?|ism|is)\Z")


def _words(source: str) -> frozenset[str]:
    return frozenset(source.split())


HE_WORDS = _words("he him his himself He Him His")
SHE_WORDS = _words("she her hers herself She Her Hers")
HE_SIGN = lazy_pattern(r"[Hh](?<!\w.)(?:e|is|im)\b")
MAN_SIGNS = ("Mr ", "Mr. ", "Sir ")
SHE_SIGNS = (" she ", "She ", " her ", "Her ")
OTHER_GENDERS = ("ransgender", "ranssexual", "on-binary", "onbinary", "drag queen", "drag king", "stage name")
WOMAN_TITLES = _words(
    "Mrs Ms Miss Mme Mlle Lady Dame Madame Madam Queen Princess Duchess Countess Baroness Empress Señora Sra Doña"
    " Signora Frau"
)
MAN_TITLES = _words(
    "Mr Messrs Sir Lord King Prince Duke Count Baron Emperor Sultan Father Brother Pope Herr Señor Sr Don Signor"
    " Monsieur Imam Sheikh Emir Ayatollah Rabbi Cardinal Archbishop Bishop Jesus Christ God Allah"
)
NAMESAKES = _words(
    "Hurricane Cyclone Storm Typhoon Operation HMS USS MV St Saint San Santa Sainte Port Lake Mount Fort Cape Point"
    " Virgin"
)
PARTICLES = _words("de da do dos das di del della van von der den la le el al bin ibn ben y e")


class _Mention(NamedTuple):
    """A word or name that “he” or “she” may stand for, or such a pronoun itself.

    faint: it is no one’s first thought, as a name in “the governments of …”.
    """

    kind: str
    start: int
    end: int
    paragraph: int
    word: str
    faint: bool = False


@rule(
    code="MT126",
    severity=Severity.MAJOR,
    quotes="outside",
    stable=True,
    finds=("mt.pronoun",),
)
def wrong_gender_pronoun(doc: Document) -> Iterator[Hit]:
    """A woman is called “he”, where no man was named whom the word could mean."""
    if not _worth_reading(doc):
        return
    mentions = _mentions(doc)
    woman = _woman(doc, mentions) if mentions else ""
    if not woman:
        return
    for mention in _wrong(doc, mentions, woman):
        yield Hit(
            Span(mention.start, mention.end),
            f"“{mention.word}” can only mean {woman}, who is a woman: no man was named here",
            suggestion=_feminine(mention.word),
            confidence=0.8,
        )


def _worth_reading(doc: Document) -> bool:
    """Whether a woman, and no man, is named before the first masculine pronoun; cheap, for mostly it is not so."""
    if not any(sign in doc.folded for sign in (" he ", " his ", " him ")):
        return False
    text, counts = doc.text, doc.capitalised
    female, male = data(__file__, "female_given_names"), data(__file__, "male_given_names")
    men = [word for word in counts if word in male]
    if len(men) > FEW_MEN or (men and female.isdisjoint(counts)):
        return False
    first = HE_SIGN.search(text)
    if first is None:
        return False
    end = first.start()
    if not any(text.find(word, 0, end) >= 0 for word in counts if word in female) and (men or not _has_she(doc)):
        return False
    if any(text.find(sign, 0, end) >= 0 for sign in MAN_SIGNS) or any(_named_before(text, man, end) for man in men):
        return False
    return not any(sign in text for sign in OTHER_GENDERS)


def _has_she(doc: Document) -> bool:
    """Whether a woman is spoken of at least twice, or has her title before her name."""
    text = doc.text
    if "Mrs" in text or "Ms" in text or not WOMAN_TITLES.isdisjoint(doc.capitalised):
        return True
    found = 0
    for sign in SHE_SIGNS:
        found += text.count(sign)
        if found > 1:
            return True
    return False


def _named_before(text: str, man: str, end: int) -> bool:
    """Whether a man is named before the place, not only in “the Néstor Kirchner” or “the days of Néstor Kirchner”."""
    place = text.find(man, 0, end)
    return place >= 0 and not text.endswith(("the ", " of "), 0, place)


def _woman(doc: Document, mentions: list[_Mention]) -> str:
    """The woman of the article, as a name; empty when there is none.

    She has a woman’s given name or title; or the only name that comes twice has “she” beside it, and no man is there.
    """
    women = [mention for mention in mentions if mention.kind == WOMAN]
    shes = sum(m.kind == SHE and not doc.in_quotation(Span(m.start, m.end)) for m in mentions)
    if any(" " in mention.word for mention in women) or (women and shes):
        return max((mention.word for mention in women), key=len)
    if shes < 2 or any(mention.kind == MAN for mention in mentions):
        return ""
    names = [m.word for m in mentions if m.kind == NAME and not doc.in_quotation(Span(m.start, m.end))]
    last = {name.split()[-1] for name in names}
    return max(names, key=len) if len(last) == 1 and len(names) > 1 else ""


def _wrong(doc: Document, mentions: list[_Mention], woman: str) -> Iterator[_Mention]:
    """The masculine pronouns that nobody but the woman can be meant by.

    Before the first of them nobody else may be near; after it the rest is judged by its own paragraph.
    """
    text = doc.text
    surname = woman.split()[-1]
    offices = _offices(text, mentions)
    man = name = person = -100
    seen = sure = False
    for index, mention in enumerate(mentions):
        kind, here = mention.kind, mention.paragraph
        if kind == NAME and mention.word.endswith(surname):
            kind = WOMAN
        if kind == WOMAN:
            seen = True
            continue
        if kind == SHE or (kind != MAN and doc.in_quotation(Span(mention.start, mention.end))):
            continue
        if kind == HE:
            if here - man <= (0 if sure else MAN_LASTS):
                man = here
            elif here - name <= (0 if sure else NAME_LASTS):
                name = here
            elif here - person <= (0 if sure else PERSON_LASTS):
                person = here
            elif _somebody_follows(mentions, index, surname, 15 if sure else 200):
                man = here
            elif seen and (sure or not _beside_she(text, mentions, index)):
                sure = True
                yield mention
        elif not _faint(text, mention, sure):
            if kind == MAN:
                man = here
            elif kind == NAME:
                name = here
            elif mention.word not in offices or INDEFINITE.search(text, max(0, mention.start - 30), mention.start):
                person = here


def _faint(text: str, mention: _Mention, sure: bool) -> bool:
    """Whether “he” would hardly mean this one: a name in “the government of …” or after “his minister”."""
    if mention.faint:
        return True
    if mention.kind == PERSON:
        return _is_adjective(text, mention)
    before = text[max(0, mention.start - 60) : mention.start]
    return OF_A_MAN.search(before) is not None or (sure and HIS_OWN.search(before) is not None)


def _is_adjective(text: str, mention: _Mention) -> bool:
    """Whether a noun follows that the word belongs to: the official programme, a student paper."""
    after = LOWER_WORD.match(text, mention.end, mention.end + 30)
    return after is not None and not (
        after[1] in lexicon("function_words")
        or after[1].endswith(("ed", "ing", "s"))
        or after[1] in lexicon("speech_verbs")
    )


def _somebody_follows(mentions: list[_Mention], index: int, surname: str, near: int) -> bool:
    """Whether the same paragraph soon names somebody whom the pronoun may announce."""
    pronoun = mentions[index]
    for mention in mentions[index + 1 : index + 12]:
        if mention.paragraph != pronoun.paragraph or mention.start - pronoun.end > near:
            return False
        if mention.kind in (MAN, NAME) and not mention.faint and not mention.word.endswith(surname):
            return True
    return False


def _beside_she(text: str, mentions: list[_Mention], index: int) -> bool:
    """Whether the same sentence has “she” too, so that two people are meant: “she said he had followed her”."""
    pronoun = mentions[index]
    for other in mentions[max(0, index - 4) : index + 5]:
        if other.kind == SHE and other.paragraph == pronoun.paragraph:
            start, end = min(other.end, pronoun.end), max(other.start, pronoun.start)
            if not STOP.search(text, start, end):
                return True
    return False


def _offices(text: str, mentions: list[_Mention]) -> set[str]:
    """What the woman is: the vice president of Peru, Rosa Paz; Rosa Paz is a singer; a senator, who hid her age."""
    found = set()
    for one, other in pairwise(mentions):
        if one.kind == WOMAN:
            found.update(one.word.lower().split()[:-1])
        if other.start - one.end > 60:
            continue
        between = text[one.end : other.start]
        if one.kind == PERSON and (
            (other.kind == WOMAN and OFFICE_NAME.fullmatch(between))
            or (other.kind == SHE and OFFICE_SHE.fullmatch(between))
        ):
            found.add(one.word)
        elif other.kind == PERSON and one.kind in (WOMAN, SHE) and NAME_OFFICE.fullmatch(between):
            found.add(other.word)
    return found


def _feminine(word: str) -> str:
    """The pronoun of a woman in the place of that of a man."""
    other = {"he": "she", "him": "her", "his": "her", "himself": "herself"}[word.lower()]
    return other.capitalize() if word[0].isupper() else other


def _mentions(doc: Document) -> list[_Mention]:
    """Everybody whom the article names or tells of, and its pronouns, in order.

    Nothing when a man or somebody unknown comes shortly before the first pronoun: then it is his.
    """
    reader = _Reader(doc)
    first = HE_SIGN.search(doc.text)
    if first is None:
        return []
    reader.read(first.end())
    women = any(mention.kind == WOMAN for mention in reader.found)
    for mention in reader.found:
        age = reader.paragraph - mention.paragraph
        near = (mention.kind == MAN and age <= MAN_LASTS) or (mention.kind == NAME and women and age <= NAME_LASTS)
        if near and not _faint(doc.text, mention, False):
            return []
    reader.read(len(doc.text))
    return reader.found


@cache
def _kinds() -> dict[str, str]:
    """What the words without a capital are, and the pronouns."""
    kinds = dict.fromkeys(data(__file__, "person_words"), PERSON)
    kinds.update(dict.fromkeys(data(__file__, "man_words"), MAN))
    kinds.update(dict.fromkeys(HE_WORDS, HE))
    kinds.update(dict.fromkeys(SHE_WORDS, SHE))
    return kinds


class _Reader:
    """Goes over the words of a text once and keeps which names are a woman’s and which a man’s."""

    def __init__(self, doc: Document) -> None:
        self.text = doc.text
        self.found: list[_Mention] = []
        self.paragraphs = list(doc.paragraphs.starts)
        self.paragraph = 0
        self.female = data(__file__, "female_given_names")
        self.male = data(__file__, "male_given_names")
        self.women: set[str] = set()
        self.stems: set[str] = set()
        self.men: set[str] = set()
        self.done = 0

    def read(self, end: int) -> None:
        """Add what stands before `end` to `found`; another call goes on from there."""
        kinds = _kinds()
        done = self.done
        for match in WORD.finditer(self.text, done, min(end, LONGEST_ARTICLE)):
            word = match[0]
            if word in kinds:
                if match.start() >= done:
                    self._add(kinds[word], *match.span(), word)
            elif not word.islower():
                if match.start() >= done and word[0].isupper():
                    done = self._capitalised(*match.span(), kinds)
            elif word[-1] == "s" and word[-2:] in ("’s", "'s") and word[:-2] in kinds:
                kind = kinds[word[:-2]]
                self._add(kind, match.start(), match.end() - 2, word[:-2], faint=kind == PERSON)
        self.done = max(done, end)

    def _capitalised(self, start: int, end: int, kinds: dict[str, str]) -> int:
        """Read the name, or the first word of a sentence, that begins there; tell where it ends."""
        name, places = self._name(start, end)
        opens = self._opens(start)
        if opens and len(name) == 1 and name[0].lower() in kinds:
            self._add(kinds[name[0].lower()], start, places[-1], name[0].lower())
            return places[-1]
        if opens and name[0] not in WOMAN_TITLES | MAN_TITLES and _is_common(name[0]):
            start = places[0] + 1
            name = name[1:]
        if name:
            self._judge(name, Span(start, places[-1]), opens)
        return places[-1]

    def _opens(self, start: int) -> bool:
        """Whether a sentence, or something like it, begins there."""
        place = start - 1
        while place >= 0 and self.text[place] in " \u00a0" and start - place < 4:
            place -= 1
        return place < 0 or self.text[place] in SENTENCE_END

    def _name(self, start: int, end: int) -> tuple[list[str], list[int]]:
        """The words of the name that begins there, and where each ends."""
        text = self.text
        name, places = [], []
        while True:
            word = text[start:end]
            bare = POSSESSIVE.sub("", word)
            name.append(bare)
            places.append(end)
            if bare != word or len(name) > LONGEST_NAME:
                return name, places
            gap = 2 if text[end : end + 2] == ". " and (len(word) == 1 or word in WOMAN_TITLES | MAN_TITLES) else 1
            if gap == 1 and text[end : end + 1] not in (" ", "\u00a0"):
                return name, places
            after = WORD.match(text, end + gap)
            if after is None:
                return name, places
            if not after[0][0].isupper():
                further = WORD.match(text, after.end() + 1)
                if (
                    after[0] not in PARTICLES
                    or further is None
                    or not further[0][0].isupper()
                    or text[after.end()] not in " \u00a0"
                ):
                    return name, places
                name.append(after[0])
                places.append(after.end())
                after = further
            start, end = after.span()

    def _judge(self, name: list[str], span: Span, opens: bool) -> None:
        """Add a name: a woman’s, a man’s, one that may be either; or leave it, when it is no person’s."""
        found = BEFORE.search(self.text, max(0, span.start - 6), span.start)
        before = found[1].lower() if found else ""
        kind = self._kind(name, span, opens, before)
        if not kind:
            return
        last = name[-1]
        if kind == WOMAN:
            if len(name) > 1 and last not in self.men:
                self.women.add(last)
                self.stems.add(last[:5])
            self.women.update(word for word in name if word in self.female)
        faint = kind != WOMAN and before == "the" and len(name) > 1
        if kind == MAN and len(name) > 1 and not faint:
            self.men.add(last)
            self.women.discard(last)
        self._add(kind, *span, last.lower() if kind == PERSON else " ".join(name), faint=faint and kind != PERSON)

    def _kind(self, name: list[str], span: Span, opens: bool, before: str) -> str:
        """What a name is; empty when it is no person’s."""
        female, male = self.female, self.male
        last, rest = name[-1], name[:-1]
        if not MAN_TITLES.isdisjoint(name):
            return MAN
        if last.lower() in data(__file__, "person_words"):
            return PERSON
        if last in data(__file__, "last_words_of_bodies") or not NAMESAKES.isdisjoint(rest):
            return ""
        if not WOMAN_TITLES.isdisjoint(rest):
            return "" if _is_place(last) else WOMAN
        for word in rest:
            if word in male or word in female:
                return WOMAN if word in female else MAN
        if last in male or last in self.men:
            return MAN
        if last in self.women or last in female:
            return WOMAN
        if last[:5] in self.stems or any(word.endswith("ism") for word in name):
            return ""
        if all(_is_place(word) or NO_NAME.match(word) for word in name) or _is_place(last):
            return ""
        if before and (before != "the" or len(name) == 1):
            return ""
        if len(name) == 1 and opens and not VERB_AFTER.match(self.text, span.end):
            return ""
        return NAME

    def _add(self, kind: str, start: int, end: int, word: str, faint: bool = False) -> None:
        paragraphs = self.paragraphs
        while self.paragraph + 1 < len(paragraphs) and paragraphs[self.paragraph + 1] <= start:
            self.paragraph += 1
        self.found.append(_Mention(kind, start, end, self.paragraph, word, faint))


def _is_common(word: str) -> bool:
    """Whether a capitalised word at the start of a sentence is no name."""
    return word in lexicon("sentence_starters") or word.lower() in lexicon("function_words")


@cache
def _places() -> frozenset[str]:
    """Words of the names of cities and countries, months, days of the week."""
    cities = {word for city in data(__file__, "cities") for word in city.split()}
    return frozenset(cities) | data(__file__, "countries") | lexicon("months") | lexicon("weekdays")


def _is_place(word: str) -> bool:
    """Whether a word names a place or a day, or is written in capitals only."""
    return word in _places() or (len(word) > 1 and word.isupper())
