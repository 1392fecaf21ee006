"""The command line: exit codes, what stands on which stream, and bad input that must not stop a run."""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import fields
from functools import partial
from pathlib import Path

import pytest

from auditor import cli, commands, doctor, exit_codes
from auditor.config import Config, Policy, to_plain
from auditor.engine import Auditor
from auditor.progress import Progress
from auditor.report import SCHEMAS
from auditor.span import Span
from tests.conftest import ROOT
from tests.sample_audits import ENGLISH, GERMAN, RULES

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _few_rules_in_an_empty_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(commands, "Auditor", partial(Auditor, rules=sorted(RULES, key=lambda rule: rule.code)))


def run(*argv: str) -> int:
    return cli.main(argv)


def refused(*argv: str) -> int:
    """The exit code of arguments that argparse refuses."""
    with pytest.raises(SystemExit) as left:
        cli.main(argv)
    assert isinstance(left.value.code, int)
    return left.value.code


def spawn(*argv: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """The command in a process of its own, with the rules of the catalogue."""
    return subprocess.run([sys.executable, "-m", "auditor", *argv], input=stdin, capture_output=True, check=False)


def records(path: str, *texts: str) -> str:
    lines = (json.dumps({"id": f"{number:03}", "text": text}) for number, text in enumerate(texts))
    Path(path).write_text("".join(f"{line}\n" for line in lines))
    return path


def test_check_of_a_clean_article_exits_with_0(capsys: Captured) -> None:
    Path("a.txt").write_text(ENGLISH)
    assert run("check", "a.txt") == 0
    assert capsys.readouterr().out == "1 article, no findings\n"


def test_check_prints_findings_and_exits_with_1(capsys: Captured) -> None:
    Path("a.txt").write_text(f"{ENGLISH}\nTORN.")
    assert run("check", "a.txt") == 1
    assert capsys.readouterr().out.startswith("a.txt:2:1: major MT190 “TORN.” is torn\n")


@pytest.mark.parametrize(
    ("fail_on", "code"),
    [
        ("critical", 0),
        ("major", 1),
        ("minor", 1),
        ("neutral", 1),
        ("never", 0),
        ("clean", 1),
        ("quarantine", 1),
        ("reject", 0),
    ],
)
def test_fail_on_names_a_severity_or_a_verdict(fail_on: str, code: int) -> None:
    Path("a.txt").write_text(f"{ENGLISH} TORN.")
    assert run("check", "a.txt", "--fail-on", fail_on) == code


def test_fail_on_comes_from_the_configuration_too() -> None:
    Path("a.txt").write_text("TORN.")
    Path("auditor.toml").write_text('fail-on = "never"')
    assert run("check", "a.txt") == 0
    assert run("check", "a.txt", "--fail-on", "minor") == 1


def test_failing_on_keep_is_refused(capsys: Captured) -> None:
    Path("a.txt").write_text(ENGLISH)
    assert refused("check", "a.txt", "--fail-on", "keep") == 2
    Path("auditor.toml").write_text('fail-on = "keep"')
    assert run("check", "a.txt") == 2
    assert "would fail on every article" in capsys.readouterr().err


def test_a_crash_of_a_rule_exits_with_3_whatever_is_found() -> None:
    Path("a.txt").write_text("TORN CRASH")
    assert run("check", "a.txt") == 3
    assert run("check", "a.txt", "--fail-on", "never") == 3


def test_an_unreadable_record_exits_with_3_and_the_run_goes_on(capsys: Captured) -> None:
    Path("a.jsonl").write_text('{"id": "1"}\n{"id": "2", "text": "TORN"}\n{"id": "3", "te')
    assert run("check", "a.jsonl") == 3
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("a.jsonl:1: unreadable field: ")
    assert "MT190 [2 1:1]" in lines[1]
    assert any(line.startswith("a.jsonl:3: unreadable json: ") for line in lines)


def test_a_skipped_view_does_not_change_the_code(capsys: Captured) -> None:
    Path("a.txt").write_text(GERMAN)
    assert run("check", "a.txt", "--fail-on", "neutral") == 0
    assert "skipped readability" in capsys.readouterr().out


@pytest.mark.parametrize("text", [b"", b" \n ", b"\x00TORN", b"TORN\xff", "TORN\u2028".encode()])
def test_odd_files_give_a_row_and_no_traceback(text: bytes, capsys: Captured) -> None:
    Path("a.txt").write_bytes(text)
    assert run("check", "a.txt") in (0, 1, 3)
    assert "a.txt" in capsys.readouterr().out or not text.strip()


def test_a_lone_surrogate_is_printed_in_every_form(capsys: Captured, tmp_path: Path) -> None:
    Path("a.jsonl").write_text('{"id": "\\ud83d", "text": "TORN\\udc80"}\n')
    for form in ("text", "json", "jsonl"):
        assert run("check", "a.jsonl", "--format", form, "--output", f"{form}.out") == 1
    assert json.loads(Path("jsonl.out").read_text())["excerpt"] == "TORN\udc80"
    assert run("report", "a.jsonl", "--out", "out") == 0


def test_a_missing_file_exits_with_2_in_one_line(capsys: Captured) -> None:
    assert run("check", "none.txt") == 2
    error = capsys.readouterr().err
    assert error.startswith("auditor: error: none.txt: ")
    assert error.count("\n") == 1


def test_an_error_holds_no_character_that_acts_on_a_terminal(capsys: Captured) -> None:
    assert run("check", "no\x1b[31m\nne.txt") == 2
    assert capsys.readouterr().err.startswith("auditor: error: no<U+001B>[31m ne.txt: ")


def test_an_unknown_rule_or_field_of_the_configuration_exits_with_2(capsys: Captured) -> None:
    Path("a.txt").write_text(ENGLISH)
    assert run("check", "a.txt", "--select", "MT1,ZZ") == 2
    assert "no rule code begins with “ZZ”" in capsys.readouterr().err
    Path("auditor.toml").write_text("selekt = []")
    assert run("check", "a.txt") == 2
    assert "unknown key “selekt”; did you mean “select”?" in capsys.readouterr().err
    assert run("check", "a.txt", "--config", "none.toml") == 2


def test_wrong_arguments_exit_with_2_in_one_line(capsys: Captured) -> None:
    for argv in (["chek"], [], ["check", "a", "--format", "xml"], ["check", "--nonsense"], ["report", "a"]):
        assert refused(*argv) == 2
        error = capsys.readouterr().err
        assert error.startswith("auditor: error: ")
        assert error.count("\n") == 1


def test_check_without_a_path_says_what_to_do(capsys: Captured) -> None:
    assert run("check") == 2
    assert "name the files or folders" in capsys.readouterr().err


def test_select_ignore_and_preview_choose_rules(capsys: Captured) -> None:
    Path("a.txt").write_text(f"{ENGLISH} TORN STUB RIPE")

    def codes(*options: str) -> list[str]:
        run("check", "a.txt", "--format", "jsonl", *options)
        return [json.loads(line)["code"] for line in capsys.readouterr().out.splitlines()]

    assert codes() == ["MT190", "BP290"]
    assert codes("--select", "MT,BP290", "--ignore", "bp") == ["MT190"]
    assert codes("--select", "MT", "--select", "BP") == ["MT190", "BP290"]
    assert codes("--preview") == ["MT190", "BP290", "RD390"]
    assert codes("--select", "RD390") == ["RD390"]
    Path("auditor.toml").write_text("preview = true")
    assert codes("--no-preview") == ["MT190", "BP290"]


def test_jsonl_is_on_standard_output_and_problems_on_standard_error(capsys: Captured) -> None:
    Path("a.jsonl").write_text('{"id": "000", "text": "TORN"}\n{}\n')
    assert run("check", "a.jsonl", "--format", "jsonl") == 3
    captured = capsys.readouterr()
    assert [json.loads(line)["article_id"] for line in captured.out.splitlines()] == ["000"]
    assert captured.err.startswith("auditor: a.jsonl:2: unreadable field: ")


def test_json_is_one_document(capsys: Captured) -> None:
    assert run("check", records("a.jsonl", "TORN", ENGLISH), "--format", "json") == 1
    document = json.loads(capsys.readouterr().out)
    assert [row["verdict"] for row in document["articles"]] == ["quarantine", "keep"]


def test_fields_are_named_by_options(capsys: Captured) -> None:
    Path("a.jsonl").write_text('{"key": 7, "body": "TORN", "head": "Title"}\n')
    run("check", "a.jsonl", "--id-field", "key", "--text-field", "body", "--title-field", "head", "--format", "json")
    document = json.loads(capsys.readouterr().out)
    assert (document["articles"][0]["article_id"], document["articles"][0]["title"]) == ("7", "Title")
    assert document["findings"][0]["field"] == "body"


def test_the_encoding_is_an_option(capsys: Captured) -> None:
    Path("a.txt").write_bytes("TORN’".encode("cp1252"))
    assert run("check", "a.txt") == 3
    assert run("check", "a.txt", "--encoding", "cp1252") == 1
    assert run("check", "a.txt", "--encoding", "klingon") == 2


def test_output_goes_to_a_file(capsys: Captured) -> None:
    assert run("check", records("a.jsonl", "TORN"), "--format", "jsonl", "--output", "f.jsonl") == 1
    assert capsys.readouterr().out == ""
    assert len(Path("f.jsonl").read_text().splitlines()) == 1


def test_an_output_that_cannot_be_written_exits_with_2(capsys: Captured) -> None:
    Path("file").write_text("")
    Path("a.txt").write_text(ENGLISH)
    assert run("check", "a.txt", "--output", "none/f.txt") == 2
    assert run("report", "a.txt", "--out", "file") == 2
    errors = capsys.readouterr().err.splitlines()
    assert [line.split(": ")[2] for line in errors] == ["none/f.txt", "file"]
    assert all("name a place that you may write to" in line for line in errors)


def test_show_config_tells_each_value_and_its_origin(capsys: Captured, tmp_path: Path) -> None:
    Path("auditor.toml").write_text('encoding = "latin-1"\n[policy]\nminor = 2\n')
    assert run("check", "--show-config", "--fail-on", "minor") == 0
    shown = dict(re.findall(r"^(\S+) = (.*)$", capsys.readouterr().out, re.MULTILINE))
    assert {key for key in shown if not key.startswith("policy.")} == set(to_plain(Config())) - {"policy"}
    assert re.fullmatch(r'"minor" +# command line', shown["fail-on"])
    assert re.fullmatch(rf'"latin-1" +# {tmp_path / "auditor.toml"}', shown["encoding"])
    assert re.fullmatch(rf"2\.0 +# {tmp_path / 'auditor.toml'}", shown["policy.minor"])
    assert re.fullmatch(r"5\.0 +# default", shown["policy.major"])


def test_report_writes_markdown_and_tables(capsys: Captured) -> None:
    assert run("report", records("a.jsonl", "TORN", ENGLISH), "--out", "out/deep") == 0
    assert capsys.readouterr().out == "out/deep/report.md, out/deep/html/index.html: 2 articles, 1 finding\n"
    assert {path.name for path in Path("out/deep").iterdir()} == {
        "report.md",
        "html",
        *(f"{name}.{kind}" for name in SCHEMAS for kind in ("csv", "parquet")),
    }


def test_report_tells_failure_by_its_exit_code() -> None:
    assert run("report", records("a.jsonl", "CRASH"), "--out", "out") == 3
    assert "Crashed: NM490" in Path("out/report.md").read_text()


def test_a_report_is_the_same_from_absolute_paths(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    path = records("in/a.jsonl", "TORN")
    run("report", path, "--out", "one")
    run("report", str(tmp_path / path), "--out", "two")
    for name in ("report.md", "articles.csv", "findings.csv"):
        assert Path("one", name).read_bytes() == Path("two", name).read_bytes()


def test_a_report_on_files_elsewhere_names_no_absolute_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "here").mkdir()
    path = tmp_path / records("data/a.jsonl", "TORN")
    monkeypatch.chdir(tmp_path / "here")
    run("report", str(path), "--out", "out")
    assert str(tmp_path) not in Path("out/report.md").read_text()
    assert "a.jsonl:1" in Path("out/report.md").read_text()


def test_filter_sorts_records_and_tells_counts_that_add_up(capsys: Captured) -> None:
    path = records("a.jsonl", ENGLISH, "TORN TORN TORN TORN")
    assert run("filter", path, "--out", "run") == 0
    error = capsys.readouterr().err
    total, *parts = map(int, re.findall(r"\d+", error.splitlines()[0]))
    assert total == sum(parts) == 2
    assert Path("run/kept.jsonl").read_text() == Path("a.jsonl").read_text().splitlines(keepends=True)[0]


def test_filter_tells_unreadable_records_by_its_exit_code() -> None:
    Path("a.jsonl").write_text("{}\n")
    assert run("filter", "a.jsonl", "--out", "run") == 3


def test_filter_of_files_needs_a_folder(capsys: Captured) -> None:
    assert run("filter", records("a.jsonl", ENGLISH)) == 2
    assert "--out" in capsys.readouterr().err


def test_filter_takes_a_policy() -> None:
    Path("p.toml").write_text("quarantine = 1000\nreject = 1000")
    assert run("filter", records("a.jsonl", "TORN"), "--out", "run", "--policy", "p.toml") == 0
    assert Path("run/kept.jsonl").read_text()
    Path("p.toml").write_text("quarantin = 1")
    assert run("filter", "a.jsonl", "--out", "run2", "--policy", "p.toml") == 2


def test_decide_gives_verdicts_again(capsys: Captured) -> None:
    run("filter", records("a.jsonl", "TORN"), "--out", "run")
    Path("p.toml").write_text("quarantine = 1000\nreject = 1000")
    assert run("decide", "run", "--policy", "p.toml") == 0
    assert "quarantine → keep: 1" in capsys.readouterr().out
    assert run("decide", "none", "--policy", "p.toml") == 2


def test_rules_lists_each_rule_with_its_state(capsys: Captured) -> None:
    assert run("rules", "--ignore", "BP") == 0
    head, *lines = capsys.readouterr().out.splitlines()
    assert head.split() == ["code", "name", "severity", "status", "runs", "summary"]
    assert [line.split()[:5] for line in lines] == [
        ["BP290", "stub-line", "minor", "stable", "no"],
        ["MT190", "torn-word", "major", "stable", "yes"],
        ["NM490", "crash", "critical", "stable", "yes"],
        ["RD390", "unripe", "neutral", "preview", "no"],
    ]


def test_rules_are_json_too(capsys: Captured) -> None:
    assert run("rules", "--format", "json") == 0
    assert {row["code"] for row in json.loads(capsys.readouterr().out)} == {rule.code for rule in RULES}


def test_explain_prints_the_page_by_code_or_name(capsys: Captured) -> None:
    for name in ("BP201", "bp201", "source-site-stub"):
        assert run("explain", name) == 0
        assert capsys.readouterr().out.startswith("# BP201 source-site-stub\n")


def test_explain_of_an_unknown_rule_names_the_nearest(capsys: Captured) -> None:
    assert run("explain", "BP20l") == 2
    assert "did you mean" in capsys.readouterr().err


def test_score_measures_a_labelled_file(capsys: Captured) -> None:
    gold = {"text": "TORN!", "spans": [{"start": 0, "end": 4, "class": "mt.torn"}]}
    Path("l.jsonl").write_text(f"{json.dumps(gold)}\n{json.dumps({'text': ENGLISH, 'label': 'human'})}\n")
    assert run("score", "l.jsonl", "--format", "json") == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["classes"]["mt.torn"]["recall"] == 1.0
    assert run("score", "l.jsonl") == 0
    assert "2 articles, 1 of them clean" in capsys.readouterr().out
    assert run("score", "none.jsonl") == 2


def test_doctor_is_ready_here(capsys: Captured) -> None:
    assert run("doctor") == 0
    shown = capsys.readouterr().out
    assert shown.splitlines()[-1] == "ready"
    assert "7 indices equal to textstat's" in shown


def test_doctor_names_what_is_missing_and_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(name: str) -> object:
        if name in ("pyphen", "language_tool_python"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        if name == "pyarrow":
            raise ImportError("libarrow is broken")
        return object()

    checks = {check.name: check for check in doctor.examine(load, which=lambda _: None)}
    assert (checks["pyphen"].status, checks["pyarrow"].status) == ("missing", "broken")
    assert checks["pyphen"].cure.startswith('pip install "pyphen')
    assert (checks["language-tool-python"].status, checks["language-tool-python"].required) == ("missing", False)
    assert (checks["java"].status, checks["java"].required) == ("missing", False)
    monkeypatch.setattr(doctor, "examine", lambda: iter(checks.values()))
    out = io.StringIO()
    assert doctor.doctor(out) == 2
    assert out.getvalue().splitlines()[-1] == "not ready: pyphen, pyarrow"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_drawn_on_a_terminal_only_and_wiped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auditor.progress._EVERY", 0.0)
    for stream, quiet, drawn in ((Terminal(), False, True), (io.StringIO(), False, False), (Terminal(), True, False)):
        progress = Progress(stream, quiet=quiet)
        assert list(progress.over(range(3))) == [0, 1, 2]
        assert ("3 records" in stream.getvalue()) == drawn
        assert not drawn or stream.getvalue().endswith("\r")


def test_help_loads_neither_engine_nor_libraries() -> None:
    code = (
        "import sys\nfrom auditor.cli import build_parser\nbuild_parser().format_help()\n"
        "heavy = {'auditor.engine', 'auditor.errors', 'pandas', 'orjson', 're2', 'json', 'pathlib', 'dataclasses'}\n"
        "sys.exit(', '.join(heavy & (set(sys.modules) - before)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; before = set(sys.modules)\n{code}"], capture_output=True, check=False
    )
    assert done.stderr.decode().strip() == ""


def test_check_loads_neither_pandas_nor_pyarrow() -> None:
    code = (
        "import sys\nfrom auditor.cli import main\nmain(['check', 'a.txt'])\n"
        "sys.exit('pandas' in sys.modules or 'pyarrow' in sys.modules)"
    )
    Path("a.txt").write_text(ENGLISH)
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0


def test_the_module_runs_as_a_command() -> None:
    Path("a.txt").write_text(ENGLISH)
    done = spawn("check", "a.txt")
    assert (done.returncode, done.stderr) == (0, b"")
    assert spawn("--version").stdout.startswith(b"auditor ")
    assert spawn("--help").returncode == 0


def test_standard_input_is_checked_and_filtered() -> None:
    record = json.dumps({"id": "1", "text": ENGLISH}).encode() + b"\n"
    assert spawn("check", "-", stdin=record).returncode == 0
    done = spawn("filter", stdin=record + b"no JSON\n")
    assert done.stdout == record
    assert b"unreadable json" in done.stderr
    assert done.returncode == 3


def test_a_closed_pipe_is_no_error() -> None:
    records("a.jsonl", *["A sentence. and a tail, he said. she said."] * 3000)
    command = f"{sys.executable} -m auditor check a.jsonl --format json | head -c 10; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, check=False)
    assert done.stdout.endswith(str(exit_codes.PIPE_CLOSED).encode() + b"\n")
    assert done.stderr == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full disk to write to")
def test_a_full_disk_is_one_line() -> None:
    Path("a.txt").write_text(ENGLISH)
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "auditor", "check", "a.txt"], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 2
    assert done.stderr.startswith(b"auditor: error: standard output: ")
    assert done.stderr.count(b"\n") == 1


