"""Two runs beside each other: the tests of significance are right, chance is not told, and change is."""

from __future__ import annotations

import json
import math
import random
from fractions import Fraction
from math import comb
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.cli import main
from auditor.comparison import Change, compare_figures, compare_runs, fails, fisher, mcnemar, sentence
from auditor.document import Document
from auditor.errors import ConfigError, ReadError
from auditor.figures import Figures, SourceFigures, source_of, stored_figures
from auditor.writers.comparison import render
from auditor.writers.report_folder import write_report
from tests.sample_audits import ENGLISH, entries, sample_auditor


def exact_fisher(a: int, n: int, b: int, m: int) -> float:
    """The same test in whole numbers."""
    total = a + b
    ways = [comb(n, x) * comb(m, total - x) for x in range(max(0, total - m), min(n, total) + 1)]
    own = comb(n, a) * comb(m, b)
    return float(Fraction(sum(way for way in ways if way <= own), comb(n + m, total)))


def run_of(folder: Path, texts: list[str], source: str = "s.example", prefix: str = "id") -> Path:
    documents = [Document(text, f"{prefix}{n}", {"source": source}) for n, text in enumerate(texts)]
    write_report(entries(documents), sample_auditor(), folder, format="markdown")
    return folder


def figures(articles: int, torn: int, name: str = "run") -> Figures:
    made = Figures(name, articles)
    made.rules["MT190"] = "torn-word"
    made.touching["MT190"] = torn
    made.grades["A"] = articles
    made.verdicts["keep"] = articles
    return made


@given(st.integers(0, 40), st.integers(1, 40), st.integers(0, 40), st.integers(1, 40))
def test_fisher_agrees_with_whole_numbers(a: int, n: int, b: int, m: int) -> None:
    a, b = min(a, n), min(b, m)
    assert fisher(a, n, b, m) == pytest.approx(exact_fisher(a, n, b, m), abs=1e-9)


def test_fisher_on_the_lady_tasting_tea() -> None:
    """Fisher's own example: three of four cups right on either side, one-sided 17/70, two-sided 34/70."""
    assert fisher(3, 4, 1, 4) == pytest.approx(34 / 70)


@given(st.integers(0, 60), st.integers(0, 60))
def test_mcnemar_agrees_with_whole_numbers(got: int, lost: int) -> None:
    n, least = got + lost, min(got, lost)
    exact = min(Fraction(1), 2 * Fraction(sum(comb(n, x) for x in range(least + 1)), 2**n)) if n else Fraction(1)
    assert mcnemar(got, lost) == pytest.approx(float(exact), abs=1e-12)


def test_many_articles_give_what_the_exact_test_gives() -> None:
    """Where the z-test takes over, both say the same."""
    (change,) = [
        c for c in compare_figures(figures(200_000, 5_100), figures(200_000, 4_950)).changes if c.kind == "rule"
    ]
    assert change.p == pytest.approx(fisher(5_100, 200_000, 4_950, 200_000), rel=0.03)
    assert 0.1 < change.p < 0.2


def test_a_frequent_thing_is_counted_by_its_absence() -> None:
    (change,) = [
        c for c in compare_figures(figures(20_000, 19_990), figures(20_000, 19_960)).changes if c.kind == "rule"
    ]
    assert change.p == pytest.approx(fisher(10, 20_000, 40, 20_000))


def test_chance_alone_is_told_in_few_runs() -> None:
    """Two runs of the same kind, 200 times, ten rules each: at alpha 0.05 at most 5 % of them tell a change."""
    draw = random.Random(1)
    told = 0
    for _ in range(200):
        runs = []
        for _ in range(2):
            run = figures(400, 0)
            for code in range(10):
                run.rules[f"MT{code}"] = "x"
                run.touching[f"MT{code}"] = sum(draw.random() < 0.05 for _ in range(400))
            runs.append(run)
        told += bool(compare_figures(*runs).told)
    assert told <= 200 * 0.05 + 2 * math.sqrt(200 * 0.05 * 0.95)


def test_a_change_beyond_chance_is_told() -> None:
    comparison = compare_figures(figures(1000, 10), figures(1000, 60))
    (change,) = comparison.told
    assert (change.kind, change.name, change.direction) == ("rule", "MT190", "worse")
    assert sentence(change) == (
        "worse: rule MT190 torn-word: 10.0 → 60.0 of 1,000 articles (10 of 1,000 → 60 of 1,000; p < 0.001)"
    )
    (back,) = compare_figures(figures(1000, 60), figures(1000, 10)).told
    assert back.direction == "better"


