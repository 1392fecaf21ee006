"""Snapshot: how far a run is, for whoever shows it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Snapshot:
    """How far a run is: records read and kept, and bytes of the inputs (as stored) that were read.

    before: records that an earlier run had done, when it is resumed.
    """

    read: int = 0
    kept: int = 0
    bytes: int = 0
    before: int = 0
