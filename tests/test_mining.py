"""Mining: what is counted, what is taken for a template, names, and the command with check, report and filter."""

from __future__ import annotations

import csv
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor import cli
from auditor.config import Config
from auditor.errors import ConfigError, ReadError, WriteError
from auditor.mining import Limits, Mined, counting, mine
from auditor.mining.counting import ArticleCounter
from auditor.mining.names import NameCounter, is_slip
from auditor.mining.similar import groups
from auditor.readers import Record
from auditor.templates import BatchName, TemplateLine, read_pack, render_pack
from tests.conftest import ROOT, dev_texts


def body(number: int, *, subject: str = "") -> list[str]:
    """Four paragraphs that share hardly a word with those of another number; with a subject, half of it is that."""
    rng = random.Random(number)
    lines = [f"{' '.join(word(rng) for _ in range(12)).capitalize()}." for _ in range(4)]
    if subject:
        rng = random.Random(subject)
        lines.append(f"{' '.join(word(rng) for _ in range(40)).capitalize()}.")
        rng = random.Random(number)
        lines[-1] = " ".join(rng.sample(lines[-1].split(), 40))  # the same words, but not the same line
    return lines


def word(rng: random.Random) -> str:
    return "".join(rng.choice("bcdfghklmnprstvw") + rng.choice("aeiou") for _ in range(4))


def article(number: int, *lines: str, at: int | None = None, subject: str = "", **fields: str) -> dict[str, str]:
    parts = body(number, subject=subject)
    parts[len(parts) if at is None else at : len(parts) if at is None else at] = lines
    return {"id": str(number), "text": "\n".join(parts), **fields}


def write(path: Path, articles: list[dict[str, str]]) -> str:
    path.write_text("".join(json.dumps(each) + "\n" for each in articles), encoding="utf-8")
    return str(path)


def mined(tmp_path: Path, articles: list[dict[str, str]], limits: Limits | None = None) -> Mined:
    return mine([write(tmp_path / "batch.jsonl", articles)], Config(), limits)


def lines_of(found: Mined, source: str = "*") -> dict[str, TemplateLine]:
    return {line.line: line for each in found.pack.sources if each.name == source for line in each.lines}


HOUR = "Hear the Fjord Hour at noon and at night"


def test_a_recurring_line_is_learnt_with_its_support_place_and_examples(tmp_path: Path) -> None:
    batch = [article(n, *([HOUR] if n < 6 else [])) for n in range(20)]
    found = mined(tmp_path, batch)
    assert found.pack.articles == 20
    (line,) = lines_of(found).values()
    assert line == TemplateLine(HOUR.lower(), False, "", 6, 0.3, "tail", (HOUR,))


def test_figures_dates_case_and_names_at_the_end_may_differ(tmp_path: Path) -> None:
    batch = [
        article(n, f"Fjord desk, page {n} of {n + 3}, {n + 1} May 20{n + 10}", f"Fjord words by Ana{n} Poe{n}")
        for n in range(8)
    ]
    for each in batch:
        each["text"] = re.sub(r"(Ana|Poe)(\d)", lambda m: m[1] + "abcdefgh"[int(m[2])] * 2, each["text"])
    assert set(lines_of(mined(tmp_path, batch))) == {"fjord desk page 0 of 0", "fjord words by *"}


def test_nearly_equal_lines_are_judged_together(tmp_path: Path) -> None:
    variant = f"{HOUR} please"
    batch = [article(n, HOUR if n < 6 else variant) for n in range(8)]
    assert {line: entry.articles for line, entry in lines_of(mined(tmp_path, batch)).items()} == {
        HOUR.lower(): 6,
        variant.lower(): 2,
    }


def test_repetition_in_one_article_and_copies_count_once(tmp_path: Path) -> None:
    one = article(1, HOUR, HOUR, HOUR, HOUR)
    found = mined(tmp_path, [one, {**one, "id": "copy"}, {**one, "id": "again"}, article(2, HOUR), article(3)])
    assert not found.pack.sources
    assert found.pack.articles == 3
    assert found.left_out == {"in too few articles": 1}


