"""From findings and metrics to points, a grade and a verdict, with every reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from auditor.config import VERDICTS, Policy
from auditor.engine import Audit
from auditor.finding import Severity
from auditor.rule import BOILERPLATE

OTHER_LANGUAGE = "LG501"
"""The rule that says that an article is not English: who suppresses its finding accepts the language."""


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a verdict depends on, so that it can be given again from stored tables, without the text.

    words: of the article; language: ISO 639-1 code or None; failed: whether a rule crashed on it;
    counts: how many findings there are of each (rule code, severity).
    """

    words: int
    language: str | None
    failed: bool
    counts: Mapping[tuple[str, Severity], int]

    @classmethod
    def of(cls, audit: Audit) -> Facts:
        """The facts of an audit; suppressed findings are none of them."""
        accepted = any(known.finding.code == OTHER_LANGUAGE for known in audit.suppressed)
        return cls(
            audit.metrics.words,
            None if accepted else audit.metrics.language,
            bool(audit.failures),
            Counter((finding.code, finding.severity) for finding in audit.findings),
        )


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a verdict is not `keep`: a code, the verdict it leads to, and a sentence with the figures."""

    code: str
    verdict: str
    text: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What a policy makes of an article.

    points: penalty points per 1,000 words, all families; damage: the same without boilerplate;
    boilerplate: points of boilerplate, absolute (it can be removed, so it calls for cleaning, never for holding back);
    grade: A to F by `points`; verdict: the gravest of the reasons.
    """

    verdict: str
    grade: str
    points: float
    damage: float
    boilerplate: float
    reasons: tuple[Reason, ...]


def decide(facts: Facts, policy: Policy) -> Decision:
    """The verdict on an article. One minor finding alone never changes it."""
    boilerplate = _points(facts, policy, lambda code: code.startswith(BOILERPLATE))
    damage = _points(facts, policy, lambda code: not code.startswith(BOILERPLATE))
    per_thousand = 1000 / max(facts.words, policy.min_words)
    density = round(damage * per_thousand, 2)
    points = round((damage + boilerplate) * per_thousand, 2)
    reasons = tuple(_reasons(facts, policy, density, boilerplate))
    return Decision(
        verdict=max((reason.verdict for reason in reasons), key=VERDICTS.index, default="keep"),
        grade=grade(points, policy),
        points=points,
        damage=density,
        boilerplate=boilerplate,
        reasons=reasons,
    )


def grade(points: float, policy: Policy) -> str:
    """The grade, A to F, for penalty points per 1,000 words."""
    steps = ((policy.grade_f, "F"), (policy.grade_d, "D"), (policy.grade_c, "C"), (policy.grade_b, "B"))
    return next((letter for least, letter in steps if points >= least), "A")


def _reasons(facts: Facts, policy: Policy, density: float, boilerplate: float) -> Iterable[Reason]:
    if facts.words == 0:
        yield Reason("empty", policy.empty, "the article has no word")
    if facts.language not in (None, "en"):
        yield Reason("not-english", policy.not_english, f"the article is in “{facts.language}”, not in English")
    if facts.failed:
        yield Reason("failed", policy.failed, "a rule crashed on the article, so it was not fully audited")
    costly = sum(n for (_, severity), n in facts.counts.items() if severity is not Severity.NEUTRAL)
    grave = sum(n for (_, severity), n in facts.counts.items() if severity >= Severity.MAJOR)
    if costly == 1 and not grave:
        return
    for verdict, least in (("reject", policy.reject), ("quarantine", policy.quarantine)):
        if density >= least > 0:
            codes = _codes(facts, lambda code: not code.startswith(BOILERPLATE))
            text = f"{density:g} damage points per 1,000 words, {verdict} from {least:g} ({codes})"
            yield Reason("damage", verdict, text)
            break
    if boilerplate >= policy.clean > 0:
        codes = _codes(facts, lambda code: code.startswith(BOILERPLATE))
        yield Reason(
            "boilerplate",
            "clean",
            f"{boilerplate:g} boilerplate points, clean from {policy.clean:g} ({codes})",
        )


def _points(facts: Facts, policy: Policy, belongs: Callable[[str], bool]) -> float:
    return sum(n * policy.points(severity) for (code, severity), n in facts.counts.items() if belongs(code))


def _codes(facts: Facts, belongs: Callable[[str], bool]) -> str:
    counted: Counter[str] = Counter()
    for (code, severity), n in facts.counts.items():
        if belongs(code) and severity is not Severity.NEUTRAL:
            counted[code] += n
    return ", ".join(f"{code} ×{n}" for code, n in sorted(counted.items()))
