"""The whole path over drawn texts in every format, and proof that the fuzzer sees what is wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from auditor.config import Config
from auditor.engine import Auditor
from auditor.finding import Edit
from auditor.span import Span
from tests.conftest import ROOT
from tools.fuzz import Total, WholePath, check_audit, drawn_texts, finding_wrongs, fuzz, line_starts, load_total
from tools.nasty import FORMATS, stock

PATH = WholePath()
TORN = "One day.\nHe is armed and well known. here. The police said so."
CRASHING = """
from auditor.rulekit import Document, Hit, Severity, rule

@rule(code="HR901", severity=Severity.MINOR, stable=True)
def crashes(doc: Document):
    \"\"\"It crashes on a letter.\"\"\"
    if "é" in doc.text:
        raise ValueError("é")
    yield from ()
"""


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(drawn_texts(stock()), st.sampled_from(FORMATS))
@example(["„eo”", TORN], "jsonl")
@example(["A line\rbegins with “a quotation” that ends.", "=1+1\r"], "jsonl")
@example(["«" + "x" * 150 + " the end»"], "stdin")
@example(["", "\0", "\ud83d", "\u2028", "é" * 3000], "stdin")
@example(["\ufeff", "\ufeff\ufeffA mark at the start of a cell."], "csv")
@example(["a,b;c\td|e", '"', "\r\n", TORN], "csv")
def test_what_comes_out_is_true(texts: list[str], format: str) -> None:
    assert PATH.once(format, 0, texts, Total()) == {}


def test_a_finding_that_lies_is_seen() -> None:
    audit = Auditor().audit(TORN)
    (finding,) = [each for each in audit.findings if each.code == "MT102"]
    starts = line_starts(TORN)
    assert starts == [0, 9]
    assert finding_wrongs(finding, TORN, starts) == []
    lies = {
        "the span is not in the text": replace(finding, span=Span(3, 10_000)),
        "line and column are not those of the span": replace(finding, line=1),
        "the excerpt is not the text at the span": replace(finding, excerpt="another"),
        "the message is not one line": replace(finding, message="one\ntwo"),
        "the confidence is not between 0 and 1": replace(finding, confidence=1.5),
        "evidence is not in the text": replace(finding, evidence=(Span(70, 80),)),
        "an edit is not in the text": replace(finding, edits=(Edit(Span(70, 80), "x", True),)),
        "edits of one finding overlap": replace(
            finding, edits=(Edit(Span(0, 4), "x", True), Edit(Span(3, 5), "y", True))
        ),
        "an edit changes nothing": replace(finding, edits=(Edit(Span(0, 3), "One", True),)),
    }
    for what, lie in lies.items():
        assert what in finding_wrongs(lie, TORN, starts)


def test_a_rule_that_crashes_is_seen(tmp_path: Path) -> None:
    (tmp_path / "hr901_crashes.py").write_text(CRASHING, encoding="utf-8")
    (tmp_path / "hr901_crashes.md").write_text("# HR901 crashes\n\nIt crashes on a letter.\n", encoding="utf-8")
    auditor = Auditor(Config(rule_folders=(str(tmp_path),)))
    wrongs: dict[str, str] = {}
    check_audit(auditor.audit("The café."), wrongs)
    assert list(wrongs) == ["HR901 crashed"]


def test_a_failure_is_told_with_its_batch_and_the_least_text(monkeypatch: pytest.MonkeyPatch) -> None:
    def once(path: WholePath, format: str, number: int, texts: list[str], *rest: object, **more: object) -> object:
        return {"an e": "there"} if any("e" in text for text in texts) else {}

    monkeypatch.setattr(WholePath, "once", once)
    told: list[str] = []
    total = Total(next=7)
    fuzz(1, total, told.append)
    assert total.wrongs == {"an e": 1}
    assert "batch 7" in told[0]
    assert "    'e'\n" in told[0]
    assert "python -m tools.fuzz --first 7 --inputs 1" in told[0]


def test_a_run_goes_on_where_it_was_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []

    def once(path: WholePath, format: str, number: int, texts: list[str], *rest: object, **more: object) -> object:
        seen.append(number)
        return {"wrong": ""} if number == 0 and len(texts) > 9 else {}

    monkeypatch.setattr(WholePath, "once", once)
    monkeypatch.setattr("tools.fuzz.smallest", lambda *rest: [])
    state = tmp_path / "state.json"
    fuzz(1, Total(), lambda line: None, state)
    first = load_total(state)
    assert (first.next, first.batches, dict(first.wrongs)) == (1, 1, {"wrong": 1})
    fuzz(first.inputs + 1, first, lambda line: None, state)
    again = load_total(state)
    assert (again.next, again.batches, dict(again.wrongs)) == (2, 2, {"wrong": 1})
    assert seen == [0, 1]
    assert again.inputs > first.inputs - 1
    fuzz(again.inputs, again, lambda line: None, state)  # as many as were wanted: nothing is left to do
    assert seen == [0, 1]


def test_a_broken_state_is_told(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    state.write_text(json.dumps({"inputs": 3}), encoding="utf-8")
    command = [sys.executable, "-m", "tools.fuzz", "--inputs", "1", "--state", str(state)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "holds no state of a run" in done.stderr
    assert "Traceback" not in done.stderr
