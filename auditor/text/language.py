"""Which language a text is in, and the passages of an English article that are not English; the door to langdetect.

English is decided from function words alone, other scripts from their letters. langdetect is asked only
about the few sentences that are neither and that hold function words of another language.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec
from itertools import chain, compress, pairwise
from operator import add
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from unicodedata import category

from auditor.errors import ConfigError, ViewUnavailable, nearest
from auditor.span import Span, SpanArray
from auditor.text.lexicon import lexicon
from auditor.text.readability import easy_words

if TYPE_CHECKING:
    from langdetect.detector import Detector
    from langdetect.detector_factory import DetectorFactory

DEFAULT_PROFILES: Final = ("en", "de", "fr", "es", "it", "pt", "nl", "pl", "sv", "tr", "cs", "ro", "ru", "uk")
LISTED: Final = ("de", "fr", "es", "it", "pt", "nl", "pl", "sv", "tr", "cs", "ro")  # function_words_<code>.txt

MIN_LETTERS: Final = 40  # characters; below that langdetect guesses
MIN_CONFIDENCE: Final = 0.8
MIN_SCRIPT_LETTERS: Final = 24  # letters of another script that make a passage; an ideograph counts as three
MIN_SCRIPT_SHARE: Final = 0.6  # of the letters of a sentence
SAMPLE: Final = 2_000  # characters that are looked at; more do not change an answer
LANGUAGE_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "ar": "Arabic",
        "ca": "Catalan",
        "cs": "Czech",
        "da": "Danish",
        "de": "German",
        "el": "Greek",
        "en": "English",
        "es": "Spanish",
        "fa": "Persian",
        "fi": "Finnish",
        "fr": "French",
        "he": "Hebrew",
        "hi": "Hindi",
        "hu": "Hungarian",
        "id": "Indonesian",
        "it": "Italian",
        "ja": "Japanese",
        "ko": "Korean",
        "nl": "Dutch",
        "no": "Norwegian",
        "pl": "Polish",
        "pt": "Portuguese",
        "ro": "Romanian",
        "ru": "Russian",
        "sr": "Serbian",
        "sv": "Swedish",
        "tr": "Turkish",
        "uk": "Ukrainian",
        "vi": "Vietnamese",
        "zh": "Chinese",
    }
)
"""English names of the languages that news is translated from, by ISO 639-1 code."""

UNDETERMINED: Final = "und"  # ISO 639-2: Cyrillic letters that could be of several languages
SEED: Final = 0

# First letter, last letter, language. Cyrillic and Arabic letters serve several languages: see `_script`.
_CYRILLIC: Final = "cyrillic"
_ARABIC: Final = "arabic"
_HAN: Final = "zh"
_SCRIPTS: Final = (
    (0x0370, 0x03FF, "el"),
    (0x0400, 0x052F, _CYRILLIC),
    (0x0531, 0x058F, "hy"),
    (0x0590, 0x05FF, "he"),
    (0x0600, 0x06FF, _ARABIC),
    (0x0750, 0x077F, _ARABIC),
    (0x08A0, 0x08FF, _ARABIC),
    (0x0900, 0x097F, "hi"),
    (0x0980, 0x09FF, "bn"),
    (0x0A00, 0x0A7F, "pa"),
    (0x0A80, 0x0AFF, "gu"),
    (0x0B80, 0x0BFF, "ta"),
    (0x0C00, 0x0C7F, "te"),
    (0x0C80, 0x0CFF, "kn"),
    (0x0D00, 0x0D7F, "ml"),
    (0x0E00, 0x0E7F, "th"),
    (0x10A0, 0x10FF, "ka"),
    (0x1100, 0x11FF, "ko"),
    (0x1F00, 0x1FFF, "el"),
    (0x3040, 0x30FF, "ja"),
    (0x3130, 0x318F, "ko"),
    (0x31F0, 0x31FF, "ja"),
    (0x3400, 0x4DBF, _HAN),
    (0x4E00, 0x9FFF, _HAN),
    (0xAC00, 0xD7AF, "ko"),
    (0xF900, 0xFAFF, _HAN),
    (0xFB1D, 0xFB4F, "he"),
    (0xFB50, 0xFDFF, _ARABIC),
    (0xFE70, 0xFEFF, _ARABIC),
    (0x20000, 0x3FFFF, _HAN),
)
_STARTS: Final = tuple(first for first, _, _ in _SCRIPTS)
_IDEOGRAPHIC: Final = frozenset({"ja", "ko", _HAN})
_CYRILLIC_CODES: Final = frozenset({"bg", "mk", "ru", "uk"})
_NOT_LATIN: Final = _CYRILLIC_CODES.union((code for _, _, code in _SCRIPTS), ("fa", "ur", "ne", "mr", "zh-cn", "zh-tw"))
_UKRAINIAN: Final = frozenset("іїєґ")
_RUSSIAN: Final = frozenset("ыэъё")
_URDU: Final = frozenset("ٹڈڑے")
_PERSIAN: Final = frozenset("پچژگ")

_ASCII: Final = bytes(range(128))
_STOPS: Final = ".!?…。！？｡।॥؟۔"
_KEPT_CHARACTERS: Final = 4_096  # whose script, or whose form in a letter group, is remembered
_SPACES: Final = re.compile(" {2,}")
_WORD: Final = re.compile(r"[^\W\d_]+")
_LONG: Final = 400  # characters; a longer sentence may be two languages, so one English word clears it no more
_ENGLISH_RATE: Final = 0.06  # of these four words in a text; news has 0.10 to 0.20, other languages 0 to 0.03
_ENGLISH_WORDS: Final = (" the ", " and ", " of ", " to ")
_ENGLISH_DENSITY: Final = 0.012  # of these words to a character: the same rate at five characters to a space
_DENSE: Final = 200  # characters of a text in which the density counts
_ENGLISH_SHARE: Final = 0.2  # of English function words in a short text
_FOREIGN_SHARE: Final = 0.2  # of another language's function words in running text
_MIN_EVIDENCE: Final = 2  # different function words that bear a language out
_MIN_RUNNING: Final = 4  # words in lower case that make running text
_RUNNING_SHARE: Final = 0.4  # of a sentence's words
_CHANCE: Final = 0.15  # of words in another language that look like common English ones: gift, land, table
_CONFIRMED: Final = 10  # sentences of one text in one language; then langdetect is not asked again about it
_SURE: Final = 0.95  # langdetect's probability where no function word bears it out


def language_name(code: str) -> str:
    """The English name of a language, its code when we have no name for it."""
    return LANGUAGE_NAMES.get(code, code)


@dataclass(frozen=True, slots=True)
class LanguageGuess:
    """A language code (ISO 639-1, `zh`, or `und`) and the confidence from 0 to 1; None and 0.0 for no answer."""

    code: str | None
    confidence: float


@dataclass(frozen=True, slots=True)
class ForeignPassage:
    """Neighbouring sentences in another language: the span from the first to the last of them.

    `confidence` is the lowest of the sentences', from 0 to 1: langdetect's probability, or the share of
    the script among the letters.
    """

    span: Span
    code: str
    confidence: float


NO_GUESS: Final = LanguageGuess(None, 0.0)


class LanguageDetector:
    """langdetect with a few profiles, the same answer for the same text whatever was asked before.

    `profiles` are names of langdetect's language profiles, at least two (`profile_names()`); they are read
    when the first text needs them. An instance holds nothing that depends on the texts it has seen and may
    be shared by threads.

    Raises ConfigError for an unknown, doubled or lonely profile, ViewUnavailable without langdetect.
    """

    __slots__ = ("_factory", "all_evidence", "evidence", "profiles")

    def __init__(self, profiles: Sequence[str] = DEFAULT_PROFILES) -> None:
        known = profile_names()
        for profile in profiles:
            if profile not in known:
                raise ConfigError(f"no language profile “{profile}”{nearest(profile, known)}")
        if len(set(profiles)) != len(profiles) or len(profiles) < 2:
            raise ConfigError(f"two or more different language profiles are needed, not {list(profiles)}")
        self.profiles: Final = tuple(profiles)
        self.evidence: Final = {code: foreign_words(code) for code in profiles if code in LISTED}
        self.all_evidence: Final[frozenset[str]] = frozenset().union(*self.evidence.values())
        self._factory: DetectorFactory | None = None

    def detect(self, text: str) -> LanguageGuess:
        """The language of `text`, judged by its first 2,000 characters.

        Silent (`NO_GUESS`) below 40 letters, where a Han, Kana or Hangul letter counts as three, and below
        a confidence of 0.8. Never raises on a text.
        """
        sample = text[:SAMPLE]
        letters = sum(map(str.isalpha, sample))
        code, count, share = _script(sample)
        if code in _IDEOGRAPHIC:
            letters += 2 * count
        if letters < MIN_LETTERS:
            return NO_GUESS
        if code is not None and share >= MIN_SCRIPT_SHARE:
            guess = self.of_script(sample, code, share)
            return guess if guess.confidence >= MIN_CONFIDENCE else NO_GUESS
        return self._latin(sample)

    def of_script(self, sample: str, script: str, share: float) -> LanguageGuess:
        """The language of a sample most of whose letters are of `script`, with their `share` as confidence.

        Only Cyrillic is put to langdetect, as far as its languages are among the profiles; where that gives
        nothing, Ukrainian and Russian are told by their own letters, and the rest is `und`.
        """
        if script != _CYRILLIC:
            return LanguageGuess(script, share)
        by_letters = _cyrillic(sample)
        if not _CYRILLIC_CODES.isdisjoint(self.profiles):
            for guess in self._ask(sample):
                sure = guess.code in _CYRILLIC_CODES and guess.confidence >= MIN_CONFIDENCE
                # With one Cyrillic profile alone langdetect has no choice: then the letters decide.
                if sure and (by_letters in (guess.code, UNDETERMINED) or by_letters in self.profiles):
                    return guess
        return LanguageGuess(by_letters, share)

    def _latin(self, sample: str) -> LanguageGuess:
        """langdetect's first answer about a sample in Latin letters, when it is sure."""
        for guess in self._ask(sample)[:1]:
            if guess.confidence >= MIN_CONFIDENCE and guess.code not in _NOT_LATIN:
                return guess
        return NO_GUESS

    def _ask(self, sample: str) -> list[LanguageGuess]:
        """langdetect's answers, the most probable first; none for a text without a known letter group."""
        from langdetect.lang_detect_exception import LangDetectException

        detector = _detector_class()(self._loaded())
        detector.append(sample)
        try:
            answers = detector.get_probabilities()
        except LangDetectException:  # “No features in text.”
            return []
        return [LanguageGuess(answer.lang, min(1.0, answer.prob)) for answer in answers]

    def _loaded(self) -> DetectorFactory:
        """The library's factory with this instance's profiles."""
        if self._factory is None:
            from langdetect.detector_factory import DetectorFactory

            folder = _profile_folder()
            factory = DetectorFactory()
            factory.set_seed(SEED)  # of this factory: the class, which others may use, is left alone
            profiles = [json.loads((folder / code).read_text(encoding="utf-8")) for code in self.profiles]
            factory.langlist = [profile["name"] for profile in profiles]
            factory.word_lang_prob_map = _Probabilities([(found["freq"], found["n_words"]) for found in profiles])
            self._factory = factory  # last, so that another thread sees it whole or not at all
        return self._factory


