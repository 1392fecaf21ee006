"""Cache: results that are known already, in one SQLite file that several processes may use at once."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import time
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

from auditor.grammar.install import home
from auditor.grammar.match import Checked, Match
from auditor.span import Span

MOST_BYTES = 256_000_000
"""Bytes of stored results above which the oldest are taken away."""

_FORMAT = 1
_DAY = 86_400
_PUTS_PER_LOOK = 200  # the size is looked at once in so many results
_SCHEMA = """
CREATE TABLE IF NOT EXISTS results (key TEXT PRIMARY KEY, used INTEGER NOT NULL, data BLOB NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS results_used ON results (used);
"""


class ResultCache:
    """Complete results by key, in `grammar.sqlite` of a folder (default: `home()`).

    A cache never fails: what cannot be read is not there, what cannot be written is not kept, an entry or a file that
    is damaged is replaced. most: bytes of results, after which the least recently used go.
    """

    def __init__(self, folder: Path | None = None, *, most: int = MOST_BYTES) -> None:
        self.path = (home() if folder is None else folder) / "grammar.sqlite"
        self._most = most
        self._lock = threading.Lock()
        self._base: sqlite3.Connection | None = None
        self._owner = 0
        self._puts = 0

    def get(self, key: str, text: str) -> Checked | None:
        """The result that is kept under the key, if it is one that fits the text."""
        rows = self._run("SELECT data, used FROM results WHERE key = ?", (key,))
        if not rows:
            return None
        checked = _unpack(rows[0][0], text)
        if checked is not None and rows[0][1] < time.time() - _DAY:
            self._run("UPDATE results SET used = ? WHERE key = ?", (int(time.time()), key))
        return checked

    def put(self, key: str, checked: Checked) -> None:
        """Keep a result under the key, in place of what is there."""
        self._run("INSERT OR REPLACE INTO results VALUES (?, ?, ?)", (key, int(time.time()), _pack(checked)))
        self._puts += 1
        if self._puts % _PUTS_PER_LOOK == 1:
            self._shrink()

    def close(self) -> None:
        """Close the file; it is opened again when needed."""
        with self._lock:
            self._drop()

    def _shrink(self) -> None:
        """Take away the oldest until the size is at most nine tenths of what is allowed."""
        rows = self._run("SELECT total(length(data)) FROM results")
        if not rows or rows[0][0] <= self._most:
            return
        room = int(self._most * 0.9)
        self._run(
            "DELETE FROM results WHERE key IN (SELECT key FROM (SELECT key, sum(length(data)) OVER "
            "(ORDER BY used DESC, key) AS upto FROM results) WHERE upto > ?)",
            (room,),
        )

    def _run(self, sql: str, values: tuple[object, ...] = ()) -> list[Any]:
        """Run a statement; no rows when the file cannot be used. A file that is no database is deleted once."""
        with self._lock:
            for _ in range(2):
                try:
                    base = self._open()
                    with base:
                        return base.execute(sql, values).fetchall()
                except sqlite3.OperationalError:
                    self._drop()  # busy for too long, no space, no right to write
                    return []
                except sqlite3.DatabaseError:
                    self._drop()
                    with suppress(OSError):
                        for ending in ("", "-wal", "-shm"):
                            Path(f"{self.path}{ending}").unlink(missing_ok=True)
                except OSError:
                    return []
        return []

    def _open(self) -> sqlite3.Connection:
        if self._base is None or self._owner != os.getpid():  # a connection must not be used in a forked process
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._base = sqlite3.connect(self.path, timeout=10, check_same_thread=False)
            self._owner = os.getpid()
            self._base.execute("PRAGMA journal_mode = WAL")
            self._base.execute("PRAGMA synchronous = NORMAL")
            self._base.executescript(_SCHEMA)
        return self._base

    def _drop(self) -> None:
        base, self._base = self._base, None
        if base is not None and self._owner == os.getpid():
            with suppress(sqlite3.Error):
                base.close()


def _pack(checked: Checked) -> bytes:
    matches = [
        [*match.span, match.rule_id, match.category, match.message, list(match.replacements), match.issue_type]
        for match in checked.matches
    ]
    return zlib.compress(json.dumps([_FORMAT, matches], ensure_ascii=False).encode("utf-8", "surrogatepass"))


def _unpack(data: object, text: str) -> Checked | None:
    """The result, or None when the bytes are not one, or not one of this text."""
    try:
        version, stored = json.loads(zlib.decompress(data).decode("utf-8", "surrogatepass"))  # type: ignore[arg-type]
        matches = tuple(_match(*row) for row in stored)
    except (zlib.error, ValueError, TypeError):
        return None
    if version != _FORMAT or not all(0 <= match.span.start <= match.span.end <= len(text) for match in matches):
        return None
    return Checked(matches)


def _match(start: int, end: int, rule: str, category: str, message: str, replacements: list[str], kind: str) -> Match:
    return Match(Span(start, end), rule, category, message, tuple(replacements), kind)
