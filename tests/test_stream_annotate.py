"""Records get columns and stay what they were; a policy is tried before it is used."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from auditor.config import Config, Policy
from auditor.errors import ConfigError, ReadError
from auditor.readers.json_lines import with_fields
from auditor.stream import Ledger, decide_again, filter_records, filter_stdin, what_if
from auditor.stream.ledger import PARTS
from auditor.stream.work import ANNOTATION
from tests.test_stream import TEXTS, auditor, check_sums, compressed, decompressed, json_lines

VERDICTS = ["keep", "clean", "quarantine", "reject", "quarantine", "reject"]


def annotated(tmp_path: Path, *inputs: Path, out: str = "out") -> tuple[Ledger, Path]:
    ledger = filter_records([str(path) for path in inputs], tmp_path / out, auditor(), annotate=True)
    check_sums(ledger, tmp_path / out)
    return ledger, tmp_path / out


def test_json_lines_keep_their_bytes_and_get_fields(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.zst"
    lines = [b'{"id": 1e3,  "text": %s, "x": [1.50]}\r\n' % json.dumps(text).encode() for text in TEXTS.values()]
    path.write_bytes(compressed(b"".join(lines) + b"bad\n", "zst"))
    ledger, out = annotated(tmp_path, path)
    assert ledger.counts == {"read": 7, "kept": 1, "clean": 1, "quarantined": 2, "rejected": 2, "unreadable": 1}
    assert not [name for name in PARTS[:4] if list(out.glob(f"{name}*"))]
    assert decompressed((out / "unreadable.jsonl.zst").read_bytes(), "zst") == b"bad\n"
    found = decompressed((out / "annotated.jsonl.zst").read_bytes(), "zst").splitlines(keepends=True)
    assert [json.loads(line)["auditor_verdict"] for line in found] == VERDICTS
    for line, old in zip(found, lines, strict=True):
        assert line.startswith(old[: old.rindex(b"}")])
        assert line.endswith(b"}\r\n")
        assert list(json.loads(line))[-7:] == list(ANNOTATION)
    third = json.loads(found[3])
    assert third["auditor_findings"] == "HR901=2"
    assert third["auditor_reasons"] == "damage"
    assert third["auditor_points"] == 80.0
    assert third["auditor_grade"] == "F"


def test_a_record_that_was_annotated_before_gets_new_fields(tmp_path: Path) -> None:
    old = b'{"text": "a", "auditor_verdict": "reject", "y": "\\u00e9"}  \n\n'
    new = with_fields(old, {"auditor_verdict": "keep"}, "utf-8")
    assert json.loads(new) == {"text": "a", "auditor_verdict": "keep", "y": "é"}
    assert new.endswith(b"  \n\n")
    assert new.count(b"auditor_verdict") == 1
    quoted = b'{"text": "\\"auditor_verdict\\" is a column"}'
    assert with_fields(quoted, {"auditor_verdict": "keep"}, "utf-8").startswith(quoted[:-1])


def test_csv_gets_cells(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    header = b'\xef\xbb\xbf"id",text,more\r\n'
    rows = [b'1,"a\r\n, b",x\r\n', b"\r\n", b"2,DAMAGE  \r\n", b'3,"c ""c""",\r\n', b"4,\xff,\r\n", b"5,PROMO,z"]
    path.write_bytes(header + b"".join(rows))
    _, out = annotated(tmp_path, path)
    data = (out / "annotated.csv").read_bytes()
    found = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert list(found[0]) == ["id", "text", "more", *ANNOTATION]
    assert [(row["id"], row["text"], row["more"], row["auditor_verdict"]) for row in found] == [
        ("1", "a\r\n, b", "x", "keep"),
        ("2", "DAMAGE  ", "", "quarantine"),
        ("3", 'c "c"', "", "keep"),
        ("5", "PROMO", "z", "clean"),
    ]
    assert all(None not in row and None not in row.values() for row in found)
    assert data.startswith(b'\xef\xbb\xbf"id",text,more,auditor_verdict')
    assert (out / "unreadable.csv").read_bytes() == header + rows[4]
    semicolons = tmp_path / "b.csv"
    semicolons.write_bytes(b"text;id\nDAMAGE;1\n")
    _, out = annotated(tmp_path, semicolons, out="other")
    assert (out / "annotated.csv").read_bytes().split(b"\n")[1].startswith(b"DAMAGE;1;quarantine;")


