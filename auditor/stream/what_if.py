"""What if: how many articles of a filter run each changed threshold would move, from its tables, without any text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from auditor.config import Policy
from auditor.errors import ReadError
from auditor.policy import decide
from auditor.stream.decisions import stored_facts
from auditor.stream.run import finished_ledger

TOGETHER = "all together"


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a policy: the key with its old and new value (empty for all changes at once), and what moves.

    moves: articles by (old, new) verdict. grades: how many get another grade.
    """

    key: str
    old: Any
    new: Any
    moves: Mapping[tuple[str, str], int]
    grades: int

    @property
    def moved(self) -> int:
        """How many articles get another verdict."""
        return sum(self.moves.values())


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What each change of a policy would do alone, and all of them together; articles in all."""

    articles: int
    changes: tuple[Change, ...]
    together: Change

    def __str__(self) -> str:
        lines = [f"{self.articles:,} articles; each change alone, then all together"]
        if not self.changes:
            return f"{self.articles:,} articles; the policy is that of the run, so that nothing moves"
        for change in (*self.changes, self.together):
            name = f"{change.key}: {change.old!r} → {change.new!r}" if change.key else TOGETHER
            line = f"{name}: {change.moved:,} would move"
            if change.moves:
                line += f" ({', '.join(f'{old} → {new} {n:,}' for (old, new), n in change.moves.items())})"
            lines.append(f"{line}, {change.grades:,} get another grade" if change.grades else line)
        return "\n".join(lines)


def what_if(run: Path, policy: Policy) -> WhatIf:
    """What would change in a finished run under another policy, threshold by threshold. Nothing is written.

    Raises ReadError when the folder holds no finished run, or one of a version whose ledger has no policy.
    """
    facts = stored_facts(run)
    ledger = finished_ledger(run)
    if ledger is None or not ledger.policy:
        raise ReadError(f"{run}: its ledger does not say by which policy it was decided; run the filter again")
    stored: dict[str, Any] = {key.replace("-", "_"): value for key, value in ledger.policy.items()}
    base = replace(Policy(), **stored)
    names = [each.name for each in fields(Policy) if getattr(policy, each.name) != getattr(base, each.name)]
    policies = [*(replace(base, **{name: getattr(policy, name)}) for name in names), policy]
    moves: list[Counter[tuple[str, str]]] = [Counter() for _ in policies]
    grades = [0] * len(policies)
    articles = 0
    for each in facts:
        articles += 1
        before = decide(each, base)
        for index, other in enumerate(policies):
            after = decide(each, other)
            if after.verdict != before.verdict:
                moves[index][before.verdict, after.verdict] += 1
            grades[index] += after.grade != before.grade
    changes = [
        Change(name.replace("_", "-"), getattr(base, name), getattr(policy, name), _sorted(moves[index]), grades[index])
        for index, name in enumerate(names)
    ]
    return WhatIf(articles, tuple(changes), Change("", None, None, _sorted(moves[-1]), grades[-1]))


def _sorted(moves: Counter[tuple[str, str]]) -> dict[tuple[str, str], int]:
    return dict(sorted(moves.items()))
