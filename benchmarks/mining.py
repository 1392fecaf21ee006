"""Speed and memory of `auditor mine`, beside parsing the same JSON Lines, on generated batches with planted lines.

    python -m benchmarks.mining                       30 MB and 300 MB
    python -m benchmarks.mining --small 5 --large 50  a short form, in MB
    ... --write                                       also into benchmarks/README.md

The articles are paragraphs of the development articles, each with a word that never comes twice, under the template
lines of 200 sources, some of which have changing numbers and names. So the answer is known: how many of the planted
lines were found, and whether any other line was. CPU seconds count, of a process of its own for each measurement; the
reference parses each line with orjson and does nothing else. Needs the evaluation data (`AUDITOR_DATA`).
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import re
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from benchmarks.scaling import MB, README, in_child, new_name, run

SOURCES = 200
OFTEN = 10
"""In how many articles a planted line must stand to be counted."""
ARTICLES = 5000
"""In how many articles template lines are looked for."""

BEGIN, END = "<!-- mining -->", "<!-- mining end -->"

PARSE = "import sys, orjson\nfor line in open(sys.argv[1], 'rb'): orjson.loads(line)"
START = "import auditor.commands, auditor.engine; auditor.engine.Auditor()"


def template(source: int) -> list[str]:
    """The lines of a source, with `#` for a number and `&` for a name."""
    rng = random.Random(source)
    site = new_name(rng)
    return [
        f"Follow {site} News on {new_name(rng)} and send your {new_name(rng).lower()} to desk@{site.lower()}.example.",
        f"Read # comments about this on {site}",
        f"More from the {site} {new_name(rng).lower()} desk:",
        f"Additional {site} reporting by &",
    ]


def generate(path: Path, size: int) -> None:
    """Write JSON Lines of about so many bytes, and beside them the planted lines, as `planted.json`."""
    from benchmarks.corpus import articles

    rng = random.Random(size)
    paragraphs = [part for text in articles() for part in text.split("\n") if len(part) > 60]
    templates = [template(source) for source in range(SOURCES)]
    written = number = 0
    planted: Counter[tuple[int, str]] = Counter()
    articles_of: Counter[int] = Counter()
    with path.open("w", encoding="utf-8") as out:
        while written < size:
            number += 1
            source = min(int(rng.paretovariate(0.5)) - 1, SOURCES - 1)
            articles_of[source] += 1
            parts = []
            for paragraph in rng.choices(paragraphs, k=rng.randint(6, 24)):
                words = paragraph.split()
                words[rng.randrange(len(words))] = new_name(rng)
                parts.append(" ".join(words))
            for line in templates[source]:
                if rng.random() < 0.6:
                    planted[source, line] += 1
                    name = f"{new_name(rng)} {new_name(rng)}"
                    parts.append(line.replace("#", str(rng.randint(2, 900))).replace("&", name))
            record = {"id": str(number), "text": "\n".join(parts), "source": f"site-{source}.example"}
            written += out.write(json.dumps(record) + "\n")
    rows = [(s, line, count >= max(OFTEN, articles_of[s] / 1000)) for (s, line), count in sorted(planted.items())]
    path.with_name("planted.json").write_text(json.dumps(rows), encoding="utf-8")


def found(pack: Path, planted: Path) -> tuple[int, int, int]:
    """How many of the lines planted often are in the pack, and how many there are; how many lines were not planted."""
    from auditor.templates import read_pack
    from auditor.text.template import folded_line, slotted

    planted_lines = {}
    for source, line, often in json.loads(planted.read_text(encoding="utf-8")):
        shown = line.replace("#", "7").replace("&", "Ana Poe")
        planted_lines[f"site-{source}.example", slotted(shown) if "&" in line else folded_line(shown)] = often
    wanted = {line for line, often in planted_lines.items() if often}
    got = {(source.name, line.line) for source in read_pack(pack).sources for line in source.lines}
    return len(got & wanted), len(wanted), len(got - planted_lines.keys())


def look_up(path: str, pack: str, answer: str) -> None:
    """Cost of looking for template lines in articles of a batch: multiples of `re.finditer` spans, written as JSON."""
    from auditor.document import Document
    from auditor.templates import load_packs

    templates = load_packs([pack])
    with open(path, encoding="utf-8") as lines:
        records = [json.loads(line) for line, _ in zip(lines, range(ARTICLES), strict=False)]
    pattern = re.compile(r"\w+")
    clock = time.process_time
    reference = folding = 0.0
    found = 0
    for record in records:
        doc = Document(record["text"], meta={"source": record["source"]}, templates=templates)
        begin = clock()
        for match in pattern.finditer(doc.text):
            match.span()
        middle = clock()
        assert doc.plain_lines is not None  # other rules about lines read them as well
        between = clock()
        found += len(doc.template_lines)
        reference += middle - begin
        folding += clock() - between
    Path(answer).write_text(json.dumps([folding / reference, found, len(records)]), encoding="utf-8")


def measure(sizes: list[int]) -> str:
    """All figures, as the Markdown that goes into README.md."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            path, pack = Path(folder) / f"batch-{size}.jsonl", Path(folder) / "pack.toml"
            in_child(generate, path, size * MB)
            parsed = run([sys.executable, "-c", PARSE, str(path)])
            bare = run([sys.executable, "-c", START])
            mined = run([sys.executable, "-m", "auditor", "mine", str(path), "--out", str(pack)])
            hits, planted, others = found(pack, Path(folder) / "planted.json")
            megabytes = path.stat().st_size / MB
            speed = megabytes / (mined.cpu - bare.cpu)
            rows.append(
                f"| {megabytes:.0f} MB | **{speed:.1f} MB/s** ({megabytes / mined.cpu:.1f} with starting) "
                f"| {mined.cpu / parsed.cpu:.0f}× | {mined.peak / MB:.0f} MB ({bare.peak / MB:.0f} MB before the first "
                f"article) | {hits} of {planted} | {others} |"
            )
            answer = Path(folder) / "answer.json"
            in_child(look_up, str(path), str(pack), str(answer))
            ratio, lines, articles = json.loads(answer.read_text(encoding="utf-8"))
            path.unlink()
    return "\n".join(
        [
            f"Python {platform.python_version()}, one process.",
            "",
            "| batch | read per second of CPU, both readings together | beside parsing with orjson once | peak memory "
            "| planted lines found | other lines |",
            "| --- | --- | --- | --- | --- | --- |",
            *rows,
            "",
            f"Looking for the lines of the last pack in {articles} of its articles, {lines} found: **{ratio:.2f}×** "
            '`re.finditer(r"\\w+")` spans, without making the lines, which other rules read.',
        ]
    )


def main() -> None:
    """Command line of the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", type=int, default=30)
    parser.add_argument("--large", type=int, default=300)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    table = measure([arguments.small, arguments.large])
    print(table)
    if arguments.write:
        text = README.read_text(encoding="utf-8")
        before, _, rest = text.partition(BEGIN)
        if not rest:
            raise SystemExit(f"{README} has no place for the table ({BEGIN})")
        after = rest.partition(END)[2]
        README.write_text(f"{before}{BEGIN}\n\n{table}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
