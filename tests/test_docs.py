"""The site of the documentation names every page, command, option, key and rule, and its links lead somewhere."""

from __future__ import annotations

import argparse
import re
import shutil
from dataclasses import fields
from pathlib import Path

import pytest

from auditor.config import Config, Policy
from auditor.registry import load_rules
from tests.conftest import ROOT
from tools.site import (
    SECTIONS,
    Page,
    SiteError,
    code_of,
    commands,
    commands_page,
    configuration_page,
    example_html,
    navigation,
    pages,
    stage,
    troubles,
)

MADE_FROM_CODE = {"commands.md", "configuration.md", "api.md"}


@pytest.fixture(scope="module")
def found() -> dict[str, Page]:
    return {page.target: page for page in pages()}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The pages of the repository, to be spoilt."""
    root = tmp_path / "repository"
    for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE", "NOTICE", "benchmarks/README.md"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, root / name)
    for folder in ("docs", "reports"):
        shutil.copytree(ROOT / folder, root / folder)
    shutil.copytree(ROOT / "rules", root / "rules", ignore=shutil.ignore_patterns("*.py", "data", "__pycache__"))
    return root


def in_navigation(part: object) -> list[str]:
    """The pages in a part of the navigation."""
    if isinstance(part, str):
        return [part]
    children = part if isinstance(part, list) else list(part.values()) if isinstance(part, dict) else []
    return [page for child in children for page in in_navigation(child)]


def test_the_navigation_names_every_page_once(found: dict[str, Page]) -> None:
    named = in_navigation(navigation(list(found.values())))
    assert sorted(named) == sorted(found)
    for path in (ROOT / "docs").rglob("*.md"):
        assert path.relative_to(ROOT / "docs").as_posix() in named


def test_the_sections_have_what_a_reader_looks_for(found: dict[str, Page]) -> None:
    parts = navigation(list(found.values()))
    heads = [head for part in parts if isinstance(part, dict) for head in part]
    assert heads == ["Home", *SECTIONS]
    assert {"tutorial.md", "design.md", "distributed.md", "grammar.md", "contributing.md"} <= set(found)


def test_a_new_page_of_the_docs_stands_under_how_to(copy: Path) -> None:
    (copy / "docs" / "another.md").write_text("# Another page\n", encoding="utf-8")
    (how_to,) = [part for part in navigation(pages(copy)) if isinstance(part, dict) and "How to" in part]
    assert {"Another page": "another.md"} in how_to["How to"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("no heading\n", "docs/another.md: a page must have a heading"),
        ("# A\n\n[there](nowhere.md)\n", "docs/another.md: the link to nowhere.md leads nowhere"),
        ("# Reference\n", "pages have the same title: Reference"),
    ],
)
def test_what_is_wrong_with_a_page_is_told(copy: Path, text: str, said: str) -> None:
    (copy / "docs" / "another.md").write_text(text, encoding="utf-8")
    with pytest.raises(SiteError, match=re.escape(said)):
        navigation(pages(copy))


def test_a_page_does_not_take_the_name_of_one_that_is_made(copy: Path) -> None:
    (copy / "docs" / "api.md").write_text("# Mine\n", encoding="utf-8")
    with pytest.raises(SiteError, match=r"docs/api\.md has the name of a page"):
        pages(copy)


def test_every_link_leads_to_a_page_or_a_file_of_the_site(tmp_path: Path, found: dict[str, Page]) -> None:
    stage(tmp_path / "site")
    links = 0
    for page in found.values():
        text = re.sub(r"^(`{3,})[^`\n]*\n.*?^\1[ \t]*$", "", page.text, flags=re.M | re.S)
        text = re.sub(r"(?<!`)`[^`\n]+`", "", text)
        for target in re.findall(r"\]\(([^()\s#]+)(?:#[^()\s]*)?\)", text):
            if not re.match(r"[a-z]+:", target):
                links += 1
                there = (tmp_path / "site" / page.target).parent / target
                assert there.is_file(), f"{page.source or page.target}: {target}"
    assert links > 50


def test_a_file_that_is_not_on_the_site_is_named_in_words(found: dict[str, Page]) -> None:
    assert "(`reports/report.md` in the repository)" in found["index.md"].text
    assert not [target for target in found if target.startswith("reports/")]


def test_the_reference_made_from_code_names_every_command_and_option() -> None:
    page = commands_page()
    names = [name for name, _ in commands()]
    assert {"auditor", "auditor check", "auditor filter", "auditor explain"} <= set(names)
    for name, parser in commands():
        part = page.split(f"\n## {name}\n")[1].split("\n## ")[0]
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction):
                assert all(f"\n    {command} " in part for command in action.choices), name
            for option in action.option_strings:
                assert option in part, f"{name} {option}"


def test_the_reference_made_from_code_names_every_key_with_its_meaning() -> None:
    page = configuration_page()
    keys, policy = page.split("\n## Keys of `[policy]`\n")
    for of, part in ((Config, keys), (Policy, policy)):
        for each in fields(of):
            if each.name != "policy":
                row = rf"^\| `{each.name.replace('_', '-')}` \| `[^`]+` \| `[^`]+` \| [A-Z].*\. \|$"
                assert re.search(row, part, re.M), each.name


def test_every_rule_has_a_page_with_its_severity_and_its_marked_examples(found: dict[str, Page]) -> None:
    rules = load_rules()
    in_table = set(re.findall(r"^\| \[([A-Z]{2}\d{3})\]", found["rules/index.md"].text, re.M))
    own = {code_of(target): page.text for target, page in found.items() if re.match(r"rules/[a-z]{2}\d", target)}
    assert own.keys() == in_table == {rule.code for rule in rules}
    for rule in rules:
        assert f"\n*{rule.severity.value}, {'stable' if rule.stable else 'preview'}" in own[rule.code]
        assert "```bad" not in own[rule.code]
        assert '<div class="example bad">' in own[rule.code]
    assert "the garrison <mark>is. armed.</mark>" in own["MT102"]


def test_every_public_name_is_in_the_reference(found: dict[str, Page]) -> None:
    import auditor
    import auditor.distributed
    import auditor.rulekit

    given = {line.rpartition(".")[2] for line in found["api.md"].text.splitlines() if line.startswith("::: ")}
    names = {*auditor.__all__, *auditor.distributed.__all__, *auditor.rulekit.__all__} - {"__version__"}
    assert given == names


def test_blocks_have_a_language_and_at_most_a_title_behind_it(found: dict[str, Page]) -> None:
    infos = {info for page in found.values() for info in re.findall(r"^```([^`\n]+)\n.*?^```$", page.text, re.M | re.S)}
    assert {"sh", 'toml title="strict.toml"'} <= infos
    assert not [info for info in infos if not re.fullmatch(r'[a-z]+( title="[^"]+")?', info)]


def test_examples_are_escaped_and_keep_their_escapes() -> None:
    from auditor.page import parse_page

    source = (
        "# XX101 x\n\nIt finds x.\n\n## Why it matters\n\nx\n\n## What it reports\n\n"
        "```bad\n[[<b>]] & \\u{00A0}\\[[x\\]] [[1:a [[2:b :1]] c :2]]\n\n[[]]end\n```\n\n## What it leaves alone\n\nx\n"
    )
    (block,) = parse_page(source, "x").blocks
    assert example_html(block) == (
        '<div class="example bad"><p>reported</p><pre><mark>&lt;b&gt;</mark> &amp; \\u{00A0}\\[[x\\]] '
        "<mark>a <mark>b </mark> c </mark>\n\n<mark></mark>end</pre></div>"
    )


def test_what_is_wrong_in_a_built_site_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        '<a href="https://x.example">x</a><link rel="canonical" href="https://x.example">'
        '<script src="//cdn.example/a.js"></script><img src="pictures/a.png"><link rel="stylesheet" href="http://y/z.css">'
        "<p>```sh exit=1\nauditor</p><code>```</code>",
        encoding="utf-8",
    )
    (tmp_path / "a.css").write_text("@import 'https://f.example/x.css'; a {background: url(b.png)}", encoding="utf-8")
    assert troubles(tmp_path) == [
        "a.html: script //cdn.example/a.js",
        "a.html: link http://y/z.css",
        "a.html: a block that is none: ```sh exit=1",
        "a.css: https://f.example/x.css",
    ]
