"""Load rule modules from the catalogue and from folders, and choose among them by code prefix."""

from __future__ import annotations

import importlib
import importlib.util
import re
from collections.abc import Iterable, Sequence
from importlib.metadata import EntryPoint, entry_points
from importlib.resources import files
from pathlib import Path
from types import ModuleType

from auditor.errors import ConfigError, RuleLoadError, nearest
from auditor.pack import load_pack
from auditor.page import Page, parse_page
from auditor.rule import Rule

GROUP = "auditor.rules"
"""The group of entry points by which installed packages give rules."""

RETIRED: dict[str, str] = {}
"""Codes that once named a rule, with what to use instead. A code is never given to another rule."""

_MODULE = re.compile(r"(?P<code>[a-z]{2}\d{3})_(?P<name>[a-z0-9_]+)\.py")


def catalogue_folder() -> Path:
    """Where the rules that ship with the auditor stand."""
    return Path(str(files("auditor.rules")))


def load_rules(folders: Iterable[Path] = (), packs: Iterable[Path] = ()) -> tuple[Rule, ...]:
    """All rules of the catalogue, of the given folders and of the given packs (TOML files), sorted by code.

    Raises RuleLoadError when a module cannot be imported, holds not exactly one rule, is named otherwise than
    its rule, has no page, when a pack is not as it must be, or when two rules share a code.
    """
    found: dict[str, Rule] = {}
    for folder in (None, *folders):
        for path in _module_files(folder):
            _take(found, _load(path, house=folder is not None), path)
    for pack in packs:
        for rule in load_pack(pack):
            _take(found, rule, pack)
    return tuple(found[code] for code in sorted(found))


def load_folder(folder: Path) -> tuple[Rule, ...]:
    """The rules of one folder, sorted by code. Raises what `load_rules` does."""
    found: dict[str, Rule] = {}
    for path in _module_files(folder):
        _take(found, _load(path, house=True), path)
    return tuple(found[code] for code in sorted(found))


def all_rules(folders: Iterable[str] = (), packs: Iterable[str] = ()) -> tuple[Rule, ...]:
    """What a configuration asks for: the catalogue, its folders and packs, and the rules of installed packages."""
    more_folders, more_packs = installed()
    return load_rules([*map(Path, folders), *more_folders], [*map(Path, packs), *more_packs])


def installed() -> tuple[list[Path], list[Path]]:
    """The folders and the packs that installed packages give by an entry point of the group `auditor.rules`.

    Each names a package or folder (its pairs of module and page, and its packs), or a pack. They come in the order of
    their names. Raises RuleLoadError for one that gives something else.
    """
    folders: list[Path] = []
    packs: list[Path] = []
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: (entry.name, entry.value)):
        try:
            given = entry.load()
        except (ImportError, AttributeError, SyntaxError, NameError, OSError) as error:
            raise RuleLoadError(f"{_named(entry)}: cannot be loaded: {error}; mend or remove the package") from error
        for path in map(Path, getattr(given, "__path__", None) or [given if isinstance(given, (str, Path)) else ""]):
            if path.is_dir() and path != Path():
                folders.append(path)
                packs += sorted(path.glob("*.toml"))
            elif path.suffix == ".toml":
                packs.append(path)
            else:
                raise RuleLoadError(
                    f"{_named(entry)}: gives {given!r}; it must be a package, a folder or a pack (.toml)"
                )
    return folders, packs


def _named(entry: EntryPoint) -> str:
    package = f" of {entry.dist.name}" if entry.dist is not None else ""
    return f"entry point {entry.name} = {entry.value}{package}"


def _take(found: dict[str, Rule], rule: Rule, path: Path) -> None:
    if rule.code in found:
        raise RuleLoadError(f"{path}: {rule.code} is taken by {found[rule.code].name}; give it another code")
    found[rule.code] = rule


def load_page(rule: Rule) -> Page:
    """The page of a rule, its own or from beside its module. Raises RuleLoadError when it has not the fixed form."""
    if rule.page is not None:
        return rule.page
    path = page_path(rule)
    return parse_page(path.read_text(encoding="utf-8"), path.name)


def page_path(rule: Rule) -> Path:
    """Where the page of a rule stands: beside its module, with the same stem."""
    return Path(rule.function.__code__.co_filename).with_suffix(".md")


def choose(
    rules: Sequence[Rule], select: Iterable[str] = (), ignore: Iterable[str] = (), *, preview: bool = False
) -> list[Rule]:
    """The rules to run: those that `select` names (all when empty) without those that `ignore` names.

    Names are codes or prefixes of codes (`MT`, `BP2`, `MT101`). Preview rules run only with `preview`, or when
    `select` names their whole code. Raises ConfigError for a name that fits no rule.
    """
    wanted = checked_prefixes(rules, select)
    unwanted = checked_prefixes(rules, ignore)
    return [
        rule
        for rule in rules
        if (not wanted or rule.code.startswith(wanted))
        and not (unwanted and rule.code.startswith(unwanted))
        and (rule.stable or preview or rule.code in wanted)
    ]


def find(rules: Sequence[Rule], name: str) -> Rule:
    """The rule with that code or name. Raises ConfigError that names the nearest one."""
    for rule in rules:
        if name.upper() == rule.code or name == rule.name:
            return rule
    _refuse_retired(name.upper())
    known = [rule.code for rule in rules] + [rule.name for rule in rules]
    raise ConfigError(f"there is no rule “{name}”{nearest(name.upper(), known) or nearest(name, known)}")


def checked_prefixes(rules: Sequence[Rule], prefixes: Iterable[str]) -> tuple[str, ...]:
    """The prefixes of codes in capitals. Raises ConfigError for one that begins no code, and for a retired code."""
    codes = [rule.code for rule in rules]
    checked = []
    for prefix in prefixes:
        upper = prefix.strip().upper()
        if not upper or not any(code.startswith(upper) for code in codes):
            _refuse_retired(upper)
            raise ConfigError(f"no rule code begins with “{prefix}”{nearest(upper, codes)}")
        checked.append(upper)
    return tuple(checked)


def _refuse_retired(code: str) -> None:
    if code in RETIRED:
        raise ConfigError(f"{code} was retired: {RETIRED[code]}")


def _module_files(folder: Path | None) -> list[Path]:
    place = catalogue_folder() if folder is None else folder
    if not place.is_dir():
        raise ConfigError(f"rule folder {place} does not exist or is not a folder")
    return sorted(path for path in place.iterdir() if _MODULE.fullmatch(path.name))


def _load(path: Path, *, house: bool) -> Rule:
    try:
        module = _import_file(path) if house else importlib.import_module(f"auditor.rules.{path.stem}")
    except (ImportError, SyntaxError, NameError, OSError) as error:
        raise RuleLoadError(f"{path}: cannot be imported: {error}") from error
    rules = [value for value in vars(module).values() if isinstance(value, Rule)]
    if len(rules) != 1:
        raise RuleLoadError(f"{path}: holds {len(rules)} rules, must hold exactly one")
    rule = rules[0]
    if path.stem != f"{rule.code.lower()}_{rule.name.replace('-', '_')}":
        raise RuleLoadError(f"{path}: its rule is {rule.code} {rule.name}; file name and rule must agree")
    if not path.with_suffix(".md").is_file():
        raise RuleLoadError(f"{path}: its page {path.with_suffix('.md').name} is missing")
    return rule


def _import_file(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"auditor_house_rules.{path.stem}", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"no loader for {path}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
