"""Make `auditor/text/lexicons/syllables.txt` from the CMU Pronouncing Dictionary.

The source is the file `index.js` of the npm package `cmu-pronouncing-dictionary` (`npm pack
cmu-pronouncing-dictionary`, unpack, give the path of `package/index.js`). A word is kept when textstat can
look it up: lower case; letters, digits, underscores and the apostrophes of contractions only. Only first
pronunciations count: textstat takes the first, and the package names the others `word(2)`, `word(3)`.

`syllables.txt` has all words as ` word:count`, the count in base 36, on `TABLE_LINES` lines. The line is the
checksum of the word, so that a word is found in its line and no dictionary of all need be made.

    python -m tools.make_syllables path/to/package/index.js
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from zlib import crc32

from auditor.text.readability import TABLE_LINES

LEXICONS = Path(__file__).resolve().parent.parent / "auditor" / "text" / "lexicons"
ENTRY = re.compile(r'^  "((?:[^"\\]|\\.)*)": "([^"]*)",?$', re.MULTILINE)
COUNTS = "0123456789abcdefghijklmnopqrstuvwxyz"  # a count is one sign, so that its place is known
LOOKED_UP = re.compile(r"(?:\w|'(?=[tsd]|ve|ll|re))+")  # what textstat leaves of a token


def first_pronunciations(source: str) -> dict[str, int]:
    """Word to the number of vowels (phones with a stress digit) of its first pronunciation."""
    counts: dict[str, int] = {}
    for word, phones in ENTRY.findall(source):
        counts.setdefault(word, sum(phone[-1].isdigit() for phone in phones.split()))
    return counts


def looked_up(counts: dict[str, int]) -> dict[str, int]:
    """The words that textstat can look up. Nothing else may stand in a table: `:` and spaces part its entries."""
    return {word: count for word, count in counts.items() if word == word.lower() and LOOKED_UP.fullmatch(word)}


def all_lines(counts: dict[str, int]) -> list[str]:
    """` word:count` of every word, on the line of its checksum."""
    lines = [""] * TABLE_LINES
    for word, count in sorted(counts.items()):
        lines[crc32(word.encode()) % TABLE_LINES] += f" {word}:{COUNTS[count]}"
    return lines


def main() -> None:
    """Read the files named on the command line and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("source", type=Path, help="index.js of the npm package cmu-pronouncing-dictionary")
    parser.add_argument("--output", type=Path, default=LEXICONS, help="folder of the table")
    arguments = parser.parse_args()
    source = arguments.source.read_text(encoding="utf-8")
    counts = first_pronunciations(source)
    kept = looked_up(counts)
    notice = "# Made by tools/make_syllables.py. Notice: NOTICE-cmudict.txt."
    lines = [
        "# Syllables of English words by their first pronunciation in the CMU Pronouncing Dictionary.",
        notice,
        "",
        *all_lines(kept),
    ]
    (arguments.output / "syllables.txt").write_bytes("\n".join(lines).encode() + b"\n")
    print(f"{len(kept)} of {len(counts)} entries kept")


if __name__ == "__main__":
    main()
