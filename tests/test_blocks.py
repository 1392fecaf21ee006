"""Articles that are audited together get the audits that each gets alone."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.config import Config
from auditor.document import Document
from auditor.engine import BLOCK, BLOCK_CHARACTERS, Audit, Auditor
from auditor.finding import Hit, Severity
from auditor.marking import read_marked
from auditor.registry import load_page
from auditor.rule import Rule, rule
from auditor.span import Span


def told(audit: Audit) -> tuple[object, ...]:
    """Everything in an audit but the document, of which there are two."""
    return tuple(audit)[1:]


def test_a_block_changes_no_audit(rules: tuple[Rule, ...], everything: Auditor) -> None:
    texts = [read_marked(block.body)[0] for rule in rules for block in load_page(rule).blocks]
    auditor = Auditor(Config(preview=True))
    together = list(auditor.audit_many(texts))
    assert len(together) > 2 * BLOCK
    assert sum(len(audit.findings) for audit in together) > 1000
    for text, audit in zip(texts, together, strict=True):
        assert audit.document.text == text
        assert told(audit) == told(everything.audit(text))


def test_blocks_grow_from_one_article_and_end_at_many_characters() -> None:
    read = 0

    def articles(texts: list[str]) -> Iterator[str]:
        nonlocal read
        for text in texts:
            read += 1
            yield text

    auditor = Auditor(rules=())
    ahead = []
    for number, _ in enumerate(auditor.audit_many(articles(["The end."] * 1000))):
        ahead.append(read - number)
    assert ahead[0] == 1, "the first answer must not wait for a second article"
    assert max(ahead) == BLOCK
    read = 0
    long = "The end. " * (BLOCK_CHARACTERS // 18)
    for number, _ in enumerate(auditor.audit_many(articles([long] * 20))):
        assert read - number <= 3


def test_items_without_an_article_keep_their_places() -> None:
    items = [Document(f"The end of {n}.", str(n)) if n % 3 else None for n in range(300)]
    found = list(Auditor(rules=()).audit_each(items, lambda item: item))
    assert [item for item, _ in found] == items
    assert [audit and audit.article_id for _, audit in found] == [item and item.id for item in items]


def test_a_crash_in_a_block_stays_with_its_article() -> None:
    @rule(code="HR901", severity=Severity.MINOR, stable=True)
    def fragile(doc: Document) -> Iterator[Hit]:
        """A rule that breaks on one article."""
        if "seven" in doc.text:
            raise ValueError("seven")
        yield Hit(Span(0, 1), "found")

    texts = ["The end of six.", "The end of seven.", "The end of eight."] * 30
    audits = list(Auditor(rules=[fragile]).audit_many(texts))
    assert [len(audit.findings) for audit in audits] == [1, 0, 1] * 30
    assert [[failure.code for failure in audit.failures] for audit in audits] == [[], ["HR901"], []] * 30
