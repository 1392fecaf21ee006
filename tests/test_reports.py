"""The committed report on the seeds is what the auditor says today: its diff is a diff of behaviour."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from auditor.cli import main
from tests.conftest import ROOT

TEXTS = ["report.md", "articles.csv", "findings.csv", "rules.csv", "problems.csv"]
PAGE = [
    "html/index.html",
    "html/report.css",
    "html/report.js",
    "html/data/about.js",
    "html/data/list-00000.js",
    "html/data/texts-00000.js",
]
CHARTS = [f"html/charts/{name}{suffix}.svg" for name in ("grades", "rules") for suffix in ("", "-dark")]


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("report")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        seeds = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "seeds").glob("*.txt"))
        assert main(["report", *seeds, "--out", str(out), "--rule-pages", "../rules"]) == 0
    return out


@pytest.mark.parametrize("name", TEXTS + PAGE)
def test_the_committed_report_is_current(fresh: Path, name: str) -> None:
    """`make report` writes it anew."""
    assert (fresh / name).read_bytes() == (ROOT / "reports" / name).read_bytes()


@pytest.mark.parametrize("name", CHARTS)
def test_the_committed_charts_say_the_same(fresh: Path, name: str) -> None:
    """Another version of matplotlib draws other bytes; the labels and figures are ours."""
    assert _texts(fresh / name) == _texts(ROOT / "reports" / name)


def test_nothing_else_is_committed_there() -> None:
    folder = ROOT / "reports"
    found = {
        str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and path.suffix != ".parquet"
    }
    assert found == {*TEXTS, *PAGE, *CHARTS, "cleaned/seeds.diff"}


def test_the_links_to_rule_pages_lead_somewhere() -> None:
    import re

    targets = set(re.findall(r"\]\((\.\./rules/[^)]+)\)", (ROOT / "reports" / "report.md").read_text(encoding="utf-8")))
    assert targets
    for target in targets:
        assert (ROOT / "reports" / target).resolve().is_file(), target


def _texts(path: Path) -> list[str | None]:
    drawing = ElementTree.fromstring(path.read_text(encoding="utf-8"))
    return [each.text for each in drawing.iter("{http://www.w3.org/2000/svg}text")]


def test_the_committed_diff_of_cleaning_is_current(capsys: pytest.CaptureFixture[str]) -> None:
    """`make report` writes it anew; twice the same."""
    seeds = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "seeds").glob("*.txt"))
    committed = (ROOT / "reports" / "cleaned" / "seeds.diff").read_bytes().decode("utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        for _ in range(2):
            assert main(["clean", *seeds]) == 0
            assert capsys.readouterr().out == committed
    assert {path.name for path in (ROOT / "reports" / "cleaned").iterdir()} == {"seeds.diff"}
