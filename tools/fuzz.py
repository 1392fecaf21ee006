"""Fuzz the whole path, from the readers over audit and filter to every writer: is all that comes out true?

    python -m tools.fuzz --inputs 1000000                 from batch 0 on
    python -m tools.fuzz --inputs 1 --first 4000          try batch 4000 again
    python -m tools.fuzz --inputs 1000000 --state FILE    may be stopped at any moment; the same command goes on

A batch is one file of records: JSON Lines (plain, compressed or from standard input), CSV, Parquet, or a folder of text
and Markdown files. Most batches are real-looking texts with seeded damage (`tools/nasty.py`); one in twenty is drawn by
hypothesis. The number of a batch is its seed. Each kind of failure is told once, with its batch and the least text that
fails so; the run goes on.

Looked at is: nothing crashes, and no rule does; the records hold the texts that were written, and their bytes are the
file; every span lies in its text, and every excerpt is the text at the span; line and column lead there; edits can be
applied; what the filter counted, wrote and put into its tables is what a second auditor makes of the same file; the
report's Markdown, CSV, Parquet and frames, and what `check` prints, hold every finding and problem.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
import random
import re
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from itertools import pairwise
from pathlib import Path

import pyarrow.parquet as pq
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from auditor.config import Config
from auditor.engine import Audit, Auditor
from auditor.finding import Finding
from auditor.marking import apply_edits
from auditor.policy import Facts, decide
from auditor.readers import Record, read
from auditor.report import SCHEMAS, Audited, Entry, Place, Report, Unreadable
from auditor.span import Span
from auditor.stream import filter_records
from auditor.stream.ledger import OUTCOMES, PARTS, UNREADABLE, Ledger
from auditor.writers.lines import EntryWriter, JsonLinesWriter, JsonWriter, TextWriter
from auditor.writers.report_folder import write_report
from tools.nasty import FORMATS, Written, nasty_text, stock, write_file

BATCH = 400
"""Texts of a batch."""
FOLDER_BATCH = 40
"""Texts of a batch that is a folder, each in a file of its own."""
HYPOTHESIS_EVERY = 20
"""One batch of so many is drawn by hypothesis."""
SLOW = 8.0
"""CPU seconds for 100,000 characters of a batch, above which something is taken not to be linear."""
SMALLEST = 50_000
"""A batch is taken to have at least so many characters, as its files cost something too."""
SHRINKING = 90.0
"""So many seconds are spent on making a failure smaller."""

Wrongs = dict[str, str]
"""What is not true: by kind, with the first case in words."""


@dataclass(slots=True)
class Total:
    """What was done so far. wrongs: in how many batches something of a kind was wrong; next: the batch to go on at."""

    inputs: int = 0
    batches: int = 0
    articles: int = 0
    unreadable: int = 0
    findings: int = 0
    characters: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    wrongs: Counter[str] = field(default_factory=Counter)
    slowest: tuple[float, int] = (0.0, 0)
    next: int = 0
    cpu: float = 0.0


def load_total(path: Path) -> Total:
    """What an earlier run left in its file of state. Raises SystemExit when the file is none."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        total = Total(**found)
        total.codes, total.wrongs = Counter(found["codes"]), Counter(found["wrongs"])
        slow, number = found["slowest"]
    except (ValueError, TypeError, KeyError) as error:
        raise SystemExit(f"{path} holds no state of a run ({error}); delete it to begin anew") from error
    total.slowest = (slow, number)
    return total


def save_total(total: Total, path: Path) -> None:
    """Write the state, so that the file is the old or the new one whenever the run is stopped."""
    partial = path.with_name(f"{path.name}.partial")
    values = {each.name: getattr(total, each.name) for each in fields(total)}
    partial.write_text(json.dumps(values), encoding="utf-8")
    partial.replace(path)


