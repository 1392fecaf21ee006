"""Draw findings to be judged by eye: the same ones for the same catalogue, data and seed.

    python -m tools.sample mt                 100 findings on the machine translations, each in its surroundings
    python -m tools.sample clean --size 300   all findings on the clean sets, if there are fewer
    python -m tools.sample mt --rows          as rows for docs/judged: id, rule, start, end, and two empty columns

Only MT, NM and LG findings of minor or above are drawn. An article-level finding is shown by its evidence.
"""

from __future__ import annotations

import argparse
import csv
import random
import sys
from collections.abc import Iterator

from auditor.engine import Auditor
from auditor.finding import Finding
from tools.evaluation_data import CLEAN, records
from tools.measure import context
from tools.recall import SYSTEMS, counted

GROUPS = {
    "mt": (*SYSTEMS, "mqm_wmt23_zhen_sxs", "mqm_wmt21_zhen", "human_parity_wmt17_zhen"),
    "clean": CLEAN,
}


def findings(group: str) -> Iterator[tuple[str, str, Finding]]:
    """Id, text and finding, for all that count, in the order of the data."""
    auditor = Auditor(strict=True)
    for name in GROUPS[group]:
        for record in records(name):
            if group == "clean" or record["label"] == "mt":
                for finding in counted(auditor, record["text"], record["id"]):
                    yield record["id"], record["text"], finding


def main() -> None:
    """Command line of this script."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("group", choices=sorted(GROUPS))
    parser.add_argument("--size", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rows", action="store_true")
    args = parser.parse_args()
    population = list(findings(args.group))
    size = min(args.size, len(population))
    drawn = [population[index] for index in sorted(random.Random(args.seed).sample(range(len(population)), size))]
    if args.rows:
        rows = csv.writer(sys.stdout, lineterminator="\n")
        rows.writerow(["id", "rule", "start", "end", "label", "reason"])
        rows.writerows([name, f.code, f.span.start, f.span.end, "", ""] for name, _, f in drawn)
        return
    for number, (name, text, finding) in enumerate(drawn, 1):
        print(f"{number}. {name} {finding.code} {finding.message}")
        for span in (finding.evidence or (finding.span,))[:8]:
            print(f"      {context(text, span)}")


if __name__ == "__main__":
    main()
