"""Rule tests: run the examples of a rule's page, and tell which do not hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from auditor.config import Config
from auditor.engine import Audit, Auditor
from auditor.errors import ConfigError, RuleCrash
from auditor.marking import apply_edits, read_marked, write_marked
from auditor.pack import load_pack
from auditor.page import Block, Page
from auditor.registry import load_folder, page_path
from auditor.rule import Option, Rule
from auditor.span import Span

ROUNDS = 8
"""How often edits are applied: of two that overlap, as where neighbouring lines go, one waits."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """An example that does not hold. where: file and line; what: the kind of example, and what came instead."""

    where: str
    what: str


def rules_at(path: Path) -> tuple[Rule, ...]:
    """The rules of a folder of modules and pages, or of a pack. Raises ConfigError, RuleLoadError."""
    if path.is_dir():
        return load_folder(path)
    if path.suffix != ".toml":
        raise ConfigError(f"{path}: is no folder and no pack; a pack is a TOML file")
    return load_pack(path)


def wrongs(rule: Rule, page: Page) -> Iterator[Wrong]:
    """The examples of a rule that do not hold; also when there is none, or nothing that it finds."""
    where = str(rule.origin or page_path(rule))
    if not any(block.kind == "bad" for block in page.blocks):
        yield Wrong(where, "has no example “bad”, so nothing shows that it finds anything; add one")
    for index, block in enumerate(page.blocks):
        what = wrong(rule, page, index)
        limit = block.kind in ("missed", "false-alarm")
        if limit and not what:
            yield Wrong(f"{where}:{block.line}", f"the known limit “{block.kind}” is solved: make it “bad” or “good”")
        elif what and not limit:
            yield Wrong(f"{where}:{block.line}", f"the example “{block.kind}” does not hold: {what}")


def wrong(rule: Rule, page: Page, index: int) -> str:
    """What is wrong with one example of a page, as if it were `bad`, `good` or `fixed`; nothing if it holds."""
    block = page.blocks[index]
    try:
        if block.kind == "fixed":
            return _wrong_cure(rule, page.blocks[index - 1], block)
        text, spans = read_marked(block.body)
        if bool(spans) != (block.kind in ("bad", "missed")):
            return "it needs a mark [[…]]" if not spans else "it must have no marks"
        audit = _audited(rule, text, block)
    except RuleCrash as error:
        return f"the rule crashed: {error}"
    if block.article and len(audit.findings) > 1:
        return f"{len(audit.findings)} findings instead of one on the whole article"
    found = _reported(audit, block)
    if sorted(found) != sorted(spans):
        return f"expected {write_marked(text, spans)!r}, found {write_marked(text, found)!r}"
    return ""


def _wrong_cure(rule: Rule, bad: Block, block: Block) -> str:
    before, _ = read_marked(bad.body)
    wanted, _ = read_marked(block.body)
    after = before
    for _ in range(ROUNDS):
        edits = [edit for finding in _audited(rule, after, bad).findings for edit in finding.edits]
        if not edits:
            break
        after = apply_edits(after, edits)
    if after == before:
        return "nothing is edited; give the rule an edit, or leave the example out"
    if after != wanted:
        return f"expected {wanted!r}, the edits give {after!r}"
    left = _audited(rule, wanted, block).findings
    return f"the rule still finds {left[0].excerpt!r}" if left else ""


def _audited(rule: Rule, text: str, block: Block) -> Audit:
    """What the rule alone finds in a text. Raises RuleCrash."""
    config = Config(
        select=(rule.code,),
        options={rule.code: _options(rule, block)},
        grammar="require" if rule.grammar else "off",
    )
    with Auditor(config, strict=True, rules=[rule]) as auditor:
        return auditor.audit(text)


def _options(rule: Rule, block: Block) -> dict[str, Option]:
    """The options that a block sets, with the types of the rule's own."""
    values: dict[str, Option] = {}
    for name, raw in block.options.items():
        if name not in rule.options:
            raise ConfigError(f"{rule.code} has no option “{name}”, which the example in line {block.line} sets")
        kind = type(rule.options[name])
        values[name] = raw == "true" if kind is bool else kind(raw)
    return values


def _reported(audit: Audit, block: Block) -> list[Span]:
    if block.article:
        return [span for finding in audit.findings for span in finding.evidence]
    return [finding.span for finding in audit.findings]