class WholePath:
    """The whole path with two auditors, which must agree."""

    def __init__(self) -> None:
        self.config = Config(preview=True)
        self.first, self.second = Auditor(self.config), Auditor(self.config)

    def once(self, format: str, number: int, texts: Sequence[str], total: Total, *, damage: bool = True) -> Wrongs:
        """Texts as one file through everything, in a folder that is taken away again; what was wrong."""
        start = time.process_time()
        with tempfile.TemporaryDirectory(prefix="auditor-fuzz-") as name:
            try:
                written = write_file(random.Random(f"file {number}"), format, texts, Path(name), damage=damage)
                wrongs = self._checked(written, Path(name), total)
            except Exception as error:
                shape = re.sub(r"[0-9]+|['\"].*", "", str(error))[:60]
                wrongs = {f"crash: {type(error).__name__}: {shape}": traceback.format_exc(limit=-4)}
        took = time.process_time() - start
        size = max(SMALLEST, sum(map(len, texts)))
        total.slowest = max(total.slowest, (took / size * 100_000, number))
        if took > SLOW * size / 100_000:
            wrongs["slow"] = f"{took:.1f} CPU seconds for {size:,} characters"
        return wrongs

    def _checked(self, written: Written, folder: Path, total: Total) -> Wrongs:
        wrongs: Wrongs = {}
        ledger = filter_records([written.path], folder / "out", self.first, stdin=_stdin(written))
        records: list[Record] = []
        entries: list[Entry] = []
        format = "jsonl" if written.path == "-" else None
        found = read([written.path], self.config, stdin=_stdin(written), format=format)
        for record, audit in self.second.audit_each(found, lambda record: record.document):
            records.append(record)
            entries.append(self._entry(record, audit))
            if audit is not None:
                check_audit(audit, wrongs)
        check_records(written, records, wrongs)
        report = Report.collect(entries, self.second)
        write_report(entries, self.second, folder / "report")
        check_filter(ledger, folder / "out", report, entries, wrongs)
        check_parts(folder / "out", written, records, entries, wrongs)
        check_report(report, folder / "report", wrongs)
        check_lines(entries, report, self.second, wrongs)
        total.articles += len(report.rows["articles"])
        total.unreadable += ledger.counts[UNREADABLE]
        total.findings += len(report.rows["findings"])
        total.characters += sum(int(str(row["characters"])) for row in report.rows["articles"])
        total.codes.update(str(row["code"]) for row in report.rows["findings"])
        return wrongs

    def _entry(self, record: Record, audit: Audit | None) -> Entry:
        place = Place(record.path, record.line, record.position, record.field)
        if audit is not None:
            return Audited(place, audit, decide(Facts.of(audit), self.config.policy))
        assert record.problem is not None, "a record has neither an article nor a problem"
        return Unreadable(place, record.problem.what, record.problem.message)


def _stdin(written: Written) -> io.BytesIO | None:
    return io.BytesIO(written.data) if written.path == "-" else None


def check_records(written: Written, records: Sequence[Record], wrongs: Wrongs) -> None:
    """The records hold what was written, and their bytes are those of the file."""
    if written.data and records:  # blank lines only, or nothing but a header, are no record
        header = records[0].header if written.format == "csv" else b""
        raw = header + b"".join(record.raw for record in records)
        if raw != written.data:
            wrongs["the bytes of the records are not the file"] = difference(raw, written.data)
    if written.texts is None:
        return
    if len(records) != len(written.texts):
        wrongs["not as many records as texts"] = f"{len(records)} records of {len(written.texts)} texts"
    for record, text in zip(records, written.texts, strict=False):
        if record.document is None:
            problem = record.problem.message if record.problem else ""
            wrongs.setdefault("an undamaged record is unreadable", f"record {record.position}: {problem}")
        elif record.document.text != text:
            more = f"record {record.position}: {difference(record.document.text, text)}"
            wrongs.setdefault("a text was changed by the reader", more)


def check_audit(audit: Audit, wrongs: Wrongs) -> None:
    """No rule crashed; every place is in the text and holds what is said of it."""
    text = audit.document.text
    for failure in audit.failures:
        wrongs.setdefault(f"{failure.code} crashed", f"{failure.error}\n{failure.trace}")
    if audit.findings:
        starts = line_starts(text)
        for finding in audit.findings:
            for what in finding_wrongs(finding, text, starts):
                wrongs.setdefault(f"{finding.code}: {what}", f"{finding} in a text of {len(text)} characters")
        places = [(finding.span, finding.code) for finding in audit.findings]
        if places != sorted(places):
            wrongs.setdefault("findings are not in the order of the text", str(places))
        apply_edits(text, [edit for finding in audit.findings for edit in finding.edits])
    metrics = audit.metrics
    if metrics.characters != len(text) or not 0 <= metrics.language_confidence <= 1:
        wrongs.setdefault("metrics are wrong", str(metrics))