def test_what_recurs_in_versions_of_one_story_is_content(tmp_path: Path) -> None:
    versions = []
    for number in range(6):
        story = article(1)
        story["text"] += f"\nUpdate number {'abcdef'[number] * 6} came late."
        versions.append(story)
    found = mined(tmp_path, [*versions, *(article(n) for n in range(10, 60))])
    assert not found.pack.sources
    assert found.left_out["in versions of one story"] >= 4


def test_what_recurs_on_one_subject_is_content(tmp_path: Path) -> None:
    fact = "The illness spreads quickly and lasts about three weeks"
    batch = [article(n, fact, subject="illness") for n in range(6)] + [article(n) for n in range(10, 60)]
    found = mined(tmp_path, batch)
    assert not found.pack.sources
    assert "in articles on one subject" in found.left_out


def test_a_sentence_in_the_middle_of_unrelated_articles_is_content(tmp_path: Path) -> None:
    fact = "A mile is about one point six kilometres."
    batch = [article(n, fact, at=4, subject="") for n in range(6)]
    for each in batch:
        each["text"] += "\n" + "\n".join(body(int(each["id"]) + 100) + body(int(each["id"]) + 200))
    found = mined(tmp_path, batch)
    assert not found.pack.sources
    assert found.left_out == {"not at the edge of its articles": 1}
    heads = [{**each, "text": each["text"].replace(fact, "More from the fjord desk:")} for each in batch]
    assert lines_of(mined(tmp_path, heads))["more from the fjord desk"].place == "between"


def test_short_lines_need_more_articles(tmp_path: Path) -> None:
    few = mined(tmp_path, [article(n, "Hardly surprising") for n in range(9)])
    assert not few.pack.sources
    assert lines_of(mined(tmp_path, [article(n, "Fjord Hour") for n in range(10)]))


def test_the_limits_are_those_of_each_source(tmp_path: Path) -> None:
    batch = [article(n, HOUR if n < 3 else "", source="Fjord") for n in range(40)]
    batch += [article(n, HOUR if n < 102 else "", url=f"https://www.small.example/{n}") for n in range(100, 110)]
    found = mined(tmp_path, batch)
    assert set(lines_of(found, "fjord")) == {HOUR.lower()}
    assert not lines_of(found, "small.example")
    assert not mined(tmp_path, batch, Limits(share=0.1)).pack.sources
    assert not mined(tmp_path, batch, Limits(articles=4)).pack.sources
    assert set(lines_of(mined(tmp_path, batch, Limits(articles=2)), "small.example")) == {HOUR.lower()}


def test_files_of_one_article_have_their_folder_as_source(tmp_path: Path) -> None:
    for site in ("fjord", "harbour"):
        (tmp_path / site).mkdir()
        for number in range(4):
            text = article(number + len(site) * 10, f"{HOUR} on {site}")["text"]
            (tmp_path / site / f"{number}.txt").write_text(text)
    found = mine([str(tmp_path)], Config())
    assert [(each.name, each.articles, len(each.lines)) for each in found.pack.sources] == [
        ("fjord", 4, 1),
        ("harbour", 4, 1),
    ]


def rendered(found: Mined) -> str:
    return "\n".join(render_pack(found.pack))


def mixed_batch() -> list[dict[str, str]]:
    rng = random.Random(3)
    batch = []
    for number in range(150):
        site = rng.choice(("fjord", "harbour", "market"))
        lines = [f"{HOUR} on {site}"] * (rng.random() < 0.5) + [f"Read {number} comments on {site}"] * (number % 3 == 0)
        batch.append(article(number % 140, *lines, source=site))
    return batch


