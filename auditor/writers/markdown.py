"""The report for editors: one Markdown file, a summary first, then each article with the marked passages in context."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from auditor._version import __version__
from auditor.config import GRADES, VERDICTS
from auditor.engine import Auditor
from auditor.finding import Edit, Finding, Severity, shorten
from auditor.report import Audited, Entry, Report, Row, article_row
from auditor.span import Span
from auditor.text.readability import INDICES
from auditor.writers.escape import escape, escape_inside, escape_marked, escape_start
from auditor.writers.files import atomic, make_folder
from auditor.writers.lines import counted, is_record
from auditor.writers.tables import write_tables

CONTEXT = 80
"""So many characters before and after a marked passage are shown."""
LONGEST_PASSAGE = 400
"""A longer marked passage is cut in its middle."""
SHOWN_ARTICLES = 500
"""So many articles are shown in full, those with the most points; the tables hold all."""
SHOWN_FINDINGS = 200
"""So many findings of one article are shown, the first in the text; the tables hold all."""
SHOWN_EVIDENCE = 3
"""So many further places that prove a finding are shown."""
WORST = 25
"""So many articles stand in the table of the worst."""
SHOWN_PROBLEMS = 200
"""So many problems stand in the table of problems."""

_END = (
    "The tables beside this file hold everything: `articles`, `findings`, `rules`, `problems`, as `.csv` and "
    "`.parquet`. `auditor explain CODE` tells why a rule exists and what it leaves alone.\n"
)
_BREAKS = re.compile(r"\s*[\r\n]\s*")
_INDEX_TITLES = (
    "Flesch reading ease",
    "Flesch–Kincaid grade",
    "Gunning fog",
    "SMOG",
    "Coleman–Liau",
    "ARI",
    "Dale–Chall",
)


def write_report(entries: Iterable[Entry], auditor: Auditor, folder: Path) -> Report:
    """Write `report.md` and the four tables as CSV and Parquet into a folder; the tables.

    Entries are taken one by one; of their texts only the shown passages are kept. The files depend on the entries,
    the configuration and the version alone: no time, no name of the machine. Raises WriteError.
    """
    make_folder(folder)
    sections = _Sections()
    with atomic(folder / "report.md") as out:
        report = Report.collect(sections.watched(entries), auditor)
        for block in (*_summary(report), *_articles(sections)):
            out.write(f"{block}\n\n" if block else "")
        out.write(_END)
    write_tables(report, folder)
    return report


def context(text: str, span: Span) -> str:
    """The passage in Markdown between `⟦` and `⟧`, in bold, with about 80 characters on either side.

    Cut at white space where there is some; `…` stands where text was left out.
    """
    before, after = text[max(span.start - CONTEXT, 0) : span.start], text[span.end : span.end + CONTEXT]
    if span.start > CONTEXT:
        cut = before.find(" ", 0, CONTEXT // 2) + 1
        before = f"…{before[cut:]}"
    if span.end + CONTEXT < len(text):
        cut = after.rfind(" ", CONTEXT // 2)
        after = f"{after[: cut if cut > 0 else None]}…"
    marked = f"<b>⟦{_passage(span.of(text))}⟧</b>"
    return f"{escape_start(_flat(before))}{marked}{escape_inside(_flat(after))}"


class _Sections:
    """The sections of the worst articles, kept while the entries pass by."""

    def __init__(self) -> None:
        self.total = 0
        self._kept: list[tuple[float, int, str]] = []

    def watched(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        for entry in entries:
            if isinstance(entry, Audited):
                self.total += 1
                section = "\n\n".join(_section(self.total, entry))
                self._kept.append((-entry.decision.points, self.total, section))
                if len(self._kept) >= 2 * SHOWN_ARTICLES:
                    self._shorten()
            yield entry

    def in_order(self) -> list[str]:
        self._shorten()
        return [section for _, _, section in sorted(self._kept, key=lambda kept: kept[1])]

    def _shorten(self) -> None:
        self._kept = sorted(self._kept)[:SHOWN_ARTICLES]


def _summary(report: Report) -> Iterator[str]:
    articles, findings, problems = (report.rows[name] for name in ("articles", "findings", "problems"))
    words = sum(int(str(row["words"])) for row in articles)
    touched = sum(row["findings"] != 0 for row in articles)
    config_hash = report.rows["rules"][0]["config_hash"] if report.rows["rules"] else "unknown"
    yield "# Audit report"
    yield (
        f"{counted(len(articles), 'article')}, {counted(words, 'word')}, {counted(len(findings), 'finding')} in "
        f"{counted(touched, 'article')}, {counted(len(problems), 'problem')}. "
        f"Written by auditor {__version__}, configuration {config_hash}."
    )
    yield "The findings are defects of the text. They do not say who or what wrote it."
    yield "## Summary"
    yield _counted("grade", GRADES, Counter(str(row["grade"]) for row in articles), "articles")
    yield _counted("verdict", VERDICTS, Counter(str(row["verdict"]) for row in articles), "articles")
    levels = [level.value for level in reversed(Severity)]
    yield _counted("severity", levels, Counter(str(row["severity"]) for row in findings), "findings")
    yield "### Findings by rule"
    yield _by_rule(report.rows["rules"])
    yield "### Worst articles"
    yield _worst(articles)
    if problems:
        yield "### Problems"
        yield _problems(problems)


def _by_rule(rules: Sequence[Row]) -> str:
    rows = [
        [
            f"{row['code']} {row['name']}",
            escape(str(row["summary"])),
            row["severity"],
            row["findings"],
            row["articles"],
            f"{row['articles_per_1000']:.1f}",
        ]
        for row in sorted(rules, key=lambda row: (-int(str(row["findings"])), str(row["code"])))
        if row["findings"]
    ]
    silent = sum(bool(row["enabled"]) and not row["findings"] for row in rules)
    table = _table(["rule", "what it reports", "severity", "findings", "articles", "articles per 1,000"], rows, 3)
    note = f"{counted(silent, 'rule')} ran and found nothing."
    return f"{table}\n\n{note}" if rows else note


def _worst(articles: Sequence[Row]) -> str:
    numbered = [(-float(str(row["points"])), number, row) for number, row in enumerate(articles, 1) if row["points"]]
    rows = [
        [
            f"[{number}](#article-{number})",
            escape(str(row["article_id"])),
            escape(shorten(str(row["title"]))) if row["title"] else "",
            row["words"],
            row["grade"],
            row["verdict"],
            f"{-points:.1f}",
            *(row[level.value] for level in reversed(Severity)),
        ]
        for points, number, row in sorted(numbered, key=lambda kept: kept[:2])[:WORST]
    ]
    if not rows:
        return "No article has penalty points."
    head = ["article", "id", "title", "words", "grade", "verdict", "points per 1,000 words"]
    table = _table([*head, *(level.value for level in reversed(Severity))], rows, 3)
    more = len(numbered) - len(rows)
    return f"{table}\n\n{counted(more, 'more article')} with points: see `articles.csv`." if more else table


def _problems(problems: Sequence[Row]) -> str:
    rows = [
        [
            row["kind"],
            escape(_in_file(row)),
            escape(str(row["article_id"])) if row["article_id"] is not None else "",
            escape(str(row["what"])),
            escape(str(row["message"])),
        ]
        for row in problems[:SHOWN_PROBLEMS]
    ]
    table = _table(["kind", "where", "article", "what", "message"], rows, 5)
    more = len(problems) - len(rows)
    return f"{table}\n\n{counted(more, 'more problem')}: see `problems.csv`." if more else table


def _articles(sections: _Sections) -> Iterator[str]:
    kept = sections.in_order()
    if not kept:
        return
    yield "## Articles"
    if len(kept) < sections.total:
        yield (
            f"The {len(kept):,} articles with the most points are shown; "
            f"the other {sections.total - len(kept):,} are in `articles.csv` and `findings.csv`."
        )
    yield from kept


def _section(number: int, entry: Audited) -> Iterator[str]:
    audit, decision = entry.audit, entry.decision
    row = article_row(audit, decision, entry.place, "")
    yield f"### Article {number}"
    meta = [escape(str(row[key])) for key in ("source", "date", "url") if row[key]]
    title = [f"**{escape(str(row['title']))}**"] if row["title"] and escape(str(row["title"])) else []
    named = [f"id {escape(str(row['article_id']))}"] if is_record(entry.place) or not row["path"] else []
    yield " · ".join([*title, *named, *filter(None, [escape(_in_file(row))]), *meta])
    yield f"**{decision.verdict}, grade {decision.grade}**: {_reasons(entry)}"
    counts = [row[key] for key in ("words", "sentences", "characters")]
    language = f"{row['language']} ({row['language_confidence']:.2f})" if row["language"] else "undecided"
    points = [f"{row[key]:.1f}" for key in ("points", "damage", "boilerplate")]
    yield _table(
        [
            "words",
            "sentences",
            "characters",
            "language",
            "points per 1,000 words",
            "of these damage",
            "boilerplate points",
        ],
        [[*counts, escape(language), *points]],
        0,
    )
    if audit.metrics.readability is not None:
        yield _table(_INDEX_TITLES, [[f"{row[name]:.1f}" for name in INDICES]], 0)
    for skipped in audit.skipped:
        yield f"Not done: {escape(skipped.what)}: {escape(skipped.reason)}"
    for failure in audit.failures:
        yield f"Crashed: {escape(failure.code)}: {escape(failure.error)}"
    for index, finding in enumerate(audit.findings[:SHOWN_FINDINGS], 1):
        yield from _finding(index, finding, audit.document.text)
    more = len(audit.findings) - SHOWN_FINDINGS
    if more > 0:
        yield f"{counted(more, 'more finding')}: see `findings.csv`."


def _reasons(entry: Audited) -> str:
    if entry.decision.reasons:
        return "; ".join(escape(reason.text) for reason in entry.decision.reasons)
    return "nothing speaks against it" if entry.decision.verdict == "keep" else "no reason given"


def _finding(index: int, finding: Finding, text: str) -> Iterator[str]:
    place = f"line {finding.line}, column {finding.column}"
    yield f"**{index}. {finding.severity} · {finding.code} {finding.name}** · {place}"
    places = [finding.span, *(span for span in finding.evidence if span != finding.span)]
    if finding.span.length > LONGEST_PASSAGE and len(places) > 1:
        places = places[1:]
    shown = places[: SHOWN_EVIDENCE + 1]
    quoted = [f"> {context(text, span)}" for span in shown]
    if len(places) > len(shown):
        quoted.append(f"> and {len(places) - len(shown):,} more")
    yield "\n>\n".join(quoted)
    said = [escape(finding.message)]
    if finding.suggestion is not None:
        said.append(f"*Suggestion:* {escape(finding.suggestion)}")
    said += [f"*Edit:* {_edit(edit, text)}" for edit in finding.edits]
    yield "<br>\n".join(said)


def _edit(edit: Edit, text: str) -> str:
    old, new = _passage(edit.span.of(text)), _passage(edit.text)
    check = "" if edit.safe else " (needs a look)"
    if not edit.text:
        return f"delete ⟦{old}⟧{check}"
    if not edit.span.length:
        return f"insert ⟦{new}⟧{check}"
    return f"replace ⟦{old}⟧ by ⟦{new}⟧{check}"


def _passage(text: str) -> str:
    if len(text) <= LONGEST_PASSAGE:
        return escape_marked(text)
    half = LONGEST_PASSAGE // 2
    return f"{escape_marked(text[:half])} … {escape_marked(text[-half:])}"


def _flat(text: str) -> str:
    """Text beside a passage on one line: a run of line breaks and the spaces around them become ` ⏎ `."""
    return _BREAKS.sub(" ⏎ ", text)


def _in_file(row: Row) -> str:
    return str(row["path"]) if row["record_line"] is None else f"{row['path']}:{row['record_line']}"


def _counted(head: str, keys: Iterable[str], counts: Counter[str], what: str) -> str:
    names = list(keys)
    return _table([head, *names], [[what, *(counts[name] for name in names)]], 1)


def _table(head: Sequence[str], rows: Iterable[Sequence[object]], text_columns: int) -> str:
    """A Markdown table; the columns from `text_columns` on are aligned to the right. Cells are escaped already."""
    rule = ["---" if index < text_columns else "---:" for index in range(len(head))]
    cells = [[f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in [list(head), rule, *cells])
