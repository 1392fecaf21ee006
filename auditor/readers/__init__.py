"""Readers: files of articles -> Records; whatever cannot be read is a Record that says why."""

from __future__ import annotations

from auditor.readers.reading import check_inputs, read, read_source
from auditor.readers.record import START, Mark, ParquetRow, Problem, Record
from auditor.readers.sources import FORMATS, Source, find_sources

__all__ = [
    "FORMATS",
    "START",
    "Mark",
    "ParquetRow",
    "Problem",
    "Record",
    "Source",
    "check_inputs",
    "find_sources",
    "read",
    "read_source",
]
