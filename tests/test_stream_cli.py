"""The filter from the command line: jobs, resume, annotate, progress, what if, Ctrl-C."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from auditor.cli import main
from auditor.progress import FilterProgress, duration
from auditor.stream import Snapshot
from auditor.stream.inputs import total_size
from tests.conftest import ROOT
from tests.test_stream import tree

ENGLISH = "The mayor opened the bridge on Monday and said that the town had waited for it. "
TORN = "He is armed and well known. here. The police said so. "


@pytest.fixture(autouse=True)
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def records(name: str, count: int) -> str:
    lines = [json.dumps({"id": n, "text": TORN if n % 10 == 0 else f"{ENGLISH} {n}"}) for n in range(count)]
    Path(name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return name


def test_progress_for_a_program_is_json_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    path = records("a.jsonl", 40)
    assert main(["filter", path, "--out", "run", "--progress", "json", "--select", "BP"]) == 0
    told = [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]
    assert told[-1]["event"] == "end"
    assert told[-1]["read"] == told[-1]["kept"] == 40
    assert told[-1]["bytes"] == told[-1]["bytes_total"] == Path(path).stat().st_size
    assert told[-1]["seconds_left"] == 0
    assert main(["filter", path, "--out", "quiet", "--progress", "none", "--select", "BP"]) == 0
    assert capsys.readouterr().err.startswith("read 40 = ")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_for_a_person_has_rate_share_and_time(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    terminal = Terminal()
    progress = FilterProgress(terminal, "auto", total=4_000_000)
    clock[0] += 10
    progress.update(Snapshot(read=1_000, kept=900, bytes=1_000_000))
    assert "auditor: 1,000 records, 100/s, kept 90%, 25% done, 30 s left" in terminal.getvalue()
    progress.close()
    assert terminal.getvalue().endswith("\r")
    resumed = FilterProgress(terminal, "auto", total=4_000_000)
    resumed.update(Snapshot(read=2_000, kept=1_000, bytes=2_000_000, before=2_000))
    clock[0] += 10
    resumed.update(Snapshot(read=2_500, kept=1_000, bytes=2_500_000, before=2_000))
    assert "2,500 records, 50/s, kept 40%, 62% done, 30 s left" in terminal.getvalue()
    plain = io.StringIO()
    with_nothing = FilterProgress(plain, "auto")
    with_nothing.update(Snapshot(read=1))
    with_nothing.close()
    assert plain.getvalue() == ""


def test_durations_are_for_people() -> None:
    assert [duration(seconds) for seconds in (0, 59, 90, 3_600, 11_100)] == [
        "0 s",
        "59 s",
        "2 min",
        "1 h 00 min",
        "3 h 05 min",
    ]


def test_the_size_of_all_inputs_is_known_before(tmp_path: Path) -> None:
    records("a.jsonl", 3)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "b.txt").write_text("12345")
    assert total_size(["a.jsonl", "in"]) == Path("a.jsonl").stat().st_size + 5
    assert total_size(["-"]) is None


def test_what_if_prints_and_writes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    main(["filter", records("a.jsonl", 20), "--out", "run"])
    Path("p.toml").write_text("[policy]\nquarantine = 5\nreject = 15\n")
    before = sorted(os.listdir("run"))
    capsys.readouterr()
    assert main(["decide", "run", "--policy", "p.toml", "--what-if"]) == 0
    out = capsys.readouterr().out
    assert "20 articles; each change alone" in out
    assert "reject: 60.0 → 15" in out
    assert "all together: " in out
    assert sorted(os.listdir("run")) == before
    assert main(["decide", "run", "--policy", "p.toml"]) == 0
    assert "decisions.parquet" in os.listdir("run")


def test_resume_of_a_finished_run_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    path = records("a.jsonl", 5)
    main(["filter", path, "--out", "run", "--select", "BP"])
    before = tree(Path("run"))
    capsys.readouterr()
    assert main(["filter", path, "--out", "run", "--select", "BP", "--resume"]) == 0
    assert "finished already" in capsys.readouterr().err
    assert tree(Path("run")) == before
    assert main(["filter", path, "--out", "run", "--select", "BP"]) == 2
    assert "holds a run already" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--resume"], "cannot be resumed; name a folder"),
        (["--jobs", "0"], "jobs must be at least 1"),
        (["--jobs", "2", "--grammar-url", "", "--out", "x", "gone.jsonl"], "gone.jsonl"),
    ],
)
def test_wrong_use_is_told(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["filter", *arguments]) == 2
    assert message in capsys.readouterr().err


def test_the_unix_filter_annotates() -> None:
    line = json.dumps({"id": 1, "text": ENGLISH}).encode()
    command = [sys.executable, "-m", "auditor", "filter", "-", "--annotate", "--select", "BP"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, input=line, capture_output=True, env=environment, check=True)
    assert json.loads(done.stdout)["auditor_verdict"] == "keep"
    assert done.stdout.startswith(line[:-1])


def test_ctrl_c_says_how_to_go_on_and_the_run_goes_on() -> None:
    path = records("a.jsonl", 5_000)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    options = ["--jobs", "1", "--select", "BP201"]
    command = [sys.executable, "-m", "auditor", "filter", path, "--out", "run", *options]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE)
    while not Path("run/.unfinished/checkpoint.json").exists():
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    said = process.communicate()[1].decode()
    assert process.returncode == 130, said
    assert said == "auditor: interrupted; the same command with --resume goes on from there\n"
    done = subprocess.run([*command, "--resume"], env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith(b"read 5,000 = ")
    assert len(Path("run/kept.jsonl").read_bytes().splitlines()) == 5_000
