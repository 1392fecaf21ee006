"""Fuzz cleaning: is it idempotent, are its edits where they say, does it leave words, numbers and quotations alone?

    python -m tools.fuzz_clean --inputs 100000              from batch 0 on
    python -m tools.fuzz_clean --inputs 200 --first 41      try batch 41 again

The inputs are real-looking texts with seeded damage (`tools/nasty.py`), every second one with more of what cleaning
repairs. The number of a batch is its seed. Each kind of failure is told once, with its batch and the text.

Looked at is, for each text: the edits are sorted and apart, each `before` is the original there, and together they
make the cleaned text; cleaning that text changes nothing; no rule finds more than before, and one that cured finds
less; the words of every quotation are the same or the whole quotation went with its lines; all other words and numbers
are the same but in what boilerplate rules took away; the diff, applied, gives the cleaned text. For each fifth batch:
as a file (JSON Lines, CSV, Parquet, text) written anew, it holds the cleaned texts, and all other fields are the same.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from auditor.clean_files import Wanted, clean_files
from auditor.cleaning import Change, Cleaned, cleaned
from auditor.config import Config
from auditor.engine import Auditor
from auditor.marking import apply_edits
from auditor.readers import Record, read
from auditor.span import Span
from auditor.writers.diff import NO_END, unified_diff
from tools.nasty import nasty_text, stock, write_file

BATCH = 200
"""Texts of a batch."""
FORMATS = ("jsonl", "csv", "parquet", "folder", "jsonl.gz")
FILE_EVERY = 5
"""One batch of so many is written as a file, too."""
FOLDER_BATCH = 20
"""Texts of a batch that are written as files of their own."""

TOKEN = re.compile(r"\d+(?:[.,:’']\d+)*|[^\W\d]+")
HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+\d+(?:,\d+)? @@\n")
DAMAGE = (
    "source site-34",
    "\nRead more\n",
    "\nGive a Comment\n",
    " , ",
    " ! ",
    ". .",
    ", ”he said",
    ' , "he said',
    "«word»",
    "„word“",
    "areas.The police",
    "so - called ",
    "it. or ",
    "&amp;",
    "&quot;",
    "\x93",
    "\x00",
    "\n.\nsource site-3\n",
    ' said. "\n',
    "\n(Photo: Jane Doe/AFP)\n",
    "\nShare\nHome\nNews\nSports\n",
    "“",
    "”",
    "\n\n",
    "\r\n",
    "\n",
    "（",
    "，",
)
"""What cleaning repairs, and what may come into its way."""


@dataclass(slots=True)
class Total:
    """What was done so far. wrongs: how often something of a kind was wrong."""

    inputs: int = 0
    changed: int = 0
    edits: int = 0
    refused: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    wrongs: Counter[str] = field(default_factory=Counter)


def text_of(rng: random.Random, passages: Sequence[str]) -> str:
    """A nasty text, most cut short, every second one with damage that cleaning repairs."""
    text = nasty_text(rng, passages)[: rng.choice((200, 400, 4000))]
    if rng.random() < 0.5:
        return text
    for _ in range(rng.randint(1, 8)):
        at = rng.randint(0, len(text))
        text = text[:at] + rng.choice(DAMAGE) + text[at:]
    return text


def wrong(done: Cleaned, auditor: Auditor) -> dict[str, str]:
    """What is not true of a cleaned article, by kind, with the case in words."""
    old, new = done.original.document.text, done.text
    edits = [change.edit for change in done.edits]
    found: dict[str, str] = {}
    if any(one.span.end > two.span.start or one.span.start == two.span.start for one, two in pairwise(edits)):
        found["edits overlap"] = str(edits)
    if any(change.before != change.edit.span.of(old) or change.before == change.edit.text for change in done.edits):
        found["an edit does not say what stood there"] = str(done.edits)
    if apply_edits(old, edits) != new:
        found["the edits do not make the cleaned text"] = str(edits)
    fresh = auditor.audit(new) if edits else done.original
    again = cleaned(fresh, auditor) if edits else done
    if again.edits:
        found["cleaning twice is not cleaning once"] = str(again.edits)
    before = Counter(finding.code for finding in done.original.findings)
    after = Counter(finding.code for finding in fresh.findings)
    cured = {code for change in done.edits for code in change.codes}
    worse = {code for code in before | after if after[code] > before[code] - (code in cured)}
    if worse:
        found["a finding stayed or came"] = f"{sorted(worse)} {done.edits}"
    for quotation in done.original.document.quotations:
        if not same_words(old, quotation.span, done.edits):
            found["a quotation was changed"] = f"{quotation.span.of(old)!r} {done.edits}"
    removals = [c for c in done.edits if not c.edit.text.strip() and any(code[:2] in ("BP", "HR") for code in c.codes)]
    kept = apply_edits(old, [change.edit for change in removals])
    undone = TOKEN.findall(decoded(kept, done, removals))
    if undone != TOKEN.findall(new):
        found["a word or number was changed"] = str(done.edits)
    if patched(old, list(unified_diff(old, edits, "a", "b"))) != new:
        found["the diff does not give the cleaned text"] = "".join(unified_diff(old, edits, "a", "b"))
    return found


def decoded(kept: str, done: Cleaned, removals: Sequence[Change]) -> str:
    """The text after the removals, with what entities and control characters stood for in their places."""
    rest = [change for change in done.edits if any(code[:2] == "LG" for code in change.codes)]
    return apply_edits(done.original.document.text, [c.edit for c in (*removals, *rest)]) if rest else kept


def same_words(text: str, span: Span, edits: Sequence[Change]) -> bool:
    """Whether a passage has the same words after the edits, or was taken away whole; entities are no words."""
    for change in edits:
        edit = change.edit
        if not (edit.span.overlaps(span) or (not edit.span.length and span.start < edit.span.start < span.end)):
            continue
        if edit.span.covers(span) and not edit.text.strip():
            return True
        before, after = text[: edit.span.start], text[edit.span.end :]
        decodes = any(code[:2] == "LG" for code in change.codes)
        old = " " if decodes else change.before
        if TOKEN.findall(before[-99:] + old + after[:99]) != TOKEN.findall(before[-99:] + edit.text + after[:99]):
            return False
    return True


def patched(text: str, diff: Sequence[str]) -> str:
    """The text after a unified diff, by what the diff says."""
    lines = re.findall(r"[^\n]*\n|[^\n]+", text)
    out: list[str] = []
    position = 0
    sign = " "
    body = re.findall(r"[^\n]*\n", "".join(diff))
    for line in body[2:]:
        if hunk := HUNK.fullmatch(line):
            start = int(hunk[1]) - (hunk[2] != "0")
            out += lines[position:start]
            position = start
        elif line == NO_END:
            if sign != "-":
                out[-1] = out[-1].removesuffix("\n")
            continue
        elif line[0] in " -":
            given = line[1:]
            if position >= len(lines) or lines[position].rstrip("\n") != given.rstrip("\n"):
                return f"the diff has {given!r} at line {position + 1}"
            position += 1
            if line[0] == " ":
                out.append(given)
        elif line[0] == "+":
            out.append(line[1:])
        sign = line[0]
    return "".join(out + lines[position:])


def wrong_files(rng: random.Random, texts: Sequence[str], auditor: Auditor) -> dict[str, str]:
    """What is not true of a file that was written anew."""
    format = rng.choice(FORMATS)
    some = texts[:FOLDER_BATCH] if format == "folder" else texts
    found: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="auditor-fuzz-") as name:
        written = write_file(rng, format, some, Path(name), damage=False)
        before = list(read([written.path], auditor.config))
        problems: list[str] = []
        clean_files([written.path], auditor, Wanted(problems=problems.append, write=True))
        after = list(read([written.path], auditor.config))
        unwritten = [line for line in problems if "unreadable" not in line]
        if unwritten:
            found["a file could not be written"] = unwritten[0]
        if len(before) != len(after):
            return {**found, "a file has another number of records": format}
        for old, new in zip(before, after, strict=True):
            kind = wrong_record(old, new, auditor)
            if kind:
                found[f"{format}: {kind}"] = f"{old.raw!r} became {new.raw!r}"
        if list(Path(name).rglob("*.partial")):
            found["a partial file was left"] = format
    return found


def wrong_record(old: Record, new: Record, auditor: Auditor) -> str:
    """What is wrong with a record after cleaning, in words; nothing if it is right."""
    if old.document is None or new.document is None:
        return "" if old.raw == new.raw else "an unreadable record was changed"
    done = cleaned(auditor.audit(old.document), auditor)
    if new.document.text != done.text:
        return "another text was written"
    if old.field and old.row is None and not old.header and other_fields(old) != other_fields(new):
        return "another field was changed"
    if old.header and (old.document.id, old.document.meta) != (new.document.id, new.document.meta):
        return "another cell was changed"
    if not done.edits and old.raw != new.raw:
        return "a clean record was changed"
    if old.row is not None and new.row is not None:
        one = {n: c[old.row.index] for n, c in old.row.batch.to_pydict().items() if n != old.field}
        two = {n: c[new.row.index] for n, c in new.row.batch.to_pydict().items() if n != old.field}
        if old.row.batch.schema != new.row.batch.schema or repr(one) != repr(two):
            return "another column was changed"
    return ""


def other_fields(record: Record) -> str:
    """The fields of a line of JSON without the article, as they are spelled by Python."""
    fields = json.loads(record.raw.decode("utf-8-sig"), strict=False)
    return repr({name: value for name, value in fields.items() if name != record.field})


def fuzz(inputs: int, first: int, tell: Callable[[str], object]) -> Total:
    """Run batches from `first` on until so many inputs are done. tell: takes each new failure, and how far it is."""
    auditor = Auditor(Config(preview=True), strict=True)
    passages, total = stock(), Total()
    number, told = first, time.monotonic()
    while total.inputs < inputs:
        rng = random.Random(f"clean {number}")
        texts = [text_of(rng, passages) for _ in range(min(BATCH, inputs - total.inputs))]
        for text in texts:
            done = cleaned(auditor.audit(text), auditor)
            total.inputs += 1
            total.changed += bool(done.edits)
            total.edits += len(done.edits)
            total.refused += len(done.refused)
            total.codes.update(code for change in done.edits for code in change.codes)
            for kind, more in wrong(done, auditor).items():
                if not total.wrongs[kind]:
                    tell(f"batch {number}: {kind}\n  {more[:1500]}\n  {text!r}")
                total.wrongs[kind] += 1
        for kind, more in wrong_files(rng, texts, auditor).items() if number % FILE_EVERY == 0 else ():
            if not total.wrongs[kind]:
                tell(f"batch {number}: {kind}\n  {more[:1500]}")
            total.wrongs[kind] += 1
        number += 1
        if time.monotonic() - told > 60:
            told = time.monotonic()
            tell(f"{total.inputs:,} inputs done, {total.wrongs.total()} failures; to go on from here: --first {number}")
    return total


def main() -> int:
    """Command line of this script; 1 when something was wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=10_000, help="how many texts; default: 10000")
    parser.add_argument("--first", type=int, default=0, metavar="BATCH", help="the batch to begin with; default: 0")
    args = parser.parse_args()
    cpu = time.process_time()
    total = fuzz(args.inputs, args.first, lambda line: print(line, file=sys.stderr, flush=True))
    print(
        f"{total.inputs:,} inputs: {total.changed:,} changed by {total.edits:,} edits of {len(total.codes)} rules, "
        f"{total.refused:,} safe edits refused; {time.process_time() - cpu:.0f} s of CPU"
    )
    for kind, times in sorted(total.wrongs.items()):
        print(f"failed {times:,} times: {kind}")
    return 1 if total.wrongs else 0


if __name__ == "__main__":
    sys.exit(main())
