"""The articles that benchmarks run on: real ones of several kinds, from the evaluation data."""

from __future__ import annotations

import html

from tools.evaluation_data import ROOT, data_folder, raw_records

MIX = {
    "human_bbc2005": 1000,
    "human_abc2006": 1000,
    "human_aeb_articles": 83,
    "human_gum": 36,
    "human_masakhanews_en": 800,
    "wmt13_xxen": 300,
    "wmt14_xxen": 1500,
    "wmt21_xxen": 1500,
    "wmt22_xxen": 1500,
    "wmt23_xxen": 1000,
    "boilerplate_aeb": 240,
}
"""How many articles of each set: straight and curly quotes, machine translation old and new, and web pages as three
extractors leave them (the view `alltext`, which is a page before extraction, is left out)."""


def articles(limit: int | None = None) -> list[str]:
    """The texts of the mix and the five seeds, at most `limit`, drawn evenly. Raises SystemExit without the data."""
    folder = data_folder() / "dev"
    if not folder.is_dir():
        raise SystemExit(f"the evaluation data is not on this machine ({folder}); set AUDITOR_DATA to its folder")
    texts = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "seeds").glob("*.txt"))]
    for name, count in MIX.items():
        found = [html.unescape(record["text"]) for record in raw_records(name) if record.get("view") != "alltext"]
        step = max(1, len(found) // count)
        texts.extend(found[::step][:count])
    if limit is not None and limit < len(texts):
        texts = [texts[index * len(texts) // limit] for index in range(limit)]
    return texts
