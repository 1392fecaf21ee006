"""Imports point down, and each outside library has one door."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

LAYERS = [
    ["_version", "errors", "exit_codes", "span"],
    ["finding", "text", "grammar", "page"],
    ["scan"],
    ["phrasebook"],
    ["templates"],
    ["document"],
    ["rule", "marking", "corrections"],
    ["pack"],
    ["rulekit", "registry", "config"],
    ["gate"],
    ["engine"],
    ["policy", "score", "readers", "repository", "notebook", "cleaning", "rule_tests"],
    ["report", "suppression", "figures"],
    ["fingerprint"],
    ["changes", "comparison"],
    ["writers"],
    ["mining"],
    ["stream"],
    ["distributed", "clean_files"],
    ["doctor", "progress", "baseline"],
    ["guard"],
    ["commands"],
    ["cli"],
    ["__init__", "__main__"],
]
"""Lowest first. A module imports from lines below its own, or from its own line within one package."""

DOORS = {
    "pandas": {"report", "distributed"},
    "pyarrow": {"readers", "writers", "distributed"},
    "pyspark": {"distributed.spark"},
    "ray": {"distributed.ray_data"},
    "orjson": {"config", "readers", "score", "stream"},
    "jinja2": {"writers.html"},
    "matplotlib": {"writers.charts"},
    "textstat": {"text.readability"},
    "pyphen": {"text.hyphenation"},
    "langdetect": {"text.language"},
    "re2": {"scan"},
    "numpy": {"mining.counting"},
    "rensa": {"mining.similar"},
    "ahocorasick_rs": {"scan"},
    "language_tool_python": {"grammar.client"},
}
"""Which modules may import an outside library."""


def modules() -> list[tuple[str, Path]]:
    base = ROOT / "auditor"
    return [
        (".".join(path.relative_to(base).with_suffix("").parts).removesuffix(".__init__"), path)
        for path in sorted(base.rglob("*.py"))
    ]


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names.add(node.module or "")
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def level(module: str) -> int:
    head = module.partition(".")[0]
    return next(index for index, line in enumerate(LAYERS) if head in line)


@pytest.mark.parametrize(("module", "path"), modules(), ids=lambda value: value if isinstance(value, str) else "")
def test_imports_point_down(module: str, path: Path) -> None:
    own = level(module)
    known = {name for name, _ in modules()}
    for name in imported(path):
        target = name.removeprefix("auditor.")
        if not name.startswith("auditor.") or target not in known or target == module:
            continue
        same_package = target.partition(".")[0] == module.partition(".")[0]
        assert level(target) < own or same_package, f"{module} imports {target}"


@pytest.mark.parametrize(("module", "path"), modules(), ids=lambda value: value if isinstance(value, str) else "")
def test_outside_libraries_come_through_their_door(module: str, path: Path) -> None:
    for name in imported(path):
        top = name.partition(".")[0]
        if top in sys.stdlib_module_names or top in ("auditor", ""):
            continue
        assert top in DOORS, f"{module} imports {top}, which has no door"
        doors = DOORS[top]
        assert module in doors or module.partition(".")[0] in doors, f"{module} imports {top}"


def test_no_module_is_a_drawer_of_odds_and_ends() -> None:
    assert not {path.stem for _, path in modules()} & {"utils", "util", "common", "helpers", "misc", "base"}


def test_the_broad_catch_exists_once() -> None:
    found = [
        module
        for module, path in modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException")))
    ]
    assert found == ["engine"]


def test_every_module_says_its_job_first() -> None:
    for module, path in modules():
        doc = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
        assert doc, module
        assert doc.split("\n")[0].rstrip().endswith((".", ":")), module
