"""The sentence view on hard news text, on nasty text and on generated text."""

import random
import re
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.span import SpanArray
from auditor.text.lexicon import lexicon
from auditor.text.lines import line_spans
from auditor.text.sentences import _ENDINGS, abbreviations, sentence_spans

# In the tables, ¦ marks where a sentence ends and the next begins. It is no part of the text.
HARD = {
    "titles": [
        "Mr. Okafor met Mrs. Lindqvist and Ms. Baptiste.¦ They left early.",
        "Gen. Ruth Abara briefed Sen. Tom Hale.¦ Neither spoke afterwards.",
        "Lt. Gov. Ana Ruiz and Lt. Col. Piet Bos were there.¦ So was Sgt. Wu.",
        "The Rev. Dr. Samuel Adeyemi led the service.¦ Prof. Iris Holm sang.",
        "Mr Okafor met Mrs Lindqvist.¦ Dr Holm did not come.",
        "MR. OKAFOR RESIGNS.¦ GEN. ABARA STAYS.",
        "“Mr. Okafor is late.¦ Ms. Holm is not,” she said.",
        "The visitors were Messrs. Holm and Bos.¦ Nobody met them.",
        "Both (Gen. Abara and Adm. Wu) agreed.¦ That was new.",
        "Then-Gov. Ruiz signed it.¦ Her successor repealed it.",
    ],
    "initials": [
        "Vladimir V. Putin spoke.¦ George W. Bush listened.",
        "J. K. Rowling sold the rights.¦ J.R.R. Tolkien never did.",
        "The author is Mario J. Lucero.¦ He lives abroad.",
        "S. Best scored twice.¦ A. Sanger saved two.",
        "They had no Plan B.¦ Nobody had asked for one.",
        "Doctors advised vitamin D.¦ Patients refused.",
        "Group C.¦ Norway won.",
        "It runs on the Xbox One X.¦ So does the sequel.",
        "E. coli was found in the well.¦ The well was shut.",
    ],
    "companies": [
        "Harbour Foods Inc. said profits fell.¦ Shares dropped.",
        "It was bought by Harbour Foods Inc.¦ The price was not given.",
        "Lindqvist & Co. will appeal.¦ Bos Ltd. may follow.",
        "Holm Corp. Chief Executive Ana Ruiz quit.¦ She gave no reason.",
        "The brothers run Abara Bros. Shipping.¦ They own half.",
        "He was named after Samuel Adeyemi Jr.¦ The two never met.",
        "Samuel Adeyemi Jr. Day is in June.¦ Schools close.",
    ],
    "small abbreviations": [
        "It was Norway vs. Ghana in the final.¦ Ghana won.",
        "The road is approx. Five miles long.¦ Bring water.",
        "Bring papers, e.g. a passport.¦ Copies will do.",
        "He named the culprit, i.e. Holm.¦ Nobody was surprised.",
        "Adeyemi et al. found no link.¦ Others did.",
        "They sold bread, milk, etc.¦ Customers came from afar.",
        "They sold bread, milk, etc. and did well.¦ Rivals did not.",
        "The Transport Dept. Building burned.¦ It was empty.",
        "She has a Ph.D. in physics.¦ He has none.",
        "She has a Ph.D.¦ He has none.",
        "The case Roe v. Wade was cited.¦ The court disagreed.",
        "Oil fell to 60 dollars a bbl. and stayed there.¦ Gas rose.",
    ],
    "countries": [
        "U.S. officials denied it.¦ U.K. officials did not.",
        "It is illegal in the U.S.¦ The rule is old.",
        "The U.S. Army left.¦ The U.S. Treasury paid.",
        "Washington, D.C. Police made arrests.¦ Two men fled.",
        "She moved to Washington, D.C.¦ He stayed behind.",
        "Talks at the U.N. Security Council failed.¦ They will resume.",
        "“We will never leave the U.S.”¦ Ruiz has said so before.",
        "U.S. And Iran Agree To Meet",
    ],
    "places": [
        "St. Louis flooded.¦ St. Petersburg did not.",
        "He ran the shop on Main St.¦ The owner was away.",
        "They climbed Mt. Kenya.¦ Ft. Worth was next.",
        "Elkton, Md. (AP) – The fair opened.¦ Crowds came.",
        "Rep. Ilse Bos, D-Calif., voted no.¦ Others abstained.",
        "Voters in Springfield, Ill.¦ They queued for hours.",
    ],
    "numbers and references": [
        "No. 10 was shut.¦ He said no.¦ Then he left.",
        "She lives at No. 4.¦ Her son lives at No. 6.",
        "See Fig. 3 and pp. 5-6.¦ Then read vol. 2.",
        "Inflation was 2.5 per cent.¦ It had been 3.1.",
        "The bill was $4.20.¦ He paid $5.",
        "It fell to 13.¦ Then it rose to 15.",
        "He won.¦ 15 people lost.",
        "The tax is £5.¦ £3 goes to the state.",
        "He was born in 1952.¦ In 1970 he left.",
        "He took the 2.1 cu. ft. box.¦ She took the rest.",
        "Sales rose by 10%.¦ Costs rose by 12%.",
        "The road is 12 km.¦ Police closed it.",
    ],
    "dates": [
        "He flew out on Jan. 12.¦ Then he vanished.",
        "He flew out on Jan. 12 and vanished.¦ His wife knew.",
        "The vote is in Sept. or Oct. this year.¦ No date is set.",
        "On 3. October the wall fell.¦ Nobody was hurt.",
        "They meet on Tues. 4 May.¦ Bring a pen.",
        "She read it in The Sun.¦ Editors denied it.",
    ],
    "times": [
        "The raid began at 6 p.m.¦ The street was empty.",
        "The raid began at 6 p.m.¦ Police had waited all day.",
        "It starts at 6 p.m. local time.¦ Doors open at 5.",
        "It starts at 6 a.m. Friday.¦ It ends at noon.",
        "It starts at 6 p.m. GMT.¦ Bring a coat.",
        "It starts at 6 p.m. Moscow time.¦ Bring a coat.",
        "It starts at 6 p.m. (8 p.m. in Kyiv).¦ Bring a coat.",
    ],
    "quotation marks": [
        "“This is our red line.”¦ Russia has said so for years.",
        '"This is our red line."¦ Russia has said so for years.',
        "‘This is our red line.’¦ Russia has said so for years.",
        "'This is our red line.'¦ Russia has said so for years.",
        "He called it a “red line”.¦ Nobody laughed.",
        'He called it a "red line".¦ Nobody laughed.',
        "“We won.¦ We are glad,” he said.¦ She nodded.",
        "He said: “We won.¦ We are glad.”¦ She nodded.",
        "She said: “He told me: ‘Go.’”¦ Then she left.",
        "“It is over.” he said.¦ Nobody moved.",
        "„Geh weg.“¦ Er ging.",
        "«Partez.»¦ Il est parti.",
        "›Go.‹¦ She went.",
        "She left.¦ “Why now?” was the headline.",
        "She left.¦ ‘Twas late.",
        "The 1990s ended.¦ ’90s music did not.",
        "The mayor left. ”¦ He was angry.",
        "“We are done,” he said.¦ “Go home.”",
    ],
    "questions and exclamations": [
        "“Why?” she asked.¦ Nobody knew.",
        "“Go!” he said.¦ They went.",
        '"Why?" she asked.¦ "Go!" he said.',
        "“Who did it?” Ruiz asked.¦ Bos shrugged.",
        "“Who did it?” Mrs Ruiz asked in court.¦ Bos shrugged.",
        "“Go!”¦ He said nothing more.",
        "“Who did it?”¦ Ruiz has never asked.",
        "Who won?¦ Nobody did!¦ Everyone cheered.",
        "What?!¦ Never.",
        "The musical Mamma Mia! has closed.¦ Fans wept.",
        "Yahoo! News reported it.¦ Others followed.",
        "He (or was it she?) left.¦ Nobody cared.",
        "The expert (!) was wrong.¦ Twice.",
        "He shouted Stop! and ran.¦ She ran too.",
    ],
    "ellipses": [
        "Well... he left.¦ She stayed.",
        "Then… she came back.¦ He was gone.",
        "It was so quiet…¦ The war had begun.",
        "It was so quiet...¦ The war had begun.",
        "I… I cannot say.¦ Ask him.",
        "“We hoped . . . but no.”¦ He wept.",
        "He trailed off . . .¦ The room was silent.",
        "“And then...”¦ He stopped.",
    ],
    "brackets": [
        "He left (too late.)¦ She stayed.",
        "He left.¦ (She stayed.)¦ Everyone talked.",
        "He left (see p. 3).¦ She stayed.",
        "She agreed [with him].¦ He smiled.",
        "It grew fast. [1]¦ Then it shrank. [2][3]",
        "It grew fast.[1]¦ Then it shrank.",
        "It cost $10bn (£5.2bn).¦ It is lost.",
    ],
    "addresses": [
        "Go to www.example.com.¦ Then log in.",
        "Write to desk@news.example.org.¦ Add your name.",
        "Read https://example.com/a.b?c=1 first.¦ Then ask.",
        "The shop Amazon.com grew.¦ Booking.Com did too.",
        "Version 2.0.1 is out.¦ It uses Node.js.",
        "A site such as bbc.co.uk.¦ Others exist.",
    ],
    "enumerations": [
        "1. The tax goes up.¦ 2. The wage goes down.",
        "The plan has steps.¦ 1. Raise the tax.¦ 2. Cut the wage.",
        "A. The tax goes up.",
        "iv. The tax goes up.¦ It stays there.",
        "2.1. Taxes and wages",
        "• The tax goes up.¦ • The wage goes down.",
        "– The tax goes up.¦ – The wage goes down.",
        "The Pope is Leo XIV.¦ He is new.",
    ],
    "lower case after a stop": [
        "The army of Russia is.¦ armed.¦ Nobody doubts it.",
        "They spoke of the crisis.¦ and then went home.",
        "He was seen in Ukraine.¦ later he was gone.",
        "“It is.¦ here,” he said.",
        "He won.¦ iPhone sales rose.",
        "He won.¦ eBay lost.",
        "They fled.¦ al-Qaeda had come.",
        "She spoke to govt. officials.¦ They listened.",
        "It weighs 5 kg. when dry.¦ It floats.",
        "Sane & Co. are not allowed to train.¦ They complained.",
        "They met in no. 4 and in st. john street.¦ It rained.",
    ],
    "missing space": [
        "They met on Jan. 12.¦Olivier was there.",
        "The talks reached their end.¦Then they began again.",
        "“This is the end.”¦Then he left.",
        "This is the end.¦“Then he left,” she said.",
        "What was that?¦Nobody knew.",
        "Yahoo!News reported it.¦ Others followed.",
    ],
    "damaged spacing": [
        "He left .¦ She stayed .",
        "He left.\u00a0¦Then she left.",
        "He left.\u202f¦Then she left.",
        "He left.  ¦ Then she left.",
        "He left.\t¦Then she left.",
        "He left. , said Holm.¦ She stayed.",
        "It ended there. .¦ Then it began.",
    ],
    "other characters": [
        "We won! 🎉¦ Then we slept.",
        "He left.¦ Élodie stayed.¦ Ödön came.",
        "😀 Mr. Holm won.¦ 𝒜ll cheered.",
        "He left.¦ Москва is far.",
        "He left\ud800.¦ She stayed\udfff.",
        "He left.\r\n¦She stayed.\r¦All talked.\n¦The end",
        "Talks fail\n¦Ministers left in anger.¦ None spoke.",
        "Photo: J. Holm\n¦No. 4 burns",
        "He left.\u2028¦She stayed.",
    ],
}

