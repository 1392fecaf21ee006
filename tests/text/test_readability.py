"""Readability: equal to textstat on articles and on awkward texts, bounded, quick to import."""

from __future__ import annotations

import random
import re
import subprocess
import sys
import time
from importlib.metadata import version

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.text import hyphenation
from auditor.text import readability as module
from auditor.text.readability import (
    INDICES,
    LONGEST_WORD,
    MEMO_SIZE,
    Readability,
    count_syllables,
    easy_words,
    readability,
    syllable_table,
    textstat_indices,
)
from tests.conftest import ROOT, dev_texts

CLEAN = ("human_bbc2005", "human_abc2006", "human_wmt_en_sources", "human_aeb_articles", "human_gum")

# Words from every kind of path: listed, hyphenated, easy, contracted, glued, accented, folded, non-Latin.
WORDS = re.findall(
    r"\S+",
    """
    the a of and said people government's don't DON'T it’s o'clock 'tis l'eau rock'n'roll we'll they've You're
    well-known state-of-the-art e-mail U.S. U.N. Mr. a.m. 3.5 1,000 2005 $1.2bn 90% 12th #1 snake_case __ C++
    naïve café Dvořák Łódź İstanbul İ K ſ ß ẞ ΣΑΣ Οδυσσεύς Москва 東京 ﬁnance ﬂuﬀy résumé’s x² ½ Ⅷ hmm shh
    Blair Prescott Zbigniew Mkhitaryan schadenfreude telecommunications constitutional unhyphenatedness re
    internationalisation photosynthesis everything nobody abacus acetaminophen rhythm queue aeiou I'D THEY'RE
""",
)
JOINS = (*" " * 12, "\n", "\n\n", "  ", "\t", "\u00a0", "\u2028", "\x1c", "\x85", ". ", "! ", "? ", "... ", ", ", "; ")
SIGNS = ("—", "–", "-", "“", "”", '"', "'", "’", "...", ".", "!", "?", "…", "&", "\u200b", "\u0301", "€", "🙂", "\x00")
AWKWARD = (
    "one",
    "A.",
    "a b c. d e. f!",
    "hmm shh. hmm mm.",
    "'s 't 'd 've 'll 're",
    "''s '' ' ''",
    "a'-s b'v-e c'-t",
    "'T 'S DON'T",
    "İİİ İ'İ",
    "ends without a stop",
    ". . . starts with stops. two words. and three words here",
    "tabs\tand\r\nlines\x0band\x0cfeeds\x1dgroups",
    "no\u00a0break\u2009thin\u3000wide\u205fspaces",
    "\ud800 lone \udfff surrogates\udc00 here",
    "nul\x00in a\x00 word",
    "x" * LONGEST_WORD,
    "".join(map(chr, range(0x2010, 0x2060))) + " more signs than are replaced one by one",
    "ﬁ ﬂ ﬀ aﬃnity's ﬁancé's",
)


def generated(count: int) -> list[str]:
    """Reproducible texts made of the awkward words, joins and signs."""
    chance = random.Random(20)
    texts = []
    for _ in range(count):
        parts = []
        for _ in range(chance.randrange(1, 120)):
            word = chance.choice(WORDS)
            if chance.random() < 0.2:
                word = chance.choice(SIGNS) + word
            if chance.random() < 0.2:
                word += chance.choice(SIGNS)
            parts += [word, chance.choice(JOINS)]
        texts.append("".join(parts))
    return texts


def assert_equal_to_textstat(text: str) -> None:
    ours = readability(text)
    if ours is None:
        assert not re.search(r"\w", text)
        return
    theirs = textstat_indices(text)
    assert {name: getattr(ours, name) for name in INDICES} == theirs, text[:200]


def test_the_oracle_is_the_pinned_version() -> None:
    assert version("textstat") == "0.7.13"


@pytest.mark.parametrize("text", AWKWARD)
def test_equal_to_textstat_on_awkward_texts(text: str) -> None:
    assert_equal_to_textstat(text)


def test_equal_to_textstat_on_400_generated_texts() -> None:
    for text in generated(400):
        assert_equal_to_textstat(text)


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=st.characters(), max_size=200))
def test_equal_to_textstat_on_any_text(text: str) -> None:
    assert_equal_to_textstat(text)


