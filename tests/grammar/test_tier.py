"""The tier in an audit: what runs, what is said of what does not, what counts; from the real server and without one."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from auditor import cli
from auditor.config import Config
from auditor.document import Document
from auditor.engine import Audit, Auditor, Skipped
from auditor.errors import ConfigError, RuleLoadError, ViewUnavailable
from auditor.exit_codes import CLEAN, FAILED, FOUND, MISUSE
from auditor.finding import Hit, Severity
from auditor.grammar.errors import GrammarError
from auditor.grammar.install import Installation
from auditor.grammar.match import Checked, Match, Selection
from auditor.grammar.server import Server, ServerOptions, shared
from auditor.grammar.tier import SPELLER, Tier, TierOptions, joined, placed, selections
from auditor.readers import read
from auditor.report import Report
from auditor.rule import rule
from auditor.span import Span
from auditor.stream import filter_records
from auditor.text.spelling import doubtful_words
from tests.conftest import ROOT

BAD = (
    "The new sensor allows to measure the depth of the snow. They was late for the ferry, which had left the harbour. "
    "The office did not answered for a week, and nobody knew why. The goverment has announced a new tax for all."
)
GOOD = "The sensor measures the depth of the snow. They were late for the ferry. The office answered after a week."
GERMAN = "Der Bürgermeister hat die Brücke am Montag eröffnet und gesagt, dass die Arbeiten drei Jahre gedauert haben."
needs_languagetool = [pytest.mark.grammar, pytest.mark.xdist_group("grammar")]


def grammar_codes(audit: Audit) -> list[str]:
    return [finding.code for finding in audit.findings if finding.family == "GR"]


def shares(rate: float) -> int:
    tier = Tier.__new__(Tier)
    tier.options = TierOptions(sample=rate)
    return sum(tier.chosen(f"Article number {number}.") for number in range(2000))


def test_off_by_default_and_told() -> None:
    auditor = Auditor()
    assert not [rule for rule in auditor.rules if rule.grammar]
    assert [rule for rule in auditor.catalogue if rule.grammar]
    assert auditor.skipped == (
        Skipped("grammar", "not checked; --grammar auto checks it where LanguageTool is installed"),
    )
    report = Report.of([auditor.audit(BAD)], auditor)
    row = report.problems.iloc[0]
    assert (row["kind"], row["what"], row["path"]) == ("skipped", "grammar", "")
    assert row.isna()["article_id"]
    assert report.articles["grammar"].isna().all()
    assert not report.rules.set_index("code")["enabled"]["GR601"]
    assert Auditor(Config(select=("MT",))).skipped == ()
    with pytest.raises(ConfigError, match="“GR601” needs LanguageTool: give --grammar auto"):
        Auditor(Config(select=("MT", "GR601")))
    with pytest.raises(ViewUnavailable, match="give --grammar auto"):
        Document(BAD).grammar(frozenset({"EN_A_VS_AN"}))


def test_values_are_checked() -> None:
    settings: list[dict[str, Any]] = [
        {"grammar": "on"},
        {"grammar_sample": 1.5},
        {"grammar_deadline": 0.0},
        {"grammar_heap": 0},
    ]
    for wrong in settings:
        with pytest.raises(ConfigError, match="grammar"):
            Config(**wrong)


def test_not_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("AUDITOR_CACHE", str(tmp_path / "nothing"))
    monkeypatch.chdir(tmp_path)
    Path("a.txt").write_text(GOOD)
    with pytest.raises(GrammarError, match=r"LanguageTool is not installed|Java is not on the PATH"):
        Auditor(Config(grammar="require"))
    auditor = Auditor(Config(grammar="auto"))
    assert auditor.audit(BAD).grammar is None
    (skipped,) = auditor.skipped
    assert "auditor grammar install" in skipped.reason or "Java" in skipped.reason
    assert cli.main(["check", "a.txt", "--grammar", "require"]) == MISUSE
    assert cli.main(["check", "a.txt", "--grammar", "auto"]) == CLEAN
    out = capsys.readouterr().out
    assert out.splitlines()[-1].startswith("1 article, 1 finding in 1 of them (1 neutral); grammar: ")
    assert cli.main(["report", "a.txt", "--out", "r", "--grammar", "auto"]) == CLEAN
    assert "auditor: skipped grammar: " in capsys.readouterr().err
    assert "| skipped |" in Path("r/report.md").read_text(encoding="utf-8")
    assert cli.main(["check", "a.txt", "--grammar", "auto", "--grammar-sample", "0"]) == CLEAN
    assert "grammar: grammar-sample is 0" in capsys.readouterr().out


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("auditor.grammar.client", "language_tool_python"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, "language_tool_python", None)
    (skipped,) = Auditor(Config(grammar="auto")).skipped
    assert 'pip install "article-auditor[grammar]"' in skipped.reason


def test_wrong_urls() -> None:
    with pytest.raises(GrammarError, match="is not the URL of a server"):
        Auditor(Config(grammar="require", grammar_url="localhost:8081"))
    with pytest.raises(GrammarError, match="no LanguageTool server answers there"):
        Auditor(Config(grammar="require", grammar_url="http://127.0.0.1:9"))


def test_samples_are_drawn_by_content() -> None:
    assert shares(0.0) == 0
    assert 60 < shares(0.05) < 140
    assert shares(0.05) == shares(0.05)
    assert shares(1.0) == 2000


def test_rules_and_categories_are_asked_apart() -> None:
    asked = frozenset({"EN_A_VS_AN", "category:STYLE", "category:FALSE_FRIENDS"})
    one = Selection(enabled_rules=frozenset({"EN_A_VS_AN"}), enabled_only=True, picky=True)
    style = Selection(enabled_categories=frozenset({"STYLE"}), enabled_only=True, picky=True)
    assert selections(TierOptions(), asked) == [one, style]
    friends = selections(TierOptions(mother_tongue="pl"), frozenset({"category:FALSE_FRIENDS"}))
    assert [each.mother_tongue for each in friends] == ["pl"]
    assert selections(TierOptions(), frozenset({SPELLER})) == []
    first, second = (Match(Span(at, at + 2), "X", "C", "m", (), "t") for at in (5, 1))
    both = joined([Checked((first,)), Checked((second,), incomplete=True)])
    assert both == Checked((second, first), incomplete=True)
    assert joined([Checked((first,)), Checked(skipped="no time")]) == Checked(skipped="no time")


def test_words_are_spelled_apart_and_found_in_their_places() -> None:
    text = "The goverment and the comapnies of Helmstadtt waited; comapnies wait. It was an e-goverment, unseperated."
    words = doubtful_words(text)
    assert [word for _, word in words] == ["goverment", "unseperated"]
    assert all(text.startswith(word, start) for start, word in words)
    sent = "\n\n".join(word for _, word in words)
    found = Checked(tuple(Match(Span(at, at + 3), "X", "C", "m", (), "t") for at in (0, sent.index("unsep"))))
    assert [match.span.of(text) for match in placed(found, words).matches] == ["gov", "uns"]
    assert placed(Checked(skipped="no"), words) == Checked(skipped="no")
    assert doubtful_words("a" * 500_000 + " " + "b-" * 250_000) == []


def test_only_grammar_rules_name_rules_of_languagetool() -> None:
    def some(doc: Document) -> Iterator[Hit]:
        """Some."""
        yield from ()

    with pytest.raises(RuleLoadError, match="GR601"):
        rule(code="GR601", severity=Severity.MINOR)(some)
    with pytest.raises(RuleLoadError, match="MT101"):
        rule(code="MT101", severity=Severity.MINOR, languagetool=["X"])(some)


@pytest.fixture(scope="module")
def required(languagetool: Installation, grammar_server: Server) -> Iterator[Auditor]:
    with Auditor(Config(grammar="require", grammar_cache=False), strict=True) as auditor:
        yield auditor


class TestWithLanguageTool:
    pytestmark = needs_languagetool

    def test_findings_are_whole(self, required: Auditor) -> None:
        audit = required.audit(Document(BAD, "x"))
        assert audit.grammar == "checked"
        assert grammar_codes(audit) == ["GR603", "GR602", "GR603", "GR609"]
        first = next(finding for finding in audit.findings if finding.code == "GR603")
        assert first.excerpt == "to measure"
        assert first.message.endswith("(LanguageTool ALLOW_TO).")
        assert [edit.text for edit in first.edits] == ["measuring"]
        assert not first.edits[0].safe
        assert required.skipped == ()
        assert grammar_codes(required.audit(GOOD)) == []

    def test_quoted_speech_names_and_capitals(self, required: Auditor) -> None:
        for text in (
            "“The sensor allows to measure the snow, and they was late,” the baker said on Monday.",
            "The Goverment Arms and Comapnies House are two pubs.",
        ):
            assert grammar_codes(required.audit(text)) == [], text
        audit = required.audit("The managers of Harbour Holdings is waiting. A study at an Cambridge college ended.")
        for finding in audit.findings:
            for edit in finding.edits:
                assert "Cambridge" in edit.text or "Cambridge" not in edit.span.of(audit.document.text)

    def test_our_own_finding_is_not_said_twice(self, required: Auditor) -> None:
        audit = required.audit(
            "She said that Mr Karim should to resign, and the road is more shorter than the old one."
        )
        own = [finding for finding in audit.findings if finding.family == "MT"]
        assert own
        for finding in audit.findings:
            if finding.family == "GR":
                assert not any(finding.span.overlaps(other.span) for other in own)

    def test_other_languages_and_empty_texts(self, required: Auditor) -> None:
        assert required.audit(GERMAN).grammar == "skipped"
        assert required.audit("").grammar == "checked"

    def test_many_in_order_with_gaps(self, required: Auditor) -> None:
        items: list[str | None] = [None if n % 7 == 3 else f"{BAD} Number {n}." for n in range(60)]
        found = list(required.audit_each(items, lambda item: item))
        assert [item for item, _ in found] == items
        for item, audit in found:
            assert (audit is None) == (item is None)
            if audit is not None:
                assert audit.document.text == item
                assert len(grammar_codes(audit)) == 4

    def test_a_sample_counts_nothing(self, grammar_server: Server) -> None:
        texts = [f"{BAD} Number {n}." for n in range(40)]
        with Auditor(Config(grammar="require", grammar_sample=0.5, grammar_cache=False)) as auditor:
            audits = list(auditor.audit_many(texts))
            assert auditor.skipped == (Skipped("grammar", "checked on a sample of 50 % of the articles"),)
        words = {audit.grammar for audit in audits}
        assert words == {"checked", "unsampled"}
        for audit in audits:
            found = [finding for finding in audit.findings if finding.family == "GR"]
            assert bool(found) == (audit.grammar == "checked")
            assert {finding.severity for finding in found} <= {Severity.NEUTRAL}
        rows = Report.of(audits, auditor)
        assert set(rows.articles["grammar"]) == words
        assert "sample of 50 %" in rows.problems.iloc[-1]["message"]

    def test_the_whole_way_through_check(
        self,
        grammar_server: Server,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        monkeypatch.chdir(tmp_path)
        Path("bad.txt").write_text(BAD)
        Path("good.txt").write_text(GOOD)
        arguments = ["check", "bad.txt", "good.txt", "--grammar", "require", "--fail-on", "minor"]
        assert cli.main(arguments) == FOUND
        out = capsys.readouterr().out
        assert "bad.txt:1:23: minor GR603" in out
        assert "grammar:" not in out.splitlines()[-1]
        assert cli.main([*arguments, "--format", "json"]) == FOUND
        document = json.loads(capsys.readouterr().out)
        assert [row["grammar"] for row in document["articles"]] == ["checked", "checked"]
        assert document["problems"] == []
        Path("auditor.toml").write_text(
            'grammar = "require"\n[options.GR699]\nlanguagetool = "category:REDUNDANCY, SOME_OF_THE"\n'
        )
        Path("style.txt").write_text("Some of the witnesses were asked twice by the police, who had waited for days.")
        assert cli.main(["check", "style.txt", "--fail-on", "minor"]) == FOUND
        assert "GR699" in capsys.readouterr().out

    def test_filter_with_a_sample(self, grammar_server: Server, tmp_path: Path) -> None:
        source = tmp_path / "in.jsonl"
        lines = [json.dumps({"id": str(n), "text": f"{BAD} Number {n}."}) for n in range(30)]
        source.write_text("\n".join([*lines[:10], "{broken", *lines[10:]]) + "\n")
        with Auditor(Config(grammar="require", grammar_sample=0.4)) as auditor:
            ledger = filter_records([str(source)], tmp_path / "out", auditor)
        assert (ledger.counts["read"], ledger.counts["unreadable"]) == (31, 1)
        (kept,) = (tmp_path / "out").glob("kept*.jsonl")
        assert kept.read_text().splitlines() == lines  # in their order
        rows = read([str(tmp_path / "out" / "problems.parquet")], Config(text_field="message", id_field="what"))
        messages = [record.document.text for record in rows if record.document is not None]
        assert [message for message in messages if "sample of 40 %" in message]

    def test_what_cannot_be_checked_is_a_row_or_a_failure(self, grammar_server: Server) -> None:
        """Parent of a server that dies for each text: `auto` skips and says so, `require` counts it as failed."""
        for mode in ("auto", "require"):
            with Auditor(Config(grammar=mode, grammar_cache=False)) as auditor:
                assert grammar_codes(auditor.audit(BAD))
                grammar_server._breaker.reason = "9 failures in a row, at last: something"
                try:
                    audit = auditor.audit(BAD)
                finally:
                    grammar_server._breaker.reason = None
            reason = "the grammar tier is off for the rest of this run: 9 failures in a row, at last: something"
            assert audit.grammar == "skipped"
            assert not grammar_codes(audit)
            if mode == "auto":
                assert audit.skipped == (Skipped("grammar", reason),)
            else:
                assert [(failure.code, failure.error) for failure in audit.failures] == [("grammar", reason)]

    def test_a_killed_server_loses_nothing(self, grammar_server: Server, required: Auditor) -> None:
        texts = [f"{BAD} Number {n}." for n in range(50)]
        whole = [grammar_codes(audit) for audit in required.audit_many(texts)]
        found = []
        for number, audit in enumerate(required.audit_many(texts)):
            if number == 7:
                pid = grammar_server.pid
                assert pid is not None
                os.kill(pid, signal.SIGKILL)
            assert audit.grammar == "checked"
            found.append(grammar_codes(audit))
        assert found == whole

    def test_exit_code_when_required_and_not_done(
        self,
        grammar_server: Server,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        (tmp_path / "languagetool").symlink_to(grammar_server._installation().folder.parent)
        monkeypatch.setenv("AUDITOR_CACHE", str(tmp_path))  # nothing is known of this text
        path = tmp_path / "a.txt"
        path.write_text(f"{GOOD} It was never checked before.")
        monkeypatch.chdir(tmp_path)
        with shared(ServerOptions()) as server:  # another one, as its folder is another
            server._breaker.reason = "closed for a test"
            assert cli.main(["check", "a.txt", "--grammar", "require"]) == FAILED
            assert "failure grammar: the grammar tier is off" in capsys.readouterr().out
            assert cli.main(["check", "a.txt", "--grammar", "auto"]) == CLEAN
            assert "skipped grammar: the grammar tier is off" in capsys.readouterr().out

    def test_two_processes_at_once(self, languagetool: Installation, tmp_path: Path) -> None:
        """Each has a server of its own, on a port of its own, and both write to one cache."""
        for name in ("north", "south"):
            (tmp_path / f"{name}.txt").write_text(f"{BAD} It came from the {name}.")
        (tmp_path / "languagetool").symlink_to(languagetool.folder.parent)
        command = [sys.executable, "-m", "auditor", "check", "--grammar", "require", "--fail-on", "minor", "--format"]
        running = [
            subprocess.Popen(
                [*command, "jsonl", f"{name}.txt"],
                cwd=tmp_path,
                env={**os.environ, "AUDITOR_CACHE": str(tmp_path), "PYTHONPATH": str(ROOT)},
                stdout=subprocess.PIPE,
                text=True,
            )
            for name in ("north", "south")
        ]
        for process in running:
            said, _ = process.communicate(timeout=180)
            assert process.returncode == FOUND
            assert [code for line in said.splitlines() if (code := json.loads(line)["code"]).startswith("GR")] == [
                "GR603",
                "GR602",
                "GR603",
                "GR609",
            ]
        assert (tmp_path / "grammar.sqlite").is_file()

    def test_install_says_that_it_is_there(
        self, languagetool: Installation, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert cli.main(["grammar", "install"]) == CLEAN
        assert "is installed already" in capsys.readouterr().out
        assert isinstance(sys.stdout, io.TextIOBase)

    def test_every_rule_that_we_name_exists(self, grammar_server: Server) -> None:
        """LanguageTool ignores ids that it does not know: a renamed one would be silent for ever."""
        from urllib.request import ProxyHandler, build_opener

        with grammar_server.slot() as lease:
            opener = build_opener(ProxyHandler({}))
            with opener.open(f"{lease.url}/v2/configinfo?language=en-US", timeout=60) as answer:
                known = {entry["ruleId"] for entry in json.load(answer)["rules"]}
        named = {name for each in Auditor().catalogue for name in each.languagetool if ":" not in name}
        assert len(named) > 100
        assert named <= known
