"""Programs of an engine, run and watched so that none of their processes can be left behind unseen."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

from tests.conftest import ROOT
from tools.marked import MARK, command, marked

LONGEST = 900
"""Seconds after which a program of an engine is stopped and its test fails."""
PATIENCE = 30
"""Seconds that processes have to go after their program ended."""


def run_program(module: str, arguments: list[str], home: Path) -> dict[str, Any]:
    """Run a module as a program of its own that prints a JSON object as its last line; that object.

    home: the folder that stands for the user's. Asserts that the program succeeded and that neither it nor any process
    that it started is left. Whatever it left is killed.
    """
    mark = uuid4().hex
    environment = {
        **os.environ,
        MARK: mark,
        "HOME": str(home),
        "PYTHONPATH": str(ROOT),
        "PYSPARK_PYTHON": sys.executable,
        "SPARK_LOCAL_IP": "127.0.0.1",
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_DATA_DISABLE_PROGRESS_BARS": "1",
        "RAY_worker_niceness": "0",  # else 15, and on a busy machine its workers would hardly run
    }
    try:
        done = subprocess.run(
            [sys.executable, "-W", "ignore::FutureWarning", "-m", module, *arguments],
            env=environment, cwd=home, capture_output=True, text=True, timeout=LONGEST, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-6000:]
        assert waited(lambda: not list(marked(mark)), PATIENCE), [command(pid) for pid in marked(mark)]
    finally:
        for pid in marked(mark):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    facts: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return facts


def waited(for_what: Callable[[], bool], seconds: float) -> bool:
    """Whether something came true within so many seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if for_what():
            return True
        time.sleep(0.1)
    return for_what()


def kill_one(words: str) -> tuple[int, str]:
    """Kill (SIGKILL) one process of this run whose command line holds the words; its number and command line, or 0."""
    for pid in marked(os.environ[MARK]):
        line = command(pid)
        if words in line and pid != os.getpid():
            os.kill(pid, signal.SIGKILL)
            return pid, line
    return 0, ""
