"""Doctor: what is installed, whether it works, what is missing and how to get it."""

from __future__ import annotations

import importlib
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata
from typing import Literal, TextIO

from auditor._version import __version__
from auditor.exit_codes import CLEAN, MISUSE

Status = Literal["ok", "missing", "broken"]

DISTRIBUTION = "article-auditor"
SENTENCE = "The minister said that the negotiations would continue until the beginning of December."

_OLDEST_PYTHON = (3, 11)
_LIBRARIES = (
    ("google-re2", "re2", "finds which rules can fire"),
    ("ahocorasick-rs", "ahocorasick_rs", "finds the entries of lexicons"),
    ("textstat", "textstat", "readability: the list of easy words, and the oracle of the self-check"),
    ("pyphen", "pyphen", "syllables of words that no dictionary has"),
    ("langdetect", "langdetect", "language"),
    ("orjson", "orjson", "JSON Lines"),
    ("numpy", "numpy", "counts the lines of a batch"),
    ("rensa", "rensa", "finds nearly equal lines of a batch"),
    ("pandas", "pandas", "tables in Python"),
    ("pyarrow", "pyarrow", "Parquet"),
)
_REPORT_LIBRARIES = (
    ("jinja2", "jinja2", "the HTML report"),
    ("matplotlib", "matplotlib", "charts of reports"),
)
_IMPORT_ERRORS = (ImportError, OSError, AttributeError, RuntimeError, SyntaxError, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: `detail` is its version or its purpose, `cure` how to get it or put it right."""

    name: str
    status: Status
    detail: str
    required: bool = True
    cure: str = ""


def doctor(out: TextIO) -> int:
    """Print all checks; 2 when something required is missing or broken, else 0."""
    checks = list(examine())
    width = max(len(check.name) for check in checks)
    for check in checks:
        kind = "" if check.required else " (optional)"
        out.write(f"{check.status:<8} {check.name:<{width}}  {check.detail}{kind}\n")
        if check.cure and check.status != "ok":
            out.write(f"{'':<8} {'':<{width}}  → {check.cure}\n")
    ill = [check.name for check in checks if check.required and check.status != "ok"]
    out.write(f"not ready: {', '.join(ill)}\n" if ill else "ready\n")
    return MISUSE if ill else CLEAN


def examine(
    load: Callable[[str], object] = importlib.import_module, which: Callable[[str], str | None] = shutil.which
) -> Iterator[Check]:
    """All checks, in the order in which they are printed.

    load: imports a module by name; which: finds a program (both can be replaced in tests).
    """
    yield Check("auditor", "ok", __version__)
    yield _python()
    for distribution, module, purpose in _LIBRARIES:
        yield _library(distribution, module, purpose, load)
    yield _readability()
    yield _catalogue()
    yield _library(
        "language-tool-python",
        "language_tool_python",
        "for grammar rules (GR6xx); its licence is GPL-3.0",
        load,
        f'pip install "{DISTRIBUTION}[grammar]"',
    )
    for distribution, module, purpose in _REPORT_LIBRARIES:
        yield _library(distribution, module, purpose, load, f'pip install "{DISTRIBUTION}[report]"')
    yield _java(which)
    yield _languagetool()
    yield _memory()


def _python() -> Check:
    wanted = ".".join(map(str, _OLDEST_PYTHON))
    status: Status = "ok" if sys.version_info >= _OLDEST_PYTHON else "broken"
    return Check("python", status, platform.python_version(), cure=f"install Python {wanted} or newer")


def _library(
    distribution: str, module: str, purpose: str, load: Callable[[str], object], optional_cure: str = ""
) -> Check:
    required = not optional_cure
    cure = optional_cure or f'pip install "{_requirement(distribution)}"'
    try:
        load(module)
    except ModuleNotFoundError as error:
        if error.name == module:
            return Check(distribution, "missing", purpose, required, cure)
        return Check(distribution, "broken", f"{purpose}: {error}", required, cure)
    except _IMPORT_ERRORS as error:
        return Check(distribution, "broken", f"{purpose}: {error}", required, cure)
    try:
        version = metadata.version(distribution)
    except metadata.PackageNotFoundError:
        version = "unknown version"
    return Check(distribution, "ok", f"{version}, {purpose}", required)


def _requirement(distribution: str) -> str:
    """The distribution with the versions that the auditor needs, as its own metadata has them."""
    try:
        needed = metadata.requires(DISTRIBUTION) or []
    except metadata.PackageNotFoundError:
        needed = []
    fitting = (entry for entry in needed if entry.lower().startswith(distribution) and ";" not in entry)
    return next(fitting, distribution)


def _readability() -> Check:
    """Whether our one shared count gives what the installed textstat gives."""
    name, cure = "readability", f'pip install "{_requirement("textstat")}"'
    try:
        from auditor.text.readability import readability, textstat_indices

        ours, theirs = readability(SENTENCE), textstat_indices(SENTENCE)
    except (*_IMPORT_ERRORS, KeyError) as error:
        return Check(name, "broken", f"self-check against textstat could not run: {error}", cure=cure)
    wrong = [index for index, value in theirs.items() if abs(getattr(ours, index) - value) > 1e-9]
    if wrong:
        return Check(name, "broken", f"differs from the installed textstat in {', '.join(wrong)}", cure=cure)
    return Check(name, "ok", f"{len(theirs)} indices equal to textstat's on one sentence")


def _catalogue() -> Check:
    cure = f"pip install --force-reinstall {DISTRIBUTION}"
    try:
        from auditor.errors import AuditorError
        from auditor.registry import load_rules
    except _IMPORT_ERRORS as error:
        return Check("rules", "broken", f"cannot be loaded: {error}", cure=cure)
    try:
        catalogue = load_rules()
    except AuditorError as error:
        return Check("rules", "broken", str(error), cure=cure)
    stable = sum(rule.stable for rule in catalogue)
    return Check("rules", "ok", f"{len(catalogue)} rules, {stable} of them stable")


def _java(which: Callable[[str], str | None]) -> Check:
    purpose = "runs LanguageTool for grammar rules"
    cure = "install a Java runtime, version 17 or newer, and put it on the PATH"
    program = which("java")
    if program is None:
        return Check("java", "missing", purpose, False, cure)
    try:
        said = subprocess.run([program, "-version"], capture_output=True, text=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        return Check("java", "broken", f"{purpose}: {error}", False, cure)
    version = (said.stderr or said.stdout).splitlines()
    return Check("java", "ok", f"{version[0] if version else 'unknown version'}, {purpose}", False)


def _languagetool() -> Check:
    name, purpose, cure = (
        "LanguageTool",
        "checks grammar (--grammar); its licence is LGPL-2.1",
        "auditor grammar install",
    )
    try:
        from auditor.grammar.install import home, installed, pinned_version

        found = installed()
    except (OSError, RuntimeError, StopIteration, ValueError) as error:
        return Check(name, "broken", f"{purpose}: {error}", False, cure)
    if found is None:
        need = "" if shutil.which("mvn") else " (needs Maven, mvn; or --from DIR for a copy)"
        return Check(name, "missing", f"{pinned_version()}, {purpose}", False, f"{cure}{need}")
    folder = f"{found.size / 1e6:.0f} MB in {home()}"
    return Check(name, "ok", f"{found.version}, {purpose}, {folder}", False)


def _memory() -> Check:
    """Whether a LanguageTool server of the default size fits."""
    from auditor.grammar.server import OUTSIDE_HEAP, ServerOptions

    need = ServerOptions().heap + OUTSIDE_HEAP
    purpose = f"a LanguageTool server takes up to {need / 1000:.1f} GB"
    with suppress(AttributeError, OSError, ValueError):
        total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e6
        cure = "set grammar-heap lower (400 is enough for most), or name a server elsewhere with --grammar-url"
        return Check(
            "memory", "ok" if total > 1.5 * need else "broken", f"{total / 1000:.1f} GB, {purpose}", False, cure
        )
    return Check("memory", "ok", f"unknown, {purpose}", False)