def test_equal_to_textstat_on_400_articles() -> None:
    articles = [text for name in CLEAN for text in dev_texts(name)]
    chosen = articles[:: max(1, len(articles) // 420)]
    assert len(chosen) >= 400
    for text in chosen:
        assert_equal_to_textstat(text)


def test_equal_to_textstat_on_the_seeds() -> None:
    seeds = sorted((ROOT / "seeds").glob("*.txt"))
    assert len(seeds) == 5
    for path in seeds:
        assert_equal_to_textstat(path.read_text(encoding="utf-8"))


def test_counts_follow_the_definitions() -> None:
    found = readability("The U.S. government didn't say why. It was “well-known”, everybody agreed!")
    assert found is not None
    assert found == Readability(
        words=11,
        sentences=2,  # “government didn't say why” and the second; “The U” and “S” are too short to count
        syllables=19,
        letters=55,
        characters=64,
        polysyllables=2,
        difficult_words=2,  # “well-known” and “agreed”; “U.S.” passes for the easy word “us”
        **{name: getattr(found, name) for name in INDICES},
    )


@pytest.mark.parametrize("text", ["", " ", "...", "\n\n", "“”—…", "'''", "\x00", "\ud800", "🙂 🙂"])
def test_none_without_a_word(text: str) -> None:
    assert readability(text) is None


def test_the_memo_cannot_change_a_result(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = generated(60)
    warm = [readability(text) for text in texts]
    monkeypatch.setattr(module, "MEMO_SIZE", 3)
    memo = module._Tallies()
    monkeypatch.setattr(module, "_tallies", lambda: memo)
    assert [readability(text) for text in reversed(texts)] == warm[::-1]
    assert len(memo) <= 3


def test_the_memo_is_bounded() -> None:
    readability(" ".join(f"w{number}" for number in range(MEMO_SIZE + 5_000)))
    assert len(module._tallies()) <= MEMO_SIZE
    readability("y" * 100_000)
    assert b"y" * 100_000 not in module._tallies()


def test_counters_do_not_overflow() -> None:
    found = readability("telecommunications " * 30_000)
    assert found is not None
    assert (found.words, found.polysyllables, found.difficult_words) == (30_000, 30_000, 30_000)
    assert found.syllables == 30_000 * syllable_table()["telecommunications"]


def test_hyphenation_is_pyphens() -> None:
    from pyphen import Pyphen

    ours, theirs = module._hyphens(), Pyphen(lang="en_US")
    words = sorted(syllable_table())[::25] + [word.lower() for word in WORDS] + ["ﬁancé's", "aﬃnity'", "é" * 50]
    assert [ours.count(word) for word in words] == [len(theirs.positions(word)) for word in words]


def test_table_and_easy_words() -> None:
    table = syllable_table()
    assert len(table) > 120_000
    assert (table["a"], table["the"], table["hmm"], table["don't"], table["business"]) == (1, 1, 0, 1, 2)
    assert not [word for word in table if word != word.lower() or re.search(r"[^\w']", word)]
    assert len(easy_words()) == 2_941
    assert (count_syllables(""), count_syllables("zbigniew")) == (0, 2)
    assert count_syllables("ab" * LONGEST_WORD) == LONGEST_WORD  # groups of vowels


def test_words_are_found_in_the_lines_of_the_table() -> None:
    lines = module._table_lines()
    assert len(lines) == module.TABLE_LINES
    table = syllable_table()
    assert all(module._listed(word.encode(), lines) == count for word, count in table.items())
    assert [module._listed(word, lines) for word in (b"", b" ", b"1", b"xzbigniew")] == [-1] * 4


def test_the_memo_of_hyphenation_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    hyphens = hyphenation.Hyphens()
    words = sorted(syllable_table())[::500]
    counts = [hyphens.count(word) for word in words]
    monkeypatch.setattr(hyphenation, "TRIPLES", 3)
    hyphens = hyphenation.Hyphens()
    assert [hyphens.count(word) for word in words] == counts
    assert len(hyphens) <= 3


def test_words_too_long_for_a_tally_are_counted_apart() -> None:
    long = "x" * (LONGEST_WORD + 1)
    found, plain = readability(f"{long} said so. {long} said {'я' * 40} so."), readability("said so. said so.")
    assert found is not None
    assert plain is not None
    assert found.words - plain.words == 3
    assert found.letters - plain.letters == 2 * len(long) + 40
    assert found.difficult_words - plain.difficult_words == 3


def test_import_is_cheap_and_readability_needs_no_textstat() -> None:
    code = (
        "import sys; import auditor.text.readability as r;"
        "assert not {'textstat', 'pyphen', 'nltk'} & set(sys.modules);"
        "assert r.syllable_table.cache_info().currsize == 0;"
        "r.readability('Zbigniew said so to three people.');"
        "assert not {'textstat', 'nltk'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_textstat_is_left_as_it_was() -> None:
    textstat_indices("Some words.")
    counts = sys.modules["textstat.backend.counts._count_syllables"]
    assert counts.get_cmudict.__module__ == "textstat.backend.utils._get_cmudict"
    assert counts.count_syllables.cache_info().currsize == 0


@pytest.mark.parametrize("unit", ["a", "aeiouyb", '"', "'", "a'", "“", ".", "a. ", "a b ", "\x00", "\ud800", "é", "政"])
def test_time_is_linear(unit: str) -> None:
    def seconds(length: int) -> float:
        text = unit * (length // len(unit))
        start = time.process_time()
        readability(text)
        return time.process_time() - start

    readability("Zbigniew")  # tables loaded
    seconds(10_000)
    assert seconds(1_000_000) < 3.0
