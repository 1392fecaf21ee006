"""Changed only: what git says of files, and which records of a file are new."""

from __future__ import annotations

import gzip
import json
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from auditor import cli, commands
from auditor.changes import Changes
from auditor.config import Config
from auditor.engine import Auditor
from auditor.errors import ConfigError
from auditor.readers import read
from auditor.repository import Revision, path_below, repository_root
from tests.sample_audits import ENGLISH, RULES
from tests.test_ci_docs import git

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty repository, as the working folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(commands, "Auditor", partial(Auditor, rules=sorted(RULES, key=lambda rule: rule.code)))
    git(tmp_path, "init", "-q")
    return tmp_path


def commit(place: Path) -> None:
    git(place, "add", "-A")
    git(place, "commit", "-qm", "x")


def lines(*records: object) -> str:
    return "".join(f"{json.dumps(record)}\n" for record in records)


def new(*paths: str, since: str = "HEAD") -> list[str]:
    """The texts of the records that are new, or why a record could not be read."""
    changes = Changes(since, Config())
    return [
        record.document.text if record.document else str(record.problem and record.problem.what)
        for record in changes.among(read(paths or ["."], Config()))
    ]


def test_files_that_are_new_changed_staged_or_untracked_count(place: Path) -> None:
    for name in ("same", "edited", "staged", "moved"):
        Path(f"{name}.txt").write_text(name)
    commit(place)
    Path("edited.txt").write_text("edited 2")
    Path("staged.txt").write_text("staged 2")
    Path("added é.txt").write_text("added")
    git(place, "add", "staged.txt")
    git(place, "mv", "moved.txt", "there.txt")
    assert new() == ["added", "edited 2", "staged 2", "moved"]
    commit(place)
    assert new() == []
    assert new(since="HEAD~1") == ["added", "edited 2", "staged 2", "moved"]


def test_changes_of_others_since_the_common_ancestor_do_not_count(place: Path) -> None:
    Path("a.txt").write_text("a")
    Path("b.txt").write_text("b")
    commit(place)
    git(place, "checkout", "-qb", "mine")
    Path("b.txt").write_text("b 2")
    commit(place)
    git(place, "checkout", "-q", "main")
    Path("a.txt").write_text("a 2")
    commit(place)
    git(place, "checkout", "-q", "mine")
    assert new(since="main") == ["b 2"]


def test_only_records_whose_content_is_new_count(place: Path) -> None:
    before: list[dict[str, object]] = [{"id": str(n), "text": f"text {n}", "x": 1} for n in range(5)]
    Path("a.jsonl").write_text(lines(*before))
    Path("b.csv").write_text("id,text\n1,one\n2,two\n")
    with gzip.open("c.jsonl.gz", "wt") as file:
        file.write(lines(*before))
    pq.write_table(pa.Table.from_pylist(before), "d.parquet")
    commit(place)
    assert new() == []
    after: list[dict[str, object]] = [
        {"id": "9", "text": "text 9"},
        before[3],
        {**before[1], "x": 2},
        {**before[2], "text": "text 2!"},
        before[0],
    ]
    Path("a.jsonl").write_text(lines(*after))
    Path("b.csv").write_text('text,id\n"two",2\none,3\n')
    with gzip.open("c.jsonl.gz", "wt") as file:
        file.write(lines(*after))
    pq.write_table(pa.Table.from_pylist(after), "d.parquet")
    assert new() == ["text 9", "text 2!", "one", "text 9", "text 2!", "text 9", "text 2!"]


def test_records_without_an_id_are_known_by_their_content_wherever_they_stand(place: Path) -> None:
    Path("a.jsonl").write_text(lines({"text": "a"}, {"text": "b"}))
    commit(place)
    Path("a.jsonl").write_text(lines({"text": "c"}, {"text": "b"}, {"text": "a"}))
    assert new() == ["c"]


def test_an_unreadable_record_counts_when_it_is_new(place: Path) -> None:
    Path("a.jsonl").write_text('{"id": 1\n{"text": "a"}\n')
    commit(place)
    Path("a.jsonl").write_text('{"id": 2\n{"id": 1\n{"text": "a"}\n')
    assert new() == ["json"]


