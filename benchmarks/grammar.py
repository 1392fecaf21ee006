"""Sentences per second of the grammar tier beside LanguageTool's server as it comes, and the server's memory.

    python -m benchmarks.grammar                       speed on 200 articles, memory after 200 and 2,000
    python -m benchmarks.grammar --articles 60 --memory 0     a short run
    python -m benchmarks.grammar --write               also into docs/grammar.md

All in one run on the same articles, without kept results. The server as it comes is the same jars without our settings,
asked for one text at a time by the wrapper. Ours is asked for the same rules first, then for those of the catalogue.
Needs LanguageTool (`auditor grammar install`) and the evaluation data.
"""

from __future__ import annotations

import argparse
import os
import re
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import language_tool_python

from auditor.grammar.child import Child
from auditor.grammar.client import Checker
from auditor.grammar.install import installed, java_program
from auditor.grammar.match import Checked, Selection
from auditor.grammar.server import ServerOptions, healthy, shared, usable_cores, warm_up
from auditor.grammar.tier import Tier, TierOptions
from auditor.registry import load_rules
from auditor.text.lines import line_spans
from auditor.text.sentences import sentence_spans
from auditor.text.spelling import doubtful_words
from tools.evaluation_data import CLEAN, ROOT, records
from tools.recall import SYSTEMS

PAGE = ROOT / "docs" / "grammar.md"
MEASURED = re.compile(r"(?<=<!-- speed -->\n).*?(?=<!-- speed end -->)", re.DOTALL)
PORT = 8971
UNHURRIED = 120.0
"""Seconds for one text, so that none is cut short."""
TURN = 20
"""Articles that one way checks before it is the next one's turn."""


def articles(count: int) -> list[str]:
    """So many articles, taken in turn from the clean sets and the translations."""
    sets = [iter(records(name)) for name in (*CLEAN, *SYSTEMS)]
    found: list[str] = []
    while len(found) < count and sets:
        for each in list(sets):
            record = next(each, None)
            if record is None:
                sets.remove(each)
            elif len(found) < count:
                found.append(record["text"])
    return found


@contextmanager
def catalogue(options: TierOptions) -> Iterator[Tier]:
    """The tier as an audit has it, for what the stable grammar rules ask."""
    ids = frozenset().union(*(rule.languagetool for rule in load_rules() if rule.grammar and rule.stable))
    tier = Tier(options, ids, doubtful_words)
    try:
        yield tier
    finally:
        tier.close()


@contextmanager
def as_it_comes() -> Iterator[str]:
    """LanguageTool's server with its own settings; its URL."""
    found = installed()
    assert found is not None, "LanguageTool is not installed: auditor grammar install"
    url = f"http://127.0.0.1:{PORT}"
    command = [java_program(), "-cp", os.pathsep.join(map(str, found.jars)), "org.languagetool.server.HTTPServer"]
    child = Child([*command, "--port", str(PORT)])
    try:
        until = time.monotonic() + 120
        while not healthy(url, 1):
            assert child.running(), child.said()
            assert time.monotonic() < until
            time.sleep(0.2)
        assert warm_up(url, until)
        yield url
    finally:
        child.kill()


def seconds(work: Callable[[], object]) -> float:
    """How long it takes, by the clock."""
    begin = time.monotonic()
    work()
    return time.monotonic() - begin


def measure_speed(texts: list[str], warm: list[str]) -> list[tuple[str, float]]:
    """Sentences per second of each way, in turns of some articles, so that a busy moment meets all alike.

    warm: articles that are checked before, so that Java has compiled its code.
    """
    with (
        as_it_comes() as url,
        shared(ServerOptions(deadline=UNHURRIED)) as server,
        Checker(server, Selection()) as same,
        catalogue(TierOptions(deadline=UNHURRIED, cache=False)) as few,
    ):
        tool = language_tool_python.LanguageTool("en-US", remote_server=url)
        ways: dict[str, Callable[[list[str]], None]] = {
            "the server as it comes, one text at a time through the wrapper": partial(_one_by_one, tool),
            "ours, the same rules": partial(_all, same),
            "ours, the rules of the catalogue": partial(_whole_tier, few),
        }
        took = dict.fromkeys(ways, 0.0)
        for way in ways.values():
            way(warm)
        for start in range(0, len(texts), TURN):
            for name, way in ways.items():
                took[name] += seconds(partial(way, texts[start : start + TURN]))
    sentences = sum(len(sentence_spans(text, line_spans(text))) for text in texts)
    return [(name, sentences / took[name]) for name in ways]


def _one_by_one(tool: language_tool_python.LanguageTool, texts: list[str]) -> None:
    for text in texts:
        tool.check(text)


def _all(checker: Checker, texts: list[str]) -> None:
    for checked in checker.check_many(texts):
        assert checked.skipped is None
        assert not checked.incomplete


def _whole_tier(tier: Tier, texts: list[str]) -> None:
    for _ in in_turn(tier, texts):
        pass


def in_turn(tier: Tier, texts: list[str]) -> Iterator[Checked]:
    """The results of the texts, as many on the way as keep the server busy."""
    waiting: deque[Callable[[], Checked]] = deque()
    for text in [*texts, *[""] * tier.ahead]:
        waiting.append(tier.submit(text))
        if len(waiting) > tier.ahead:
            checked = waiting.popleft()()
            assert checked.skipped is None
            assert not checked.incomplete
            yield checked


def measure_memory(texts: list[str], early: int) -> tuple[int, int, int]:
    """Resident bytes of the server after `early` articles and after all, and how many servers there were."""
    options = TierOptions(deadline=UNHURRIED, cache=False)
    with shared(ServerOptions(deadline=UNHURRIED)) as server, catalogue(options) as tier:
        before, at = server.generation, 0
        for number, _ in enumerate(in_turn(tier, texts), 1):
            if number == early:
                at = server.resident() or 0
        return at, server.resident() or 0, server.generation - before


def main() -> None:
    """Command line of this script."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=200)
    parser.add_argument("--memory", type=int, default=2000, help="articles for the memory; 0: not measured")
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    texts = articles(max(args.memory, args.articles + 60))
    rates = measure_speed(texts[: args.articles], texts[-60:])
    lines = [
        f"{usable_cores()} cores, {args.articles} articles, LanguageTool {getattr(installed(), 'version', '?')}.",
        "",
        "| way | sentences per second beside the first |",
        "| --- | ---: |",
        *(f"| {name} | {rate / rates[0][1]:.2f}× |" for name, rate in rates),
        "",
        f"For orientation only, on this machine: {', '.join(f'{rate:.0f}' for _, rate in rates)} sentences per second.",
    ]
    if args.memory:
        early, late, servers = measure_memory(texts[: args.memory], 200)
        lines += [
            "",
            f"Resident memory of our server after {args.memory:,} articles beside that after 200: {late / early:.2f}× "
            f"({late / 1e6:.0f} MB and {early / 1e6:.0f} MB, {servers} server).",
        ]
    text = "\n".join(lines)
    print(text)
    if args.write:
        page = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(MEASURED.sub(lambda _: f"\n{text}\n\n", page), encoding="utf-8")


if __name__ == "__main__":
    main()