class _Probabilities(dict[str, "list[float] | None"]):
    """What langdetect computes of its profiles for every letter group, computed when a group is asked for.

    `profiles` are the counts of the groups of one to three letters, and the sums of the counts by length.
    """

    __slots__ = ("_profiles",)

    def __init__(self, profiles: list[tuple[dict[str, int], list[int]]]) -> None:
        self._profiles = profiles
        for counts, _ in profiles:
            self.update(dict.fromkeys(counts))

    def __getitem__(self, group: str) -> list[float]:
        row = self.get(group)
        if row is None:
            place = len(group) - 1
            row = [counts[group] / sums[place] if group in counts else 0.0 for counts, sums in self._profiles]
            self[group] = row
        return row


@cache
def _detector_class() -> type[Detector]:
    """langdetect's detector with its two inner loops in less time: same groups in same order, same arithmetic."""
    from langdetect.detector import Detector
    from langdetect.utils.ngram import NGram

    normal = lru_cache(_KEPT_CHARACTERS)(NGram.normalize)

    class QuickDetector(Detector):  # type: ignore[misc]
        def _extract_ngrams(self) -> list[str]:
            signs = "  " + _SPACES.sub(" ", "".join(map(normal, self.text)))
            last = signs[2:]
            pairs = list(map(add, signs[1:], last))
            triples = map(add, signs, pairs)
            # A capital after a capital, as in an acronym, ends no group.
            capitals = list(map(str.isupper, signs[1:]))
            kept = [not (one and two) for one, two in pairwise(capitals)]
            groups = chain.from_iterable(compress(zip(last, pairs, triples, strict=False), kept))
            # No group of a profile is a space, or has one in its middle.
            return list(filter(self.word_lang_prob_map.__contains__, groups))

        def _update_lang_prob(self, prob: list[float], word: str, alpha: float) -> bool:
            weight = alpha / self.BASE_FREQ
            prob[:] = [one * (weight + other) for one, other in zip(prob, self.word_lang_prob_map[word], strict=True)]
            return True

    return QuickDetector


