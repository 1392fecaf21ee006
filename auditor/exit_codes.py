"""The exit codes of the command, in one place."""

from __future__ import annotations

CLEAN = 0
"""Nothing to report."""
FOUND = 1
"""Findings, or a verdict, at or above `--fail-on`."""
MISUSE = 2
"""Wrong use or configuration, an input that is not there, an output that cannot be written."""
FAILED = 3
"""A rule crashed or a record could not be read; it wins over `FOUND`."""
INTERRUPTED = 130
"""Ctrl-C."""
PIPE_CLOSED = 141
"""Whoever read the output went away, as `head` does."""
TERMINATED = 143
"""SIGTERM; a filter run that it ends can be resumed."""
