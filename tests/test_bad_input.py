from __future__ import annotations

import errno
import gzip
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from auditor.config import Config
from auditor.errors import WriteError
from auditor.readers import read
from auditor.stream import filter_records
from tests.conftest import ROOT
from tests.test_stream import auditor, check_sums, json_lines, run, tree

LINES: dict[str, tuple[bytes, str, str]] = {
    "invalid UTF-8": (b'{"text": "caf\xe9"}', "encoding", "byte 13 of the file (0xE9) is not valid utf-8; if the file"),
    "cut UTF-8": (b'{"text": "caf\xc3', "encoding", "byte 13"),
    "UTF-16": ('{"text": "x"}'.encode("utf-16"), "encoding", "begins like UTF-16"),
    "not JSON": (b"The mayor opened the bridge.", "json", "column 1: Expecting value"),
    "truncated": (b'{"text": "The mayor', "json", "was the file cut off"),
    "two objects": (b'{"text": "x"}{"text": "y"}', "json", "column 14: Extra data"),
    "a list": (b'["text"]', "json", "a list, not an object"),
    "a string": (b'"text"', "json", "a single value, not an object"),
    "null": (b"null", "json", "a single value, not an object"),
    "deep": (b'{"text": ' + b"[" * 100_000, "json", "nested too deeply"),
    "huge number": (b'{"text": "x", "n": ' + b"1" * 5_000 + b'e"}', "json", "not JSON"),
    "no text field": (b'{"txt": "x", "id": 1}', "field", "only “txt”, “id”; name the field"),
    "nearest field": (b'{"txt": "x"}', "field", "--text-field; did you mean “txt”?"),
    "many fields": (json.dumps(dict.fromkeys("abcdefghijkl", 1)).encode(), "field", "“h” and 4 more"),
    "surrogate field": (b'{"tex\\ud800": "x"}', "field", "tex\\ud800"),
    "empty object": (b"{}", "field", "the record is empty"),
    "text is null": (b'{"text": null}', "field", "“text” holds null"),
    "text is a number": (b'{"text": 1.5}', "field", "a number"),
    "text is true": (b'{"text": true}', "field", "holds true"),
    "text is a list": (b'{"text": ["x"]}', "field", "a list"),
    "text is an object": (b'{"text": {"en": "x"}}', "field", "an object"),
}


@pytest.mark.parametrize(("line", "what", "told"), LINES.values(), ids=LINES.keys())
def test_a_bad_line_is_a_problem_and_the_next_is_read(tmp_path: Path, line: bytes, what: str, told: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(line)
    (record,) = read([str(path)], Config())
    assert record.document is None
    assert record.problem is not None
    assert (record.problem.what, record.raw) == (what, line)
    assert told in record.problem.message
    record.problem.message.encode("utf-8")  # can be printed
    path.write_bytes(json_lines("a") + line.replace(b"\n", b"") + b"\n" + json_lines("b"))
    first, bad, last = read([str(path)], Config())
    assert bad.problem is not None
    assert bad.problem.what == what
    assert (bad.position, bad.line, bad.offset) == (2, 2, len(json_lines("a")))
    assert first.document is not None
    assert last.document is not None


ROWS = {
    "invalid UTF-8": (b'1,"caf\xe9"', "encoding", "byte 14 of the file (0xE9)"),
    "too many cells": (b"1,The mayor, who left", "csv", "3 cells, the header 2 (“id”, “text”)"),
    "too few cells": (b"1", "field", "no field “text”"),
    "never closed": (b'1,"The mayor', "csv", "never closed"),
}


@pytest.mark.parametrize(("row", "what", "told"), ROWS.values(), ids=ROWS.keys())
def test_a_bad_row(tmp_path: Path, row: bytes, what: str, told: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"id,text\n" + row)
    (record,) = read([str(path)], Config())
    assert record.problem is not None
    assert (record.problem.what, record.raw) == (what, row)
    assert told in record.problem.message


def test_a_column_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"id,texts\n1,a\n2,b\n")
    pq.write_table(pa.table({"id": [1], "texts": ["a"]}), tmp_path / "a.parquet")
    found = list(read([str(tmp_path / "a.csv"), str(tmp_path / "a.parquet")], Config()))
    messages = [record.problem.message for record in found if record.problem]
    assert len(messages) == 3
    assert all("“id”, “texts”" in message and "did you mean “texts”" in message for message in messages)


