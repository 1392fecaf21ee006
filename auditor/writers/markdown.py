"""The report for editors: one Markdown file, a summary first, then each article with the marked passages in context."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote

from auditor._version import __version__
from auditor.config import GRADES, VERDICTS
from auditor.engine import Auditor
from auditor.figures import Figures, SourceFigures
from auditor.finding import Edit, Finding, Severity, shorten
from auditor.registry import catalogue_folder, load_page, page_path
from auditor.report import Audited, Row
from auditor.span import Span
from auditor.text.readability import INDICES
from auditor.writers.charts import Chart
from auditor.writers.escape import escape, escape_attribute, escape_inside, escape_marked, escape_start
from auditor.writers.files import atomic
from auditor.writers.lines import counted, is_record
from auditor.writers.telling import Summary, Told

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
SOURCES = 15
"""So many sources stand in the table of the worst."""

_END = (
    "The tables beside this file hold everything: `articles`, `findings`, `rules`, `problems`, as `.csv` and "
    "`.parquet`. `auditor explain CODE` tells why a rule exists and what it leaves alone.\n"
)
Link = Callable[[str, str], str]
"""From a rule's code and name to a link in Markdown."""
_DONE: Mapping[str, str] = MappingProxyType(
    {"skipped": "Not done", "unused": "Suppresses nothing", "suppression": "Wrong suppression"}
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


class MarkdownReport:
    """Takes articles one by one and writes one Markdown file, as GitHub and other readers of CommonMark show it.

    Of the texts only the shown passages of the worst articles are kept. The file depends on the entries, the
    configuration and the version alone: no time, no name of the machine.

    rule_pages: where the pages of the catalogue's rules are, a URL or a relative path; empty to link to the section on
    the rule in the file itself, as rules of a user's own folders always do.
    """

    def __init__(self, auditor: Auditor, rule_pages: str = "") -> None:
        own = catalogue_folder()
        self._base = rule_pages.rstrip("/")
        self._fingerprint = auditor.config.fingerprint()
        self._rules = {rule.code: rule for rule in auditor.catalogue}
        self._outside = {rule.code for rule in auditor.catalogue if self._base and page_path(rule).parent == own}
        self._sections = _Sections()

    def add(self, told: Told) -> None:
        """Take an article; unreadable records are told by the summary."""
        if told.article is not None and isinstance(told.entry, Audited):
            self._sections.add(told.number, told.entry, told.article, self._link)

    def write(
        self,
        summary: Summary,
        path: Path,
        charts: Sequence[Chart] = (),
        earlier: Sequence[Figures] = (),
        changes: Sequence[str] = (),
    ) -> None:
        """Write the file. Raises WriteError.

        charts: those in `html/charts/` beside the file; earlier: the figures of runs before; changes: what became
        better or worse since the last of them, as sentences.
        """
        with atomic(path) as out:
            blocks = (
                *_summary(summary, charts, earlier, changes, self._link, self._fingerprint),
                *_articles(self._sections),
                *self._about_rules(summary),
            )
            for block in blocks:
                out.write(f"{block}\n\n" if block else "")
            out.write(_END)

    def _link(self, code: str, name: str) -> str:
        """A rule as a link: to its page where the pages are, else to the section on it."""
        if code in self._outside:
            target = f"{self._base}/{page_path(self._rules[code]).name}"
            return f"[{code} {name}]({_address(target)})"
        return f"[{code} {name}](#{code.lower()}-{name})"

    def _about_rules(self, summary: Summary) -> Iterator[str]:
        """Why the rules exist that found something, those left out whose pages are linked."""
        rows = [row for row in summary.rules if row["findings"] and row["code"] not in self._outside]
        if not rows:
            return
        yield "## Rules"
        for row in rows:
            rule = self._rules[str(row["code"])]
            yield f"### {rule.code} {rule.name}"
            yield escape(rule.summary)
            if page_path(rule).is_file():
                yield load_page(rule).sections.get("Why it matters", "").strip()


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

    def add(self, number: int, entry: Audited, row: Row, link: Link) -> None:
        self.total += 1
        self._kept.append((-entry.decision.points, number, "\n\n".join(_section(number, entry, row, link))))
        if len(self._kept) >= 2 * SHOWN_ARTICLES:
            self._shorten()

    def in_order(self) -> list[str]:
        self._shorten()
        return [section for _, _, section in sorted(self._kept, key=lambda kept: kept[1])]

    def _shorten(self) -> None:
        self._kept = sorted(self._kept)[:SHOWN_ARTICLES]


def _summary(
    summary: Summary,
    charts: Sequence[Chart],
    earlier: Sequence[Figures],
    changes: Sequence[str],
    link: Link,
    fingerprint: str,
) -> Iterator[str]:
    figures = summary.figures
    yield "# Audit report"
    yield (
        f"{counted(figures.articles, 'article')}, {counted(figures.words, 'word')}, "
        f"{counted(figures.findings, 'finding')} in {counted(figures.touched, 'article')}, "
        f"{counted(summary.problem_count, 'problem')}. "
        f"Written by auditor {__version__}, configuration {fingerprint}."
    )
    yield "The findings are defects of the text. They do not say who or what wrote it."
    yield "## Summary"
    yield _counted("grade", GRADES, figures.grades, "articles")
    yield _counted("verdict", VERDICTS, figures.verdicts, "articles")
    levels = [level.value for level in reversed(Severity)]
    yield _counted("severity", levels, figures.severities, "findings")
    if charts:
        yield "\n".join(_picture(chart) for chart in charts)
    if earlier:
        yield "### Run by run"
        yield _runs([*earlier, figures])
        yield "\n".join(f"- {escape(change)}" for change in changes)
    yield "### Findings by rule"
    yield _by_rule(summary.rules, link)
    sources = figures.worst_sources(SOURCES)
    if sources:
        yield "### Worst sources"
        yield _by_source(sources)
    yield "### Worst articles"
    yield _worst(summary)
    if summary.problem_count:
        yield "### Problems"
        yield _problems(summary)


def _picture(chart: Chart) -> str:
    """A chart in both its forms: GitHub shows the one that fits the reader's theme."""
    base, alt = f"html/charts/{chart.name}", escape_attribute(chart.alt)
    return (
        f'<picture><source media="(prefers-color-scheme: dark)" srcset="{base}-dark.svg">'
        f'<img src="{base}.svg" alt="{alt}" width="480"></picture>'
    )


def _runs(runs: Sequence[Figures]) -> str:
    rows = [
        [
            escape(run.name),
            run.articles,
            f"{1000 * run.findings / run.articles:.1f}" if run.articles else "",
            *(f"{1000 * run.verdicts[verdict] / run.articles:.1f}" if run.articles else "" for verdict in VERDICTS),
        ]
        for run in runs
    ]
    head = ["run", "articles", "findings per 1,000 articles", *(f"{verdict} per 1,000" for verdict in VERDICTS)]
    return _table(head, rows, 1)


def _by_source(sources: Sequence[tuple[str, SourceFigures]]) -> str:
    rows = [
        [
            escape(name),
            one.articles,
            f"{one.not_kept:,} ({100 * one.not_kept / one.articles:.0f} %)",
            f"{one.findings / one.articles:.2f}",
            f"{one.points / one.articles:.1f}",
        ]
        for name, one in sources
    ]
    head = ["source", "articles", "not kept", "findings per article", "mean points per 1,000 words"]
    return _table(head, rows, 1)


def _by_rule(rules: Sequence[Row], link: Link) -> str:
    rows = [
        [
            link(str(row["code"]), str(row["name"])),
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


def _worst(summary: Summary) -> str:
    rows = [
        [
            f"[{number}](#article-{number})",
            escape(str(row["article_id"])),
            escape(shorten(str(row["title"]))) if row["title"] else "",
            row["words"],
            row["grade"],
            row["verdict"],
            f"{row['points']:.1f}",
            *(row[level.value] for level in reversed(Severity)),
        ]
        for number, row in summary.worst
    ]
    if not rows:
        return "No article has penalty points."
    head = ["article", "id", "title", "words", "grade", "verdict", "points per 1,000 words"]
    table = _table([*head, *(level.value for level in reversed(Severity))], rows, 3)
    more = summary.with_points - len(rows)
    return f"{table}\n\n{counted(more, 'more article')} with points: see `articles.csv`." if more else table


def _problems(summary: Summary) -> str:
    rows = [
        [
            row["kind"],
            escape(_in_file(row)),
            escape(str(row["article_id"])) if row["article_id"] is not None else "",
            escape(str(row["what"])),
            escape(str(row["message"])),
        ]
        for row in summary.problems
    ]
    table = _table(["kind", "where", "article", "what", "message"], rows, 5)
    more = summary.problem_count - len(rows)
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


def _section(number: int, entry: Audited, row: Row, link: Link) -> Iterator[str]:
    audit, decision = entry.audit, entry.decision
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
        yield f"{_DONE.get(skipped.kind, skipped.kind)}: {escape(skipped.what)}: {escape(skipped.reason)}"
    for failure in audit.failures:
        yield f"Crashed: {escape(failure.code)}: {escape(failure.error)}"
    for index, finding in enumerate(audit.findings[:SHOWN_FINDINGS], 1):
        yield from _finding(index, finding, audit.document.text, link)
    more = len(audit.findings) - SHOWN_FINDINGS
    if more > 0:
        yield f"{counted(more, 'more finding')}: see `findings.csv`."


def _reasons(entry: Audited) -> str:
    if entry.decision.reasons:
        return "; ".join(escape(reason.text) for reason in entry.decision.reasons)
    return "nothing speaks against it" if entry.decision.verdict == "keep" else "no reason given"


def _finding(index: int, finding: Finding, text: str, link: Link) -> Iterator[str]:
    place = f"line {finding.line}, column {finding.column}"
    yield f"**{index}. {finding.severity} · {link(finding.code, finding.name)}** · {place}"
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


def _address(target: str) -> str:
    """A target of a link that nothing in it ends early."""
    return quote(target, safe="/:?&=+@~.,;!-_%#")
