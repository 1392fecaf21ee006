"""Every figure of the docs in one run: gold of the seeds, must-not-flag, hard negatives, noise on the clean sets.

    python -m tools.acceptance            print all; exit code 1 when a bound does not hold
    python -m tools.acceptance --pages    also write each page's *Measured* line and the table in rules/README.md

The seeds and hard negatives are in this repository; the clean sets are evaluation data (`AUDITOR_DATA`, or
`../shared/data` beside the repository), and without them that part is left out, and said so.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Callable

from auditor.document import Document
from auditor.engine import Audit, Auditor
from auditor.finding import Finding, Severity
from auditor.policy import Facts, decide
from auditor.registry import page_path
from auditor.score import Gold, meets
from auditor.span import Span
from tools import rules_table
from tools.evaluation_data import CLEAN, ROOT, data_folder, records

HARD_ALLOWED = 3
CLEAN_PER_THOUSAND = 5.0
NOISE_LIMITS = {Severity.CRITICAL: 0.5, Severity.MAJOR: 0.5, Severity.MINOR: 1.0}
"""Clean articles with a finding per 1,000, above which an MT or NM rule of that severity cannot be stable."""


def counted(audit: Audit) -> list[Finding]:
    """The findings that count as found and as noise: stable, minor or above."""
    return [finding for finding in audit.findings if finding.severity >= Severity.MINOR]


def seed_articles(auditor: Auditor) -> dict[str, tuple[dict[str, object], Audit]]:
    """The gold record and the audit of each seed article, by id."""
    lines = (ROOT / "seeds" / "gold.jsonl").read_text(encoding="utf-8").splitlines()
    gold = [json.loads(line) for line in lines]
    return {record["id"]: (record, auditor.audit(Document(record["text"], record["id"]))) for record in gold}


def check_gold(auditor: Auditor) -> list[str]:
    """Gold spans that must be found and are not: detectability A of mt.* (one double space excepted) and bp.*."""
    missed = []
    for name, (record, audit) in seed_articles(auditor).items():
        for entry in record["spans"]:  # type: ignore[attr-defined]
            gold = Gold(Span(entry["start"], entry["end"]), entry["class"])
            wanted = entry["detectability"] == "A" and entry["class"][:3] in ("mt.", "bp.") and entry["text"] != "  "
            if (wanted or entry["text"] == "Nord Steam 2") and not any(meets(f, gold) for f in counted(audit)):
                missed.append(f"{name} {entry['class']} {entry['text'][:60]!r}")
    return missed


def check_must_not_flag(auditor: Auditor) -> list[str]:
    """Findings on spans that only look like an artifact, by a rule for the class they look like."""
    finds = {rule.code: rule.finds for rule in auditor.rules}
    audits = seed_articles(auditor)
    wrong = []
    for line in (ROOT / "seeds" / "must_not_flag.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        span = Span(record["start"], record["end"])
        for finding in audits[record["doc"]][1].findings:
            if finding.span.overlaps(span) and record["looks_like"] in finds[finding.code]:
                wrong.append(f"{record['id']} {finding.code} {finding.excerpt[:60]!r}")
    return wrong


def check_control(auditor: Auditor) -> list[str]:
    """MT and NM findings on the human-written seed 003 besides `12.Olivier`."""
    audit = seed_articles(auditor)["003"][1]
    return [
        f"{f.code} {f.excerpt[:60]!r}" for f in audit.findings if f.family in ("MT", "NM") and f.excerpt != "12.Olivier"
    ]


def check_hard_negatives(auditor: Auditor) -> list[str]:
    """Hard negatives flagged by a rule for the class they are named for."""
    finds = {rule.code: rule.finds for rule in auditor.rules}
    flagged = []
    for line in (ROOT / "seeds" / "hard_negatives.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        codes = {f.code for f in auditor.audit(Document(record["text"], record["id"])).findings}
        flagged += [f"{record['id']} {code}" for code in sorted(codes) if record["rule_class"] in finds[code]]
    return flagged


class Noise:
    """Findings of minor or above on the clean sets."""

    def __init__(self, auditor: Auditor) -> None:
        self.articles = 0
        self.by_rule: Counter[str] = Counter()
        self.damaged = 0
        self.verdicts: Counter[str] = Counter()
        self.examples: list[str] = []
        for name in CLEAN:
            for record in records(name):
                self.articles += 1
                audit = auditor.audit(Document(record["text"], record["id"]))
                found = audit.findings
                codes = {finding.code for finding in found}
                self.by_rule.update(codes)
                self.verdicts[decide(Facts.of(audit), auditor.config.policy).verdict] += 1
                shown = [f for f in counted(audit) if f.family in ("MT", "NM")]
                self.damaged += bool(shown)
                self.examples += [f"{record['id']} {f.code} {f.excerpt[:70]!r}" for f in shown]

    def rate(self, count: int) -> float:
        """Articles per 1,000."""
        return 1000 * count / self.articles


def counted_findings(number: int) -> str:
    """The number with its noun."""
    return "1 finding" if number == 1 else f"{number} findings"


def write_pages(auditor: Auditor, noise: Noise, found: Counter[str]) -> None:
    """The *Measured* section of each page, and the table of the catalogue."""
    for rule in auditor.rules:
        path = page_path(rule).with_suffix(".md")
        text = path.read_text(encoding="utf-8")
        line = (
            f"{noise.rate(noise.by_rule[rule.code]):.2f} per 1,000 clean articles "
            f"({noise.by_rule[rule.code]} of {noise.articles:,}); "
            f"{counted_findings(found[rule.code])} on the seed articles."
        )
        path.write_text(
            re.sub(r"\n## Measured\n.*\Z", f"\n## Measured\n\n{line}\n", text, flags=re.S), encoding="utf-8"
        )
    rules_table.main()


def main() -> int:
    """Command line of this script; the exit code is 1 when a bound does not hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", action="store_true")
    args = parser.parse_args()
    auditor = Auditor(strict=True)
    failed = False
    checks: list[tuple[str, Callable[[Auditor], list[str]], int]] = [
        ("gold spans of detectability A not found", check_gold, 0),
        ("must-not-flag spans flagged", check_must_not_flag, 0),
        ("MT or NM findings on seed 003 besides 12.Olivier", check_control, 0),
        ("hard negatives flagged for the class named", check_hard_negatives, HARD_ALLOWED),
    ]
    for title, check, allowed in checks:
        wrong = check(auditor)
        failed |= len(wrong) > allowed
        print(f"{title}: {len(wrong)} (allowed {allowed})")
        for entry in wrong:
            print(f"    {entry}")
    if not (data_folder() / "dev").is_dir():
        print("clean sets: not measured, the evaluation data is not on this machine (AUDITOR_DATA)")
        return int(failed)
    noise = Noise(auditor)
    rate = noise.rate(noise.damaged)
    failed |= rate > CLEAN_PER_THOUSAND
    print(f"clean articles with an MT or NM finding: {noise.damaged} of {noise.articles} = {rate:.2f} per 1,000")
    for example in noise.examples:
        print(f"    {example}")
    for rule in auditor.rules:
        limit = NOISE_LIMITS.get(rule.severity) if rule.family in ("MT", "NM") else None
        own = noise.rate(noise.by_rule[rule.code])
        over = limit is not None and own > limit
        failed |= over
        print(f"    {rule.code} {rule.name:<28}{own:8.2f} per 1,000{'  ABOVE ITS LIMIT' if over else ''}")
    print(f"verdicts on clean articles: {dict(sorted(noise.verdicts.items()))}")
    if args.pages:
        seeds = Counter(f.code for _, audit in seed_articles(auditor).values() for f in audit.findings)
        write_pages(auditor, noise, seeds)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
