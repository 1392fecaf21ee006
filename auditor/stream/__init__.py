"""Stream: the pre-ingest filter; records in, each with its original bytes out to the file of its verdict."""

from __future__ import annotations

from auditor.stream.decisions import Decided, Redecision, decide_again, redecisions
from auditor.stream.filtering import filter_records, filter_stdin
from auditor.stream.ledger import Ledger
from auditor.stream.snapshot import Snapshot
from auditor.stream.what_if import WhatIf, what_if

__all__ = [
    "Decided",
    "Ledger",
    "Redecision",
    "Snapshot",
    "WhatIf",
    "decide_again",
    "filter_records",
    "filter_stdin",
    "redecisions",
    "what_if",
]