def finding_wrongs(finding: Finding, text: str, starts: Sequence[int]) -> list[str]:
    """What is wrong with a finding, in words. starts: where the lines of the text begin."""
    found = []
    if not lies_in(finding.span, text):
        found.append("the span is not in the text")
    elif starts[finding.line - 1 : finding.line] != [finding.span.start - finding.column + 1]:
        found.append("line and column are not those of the span")
    if finding.excerpt != finding.span.of(text):
        found.append("the excerpt is not the text at the span")
    if not finding.message or re.search(r"[\r\n]", finding.message):
        found.append("the message is not one line")
    if not 0 <= finding.confidence <= 1:
        found.append("the confidence is not between 0 and 1")
    if not all(lies_in(span, text) for span in finding.evidence):
        found.append("evidence is not in the text")
    edits = sorted(finding.edits, key=lambda edit: edit.span)
    if not all(lies_in(edit.span, text) for edit in edits):
        found.append("an edit is not in the text")
    elif any(one.span.end > two.span.start for one, two in pairwise(edits)):
        found.append("edits of one finding overlap")
    elif any(edit.text == edit.span.of(text) for edit in edits):
        found.append("an edit changes nothing")
    return found


def lies_in(span: Span, text: str) -> bool:
    """Whether the span is one of this text."""
    return 0 <= span.start <= span.end <= len(text)