def test_ctrl_c_is_one_line() -> None:
    os.mkfifo("pipe")
    process = subprocess.Popen(
        [sys.executable, "-m", "auditor", "check", "pipe"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # A shell starts what it runs in the background with SIGINT ignored, and tests may run there.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )
    with open("pipe", "wb"):  # opens only when the command reads
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        out, error = process.communicate(timeout=20)
    assert (process.returncode, out, error) == (exit_codes.INTERRUPTED, b"", b"auditor: interrupted\n")


def test_a_span_of_jsonl_cuts_the_excerpt_from_the_file(capsys: Captured) -> None:
    text = f"😀 é\r\n{ENGLISH} TORN”"
    Path("a.txt").write_bytes(text.encode())
    run("check", "a.txt", "--format", "jsonl")
    finding = json.loads(capsys.readouterr().out)
    assert Span(finding["start"], finding["end"]).of(text) == finding["excerpt"] == "TORN”"


def documented() -> dict[str, str]:
    page = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    return dict(part.split("\n", 1) for part in page.split("\n## ")[1:])


def test_what_goes_on_before_the_first_record_is_shown_on_a_terminal_only() -> None:
    shown, hidden = Terminal(), io.StringIO()
    for stream in (shown, hidden):
        progress = Progress(stream)
        progress.say("starting LanguageTool")
        progress.close()
    assert shown.getvalue().startswith("\rauditor: starting LanguageTool …")
    assert shown.getvalue().endswith(" \r")
    assert hidden.getvalue() == ""


def test_the_reference_names_every_command_and_option() -> None:
    parser = cli.build_parser()
    (subparsers,) = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    sections = documented()
    assert {head.removeprefix("auditor ") for head in sections if head.startswith("auditor ")} == set(
        subparsers.choices
    )
    for name, command in subparsers.choices.items():
        options = {
            option
            for action in command._actions
            if not isinstance(action, argparse._HelpAction)
            for option in (action.option_strings or [str(action.metavar)])
        }
        assert set(re.findall(r"^\| `([^`]+)` \|", sections[f"auditor {name}"], re.MULTILINE)) == options, name


def test_the_reference_names_every_key_with_its_default() -> None:
    plain = to_plain(Config())
    policy = {f"policy.{key}": value for key, value in plain.pop("policy").items()}
    rows = re.findall(r"^\| `([^`]+)` \| `(.*?)` \| \S", documented()["Configuration"], re.MULTILINE)
    assert {key: json.loads(value) for key, value in rows} == {**plain, **policy}
    assert len(fields(Policy)) == len(policy)


def test_the_reference_names_every_exit_code() -> None:
    codes = re.findall(r"^\| (\d+) \|", documented()["Exit codes"], re.MULTILINE)
    assert [int(code) for code in codes] == [value for name, value in vars(exit_codes).items() if name.isupper()]
