"""A repository of articles as on GitHub: what its CI shows when one article gets a new artifact, in every format."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from auditor.readers.sources import format_of
from tests import consumers
from tests.conftest import ROOT
from tests.test_ci_docs import git, programs

ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS = {step["id"]: step for step in ACTION["runs"]["steps"]}
BASELINE = "auditor-baseline.json"
FORMATS = ("json", "jsonl", "sarif", "github", "gitlab", "junit", "checkstyle", "rdjson")
CLEAN = (
    "The council met on Monday to talk about the new bridge over the river. Its members agreed that the work should "
    "begin in spring, and that the old road would stay open until then. Some residents asked who would pay for it, and "
    "the mayor answered that the state had promised two thirds of the money, which he called a great success.\n"
)
OLD = "\nsource site-{}\n"
NEW = "\nHe is armed and well known. here. The police said so.\n"

Spoken = subprocess.CompletedProcess[str]


def fill(place: Path) -> None:
    """Thirty articles: twelve in Markdown, eight as text, ten as records; every third with an old artifact."""
    (place / "news").mkdir(parents=True)
    for number in range(20):
        suffix = "md" if number < 12 else "txt"
        text = f"# Meeting {number}\n\n{CLEAN}" + (OLD.format(number) if number % 3 == 0 else "")
        (place / "news" / f"{number:02}.{suffix}").write_text(text, encoding="utf-8")
    records(place, {number: CLEAN + (OLD.format(number) if number % 3 == 0 else "") for number in range(20, 30)})


def records(place: Path, texts: dict[int, str]) -> None:
    lines = [json.dumps({"id": f"wire-{number}", "text": text}) for number, text in texts.items()]
    (place / "news" / "wire.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    place = tmp_path / "repository"
    fill(place)
    git(place, "init", "-q")
    git(place, "add", "-A")
    git(place, "commit", "-qm", "articles")
    return place


def check(place: Path, *arguments: str, **environment: str) -> Spoken:
    """The command in a process of its own, with a file for each format in `out`."""
    (place.parent / "out").mkdir(exist_ok=True)
    also = [f"--also={name}={place.parent / 'out' / name}" for name in FORMATS]
    return subprocess.run(
        [sys.executable, "-m", "auditor", "check", "news", f"--baseline={BASELINE}", *also, *arguments],
        cwd=place, env={**os.environ, "PYTHONPATH": str(ROOT), **environment}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip


def output(place: Path, format: str) -> str:
    return (place.parent / "out" / format).read_text(encoding="utf-8")


def assert_shown(place: Path, said: Spoken, expected: list[consumers.Finding]) -> None:
    """Every format shows exactly these findings, and none that is known."""
    documents = [json.loads(line) for line in output(place, "jsonl").splitlines()]
    assert [(each["path"], each["code"], each["record_line"] or each["line"]) for each in documents] == expected
    document = json.loads(output(place, "json"))
    assert [each["code"] for each in document["findings"]] == [code for _, code, _ in expected]
    assert consumers.sarif_findings(output(place, "sarif")) == expected
    assert consumers.annotated(output(place, "github")) == expected
    assert consumers.gitlab_findings(output(place, "gitlab")) == expected
    assert consumers.checkstyle_findings(output(place, "checkstyle")) == expected
    assert consumers.rdjson_findings(output(place, "rdjson")) == expected
    failures = consumers.junit_failures(output(place, "junit"))
    assert [name for name, _, _ in failures] == [path for path, _, _ in expected]
    assert all(code in text for (_, _, text), (_, code, _) in zip(failures, expected, strict=True))
    lines = [line for line in said.stdout.splitlines() if " verdict " not in line][:-1]
    assert len(lines) == len(expected)
    assert all(line.startswith(f"{path}:{number}:") and code in line for line, (path, code, number) in zip(
        lines, expected, strict=True
    ))  # fmt: skip
    assert said.returncode == (1 if expected else 0), said.stderr
    assert said.stderr.count("auditor: ") <= 1


def test_ci_shows_exactly_the_new_artifact_and_the_baseline_shrinks_with_the_old(place: Path) -> None:
    said = check(place, "--write-baseline")
    assert said.returncode == 0, said.stderr
    known = json.loads((place / BASELINE).read_text())["findings"]
    assert [each["code"] for each in known] == ["BP201"] * 10
    assert_shown(place, check(place), [])
    old = consumers.sarif_findings(output(place, "sarif"), suppressed=True)
    assert len(old) == 10

    # lines move, records are sorted anew, a file of its own gets a headline: nothing is new
    for path in (place / "news").glob("*.md"):
        path.write_text("A line above.\n\n" + path.read_text())
    wire = (place / "news" / "wire.jsonl").read_text().splitlines(keepends=True)
    (place / "news" / "wire.jsonl").write_text("".join(reversed(wire)))
    assert_shown(place, check(place), [])

    # one article gets a new artifact
    article = place / "news" / "07.md"
    before = article.read_text()
    article.write_text(before + NEW)
    said = check(place)
    line = before.count("\n") + 2
    assert_shown(place, said, [("news/07.md", "MT102", line)])
    assert "1 finding in 1 of them (1 critical); 10 suppressed (10 by baseline)" in said.stdout
    run = consumers.sarif_run(output(place, "sarif"))
    states = [(result["ruleId"], result["baselineState"], len(result["suppressions"])) for result in run["results"]]
    assert sorted(states) == [*[("BP201", "unchanged", 1)] * 10, ("MT102", "new", 0)]

    # and so does a record
    texts = {int(each["id"].removeprefix("wire-")): each["text"] for each in map(json.loads, reversed(wire))}
    records(place, {**texts, 25: texts[25] + NEW})
    number = list(texts).index(25) + 1
    assert_shown(place, check(place), [("news/07.md", "MT102", line), ("news/wire.jsonl", "MT102", number)])
    records(place, texts)

    # an update of the baseline forgives nothing new
    said = check(place, "--update-baseline")
    assert_shown(place, said, [("news/07.md", "MT102", line)])
    assert json.loads((place / BASELINE).read_text())["findings"] == known

    # the artifact and an old one are removed: the baseline shrinks by the old one
    article.write_text(before)
    (place / "news" / "00.md").write_text(f"# Meeting 0\n\n{CLEAN}")
    said = check(place)
    assert "1 of the known findings are gone" in said.stdout
    said = check(place, "--update-baseline")
    assert said.returncode == 0
    assert "fixed and taken out: 1" in said.stderr
    left = json.loads((place / BASELINE).read_text())["findings"]
    assert left == [each for each in known if each["path"] != "news/00.md"]
    assert_shown(place, check(place), [])


def test_a_pull_request_shows_only_what_it_touches(place: Path) -> None:
    (place / "news" / "03.md").write_text((place / "news" / "03.md").read_text() + NEW)
    texts = {number: CLEAN + (OLD.format(number) if number % 3 == 0 else "") for number in range(19, 30)}
    records(place, texts)
    (place / BASELINE).write_text('{"schema": 1, "tool": "auditor", "findings": []}')
    said = check(place, "--changed-since", "HEAD", "--fail-on", "major")
    assert "2 articles, 2 findings" in said.stdout
    assert consumers.annotated(output(place, "github")) == [
        ("news/03.md", "MT102", 7), ("news/03.md", "BP201", 5)
    ]  # fmt: skip


Run = Callable[..., tuple[Spoken, dict[str, str]]]


@pytest.fixture
def action(place: Path) -> Run:
    """Runs a step of the Action as the runner does: inputs and defaults in its environment, files for its outputs."""
    home = place.parent / "runner"
    bin = programs(home / "auditor" / "bin")

    def run(step: str, path: str = str(bin), **given: str) -> tuple[Spoken, dict[str, str]]:
        inputs = {name: value.get("default", "") for name, value in ACTION["inputs"].items()}
        inputs |= {name.replace("_", "-"): value for name, value in given.items() if name.islower()}
        environment = {
            name: inputs[value.removeprefix("${{ inputs.").removesuffix(" }}")]
            for name, value in STEPS[step]["env"].items()
        }
        files = {name: str(home / name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_PATH")}
        for file in files.values():
            Path(file).write_text("")
        environment |= {
            **files,
            "PATH": f"{path}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "RUNNER_TEMP": str(home),
            "GITHUB_WORKSPACE": str(place),
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_ACTIONS": "true",
            "GITHUB_BASE_REF": "",
            **{name: value for name, value in given.items() if name.isupper()},
        }
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", STEPS[step]["run"]],
            cwd=place, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done, {name: Path(file).read_text() for name, file in files.items()}

    return run


def test_the_action_is_valid_and_puts_no_input_into_a_script() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-actions", "action.yml"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert ACTION["runs"]["using"] == "composite"
    assert all("${{" not in step["run"] for step in STEPS.values())
    assert all(output["value"].startswith("${{ steps.check.outputs.") for output in ACTION["outputs"].values())


def test_the_action_annotates_summarises_and_fails(place: Path, action: Run) -> None:
    done, files = action("check")
    assert done.returncode == 1, done.stderr
    assert files["GITHUB_OUTPUT"] == "exit-code=1\nsarif=auditor.sarif\n"
    assert len(consumers.annotated(done.stdout)) == 10
    assert "| BP201 source-site-stub | major | 10 |" in files["GITHUB_STEP_SUMMARY"]
    assert len(consumers.sarif_findings((place / "auditor.sarif").read_text())) == 10


def test_the_action_knows_the_baseline_and_its_inputs(place: Path, action: Run) -> None:
    assert check(place, "--write-baseline").returncode == 0
    done, files = action("check")
    assert (done.returncode, consumers.commands(done.stdout)) == (0, [])
    assert "10 suppressed (10 by baseline)" in files["GITHUB_STEP_SUMMARY"]
    done, files = action("check", baseline="none.json", paths="news/00.md\n\nnews/01.md", arguments="--ignore=BP\n")
    assert (done.returncode, files["GITHUB_OUTPUT"].split()[0]) == (0, "exit-code=0")
    assert "2 articles" in done.stdout
    done, _ = action("check", baseline="", fail_on="never", sarif="x y.sarif")
    assert done.returncode == 0
    assert (place / "x y.sarif").is_file()
    done, files = action("check", paths="none")
    assert (done.returncode, files["GITHUB_OUTPUT"].split()[0]) == (2, "exit-code=2")
    done, _ = action("check", paths="$(touch pwned)\n`touch pwned`", arguments="$(touch pwned)")
    assert done.returncode == 2
    assert not (place / "pwned").exists()


@pytest.mark.parametrize("depth", ["", "--depth=1"])
def test_the_action_checks_in_a_pull_request_only_what_it_changes(place: Path, action: Run, depth: str) -> None:
    git(place, "checkout", "-qb", "mine")
    (place / "news" / "01.md").write_text(f"# Meeting\n\n{CLEAN}{NEW}")
    git(place, "commit", "-qam", "mine")
    git(place, "checkout", "-q", "main")
    (place / "news" / "02.md").write_text(f"# Meeting\n\n{CLEAN}{NEW}")
    git(place, "commit", "-qam", "theirs")
    clone = place.parent / "clone"
    git(place, "clone", "-q", *filter(None, [depth]), "--branch=mine", f"file://{place}", str(clone))
    shutil.rmtree(place)
    shutil.move(clone, place)
    if not depth:
        done, _ = action("check", GITHUB_BASE_REF="main")
        assert consumers.annotated(done.stdout) == [("news/01.md", "MT102", 5)]
        assert done.returncode == 1
    done, _ = action("check", GITHUB_BASE_REF="main", changed_only="false")
    assert len(consumers.annotated(done.stdout)) == 10  # as many as GitHub shows
    done, _ = action("check", changed_since="none")
    assert done.returncode == 2
    assert "git knows no revision “none”" in done.stderr


def test_the_action_fetches_the_base_of_a_shallow_clone(place: Path, action: Run) -> None:
    git(place, "checkout", "-qb", "mine")
    (place / "news" / "01.md").write_text(f"# Meeting\n\n{CLEAN}{NEW}")
    git(place, "commit", "-qam", "mine")
    clone, origin = place.parent / "clone", place.parent / "origin"
    git(place, "clone", "-q", "--depth=1", "--branch=mine", f"file://{place}", str(clone))
    shutil.move(place, origin)
    shutil.move(clone, place)
    git(place, "remote", "set-url", "origin", f"file://{origin}")
    done, _ = action("check", GITHUB_BASE_REF="main")
    assert consumers.annotated(done.stdout) == [("news/01.md", "MT102", 5)], done.stderr


@pytest.mark.network
def test_the_action_installs_itself(place: Path, action: Run, tmp_path: Path) -> None:
    copy = tmp_path / "action"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".git", ".venv*", "build", "*.egg-info", ".*_cache"))
    shutil.rmtree(place.parent / "runner" / "auditor")
    done, files = action("install", python=sys.executable, GITHUB_ACTION_PATH=str(copy), PYTHONPATH="")
    assert done.returncode == 0, done.stderr
    program = files["GITHUB_PATH"].strip()
    assert (Path(program) / "auditor").is_file()
    done, _ = action("check", program, PYTHONPATH="")
    assert done.returncode == 1, done.stderr
    assert len(consumers.annotated(done.stdout)) == 10


def test_the_hook_is_valid_and_takes_the_files_that_can_be_read() -> None:
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")]
    assert subprocess.run(command, check=False).returncode == 0
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert hook["entry"].split() == ["auditor", "check"]
    for name in ("a.txt", "a.text", "a.md", "a.markdown", "a.jsonl", "a.ndjson", "a.csv", "a.parquet", "a.py", "a.json",
                 "a.jsonl.gz", "a.md.gz", "a.parquet.gz", "a.gz", "txt", "a.mdx"):  # fmt: skip
        assert bool(re.search(hook["files"], name)) == (format_of(name)[0] is not None), name


@pytest.mark.network
def test_pre_commit_runs_the_hook(place: Path, tmp_path: Path) -> None:
    copy = tmp_path / "hooks"
    git(tmp_path, "clone", "-q", "--no-local", str(ROOT), str(copy))
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
        "PRE_COMMIT_HOME": str(tmp_path / "cache"),
        "PYTHONPATH": "",
    }

    def hook(*files: str) -> Spoken:
        command = [sys.executable, "-m", "pre_commit", "try-repo", str(copy), "auditor", "--files", *files]
        return subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, check=False)

    clean = hook("news/01.md", "news/13.txt", ".git/config")
    assert clean.returncode == 0, clean.stdout + clean.stderr
    dirty = hook("news/00.md", "news/01.md", "news/wire.jsonl")
    assert dirty.returncode == 1
    assert "news/00.md:5:1: major BP201" in dirty.stdout
    assert "news/wire.jsonl:2: major BP201 [wire-21 3:1]" in dirty.stdout
