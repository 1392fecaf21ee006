"""Pages, tests and docs are written in our own words: none of the evaluation text is copied into them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from tools.evaluation_data import ROOT, data_folder, raw_records

RUN = 8
"""So many words in a row are no accident."""


def runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"[a-z0-9]+", text.lower())
    return set(zip(*(words[start:] for start in range(RUN)), strict=False))


def evaluation_texts() -> Iterator[str]:
    for path in sorted((data_folder() / "dev").glob("*.jsonl.gz")):
        yield from (record["text"] for record in raw_records(path.name.removesuffix(".jsonl.gz")))
    with open(data_folder() / "wild_fragments.jsonl", encoding="utf-8") as lines:
        yield from (json.loads(line)["text"] for line in lines)


def test_no_run_of_eight_words_is_shared_with_the_evaluation_data() -> None:
    """The seeds are ours and may be quoted."""
    if not (data_folder() / "dev").is_dir():
        pytest.skip("evaluation data is not on this machine; set AUDITOR_DATA to its folder")
    files = [*ROOT.glob("rules/*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("tests/**/*.py"), ROOT / "README.md"]
    ours = {run: path.name for path in files for run in runs(path.read_text(encoding="utf-8"))}
    seeds = {run for path in ROOT.glob("seeds/*.txt") for run in runs(path.read_text(encoding="utf-8"))}
    shared = {run: ours[run] for text in evaluation_texts() for run in runs(text) if run in ours}
    assert {run: name for run, name in shared.items() if run not in seeds} == {}
