"""Boilerplate by line: precision and recall of the rules BP2xx on pages whose lines were marked by people.

    python -m tools.boilerplate                    print the tables; exit code 1 when a bound does not hold
    python -m tools.boilerplate --write            also write them into docs/boilerplate.md
    python -m tools.boilerplate --limit 40         only so many pages and articles of each set
    python -m tools.boilerplate --missed 20        also print marked lines that are not called, and called ones unmarked
    python -m tools.boilerplate --sample 100       BP findings on the pages, drawn with seed 0, to be judged by eye

A line counts as marked, or as called, when marks, or BP findings of minor or above, cover half of it. The first line,
which is the headline, is left out, and so are marked lines of 20 words and more (captions, biographies, comments): the
makers of the gold standard also marked what is no boilerplate. Precision: the share of called lines that are marked;
recall: the share of marked lines that are called.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

from auditor.config import Config
from auditor.document import Document
from auditor.engine import Auditor
from auditor.finding import Finding, Severity
from auditor.span import Span
from tools.evaluation_data import CLEAN, ROOT, data_folder, records

PAGE = ROOT / "docs" / "boilerplate.md"
BEGIN, END = "<!-- measured by `python -m tools.boilerplate --write` -->", "<!-- end of what is measured -->"

WEB, NEWS = "boilerplate_aeb", "human_masakhanews_en"
WHOLE = "alltext"
LONG = 20
"""Words from which on a marked line is left out of the count."""

BOUNDS = {WHOLE: (0.92, 0.88), "extractors": (0.85, 0.40)}
"""Precision and recall, at least, on whole pages and on the three extractors' views together."""
NEWS_RECALL, NEWS_OTHERS = 0.90, 0.05

INVITATION = re.compile(
    r"(?i)\b(?:read|more|watch|listen|follow|e-?mail|contact|get in touch|tell us|send|let us know|subscribe|sign up"
    r"|comment)\b"
)
"""Words of teasers and of invitations to write in or follow, which the makers of the news set left unmarked."""


class Line(NamedTuple):
    """A filled line that counts: its text, and whether it is marked and called."""

    text: str
    marked: bool
    called: bool


