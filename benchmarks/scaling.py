"""One core beside two, and the memory of `auditor filter`, over files generated from the development articles.

    python -m benchmarks.scaling --cores                 `--jobs 2` beside `--jobs 1`
    python -m benchmarks.scaling --memory                peak memory over 100 MB and 1 GB, and one article of 50 MB
    python -m benchmarks.scaling --memory --small 10 --large 100 --article 5      a short form, in MB
    ... --jobs 2                                         with so many processes, the peak of each by itself
    ... --write                                          also into benchmarks/README.md

The generated articles are joined from paragraphs of many, with words that never come twice and more sources than the
ledger counts apart, so that whatever keeps what it saw grows. They lie in a temporary folder that is removed at the
end (`TMPDIR` says where; the long form needs 2.3 GB there).
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tools.evaluation_data import ROOT
from tools.kill import workers_of

README = ROOT / "benchmarks" / "README.md"
MB = 1_000_000
TARGET_CORES = 1.8
TARGET_MEMORY = 1.3
START_METHOD: Final = "spawn"
LOOK = 0.1
"""Seconds between two looks at the memory of workers."""


@dataclass(frozen=True, slots=True)
class Ran:
    """A run that ended: seconds by the clock, CPU seconds, peak resident bytes of the command's own process.

    worker: peak of the largest of the processes that it started; 0 where there is none.
    """

    wall: float
    cpu: float
    peak: int
    worker: int = 0


def generate(path: Path, size: int, seed: int) -> None:
    """Write JSON Lines of about so many bytes. Needs the evaluation data."""
    from benchmarks.corpus import articles

    rng = random.Random(seed)
    paragraphs = [[part for part in text.split("\n") if part.strip()] for text in articles()]
    paragraphs = [parts for parts in paragraphs if parts]
    written = number = 0
    with path.open("w", encoding="utf-8") as out:
        while written < size:
            number += 1
            parts = list(rng.choice(paragraphs))
            other = rng.choice(paragraphs)
            parts[rng.randrange(len(parts))] = rng.choice(other)
            parts.append(f"{new_name(rng)} {new_name(rng)} met {new_name(rng)} of {new_name(rng)} on Monday.")
            record = {"id": f"{seed}-{number}", "text": "\n".join(parts), "source": f"site-{rng.randrange(20_000)}"}
            written += out.write(json.dumps(record) + "\n")


def new_name(rng: random.Random) -> str:
    """A word that looks like a name and most likely never came before."""
    return "".join(rng.choice("bdfgklmnprstvz") + rng.choice("aeiou") for _ in range(4)).capitalize()


def with_long_article(path: Path, size: int, *, lines: bool) -> None:
    """One hundred articles, one of about so many characters, one hundred more. lines: whether it has line breaks."""
    from benchmarks.corpus import articles

    texts = articles(1200)
    joint = "\n" if lines else " "
    long = joint.join(texts * (size // sum(map(len, texts)) + 1))[:size]
    if not lines:
        long = re.sub(r"\s+", " ", long)
    with path.open("w", encoding="utf-8") as out:
        for number, text in enumerate([*texts[:100], long, *texts[100:200]]):
            out.write(json.dumps({"id": str(number), "text": text}) + "\n")


def in_child(work: Callable[..., None], *arguments: Any, **options: Any) -> None:
    """Do work that needs much memory in a process of its own, so that it does not count for what is measured."""
    process = multiprocessing.get_context(START_METHOD).Process(target=work, args=arguments, kwargs=options)
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit(f"{work.__name__} failed with {process.exitcode}")


def run(command: Sequence[str]) -> Ran:
    """Run a command to its end, its output left aside. Raises SystemExit with what it said when it fails."""
    start = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=said, cwd=ROOT)
        worker = 0
        while not (ended := os.wait4(process.pid, os.WNOHANG))[0]:
            worker = max([worker, *map(high_water, workers_of(process.pid))])
            time.sleep(LOOK)
        _, status, used = ended
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            raise SystemExit(
                f"{' '.join(command)}: {process.returncode}\n{said.read().decode(errors='replace')[-2000:]}"
            )
    unit = 1 if sys.platform == "darwin" else 1024
    return Ran(time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss * unit, worker)


def high_water(process: int) -> int:
    """The peak of resident bytes of a process that runs."""
    try:
        told = Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    found = re.search(r"^VmHWM:\s+(\d+) kB", told, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


def filter_command(path: Path, out: Path, jobs: int) -> list[str]:
    """The command that filters a file with so many processes."""
    return [sys.executable, "-m", "auditor", "filter", str(path), "--out", str(out), "--jobs", str(jobs)]


def filtered(path: Path, out: Path) -> dict[str, Any]:
    """The ledger of a run."""
    ledger: dict[str, Any] = json.loads((out / "ledger.json").read_text(encoding="ascii"))
    assert ledger["inputs"][0]["bytes"] == path.stat().st_size
    assert ledger["failed"] == 0
    return ledger


def count_down(steps: int) -> float:
    """Plain work that needs nothing but a core; CPU seconds."""
    start = time.process_time()
    while steps:
        steps -= 1
    return time.process_time() - start


def counting(jobs: int, steps: int) -> Ran:
    """So many steps shared by processes: what this machine has to give to a second process at this moment."""
    context = multiprocessing.get_context(START_METHOD)
    start = time.perf_counter()
    with context.Pool(jobs) as pool:
        cpu = pool.map(count_down, [steps // jobs] * jobs, chunksize=1)
    return Ran(time.perf_counter() - start, sum(cpu), 0)


def measure_cores(folder: Path, size: int, passes: int) -> list[str]:
    """Two processes beside one over the same articles, and the same of plain counting, in turn."""
    path = folder / "in.jsonl"
    in_child(generate, path, size * MB, 1)
    ratios, idle, extra = [], [], []
    for number in range(passes):
        single = run(filter_command(path, folder / f"one-{number}", 1))
        double = run(filter_command(path, folder / f"two-{number}", 2))
        ledgers = [filtered(path, folder / f"{name}-{number}") for name in ("one", "two")]
        assert ledgers[0]["outputs"] == ledgers[1]["outputs"]
        steps = round(single.cpu * 2e7)
        alone, both = counting(1, steps), counting(2, steps)
        print(f"one: {told(single)}; two: {told(double)}", file=sys.stderr, flush=True)
        ratios.append(single.wall / double.wall)
        idle.append(alone.wall / both.wall)
        extra.append(double.cpu / single.cpu)
    ratio, spare = statistics.median(ratios), statistics.median(idle)
    met = "met" if ratio >= TARGET_CORES else "missed"
    return [
        f"| `--jobs 2` beside `--jobs 1`, {size} MB of articles, start to end | counting, two processes beside one "
        f"| **{ratio:.2f}×** ({min(ratios):.2f}–{max(ratios):.2f}), counting {spare:.2f}× "
        f"({min(idle):.2f}–{max(idle):.2f}) | {TARGET_CORES}×: {met} |",
        f"| CPU of `--jobs 2` | CPU of `--jobs 1` | {statistics.median(extra):.2f}× | |",
    ]


def measure_memory(folder: Path, small: int, large: int, article: int, jobs: int) -> list[str]:
    """Peak resident memory over a small and a large file, and over one with a very long article."""
    peaks: list[Ran] = []
    for size in (small, large):
        path = folder / f"{size}.jsonl"
        in_child(generate, path, size * MB, size)
        peaks.append(run(filter_command(path, folder / f"out-{size}", jobs)))
        read = filtered(path, folder / f"out-{size}")["counts"]["read"]
        print(f"{size} MB, {read:,} articles: {told(peaks[-1])}", file=sys.stderr, flush=True)
        path.unlink()
    ratio = peaks[1].peak / peaks[0].peak
    met = "met" if ratio <= TARGET_MEMORY else "missed"
    lines = [
        f"| peak resident memory of the command over {large} MB of JSON Lines, `--jobs {jobs}` | over {small} MB "
        f"| **{ratio:.2f}×** ({peaks[1].peak / MB:.0f} and {peaks[0].peak / MB:.0f} MB) | {TARGET_MEMORY}×: {met} |"
    ]
    if jobs > 1:
        ratio = peaks[1].worker / peaks[0].worker
        met = "met" if ratio <= TARGET_MEMORY else "missed"
        lines.append(
            f"| the same of its largest worker | over {small} MB | **{ratio:.2f}×** "
            f"({peaks[1].worker / MB:.0f} and {peaks[0].worker / MB:.0f} MB) | {TARGET_MEMORY}×: {met} |"
        )
    for with_lines, name in ((True, "of many lines"), (False, "on one line")):
        path, out = folder / f"long-{with_lines}.jsonl", folder / f"out-long-{with_lines}"
        in_child(with_long_article, path, article * MB, lines=with_lines)
        ran = run(filter_command(path, out, jobs))
        counts = filtered(path, out)["counts"]
        print(f"an article of {article} MB {name}: {told(ran)}; {counts}", file=sys.stderr, flush=True)
        assert counts["read"] == 201
        assert counts["unreadable"] == 0
        lines.append(
            f"| one article of {article} MB {name} among 200: peak memory of the largest process "
            f"| over {small} MB of articles | {largest(ran) / largest(peaks[0]):.1f}× ({largest(ran) / MB:.0f} MB), "
            f"{ran.cpu:.0f} s of CPU "
            "| the run goes on: met |"
        )
    return lines


def largest(ran: Ran) -> int:
    """The peak of the largest process."""
    return max(ran.peak, ran.worker)


def told(ran: Ran) -> str:
    """A run in words."""
    workers = f" ({ran.worker / MB:.0f} MB a worker)" if ran.worker else ""
    return f"{ran.peak / MB:.0f} MB{workers}, {ran.cpu:.0f} s of CPU, {ran.wall:.0f} s by the clock"


def written(part: str, lines: Sequence[str]) -> str:
    """The lines as a table, written between the marks of their part in the README."""
    text = "\n".join(
        [
            f"Python {platform.python_version()}.",
            "",
            "| what | beside | ratio | target |",
            "| --- | --- | --- | --- |",
            *lines,
        ]
    )
    page = README.read_text(encoding="utf-8")
    begin, end = f"<!-- {part} -->", f"<!-- {part} end -->"
    before, _, rest = page.partition(begin)
    README.write_text(f"{before}{begin}\n\n{text}\n\n{end}{rest.partition(end)[2]}", encoding="utf-8")
    return text


def parts(args: argparse.Namespace) -> Iterator[tuple[str, Callable[[Path], list[str]]]]:
    """What was asked for."""
    if args.cores:
        yield "cores", lambda folder: measure_cores(folder, args.megabytes, args.passes)
    if args.memory:
        yield "memory", lambda folder: measure_memory(folder, args.small, args.large, args.article, args.jobs)


def main() -> None:
    """Command line of the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cores", action="store_true")
    parser.add_argument("--megabytes", type=int, default=20, help="of articles for --cores; default: 20")
    parser.add_argument("--passes", type=int, default=3)
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("--small", type=int, default=100, metavar="MB")
    parser.add_argument("--large", type=int, default=1000, metavar="MB")
    parser.add_argument("--article", type=int, default=50, metavar="MB")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="processes for --memory; default: 2")
    parser.add_argument("--write", action="store_true", help="write benchmarks/README.md")
    args = parser.parse_args()
    if not (args.cores or args.memory):
        parser.error("say --cores, --memory or both")
    for name, measure in parts(args):
        with tempfile.TemporaryDirectory(prefix="auditor-scaling-") as folder:
            lines = measure(Path(folder))
        print(written(name, lines) if args.write else "\n".join(lines), flush=True)


if __name__ == "__main__":
    main()
