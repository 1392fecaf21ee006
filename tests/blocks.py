"""Fenced blocks of a page of the docs, and a folder in which its shell blocks run as they would for a reader."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import ROOT


@dataclass(frozen=True)
class Block:
    kind: str
    info: str
    body: str
    line: int

    @property
    def exit_code(self) -> int:
        return int(re.findall(r"exit=(\d)", self.info)[0])

    @property
    def file(self) -> str:
        """The file that the block is to be stored in; empty when it is none."""
        return self.info.strip().removeprefix("file=") if "file=" in self.info else ""


def read_blocks(path: Path) -> list[Block]:
    page = path.read_text(encoding="utf-8")
    return [
        Block(match[1], match[2], match[3], page.count("\n", 0, match.start()) + 1)
        for match in re.finditer(r"^```(\w+)([^\n]*)\n(.*?)^```$", page, re.M | re.S)
    ]


def make_workplace(folder: Path) -> Path:
    """A folder with the seeds and a command `auditor` that is this one."""
    shutil.copytree(ROOT / "seeds", folder / "seeds")
    (folder / "bin").mkdir()
    command = f'#!/bin/sh\nexec "{sys.executable}" -m auditor "$@"\n'
    (folder / "bin" / "auditor").write_text(command, encoding="utf-8")
    (folder / "bin" / "auditor").chmod(0o755)
    return folder


def run_block(script: str, workplace: Path, *, python: bool = False) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", script] if python else ["sh", "-e", "-c", script]
    environment = {
        **os.environ,
        "PATH": f"{workplace / 'bin'}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "COLUMNS": "200",
    }
    return subprocess.run(command, cwd=workplace, env=environment, capture_output=True, text=True, check=False)
