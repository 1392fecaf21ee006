"""The blocks of docs/report.md do what the page says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "report.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)([^\n]*)\n(.*?)^```$", PAGE, re.M | re.S)


def test_the_shell_blocks_run_one_after_the_other(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    (tmp_path / "auditor").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m auditor "$@"\n', encoding="utf-8")
    (tmp_path / "auditor").chmod(0o755)
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    scripts = [(int(re.findall(r"exit=(\d)", info)[0]), body) for kind, info, body in BLOCKS if kind == "sh"]
    assert len(scripts) == 6
    for code, script in scripts:
        done = subprocess.run(
            ["sh", "-e", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == code, done.stderr
    assert (tmp_path / "week-21" / "html" / "charts" / "runs.svg").is_file()
    assert "nothing changed beyond chance" in (tmp_path / "week-21" / "report.md").read_text(encoding="utf-8")
    assert "quarantine" in (tmp_path / "held-back" / "articles.csv").read_text(encoding="utf-8")
    assert (tmp_path / "drift.md").read_text(encoding="utf-8").startswith("# Comparison of two runs")
    assert "](../rules/mt102_broken_sentence.md)" in (tmp_path / "week-22" / "report.md").read_text(encoding="utf-8")


def test_the_python_block_runs(capsys: pytest.CaptureFixture[str]) -> None:
    ((_, _, body),) = [block for block in BLOCKS if block[0] == "python"]
    names: dict[str, object] = {}
    exec(compile(body, "report.md", "exec"), names)
    assert "MT102" in names["report"]._repr_html_()  # type: ignore[attr-defined]
