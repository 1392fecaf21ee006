"""Sources: the files that the paths on the command line stand for, each with its format."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from glob import has_magic, iglob
from types import MappingProxyType

from auditor.errors import ReadError, nearest

STANDARD_INPUT = "-"
FORMATS = ("text", "markdown", "jsonl", "csv", "parquet")
ONE_ARTICLE = ("text", "markdown")
"""The formats in which a file is one article."""

COMPRESSIONS: Mapping[str, str] = MappingProxyType({".gz": "gzip", ".zst": "zstd", ".zstd": "zstd"})
"""How a file is compressed, by the last suffix of its name."""

_SUFFIXES = {
    ".txt": "text",
    ".text": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".parquet": "parquet",
}


@dataclass(frozen=True, slots=True)
class Source:
    """One file, or standard input.

    path: as given, or the folder as given joined with the names below it. root: the path that was given.
    name: the path below the folder that was given, with `/`; the file's name if the file itself was given.
    format: one of `FORMATS`; None for standard input whose first bytes decide, and for a folder that could not be
    listed. compression: `gzip`, `zstd`, or empty. problem: why a folder below a given one could not be listed.
    """

    path: str
    root: str
    name: str
    format: str | None
    compression: str = ""
    problem: str | None = None


def check_paths(paths: Sequence[str], format: str | None = None) -> None:
    """Make sure that everything that was named can be opened, before anything is read.

    Raises ReadError for a path that does not exist or may not be read, for standard input named twice, and for an
    unknown format.
    """
    if format is not None and format not in FORMATS:
        raise ReadError(
            f"there is no input format “{format}”{nearest(format, FORMATS)}; there are {', '.join(FORMATS)}"
        )
    if list(paths).count(STANDARD_INPUT) > 1:
        raise ReadError("standard input (“-”) is named more than once, but it can be read only once")
    for path in paths:
        if _is_pattern(path):
            if next(iglob(path, recursive=True), None) is None:
                raise ReadError(f"{path}: no file or folder fits this pattern")
        elif path != STANDARD_INPUT:
            _check_path(path)


def expanded(paths: Sequence[str]) -> Iterator[str]:
    """The paths, with each pattern (`in/*.jsonl`, `**` for folders at any depth) replaced by what fits it, by name."""
    for path in paths:
        if _is_pattern(path):
            yield from sorted(iglob(path, recursive=True))
        else:
            yield path


def _is_pattern(path: str) -> bool:
    """Whether a path is a pattern: it has a sign of one, and there is no file of that very name."""
    return path != STANDARD_INPUT and has_magic(path) and not os.path.lexists(path)


def find_sources(paths: Sequence[str], format: str | None = None) -> Iterator[Source]:
    """The files that the paths stand for, in the order of the paths, each folder's by name.

    A file is read by its suffix, or as `format` when one is given; one with an unknown suffix as text. In folders,
    at any depth, only files with a known suffix count; hidden files and folders are left out, links to folders are
    not followed. A folder that cannot be listed is a source with a `problem`.
    """
    for path in expanded(paths):
        if path == STANDARD_INPUT:
            yield Source(path, path, "standard-input", format)
        elif os.path.isdir(path):
            yield from _below(path)
        else:
            found, compression = format_of(path)
            yield Source(path, path, os.path.basename(path), format or found or "text", compression)


def format_of(path: str) -> tuple[str | None, str]:
    """The format that the suffix of a file name tells (None for an unknown one), and how it is compressed."""
    stem, suffix = os.path.splitext(path.lower())
    if suffix in COMPRESSIONS:
        inner = _SUFFIXES.get(os.path.splitext(stem)[1])
        return (None if inner == "parquet" else inner), COMPRESSIONS[suffix]
    return _SUFFIXES.get(suffix), ""


def article_id(name: str) -> str:
    """The id of an article that is a file of its own: the file's name without the suffixes that tell its format."""
    base = os.path.basename(name)
    known, compression = format_of(base)
    if compression:
        base = os.path.splitext(base)[0]
    return os.path.splitext(base)[0] if known else base


def _check_path(path: str) -> None:
    if not os.path.lexists(path):
        folder, name = os.path.split(path)
        try:
            beside = os.listdir(folder or ".")
        except OSError:
            beside = []
        raise ReadError(f"{path}: there is no such file or folder{nearest(name, beside)}")
    try:
        if os.path.isdir(path):
            os.scandir(path).close()
        elif os.path.isfile(path):
            open(path, "rb").close()
        else:
            os.stat(path)  # a pipe must not be opened twice; a link that leads nowhere fails here
    except OSError as error:
        raise ReadError(
            f"{path}: cannot be read: {error.strerror}; check that it exists and that you may read it"
        ) from error


def _below(root: str) -> Iterator[Source]:
    waiting = [("", [root])]  # a stack, not recursion: folders may be nested deeper than Python may recurse
    while waiting:
        folder, names = waiting[-1]
        if not names:
            waiting.pop()
            continue
        path = os.path.join(folder, names.pop())
        if os.path.isdir(path) and (path == root or not os.path.islink(path)):
            try:
                listed = os.listdir(path)
            except OSError as error:
                message = f"the folder cannot be listed: {error.strerror}; check that you may read it"
                yield Source(path, root, os.path.relpath(path, root), None, problem=message)
                continue
            waiting.append((path, sorted((name for name in listed if not name.startswith(".")), reverse=True)))
            continue
        found, compression = format_of(path)
        if found and (os.path.isfile(path) or not os.path.exists(path)):
            yield Source(path, root, os.path.relpath(path, root).replace(os.sep, "/"), found, compression)
