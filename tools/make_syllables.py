"""Make `auditor/text/lexicons/syllables.txt` and `syllables_common.txt` from the CMU Pronouncing Dictionary.

The source is the file `index.js` of the npm package `cmu-pronouncing-dictionary` (`npm pack
cmu-pronouncing-dictionary`, unpack, give the path of `package/index.js`). A word is kept when textstat can
look it up: lower case; letters, digits, underscores and the apostrophes of contractions only. Only first
pronunciations count: textstat takes the first, and the package names the others `word(2)`, `word(3)`.

`syllables.txt` has all words in an order in which a word is found by bisection, without reading the file into
a dictionary first. `syllables_common.txt` repeats the words that news uses most, which are better known
before the first article: those that occur in `ARTICLES` articles or more of the files given as `--news`
(JSON Lines, gzipped, text in the field `text`). Neither list changes a count; the second saves time only.

    python tools/make_syllables.py path/to/package/index.js --news path/to/*.jsonl.gz

A file that is `syllables.txt` itself serves as source too, to make the common words again.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

LEXICONS = Path(__file__).resolve().parent.parent / "auditor" / "text" / "lexicons"
ENTRY = re.compile(r'^  "((?:[^"\\]|\\.)*)": "([^"]*)",?$', re.MULTILINE)
MADE_ENTRY = re.compile(r" ([^ :\n]+):(\d+)")
LOOKED_UP = re.compile(r"(?:\w|'(?=[tsd]|ve|ll|re))+")  # what textstat leaves of a token
ARTICLES = 2
ON_A_LINE = 12  # words; more make the search inside the line slower, fewer the reading of the file


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
    """` word:count` of every word, sorted as `auditor.text.readability` searches it: by `word:`, in bytes."""
    entries = sorted((f" {word}:".encode(), count) for word, count in counts.items())
    words = [f"{word.decode()}{count}" for word, count in entries]
    return ["".join(words[start : start + ON_A_LINE]) for start in range(0, len(words), ON_A_LINE)]


def articles_of_words(texts: Iterable[str]) -> Counter[str]:
    """In how many of the texts each word occurs."""
    met: Counter[str] = Counter()
    for text in texts:
        met.update(set(re.findall(r"[a-z']+", text.lower())))
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
    counts = first_pronunciations(source) or {word: int(count) for word, count in MADE_ENTRY.findall(source)}
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
            "# Words of syllables.txt that news uses most. A line is a number of syllables, a number of letters",
            "# and the words that have them.",
            notice,
            "",
            *groups,
        ]
        (arguments.output / "syllables_common.txt").write_bytes("\n".join(lines).encode() + b"\n")
        print(f"{sum(len(line.split()) - 2 for line in groups)} common words")


if __name__ == "__main__":
    main()
