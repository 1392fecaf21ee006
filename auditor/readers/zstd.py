"""Zstandard: bytes in pieces, decompressed; a door to pyarrow, which brings the codec along."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class Damaged(Exception):
    """Compressed data that cannot be decompressed."""


class _Pieces(io.RawIOBase):
    """An iterator of bytes as a file, which keeps the error that reading it raised."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._held = b""
        self.size = 0
        self.error: OSError | None = None

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        try:
            while not self._held:
                self._held = next(self._pieces)
        except StopIteration:
            return b""
        except OSError as error:
            self.error = error
            raise
        given, self._held = (self._held[:size], self._held[size:]) if size >= 0 else (self._held, b"")
        self.size += len(given)
        return given


def decompressed(stored: Iterator[bytes], size: int) -> Iterator[bytes]:
    """All frames of a Zstandard file, in pieces of at most `size` bytes.

    Raises Damaged, EOFError when the data is cut off, and the OSError of `stored`.
    """
    import pyarrow as pa

    source = _Pieces(stored)
    try:
        with pa.CompressedInputStream(pa.PythonFile(source, mode="r"), "zstd") as stream:
            while piece := stream.read(size):
                yield piece
    except (OSError, pa.ArrowException) as error:
        if source.error is not None:
            raise source.error from error
        if "runcated" in str(error):
            raise EOFError from error
        raise Damaged(str(error).strip().split("\n")[0]) from error
    if source.size == 0:
        raise EOFError


@contextmanager
def compressing(path: Path) -> Iterator[Any]:
    """A file that compresses what is written to it, always to the same bytes. Raises OSError."""
    import pyarrow as pa

    with pa.OSFile(str(path), "wb") as file, pa.CompressedOutputStream(file, "zstd") as out:
        yield out
