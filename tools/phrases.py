"""How often each entry of phrase lexicons occurs: in clean news, in machine and human translations, on farm pages.

    python -m tools.phrases rules/data/phrasing_french.tsv            one line for each entry
    python -m tools.phrases rules/data/phrasing_french.tsv --show 3   and places in clean and in translated text

Columns: articles of the clean sets with the entry, articles of `human_masakhanews_en`, human translations, machine
translations (all, and those from a language of the entry), fragments of farm pages whose marked span it overlaps, and
all fragments that have it. It ends with the fragments of the classes of phrasing that no entry overlaps (--missed).
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from auditor.phrasebook import Phrase, PhraseBook, word_lists
from auditor.span import Span
from tools.evaluation_data import CLEAN, ROOT, data_folder, records

TRANSLATED = (
    "wmt13_xxen",
    "wmt14_xxen",
    "wmt21_xxen",
    "wmt22_xxen",
    "wmt23_xxen",
    "mqm_wmt23_zhen_sxs",
    "mqm_wmt21_zhen",
    "human_parity_wmt17_zhen",
)
PHRASING = ("calque-grammar", "calque-lexical", "reported-conditional", "spun-synonym")


def fragments() -> Iterator[dict[str, object]]:
    """The fragments of farm pages."""
    with open(data_folder() / "wild_fragments.jsonl", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def main() -> None:
    """Command line of this script."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--words", type=Path, default=ROOT / "rules" / "data" / "phrasing_words.txt")
    parser.add_argument("--show", type=int, default=0)
    parser.add_argument("--missed", action="store_true")
    args = parser.parse_args()
    book = PhraseBook(args.paths, word_lists(args.words))
    counts: dict[Phrase, Counter[str]] = defaultdict(Counter)
    places: dict[Phrase, list[str]] = defaultdict(list)

    def count(kind: str, text: str, language: str = "") -> set[Phrase]:
        found = book.found(text)
        phrases = {entry.phrase for entry in found}
        for phrase in phrases:
            counts[phrase][kind] += 1
            counts[phrase]["own"] += kind == "mt" and language in phrase.languages
        seen: Counter[Phrase] = Counter()
        for phrase, span in ((entry.phrase, entry.span) for entry in found):
            seen[phrase] += 1
            if seen[phrase] == 1 and sum(place.startswith(kind) for place in places[phrase]) < args.show:
                around = " ".join(text[max(0, span.start - 50) : span.end + 50].split())
                places[phrase].append(f"{kind} {language}: …{around}…")
        return phrases

    flagged: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for name in CLEAN:
        for record in records(name):
            total["clean"] += 1
            flagged["clean"] += bool(count("clean", record["text"]))
    for record in records("human_masakhanews_en"):
        total["masakha"] += 1
        flagged["masakha"] += bool(count("masakha", record["text"]))
    for name in TRANSLATED:
        for record in records(name):
            kind = "mt" if record["label"] == "mt" else "ht" if record["label"] == "human-translation" else ""
            if kind:
                total[kind] += 1
                flagged[kind] += bool(count(kind, record["text"], str(record.get("source_lang") or "")))
    missed = []
    for record in fragments():
        text, gold = str(record["text"]), record["spans"][0]  # type: ignore[index]
        span = Span(gold["start"], gold["end"])
        hits = [entry for entry in book.found(text) if entry.span.overlaps(span)]
        count("wild", text, str(record["source_lang"]))
        for phrase in {entry.phrase for entry in hits}:
            counts[phrase]["gold"] += 1
        if not hits and gold["class"] in PHRASING:
            missed.append(
                f"{gold['class']} {record['source_lang']}: {' '.join(text.split())}\n      [[{span.of(text)}]]"
            )
    print("clean masakha   ht    mt   own gold wild  weight  languages  pattern")
    for phrase in book.phrases:
        c = counts[phrase]
        print(
            f"{c['clean']:5}{c['masakha']:8}{c['ht']:5}{c['mt']:6}{c['own']:6}{c['gold']:5}{c['wild']:5}"
            f"{phrase.weight:8.1f}  {','.join(phrase.languages):9}  {phrase.pattern}"
        )
        for place in places[phrase]:
            print(f"      {place}")
        if not any(entry.phrase == phrase for entry in book.found(phrase.example)):
            print(f"      THE EXAMPLE DOES NOT SHOW IT: {phrase.example}")
    for kind in total:
        print(f"{kind}: {flagged[kind]} of {total[kind]} articles have an entry")
    if args.missed:
        print("\n".join(missed))


if __name__ == "__main__":
    main()
