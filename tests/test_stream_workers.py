"""Several processes audit: the outputs are those of one, whatever happens to the processes."""

from __future__ import annotations

import io
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor.config import Config
from auditor.document import Document
from auditor.engine import Auditor
from auditor.errors import AuditorError, ConfigError, RuleCrash
from auditor.finding import Hit, Severity
from auditor.rule import rule
from auditor.stream import Snapshot, filter_records, filter_stdin
from auditor.stream.filtering import check_jobs
from auditor.stream.worker import allowed
from tests.conftest import ROOT
from tests.test_stream import RULES, TEXTS, auditor, json_lines, tree
from tests.test_stream_resume import in_child


@rule(code="HR908", severity=Severity.MINOR, stable=True, english=False)
def deadly(doc: Document) -> Iterator[Hit]:
    """A rule that does to its process what some articles say."""
    if "HANG" in doc.text:
        re.match(r"(a+)+$", "a" * 64 + "b")  # holds Python's lock for ages, as a pattern gone wrong does
    if "KILL" in doc.text:
        os.kill(os.getpid(), signal.SIGKILL)
    if "ONCE" in doc.text:
        mark = Path(doc.text.split()[1])
        if not mark.exists():
            mark.write_text("died here")
            os.kill(os.getpid(), signal.SIGKILL)
    if "SLOW" in doc.text:
        time.sleep(0.05)
    yield from ()


def dangerous() -> Auditor:
    return Auditor(Config(record_deadline=1.5), rules=(*RULES, deadly))


def strict() -> Auditor:
    return auditor(strict=True)


def stillborn() -> Auditor:
    os._exit(7)


def many(tmp_path: Path, count: int = 60) -> Path:
    path = tmp_path / "a.jsonl"
    path.write_bytes((json_lines(*TEXTS.values(), source="x") + b"bad\n") * count)
    return path


def test_two_processes_write_what_one_writes(tmp_path: Path) -> None:
    path = many(tmp_path)
    told: list[Snapshot] = []
    filter_records([str(path)], tmp_path / "one", auditor())
    filter_records([str(path)], tmp_path / "two", auditor(), jobs=2, make=auditor, progress=told.append)
    assert tree(tmp_path / "two") == tree(tmp_path / "one")
    assert [each.read for each in told] == sorted(each.read for each in told)
    assert told[-1].read == 420
    out = io.BytesIO()
    one = filter_stdin(io.BytesIO(path.read_bytes()), io.BytesIO(), auditor())
    two = filter_stdin(io.BytesIO(path.read_bytes()), out, auditor(), jobs=2, make=auditor)
    assert two.plain(times=False) == one.plain(times=False)
    assert out.getvalue().count(b"\n") == 120


def test_a_worker_that_dies_once_costs_nothing(tmp_path: Path) -> None:
    texts = [*list(TEXTS.values()) * 10]
    texts[25] = f"ONCE {tmp_path / 'mark'}"
    path = tmp_path / "a.jsonl"
    path.write_bytes(json_lines(*texts))
    filter_records([str(path)], tmp_path / "two", dangerous(), jobs=2, make=dangerous)
    assert (tmp_path / "mark").exists()
    filter_records([str(path)], tmp_path / "one", dangerous())
    assert tree(tmp_path / "two") == tree(tmp_path / "one")


def test_records_that_hang_or_kill_are_left_out_and_told(tmp_path: Path) -> None:
    texts = list(TEXTS.values()) * 20
    texts[3], texts[50], texts[51] = "HANG", "KILL", "KILL again"
    path = tmp_path / "a.jsonl"
    path.write_bytes(json_lines(*texts))
    ledger = filter_records([str(path)], tmp_path / "out", dangerous(), jobs=2, make=dangerous)
    assert ledger.problems == {"deadline": 1, "worker": 2}
    assert ledger.counts["read"] == 120
    lines = path.read_bytes().splitlines(keepends=True)
    out = tmp_path / "out"
    assert (out / "unreadable.jsonl").read_bytes() == lines[3] + lines[50] + lines[51]
    problems = (out / "unreadable.problems.jsonl").read_text().splitlines()
    assert "took longer than 1.5 s" in problems[0]
    assert "ended 2 times (signal 9)" in problems[1]
    rest = tmp_path / "rest.jsonl"
    rest.write_bytes(b"".join(line for n, line in enumerate(lines) if n not in (3, 50, 51)))
    filter_records([str(rest)], tmp_path / "rest", auditor())
    for part in ("kept", "clean", "quarantined", "rejected"):
        assert (out / f"{part}.jsonl").read_bytes() == (tmp_path / "rest" / f"{part}.jsonl").read_bytes()


