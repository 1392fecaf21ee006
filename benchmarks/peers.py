"""Articles per second of the auditor beside its peers and beside plain limits, all on the same articles in one run.

    python -m benchmarks.peers                       1,000 articles, 3 passes, printed
    python -m benchmarks.peers --install --write     make the environments first; write benchmarks/README.md
    python -m benchmarks.peers --articles 300 --only four-filters     only these beside the auditor, printed

Every contestant is a process of its own (`benchmarks/contestant.py`) in an interpreter that has its library: ours, or
one of `.venv-peers` and `.venv-peers-dolma`, which `--install` makes from the pinned versions in `benchmarks/peers`.
The project never depends on them. In each pass all contestants take their turn, each in a fresh process that warms up
on other articles first; the median of the passes' ratios counts. A peer that is not there is listed with the reason.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.corpus import articles
from tools.evaluation_data import ROOT

README = ROOT / "benchmarks" / "README.md"
BEGIN, END = "<!-- peers -->", "<!-- peers end -->"
SCRIPT = ROOT / "benchmarks" / "contestant.py"
WARM = 500
"""Other articles that each process sees before the clock runs."""
TARGET = 20
"""The auditor is to be so many times as fast as datatrove's four filters together."""

APACHE = "Apache-2.0"

ENVIRONMENTS: Mapping[str, tuple[Path, Path]] = {
    "peers": (ROOT / ".venv-peers", ROOT / "benchmarks" / "peers" / "requirements.txt"),
    "dolma": (ROOT / ".venv-peers-dolma", ROOT / "benchmarks" / "peers" / "requirements-dolma.txt"),
}
"""The environments of the peers with their pinned versions; dolma's cannot be had beside datatrove's."""
REASON = "not-installed.txt"
"""The file in an environment that says why it could not be made."""
MADE_OF = "made-of.txt"
"""The file in an environment with the pinned versions that it was made of, once it is complete."""


@dataclass(frozen=True, slots=True)
class Contestant:
    """A row of the table: name, whose interpreter, the tool, what it does with an article, its licence.

    speaks: whether it says something of some articles and nothing of others.
    """

    name: str
    environment: str
    tool: str
    does: str
    licence: str
    speaks: bool = True


ALL = (
    Contestant("auditor", "", "auditor", "every stable rule, metrics, language, readability, verdict", APACHE),
    Contestant("auditor-cold", "", "auditor", "the same from its first article on, without warming up", APACHE),
    Contestant(
        "four-filters",
        "peers",
        "datatrove, four filters",
        "one after the other; what is dropped goes no further",
        APACHE,
    ),
    Contestant("four-filters-all", "peers", "datatrove, four filters", "each on every article: every reason", APACHE),
    Contestant("gopher-quality", "peers", "datatrove, Gopher quality", "lengths, symbols, bullets, stop words", APACHE),
    Contestant("gopher-repetition", "peers", "datatrove, Gopher repetition", "repeated lines and n-grams", APACHE),
    Contestant("c4", "peers", "datatrove, C4", "lines that are no sentence, number of sentences", APACHE),
    Contestant("fineweb", "peers", "datatrove, FineWeb", "ends of lines, short and repeated lines", APACHE),
    Contestant("dolma-gopher", "dolma", "dolma, Gopher tagger", "figures on words, n-grams and lines", APACHE, False),
    Contestant("dolma-c4", "dolma", "dolma, C4 tagger", "lines that are no sentence, bad words", APACHE),
    Contestant("ftfy-fix", "peers", "ftfy, fix_text", "repairs mojibake, entities, quotes, widths", APACHE),
    Contestant("ftfy-badness", "peers", "ftfy, badness", "counts signs of mojibake", APACHE),
    Contestant("proselint", "peers", "proselint", "advice on style, the checks that are on by default", "BSD-3-Clause"),
    Contestant("word-spans", "", 'limit: `re.finditer(r"\\w+")`', "the span of each word", "PSF-2.0", False),
    Contestant("copy-json", "", "limit: copying with json", "reads, parses and writes a line", "PSF-2.0", False),
    Contestant("copy-orjson", "", "limit: copying with orjson", "the same", "MPL-2.0 AND (Apache-2.0 OR MIT)", False),
)


