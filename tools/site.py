"""The documentation as a site: pages gathered and made, links set anew, built by mkdocs and checked.

    python -m tools.site build      stage the pages in build/docs, build site/, look for requests to other hosts
    python -m tools.site serve      show it at http://127.0.0.1:8000 (what was changed since is not seen)
    python -m tools.site stage      only the pages; needs nothing but the auditor

Pages are the README, `docs/`, the rule pages, CONTRIBUTING, CHANGELOG and what the benchmarks measured; made from the
code are the help of the commands, the keys of the configuration, and the Python API. A page in `docs/` that no section
names stands under “How to”. Links between files of the repository become links of the site; one that leads nowhere is
an error.
"""

from __future__ import annotations

import argparse
import ast
import html
import inspect
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path, PurePosixPath
from types import MappingProxyType

import auditor
import auditor.distributed
import auditor.rulekit
from auditor.cli import build_parser
from auditor.config import Config, Policy, to_plain
from auditor.page import Block, parse_page
from auditor.registry import load_rules
from auditor.rule import Rule
from tools.evaluation_data import ROOT

BUILD = ROOT / "build"
SITE = ROOT / "site"

HOME = "index.md"
MOVED: Mapping[str, str] = MappingProxyType(
    {
        "README.md": HOME,
        "CONTRIBUTING.md": "contributing.md",
        "CHANGELOG.md": "changelog.md",
        "benchmarks/README.md": "benchmarks.md",
        "rules/README.md": "rules/index.md",
    }
)
"""Pages outside `docs/` and the rule pages: the file in the repository, and the page."""
COPIED = ("LICENSE", "NOTICE")
"""Files that are no pages, and are on the site as they are. (The report on the seeds is not: they are not ours.)"""

TUTORIAL = "Tutorial"
HOW_TO = "How to"
REFERENCE = "Reference"
RULES = "Rules"
EXPLANATION = "Explanation"
PROJECT = "Project"
SECTIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        TUTORIAL: ("tutorial.md",),
        HOW_TO: (
            "ci.md", "report.md", "filter.md", "cleaning.md", "boilerplate.md", "mining.md", "house_rules.md",
            "grammar.md", "distributed.md",
        ),
        REFERENCE: ("reference.md", "commands.md", "configuration.md", "tables.md", "api.md"),
        RULES: (),
        EXPLANATION: ("design.md", "measuring.md", "measured.md", "benchmarks.md"),
        PROJECT: ("contributing.md", "changelog.md"),
    }
)  # fmt: skip
"""The sections, and the order of the pages in them. Pages that are not there are left out; the rules come by family."""

FAMILIES: Mapping[str, str] = MappingProxyType(
    {
        "MT": "Translation artifacts",
        "BP": "Boilerplate",
        "NM": "Names and numbers",
        "LG": "Language and encoding",
        "RD": "Readability",
        "GR": "Grammar",
        "HR": "House rules",
    }
)
"""The families of rules in the order of the site."""

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "bad": "reported",
        "good": "left alone",
        "fixed": "after the edits",
        "missed": "not found yet",
        "false-alarm": "found, and should not be",
    }
)
"""What stands over the blocks of a rule page."""

_FENCE = re.compile(r"^(?P<ticks>`{3,})(?P<info>[^`\n]*)\n(?P<body>.*?)^(?P=ticks)[ \t]*$", re.M | re.S)
_CODE_OR_LINK = re.compile(r"(?P<ticks>`+)[^`]+(?P=ticks)|\[(?P<label>[^\[\]]+)\]\((?P<target>[^()\s]+)\)")
_HEADING = re.compile(r"^# (.+)$", re.M)
_MARK = re.compile(r"\\u\{[0-9A-Fa-f]{1,6}\}|\\(?:[trns\\]|\[\[|\]\])|(?P<open>\[\[(?:\d+:)?)|(?P<close>(?::\d+)?\]\])")


class SiteError(Exception):
    """Something on the site is wrong; the message says where and what to do."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the site. source: its file in the repository, empty for a page that is made from the code."""

    target: str
    source: str
    text: str

    @property
    def title(self) -> str:
        """Its first heading. Raises SiteError without one."""
        found = _HEADING.search(_FENCE.sub("", self.text))
        if found is None:
            raise SiteError(f"{self.source or self.target}: a page must have a heading: “# Title”")
        return found[1].replace("`", "").strip()


