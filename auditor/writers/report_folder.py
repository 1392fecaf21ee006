"""A report as a folder: the tables, `report.md` and the HTML report, written while the articles pass by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from auditor.engine import Auditor
from auditor.figures import Figures
from auditor.report import SCHEMAS, Entry, Row
from auditor.writers import charts, html
from auditor.writers.files import atomic, make_folder
from auditor.writers.markdown import MarkdownReport
from auditor.writers.tables import TableWriter, csv_rows
from auditor.writers.telling import Summary, Told

FORMATS = ("all", "markdown", "html")
"""What is written beside the tables: `report.md` and `html/`, or one of them."""


def write_report(
    entries: Iterable[Entry],
    auditor: Auditor,
    folder: Path,
    *,
    format: str = "all",
    rule_pages: str = "",
    earlier: Sequence[Figures] = (),
    compare: Callable[[Figures, Figures], Sequence[str]] | None = None,
) -> Summary:
    """Write a report into a folder: the four tables as CSV and Parquet, `report.md`, and `html/`.

    Entries are taken one by one, and memory does not grow with them but for the sources (10,000 of them are counted)
    and the sections of the 500 worst articles. The files depend on the entries, the configuration, the earlier runs and
    the versions of this and the plotting library alone.

    format: one of `FORMATS`. rule_pages: where the pages of rules are, see `MarkdownReport`. earlier: the figures of
    runs before, the oldest first; compare: tells what changed from the last of them to this run, as sentences.
    Raises WriteError, and LibraryMissing when HTML is asked for and a library is not installed.
    """
    if format != "markdown":
        html.check_installed()
        charts.check_installed()
    make_folder(folder)
    summary = Summary()
    summary.figures.name = "this run"
    page = html.HtmlReport(folder / "html", auditor) if format != "markdown" else None
    text = MarkdownReport(auditor, rule_pages) if format != "html" else None
    with _Tables(folder) as tables:
        for told in summary.watched(entries, auditor.config.fingerprint()):
            tables.add(told)
            if page is not None:
                page.add(told)
            if text is not None:
                text.add(told)
        tables.write("problems", summary.close(auditor))
        tables.write("rules", summary.rules)
    changes = compare(earlier[-1], summary.figures) if compare is not None and earlier else ()
    drawn = charts.write_charts(summary.figures, earlier, folder / "html" / "charts") if page is not None else []
    if text is not None:
        text.write(summary, folder / "report.md", drawn, earlier, changes)
    if page is not None:
        page.close(summary, drawn, changes)
    return summary


class _Tables:
    """The four tables, each as Parquet and as CSV, which get their names when all rows are written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stack = ExitStack()
        self._parquet: dict[str, TableWriter] = {}
        self._csv: dict[str, Callable[[Iterable[Row]], None]] = {}

    def __enter__(self) -> _Tables:
        with self._stack:
            for name, schema in SCHEMAS.items():
                file = self._stack.enter_context(atomic(self._folder / f"{name}.csv"))
                self._csv[name] = csv_rows(file, schema)
                self._parquet[name] = self._stack.enter_context(TableWriter(self._folder / f"{name}.parquet", schema))
            self._stack = self._stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def add(self, told: Told) -> None:
        """The rows of one entry."""
        if told.article is not None:
            self.write("articles", [told.article])
            self.write("findings", told.findings)
        self.write("problems", told.problems)

    def write(self, name: str, rows: Sequence[Row]) -> None:
        """Rows of one table."""
        self._csv[name](rows)
        self._parquet[name].write(rows)
