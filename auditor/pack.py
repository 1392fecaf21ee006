"""Pack: rules of a house in one TOML file, phrases and patterns with their examples, without Python.

`docs/house_rules.md` tells how to write one. Every error names the file, the line and the entry, and the cure.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from auditor.document import LONGEST_ARTICLE, Document
from auditor.errors import RuleLoadError, nearest
from auditor.finding import Edit, Hit, Severity, shorten
from auditor.marking import MarkingError, read_marked
from auditor.page import Block, BlockKind, Page
from auditor.phrasebook import PhraseBook, compiled
from auditor.rule import Quotes, Rule
from auditor.scan import Finder
from auditor.span import Span

FAMILY = "HR"
"""The family of rules of a house."""

MOST_PLACES = 1000
"""How many places of one pattern are looked at in an article."""

KEYS: Mapping[str, type | tuple[type, ...]] = {
    "code": str,
    "name": str,
    "summary": str,
    "message": str,
    "help": str,
    "severity": str,
    "quotes": str,
    "english": bool,
    "phrases": list,
    "patterns": list,
    "words": dict,
    "edit": str,
    "replace": str,
    "safe": bool,
    "example": list,
}
"""The keys of a rule, and the types of their values."""

EDITS = ("delete", "delete-lines")
EXAMPLE_KEYS = ("bad", "fixed", "good")

_CODE = re.compile(r"HR9\d\d")
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_HEADER = re.compile(r"^[ \t]*\[\[[ \t]*(rule(?:[ \t]*\.[ \t]*example)?)[ \t]*\]\]", re.MULTILINE)
_TO_LINE_FEED = str.maketrans("\r", "\n")
_HAS_ANCHOR = re.compile(r"[\^$\n\r]|\\[nrsSWDAz]|\[")


def load_pack(path: Path) -> tuple[Rule, ...]:
    """The rules of a pack. Raises RuleLoadError, which names the file, the line, the entry and the cure."""
    try:
        source = path.read_text(encoding="utf-8")
    except OSError as error:
        raise RuleLoadError(f"{path}: cannot be read: {error.strerror}; name a TOML file with rules") from error
    except UnicodeDecodeError as error:
        raise RuleLoadError(f"{path}: is not valid UTF-8 ({error.reason} at byte {error.start}); save it so") from error
    try:
        table = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise RuleLoadError(f"{path}: is not valid TOML: {error}") from error
    unknown = [key for key in table if key != "rule"]
    if unknown:
        raise RuleLoadError(f"{path}: unknown key “{unknown[0]}”; a pack holds tables [[rule]] and nothing else")
    entries = table.get("rule", [])
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        raise RuleLoadError(f"{path}: holds no rule; begin each with a line [[rule]]")
    places = _Places(path, source)
    rules = [_Entry(places, number, entry).rule() for number, entry in enumerate(entries)]
    for number, rule in enumerate(rules):
        for other in rules[:number]:
            if other.code == rule.code:
                raise places.error(number, rule.code, "the code is taken by another rule of the pack; give another one")
    return tuple(rules)


class _Places:
    """The lines of a pack on which rules and examples begin, as the TOML parser does not tell them."""

    def __init__(self, path: Path, source: str) -> None:
        self.path = path
        self._lines = source.split("\n")
        self._rules: list[int] = []
        self._examples: list[list[int]] = []
        for match in _HEADER.finditer(source):
            line = source.count("\n", 0, match.start()) + 1
            if "." not in match[1]:
                self._rules.append(line)
                self._examples.append([])
            elif self._examples:
                self._examples[-1].append(line)

    def rule(self, number: int) -> int:
        """The line on which a rule begins, counted from 0; 1 where it cannot be told."""
        return self._rules[number] if number < len(self._rules) else 1

    def example(self, number: int, index: int) -> int:
        """The line on which an example of a rule begins."""
        lines = self._examples[number] if number < len(self._examples) else []
        return lines[index] if index < len(lines) else self.rule(number)

    def value(self, number: int, value: str) -> int:
        """The line of a rule on which a value stands, as it is or with its backslashes doubled."""
        first = self.rule(number)
        last = self._rules[number + 1] if number + 1 < len(self._rules) else len(self._lines) + 1
        head = value.split("\n", 1)[0]
        spelled = (head, head.replace("\\", "\\\\"), head.replace("\\", "\\\\").replace('"', '\\"'))
        for line in range(first, last):
            if any(spelling and spelling in self._lines[line - 1] for spelling in spelled):
                return line
        return first

    def error(self, number: int, code: str, what: str, line: int = 0) -> RuleLoadError:
        """An error with the file, the line and the rule before it."""
        return RuleLoadError(f"{self.path}:{line or self.rule(number)}: {code or f'rule {number + 1}'}: {what}")


@dataclass(frozen=True, slots=True)
class _Entry:
    """One table [[rule]]: checked, and made a rule."""

    places: _Places
    number: int
    table: Mapping[str, Any]

    def rule(self) -> Rule:
        """The rule. Raises RuleLoadError."""
        self._check_keys()
        code, summary = self.table["code"], self.table["summary"]
        if not _CODE.fullmatch(code):
            raise self._error("“code” must be HR9 and two digits, as HR901")
        name = self.table["name"]
        if not _NAME.fullmatch(name):
            raise self._error("“name” must be small letters, digits and hyphens, as site-slogan")
        if not summary.endswith(".") or "\n" in summary:
            raise self._error("“summary” must be one sentence on one line, with a full stop")
        severities = [level.value for level in Severity]
        severity = self._choice("severity", severities, "minor")
        quotes = cast(Quotes, self._choice("quotes", ["inside", "outside", "any"], "any"))
        book, finders = self._phrases(), self._patterns()
        if book is None and not finders:
            raise self._error("there is nothing to look for; give “phrases” or “patterns”")
        trigger, keys = _trigger(book, self.table.get("patterns", []))
        return Rule(
            code=code,
            name=name,
            summary=summary,
            severity=Severity(severity),
            function=_looker(book, finders, self._message(), self._cure()),
            trigger=trigger,
            keys=keys,
            quotes=quotes,
            english=self.table.get("english", True),
            stable=True,
            page=self._page(code, name, summary),
            origin=str(self.places.path),
        )

    def _error(self, what: str, line: int = 0) -> RuleLoadError:
        code = self.table.get("code")
        return self.places.error(self.number, code if isinstance(code, str) else "", what, line)

    def _check_keys(self) -> None:
        for key, value in self.table.items():
            if key not in KEYS:
                raise self._error(f"unknown key “{key}”{nearest(key, KEYS)}", self.places.value(self.number, key))
            if not isinstance(value, KEYS[key]):
                kind = {str: "a string", bool: "true or false", list: "a list", dict: "a table"}[cast(type, KEYS[key])]
                raise self._error(f"“{key}” must be {kind}", self.places.value(self.number, key))
        for key in ("code", "name", "summary"):
            if key not in self.table:
                raise self._error(f"“{key}” is missing")

    def _choice(self, key: str, allowed: Sequence[str], usual: str) -> str:
        value: str = self.table.get(key, usual)
        if value not in allowed:
            line = self.places.value(self.number, value)
            raise self._error(f"“{key}” must be one of {', '.join(allowed)}, not “{value}”", line)
        return value

    def _strings(self, key: str, values: object) -> list[str]:
        if not isinstance(values, list) or not all(isinstance(value, str) and value for value in values):
            raise self._error(f"“{key}” must be a list of strings, none of them empty")
        return values

    def _phrases(self) -> PhraseBook | None:
        """The lexicon of the phrases, each of which was read once to name the one that cannot be."""
        phrases = self._strings("phrases", self.table.get("phrases", []))
        words = {name: self._strings(f"words.{name}", values) for name, values in self.table.get("words", {}).items()}
        for phrase in phrases:
            try:
                compiled(phrase, words)
                found = PhraseBook([], words, phrases=[phrase])
            except RuleLoadError as error:
                told = str(error).removeprefix("phrase 1: ")
                raise self._error(f"{told}; see “Phrases” in docs/house_rules.md", self._line_of(phrase)) from error
            if found.found(""):
                raise self._error(f"the phrase {phrase!r} stands everywhere; give it a word", self._line_of(phrase))
        return PhraseBook([], words, phrases=phrases) if phrases else None

    def _patterns(self) -> list[Finder]:
        finders = []
        for pattern in self._strings("patterns", self.table.get("patterns", [])):
            try:
                finder = Finder(_multiline(pattern))
            except RuleLoadError as error:
                told = str(error).replace("(?m:", "", 1)
                raise self._error(
                    f"the pattern {pattern!r} is not in RE2's syntax: {told} "
                    "(no lookaround and no back-references; see “Patterns” in docs/house_rules.md)",
                    self._line_of(pattern),
                ) from error
            if finder.matches_nothing():
                told = (
                    f"the pattern {pattern!r} matches an empty text, so it would match everywhere; make a part needed"
                )
                raise self._error(told, self._line_of(pattern))
            finders.append(finder)
        return finders

    def _line_of(self, value: str) -> int:
        return self.places.value(self.number, value)

    def _message(self) -> str:
        message: str = self.table.get("message", f"“{{text}}”: {self.table['summary']}")
        if "\n" in message:
            raise self._error("“message” must be one line; {text} in it is what was found")
        return message

    def _cure(self) -> _Cure | None:
        kind, text, safe = self.table.get("edit"), self.table.get("replace"), self.table.get("safe", False)
        if kind is not None and text is not None:
            raise self._error("“edit” and “replace” are two cures; give one of them")
        if kind is not None and kind not in EDITS:
            raise self._error(f"“edit” must be {' or '.join(EDITS)}, not “{kind}”", self._line_of(kind))
        if text is not None and safe:
            raise self._error(
                "words that take the place of others are never safe; leave out “safe”", self._line_of("safe")
            )
        if kind is None and text is None:
            if safe:
                raise self._error("“safe” says how sure “edit” is; give “edit” too", self._line_of("safe"))
            return None
        return _Cure(kind or "replace", text or "", safe)

    def _page(self, code: str, name: str, summary: str) -> Page:
        """The page that `explain` shows, with the examples as its blocks."""
        why = self.table.get("help", "A rule of the house.")
        listed = [f"- `{entry}`" for key in ("phrases", "patterns") for entry in self.table.get(key, [])]
        sections = {
            "Why it matters": why.strip(),
            "What it reports": "\n".join(listed),
            "What it leaves alone": "Quoted speech." if self.table.get("quotes") == "outside" else "All else.",
        }
        blocks = tuple(self._blocks())
        parts = [f"# {code} {name}", summary]
        for heading, text in sections.items():
            parts += [f"## {heading}", text]
            kinds = {"What it reports": ("bad", "fixed"), "What it leaves alone": ("good",)}.get(heading, ())
            parts += [_fenced(block) for block in blocks if block.kind in kinds]
        source = "\n\n".join(parts) + "\n"
        return Page(code, name, summary, sections, blocks, {}, source)

    def _blocks(self) -> Iterator[Block]:
        for index, example in enumerate(self.table.get("example", [])):
            line = self.places.example(self.number, index)
            if not isinstance(example, dict) or not all(isinstance(value, str) for value in example.values()):
                raise self._error("an example is a table [[rule.example]] of strings", line)
            unknown = [key for key in example if key not in EXAMPLE_KEYS]
            if unknown:
                raise self._error(
                    f"unknown key “{unknown[0]}” in an example; there are {', '.join(EXAMPLE_KEYS)}", line
                )
            if ("bad" in example) == ("good" in example) or ("fixed" in example and "bad" not in example):
                raise self._error("an example has “bad”, with “fixed” if you like, or “good”", line)
            for kind in EXAMPLE_KEYS:
                if kind in example:
                    yield self._block(cast(BlockKind, kind), example[kind], line)

    def _block(self, kind: BlockKind, body: str, line: int) -> Block:
        try:
            _, spans = read_marked(body)
        except MarkingError as error:
            raise self._error(f"the example “{kind}”: {error}", line) from error
        if kind == "bad" and not spans:
            raise self._error("the example “bad” marks nothing; put [[ and ]] around what must be found", line)
        if kind != "bad" and spans:
            raise self._error(f"the example “{kind}” has marks; only “bad” has some", line)
        return Block(kind, body, line, False, {})


@dataclass(frozen=True, slots=True)
class _Cure:
    """What is done about a place. kind: delete, delete-lines or replace; text: what takes its place."""

    kind: str
    text: str
    safe: bool

    def edit(self, text: str, span: Span) -> Edit:
        """The edit of one place."""
        if self.kind == "delete-lines":
            return Edit.delete_lines(text, span, safe=self.safe)
        if self.kind == "delete":
            return Edit.delete(_with_its_space(text, span), safe=self.safe)
        found = span.of(text)
        capital = found[:1].isupper() and not found.isupper()
        return Edit.replace(span, self.text[:1].upper() + self.text[1:] if capital else self.text)


def _with_its_space(text: str, span: Span) -> Span:
    """The span with one of the spaces beside it, so that one is left between words and none at a line's end."""
    before, after = text[span.start - 1 : span.start] if span.start else "", text[span.end : span.end + 1]
    if before in (" ", "\u00a0") and (after in ("", " ", "\n", "\r", "\u00a0") or not after.isalnum()):
        return Span(span.start - 1, span.end)
    if after in (" ", "\u00a0") and before in ("", "\n", "\r"):
        return Span(span.start, span.end + 1)
    return span


