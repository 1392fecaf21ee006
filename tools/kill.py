"""Kill filter runs at random times, resume each, and compare the outputs with those of a run that was left alone.

    python -m tools.kill                                  200 kills over 50,000 records; half an hour on two cores
    python -m tools.kill --records 3000 --kills 12        a short form

One run after another goes over the same inputs (JSON Lines, plain and compressed with gzip and Zstandard, CSV, Parquet,
a folder of text files). Each is killed with SIGKILL after a time that is uniform between 0 and a share of the time of
the run that was left alone, resumed, killed again, and so on to its end, so that kills fall evenly on all of it: start,
reading, building, naming. Time is what its processes took of the processor, as machines are shared, and then up to
half a second by the clock, so that waiting for the disk has its share. Every second kill ends the process group, as a
lost machine does; the others only the parent, whose workers must then leave by themselves. Every third run has two
workers. When a run comes to its end, its folder must be that of the undisturbed run, byte for byte, but for the times
in the ledger.

What a kill met is told by what it left. *Inside a write*: files hold bytes behind the lengths of the last checkpoint,
or a checkpoint was half written, or an output was half built. *Torn*: one of these ends within a record.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from tools.evaluation_data import ROOT

SHARE = 25
"""A run is killed about so many times: delays are uniform up to the time of its start and twice its work by this."""
TICK = 0.1
"""Seconds between two looks at a process."""


def texts(rng: random.Random) -> Iterator[str]:
    """Endless short articles, made of paragraphs of the seed articles."""
    parts = [
        part
        for path in sorted((ROOT / "seeds").glob("*.txt"))
        for part in path.read_text(encoding="utf-8").split("\n")
        if part.strip()
    ]
    while True:
        yield "\n".join(rng.choice(parts)[:400] for _ in range(rng.choice((1, 1, 1, 2, 5))))


def make_inputs(folder: Path, records: int, seed: int) -> list[str]:
    """Write the inputs; their paths."""
    rng = random.Random(seed)
    source = texts(rng)

    def lines(count: int) -> bytes:
        made = []
        for number in range(count):
            if rng.random() < 0.01:
                made.append(b'{"text": "cut off %d\n' % number)
            else:
                record = {"id": f"{number}", "text": next(source), "source": f"site-{rng.randrange(99)}", "é": [1, {}]}
                made.append(json.dumps(record, ensure_ascii=rng.random() < 0.5).encode() + rng.choice((b"\n", b"\r\n")))
        return b"".join(made)

    def table(count: int) -> pa.Table:
        rows = [None if rng.random() < 0.01 else next(source) for _ in range(count)]
        return pa.table(
            {
                "id": [str(number) for number in range(count)],
                "text": rows,
                "kind": pa.array([str(number % 5) for number in range(count)]).dictionary_encode(),
                "tags": [[number % 7] for number in range(count)],
            }
        )

    tenth = records // 10
    (folder / "a.jsonl").write_bytes(lines(records - 5 * tenth - records // 100))
    codecs: tuple[tuple[str, Literal["gzip", "zstd"]], ...] = (("gz", "gzip"), ("zst", "zstd"))
    for suffix, codec in codecs:
        with pa.OSFile(str(folder / f"b.jsonl.{suffix}"), "wb") as raw, pa.CompressedOutputStream(raw, codec) as out:
            out.write(lines(tenth))
    pa_csv.write_csv(table(tenth).drop(["kind", "tags"]), folder / "c.csv")
    pq.write_table(table(2 * tenth), folder / "d.parquet", row_group_size=max(tenth // 3, 1))
    (folder / "texts").mkdir()
    for number in range(records // 100):
        (folder / "texts" / f"{number}.txt").write_text(next(source), encoding="utf-8")
    return [str(folder / name) for name in ("a.jsonl", "b.jsonl.gz", "b.jsonl.zst", "c.csv", "d.parquet", "texts")]


def command(inputs: Sequence[str], out: Path, jobs: int) -> list[str]:
    """The command of a run, begun or resumed. Few rules: it is the filter that is tested."""
    options = ["--jobs", str(jobs), "--select", "BP2", "--progress", "none", "--resume"]
    return [sys.executable, "-m", "auditor", "filter", *inputs, "--out", str(out), *options]


def digests(out: Path) -> dict[str, str]:
    """The SHA-256 of every file of a run, of the ledger without its times."""
    found = {}
    for path in sorted(out.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            if path.name == "ledger.json":
                ledger = json.loads(data)
                assert ledger.pop("times")
                data = json.dumps(ledger).encode()
            found[str(path.relative_to(out))] = hashlib.sha256(data).hexdigest()
    return found


def met(out: Path) -> set[str]:
    """What a kill met, by what it left."""
    folder = out / ".unfinished"
    if not folder.is_dir():
        return {"before the start" if not (out / "ledger.json").exists() else "behind the end"}
    names = {path.name for path in folder.iterdir()}
    if "checkpoint.json" not in names:
        return {"before the first commit"} | ({"inside a write"} if "checkpoint.json.partial" in names else set())
    found = set()
    checkpoint = json.loads((folder / "checkpoint.json").read_bytes())
    ready = folder / "ready"
    if ready.is_dir():
        found.add("naming" if (ready / "ledger.json").exists() else "building")
        if any(path.name.endswith(".partial") for path in ready.iterdir()):
            found |= {"inside a write", "torn"}
        return found
    found.add("reading")
    if "checkpoint.json.partial" in names:
        found |= {"inside a write", "inside a commit"}
    for path, length in spools(folder, checkpoint["outputs"]):
        with path.open("rb") as file:
            file.seek(length)
            tail = file.read()
        if tail:
            found.add("inside a write")
            if path.name.endswith(("jsonl.spool", "csv.spool")) and not tail.endswith(b"\n"):
                found.add("torn")
    return found


def spools(folder: Path, outputs: dict[str, Any]) -> Iterator[tuple[Path, int]]:
    """Each file of a run that grows, with its length at the last checkpoint."""
    lengths = {f"{name}.spool": length for name, (length, _) in outputs["files"].items()}
    for family in outputs["families"]:
        suffix = {"": "", "gzip": ".gz", "zstd": ".zst"}[family["compression"]]
        for part, (length, _, _) in family["parts"].items():
            stem = part if family["number"] == 1 else f"{part}.{family['number']}"
            name = stem if family["format"] == "text" else f"{stem}.{family['format']}{suffix}"
            lengths[f"{name}.spool"] = length
    for path in folder.glob("*.spool"):
        yield path, lengths.get(path.name, 0)


def workers_of(process: int) -> list[int]:
    """The processes that a process started, as far as the system tells."""
    try:
        told = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    except OSError:
        return []
    return [int(each) for each in told.split()]


def cpu_of(process: int) -> float:
    """The seconds of the processor that a process took."""
    try:
        told = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def ran_for(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Wait until a process and its children took so many seconds of the processor; False when it ended before."""
    while sum(map(cpu_of, [process.pid, *workers_of(process.pid)])) < seconds:
        if ended(process, TICK):
            return False
    return True


