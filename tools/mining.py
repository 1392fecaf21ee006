"""Measures mining on the development sets: recall of marked lines that recur, and the rows to be judged.

python -m tools.mining               recall on human_masakhanews_en, and what is left out why
python -m tools.mining --rows        the 100 lines in the most articles, as rows for docs/judged/mined_lines.csv
python -m tools.mining --names       rare spellings of names in all sets, as rows for docs/judged/mined_names.csv
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from auditor.config import Config
from auditor.mining import Mined, mine
from auditor.text.template import folded_line, slotted
from tools.evaluation_data import data_folder, raw_records

MARKED = "human_masakhanews_en"
"""The set whose boilerplate lines are marked."""

NAMED = (
    "human_bbc2005", "human_abc2006", "human_masakhanews_en", "human_wmt_en_sources", "human_aeb_articles", "human_gum",
    "wmt13_xxen", "wmt14_xxen", "wmt21_xxen", "wmt22_xxen", "wmt23_xxen",
)  # fmt: skip
OFTEN = 3
TOP = 100


def mined(names: Sequence[str], *, spellings: bool = False) -> Mined:
    """What is learnt of development sets taken together."""
    return mine([str(data_folder() / "dev" / f"{name}.jsonl.gz") for name in names], Config(), names=spellings)


def marked_lines() -> Counter[str]:
    """The marked lines as they stand, each with the number of articles that it is marked in."""
    lines: Counter[str] = Counter()
    for record in raw_records(MARKED):
        marked = (record["text"][span["start"] : span["end"]] for span in record.get("spans", ()))
        lines.update({line.strip() for text in marked for line in text.splitlines() if line.strip()})
    return lines


def recall(found: Mined) -> tuple[list[str], list[str], int, int]:
    """The lines marked in at least three articles that were found and missed; and how often the two kinds stand."""
    known = {line.line for source in found.pack.sources for line in source.lines}
    lines = marked_lines()
    often = [line for line, articles in lines.items() if articles >= OFTEN]
    hits = [line for line in often if folded_line(line) in known or slotted(line) in known]
    misses = [line for line in often if line not in hits]
    return hits, misses, sum(lines[line] for line in hits), sum(lines[line] for line in misses)


def line_rows(found: Mined) -> Iterator[list[Any]]:
    """The lines in the most articles: where each stands first, in how many articles, and its first words."""
    lines = [line for source in found.pack.sources for line in source.lines][:TOP]
    for line in sorted(lines, key=lambda each: -each.articles):
        for record in raw_records(MARKED):
            raw = next(
                (raw for raw in record["text"].splitlines() if line.line in (folded_line(raw), slotted(raw))), ""
            )
            if raw:
                start = record["text"].index(raw.strip())
                first = " ".join(raw.split()[:5])
                yield [record["id"], start, start + len(raw.strip()), line.articles, first, "", line.role]
                break


def name_rows(found: Mined) -> Iterator[list[Any]]:
    """The rare spellings: where each stands first, and what the batch writes."""
    for name in found.pack.names:
        for each in NAMED:
            record = next((record for record in raw_records(each) if name.variant in record["text"]), None)
            if record is not None:
                start = record["text"].index(name.variant)
                end = start + len(name.variant)
                yield [record["id"], start, end, name.variant, name.name, name.articles, "", ""]
                break


def main() -> None:
    """Command line of the measurement."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", action="store_true")
    parser.add_argument("--names", action="store_true")
    arguments = parser.parse_args()
    out = csv.writer(sys.stdout, lineterminator="\n")
    if arguments.names:
        out.writerow(["id", "start", "end", "variant", "name", "articles", "label", "reason"])
        out.writerows(name_rows(mined(NAMED, spellings=True)))
        return
    found = mined([MARKED])
    if arguments.rows:
        out.writerow(["id", "start", "end", "articles", "line", "label", "reason"])
        out.writerows(line_rows(found))
        return
    hits, misses, often, seldom = recall(found)
    print(found.summary(MARKED))
    print(f"marked in {OFTEN} articles and more: {len(hits)} of {len(hits) + len(misses)} lines found, ", end="")
    print(f"{often} of {often + seldom} places")
    for line in misses:
        print(f"missed: {line}")


if __name__ == "__main__":
    main()