@pytest.mark.parametrize("data", [b"", b"PAR1", b"not parquet", b"PAR1" * 40])
def test_a_file_that_is_no_parquet(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(data)
    (record,) = read([str(path)], Config())
    assert record.problem is not None
    assert record.problem.what == "parquet"


def test_parquet_cut_off_anywhere(tmp_path: Path) -> None:
    whole = tmp_path / "whole.parquet"
    pq.write_table(pa.table({"text": [f"text {n}" for n in range(500)]}), whole, row_group_size=100)
    data = whole.read_bytes()
    path = tmp_path / "a.parquet"
    for size in range(0, len(data), 97):
        path.write_bytes(data[:size])
        found = list(read([str(path)], Config()))
        assert found[-1].problem is not None


def test_gzip_cut_off_anywhere(tmp_path: Path) -> None:
    data = gzip.compress(json_lines(*map(str, range(30))), mtime=0)
    path = tmp_path / "a.jsonl.gz"
    for size in range(len(data)):
        path.write_bytes(data[:size])
        *before, last = read([str(path)], Config())
        assert last.problem is not None
        assert all(record.document for record in before)
        assert json_lines(*map(str, range(30))).startswith(b"".join(record.raw for record in (*before, last)))


def mixed(base: Path) -> tuple[int, int]:
    """Every kind of bad input, with good ones between, in one folder; how many records, how many of them bad."""
    base.mkdir()
    bad_lines = [line.replace(b"\n", b"") for line, _, _ in LINES.values()]
    lines = [part for line in bad_lines for part in (b'{"text": "good \\ud800 \\u0000"}', line)]
    (base / "a.jsonl").write_bytes(b"\r\n".join(lines))
    rows = [row for row, _, _ in ROWS.values()]
    (base / "b.csv").write_bytes(b"id,text\n1,good\n" + b"\n".join(rows))
    (base / "c.csv").write_bytes(b'"id,text\n1,never closed')
    (base / "d.parquet").write_bytes(b"PAR1" * 9)
    pq.write_table(pa.table({"text": ["good", None, "good"], "n": [1, 2, 3]}), base / "e.parquet")
    (base / "f.jsonl.gz").write_bytes(gzip.compress(json_lines("good"))[:-1])
    (base / "g.txt").write_bytes(b"\xff\xfe")
    (base / "h.txt").write_bytes(b"")
    (base / "i.txt").write_bytes(b" \x00 ")
    (base / "j.txt").symlink_to(base / "nowhere")
    (base / "k.md").write_bytes(b"---\n")
    good = len(bad_lines) + 1 + 2 + 1 + 3
    bad = len(bad_lines) + len(rows) + 1 + 1 + 1 + 1 + 2
    return good + bad, bad


def test_every_kind_of_bad_input_in_one_run(tmp_path: Path) -> None:
    read_in_all, bad = mixed(tmp_path / "in")
    ledger, out = run(tmp_path, tmp_path / "in")
    check_sums(ledger, out)
    assert (ledger.counts["read"], ledger.counts["unreadable"]) == (read_in_all, bad)
    assert set(ledger.problems) == {"encoding", "json", "field", "csv", "parquet", "gzip", "file"}
    problems = [json.loads(line) for line in (out / "unreadable.problems.jsonl").read_bytes().splitlines()]
    assert all(set(one) == {"path", "position", "line", "offset", "what", "reason"} for one in problems)
    source = (tmp_path / "in" / "a.jsonl").read_bytes()
    unreadable = (out / "unreadable.jsonl").read_bytes()
    places = [one for one in problems if one["path"].endswith("a.jsonl")]
    assert len(places) == len(LINES)
    for place in places:
        line = source[place["offset"] :].split(b"\n")[0]
        assert line in unreadable
    assert (out / "unreadable" / "g.txt").read_bytes() == b"\xff\xfe"
    assert pq.read_table(out / "unreadable.parquet").to_pylist() == [{"text": None, "n": 2}]
    kinds = pq.read_table(out / "problems.parquet").column("kind").to_pylist()
    assert kinds.count("unreadable") == bad


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.txt", "a.parquet", "a.jsonl.gz"])
def test_an_article_of_50_megabytes(tmp_path: Path, name: str) -> None:
    text = "word " * 10_000_000
    path = tmp_path / name
    if name.endswith(".parquet"):
        pq.write_table(pa.table({"text": [text, "next"]}), path)
    else:
        form = {"a.txt": b"%s", "a.csv": b'text\n"%s"\nnext\n'}.get(name, b'{"text": "%s"}\n{"text": "next"}\n')
        data = form.replace(b"%s", text.encode())
        path.write_bytes(gzip.compress(data, 1) if name.endswith(".gz") else data)
    begin = time.process_time()
    sizes = [len(record.document.text) for record in read([str(path)], Config()) if record.document]
    assert sizes[0] == len(text)
    assert sizes[1:] == ([] if name == "a.txt" else [4])
    assert time.process_time() - begin < 10


def test_a_line_of_50_megabytes_that_is_no_record_goes_through_the_filter(tmp_path: Path) -> None:
    line = b'{"text": "' + b"word " * 10_000_000
    path = tmp_path / "a.jsonl"
    path.write_bytes(line + b"\n" + json_lines("a"))
    ledger, out = run(tmp_path, path)
    check_sums(ledger, out)
    assert (out / "unreadable.jsonl").read_bytes() == line + b"\n"
    assert ledger.counts["kept"] == 1


# Outputs that cannot be written


def test_an_output_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(json_lines("a"))
    (tmp_path / "out").write_text("mine")
    with pytest.raises(WriteError, match="out: cannot be written"):
        run(tmp_path, tmp_path / "a.jsonl")
    with pytest.raises(WriteError, match="cannot be written"):
        run(tmp_path, tmp_path / "a.jsonl", out="out/below")
    assert (tmp_path / "out").read_text() == "mine"


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="this system has no /proc")
def test_an_output_where_nobody_may_write(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(json_lines("a"))
    with pytest.raises(WriteError, match=r"/proc/nowhere: cannot be written"):
        filter_records([str(tmp_path / "a.jsonl")], Path("/proc/nowhere"), auditor())


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_an_output_without_permission(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(json_lines("a"))
    (tmp_path / "out").mkdir(mode=0o500)
    with pytest.raises(WriteError, match="cannot be written"):
        run(tmp_path, tmp_path / "a.jsonl")


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.txt", "a.parquet"])
def test_a_disk_that_is_full(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    path = tmp_path / name
    if name == "a.parquet":
        pq.write_table(pa.table({"text": ["a"]}), path)
    else:
        path.write_bytes({"a.jsonl": json_lines("a"), "a.csv": b"text\na\n", "a.txt": b"a"}[name])
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(WriteError, match="No space left on device"):
        run(tmp_path, path)
    assert os.listdir(tmp_path / "out") == []


def test_a_table_that_does_not_fit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was done stays, so that the run goes on when there is space."""

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    path = tmp_path / "a.jsonl"
    path.write_bytes(json_lines("a"))
    with monkeypatch.context() as patch:
        patch.setattr("auditor.stream.outputs.stream_to_parquet", full)
        with pytest.raises(WriteError, match="No space left"):
            run(tmp_path, path)
    assert os.listdir(tmp_path / "out") == [".unfinished"]
    filter_records([str(path)], tmp_path / "out", auditor(), resume=True)
    assert tree(tmp_path / "out") == tree(run(tmp_path, path, out="alone")[1])


def test_a_disk_that_is_really_full(tmp_path: Path) -> None:
    """A file system of 300 kB, in a mount namespace of its own."""
    mount = tmp_path / "small"
    mount.mkdir()
    (tmp_path / "a.jsonl").write_bytes(json_lines(*["word " * 200] * 1_000))
    script = (
        "import os; from pathlib import Path; from auditor.errors import WriteError\n"
        "from tests.test_stream import auditor, filter_records\n"
        f"try: filter_records([{str(tmp_path / 'a.jsonl')!r}], Path({str(mount)!r}), auditor())\n"
        f"except WriteError as error: print(error, os.listdir({str(mount)!r}))"
    )
    command = f'mount -t tmpfs -o size=300k tmpfs "{mount}" && exec "{sys.executable}" -c "$SCRIPT"'
    if shutil.which("unshare") is None:
        pytest.skip("unshare is not installed, so no small file system can be made")
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", command],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "SCRIPT": script},
        check=False,
    )
    if "mount:" in done.stderr or "unshare:" in done.stderr:
        pytest.skip(f"no small file system can be made here: {done.stderr.strip()}")
    assert "No space left on device" in done.stdout, done.stderr
    assert done.stdout.rstrip().endswith("['.unfinished']")  # to go on from there when there is space


def test_memory_does_not_grow_with_the_input(tmp_path: Path) -> None:
    script = (
        "import resource, sys; from pathlib import Path; from tests.test_stream import auditor, filter_records\n"
        "filter_records([sys.argv[1]], Path(sys.argv[2]), auditor())\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    peaks = []
    for size in (2, 20):
        path = tmp_path / f"{size}.jsonl"
        path.write_bytes(json_lines("word " * 100_000) * size)
        command = [sys.executable, "-c", script, str(path), str(tmp_path / f"out{size}")]
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
        peaks.append(int(done.stdout))
    assert peaks[1] < 1.3 * peaks[0], peaks
