"""A rule's page: reason, documentation and tests of one rule in one Markdown file; read and checked here."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast

from auditor.errors import RuleLoadError

BlockKind = Literal["bad", "good", "fixed", "missed", "false-alarm"]
KINDS = ("bad", "good", "fixed", "missed", "false-alarm")
SECTIONS = (
    "Why it matters",
    "What it reports",
    "What it leaves alone",
    "Known limits",
    "Options",
    "Measured",
)

_FENCE = re.compile(r"^(?P<ticks>`{3,})(?P<info>[^`\n]*)\n(?P<body>.*?)^(?P=ticks)[ \t]*$", re.M | re.S)
_TITLE = re.compile(r"\A# (?P<code>[A-Z]{2}\d{3}) (?P<name>[a-z0-9-]+)\n\n(?P<summary>[^\n]+)\n")
_OPTION_ROW = re.compile(r"^\| `(?P<name>\w+)` \| `(?P<default>[^`]*)` \| (?P<meaning>.+?) \|$", re.M)


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block of a page: a test. `line` counts from 1 in the page."""

    kind: BlockKind
    body: str
    line: int
    article: bool
    options: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says of its rule."""

    code: str
    name: str
    summary: str
    sections: Mapping[str, str]
    blocks: tuple[Block, ...]
    options: Mapping[str, str]
    source: str

    @property
    def measured(self) -> str:
        """The generated text under *Measured*."""
        return self.sections.get("Measured", "")


def parse_page(source: str, where: str) -> Page:
    """Read a page. `where` names it in errors. Raises RuleLoadError when it has not the fixed form."""
    title = _TITLE.match(source)
    if title is None:
        raise RuleLoadError(f"{where}: must begin with “# CODE name”, a blank line and a one-line summary")
    prose = _FENCE.sub("", source)
    sections = {}
    for part in re.split(r"^## ", prose, flags=re.M)[1:]:
        heading, _, body = part.partition("\n")
        if heading.strip() not in SECTIONS:
            raise RuleLoadError(f"{where}: unknown section “{heading.strip()}”; known: {', '.join(SECTIONS)}")
        sections[heading.strip()] = body.strip()
    for needed in SECTIONS[:3]:
        if needed not in sections:
            raise RuleLoadError(f"{where}: section “{needed}” is missing")
    blocks = tuple(_block(match, source, where) for match in _FENCE.finditer(source))
    for before, block in zip((None, *blocks), blocks, strict=False):
        if block.kind == "fixed" and (before is None or before.kind != "bad"):
            raise RuleLoadError(f"{where}:{block.line}: a fixed block must follow a bad block")
    options = {row["name"]: row["default"] for row in _OPTION_ROW.finditer(sections.get("Options", ""))}
    return Page(title["code"], title["name"], title["summary"], sections, blocks, options, source)


def _block(match: re.Match[str], source: str, where: str) -> Block:
    line = source.count("\n", 0, match.start()) + 1
    words = shlex.split(match["info"])
    if not words or words[0] not in KINDS:
        raise RuleLoadError(f"{where}:{line}: block “{match['info']}” is none of {', '.join(KINDS)}")
    options = dict(word.split("=", 1) for word in words[1:] if "=" in word)
    flags = [word for word in words[1:] if "=" not in word]
    if set(flags) - {"article"}:
        raise RuleLoadError(f"{where}:{line}: unknown word {flags} after “{words[0]}”")
    body = match["body"]
    return Block(cast(BlockKind, words[0]), body[:-1] if body else "", line, "article" in flags, options)
