"""Lexicons of phrases: what a pattern means, what is refused, and that every shipped entry shows its example."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from auditor.errors import RuleLoadError
from auditor.phrasebook import COLUMNS, PhraseBook, compiled, word_lists
from auditor.span import Span
from tests.conftest import ROOT, dev_texts

DATA = ROOT / "rules" / "data"
FAMILIES = ("phrasing", "grammar")
SHIPPED = [path for name in FAMILIES for path in sorted(DATA.glob(f"{name}_*.tsv"))]


def book(tmp_path: Path, *patterns: str, words: dict[str, list[str]] | None = None) -> PhraseBook:
    rows = ["\t".join(COLUMNS), *(f"de,nl\t2\t{pattern}\tsource\texample" for pattern in patterns)]
    path = tmp_path / "phrasing_test.tsv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return PhraseBook([path], words)


def found(book: PhraseBook, text: str) -> list[str]:
    return [place.span.of(text) for place in book.found(text)]


@pytest.mark.parametrize(
    ("pattern", "text", "places"),
    [
        ("own statements", "Own statements, his own\nstatements, own\u00a0statements.", 3),
        ("own statements", "their Own Statements and known statements, own statementsx", 0),
        ("(he|she) said to understand", "She said to understand. he said to understand", 2),
        ("lette?r", "letter lettr", 2),
        ("for the time( being)?", "For the time being, for the time", 2),
        ("in the {month}", "In the May and in the june", 1),
        ("since {number} years", "since 3 years, since 1,000 years, since many years", 2),
        ("with {name} said", "with Ana María Ruiz-Díaz said", 1),
        ("this Monday(?! morning| night)", "this Monday, this Monday morning, this Monday night", 1),
        ("(?<!the )own goal", "an own goal, the own goal", 1),
        ("Putin's word", "Putin’s word and Putin's word, putin's word", 2),
        ("a.b", "a.b axb", 1),
        ("of the Spain(?= (and|is)|,)", "of the Spain and, of the Spain, of the Spain team", 2),
        ("for long(?! (time|while))", "for long time, for long while, for long", 1),
    ],
)
def test_patterns(tmp_path: Path, pattern: str, text: str, places: int) -> None:
    assert len(found(book(tmp_path, pattern, words={"month": ["May", "June"]}), text)) == places


def test_of_entries_that_overlap_the_longest_is_kept(tmp_path: Path) -> None:
    shown = found(book(tmp_path, "the also former", "also former", "former minister"), "the also former minister spoke")
    assert shown == ["the also former"]


@pytest.mark.parametrize(
    "pattern", ["a|b", "(a", "a)", "a [b]", "a(?!b(?!c))", "a*", "a ", "{nothing}", "(?! (?! b))", "?a", "a(|b)?c??"]
)
def test_a_bad_pattern_names_its_line(tmp_path: Path, pattern: str) -> None:
    with pytest.raises(RuleLoadError, match=r"phrasing_test\.tsv, line 2"):
        book(tmp_path, pattern)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("languages\tweight\n", "header"),
        ("\t".join(COLUMNS) + "\nde\t1\tphrase\n", "line 2: 3 columns"),
        ("\t".join(COLUMNS) + "\nde\tmuch\tphrase\tsource\texample\n", "line 2: the weight"),
    ],
)
def test_a_bad_table_says_where(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "phrasing_bad.tsv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(RuleLoadError, match=message):
        PhraseBook([path])


def test_a_word_list_of_another_shape_says_where(tmp_path: Path) -> None:
    path = tmp_path / "phrasing_words.txt"
    path.write_text("# list\nmonth = May | June\nmonth: July\n", encoding="utf-8")
    with pytest.raises(RuleLoadError, match="line 3"):
        word_lists(path)


@pytest.fixture(scope="module", params=SHIPPED, ids=lambda path: path.stem)
def shipped(request: pytest.FixtureRequest) -> PhraseBook:
    name = request.param.name.partition("_")[0]
    return PhraseBook([request.param], word_lists(DATA / f"{name}_words.txt"))


@pytest.mark.parametrize("name", FAMILIES)
def test_the_committed_keys_belong_to_the_committed_lexicons(name: str) -> None:
    """`python -m tools.make_keys` writes them."""
    words = word_lists(DATA / f"{name}_words.txt")
    chosen = PhraseBook(sorted(DATA.glob(f"{name}_*.tsv")), words)
    assert (DATA / f"{name}.keys").read_text(encoding="ascii").startswith(chosen.digest)
    stored = PhraseBook(sorted(DATA.glob(f"{name}_*.tsv")), words, DATA / f"{name}.keys")
    assert stored.keys == chosen.keys


def test_keys_of_other_entries_are_not_used(tmp_path: Path) -> None:
    first = book(tmp_path, "the wallet of consumers")
    first.store_keys(tmp_path / "phrasing.keys")
    other = tmp_path / "phrasing_other.tsv"
    other.write_text("\t".join(COLUMNS) + "\nde\t1\tsocial minima\tsource\texample\n", encoding="utf-8")
    second = PhraseBook([other], None, tmp_path / "phrasing.keys")
    assert found(second, "the wallet of consumers and the social minima") == ["social minima"]


def test_every_entry_is_found_in_its_example(shipped: PhraseBook) -> None:
    for phrase in shipped.phrases:
        alone = re.compile(compiled(phrase.pattern, shipped._lists))
        places = [place.span for place in shipped.found(phrase.example)]
        match = alone.search(phrase.example)
        assert match, phrase
        assert any(span.overlaps(Span(*match.span())) for span in places), phrase


def test_every_entry_is_complete(shipped: PhraseBook) -> None:
    patterns = [phrase.pattern for phrase in shipped.phrases]
    assert len(set(patterns)) == len(patterns)
    for phrase in shipped.phrases:
        assert phrase.source.strip(), phrase
        assert phrase.example.strip(), phrase
        assert 0 < phrase.weight <= 5 or phrase.weight == 10, phrase
        assert all(re.fullmatch("[a-z]{2}", language) for language in phrase.languages), phrase


def test_the_automaton_loses_no_place_that_the_patterns_find(shipped: PhraseBook) -> None:
    patterns = [re.compile(compiled(phrase.pattern, shipped._lists)) for phrase in shipped.phrases]
    texts = [text for name in ("wmt13_xxen", "wmt22_xxen", "human_abc2006") for text in dev_texts(name)[:60]]
    for text in texts:
        spans = {match.span() for pattern in patterns for match in pattern.finditer(text)}
        kept = {tuple(place.span) for place in shipped.found(text)}
        assert kept <= spans
        assert all(any(start < span[1] and span[0] < end for start, end in kept) for span in spans)
