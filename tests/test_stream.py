from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.config import Config, Policy
from auditor.document import Document
from auditor.engine import Auditor
from auditor.errors import AuditorError, ReadError, RuleCrash, WriteError
from auditor.finding import Hit, Severity
from auditor.report import ARTICLES, FINDINGS, PROBLEMS
from auditor.rule import Rule, rule
from auditor.stream import Ledger, Snapshot, decide_again, filter_records, filter_stdin, redecisions
from auditor.stream.ledger import PARTS, Tally, balanced
from auditor.stream.outputs import safe_name
from tests.conftest import ROOT, dev_texts


def word_rule(code: str, severity: Severity, word: str) -> Rule:
    def word_found(doc: Document) -> Iterator[Hit]:
        """A word that stands for a defect."""
        for match in re.finditer(word, doc.text):
            yield Hit.of(match, "“{text}” is bad")

    return rule(code=code, severity=severity, stable=True, english=False)(word_found)


@rule(code="HR909", severity=Severity.MINOR, stable=True, english=False)
def crashing(doc: Document) -> Iterator[Hit]:
    """A rule that crashes on some articles."""
    if "CRASH" in doc.text:
        raise ValueError("broken on purpose")
    yield from ()


RULES = (word_rule("HR901", Severity.CRITICAL, "DAMAGE"), word_rule("BP299", Severity.MAJOR, "PROMO"), crashing)
"""One DAMAGE leads to quarantine, two to reject, a PROMO to clean, a CRASH to quarantine."""

TEXTS = {
    "kept": "The mayor opened the bridge.",
    "clean": "The mayor opened the bridge. PROMO",
    "quarantined": "The mayor opened the DAMAGE.",
    "rejected": "DAMAGE DAMAGE",
    "crashed": "CRASH",
    "empty": "",
}


def auditor(config: Config | None = None, *, strict: bool = False) -> Auditor:
    return Auditor(config, rules=RULES, strict=strict)


def json_lines(*texts: str, **more: object) -> bytes:
    return b"".join(
        json.dumps({"id": str(n), "text": text, **more}).encode() + b"\n" for n, text in enumerate(texts, 1)
    )


