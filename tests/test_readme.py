"""Every copy-paste block of the README does what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.blocks import make_workplace, read_blocks, run_block
from tests.conftest import ROOT

BLOCKS = read_blocks(ROOT / "README.md")
SHELL = [(block.exit_code, block.body) for block in BLOCKS if block.kind == "sh"]


@pytest.fixture
def workplace(tmp_path: Path) -> Path:
    for block in BLOCKS:
        if block.kind == "toml":
            (tmp_path / block.file).write_text(block.body, encoding="utf-8")
    return make_workplace(tmp_path)


def test_the_readme_has_the_three_uses() -> None:
    commands = {word for _, body in SHELL for word in re.findall(r"auditor (\w+)", body)}
    assert commands == {"check", "report", "compare", "filter", "decide"}


@pytest.mark.parametrize(("code", "script"), SHELL)
def test_a_shell_block_ends_with_its_exit_code(code: int, script: str, workplace: Path) -> None:
    done = run_block(script, workplace)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr


def test_the_python_block_runs_and_finds_something(capsys: pytest.CaptureFixture[str]) -> None:
    (body,) = [block.body for block in BLOCKS if block.kind == "python"]
    exec(compile(body, "README.md", "exec"), {})
    assert "MT102" in capsys.readouterr().out
