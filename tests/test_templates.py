"""Folding of lines, template packs as files, looking lines up, and the rules that report them."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from auditor.config import Config
from auditor.document import Document
from auditor.engine import Auditor
from auditor.errors import ConfigError
from auditor.templates import (
    BatchName,
    Pack,
    SourceLines,
    TemplateLine,
    Templates,
    load_packs,
    read_pack,
    render_pack,
)
from auditor.text.lines import line_spans
from auditor.text.template import EVERY_SOURCE, first_word, folded_line, folded_lines, slotted, source_key, source_of

ODD = st.text(alphabet=st.sampled_from("aB “”’.,0٣²\u212a7 \t\u00a0\x85İßéЖ_*stndmaychMAY\r\n-–@"), max_size=60)


@pytest.mark.parametrize(
    ("line", "folded"),
    [
        ("Follow us on Facebook, Twitter, or  Instagram!", "follow us on facebook twitter or instagram"),
        ("Published 6:05 AM, Feb 3, 2020", "published 0 am 0"),
        ("Published 11:40 AM, 12 March 2021", "published 0 am 0"),
        ("Published 1st May 2020", "published 0"),
        ("Published May 21, 2020", "published 0"),
        ("Updated on Monday", "updated on 0"),
        ("You may also be interested in:", "you may also be interested in"),
        ("“Don’t miss” — our newsletter", "don t miss our newsletter"),
        ("ÉCOUTEZ Ça", "écoutez ça"),
        ("…", ""),
        ("12 / 4", "0"),
        ("x" * 601, ""),
    ],
)
def test_a_line_is_folded(line: str, folded: str) -> None:
    assert folded_line(line) == folded


@given(ODD | st.text())
@example("march may 0")
@example("0 0th st")
@example("İ")
@example("\ud83d x")
def test_folding_twice_changes_nothing(line: str) -> None:
    once = folded_line(line)
    assert folded_line(once) == once


@given(ODD)
def test_each_line_of_a_text_is_folded_alone(text: str) -> None:
    spans = line_spans(text)
    folded = folded_lines(text)
    assert [line.decode() for line in folded[: len(spans)]] == [folded_line(span.of(text)) for span in spans]
    assert not any(folded[len(spans) :])


@given(ODD)
@example("2nd of May")
@example("(Monday")
def test_the_first_word_is_that_of_the_folded_line(line: str) -> None:
    quick = first_word(line)
    assert quick is None or quick == folded_line(line).split(" ", 1)[0]


@pytest.mark.parametrize(
    ("line", "form"),
    [
        ("Additional reporting by Lena Olsson and Karl Lund", "additional reporting by *"),
        ("Additional reporting by Lena Olsson in Oslo.", "additional reporting by *"),
        ("With files from the Canadian Press", "with files from the *"),
        ("Additional reporting by AFP", ""),
        ("By Lena Olsson", ""),
        ("The talks ended late.", ""),
        ("Lena Olsson", ""),
        ("", ""),
    ],
)
def test_names_at_the_end_are_a_slot(line: str, form: str) -> None:
    assert slotted(line) == form


@pytest.mark.parametrize(
    ("meta", "source"),
    [
        ({"source": "BBC News", "url": "https://x.example/a"}, "bbc news"),
        ({"url": "https://www.Fjord.example:8080/a?b"}, "fjord.example"),
        ({"url": "fjord.example/a"}, "fjord.example"),
        ({"url": "http://[::bad/"}, EVERY_SOURCE),
        ({"folder": "Fjord"}, "fjord"),
        ({"source": "  ", "folder": "x"}, "x"),
        ({"source": "a\nb\u202e"}, "a b"),
        ({}, EVERY_SOURCE),
    ],
)
def test_the_source_of_an_article(meta: dict[str, str], source: str) -> None:
    assert source_of(meta) == source


def seconds(work: Callable[[], object]) -> float:
    """CPU time of some work, the best of three, with the garbage collector switched off."""
    times = []
    for _ in range(3):
        gc.collect()
        gc.disable()
        try:
            begin = time.process_time()
            work()
            times.append(time.process_time() - begin)
        finally:
            gc.enable()
    return min(times)


def all_foldings(text: str) -> None:
    folded_lines(text)
    folded_line(text)
    slotted(text[:200])


@pytest.mark.parametrize("unit", ["a", "0 ", " ", "0 may ", "march ", "é“", "A b ", "1st ", "\r"])
def test_folding_costs_linear_time(unit: str) -> None:
    small, large = unit * (100_000 // len(unit)), unit * (1_000_000 // len(unit))
    assert seconds(lambda: all_foldings(large)) < 15 * seconds(lambda: all_foldings(small)) + 0.05


FOLDED = st.text(min_size=1).map(folded_line).filter(bool)
LINE = st.builds(
    TemplateLine,
    line=FOLDED,
    keep=st.booleans(),
    role=st.text(st.characters(exclude_categories=["Cs"]), max_size=9),
    articles=st.integers(0, 10**9),
    share=st.integers(0, 10_000).map(lambda part: part / 10_000),
    place=st.sampled_from(["", "top", "between", "tail"]),
    examples=st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=3).map(tuple),
)
SOURCE = st.builds(
    SourceLines,
    name=st.text(st.characters(exclude_categories=["Cs"]), min_size=1).map(source_key).filter(bool),
    articles=st.integers(0, 10**9),
    lines=st.lists(LINE, max_size=3).map(tuple),
)
NAME = st.builds(BatchName, name=st.just("Nord Stream"), variant=st.sampled_from(["Nord Steam", "N“\\\t\x00\x7f"]))


@given(st.builds(Pack, st.integers(0), st.lists(SOURCE, max_size=3).map(tuple), st.lists(NAME, max_size=2).map(tuple)))
def test_a_pack_is_read_as_it_was_written(tmp_path_factory: pytest.TempPathFactory, pack: Pack) -> None:
    path = tmp_path_factory.mktemp("pack") / "site.toml"
    path.write_text("".join(f"{line}\n" for line in render_pack(pack)), encoding="utf-8", newline="")
    assert read_pack(path) == pack


def test_a_lone_surrogate_does_not_spoil_a_pack(tmp_path: Path) -> None:
    pack = Pack(1, (SourceLines("x", 1, (TemplateLine("a b", examples=("\ud83d!",)),)),))
    path = tmp_path / "site.toml"
    path.write_text("\n".join(render_pack(pack)), encoding="utf-8")
    assert read_pack(path).sources[0].lines[0].examples == ("\ufffd!",)


HEAD = 'version = 1\n[[source]]\nname = "fjord.example"\n'


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("version = [", "is not valid TOML"),
        ("", "the key “version” is missing"),
        ("version = 2", "version is 2, but this auditor reads template packs of version 1"),
        ("version = true", "“version” must be a whole number"),
        ("version = 1\nsorce = 3", "unknown key “sorce”; did you mean “source”?"),
        ("version = 1\nsource = 3", "“source” must be a list"),
        ("version = 1\nsource = [3]", "[[source]] number 1: “source” must be a table"),
        ('version = 1\n[[source]]\nname = ""', "site.toml:2: “name” is empty"),
        (f'{HEAD}[[source.line]]\nlin = "x"', "site.toml:4: the key “line” is missing; did you mean “lin”?"),
        (f'{HEAD}[[source.line]]\nline = "x"\n\n[[source.line]]\nline = "…"', "site.toml:7: “line” holds no word"),
        (f'{HEAD}[[source.line]]\nline = "x"\nkeep = "yes"', "site.toml:4: “keep” must be true or false, not 'yes'"),
        (f'{HEAD}[[source.line]]\nline = "x"\nplace = "end"', "“place” must be one of top, between, tail"),
        (f'{HEAD}[[source.line]]\nline = "x"\nexamples = [1]', "“examples” must be a list of strings"),
        (f'{HEAD}[[source.line]]\nline = "x"\nshare = "1"', "“share” must be a number"),
        (f'{HEAD}[[source.line]]\nline = "x"\nkep = true', "unknown key “kep”; did you mean “keep”?"),
        ('version = 1\n[[name]]\nname = "A B"', "site.toml:2: the key “variant” is missing"),
        ('version = 1\n[[name]]\nname = "A B"\nvariant = "A B"', "must be two spellings of a name"),
    ],
)
def test_a_wrong_pack_is_refused_with_the_place(tmp_path: Path, body: str, told: str) -> None:
    path = tmp_path / "site.toml"
    path.write_text(body, encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        read_pack(path)
    assert told in str(error.value)
    assert str(error.value).startswith(str(path))


def test_a_pack_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.toml: the template pack cannot be read: No such file"):
        Auditor(Config(templates=(str(tmp_path / "none.toml"),)))


def packs(*sources: SourceLines) -> Templates:
    return Templates([Pack(0, sources)])


def found(templates: Templates, source: str, *lines: str) -> list[int]:
    return [number for number, _ in templates.find(source, lines)]


def test_lines_are_those_of_the_source_and_of_every_source() -> None:
    templates = packs(
        SourceLines("fjord.example", 9, (TemplateLine("hear the fjord hour"), TemplateLine("read 0 comments"))),
        SourceLines(EVERY_SOURCE, 9, (TemplateLine("share this story"), TemplateLine("edited and written by *"))),
    )
    lines = ("Hear the Fjord Hour!", "Share this story", "Read 12 comments", "Edited and written by Ana Poe", "No", "")
    assert found(templates, "fjord.example", *lines) == [0, 1, 2, 3]
    assert found(templates, "other.example", *lines) == [1, 3]
    assert found(templates, EVERY_SOURCE, *lines) == [1, 3]


def test_the_later_entry_counts_and_kept_lines_are_not_reported() -> None:
    line, kept = TemplateLine("share this story"), TemplateLine("share this story", keep=True)
    first, second = Pack(0, (SourceLines("*", 0, (line,)),)), Pack(0, (SourceLines("*", 0, (kept,)),))
    assert found(Templates([first]), "x", "Share this story") == [0]
    assert found(Templates([first, second]), "x", "Share this story") == []
    assert found(Templates([second, first]), "x", "Share this story") == [0]
    own = Pack(0, (SourceLines("x", 0, (kept,)),))
    assert found(Templates([first, own]), "x", "Share this story") == []


def test_a_line_is_written_by_hand_as_it_stands_on_the_site(tmp_path: Path) -> None:
    path = tmp_path / "site.toml"
    body = f'{HEAD}[[source.line]]\nline = "Hear the Fjord Hour, 12 May!"\n[[source.line]]\nline = "Words by *"\n'
    path.write_text(body, encoding="utf-8")
    templates = load_packs([path])
    assert found(templates, "fjord.example", "Hear the Fjord hour 3 June", "The words by Ana", "Words by") == [0]
    assert found(templates, "fjord.example", "All words by Ana Poe", "Words by Ana Poe") == [1]


def spoken(templates: Templates, text: str) -> list[tuple[str, str]]:
    doc = Document(text, templates=templates)
    return [(span.of(text), entry.name) for span, entry in doc.batch_names]


def test_rare_spellings_are_found_as_whole_words_only() -> None:
    names = (
        BatchName("Nord Stream", "Nord Steam"), BatchName("Ana Ströbele", "Ana Strobele"),
        BatchName("Żubr Row", "Żuber Row"), BatchName("A B", "A C", keep=True),
    )  # fmt: skip
    templates = Templates([Pack(0, (), names)])
    text = (
        "Nord Steam, éNord Steam, Nord Steamer, nord steam, Nord\nSteam. Żuber Row met Ana Strobele’s aunt. A C left."
    )
    assert spoken(templates, text) == [
        ("Nord Steam", "Nord Stream"), ("Żuber Row", "Żubr Row"), ("Ana Strobele", "Ana Ströbele"),
    ]  # fmt: skip


def look_up(text: str, templates: Templates) -> None:
    doc = Document(text, templates=templates)
    assert doc.template_lines is not None
    assert doc.batch_names is not None


@pytest.mark.parametrize("unit", ["A\n", "a b\n", "12 \n", "Nord Steam ", "Жж ", "\n", "é", "_", "A B\r\n"])
def test_looking_up_costs_linear_time(unit: str) -> None:
    names = (BatchName("Nord Stream", "Nord Steam"), BatchName("Ж", "Жж"))
    templates = Templates([Pack(0, (SourceLines("*", 0, (TemplateLine("a b"), TemplateLine("0"))),), names)])
    small, large = unit * (50_000 // len(unit)), unit * (500_000 // len(unit))
    assert seconds(lambda: look_up(large, templates)) < 15 * seconds(lambda: look_up(small, templates)) + 0.05


ARTICLE = "The talks ended late.\nThe ministers had met at noon.\n{}\nNobody was surprised."


def pack_file(path: Path, *lines: str, source: str = "*", articles: int = 12) -> str:
    rows = tuple(TemplateLine(folded_line(line), articles=articles) for line in lines)
    text = "\n".join(render_pack(Pack(40, (SourceLines(source, 40, rows),))))
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_template_line_is_a_finding_with_its_support_and_an_edit(tmp_path: Path) -> None:
    path = pack_file(tmp_path / "site.toml", "Hear the Fjord Hour", source="fjord.example", articles=1200)
    auditor = Auditor(Config(templates=(path,), select=("BP250",)), strict=True)
    text = ARTICLE.format("HEAR the “Fjord Hour”!")
    doc = Document(text, "1", {"url": "https://www.fjord.example/1"})
    (finding,) = auditor.audit(doc).findings
    assert (finding.code, finding.excerpt) == ("BP250", "HEAR the “Fjord Hour”!")
    assert finding.message == "“HEAR the “Fjord Hour”!” recurs in 1,200 articles of fjord.example"
    assert finding.edits
    assert not auditor.audit(text).findings  # an article of another source
    without = Auditor(Config(select=("BP250",)), strict=True).audit(doc)
    assert not without.findings
    assert not without.skipped


def test_a_line_that_another_rule_reports_is_left_to_it(tmp_path: Path) -> None:
    line = "Follow us on Facebook and Twitter"
    path = pack_file(tmp_path / "site.toml", line)
    text = ARTICLE.format(line)
    both = Auditor(Config(templates=(path,)), strict=True).audit(text)
    assert [finding.code for finding in both.findings] == [f.code for f in Auditor().audit(text).findings] != ["BP250"]
    alone = Auditor(Config(templates=(path,), select=("BP250",)), strict=True).audit(text)
    assert [finding.code for finding in alone.findings] == ["BP250"]


def test_the_fingerprint_follows_what_stands_in_the_pack(tmp_path: Path) -> None:
    path = pack_file(tmp_path / "site.toml", "Hear the Fjord Hour")
    config = Config(templates=(path,))
    before = config.fingerprint()
    assert before != Config().fingerprint()
    copied = tmp_path / "copy.toml"
    copied.write_bytes(Path(path).read_bytes())
    assert Config(templates=(str(copied),)).fingerprint() == before
    pack_file(tmp_path / "site.toml", "Hear the Harbour Hour")
    assert config.fingerprint() != before
    (tmp_path / "site.toml").unlink()
    with pytest.raises(ConfigError, match="cannot be read"):
        config.fingerprint()


def test_the_gate_loses_no_template_line(tmp_path: Path) -> None:
    path = pack_file(tmp_path / "site.toml", "Hear the Fjord Hour", "Fjord page 3")
    text = ARTICLE.format("hear the fjord hour\r\n\u00a0Fjord page 7 \n“Hear” the Fjord hour")
    config = Config(templates=(path,), preview=True)
    gated, ungated = Auditor(config, strict=True), Auditor(config, strict=True, gate=False)
    assert [f.code for f in gated.audit(text).findings].count("BP250") == 3
    assert gated.audit(text).findings == ungated.audit(text).findings
