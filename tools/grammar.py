"""Measure the grammar rules with LanguageTool: noise on clean news, what they add on machine translations.

    python -m tools.grammar                        the tables of docs/grammar.md, printed
    python -m tools.grammar --write                also written there, and into the *Measured* parts of the pages
    python -m tools.grammar --sample clean         100 findings to be judged, each in its surroundings (seed 0)
    python -m tools.grammar --sample mt --rows     as rows for docs/judged: id, rule, LanguageTool's rule, place

Needs the evaluation data (`AUDITOR_DATA`) and LanguageTool (`auditor grammar install`). Results are kept in the user's
cache, so that a second run is quick.
"""

from __future__ import annotations

import argparse
import csv
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

from auditor.config import Config
from auditor.document import Document
from auditor.engine import Auditor
from auditor.finding import Finding, Severity
from auditor.registry import page_path
from tools.evaluation_data import CLEAN, ROOT, records
from tools.measure import context
from tools.recall import SYSTEMS

TRANSLATIONS = (*SYSTEMS, "mqm_wmt23_zhen_sxs", "mqm_wmt21_zhen", "human_parity_wmt17_zhen")
PER_SET = 400
"""So many documents of each set of translations are read, drawn by seed 0."""
PAGE = ROOT / "docs" / "grammar.md"
MEASURED = re.compile(r"(?<=<!-- measured -->\n).*?(?=<!-- end -->)", re.DOTALL)
_SAID_BY = re.compile(r"\(LanguageTool (\w+)\)\.\Z")
MOST_PER_ARTICLE = 0.2


class Found(NamedTuple):
    """A finding of a grammar rule: the article's id and text, the finding, and LanguageTool's rule."""

    article: str
    text: str
    finding: Finding
    said_by: str


class Measured:
    """Grammar findings of minor or above on some articles."""

    def __init__(self) -> None:
        self.articles = 0
        self.touched = 0
        self.unchecked = 0
        self.found: list[Found] = []

    def add(self, name: str, text: str, findings: tuple[Finding, ...], checked: bool) -> None:
        """Count an article."""
        self.articles += 1
        self.unchecked += not checked
        grammar = [f for f in findings if f.family == "GR" and f.severity >= Severity.MINOR]
        self.touched += bool(grammar)
        for finding in grammar:
            said = _SAID_BY.search(finding.message)
            self.found.append(Found(name, text, finding, said[1] if said else "?"))

    @property
    def rate(self) -> float:
        """Findings per article."""
        return len(self.found) / self.articles if self.articles else 0.0


def clean(auditor: Auditor, limit: int | None) -> dict[str, Measured]:
    """Clean articles by set, all or so many of each."""
    measured = {name: Measured() for name in CLEAN}
    for name in CLEAN:
        documents = (Document(record["text"], record["id"]) for record in _drawn(name, limit))
        for audit in auditor.audit_many(documents):
            measured[name].add(audit.article_id, audit.document.text, audit.findings, audit.grammar == "checked")
    return measured


def translations(auditor: Auditor, limit: int | None) -> dict[str, Measured]:
    """Documents of the translation sets, by label."""
    measured: defaultdict[str, Measured] = defaultdict(Measured)
    for name in TRANSLATIONS:
        chosen = _drawn(name, min(PER_SET, limit or PER_SET))
        documents = (Document(row["text"], row["id"]) for row in chosen)
        for row, audit in zip(chosen, auditor.audit_many(documents), strict=True):
            label = measured[row["label"]]
            label.add(audit.article_id, audit.document.text, audit.findings, audit.grammar == "checked")
    return dict(measured)


def seeds(auditor: Auditor) -> Measured:
    """The seed articles."""
    measured = Measured()
    for path in sorted((ROOT / "seeds").glob("*.txt")):
        audit = auditor.audit(Document(path.read_text(encoding="utf-8"), path.stem))
        measured.add(audit.article_id, audit.document.text, audit.findings, audit.grammar == "checked")
    return measured


