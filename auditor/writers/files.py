"""Write a file whole or not at all: under a temporary name first, then renamed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from auditor.errors import WriteError


def partial_name(path: Path) -> Path:
    """The name that a file has while it is being written."""
    return path.with_name(f"{path.name}.partial")


@contextmanager
def atomic(path: Path) -> Iterator[TextIO]:
    """A text file in UTF-8 that gets its name when the block ends, and vanishes when the block raises.

    What stands there and is no regular file (`/dev/null`, a pipe) is written to as it is; a link is followed.
    A lone surrogate is written as `?`. Raises WriteError when the file cannot be written.
    """
    target = path.resolve() if path.is_symlink() else path
    special = target.exists() and not target.is_file()
    partial = target if special else partial_name(target)
    try:
        file = partial.open("w", encoding="utf-8", errors="replace", newline="")
    except OSError as error:
        raise unwritable(path, error) from error
    done = False
    try:
        with file:
            yield file
        if not special:
            partial.replace(target)
        done = True
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        if not (done or special):
            partial.unlink(missing_ok=True)


def make_folder(folder: Path) -> None:
    """Make an output folder, with those above it. Raises WriteError when it cannot be made or is a file."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(folder, error) from error


def unwritable(path: Path, error: OSError) -> WriteError:
    """The error for a path that cannot be written, with the cure."""
    return WriteError(
        f"{path}: cannot be written: {error.strerror or error}; name a place that you may write to and that has space"
    )
