"""What a careful reader would find, and what the catalogue finds of it: recall by class, shares by system, agreement.

    python -m tools.recall                 fragments of farm pages, gold of the seeds, systems of WMT, MQM spans
    python -m tools.recall --missed        and every place that is not found
    python -m tools.recall --write         also write the tables into docs/measured.md

A place counts as found by a stable finding of minor or above, of the family MT, NM or LG, whose span or an evidence
span overlaps it and is at most 160 characters or twice its length. Needs the evaluation data (`AUDITOR_DATA`).
"""

from __future__ import annotations

import argparse
import csv
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from auditor.document import Document
from auditor.engine import Auditor
from auditor.finding import Finding, Severity
from auditor.score import Gold, meets
from auditor.span import Span
from tools.evaluation_data import ROOT, data_folder, records

FAMILIES = ("MT", "NM", "LG")
FORMAT = (
    "split-sentence",
    "lowercase-after-stop",
    "quote-displaced",
    "quote-unbalanced",
    "glued-words",
    "mid-capital",
    "doubled-stop",
    "dup-word",
    "dup-phrase",
    "dup-item",
    "space-before-punct",
    "locale-format",
)
GROUPS: dict[str, tuple[tuple[str, ...], float]] = {
    "format": (FORMAT, 0.90),
    "literal phrasing": (("calque-grammar", "calque-lexical", "reported-conditional"), 0.55),
    "wrong gender": (("wrong-gender",), 0.5),
    "untranslated": (("untranslated",), 0.6),
    "spun": (("spun-synonym",), 0.6),
}
"""Classes of marked places that are judged together, and the share of them that is to be found."""
PAGES = 0.85
"""The share of farm pages that are to have a finding."""
SYSTEMS = ("wmt13_xxen", "wmt14_xxen", "wmt21_xxen", "wmt22_xxen", "wmt23_xxen")
SURFACE = ("Fluency/Punctuation", "Fluency/Spelling", "Source language fragment", "Date/Currency format")
TRANSLATED_SEEDS = ("000", "001", "002", "004")
MARK = "<!-- measured by `python -m tools.recall --write` -->"
END = "<!-- end of what is measured -->"


def counted(auditor: Auditor, text: str, name: str) -> list[Finding]:
    """The findings that count."""
    found = auditor.audit(Document(text, name)).findings
    return [finding for finding in found if finding.severity >= Severity.MINOR and finding.family in FAMILIES]


@dataclass(slots=True)
class Fragments:
    """Recall on fragments of farm pages: by class (found, all), the pages, and what is missed."""

    found: Counter[str] = field(default_factory=Counter)
    total: Counter[str] = field(default_factory=Counter)
    pages: int = 0
    pages_with: int = 0
    missed: list[str] = field(default_factory=list)
    by_rule: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def group(self, classes: Iterable[str]) -> tuple[int, int]:
        """Found and all places of some classes together."""
        chosen = tuple(classes)
        return sum(self.found[c] for c in chosen), sum(self.total[c] for c in chosen)


