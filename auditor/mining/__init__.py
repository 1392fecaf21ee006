"""Mining: learns from a batch of articles which lines its sources put around them, for a person to review."""

from __future__ import annotations

from auditor.mining.batch import Mined, mine
from auditor.mining.judging import Limits

__all__ = ["Limits", "Mined", "mine"]