def test_a_large_change_on_few_articles_is_not_told() -> None:
    assert compare_figures(figures(10, 0), figures(10, 3)).told == ()
    (change,) = compare_figures(figures(10, 0), figures(10, 3), threshold=200).told
    assert change.after_rate == 300
    assert compare_figures(figures(10, 0), figures(10, 3), threshold=301).told == ()


def test_the_same_is_never_told() -> None:
    assert compare_figures(figures(10, 3), figures(10, 3), threshold=0).told == ()


def test_many_rules_make_one_harder_to_tell() -> None:
    """Holm: p = 0.02 alone is beyond chance, among twenty such rules it is not."""
    one, two = figures(500, 10), figures(500, 24)
    assert [change.name for change in compare_figures(one, two).told] == ["MT190"]
    for code in range(20):
        for run in (one, two):
            run.rules[f"MT{code}"] = "x"
            run.touching[f"MT{code}"] = 7
    assert compare_figures(one, two).told == ()


def test_sources_and_grades_are_compared() -> None:
    one, two = figures(1000, 0), figures(1000, 0)
    one.sources["a"], two.sources["a"] = SourceFigures(500, 5, 5, 1.0), SourceFigures(500, 60, 60, 1.0)
    two.grades["D"], two.grades["A"] = 55, 945
    comparison = compare_figures(one, two)
    assert {(change.kind, change.name) for change in comparison.told} == {
        ("grade", "B"),
        ("grade", "C"),
        ("grade", "D"),
        ("source", "a"),
    }
    assert [what for what in ("worse", "rule", "grade", "verdict", "source") if fails(comparison, [what])] == [
        "worse",
        "grade",
        "source",
    ]


@pytest.mark.parametrize(
    ("alpha", "threshold"), [(0, None), (1, None), (float("nan"), None), (0.05, -1), (0.05, float("nan"))]
)
def test_bad_limits_are_refused(alpha: float, threshold: float | None) -> None:
    with pytest.raises(ConfigError):
        compare_figures(figures(1, 0), figures(1, 0), alpha=alpha, threshold=threshold)


def test_stored_figures_are_those_of_the_run(tmp_path: Path) -> None:
    documents = [Document("TORN STUB", "a", {"source": "x"}), Document(ENGLISH, "b", {"url": "https://Y.example/p"})]
    summary = write_report(entries(documents), sample_auditor(), tmp_path / "run", format="markdown")
    stored, live = stored_figures(tmp_path / "run"), summary.figures
    live.name = "run"
    assert stored == live
    assert set(stored.sources) == {"x", "y.example"}


@pytest.mark.parametrize("url", ["", "http://[bad", "no url", "javascript:alert(1)"])
def test_a_bad_url_names_no_source(url: str) -> None:
    assert source_of({"source": None, "url": url}) == ""


def test_the_same_articles_are_compared_one_by_one(tmp_path: Path) -> None:
    """Six articles of eight got a finding, none lost one: McNemar 2/64. Fisher alone would not tell."""
    one = run_of(tmp_path / "a", [ENGLISH] * 8)
    two = run_of(tmp_path / "b", [ENGLISH.replace("bridge on Monday", "TORN. on Monday")] * 6 + [ENGLISH] * 2)
    comparison = compare_runs(one, two)
    assert comparison.same_articles
    (change,) = [change for change in comparison.changes if change.kind == "rule"]
    assert change.changed == (6, 0)
    assert change.p == pytest.approx(2 / 64)
    assert change.told
    assert "6 new and 0 gone" in sentence(change)


def test_other_articles_are_compared_as_samples(tmp_path: Path) -> None:
    one = run_of(tmp_path / "a", [ENGLISH] * 8, prefix="x")
    two = run_of(tmp_path / "b", [ENGLISH] * 2 + ["TORN"] * 6, prefix="y")
    comparison = compare_runs(one, two)
    assert not comparison.same_articles
    (change,) = [change for change in comparison.changes if change.kind == "rule"]
    assert change.p == pytest.approx(exact_fisher(0, 8, 6, 8))


