"""One contestant of `benchmarks.peers`: times itself over the articles, in the interpreter that has its library.

    python -P benchmarks/contestant.py NAME ARTICLES.jsonl WARM.jsonl

Reads JSON Lines with a field `text`. Prints one JSON object: articles, CPU and wall seconds, on how many articles the
contestant said something (dropped it, found something, changed it), on how many it crashed, and its versions. Loading
and the articles of WARM are outside the clock. Nothing of the project is imported but by the contestants `auditor`.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

Work = Callable[[str], object]
"""Does its work on one article; something true when it had something to say."""


def auditor() -> Work:
    """Audit with all stable rules, metrics, language and readability, and the verdict."""
    from auditor.engine import Auditor
    from auditor.policy import Facts, decide

    engine = Auditor()
    policy = engine.config.policy

    def work(text: str) -> bool:
        audit = engine.audit(text)
        decide(Facts.of(audit), policy)
        return bool(audit.findings)

    return work


def datatrove_filters() -> list[Any]:
    """The four filters in the order and with the settings of FineWeb's recipe."""
    from datatrove.pipeline.filters import (
        C4QualityFilter,
        FineWebQualityFilter,
        GopherQualityFilter,
        GopherRepetitionFilter,
    )

    return [
        GopherRepetitionFilter(),
        GopherQualityFilter(),
        C4QualityFilter(filter_no_terminal_punct=False),
        FineWebQualityFilter(),
    ]


def datatrove_one(index: int) -> Work:
    """One of the four filters."""
    from datatrove.data import Document

    chosen = datatrove_filters()[index]
    return lambda text: chosen.filter(Document(text=text, id="")) is not True


def datatrove_pipeline() -> Work:
    """All four, one after the other, as a pipeline runs them: what one drops the next does not see."""
    from datatrove.data import Document

    filters = datatrove_filters()

    def work(text: str) -> bool:
        doc = Document(text=text, id="")
        return any(each.filter(doc) is not True for each in filters)

    return work


def datatrove_all() -> Work:
    """All four on every article, so that each reason is known, as the auditor tells them."""
    from datatrove.data import Document

    filters = datatrove_filters()

    def work(text: str) -> bool:
        return sum(each.filter(Document(text=text, id="")) is not True for each in filters) > 0

    return work


def dolma(name: str) -> Work:
    """One of dolma's taggers."""
    import nltk

    nltk.download = lambda *args, **kwargs: False  # dolma would fetch a model that these taggers do not use
    from dolma.core.data_types import Document
    from dolma.taggers.c4 import FasterC4Tagger
    from dolma.taggers.gopher import GopherTagger

    tagger = GopherTagger() if name == "gopher" else FasterC4Tagger()
    return lambda text: len(tagger.predict(Document(source="", id="", text=text)).spans) > 1


def ftfy_fix() -> Work:
    """Repair mojibake and odd characters."""
    import ftfy

    return lambda text: ftfy.fix_text(text) != text


def ftfy_badness() -> Work:
    """Only look for mojibake."""
    from ftfy.badness import badness

    return lambda text: badness(text)


def proselint() -> Work:
    """All checks that are on by default."""
    from proselint.checks import __register__
    from proselint.registry import CheckRegistry
    from proselint.tools import LintFile

    CheckRegistry().register_many(__register__)
    return lambda text: LintFile("article", text).lint()


def word_spans() -> Work:
    """Find every word and ask for its span."""
    pattern = re.compile(r"\w+")

    def work(text: str) -> bool:
        for match in pattern.finditer(text):
            match.span()
        return False

    return work


def copy_json() -> Callable[[bytes], object]:
    """Read a line, parse it, write it again."""
    out = tempfile.TemporaryFile()  # noqa: SIM115  it is open as long as the process runs
    return lambda line: out.write(json.dumps(json.loads(line)).encode() + b"\n") < 0


def copy_orjson() -> Callable[[bytes], object]:
    """The same with orjson."""
    import orjson

    out = tempfile.TemporaryFile()  # noqa: SIM115  it is open as long as the process runs
    return lambda line: out.write(orjson.dumps(orjson.loads(line), option=orjson.OPT_APPEND_NEWLINE)) < 0


CONTESTANTS: dict[str, tuple[Callable[[], Callable[[Any], object]], tuple[str, ...]]] = {
    "auditor": (auditor, ("article-auditor",)),
    "auditor-cold": (auditor, ("article-auditor",)),
    "gopher-repetition": (lambda: datatrove_one(0), ("datatrove", "spacy")),
    "gopher-quality": (lambda: datatrove_one(1), ("datatrove", "spacy")),
    "c4": (lambda: datatrove_one(2), ("datatrove", "spacy")),
    "fineweb": (lambda: datatrove_one(3), ("datatrove", "spacy")),
    "four-filters": (datatrove_pipeline, ("datatrove", "spacy")),
    "four-filters-all": (datatrove_all, ("datatrove", "spacy")),
    "dolma-gopher": (lambda: dolma("gopher"), ("dolma",)),
    "dolma-c4": (lambda: dolma("c4"), ("dolma",)),
    "ftfy-fix": (ftfy_fix, ("ftfy",)),
    "ftfy-badness": (ftfy_badness, ("ftfy",)),
    "proselint": (proselint, ("proselint",)),
    "word-spans": (word_spans, ()),
    "copy-json": (copy_json, ()),
    "copy-orjson": (copy_orjson, ("orjson",)),
}
"""By name: what makes the work, and the distributions whose versions count."""

COLD = ("auditor-cold",)
"""Contestants that do not warm up."""

OF_LINES = ("copy-json", "copy-orjson")
"""Contestants that take the lines of the file, read while the clock runs, instead of texts."""


def timed(work: Callable[[Any], object], items: Any) -> dict[str, float]:
    """Do the work on all items, and say how long it took."""
    articles = spoke = crashed = 0
    wall, cpu = time.perf_counter(), time.process_time()
    for item in items:
        articles += 1
        try:
            if work(item):
                spoke += 1
        except Exception:
            crashed += 1
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return {"articles": articles, "cpu": cpu, "wall": wall, "spoke": spoke, "crashed": crashed}


def main(name: str, articles: str, warm: str) -> None:
    """Warm up, time one pass, print what came out."""
    make, distributions = CONTESTANTS[name]
    work = make()
    if name in OF_LINES:
        with open(warm, "rb") as lines:
            timed(work, lines)
        with open(articles, "rb") as lines:
            result = timed(work, lines)
    else:
        if name not in COLD:
            timed(work, texts(warm))
        result = timed(work, texts(articles))
    print(json.dumps({**result, "versions": {each: version(each) for each in distributions}}))


def texts(path: str) -> list[str]:
    """The texts of a file."""
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line)["text"] for line in lines]


if __name__ == "__main__":
    main(*sys.argv[1:])
