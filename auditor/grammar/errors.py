"""Errors of the grammar tier."""

from __future__ import annotations

from auditor.errors import AuditorError


class GrammarError(AuditorError):
    """The grammar tier cannot be had, or not as asked; the text names the cure."""


class GrammarOff(GrammarError):
    """The tier was switched off during this run, after too many failures; the text says which."""