def test_another_configuration_is_said(tmp_path: Path) -> None:
    from auditor.config import Config

    one = run_of(tmp_path / "a", ["TORN"])
    documents = [Document("TORN", "id0", {"source": "s.example"})]
    write_report(
        entries(documents), sample_auditor(Config(severities={"MT190": "minor"})), tmp_path / "b", format="markdown"
    )
    assert any("different versions or configurations" in note for note in compare_runs(one, tmp_path / "b").notes)


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    run = run_of(tmp_path / "run", ["TORN"])
    with pytest.raises(ReadError, match=r"there is no articles\.parquet"):
        compare_runs(run, tmp_path)
    with pytest.raises(ReadError, match="no article in the run"):
        compare_runs(run, run_of(tmp_path / "empty", []))
    (run / "findings.parquet").write_bytes(b"PAR1 no parquet PAR1")
    with pytest.raises(ReadError, match="cannot be read"):
        compare_runs(run, run)
    run_of(tmp_path / "other", ["TORN"] * 2)
    (run / "findings.parquet").write_bytes((run_of(tmp_path / "third", [ENGLISH]) / "findings.parquet").read_bytes())
    with pytest.raises(ReadError, match="do not belong together"):
        compare_runs(run, run)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    folder = tmp_path_factory.mktemp("runs")
    one = run_of(folder / "one", [ENGLISH] * 30, "=a|b<i>")
    two = run_of(folder / "two", [ENGLISH] * 10 + [f"TORN {ENGLISH}"] * 20, "=a|b<i>")
    return str(one), str(two)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ([], 0),
        (["--fail-if", "worse"], 1),
        (["--fail-if", "rule"], 1),
        (["--fail-if", "verdict"], 1),
        (["--fail-if", "source", "--fail-if", "rule"], 1),
        (["--alpha", "1e-12", "--fail-if", "worse"], 0),
        (["--alpha", "1e-12", "--threshold", "500", "--fail-if", "worse"], 1),
        (["--alpha", "2"], 2),
    ],
)
def test_exit_codes(runs: tuple[str, str], options: list[str], code: int) -> None:
    assert main(["compare", *runs, *options]) == code


def test_better_never_fails(runs: tuple[str, str]) -> None:
    assert main(["compare", runs[1], runs[0], "--fail-if", "worse"]) == 0


def test_a_missing_run_is_wrong_use(runs: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", runs[0], "nowhere"]) == 2
    assert "nowhere: there is no articles.parquet" in capsys.readouterr().err


def test_text_tells_the_change_and_the_test(runs: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    main(["compare", *runs])
    lines = capsys.readouterr().out.splitlines()
    assert "the same 30 articles (McNemar's exact test, p adjusted by Holm's method, alpha 0.05)" in lines[0]
    assert lines[1].startswith("worse: rule MT190 torn-word: 0.0 → 666.7 of 1,000 articles")


def test_json_holds_everything(runs: tuple[str, str], tmp_path: Path) -> None:
    assert main(["compare", *runs, "--format", "json", "--output", str(tmp_path / "c.json")]) == 0
    document = json.loads((tmp_path / "c.json").read_text(encoding="utf-8"))
    assert document["schema"] == 1
    assert document["same_articles"] is True
    assert document["before"]["articles"] == 30
    rule = next(change for change in document["changes"] if change["kind"] == "rule")
    assert (rule["before"], rule["after"], rule["new"], rule["gone"], rule["told"]) == (0, 20, 20, 0, True)
    assert rule["after_per_1000"] == 666.667


def test_markdown_is_a_table_in_which_nothing_acts(runs: tuple[str, str]) -> None:
    shown = render(compare_runs(*map(Path, runs)), "markdown", everything=True)
    assert "| **worse** | rule | MT190 torn-word | 0 of 30 | 20 of 30 | 0.0 | 666.7 | &lt; 0.001 |" in shown
    assert "a\\|b&lt;i&gt;" in shown
    rows = [line for line in shown.splitlines() if line.startswith("|")]
    assert {line.replace("\\|", "").count("|") for line in rows} == {9}


def test_a_report_beside_earlier_runs_tells_what_changed(
    tmp_path: Path, runs: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    lines = [json.dumps({"id": f"n{n}", "text": f"He is armed and well known. here. {ENGLISH}"}) for n in range(30)]
    Path("a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    Path("b.jsonl").write_text(
        "\n".join(json.dumps({"id": f"n{n}", "text": ENGLISH}) for n in range(30)), encoding="utf-8"
    )
    assert main(["report", "b.jsonl", "--out", "first", "--format", "markdown"]) == 0
    assert main(["report", "a.jsonl", "--out", "second", "--earlier", "first"]) == 0
    text = Path("second/report.md").read_text(encoding="utf-8")
    assert "### Run by run" in text
    assert "- worse: rule MT102 broken-sentence" in text
    page = Path("second/html/index.html").read_text(encoding="utf-8")
    assert "worse: rule MT102 broken-sentence" in page
    assert (tmp_path / "second" / "html" / "charts" / "runs.svg").is_file()
    assert main(["report", "a.jsonl", "--out", "third", "--earlier", "nowhere"]) == 2
    assert not Path("third").exists()


def test_a_change_without_articles_has_no_rate() -> None:
    assert Change("rule", "x", "x", 0, 0, 0, 5, None, 1.0).before_rate == 0
