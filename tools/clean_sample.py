"""Draw edits of cleaning from the development texts for judging by hand, the same ones for the same rules and seed.

python -m tools.clean_sample                     100 edits, each in its surroundings
python -m tools.clean_sample --rows              as rows for docs/judged: id, rules, start, end, two empty columns
python -m tools.clean_sample --count             how many edits each rule makes on each set, and on how many articles
python -m tools.clean_sample --clean             every edit on the clean sets
python -m tools.clean_sample --rule MT116        only edits of that rule
"""

from __future__ import annotations

import argparse
import csv
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence

from auditor.cleaning import Change, cleaned
from auditor.document import Document
from auditor.engine import Auditor
from auditor.span import Span
from tools.evaluation_data import CLEAN, records

DAMAGED = (
    "human_masakhanews_en",
    "boilerplate_aeb",
    "human_parity_wmt17_zhen",
    "mqm_wmt21_zhen",
    "mqm_wmt23_zhen_sxs",
    "wmt13_xxen",
    "wmt14_xxen",
    "wmt21_xxen",
    "wmt22_xxen",
    "wmt23_xxen",
)
"""The development sets with translations and web pages."""

MARKED = ("boilerplate_aeb", "human_masakhanews_en")
"""Those in which each line of boilerplate is marked."""


def changes(sets: Sequence[str], rule: str = "") -> Iterator[tuple[str, str, str, Change]]:
    """Set, id, text and edit, for all edits that cleaning makes, in the order of the data."""
    auditor = Auditor(strict=True)
    for name in sets:
        for record in records(name):
            audit = auditor.audit(Document(record["text"], record["id"]))
            for change in cleaned(audit, auditor).edits:
                if not rule or rule in change.codes:
                    yield name, record["id"], record["text"], change


def shown(text: str, change: Change, width: int = 70) -> str:
    """The edit in its surroundings: `[[before]]`, an arrow, and what takes its place."""
    span: Span = change.edit.span
    left, right = text[max(0, span.start - width) : span.start], text[span.end : span.end + width]
    before = change.before if len(change.before) <= 400 else f"{change.before[:300]} … {change.before[-80:]}"
    return repr(f"{left}[[{before}]]{right}") + f" -> {change.edit.text!r}"


def against_gold() -> tuple[Counter[str], Counter[str]]:
    """How many lines the rules took away from the pages whose boilerplate is marked, and how many are not marked."""
    auditor = Auditor(strict=True)
    taken: Counter[str] = Counter()
    unmarked: Counter[str] = Counter()
    for name in MARKED:
        for record in records(name):
            marked = [(span["start"], span["end"]) for span in record.get("spans", [])]
            for change in cleaned(auditor.audit(Document(record["text"], record["id"])), auditor).edits:
                codes = " ".join(sorted(set(change.codes)))
                if change.edit.text or not codes.startswith("BP"):
                    continue
                for line in re.finditer(r"\S[^\r\n]*", change.before):
                    start, end = change.edit.span.start + line.start(), change.edit.span.start + line.end()
                    taken[codes] += 1
                    unmarked[codes] += not any(one < end and start < two for one, two in marked)
    return taken, unmarked


def main() -> None:
    """Command line of this script."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rule", default="")
    parser.add_argument("--rows", action="store_true")
    parser.add_argument("--count", action="store_true")
    parser.add_argument("--clean", action="store_true")
    parser.add_argument("--gold", action="store_true")
    parser.add_argument("--sets", nargs="*")
    args = parser.parse_args()
    if args.gold:
        taken, unmarked = against_gold()
        for codes, number in sorted(taken.items()):
            print(f"{codes:30} {number:6} lines, {unmarked[codes]:4} not marked")
        right = 1 - unmarked.total() / max(1, taken.total())
        print(f"{taken.total()} lines, {unmarked.total()} not marked: {right:.4f} are")
        return
    population = list(changes(args.sets or (CLEAN if args.clean else DAMAGED), args.rule))
    if args.count:
        counts = Counter((name, code) for name, _, _, change in population for code in sorted(set(change.codes)))
        for (name, code), number in sorted(counts.items()):
            print(f"{name:26} {code} {number}")
        print(f"{len(population)} edits in {len({ident for _, ident, _, _ in population})} articles")
        return
    size = len(population) if args.clean else min(args.size, len(population))
    drawn = [population[index] for index in sorted(random.Random(args.seed).sample(range(len(population)), size))]
    if args.rows:
        rows = csv.writer(sys.stdout, lineterminator="\n")
        rows.writerow(["id", "rules", "start", "end", "label", "reason"])
        for _, ident, _, change in drawn:
            rows.writerow([ident, " ".join(sorted(set(change.codes))), *change.edit.span, "", ""])
        return
    for number, (_, ident, text, change) in enumerate(drawn, 1):
        print(f"{number}. {ident} {' '.join(sorted(set(change.codes)))}\n      {shown(text, change)}")


if __name__ == "__main__":
    main()
