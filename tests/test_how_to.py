"""Every copy-paste block of the how-to pages does what it says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

PAGES = ("cleaning.md", "house_rules.md")
BLOCK = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.M | re.S)


def blocks(page: str) -> list[tuple[str, str, str]]:
    return BLOCK.findall((ROOT / "docs" / page).read_text(encoding="utf-8"))


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    shutil.copytree(ROOT / "seeds", tmp_path / "incoming", ignore=shutil.ignore_patterns("*.jsonl"))
    (tmp_path / "bin").mkdir()
    command = f'#!/bin/sh\nexec "{sys.executable}" -m auditor "$@"\n'
    (tmp_path / "bin" / "auditor").write_text(command, encoding="utf-8")
    (tmp_path / "bin" / "auditor").chmod(0o755)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("page", PAGES)
def test_the_blocks_of_a_page_hold_one_after_the_other(page: str, workplace: Path) -> None:
    path = f"{workplace / 'bin'}:{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)}
    ran = 0
    for kind, info, body in blocks(page):
        if kind == "toml":
            (workplace / info.strip().removeprefix("file=")).write_text(body, encoding="utf-8")
        elif kind == "sh":
            done = subprocess.run(
                ["sh", "-e", "-c", body], env=environment, capture_output=True, text=True, check=False
            )
            assert done.returncode == int(re.findall(r"exit=(\d)", info)[0]), f"{body}\n{done.stdout}\n{done.stderr}"
            assert "Traceback" not in done.stderr
            ran += 1
    assert ran >= 2


def test_the_python_block_of_cleaning_runs(capsys: pytest.CaptureFixture[str]) -> None:
    (body,) = [body for kind, _, body in blocks("cleaning.md") if kind == "python"]
    exec(compile(body, "cleaning.md", "exec"), {})
    out = capsys.readouterr().out
    assert out.startswith("The bridge is open again. “It was time”, she said.\n")
    assert "Read more" not in out.partition("(")[0]
    assert "MT118" in out


def test_the_page_of_house_rules_names_every_key() -> None:
    from auditor.pack import KEYS

    page = (ROOT / "docs" / "house_rules.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([a-z]+)` \|", page, re.M)) == set(KEYS)
