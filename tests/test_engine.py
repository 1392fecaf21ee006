from __future__ import annotations

from collections.abc import Iterator

import pytest

import auditor
from auditor.config import Config
from auditor.document import Document
from auditor.engine import Auditor
from auditor.errors import ConfigError, RuleCrash, RuleLoadError, ViewUnavailable
from auditor.finding import Hit, Severity
from auditor.rule import Rule, rule
from auditor.span import Span

ENGLISH = (
    "The mayor opened the bridge on Monday and said that the work had taken three years. Many people from both sides "
    "of the river came to see it, and some of them had waited for it all their lives."
)
GERMAN = (
    "Der Bürgermeister hat die Brücke am Montag eröffnet und gesagt, dass die Arbeiten drei Jahre gedauert haben. "
    "Viele Menschen von beiden Seiten des Flusses kamen, um sie zu sehen, und manche hatten ihr Leben lang gewartet."
)


@rule(code="HR901", severity=Severity.MINOR, trigger="bridge", stable=True)
def bridge(doc: Document, *, word: str = "bridge", most: int = 9) -> Iterator[Hit]:
    """The word bridge."""
    start = -1
    for _ in range(most):
        start = doc.text.find(word, start + 1)
        if start < 0:
            return
        yield Hit(Span(start, start + len(word)), f"“{word}” stands here")


@rule(code="HR902", severity=Severity.MAJOR, stable=True)
def crash(doc: Document) -> Iterator[Hit]:
    """A rule that is broken."""
    yield Hit(Span(0, 1), "lost with the crash")
    raise ValueError("broken on purpose")


@rule(code="HR903", severity=Severity.MAJOR, stable=True, english=False)
def blind(doc: Document) -> Iterator[Hit]:
    """A rule whose view cannot be had."""
    raise ViewUnavailable("the view is not here; install it")
    yield


@rule(code="HR904", severity=Severity.MINOR, quotes="outside", stable=True)
def outside(doc: Document) -> Iterator[Hit]:
    """The word river outside quoted speech."""
    for start in range(len(doc.text)):
        if doc.text.startswith("river", start):
            yield Hit(Span(start, start + 5), "river")


@rule(code="HR905", severity=Severity.MINOR)
def unripe(doc: Document) -> Iterator[Hit]:
    """A preview rule."""
    yield Hit(Span(0, 0), "always")


def audit(text: str, *rules: Rule, **settings: object) -> auditor.Audit:
    return Auditor(Config(**settings), rules=rules).audit(Document(text, "x/1"))  # type: ignore[arg-type]


def test_a_hit_becomes_a_finding_with_line_and_column() -> None:
    (finding,) = audit("First line\nsecond é bridge here, and the end of it is in the text", bridge).findings
    assert (finding.code, finding.name, finding.article_id) == ("HR901", "bridge", "x/1")
    assert (finding.line, finding.column, finding.excerpt) == (2, 10, "bridge")


def test_a_rule_whose_trigger_is_absent_is_not_called() -> None:
    @rule(code="HR906", severity=Severity.MINOR, trigger="absent", stable=True)
    def never(doc: Document) -> Iterator[Hit]:
        """Must not be called."""
        raise AssertionError
        yield

    assert not Auditor(rules=[never], strict=True).audit(ENGLISH).findings


def test_a_crash_is_recorded_and_the_other_rules_go_on() -> None:
    result = audit(ENGLISH, bridge, crash)
    assert [finding.code for finding in result.findings] == ["HR901"]
    (failure,) = result.failures
    assert failure.code == "HR902"
    assert "broken on purpose" in failure.error


def test_strict_mode_raises_the_crash_and_names_the_article() -> None:
    with pytest.raises(RuleCrash, match="HR902 crashed on article 'x/1'"):
        Auditor(rules=[crash], strict=True).audit(Document(ENGLISH, "x/1"))


def test_a_missing_view_is_a_skipped_row() -> None:
    result = audit(ENGLISH, blind)
    assert [(skip.what, skip.reason) for skip in result.skipped] == [("HR903", "the view is not here; install it")]
    assert not result.failures


def test_quoted_speech_is_not_ours_to_correct() -> None:
    text = "The river rose on Monday. “The river is our friend,” said the mayor of the town by the water."
    (finding,) = audit(text, outside).findings
    assert finding.span.start == 4


def test_english_rules_and_readability_are_skipped_on_another_language() -> None:
    result = audit(GERMAN + " bridge", bridge)
    assert not result.findings
    assert result.metrics.language == "de"
    assert result.metrics.readability is None
    assert [skip.what for skip in result.skipped] == ["english-rules", "readability"]
    assert "HR901" in result.skipped[0].reason


def test_metrics_are_there_for_every_article() -> None:
    metrics = audit(ENGLISH).metrics
    assert (metrics.language, metrics.words, metrics.sentences) == ("en", 39, 2)
    assert metrics.readability is not None


def test_preview_rules_run_only_on_request() -> None:
    assert not audit(ENGLISH, unripe).findings
    assert audit(ENGLISH, unripe, preview=True).findings
    assert audit(ENGLISH, unripe, select=("HR905",)).findings
    assert not audit(ENGLISH, unripe, select=("HR",)).findings


def test_severity_and_options_come_from_the_configuration() -> None:
    result = audit("The bridge, the bridge.", bridge, severities={"HR901": "critical"}, options={"HR901": {"most": 1}})
    assert [finding.severity for finding in result.findings] == [Severity.CRITICAL]


@pytest.mark.parametrize(
    ("settings", "cure"),
    [
        ({"select": ("HX",)}, "no rule code begins with “HX”"),
        ({"ignore": ("HR991",)}, "did you mean “HR901”"),
        ({"options": {"HR901": {"moist": 1}}}, "did you mean “most”"),
        ({"options": {"HR901": {"most": "1"}}}, "must be int"),
        ({"options": {"HR991": {}}}, "did you mean"),
        ({"severities": {"HR991": "minor"}}, "did you mean"),
    ],
)
def test_unknown_codes_and_options_name_the_nearest(settings: dict[str, object], cure: str) -> None:
    with pytest.raises(ConfigError, match=cure):
        Auditor(Config(**settings), rules=[bridge])  # type: ignore[arg-type]


def test_findings_are_sorted_and_nothing_stays_for_the_next_article() -> None:
    house = Auditor(rules=[bridge, outside])
    text = "The river and the bridge, the river and the bridge."
    first = house.audit(text)
    assert [f.span.start for f in first.findings] == sorted(f.span.start for f in first.findings)
    house.audit(ENGLISH)
    assert house.audit(text).findings == first.findings


def test_audit_many_takes_strings_and_documents_and_keeps_order() -> None:
    results = list(Auditor().audit_many([ENGLISH, Document(GERMAN, "de")]))
    assert [result.article_id for result in results] == ["", "de"]
    assert [result.metrics.language for result in results] == ["en", "de"]


def test_one_call_audits_one_text() -> None:
    codes = [finding.code for finding in auditor.audit("The talks ended late.\n\nsource site-9").findings]
    assert codes == ["RD303", "BP201"]


def test_a_trigger_that_the_engine_refuses_is_a_load_error() -> None:
    @rule(code="HR907", severity=Severity.MINOR, trigger=r"a(?=b)", stable=True)
    def lookahead(doc: Document) -> Iterator[Hit]:
        """Not for RE2."""
        return iter(())

    with pytest.raises(RuleLoadError, match="RE2"):
        Auditor(rules=[lookahead])