class Score:
    """Lines counted by what they are and what they are called."""

    def __init__(self) -> None:
        self.pages = self.lines = 0
        self.hits = self.wrong = self.missed = 0

    def add(self, lines: Iterable[Line]) -> None:
        """Count the lines of one more page."""
        self.pages += 1
        for line in lines:
            self.lines += 1
            self.hits += line.marked and line.called
            self.wrong += line.called and not line.marked
            self.missed += line.marked and not line.called

    @property
    def precision(self) -> float:
        """Called lines that are marked; 1 where none is called."""
        return self.hits / (self.hits + self.wrong) if self.hits + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Marked lines that are called; 1 where none is marked."""
        return self.hits / (self.hits + self.missed) if self.hits + self.missed else 1.0

    def row(self, name: str) -> str:
        """A row of the table."""
        return (
            f"| {name} | {self.pages} | {self.lines:,} | {self.hits + self.missed:,} | {self.hits + self.wrong:,} "
            f"| {self.precision:.2f} | {self.recall:.2f} |"
        )


def covered(line: Span, spans: Iterable[Span]) -> bool:
    """Whether spans cover half of a line, together."""
    total, reached = 0, line.start
    for start, end in sorted(spans):
        start, end = max(start, reached), min(end, line.end)
        if end > start:
            total, reached = total + end - start, end
    return 2 * total >= line.length


def boilerplate(auditor: Auditor, doc: Document) -> list[Finding]:
    """The BP findings of minor or above."""
    return [f for f in auditor.audit(doc).findings if f.family == "BP" and f.severity >= Severity.MINOR]


def counted_lines(doc: Document, marks: Sequence[Span], found: Sequence[Span]) -> Iterator[Line]:
    """The lines of a document that count."""
    for place, span in enumerate(doc.filled_lines):
        text = span.of(doc.text)
        marked = covered(span, marks)
        if place > 0 and not (marked and len(text.split()) >= LONG):
            yield Line(text, marked, covered(span, found))


def half(record: dict[str, Any]) -> str:
    """To which half of the sites a page belongs: lists were first written on `a` and tried on `b`."""
    return "ab"[int(hashlib.sha256(record["group"].encode()).hexdigest(), 16) % 2]


def marks_of(record: dict[str, Any]) -> list[Span]:
    """The places that people marked."""
    return [Span(entry["start"], entry["end"]) for entry in record.get("spans", ())]


def measure_pages(auditor: Auditor, limit: int | None, missed: int) -> dict[str, Score]:
    """Scores by view, of the extractors together, and of either half of the sites."""
    scores: dict[str, Score] = defaultdict(Score)
    shown: Counter[str] = Counter()
    for record in islice(records(WEB), limit):
        doc = Document(record["text"], record["id"])
        lines = list(counted_lines(doc, marks_of(record), [f.span for f in boilerplate(auditor, doc)]))
        kind = WHOLE if record["view"] == WHOLE else "extractors"
        for key in {record["view"], kind, f"{kind}, half {half(record)} of the sites"}:
            scores[key].add(lines)
        for line in lines:
            kind = "missed" if line.marked else "unmarked"
            if record["view"] != WHOLE and line.marked != line.called and shown[kind] < missed:
                shown[kind] += 1
                print(f"{kind}: {record['id']} {line.text[:100]!r}", file=sys.stderr)
    return scores


def measure_news(auditor: Auditor, limit: int | None) -> tuple[Score, list[str]]:
    """The score on BBC articles with marked template lines, and the called lines that are nothing of the kind."""
    score = Score()
    others: list[str] = []
    for record in islice(records(NEWS), limit):
        doc = Document(record["text"], record["id"])
        lines = list(counted_lines(doc, marks_of(record), [f.span for f in boilerplate(auditor, doc)]))
        score.add(lines)
        others += [line.text for line in lines if line.called and not line.marked and not INVITATION.search(line.text)]
    return score, others


def measure_clean(auditor: Auditor, limit: int | None) -> dict[str, tuple[int, int, int]]:
    """Articles, articles with a BP finding, and findings, for each clean set."""
    table = {}
    for name in CLEAN:
        articles = damaged = findings = 0
        for record in islice(records(name), limit):
            found = boilerplate(auditor, Document(record["text"], record["id"]))
            articles += 1
            damaged += bool(found)
            findings += len(found)
        table[name] = (articles, damaged, findings)
    return table


def report(
    pages: dict[str, Score], news: Score, others: list[str], clean: dict[str, tuple[int, int, int]]
) -> tuple[str, list[str]]:
    """The tables in Markdown, and the bounds that do not hold."""
    broken = [
        f"{view}: precision {pages[view].precision:.3f} (at least {least}), "
        f"recall {pages[view].recall:.3f} (at least {most})"
        for view, (least, most) in BOUNDS.items()
        if view in pages and (pages[view].precision < least or pages[view].recall < most)
    ]
    called = news.hits + news.wrong
    share = len(others) / called if called else 0.0
    if news.recall < NEWS_RECALL or share > NEWS_OTHERS:
        broken.append(f"{NEWS}: recall {news.recall:.3f} (at least {NEWS_RECALL}), others {share:.3f}")
    names = sorted(pages, key=lambda name: ("half" in name, not name.startswith(WHOLE), name))
    rows = [
        "| view | pages | lines | marked | called | precision | recall |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        *(pages[name].row(name) for name in names),
        news.row("BBC news, marked template lines"),
        "",
        f"Of the {called} lines called on the BBC news, {news.wrong} are unmarked; all but {len(others)} of them "
        f"({share:.1%} of all called) are teasers or invitations to read on, to follow or to write in.",
        "",
        "| clean set | articles | with a BP finding | findings |",
        "| --- | --- | --- | --- |",
        *(f"| {name} | {articles} | {damaged} | {found} |" for name, (articles, damaged, found) in clean.items()),
    ]
    return "\n".join(rows), broken


def sample(auditor: Auditor, size: int) -> None:
    """Print rows for docs/judged/boilerplate.csv, to be judged: findings on the web pages, drawn with seed 0."""
    found = [
        (record["id"], finding, record["text"])
        for record in records(WEB)
        for finding in boilerplate(auditor, Document(record["text"], record["id"]))
    ]
    drawn = sorted(random.Random(0).sample(range(len(found)), min(size, len(found))))
    rows = csv.writer(sys.stdout, lineterminator="\n")
    rows.writerow(["id", "rule", "start", "end", "label", "reason"])
    for index in drawn:
        name, finding, text = found[index]
        rows.writerow([name, finding.code, *finding.span, "", ""])
        print(
            f"    {finding.excerpt[:100]!r} in {text[max(0, finding.span.start - 60) : finding.span.end + 60]!r}",
            file=sys.stderr,
        )


def main() -> int:
    """Command line of this script; the exit code is 1 when a bound does not hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--limit", type=int, help="pages and articles of each set, at most")
    parser.add_argument("--missed", type=int, default=0, metavar="N")
    parser.add_argument("--sample", type=int, default=0, metavar="N")
    args = parser.parse_args()
    if args.write and args.limit:
        parser.error("--write needs the whole sets; leave --limit out")
    if not (data_folder() / "dev").is_dir():
        print("boilerplate: not measured, the evaluation data is not on this machine (AUDITOR_DATA)")
        return 0
    auditor = Auditor(Config(select=("BP",)), strict=True)
    if args.sample:
        sample(auditor, args.sample)
        return 0
    pages = measure_pages(auditor, args.limit, args.missed)
    table, broken = report(pages, *measure_news(auditor, args.limit), measure_clean(auditor, args.limit))
    print(table)
    for line in broken:
        print(f"does not hold: {line}")
    if args.write:
        text = PAGE.read_text(encoding="utf-8")
        before, _, rest = text.partition(BEGIN)
        PAGE.write_text(f"{before}{BEGIN}\n\n{table}\n\n{END}{rest.partition(END)[2]}", encoding="utf-8")
    return int(bool(broken))


if __name__ == "__main__":
    raise SystemExit(main())
