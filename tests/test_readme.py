"""Every copy-paste block of the README does what it says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)([^\n]*)\n(.*?)^```$", README, re.M | re.S)
SHELL = [(int(re.findall(r"exit=(\d)", info)[0]), body) for kind, info, body in BLOCKS if kind == "sh"]


@pytest.fixture
def workplace(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    for kind, info, body in BLOCKS:
        if kind == "toml":
            (tmp_path / info.strip().removeprefix("file=")).write_text(body, encoding="utf-8")
    (tmp_path / "bin").mkdir()
    command = f'#!/bin/sh\nexec "{sys.executable}" -m auditor "$@"\n'
    (tmp_path / "bin" / "auditor").write_text(command, encoding="utf-8")
    (tmp_path / "bin" / "auditor").chmod(0o755)
    return tmp_path


def test_the_readme_has_the_three_uses() -> None:
    commands = {word for _, body in SHELL for word in re.findall(r"auditor (\w+)", body)}
    assert commands == {"check", "report", "compare", "filter", "decide"}


@pytest.mark.parametrize(("code", "script"), SHELL)
def test_a_shell_block_ends_with_its_exit_code(code: int, script: str, workplace: Path) -> None:
    environment = {**os.environ, "PATH": f"{workplace / 'bin'}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        ["sh", "-e", "-c", script], cwd=workplace, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr


def test_the_python_block_runs_and_finds_something(capsys: pytest.CaptureFixture[str]) -> None:
    (body,) = [body for kind, _, body in BLOCKS if kind == "python"]
    exec(compile(body, "README.md", "exec"), {})
    assert "MT102" in capsys.readouterr().out
