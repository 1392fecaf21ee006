"""Config: what can be set, from `auditor.toml` or `[tool.auditor]`, checked, each value with its origin."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, get_type_hints

import orjson

from auditor.errors import ConfigError, nearest
from auditor.finding import Severity
from auditor.text.language import DEFAULT_PROFILES

VERDICTS = ("keep", "clean", "quarantine", "reject")
GRAMMAR = ("off", "auto", "require")
GRADES = ("A", "B", "C", "D", "F")

_DOCS_URL = re.compile(r"https?://[^\s<>\"{}]+\{(?:code|page)\}[^\s<>\"{}]*")


@dataclass(frozen=True, slots=True)
class Policy:
    """How findings become points, a grade and a verdict. Every threshold of the auditor is here."""

    critical: float = 10.0
    """Penalty points of a critical finding (the weights are those of MQM, https://themqm.org)."""
    major: float = 5.0
    """Penalty points of a major finding."""
    minor: float = 1.0
    """Penalty points of a minor finding."""
    min_words: int = 250
    """Points are given per 1,000 words, counted over at least so many, so that one slip condemns nobody."""
    grade_b: float = 4.0
    """From so many points per 1,000 words on, the grade is B and no longer A."""
    grade_c: float = 8.0
    """From so many points per 1,000 words on, the grade is C."""
    grade_d: float = 20.0
    """From so many points per 1,000 words on, the grade is D."""
    grade_f: float = 60.0
    """From so many points per 1,000 words on, the grade is F."""
    quarantine: float = 20.0
    """From so many damage points (all families but boilerplate) per 1,000 words on, an article is held back."""
    reject: float = 60.0
    """From so many damage points per 1,000 words on, an article is refused."""
    clean: float = 2.0
    """From so many boilerplate points (not per 1,000 words) on, an article is to be cleaned before use."""
    not_english: str = "reject"
    """The verdict on an article in another language than English."""
    failed: str = "quarantine"
    """The verdict on an article on which a rule crashed."""
    empty: str = "reject"
    """The verdict on an article without a word."""

    def points(self, severity: Severity) -> float:
        """The penalty points of one finding; 0 for neutral ones."""
        return float(getattr(self, severity.value, 0.0))


@dataclass(frozen=True, slots=True)
class Config:
    """Every setting, with its default. Command line beats file beats defaults."""

    select: tuple[str, ...] = ()
    """Codes, or beginnings of codes, of the rules to run; empty for all stable ones."""
    ignore: tuple[str, ...] = ()
    """Codes, or beginnings of codes, of rules not to run."""
    preview: bool = False
    """Also run rules whose noise is not yet measured to be below the limit of their severity."""
    fail_on: str = "major"
    """The severity, or the verdict, from which on `check` exits with 1; `never` for exit code 0 whatever is found."""
    encoding: str = "utf-8"
    """The encoding of text, Markdown, JSON Lines and CSV inputs."""
    id_field: str = "id"
    """The field of a record that holds its id."""
    text_field: str = "text"
    """The field of a record that holds the article."""
    title_field: str = "title"
    """The field of a record that holds its headline."""
    languages: tuple[str, ...] = DEFAULT_PROFILES
    """The language profiles that langdetect may choose from."""
    rule_folders: tuple[str, ...] = ()
    """Folders with rules of your own: pairs of a module and a page, as in the catalogue."""
    packs: tuple[str, ...] = ()
    """Packs of rules of your own: TOML files with phrases and patterns."""
    severities: Mapping[str, str] = field(default_factory=dict)
    """Another severity for a rule, by code: `MT104 = "minor"`."""
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Options of rules, by code: `[options.RD301]`, `words = 50`."""
    grammar: str = "off"
    """Grammar by LanguageTool: `off`, `auto` (where it is installed), or `require` (an error where it is not)."""
    grammar_sample: float = 1.0
    """The share of articles, 0 to 1, whose grammar is checked; below 1 their grammar findings count nothing."""
    grammar_url: str = ""
    """The URL of a LanguageTool server that runs; empty for one of our own."""
    grammar_heap: int = 1024
    """MB of memory that our own LanguageTool server may take for its heap."""
    grammar_deadline: float = 20.0
    """Seconds for the grammar of one article; what is found until then is reported."""
    grammar_cache: bool = True
    """Keep results of LanguageTool in the user's cache, by text, version and rules."""
    templates: tuple[str, ...] = ()
    """Template packs that `auditor mine` wrote: files with the recurring lines of each source."""
    record_deadline: float = 60.0
    """Seconds for an article of up to a million characters in a process of `filter`, more for longer; 0: no limit."""
    baseline: str = ""
    """The baseline of `check`: a file with the findings that are known and no longer fail; empty for none."""
    inline_ignore: bool = True
    """Obey `auditor-ignore` in records and comments in texts; `false` where the articles are not your own."""
    per_path: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Codes whose findings are suppressed in files of that pattern: `"wire/**" = ["BP2", "MT101"]`."""
    per_source: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Codes whose findings are suppressed in articles whose `source` fits the pattern: `"Example Wire*" = ["BP2"]`."""
    docs_url: str = ""
    """Where you serve the rule pages, with `{code}` or `{page}` in it, for help links in CI; empty for no links."""
    policy: Policy = field(default_factory=Policy)
    """Points, grades and verdicts."""

    def __post_init__(self) -> None:
        _check_values(self)

    def fingerprint(self) -> str:
        """Sixteen hexadecimal digits that change when a setting, or what stands in a pack, changes."""
        import hashlib

        plain = to_plain(self)
        for key, paths in (("templates", self.templates), ("packs", self.packs)):
            if digests := [_digest(Path(path)) for path in paths]:
                plain[key] = digests
            else:
                del plain[key]
        payload = orjson.dumps(plain, option=orjson.OPT_SORT_KEYS)
        return hashlib.sha256(payload).hexdigest()[:16]


def to_plain(config: Config) -> dict[str, Any]:
    """The settings as plain values, keys as in the file."""
    plain: dict[str, Any] = {}
    for entry in fields(config):
        value = getattr(config, entry.name)
        if isinstance(value, Policy):
            value = {_key(f.name): getattr(value, f.name) for f in fields(value)}
        elif isinstance(value, Mapping):
            value = {k: dict(v) if isinstance(v, Mapping) else v for k, v in value.items()}
        elif isinstance(value, tuple):
            value = list(value)
        plain[_key(entry.name)] = value
    return plain


def find_config(start: Path) -> Path | None:
    """The nearest `auditor.toml`, or `pyproject.toml` with `[tool.auditor]`, in `start` or a folder above it."""
    for folder in (start, *start.parents):
        own = folder / "auditor.toml"
        if own.is_file():
            return own
        project = folder / "pyproject.toml"
        if project.is_file() and "auditor" in _toml(project).get("tool", {}):
            return project
    return None


def load_config(path: Path | None, overrides: Mapping[str, Any] | None = None) -> tuple[Config, dict[str, str]]:
    """The settings of a file (or only the defaults) under the overrides, and the origin of each key.

    overrides: values by field name, as the command line gives them; None values are ignored.
    Raises ConfigError for a file that cannot be read, an unknown key, or a value of the wrong type.
    """
    origins = {_key(entry.name): "default" for entry in fields(Config)}
    config = Config()
    if path is not None:
        table = _toml(path)
        if path.name == "pyproject.toml":
            table = table.get("tool", {}).get("auditor", {})
        values = _values(table, path)
        for name in values:
            origins[_key(name)] = str(path)
        config = replace(config, **values)
    given = {name: value for name, value in (overrides or {}).items() if value is not None}
    for name in given:
        origins[_key(name)] = "command line"
    return replace(config, **given) if given else config, origins


def load_policy(path: Path) -> Policy:
    """The policy of a file: a whole configuration, or only the keys of its `[policy]` table.

    Raises ConfigError for a file that cannot be read, an unknown key, or a value of the wrong type.
    """
    table = _toml(path)
    if path.name == "pyproject.toml":
        table = table.get("tool", {}).get("auditor", {})
    if "policy" in table:
        table = table["policy"]
    return replace(Policy(), **_typed(table, Policy, f"{path}: policy"))


def _values(table: Mapping[str, Any], path: Path) -> dict[str, Any]:
    values = dict(table)
    policy = values.pop("policy", None)
    checked = _typed(values, Config, str(path))
    if policy is not None:
        if not isinstance(policy, dict):
            raise ConfigError(f"{path}: policy must be a table")
        checked["policy"] = replace(Policy(), **_typed(policy, Policy, f"{path}: policy"))
    return checked


def _typed(table: Mapping[str, Any], of: type, where: str) -> dict[str, Any]:
    hints = get_type_hints(of)
    known = {_key(entry.name): entry.name for entry in fields(of)}
    checked: dict[str, Any] = {}
    for key, value in table.items():
        if key not in known:
            raise ConfigError(f"{where}: unknown key “{key}”{nearest(key, known)}")
        name = known[key]
        hint = hints[name]
        if hint == tuple[str, ...]:
            if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
                raise ConfigError(f"{where}: “{key}” must be a list of strings")
            checked[name] = tuple(value)
        elif hint is float:
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                raise ConfigError(f"{where}: “{key}” must be a number")
            checked[name] = float(value)
        elif hint in (int, bool, str):
            if type(value) is not hint:
                raise ConfigError(f"{where}: “{key}” must be {hint.__name__}, not {value!r}")
            checked[name] = value
        else:
            if not isinstance(value, dict):
                raise ConfigError(f"{where}: “{key}” must be a table")
            checked[name] = value
    return checked


def _check_values(config: Config) -> None:
    levels = [level.value for level in Severity]
    allowed = [*levels, *VERDICTS, "never"]
    if config.fail_on not in allowed:
        raise ConfigError(f"fail-on must be one of {', '.join(allowed)}, not “{config.fail_on}”")
    for code, severity in config.severities.items():
        if severity not in levels:
            raise ConfigError(f"severities: {code} must be one of {', '.join(levels)}, not “{severity}”")
    for code, options in config.options.items():
        if not isinstance(options, Mapping):
            raise ConfigError(f"options: {code} must be a table of options")
    try:
        "".encode(config.encoding)
    except LookupError:
        raise ConfigError(f"encoding “{config.encoding}” is unknown to Python") from None
    if config.grammar not in GRAMMAR:
        raise ConfigError(f"grammar must be one of {', '.join(GRAMMAR)}, not “{config.grammar}”")
    if not 0 <= config.grammar_sample <= 1:
        raise ConfigError("grammar-sample must be between 0 and 1")
    if config.grammar_deadline <= 0:
        raise ConfigError("grammar-deadline must be above 0")
    if config.record_deadline < 0:
        raise ConfigError("record-deadline must not be below 0")
    if config.grammar_heap < 1:
        raise ConfigError("grammar-heap must be at least 1")
    for key, table in (("per-path", config.per_path), ("per-source", config.per_source)):
        for pattern, codes in table.items():
            if not isinstance(codes, (list, tuple)) or not codes or not all(isinstance(code, str) for code in codes):
                raise ConfigError(f'{key}: “{pattern}” must be a list of codes, as ["MT101", "BP2"]')
    if config.docs_url and not _DOCS_URL.fullmatch(config.docs_url):
        raise ConfigError(
            "docs-url must begin with https:// or http:// and hold {code} or {page}, which become MT101 and "
            "mt101_doubled_attribution"
        )
    policy = config.policy
    for name in ("not_english", "failed", "empty"):
        if getattr(policy, name) not in VERDICTS:
            raise ConfigError(f"policy: {_key(name)} must be one of {', '.join(VERDICTS)}")
    steps = (policy.grade_b, policy.grade_c, policy.grade_d, policy.grade_f)
    if list(steps) != sorted(steps):
        raise ConfigError("policy: grade-b, grade-c, grade-d and grade-f must rise")
    if policy.quarantine > policy.reject:
        raise ConfigError("policy: quarantine must not be above reject")
    if policy.min_words < 1:
        raise ConfigError("policy: min-words must be at least 1")


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: is not valid TOML: {error}") from error


def _digest(path: Path) -> str:
    """What stands in a file, as a hash. Raises ConfigError when it cannot be read."""
    import hashlib

    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise ConfigError(f"{path}: the pack cannot be read: {error.strerror}") from error


def _key(name: str) -> str:
    return name.replace("_", "-")
