"""Write the keys of each family of phrase lexicons: `rules/data/<name>.keys`, read instead of chosen at every start.

python -m tools.make_keys                    after a change of rules/data/<name>_*.tsv or of <name>_words.txt
python -m tools.make_keys --prune phrasing   also takes away the entries that have common words only
"""

from __future__ import annotations

import argparse

from auditor.phrasebook import COLUMNS, Keys, PhraseBook, word_lists
from tools.evaluation_data import ROOT

FAMILIES = ("phrasing", "grammar")
"""The families of lexicons."""


def prune(name: str) -> None:
    """Take the entries away that have common words only, and print them."""
    folder = ROOT / "rules" / "data"
    keys = Keys({name: tuple(words) for name, words in word_lists(folder / f"{name}_words.txt").items()})
    for path in sorted(folder.glob(f"{name}_*.tsv")):
        kept = []
        for line in path.read_text(encoding="utf-8").splitlines(keepends=True):
            columns = line.split("\t")
            entry = len(columns) == len(COLUMNS) and not line.startswith(("#", COLUMNS[0]))
            if entry and not keys.of(columns[2]):
                print(f"{path.name}: {columns[1]} {columns[2]}")
            else:
                kept.append(line)
        path.write_text("".join(kept), encoding="utf-8")


def main() -> None:
    """Command line of this script."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prune", metavar="NAME", choices=FAMILIES)
    args = parser.parse_args()
    folder = ROOT / "rules" / "data"
    if args.prune:
        prune(args.prune)
    for name in FAMILIES:
        lexicons = sorted(folder.glob(f"{name}_*.tsv"))
        if lexicons:
            book = PhraseBook(lexicons, word_lists(folder / f"{name}_words.txt"))
            book.store_keys(folder / f"{name}.keys")
            print(f"{name}: {len(book.phrases)} entries, {len(book.runs)} runs of words")


if __name__ == "__main__":
    main()