@cache
def default_detector() -> LanguageDetector:
    """The detector with `DEFAULT_PROFILES`, one in a process."""
    return LanguageDetector()


def profile_names() -> list[str]:
    """The names of langdetect's language profiles, sorted; found without importing it.

    Raises ViewUnavailable when langdetect is not installed.
    """
    return sorted(path.name for path in _profile_folder().iterdir() if not path.name.startswith("."))


def _profile_folder() -> Path:
    """Where langdetect keeps its profiles."""
    spec = find_spec("langdetect")
    if spec is None or not spec.submodule_search_locations:
        raise ViewUnavailable("the language view needs the package langdetect: install it")
    return Path(spec.submodule_search_locations[0]) / "profiles"


@cache
def foreign_words(code: str) -> frozenset[str]:
    """Function words of a language in `LISTED` that are not also English ones. Own compilation."""
    return lexicon(f"function_words_{code}") - lexicon("function_words_en")


@cache
def english_words() -> frozenset[str]:
    """Function words and very common words of English that are function words of no language in `LISTED`."""
    return lexicon("function_words_en").difference(*(lexicon(f"function_words_{code}") for code in LISTED))


@cache
def _common_words() -> frozenset[str]:
    """English function words and the Dale–Chall easy words."""
    return lexicon("function_words_en") | easy_words()


