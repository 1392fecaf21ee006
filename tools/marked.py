"""Processes that belong to one run, found by a mark in their environment, which they inherit (Linux only)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

MARK = "AUDITOR_RUN"
"""The variable of the environment that holds the mark."""

_TICK = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Use:
    """What a process has used: seconds of CPU, its own, and bytes of memory now (resident)."""

    seconds: float
    memory: int


def marked(mark: str) -> Iterator[int]:
    """The numbers of the processes that have the mark."""
    wanted = f"{MARK}={mark}".encode()
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if wanted in (folder / "environ").read_bytes().split(b"\0"):
                yield int(folder.name)


def command(process: int) -> str:
    """The command line of a process, or the title that it gave itself; empty when it is gone."""
    with suppress(OSError):
        return Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace").strip()
    return ""


def use(process: int) -> Use | None:
    """What a process has used; None when it is gone."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return None
    return Use((int(fields[11]) + int(fields[12])) / _TICK, int(fields[21]) * _PAGE)
