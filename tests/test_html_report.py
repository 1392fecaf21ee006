"""The files of the HTML report: which there are, what they hold, and that nothing leads out of the folder."""

from __future__ import annotations

import builtins
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from auditor.document import Document
from auditor.errors import LibraryMissing, WriteError
from auditor.figures import Figures, SourceFigures
from auditor.report import Entry, Place, Unreadable
from auditor.writers import html
from auditor.writers.charts import write_charts
from auditor.writers.report_folder import write_report
from tests.sample_audits import ENGLISH, GERMAN, entries, sample_auditor

HOSTILE = "</script><script>alert(1)</script> \u2028 \u202e '\" & $x_1$ ]]>"


def report_on(folder: Path, *documents: Document, **options: Any) -> Path:
    write_report(entries(documents), sample_auditor(), folder, **options)
    return folder / "html"


def called(path: Path) -> tuple[str, Any]:
    """The function that a data file calls, and its argument, which is JSON."""
    found = re.fullmatch(r"auditorReport\.(\w+)\((.*)\);\n", path.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    return found[1], json.loads(found[2])


def names(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_the_folder_holds_only_these_files(tmp_path: Path) -> None:
    folder = report_on(tmp_path / "out", Document("TORN", "../../x", {"title": "../y", "source": "/etc/passwd"}))
    assert names(folder) == {
        "index.html",
        "report.css",
        "report.js",
        "data/about.js",
        "data/list-00000.js",
        "data/texts-00000.js",
        *(f"charts/{name}{suffix}.svg" for name in ("grades", "rules") for suffix in ("", "-dark")),
    }
    assert {path.name for path in tmp_path.iterdir()} == {"out"}


@pytest.mark.parametrize(
    ("format", "there"), [("markdown", {"report.md"}), ("html", {"html"}), ("all", {"report.md", "html"})]
)
def test_formats(tmp_path: Path, format: str, there: set[str]) -> None:
    report_on(tmp_path, Document("TORN", "a"), format=format)
    tables = {f"{name}.{kind}" for name in ("articles", "findings", "rules", "problems") for kind in ("csv", "parquet")}
    assert {path.name for path in tmp_path.iterdir()} == tables | there


def test_two_reports_are_the_same_bytes(tmp_path: Path) -> None:
    documents = [Document("TORN STUB", "a", {"source": "s"}), Document(GERMAN, "b"), Document("CRASH 😀", "c")]
    one, two = report_on(tmp_path / "one", *documents), report_on(tmp_path / "two", *documents)
    assert names(one) == names(two)
    for name in names(one):
        assert (one / name).read_bytes() == (two / name).read_bytes(), name


def test_the_data_hold_texts_and_findings(tmp_path: Path) -> None:
    folder = report_on(tmp_path, Document("😀 STUB and TORN. STUB", "a", {"title": "T"}))
    what, (number, (article,)) = called(folder / "data" / "texts-00000.js")
    assert (what, number) == ("texts", 0)
    assert article["text"] == "😀 STUB and TORN. STUB"
    stub, torn = article["findings"]
    assert stub[0] == "BP290"
    units = article["text"].encode("utf-16-le")
    assert units[2 * stub[2][0] : 2 * stub[2][1]].decode("utf-16-le") == "STUB"
    assert units[2 * torn[2][0] : 2 * torn[2][1]].decode("utf-16-le") == "TORN."
    assert torn[7] == [[torn[2], "whole", True]]
    assert [units[2 * a : 2 * b].decode("utf-16-le") for a, b in stub[8]] == ["STUB"]
    what, listed = called(folder / "data" / "list-00000.js")
    assert listed["columns"]["title"] == ["T"]
    assert listed["columns"]["codes"] == ["BP290 MT190"]


def test_every_article_is_in_the_list_and_in_its_texts_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html, "INDEX_ROWS", 7)
    monkeypatch.setattr(html, "BUCKET_ARTICLES", 4)
    folder = report_on(tmp_path, *(Document(f"TORN {n}", f"id{n}") for n in range(23)))
    _, about = called(folder / "data" / "about.js")
    assert (about["articles"], about["lists"], about["buckets"]) == (23, 4, [1, 5, 9, 13, 17, 21])
    listed = [i for n in range(4) for i in called(folder / "data" / f"list-{n:05}.js")[1]["columns"]["id"]]
    assert listed == [f"id{n}" for n in range(23)]
    shown = [a["id"] for n in range(6) for a in called(folder / "data" / f"texts-{n:05}.js")[1][1]]
    assert shown == listed


def test_a_smaller_report_leaves_no_file_of_a_larger_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html, "BUCKET_ARTICLES", 1)
    report_on(tmp_path, *(Document(f"TORN {n}", f"id{n}") for n in range(5)))
    own = tmp_path / "html" / "data" / "notes.js"
    own.write_text("mine", encoding="utf-8")
    folder = report_on(tmp_path, Document("TORN", "a"))
    assert {path.name for path in (folder / "data").iterdir()} == {
        "about.js",
        "list-00000.js",
        "texts-00000.js",
        "notes.js",
    }


