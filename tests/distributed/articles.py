"""20,000 articles for the engines, and what one process says of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from auditor.config import Config
from auditor.document import Document
from auditor.engine import Auditor
from auditor.policy import Facts, decide
from auditor.report import Audited, Place, Report, Unreadable
from tools.evaluation_data import CLEAN, ROOT, data_folder, records

COUNT = 20_000
FILES = 40
"""The articles are stored in so many files, each a piece of work for an engine."""

EMPTY_EVERY = 997
"""Every so many articles one has no text."""

TRANSLATIONS = ("wmt13_xxen", "wmt14_xxen", "wmt21_xxen", "wmt22_xxen", "wmt23_xxen")


def texts() -> list[str]:
    """The clean and the translated development articles; only the seeds where the evaluation data is not."""
    found = [path.read_text(encoding="utf-8") for path in sorted(ROOT.glob("seeds/*.txt"))]
    if (data_folder() / "dev").is_dir():
        found += [record["text"] for name in (*CLEAN, *TRANSLATIONS) for record in records(name)]
    return found


def varied(count: int = COUNT) -> Iterator[str]:
    """So many texts: first each as it is, then with its lines in another order, so that few are the same."""
    all_texts = texts()
    for number in range(count):
        turn, index = divmod(number, len(all_texts))
        lines = all_texts[index].split("\n")
        start = turn % len(lines)
        yield "\n".join(lines[start:] + lines[:start])


def articles(count: int = COUNT) -> pd.DataFrame:
    """Columns n (whole numbers, the key), id (some come twice, some are missing), text (some are missing), title."""
    rows: list[dict[str, Any]] = [
        {
            "n": 2**60 + number,
            "id": None if number % 50 == 0 else f"article-{number % (count - 100)}",
            "text": None if number % EMPTY_EVERY == EMPTY_EVERY - 1 else text,
            "title": f"Title of {number}",
        }
        for number, text in enumerate(varied(count))
    ]
    return pd.DataFrame(rows).astype({"n": "int64"})


def write_articles(folder: Path) -> pd.DataFrame:
    """The articles, also stored in the folder as Parquet files."""
    folder.mkdir()
    frame = articles()
    size = -(-len(frame) // FILES)
    for number in range(FILES):
        frame.iloc[number * size : (number + 1) * size].to_parquet(folder / f"{number:02}.parquet", index=False)
    return frame


def one_process(frame: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The tables that one process makes of the articles, with the key `n` before their columns and sorted by it.

    It knows nothing of frames: an auditor, a loop, and the tables of `Report`.
    """
    config = Config()
    auditor = Auditor(config)
    entries: list[Audited | Unreadable] = []
    keys: dict[str, list[int]] = {"articles": [], "findings": [], "problems": []}
    for n, name, text, title in zip(*(frame[column].tolist() for column in ("n", "id", "text", "title")), strict=True):
        place = Place("", None, None, "text")
        name = name if isinstance(name, str) else str(n)
        if not isinstance(text, str):
            entries.append(Unreadable(place, "field", "", name))
            keys["problems"].append(n)
            continue
        audit = auditor.audit(Document(text, name, {"title": title}))
        entries.append(Audited(place, audit, decide(Facts.of(audit), config.policy)))
        keys["articles"].append(n)
        keys["findings"] += [n] * len(audit.findings)
        keys["problems"] += [n] * (len(audit.skipped) + len(audit.failures))
    report = Report.collect(entries, auditor)
    tables = {name: getattr(report, name) for name in keys}
    tables["problems"] = tables["problems"].dropna(subset="article_id")  # without the row about the whole run
    return {name: tables[name].set_axis(pd.Index(keys[name], name="n"), axis=0).reset_index() for name in keys}


def comparable(table: pd.DataFrame) -> pd.DataFrame:
    """A table sorted by its key, rows of one article in their order; without the wording of what cannot be read."""
    table = table.sort_values("n", kind="stable").reset_index(drop=True)
    if "kind" in table:
        table["message"] = table["message"].mask(table["kind"] == "unreadable", "")
    return table
