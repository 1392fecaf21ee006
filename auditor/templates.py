"""Template packs: the lines that a site puts around its articles, learnt by `auditor mine` and reviewed by a person."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

from auditor.errors import ConfigError, nearest
from auditor.scan import Keywords
from auditor.span import Span
from auditor.text.template import EVERY_SOURCE, SLOT, first_word, folded_line, slotted, source_key
from auditor.text.words import as_key, fold

VERSION: Final = 1
"""The version of the format of packs."""

PLACES: Final = ("top", "between", "tail")
"""Where in its articles a line stands."""

_HEADER = re.compile(r"^[ \t]*\[\[[ \t]*(source|source[ \t]*\.[ \t]*line|name)[ \t]*\]\]", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class TemplateLine:
    """A line that a source puts around its articles.

    line: its folded form, as `auditor.text.template` makes it; a `*` at the end stands for names.
    keep: a person's mark: the line belongs to the article and is not reported.
    role: the name of the rule that knows such lines, empty where none does.
    articles: in how many different articles of the source it stood; share: in what share of them, 0 to 1.
    place: `top`, `between` or `tail`; empty where unknown. examples: as it stood in articles.
    """

    line: str
    keep: bool = False
    role: str = ""
    articles: int = 0
    share: float = 0.0
    place: str = ""
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceLines:
    """The template lines of one source. name: as `source_of` tells it; articles: how many different ones were read."""

    name: str
    articles: int = 0
    lines: tuple[TemplateLine, ...] = ()


@dataclass(frozen=True, slots=True)
class BatchName:
    """A name of the batch and a rare spelling that is one letter off.

    name, articles: the frequent spelling, and in how many articles it stood; variant, variant_articles: the rare one.
    keep: a person's mark: the other spelling is a name of its own and is not reported.
    """

    name: str
    variant: str
    articles: int = 0
    variant_articles: int = 0
    keep: bool = False


@dataclass(frozen=True, slots=True)
class Pack:
    """What `auditor mine` learnt from a batch, as it stands in a file."""

    articles: int = 0
    sources: tuple[SourceLines, ...] = ()
    names: tuple[BatchName, ...] = ()


@dataclass(slots=True)
class _Lines:
    """The lines to look for in the articles of a source, and the words that they begin with."""

    entries: dict[str, TemplateLine] = field(default_factory=dict)
    firsts: set[str] = field(default_factory=set)

    def add(self, entries: Iterable[TemplateLine]) -> None:
        for entry in entries:
            self.entries[entry.line] = entry
            self.firsts.add(entry.line.split(" ", 1)[0])


class Templates:
    """Packs made ready to look lines up. Of two entries for a line of a source the one of the later pack counts."""

    def __init__(self, packs: Iterable[Pack]) -> None:
        packs = tuple(packs)
        self._sources: dict[str, _Lines] = {}
        everywhere = [source for pack in packs for source in pack.sources if source.name == EVERY_SOURCE]
        names = {source.name for pack in packs for source in pack.sources} | {EVERY_SOURCE}
        for name in sorted(names):
            lines = self._sources[name] = _Lines()
            for source in everywhere:
                lines.add(source.lines)
            if name != EVERY_SOURCE:
                for pack in packs:
                    for source in pack.sources:
                        if source.name == name:
                            lines.add(source.lines)
        self._names = list({entry.variant: entry for pack in packs for entry in pack.names}.values())
        self._variants = Keywords([as_key(entry.variant) for entry in self._names]) if self._names else None

    def find(self, source: str, lines: Sequence[str]) -> Iterator[tuple[int, TemplateLine]]:
        """The numbers of the lines that are template lines of a source, with their entries; kept ones left out.

        source: as `source_of` tells it. One not in the packs has the lines of `*` only.
        """
        known = self._sources.get(source) or self._sources[EVERY_SOURCE]
        if not known.entries:
            return
        firsts, look_up = known.firsts, known.entries.get
        for number, line in enumerate(lines):
            first = first_word(line)
            if first is not None and first not in firsts:
                continue
            entry = look_up(folded_line(line)) or look_up(slotted(line) or "")
            if entry is not None and not entry.keep:
                yield number, entry

    def names_in(self, text: str, folded: str) -> list[tuple[Span, BatchName]]:
        """Where the rare spellings of names stand as whole words in a text, sorted; kept ones left out.

        folded: the text as `auditor.text.words.folded` makes it.
        """
        if self._variants is None:
            return []
        found = []
        for number, start, _ in self._variants.places(folded):
            entry = self._names[number]
            first = start - _left_out(entry.variant)  # a key begins with a space, and so does the folded text
            span = Span(first, first + len(entry.variant))
            whole = not (text[max(first, 1) - 1 : first].isalnum() or text[span.end : span.end + 1].isalnum())
            if whole and not entry.keep and span.of(text) == entry.variant:
                found.append((span, entry))
        return sorted(found, key=itemgetter(0))


def _left_out(name: str) -> int:
    """How many characters at the beginning of a name its key leaves out, as it knows only the letters A to Z."""
    bare = fold(name)
    return len(bare) - len(bare.lstrip())


def load_packs(paths: Iterable[str | Path]) -> Templates:
    """The packs of some files, ready to look lines up. Raises ConfigError as `read_pack` does."""
    return Templates([read_pack(Path(path)) for path in paths])


def read_pack(path: Path) -> Pack:
    """The pack in a TOML file. Lines may be written as they stand on the site: they are folded.

    Raises ConfigError for a file that cannot be read or is no TOML, for an unknown or missing key and a value of the
    wrong type, each with the line of the file where the entry begins.
    """
    try:
        raw = path.read_text(encoding="utf-8")
        table = tomllib.loads(raw)
    except OSError as error:
        raise ConfigError(
            f"{path}: the template pack cannot be read: {error.strerror}; `auditor mine` writes packs"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: the template pack is not valid TOML: {error}") from error
    return _Reader(path, raw).pack(table)


class _Reader:
    """Checks the tables of a pack; errors name the line of the file where the entry begins."""

    def __init__(self, path: Path, raw: str) -> None:
        self._path = path
        self._starts: dict[str, list[int]] = {"source": [], "source.line": [], "name": []}
        for match in _HEADER.finditer(raw):
            kind = re.sub(r"\s", "", match[1])
            self._starts[kind].append(raw.count("\n", 0, match.start()) + 1)

    def pack(self, table: Mapping[str, Any]) -> Pack:
        top = _Table(table, str(self._path))
        version = top.take("version", int)
        if version != VERSION:
            raise ConfigError(
                f"{self._path}: version is {version}, but this auditor reads template packs of version {VERSION}; "
                "make the pack again with `auditor mine`"
            )
        articles = top.take("articles", int, 0)
        sources, names = top.take("source", list, []), top.take("name", list, [])
        top.finish()
        lines = sum(
            len(each["line"]) for each in sources if isinstance(each, dict) and isinstance(each.get("line"), list)
        )
        self._known = {"source": len(sources), "source.line": lines, "name": len(names)}
        self._count = 0
        return Pack(
            articles,
            tuple(self._source(each, number) for number, each in enumerate(sources)),
            tuple(self._name(each, number) for number, each in enumerate(names)),
        )

    def _source(self, value: object, number: int) -> SourceLines:
        entry = self._table(value, "source", number)
        name = source_key(entry.take("name", str))
        if not name:
            raise ConfigError(f"{entry.where}: “name” is empty; it is the source of the articles, `*` for every source")
        articles = entry.take("articles", int, 0)
        lines = entry.take("line", list, [])
        entry.finish()
        return SourceLines(name, articles, tuple(map(self._line, lines)))

    def _line(self, value: object) -> TemplateLine:
        entry = self._table(value, "source.line", self._count)
        self._count += 1
        line = _pack_line(entry.take("line", str))
        if not line:
            raise ConfigError(f"{entry.where}: “line” holds no word; give the line as it stands on the site")
        place = entry.take("place", str, "")
        if place not in ("", *PLACES):
            raise ConfigError(f"{entry.where}: “place” must be one of {', '.join(PLACES)}, not “{place}”")
        examples = entry.take("examples", list, [])
        if not all(isinstance(example, str) for example in examples):
            raise ConfigError(f"{entry.where}: “examples” must be a list of strings")
        found = TemplateLine(
            line,
            entry.take("keep", bool, False),
            entry.take("role", str, ""),
            entry.take("articles", int, 0),
            float(entry.take("share", (int, float), 0.0)),
            place,
            tuple(examples),
        )
        entry.finish()
        return found

    def _name(self, value: object, number: int) -> BatchName:
        entry = self._table(value, "name", number)
        found = BatchName(
            entry.take("name", str),
            entry.take("variant", str),
            entry.take("articles", int, 0),
            entry.take("variant-articles", int, 0),
            entry.take("keep", bool, False),
        )
        entry.finish()
        if not found.name.strip() or not found.variant.strip() or found.name == found.variant:
            raise ConfigError(f"{entry.where}: “name” and “variant” must be two spellings of a name")
        return found

    def _table(self, value: object, kind: str, number: int) -> _Table:
        starts = self._starts[kind]
        known = len(starts) == self._known[kind]  # not so where tables are written inline, or stand in a string
        where = f"{self._path}:{starts[number]}" if known else f"{self._path}: [[{kind}]] number {number + 1}"
        if not isinstance(value, dict):
            raise ConfigError(f"{where}: “{kind}” must be a table, written [[{kind}]]")
        return _Table(value, where)


class _Table:
    """A table whose keys are taken one by one."""

    def __init__(self, values: Mapping[str, Any], where: str) -> None:
        self._values = dict(values)
        self._known: list[str] = []
        self.where = where

    def take(self, key: str, kind: type | tuple[type, ...], default: Any = None) -> Any:
        self._known.append(key)
        value = self._values.pop(key, default)
        if value is None:
            hint = nearest(key, self._values)
            raise ConfigError(f"{self.where}: the key “{key}” is missing{hint}")
        wrong_flag = isinstance(value, bool) and kind is not bool
        if wrong_flag or not isinstance(value, kind):
            raise ConfigError(f"{self.where}: “{key}” must be {_KINDS[kind]}, not {value!r:.80}")
        return value

    def finish(self) -> None:
        for key in self._values:
            raise ConfigError(f"{self.where}: unknown key “{key:.80}”{nearest(key, self._known)}")


_KINDS: Final[Mapping[type | tuple[type, ...], str]] = {
    int: "a whole number",
    (int, float): "a number",
    str: "a string",
    bool: "true or false",
    list: "a list",
}


def _pack_line(line: str) -> str:
    """A line of a pack folded; a `*` at its end stands for names."""
    bare = line.strip()
    if bare.endswith(f" {SLOT}"):
        prefix = folded_line(bare[: -len(SLOT)])
        return f"{prefix} {SLOT}" if prefix else ""
    return folded_line(bare)


def render_pack(pack: Pack) -> Iterator[str]:
    """The lines of a pack's file, sources by name; what `read_pack` reads. A lone surrogate is written as U+FFFD."""
    yield "# Lines that the sources of these articles put around them, and doubtful spellings of names."
    yield "# Review it: keep = true on what belongs to the articles. Use it: auditor check --templates FILE"
    yield f"version = {VERSION}"
    yield f"articles = {pack.articles}"
    for source in pack.sources:
        yield ""
        yield "[[source]]"
        yield f"name = {_quoted(source.name)}"
        yield f"articles = {source.articles}"
        for line in source.lines:
            yield ""
            yield "[[source.line]]"
            yield f"line = {_quoted(line.line)}"
            yield f"keep = {str(line.keep).lower()}"
            if line.role:
                yield f"role = {_quoted(line.role)}"
            yield f"articles = {line.articles}"
            yield f"share = {line.share:.4f}"
            if line.place:
                yield f"place = {_quoted(line.place)}"
            yield "examples = ["
            for example in line.examples:
                yield f"    {_quoted(example)},"
            yield "]"
    for name in pack.names:
        yield ""
        yield "[[name]]"
        yield f"name = {_quoted(name.name)}"
        yield f"articles = {name.articles}"
        yield f"variant = {_quoted(name.variant)}"
        yield f"variant-articles = {name.variant_articles}"
        yield f"keep = {str(name.keep).lower()}"


_ESCAPED: Final = {'"': '\\"', "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}


def _quoted(text: str) -> str:
    """A TOML string; what does not show (control and direction marks) as its escape."""
    return f'"{"".join(map(_toml_sign, text))}"'


def _toml_sign(char: str) -> str:
    if char in _ESCAPED:
        return _ESCAPED[char]
    if "\ud800" <= char <= "\udfff":
        return "\\uFFFD"
    if char == " " or char.isprintable():
        return char
    return f"\\u{ord(char):04X}" if ord(char) < 0x10000 else f"\\U{ord(char):08X}"
