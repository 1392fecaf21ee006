"""`auditor clean`: every format, every mode; what does not change stays byte for byte."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from auditor.cli import main
from tests.test_stream import compressed, decompressed

STORY = "The bridge was opened again on Monday after repairs that took two years, the mayor of the town said."
BAD = f"Bridge open\n\n{STORY}\n\nRead more\n"
GOOD = f"Bridge open\n\n{STORY}\n"
QUOTED = f"Bridge “open”\n\n{STORY} «Yes, we are glad» was the word, é 😀.\n"
REPAIRED = QUOTED.replace("«Yes, we are glad»", "“Yes, we are glad”")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_diff_is_applied_by_git(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "in").mkdir()
    (place / "in" / "a.txt").write_bytes(BAD.encode())
    (place / "in" / "b.txt").write_bytes(QUOTED.replace("\n", "\r\n").encode())
    (place / "in" / "c.md").write_bytes(b"no line end at all")
    assert main(["clean", "in"]) == 0
    told = capsys.readouterr()
    assert "3 articles, 2 changed" in told.err
    (place / "changes.diff").write_bytes(told.out.encode())
    assert (place / "in" / "a.txt").read_bytes() == BAD.encode()
    if shutil.which("git") is None:
        pytest.skip("git is not on this machine")
    subprocess.run(["git", "apply", "changes.diff"], check=True, cwd=place)
    assert (place / "in" / "a.txt").read_bytes() == GOOD.encode()
    assert (place / "in" / "b.txt").read_bytes() == REPAIRED.replace("\n", "\r\n").encode()


def test_check_names_what_would_change(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "a.txt").write_text(BAD, encoding="utf-8")
    assert main(["clean", "a.txt", "--check"]) == 1
    assert capsys.readouterr().out == "a.txt: 1 edit (BP203 ×1)\n"
    assert main(["clean", "a.txt", "--check", "--diff"]) == 1
    assert "-Read more\n" in capsys.readouterr().out
    assert main(["clean", "a.txt", "--check", "--select", "MT"]) == 0
    assert main(["clean", "a.txt", "--write"]) == 0
    assert (place / "a.txt").read_text(encoding="utf-8") == GOOD
    assert main(["clean", "a.txt", "--check"]) == 0
    assert [path.name for path in place.iterdir()] == ["a.txt"]


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [("utf-8", b"\xef\xbb\xbf"), ("utf-8", b""), ("utf-16", b"\xff\xfe"), ("utf-16", b"\xfe\xff"), ("cp1252", b"")],
)
def test_encoding_mark_line_ends_and_rights_stay(place: Path, encoding: str, mark: bytes) -> None:
    codec = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}.get(mark, encoding)
    before = QUOTED.replace("😀", "ß").replace("\n", "\r\n")
    (place / "a.txt").write_bytes(mark + before.encode(codec))
    (place / "a.txt").chmod(0o640)
    assert main(["clean", "a.txt", "--write", "--encoding", encoding]) == 0
    after = REPAIRED.replace("😀", "ß").replace("\n", "\r\n")
    assert (place / "a.txt").read_bytes() == mark + after.encode(codec)
    assert (place / "a.txt").stat().st_mode & 0o777 == 0o640


def test_what_the_encoding_lacks_is_told_and_left(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    raw = (GOOD + "«Yes, we are glad» was the word in the town of Leeds.\n").encode("latin-1")
    (place / "a.txt").write_bytes(raw)
    (place / "b.txt").write_bytes(BAD.encode())
    assert main(["clean", "a.txt", "b.txt", "--write", "--encoding", "latin-1"]) == 3
    assert (place / "a.txt").read_bytes() == raw
    assert (place / "b.txt").read_bytes() == GOOD.encode()
    assert "a.txt: the cleaned text cannot be written: U+201C does not exist in latin-1" in capsys.readouterr().err


def test_of_json_lines_only_the_edited_characters_change(place: Path) -> None:
    lines = [
        b'{"id": 1, "text" : ' + json.dumps(BAD).encode() + b', "n": 1e3, "deep": {"text": "Read more"}}\r\n',
        b"\n",
        b'{"id":2,"text":' + json.dumps(QUOTED, ensure_ascii=False).encode() + b',"x":"\\u00e9"}\n',
        b'{"id":3,"text":"Caf\\u00e9 \\/ ' + json.dumps(QUOTED)[1:].encode() + b"}\n",
        b"{broken\n",
        b'{"id":4,"text":"Nothing to do \\u0041 here."}',
    ]
    (place / "a.jsonl").write_bytes(b"".join(lines))
    assert main(["clean", "a.jsonl", "--write"]) == 3
    wanted = list(lines)
    wanted[0] = lines[0].replace(rb"\n\nRead more\n", rb"\n")
    wanted[2] = lines[2].replace("«Yes, we are glad»".encode(), "“Yes, we are glad”".encode())
    wanted[3] = lines[3].replace(rb"\u00abYes, we are glad\u00bb", rb"\u201cYes, we are glad\u201d")
    assert (place / "a.jsonl").read_bytes() == b"".join(wanted)


def test_of_several_fields_of_one_name_the_last_counts(place: Path) -> None:
    raw = b'{"text": "Read more", "text": ' + json.dumps(BAD).encode() + b"}\n"
    (place / "a.jsonl").write_bytes(raw)
    assert main(["clean", "a.jsonl", "--write"]) == 0
    assert (place / "a.jsonl").read_bytes() == raw.replace(rb"\n\nRead more\n", rb"\n")


def test_of_csv_only_the_cell_changes(place: Path) -> None:
    told = io.StringIO()
    out = csv.writer(told, delimiter=";", lineterminator="\r\n")
    out.writerows([["id", "text", "note"], ["1", BAD, 'a "b"; c'], ["2", GOOD, ""], ["3", QUOTED, "=1"]])
    raw = told.getvalue().encode() + b"\r\n4;plain text, unquoted;x\r\n"
    (place / "a.csv").write_bytes(raw)
    assert main(["clean", "a.csv", "--write"]) == 0
    wanted = raw.replace(BAD.encode(), GOOD.encode()).replace(QUOTED.encode(), REPAIRED.encode())
    assert (place / "a.csv").read_bytes() == wanted


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.binary(), pa.dictionary(pa.int32(), pa.string())])
def test_of_parquet_only_the_column_changes(place: Path, kind: pa.DataType) -> None:
    values = [BAD, GOOD, QUOTED, BAD] * 100
    plain = [value.encode() for value in values] if pa.types.is_binary(kind) else values
    text = pa.array(plain, pa.binary() if pa.types.is_binary(kind) else pa.string()).cast(kind)
    table = pa.table({"id": pa.array(range(400), pa.int16()), "text": text, "more": [[1, None]] * 400})
    table = table.replace_schema_metadata({"who": "we"})
    pq.write_table(table, place / "a.parquet", row_group_size=90)
    table = pq.read_table(place / "a.parquet")  # some names inside of types change when they are written
    assert main(["clean", "a.parquet", "--write"]) == 0
    after = pq.read_table(place / "a.parquet")
    assert after.schema.equals(table.schema, check_metadata=True)
    assert after.drop_columns(["text"]) == table.drop_columns(["text"])
    cleaned = [value.decode() if isinstance(value, bytes) else value for value in after["text"].to_pylist()]
    assert cleaned == [GOOD, GOOD, REPAIRED, GOOD] * 100
    before = (place / "a.parquet").read_bytes()
    assert main(["clean", "a.parquet", "--write"]) == 0
    assert (place / "a.parquet").read_bytes() == before


@pytest.mark.parametrize("suffix", ["gz", "zst"])
def test_compressed_files_stay_compressed(place: Path, suffix: str) -> None:
    line = json.dumps({"text": BAD}).encode() + b"\n"
    whole = place / f"a.jsonl.{suffix}"
    whole.write_bytes(compressed(line * 3, suffix))
    assert main(["clean", whole.name, "--write"]) == 0
    after = decompressed(whole.read_bytes(), suffix)
    assert after == json.dumps({"text": GOOD}).encode().join([b"", b"\n"]) * 3
    cut = compressed(line * 3, suffix)[:-9]
    (place / f"b.jsonl.{suffix}").write_bytes(cut)
    assert main(["clean", f"b.jsonl.{suffix}", "--write"]) == 3
    assert (place / f"b.jsonl.{suffix}").read_bytes() == cut
    assert not list(place.glob("*.partial"))


def test_another_folder_gets_all_files(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "in" / "deep").mkdir(parents=True)
    (place / "in" / "a.txt").write_bytes(BAD.encode())
    (place / "in" / "deep" / "b.jsonl").write_bytes(b'{"text":   "fine"}')
    assert main(["clean", "in", "--out", "out", "--edits", "edits.jsonl"]) == 0
    assert (place / "out" / "a.txt").read_bytes() == GOOD.encode()
    assert (place / "out" / "deep" / "b.jsonl").read_bytes() == b'{"text":   "fine"}'
    assert (place / "in" / "a.txt").read_bytes() == BAD.encode()
    (row,) = map(json.loads, (place / "edits.jsonl").read_text().splitlines())
    assert (row["path"], row["codes"], row["after"]) == ("in/a.txt", "BP203", "")
    assert BAD[row["start"] : row["end"]] == row["before"]
    (place / "other").mkdir()
    (place / "other" / "a.txt").write_bytes(b"x")
    capsys.readouterr()
    assert main(["clean", "in", "other", "--out", "out2"]) == 2
    assert "would both be" in capsys.readouterr().err


def test_standard_input_is_cleaned_to_standard_output(place: Path) -> None:
    run = [sys.executable, "-m", "auditor", "clean", "-", "--write"]
    done = subprocess.run(run, input=BAD.encode(), capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (0, GOOD.encode())
    line = json.dumps({"text": BAD}).encode()
    done = subprocess.run(run, input=line, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (0, json.dumps({"text": GOOD}).encode())


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--write", "--out", "x"], "one of them"),
        (["--check", "--write"], "--check only looks"),
        (["--check", "--out", "x"], "--check only looks"),
    ],
)
def test_modes_that_exclude_each_other(
    place: Path, options: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (place / "a.txt").write_bytes(BAD.encode())
    assert main(["clean", "a.txt", *options]) == 2
    assert told in capsys.readouterr().err
    assert main(["clean", "-", "--out", "x"]) == 2
    assert "no name" in capsys.readouterr().err


def test_a_file_that_cannot_be_replaced_is_told(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "a.txt").write_bytes(BAD.encode())
    (place / "a.txt.partial").mkdir()
    assert main(["clean", "a.txt", "--write"]) == 2
    assert "cannot be written" in capsys.readouterr().err
    assert (place / "a.txt").read_bytes() == BAD.encode()


def test_suppressed_findings_are_left_alone(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = f"Bridge open\n\n{STORY}\n\nRead more <!-- auditor: ignore BP203 -->\n"
    (place / "a.txt").write_text(kept, encoding="utf-8")
    assert main(["clean", "a.txt", "--write"]) == 0
    assert (place / "a.txt").read_text(encoding="utf-8") == kept
    (place / "auditor.toml").write_text('[per-path]\n"b.txt" = ["BP203"]\n', encoding="utf-8")
    for name in ("b.txt", "c.txt"):
        (place / name).write_text(BAD, encoding="utf-8")
    assert main(["clean", "b.txt", "c.txt", "--write"]) == 0
    assert (place / "b.txt").read_text(encoding="utf-8") == BAD
    assert (place / "c.txt").read_text(encoding="utf-8") == GOOD
    (place / "d.txt").write_text(f"{BAD}<!-- auditor: ignore BP999 -->\n", encoding="utf-8")
    before = (place / "d.txt").read_bytes()
    assert main(["clean", "d.txt", "--write"]) == 3
    assert (place / "d.txt").read_bytes() == before
    assert "left as it is" in capsys.readouterr().err
