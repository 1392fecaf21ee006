"""Packs: rules of a house in TOML; what they find, what is wrong with them, and their examples."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from auditor.cleaning import cleaned
from auditor.cli import main
from auditor.config import Config
from auditor.engine import Auditor
from auditor.errors import RuleLoadError
from auditor.pack import load_pack
from auditor.registry import load_page
from auditor.rule_tests import rules_at, wrongs

HEAD = '[[rule]]\ncode = "HR901"\nname = "slogan"\nsummary = "It is the slogan."\n'
GOOD = (
    HEAD
    + r"""phrases = ["stay with us for {more}", "(first|last) with the news"]
patterns = ['^Follow Us on \w+$', '(?i)\bbreaking: \pL+']
edit = "delete-lines"
safe = true
help = "The site appends it."

[rule.words]
more = ["sport", "the weather"]

[[rule.example]]
bad = "A bridge.\n[[Stay with us for the weather]]"
fixed = "A bridge."

[[rule.example]]
good = "They stay with us for dinner."
"""
)


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "site.toml").write_text(GOOD, encoding="utf-8")
    return Path("site.toml")


def auditor(pack: Path) -> Auditor:
    return Auditor(Config(packs=(str(pack),), select=("HR",)), strict=True)


def test_phrases_and_patterns_are_found(pack: Path) -> None:
    text = "First with the news!\r\nFollow Us on Telegram\r\nThe BREAKING: Über news. Stay\nwith us for sport"
    found = [finding.excerpt for finding in auditor(pack).audit(text).findings]
    assert found == ["First with the news", "Follow Us on Telegram", "BREAKING: Über", "Stay\nwith us for sport"]
    assert not auditor(pack).audit("Unfirst with the newspaper. Please Follow Us on Telegram now").findings


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_the_gate_loses_nothing(pack: Path, ending: str) -> None:
    text = ending.join(
        ["A story.", "Follow Us on Telegram", "stay with us for sport", "Breaking: Now", "last with the news"]
    )
    gated = auditor(pack).audit(text).findings
    config = Config(packs=(str(pack),), select=("HR",))
    assert gated == Auditor(config, strict=True, gate=False).audit(text).findings
    assert len(gated) == 4


def test_the_gate_lets_rules_with_plain_patterns_or_phrases_through(pack: Path) -> None:
    pack.write_text(HEAD + 'phrases = ["stay with us"]\npatterns = ["told Example"]\n', encoding="utf-8")
    house = auditor(pack)
    assert [f.excerpt for f in house.audit("He told Example all.").findings] == ["told Example"]
    assert [f.excerpt for f in house.audit("Stay with us all.").findings] == ["Stay with us"]
    assert not house.audit("Nothing of the kind.").findings


def test_odd_texts_are_survived(pack: Path) -> None:
    house = auditor(pack)
    for text in ("", "\ud800 Breaking: a\ud800", "\0", "😀 Breaking: é\n" * 50, "a" * 100_000):
        for finding in house.audit(text).findings:
            assert finding.excerpt == finding.span.of(text)


def test_a_pattern_takes_linear_time_on_any_text(pack: Path) -> None:
    pack.write_text(HEAD + "patterns = ['(a+)+b', '(x*)*y']\n", encoding="utf-8")
    house = auditor(pack)
    house.audit("a")
    started = time.process_time()
    assert not house.audit("a" * 100_000 + " " + "x" * 100_000).findings
    assert time.process_time() - started < 5


def test_cleaning_applies_a_safe_edit_and_no_other(pack: Path) -> None:
    house = auditor(pack)
    text = "A bridge.\n\nStay with us for sport\n\nIt is open.\n"
    assert cleaned(house.audit(text), house).text == "A bridge.\n\nIt is open.\n"
    pack.write_text(GOOD.replace("safe = true\n", ""), encoding="utf-8")
    house = auditor(pack)
    assert cleaned(house.audit(text), house).text == text


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("We say gaol now.", "We say jail now."),
        ("Gaol is full.", "Jail is full."),
    ],
)
def test_a_replacement_keeps_the_capital_and_is_not_safe(pack: Path, text: str, after: str) -> None:
    pack.write_text(HEAD + 'phrases = ["gaol"]\nreplace = "jail"\n', encoding="utf-8")
    (finding,) = auditor(pack).audit(text).findings
    (edit,) = finding.edits
    assert text[: edit.span.start] + edit.text + text[edit.span.end :] == after
    assert not edit.safe


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("We go (advert) now.", "We go now."),
        ("(advert) We go.", "We go."),
        ("We go (advert)", "We go"),
        ("We go (advert).", "We go."),
    ],
)
def test_words_go_with_one_of_their_spaces(pack: Path, text: str, after: str) -> None:
    pack.write_text(HEAD + "patterns = ['\\(advert\\)']\nedit = \"delete\"\nsafe = true\n", encoding="utf-8")
    (finding,) = auditor(pack).audit(text).findings
    (edit,) = finding.edits
    assert text[: edit.span.start] + edit.text + text[edit.span.end :] == after


@pytest.mark.parametrize(
    ("change", "line", "told"),
    [
        (("phrases = ", "phrase = "), 5, "did you mean “phrases”"),
        (("(first|last) with", "first|last with"), 5, "in brackets"),
        (("{more}", "{most}"), 5, "no list is called {most}"),
        ((r"\pL+", "(?=a)"), 6, "not in RE2's syntax"),
        ((r"\bbreaking: \pL+", "x*"), 6, "matches an empty text"),
        (('"delete-lines"', '"remove"'), 7, "“edit” must be delete or delete-lines"),
        (("safe = true", 'safe = "yes"'), 8, "“safe” must be true or false"),
        (("HR901", "HR801"), 1, "“code” must be HR9 and two digits"),
        (('name = "slogan"', 'name = "Slogan"'), 1, "“name” must be small letters"),
        (("slogan.", "slogan"), 1, "full stop"),
        (("[[Stay with us for the weather]]", "Stay with us"), 14, "marks nothing"),
        (("[[Stay with us for the weather]]", "[[Stay with us"), 14, "is not closed"),
        (("They stay", "[[They]] stay"), 18, "only “bad” has some"),
        (('good = "', 'goood = "'), 18, "unknown key “goood”"),
        (('edit = "delete-lines"', 'replace = "x"'), 8, "never safe"),
        (("help = ", 'severity = "bad"\nhelp = '), 9, "“severity” must be one of"),
    ],
)
def test_an_error_names_file_line_entry_and_cure(pack: Path, change: tuple[str, str], line: int, told: str) -> None:
    assert change[0] in GOOD
    pack.write_text(GOOD.replace(*change), encoding="utf-8")
    with pytest.raises(RuleLoadError) as error:
        load_pack(pack)
    assert str(error.value).startswith(f"site.toml:{line}: ")
    assert told in str(error.value)


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (b"", "holds no rule"),
        (b"[[rule]]", "“code” is missing"),
        (b"rules = 1", "unknown key “rules”"),
        (b"[[rule]", "not valid TOML"),
        (b"\xff", "not valid UTF-8"),
        (HEAD.encode(), "nothing to look for"),
        ((GOOD + GOOD).encode(), "taken by another rule"),
        (b"rule = 1", "holds no rule"),
        ((HEAD + "phrases = [1]\n").encode(), "a list of strings"),
    ],
)
def test_what_is_no_pack_is_told(pack: Path, source: bytes, told: str) -> None:
    pack.write_bytes(source)
    with pytest.raises(RuleLoadError, match=r"site\.toml") as error:
        load_pack(pack)
    assert told in str(error.value)


def test_a_code_of_another_pack_or_folder_is_refused(pack: Path) -> None:
    Path("other.toml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(RuleLoadError, match="HR901 is taken by slogan"):
        Auditor(Config(packs=("site.toml", "other.toml")))


def test_explain_list_and_check_know_the_pack(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "HR901", "--pack", "site.toml"]) == 0
    page = capsys.readouterr().out
    assert "The site appends it." in page
    assert "[[Stay with us for the weather]]" in page
    assert main(["rules", "list", "--pack", "site.toml"]) == 0
    assert "HR901  slogan" in capsys.readouterr().out
    Path("auditor.toml").write_text('packs = ["site.toml"]\n', encoding="utf-8")
    Path("a.txt").write_text("It is open.\nlast with the news\n", encoding="utf-8")
    assert main(["check", "a.txt", "--fail-on", "minor", "--select", "HR"]) == 1
    assert "HR901 “last with the news”: It is the slogan." in capsys.readouterr().out
    assert main(["report", "a.txt", "--out", "r"]) == 0
    assert "HR901" in Path("r/rules.csv").read_text(encoding="utf-8")
    page_of_pack = load_page(load_pack(pack)[0])
    assert {block.kind for block in page_of_pack.blocks} == {"bad", "fixed", "good"}


def test_the_examples_are_tests(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "test", "site.toml"]) == 0
    assert "HR901 slogan: 3 examples, all hold" in capsys.readouterr().out
    for old, new, line in (
        ("for the weather]]", "for the weather]] now", 14),
        ('fixed = "A bridge."', 'fixed = "A bride."', 14),
        ("for dinner", "for sport", 18),
        ("[[Stay", "[[Stay]] x [[stay", 14),
    ):
        text = GOOD.replace(old, new)
        assert text != GOOD
        pack.write_text(text, encoding="utf-8")
        assert main(["rules", "test", "site.toml"]) == (0 if old.startswith("for the weather") else 1)
        out = capsys.readouterr().out
        if not old.startswith("for the weather"):
            assert out.startswith(f"site.toml:{line}: HR901 the example “"), out
    pack.write_text(GOOD.partition("[[rule.example]]")[0], encoding="utf-8")
    assert main(["rules", "test", "site.toml"]) == 1
    assert "has no example" in capsys.readouterr().out


def test_wrong_use_of_rules_is_told(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "test"]) == 2
    assert "name the packs" in capsys.readouterr().err
    assert main(["rules", "list", "site.toml"]) == 2
    assert "takes no paths" in capsys.readouterr().err
    assert main(["rules", "test", "nothing.toml"]) == 2
    assert main(["rules", "test", "site.txt"]) == 2
    assert "is no folder and no pack" in capsys.readouterr().err


MODULE = '''
from collections.abc import Iterator
from auditor.rulekit import Document, Hit, Severity, Span, rule

@rule(code="HR902", severity=Severity.MINOR, english=False, stable=True)
def finds_foo(doc: Document) -> Iterator[Hit]:
    """A foo."""
    at = doc.text.find("foo")
    if at >= 0:
        yield Hit(Span(at, at + 3), "foo")
'''
PAGE = """# HR902 finds-foo

