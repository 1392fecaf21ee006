"""Checkpoint: how far a run came, on the disk, so that the run can go on from there after anything."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from auditor._version import __version__
from auditor.config import to_plain
from auditor.engine import Auditor
from auditor.errors import ConfigError, ReadError
from auditor.readers import Mark, Source, find_sources
from auditor.stream.inputs import Account, identity_of
from auditor.stream.spool import replace_file

CHECKPOINT = "checkpoint.json"
SCHEMA = 1
PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far a run came.

    made: what its outputs depend on besides the inputs, see `made_of`. closed: how many sources were read to their
    end. current: the source that was read in part. finished: whether all was read, and only the building is left.
    outputs, tally: the states of both.
    """

    made: Mapping[str, Any]
    started: str
    closed: int
    current: Mapping[str, Any] | None
    finished: bool
    outputs: Mapping[str, Any]
    tally: Mapping[str, Any]

    def write(self, folder: Path) -> None:
        """Put it in the place of the one before. Raises OSError."""
        plain = {
            "schema": SCHEMA,
            "made": self.made,
            "started": self.started,
            "closed": self.closed,
            "current": self.current,
            "finished": self.finished,
            "outputs": self.outputs,
            "tally": self.tally,
        }
        replace_file(folder / CHECKPOINT, json.dumps(plain).encode("ascii"))

    @classmethod
    def read(cls, folder: Path) -> Checkpoint | None:
        """The checkpoint of a run; None when it did not come to one. Raises ReadError when it cannot be understood."""
        try:
            plain = json.loads((folder / CHECKPOINT).read_bytes())
            if plain.pop("schema") != SCHEMA:
                raise ValueError("it is of another version of the auditor")
            return cls(**plain)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ReadError(
                f"{folder / CHECKPOINT}: cannot be read ({error}); delete {folder} and start anew"
            ) from error


def made_of(auditor: Auditor, inputs: Sequence[str], *, annotate: bool) -> dict[str, Any]:
    """What the outputs of a run depend on: settings, rules with a digest of each, version, inputs and form."""
    return {
        "auditor": __version__,
        "config": to_plain(auditor.config),
        "fingerprint": auditor.config.fingerprint(),
        "rules": dict(_digests(auditor)),
        "inputs": list(inputs),
        "annotate": annotate,
    }


def check_same(folder: Path, before: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """Raise ConfigError, with what changed, when a run was begun otherwise than it is to go on."""
    now = json.loads(json.dumps(now))
    changed: list[str] = []
    if before["auditor"] != now["auditor"]:
        changed.append(f"the auditor was version {before['auditor']} and is {now['auditor']}")
    for key in sorted(before["config"].keys() | now["config"].keys()):
        was, is_now = before["config"].get(key), now["config"].get(key)
        if key == "policy" and was != is_now:
            inner = [name for name in is_now if was.get(name) != is_now[name]]
            changed += [f"policy.{name} was {was.get(name)!r} and is {is_now[name]!r}" for name in inner]
        elif was != is_now:
            changed.append(f"{key} was {was!r} and is {is_now!r}")
    if not changed and before["fingerprint"] != now["fingerprint"]:
        changed.append("a pack of templates or of house rules has another content")
    rules = [
        code
        for code in sorted(before["rules"].keys() | now["rules"])
        if before["rules"].get(code) != now["rules"].get(code)
    ]
    if rules:
        changed.append(f"rules are not as they were: {', '.join(rules[:8])}{' …' if len(rules) > 8 else ''}")
    if before["inputs"] != now["inputs"]:
        changed.append(f"the inputs were {before['inputs'][:4]} and are {now['inputs'][:4]}")
    if before["annotate"] != now["annotate"]:
        changed.append(f"it was begun {'with' if before['annotate'] else 'without'} --annotate")
    if changed:
        raise ConfigError(
            f"{folder}: the run cannot be resumed, for then its parts would not fit together: {'; '.join(changed)}; "
            "give the same again, or start anew in another folder"
        )


def current_state(account: Account, mark: Mark) -> dict[str, Any]:
    """What the checkpoint says of a source that was read in part, with the digest of what was read of it so far."""
    return {
        "path": account.source.path,
        "identity": account.identity,
        "records": account.records,
        "mark": [mark.records, mark.line, mark.offset],
        "bytes": account.size,
        "sha256": account.hash.hexdigest(),
    }


def sources_left(
    inputs: Sequence[str], checkpoint: Checkpoint, journal: Iterator[bytes]
) -> tuple[Iterator[Source], tuple[Account, Mark] | None]:
    """The sources that are left to read, and the account of the first of them when it was read in part.

    journal: the lines of those that were read to their end. Raises ReadError when one of them, or what was read of the
    current one, is not what it was.
    """
    sources = find_sources(inputs)
    for line in journal:
        told = json.loads(line)
        source = next(sources, None)
        if source is None or source.path != told["path"]:
            found = "nothing more" if source is None else f"“{source.path}”"
            raise ReadError(
                f"{told['path']}: was read before, but now there is {found} in its place; files were added or taken "
                "away: give the same inputs again, or start anew in another folder"
            )
        identity = identity_of(source)
        told_identity = None if told["identity"] is None else tuple(told["identity"])
        if identity != told_identity and not _same_bytes(source.path, told["bytes"], told["sha256"], whole=True):
            raise _changed(source.path)
    if checkpoint.current is None:
        return sources, None
    source = next(sources, None)
    told = dict(checkpoint.current)
    if source is None or source.path != told["path"]:
        raise _changed(told["path"])
    if not _same_bytes(source.path, told["bytes"], told["sha256"], whole=False):
        raise _changed(source.path)
    account = Account.of(source)
    account.records = told["records"]
    return _after(source, sources), (account, Mark(*told["mark"]))


def _after(first: Source, rest: Iterator[Source]) -> Iterator[Source]:
    yield first
    yield from rest


def _same_bytes(path: str, size: int, digest: str, *, whole: bool) -> bool:
    """Whether a file still begins with these bytes, or, if it is to be `whole`, consists of them."""
    found = sha256()
    left = size
    try:
        with open(path, "rb") as file:
            while left and (piece := file.read(min(left, PIECE))):
                found.update(piece)
                left -= len(piece)
            more = bool(file.read(1))
    except OSError:
        return False
    return not left and found.hexdigest() == digest and not (whole and more)


def _changed(path: str) -> ReadError:
    return ReadError(
        f"{path}: is not the file that it was when the run was stopped; give the same file again, or start anew in "
        "another folder"
    )


def _digests(auditor: Auditor) -> Iterator[tuple[str, str]]:
    """For each rule that runs the digest of its module, and one of the lists beside the modules."""
    folders: set[str] = set()
    for rule in auditor.rules:
        path = rule.function.__code__.co_filename
        folders.add(os.path.join(os.path.dirname(path), "data"))
        yield rule.code, _digest([path])
    lists = [os.path.join(f, name) for f in sorted(folders) if os.path.isdir(f) for name in sorted(os.listdir(f))]
    yield "lists of words", _digest(lists)


def _digest(paths: Sequence[str]) -> str:
    found = sha256()
    for path in paths:
        try:
            found.update(Path(path).read_bytes())
        except OSError:
            found.update(b"not a file")
    return found.hexdigest()[:16]