def pages(root: Path = ROOT) -> list[Page]:
    """All pages of the site, their links those of the site. root: the repository. Raises SiteError."""
    sources = {**MOVED}
    for path in sorted((root / "docs").rglob("*.md")):
        name = path.relative_to(root).as_posix()
        sources[name] = name.removeprefix("docs/")
    rules = load_rules()
    files = {f"rules/{rule.code.lower()}_{rule.name.replace('-', '_')}.md": rule for rule in rules}
    sources |= {name: name for name in files}
    found = []
    for source, target in sources.items():
        text = (root / source).read_text(encoding="utf-8")
        text = relinked(text, source, sources, root)
        text = rule_page(text, files[source]) if source in files else _FENCE.sub(plain_fence, text)
        found.append(Page(target, source, text))
    made = {"commands.md": commands_page(), "configuration.md": configuration_page(), "api.md": api_page()}
    for target, text in made.items():
        if target in sources.values():
            raise SiteError(f"docs/{target} has the name of a page that is made from the code; rename it")
        found.append(Page(target, "", text))
    return found


def relinked(text: str, source: str, sources: Mapping[str, str], root: Path) -> str:
    """The text of a file with its links to other files made links of the site.

    sources: the page of each file. A link to a file that is not on the site becomes its name.
    Raises SiteError for a link to a file that does not exist.
    """

    def outside_fences(piece: str) -> str:
        return _CODE_OR_LINK.sub(link, piece)

    def link(match: re.Match[str]) -> str:
        target, hash_sign, anchor = (match["target"] or "").partition("#")
        if match["target"] is None or not target or re.match(r"[a-z]+:", target):
            return match[0]
        name = os.path.normpath(PurePosixPath(source).parent / target)
        here = PurePosixPath(sources[source]).parent
        if name in sources:
            return f"[{match['label']}]({os.path.relpath(sources[name], here)}{hash_sign}{anchor})"
        if name in COPIED or (name.startswith("docs/") and (root / name).is_file()):
            return f"[{match['label']}]({os.path.relpath(name.removeprefix('docs/'), here)}{hash_sign}{anchor})"
        if not (root / name).exists():
            raise SiteError(f"{source}: the link to {match['target']} leads nowhere")
        return match["label"] if f"`{name}`" == match["label"] else f"{match['label']} (`{name}` in the repository)"

    out, position = [], 0
    for fence in _FENCE.finditer(text):
        out += [outside_fences(text[position : fence.start()]), fence[0]]
        position = fence.end()
    return "".join([*out, outside_fences(text[position:])])


def plain_fence(fence: re.Match[str]) -> str:
    """A fenced block as the site understands it: what the tests read behind the language goes, a file is its title."""
    language, _, rest = fence["info"].strip().partition(" ")
    file = re.search(r"\bfile=(\S+)", rest)
    title = f' title="{file[1]}"' if file else ""
    return f"{fence['ticks']}{language}{title}\n{fence['body']}{fence['ticks']}"


def rule_page(text: str, rule: Rule) -> str:
    """A rule's page with its severity under the heading, and its blocks as examples in which the places are marked."""
    blocks = {block.line: block for block in parse_page(text, rule.code).blocks}

    def example(fence: re.Match[str]) -> str:
        return example_html(blocks[text.count("\n", 0, fence.start()) + 1])

    heading, blank, rest = text.partition("\n\n")
    state = "stable" if rule.stable else "preview: runs only when asked for"
    rest = _FENCE.sub(example, text)[len(heading + blank) :]
    return f"{heading}\n\n*{rule.severity.value}, {state}; version {rule.version}*\n\n{rest}"


def example_html(block: Block) -> str:
    """A block of a rule page as HTML: escapes stay as they are written, marked places are marked."""
    settings = "".join(f", `{name}` {value}" for name, value in block.options.items()).replace("`", "")
    kind = f"{KINDS[block.kind]}{', for the whole article' if block.article else ''}{settings}"
    out, position = [], 0
    for piece in _MARK.finditer(block.body):
        out.append(html.escape(block.body[position : piece.start()]))
        out.append("<mark>" if piece["open"] else "</mark>" if piece["close"] else html.escape(piece[0]))
        position = piece.end()
    out.append(html.escape(block.body[position:]))
    body = "".join(out).rstrip("\n")
    return f'<div class="example {block.kind}"><p>{html.escape(kind)}</p><pre>{body}</pre></div>'


