"""Spool: a file that only grows, and can be cut back to a length that was recorded before."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from auditor.errors import ReadError

BUFFER = 1 << 17


class Spool:
    """A file that is appended to. Every method raises OSError when the disk refuses.

    length: None makes a new file; otherwise the file is cut back to so many bytes, and goes on there.
    Raises ReadError when it holds fewer.
    """

    def __init__(self, path: Path, length: int | None = None) -> None:
        self.path = path
        self._dirty = False
        self.new = length is None
        """Whether the name of the file may not be on the disk yet."""
        if length is None:
            self._file: BinaryIO = path.open("xb", buffering=BUFFER)
            self.length = 0
            return
        self._file = path.open("r+b", buffering=BUFFER)
        if self._file.seek(0, os.SEEK_END) < length:
            self._file.close()
            raise ReadError(
                f"{path}: is shorter than it was when the run was stopped; it cannot be resumed: delete the folder and "
                "start anew"
            )
        self._file.truncate(length)
        self._file.seek(length)
        self.length = length

    def write(self, data: bytes) -> None:
        """Append bytes."""
        if data:
            self._file.write(data)
            self.length += len(data)
            self._dirty = True

    def sync(self) -> None:
        """Put everything on the disk."""
        if self._dirty or self.new:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._dirty = False

    def close(self) -> None:
        """Let go of the file; what the disk refused is not wanted any more."""
        with suppress(OSError):
            self._file.close()


class Finished(Spool):
    """A spool to which nothing is added any more; the file may have been made into an output already."""

    def __init__(self, path: Path, length: int) -> None:
        self.path = path
        self.length = length
        self.new = False

    def write(self, data: bytes) -> None:
        """Never."""
        raise AssertionError(f"{self.path} is finished")

    def sync(self) -> None:
        """Nothing is to be done."""

    def close(self) -> None:
        """Nothing is open."""


def replace_file(path: Path, data: bytes) -> None:
    """Put a file in the place of another, so that there is always one of the two, whole. Raises OSError."""
    partial = path.with_name(f"{path.name}.partial")
    with partial.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    sync_folder(path.parent)


def sync_file(path: Path) -> None:
    """Put a file that another writer wrote on the disk. Raises OSError."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Put the names in a folder on the disk, where the system can do that. Raises OSError."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