def run(tmp_path: Path, *inputs: Path, out: str = "out") -> tuple[Ledger, Path]:
    folder = tmp_path / out
    return filter_records([str(path) for path in inputs], folder, auditor()), folder


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below the folder, the ledger without its times."""
    found = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    ledger = json.loads(found["ledger.json"])
    assert set(ledger.pop("times")) == {"started", "finished"}
    found["ledger.json"] = json.dumps(ledger).encode()
    return found


def check_sums(ledger: Ledger, folder: Path) -> None:
    """The counts add up, and the ledger says the truth about the files."""
    assert ledger.counts["read"] == sum(ledger.counts[part] for part in PARTS)
    plain = json.loads((folder / "ledger.json").read_text(encoding="ascii"))
    assert plain == ledger.plain()
    for file in ledger.outputs:
        path = folder / file.path
        if path.is_file():
            data = path.read_bytes()
            assert (file.bytes, file.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    named = {file.path.split("/")[0] for file in ledger.outputs}
    assert named | {"ledger.json"} == set(os.listdir(folder))
    assert pq.read_table(folder / "articles.parquet").num_rows == ledger.counts["read"] - ledger.counts["unreadable"]
    assert len((folder / "unreadable.problems.jsonl").read_bytes().splitlines()) == ledger.counts["unreadable"]


def in_order(whole: Sequence[object], part: Sequence[object]) -> bool:
    rest = iter(whole)
    return all(item in rest for item in part)


# Formats


def test_json_lines_are_sorted_by_verdict_with_their_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(json_lines(*TEXTS.values()) * 2 + b'{"no": 1}\r\n \r\n{"text": "cut')
    ledger, out = run(tmp_path, path)
    assert ledger.counts == {"read": 14, "kept": 2, "clean": 2, "quarantined": 4, "rejected": 4, "unreadable": 2}
    assert ledger.reasons == {"boilerplate": 2, "damage": 4, "empty": 2, "failed": 2}
    assert ledger.problems == {"field": 1, "json": 1}
    assert ledger.findings == {"BP299": 2, "HR901": 6}
    assert ledger.failed == 2
    assert str(ledger).split("\n") == [
        "read 14 = kept 2 + clean 2 + quarantined 4 + rejected 4 + unreadable 2; a rule crashed on 2 of them",
        "reasons: boilerplate 2, damage 4, empty 2, failed 2",
        "unreadable: field 1, json 1",
    ]
    check_sums(ledger, out)
    assert (out / "unreadable.jsonl").read_bytes() == b'{"no": 1}\r\n \r\n{"text": "cut'
    lines = path.read_bytes().splitlines()
    parts = [(out / f"{part}.jsonl").read_bytes().splitlines() for part in PARTS]
    assert Counter(line for part in parts for line in part) == Counter(lines)
    assert all(in_order(lines, part) for part in parts)


def test_the_tables_of_a_run(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"nonsense\n" + json_lines(*TEXTS.values(), source="wire"))
    _, out = run(tmp_path, path)
    tables = {name: pq.read_table(out / f"{name}.parquet") for name in ("articles", "findings", "problems")}
    assert tables["articles"].column_names == list(ARTICLES)
    assert tables["findings"].column_names == list(FINDINGS)
    assert tables["problems"].column_names == list(PROBLEMS)
    articles = tables["articles"].to_pylist()
    assert [row["article_id"] for row in articles] == ["1", "2", "3", "4", "5", "6"]
    assert [row["position"] for row in articles] == [2, 3, 4, 5, 6, 7]
    assert [row["record_line"] for row in articles] == [2, 3, 4, 5, 6, 7]
    assert [row["verdict"] for row in articles] == ["keep", "clean", "quarantine", "reject", "quarantine", "reject"]
    assert [row["kind"] for row in tables["problems"].to_pylist()] == ["unreadable", "failure"]
    assert tables["findings"].column("code").to_pylist() == ["BP299", "HR901", "HR901", "HR901"]


@pytest.mark.parametrize("suffix", ["gz", "zst"])
def test_a_compressed_file_comes_out_compressed(tmp_path: Path, suffix: str) -> None:
    lines = json_lines(*TEXTS.values()) * 50
    path = tmp_path / f"a.jsonl.{suffix}"
    path.write_bytes(compressed(lines, suffix))
    ledger, out = run(tmp_path, path)
    check_sums(ledger, out)
    parts = [decompressed((out / f"{part}.jsonl.{suffix}").read_bytes(), suffix) for part in PARTS]
    assert [part.count(b"\n") for part in parts] == [ledger.counts[part] for part in PARTS]
    assert Counter(b"".join(parts).splitlines()) == Counter(lines.splitlines())
    assert ledger.inputs[0].bytes == path.stat().st_size
    assert ledger.inputs[0].sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (out / f"kept.jsonl.{suffix}").stat().st_size < len(parts[0])


def compressed(data: bytes, suffix: str) -> bytes:
    if suffix == "gz":
        return gzip.compress(data)
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as out:
        out.write(data)
    return sink.getvalue().to_pybytes()


def decompressed(data: bytes, suffix: str) -> bytes:
    if suffix == "gz":
        return gzip.decompress(data)
    with pa.CompressedInputStream(pa.BufferReader(data), "zstd") as source:
        return bytes(source.read())


def test_records_of_two_files_never_grow_together(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.jsonl").write_bytes(b'{"text": "%s"}' % name.encode())
    _, out = run(tmp_path, *(tmp_path / f"{name}.jsonl" for name in ("a", "b", "c")))
    assert (out / "kept.jsonl").read_bytes() == b'{"text": "a"}\n{"text": "b"}\n{"text": "c"}'


def test_csv_gets_its_header_in_each_part(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    header = b'\xef\xbb\xbf"id",text\r\n'
    rows = [b'1,"a\r\nb"\r\n', b'2,"DAMAGE, x"\r\n', b"3,\xff\r\n", b"4,c"]
    path.write_bytes(header + b"".join(rows))
    ledger, out = run(tmp_path, path)
    check_sums(ledger, out)
    assert (out / "kept.csv").read_bytes() == header + rows[0] + rows[3]
    assert (out / "quarantined.csv").read_bytes() == header + rows[1]
    assert (out / "unreadable.csv").read_bytes() == header + rows[2]
    assert (out / "rejected.csv").read_bytes() == header


def test_a_second_csv_header_gets_files_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"id,text\n1,a")
    (tmp_path / "b.csv").write_bytes(b"text,id\nb,1\n")
    (tmp_path / "c.csv").write_bytes(b"\xef\xbb\xbfid,text\r\n2,c\r\n")
    ledger, out = run(tmp_path, *(tmp_path / f"{name}.csv" for name in "abc"))
    check_sums(ledger, out)
    assert (out / "kept.csv").read_bytes() == b"id,text\n1,a\n2,c\r\n"
    assert (out / "kept.2.csv").read_bytes() == b"text,id\nb,1\n"


def test_parquet_keeps_all_columns_and_the_schema(tmp_path: Path) -> None:
    texts = [list(TEXTS.values())[n % len(TEXTS)] for n in range(2_000)]
    table = pa.table(
        {
            "text": pa.array([None if n % 7 == 0 else text for n, text in enumerate(texts)]),
            "n": pa.array(range(2_000), pa.uint16()),
            "tags": [[str(n)] for n in range(2_000)],
            "kind": pa.array([str(n % 3) for n in range(2_000)]).dictionary_encode(),
            "when": pa.array(range(2_000), pa.timestamp("ns", tz="UTC")),
        },
        metadata={"origin": "somewhere"},
    )
    path = tmp_path / "a.parquet"
    pq.write_table(table, path, row_group_size=300)
    ledger, out = run(tmp_path, path)
    check_sums(ledger, out)
    parts = [pq.read_table(out / f"{part}.parquet") for part in PARTS]
    assert all(part.schema.equals(pq.read_schema(path), check_metadata=True) for part in parts)
    assert [part.num_rows for part in parts] == [ledger.counts[part] for part in PARTS]
    assert all(part.column("n").equals(part.sort_by("n").column("n")) for part in parts)
    joined = pa.concat_tables([part.unify_dictionaries() for part in parts], promote_options="default")
    assert joined.sort_by("n").to_pylist() == table.to_pylist()


def test_text_files_go_to_folders_under_their_names(tmp_path: Path) -> None:
    base = tmp_path / "in"
    (base / "sub").mkdir(parents=True)
    (base / "a.txt").write_bytes(b"\xef\xbb\xbfKept\r\n")
    (base / "sub" / "a.txt").write_bytes(b"Kept too")
    (base / "sub" / "b.md").write_bytes(b"DAMAGE")
    (base / "c.txt").write_bytes(b"\xff")
    (base / "e.txt").write_bytes(b"")
    ledger, out = run(tmp_path, base)
    check_sums(ledger, out)
    assert (out / "kept/a.txt").read_bytes() == b"\xef\xbb\xbfKept\r\n"
    assert (out / "kept/sub/a.txt").read_bytes() == b"Kept too"
    assert (out / "quarantined/sub/b.md").read_bytes() == b"DAMAGE"
    assert (out / "unreadable/c.txt").read_bytes() == b"\xff"
    assert (out / "rejected/e.txt").read_bytes() == b""
    assert [(file.path, file.files, file.records) for file in ledger.inputs] == [(str(base), 5, 5)]


def test_text_files_of_one_name_are_all_kept(tmp_path: Path) -> None:
    paths = [tmp_path / str(n) / "a.txt" for n in range(30)]
    for path in paths:
        path.parent.mkdir()
        path.write_text(path.parent.name)
    ledger, out = run(tmp_path, *paths)
    check_sums(ledger, out)
    assert {path.read_text() for path in (out / "kept").iterdir()} == {str(n) for n in range(30)}
    assert {"a.txt", "a~2.txt", "a~30.txt"} <= set(os.listdir(out / "kept"))


def test_a_file_with_the_name_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "in" / "x").mkdir(parents=True)
    (tmp_path / "in" / "x" / "a.txt").write_text("inside")
    (tmp_path / "x").write_text("file")
    for n, inputs in enumerate(([tmp_path / "x", tmp_path / "in"], [tmp_path / "in", tmp_path / "x"])):
        ledger, out = run(tmp_path, *inputs, out=f"out{n}")
        check_sums(ledger, out)
        assert {path.read_text() for path in (out / "kept").rglob("*") if path.is_file()} == {"inside", "file"}


def test_all_formats_in_one_run(tmp_path: Path) -> None:
    base = tmp_path / "in"
    base.mkdir()
    (base / "a.jsonl").write_bytes(json_lines("a"))
    (base / "b.csv").write_bytes(b"text\nb\n")
    (base / "c.txt").write_bytes(b"c")
    pq.write_table(pa.table({"text": ["d"]}), base / "d.parquet")
    ledger, out = run(tmp_path, base)
    check_sums(ledger, out)
    assert ledger.counts["kept"] == 4
    assert {"kept.jsonl", "kept.csv", "kept", "kept.parquet"} <= set(os.listdir(out))


@pytest.mark.parametrize("ident", ["../../x", "/etc/passwd", "..", "a\x00b", "C:\\x", "\ud800", "x" * 5_000])
def test_an_id_never_becomes_a_path(tmp_path: Path, ident: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(json.dumps({"id": ident, "text": "a"}).encode() + b"\n")
    markdown = tmp_path / "b.md"
    markdown.write_bytes(f"---\nid: {ident}\n---\nText".encode("utf-8", "replace"))
    ledger, out = run(tmp_path, path, markdown)
    check_sums(ledger, out)
    assert set(os.listdir(tmp_path)) == {"a.jsonl", "b.md", "out"}
    assert os.listdir(out / "kept") == ["b.md"]


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("a.txt", "a.txt"),
        ("sub/a.txt", "sub/a.txt"),
        ("../../x", "x"),
        ("/a/./b", "a/b"),
        ("..", "article"),
        (".x", "_x"),
        ("a:b\\c\n.txt", "a_b_c_.txt"),
        ("\udcff.txt", "_.txt"),
        ("x. ", "x"),
        ("...", "_"),
    ],
)
def test_safe_names(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@given(st.text(min_size=1, max_size=300))
def test_a_safe_name_stays_below_its_folder(name: str) -> None:
    safe = safe_name(name)
    parts = safe.split("/")
    assert all(part not in ("", ".", "..") and len(part.encode()) <= 200 for part in parts)
    assert not set(safe) & set('\x00\n\\:*?"<>|')
    assert len(safe.encode()) <= 1_000


def test_long_names_that_differ_at_the_end_stay_different() -> None:
    one, two = safe_name("é" * 150 + "1.txt"), safe_name("é" * 150 + "2.txt")
    assert one != two
    assert one.endswith(".txt")


# Same again, and nothing lost


def test_the_same_run_twice_is_the_same_byte_for_byte(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(json_lines(*TEXTS.values(), source="x") * 50)
    (tmp_path / "b.csv").write_bytes(b"text\nb\n")
    pq.write_table(pa.table({"text": list(TEXTS.values())}), tmp_path / "c.parquet")
    inputs = [tmp_path / name for name in ("a.jsonl", "b.csv", "c.parquet")]
    first, second = run(tmp_path, *inputs)[1], run(tmp_path, *inputs, out="again")[1]
    assert tree(first) == tree(second)


LINES = st.lists(
    st.one_of(
        st.binary(max_size=20),
        st.sampled_from(list(TEXTS.values())).map(lambda text: json.dumps({"text": text}).encode()),
        st.text().map(lambda text: json.dumps({"text": text}).encode()),
        st.sampled_from([b"", b" ", b"\r", b"[]", b'{"text": null}', b'{"text": "\\ud800"}', b"\xef\xbb\xbf"]),
    ),
    max_size=12,
)


@settings(max_examples=40, deadline=None)
@given(LINES)
def test_random_lines_are_never_lost(lines: list[bytes]) -> None:
    data = b"\n".join(lines)
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "a.jsonl"
        path.write_bytes(data)
        ledger, out = run(Path(name), path)
        check_sums(ledger, out)
        kept = [(out / f"{part}.jsonl").read_bytes() for part in PARTS]
        if ledger.counts["read"]:
            # a line end may come in only where a last line without one was not the last of its part: never here
            assert sum(map(len, kept)) == len(data)
            pieces = Counter(line for part in kept for line in part.split(b"\n") if line)
            assert pieces == Counter(line for line in data.split(b"\n") if line)
            assert all(in_order(data.split(b"\n"), part.split(b"\n")[:-1]) for part in kept)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text('aé",;\n\r \x00', max_size=10), max_size=12), st.booleans())
def test_random_csv_is_never_lost(pieces: list[str], end: bool) -> None:
    body = "\n".join(pieces).encode() + (b"\n" if end else b"")
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "a.csv"
        path.write_bytes(b"text,id\n" + body)
        ledger, out = run(Path(name), path)
        check_sums(ledger, out)
        if ledger.counts["read"]:
            kept = [(out / f"{part}.csv").read_bytes() for part in PARTS]
            assert all(part.startswith(b"text,id\n") for part in kept)
            assert Counter(b"".join(part[8:] for part in kept)) == Counter(body)


def test_real_articles_with_the_catalogue(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(json_lines(*dev_texts("human_gum")))
    ledger = filter_records([str(path)], tmp_path / "out", Auditor(Config(preview=True), strict=True))
    check_sums(ledger, tmp_path / "out")
    assert ledger.counts["read"] == len(dev_texts("human_gum"))


# The folder of a run


def test_a_run_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(json_lines("a"))
    _, out = run(tmp_path, path)
    before = tree(out)
    with pytest.raises(WriteError, match="choose another folder or delete"):
        run(tmp_path, path)
    assert tree(out) == before


def test_other_files_in_the_folder_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "notes.txt").write_text("mine")
    path = tmp_path / "a.jsonl"
    path.write_bytes(json_lines("a"))
    run(tmp_path, path)
    assert (tmp_path / "out" / "notes.txt").read_text() == "mine"


def test_the_output_must_not_be_read_as_input(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    for out in (tmp_path, tmp_path / "deep" / "out"):
        with pytest.raises(WriteError, match="outside"):
            filter_records([str(tmp_path)], out, auditor())
    assert os.listdir(tmp_path) == ["a.txt"]


def test_a_missing_input_leaves_no_trace(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"gone\.jsonl"):
        run(tmp_path, tmp_path / "gone.jsonl")
    assert os.listdir(tmp_path) == []


def test_a_strict_auditor_stops_the_run_and_it_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(json_lines("a", "CRASH"))
    with pytest.raises(RuleCrash):
        filter_records([str(path)], tmp_path / "out", auditor(strict=True))
    assert os.listdir(tmp_path / "out") == []


def test_a_killed_run_never_looks_finished(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(json_lines("a", "b", "c"))
    script = (
        "import os, signal; from pathlib import Path; from tests.test_stream import auditor, filter_records\n"
        f"kill = lambda n: os.kill(os.getpid(), {signal.SIGKILL:d})\n"
        f"filter_records([{str(path)!r}], Path({str(tmp_path / 'out')!r}), auditor(), progress=kill)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    assert os.listdir(tmp_path / "out") == [".unfinished"]
    with pytest.raises(WriteError, match=r"killed or still goes on; go on with it by --resume.*\.unfinished"):
        run(tmp_path, path)
    with pytest.raises(ReadError, match="no finished run"):
        decide_again(tmp_path / "out", Policy())


def test_progress_counts_records(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(json_lines("a", "b") + b"bad\n")
    told: list[Snapshot] = []
    filter_records([str(path)], tmp_path / "out", auditor(), progress=told.append)
    assert told == [Snapshot(read=3, kept=2, bytes=path.stat().st_size)]


# Standard input


def test_standard_input_to_a_folder(tmp_path: Path) -> None:
    ledger = filter_records(["-"], tmp_path / "out", auditor(), stdin=io.BytesIO(b"not json\n" + json_lines("a")))
    check_sums(ledger, tmp_path / "out")
    assert (tmp_path / "out" / "unreadable.jsonl").read_bytes() == b"not json\n"
    ledger = filter_records(["-"], tmp_path / "empty", auditor(), stdin=io.BytesIO())
    check_sums(ledger, tmp_path / "empty")
    assert (tmp_path / "empty" / "kept.jsonl").read_bytes() == b""


def test_the_unix_filter_passes_original_bytes_on() -> None:
    lines = [line + b"\r\n" for line in json_lines(*TEXTS.values()).splitlines()]
    lines.insert(1, b'{"text": 7}\n')
    out = io.BytesIO()
    told: list[bytes] = []
    ledger = filter_stdin(
        io.BytesIO(b"".join(lines)), out, auditor(), unreadable=lambda record: told.append(record.raw)
    )
    assert out.getvalue() == lines[0] + lines[2]
    assert told == [lines[1]]
    assert ledger.balanced
    assert ledger.counts["read"] == 7
    assert ledger.inputs[0].sha256 == hashlib.sha256(b"".join(lines)).hexdigest()


def test_the_unix_filter_can_pass_other_verdicts() -> None:
    out = io.BytesIO()
    filter_stdin(io.BytesIO(json_lines(*TEXTS.values())), out, auditor(), keep=["reject"])
    assert [json.loads(line)["id"] for line in out.getvalue().splitlines()] == ["4", "6"]


def test_a_reader_that_goes_away_and_a_full_disk_behind_a_pipe() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with pytest.raises(BrokenPipeError), os.fdopen(writing, "wb", buffering=0) as out:
        filter_stdin(io.BytesIO(json_lines("a")), out, auditor())
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    with pytest.raises(WriteError, match="standard output"), full.open("wb", buffering=0) as out:
        filter_stdin(io.BytesIO(json_lines("a")), out, auditor())


# The ledger


def test_sources_are_counted_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auditor.stream.ledger.MAX_SOURCES", 2)
    lines = b"".join(json_lines(TEXTS["kept"], TEXTS["rejected"], source=source) for source in ("a", "b", "c", "a"))
    ledger = filter_stdin(io.BytesIO(lines), io.BytesIO(), auditor())
    assert ledger.sources == {"a": {"kept": 2, "rejected": 2}, "b": {"kept": 1, "rejected": 1}}
    assert ledger.other_sources == {"kept": 1, "rejected": 1}


def test_counts_that_do_not_add_up_are_an_error() -> None:
    tally = Tally(read=1)
    with pytest.raises(AuditorError, match="do not add up"):
        balanced(tally.ledger(Config()))


# Deciding again


def test_deciding_again_needs_no_text(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(json_lines(*TEXTS.values()) * 1_500 + b"bad\n")
    pq.write_table(pa.table({"id": ["1"] * 6, "text": list(TEXTS.values())}), tmp_path / "b.parquet")
    ledger, out = run(tmp_path, tmp_path / "a.jsonl", tmp_path / "b.parquet")
    before = tree(out)
    same = decide_again(out, Policy())
    assert same.moves == {}
    assert same.articles == 9_006
    (tmp_path / "a.jsonl").unlink()
    policy = Policy(quarantine=50, clean=100, failed="reject", empty="keep")
    decided = decide_again(out, policy)
    assert decided.moves == {
        ("clean", "keep"): 1_501,
        ("quarantine", "keep"): 1_501,
        ("quarantine", "reject"): 1_501,
        ("reject", "keep"): 1_501,
    }
    assert decided.verdicts == {"keep": 6_004, "reject": 3_002}
    assert "reject → keep: 1,501" in str(decided)
    rows = pq.read_table(decided.table).to_pylist()
    assert [row["verdict"] for row in rows[:6]] == ["keep", "keep", "keep", "reject", "reject", "keep"]
    assert rows[3]["reason_codes"] == "damage"
    assert {name: data for name, data in tree(out).items() if name != "decisions.parquet"} == before
    assert ledger.counts["read"] == 9_007


def test_the_decisions_of_a_run_are_those_of_its_audits(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(json_lines(*TEXTS.values()))
    _, out = run(tmp_path, tmp_path / "a.jsonl")
    for one in redecisions(out, Policy()):
        assert (one.old_verdict, one.old_grade, one.old_points) == (one.new.verdict, one.new.grade, one.new.points)


def test_damaged_tables_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(json_lines(*TEXTS.values()))
    _, out = run(tmp_path, tmp_path / "a.jsonl")
    findings = pq.read_table(out / "findings.parquet")
    pq.write_table(findings.slice(1), out / "findings.parquet")
    with pytest.raises(ReadError, match="do not belong together"):
        decide_again(out, Policy())
    (out / "findings.parquet").write_bytes(b"PAR1")
    with pytest.raises(ReadError, match="cannot be read"):
        decide_again(out, Policy())
    (out / "articles.parquet").unlink()
    with pytest.raises(ReadError, match="cannot be read"):
        decide_again(out, Policy())
    assert not list(out.glob("decisions*"))
