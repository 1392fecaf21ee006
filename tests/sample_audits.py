"""Three small rules and what they find, for the tests of tables, writers and commands; no catalogue is needed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from auditor.config import Config
from auditor.document import Document
from auditor.engine import Auditor
from auditor.finding import Edit, Hit, Severity
from auditor.policy import Facts, decide
from auditor.report import Audited, Entry, Place
from auditor.rule import rule
from auditor.span import Span

ENGLISH = (
    "The mayor opened the bridge on Monday and said that the work had taken three years. Many people from both sides "
    "of the river came to see it, and some of them had waited for it all their lives."
)
GERMAN = (
    "Der Bürgermeister hat die Brücke am Montag eröffnet und gesagt, dass die Arbeiten drei Jahre gedauert haben. "
    "Viele Menschen von beiden Seiten des Flusses kamen, um sie zu sehen, und manche hatten ihr Leben lang gewartet."
)


@rule(code="MT190", severity=Severity.MAJOR, stable=True, english=False)
def torn_word(doc: Document) -> Iterator[Hit]:
    """The word TORN and the character after it."""
    for match in re.finditer(r"TORN.?", doc.text, re.DOTALL):
        yield Hit.of(match, "“{text}” is torn", edit=Edit.replace(match.span(), "whole", safe=True))


@rule(code="BP290", severity=Severity.MINOR, stable=True, english=False)
def stub_line(doc: Document) -> Iterator[Hit]:
    """The word STUB, with every second one as evidence."""
    spans = [Span(*match.span()) for match in re.finditer("STUB", doc.text)]
    if spans:
        yield Hit(spans[0], "“STUB” is left over", suggestion="=remove it", evidence=tuple(spans[1:]), confidence=0.5)


@rule(code="NM490", severity=Severity.CRITICAL, stable=True, english=False)
def crash(doc: Document) -> Iterator[Hit]:
    """Crashes where the text says CRASH."""
    if "CRASH" in doc.text:
        raise ValueError("broken on purpose")
    yield from ()


@rule(code="RD390", severity=Severity.NEUTRAL, english=False)
def unripe(doc: Document) -> Iterator[Hit]:
    """A preview rule on the word RIPE."""
    for match in re.finditer("RIPE", doc.text):
        yield Hit.of(match, "“{text}” is not ripe")


RULES = (stub_line, torn_word, crash, unripe)


def sample_auditor(config: Config | None = None) -> Auditor:
    """An auditor of the three rules."""
    return Auditor(config, rules=sorted(RULES, key=lambda each: each.code))


def entries(documents: Iterable[Document], auditor: Auditor | None = None) -> Iterator[Entry]:
    """Each document audited, as if it were a record of `articles.jsonl`."""
    who = auditor or sample_auditor()
    for number, document in enumerate(documents, 1):
        audit = who.audit(document)
        place = Place("articles.jsonl", number, number, "text")
        yield Audited(place, audit, decide(Facts.of(audit), who.config.policy))
