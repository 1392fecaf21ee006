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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import language_tool_python

from auditor.grammar.child import Child
from auditor.grammar.client import Checker
from auditor.grammar.install import installed, java_program
from auditor.grammar.match import Selection
from auditor.grammar.server import Server, ServerOptions, healthy, usable_cores, warm_up
from auditor.registry import load_rules
from auditor.text.lines import line_spans
from auditor.text.sentences import sentence_spans
from tools.evaluation_data import CLEAN, ROOT, records
from tools.recall import SYSTEMS

PAGE = ROOT / "docs" / "grammar.md"
MEASURED = re.compile(r"(?<=<!-- speed -->\n).*?(?=<!-- speed end -->)", re.DOTALL)
PORT = 8971


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


def catalogue() -> Selection:
    """What the stable grammar rules ask."""
    ids = frozenset().union(*(rule.languagetool for rule in load_rules() if rule.grammar and rule.stable))
    return Selection(enabled_rules=ids, enabled_only=True, picky=True)


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
    """Sentences per second of each way. warm: articles that are checked before, so that Java has compiled its code."""
    sentences = sum(len(sentence_spans(text, line_spans(text))) for text in texts)
    rates = []
    with as_it_comes() as url:
        tool = language_tool_python.LanguageTool("en-US", remote_server=url)
        for text in warm:
            tool.check(text)
        took = seconds(lambda: [tool.check(text) for text in texts])
        rates.append(("the server as it comes, one text at a time through the wrapper", sentences / took))
    for name, selection in (("ours, the same rules", Selection()), ("ours, the rules of the catalogue", catalogue())):
        with Server(ServerOptions(deadline=120)) as server, Checker(server, selection) as checker:
            list(checker.check_many(warm))
            rates.append((name, sentences / seconds(partial(_all, checker, texts))))
    return rates


def _all(checker: Checker, texts: list[str]) -> None:
    for checked in checker.check_many(texts):
        assert checked.skipped is None
        assert not checked.incomplete


def measure_memory(texts: list[str], early: int) -> tuple[int, int, int]:
    """Resident bytes of the server after `early` articles and after all, and how many servers there were."""
    with Server(ServerOptions()) as server, Checker(server, catalogue()) as checker:
        at = 0
        for number, _ in enumerate(checker.check_many(texts), 1):
            if number == early:
                at = server.resident() or 0
        return at, server.resident() or 0, server.generation


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
