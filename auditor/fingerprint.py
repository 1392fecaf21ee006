"""Fingerprint: what a finding is recognised by when the article around it changes: rule, sentence, record."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from hashlib import sha256
from pathlib import Path

from auditor.document import Document
from auditor.finding import Finding
from auditor.report import Audited
from auditor.repository import path_below
from auditor.span import Span

LENGTH = 32
"""Hexadecimal digits of a fingerprint."""

_NUMBER = re.compile(r"\d+")


class Fingerprints:
    """Gives findings their fingerprints, and counts those that are equal, in the order of the run.

    root: the folder from which paths count. A line number is in none of it.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._counts: Counter[str] = Counter()
        self._path: tuple[str, str] = ("", "")

    def record(self, entry: Audited) -> str:
        """What the article is recognised by: its own id, or else the path of its file from the root."""
        ident = own_id(entry.audit.article_id, entry.place.path)
        if ident and (entry.place.field or not entry.place.path):
            return f"id {ident}"
        if entry.place.path != self._path[0]:
            self._path = (entry.place.path, path_below(entry.place.path, self._root))
        return f"path {self._path[1]}"

    def of(self, finding: Finding, entry: Audited) -> str:
        """The fingerprint of a finding: equal for the same rule on the same sentence of the same record."""
        parts = (finding.code, self.record(entry), sentence(entry.audit.document, finding.span))
        return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:LENGTH]

    def numbered(self, finding: Finding, entry: Audited) -> tuple[str, int]:
        """The fingerprint, and how often it has come until now in this run, this time included."""
        own = self.of(finding, entry)
        self._counts[own] += 1
        return own, self._counts[own]


def own_id(ident: str, path: str) -> str:
    """The id that a record brought along; empty for one that was made of the path and a number for lack of it."""
    made = ident.startswith(f"{path}:") and _NUMBER.fullmatch(ident, len(path) + 1)
    return "" if made else ident


def sentence(doc: Document, span: Span) -> str:
    """The sentences that a span touches, or its line where it touches none; in NFC, white space made one space."""
    touched = doc.sentences.overlapping(span)
    if not touched:
        views = (doc.sentences, doc.lines)
        found = (view.index_at(span.start) for view in views)
        touched = [view[index] for view, index in zip(views, found, strict=True) if index >= 0][:1]
    text = doc.text[touched[0].start : touched[-1].end] if touched else ""
    return unicodedata.normalize("NFC", " ".join(text.split()))
