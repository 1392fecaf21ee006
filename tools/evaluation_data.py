"""Where the evaluation data is, and its records. It is read from there and never committed."""

from __future__ import annotations

import gzip
import html
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent

CLEAN = ("human_bbc2005", "human_abc2006", "human_wmt_en_sources", "human_aeb_articles", "human_gum")
"""The sets of articles written by people, on which a finding counts as noise; read after `html.unescape`."""


def data_folder() -> Path:
    """The evaluation data: `AUDITOR_DATA`, or `../shared/data` beside the repository."""
    return Path(os.environ.get("AUDITOR_DATA", ROOT.parent / "shared" / "data"))


def raw_records(name: str) -> Iterator[dict[str, Any]]:
    """The records of a development set as they are stored."""
    with gzip.open(data_folder() / "dev" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def records(name: str) -> Iterator[dict[str, Any]]:
    """The records of a development set; clean sets after `html.unescape`."""
    for record in raw_records(name):
        if name in CLEAN:
            record["text"] = html.unescape(record["text"])
        yield record
