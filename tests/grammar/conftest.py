"""A LanguageTool server for the tests of the grammar tier: one per test process."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor.grammar.client import Checker
from auditor.grammar.install import Installation
from auditor.grammar.server import Server, ServerOptions

ERRORS = "He have a car, and she are an good driver of of cars."
"""A text with at least four matches."""


@pytest.fixture(scope="session")
def server(languagetool: Installation) -> Iterator[Server]:
    """A server that all tests share that do it no harm that lasts."""
    with Server(ServerOptions(jvm=("-XX:TieredStopAtLevel=1",))) as running:
        yield running


@pytest.fixture(scope="session")
def checker(server: Server) -> Iterator[Checker]:
    with Checker(server) as checker:
        yield checker


def alive(pid: int) -> bool:
    """Whether a process exists that is not only waiting to be reaped."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        try:
            os.kill(pid, 0)
        except OSError:
            return False
        return not Path("/proc").is_dir()


def gone(pid: int, seconds: float = 10) -> bool:
    """Whether a process is gone within the seconds."""
    until = time.monotonic() + seconds
    while alive(pid):
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True