def test_the_order_of_reading_and_spilling_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = mixed_batch()
    first = rendered(mined(tmp_path, batch))
    assert first.count("[[source.line]]") == 6
    random.Random(1).shuffle(batch)
    assert rendered(mined(tmp_path, batch)) == first
    monkeypatch.setattr(counting, "HELD", 50)
    assert rendered(mined(tmp_path, batch)) == first


def test_the_hash_seed_of_the_process_changes_nothing(tmp_path: Path) -> None:
    path = write(tmp_path / "batch.jsonl", mixed_batch())
    packs = []
    for seed in ("1", "2"):
        command = [sys.executable, "-m", "auditor", "mine", path, "--names", "--out", str(tmp_path / f"{seed}.toml")]
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        subprocess.run(command, check=True, env=environment, capture_output=True)
        packs.append((tmp_path / f"{seed}.toml").read_bytes())
    assert packs[0] == packs[1]
    assert b"[[source.line]]" in packs[0]


def test_no_temporary_file_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "HELD", 50)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "spill"))
    (tmp_path / "spill").mkdir()
    mine([write(tmp_path / "batch.jsonl", mixed_batch())], Config(), names=True)
    assert not list((tmp_path / "spill").iterdir())


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "HELD", 50)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "not-there"))
    with pytest.raises(WriteError, match=r"cannot be written: .*; make space there"):
        mine([write(tmp_path / "batch.jsonl", mixed_batch())], Config())


PAIRS = st.lists(st.tuples(st.integers(-(2**63), 2**63 - 1) | st.integers(0, 9), st.integers(0, 5)), max_size=40)


@given(PAIRS, st.integers(1, 8), st.integers(1, 3))
def test_counting_agrees_with_sets(pairs: list[tuple[int, int]], held: int, least: int) -> None:
    true: defaultdict[int, set[int]] = defaultdict(set)
    with ArticleCounter(held) as counter:
        for key, each in pairs:
            true[key].add(each)
            counter.add([key, key], each)
        counted = counter.counted(least, 1000)
        assert counted.articles == {key: len(each) for key, each in true.items() if len(each) >= least}
        assert counted.pairs == sum(map(len, true.values()))
        asked = [key for key, _ in pairs[:5]] + [77]
        assert counter.articles_of(asked) == {key: len(true[key]) for key in asked}


def test_with_too_many_keys_the_least_is_raised() -> None:
    with ArticleCounter() as counter:
        for each in range(5):
            counter.add(range(each, 10), each)
        counted = counter.counted(1, 7)
    assert counted.articles == {key: min(key + 1, 5) for key in range(3, 10)}
    assert counted.least == 4


def test_too_many_recurring_lines_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from auditor.mining import batch

    monkeypatch.setattr(batch, "MOST_LINES", 1)
    often, seldom = "Hear the Fjord Hour at noon", "Read more from the harbour desk"
    found = mined(tmp_path, [article(n, *([often, seldom] if n < 5 else [often])) for n in range(9)])
    assert set(lines_of(found)) == {often.lower()}
    assert found.least == 6
    assert "those in fewer than 6 articles were not looked at" in found.summary("x")


def test_groups_are_those_of_all_pairs() -> None:
    rng = random.Random(5)
    words = [f"w{n}" for n in range(60)]
    lines = []
    for _ in range(60):
        line = rng.sample(words, 12)
        lines += [" ".join(line), " ".join(line[:-1]), " ".join(rng.sample(words, 3))]
    found = groups(lines)
    assert sorted(number for group in found for number in group) == list(range(len(lines)))
    together = {number: group[0] for group in found for number in group}
    assert all(together[n] == together[n + 1] for n in range(0, len(lines), 3))
    assert groups([]) == []
    assert groups(["a b c", "x y z"]) == [[0], [1]]