def commands_page() -> str:
    """The help of every command, as it is printed."""
    parts = ["# The help of the commands", "", "What `auditor COMMAND --help` prints. [More about each](reference.md)."]
    for name, parser in commands():
        parser.formatter_class = lambda prog: argparse.HelpFormatter(prog, width=100)
        parts += ["", f"## {name}", "", "```text", parser.format_help().rstrip(), "```"]
    return "\n".join(parts) + "\n"


def commands() -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """The program and its commands, those in commands too, with their names."""

    def walk(name: str, parser: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
        yield name, parser
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction):
                for command, child in action.choices.items():
                    yield from walk(f"{name} {command}", child)

    yield from walk("auditor", build_parser())


def configuration_page() -> str:
    """Every key of the configuration, with type, default and meaning."""
    parts = [
        "# The keys of the configuration",
        "",
        "In `auditor.toml`, or under `[tool.auditor]` in `pyproject.toml`. An unknown key is an error. "
        "[Where the file is looked for](reference.md#configuration).",
    ]
    plain = to_plain(Config())
    for heading, of, values in (("Keys", Config, plain), ("Keys of `[policy]`", Policy, plain["policy"])):
        parts += ["", f"## {heading}", "", "| key | type | default | meaning |", "| --- | --- | --- | --- |"]
        meanings = attribute_docs(of)
        for each in fields(of):
            key = each.name.replace("_", "-")
            if each.default_factory is Policy:
                continue  # its keys are the second table
            default = json.dumps(values[key], ensure_ascii=False)
            kind = str(each.type).replace("|", "\\|")
            parts.append(f"| `{key}` | `{kind}` | `{default}` | {meanings[each.name]} |")
            assert each.default is not MISSING or each.default_factory is not MISSING
    return "\n".join(parts) + "\n"


def attribute_docs(of: type) -> dict[str, str]:
    """The sentence under each field of a class, by its name."""
    (body,) = [node.body for node in ast.parse(inspect.getsource(of)).body if isinstance(node, ast.ClassDef)]
    found = {}
    for before, after in pairwise(body):
        if isinstance(before, ast.AnnAssign) and isinstance(before.target, ast.Name) and isinstance(after, ast.Expr):
            value = ast.literal_eval(after.value)
            found[before.target.id] = " ".join(str(value).split())
    return found


def api_page() -> str:
    """The public names of the package, for mkdocstrings."""
    own = {name: f"auditor.{home}.{name}" for name, home in auditor._HOMES.items()}
    own = {"audit": "auditor.audit", **own}
    distributed = {name: f"auditor.distributed.{home}.{name}" for name, home in auditor.distributed._HOMES.items()}
    kit = {name: path for name, path in rulekit_names().items() if path not in own.values()}
    parts = ["# The Python API", "", "What may be relied upon. Everything else may change in any version."]
    for heading, words, names in (
        ("Audits and reports", "`import auditor`, or `from auditor import …`.", own),
        ("Engines", "`from auditor.distributed import …`; [how to use them](distributed.md).", distributed),
        ("Rules", "`from auditor.rulekit import …`, all that a rule may import besides the standard library.", kit),
    ):
        parts += ["", f"## {heading}", "", words]
        for path in names.values():
            parts += ["", f"::: {path}"]
    return "\n".join(parts) + "\n"