@dataclass(slots=True)
class Result:
    """What the passes of a contestant gave; `missing`: why there is none."""

    passes: list[dict[str, float]] = field(default_factory=list)
    versions: dict[str, str] = field(default_factory=dict)
    missing: str = ""

    def rate(self, index: int, clock: str) -> float:
        """Articles per second in a pass."""
        done = self.passes[index]
        return done["articles"] / done[clock]


def install() -> None:
    """Make the environments of the peers that are not there yet; where one cannot be made, leave the reason in it."""
    for folder, requirements in ENVIRONMENTS.values():
        reason, made_of, wanted = folder / REASON, folder / MADE_OF, requirements.read_text(encoding="utf-8")
        if made_of.is_file() and made_of.read_text(encoding="utf-8") == wanted:
            continue
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        command = [str(interpreter(folder)), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        done = subprocess.run([*command, "-r", str(requirements)], capture_output=True, text=True, check=False)
        if done.returncode:
            errors = [line for line in done.stderr.splitlines() if line.lower().startswith("error")]
            reason.write_text((errors or done.stderr.splitlines() or ["pip failed"])[-1][:300], encoding="utf-8")
            print(f"{requirements.name}: not installed: {reason.read_text(encoding='utf-8')}", file=sys.stderr)
        else:
            made_of.write_text(wanted, encoding="utf-8")


def interpreter(folder: Path) -> Path:
    """The interpreter of a virtual environment."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def one_pass(contestant: Contestant, folder: Path, result: Result) -> None:
    """Let a contestant take its turn. folder: with the articles. Notes in the result what came, or why nothing did."""
    program = Path(sys.executable)
    if contestant.environment:
        home, _ = ENVIRONMENTS[contestant.environment]
        program = interpreter(home)
        if (home / REASON).is_file():
            result.missing = (home / REASON).read_text(encoding="utf-8")
            return
        if not program.is_file():
            result.missing = "not installed; `make bench-peers` does it"
            return
    command = [str(program), "-P", str(SCRIPT), contestant.name, str(folder / "articles"), str(folder / "warm")]
    environment = {**os.environ, "PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=folder)
    if done.returncode:
        said = (done.stderr.strip() or "no message").splitlines()[-1]
        result.missing = f"does not run: {said[:200]}"
        return
    answer = json.loads(done.stdout.splitlines()[-1])
    result.versions = answer.pop("versions")
    result.passes.append(answer)


def measure(
    texts: Sequence[str], warm: Sequence[str], passes: int, contestants: Sequence[Contestant] = ALL
) -> dict[str, Result]:
    """The contestants over all texts, in turn, so many times."""
    results = {each.name: Result() for each in contestants}
    with tempfile.TemporaryDirectory(prefix="auditor-peers-") as name:
        folder = Path(name)
        for file, some in (("articles", texts), ("warm", warm)):
            lines = (json.dumps({"id": str(number), "text": text}) for number, text in enumerate(some))
            (folder / file).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        for number in range(passes):
            for contestant in contestants:
                if not results[contestant.name].missing:
                    one_pass(contestant, folder, results[contestant.name])
            print(f"pass {number + 1} of {passes} done", file=sys.stderr, flush=True)
    return results


def table(results: Mapping[str, Result], characters: float) -> str:
    """The results as Markdown, in ratios to the auditor of the same pass."""
    ours = results["auditor"]
    if not ours.passes:
        raise SystemExit(f"the auditor itself does not run: {ours.missing}")
    count = f"{ours.passes[0]['articles']:,.0f}"
    lines = [
        f"Python {platform.python_version()}, {len(ours.passes)} {'pass' if len(ours.passes) == 1 else 'passes'} "
        f"of a fresh process for each tool, "
        f"{count} articles of {characters:.0f} characters on average after {WARM} others.",
        "",
        "| tool | version | what it does with an article | articles a second of CPU, beside the auditor | by the clock "
        "| speaks up on | licence |",
        "| --- | --- | --- | ---: | ---: | ---: | --- |",
    ]
    notes = []
    for each in ALL:
        if each.name not in results:
            continue
        result = results[each.name]
        versions = ", ".join(
            number if each.tool.startswith(name) or len(result.versions) == 1 else f"{name} {number}"
            for name, number in result.versions.items()
        )
        row = [each.tool, versions, each.does]
        if result.missing:
            row += ["–", "–", result.missing.replace("|", "/")]
        else:
            cpu, wall = (ratios(result, ours, clock) for clock in ("cpu", "wall"))
            last = result.passes[-1]
            row += [f"**{middle(cpu)}×**{low_high(cpu)}", f"{middle(wall)}×"]
            row.append(f"{last['spoke'] / last['articles']:.0%}" if each.speaks else "")
            if last["crashed"]:
                notes.append(f"{each.tool} crashed on {last['crashed']:.0f} of {last['articles']:,.0f} articles.")
        lines.append(f"| {' | '.join([*row, each.licence])} |")
    rates = sorted(ours.rate(index, "cpu") for index in range(len(ours.passes)))
    rate = f"{statistics.median(rates):.0f}"
    lines += ["", *target(results, ours), *notes]
    lines += ["", f"For orientation only, on this machine: the auditor, {rate} articles a second of CPU."]
    return "\n".join(lines)


def target(results: Mapping[str, Result], ours: Result) -> list[str]:
    """How many times as fast the auditor is as datatrove's four filters, beside the target."""
    lines = []
    for name, words in (("four-filters", "one after the other"), ("four-filters-all", "each on every article")):
        if name in results and results[name].passes:
            times = [1 / ratio for ratio in ratios(results[name], ours, "cpu")]
            met = "met" if statistics.median(times) >= TARGET else "missed"
            lines.append(
                f"The auditor is {statistics.median(times):.1f} times{low_high(times)} as fast as "
                f"datatrove's four filters {words}; the target of {TARGET} is {met}."
            )
    return lines


def ratios(result: Result, ours: Result, clock: str) -> list[float]:
    """Articles a second beside the auditor's in the same pass."""
    return [result.rate(index, clock) / ours.rate(index, clock) for index in range(len(result.passes))]


def middle(values: Sequence[float]) -> str:
    """The median with two significant digits or more."""
    return spelled(statistics.median(values))


def low_high(values: Sequence[float]) -> str:
    """The least and the greatest, in brackets; nothing for a single value."""
    if len(values) == 1:
        return ""
    return f" ({spelled(min(values))}–{spelled(max(values))})"


def spelled(value: float) -> str:
    """A ratio with as many digits as mean something."""
    return f"{value:.3f}" if value < 0.1 else f"{value:.2f}" if value < 10 else f"{value:.0f}"


def main() -> None:
    """Command line of the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--passes", type=int, default=3)
    parser.add_argument("--install", action="store_true", help="make the environments of the peers first")
    parser.add_argument("--write", action="store_true", help="write benchmarks/README.md")
    parser.add_argument("--only", nargs="+", metavar="NAME", choices=[each.name for each in ALL])
    args = parser.parse_args()
    if args.only and args.write:
        parser.error("the table in the README holds all of them: --write goes without --only")
    if args.install:
        install()
    drawn = articles(args.articles + WARM)
    chosen = {index * len(drawn) // WARM for index in range(WARM)}
    warm = [drawn[index] for index in sorted(chosen)]
    texts = [text for index, text in enumerate(drawn) if index not in chosen]
    contestants = [each for each in ALL if not args.only or each.name in ("auditor", *args.only)]
    text = table(measure(texts, warm, args.passes, contestants), statistics.mean(map(len, texts)))
    print(text)
    if args.write:
        before, _, rest = README.read_text(encoding="utf-8").partition(BEGIN)
        README.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{rest.partition(END)[2]}", encoding="utf-8")


if __name__ == "__main__":
    main()
