"""A run that is broken off anywhere is resumed as if it had never stopped, or refuses and says why."""

from __future__ import annotations

import gzip
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from auditor.config import Config, Policy
from auditor.engine import Auditor
from auditor.errors import AuditorError, ConfigError, ReadError, RuleCrash, WriteError
from auditor.stream import Ledger, filter_records
from auditor.stream import run as stream_run
from auditor.stream.spool import Spool
from tests.conftest import ROOT
from tests.test_stream import RULES, TEXTS, auditor, check_sums, compressed, json_lines, tree

OPERATIONS = ("fsync", "replace", "rename", "unlink")


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Short chunks, and a commit after each; a killed process, other than a lost machine, needs no fsync."""
    monkeypatch.setattr(os, "fsync", lambda handle: None)
    monkeypatch.setattr("auditor.stream.inputs.CHUNK_RECORDS", 3)
    monkeypatch.setattr(stream_run, "EVERY", 0.0)
    monkeypatch.setattr(stream_run, "SHARE", 0)


@pytest.fixture
def inputs(tmp_path: Path) -> list[str]:
    """All formats, compressed and not, with records that cannot be read and files that are damaged or empty."""
    base = tmp_path / "in"
    (base / "texts" / "sub").mkdir(parents=True)
    lines = b"\n \n" + json_lines(*TEXTS.values(), source="x") + b"bad\r\n\n\n" + json_lines("a", "b", "c")
    (base / "a.jsonl").write_bytes(lines + b'{"text": "open end"}')
    (base / "b.jsonl.gz").write_bytes(gzip.compress(lines))
    (base / "c.jsonl.zst").write_bytes(compressed(lines, "zst"))
    (base / "d.jsonl.gz").write_bytes(gzip.compress(lines)[:-30])
    (base / "e.jsonl").write_bytes(b"")
    (base / "f.csv").write_bytes(b'id,text\r\n1,"a\r\nb"\r\n\r\n2,DAMAGE\r\n3,\xff\r\n4,x,y\r\n5,"z ""z"\r\n6,"open')
    (base / "g.csv").write_bytes(b"text;id\nDAMAGE;1\nb;2\nc;3\nd;4\n")
    table = pa.table(
        {
            "text": [*TEXTS.values(), None, "a", "b", "c"],
            "kind": pa.array(list("aabbccddee")).dictionary_encode(),
        }
    )
    pq.write_table(table, base / "h.parquet", row_group_size=4)
    (base / "i.parquet").write_bytes(b"PAR1 no")
    for n, text in enumerate(TEXTS.values()):
        (base / "texts" / f"{n}.txt").write_text(text)
    (base / "texts" / "sub" / "0.txt").write_bytes(b"\xff\xfe")
    (base / "texts" / "z.txt.gz").write_bytes(gzip.compress(b"packed"))
    return [str(base / "texts"), *(str(path) for path in sorted(base.iterdir()) if path.is_file())]


def in_child(work: Callable[[], object]) -> int:
    """Do something in a forked process; how it ended."""
    child = os.fork()
    if not child:
        try:
            work()
            os._exit(0)
        except BaseException as error:
            os.write(2, f"{error!r}\n".encode())
            os._exit(9)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def counted(fire: Callable[[int], None]) -> list[tuple[Any, str, Any]]:
    """Call `fire` with its number before each operation that changes the disk; what to put back."""
    number = 0
    before: list[tuple[Any, str, Any]] = []

    def wrapped(function: Callable[..., Any]) -> Callable[..., Any]:
        def inner(*args: Any, **options: Any) -> Any:
            nonlocal number
            number += 1
            fire(number)
            return function(*args, **options)

        return inner

    for owner, names in ((os, OPERATIONS), (Spool, ("write", "sync"))):
        for name in names:
            before.append((owner, name, getattr(owner, name)))
            setattr(owner, name, wrapped(getattr(owner, name)))
    return before


def filtered(inputs: list[str], out: Path, *, resume: bool = False, annotate: bool = False) -> Ledger:
    return filter_records(inputs, out, auditor(), resume=resume, annotate=annotate)


def operations_of(inputs: list[str], out: Path) -> int:
    seen: list[int] = []
    before = counted(seen.append)
    try:
        filtered(inputs, out)
    finally:
        for owner, name, value in before:
            setattr(owner, name, value)
    return len(seen)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_killed_at_every_step_and_resumed_it_is_the_run_that_never_stopped(inputs: list[str], tmp_path: Path) -> None:
    steps = operations_of(inputs, tmp_path / "alone")
    expected = tree(tmp_path / "alone")
    check_sums(Ledger.of(json.loads((tmp_path / "alone" / "ledger.json").read_bytes())), tmp_path / "alone")
    assert steps > 300
    stages = set()
    for step in sorted({*range(1, steps, 61), *range(steps - 24, steps + 1, 2)}):
        out = tmp_path / f"out{step}"

        def killed(step: int = step, out: Path = out) -> None:
            counted(lambda number: os.kill(os.getpid(), signal.SIGKILL) if number == step else None)
            filtered(inputs, out)

        assert in_child(killed) == -signal.SIGKILL
        stages.add(stage(out))
        ledger = filtered(inputs, out, resume=True)
        assert tree(out) == expected, f"killed at step {step} of {steps}"
        assert ledger.counts["read"] == sum(n for part, n in ledger.counts.items() if part != "read")
    assert stages >= {"nothing", "reading", "building", "naming"}


def stage(out: Path) -> str:
    folder = out / ".unfinished"
    if not (folder / "checkpoint.json").exists():
        return "nothing"
    if (folder / "ready" / "ledger.json").exists():
        return "naming"
    return "building" if (folder / "ready").exists() else "reading"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_killed_again_and_again(inputs: list[str], tmp_path: Path) -> None:
    filtered(inputs, tmp_path / "alone")
    out = tmp_path / "out"
    kills = 0
    for step in range(60, 100_000, 9):

        def killed(step: int = step) -> None:
            counted(lambda number: os.kill(os.getpid(), signal.SIGKILL) if number == step else None)
            filtered(inputs, out, resume=True)

        if in_child(killed) == 0:
            break
        kills += 1
    assert kills > 5
    assert tree(out) == tree(tmp_path / "alone")


def test_an_annotated_run_is_resumed_too(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(json_lines(*TEXTS.values()) * 3)
    (tmp_path / "b.csv").write_bytes(b"id,text\n" + b"1,DAMAGE\n" * 10)
    pq.write_table(pa.table({"text": list(TEXTS.values())}), tmp_path / "c.parquet")
    inputs = [str(tmp_path / name) for name in ("a.jsonl", "b.csv", "c.parquet")]
    filtered(inputs, tmp_path / "alone", annotate=True)
    for chunk in range(1, 12):
        out = tmp_path / f"out{chunk}"
        with pytest.raises(KeyboardInterrupt):
            filter_records(inputs, out, auditor(), annotate=True, progress=after(chunk))
        filtered(inputs, out, resume=True, annotate=True)
        assert tree(out) == tree(tmp_path / "alone")


def after(chunks: int) -> Callable[[object], None]:
    """A progress function that interrupts behind so many chunks."""
    seen: list[object] = []

    def interrupt(snapshot: object) -> None:
        seen.append(snapshot)
        if len(seen) == chunks:
            raise KeyboardInterrupt

    return interrupt


def test_before_a_checkpoint_gets_its_name_everything_in_it_is_on_the_disk(
    inputs: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not Path("/proc/self/fd").is_dir():
        pytest.skip("this system does not tell which file a descriptor is")
    on_disk: dict[str, int] = {}
    commits = 0
    replace, rename = os.replace, os.rename

    def synced(handle: int) -> None:
        path = os.readlink(f"/proc/self/fd/{handle}")
        on_disk[path] = os.stat(handle).st_size

    def replaced(source: Any, target: Any) -> None:
        nonlocal commits
        if Path(target).name == "checkpoint.json":
            commits += 1
            assert on_disk[str(source)] == os.stat(source).st_size
            outputs = json.loads(Path(source).read_bytes())["outputs"]
            folder = Path(target).parent
            spools = {name: length for name, (length, _) in outputs["files"].items()}
            for name, length in spools.items():
                assert on_disk[str(folder / f"{name}.spool")] >= length, name
            for family in outputs["families"]:
                for part, (length, _, _) in family["parts"].items():
                    found = [size for path, size in on_disk.items() if Path(path).name.startswith(f"{part}.")]
                    assert max(found) >= length or not length
            assert str(folder) in on_disk, "the names of the files are on the disk"
        replace(source, target)

    def renamed(source: Any, target: Any) -> None:
        if Path(target).name == "ledger.json" and Path(target).parent.name == "out":
            for name in os.listdir(Path(target).parent):
                assert name == ".unfinished" or (tmp_path / "out" / name).is_dir() or synced_name(name), name
        rename(source, target)

    def synced_name(name: str) -> bool:
        return any(Path(path).name in (name, f"{name}.partial", f"{name}.spool") for path in on_disk)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "replace", replaced)
    monkeypatch.setattr(os, "rename", renamed)
    filtered(inputs, tmp_path / "out")
    assert commits > 10


def interrupted(tmp_path: Path, inputs: list[str], chunks: int = 2, **options: Any) -> Path:
    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        filter_records(inputs, out, auditor(), progress=after(chunks), **options)
    assert os.listdir(out) == [".unfinished"]
    return out


def lines_file(tmp_path: Path) -> str:
    path = tmp_path / "a.jsonl"
    path.write_bytes(json_lines(*TEXTS.values()) * 5)
    return str(path)


def test_another_policy_or_rule_or_input_is_refused_and_named(tmp_path: Path) -> None:
    path = lines_file(tmp_path)
    out = interrupted(tmp_path, [path])
    before = {each.name: each.read_bytes() for each in (out / ".unfinished").iterdir()}

    def refused(pattern: str, inputs: list[str], who: Auditor, **options: Any) -> None:
        with pytest.raises(ConfigError, match=pattern):
            filter_records(inputs, out, who, resume=True, **options)

    refused("policy.reject was 60.0 and is 70", [path], auditor(Config(policy=Policy(reject=70))))
    refused("text-field was 'text' and is 'body'", [path], auditor(Config(text_field="body")))
    refused("rules are not as they were: BP299", [path], Auditor(rules=(RULES[0], RULES[2])))
    refused("the inputs were", [path, path], auditor())
    refused("begun without --annotate", [path], auditor(), annotate=True)
    assert {each.name: each.read_bytes() for each in (out / ".unfinished").iterdir()} == before
    filtered([path], out, resume=True)


def test_a_changed_input_is_refused_and_named(tmp_path: Path) -> None:
    path = Path(lines_file(tmp_path))
    (tmp_path / "b.jsonl").write_bytes(json_lines(*TEXTS.values()) * 5)
    out = interrupted(tmp_path, [str(path), str(tmp_path / "b.jsonl")], chunks=12)
    inputs = [str(path), str(tmp_path / "b.jsonl")]
    whole, half = path.read_bytes(), (tmp_path / "b.jsonl").read_bytes()
    path.write_bytes(whole.replace(b"bridge", b"tunnel"))
    with pytest.raises(ReadError, match=r"a\.jsonl: is not the file that it was"):
        filtered(inputs, out, resume=True)
    path.write_bytes(whole + b"\n")
    with pytest.raises(ReadError, match=r"a\.jsonl: is not the file that it was"):
        filtered(inputs, out, resume=True)
    path.write_bytes(whole)  # only the time differs
    (tmp_path / "b.jsonl").write_bytes(half.replace(b"bridge", b"tunnel"))
    with pytest.raises(ReadError, match=r"b\.jsonl: is not the file that it was"):
        filtered(inputs, out, resume=True)
    (tmp_path / "b.jsonl").write_bytes(half)
    filtered(inputs, out, resume=True)
    filtered(inputs, tmp_path / "alone")
    assert tree(out) == tree(tmp_path / "alone")


def test_a_file_that_came_into_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in "bcdef":
        (tmp_path / "in" / f"{name}.txt").write_text(name)
    out = interrupted(tmp_path, [str(tmp_path / "in")], chunks=1)
    (tmp_path / "in" / "a.txt").write_text("new")
    with pytest.raises(ReadError, match="files were added or taken away"):
        filtered([str(tmp_path / "in")], out, resume=True)


def test_a_damaged_checkpoint_and_a_short_file_are_told(tmp_path: Path) -> None:
    path = lines_file(tmp_path)
    out = interrupted(tmp_path, [path])
    spool = out / ".unfinished" / "kept.jsonl.spool"
    data = spool.read_bytes()
    spool.write_bytes(data[:-1])
    with pytest.raises(ReadError, match="shorter than it was"):
        filtered([path], out, resume=True)
    spool.write_bytes(data)
    (out / ".unfinished" / "checkpoint.json").write_bytes(b"{")
    with pytest.raises(ReadError, match=r"checkpoint\.json: cannot be read.*start anew"):
        filtered([path], out, resume=True)


def test_to_resume_a_finished_run_changes_nothing(tmp_path: Path) -> None:
    path = lines_file(tmp_path)
    first = filtered([path], tmp_path / "out")
    before = {each.name: each.read_bytes() for each in (tmp_path / "out").iterdir()}
    assert filtered([path], tmp_path / "out", resume=True) == first
    assert {each.name: each.read_bytes() for each in (tmp_path / "out").iterdir()} == before


def test_to_resume_where_there_is_nothing_begins(tmp_path: Path) -> None:
    path = lines_file(tmp_path)
    filtered([path], tmp_path / "out", resume=True)
    filtered([path], tmp_path / "alone")
    assert tree(tmp_path / "out") == tree(tmp_path / "alone")
    (tmp_path / "left" / ".unfinished").mkdir(parents=True)
    (tmp_path / "left" / ".unfinished" / "kept.jsonl.spool").write_text("of a run that never came to a checkpoint")
    filtered([path], tmp_path / "left", resume=True)
    assert tree(tmp_path / "left") == tree(tmp_path / "alone")


def test_standard_input_cannot_be_resumed_and_leaves_nothing(tmp_path: Path) -> None:
    data = json_lines(*TEXTS.values()) * 5
    with pytest.raises(KeyboardInterrupt):
        filter_records(["-"], tmp_path / "out", auditor(), progress=after(2), stdin=io.BytesIO(data))
    assert os.listdir(tmp_path / "out") == []


def test_two_runs_in_one_folder_are_refused(tmp_path: Path) -> None:
    path = lines_file(tmp_path)
    seen: list[str] = []

    def second(snapshot: object) -> None:
        for resume in (False, True):
            with pytest.raises(WriteError, match="goes on"):
                filtered([path], tmp_path / "out", resume=resume)
            seen.append("refused")

    filter_records([path], tmp_path / "out", auditor(), progress=second)
    assert len(seen) > 2
    assert (tmp_path / "out" / "ledger.json").exists()


def test_a_strict_auditor_stops_and_keeps_what_was_done(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(json_lines("a", "b", "c", "d", "e", "f", "CRASH"))
    with pytest.raises(RuleCrash):
        filter_records([str(path)], tmp_path / "out", auditor(strict=True))
    assert (tmp_path / "out" / ".unfinished" / "checkpoint.json").is_file()
    ledger = filtered([str(path)], tmp_path / "out", resume=True)
    assert ledger.counts["read"] == 7


@pytest.mark.parametrize("name", ["fsync", "write"])
def test_a_disk_that_refuses_once_costs_nothing(
    name: str, inputs: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filtered(inputs, tmp_path / "alone")
    owner: Any = os if name == "fsync" else Spool
    working = getattr(owner, name)
    out, refused, calls = tmp_path / "out", 0, 0

    def refusing(*args: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls % 41 == 40:
            raise OSError(28, "No space left on device")
        return working(*args)

    monkeypatch.setattr(owner, name, refusing)
    while not (out / "ledger.json").exists():
        try:
            filtered(inputs, out, resume=True)
        except WriteError:
            refused += 1
    assert refused > 1
    assert tree(out) == tree(tmp_path / "alone")


def test_a_full_disk_and_more_space(tmp_path: Path) -> None:
    """The disk is a small tmpfs in a mount namespace of its own; it fills, is made larger, and the run goes on."""
    probe = subprocess.run(["unshare", "-rm", "true"], capture_output=True, check=False)
    if probe.returncode:
        pytest.skip("this system makes no mount namespace for us")
    path = tmp_path / "a.jsonl"
    path.write_bytes(json_lines(*(f"{n} The mayor opened the bridge. " + "x" * 5_000 for n in range(300))))
    filtered([str(path)], tmp_path / "alone")
    mount = tmp_path / "disk"
    mount.mkdir()
    script = tmp_path / "run.py"
    script.write_text(
        "import subprocess, sys, os\n"
        "from pathlib import Path\n"
        "from auditor.errors import WriteError\n"
        "from auditor.stream import run as stream_run, filter_records\n"
        "from tests.test_stream import auditor\n"
        "from tests.test_stream_resume import tree\n"
        "stream_run.EVERY = 0.0\n"
        f"mount, path = Path({str(mount)!r}), {str(path)!r}\n"
        "full = 0\n"
        "for size in range(600, 20_000, 900):\n"
        "    options = f'size={size}k' + (',remount' if full else '')\n"
        "    subprocess.run(['mount', '-t', 'tmpfs', '-o', options, 'tmpfs', str(mount)], check=True)\n"
        "    try:\n"
        "        filter_records([path], mount / 'out', auditor(), resume=True)\n"
        "        break\n"
        "    except WriteError as error:\n"
        "        assert 'No space left' in str(error), error\n"
        "        full += 1\n"
        f"assert tree(mount / 'out') == tree(Path({str(tmp_path / 'alone')!r}))\n"
        "print(full)\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        ["unshare", "-rm", sys.executable, str(script)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) >= 2


def test_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    path = lines_file(tmp_path)
    with pytest.raises(WriteError, match="cannot be written"):
        filtered([path], Path("/proc/nowhere/out"))
    probe = subprocess.run(["unshare", "-rm", "true"], capture_output=True, check=False)
    if probe.returncode:
        pytest.skip("this system makes no mount namespace for us")
    out = interrupted(tmp_path, [path])
    script = (
        "import subprocess; from pathlib import Path; from auditor.errors import WriteError\n"
        "from tests.test_stream_resume import filtered\n"
        f"out = Path({str(out)!r})\n"
        "subprocess.run(['mount', '--bind', str(out), str(out)], check=True)\n"
        "subprocess.run(['mount', '-o', 'remount,ro,bind', str(out)], check=True)\n"
        f"try: filtered([{path!r}], out, resume=True)\n"
        "except WriteError as error: print(error)\n"
    )
    done = subprocess.run(
        ["unshare", "-rm", sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert "Read-only file system" in done.stdout, done.stderr
    filtered([path], out, resume=True)
    filtered([path], tmp_path / "alone")
    assert tree(out) == tree(tmp_path / "alone")


def test_nobody_elses_file_is_replaced(tmp_path: Path) -> None:
    path = lines_file(tmp_path)

    def meddle(snapshot: object) -> None:
        (tmp_path / "out" / "kept.jsonl").write_text("mine")

    with pytest.raises(WriteError, match=r"kept\.jsonl that is not of this run"):
        filter_records([path], tmp_path / "out", auditor(), progress=meddle)
    assert (tmp_path / "out" / "kept.jsonl").read_text() == "mine"
    (tmp_path / "out" / "kept.jsonl").unlink()
    filtered([path], tmp_path / "out", resume=True)


def test_patterns_stand_for_files(tmp_path: Path) -> None:
    (tmp_path / "in" / "deep").mkdir(parents=True)
    for name in ("in/b.jsonl", "in/a.jsonl", "in/deep/c.jsonl"):
        (tmp_path / name).write_bytes(json_lines(name))
    ledger = filtered([str(tmp_path / "in" / "**" / "*.jsonl")], tmp_path / "out")
    assert [Path(file.path).name for file in ledger.inputs] == ["a.jsonl", "b.jsonl", "c.jsonl"]
    with pytest.raises(ReadError, match="no file or folder fits this pattern"):
        filtered([str(tmp_path / "in" / "*.csv")], tmp_path / "other")


def test_it_is_a_fault_of_the_auditor_when_a_record_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("auditor.stream.outputs.Outputs.write", lambda *args: None)
    with pytest.raises(AuditorError, match="were written to"):
        filtered([lines_file(tmp_path)], tmp_path / "out")


def sizes() -> Iterator[int]:
    yield from (1, 2, 3, 4, 5, 7, 64)


@pytest.mark.parametrize("chunk", list(sizes()))
def test_the_size_of_chunks_does_not_show(
    chunk: int, inputs: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filtered(inputs, tmp_path / "alone")
    monkeypatch.setattr("auditor.stream.inputs.CHUNK_RECORDS", chunk)
    filtered(inputs, tmp_path / "other")
    assert tree(tmp_path / "other") == tree(tmp_path / "alone")
