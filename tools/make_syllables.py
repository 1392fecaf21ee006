"""Make `auditor/text/lexicons/syllables.txt.gz` from the CMU Pronouncing Dictionary.

The source is the file `index.js` of the npm package `cmu-pronouncing-dictionary` (`npm pack
cmu-pronouncing-dictionary`, unpack, give the path of `package/index.js`). A word is kept when textstat can
look it up (lower case; letters, digits, underscores and the apostrophes of contractions only) and pyphen's
en_US hyphenation, the fallback, counts its syllables differently. Only first pronunciations count: textstat
takes the first, and the package names the others `word(2)`, `word(3)`.

    python tools/make_syllables.py path/to/package/index.js
"""

from __future__ import annotations

import argparse
import gzip
import re
from pathlib import Path

import pyphen

TABLE = Path(__file__).resolve().parent.parent / "auditor" / "text" / "lexicons" / "syllables.txt.gz"
ENTRY = re.compile(r'^  "((?:[^"\\]|\\.)*)": "([^"]*)",?$', re.MULTILINE)
LOOKED_UP = re.compile(r"(?:\w|'(?=[tsd]|ve|ll|re))+")  # what textstat leaves of a token


def first_pronunciations(source: str) -> dict[str, int]:
    """Word to the number of vowels (phones with a stress digit) of its first pronunciation."""
    counts: dict[str, int] = {}
    for word, phones in ENTRY.findall(source):
        counts.setdefault(word, sum(phone[-1].isdigit() for phone in phones.split()))
    return counts


def disagreements(counts: dict[str, int]) -> dict[int, list[str]]:
    """Syllable count to the sorted words that can be looked up and that pyphen counts differently."""
    hyphenation = pyphen.Pyphen(lang="en_US")
    table: dict[int, list[str]] = {}
    for word, count in sorted(counts.items()):
        if word == word.lower() and LOOKED_UP.fullmatch(word):
            if len(hyphenation.positions(word)) + 1 != count:
                table.setdefault(count, []).append(word)
    return table


def main() -> None:
    """Read the package file named on the command line and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("source", type=Path, help="index.js of the npm package cmu-pronouncing-dictionary")
    parser.add_argument("--output", type=Path, default=TABLE)
    arguments = parser.parse_args()
    counts = first_pronunciations(arguments.source.read_text(encoding="utf-8"))
    table = disagreements(counts)
    lines = [
        "# Syllables of English words on which the CMU Pronouncing Dictionary and pyphen's en_US disagree.",
        f"# Made by tools/make_syllables.py with pyphen {pyphen.VERSION}. Notice: NOTICE-cmudict.txt.",
        "# A line is a number of syllables and the words that have it.",
        *(f"{count} {' '.join(words)}" for count, words in sorted(table.items())),
    ]
    data = "\n".join(lines).encode() + b"\n"
    arguments.output.write_bytes(gzip.compress(data, compresslevel=9, mtime=0))
    kept = sum(map(len, table.values()))
    print(f"{kept} of {len(counts)} entries kept, {arguments.output.stat().st_size} bytes")


if __name__ == "__main__":
    main()
