"""What is to be cleaned comes out cleaned, too: beside the original, in its format, with the list of edits."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from auditor.cli import main
from auditor.config import Config
from auditor.engine import Auditor
from auditor.stream import Ledger, filter_records
from auditor.writers.edits import EDITS
from tests.conftest import ROOT
from tests.test_stream import check_sums

BODY = (
    "The mayor opened the bridge on Monday. It took the builders four years and cost the town more than it had put "
    "aside. People from both banks came to see the first bus cross the river.\n\nThe old ferry will go on until May."
)
STUB = BODY + "\n\nsource site-12"
TEXTS = [BODY, STUB, BODY, STUB]


def run(tmp_path: Path, path: Path, config: Config | None = None) -> tuple[Ledger, Path]:
    out = tmp_path / "out"
    with Auditor(config) as auditor:
        ledger = filter_records([str(path)], out, auditor)
    check_sums(ledger, out)
    assert (ledger.counts["kept"], ledger.counts["clean"]) == (2, 2)
    return ledger, out


def edits(out: Path) -> list[dict[str, object]]:
    table = pq.read_table(out / "edits.parquet")
    assert table.column_names == list(EDITS)
    return list(table.to_pylist())


def test_json_lines_change_in_the_text_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    lines = [b'{"id": %d,  "text": %s, "x": [1.50]}\r\n' % (n, json.dumps(t).encode()) for n, t in enumerate(TEXTS)]
    path.write_bytes(b"".join(lines))
    ledger, out = run(tmp_path, path)
    assert (out / "clean.jsonl").read_bytes() == lines[1] + lines[3]
    assert (out / "cleaned.jsonl").read_bytes() == b"".join(
        lines[n].replace(rb"\n\nsource site-12", b"") for n in (1, 3)
    )
    assert [(row["article_id"], row["codes"], row["start"], row["end"], row["after"]) for row in edits(out)] == [
        (ident, "BP201", len(BODY), len(STUB), "") for ident in ("1", "3")
    ]
    assert sum(file.records for file in ledger.outputs if file.path == "cleaned.jsonl") == 2
    assert ledger.balanced


def test_half_a_character_in_an_id_is_replaced_in_the_table(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"".join(b'{"id": "\\ud83d", "text": %s}\n' % json.dumps(text).encode() for text in TEXTS))
    _, out = run(tmp_path, path)
    assert [row["article_id"] for row in edits(out)] == ["\ufffd", "\ufffd"]


def test_csv_and_parquet_keep_their_columns(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "text", "more"])
        rows.writerows([n, text, f"m{n}"] for n, text in enumerate(TEXTS))
    _, out = run(tmp_path, path)
    with (out / "cleaned.csv").open(newline="") as file:
        assert list(csv.reader(file)) == [["id", "text", "more"], ["1", BODY, "m1"], ["3", BODY, "m3"]]
    table = pa.table({"id": ["a", "b", "c", "d"], "text": TEXTS, "n": pa.array([1, 2, 3, 4], pa.int8())})
    pq.write_table(table, tmp_path / "a.parquet")
    (tmp_path / "second").mkdir()
    _, out = run(tmp_path / "second", tmp_path / "a.parquet")
    found = pq.read_table(out / "cleaned.parquet")
    assert found.schema.equals(table.schema)
    assert found.to_pydict() == {"id": ["b", "d"], "text": [BODY, BODY], "n": [2, 4]}


def test_text_files_and_what_the_configuration_suppresses(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    (folder / "own").mkdir(parents=True)
    for name, text in (("a.txt", BODY), ("b.txt", STUB), ("c.txt", STUB + "\n\nsource site-13\n"), ("own/d.txt", BODY)):
        (folder / name).write_text(text)
    _, out = run(tmp_path, folder)
    assert sorted(str(path.relative_to(out)) for path in (out / "cleaned").rglob("*.txt")) == [
        "cleaned/b.txt",
        "cleaned/c.txt",
    ]
    assert (out / "cleaned" / "b.txt").read_text() == BODY
    assert (out / "cleaned" / "c.txt").read_text() == BODY + "\n"


def test_a_text_that_cannot_be_written_back_stays_and_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from auditor.errors import WriteError
    from auditor.stream import run as module

    def refuse(*_: object) -> None:
        raise WriteError("the cleaned text cannot be written")

    monkeypatch.setattr(module, "edited", refuse)
    path = tmp_path / "a.jsonl"
    path.write_bytes(
        b"".join(json.dumps({"id": str(n), "text": text}).encode() + b"\n" for n, text in enumerate(TEXTS))
    )
    _, out = run(tmp_path, path)
    assert (out / "cleaned.jsonl").read_bytes() == (out / "clean.jsonl").read_bytes()
    told = [row for row in pq.read_table(out / "problems.parquet").to_pylist() if row["what"] == "cleaning"]
    assert [(row["kind"], row["article_id"]) for row in told] == [("skipped", "1"), ("skipped", "3")]


def test_a_very_long_article_is_left_as_it_is_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auditor.cleaning.LONGEST", len(BODY))
    monkeypatch.setattr("auditor.stream.work.LONGEST", len(BODY))
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps({"id": str(n), "text": text}) + "\n" for n, text in enumerate(TEXTS)))
    _, out = run(tmp_path, path)
    assert (out / "cleaned.jsonl").read_bytes() == (out / "clean.jsonl").read_bytes()
    told = [row for row in pq.read_table(out / "problems.parquet").to_pylist() if row["what"] == "cleaning"]
    assert [(row["kind"], row["article_id"]) for row in told] == [("skipped", "1"), ("skipped", "3")]
    assert "longer than" in told[0]["message"]


def test_processes_clean_alike_and_nothing_is_cleaned_for_notes(tmp_path: Path) -> None:
    gold = str(ROOT / "seeds" / "gold.jsonl")
    assert main(["filter", gold, "--out", str(tmp_path / "one"), "--jobs", "1"]) == 0
    assert main(["filter", gold, "--out", str(tmp_path / "two"), "--jobs", "2"]) == 0
    for name in ("cleaned.jsonl", "edits.parquet"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert pq.read_table(tmp_path / "one" / "edits.parquet").num_rows > 2
    assert main(["filter", gold, "--out", str(tmp_path / "notes"), "--annotate"]) == 0
    assert not list((tmp_path / "notes").glob("cleaned*"))
    assert pq.read_table(tmp_path / "notes" / "edits.parquet").num_rows == 0