def test_parquet_gets_columns(tmp_path: Path) -> None:
    table = pa.table(
        {"text": [*TEXTS.values(), None] * 100, "kind": pa.array(list("abcdefg") * 100).dictionary_encode()},
        metadata={"origin": "x"},
    )
    path = tmp_path / "a.parquet"
    pq.write_table(table, path, row_group_size=300)
    _, out = annotated(tmp_path, path)
    found = pq.read_table(out / "annotated.parquet")
    assert found.column_names == ["text", "kind", *ANNOTATION]
    assert found.schema.metadata[b"origin"] == b"x"
    assert found.column("auditor_verdict").to_pylist() == VERDICTS * 100
    assert found.select(["text", "kind"]).to_pylist() == table.filter(table["text"].is_valid()).to_pylist()
    assert pq.read_table(out / "unreadable.parquet").schema.equals(table.schema)


def test_what_cannot_be_annotated_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Text")
    with pytest.raises(ConfigError, match=r"a\.txt: columns cannot be added"):
        annotated(tmp_path, tmp_path / "a.txt")
    (tmp_path / "a.csv").write_text("text,auditor_grade\na,A\n")
    with pytest.raises(ReadError, match=r"a\.csv: has the column “auditor_grade” already"):
        annotated(tmp_path, tmp_path / "a.csv")
    pq.write_table(pa.table({"text": ["a"], "auditor_verdict": ["keep"]}), tmp_path / "a.parquet")
    with pytest.raises(ReadError, match=r"a\.parquet: has the column “auditor_verdict” already"):
        annotated(tmp_path, tmp_path / "a.parquet")


def test_the_unix_filter_annotates_all_that_it_can_read() -> None:
    out = io.BytesIO()
    ledger = filter_stdin(io.BytesIO(json_lines(*TEXTS.values()) + b"bad\n"), out, auditor(), annotate=True)
    assert [json.loads(line)["auditor_verdict"] for line in out.getvalue().splitlines()] == VERDICTS
    assert ledger.counts["unreadable"] == 1


# What if


def test_what_each_changed_threshold_would_move(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(json_lines(*TEXTS.values()) * 100)
    out = tmp_path / "out"
    filter_records([str(tmp_path / "a.jsonl")], out, auditor(Config(policy=Policy(reject=70))))
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    found = what_if(out, Policy(reject=90, quarantine=50, clean=6))
    assert [(each.key, each.old, each.new, each.moved) for each in found.changes] == [
        ("quarantine", 20.0, 50, 100),
        ("reject", 70, 90, 100),
        ("clean", 2.0, 6, 100),
    ]
    assert found.together.moves == {
        ("clean", "keep"): 100,
        ("quarantine", "keep"): 100,
        ("reject", "quarantine"): 100,
    }
    assert "quarantine: 20.0 → 50: 100 would move (quarantine → keep 100)" in str(found)
    assert "all together: 300 would move" in str(found)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    decided = decide_again(out, Policy(reject=90, quarantine=50, clean=6))
    assert decided.moves == found.together.moves
    same = what_if(out, Policy(reject=70))
    assert same.changes == ()
    assert "nothing moves" in str(same)


def test_a_ledger_without_its_policy_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(json_lines("a"))
    filter_records([str(tmp_path / "a.jsonl")], tmp_path / "out", auditor())
    ledger = json.loads((tmp_path / "out" / "ledger.json").read_bytes())
    del ledger["policy"]
    (tmp_path / "out" / "ledger.json").write_text(json.dumps(ledger))
    with pytest.raises(ReadError, match="does not say by which policy"):
        what_if(tmp_path / "out", Policy())
