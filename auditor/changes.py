"""Changes: which records are not as they were at a revision of git."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path

from auditor.config import Config
from auditor.errors import ConfigError
from auditor.fingerprint import own_id
from auditor.readers import Record, read
from auditor.repository import Revision


class Changes:
    """Leaves out the records that a revision of git had already.

    Of a file of its own the whole content counts; of JSON Lines, CSV and Parquet the content of the record (its own id,
    its text and what goes along with it), wherever in the file it stands. Memory: sixteen bytes for each record of a
    file that was changed. Raises ConfigError where git cannot tell.
    """

    def __init__(self, revision: str, config: Config) -> None:
        self._revision = Revision(revision, Path.cwd())
        self._config = config
        self._path: str | None = None
        self._changed = False
        self._known: frozenset[bytes] = frozenset()

    def among(self, records: Iterable[Record]) -> Iterator[Record]:
        """The records that are new or changed, in their order. Raises ConfigError for a file outside the repository."""
        for record in records:
            if record.path != self._path:
                self._open(record)
            if self._changed and not (self._known and _digest(record) in self._known):
                yield record

    def _open(self, record: Record) -> None:
        path = record.path
        if path == "-":
            raise ConfigError("changed-since: standard input has no earlier state; name files")
        self._path = path
        self._changed = self._revision.is_changed(path)
        self._known = frozenset()
        if self._changed and record.field and self._revision.has(path):
            with self._revision.file(path) as copy:
                self._known = frozenset(_digest(before) for before in read([copy], self._config))


def _digest(record: Record) -> bytes:
    doc = record.document
    if doc is None:
        content = repr((record.raw.strip(), record.problem.message if record.problem and not record.raw else ""))
    else:
        content = repr((own_id(doc.id, record.path), doc.text, sorted(doc.meta.items())))
    return blake2b(content.encode("utf-8", "surrogatepass"), digest_size=16).digest()
