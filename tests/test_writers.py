"""Lines, Markdown and table files: exact forms, nothing that acts, whole files or none."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from auditor.document import Document
from auditor.errors import WriteError
from auditor.report import FINDINGS, SCHEMAS, Audited, Entry, Place, Report, Unreadable
from auditor.span import Span
from auditor.writers import tables
from auditor.writers.escape import escape, escape_inside, escape_marked
from auditor.writers.files import atomic, make_folder
from auditor.writers.lines import JsonLinesWriter, JsonWriter, TextWriter
from auditor.writers.markdown import context
from auditor.writers.report_folder import write_report
from auditor.writers.tables import TableWriter, write_csv, write_tables
from auditor.writers.visible import visible
from tests.sample_audits import ENGLISH, GERMAN, entries, sample_auditor

KEYS = [
    "schema",
    "article_id",
    "path",
    "record_line",
    "field",
    "code",
    "name",
    "rule_version",
    "severity",
    "start",
    "end",
    "line",
    "column",
    "excerpt",
    "message",
    "suggestion",
    "edits",
    "evidence",
    "confidence",
]
HOSTILE = (
    "<script>alert(1)</script> `code` [link](javascript:alert(1)) ![i](http://x.y/z.png) # head | cell **bold** "
    "www.evil.example https://evil.example &lt; $x$ ~~no~~"
)


def file_of(entry: Entry, path: str = "in/000.txt") -> Entry:
    assert isinstance(entry, Audited)
    return Audited(Place(path, None, 1, ""), entry.audit, entry.decision)


def as_text(*given: Entry) -> str:
    out = io.StringIO()
    writer = TextWriter(out)
    for entry in given:
        writer.write(entry)
    writer.close()
    return out.getvalue()


def as_json_lines(*given: Entry) -> list[str]:
    out = io.StringIO()
    writer = JsonLinesWriter(out)
    for entry in given:
        writer.write(entry)
    writer.close()
    return out.getvalue().splitlines()


def report_on(folder: Path, *documents: Document) -> str:
    write_report(entries(documents), sample_auditor(), folder, format="markdown")
    return (folder / "report.md").read_text(encoding="utf-8")


def test_text_names_file_line_and_column() -> None:
    given = [file_of(entry) for entry in entries([Document("a\nbc TORN.")])]
    assert as_text(*given).splitlines()[0] == "in/000.txt:2:4: major MT190 “TORN.” is torn"


def test_text_names_the_line_and_the_id_of_a_record() -> None:
    given = entries([Document("a\nbc TORN.", "x7")])
    assert as_text(*given).splitlines()[0] == "articles.jsonl:1: major MT190 [x7 2:4] “TORN.” is torn"


def test_text_shows_the_suggestion_the_verdict_and_the_count() -> None:
    lines = as_text(*entries([Document("STUB TORN", "x7")])).splitlines()
    assert lines[0].endswith("“STUB” is left over (suggestion: =remove it)")
    assert lines[2].startswith("articles.jsonl:1: [x7] verdict quarantine, grade D: 20 damage points")
    assert lines[3] == "1 article, 2 findings in 1 of them (1 major, 1 minor)"


def test_text_of_clean_articles_is_one_line() -> None:
    assert as_text(*entries([Document(ENGLISH), Document(ENGLISH)])) == "2 articles, no findings\n"


def test_text_tells_problems() -> None:
    unreadable = Unreadable(Place("a.jsonl", 9, 9, "text"), "json", "no JSON")
    lines = as_text(unreadable, *entries([Document("CRASH", "c")])).splitlines()
    assert lines[0] == "a.jsonl:9: unreadable json: no JSON"
    assert lines[1] == "articles.jsonl:1: [c] failure NM490: ValueError('broken on purpose')"
    assert lines[-1] == "1 article, no findings; 2 problems (1 failure, 1 unreadable)"


def test_text_holds_no_character_that_acts_on_a_terminal() -> None:
    shown = as_text(*entries([Document("TORN\x1b[31m TORN\u202e", "id\x07\n2")]))
    assert not set(shown.replace("\n", "")) & {"\x1b", "\x07", "\u202e", "\r"}
    assert "TORN<U+202E>" in shown
    assert "[id<U+0007><U+000A>2 " in shown


def test_json_lines_have_the_keys_of_schema_1_in_order() -> None:
    line = as_json_lines(*entries([Document("TORN STUB STUB", "000")]))[0]
    assert list(json.loads(line)) == KEYS


def test_json_lines_hold_the_values_of_a_finding() -> None:
    lines = as_json_lines(*entries([Document("TORN STUB STUB", "000")]))
    torn, stub = map(json.loads, lines)
    assert (torn["schema"], torn["article_id"], torn["record_line"], torn["field"]) == (1, "000", 1, "text")
    assert torn["edits"] == [{"start": 0, "end": 5, "text": "whole", "safe": True}]
    assert (torn["suggestion"], torn["evidence"], torn["confidence"]) == (None, [], 1.0)
    assert (stub["evidence"], stub["suggestion"], stub["excerpt"]) == ([[10, 14]], "=remove it", "STUB")


@pytest.mark.parametrize("tail", ["\n", "\u2028", "\x85", "\ud83d", "\x00", "😀", "”"])
def test_json_lines_are_ascii_and_one_line_each(tail: str) -> None:
    lines = as_json_lines(*entries([Document(f"TORN{tail}", f"id{tail}")]))
    assert len(lines) == 1
    assert lines[0].isascii()
    assert json.loads(lines[0])["excerpt"] == f"TORN{tail}"
    assert json.loads(lines[0])["article_id"] == f"id{tail}"


def test_the_json_document_holds_articles_findings_and_problems() -> None:
    out = io.StringIO()
    writer = JsonWriter(out, "abc")
    for entry in (*entries([Document("TORN CRASH", "1")]), Unreadable(Place("a", None, 1, ""), "file", "gone")):
        writer.write(entry)
    writer.close()
    document = json.loads(out.getvalue())
    head = ["schema", "auditor_version", "config_hash"]
    assert list(document) == [*head, "articles", "findings", "problems", "suppressed"]
    assert list(document["articles"][0]) == list(SCHEMAS["articles"])[:-2]
    assert list(document["findings"][0]) == KEYS
    assert [row["kind"] for row in document["problems"]] == ["failure", "unreadable"]


def test_the_json_document_of_nothing_is_valid() -> None:
    out = io.StringIO()
    JsonWriter(out, "abc").close()
    assert json.loads(out.getvalue())["findings"] == []


@pytest.mark.parametrize(("char", "shown"), [("\u202e", "<U+202E>"), ("\x00", "<U+0000>"), ("\ud800", "<U+D800>")])
def test_unseen_characters_are_shown_as_code_points(char: str, shown: str) -> None:
    assert visible(f"a{char}“é😀 \u00a0") == f"a{shown}“é😀 \u00a0"


def test_markup_is_escaped() -> None:
    assert escape("<b>`*_[x](y)|~$&") == "&lt;b&gt;\\`\\*\\_\\[x\\](y)\\|\\~\\$&amp;"
    assert escape("see https://x.y and WWW.x.y") == "see https\\://x.y and WWW\\.x.y"


@pytest.mark.parametrize("text", ["# a", "- a", "+ a", "1. a", "12) a", "=== a", "    - a", "> a", "--- a"])
def test_a_line_never_begins_a_block(text: str) -> None:
    assert re.match(r"(\d*\\)|&gt;", escape(text))


def test_text_inside_a_line_keeps_its_full_stop() -> None:
    assert escape_inside(". And then") == ". And then"


def test_white_space_of_a_marked_passage_is_seen() -> None:
    assert escape_marked("a b  c ") == "a b␣␣c␣"
    assert escape_marked("x\n\u00a0y") == "x⏎&lt;U+00A0&gt;y"


def test_context_marks_the_passage_and_cuts_at_words() -> None:
    text = "word " * 40 + "here is TORN today " + "word " * 40
    start = text.index("TORN")
    shown = context(text, Span(start, start + 4))
    assert "here is <b>⟦TORN⟧</b> today word" in shown
    assert shown.startswith("…word ")
    assert shown.endswith("word…")
    assert len(shown) < 200


def test_context_shows_line_breaks_as_a_sign() -> None:
    assert context("One.\n\nTORN two.\nThree", Span(6, 10)) == "One. ⏎ <b>⟦TORN⟧</b> two. ⏎ Three"


def test_context_of_a_whole_long_text_is_cut() -> None:
    assert len(context("x" * 5000, Span(0, 5000))) < 500


def test_the_report_begins_with_the_summary(tmp_path: Path) -> None:
    shown = report_on(tmp_path, Document("TORN STUB", "a"), Document(ENGLISH, "b"))
    headings = re.findall(r"^#+ .*", shown, re.MULTILINE)
    assert headings == [
        "# Audit report",
        "## Summary",
        "### Findings by rule",
        "### Worst articles",
        "## Articles",
        "### Article 1",
        "### Article 2",
        "## Rules",
        "### BP290 stub-line",
        "### MT190 torn-word",
    ]
    assert (
        "| [MT190 torn-word](#mt190-torn-word) | The word TORN and the character after it. | major | 1 | 1 | 500.0 |"
        in shown
    )
    assert "| [1](#article-1) | a |" in shown


def test_the_report_shows_passage_message_suggestion_and_edit(tmp_path: Path) -> None:
    shown = report_on(tmp_path, Document("Then STUB came and TORN. So", "a"))
    assert "> Then <b>⟦STUB⟧</b> came and TORN. So" in shown
    assert "*Suggestion:* \\=remove it" in shown
    assert "*Edit:* replace ⟦TORN.⟧ by ⟦whole⟧" in shown


def test_the_report_tells_what_was_not_done(tmp_path: Path) -> None:
    shown = report_on(tmp_path, Document(GERMAN, "a"), Document("CRASH", "b"))
    assert "Not done: readability: the article is not English" in shown
    assert "Crashed: NM490: ValueError('broken on purpose')" in shown
    assert "### Problems" in shown


def test_the_report_of_nothing_is_a_report(tmp_path: Path) -> None:
    shown = report_on(tmp_path)
    assert "0 articles, 0 words, 0 findings" in shown
    assert "## Articles" not in shown


def test_nothing_in_the_report_acts(tmp_path: Path) -> None:
    meta = {"title": HOSTILE, "source": HOSTILE, "url": "javascript:alert(1)"}
    shown = report_on(tmp_path, Document(f"{HOSTILE} TORN\n{HOSTILE}\n# x", f"../../{HOSTILE}\n\n# id", meta))
    assert "<script" not in shown
    assert not re.search(r"(?<!\\)\]\((?!#article-\d+\)|#[a-z]{2}\d{3}-[a-z-]+\))", shown)
    assert not re.search(r"(?<!\\)`(?!articles|findings|rules|problems|\.csv|\.parquet|auditor explain|[,. ])", shown)
    assert "://" not in shown.replace("\\://", "")
    assert set(re.findall(r"^#+ ", shown, re.MULTILINE)) == {"# ", "## ", "### "}
    assert "# id" not in re.findall(r"^#.*", shown, re.MULTILINE)


def test_every_table_row_of_the_report_has_the_cells_of_its_head(tmp_path: Path) -> None:
    shown = report_on(tmp_path, Document("TORN a|b", "i|d", {"title": "a | b\n| c"}))
    for table in re.findall(r"(?:^\|.*\n)+", shown, re.MULTILINE):
        assert len({len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()}) == 1


def test_the_report_writes_only_its_files(tmp_path: Path) -> None:
    report_on(tmp_path / "out", Document("TORN", "../../x"))
    assert {path.name for path in tmp_path.rglob("*")} == {
        "out",
        "report.md",
        *(f"{name}.{kind}" for name in SCHEMAS for kind in ("csv", "parquet")),
    }


def test_two_reports_are_the_same_bytes(tmp_path: Path) -> None:
    documents = [Document("TORN STUB", "a"), Document(GERMAN, "b"), Document("CRASH 😀", "c")]
    report_on(tmp_path / "one", *documents)
    report_on(tmp_path / "two", *documents)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_a_long_report_keeps_the_worst_articles_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auditor.writers.markdown.SHOWN_ARTICLES", 2)
    documents = [Document("TORN " * n, f"id{n}") for n in (1, 5, 2, 4, 3)]
    shown = report_on(tmp_path, *documents)
    assert re.findall(r"^### Article (\d)", shown, re.MULTILINE) == ["2", "4"]
    assert "the other 3 are in `articles.csv`" in shown


def test_csv_neutralises_formulas(tmp_path: Path) -> None:
    report = Report.collect(entries([Document("STUB TORN=", "=1+1"), Document("TORN", "-2")]), sample_auditor())
    write_csv(report.rows["findings"], FINDINGS, tmp_path / "f.csv")
    rows = list(csv.DictReader((tmp_path / "f.csv").open(encoding="utf-8", newline="")))
    assert [row["article_id"] for row in rows] == ["'=1+1", "'=1+1", "'-2"]
    assert rows[0]["suggestion"] == "'=remove it"
    assert rows[1]["suggestion"] == ""
    assert rows[0]["start"] == "0"


def test_csv_survives_line_breaks_quotation_marks_and_nulls(tmp_path: Path) -> None:
    report = Report.collect(entries([Document("TORN\n", 'a"b,\x00')]), sample_auditor())
    write_tables(report, tmp_path)
    row = next(csv.DictReader((tmp_path / "findings.csv").open(encoding="utf-8", newline="")))
    assert (row["article_id"], row["excerpt"]) == ('a"b,\x00', "TORN\n")


def test_flags_are_words_in_csv(tmp_path: Path) -> None:
    write_tables(Report.collect([], sample_auditor()), tmp_path)
    rows = list(csv.DictReader((tmp_path / "rules.csv").open(encoding="utf-8")))
    assert {(row["code"], row["stable"]) for row in rows} >= {("MT190", "true"), ("RD390", "false")}


def test_parquet_is_written_in_batches_of_the_same_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "BATCH_ROWS", 4)
    row = dict.fromkeys(FINDINGS)
    with TableWriter(tmp_path / "a.parquet", FINDINGS) as writer:
        for _ in range(5):
            writer.write([row, row])
    with TableWriter(tmp_path / "b.parquet", FINDINGS) as writer:
        writer.write([row] * 10)
    assert [pq.ParquetFile(tmp_path / "a.parquet").metadata.row_group(n).num_rows for n in range(3)] == [4, 4, 2]
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()


def test_long_texts_make_smaller_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "BATCH_CHARACTERS", 100)
    with TableWriter(tmp_path / "a.parquet", FINDINGS) as writer:
        writer.write([{**dict.fromkeys(FINDINGS), "excerpt": "x" * 60}] * 4)
    assert pq.ParquetFile(tmp_path / "a.parquet").metadata.num_row_groups == 2


def test_a_row_that_does_not_fit_the_schema_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="excerpt"), TableWriter(tmp_path / "a.parquet", FINDINGS) as writer:
        writer.write([{column: None for column in FINDINGS if column != "excerpt"}])
    assert not list(tmp_path.iterdir())


def test_a_broken_off_table_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(KeyError), TableWriter(tmp_path / "a.parquet", FINDINGS):
        raise KeyError
    assert not list(tmp_path.iterdir())


def test_a_broken_off_file_leaves_the_old_one(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old")
    with pytest.raises(TypeError), atomic(tmp_path / "a") as file:
        print("new", file=file, end=0)  # type: ignore[call-overload]
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("a", "old")]


def test_a_device_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    with atomic(Path("/dev/null")) as file:
        file.write("gone")
    assert not Path("/dev/null").is_file()


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "real").write_text("old")
    with atomic(tmp_path / "link") as file:
        file.write("new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WriteError, match="file: cannot be written"):
        make_folder(tmp_path / "file")
    with pytest.raises(WriteError, match=r"x\.csv: cannot be written: No such file"):
        write_csv([], FINDINGS, tmp_path / "none" / "x.csv")
    with pytest.raises(WriteError, match=r"x\.parquet: cannot be written"):
        TableWriter(tmp_path / "none" / "x.parquet", FINDINGS)
