"""Stream: the pre-ingest filter; records in, each with its original bytes out to the file of its verdict."""

from __future__ import annotations

from auditor.stream.decisions import Decided, Redecision, decide_again, redecisions
from auditor.stream.filtering import filter_records, filter_stdin
from auditor.stream.ledger import Ledger

__all__ = ["Decided", "Ledger", "Redecision", "decide_again", "filter_records", "filter_stdin", "redecisions"]