def _multiline(pattern: str) -> str:
    return f"(?m:{pattern})"


def _trigger(book: PhraseBook | None, patterns: Sequence[str]) -> tuple[str | PhraseBook | None, frozenset[str]]:
    """What must stand in a text for a rule to fire: its trigger and its keys; nothing where that cannot be told."""
    if not patterns:
        return book, frozenset()
    # a line end is looked for in a text whose carriage returns were made line feeds, which the gate does not do
    if any(_HAS_ANCHOR.search(pattern) for pattern in patterns) or (book is not None and book.has_common):
        return None, frozenset()
    keys = frozenset(run.strip() for run in book.runs) if book is not None else frozenset()
    return "|".join(_multiline(pattern) for pattern in patterns), keys


def _looker(
    book: PhraseBook | None, finders: Sequence[Finder], message: str, cure: _Cure | None
) -> Callable[[Document], Iterator[Hit]]:
    """The function of a rule: where its phrases and patterns stand; of places that overlap the first and longest."""

    def look(doc: Document) -> Iterator[Hit]:
        text = doc.text
        spans = [found.span for found in doc.phrases(book)] if book is not None else []
        if finders:
            plain = text[:LONGEST_ARTICLE].translate(_TO_LINE_FEED)
            spans += [Span(*place) for finder in finders for place in finder.places(plain, MOST_PLACES)]
        end = -1
        for span in sorted(spans, key=lambda span: (span.start, -span.end)):
            if span.start >= end and span.length:
                end = span.end
                told = message.replace("{text}", shorten(span.of(text)))
                yield Hit(span, told, (cure.edit(text, span),) if cure is not None else ())

    return look


def _fenced(block: Block) -> str:
    """An example as a block of a page, in a fence that it does not hold."""
    ticks = "```"
    while ticks in block.body:
        ticks += "`"
    return f"{ticks}{block.kind}\n{block.body}\n{ticks}"
