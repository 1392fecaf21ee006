from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from auditor.config import Config
from auditor.engine import Auditor
from auditor.errors import ConfigError, RuleLoadError
from auditor.page import parse_page
from auditor.registry import catalogue_folder, choose, find, load_rules

MODULE = '''"""HR901 looks for “foo”."""

import re
from collections.abc import Iterator

from auditor.rulekit import Document, Hit, Severity, rule


@rule(code="HR901", severity=Severity.MINOR, trigger="foo", stable=True, english=False)
def foo(doc: Document) -> Iterator[Hit]:
    """The word foo."""
    for match in re.finditer("foo", doc.text):
        yield Hit.of(match, "“{text}” is here")
'''
PAGE = """# HR901 foo

The word foo.

## Why it matters

a

## What it reports

b

## What it leaves alone

c
"""


def house(folder: Path, module: str = MODULE, page: str | None = PAGE, stem: str = "hr901_foo") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / f"{stem}.py").write_text(module, encoding="utf-8")
    if page is not None:
        (folder / f"{stem}.md").write_text(page, encoding="utf-8")
    return folder


def test_a_rule_is_two_files_and_adding_one_touches_nothing_else(tmp_path: Path) -> None:
    folder = house(tmp_path / "rules")
    audit = Auditor(Config(rule_folders=(str(folder),))).audit("a foo b")
    assert "HR901" in [finding.code for finding in audit.findings]
    (folder / "hr901_foo.py").unlink()
    (folder / "hr901_foo.md").unlink()
    assert "HR901" not in {rule.code for rule in load_rules([folder])}


@pytest.mark.parametrize(
    ("change", "cure"),
    [
        ({"page": None}, "page hr901_foo.md is missing"),
        ({"stem": "hr901_bar"}, "file name and rule must agree"),
        ({"module": "import nothing_of_that_name\n"}, "cannot be imported"),
        ({"module": "x = (\n"}, "cannot be imported"),
        ({"module": "x = 1\n"}, "holds 0 rules"),
        ({"module": MODULE.replace("HR901", "BP201"), "stem": "bp201_foo"}, "is taken by source-site-stub"),
        ({"module": MODULE.replace('code="HR901"', 'code="XX901"')}, "no rule code"),
        ({"module": MODULE.replace("The word foo.", "The word foo")}, "must be one sentence"),
        ({"module": MODULE.replace("(doc: Document)", "(doc: Document, n: int = 3)")}, "must be keyword-only"),
    ],
)
def test_a_broken_rule_is_an_error_that_says_why(tmp_path: Path, change: dict[str, str | None], cure: str) -> None:
    folder = house(tmp_path / "rules", **change)  # type: ignore[arg-type]
    with pytest.raises(RuleLoadError, match=cure):
        load_rules([folder])


def test_a_missing_rule_folder_is_a_configuration_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="does not exist"):
        load_rules([tmp_path / "none"])


def test_rules_are_chosen_by_code_prefix() -> None:
    rules = load_rules()
    assert {rule.family for rule in choose(rules, ["BP"])} == {"BP"}
    assert "BP201" not in {rule.code for rule in choose(rules, ["BP"], ["BP201"])}
    assert all(rule.stable for rule in choose(rules))


def test_a_rule_is_found_by_code_or_name() -> None:
    rules = load_rules()
    assert find(rules, "bp201") is find(rules, "source-site-stub")
    with pytest.raises(ConfigError, match="did you mean “source-site-stub”"):
        find(rules, "source-site-stubb")


def test_every_file_of_the_catalogue_is_a_rule_its_page_or_known() -> None:
    known = {"__init__.py", "README.md", "data", "__pycache__"}
    stems = {f"{rule.code.lower()}_{rule.name.replace('-', '_')}" for rule in load_rules()}
    for path in catalogue_folder().iterdir():
        assert path.name in known or path.stem in stems, path


@pytest.mark.parametrize(
    ("page", "cure"),
    [
        ("# HR901\n\nThe word foo.\n", "must begin with"),
        (PAGE.replace("## Why it matters", "## Why"), "unknown section “Why”"),
        (PAGE.replace("## What it reports\n\nb\n\n", ""), "“What it reports” is missing"),
        (PAGE + "\n```bed\nx\n```\n", "is none of"),
        (PAGE + "\n```fixed\nx\n```\n", "must follow a bad block"),
        (PAGE + "\n```bad artikel\nx\n```\n", "unknown word"),
    ],
)
def test_a_page_has_a_fixed_form(page: str, cure: str) -> None:
    with pytest.raises(RuleLoadError, match=cure):
        parse_page(page, "hr901_foo.md")


def test_blocks_keep_their_lines_exactly(tmp_path: Path) -> None:
    page = parse_page(PAGE + "\n````good article x=1\n```\n\n a \n````\n", "p.md")
    (block,) = page.blocks
    assert (block.kind, block.body, block.article, block.options) == ("good", "```\n\n a ", True, {"x": "1"})


def test_the_catalogue_does_not_need_the_source_tree(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(catalogue_folder(), copy, ignore=shutil.ignore_patterns("__pycache__"))
    with pytest.raises(RuleLoadError, match="is taken by"):
        load_rules([copy])
