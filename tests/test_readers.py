from __future__ import annotations

import csv
import gzip
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.config import Config
from auditor.document import Document
from auditor.errors import ReadError
from auditor.readers import Problem, Record, read
from auditor.readers.chunks import CHUNK, Chunks
from auditor.readers.csv_rows import CsvRow, RowSplitter
from auditor.readers.json_lines import json_lines

CONFIG = Config()


def records(path: Path, data: bytes, config: Config = CONFIG) -> list[Record]:
    path.write_bytes(data)
    return list(read([str(path)], config))


def good(record: Record) -> Document:
    assert record.problem is None
    assert record.document is not None
    return record.document


def bad(record: Record) -> Problem:
    assert record.document is None
    assert record.problem is not None
    assert record.problem.kind == "unreadable"
    return record.problem


def rejoined(found: Iterable[Record]) -> bytes:
    """The bytes of all records; checks that each begins where the one before it ends."""
    raw = b""
    for record in found:
        start = record.offset - len(record.header)
        assert start == len(raw)
        raw += record.raw
    return raw


# Text and Markdown


@pytest.mark.parametrize("name", ["a.txt", "a.text", "a.md", "a.markdown"])
def test_a_text_file_is_one_article_with_every_character_kept(tmp_path: Path, name: str) -> None:
    data = "One\r\ntwo\rthree \x00 é\u2028 \n\n".encode()
    (record,) = records(tmp_path / name, data)
    assert good(record).text == data.decode()
    assert good(record).id == "a"
    assert (record.position, record.line, record.field, record.raw, record.offset) == (1, None, "", data, 0)


@pytest.mark.parametrize("data", [b"", b" \n", b"\x00"])
def test_an_empty_or_blank_text_file_is_an_article(tmp_path: Path, data: bytes) -> None:
    (record,) = records(tmp_path / "a.txt", data)
    assert good(record).text == data.decode()


def test_a_byte_order_mark_is_not_text_but_is_in_the_bytes(tmp_path: Path) -> None:
    (record,) = records(tmp_path / "a.txt", b"\xef\xbb\xbfText")
    assert good(record).text == "Text"
    assert record.raw == b"\xef\xbb\xbfText"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "cp1252", "utf-8-sig", "shift_jis"])
def test_text_in_the_configured_encoding(tmp_path: Path, encoding: str) -> None:
    (record,) = records(tmp_path / "a.txt", "“Café”".encode(encoding, "replace"), Config(encoding=encoding))
    assert good(record).text == "“Café”".encode(encoding, "replace").decode(encoding).removeprefix("\ufeff")


def test_a_named_file_with_another_suffix_is_text_and_keeps_its_name_as_id(tmp_path: Path) -> None:
    (record,) = records(tmp_path / "article.v2", b"Text")
    assert good(record).id == "article.v2"


def test_front_matter_gives_meta_and_stays_in_the_text(tmp_path: Path) -> None:
    data = b'---\r\ntitle: "Ten: a story"\r\nid: 007\r\nAuthor: x\r\nsource: wire \r\nurl:\r\n---\r\nText.'
    (record,) = records(tmp_path / "a.md", data)
    assert good(record).text == data.decode()
    assert good(record).id == "007"
    assert good(record).meta == {"title": "Ten: a story", "source": "wire", "folder": tmp_path.name}


@pytest.mark.parametrize(
    "text", ["---\ntitle: x\nno end", "Text\n---\ntitle: x\n---\n", "---\n" * 3000, "--- x\n---\n"]
)
def test_no_front_matter(tmp_path: Path, text: str) -> None:
    (record,) = records(tmp_path / "a.md", text.encode())
    assert good(record).meta == {"folder": tmp_path.name}
    assert good(record).id == "a"


# JSON Lines


def test_json_lines(tmp_path: Path) -> None:
    data = (
        b'{"id": "000", "text": "A", "title": "T", "source": 5, "date": null, "url": ["x"], "n": 1}\r\n{"text": "B"}\n'
    )
    path = tmp_path / "a.jsonl"
    first, second = records(path, data)
    assert (good(first).id, good(first).text) == ("000", "A")
    assert good(first).meta == {"title": "T", "source": "5"}
    assert (first.position, first.line, first.field, first.offset) == (1, 1, "text", 0)
    assert good(second).id == f"{path}:2"
    assert (second.position, second.line, second.raw) == (2, 2, b'{"text": "B"}\n')


