"""report.md as a reader of GitHub's Markdown takes it: tables, links and marks are ours, and nothing else is markup."""

from __future__ import annotations

import re
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from auditor.document import Document
from auditor.figures import Figures
from auditor.writers.charts import Chart
from auditor.writers.markdown import MarkdownReport
from auditor.writers.report_folder import write_report
from auditor.writers.telling import Summary
from tests.conftest import ROOT
from tests.sample_audits import ENGLISH, entries, sample_auditor

HOSTILE = (
    "<script>alert(1)</script> </picture> `code` [link](javascript:alert(1)) ![i](http://x.y/z.png) # head | cell "
    "**bold** www.evil.example https://evil.example &lt; $x$ ~~no~~ <!-- \" ' \u202e"
)
OUR_TAGS = {"b", "br", "picture", "source", "img"}


def tokens(text: str) -> list[Token]:
    """All tokens, those inside lines too."""
    found: list[Token] = []
    for token in MarkdownIt("gfm-like").parse(text):
        found.append(token)
        found.extend(token.children or [])
    return found


def links(text: str) -> set[str]:
    return {str(token.attrs["href"]) for token in tokens(text) if token.type == "link_open"}


def tags(text: str) -> set[str]:
    raw = [token.content for token in tokens(text) if token.type in ("html_inline", "html_block")]
    return {tag for content in raw for tag in re.findall(r"</?\s*([a-z!-]+)", content)}


def anchors(text: str) -> set[str]:
    """The anchors that GitHub gives the headings."""
    found = MarkdownIt("gfm-like").parse(text)
    heads = [found[at + 1].content for at, token in enumerate(found) if token.type == "heading_open"]
    return {f"#{re.sub(r'[^a-z0-9 -]', '', head.lower()).replace(' ', '-')}" for head in heads}


def written(folder: Path, *documents: Document, rule_pages: str = "") -> str:
    write_report(entries(documents), sample_auditor(), folder, rule_pages=rule_pages)
    return (folder / "report.md").read_text(encoding="utf-8")


def test_every_link_leads_into_the_file(tmp_path: Path) -> None:
    text = written(tmp_path, Document("TORN STUB", "a"), Document(ENGLISH, "b"), Document("CRASH", "c"))
    assert {"#article-1", "#mt190-torn-word", "#bp290-stub-line"} == links(text)
    assert links(text) <= anchors(text)


def test_a_hostile_article_makes_no_link_and_no_tag(tmp_path: Path) -> None:
    meta = {"title": HOSTILE, "source": HOSTILE, "url": HOSTILE, "date": HOSTILE}
    text = written(
        tmp_path,
        Document(f"{HOSTILE} TORN {HOSTILE}\n\n# {HOSTILE}", HOSTILE, meta),
        Document("TORN", "b", {"source": "x"}),
    )
    assert links(text) == {"#article-1", "#article-2", "#mt190-torn-word"}
    assert tags(text) <= OUR_TAGS
    assert not [token for token in tokens(text) if token.type in ("s_open", "fence", "code_block")]
    assert "code" not in {token.content for token in tokens(text) if token.type == "code_inline"}
    assert {str(token.attrs.get("src", "")) for token in tokens(text) if token.type == "image"} == set()
    assert "\u202e" not in text


def test_the_committed_report_is_markdown_as_it_is_meant() -> None:
    text = (ROOT / "reports" / "report.md").read_text(encoding="utf-8")
    assert tags(text) == OUR_TAGS
    inside = {link for link in links(text) if link.startswith("#")}
    assert inside <= anchors(text)
    assert all(link.startswith("../rules/") for link in links(text) - inside)
    tables = [token for token in tokens(text) if token.type == "table_open"]
    assert len(tables) == text.count("\n| ---")


def test_the_worst_sources_come_first(tmp_path: Path) -> None:
    documents = [Document("TORN", f"a{n}", {"source": "bad.example"}) for n in range(8)]
    documents += [Document(ENGLISH, f"b{n}", {"source": "good.example"}) for n in range(8)]
    documents += [Document("TORN", "once", {"source": "small.example"}), Document("TORN", "none")]
    text = written(tmp_path, *documents)
    rows = re.findall(r"^\| (\w+\.example) \| (\d+) \| (\S+ \(\S+ %\)) ", text, re.MULTILINE)
    assert rows == [("bad.example", "8", "8 (100 %)"), ("small.example", "1", "1 (100 %)")]


def test_charts_stand_in_both_themes(tmp_path: Path) -> None:
    text = written(tmp_path, Document("TORN", "a"))
    assert '<source media="(prefers-color-scheme: dark)" srcset="html/charts/grades-dark.svg">' in text
    for name in re.findall(r'(?:src|srcset)="([^"]+)"', text):
        assert (tmp_path / name).is_file()


def test_a_description_of_a_chart_stays_in_its_attribute(tmp_path: Path) -> None:
    summary = Summary()
    summary.close(sample_auditor())
    chart = Chart("grades", "x", f'{HOSTILE} " onerror="alert(1)')
    MarkdownReport(sample_auditor()).write(summary, tmp_path / "r.md", [chart], [Figures("a")], [HOSTILE])
    text = (tmp_path / "r.md").read_text(encoding="utf-8")
    assert tags(text) <= OUR_TAGS
    assert '" onerror' not in text


def test_rule_pages_are_linked_for_our_own_catalogue_only(tmp_path: Path) -> None:
    text = written(tmp_path, Document("TORN", "a"), rule_pages="https://x.example/a b/(rules)/")
    assert links(text) == {"#article-1", "#mt190-torn-word"}, "a rule of another folder has no page there"
