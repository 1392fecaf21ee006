"""Fixtures of the tests that run an engine: the articles, what one process says of them, the examples of the docs."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from tests.conftest import ROOT
from tests.distributed.articles import one_process, write_articles


@pytest.fixture(scope="session")
def articles_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("input") / "articles"
    write_articles(folder)
    return folder


@pytest.fixture(scope="session")
def expected(articles_folder: Path) -> dict[str, pd.DataFrame]:
    """The tables of one process, made once for both engines."""
    return one_process(pd.concat([pd.read_parquet(path) for path in sorted(articles_folder.iterdir())]))


@pytest.fixture(scope="session")
def work(tmp_path_factory: pytest.TempPathFactory, articles_folder: Path) -> Path:
    """A folder in which the examples of the docs find what they read."""
    folder = tmp_path_factory.mktemp("work")
    (folder / "articles").mkdir()
    shutil.copy(articles_folder / "00.parquet", folder / "articles" / "00.parquet")
    for name, body in re.findall(
        r"^```python file=(\w+)\.py\n(.*?)^```$", (ROOT / "docs" / "distributed.md").read_text("utf-8"), re.M | re.S
    ):
        (folder / f"{name}.py").write_text(body, encoding="utf-8")
    return folder