def tables(noise: dict[str, Measured], gain: dict[str, Measured], own: Measured) -> Iterator[str]:
    """The measured part of the page, in lines."""
    yield ""
    yield "| clean set | articles | with a grammar finding | findings | per article | not checked to the end |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: |"
    total = Measured()
    for name, part in noise.items():
        yield _row(name, part)
        total.articles, total.touched = total.articles + part.articles, total.touched + part.touched
        total.unchecked += part.unchecked
        total.found += part.found
    yield _row("together", total)
    yield ""
    yield f"At most {MOST_PER_ARTICLE} per article was wanted."
    yield ""
    yield "| translations | documents | with a grammar finding | findings | per article | not checked to the end |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: |"
    for label, part in sorted(gain.items()):
        yield _row(label, part)
    yield _row("the five seeds", own)
    yield ""
    yield "Findings by LanguageTool's rules, where there are any."
    yield ""
    yield "| rule | LanguageTool's rule | clean | human translation | machine translation |"
    yield "| --- | --- | ---: | ---: | ---: |"
    counts: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for kind, part in (("clean", total), *gain.items()):
        for found in part.found:
            counts[found.finding.code, found.said_by][kind] += 1
    for (code, said_by), by in sorted(counts.items(), key=lambda item: (item[0][0], -item[1]["mt"], item[0][1])):
        yield f"| {code} | `{said_by}` | {by['clean']} | {by['human-translation']} | {by['mt']} |"
    yield ""


def write_pages(auditor: Auditor, noise: dict[str, Measured], gain: dict[str, Measured]) -> None:
    """The *Measured* part of each grammar rule's page."""
    articles = sum(part.articles for part in noise.values())
    for rule in auditor.rules:
        if not rule.grammar:
            continue
        hit = {found.article for part in noise.values() for found in part.found if found.finding.code == rule.code}
        shares = []
        for label, name in (("mt", "machine translations"), ("human-translation", "human translations")):
            touched = {found.article for found in gain[label].found if found.finding.code == rule.code}
            shares.append(f"{1000 * len(touched) / gain[label].articles:.1f} per 1,000 {name}")
        share = f"{1000 * len(hit) / articles:.2f} per 1,000 clean articles ({len(hit)} of {articles:,})"
        line = (
            f"With LanguageTool: {share};\n"
            f"{' and '.join(shares)} where no other rule finds the place (`python -m tools.grammar`)."
        )
        path = page_path(rule)
        text = path.read_text(encoding="utf-8").rstrip("\n")
        text = re.sub(r"\n+## Measured\n.*\Z", "", text, flags=re.DOTALL)
        path.write_text(f"{text}\n\n## Measured\n\n{line}\n", encoding="utf-8")


def _drawn(name: str, limit: int | None) -> list[dict[str, Any]]:
    """The records of a set, or so many of them drawn by seed 0, in their order."""
    rows = list(records(name))
    if limit is None or limit >= len(rows):
        return rows
    return [rows[n] for n in sorted(random.Random(0).sample(range(len(rows)), limit))]


def _row(name: str, part: Measured) -> str:
    return f"| {name} | {part.articles:,} | {part.touched} | {len(part.found)} | {part.rate:.3f} | {part.unchecked} |"


def _show(population: list[Found], size: int, rows: bool) -> None:
    drawn = [population[n] for n in sorted(random.Random(0).sample(range(len(population)), min(size, len(population))))]
    if rows:
        out = csv.writer(sys.stdout, lineterminator="\n")
        out.writerow(["id", "rule", "languagetool", "start", "end", "label", "reason"])
        out.writerows([f.article, f.finding.code, f.said_by, *f.finding.span, "", ""] for f in drawn)
        return
    for number, found in enumerate(drawn, 1):
        edits = [edit.text for edit in found.finding.edits]
        print(f"{number}. {found.article[:40]} {found.finding.code} {found.said_by} → {edits}")
        print(f"      {context(found.text, found.finding.span)}")


def main() -> int:
    """Command line of this script; 1 when the bound on clean articles does not hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--sample", choices=("clean", "mt"))
    parser.add_argument("--size", type=int, default=100)
    parser.add_argument("--rows", action="store_true")
    parser.add_argument("--limit", type=int, help="read so many articles of each set at most")
    args = parser.parse_args()
    with Auditor(Config(grammar="require", grammar_deadline=60.0), strict=True) as auditor:
        if args.sample:
            parts = (
                clean(auditor, args.limit).values()
                if args.sample == "clean"
                else [translations(auditor, args.limit)["mt"]]
            )
            _show([found for part in parts for found in part.found], args.size, args.rows)
            return 0
        noise, gain, own = clean(auditor, args.limit), translations(auditor, args.limit), seeds(auditor)
        text = "\n".join(tables(noise, gain, own))
        print(text)
        if args.write:
            page = PAGE.read_text(encoding="utf-8")
            PAGE.write_text(MEASURED.sub(lambda _: f"{text}\n", page), encoding="utf-8")
            write_pages(auditor, noise, gain)
    articles = sum(part.articles for part in noise.values())
    return int(sum(len(part.found) for part in noise.values()) > MOST_PER_ARTICLE * articles)


if __name__ == "__main__":
    sys.exit(main())
