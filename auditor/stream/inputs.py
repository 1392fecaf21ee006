"""Inputs: what a run read, counted and hashed while it is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from auditor.stream.ledger import InputFile


@dataclass(slots=True)
class Input:
    """An input while it is read: counted and hashed as stored. The text files of a folder are one input together."""

    path: str
    format: str
    records: int = 0
    size: int = 0
    files: int = 0
    hash: Any = field(default_factory=sha256)

    def add(self, piece: bytes) -> None:
        """Count and hash a piece of the file."""
        self.size += len(piece)
        self.hash.update(piece)

    def finish(self) -> None:
        """The file was read to its end."""
        self.files += 1

    def entry(self) -> InputFile:
        """The line of the ledger."""
        return InputFile(self.path, self.format, self.files, self.size, self.hash.hexdigest(), self.records)


@dataclass(slots=True)
class FolderInput(Input):
    """The text and Markdown files of a folder that was named."""

    name: str = ""
    one: Any = field(default_factory=sha256)

    def add(self, piece: bytes) -> None:
        """Count and hash a piece of the present file."""
        self.size += len(piece)
        self.one.update(piece)

    def finish(self) -> None:
        """The present file was read to its end."""
        self.files += 1
        self.hash.update(f"{self.one.hexdigest()}  {self.name}\n".encode("utf-8", "backslashreplace"))
        self.one = sha256()
