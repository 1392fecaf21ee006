from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.config import VERDICTS, Policy
from auditor.finding import Severity
from auditor.policy import Facts, decide

COUNTS = st.dictionaries(
    st.tuples(st.sampled_from(["MT101", "BP201", "RD301", "NM401", "LG503"]), st.sampled_from(list(Severity))),
    st.integers(1, 6),
    max_size=6,
)


def facts(counts: dict[tuple[str, Severity], int], words: int = 500, **other: object) -> Facts:
    return Facts(words, other.get("language", "en"), bool(other.get("failed")), counts)  # type: ignore[arg-type]


def test_points_are_per_thousand_words_with_the_weights_of_mqm() -> None:
    decision = decide(facts({("MT101", Severity.CRITICAL): 1, ("MT102", Severity.MAJOR): 1}, words=1000), Policy())
    assert decision.points == 15.0


def test_short_articles_are_counted_as_250_words() -> None:
    assert decide(facts({("MT102", Severity.MAJOR): 1}, words=10), Policy()).points == 20.0


def test_neutral_findings_cost_nothing() -> None:
    decision = decide(facts({("RD301", Severity.NEUTRAL): 50}), Policy())
    assert (decision.points, decision.grade, decision.verdict) == (0.0, "A", "keep")


@pytest.mark.parametrize("code", ["MT103", "BP203", "NM401"])
@pytest.mark.parametrize("words", [1, 100, 5000])
def test_one_minor_finding_never_changes_a_verdict(code: str, words: int) -> None:
    harsh = Policy(clean=0.1, quarantine=0.1, reject=0.2)
    assert decide(facts({(code, Severity.MINOR): 1}, words), harsh).verdict == "keep"


def test_boilerplate_calls_for_cleaning_and_never_for_quarantine() -> None:
    assert decide(facts({("BP201", Severity.MAJOR): 90}), Policy()).verdict == "clean"


def test_every_reason_is_given_and_the_gravest_decides() -> None:
    counts = {("BP201", Severity.MAJOR): 1, ("MT101", Severity.CRITICAL): 2}
    decision = decide(facts(counts, failed=True, language="de"), Policy())
    assert [reason.code for reason in decision.reasons] == ["not-english", "failed", "damage", "boilerplate"]
    assert decision.verdict == "reject"


def test_an_article_without_words_is_rejected() -> None:
    assert decide(facts({}, words=0), Policy()).verdict == "reject"


@given(COUNTS, st.integers(0, 3000))
def test_more_findings_never_give_a_better_verdict(counts: dict[tuple[str, Severity], int], words: int) -> None:
    more = {key: n + 1 for key, n in counts.items()}
    before, after = decide(facts(counts, words), Policy()), decide(facts(more, words), Policy())
    assert VERDICTS.index(before.verdict) <= VERDICTS.index(after.verdict)
    assert before.points <= after.points
    assert before.grade <= after.grade
