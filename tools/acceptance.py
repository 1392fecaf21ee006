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
from auditor.rule import Rule
from auditor.score import Gold, meets
from auditor.span import Span
from tools import rules_table
from tools.evaluation_data import CLEAN, ROOT, data_folder, records
from tools.recall import measure_fragments, measure_systems

HARD_ALLOWED = 3
CLEAN_PER_THOUSAND = {Severity.MINOR: 10.0, Severity.MAJOR: 2.0}
"""Clean articles with any MT, NM or LG finding of that severity or above per 1,000, at most."""
PHRASING = "MT131"
PHRASING_PER_THOUSAND = 5.0
GOOD_VERDICTS = 0.98
"""The share of clean articles that the default policy keeps or cleans, at least."""
NOISE_LIMITS = {Severity.CRITICAL: 0.5, Severity.MAJOR: 0.5, Severity.MINOR: 1.0}
"""Clean articles with a finding per 1,000, above which an MT, NM or LG rule of that severity cannot be stable."""
NOISY_FAMILIES = ("MT", "NM", "LG")


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
        self.damaged: Counter[Severity] = Counter()
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
                shown = [f for f in counted(audit) if f.family in NOISY_FAMILIES]
                for least in CLEAN_PER_THOUSAND:
                    self.damaged[least] += any(f.severity >= least for f in shown)
                self.examples += [f"{record['id']} {f.code} {f.excerpt[:70]!r}" for f in shown]

    def rate(self, count: int) -> float:
        """Articles per 1,000."""
        return 1000 * count / self.articles


def noise_limit(rule: Rule) -> float | None:
    """How many clean articles in 1,000 a stable rule may have a finding in; None for any number."""
    if rule.family not in NOISY_FAMILIES:
        return None
    return PHRASING_PER_THOUSAND if rule.code == PHRASING else NOISE_LIMITS.get(rule.severity)


def counted_findings(number: int) -> str:
    """The number with its noun."""
    return "1 finding" if number == 1 else f"{number} findings"


def write_pages(auditor: Auditor, noise: Noise) -> None:
    """The *Measured* section of each page, and the table of the catalogue."""
    seeds = Counter(f.code for _, audit in seed_articles(auditor).values() for f in audit.findings)
    fragments = measure_fragments(auditor)
    systems = measure_systems(auditor)
    for rule in auditor.rules:
        path = page_path(rule).with_suffix(".md")
        text = path.read_text(encoding="utf-8")
        line = (
            f"{noise.rate(noise.by_rule[rule.code]):.2f} per 1,000 clean articles "
            f"({noise.by_rule[rule.code]} of {noise.articles:,}); "
            f"{counted_findings(seeds[rule.code])} on the seed articles."
        )
        if rule.family in NOISY_FAMILIES and rule.severity > Severity.NEUTRAL:
            shares = [
                f"{1000 * systems.by_rule[label][rule.code] / systems.documents[label]:.1f} per 1,000 {name}"
                for label, name in (("mt", "machine translations"), ("human-translation", "human translations"))
            ]
            line += f"\n{' and '.join(shares)} of WMT 2013–2023 ({sum(systems.documents.values()):,} documents)."
            classes = [
                f"{counts[rule.code]} of {fragments.total[kind]} {kind}"
                for kind, counts in sorted(fragments.by_rule.items())
                if counts[rule.code]
            ]
            if classes:
                line += f"\nPlaces marked on farm pages: {', '.join(classes)}."
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
    for least, most in CLEAN_PER_THOUSAND.items():
        rate = noise.rate(noise.damaged[least])
        failed |= rate > most
        print(
            f"clean articles with an MT, NM or LG finding of {least} or above: {noise.damaged[least]} of "
            f"{noise.articles} = {rate:.2f} per 1,000 (at most {most:g})"
        )
    for example in noise.examples:
        print(f"    {example}")
    for rule in auditor.rules:
        limit = noise_limit(rule)
        own = noise.rate(noise.by_rule[rule.code])
        over = limit is not None and own > limit
        failed |= over
        print(f"    {rule.code} {rule.name:<28}{own:8.2f} per 1,000{'  ABOVE ITS LIMIT' if over else ''}")
    good = (noise.verdicts["keep"] + noise.verdicts["clean"]) / noise.articles
    failed |= good < GOOD_VERDICTS
    print(f"verdicts on clean articles: {dict(sorted(noise.verdicts.items()))}")
    if args.pages:
        write_pages(auditor, noise)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