@cache
def _surely_english() -> frozenset[str]:
    """The common words that are function words of no language in `LISTED`."""
    return _common_words().difference(*(lexicon(f"function_words_{code}") for code in LISTED))


def article_language(text: str, detector: LanguageDetector | None = None) -> LanguageGuess:
    """The main language of an article, judged by its first, middle and last 2,000 characters.

    English is decided from the share of English function words alone, with confidence 1.0. Only a text
    that fails there is put to `detector` (None: `default_detector()`), and an answer other than a script's must
    be borne out by function words, so that lists of names have no language (`NO_GUESS`).
    """
    detector = default_detector() if detector is None else detector
    sample = text
    if len(text) > 3 * SAMPLE:
        middle = len(text) // 2
        sample = text[:SAMPLE] + "\n" + text[middle : middle + SAMPLE] + "\n" + text[-SAMPLE:]
    if _is_dense(sample):
        return LanguageGuess("en", 1.0)
    spaces = sample.count(" ")
    if spaces >= 30 and sum(map(sample.count, _ENGLISH_WORDS)) >= _ENGLISH_RATE * spaces:
        return LanguageGuess("en", 1.0)
    tokens = _WORD.findall(sample.lower())
    if not tokens:
        return NO_GUESS
    english = lexicon("function_words_en")
    share = sum(token in english for token in tokens) / len(tokens)
    strong = len(english_words().intersection(tokens))
    if share >= _ENGLISH_SHARE and strong >= max(
        1, max(map(len, (set(tokens) & words for words in detector.evidence.values())), default=0)
    ):
        return LanguageGuess("en", 1.0)
    guess = detector.detect(sample)
    if guess.code in detector.evidence and not _borne_out(tokens, detector.evidence[guess.code]):
        return NO_GUESS
    return guess