def measure_fragments(auditor: Auditor) -> Fragments:
    """Each fragment alone, and all fragments of one page joined by blank lines; a hit in either counts."""
    pages: dict[str, list[dict[str, Any]]] = defaultdict(list)
    with open(data_folder() / "wild_fragments.jsonl", encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            pages[record["id"].rpartition(".")[0]].append(record)
    result = Fragments(pages=len(pages))
    for name, fragments in pages.items():
        joined = counted(auditor, "\n\n".join(record["text"] for record in fragments), name)
        any_hit, offset = bool(joined), 0
        for record in fragments:
            alone = counted(auditor, record["text"], record["id"])
            any_hit |= bool(alone)
            for entry in record["spans"]:
                kind = entry["class"]
                gold = Gold(Span(entry["start"], entry["end"]), kind)
                there = Gold(Span(entry["start"] + offset, entry["end"] + offset), kind)
                codes = {f.code for f in alone if meets(f, gold)} | {f.code for f in joined if meets(f, there)}
                result.total[kind] += 1
                result.found[kind] += bool(codes)
                for code in codes:
                    result.by_rule[kind][code] += 1
                if not codes:
                    text = record["text"]
                    shown = f"{text[: gold.span.start]}[[{gold.span.of(text)}]]{text[gold.span.end :]}"
                    result.missed.append(f"{kind} {record['id']} {record['source_lang']}: {' '.join(shown.split())}")
            offset += len(record["text"]) + 2
        result.pages_with += any_hit
    return result


def judged_right(name: str) -> set[tuple[str, str, int, int]]:
    """The findings of a committed table that were judged right: article, rule, start, end."""
    with open(ROOT / "docs" / "judged" / f"{name}.csv", encoding="utf-8", newline="") as file:
        return {
            (row["id"], row["rule"], int(row["start"]), int(row["end"]))
            for row in csv.DictReader(file)
            if row["label"] == "right"
        }


def measure_gold(auditor: Auditor) -> tuple[dict[str, tuple[int, int]], tuple[int, int], list[str]]:
    """Gold of the seeds with confidence >= 0.5, by detectability; our findings that are right, and all; the rest."""
    found: Counter[str] = Counter()
    total: Counter[str] = Counter()
    right, findings = 0, 0
    notes = []
    judged = judged_right("seeds")
    for line in (ROOT / "seeds" / "gold.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        shown = counted(auditor, record["text"], record["id"])
        gold = []
        for entry in record["spans"]:
            place = Gold(Span(entry["start"], entry["end"]), entry["class"])
            gold.append(place)
            if entry["confidence"] < 0.5 or not entry["class"].startswith("mt.") or entry["text"] == "  ":
                continue
            hit = any(meets(finding, place) for finding in shown)
            total[entry["detectability"]] += 1
            found[entry["detectability"]] += hit
            if not hit and entry["detectability"] in "AB":
                notes.append(
                    f"not found: {record['id']} {entry['detectability']} {entry['class']} {entry['text'][:70]!r}"
                )
        if record["id"] not in TRANSLATED_SEEDS:
            continue
        for finding in shown:
            spans = (finding.span, *finding.evidence) if finding.evidence else (finding.span,)
            overlaps = any(span.overlaps(place.span) for span in spans for place in gold if span.length <= 400)
            good = overlaps or (record["id"], finding.code, *finding.span) in judged
            findings += 1
            right += good
            if not good:
                notes.append(f"no gold: {record['id']} {finding.code} {tuple(finding.span)} {finding.excerpt[:70]!r}")
    return {kind: (found[kind], total[kind]) for kind in sorted(total)}, (right, findings), notes


@dataclass(slots=True)
class Systems:
    """Documents of WMT with a finding.

    rows: test year, kind of system, tier -> documents, with one of minor or above, with one of major or above.
    documents and by_rule: by label (`mt`, `human-translation`), documents, and of these with a finding of each rule.
    """

    rows: dict[tuple[str, str, str], list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0, 0]))
    documents: Counter[str] = field(default_factory=Counter)
    by_rule: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))


def measure_systems(auditor: Auditor) -> Systems:
    """Shares of documents with a finding, by system and by rule."""
    result = Systems()
    for name in SYSTEMS:
        for record in records(name):
            if record["label"] == "human-translation":
                key = (name[:5], "human translation", "")
            else:
                key = (name[:5], str(record.get("mt_type") or "system"), str(record.get("tier") or ""))
            shown = counted(auditor, record["text"], record["id"])
            result.documents[record["label"]] += 1
            result.by_rule[record["label"]].update({finding.code for finding in shown})
            row = result.rows[key]
            row[0] += 1
            row[1] += bool(shown)
            row[2] += any(finding.severity >= Severity.MAJOR for finding in shown)
    return result


@dataclass(slots=True)
class Agreement:
    """Findings beside the spans of human raters.

    recall: (found, all) of the surface spans on which two of three raters agree; overlapping: (findings that
    overlap any rater's span, all findings).
    """

    recall: tuple[int, int]
    overlapping: tuple[int, int]
    missed: list[str]