@pytest.mark.parametrize(
    ("spelling", "expected"),
    [
        ('"000"', "000"),
        ('" a/../b "', " a/../b "),
        ("7", "7"),
        ("-0.50", "-0.50"),
        ("1e3", "1e3"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("true", "true"),
        ('"\\ud800"', "\ud800"),
        ("NaN", "NaN"),
    ],
)
def test_an_id_is_kept_as_it_is_spelled(tmp_path: Path, spelling: str, expected: str) -> None:
    (record,) = records(tmp_path / "a.jsonl", f'{{"id": {spelling}, "text": "x"}}'.encode())
    assert good(record).id == expected


@pytest.mark.parametrize("spelling", ["null", '""', "[1]", "{}"])
def test_without_an_id_the_place_is_the_id(tmp_path: Path, spelling: str) -> None:
    path = tmp_path / "a.jsonl"
    _, record = records(path, f'{{"text": "x"}}\n{{"id": {spelling}, "text": "x"}}'.encode())
    assert good(record).id == f"{path}:2"


def test_other_fields_can_be_named(tmp_path: Path) -> None:
    config = Config(id_field="key", text_field="body", title_field="headline")
    data = b'{"key": 1, "body": "x", "text": "y", "headline": "H", "title": "T"}\n{"body": "x", "title": "T"}\n'
    first, second = records(tmp_path / "a.jsonl", data, config)
    assert (good(first).id, good(first).text, good(first).meta, first.field) == ("1", "x", {"title": "H"}, "body")
    assert good(second).meta == {"title": "T"}


def test_blank_lines_count_as_lines_and_belong_to_the_record_before_them(tmp_path: Path) -> None:
    data = b'\xef\xbb\xbf\n \t\n{"text": "a"}\n\n\r\n{"text": "b"}\n\n{"text": "c"}\n \n'
    found = records(tmp_path / "a.jsonl", data)
    assert [record.line for record in found] == [3, 6, 8]
    assert [good(record).text for record in found] == ["a", "b", "c"]
    assert rejoined(found) == data
    assert found[1].raw == b'{"text": "b"}\n\n'


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_json_lines_without_a_record(tmp_path: Path, data: bytes) -> None:
    assert records(tmp_path / "a.jsonl", data) == []


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (rb'{"text": "\ud800 x"}', "\ud800 x"),
        (rb'{"text": "\ud83d\ude00"}', "😀"),
        (b'{"text": "a\x00b\tc"}', "a\x00b\tc"),
        (rb'{"text": "a\u0000b"}', "a\x00b"),
        (b'{"text": "x", "score": NaN}', "x"),
        (b'\xef\xbb\xbf{"text": "x"}', "x"),
    ],
)
def test_lenient_where_nothing_is_lost(tmp_path: Path, line: bytes, text: str) -> None:
    _, record = records(tmp_path / "a.jsonl", b'{"text": ""}\n' + line)
    assert good(record).text == text


@settings(deadline=None)
@given(
    st.lists(
        st.one_of(
            st.binary(max_size=12),
            st.sampled_from(
                [b"", b" ", b"\r", b'{"text": "x"}', b'{"id": 1, "text": "\xc3\xa9"}\r', b'{"text": "\xff"}']
            ),
        )
    ),
    st.integers(1, 40),
)
def test_every_byte_of_a_json_lines_file_is_in_one_record(lines: list[bytes], size: int) -> None:
    data = b"\n".join(lines)
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    found = list(json_lines("a.jsonl", CONFIG, Chunks("a.jsonl"), pieces))
    if found:
        assert rejoined(found) == data
    else:
        assert not data.replace(b"\xef\xbb\xbf", b"").strip()
    assert [record.position for record in found] == list(range(1, len(found) + 1))
    for record in found:
        assert record.line is not None
        assert (
            record.raw.lstrip(b" \t\r\n\xef\xbb\xbf")[:1]
            == data.split(b"\n")[record.line - 1].lstrip(b" \t\r\n\xef\xbb\xbf")[:1]
        )


# CSV