A foo.

## Why it matters

So.

## What it reports

```bad
A [[foo]].
```

## What it leaves alone

```good
A bar.
```
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package beside its metadata, as pip leaves them."""
    folder = tmp_path / "site" / "example_rules"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("")
    (folder / "hr902_finds_foo.py").write_text(MODULE)
    (folder / "hr902_finds_foo.md").write_text(PAGE)
    (folder / "site.toml").write_text(GOOD, encoding="utf-8")
    info = tmp_path / "site" / "example_rules-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: example-rules\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[auditor.rules]\nexample = example_rules\n")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    monkeypatch.delitem(sys.modules, "example_rules", raising=False)
    return tmp_path / "site"


def test_an_installed_package_gives_rules(package: Path) -> None:
    house = Auditor(Config(select=("HR",)), strict=True)
    assert [rule.code for rule in house.rules] == ["HR901", "HR902"]
    assert [finding.code for finding in house.audit("A foo.\nlast with the news").findings] == ["HR902", "HR901"]


def test_an_entry_point_that_gives_no_rules_is_told(package: Path) -> None:
    info = package / "example_rules-1.dist-info" / "entry_points.txt"
    for value, told in (
        ("example_rules.nothing", "cannot be loaded"),
        ("json:dumps", "must be a package, a folder or a pack"),
    ):
        info.write_text(f"[auditor.rules]\nexample = {value}\n")
        with pytest.raises(RuleLoadError, match=told) as error:
            Auditor()
        assert "example-rules" in str(error.value)


def test_a_folder_of_rules_is_tested_too(package: Path) -> None:
    (house,) = rules_at(package / "example_rules")
    assert not list(wrongs(house, load_page(house)))
