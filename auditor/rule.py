"""Rule: one kind of defect, made from a function by the decorator `@rule`."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from auditor.document import Document
from auditor.errors import ConfigError, RuleLoadError, nearest
from auditor.finding import Hit, Severity
from auditor.page import Page
from auditor.phrasebook import PhraseBook

Option = bool | int | float | str
Quotes = Literal["inside", "outside", "any"]

GRAMMAR = "GR"
"""The family of rules that report matches of LanguageTool."""

BOILERPLATE = "BP"
"""The family of rules about lines; their triggers begin at a line's start and share an automaton of their own."""

TEMPLATE = "BP250"
"""The rule that reports the lines of template packs, where no other rule knows them."""

MORE = "languagetool"
"""The option of a grammar rule that names further rules of LanguageTool."""

MOTHER_TONGUE = "mother_tongue"
"""The option of a grammar rule that names the language whose speakers' false friends are looked for."""

CODE = re.compile(r"(?:MT1|BP2|RD3|NM4|LG5|GR6|HR9)\d\d")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as the engine sees it.

    code: family and number, never reused; name: in kebab-case; summary: one sentence.
    severity: after MQM. trigger: a pattern in RE2's syntax that must occur for the rule to fire, or a lexicon of
    which an entry must occur; rules may share a lexicon. keys: words and phrases, in any case, of which one must stand
    somewhere as whole words where the trigger does not occur (where there is no trigger, always).
    quotes: whether hits inside quoted speech, outside it, or both are reported.
    english: the rule reads English and is skipped on other articles.
    stable: its measured noise meets the limit of its severity, so it runs by default.
    finds: the classes of the gold standard that it looks for. version: counts up when its hits change.
    languagetool: for a grammar rule (GR6xx), the ids of LanguageTool's rules whose matches it reports, and
    categories after `category:`; more may stand in an option named `languagetool`.
    options: keyword arguments of the function with their defaults.
    page: the page of a rule that has none beside its module, as those of a pack; origin: the file of such a rule.
    """

    code: str
    name: str
    summary: str
    severity: Severity
    function: Callable[..., Iterable[Hit]]
    trigger: str | PhraseBook | None = None
    keys: frozenset[str] = frozenset()
    quotes: Quotes = "any"
    english: bool = True
    stable: bool = False
    finds: tuple[str, ...] = ()
    version: int = 1
    languagetool: frozenset[str] = frozenset()
    options: Mapping[str, Option] = field(default_factory=dict)
    page: Page | None = None
    origin: str = ""

    @property
    def family(self) -> str:
        """The two letters of the code."""
        return self.code[:2]

    @property
    def grammar(self) -> bool:
        """Whether the rule reports matches of LanguageTool."""
        return self.family == GRAMMAR

    def asked(self, options: Mapping[str, Option]) -> frozenset[str]:
        """The ids of LanguageTool's rules, and categories, that the rule wants to be asked."""
        return self.languagetool | frozenset(re.split(r"[,\s]+", str(options.get(MORE, "")))) - {""}

    def hits(self, doc: Document, options: Mapping[str, Option] | None = None) -> list[Hit]:
        """All hits in a document, sorted, those of the other side of its quote policy left out."""
        hits = list(self.function(doc, **options) if options else self.function(doc))
        if hits and self.quotes != "any":
            inside = self.quotes == "inside"
            hits = [hit for hit in hits if doc.in_quotation(hit.span) == inside]
        if len(hits) > 1:
            hits.sort(key=lambda hit: hit.span)
        return hits

    def checked_options(self, given: Mapping[str, object]) -> dict[str, Option]:
        """The given options, checked against the declared ones.

        Raises ConfigError for one that does not exist or has another type than its default.
        """
        checked: dict[str, Option] = {}
        for key, value in given.items():
            name = key.replace("-", "_")
            if name not in self.options:
                raise ConfigError(f"{self.code} has no option “{key}”{nearest(name, self.options)}")
            default = self.options[name]
            wanted = type(default)
            if wanted is float and type(value) is int:
                value = float(value)
            if type(value) is not wanted or not isinstance(value, (bool, int, float, str)):
                raise ConfigError(f"option “{key}” of {self.code} must be {wanted.__name__}, not {value!r}")
            checked[name] = value
        return checked


def rule(
    *,
    code: str,
    severity: Severity,
    trigger: str | PhraseBook | None = None,
    keys: Iterable[str] = (),
    quotes: Quotes = "any",
    english: bool = True,
    stable: bool = False,
    finds: tuple[str, ...] = (),
    version: int = 1,
    languagetool: Iterable[str] = (),
) -> Callable[[Callable[..., Iterable[Hit]]], Rule]:
    """Make a rule of a function `(doc, *, option=default) -> Iterator[Hit]`.

    The function's name is the rule's name, its first docstring line the summary.
    Raises RuleLoadError when the code, the signature or the docstring is not as it must be.
    """

    def make(function: Callable[..., Iterable[Hit]]) -> Rule:
        if not CODE.fullmatch(code):
            raise RuleLoadError(f"{code!r} is no rule code; it is a family and a number, as MT101")
        options = _options(code, function)
        ids = frozenset(languagetool)
        if bool(ids or MORE in options) != code.startswith(GRAMMAR):
            raise RuleLoadError(f"{code}: rules of the family {GRAMMAR}, and only they, name rules of LanguageTool")
        return Rule(
            code=code,
            name=function.__name__.replace("_", "-"),
            summary=_summary(code, function),
            severity=severity,
            function=function,
            trigger=trigger,
            keys=frozenset(keys),
            quotes=quotes,
            english=english,
            stable=stable,
            finds=finds,
            version=version,
            languagetool=ids,
            options=MappingProxyType(options),
        )

    return make


def _summary(code: str, function: Callable[..., Any]) -> str:
    first = (function.__doc__ or "").strip().split("\n", 1)[0].strip()
    if not first.endswith("."):
        raise RuleLoadError(f"{code}: the first docstring line of {function.__name__} must be one sentence")
    return first


def _options(code: str, function: Callable[..., Any]) -> dict[str, Option]:
    parameters = list(inspect.signature(function).parameters.values())
    if not parameters or parameters[0].kind is not inspect.Parameter.POSITIONAL_OR_KEYWORD:
        raise RuleLoadError(f"{code}: {function.__name__} must take the document as its first argument")
    options: dict[str, Option] = {}
    for parameter in parameters[1:]:
        if parameter.kind is not inspect.Parameter.KEYWORD_ONLY or not isinstance(
            parameter.default, (bool, int, float, str)
        ):
            raise RuleLoadError(
                f"{code}: option {parameter.name} must be keyword-only with a default (bool, int, float, str)"
            )
        options[parameter.name] = parameter.default
    return options
