"""The baseline: what it recognises, what is new, and that it only ever shrinks."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor import cli, commands
from auditor.baseline import Baseline, Known, write_baseline
from auditor.config import Config
from auditor.document import Document
from auditor.engine import Auditor
from auditor.fingerprint import Fingerprints, own_id, sentence
from auditor.report import Audited, Place
from auditor.span import Span
from tests.sample_audits import ENGLISH, GERMAN, RULES, sample_auditor
from tests.test_ci_docs import git

Captured = pytest.CaptureFixture[str]
FILE = "known.json"


@pytest.fixture(autouse=True)
def _few_rules_in_an_empty_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(commands, "Auditor", partial(Auditor, rules=sorted(RULES, key=lambda rule: rule.code)))


def check(*argv: str, baseline: str = FILE) -> int:
    return cli.main(["check", "--baseline", baseline, *argv])


def known(path: str = FILE) -> list[tuple[str, str, int]]:
    """Code, record and count of each line of a baseline."""
    content = json.loads(Path(path).read_text())
    return [(each["code"], each["record"], each["count"]) for each in content["findings"]]


def records(path: str, *pairs: tuple[str | None, str]) -> None:
    given = [{"text": text} if ident is None else {"id": ident, "text": text} for ident, text in pairs]
    Path(path).write_text("".join(f"{json.dumps(each)}\n" for each in given))


def test_the_first_run_writes_what_is_there_and_the_next_is_clean(capsys: Captured) -> None:
    records("a.jsonl", ("1", "TORN\nTORN"), ("2", ENGLISH), ("3", "STUB"))
    Path("b.txt").write_text("TORN")
    assert check(".", "--write-baseline") == 0
    captured = capsys.readouterr()
    assert "known findings: 4" in captured.err
    assert "4 suppressed (4 by baseline)" in captured.out
    assert known() == [("MT190", "id 1", 2), ("BP290", "id 3", 1), ("MT190", "path b.txt", 1)]
    assert check(".", "--fail-on", "neutral") == 0
    assert check(".", "--fail-on", "clean") == 0


def test_lines_may_move_records_be_sorted_and_white_space_change() -> None:
    records("a.jsonl", ("1", "It is TORN here, he said."), ("2", ENGLISH))
    Path("b.txt").write_text("He came. TORN, he said.\n")
    assert check(".", "--write-baseline") == 0
    records("c.jsonl", ("2", ENGLISH), ("9", ENGLISH), ("1", f"{ENGLISH}\n\nIt  is TORN here, he said."))
    Path("a.jsonl").unlink()
    Path("b.txt").write_text(f"A headline\n\n{ENGLISH}\n\nHe came. TORN,\u00a0 he said.\n")
    assert check(".", "--fail-on", "neutral") == 0


@pytest.mark.parametrize(
    "text",
    ["It was TORN here.", "It is TORN here. It is TORN here.", "It is TORN here. STUB is here.", "TORN TORN here."],
)
def test_another_sentence_another_rule_or_once_more_is_new(text: str) -> None:
    records("a.jsonl", ("1", "It is TORN here."))
    assert check(".", "--write-baseline") == 0
    records("a.jsonl", ("1", text))
    assert check(".", "--fail-on", "neutral") == 1


def test_the_same_sentence_in_another_record_is_new() -> None:
    records("a.jsonl", ("1", "TORN"))
    assert check(".", "--write-baseline") == 0
    records("a.jsonl", ("1", ENGLISH), ("2", "TORN"))
    assert check(".") == 1


def test_twice_in_one_sentence_counts_twice(capsys: Captured) -> None:
    Path("a.txt").write_text("It is TORN and TORN.")
    assert check(".", "--write-baseline") == 0
    assert known() == [("MT190", "path a.txt", 2)]
    Path("a.txt").write_text("It is TORN and TORN and TORN.")
    assert check(".") == 1
    Path("a.txt").write_text("It is TORN and TORN.")
    assert check(".") == 0
    assert "2 suppressed" in capsys.readouterr().out.splitlines()[-1]


def test_a_count_above_the_known_one_reports_only_the_rest(capsys: Captured) -> None:
    write_baseline(Path(FILE), [])
    Path("a.txt").write_text("TORN!\nTORN!\n")
    assert check("a.txt", "--format", "jsonl") == 1
    assert capsys.readouterr().out.count("\n") == 2
    Path(FILE).unlink()
    Path("a.txt").write_text("TORN!\n")
    assert check("a.txt", "--write-baseline") == 0
    Path("a.txt").write_text("TORN!\nTORN!\n")
    capsys.readouterr()
    assert check("a.txt", "--format", "jsonl") == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["line"] == 2


def test_what_is_fixed_is_told_and_taken_out_only_when_asked(capsys: Captured) -> None:
    Path("a.txt").write_text("It is TORN and TORN.\nSTUB")
    assert check(".", "--write-baseline") == 0
    before = Path(FILE).read_text()
    Path("a.txt").write_text("It is TORN and TORN.")
    assert check(".") == 0
    assert "baseline: 1 of the known findings are gone; --update-baseline takes them out" in capsys.readouterr().out
    assert Path(FILE).read_text() == before
    assert check(".", "--update-baseline") == 0
    assert "fixed and taken out: 1" in capsys.readouterr().err
    assert known() == [("MT190", "path a.txt", 2)]


def test_an_update_adds_nothing(capsys: Captured) -> None:
    Path("a.txt").write_text("It is TORN.")
    Path("b.txt").write_text("STUB")
    assert check(".", "--write-baseline") == 0
    Path("a.txt").write_text("It was TORN.")
    assert check(".", "--update-baseline") == 1
    assert known() == [("BP290", "path b.txt", 1)]
    assert check(".") == 1


def test_an_update_of_an_unchanged_baseline_does_not_touch_the_file() -> None:
    Path("a.txt").write_text("TORN")
    assert check(".", "--write-baseline") == 0
    Path(FILE).write_text(Path(FILE).read_text() + "\n")
    assert check(".", "--update-baseline") == 0
    assert Path(FILE).read_text().endswith("\n\n")


def test_what_a_run_does_not_see_stays() -> None:
    Path("a.txt").write_text("TORN STUB")
    Path("b.txt").write_text("TORN STUB")
    records("c.jsonl", ("1", "TORN STUB"), ("2", "TORN STUB"))
    assert check(".", "--write-baseline") == 0
    full = known()
    for path in ("a.txt", "b.txt"):
        Path(path).write_text(ENGLISH)
    records("c.jsonl", ("2", "TORN STUB"))
    assert check("a.txt", "--update-baseline", "--select", "MT") == 0
    assert known() == [each for each in full if each[:2] != ("MT190", "path a.txt")]
    assert check("b.txt", "--update-baseline") == 0
    assert check("c.jsonl", "--update-baseline") == 0
    assert {each[1] for each in known()} == {"path a.txt", "id 2"}
    Path("a.txt").unlink()
    assert check("b.txt", "--update-baseline") == 0
    assert {each[1] for each in known()} == {"id 2"}


def test_what_could_not_be_read_or_crashed_or_is_no_longer_english_stays() -> None:
    Path("a.txt").write_text("TORN")
    records("b.jsonl", ("1", "TORN"))
    assert check(".", "--write-baseline") == 0
    Path("a.txt").write_bytes(b"TORN \xff")
    Path("b.jsonl").write_text('{"id": 1\n')
    assert check(".", "--update-baseline") == 3
    assert len(known()) == 2


def test_rules_for_english_keep_their_findings_on_an_article_that_is_not() -> None:
    auditor = Auditor(Config(select=("MT102",)))
    assert auditor.rules[0].english
    place = Place("a.txt", None, 1, "")
    entry = Audited.of(
        place, auditor.audit(Document("He is armed and well known. here. So they said.", "a")), auditor.config.policy
    )
    (finding,) = entry.audit.findings
    own = Fingerprints(Path.cwd()).of(finding, entry)
    line = Known(own, "MT102", "path a.txt", "a.txt", 1, "")
    for text, left in ((GERMAN, 1), (ENGLISH, 0)):
        baseline = Baseline(Path(FILE), [line], auditor, Path.cwd())
        baseline.applied(Audited.of(place, auditor.audit(Document(text, "a")), auditor.config.policy))
        assert sum(each.count for each in baseline.shrunk()) == left


def test_with_changed_since_only_what_was_audited_is_judged() -> None:
    place = Path.cwd()
    git(place, "init", "-q")
    records("a.jsonl", ("1", "TORN"), ("2", "TORN"))
    assert check("a.jsonl", "--write-baseline") == 0
    git(place, "add", "-A")
    git(place, "commit", "-qm", "x")
    records("a.jsonl", ("1", "TORN"), ("2", ENGLISH))
    assert check(".", "--changed-since", "HEAD", "--update-baseline") == 0
    assert known() == [("MT190", "id 1", 1)]


def test_paths_count_from_the_root_of_the_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    git(Path.cwd(), "init", "-q")
    Path("deep").mkdir()
    Path("deep/a.txt").write_text("TORN")
    Path("auditor.toml").write_text(f'baseline = "{FILE}"')
    assert cli.main(["check", "deep", "--write-baseline"]) == 0
    assert known() == [("MT190", "path deep/a.txt", 1)]
    monkeypatch.chdir("deep")
    for path in ("a.txt", "./a.txt", "../deep", str(Path("a.txt").resolve())):
        assert cli.main(["check", path]) == 0


def test_wrong_use_is_refused_in_one_line(capsys: Captured) -> None:
    Path("a.txt").write_text("TORN")
    cases = [
        (["--write-baseline"], "name the file of the baseline with --baseline"),
        (["--update-baseline"], "name the file of the baseline with --baseline"),
        (["--baseline", "none.json"], "there is no such baseline; --write-baseline creates it"),
        (["--baseline", "none.json", "--update-baseline"], "there is no such baseline"),
        (["--baseline", "none.json", "--update-baseline", "--write-baseline"], "give one of them"),
        (["--baseline", ".", "--write-baseline"], "is there already"),
        (["--baseline", "a.txt", "--write-baseline"], "is there already; --update-baseline takes out what is fixed"),
        (["--baseline", "a.txt"], "the baseline is not JSON"),
        (["--baseline", "no/known.json", "--write-baseline"], "cannot be written"),
    ]
    for arguments, cure in cases:
        assert cli.main(["check", "a.txt", *arguments]) == 2, arguments
        error = capsys.readouterr().err
        assert cure in error
        assert error.count("\n") == 1


@pytest.mark.parametrize(
    "content",
    [
        "[]",
        "{}",
        '{"schema": 2, "findings": []}',
        '{"schema": 1, "findings": {}}',
        '{"schema": 1, "findings": [1]}',
        '{"schema": 1, "findings": [{"fingerprint": "x"}]}',
        '{"schema": 1, "findings": [{"fingerprint": "x", "code": "", "record": "", "path": "", "count": 0,'
        ' "excerpt": ""}]}',
        "<<<<<<< HEAD",
        "[" * 100_000,
    ],
)
def test_a_file_that_is_no_baseline_is_an_error(content: str, capsys: Captured) -> None:
    Path("a.txt").write_text("TORN")
    Path(FILE).write_text(content)
    assert check("a.txt") == 2
    assert capsys.readouterr().err.startswith(f"auditor: error: {FILE}: ")


def test_lines_that_a_merge_doubled_add_up() -> None:
    Path("a.txt").write_text("TORN")
    assert check("a.txt", "--write-baseline") == 0
    content = json.loads(Path(FILE).read_text())
    content["findings"] *= 2
    Path(FILE).write_text(json.dumps(content))
    Path("a.txt").write_text("TORN\nTORN")
    assert check("a.txt") == 0


def test_the_file_is_ascii_a_finding_on_a_line_and_sorted() -> None:
    records("b.jsonl", ("é", "TORN\ud83d" + "x" * 200), ("..\n/x", "STUB \u202e TORN"))
    Path("a.txt").write_text("STUB ##[error] TORN\n")
    assert check(".", "--write-baseline") == 0
    text = Path(FILE).read_text(encoding="ascii")
    lines = text.splitlines()
    listed = [json.loads(line.removesuffix(",")) for line in lines[2:-1]]
    assert len(lines) == 2 + 5 + 1
    assert [(each["path"], each["record"]) for each in listed] == sorted(
        (each["path"], each["record"]) for each in listed
    )
    assert max(len(each["excerpt"]) for each in listed) <= 60
    assert check(".", "--fail-on", "neutral") == 0


def test_records_without_an_id_are_known_by_their_file() -> None:
    records("a.jsonl", (None, ENGLISH), (None, "TORN"))
    assert check("a.jsonl", "--write-baseline") == 0
    assert known() == [("MT190", "path a.jsonl", 1)]
    records("a.jsonl", (None, "TORN"), (None, ENGLISH))
    assert check("a.jsonl") == 0
    records("a.jsonl", (None, "TORN"), (None, "TORN"))
    assert check("a.jsonl") == 1


def test_an_id_that_was_made_of_the_place_is_none() -> None:
    assert own_id("in/a.jsonl:17", "in/a.jsonl") == ""
    assert own_id("in/a.jsonl:17b", "in/a.jsonl") == "in/a.jsonl:17b"
    assert own_id("17", "in/a.jsonl") == "17"


@given(text=st.text(max_size=60), start=st.integers(0, 60), length=st.integers(0, 60))
def test_every_span_has_a_sentence(text: str, start: int, length: int) -> None:
    start = min(start, len(text))
    found = sentence(Document(text), Span(start, min(start + length, len(text))))
    assert found == " ".join(found.split())
    assert found or not text[start : start + max(length, 1)].strip()


def test_fingerprints_do_not_depend_on_anything_but_rule_sentence_and_record() -> None:
    auditor = sample_auditor()

    def of(text: str, ident: str = "1", path: str = "a.jsonl", line: int = 1) -> str:
        place = Place(path, line, line, "text")
        entry = Audited.of(place, auditor.audit(Document(text, ident)), auditor.config.policy)
        return Fingerprints(Path.cwd()).of(entry.audit.findings[0], entry)

    assert of("He said so. It is TORN here.") == of("\n\nIt  is\u2009TORN here. No.", path="b.jsonl", line=9)
    assert of("cafe\u0301 TORN") == of("caf\u00e9 TORN")
    assert len({of("TORN a"), of("TORN b"), of("TORN a", ident="2"), of("STUB a")}) == 4