def _is_dense(sample: str) -> bool:
    """Whether the commonest English words are so frequent that nothing else need be counted: the usual case."""
    wanted = _ENGLISH_DENSITY * len(sample)
    if len(sample) >= _DENSE:
        for word in _ENGLISH_WORDS:
            wanted -= sample.count(word)
            if wanted <= 0:
                return True
    return False


def foreign_passages(text: str, sentences: SpanArray, detector: LanguageDetector | None = None) -> list[ForeignPassage]:
    """The passages of an English article that are in another language, in order.

    `sentences` are the sentences of `text`, sorted and disjoint. A sentence of 40 characters or more is
    foreign when it holds function words of another language and hardly an English one and langdetect agrees
    with a probability of 0.8, or when it is running text without a known English word and langdetect is sure
    (0.95). Words in another script are a passage from 24 letters on when the sentence is in that script,
    from 40 on inside an English sentence; ideographs count three times. Neighbours of one language make one
    passage, also over a shorter sentence between them that shows no English. Names, lists of names, results
    and titles have no function words in lower case and are left alone.

    Not found: a clause in Latin letters inside an English sentence, headlines in capitals, phrases of less
    than 40 characters. `detector`: None for `default_detector()`.
    """
    detector = default_detector() if detector is None else detector
    scripts = _has_other_script(text)
    confirmed: Counter[str] = Counter()
    found: list[ForeignPassage] = []
    open_passage: ForeignPassage | None = None
    for start, end in zip(sentences.starts, sentences.ends, strict=True):
        passage: ForeignPassage | None = None
        if scripts:
            passage = _script_passage(text, start, end, detector)
        if passage is None:
            short = end - start < MIN_LETTERS
            if short and open_passage is None:
                continue
            sentence = text[start:end]
            if end - start <= _LONG and (" the " in sentence or " and " in sentence):
                if open_passage is None:
                    continue
            else:
                guess = _judge(sentence, detector, confirmed)
                if guess is None and short:
                    continue  # neither begins a passage nor ends one
                if guess is not None and guess.code is not None:
                    passage = ForeignPassage(Span(start, end), guess.code, guess.confidence)
        if open_passage is not None:
            if passage is not None and passage.code == open_passage.code:
                open_passage = ForeignPassage(
                    Span(open_passage.span.start, passage.span.end),
                    passage.code,
                    min(open_passage.confidence, passage.confidence),
                )
                continue
            found.append(open_passage)
        open_passage = passage
    if open_passage is not None:
        found.append(open_passage)
    return found


def _judge(sentence: str, detector: LanguageDetector, confirmed: Counter[str]) -> LanguageGuess | None:
    """A foreign language, `NO_GUESS` for English, None for names, numbers and what is too short to tell.

    `confirmed` counts the sentences of this text in which langdetect confirmed a language: after ten, function
    words of that language alone decide, so that a long foreign text stays cheap.
    """
    split = sentence.split()
    if detector.all_evidence.isdisjoint(split):
        if not english_words().isdisjoint(split):
            return NO_GUESS
    elif len(english_words().intersection(split)) > len(detector.all_evidence.intersection(split)):
        return NO_GUESS
    if len(sentence) < MIN_LETTERS:
        return None
    sample = sentence[:SAMPLE]
    tokens = _WORD.findall(sample)
    running = [token for token in tokens if token.islower()]  # a capital inside a sentence makes a name
    if len(running) < max(_MIN_RUNNING, _RUNNING_SHARE * len(tokens)):
        return None
    borne_out: set[str] = set()
    if len(detector.all_evidence.intersection(running)) >= _MIN_EVIDENCE:
        english = sum(token in _surely_english() for token in running)
        borne_out = {
            code
            for code, words in detector.evidence.items()
            if _borne_out(running, words) and 2 * english < sum(token in words for token in running)
        }
    common = _common_words()
    plain = len([token for token in running if token in common]) <= _CHANCE * len(running)
    if not borne_out and not plain:
        return None
    if len(borne_out) == 1 and confirmed[next(iter(borne_out))] >= _CONFIRMED:
        return LanguageGuess(next(iter(borne_out)), MIN_CONFIDENCE)
    guess = detector.detect(sample)
    if guess.code in borne_out:
        confirmed[guess.code] += 1
        return guess
    if plain and guess.code not in (None, "en") and guess.confidence >= _SURE:
        return guess
    return None


