"""The tutorial, read from top to bottom: each block does what is said, and prints what stands under it."""

from __future__ import annotations

from pathlib import Path

from tests.blocks import make_workplace, read_blocks, run_block
from tests.conftest import ROOT

BLOCKS = read_blocks(ROOT / "docs" / "tutorial.md")


def test_the_tutorial_works_from_top_to_bottom(tmp_path: Path) -> None:
    workplace = make_workplace(tmp_path)
    said = ""
    for block in BLOCKS:
        where = f"docs/tutorial.md:{block.line}"
        if block.file:
            (workplace / block.file).write_text(block.body, encoding="utf-8")
        elif block.kind == "text":
            position = 0
            for line in block.body.splitlines():
                position = said.find(line, position)
                assert position >= 0, f"{where}: “{line}” is not printed, or not in this order:\n{said}"
        else:
            assert block.kind in ("sh", "python"), where
            python = block.kind == "python"
            done = run_block(block.body, workplace, python=python)
            said = done.stdout + done.stderr
            assert done.returncode == (0 if python else block.exit_code), f"{where}\n{said}"
            assert "Traceback" not in said, f"{where}\n{said}"


def test_the_tutorial_shows_every_use_and_what_each_prints() -> None:
    script = "".join(block.body for block in BLOCKS if block.kind == "sh")
    for command in ("check", "explain", "report", "filter", "decide"):
        assert f"auditor {command}" in script
    assert sum(block.kind == "text" for block in BLOCKS) >= 10
    assert {block.kind for block in BLOCKS} == {"sh", "text", "python", "toml"}
