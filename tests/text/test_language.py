"""Language: foreign sentences in English articles are found, names and results are not, answers never vary."""

from __future__ import annotations

import html
import json
import random
import re
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.errors import ConfigError
from auditor.span import Span, SpanArray
from auditor.text import language as module
from auditor.text.language import (
    DEFAULT_PROFILES,
    NO_GUESS,
    ForeignPassage,
    LanguageDetector,
    LanguageGuess,
    article_language,
    default_detector,
    foreign_passages,
    profile_names,
)
from tests.conftest import dev_texts

CLEAN = ("human_bbc2005", "human_abc2006", "human_wmt_en_sources", "human_aeb_articles", "human_gum")

ENGLISH = (
    "The council voted on Monday to close the old bridge, which engineers say is no longer safe.",
    "Residents were told to use the crossing at Mill Lane until a new one is built in two years.",
    "“We have waited for this decision for a long time,” said Anna Whitfield, who runs a shop nearby.",
    "The work will cost about £4.2m and is expected to begin in the spring, the council added.",
)

FOREIGN = {
    "de": (
        "Die Regierung hat am Dienstag angekündigt, dass die Steuern im kommenden Jahr nicht erhöht werden.",
        "Viele Bewohner der Stadt haben die Nacht in einer Turnhalle verbracht.",
        "Lesen Sie auch: Warum der Bahnhof noch immer gesperrt ist",
        "„Wir wissen nicht, wie lange das Wasser noch steigen wird“, sagte der Bürgermeister.",
        "Bitte aktivieren Sie JavaScript, um diese Seite zu sehen.",
    ),
    "fr": (
        "Le gouvernement a annoncé mardi que les impôts ne seront pas augmentés l'année prochaine.",
        "De nombreux habitants de la ville ont passé la nuit dans un gymnase.",
        "Cet article est réservé aux abonnés, il vous reste 80 % à lire.",
        "« Nous ne savons pas combien de temps l'eau va encore monter », a déclaré le maire.",
        "À lire aussi : pourquoi la gare est toujours fermée au public",
    ),
    "es": (
        "El gobierno anunció el martes que los impuestos no subirán el próximo año.",
        "Muchos vecinos de la ciudad pasaron la noche en un gimnasio.",
        "Te puede interesar: por qué la estación sigue cerrada al público",
        "«No sabemos hasta cuándo va a seguir subiendo el agua», dijo el alcalde.",
        "Todos los derechos reservados, prohibida la reproducción total o parcial de este artículo.",
    ),
    "it": (
        "Il governo ha annunciato martedì che le tasse non saranno aumentate il prossimo anno.",
        "Molti abitanti della città hanno passato la notte in una palestra.",
        "Leggi anche: perché la stazione è ancora chiusa al pubblico",
        "«Non sappiamo per quanto tempo l'acqua continuerà a salire», ha detto il sindaco.",
        "L'articolo è riservato agli abbonati, accedi per continuare la lettura.",
    ),
    "pt": (
        "O governo anunciou na terça-feira que os impostos não vão subir no próximo ano.",
        "Muitos moradores da cidade passaram a noite em um ginásio.",
        "Leia também: por que a estação continua fechada ao público",
        "“Não sabemos até quando a água vai continuar a subir”, disse o prefeito.",
        "O conteúdo desta página é exclusivo para os assinantes do jornal.",
    ),
    "nl": (
        "De regering heeft dinsdag bekendgemaakt dat de belastingen volgend jaar niet worden verhoogd.",
        "Veel inwoners van de stad hebben de nacht in een gymzaal doorgebracht.",
        "Lees ook: waarom het station nog altijd gesloten is",
        "“We weten niet hoelang het water nog zal stijgen”, zei de burgemeester.",
        "Dit artikel is alleen voor abonnees, log in om verder te lezen.",
    ),
    "pl": (
        "Rząd ogłosił we wtorek, że podatki nie zostaną podniesione w przyszłym roku.",
        "Wielu mieszkańców miasta spędziło noc w sali gimnastycznej.",
        "Czytaj także: dlaczego dworzec jest nadal zamknięty",
    ),
    "sv": (
        "Regeringen meddelade på tisdagen att skatterna inte kommer att höjas nästa år.",
        "Många av stadens invånare har tillbringat natten i en gymnastiksal.",
    ),
    "tr": (
        "Hükümet salı günü vergilerin gelecek yıl için artırılmayacağını ve bu kararın kesin olduğunu açıkladı.",
        "Belediye başkanı, suyun daha ne kadar yükseleceğini bilmiyoruz dedi ve herkes için uyarıda bulundu.",
    ),
    "ru": (
        "Правительство объявило во вторник, что налоги в будущем году повышены не будут.",
        "Многие жители города провели эту ночь в спортивном зале.",
        "Читайте также: почему вокзал всё ещё закрыт для пассажиров",
        "«Мы не знаем, как долго ещё будет подниматься вода», — сказал мэр города.",
    ),
    "uk": (
        "Уряд оголосив у вівторок, що податки наступного року не будуть підвищені.",
        "Багато мешканців міста провели ніч у спортивній залі.",
        "Читайте також: чому вокзал і досі зачинений для пасажирів",
    ),
    "zh": (
        "政府星期二宣布，明年不会提高税收，市民对此表示欢迎。",
        "许多居民在体育馆里过夜，水位仍在上涨。",
        "本文未经许可不得转载，版权归本报所有。",
    ),
    "ar": (
        "أعلنت الحكومة يوم الثلاثاء أن الضرائب لن ترتفع في العام المقبل.",
        "أمضى كثير من سكان المدينة ليلتهم في صالة رياضية.",
        "اقرأ أيضا: لماذا لا تزال المحطة مغلقة أمام الجمهور",
    ),
    "he": ("הממשלה הודיעה ביום שלישי כי המסים לא יועלו בשנה הבאה.",),
    "ja": ("政府は火曜日、来年は税金を引き上げないと発表しました。",),
    "ko": ("정부는 화요일에 내년에는 세금을 올리지 않겠다고 발표했다.",),
    "el": ("Η κυβέρνηση ανακοίνωσε την Τρίτη ότι οι φόροι δεν θα αυξηθούν το επόμενο έτος.",),
    "hi": ("सरकार ने मंगलवार को घोषणा की कि अगले साल कर नहीं बढ़ाए जाएंगे।",),
}

