"""Hyphenation: how many syllable breaks pyphen's patterns find in a word, read from the installed pyphen's own file."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Final

from auditor.errors import ViewUnavailable

TRIPLES: Final = 50_000  # of letters, in the memo of hyphenation, which is emptied when it is full
_NO_PATTERN: Final = (b"%", b"#", b"^", b"/", b"=")  # signs of comments, numbered characters and replacements


def package_folder(package: str) -> Path:
    """The folder of an installed package, which is not imported. Raises ViewUnavailable when it is missing."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ViewUnavailable(f"readability needs the package {package}: install it")
    return Path(spec.submodule_search_locations[0])


class Hyphens(dict[str, int]):
    """The hyphenation of pyphen's en_US patterns, counted only: same places, from the same file.

    pyphen takes 60 ms to read its patterns and keeps every word it has seen for ever. This takes 8, reads the
    levels of a pattern when a word has it, and keeps no word. It is a memo of three letters to the levels of the
    patterns of up to three letters that begin there; inverted, and so negative, where longer patterns begin
    too. Bounded.
    """

    __slots__ = ("_bits", "_breaks", "_levels", "_longer", "_patterns")

    def __init__(self) -> None:
        data = (package_folder("pyphen") / "dictionaries" / "hyph_en_US.dic").read_bytes()
        header, _, data = data.partition(b"\n.")  # the first pattern begins with a stop
        encoding = header.split(None, 1)[0].decode()
        letters = f".{data.translate(None, b'0123456789').decode(encoding)}".split()
        self._patterns = dict(zip(letters, f".{data.decode(encoding)}".split(), strict=True))
        # A place of a word has a byte, in which each level that the patterns use has a bit of its own, in
        # order: patterns are joined by “or”, and the highest bit tells the highest level.
        used = [level for level in range(1, 10) if b"%d" % level in data]
        if len(used) > 8 or any(sign in data for sign in _NO_PATTERN):
            raise ViewUnavailable("readability cannot read the hyphenation patterns of the installed pyphen")
        self._bits = {str(level): 1 << place for place, level in enumerate(used)} | {"0": 0}
        self._breaks = bytes(byte and used[byte.bit_length() - 1] & 1 for byte in range(1 << len(used)))
        self._breaks = self._breaks.ljust(256, b"\0")
        # Every beginning of a pattern, so that a search stops where no pattern goes on, then every pattern: the
        # levels in its places as one integer, or -1 as long as they have not been read.
        self._levels: dict[str, int] = {}
        longer, length = letters, 3
        while longer := [pattern for pattern in longer if len(pattern) > length]:
            self._levels.update(dict.fromkeys([pattern[:length] for pattern in longer], 0))
            length += 1
        self._longer = frozenset(pattern for pattern in self._levels if len(pattern) == 3)
        self._levels.update(dict.fromkeys(letters, -1))

    def count(self, word: str) -> int:
        """How many places `Pyphen.positions` finds in `word` (Liang 1983: odd levels are breaks)."""
        find = self._levels.get
        word = word.lower()
        pointed = f".{word}.\0\0"  # no pattern goes beyond the NULs
        levels = 0
        last = len(word) - 1  # the last place that counts: two letters stay at the end and at the beginning
        for start in range(last, -1, -1):
            hit = self[pointed[start : start + 3]]
            if hit < 0:
                hit = ~hit
                end = start + 4
                more = find(pointed[start:end])
                while more is not None:
                    hit |= more if more >= 0 else self._read(pointed[start:end])
                    end += 1
                    more = find(pointed[start:end])
            levels = levels << 8 | hit
        places = levels.to_bytes((levels.bit_length() + 7) // 8, "little").translate(self._breaks)
        return places.count(1, 3, last + 1)

    def __missing__(self, letters: str) -> int:
        find = self._levels.get
        levels = 0
        for end in (2, 3) if letters.isascii() else (1, 2, 3):
            hit = find(letters[:end], 0)
            levels |= hit if hit >= 0 else self._read(letters[:end])
        if letters in self._longer:
            levels = ~levels
        if len(self) >= TRIPLES:
            self.clear()
        self[letters] = levels
        return levels

    def _read(self, letters: str) -> int:
        """The levels of a pattern, from its first letter on."""
        levels = place = 0
        bits = self._bits
        for sign in self._patterns[letters]:
            if sign in bits:
                levels |= bits[sign] << place
            else:
                place += 8
        self._levels[letters] = levels
        return levels