def ended(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Whether a process ends within so many seconds by the clock."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def alone(inputs: Sequence[str], out: Path, jobs: int) -> float:
    """A run that nobody disturbs; the seconds of the processor that it took."""
    process = subprocess.Popen(command(inputs, out, jobs), cwd=ROOT, stderr=subprocess.PIPE)
    seconds = 0.0
    while not ended(process, TICK):
        seconds = max(seconds, sum(map(cpu_of, [process.pid, *workers_of(process.pid)])))
    assert process.returncode in (0, 3), process.communicate()
    return seconds


def gone(processes: Sequence[int], seconds: float) -> bool:
    """Whether all processes end within some seconds."""
    end = time.monotonic() + seconds
    while any(alive(each) for each in processes):
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def alive(process: int) -> bool:
    """Whether a process runs; one that is dead and only not yet waited for does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def disturbed(
    inputs: Sequence[str], out: Path, jobs: int, span: float, rng: random.Random, left: int, whole: bool
) -> tuple[Counter[str], int]:
    """One run, killed at most `left` times; what the kills met, and how many there were."""
    seen: Counter[str] = Counter()
    kills = 0
    while True:
        process = subprocess.Popen(command(inputs, out, jobs), cwd=ROOT, stderr=subprocess.PIPE, start_new_session=True)
        if kills < left and ran_for(process, rng.uniform(0, span)) and not ended(process, rng.uniform(0, 0.5)):
            children = workers_of(process.pid)
            whole = not whole
            if whole:
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
            process.communicate()
            if not gone(children, 60):
                raise SystemExit(f"workers {children} outlived their parent")
            kills += 1
            seen.update(met(out))
            continue
        _, said = process.communicate()
        if process.returncode not in (0, 3):
            raise SystemExit(f"{said.decode(errors='replace')}\nended with {process.returncode} after {kills} kills")
        return seen, kills


def main() -> None:
    """Command line of the test."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=50_000)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--least-writes", type=int, help="kills inside a write that there must be; default: a quarter")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    rng = random.Random(args.seed)
    folder = Path(tempfile.mkdtemp(prefix="auditor-kill-"))
    try:
        inputs = make_inputs(folder, args.records, args.seed)
        (folder / "one.jsonl").write_bytes(b'{"text": "One."}\n')
        start = [alone([str(folder / "one.jsonl")], folder / f"one-{jobs}", jobs) for jobs in (1, 2)]
        seconds = [alone(inputs, folder / f"alone-{jobs}", jobs) for jobs in (1, 2)]
        expected = digests(folder / "alone-1")
        assert digests(folder / "alone-2") == expected
        counts = json.loads((folder / "alone-1" / "ledger.json").read_bytes())["counts"]
        print(f"undisturbed: {counts}, {seconds[0]:.1f} s, {len(expected)} files; the same with 2 jobs", flush=True)
        assert counts["read"] >= args.records * 0.98
        total: Counter[str] = Counter()
        kills = runs = 0
        while kills < args.kills:
            out = folder / "disturbed"
            which = int(runs % 3 == 2)
            span = start[which] + 2 * (seconds[which] - start[which]) / SHARE
            seen, count = disturbed(inputs, out, 1 + which, span, rng, args.kills - kills, bool(kills % 2))
            if digests(out) != expected:
                kept = Path(tempfile.mkdtemp(prefix="auditor-kill-differs-")) / "out"
                shutil.copytree(out, kept)
                raise SystemExit(f"the outputs differ after {count} kills; they are kept in {kept}")
            shutil.rmtree(out)
            total += seen
            kills += count
            runs += 1
            print(f"run {runs}: {count} kills, {dict(sorted(seen.items()))}", flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{kills} kills in {runs} runs, all outputs equal byte for byte; they met: {dict(sorted(total.items()))}")
    least = args.kills // 4 if args.least_writes is None else args.least_writes
    if total["inside a write"] < least:
        raise SystemExit(f"only {total['inside a write']} kills were inside a write; {least} were wanted")


if __name__ == "__main__":
    main()