NOT_FOREIGN = (
    "Zinedine Zidane, Claude Makélélé, Lilian Thuram, Thierry Henry, Patrick Vieira, Robert Pirès",
    "T di Campora; Silvio Ferrantini, O Bellavista, E Conti, R Malaspina; D Torlonia, C Verri; P Lo Bianco",
    "K Mabuza, PJ van der Horst, L Kotze, B Vermaak, S Coetzer, W de Klerk, N du Preez/A Malan.",
    "Real Madrid 2-1 Barcelona, Bayern München 0-0 Borussia Dortmund, AC Milan 3-2 Juventus",
    "Roger Federer bt Juan Carlos Ferrero 6-4 6-2, Guillermo Coria bt Gastón Gaudio 7-5 6-3",
    "Mayor Gérard Collomb of Lyon met São Paulo's José Serra in Brasília",
    "“Le Fabuleux Destin d'Amélie Poulain”, “Das Leben der Anderen”, “La vita è bella”",
    "Author Gabriel García Márquez wrote “El amor en los tiempos del cólera” while living in Cartagena.",
    "Oscar de la Hoya beat Fernando Vargas by knockout last night in Las Vegas, Nevada",
    "Café Zur Alten Mühle, Hauptstraße 14, 50667 Köln, Germany, Tel. 0221 555 0100",
    "Global warming features particularly high on ministers' agendas this winter, analysts believe.",
    "http://www.example.com/la/de/el/los/que/die/der/das/und/nicht/index.html?id=12345",
    "Shares: BMW AG 41.20, Société Générale 78.35, Telefónica SA 13.02, Fiat SpA 5.88, ING Groep NV 22.11",
    "(Xi Jinping, Chinese: 习近平) is the president.",
    "Vladimir Putin (Владимир Путин) visited Kyiv (Київ) once in two thousand and four.",
    "Lorem ipsum dolor sit amet, consectetur adipiscing elit",
)


def split(text: str) -> SpanArray:
    """Sentences well enough for these tests: ends at a stop and white space, and at a line end."""
    found = re.finditer(r"\S(?:.*?[.!?]+[”“»\"]?(?=\s|$)|.*)", text, re.MULTILINE)
    return SpanArray(match.span() for match in found)


def passages(text: str) -> list[ForeignPassage]:
    return foreign_passages(text, split(text))


@pytest.mark.parametrize("place", range(5))
@pytest.mark.parametrize(("code", "sentence"), [(code, text) for code, texts in FOREIGN.items() for text in texts])
def test_a_foreign_line_in_an_english_article(code: str, sentence: str, place: int) -> None:
    text = "\n\n".join([*ENGLISH[:place], sentence, *ENGLISH[place:]])
    start = text.index(sentence)
    found = passages(text)
    assert [(one.code, one.span) for one in found] == [(code, Span(start, start + len(sentence)))]
    assert found[0].confidence >= 0.8