def test_csv_with_long_cells_line_ends_and_quotation_marks(tmp_path: Path) -> None:
    long = "x" * 300_000
    data = f'\ufeffid,text,title\r\n1,"a ""q""\r\nb, c",T\r\n\r\n2,{long},\r3,"y\n"\n4,5" pipe,\n5,z'.encode()
    found = records(tmp_path / "a.csv", data)
    assert [good(record).text for record in found] == ['a "q"\r\nb, c', long, "y\n", '5" pipe', "z"]
    assert [good(record).id for record in found] == ["1", "2", "3", "4", "5"]
    assert [record.line for record in found] == [2, 5, 6, 8, 9]
    assert good(found[0]).meta == {"title": "T"}
    assert good(found[4]).meta == {}
    assert {record.header for record in found} == {b"\xef\xbb\xbfid,text,title\r\n"}
    assert found[0].header + rejoined(found) == data


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_another_delimiter_is_seen_in_the_header(tmp_path: Path, delimiter: str) -> None:
    (record,) = records(tmp_path / "a.csv", delimiter.join(["id", "text"]).encode() + f"\n1{delimiter}a, b".encode())
    assert good(record).text == "a, b"


@pytest.mark.parametrize("data", [b"", b"\n \n", b"id,text", b"id,text\r\n\r\n"])
def test_csv_without_a_row(tmp_path: Path, data: bytes) -> None:
    assert records(tmp_path / "a.csv", data) == []


def split(data: bytes, size: int) -> list[CsvRow]:
    splitter = RowSplitter()
    rows = [row for at in range(0, len(data), size) for row in splitter.feed(data[at : at + size])]
    return rows + splitter.finish()


@given(st.lists(st.lists(st.text("ab\",'\n\r é"), min_size=1, max_size=4)), st.sampled_from(["\n", "\r\n"]))
def test_what_the_standard_library_writes_is_read(rows: list[list[str]], end: str) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(rows)
    found = split(out.getvalue().encode(), 7)
    assert [[value.decode() for value in row.values()] for row in found] == rows
    assert b"".join(row.raw for row in found) == out.getvalue().encode()


@given(st.text('ab",\n\r', max_size=40), st.integers(1, 9))
def test_rows_are_those_of_the_standard_library_however_the_bytes_come(text: str, size: int) -> None:
    data = text.encode()
    found = split(data, size)
    assert found == split(data, len(data) or 1)
    assert b"".join(row.raw for row in found) == data
    if all(row.closed for row in found):
        expected = [row for row in csv.reader(io.StringIO(text, newline="")) if row]
        values = [[value.decode() for value in row.values()] for row in found if row.raw.strip(b"\r\n")]
        assert values == expected


# Parquet


def parquet(path: Path, **columns: Any) -> Path:
    pq.write_table(pa.table(columns), path)
    return path


def test_parquet_rows_are_kept_with_all_columns(tmp_path: Path) -> None:
    path = parquet(
        tmp_path / "a.parquet",
        id=pa.array([7, None, 9]),
        text=pa.array(["a", "b", None]).dictionary_encode(),
        date=pa.array([0, 1, 2], pa.timestamp("ns")),
        tags=[["x"], [], None],
        source=pa.array([b"w", b"w", b"w"]),
    )
    first, second, third = read([str(path)], CONFIG)
    assert (good(first).id, good(first).text) == ("7", "a")
    assert good(first).meta == {"date": "1970-01-01 00:00:00.000000000", "source": "w"}
    assert (first.position, first.line, first.offset, first.raw, first.field) == (1, None, 0, b"", "text")
    assert good(second).id == f"{path}:2"
    assert (bad(third).what, third.offset) == ("field", 2)
    assert "row 3" in bad(third).message
    assert "null" in bad(third).message
    assert third.row is not None
    assert third.row.batch.column("tags")[third.row.index].as_py() is None
    assert first.header == third.header != b""


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.string_view(), pa.binary(), pa.large_binary()])
def test_text_in_any_type_of_string(tmp_path: Path, kind: pa.DataType) -> None:
    path = parquet(tmp_path / "a.parquet", text=pa.array([b"caf\xc3\xa9", None], pa.binary()).cast(kind))
    first, second = read([str(path)], CONFIG)
    assert good(first).text == "café"
    assert "null" in bad(second).message


def test_text_that_is_no_text(tmp_path: Path) -> None:
    path = parquet(tmp_path / "a.parquet", text=[1, 2])
    assert ["a number" in bad(record).message for record in read([str(path)], CONFIG)] == [True, True]


def test_an_invalid_string_in_parquet_spoils_its_row_only(tmp_path: Path) -> None:
    offsets = pa.py_buffer(b"".join(n.to_bytes(4, "little") for n in (0, 1, 2)))
    broken = pa.Array.from_buffers(pa.string(), 2, [None, offsets, pa.py_buffer(b"\xe9b")])
    first, second = read([str(parquet(tmp_path / "a.parquet", text=broken))], CONFIG)
    assert bad(first).what == "encoding"
    assert good(second).text == "b"