def line_starts(text: str) -> list[int]:
    r"""Where each line begins: after `\n`, `\r\n` or `\r`."""
    return [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", text))]


def check_filter(ledger: Ledger, out: Path, report: Report, entries: Sequence[Entry], wrongs: Wrongs) -> None:
    """What the filter counted, and put into its tables, is what the second auditor makes of the same file."""
    parts = Counter(map(part_of, entries))
    counts = {"read": len(entries), **{part: parts[part] for part in PARTS}}
    if dict(ledger.counts) != counts or not ledger.balanced:
        wrongs["the ledger counts other records"] = f"{dict(ledger.counts)} instead of {counts}"
    if dict(ledger.findings) != dict(Counter(str(row["code"]) for row in report.rows["findings"])):
        wrongs["the ledger counts other findings"] = str(ledger.findings)
    for name in ("articles", "findings", "problems"):
        rows, again = pq.read_table(out / f"{name}.parquet").to_pylist(), report.rows[name]
        if len(rows) != len(again):
            wrongs[f"{name} of the filter: not as many rows the second time"] = f"{len(rows)}, then {len(again)}"
        for row, other in zip(rows, again, strict=False):
            if row != other:
                differing = [(key, row[key], other.get(key)) for key in row if row[key] != other.get(key)]
                wrongs.setdefault(f"{name} of the filter: a row is another the second time", str(differing))


def check_parts(
    out: Path, written: Written, records: Sequence[Record], entries: Sequence[Entry], wrongs: Wrongs
) -> None:
    """Each file that the filter wrote holds the bytes, or as many rows, of the records of its verdict."""
    parts = list(map(part_of, entries))
    for part in PARTS if records else ():
        own = [record for record, its in zip(records, parts, strict=True) if its == part]
        if written.format == "parquet":
            files = [*out.glob(f"{part}.parquet"), *out.glob(f"{part}.*.parquet")]
            found = sum(pq.ParquetFile(path).metadata.num_rows for path in files)
            if found != len(own):
                wrongs[f"{part}: another number of rows"] = f"{found} instead of {len(own)}"
        elif written.format == "folder":
            left = sorted(path.read_bytes() for path in (out / part).rglob("*") if path.is_file())
            if left != sorted(record.raw for record in own):
                wrongs[f"{part}: other files"] = f"{len(left)} files, {len(own)} records"
        else:
            header = records[0].header if written.format == "csv" else b""
            wanted = header + b"".join(record.raw for record in own)
            path = out / f"{part}.{'csv' if written.format == 'csv' else 'jsonl'}"
            packed = path.with_name(f"{path.name}.gz")  # where the input is packed, the output may be, too
            if packed.exists():
                data = gzip.decompress(packed.read_bytes())
            elif not wanted and written.format == "csv" and not path.exists():
                data = b""  # without a header there is no CSV to write, and nothing is missing
            else:
                data = path.read_bytes()
            if data != wanted:
                wrongs[f"{part}: other bytes"] = difference(data, wanted)


def part_of(entry: Entry) -> str:
    """Where the record of an entry goes."""
    return OUTCOMES[entry.decision.verdict] if isinstance(entry, Audited) else UNREADABLE


def check_report(report: Report, folder: Path, wrongs: Wrongs) -> None:
    """The files of a report hold what the tables hold."""
    (folder / "report.md").read_text(encoding="utf-8")
    for name, schema in SCHEMAS.items():
        rows = report.rows[name]
        if pq.ParquetFile(folder / f"{name}.parquet").metadata.num_rows != len(rows):
            wrongs[f"{name}.parquet: another number of rows"] = ""
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            head, *lines = list(csv.reader(file))
        if head != list(schema) or len(lines) != len(rows):
            wrongs[f"{name}.csv: another number of rows"] = f"{len(lines)} instead of {len(rows)}"
        elif name == "findings" and [line[head.index("message")].removeprefix("'") for line in lines] != [
            str(row["message"]).removeprefix("'") for row in rows
        ]:
            wrongs[f"{name}.csv: another message"] = ""
        if len(getattr(report, name)) != len(rows):
            wrongs[f"frame {name}: another number of rows"] = ""


def check_lines(entries: Sequence[Entry], report: Report, auditor: Auditor, wrongs: Wrongs) -> None:
    """What `check` prints can be read again and holds every finding and problem."""
    text, lines, document = io.StringIO(), io.StringIO(), io.StringIO()
    writers: list[EntryWriter] = [
        TextWriter(text),
        JsonLinesWriter(lines),
        JsonWriter(document, auditor.config.fingerprint()),
    ]
    for writer in writers:
        for entry in entries:
            writer.write(entry)
        writer.close(auditor.skipped)
    if not (lines.getvalue().isascii() and document.getvalue().isascii()):
        wrongs["the JSON is not ASCII"] = ""
    plain = [json.loads(line) for line in lines.getvalue().splitlines()]
    audits = [entry.audit for entry in entries if isinstance(entry, Audited)]
    if [each["excerpt"] for each in plain] != [finding.excerpt for audit in audits for finding in audit.findings]:
        wrongs["JSON Lines hold other excerpts"] = f"{len(plain)} lines"
    whole = json.loads(document.getvalue())
    lengths = {name: len(whole[name]) for name in ("articles", "problems")}
    if whole["findings"] != plain or lengths != {name: len(report.rows[name]) for name in lengths}:
        wrongs["the JSON document holds something else"] = str(lengths)
    told = sum(isinstance(entry, Audited) and entry.decision.verdict != "keep" for entry in entries)
    expected = len(plain) + lengths["problems"] - len(auditor.skipped) + told + 1
    shown = text.getvalue()
    if shown.count("\n") != expected:
        wrongs["the text has another number of lines"] = f"{shown.count(chr(10))} instead of {expected}"
    if bad := re.search(r"[\0-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\ud800-\udfff]", shown):
        wrongs["the text holds a character that a terminal acts on"] = repr(bad[0])


def difference(found: bytes | str, wanted: bytes | str) -> str:
    """Where two texts part, and what stands there."""
    length = min(len(found), len(wanted))
    at = next((at for at in range(length) if found[at] != wanted[at]), length)
    return f"at {at} {found[at : at + 30]!r} instead of {wanted[at : at + 30]!r}, {len(found)} instead of {len(wanted)}"


def fuzz(inputs: int, total: Total, tell: Callable[[str], object], state: Path | None = None) -> None:
    """Run batches until so many inputs are done, those that `total` counts already among them.

    tell: takes each new failure, and how far it is. state: the file that keeps the total after each batch.
    """
    path, passages = WholePath(), stock()
    told, cpu = time.monotonic(), time.process_time()
    while total.inputs < inputs:
        run_batch(path, total.next, passages, total, tell)
        total.batches += 1
        total.next += 1
        total.cpu, cpu = total.cpu + time.process_time() - cpu, time.process_time()
        if state is not None:
            save_total(total, state)
        if time.monotonic() - told > 60:
            told = time.monotonic()
            tell(f"{total.inputs:,} inputs done, {total.wrongs.total()} failures; to go on: --first {total.next}")


def run_batch(
    path: WholePath, number: int, passages: Sequence[str], total: Total, tell: Callable[[str], object]
) -> None:
    """One batch through everything; each kind of failure that was not met before is told."""
    if number % HYPOTHESIS_EVERY == HYPOTHESIS_EVERY - 1:
        by_hypothesis(path, number, passages, total, tell)
        return
    rng = random.Random(number)
    format = rng.choice(FORMATS)
    texts = [nasty_text(rng, passages) for _ in range(FOLDER_BATCH if format == "folder" else BATCH)]
    wrongs = path.once(format, number, texts, total)
    total.inputs += len(texts)
    for kind, more in wrongs.items():
        if not total.wrongs[kind]:
            tell(explained(kind, more, number, format, smallest(path, format, number, texts, kind)))
        total.wrongs[kind] += 1


def drawn_texts(passages: Sequence[str]) -> st.SearchStrategy[list[str]]:
    """Lists of one to ten texts, of passages and of characters of any kind, for hypothesis."""
    characters = st.characters(exclude_categories=()) | st.sampled_from(
        " \n\r\t\"“”'’.,-–;:!?()[]{}<>&\\/aAeEtTsS019\0\ud83d\ude00"
    )
    pieces = st.sampled_from(passages) | st.text(characters, max_size=60)
    some = st.lists(pieces, max_size=5)
    return st.lists(some.map("".join) | some.map(" ".join) | st.text(characters), min_size=1, max_size=10)


def by_hypothesis(
    path: WholePath, number: int, passages: Sequence[str], total: Total, tell: Callable[[str], object]
) -> None:
    """A batch that hypothesis draws, twenty-five files of up to ten texts, and makes smaller when it fails."""
    last: list[tuple[str, list[str], Wrongs]] = []

    @seed(number)
    @settings(
        max_examples=25,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    @given(drawn_texts(passages), st.sampled_from(FORMATS))
    def comes_out_true(texts: list[str], format: str) -> None:
        total.inputs += len(texts)
        wrongs = path.once(format, number, texts, total)
        if new := {kind: more for kind, more in wrongs.items() if not total.wrongs[kind]}:
            last[:] = [(format, texts, new)]
            raise AssertionError(", ".join(new))

    while True:
        try:
            comes_out_true()
        except AssertionError:
            format, texts, wrongs = last[0]
            for kind, more in wrongs.items():
                tell(explained(kind, more, number, format, texts))
                total.wrongs[kind] += 1
        else:
            return


def smallest(path: WholePath, format: str, number: int, texts: Sequence[str], kind: str) -> list[str]:
    """As few and as short texts as still fail in the same way, looked for during `SHRINKING` seconds."""
    until = time.monotonic() + SHRINKING

    def fails(some: list[str], *, damage: bool = True) -> bool:
        wrongs = path.once(format, number, some, Total(), damage=damage) if some and time.monotonic() < until else {}
        return kind in wrongs

    alone = next((text for text in texts if fails([text], damage=False)), None)
    damage = alone is None
    kept = reduced(list(texts), fails) if alone is None else [alone]
    for index in range(len(kept)):
        before, after = kept[:index], kept[index + 1 :]

        def fails_with(characters: list[str], before: list[str] = before, after: list[str] = after) -> bool:
            return fails([*before, "".join(characters), *after], damage=damage)

        kept[index] = "".join(reduced(list(kept[index]), fails_with))
    return kept


def reduced(items: list[str], fails: Callable[[list[str]], bool]) -> list[str]:
    """A part of the items that still fails: pieces are left out, large ones first."""
    size = max(1, len(items) // 2)
    while items:
        at = 0
        while at < len(items):
            rest = items[:at] + items[at + size :]
            if fails(rest):
                items = rest
            else:
                at += size
        if size == 1:
            break
        size //= 2
    return items


def explained(kind: str, more: str, number: int, format: str, texts: Sequence[str]) -> str:
    """What is wrong, how to see it again, and the least that fails so."""
    shown = "\n".join(f"    {text!r}" if len(text) < 1000 else f"    {text[:1000]!r} …" for text in texts)
    more = more if len(more) < 1000 else f"{more[:1000]} …"
    again = f"python -m tools.fuzz --first {number} --inputs 1"
    return f"batch {number}, {format}: {kind}\n  {more}\n  the least that fails so:\n{shown}\n  again: {again}"


def main() -> int:
    """Command line of this script; 1 when something was wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=20_000, help="how many texts; default: 20000")
    parser.add_argument("--first", type=int, default=0, metavar="BATCH", help="the batch to begin with; default: 0")
    parser.add_argument("--state", type=Path, metavar="FILE", help="where to keep how far it is, to go on from there")
    args = parser.parse_args()
    total = load_total(args.state) if args.state and args.state.is_file() else Total(next=args.first)
    before = total.inputs
    fuzz(args.inputs, total, lambda line: print(line, file=sys.stderr, flush=True), args.state)
    print(summary(total, before))
    return 1 if total.wrongs else 0


def summary(total: Total, before: int = 0) -> str:
    """What a run did, in words. before: so many inputs were done by earlier runs with the same state."""
    lines = [
        f"{total.inputs:,} inputs in batches {total.next - total.batches} to {total.next - 1}"
        f"{f' ({before:,} of them before)' if before else ''}: "
        f"{total.articles:,} articles of {total.characters / max(1, total.articles):.0f} characters on average, "
        f"{total.unreadable:,} unreadable records, {total.findings:,} findings of {len(total.codes)} rules; "
        f"{total.cpu:.0f} s of CPU; slowest batch {total.slowest[1]} "
        f"({total.slowest[0]:.1f} s for 100,000 characters)"
    ]
    lines += [f"failed in {batches:,} batches: {kind}" for kind, batches in sorted(total.wrongs.items())]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
