"""The committed report on the seeds is what the auditor says today: its diff is a diff of behaviour."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.cli import main
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("report")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        seeds = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "seeds").glob("*.txt"))
        assert main(["report", *seeds, "--out", str(out)]) == 0
    return out


@pytest.mark.parametrize("name", ["report.md", "articles.csv", "findings.csv", "rules.csv", "problems.csv"])
def test_the_committed_report_is_current(fresh: Path, name: str) -> None:
    """`make report` writes it anew."""
    assert (fresh / name).read_bytes() == (ROOT / "reports" / name).read_bytes()


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


def test_nothing_else_is_committed_there() -> None:
    known = {"report.md", "articles.csv", "findings.csv", "rules.csv", "problems.csv", "cleaned"}
    assert {path.name for path in (ROOT / "reports").iterdir() if path.suffix != ".parquet"} == known