KNOWN_FAILURES = [
    # An abbreviation at the end, and a name first in the next sentence: nothing on the surface shows it.
    "It is illegal in the U.S.¦ Holm denied it.",
    "It was bought by Harbour Foods Inc.¦ Shares rose.",
    # A title of a work with its own mark, followed by a capitalised word.
    "The film Are We There Yet? Producer Ana Ruiz agreed.¦ Nobody else did.",
    # A spaced straight quotation mark is taken to open.
    'He left angry. "¦ She stayed.',
    # A full stop that stands for a displaced comma, before a capital.
    "He was seen this week. Moscow and in Kyiv.",
]

CASES = [pytest.param(case, id=f"{kind}-{i}") for kind, cases in HARD.items() for i, case in enumerate(cases)]

NASTY = {
    "empty": "",
    "white space": " \t\u00a0\n\r\n ",
    "nul": "\0\0. \0\0",
    "lone surrogates": "He left\ud800. \udfffThen \ud83d. She stayed.",
    "only stops": "... .. . … ?! \n.",
    "right to left": "הוא הלך. היא נשארה. هو ذهب؟ هي بقيت.",
    "emoji": "😀. 👨‍👩‍👧! 🎉",
    "no final stop": "He left. She",
    "form feed and next line": "He left.\x0c She\x85 stayed.\x1c Then",
    "accented initial": "É. The end",
}

