"""Everything that the auditor raises on purpose."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class AuditorError(Exception):
    """Base of all errors of the auditor; its text names the place and the cure."""


class ConfigError(AuditorError):
    """A setting, code or option that does not exist or does not fit; names the nearest right one."""


class RuleLoadError(AuditorError):
    """A rule module or its page is not as a rule must be."""


class ReadError(AuditorError):
    """An input could not be read at all (a record that cannot be read is a row, not an error)."""


class WriteError(AuditorError):
    """An output could not be written."""


class LibraryMissing(AuditorError):
    """A library of an extra is not installed; the text has the command that installs it."""


class ViewUnavailable(AuditorError):
    """A view that a rule asked for cannot be had here; the text says how to get it."""


class RuleCrash(AuditorError):
    """A rule raised an unexpected exception (raised in strict mode only; otherwise a failure row)."""


def nearest(wrong: str, known: Iterable[str]) -> str:
    """A half sentence for error texts: `; did you mean “x”?`, or nothing when no known name is near."""
    close = get_close_matches(wrong, list(known), n=1, cutoff=0.6)
    return f"; did you mean “{close[0]}”?" if close else ""
