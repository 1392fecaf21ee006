"""Measure rules on the evaluation data: noise on clean human news, what they find in damaged text.

python -m tools.measure MT102 --show 20        findings on the clean sets, with context
python -m tools.measure MT --sets wmt21_xxen   on other sets
python -m tools.measure MT --wild              recall on the fragments of farm pages, by class
python -m tools.measure --seeds                gold spans of detectability A, and must-not-flag
python -m tools.measure --hard                 hard negatives flagged by a rule for the class named
"""

from __future__ import annotations

import argparse
import json
from collections import Counter

from auditor.config import Config
from auditor.document import Document
from auditor.engine import Auditor
from auditor.finding import Finding, Severity
from auditor.span import Span
from tools.evaluation_data import CLEAN, data_folder, records


def context(text: str, span: Span, width: int = 60) -> str:
    """The span in its surroundings, on one line."""
    left, right = text[max(0, span.start - width) : span.start], text[span.end : span.end + width]
    inside = span.of(text)
    if len(inside) > 160:
        inside = inside[:90] + " […] " + inside[-60:]
    return repr(f"{left}[[{inside}]]{right}")


def measure_sets(auditor: Auditor, sets: tuple[str, ...], show: int, least: Severity) -> None:
    """Articles with a finding, by rule, and examples."""
    total, flagged = 0, 0
    by_rule: Counter[str] = Counter()
    articles: Counter[str] = Counter()
    shown: Counter[str] = Counter()
    for name in sets:
        n, with_any = 0, 0
        for record in records(name):
            n += 1
            audit = auditor.audit(Document(record["text"], record["id"]))
            findings = [f for f in audit.findings if f.severity >= least]
            with_any += bool(findings)
            by_rule.update(f.code for f in findings)
            articles.update({f.code for f in findings})
            for finding in findings:
                shown[finding.code] += 1
                if shown[finding.code] <= show:
                    print(finding.code, record["id"], context(record["text"], finding.span))
        print(f"{name}: {n} articles, {with_any} with a finding ({1000 * with_any / n:.1f} per 1,000)")
        total += n
        flagged += with_any
    print(f"all: {total} articles, {flagged} with a finding ({1000 * flagged / total:.2f} per 1,000)")
    for code in sorted(by_rule):
        rate = 1000 * articles[code] / total
        print(f"  {code}: {by_rule[code]} findings in {articles[code]} articles ({rate:.2f} per 1,000)")


def close_enough(finding: Finding, gold: Span) -> bool:
    """Whether a finding counts for a gold span: it overlaps, and is at most 160 characters or twice as long."""
    spans = [finding.span, *finding.evidence]
    return any(s.overlaps(gold) and s.length <= max(160, 2 * gold.length) for s in spans)


def measure_wild(auditor: Auditor, show: int) -> None:
    """Recall on the fragments of farm pages, by class."""
    found: Counter[str] = Counter()
    total: Counter[str] = Counter()
    with open(data_folder() / "wild_fragments.jsonl", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            audit = auditor.audit(Document(record["text"], record["id"]))
            for gold in record["spans"]:
                span = Span(gold["start"], gold["end"])
                hit = any(close_enough(f, span) for f in audit.findings)
                total[gold["class"]] += 1
                found[gold["class"]] += hit
                if not hit and show:
                    print("missed", gold["class"], record["id"], context(record["text"], span))
    for kind in sorted(total):
        print(f"{kind}: {found[kind]} of {total[kind]}")


def measure_seeds(auditor: Auditor, show: int) -> None:
    """Gold spans of detectability A, must-not-flag spans, and all findings on the seeds."""
    folder = data_folder() / "seeds"
    audits = {}
    for line in (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        audit = auditor.audit(Document(record["text"], record["id"]))
        audits[record["id"]] = audit
        for gold in record["spans"]:
            span, kind = Span(gold["start"], gold["end"]), gold["class"]
            if gold["detectability"] != "A" or kind[:2] not in ("mt", "bp"):
                continue
            families = ("MT", "NM", "LG") if kind.startswith("mt") else ("BP",)
            by = [f.code for f in audit.findings if f.family in families and close_enough(f, span)]
            print("found" if by else "MISSED", record["id"], kind, context(record["text"], span, 20), by)
        if show:
            for finding in audit.findings:
                print("  ", record["id"], finding.code, finding.severity, context(record["text"], finding.span, 20))
    for line in (folder / "must_not_flag.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        span = Span(record["start"], record["end"])
        for finding in audits[record["doc"]].findings:
            if finding.span.overlaps(span):
                print("must not flag", record["looks_like"], record["text"], "<-", finding.code, finding.excerpt[:60])


def measure_hard(auditor: Auditor) -> None:
    """Hard negatives flagged by a rule for the class named, and by any rule."""
    finds = {rule.code: rule.finds for rule in auditor.rules}
    flagged = 0
    for line in (data_folder() / "hard_negatives.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        for finding in auditor.audit(Document(record["text"], record["id"])).findings:
            named = record["rule_class"] in finds[finding.code]
            flagged += named
            mark = "FLAGGED" if named else "other"
            print(mark, record["id"], record["rule_class"], finding.code, context(record["text"], finding.span))
    print(f"{flagged} flagged by a rule for the class named")


def main() -> None:
    """Command line of this script."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("codes", nargs="*", help="codes or beginnings of codes; none for all stable rules")
    parser.add_argument("--sets", default=",".join(CLEAN))
    parser.add_argument("--show", type=int, default=0, help="how many findings of each rule to print")
    parser.add_argument("--severity", default="neutral")
    parser.add_argument("--wild", action="store_true")
    parser.add_argument("--seeds", action="store_true")
    parser.add_argument("--hard", action="store_true")
    args = parser.parse_args()
    auditor = Auditor(Config(select=tuple(args.codes), preview=bool(args.codes)), strict=True)
    if args.wild:
        measure_wild(auditor, args.show)
    elif args.seeds:
        measure_seeds(auditor, args.show)
    elif args.hard:
        measure_hard(auditor)
    else:
        measure_sets(auditor, tuple(args.sets.split(",")), args.show, Severity(args.severity))


if __name__ == "__main__":
    main()