@pytest.mark.parametrize(("code", "sentence"), [(code, texts[0]) for code, texts in FOREIGN.items()])
def test_a_foreign_sentence_inside_a_paragraph(code: str, sentence: str) -> None:
    text = " ".join([*ENGLISH[:2], sentence, *ENGLISH[2:]])
    assert [(one.code, one.span.of(text)) for one in passages(text)] == [(code, sentence)]


@pytest.mark.parametrize("code", ["de", "fr", "es", "it", "pt", "nl", "ru", "uk", "zh", "ar"])
def test_neighbours_are_one_passage(code: str) -> None:
    block = "\n\n".join(FOREIGN[code][:3])
    text = "\n\n".join([ENGLISH[0], block, ENGLISH[1]])
    assert [(one.code, one.span.of(text)) for one in passages(text)] == [(code, block)]


def test_two_languages_are_two_passages_and_a_short_sentence_joins() -> None:
    german, french = FOREIGN["de"], FOREIGN["fr"]
    text = f"{german[0]} Ach ja. {german[1]} {french[0]}"
    assert [(one.code, one.span.of(text)) for one in passages(text)] == [
        ("de", f"{german[0]} Ach ja. {german[1]}"),
        ("fr", french[0]),
    ]
    text = f"{german[0]} They said that. {german[1]}"
    assert [one.span.of(text) for one in passages(text)] == [german[0], german[1]]


def test_another_script_inside_an_english_sentence() -> None:
    quoted = "Мы не можем согласиться с решением, которое приняло правительство"
    text = f"The minister wrote “{quoted}” and left the room without another word to the people there."
    assert [(one.code, one.span.of(text)) for one in passages(text)] == [("ru", quoted)]


@pytest.mark.parametrize("text", NOT_FOREIGN)
def test_names_results_titles_and_english_are_left_alone(text: str) -> None:
    assert passages(text) == []
    assert passages("\n\n".join([ENGLISH[0], text, ENGLISH[1]])) == []


@pytest.mark.parametrize("sentence", ENGLISH)
def test_english(sentence: str) -> None:
    assert article_language(sentence) == LanguageGuess("en", 1.0)
    assert passages(sentence) == []


@pytest.mark.parametrize("code", FOREIGN)
def test_language_of_a_foreign_article(code: str) -> None:
    text = "\n\n".join(FOREIGN[code] * 3)
    guess = article_language(text)
    assert guess.code == code
    assert guess.confidence >= 0.8


def test_a_list_of_names_has_no_language() -> None:
    names = "\n".join(NOT_FOREIGN[:3])
    assert article_language(names).code in (None, "en")
    assert article_language("").code is None
    assert article_language("12.3 45 % — 7").code is None


def test_detect_is_silent_on_little_text() -> None:
    detector = default_detector()
    assert detector.detect("Die Regierung hat") == NO_GUESS
    assert detector.detect("1234567890 " * 20) == NO_GUESS
    assert detector.detect(FOREIGN["de"][0]).code == "de"
    assert detector.detect(" ".join(ENGLISH)).code == "en"


def test_cyrillic_without_its_profiles_is_told_by_letters() -> None:
    detector = LanguageDetector(("en", "de"))
    for code in ("ru", "uk"):
        assert detector.detect(" ".join(FOREIGN[code])).code == code
    for profiles in (("en", "ru"), ("en", "uk")):
        for code in ("ru", "uk"):
            assert LanguageDetector(profiles).detect(" ".join(FOREIGN[code])).code == code


def test_a_language_without_a_word_list() -> None:
    text = "Hallitus ilmoitti tiistaina, että veroja ei koroteta ensi vuonna eikä sen jälkeenkään."
    detector = LanguageDetector(("en", "fi", "de"))
    assert [one.code for one in foreign_passages(text, split(text), detector)] == ["fi"]
    assert [one.code for one in foreign_passages(text, split(text), detector)] == ["fi"]
    assert article_language(text, detector).code == "fi"