def test_what_cannot_be_mined_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="reads its input twice"):
        mine(["-"], Config())
    with pytest.raises(ConfigError, match="at least 2 articles"):
        mine([str(tmp_path)], Config(), Limits(articles=1))
    with pytest.raises(ConfigError, match="a share of them of 0 to 1"):
        mine([str(tmp_path)], Config(), Limits(share=2))
    with pytest.raises(ReadError, match="no such file"):
        mine([str(tmp_path / "none.jsonl")], Config())


def test_nothing_to_mine_is_an_empty_pack(tmp_path: Path) -> None:
    found = mined(tmp_path, [])
    assert (found.pack.articles, found.pack.sources, found.left_out) == (0, (), {})


def test_unreadable_records_are_told_once(tmp_path: Path) -> None:
    path = tmp_path / "batch.jsonl"
    path.write_text(json.dumps(article(1)) + "\nnot json\n", encoding="utf-8")
    told: list[Record] = []
    found = mine([str(path)], Config(), unreadable=told.append)
    assert found.unreadable == 1
    assert [record.line for record in told] == [2]


@pytest.mark.parametrize(
    ("right", "slip", "is_one"),
    [
        ("Stream", "Steam", True),
        ("Angeles", "Angles", True),
        ("United", "Untied", True),
        ("Kanye", "Kayne", True),
        ("Professor", "Profsesor", True),
        ("Professor", "Professsor", True),
        ("Merkel", "Merkle", False),  # ends otherwise
        ("Nation", "Nations", False),
        ("Clarke", "Clark", False),
        ("Harris", "Harriss", False),
        ("Davies", "Davis", True),  # told apart by the rest of the batch, and beside given names
        ("Sergei", "Sergey", False),
        ("Mohamed", "Mohammed", False),
        ("Organization", "Organisation", False),
        ("Labour", "Labor", False),
        ("Reed", "Read", False),
        ("Sanchez", "Sánchez", False),
        ("Michel", "Michael", False),
        ("Iran", "Iraq", False),
        ("McKay", "MacKay", False),
        ("NATO", "NAOT", False),
    ],
)
def test_what_is_a_slip_of_a_name(right: str, slip: str, is_one: bool) -> None:
    assert is_slip(right, slip) is is_one


def names_of(*texts: str, copies: int = 12) -> list[BatchName]:
    """What is learnt of a name in many articles and of some further texts."""
    batch = [f"The owners of Nord Stream met in Los Angeles, said David Davies, number {n}." for n in range(copies)]
    with NameCounter() as counter:
        for number, text in enumerate([*batch, *texts]):
            counter.count(text, number)
        for text in [*batch, *texts]:
            counter.look(text)
        return counter.names()


def test_a_rare_spelling_is_learnt() -> None:
    assert names_of("Nord Steam's owners left.", "Los Angles burns.") == [
        BatchName("Los Angeles", "Los Angles", 12, 1),
        BatchName("Nord Stream", "Nord Steam", 12, 1),
    ]


def test_what_may_be_another_name_is_left_alone() -> None:
    assert names_of("Nord Steam left.", "Blue Steam left.") == []  # the word is a name elsewhere
    assert names_of("David Davis left.") == []  # beside a given name
    assert names_of("Nord Steam left.", copies=9) == []  # too few
    assert names_of("Nord Steam left.", "Nord Steam came.") == []  # not rare enough
    assert names_of("Nord Streams left.", "Los Angelos burns.", "A Nord Strøm.") == []


def test_pruned_counts_lose_no_frequent_name(monkeypatch: pytest.MonkeyPatch) -> None:
    from auditor.mining import names

    monkeypatch.setattr(names, "KEPT", 20)
    rng = random.Random(1)
    noise = [word(rng).capitalize() for _ in range(200)]
    texts = [f"The {noise[n]} {noise[n + 1]} of Nord Stream." for n in range(0, 200, 2)] + ["The Nord Steam."]
    with NameCounter() as counter:
        for number, text in enumerate(texts):
            counter.count(text, number)
        for text in texts:
            counter.look(text)
        assert counter.names() == [BatchName("Nord Stream", "Nord Steam", 100, 1)]


