"""Counting: in how many different articles a key stands, exactly and in bounded memory; a door to numpy."""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from auditor.errors import WriteError

PARTS: Final = 256
"""Into how many files the pairs are spread, by key; each is counted alone."""

HELD: Final = 1 << 21
"""How many pairs are held in memory before they are written: 32 MB, twice while they are sorted."""


class Counted(NamedTuple):
    """What was counted. articles: by key; least: how often a key must stand to be there; pairs: all different ones."""

    articles: dict[int, int]
    least: int
    pairs: int


class ArticleCounter:
    """Counts for each key the different articles that it stands in; a key or article that comes again counts once.

    Keys and articles are integers of 64 bits (signed). Pairs of them are held up to `held` (two million), then spread
    over 256 files in a folder of their own by the low bits of the key, 16 bytes a pair; `counted` reads one file at a
    time, so that memory is that of the largest. It is a context manager: leaving it takes the files away.
    """

    def __init__(self, held: int | None = None) -> None:
        self._held = HELD if held is None else held
        self._keys = array("q")
        self._articles = array("q")
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def __enter__(self) -> ArticleCounter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._folder is not None:
            self._folder.cleanup()

    def add(self, keys: Iterable[int], article: int) -> None:
        """The keys of an article. Raises WriteError when the disk is full."""
        before = len(self._keys)
        self._keys.extend(keys)
        self._articles.extend([article] * (len(self._keys) - before))
        if len(self._keys) >= self._held:
            self._spill()

    def counted(self, least: int, most: int) -> Counted:
        """The keys that stand in at least `least` articles, each with how many.

        With more than `most` such keys the least is raised until there are no more, so that what is left out does not
        depend on the order of reading. Raises WriteError when a file cannot be read back.
        """
        counts: dict[int, int] = {}
        pairs = 0
        for keys, articles in self._parts():
            found, times = _distinct(keys, articles)
            pairs += int(times.sum())
            chosen = times >= least
            counts.update(zip(found[chosen].tolist(), times[chosen].tolist(), strict=True))
            while len(counts) > most:
                least += 1
                counts = {key: count for key, count in counts.items() if count >= least}
        return Counted(counts, least, pairs)

    def articles_of(self, keys: Iterable[int]) -> dict[int, int]:
        """In how many different articles each of some keys stands. Raises WriteError as `counted` does."""
        wanted = np.unique(np.fromiter(keys, dtype=np.int64))
        counts = dict.fromkeys(wanted.tolist(), 0)
        for part, articles in self._parts():
            chosen = np.isin(part, wanted)
            found, times = _distinct(part[chosen], articles[chosen])
            counts.update(zip(found.tolist(), times.tolist(), strict=True))
        return counts

    def _parts(self) -> Iterable[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]:
        if self._folder is None:
            yield np.array(self._keys, dtype=np.int64), np.array(self._articles, dtype=np.int64)
            return
        self._spill()
        for part in range(PARTS):
            path = Path(self._folder.name) / f"{part:03}"
            if path.exists():
                pairs = np.fromfile(path, dtype=np.int64).reshape(-1, 2)
                yield pairs[:, 0], pairs[:, 1]

    def _spill(self) -> None:
        try:
            if self._folder is None:
                self._folder = tempfile.TemporaryDirectory(prefix="auditor-mine-")
            pairs = np.column_stack((np.array(self._keys, dtype=np.int64), np.array(self._articles, dtype=np.int64)))
            part = pairs[:, 0] & (PARTS - 1)
            order = np.argsort(part, kind="stable")
            bounds = np.searchsorted(part[order], np.arange(PARTS + 1))
            pairs = pairs[order]
            for number in range(PARTS):
                if bounds[number] < bounds[number + 1]:
                    with (Path(self._folder.name) / f"{number:03}").open("ab") as file:
                        file.write(pairs[bounds[number] : bounds[number + 1]].tobytes())
        except OSError as error:
            raise WriteError(
                f"{tempfile.gettempdir()}: what was counted cannot be written: {error.strerror or error}; "
                "make space there (16 bytes for each line of the articles), or name another folder with TMPDIR"
            ) from error
        self._keys = array("q")
        self._articles = array("q")


def _distinct(
    keys: npt.NDArray[np.int64], articles: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Each key once, ascending, and in how many different articles it stands."""
    order = np.lexsort((articles, keys))
    keys, articles = keys[order], articles[order]
    new = np.ones(len(keys), dtype=bool)
    new[1:] = (keys[1:] != keys[:-1]) | (articles[1:] != articles[:-1])
    found, times = np.unique(keys[new], return_counts=True)
    return found, times.astype(np.int64)