def _script_passage(text: str, start: int, end: int, detector: LanguageDetector) -> ForeignPassage | None:
    """The part of a sentence that is in another script: all of it, or from the first such letter to the last."""
    sentence = text[start : min(end, start + SAMPLE)]
    if sentence.isascii():
        return None
    code, count, share = _script(sentence)
    if code is None:
        return None
    weight = count * (3 if code in _IDEOGRAPHIC else 1)
    if share < MIN_SCRIPT_SHARE:
        places = [place for place, letter in enumerate(sentence) if _script_of(letter) is not None]
        stop = places[-1] + 1
        while stop < len(sentence) and sentence[stop] in _STOPS:
            stop += 1
        start, end = start + places[0], start + stop
        sentence = text[start:end]
        code, _, share = _script(sentence)
        if weight < MIN_LETTERS or code is None or share < MIN_SCRIPT_SHARE:
            return None
    elif weight < MIN_SCRIPT_LETTERS:
        return None
    guess = detector.of_script(sentence, code, share)
    return ForeignPassage(Span(start, end), guess.code or UNDETERMINED, guess.confidence)


def _borne_out(tokens: list[str], words: frozenset[str]) -> bool:
    """Whether function words are as frequent among the tokens of a text as in running text."""
    met = [token for token in tokens if token in words]
    return len(set(met)) >= _MIN_EVIDENCE and len(met) >= _FOREIGN_SHARE * len(tokens)


def _has_other_script(text: str) -> bool:
    """Whether a text holds a letter of a script other than Latin."""
    if text.isascii():
        return False
    beyond = text.encode("utf-8", "surrogatepass").translate(None, _ASCII).decode("utf-8", "surrogatepass")
    return any(_script_of(character) is not None for character in set(beyond))


@lru_cache(_KEPT_CHARACTERS)
def _script_of(character: str) -> str | None:
    """The script of a letter or vowel sign by the table; None for Latin letters and other signs."""
    place = bisect_right(_STARTS, ord(character)) - 1
    if place < 0 or ord(character) > _SCRIPTS[place][1] or category(character)[0] not in "LM":
        return None
    return _SCRIPTS[place][2]


def _script(sample: str) -> tuple[str | None, int, float]:
    """The commonest script other than Latin: its code, its letters, their share of all letters.

    (None, 0, 0.0) when there is none. Japanese is told from Chinese by a tenth of Kana; Persian and Urdu
    from Arabic by letters that Arabic lacks.
    """
    letters = 0
    counts: Counter[str] = Counter()
    for character, number in Counter(sample).items():
        script = None if character.isascii() else _script_of(character)
        if script is not None:
            counts[script] += number
            letters += number
        elif character.isalpha():
            letters += number
    if not counts:
        return None, 0, 0.0
    if counts["ja"] and counts["ja"] * 10 >= counts[_HAN]:
        counts["ja"] += counts.pop(_HAN, 0)
    code, count = max(counts.items(), key=lambda item: (item[1], item[0]))
    if code == _ARABIC:
        met = set(sample)
        code = "ur" if met & _URDU else "fa" if met & _PERSIAN else "ar"
    return code, count, count / letters


def _cyrillic(sample: str) -> str:
    """Ukrainian or Russian by the letters that only one of the two has, whichever has more; else `und`."""
    met = Counter(sample.lower())
    ukrainian = sum(met[letter] for letter in _UKRAINIAN)
    russian = sum(met[letter] for letter in _RUSSIAN)
    if ukrainian == russian:
        return UNDETERMINED
    return "uk" if ukrainian > russian else "ru"
