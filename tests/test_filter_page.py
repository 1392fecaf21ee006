"""Every copy-paste block of docs/filter.md does what it says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from auditor.stream.work import ANNOTATION
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "filter.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)([^\n]*)\n(.*?)^```$", PAGE, re.M | re.S)
SHELL = [(int(re.findall(r"exit=(\d)", info)[0]), body) for kind, info, body in BLOCKS if kind == "sh"]


@pytest.fixture
def workplace(tmp_path: Path) -> Path:
    (tmp_path / "seeds").mkdir()
    shutil.copy(ROOT / "seeds" / "gold.jsonl", tmp_path / "seeds")
    for kind, info, body in BLOCKS:
        if kind == "toml":
            (tmp_path / info.strip().removeprefix("file=")).write_text(body, encoding="utf-8")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "auditor").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m auditor "$@"\n', encoding="utf-8")
    (tmp_path / "bin" / "auditor").chmod(0o755)
    return tmp_path


@pytest.mark.parametrize(("code", "script"), SHELL)
def test_a_block_ends_with_its_exit_code(code: int, script: str, workplace: Path) -> None:
    environment = {**os.environ, "PATH": f"{workplace / 'bin'}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        ["sh", "-e", "-c", script], cwd=workplace, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr


def test_the_page_names_what_is_added_to_records() -> None:
    assert set(re.findall(r"`(auditor_\w+)`", PAGE)) == set(ANNOTATION)