def rulekit_names() -> dict[str, str]:
    """What a rule may import, and where each name is at home."""
    tree = ast.parse(inspect.getsource(auditor.rulekit))
    homes = {
        alias.name: f"{node.module}.{alias.name}"
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    return {name: homes.get(name, f"auditor.rulekit.{name}") for name in auditor.rulekit.__all__}


def navigation(found: Sequence[Page]) -> list[object]:
    """The navigation as mkdocs wants it. Every page is in it; raises SiteError for two pages of one title."""
    titles = {page.target: page.title for page in found}
    rules = {page.target for page in found if page.target.startswith("rules/")}
    named = {target for targets in SECTIONS.values() for target in targets} | rules | {HOME}
    more = sorted(titles.keys() - named)
    parts: list[object] = [{"Home": HOME}]
    for section, targets in SECTIONS.items():
        wanted = [*targets, *(more if section == HOW_TO else ())]
        entries: list[object] = [{titles[target]: target} for target in wanted if target in titles]
        if section == RULES:
            entries = ["rules/index.md", *by_family(rules - {"rules/index.md"}, titles)]
        if entries:
            parts.append({section: entries})
    twice = {title for title in titles.values() if list(titles.values()).count(title) > 1}
    if twice:
        raise SiteError(f"pages have the same title: {', '.join(sorted(twice))}")
    return parts


def by_family(rules: set[str], titles: Mapping[str, str]) -> list[object]:
    """The rule pages in their families."""
    codes = {code_of(target): target for target in sorted(rules)}
    heads = dict.fromkeys([*FAMILIES, *sorted(code[:2] for code in codes)])
    groups = {head: [{titles[codes[c]]: codes[c]} for c in codes if c.startswith(head)] for head in heads}
    return [{FAMILIES.get(head, head): entries} for head, entries in groups.items() if entries]


def code_of(target: str) -> str:
    """The code of the rule that a page is about."""
    return PurePosixPath(target).name.partition("_")[0].upper()


def stage(folder: Path, root: Path = ROOT) -> list[object]:
    """Write all pages and what they show into a folder, which is emptied first; the navigation. Raises SiteError."""
    found = pages(root)
    shutil.rmtree(folder, ignore_errors=True)
    for page in found:
        path = folder / page.target
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page.text, encoding="utf-8")
    for path in sorted((root / "docs").rglob("*")):
        if path.is_file() and path.suffix != ".md":
            to = folder / path.relative_to(root / "docs")
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, to)
    for name in COPIED:
        shutil.copyfile(root / name, folder / name)
    return navigation(found)


class _Troubles(HTMLParser):
    """Collects what a browser would load from another host, and fences that were not understood."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.inside = tag
        if tag == "a" or (tag == "link" and given.get("rel") in ("canonical", "next", "prev", "edit")):
            return
        for name in ("src", "href", "srcset", "data", "poster"):
            if re.match(r"(?:https?:)?//", given.get(name) or ""):
                self.found.append(f"{tag} {given[name]}")

    def handle_data(self, data: str) -> None:
        if self.inside == "p" and "```" in data:
            self.found.append(f"a block that is none: {data.strip().splitlines()[0][:60]}")


def troubles(site: Path) -> list[str]:
    """What is wrong in a built site: the file, and the address on another host or the block that shows as text."""
    found = []
    for path in sorted(site.rglob("*.html")):
        parser = _Troubles()
        parser.feed(path.read_text(encoding="utf-8"))
        found += [f"{path.relative_to(site)}: {each}" for each in parser.found]
    for path in sorted(site.rglob("*.css")):
        loaded = re.findall(r"(?:url\(|@import\s+)['\"]?((?:https?:)?//[^'\")\s]+)", path.read_text(encoding="utf-8"))
        found += [f"{path.relative_to(site)}: {each}" for each in loaded]
    return found


def main() -> int:
    """Command line of this script; 1 when the site cannot be built, or would load something from elsewhere."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=("build", "serve", "stage"))
    action = parser.parse_args().action
    try:
        nav = stage(BUILD / "docs")
    except SiteError as error:
        print(f"docs: {error}", file=sys.stderr)
        return 1
    settings = BUILD / "mkdocs.yml"
    given = {"INHERIT": "../mkdocs.yml", "docs_dir": "docs", "site_dir": str(SITE), "nav": nav}
    settings.write_text(json.dumps(given, ensure_ascii=False, indent=1), encoding="utf-8")  # JSON is YAML
    if action == "stage":
        return 0
    options = ["--strict"] if action == "build" else []
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}  # an advertisement of the theme, not about this site
    command = [sys.executable, "-m", "mkdocs", "--quiet", action, *options, "--config-file", str(settings)]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=False)
    if done.returncode or action == "serve":
        return done.returncode
    if found := troubles(SITE):
        print("docs: loaded from another host, or not understood:", *found, sep="\n", file=sys.stderr)
        return 1
    print(f"The documentation: {SITE.relative_to(ROOT)}/index.html, {len(list(SITE.rglob('*.html')))} pages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