def test_half_a_report_has_no_page(tmp_path: Path) -> None:
    report_on(tmp_path, Document("TORN", "a"))

    def broken() -> Iterator[Entry]:
        yield from entries([Document("TORN", "a")])
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_report(broken(), sample_auditor(), tmp_path)
    assert not (tmp_path / "html" / "index.html").exists()
    assert not list(tmp_path.rglob("*.partial"))


def test_a_long_text_is_cut_and_its_later_findings_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html, "SHOWN_CHARACTERS", 20)
    monkeypatch.setattr(html, "SHOWN_FINDINGS", 2)
    folder = report_on(tmp_path, Document(f"TORN.{'x' * 30} TORN. TORN.", "a"))
    ((article,),) = called(folder / "data" / "texts-00000.js")[1][1:]
    assert (len(article["text"]), article["characters"], article["more"]) == (20, 47, 1)
    assert [finding[2] for finding in article["findings"]] == [[0, 5], None]


def test_the_overview_is_escaped_and_counts(tmp_path: Path) -> None:
    meta = {"title": HOSTILE, "source": HOSTILE, "url": "javascript:alert(1)"}
    folder = report_on(tmp_path, Document(f"TORN {HOSTILE}", HOSTILE, meta), Document("CRASH", "c", {"source": "x"}))
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert "\u202e" not in page
    assert "<U+202E>" not in page
    assert "&lt;U+202E&gt;" in page
    assert "javascript:" not in page
    assert page.count("<script") == 2
    assert "default-src 'none'" in page
    assert "unsafe" not in page
    assert "broken on purpose" in page
    assert not re.search(r"""(?:src|href)=["'](?:https?:)?//""", page)
    assert not re.search(r"\bstyle=|\bon\w+=", page)


def test_our_own_script_and_style_ask_nobody() -> None:
    folder = Path(html.__file__).parent / "page"
    for name in ("report.js", "report.css"):
        text = (folder / name).read_text(encoding="utf-8")
        assert not re.search(
            r"\bfetch\(|XMLHttpRequest|WebSocket|@import|url\(|innerHTML|outerHTML|insertAdjacent|eval\(", text
        )
        assert "http" not in text.replace("https?:", "")


def test_lone_surrogates_do_not_stop_the_report(tmp_path: Path) -> None:
    folder = report_on(tmp_path, Document("TORN\ud83d x STUB", "id\ud800", {"source": "s\udfff", "title": "\ud83d"}))
    article = called(folder / "data" / "texts-00000.js")[1][1][0]
    assert article["text"] == "TORN? x STUB"


