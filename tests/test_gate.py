"""Which rules can fire: triggers, keys and lexicons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest

from auditor.document import Document
from auditor.finding import Hit, Severity
from auditor.gate import Gate
from auditor.rule import Rule, rule


def a_rule(trigger: str | None = None, keys: Iterable[str] = ()) -> Rule:
    @rule(code="HR901", severity=Severity.MINOR, trigger=trigger, keys=keys)
    def example(doc: Document) -> Iterator[Hit]:
        """Nothing is found."""
        yield from ()

    return example


GATE = Gate(
    [
        a_rule(),
        a_rule(trigger="[0-9]%"),
        a_rule(keys=("would have", "Fratelli d’Italia", "él")),
        a_rule(trigger="#", keys=("would have",)),
    ]
)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("", [0, 1, 3]),  # RE2 says nothing about an empty text
        ("nothing", [0]),
        ("9%", [0, 1]),
        ("He Would\u00a0have", [0, 2, 3]),
        ("would  have, would haven", [0]),
        ("the fratelli d'italia", [0, 2]),
        ("# and él", [0, 2, 3]),
        ("lone \ud83d 5% would have", [0, 1, 2, 3]),
    ],
)
def test_rules_that_can_fire(text: str, numbers: list[int]) -> None:
    assert GATE.candidates([Document(text)]) == [numbers]