def test_a_damaged_row_group_does_not_hide_the_others(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    table = pa.table({"text": [f"article {n}" for n in range(30)]})
    pq.write_table(table, path, row_group_size=10, use_dictionary=False, compression="none")
    begin = pq.ParquetFile(path).metadata.row_group(1).column(0).data_page_offset
    data = bytearray(path.read_bytes())
    data[begin : begin + 12] = b"\xff" * 12
    path.write_bytes(data)
    found = list(read([str(path)], CONFIG))
    assert [record.offset for record in found] == [*range(11), *range(20, 30)]
    assert "rows 11 to 20" in bad(found[10]).message
    assert [record.position for record in found] == list(range(1, 22))


# gzip


def test_gzip_with_several_members_and_padding(tmp_path: Path) -> None:
    line = b'{"text": "a"}\n'
    data = gzip.compress(line * 50_000, mtime=0) + gzip.compress(line) + b"\0" * 9
    found = records(tmp_path / "a.jsonl.gz", data)
    assert len(found) == 50_001
    assert found[-1].offset == 50_000 * len(line)


@pytest.mark.parametrize("name", ["a.csv.gz", "a.TXT.GZ", "a.ndjson.gz"])
def test_gzip_of_every_format_with_bytes(tmp_path: Path, name: str) -> None:
    data = b'{"text": "a"}' if "json" in name else b"text\na"
    (record,) = records(tmp_path / name, gzip.compress(data, mtime=0))
    assert good(record).text == ("text\na" if "TXT" in name else "a")


def test_what_was_decompressed_before_the_damage_is_given(tmp_path: Path) -> None:
    lines = b"".join(b'{"id": %d, "text": "%s"}\n' % (n, os.urandom(40).hex().encode()) for n in range(20_000))
    whole = gzip.compress(lines, mtime=0)
    *before, last = records(tmp_path / "a.jsonl.gz", whole[: len(whole) // 2])
    assert len(before) > 5_000
    assert all(record.problem is None for record in before)
    assert "cut off" in bad(last).message
    assert lines.startswith(rejoined([*before, last]))


@pytest.mark.parametrize("data", [b"", b"plain", gzip.compress(b'{"text": "a"}\n', mtime=0)[:-3]])
def test_damaged_gzip(tmp_path: Path, data: bytes) -> None:
    assert bad(records(tmp_path / "a.jsonl.gz", data)[-1]).what == "gzip"


def test_a_tap_sees_every_stored_byte_once(tmp_path: Path) -> None:
    data = b"not gzip" * CHUNK
    path = tmp_path / "a.gz"
    path.write_bytes(data)
    seen: list[bytes] = []
    chunks = Chunks(str(path), compression="gzip", tap=seen.append)
    assert list(chunks) == []
    assert chunks.failure is not None
    assert b"".join(seen) == data


# Paths


def tree(base: Path, *names: str) -> None:
    for name in names:
        path = base / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b'{"text": "x"}')


def test_folders_are_read_in_order_and_only_what_is_known(tmp_path: Path) -> None:
    tree(tmp_path, "b.txt", "a/z.jsonl", "a/c/1.md", ".hidden.txt", ".git/x.txt", "x.pdf", "x.json", "A.csv")
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    (tmp_path / "link.txt").symlink_to(tmp_path / "b.txt")
    found = [os.path.relpath(record.path, tmp_path) for record in read([str(tmp_path)], CONFIG)]
    assert found == ["a/c/1.md", "a/z.jsonl", "b.txt", "link.txt"]


def test_files_are_read_in_the_order_named(tmp_path: Path) -> None:
    tree(tmp_path, "b.txt", "a.txt")
    names = [str(tmp_path / "b.txt"), str(tmp_path / "a.txt"), str(tmp_path / "b.txt")]
    assert [record.path for record in read(names, CONFIG)] == names


def test_everything_named_is_checked_before_anything_is_read(tmp_path: Path) -> None:
    tree(tmp_path, "article.txt")
    with pytest.raises(ReadError, match=r"articel\.txt: there is no such file or folder; did you mean “article\.txt”"):
        read([str(tmp_path / "article.txt"), str(tmp_path / "articel.txt")], CONFIG)


def test_a_link_that_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nothing")
    with pytest.raises(ReadError, match="cannot be read"):
        read([str(tmp_path / "gone.txt")], CONFIG)
    (record,) = read([str(tmp_path)], CONFIG)  # found, not named
    assert bad(record).what == "file"


def test_a_file_that_vanishes_is_a_problem_and_reading_goes_on(tmp_path: Path) -> None:
    tree(tmp_path, "a.jsonl", "b.parquet", "c.txt")
    found = read([str(tmp_path / name) for name in ("a.jsonl", "b.parquet", "c.txt")], CONFIG)
    (tmp_path / "a.jsonl").unlink()
    (tmp_path / "b.parquet").unlink()
    first, second, third = found
    assert (bad(first).what, bad(second).what) == ("file", "parquet")
    assert good(third).text == '{"text": "x"}'


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv"])
def test_lines_in_an_encoding_that_cannot_be_cut(tmp_path: Path, name: str) -> None:
    tree(tmp_path, name)
    with pytest.raises(ReadError, match="convert the file to UTF-8"):
        read([str(tmp_path / name)], Config(encoding="utf-16"))
    with pytest.raises(ReadError, match="convert the file to UTF-8"):
        list(read([str(tmp_path)], Config(encoding="utf-16")))


def test_json_lines_and_csv_in_another_encoding(tmp_path: Path) -> None:
    config = Config(encoding="cp1252")
    assert good(records(tmp_path / "a.jsonl", '{"text": "“é”"}'.encode("cp1252"), config)[0]).text == "“é”"
    assert good(records(tmp_path / "a.csv", "text\n“é”".encode("cp1252"), config)[0]).text == "“é”"
    assert bad(records(tmp_path / "a.jsonl", b'{"text": "\x81"}', config)[0]).what == "encoding"


# Standard input


@pytest.mark.parametrize(
    ("data", "texts"),
    [
        (b'{"text": "a"}\n{"text": "b"}\n', ["a", "b"]),
        (b'\xef\xbb\xbf\n {"text": "a"}', ["a"]),
        (b"Plain text {x}\n", ["Plain text {x}\n"]),
        (b"", [""]),
    ],
)
def test_standard_input_is_told_by_its_first_sign(data: bytes, texts: list[str]) -> None:
    found = list(read(["-"], CONFIG, stdin=io.BytesIO(data)))
    assert [good(record).text for record in found] == texts
    assert {record.path for record in found} == {"-"}
    assert b"".join(record.raw for record in found) == data


def test_standard_input_in_a_named_format() -> None:
    (record,) = read(["-"], CONFIG, stdin=io.BytesIO(b"id,text\n1,{x}"), format="csv")
    assert good(record).text == "{x}"


def test_wrong_use_of_standard_input_and_formats(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="there is none"):
        read(["-"], CONFIG)
    with pytest.raises(ReadError, match="more than once"):
        read(["-", "-"], CONFIG, stdin=io.BytesIO())
    with pytest.raises(ReadError, match="did you mean “jsonl”"):
        read(["-"], CONFIG, stdin=io.BytesIO(), format="json")
    with pytest.raises(ReadError, match="Parquet"):
        read(["-"], CONFIG, stdin=io.BytesIO(), format="parquet")


def test_a_pipe_is_opened_once(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    script = f"import json; open({str(pipe)!r}, 'w').write(json.dumps('x'))"
    with subprocess.Popen([sys.executable, "-c", script]):
        (record,) = read([str(pipe)], CONFIG)
    assert good(record).text == '"x"'


def test_a_format_holds_for_what_is_named_not_for_folders(tmp_path: Path) -> None:
    tree(tmp_path, "a.txt")
    assert good(next(read([str(tmp_path / "a.txt")], CONFIG, format="jsonl"))).text == "x"
    assert good(next(read([str(tmp_path)], CONFIG, format="jsonl"))).text == '{"text": "x"}'


def test_reading_text_needs_no_pyarrow(tmp_path: Path) -> None:
    tree(tmp_path, "a.txt")
    script = (
        "import sys; from auditor.readers import read; from auditor.config import Config; "
        f"list(read([{str(tmp_path / 'a.txt')!r}], Config())); print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert not {"pyarrow", "pandas", "numpy"} & set(done.stdout.split())


def test_what_json_lines_hold_is_what_was_written(tmp_path: Path) -> None:
    texts = ["", "a\nb", "\x00", "“é” 😀", "\u2028", "\ud800"]
    found = records(tmp_path / "a.jsonl", "".join(json.dumps({"text": text}) + "\n" for text in texts).encode())
    assert [good(record).text for record in found] == texts