SHAPES = [
    "x", '"', "“", "”", "‘", "(", "a. ", ". ", "! ", "…", "1. ", "Mr. ", "U.S. ", "U.S.", "J. ", "“Aa. ",
    "“a.” ", ".[1] ", "abc.Abc", "abc.Aa", "12.Aa", ". 😀", '. "“ ', "p.m. X ", '?" Aa Bb ', "\n", ". ” ", "\0", " ",
]  # fmt: skip

PIECES = [
    "a", "A", "He", "said", "Mr", "U.S", "p.m", "No", "12", "Inc", "J", "etc", "armed", "Then", "iPhone", "is",
    ".", ".", ".", "...", "…", "!", "?", " ", " ", " ", "\u00a0", "\n", "\r\n", "“", "”", '"', "‘", "’", "'",
    "(", ")", "[1]", "-", "–", "😀", "\ud800", "„", "«", "»", ",", "É", "\0", "\u200b", "\x85", "Yahoo", "May", "time",
]  # fmt: skip


def sentences(text: str) -> list[str]:
    return [span.of(text) for span in sentence_spans(text, line_spans(text))]


def unmarked(case: str) -> tuple[str, list[str]]:
    return case.replace("¦", ""), [part.strip() for part in case.split("¦")]


def hold_invariants(text: str, found: SpanArray) -> None:
    assert all(start < end for start, end in found)
    assert all(one.end <= two.start for one, two in pairwise(found))
    assert all(span.of(text) == span.of(text).strip() for span in found)
    assert not any(re.search(r"[\r\n]", span.of(text)) for span in found)
    covered = sum(len(re.sub(r"\s", "", span.of(text))) for span in found)
    assert covered == len(re.sub(r"\s", "", text))
    assert not found or (found.starts[0] >= 0 and found.ends[-1] <= len(text))