def test_a_long_article_has_more_time() -> None:
    assert [allowed(60, size) for size in (0, 999_999, 1_000_000, 50_000_000)] == [60, 60, 60, 3000]
    assert allowed(0, 5_000_000) == 0


def test_errors_of_workers_are_those_of_the_run(tmp_path: Path) -> None:
    path = many(tmp_path)
    with pytest.raises(RuleCrash, match="HR909 crashed"):
        filter_records([str(path)], tmp_path / "out", auditor(), jobs=2, make=strict)
    with pytest.raises(AuditorError, match=r"3 worker processes in turn ended .*exit code 7"):
        filter_records([str(path)], tmp_path / "other", auditor(), jobs=2, make=stillborn)
    with pytest.raises(ConfigError, match="jobs must be at least 1"):
        filter_records([str(path)], tmp_path / "none", auditor(), jobs=0)


def test_no_worker_outlives_a_run_that_ends_badly(tmp_path: Path) -> None:
    if not Path("/proc/self/task").is_dir():
        pytest.skip("this system does not tell the children of a process")
    path = many(tmp_path)

    def children() -> set[str]:
        told = [Path(f"/proc/self/task/{task}/children").read_text().split() for task in os.listdir("/proc/self/task")]
        named = {child for each in told for child in each}
        return {child for child in named if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()}

    def stop(snapshot: Snapshot) -> None:
        assert children()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        filter_records([str(path)], tmp_path / "out", auditor(), jobs=2, make=auditor, progress=stop)
    assert not children()


def test_grammar_is_checked_by_one_process_unless_its_server_is_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auditor.stream.filtering._grammar", lambda who: True)
    with pytest.raises(ConfigError, match="--grammar-url"):
        check_jobs(auditor(), 2)
    check_jobs(auditor(), None)
    check_jobs(auditor(Config(grammar_url="http://localhost:1")), 2)


SCRIPT = """
import sys
from pathlib import Path
from auditor.stream import filter_records
from tests.test_stream_workers import dangerous

if __name__ == "__main__":
    filter_records([sys.argv[1]], Path(sys.argv[2]), dangerous(), jobs=int(sys.argv[3]), make=dangerous, resume=True)
"""


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_run_that_can_be_resumed(number: signal.Signals, jobs: int, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(json_lines(*["SLOW", *TEXTS.values()] * 50))
    script = tmp_path / "script.py"
    script.write_text(SCRIPT, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(script), str(path), str(tmp_path / "out"), str(jobs)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, start_new_session=True)
    while not (tmp_path / "out" / ".unfinished" / "checkpoint.json").exists():
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)
    os.killpg(process.pid, number)  # as Ctrl-C does: to the parent and to all workers
    _, said = process.communicate(timeout=60)
    stopped = f"auditor.stream.stopping.Stopped: {'interrupted' if number == signal.SIGINT else 'terminated'}"
    assert said.decode().splitlines()[-1] == stopped, (
        said.decode()
    )  # the last word is the parent's, no worker adds to it
    assert said.count(b"Stopped:") == 1, said.decode()
    assert os.listdir(tmp_path / "out") == [".unfinished"]
    filter_records([str(path)], tmp_path / "out", dangerous(), resume=True)
    filter_records([str(path)], tmp_path / "alone", dangerous())
    assert tree(tmp_path / "out") == tree(tmp_path / "alone")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_killed_parent_takes_its_workers_along(tmp_path: Path) -> None:
    if not Path("/proc/self/task").is_dir():
        pytest.skip("this system does not tell the children of a process")
    path = many(tmp_path, 200)
    found = tmp_path / "children"

    def work() -> None:
        def die(snapshot: Snapshot) -> None:
            me = os.getpid()
            found.write_text(Path(f"/proc/{me}/task/{me}/children").read_text())
            os.kill(me, signal.SIGKILL)

        filter_records([str(path)], tmp_path / "out", auditor(), jobs=2, make=auditor, progress=die)

    assert in_child(work) == -signal.SIGKILL
    children = found.read_text().split()
    assert len(children) >= 2
    end = time.monotonic() + 60
    while any(Path(f"/proc/{child}").exists() for child in children):
        assert time.monotonic() < end
        time.sleep(0.05)
