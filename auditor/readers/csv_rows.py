"""CSV rows: bytes in pieces -> rows with their original bytes and cells, of any size, quoted line ends included."""

from __future__ import annotations

import re
from typing import NamedTuple

QUOTE = 0x22


class Cell(NamedTuple):
    """Where a cell stands in its row: `start` to `end`; `close` is its closing quotation mark, -1 if it has none."""

    start: int
    close: int
    end: int


class CsvRow(NamedTuple):
    """A row: its bytes with the terminator, its cells, and whether the last quoted cell was closed."""

    raw: bytes
    cells: tuple[Cell, ...]
    closed: bool = True

    def values(self) -> list[bytes]:
        """The contents of the cells, quotation marks resolved."""
        raw = self.raw
        found = []
        for start, close, end in self.cells:
            if close < 0:
                found.append(raw[start:end])
            else:
                found.append(raw[start + 1 : close].replace(b'""', b'"') + raw[close + 1 : end])
        return found


class RowSplitter:
    r"""Splits a CSV file that comes in pieces.

    Reads what `csv.reader` reads by default (a quotation mark counts only at the start of a cell and is doubled
    inside; what follows a closing mark belongs to the cell) but without a limit of the cell's size, and with `\n`,
    `\r\n` and `\r` as row ends. Every byte that was fed is in exactly one row.
    """

    def __init__(self, delimiter: bytes = b",") -> None:
        self._stop = re.compile(b"[\r\n" + re.escape(delimiter) + b"]")
        self._delimiter = delimiter[0]
        self._buffer = bytearray()
        self._at = 0  # everything before it is scanned
        self._cell: int | None = None  # where the open cell starts
        self._close = -1  # its closing quotation mark
        self._quoted = False  # whether the scan stands inside quotation marks
        self._cells: list[Cell] = []

    def feed(self, piece: bytes) -> list[CsvRow]:
        """Take a piece; the rows that are complete with it."""
        self._buffer += piece
        return self._scan(final=False)

    def finish(self) -> list[CsvRow]:
        """No piece comes any more: the remaining rows, the last perhaps without a terminator."""
        rows = self._scan(final=True)
        if self._buffer:
            end = len(self._buffer)
            last = Cell(end, -1, end) if self._cell is None else Cell(self._cell, self._close, end)
            rows.append(CsvRow(bytes(self._buffer), (*self._cells, last), closed=not self._quoted))
            self._buffer.clear()
        return rows

    def _scan(self, *, final: bool) -> list[CsvRow]:
        buffer = self._buffer
        size = len(buffer)
        rows: list[CsvRow] = []
        row = 0
        at = self._at
        while at < size:
            if self._cell is None:
                self._cell = at - row
                self._close = -1
                if buffer[at] == QUOTE:
                    self._quoted = True
                    at += 1
            if self._quoted:
                mark = buffer.find(QUOTE, at)
                if mark < 0:
                    at = size
                    break
                if mark + 1 == size and not final:
                    at = mark  # the next piece tells whether the mark is doubled
                    break
                if mark + 1 < size and buffer[mark + 1] == QUOTE:
                    at = mark + 2
                    continue
                self._quoted = False
                self._close = mark - row
                at = mark + 1
            stop = self._stop.search(buffer, at)
            if stop is None:
                at = size
                break
            at = stop.start()
            sign = buffer[at]
            if sign == 0x0D and at + 1 == size and not final:
                break  # the next piece tells whether a line feed follows
            self._cells.append(Cell(self._cell, self._close, at - row))
            self._cell = None
            at += 1
            if sign != self._delimiter:
                if sign == 0x0D and at < size and buffer[at] == 0x0A:
                    at += 1
                rows.append(CsvRow(bytes(buffer[row:at]), tuple(self._cells)))
                self._cells.clear()
                row = at
        del buffer[:row]
        self._at = at - row
        return rows