@pytest.mark.parametrize("case", CASES)
def test_hard_news_text_is_split_where_marked(case: str) -> None:
    text, expected = unmarked(case)
    assert sentences(text) == expected


@pytest.mark.parametrize("case", KNOWN_FAILURES)
@pytest.mark.xfail(strict=True, reason="known limit")
def test_known_failures_still_fail(case: str) -> None:
    text, expected = unmarked(case)
    assert sentences(text) == expected


def test_every_case_has_its_own_text() -> None:
    texts = [unmarked(case)[0] for cases in [*HARD.values(), KNOWN_FAILURES] for case in cases]
    assert len(set(texts)) == len(texts) >= 80
    assert len(KNOWN_FAILURES) <= 6


@pytest.mark.parametrize("case", CASES)
def test_hard_text_keeps_its_sentences_among_other_lines(case: str) -> None:
    text, expected = unmarked(case)
    assert sentences(f"A headline\n\n  {text} \r\nA caption") == ["A headline", *expected, "A caption"]


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY.keys())
def test_nasty_text_holds_the_invariants(text: str) -> None:
    hold_invariants(text, sentence_spans(text, line_spans(text)))


def test_lone_surrogates_do_not_move_a_boundary() -> None:
    assert sentences("\ud83dHe left. She stayed\udc00.") == ["\ud83dHe left.", "She stayed\udc00."]


def test_positions_are_code_points_after_astral_characters() -> None:
    text = "😀😀 He left. She stayed."
    assert [tuple(span) for span in sentence_spans(text, line_spans(text))] == [(0, 11), (12, 23)]


def test_a_text_without_words_has_no_sentence() -> None:
    assert sentences("") == sentences(" \n\u00a0\r\n") == []


def test_only_the_lines_given_part_sentences() -> None:
    text = "One. Two\nthree"
    assert [span.of(text) for span in sentence_spans(text, SpanArray([(0, 8)]))] == ["One.", "Two"]


@given(st.text())
def test_any_text_holds_the_invariants(text: str) -> None:
    hold_invariants(text, sentence_spans(text, line_spans(text)))


@given(st.lists(st.sampled_from(PIECES)).map("".join))
@settings(max_examples=500)
def test_text_of_hard_pieces_holds_the_invariants(text: str) -> None:
    found = sentence_spans(text, line_spans(text))
    hold_invariants(text, found)
    assert found == sentence_spans(text, line_spans(text))


@pytest.mark.parametrize("shape", SHAPES)
def test_time_is_linear_in_the_length(shape: str) -> None:
    def seconds(length: int) -> float:
        text = "The end. " + shape * (length // len(shape))
        lines = line_spans(text)
        best = float("inf")
        for _ in range(2):
            began = time.process_time()
            sentence_spans(text, lines)
            best = min(best, time.process_time() - began)
        return best

    assert seconds(400_000) < 4 * 4 * seconds(100_000) + 0.05


def test_a_megabyte_of_each_shape_ends_soon() -> None:
    text = "".join(random.Random(1).choice(SHAPES) for _ in range(300_000))
    began = time.process_time()
    hold_invariants(text, sentence_spans(text, line_spans(text)))
    assert time.process_time() - began < 20


def test_no_abbreviation_is_taken_for_a_sure_sentence_end() -> None:
    kept = [word for word in lexicon("titles") | lexicon("abbreviations") if re.search("[a-z]{4}$", word)]
    assert kept
    assert {word[-4:] for word in kept} == set(_ENDINGS.split("|"))


def test_an_abbreviation_is_on_one_list_only() -> None:
    lists = [lexicon(name) for name in ("titles", "abbreviations", "numbered_abbreviations")]
    assert len(frozenset().union(*lists)) == sum(map(len, lists))


def test_no_entry_is_longer_than_the_look_back_or_has_a_stop() -> None:
    assert all(len(entry) < 16 and "." not in entry for entry in abbreviations())


def test_the_known_abbreviations_include_short_months() -> None:
    assert {"Mr", "Inc", "No", "Jan", "Sept"} <= abbreviations()
    assert not {"May", "June", "January"} & abbreviations()
