"""What an engine costs: the same articles audited by one process, by two, by Spark and by Ray Data, in turn.

    python -m benchmarks.distributed             one pass over 5,000 and over 20,000 articles
    python -m benchmarks.distributed --passes 3 --write      also into docs/distributed.md

Each way reads the articles from Parquet, 10 files of 500 and then 40, and writes the audits as Parquet. What the larger
pass takes more is what articles cost once every process has loaded its rules and met its patterns; the estimate for
many articles is made of that. Engines have two workers, and are started before the clock. CPU is that of all processes
of a way (of Java too), looked at every half second, so it says what is paid for even where others use the machine; time
is what the clock says. Needs the extras `spark` and `ray`, Java 17 and the evaluation data. Linux only.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pandas as pd
import pyarrow.parquet as pq

from auditor.config import Config
from auditor.distributed import audit_frame, audit_ray, audit_spark
from benchmarks.corpus import articles as corpus
from tools.evaluation_data import ROOT
from tools.marked import MARK, command, marked, use

PAGE = ROOT / "docs" / "distributed.md"
MEASURED = re.compile(r"(?<=<!-- measured -->\n).*?(?=<!-- end -->)", re.DOTALL)
COUNT = 20_000
FILES = 40
SMALL_EVERY = 4
"""The smaller pass reads every fourth file, so that its articles are like all of them."""
SMALL = COUNT // SMALL_EVERY
EVERY = 0.5
"""Seconds between two looks at the processes."""
BILLION = 1_000_000_000

WAYS = {
    "one": "one process",
    "two": "two processes, half of the files each",
    "spark": "Spark, two executors of one core",
    "ray": "Ray Data, two workers",
}


@dataclass(frozen=True, slots=True)
class Pass:
    """One way, once: seconds by the clock, seconds of CPU, the most memory of one worker of Python in bytes."""

    seconds: float
    cpu: float
    start: float
    memory: int


class Watch(threading.Thread):
    """Looks at the processes of a run until it is stopped, and keeps what each has used."""

    def __init__(self, mark: str) -> None:
        super().__init__(daemon=True)
        self._mark = mark
        self._seconds: dict[int, float] = {}
        self._over = threading.Event()
        self.memory = 0

    def run(self) -> None:
        """Look, again and again."""
        while not self._over.wait(EVERY):
            self.look()

    def look(self) -> float:
        """The seconds of CPU that all processes, those gone too, have used until now."""
        for process in list(marked(self._mark)):
            used = use(process)
            if used is not None:
                self._seconds[process] = max(used.seconds, self._seconds.get(process, 0.0))
                if not re.search(r"\bjava\b|raylet|gcs_server", command(process)):
                    self.memory = max(self.memory, used.memory)
        return sum(self._seconds.values())

    def stop(self) -> None:
        """Look no more."""
        self._over.set()
        self.join()


def write_articles(folder: Path) -> tuple[float, float]:
    """Store the articles as Parquet; characters and bytes on the disk, both for one article."""
    texts = corpus()
    folder.mkdir()
    rows = []
    for number in range(COUNT):
        turn, index = divmod(number, len(texts))
        lines = texts[index].split("\n")
        start = turn % len(lines)
        rows.append({"n": number, "id": f"article-{number}", "text": "\n".join(lines[start:] + lines[:start])})
    frame = pd.DataFrame(rows)
    size = -(-COUNT // FILES)
    for number in range(FILES):
        frame.iloc[number * size : (number + 1) * size].to_parquet(folder / f"{number:02}.parquet", index=False)
    return float(frame["text"].str.len().mean()), size_of(folder)


def write_some(articles: Path, folder: Path) -> None:
    """Some of the files again, in a folder of their own."""
    folder.mkdir()
    for path in sorted(articles.iterdir())[::SMALL_EVERY]:
        shutil.copyfile(path, folder / path.name)


def size_of(folder: Path) -> float:
    """Bytes on the disk for one article, of all."""
    return sum(path.stat().st_size for path in folder.rglob("*.parquet")) / COUNT


def files_by_one(paths: Sequence[Path], out: Path) -> None:
    """Audit some files, one after the other, in this process."""
    out.mkdir(exist_ok=True)
    for path in paths:
        audit_frame(pd.read_parquet(path), Config(), key="n").to_parquet(out / path.name)


def started(way: str, articles: Path, out: Path) -> tuple[Callable[[], object], Callable[[], object]]:
    """What does the work of a way, its engine running, and what stops it."""
    paths = sorted(articles.iterdir())
    if way == "one":
        return lambda: files_by_one(paths, out), lambda: None
    if way == "two":
        return lambda: by_two(articles, out), lambda: None
    if way == "half":
        return lambda: files_by_one(paths[::2], out), lambda: None
    if way == "other-half":
        return lambda: files_by_one(paths[1::2], out), lambda: None
    if way == "spark":
        from pyspark.sql import SparkSession

        builder = SparkSession.builder.master("local-cluster[2,1,1024]").config("spark.ui.enabled", "false")
        for key in ("spark.sql.files.openCostInBytes", "spark.sql.files.maxPartitionBytes"):
            builder = builder.config(key, "1m")
        for key in ("spark.driver.host", "spark.driver.bindAddress"):
            builder = builder.config(key, "127.0.0.1")
        spark = builder.config("spark.executor.memory", "1g").getOrCreate()
        spark.range(2).repartition(2).count()  # the executors are there
        frame = spark.read.parquet(str(articles))
        return lambda: audit_spark(frame, Config(), key="n").write.parquet(str(out)), spark.stop
    import ray

    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, _node_ip_address="127.0.0.1")
    dataset = ray.data.read_parquet(str(articles))
    return lambda: audit_ray(dataset, Config(), key="n", block_rows=COUNT // FILES).write_parquet(
        str(out)
    ), ray.shutdown


def by_two(articles: Path, out: Path) -> None:
    """Audit half of the files in each of two processes."""
    program = [sys.executable, "-m", "benchmarks.distributed", "--articles", str(articles), "--out", str(out), "--way"]
    running = [subprocess.Popen([*program, way], stdin=subprocess.DEVNULL) for way in ("half", "other-half")]
    codes = [each.wait() for each in running]
    if any(codes):
        raise SystemExit("a process failed")


def measured(way: str, articles: Path, out: Path) -> Pass:
    """One pass of a way, in a program of its own that says when its engine is there and when the work is done."""
    mark = uuid4().hex
    environment = {
        **os.environ,
        MARK: mark,
        "PYSPARK_PYTHON": sys.executable,
        "SPARK_LOCAL_IP": "127.0.0.1",
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_DATA_DISABLE_PROGRESS_BARS": "1",
        "RAY_worker_niceness": "0",  # else 15: whatever else runs on the machine would take all the time from Ray
    }
    watch = Watch(mark)
    watch.start()
    program = [sys.executable, "-W", "ignore", "-m", "benchmarks.distributed", "--way", way]
    begun = time.monotonic()
    with subprocess.Popen(
        [*program, "--articles", str(articles), "--out", str(out)],
        env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    ) as run:  # fmt: skip
        assert run.stdin is not None
        assert run.stdout is not None
        wait_for(run.stdout, "started")
        start, before = time.monotonic() - begun, watch.look()
        since = time.monotonic()
        run.stdin.write("\n")
        run.stdin.flush()
        wait_for(run.stdout, "done")
        seconds, cpu = time.monotonic() - since, watch.look() - before
        run.stdin.close()
        run.wait()
    watch.stop()
    for process in marked(mark):
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    return Pass(seconds, cpu, start, watch.memory)


def wait_for(lines: Iterable[str], word: str) -> None:
    """Read lines until one is that word. Raises SystemExit when they end before."""
    for line in lines:
        if line.strip() == word:
            return
    raise SystemExit(f"the program ended before it was {word}")


def as_program(way: str, articles: Path, out: Path) -> None:
    """Do the work of a way, and say when its engine is there and when the work is done."""
    work, stop = started(way, articles, out)
    print("started", flush=True)
    sys.stdin.readline()
    work()
    print("done", flush=True)
    sys.stdin.readline()
    stop()


@dataclass(frozen=True, slots=True)
class Pair:
    """One way over the smaller and over the larger number of articles."""

    small: Pass
    large: Pass

    @property
    def each(self) -> float:
        """Seconds of CPU for an article more."""
        return (self.large.cpu - self.small.cpu) / (COUNT - SMALL)


def told(pairs: dict[str, list[Pair]], characters: float, stored: float, written: float) -> str:
    """The tables for the page."""

    def ratio(way: str, of: Callable[[Pair], float]) -> str:
        ratios = [of(mine) / of(theirs) for mine, theirs in zip(pairs[way], pairs["one"], strict=True)]
        spread = f" ({min(ratios):.2f}–{max(ratios):.2f})" if len(ratios) > 1 else ""
        return f"{statistics.median(ratios):.2f}{spread}"

    def each(way: str) -> float:
        return statistics.median(pair.each for pair in pairs[way])

    count = len(pairs["one"])
    lines = [
        f"{COUNT:,} articles of {characters:.0f} characters on average, and {SMALL:,} of them; {count} "
        f"{'pass' if count == 1 else 'passes'} of each way in turn, on {os.cpu_count()} cores that others use too.",
        "",
        f"| way | CPU for {COUNT:,}, beside one process | CPU for an article more, beside one process "
        f"| articles a second, beside one process | engine start | memory of a worker |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for way, name in WAYS.items():
        mine = [pair.large for pair in pairs[way]]
        start = "–" if way in ("one", "two") else f"{statistics.median(one.start for one in mine):.0f} s"
        memory = f"{max(one.memory for one in mine) / 1e6:.0f} MB"
        lines.append(
            f"| {name} | {ratio(way, lambda pair: pair.large.cpu)} | {ratio(way, lambda pair: pair.each)} "
            f"| {ratio(way, lambda pair: 1 / pair.large.seconds)} | {start} | {memory} |"
        )
    lines += ["", f"For orientation, on this machine: one process took {1e6 * each('one'):.0f} µs of CPU an article."]
    lines += ["", "| one billion articles, on paper | |", "| --- | --- |"]
    for way, name in {"one": "plain processes", "spark": "Spark", "ray": "Ray Data"}.items():
        hours = BILLION * each(way) / 3600
        lines += [
            f"| CPU, {name}: {1e6 * each(way):.0f} µs × 1,000,000,000 ÷ 3,600 s | {hours:,.0f} core-hours |",
            f"| on 100 such cores | {hours / 100:.1f} hours |",
        ]
    lines.append(f"| to read: {stored:,.0f} bytes of Parquet an article | {stored * BILLION / 1e12:.1f} TB |")
    lines.append(f"| to write: {written:,.0f} bytes of Parquet an article | {written * BILLION / 1e12:.1f} TB |")
    return "\n".join(lines)


def checked_pass(way: str, articles: Path, out: Path, count: int) -> tuple[Pass, float]:
    """One pass, whose output must have so many rows and is taken away; bytes that it wrote, for one of all articles."""
    done = measured(way, articles, out)
    print(f"{way}, {count:,}: {done}", file=sys.stderr, flush=True)
    rows = sum(pq.ParquetFile(path).metadata.num_rows for path in out.glob("*.parquet"))
    if rows != count:
        raise SystemExit(f"{way} wrote {rows} of {count} rows")
    size = size_of(out)
    shutil.rmtree(out)
    return done, size


def main() -> None:
    """Measure, or be one of the programs that are measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passes", type=int, default=1)
    parser.add_argument("--write", action="store_true", help="write docs/distributed.md")
    parser.add_argument("--way", help=argparse.SUPPRESS)
    parser.add_argument("--articles", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.way:
        as_program(arguments.way, arguments.articles, arguments.out)
        return
    pairs: dict[str, list[Pair]] = {way: [] for way in WAYS}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        characters, stored = write_articles(folder / "articles")
        write_some(folder / "articles", folder / "some")
        for number in range(arguments.passes):
            for way in WAYS:
                out = folder / f"{way}-{number}"
                small, _ = checked_pass(way, folder / "some", out, SMALL)
                large, written = checked_pass(way, folder / "articles", out, COUNT)
                pairs[way].append(Pair(small, large))
    text = told(pairs, characters, stored, written)
    print(text)
    if arguments.write:
        page = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(MEASURED.sub(lambda _: f"\n{text}\n\n", page), encoding="utf-8")


if __name__ == "__main__":
    main()