def test_paths_count_wherever_the_command_is_run(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("deep/er").mkdir(parents=True)
    Path("deep/er/a.txt").write_text("a")
    Path("deep/b.txt").write_text("b")
    commit(place)
    Path("deep/er/a.txt").write_text("a 2")
    monkeypatch.chdir("deep/er")
    assert new("..") == ["a 2"]
    assert new(str(place / "deep")) == ["a 2"]
    (place / "link").symlink_to(place / "deep")
    assert new(str(place / "link" / "b.txt")) == []


def test_what_git_cannot_tell_is_an_error_with_the_cure(
    place: Path, capsys: Captured, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("a.txt").write_text(ENGLISH)
    commit(place)
    other = tmp_path_factory.mktemp("elsewhere") / "b.txt"
    other.write_text("b")
    for arguments, cure in (
        (
            ["a.txt", "--changed-since", "origin/main"],
            "git knows no revision “origin/main” here; in CI get its",
        ),
        (["a.txt", "--changed-since=--output=x"], "is no revision of git"),
        (["-", "--changed-since", "HEAD"], "standard input has no earlier state"),
        ([str(other), "--changed-since", "HEAD"], "is not in the git repository"),
        (["a.txt", "--changed-since", "HEAD", "--baseline", "b", "--write-baseline"], "needs all articles"),
    ):
        assert cli.main(["check", *arguments]) == 2
        assert cure in capsys.readouterr().err
    monkeypatch.chdir(other.parent)
    assert cli.main(["check", "b.txt", "--changed-since", "HEAD"]) == 2
    assert "git rev-parse failed" in capsys.readouterr().err
    monkeypatch.setenv("PATH", str(other.parent))
    assert cli.main(["check", "b.txt", "--changed-since", "HEAD"]) == 2
    assert "git is not installed" in capsys.readouterr().err


def test_the_check_audits_only_what_changed(place: Path, capsys: Captured) -> None:
    Path("a.txt").write_text("TORN")
    Path("b.jsonl").write_text(lines({"id": "1", "text": "TORN"}))
    commit(place)
    assert cli.main(["check", ".", "--changed-since", "HEAD"]) == 0
    Path("b.jsonl").write_text(lines({"id": "2", "text": "TORN"}, {"id": "1", "text": "TORN"}))
    assert cli.main(["check", ".", "--changed-since", "HEAD"]) == 1
    out = capsys.readouterr().out
    assert out.splitlines()[0] == "0 articles, no findings"
    assert "./b.jsonl:1: major MT190 [2 1:1]" in out
    assert "1 article, 1 finding" in out


def test_a_shallow_clone_compares_with_the_revision(place: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    Path("a.txt").write_text("a")
    commit(place)
    git(place, "checkout", "-qb", "mine")
    Path("b.txt").write_text("b")
    commit(place)
    clone = tmp_path_factory.mktemp("clone") / "c"
    git(place, "clone", "-q", "--depth=1", "--branch=mine", f"file://{place}", str(clone))
    git(clone, "fetch", "-q", "--depth=1", "origin", "+refs/heads/main:refs/remotes/origin/main")
    revision = Revision("origin/main", clone)
    assert revision.is_changed(str(clone / "b.txt"))
    assert not revision.is_changed(str(clone / "a.txt"))


def test_the_root_is_the_nearest_folder_with_git(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    assert repository_root(tmp_path / "a" / "b") == (tmp_path / "a" / "b").resolve()
    (tmp_path / "a" / ".git").write_text("gitdir: x")  # as in a worktree
    root = repository_root(tmp_path / "a" / "b")
    assert root == (tmp_path / "a").resolve()
    assert path_below(str(tmp_path / "a" / "b" / "x.md"), root) == "b/x.md"
    assert path_below(str(tmp_path / "x.md"), root) == str(tmp_path.resolve() / "x.md")
    assert path_below("-", root) == "-"


def test_a_name_that_looks_like_an_option_is_refused(place: Path) -> None:
    with pytest.raises(ConfigError, match="is no revision"):
        Revision("--upload-pack=x", place)
