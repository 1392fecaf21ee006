"""The HTML report on many articles: time and memory to write it, its size, and how soon it answers in Chromium.

    python -m benchmarks.html_report                    # 100,000 articles, and 10,000 beside them for the memory
    python -m benchmarks.html_report --articles 5000    # quick
    ... --write                                         # also into benchmarks/README.md

Real articles (see `corpus`) are audited once and passed on again and again under new ids, as the report is measured and
not the audit. CPU time stands beside that of a reference in the same run: the same texts and findings, written as one
file of JSON Lines. Time and memory are those of the whole report, Markdown and tables too; the size is that of the HTML
as a multiple of that file, which holds what the report shows and no more.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from auditor.document import Document
from auditor.engine import Auditor
from auditor.policy import Facts, decide
from auditor.report import Audited, Place, finding_rows
from auditor.writers import charts, html
from auditor.writers.report_folder import write_report
from benchmarks.corpus import articles
from tools.evaluation_data import ROOT

README = ROOT / "benchmarks" / "README.md"
DISTINCT = 2_000
_SHOWN = ("code", "severity", "start", "end", "line", "column", "message", "suggestion", "edits", "evidence")


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description="Measure the HTML report.")
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--write", action="store_true", help="write the table into benchmarks/README.md")
    parser.add_argument("--keep", type=Path, help="leave the report in this folder")
    parser.add_argument("--write-only", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.write_only:
        print(json.dumps(write(arguments.articles, arguments.write_only)))
        return
    with tempfile.TemporaryDirectory() as scratch:
        small = child(max(1, arguments.articles // 10), Path(scratch) / "small")
        folder = arguments.keep or Path(scratch) / "large"
        large = child(arguments.articles, folder)
        rows = [
            ("articles", f"{arguments.articles:,}"),
            ("findings", f"{large['findings']:,.0f}"),
            ("texts and findings as JSON Lines", f"{large['reference_bytes'] / 1e6:,.1f} MB"),
            ("report folder", f"{large['bytes'] / 1e6:,.1f} MB in {large['files']:,.0f} files"),
            ("size, as a multiple of the JSON Lines", f"{large['bytes'] / large['reference_bytes']:.2f}"),
            ("CPU time of the report, as a multiple of the JSON Lines", f"{large['seconds'] / large['reference']:.1f}"),
            (f"memory added by {arguments.articles // 10:,} articles", f"{small['memory']:.0f} MB"),
            (f"memory added by {arguments.articles:,} articles", f"{large['memory']:.0f} MB"),
        ]
        rows += browse(folder / "html")
        if arguments.write:
            store(rows)
        width = max(len(name) for name, _ in rows)
        for name, value in rows:
            print(f"{name:<{width}}  {value}")


def child(count: int, folder: Path) -> dict[str, float]:
    """Write a report in a process of its own, so that its memory is its own."""
    command = [sys.executable, "-m", "benchmarks.html_report", "--articles", str(count), "--write-only", str(folder)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def write(count: int, folder: Path) -> dict[str, float]:
    """Write a report on so many articles, then the reference: CPU seconds, bytes, files, findings, MB added."""
    with Auditor() as auditor:
        audited = [slim(auditor, text, number) for number, text in enumerate(articles(DISTINCT))]

        def entries() -> Iterator[Audited]:
            for number in range(count):
                kept = audited[number % len(audited)]
                meta = {
                    "title": f"Article {number} on the subject of the day",
                    "source": f"site-{number % 200}.example",
                }
                document = Document(kept.audit.document.text, f"record-{number:07}", meta)
                yield Audited(
                    Place("articles.jsonl", number + 1, number + 1, "text"),
                    kept.audit._replace(document=document),
                    kept.decision,
                )

        html.check_installed()  # the libraries are loaded before the memory is looked at
        charts.check_installed()
        before = peak()
        begin = time.process_time()
        summary = write_report(entries(), auditor, folder)
        seconds = time.process_time() - begin
        memory = peak() - before

        reference = folder.with_name(f"{folder.name}.jsonl")
        begin = time.process_time()
        with reference.open("w", encoding="utf-8", errors="replace") as out:
            for entry in entries():
                rows = finding_rows(entry.audit, entry.place, "")
                shown = [{key: row[key] for key in _SHOWN} for row in rows]
                record = {"id": entry.audit.article_id, "text": entry.audit.document.text, "findings": shown}
                out.write(json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n")
        elapsed = time.process_time() - begin
    files = [path for path in (folder / "html").rglob("*") if path.is_file()]
    figures = {
        "seconds": seconds,
        "reference": elapsed,
        "bytes": sum(path.stat().st_size for path in files),
        "reference_bytes": reference.stat().st_size,
        "files": len(files),
        "findings": summary.figures.findings,
        "memory": memory,
    }
    reference.unlink()
    return figures


def store(rows: Sequence[tuple[str, str]]) -> None:
    """Put the table between its marks in benchmarks/README.md."""
    text = README.read_text(encoding="utf-8")
    table = "\n".join(["| what | measured |", "| --- | --- |", *(f"| {name} | {value} |" for name, value in rows)])
    head, begin, rest = text.partition("<!-- html -->")
    end = rest.index("<!-- html end -->")
    README.write_text(f"{head}{begin}\n\n{table}\n\n{rest[end:]}", encoding="utf-8")


def slim(auditor: Auditor, text: str, number: int) -> Audited:
    """An audited article without the views of its text, which the rules asked for."""
    audit = auditor.audit(Document(text, str(number)))
    decision = decide(Facts.of(audit), auditor.config.policy)
    return Audited(Place("", None, number, ""), audit._replace(document=Document(text, str(number))), decision)


def peak() -> float:
    """The most memory that this process had so far, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def browse(folder: Path) -> list[tuple[str, str]]:
    """How soon the report answers in Chromium; a row that says so where there is none."""
    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if program is None or driver is None:
        return [("in Chromium", "not measured: chromium and chromium-driver are not installed")]
    from tests.browser.page import Page

    page = Page(program, driver)
    try:
        page.reset()
        page.open(folder)
        ready = page.run(
            "const t = performance.getEntriesByType('navigation')[0]; return [t.domInteractive, t.loadEventEnd]"
        )
        begin = time.perf_counter()
        page.one('header a[data-view="articles"]').click()
        page.wait(lambda: len(page.all("#list tbody tr")) > 0)
        table = time.perf_counter() - begin
        begin = time.perf_counter()
        page.one('#list th[data-key="words"] button').click()
        page.wait(lambda: page.all('#list th[data-key="words"][aria-sort]'))
        sort = time.perf_counter() - begin
        begin = time.perf_counter()
        page.one("#list td.name a").click()
        page.wait(lambda: page.all("#view-article .text"))
        article = time.perf_counter() - begin
        heap = page.run("return performance.memory ? performance.memory.usedJSHeapSize / 1e6 : 0")
    finally:
        page.quit()
    return [
        ("overview: DOM ready, then all loaded", f"{ready[0]:.0f} ms, {ready[1]:.0f} ms"),
        ("table of all articles, from the click", f"{table:.2f} s"),
        ("sorted by another column", f"{sort:.2f} s"),
        ("an article opened", f"{article:.2f} s"),
        ("memory of the page's script", f"{heap:.0f} MB"),
    ]


if __name__ == "__main__":
    main()
