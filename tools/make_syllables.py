"""Make `auditor/text/lexicons/syllables.txt.gz` from the CMU Pronouncing Dictionary.

The source is the file `index.js` of the npm package `cmu-pronouncing-dictionary` (`npm pack
cmu-pronouncing-dictionary`, unpack, give the path of `package/index.js`). A word is kept when textstat can
look it up: lower case; letters, digits, underscores and the apostrophes of contractions only. Only first
pronunciations count: textstat takes the first, and the package names the others `word(2)`, `word(3)`.

Words that pyphen, the fallback, counts alike are kept too. Without them the file would have 158 kB in place
of 365 and load in 20 ms less, but the first thousand articles of a process would take a third longer.

    python tools/make_syllables.py path/to/package/index.js
"""

from __future__ import annotations

import argparse
import gzip
import re
from pathlib import Path

TABLE = Path(__file__).resolve().parent.parent / "auditor" / "text" / "lexicons" / "syllables.txt.gz"
ENTRY = re.compile(r'^  "((?:[^"\\]|\\.)*)": "([^"]*)",?$', re.MULTILINE)
LOOKED_UP = re.compile(r"(?:\w|'(?=[tsd]|ve|ll|re))+")  # what textstat leaves of a token


def first_pronunciations(source: str) -> dict[str, int]:
    """Word to the number of vowels (phones with a stress digit) of its first pronunciation."""
    counts: dict[str, int] = {}
    for word, phones in ENTRY.findall(source):
        counts.setdefault(word, sum(phone[-1].isdigit() for phone in phones.split()))
    return counts


def table_of(counts: dict[str, int]) -> dict[int, list[str]]:
    """Syllable count to the sorted words that can be looked up."""
    table: dict[int, list[str]] = {}
    for word, count in sorted(counts.items()):
        if word == word.lower() and LOOKED_UP.fullmatch(word):
            table.setdefault(count, []).append(word)
    return table


def main() -> None:
    """Read the package file named on the command line and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("source", type=Path, help="index.js of the npm package cmu-pronouncing-dictionary")
    parser.add_argument("--output", type=Path, default=TABLE)
    arguments = parser.parse_args()
    counts = first_pronunciations(arguments.source.read_text(encoding="utf-8"))
    table = table_of(counts)
    lines = [
        "# Syllables of English words by their first pronunciation in the CMU Pronouncing Dictionary.",
        "# Made by tools/make_syllables.py. Notice: NOTICE-cmudict.txt.",
        "# A line is a number of syllables and the words that have it.",
        *(f"{count} {' '.join(words)}" for count, words in sorted(table.items())),
    ]
    data = "\n".join(lines).encode() + b"\n"
    arguments.output.write_bytes(gzip.compress(data, compresslevel=9, mtime=0))
    kept = sum(map(len, table.values()))
    print(f"{kept} of {len(counts)} entries kept, {arguments.output.stat().st_size} bytes")


if __name__ == "__main__":
    main()
