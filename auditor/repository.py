"""Repository: the folder from which the paths in a CI system count, and what git knows of the files below it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from auditor.errors import ConfigError

_GIT_TIMEOUT = 300


def repository_root(start: Path) -> Path:
    """The nearest folder at or above `start` that holds `.git`; `start` itself where there is none."""
    start = Path(os.path.realpath(start))
    return next((folder for folder in (start, *start.parents) if (folder / ".git").exists()), start)


def path_below(path: str, root: Path) -> str:
    """A path as it is named from the root, with `/`; one outside of it stays absolute, and `-` as it is.

    Links to folders are resolved, a link to a file is not: git keeps it under its own name.
    """
    if path in ("", "-"):
        return path
    full = resolved(path)
    below = os.path.relpath(full, root)
    return (full if below.startswith(os.pardir) else below).replace(os.sep, "/")


def resolved(path: str) -> str:
    """The absolute path of a file, the links on the way to it resolved."""
    return os.path.join(os.path.realpath(os.path.dirname(path) or "."), os.path.basename(path))


class Revision:
    """The files of a git repository as they were at a revision.

    name: what git understands as a revision. Where it has a common ancestor with HEAD, that counts, so that only
    what was changed on this side is new; in a shallow clone, where none is known, the revision itself.
    Raises ConfigError where there is no git, no repository, or no such revision.
    """

    def __init__(self, name: str, folder: Path) -> None:
        self._folder = folder
        if not name or name.startswith("-"):
            raise ConfigError(f"changed-since: “{name}” is no revision of git; name a branch, a tag or a commit")
        self.top = Path(os.path.realpath(os.fsdecode(self._git("rev-parse", "--show-toplevel").rstrip(b"\r\n"))))
        commit = self._run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        if commit.returncode:
            raise ConfigError(
                f"changed-since: git knows no revision “{name}” here; in CI get its history first "
                "(actions/checkout with fetch-depth: 0, or: git fetch origin BRANCH)"
            )
        self.commit = commit.stdout.decode().strip()
        ancestor = self._run("merge-base", self.commit, "HEAD")
        if ancestor.returncode == 0:
            self.commit = ancestor.stdout.decode().split()[0]
        there = self._git("ls-tree", "-r", "-z", "--name-only", "--full-tree", self.commit)
        self._there = frozenset(map(os.fsdecode, there.split(b"\0")))
        changed = self._git("diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", self.commit, "--", ":/")
        self._changed = frozenset(map(os.fsdecode, changed.split(b"\0")))

    def name_of(self, path: str) -> str:
        """A path as git names it. Raises ConfigError for one outside the repository."""
        name = os.path.relpath(resolved(path), self.top).replace(os.sep, "/")
        if name.startswith("../"):
            raise ConfigError(f"{path}: is not in the git repository {self.top}, so nothing tells whether it changed")
        return name

    def has(self, path: str) -> bool:
        """Whether the file was there at the revision."""
        return self.name_of(path) in self._there

    def is_changed(self, path: str) -> bool:
        """Whether the file is not as it was at the revision, or was not there; an untracked one was not."""
        name = self.name_of(path)
        return name not in self._there or name in self._changed

    @contextmanager
    def file(self, path: str) -> Iterator[str]:
        """The path of a copy of the file as it was at the revision, with its own name, while the block lasts.

        No filter of git runs, as one might use a network: of a file in LFS the copy holds the pointer.
        """
        with TemporaryDirectory(prefix="auditor-") as folder:
            copy = os.path.join(folder, os.path.basename(path))
            with open(copy, "wb") as out:
                self._git("cat-file", "blob", f"{self.commit}:{self.name_of(path)}", out=out.fileno())
            yield copy

    def _git(self, *arguments: str, out: int = subprocess.PIPE) -> bytes:
        done = self._run(*arguments, out=out)
        if done.returncode:
            said = os.fsdecode(done.stderr).strip() or f"exit code {done.returncode}"
            raise ConfigError(f"changed-since: git {arguments[0]} failed: {said}")
        return done.stdout or b""

    def _run(self, *arguments: str, out: int = subprocess.PIPE) -> subprocess.CompletedProcess[bytes]:
        environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
        try:
            return subprocess.run(
                ["git", *arguments],
                cwd=self._folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.PIPE,
                check=False,
                timeout=_GIT_TIMEOUT,
            )
        except FileNotFoundError:
            raise ConfigError("changed-since: the program git is not installed here") from None
        except subprocess.TimeoutExpired:
            raise ConfigError(f"changed-since: git {arguments[0]} took more than {_GIT_TIMEOUT} s") from None