# The commands


def run(*argv: str) -> int:
    return cli.main(argv)


def batch_of_fjord(folder: Path) -> str:
    return write(folder / "batch.jsonl", [article(n, *([HOUR] if n < 5 else []), source="Fjord") for n in range(12)])


def test_mine_writes_a_pack_that_check_report_and_filter_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    path = batch_of_fjord(tmp_path)
    assert run("mine", path, "--out", "site.toml") == 0
    assert capsys.readouterr().out == "site.toml: 1 template line of 1 source in 12 articles\n"
    only = ("--select", "BP250", "--templates", "site.toml")
    assert run("check", path, *only, "--format", "jsonl", "--fail-on", "minor") == 1
    findings = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [finding["excerpt"] for finding in findings] == [HOUR] * 5
    assert run("report", path, *only, "--out", "report") == 0
    assert (tmp_path / "report" / "findings.csv").read_text().count("BP250") == 5
    assert run("filter", path, *only, "--out", "run") == 0
    assert json.loads((tmp_path / "run" / "ledger.json").read_text())["counts"]["read"] == 12
    (tmp_path / "auditor.toml").write_text('templates = ["site.toml"]\nselect = ["BP250"]\n')
    assert run("check", path, "--fail-on", "minor") == 1
    reviewed = (tmp_path / "site.toml").read_text().replace("keep = false", "keep = true")
    (tmp_path / "site.toml").write_text(reviewed)
    assert run("check", path, "--fail-on", "minor") == 0


def test_filter_mines_first_and_leaves_the_pack_beside_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    path = batch_of_fjord(tmp_path)
    trees = []
    for out in ("one", "two"):
        assert run("filter", path, "--mine", "--select", "BP250", "--out", out) == 0
        files = {each.name: each.read_bytes() for each in (tmp_path / out).rglob("*") if each.is_file()}
        files.pop("ledger.json")
        trees.append(files)
    assert trees[0] == trees[1]
    assert "one/templates.toml: 1 template line of 1 source in 12 articles\n" in capsys.readouterr().err
    import pandas as pd

    found = pd.read_parquet(tmp_path / "one" / "findings.parquet")
    assert Counter(found["code"]) == {"BP250": 5}
    assert run("filter", path, "--select", "BP250", "--templates", "one/templates.toml", "--out", "three") == 0
    assert (tmp_path / "three" / "findings.parquet").read_bytes() == trees[0]["findings.parquet"]


def test_a_run_that_mined_goes_on_with_its_pack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    path = batch_of_fjord(tmp_path)
    command = ("filter", path, "--mine", "--select", "BP250", "--jobs", "1", "--out")
    assert run(*command, "whole") == 0
    monkeypatch.setattr("auditor.stream.inputs.CHUNK_RECORDS", 2)
    with monkeypatch.context() as patch:
        patch.setattr("auditor.progress.FilterProgress.update", interrupt)
        assert run(*command, "broken") == 130
    pack = tmp_path / "broken" / "templates.toml"
    mined = pack.read_text()
    pack.write_text(mined + "# reviewed\n")
    capsys.readouterr()
    assert run(*command, "broken", "--resume") == 2
    assert "a pack of templates or of house rules has another content" in capsys.readouterr().err
    pack.write_text(mined)
    assert run(*command, "broken", "--resume") == 0
    assert "template line" not in capsys.readouterr().err  # it was not mined again
    for name in ("kept.jsonl", "findings.parquet", "templates.toml"):
        assert (tmp_path / "broken" / name).read_bytes().replace(b"broken", b"whole") == (
            tmp_path / "whole" / name
        ).read_bytes().replace(b"broken", b"whole")


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def test_filter_mines_no_standard_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("filter", "--mine") == 2
    assert "--mine reads the inputs twice: name files to filter" in capsys.readouterr().err
    assert run("filter", "-", "--mine", "--out", str(tmp_path / "run")) == 2
    assert "reads its input twice, which standard input cannot be" in capsys.readouterr().err