def test_problems_stand_on_the_overview(tmp_path: Path) -> None:
    unreadable = Unreadable(Place("a.jsonl", 9, 9, "text"), "json", "no <JSON>")
    summary = write_report([unreadable], sample_auditor(), tmp_path)
    page = (tmp_path / "html" / "index.html").read_text(encoding="utf-8")
    assert "no &lt;JSON&gt;" in page
    assert "a.jsonl:9" in page
    assert summary.kinds == {"unreadable"}


def test_rule_pages_are_in_the_report(tmp_path: Path, rules: Any) -> None:
    from auditor.config import Config
    from auditor.engine import Auditor

    with Auditor(Config(select=("BP201",))) as auditor:
        write_report(entries([Document(f"{ENGLISH}\n\nsource site-34", "a")], auditor), auditor, tmp_path)
    _, about = called(tmp_path / "html" / "data" / "about.js")
    ((code, name, severity, _, findings, articles, sections),) = about["rules"]
    assert (code, name, severity, findings, articles) == ("BP201", "source-site-stub", "major", 1, 1)
    titles = [title for title, _ in sections]
    assert titles[:3] == ["Why it matters", "What it reports", "What it leaves alone"]
    kinds = {kind for _, blocks in sections for kind, _ in blocks}
    assert {"p", "bad", "good", "fixed"} <= kinds


@pytest.mark.parametrize("library", ["jinja2", "matplotlib"])
def test_a_missing_library_is_told_with_its_cure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: str) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name.partition(".")[0] == library:
            raise ModuleNotFoundError(f"No module named '{library}'", name=library)
        return real(name, *rest)

    for name in [name for name in sys.modules if name.partition(".")[0] == library]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(LibraryMissing, match=rf'{library} is not installed; pip install "article-auditor\[report\]"'):
        report_on(tmp_path / "out", Document("TORN", "a"))
    assert not (tmp_path / "out").exists()
    report_on(tmp_path / "out", Document("TORN", "a"), format="markdown")


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "html").write_text("a file", encoding="utf-8")
    with pytest.raises(WriteError, match="html"):
        report_on(tmp_path, Document("TORN", "a"))


def figures(name: str, articles: int, kept: int) -> Figures:
    made = Figures(name, articles, 10 * articles, 2 * articles, articles)
    made.grades.update(A=kept, D=articles - kept)
    made.verdicts.update(keep=kept, quarantine=articles - kept)
    made.touching.update(MT190=articles - kept)
    made.rules["MT190"] = "torn-word"
    made.sources.update(
        {"b <i>": SourceFigures(articles, articles - kept, 3, 1.0), "$a_1$ \uffff": SourceFigures(9, 9, 9, 9.0)}
    )
    return made


def test_charts_are_deterministic_drawings_with_their_labels(tmp_path: Path) -> None:
    now, then = figures("now", 100, 60), figures("th\u202een", 50, 40)
    one, two = (write_charts(now, [then], tmp_path / name) for name in ("one", "two"))
    assert [chart.name for chart in one] == ["grades", "rules", "sources", "runs"]
    assert one == two
    assert "A 60, B 0, C 0, D 40, F 0" in one[0].alt
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()
        drawing = ElementTree.fromstring(path.read_text(encoding="utf-8"))
        texts = {each.text for each in drawing.iter("{http://www.w3.org/2000/svg}text")}
        assert not [each for each in drawing.iter() if each.tag.endswith(("script", "image", "foreignObject"))]
        if path.stem == "grades":
            assert {"A", "60", "40"} <= texts
        if path.stem == "sources":
            assert {"$a_1$ <U+FFFF>", "b <i>", "100 %", "40 %"} <= texts
        if path.stem == "runs":
            assert {"now", "th<U+202E>en"} <= texts


def test_one_source_alone_has_no_chart(tmp_path: Path) -> None:
    alone = figures("now", 10, 5)
    del alone.sources["b <i>"]
    assert [chart.name for chart in write_charts(alone, [], tmp_path)] == ["grades", "rules"]
    assert write_charts(Figures(), [], tmp_path / "none") == []