@pytest.mark.parametrize(
    ("profiles", "message"),
    [
        (("en", "grc"), "no language profile “grc”"),
        (("en", "zh-ch"), "did you mean “zh-cn”"),
        (("en",), "two or more"),
        (("en", "de", "en"), "two or more different"),
    ],
)
def test_wrong_profiles(profiles: tuple[str, ...], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        LanguageDetector(profiles)


def test_profiles_are_langdetects() -> None:
    assert set(DEFAULT_PROFILES) < set(profile_names())
    assert len(profile_names()) == 55


def test_nothing_is_loaded_before_a_text_needs_it_and_the_library_is_left_alone() -> None:
    code = (
        "import sys; from auditor.text.language import *; from auditor.span import SpanArray;"
        "d = LanguageDetector(); t = 'The man said that the dog was there and not here.';"
        "article_language(t, d); foreign_passages(t, SpanArray([(0, len(t))]), d);"
        "assert 'langdetect' not in sys.modules;"
        "d.detect('Die Regierung hat am Dienstag nichts davon gesagt.');"
        "import langdetect; assert langdetect.DetectorFactory.seed is None;"
        "assert langdetect.detector_factory._factory is None"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_quick_detector_is_langdetects() -> None:
    from langdetect.detector_factory import DetectorFactory

    ours = default_detector()._loaded()
    folder = module._profile_folder()
    theirs = DetectorFactory()
    theirs.set_seed(module.SEED)
    theirs.load_json_profile([(folder / code).read_text(encoding="utf-8") for code in DEFAULT_PROFILES])
    assert ours.langlist == theirs.langlist
    assert {group: ours.word_lang_prob_map[group] for group in ours.word_lang_prob_map} == theirs.word_lang_prob_map
    for code in profile_names():  # what the quick search for groups relies on
        groups = json.loads((folder / code).read_text(encoding="utf-8"))["freq"]
        assert not [group for group in groups if group == " " or group[1:-1].count(" ") or not 0 < len(group) < 4]

    chance = random.Random(3)
    texts = [text for texts in FOREIGN.values() for text in texts] + list(ENGLISH + NOT_FOREIGN)
    texts += [text.upper() for text in texts] + ["", " ", "A", "AB c", "BBCs  und die UNO-Vollversammlung"]
    signs = [*map(chr, range(32, 0x250)), *"АБВабв政ひカữ\u0301\u0219\u06cc", *" " * 60]
    texts += ["".join(chance.choices(signs, k=chance.randrange(60))) for _ in range(300)]
    for text in texts:
        answers = []
        for detector in (theirs.create(), module._detector_class()(ours)):
            detector.append(text)
            detector.cleaning_text()
            groups = detector._extract_ngrams()
            answers.append((groups, groups and [(one.lang, one.prob) for one in detector.get_probabilities()]))
        assert answers[0] == answers[1], text


ANSWERS = """
import json, random, sys
from auditor.text.language import default_detector
texts = json.load(sys.stdin)
order = list(range(len(texts)))
random.Random(int(sys.argv[1])).shuffle(order)
answers = {number: default_detector().detect(texts[number]) for number in order}
print(json.dumps([[answers[n].code, answers[n].confidence] for n in range(len(texts))]))
"""


def test_same_answers_in_any_order_and_process() -> None:
    texts = [text for texts in FOREIGN.values() for text in texts] + list(ENGLISH + NOT_FOREIGN)
    here = [[guess.code, guess.confidence] for guess in map(default_detector().detect, texts)]
    random.Random(5).shuffle(order := list(range(len(texts))))
    again = {number: default_detector().detect(texts[number]) for number in order}
    assert [[again[n].code, again[n].confidence] for n in range(len(texts))] == here
    for seed in ("1", "2"):
        run = subprocess.run(
            [sys.executable, "-c", ANSWERS, seed], input=json.dumps(texts), capture_output=True, text=True, check=True
        )
        assert json.loads(run.stdout) == here


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.characters(), max_size=300))
def test_any_text(text: str) -> None:
    whole = SpanArray([(0, len(text))] if text else [])
    for sentences in (split(text), whole):
        for one in foreign_passages(text, sentences):
            assert 0 <= one.span.start < one.span.end <= len(text)
            assert 0 <= one.confidence <= 1
    article_language(text)
    default_detector().detect(text)


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "la ",
        '"',
        ".",
        "a. ",
        "\x00",
        "\ud800",
        "é",
        "政",
        "ы ",
        "http://",
        "l'eau d'un ",
        "the правда ",
        FOREIGN["de"][0] + " ",
    ],
)
def test_a_megabyte(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    start = time.process_time()
    for sentences in (split(text[:200_000]), SpanArray([(0, len(text))])):
        foreign_passages(text, sentences)
    article_language(text)
    default_detector().detect(text)
    assert time.process_time() - start < 5.0


@pytest.mark.parametrize("name", CLEAN)
def test_no_wrong_passage_in_clean_news(name: str) -> None:
    wrong = []
    for text in map(html.unescape, dev_texts(name)):
        assert article_language(text).code == "en", text[:200]
        wrong += [one.span.of(text) for one in passages(text)]
    # One biography quotes the last words of Évariste Galois in French.
    assert [text for text in wrong if "mourir à vingt ans" not in text] == []
