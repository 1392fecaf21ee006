"""Chunks: the bytes of one source in bounded pieces, decompressed; what breaks is remembered, not raised."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import BinaryIO

from auditor.readers.record import Problem
from auditor.readers.zstd import Damaged, decompressed

CHUNK = 1 << 18
"""How many bytes are read, and at most how many come out of a decompression step, at a time."""

_GZIP = 16 + zlib.MAX_WBITS


class Chunks:
    """Iterates over the bytes of a file, or of an open stream, once.

    compression: `gzip`, `zstd` or empty. tap: is called with every piece as it comes from the disk, before
    decompression (to count and hash it); the whole file passes through it even when the decompression breaks off.
    failure: after the iteration, the problem if the source could not be read to its end;
    what was read until then has been given.
    """

    def __init__(
        self,
        path: str,
        *,
        stream: BinaryIO | None = None,
        compression: str = "",
        tap: Callable[[bytes], object] | None = None,
    ) -> None:
        self.failure: Problem | None = None
        self._path = path
        self._stream = stream
        self._compression = compression
        self._tap = tap

    def __iter__(self) -> Iterator[bytes]:
        stored = self._stored()
        try:
            yield from _DECOMPRESSED[self._compression](stored)
        except (zlib.error, Damaged) as error:
            kind = self._compression
            self.failure = Problem(kind, f"the {kind} data is damaged ({error}); get the file again")
        except EOFError:
            kind = self._compression
            self.failure = Problem(kind, f"the {kind} data is cut off; get the file again")
        except OSError as error:
            reason = error.strerror or str(error)
            self.failure = Problem("file", f"the file cannot be read: {reason}; check that it is there and readable")
            return
        if self._tap and self.failure:
            try:
                for _ in stored:
                    pass
            except OSError:
                return  # the first failure is the one to tell

    def _stored(self) -> Iterator[bytes]:
        if self._stream is not None:
            yield from self._pieces(self._stream)
        else:
            with open(self._path, "rb", buffering=0) as file:
                yield from self._pieces(file)

    def _pieces(self, stream: object) -> Iterator[bytes]:
        # read1 returns what a pipe holds instead of waiting for a full piece
        read: Callable[[int], bytes | None] = getattr(stream, "read1", None) or getattr(stream, "read")  # noqa: B009
        while piece := read(CHUNK):
            if self._tap:
                self._tap(piece)
            yield piece


def skipped(pieces: Iterable[bytes], count: int) -> Iterator[bytes]:
    """The pieces without their first `count` bytes."""
    for piece in pieces:
        if count >= len(piece):
            count -= len(piece)
        else:
            yield piece[count:] if count else piece
            count = 0


def _gunzipped(stored: Iterator[bytes]) -> Iterator[bytes]:
    """All members of a gzip file. Raises zlib.error when it is damaged, EOFError when it is cut off."""
    member = zlib.decompressobj(_GZIP)
    begun = complete = False
    for piece in stored:
        while piece:
            if not begun:
                piece = piece.lstrip(b"\0") if complete else piece  # padding between members
                if not piece:
                    break
                member, begun = zlib.decompressobj(_GZIP), True
            data = member.decompress(piece, CHUNK)
            if data:
                yield data
            if member.eof:
                begun, complete = False, True
                piece = member.unused_data
            else:
                piece = member.unconsumed_tail
    while begun and not member.eof:
        data = member.decompress(member.unconsumed_tail, CHUNK)
        if not data:
            raise EOFError
        yield data
    if not complete:
        raise EOFError


_DECOMPRESSED: Mapping[str, Callable[[Iterator[bytes]], Iterator[bytes]]] = MappingProxyType(
    {"": lambda stored: stored, "gzip": _gunzipped, "zstd": lambda stored: decompressed(stored, CHUNK)}
)