def test_filter_does_not_mine_into_a_folder_with_a_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = batch_of_fjord(tmp_path)
    out = str(tmp_path / "run")
    assert run("filter", path, "--out", out) == 0
    capsys.readouterr()
    assert run("filter", path, "--mine", "--out", out) == 2
    assert "holds a run already" in capsys.readouterr().err
    assert not (tmp_path / "run" / "templates.toml").exists()


def test_mine_tells_what_it_could_not_read_and_exits_with_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = Path(batch_of_fjord(tmp_path))
    path.write_text(path.read_text() + "{\n")
    assert run("mine", str(path), "--out", str(tmp_path / "site.toml")) == 3
    told = capsys.readouterr()
    assert f"{path}:13" in told.err
    assert len(read_pack(tmp_path / "site.toml").sources[0].lines) == 1


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (("--min-articles", "1"), "at least 2 articles"),
        (("--min-share", "-1"), "a share of them of 0 to 1"),
    ],
)
def test_wrong_limits_exit_with_2(
    argv: tuple[str, ...], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("mine", batch_of_fjord(tmp_path), "--out", str(tmp_path / "site.toml"), *argv) == 2
    assert told in capsys.readouterr().err
    assert not (tmp_path / "site.toml").exists()


def test_a_wrong_pack_exits_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pack = tmp_path / "site.toml"
    pack.write_text("version = 1\n[[source]]\nnam = 3\n")
    assert run("check", batch_of_fjord(tmp_path), "--templates", str(pack)) == 2
    assert f"error: {pack}:2: the key “name” is missing; did you mean “nam”?" in capsys.readouterr().err


# What was measured


def test_most_marked_lines_are_found_without_a_lexicon_and_no_content_is_among_the_first() -> None:
    dev_texts("human_masakhanews_en")  # skips where the data is not
    from tools.mining import MARKED, line_rows, recall
    from tools.mining import mined as mined_of

    found = mined_of([MARKED])
    hits, misses, often, seldom = recall(found)
    assert len(hits) >= 0.9 * (len(hits) + len(misses))
    assert often >= 0.9 * (often + seldom)
    with (ROOT / "docs" / "judged" / "mined_lines.csv").open(encoding="utf-8", newline="") as file:
        judged = {(row["id"], row["start"], row["end"]): row["label"] for row in csv.DictReader(file)}
    for ident, start, end, *_ in line_rows(found):
        assert judged[ident, str(start), str(end)] == "right"


# The page


def test_the_blocks_of_the_page_do_what_they_say(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "mining.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```(\w+)([^\n]*)\n(.*?)^```$", page, re.M | re.S)
    write(tmp_path / "batch.jsonl", [article(n, *([HOUR] if n < 6 else []), source="fjord.example") for n in range(20)])
    (tmp_path / "auditor").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m auditor "$@"\n')
    (tmp_path / "auditor").chmod(0o755)
    (tmp_path / "auditor.toml").write_text('ignore = ["LG", "MT"]\n')  # the articles are of made-up words
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    shells = 0
    for kind, info, script in blocks:
        if kind == "sh":
            code = int(re.findall(r"exit=(\d)", info)[0])
            done = subprocess.run(
                ["sh", "-ec", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
            )
            assert done.returncode == code, done.stderr
            shells += 1
        elif kind == "toml" and "file=" in info:
            (tmp_path / info.split("file=")[1].split()[0]).write_text(script, encoding="utf-8")
        elif kind == "toml":
            tomllib.loads(script)
        elif kind == "python":
            program = [sys.executable, "-c", script]
            done = subprocess.run(program, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
            assert HOUR.lower() in done.stdout
    assert shells >= 4