def agreement(documents: Iterable[tuple[dict[str, Any], Sequence[Span]]]) -> Agreement:
    """Compare the spans that some tool gives for each record of the MQM set with those of the raters."""
    found = total = overlapping = findings = 0
    missed = []
    for record, spans in documents:
        marked = [(Span(s["start"], s["end"]), s) for s in record["spans"]]
        for gold, entry in marked:
            raters = int(entry.get("note", "raters=0/3").rpartition("raters=")[2].partition("/")[0] or 0)
            if raters < 2 or not any(kind in entry["class"] for kind in SURFACE):
                continue
            total += 1
            hit = any(span.overlaps(gold) for span in spans)
            found += hit
            if not hit:
                text = record["text"]
                around = " ".join(text[max(0, gold.start - 40) : gold.end + 40].split())
                missed.append(f"{entry['class']}: [[{gold.of(text)}]] in {around}")
        findings += len(spans)
        overlapping += sum(any(span.overlaps(gold) for gold, _ in marked) for span in spans)
    return Agreement((found, total), (overlapping, findings), missed)


def measure_raters(auditor: Auditor) -> Agreement:
    """Our findings beside the MQM spans of `mqm_wmt23_zhen_sxs`."""
    return agreement(
        (record, [finding.span for finding in counted(auditor, record["text"], record["id"]) if not finding.evidence])
        for record in records("mqm_wmt23_zhen_sxs")
    )


def share(found: int, total: int) -> str:
    """A share as it is written in the tables."""
    return f"{found / total:.2f} ({found} of {total})" if total else "none there"


def tables(auditor: Auditor, missed: bool) -> list[str]:
    """All tables as lines of Markdown."""
    fragments = measure_fragments(auditor)
    lines = ["### Fragments of farm pages", "", "| classes | found | target |", "| --- | --- | --- |"]
    for title, (classes, target) in GROUPS.items():
        lines.append(f"| {title} | {share(*fragments.group(classes))} | {target} |")
    lines.append(f"| pages with a finding | {share(fragments.pages_with, fragments.pages)} | {PAGES} |")
    lines += ["", "| class | found | by |", "| --- | --- | --- |"]
    for kind in sorted(fragments.total):
        found = sorted(fragments.by_rule[kind].items(), key=lambda item: (-item[1], item[0]))
        codes = ", ".join(f"{code} {n}" for code, n in found)
        lines.append(f"| {kind} | {fragments.found[kind]} of {fragments.total[kind]} | {codes} |")
    if missed:
        lines += ["", *(f"- missed {entry}" for entry in fragments.missed)]
    gold, (right, findings), notes = measure_gold(auditor)
    lines += [
        "",
        "### Gold of the seed articles, confidence 0.5 and more",
        "",
        "| detectability | found |",
        "| --- | --- |",
    ]
    lines += [f"| {kind} | {share(*counts)} |" for kind, counts in gold.items()]
    lines += [
        "",
        f"Findings on the four translated seeds that meet gold or were judged right: {share(right, findings)}.",
    ]
    if missed:
        lines += ["", *(f"- {note}" for note in notes)]
    lines += ["", "### Documents of WMT with a finding", ""]
    lines += [
        "| test | kind | tier | documents | minor or above | major or above |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for (test, kind, tier), (documents, minor, major) in sorted(measure_systems(auditor).rows.items()):
        lines.append(
            f"| {test} | {kind} | {tier} | {documents} | {1000 * minor / documents:.0f} per 1,000 "
            f"| {1000 * major / documents:.0f} per 1,000 |"
        )
    raters = measure_raters(auditor)
    lines += ["", "### Spans of human raters (MQM, Chinese to English, 2023)", ""]
    lines.append(f"Surface spans on which two of three raters agree, found: {share(*raters.recall)}.")
    lines.append(f"Our findings that overlap a span of any rater: {share(*raters.overlapping)}.")
    if missed:
        lines += ["", *(f"- missed {entry}" for entry in raters.missed)]
    return lines


def main() -> None:
    """Command line of this script."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--missed", action="store_true")
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    lines = tables(Auditor(strict=True), args.missed)
    print("\n".join(lines))
    if args.write:
        page = ROOT / "docs" / "measured.md"
        text = page.read_text(encoding="utf-8")
        before, _, rest = text.partition(MARK)
        _, _, after = rest.partition(END)
        page.write_text(f"{before}{MARK}\n\n" + "\n".join(lines) + f"\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
