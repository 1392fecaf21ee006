"""Make `auditor/text/lexicons/syllables.txt` and `syllables_common.txt` from the CMU Pronouncing Dictionary.

The source is the file `index.js` of the npm package `cmu-pronouncing-dictionary` (`npm pack
cmu-pronouncing-dictionary`, unpack, give the path of `package/index.js`). A word is kept when textstat can
look it up: lower case; letters, digits, underscores and the apostrophes of contractions only. Only first
pronunciations count: textstat takes the first, and the package names the others `word(2)`, `word(3)`.

`syllables.txt` has all words as ` word:count`, the count in base 36, on `TABLE_LINES` lines. The line is the
checksum of the word, so that a word is found in its line and no dictionary of all need be made.
`syllables_common.txt` has those of them that the first articles of a process would ask for, so that they need not
be looked up one by one: those in `ARTICLES` articles or more of the files given as `--news` (JSON Lines, gzipped,
text in the field `text`). It changes no count.

    python tools/make_syllables.py path/to/package/index.js --news path/to/*.jsonl.gz

`syllables.txt` itself serves as source too, to make the common words again.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from zlib import crc32

from auditor.text.readability import TABLE_LINES

LEXICONS = Path(__file__).resolve().parent.parent / "auditor" / "text" / "lexicons"
ENTRY = re.compile(r'^  "((?:[^"\\]|\\.)*)": "([^"]*)",?$', re.MULTILINE)
MADE_ENTRY = re.compile(r" ([^ :\n]+):(\w)")
COUNTS = "0123456789abcdefghijklmnopqrstuvwxyz"  # a count is one sign, so that its place is known
LOOKED_UP = re.compile(r"(?:\w|'(?=[tsd]|ve|ll|re))+")  # what textstat leaves of a token
ARTICLES = 2


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


def articles_of_words(texts: Iterable[str]) -> Counter[str]:
    """In how many of the texts each word occurs."""
    met: Counter[str] = Counter()
    for text in texts:
        met.update(set(re.findall(r"[\w']+", text.lower())))
    return met


def common_lines(counts: dict[str, int], met: Counter[str]) -> list[str]:
    """Lines of a syllable count, a number of letters and the common words that have both, the commonest first."""
    groups: dict[tuple[int, int], list[str]] = {}
    common = [word for word, articles in met.items() if articles >= ARTICLES and word in counts]
    for word in sorted(common, key=lambda word: (-met[word], word)):
        groups.setdefault((counts[word], len(word.replace("'", ""))), []).append(word)
    return [f"{count} {letters} {' '.join(words)}" for (count, letters), words in sorted(groups.items())]


def texts_of(path: Path) -> list[str]:
    """The texts of a gzipped file of JSON Lines."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line)["text"] for line in lines]


def main() -> None:
    """Read the files named on the command line and write the two tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("source", type=Path, help="index.js of the npm package cmu-pronouncing-dictionary")
    parser.add_argument("--news", type=Path, nargs="*", default=[], help="articles that tell which words are common")
    parser.add_argument("--output", type=Path, default=LEXICONS, help="folder of the two tables")
    arguments = parser.parse_args()
    source = arguments.source.read_text(encoding="utf-8")
    counts = first_pronunciations(source) or {word: int(count, 36) for word, count in MADE_ENTRY.findall(source)}
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
    if arguments.news:
        met = articles_of_words(text for path in arguments.news for text in texts_of(path))
        groups = common_lines(kept, met)
        lines = [
            "# Words of syllables.txt that news uses most.",
            "# A line is a number of syllables, a number of letters and the words that have both.",
            notice,
            "",
            *groups,
        ]
        (arguments.output / "syllables_common.txt").write_bytes("\n".join(lines).encode() + b"\n")
        print(f"{sum(len(line.split()) - 2 for line in groups)} common words")


if __name__ == "__main__":
    main()
