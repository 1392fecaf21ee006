"""Cost of the whole catalogue, and of starting, beside references in the same run.

    python -m benchmarks.run             print
    python -m benchmarks.run --write     also write benchmarks/README.md
    python -m benchmarks.run --rules     cost of each rule and view

Each pass is a fresh interpreter. Articles come as in a stream, in the blocks of `Auditor.audit_many`: the reference
(`re.finditer(r"\\w+")`, spans asked for) reads each article when the auditor takes it, then the block is audited (all
stable rules, metrics, language and readability, no result cache), both in CPU time; the median of the passes' ratios
counts. `--one-pass --alone` audits each article by itself, as one does who has only one.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.corpus import articles
from tools.evaluation_data import ROOT

BEGIN, END = "<!-- measured -->", "<!-- end -->"


def one_pass(limit: int | None, alone: bool = False) -> dict[str, float]:
    """Reference and audit over the same texts, CPU seconds. Runs in a fresh interpreter.

    The auditor reads each text when the reference has read it. `alone`: one text at a time, not a block of them.
    """
    texts = articles(limit)
    pattern = re.compile(r"\w+")
    from auditor.engine import Auditor

    auditor = Auditor()
    auditor.audit(texts[0])
    reference = 0
    clock = time.process_time_ns

    def read() -> Iterator[str]:
        nonlocal reference
        for text in texts:
            start = clock()
            for match in pattern.finditer(text):
                match.span()
            reference += clock() - start
            yield text

    start = clock()
    for audit in map(auditor.audit, read()) if alone else auditor.audit_many(read()):
        assert audit.metrics
    audited = clock() - start - reference
    return {
        "articles": len(texts),
        "characters": sum(map(len, texts)),
        "reference": reference / 1e9,
        "audit": audited / 1e9,
        "ratio": audited / reference,
    }


def by_part(limit: int | None) -> None:
    """Cost of each view and rule as a multiple of the reference, views first (rules find them ready)."""
    from auditor.document import Document
    from auditor.engine import Auditor
    from auditor.gate import Gate

    texts = articles(limit)
    pattern = re.compile(r"\w+")
    auditor = Auditor()
    docs = [Document(text, detector=auditor.detector) for text in texts]
    start = time.process_time()
    for text in texts:
        for match in pattern.finditer(text):
            match.span()
    reference = time.process_time() - start
    views = ("lines", "sentences", "readability", "language", "foreign_passages", "paragraphs", "quotations", "quoted")
    for view in views:
        start = time.process_time()
        for doc in docs:
            getattr(doc, view)
        print(f"{view:<20}{(time.process_time() - start) / reference:8.3f}")
    gate = Gate(auditor.rules)
    start = time.process_time()
    for doc in docs:
        gate._scanner.candidates([doc.text])
    print(f"{'scan':<20}{(time.process_time() - start) / reference:8.3f}")
    candidates: list[set[int]] = []
    start = time.process_time()
    for doc in docs:
        candidates.append(set(gate.candidates([doc])[0]))
    print(f"{'gate with the scan':<20}{(time.process_time() - start) / reference:8.3f}")
    for index, rule in enumerate(auditor.rules):
        called = [doc for doc, found in zip(docs, candidates, strict=True) if index in found]
        start = time.process_time()
        for doc in called:
            rule.hits(doc)
        cost = (time.process_time() - start) / reference
        print(f"{rule.code} {rule.name:<28}{cost:8.3f}   called on {len(called)} of {len(docs)}")


def child_seconds(command: list[str], passes: int) -> float:
    """Median CPU time of a command over several runs."""
    times = []
    for _ in range(passes):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(times)


def measure(limit: int | None, passes: int) -> str:
    """All figures, as the Markdown that goes into README.md."""
    command = [sys.executable, "-m", "benchmarks.run", "--one-pass"]
    if limit is not None:
        command += ["--articles", str(limit)]
    results: list[dict[str, float]] = []
    alone: list[dict[str, float]] = []
    for _ in range(passes):  # by turns, so that a busy machine is busy for both
        for told, more in ((results, []), (alone, ["--alone"])):
            done = subprocess.run([*command, *more], check=True, capture_output=True, cwd=ROOT)
            told.append(json.loads(done.stdout))
    ratios = [result["ratio"] for result in results]
    ratios_alone = [result["ratio"] for result in alone]
    first = results[0]
    auditor = str(Path(sys.executable).parent / "auditor")
    bare = child_seconds([sys.executable, "-c", "pass"], 9)
    helped = child_seconds([auditor, "--help"], 9)
    seed = str(sorted((ROOT / "seeds").glob("*.txt"))[0])
    checked = child_seconds([auditor, "check", seed], 9)
    per_article = statistics.median(result["audit"] / result["articles"] for result in results)
    return "\n".join(
        [
            f"Python {platform.python_version()}, one core, {passes} passes of a fresh interpreter each, "
            f"{first['articles']:.0f} articles of {first['characters'] / first['articles']:.0f} characters on average.",
            "",
            "| what | beside | ratio | target |",
            "| --- | --- | --- | --- |",
            f'| audit of an article (all stable rules, metrics, language, readability) | `re.finditer(r"\\w+")` spans '
            f"| **{statistics.median(ratios):.2f}×** (passes {min(ratios):.2f}–{max(ratios):.2f}) | 4× |",
            f"| the same, one article at a time | the same | {statistics.median(ratios_alone):.2f}× "
            f"(passes {min(ratios_alone):.2f}–{max(ratios_alone):.2f}) | |",
            f"| `auditor --help` | `python -c pass` | **{helped / bare:.2f}×** | 3× |",
            f"| `auditor check` on one article | `python -c pass` | {checked / bare:.1f}× ({checked:.2f} s of CPU) "
            "| 0.6 s |",
            "",
            f"For orientation only, on this machine: {1e6 * per_article:.0f} µs of CPU an article.",
        ]
    )


def main() -> None:
    """Command line of the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=None)
    parser.add_argument("--passes", type=int, default=5)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--rules", action="store_true")
    parser.add_argument("--one-pass", action="store_true")
    parser.add_argument("--alone", action="store_true")
    args = parser.parse_args()
    os.environ.setdefault("PYTHONHASHSEED", "0")
    if args.one_pass:
        print(json.dumps(one_pass(args.articles, args.alone)))
    elif args.rules:
        by_part(args.articles)
    else:
        text = measure(args.articles, args.passes)
        print(text)
        if args.write:
            path = Path(__file__).resolve().parent / "README.md"
            before, _, rest = path.read_text(encoding="utf-8").partition(BEGIN)
            path.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{rest.partition(END)[2]}", encoding="utf-8")


if __name__ == "__main__":
    main()
