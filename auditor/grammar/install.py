"""Install: the pinned LanguageTool in the user's cache, every jar verified, complete or not there."""

from __future__ import annotations

import errno
import os
import re
import shutil
import subprocess
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO, BinaryIO, TextIO

from auditor.grammar.child import Child
from auditor.grammar.errors import GrammarError

OLDEST_JAVA = 17
MAVEN_SECONDS = 1200
NEEDED_SPACE = 250_000_000  # bytes: the jars, and Maven's copies of them where its repository is on the same disk

_HERE = Path(__file__).parent
_PARTIAL = ".partial-"
_OFFLINE = re.compile(
    r"Unknown host|UnknownHostException|Connection refused|Network is unreachable|timed out|offline mode|No route to"
    r"|Temporary failure in name resolution|Name or service not known|Could not transfer|transfer failed",
    re.IGNORECASE,
)
_FROM = (
    "on a machine without network copy the folder of an installed one and name it: auditor grammar install --from DIR"
)


@dataclass(frozen=True, slots=True)
class Installation:
    """A LanguageTool that is installed: `size` in bytes; `jars` sorted by name."""

    version: str
    folder: Path
    jars: tuple[Path, ...]
    size: int


def home() -> Path:
    """The auditor's cache folder: `$AUDITOR_CACHE`, or `$XDG_CACHE_HOME/auditor`, or `~/.cache/auditor`."""
    if own := os.environ.get("AUDITOR_CACHE"):
        return Path(own).expanduser().absolute()
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base and os.path.isabs(base) else Path.home() / ".cache") / "auditor"


def pinned() -> dict[str, str]:
    """The jars that belong to LanguageTool as we use it: file name to SHA-256 in hexadecimal digits."""
    lines = (_HERE / "jars.sha256").read_text(encoding="ascii").splitlines()
    return {name: digest for digest, name in (line.split() for line in lines if line and line[0] != "#")}


def pinned_version(jars: dict[str, str] | None = None) -> str:
    """The version of LanguageTool that belongs to this auditor, as `6.8`."""
    names = pinned() if jars is None else jars
    return next(
        name.removeprefix("languagetool-server-").removesuffix(".jar")
        for name in names
        if name.startswith("languagetool-server-")
    )


def installed(home: Path | None = None) -> Installation | None:
    """What is installed below that cache folder (default: `home()`), or None when it is not there or not complete."""
    jars = pinned()
    folder = _folder(home, jars)
    size = 0
    try:
        for name in jars:
            size += (folder / name).stat().st_size
    except OSError:
        return None
    return Installation(pinned_version(jars), folder, tuple(sorted(folder / name for name in jars)), size)


def install(source: Path | None = None, *, home: Path | None = None, out: TextIO) -> Installation:
    """Install the pinned LanguageTool below the cache folder `home` (default: `home()`); says on `out` what it does.

    source: a folder or zip with the jars, at any depth; without it Maven gets them, with the user's own settings.
    Does nothing when it is there already; waits for another installation that goes on.
    Raises GrammarError when Maven or Java is missing, nothing can be had from the network, the disk is full, or a
    jar is missing or is not the pinned one.
    """
    jars = pinned()
    folder = _folder(home, jars)
    version = pinned_version(jars)
    if found := installed(home):
        out.write(f"LanguageTool {version} is installed already: {found.folder}\n")
        return found
    with _disk_errors(folder.parent):
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _locked(folder.parent / "install.lock", out):
            if found := installed(home):
                out.write(f"LanguageTool {version} has been installed by another process: {found.folder}\n")
                return found
            _clean(folder)
            _check_space(folder.parent)
            partial = Path(tempfile.mkdtemp(prefix=_PARTIAL, dir=folder.parent))
            try:
                if source is None:
                    out.write(f"LanguageTool {version}: getting {len(jars)} jars with Maven (about 100 MB) …\n")
                    out.flush()
                    resolve(partial)
                    _verify(partial, jars)
                else:
                    out.write(f"LanguageTool {version}: taking {len(jars)} jars from {source} …\n")
                    out.flush()
                    _take(source, partial, jars)
                partial.chmod(0o755)
                partial.rename(folder)
            finally:
                shutil.rmtree(partial, ignore_errors=True)
    found = installed(home)
    if found is None:
        raise GrammarError(f"{folder}: vanished while it was installed; run the command again")
    out.write(f"LanguageTool {version} installed: {found.folder} ({found.size / 1e6:.0f} MB)\n")
    return found


def resolve(folder: Path) -> None:
    """Let Maven copy the jars of our `pom.xml` into a folder. Raises GrammarError when it cannot."""
    java_program()
    maven = shutil.which("mvn")
    if maven is None:
        raise GrammarError(f"grammar: Maven (mvn) is not on the PATH; install it, or {_FROM}")
    goal = ["dependency:copy-dependencies", f"-DoutputDirectory={folder}", "-DincludeScope=runtime"]
    child = Child([maven, "--batch-mode", "--quiet", "--file", str(_HERE / "pom.xml"), *goal])
    try:
        code = child.wait(MAVEN_SECONDS)
        said = [line for line in child.said() if "[ERROR]" in line] or child.said()
    finally:
        child.kill()
    if code == 0:
        return
    reason = said[0].removeprefix("[ERROR] ") if said else "no message"
    if code is None:
        raise GrammarError(f"grammar: Maven did not end within {MAVEN_SECONDS} s; try again, or {_FROM}")
    if any("No space left" in line for line in said):
        raise GrammarError(f"grammar: Maven found no space left on the disk; make room and try again ({reason})")
    if any(_OFFLINE.search(line) for line in said):
        raise GrammarError(f"grammar: Maven could not reach its repository; {_FROM} ({reason})")
    raise GrammarError(f"grammar: Maven failed with exit code {code}: {reason}")


def java_program() -> str:
    """The Java program: that of `$JAVA_HOME`, else that on the PATH. Raises GrammarError for none or an old one."""
    java_home = os.environ.get("JAVA_HOME")
    own = Path(java_home) / "bin" / "java" if java_home else None
    program = str(own) if own and os.access(own, os.X_OK) else shutil.which("java")
    cure = f"install a Java runtime, version {OLDEST_JAVA} or newer, and put it on the PATH"
    if program is None:
        raise GrammarError(f"grammar: Java is not on the PATH; {cure}")
    try:
        said = subprocess.run([program, "-version"], capture_output=True, text=True, timeout=60, check=True).stderr
    except (OSError, subprocess.SubprocessError) as error:
        raise GrammarError(f"grammar: {program} does not run ({error}); {cure}") from error
    version = re.search(r'version "(?:1\.)?(\d+)', said)
    if version is None or int(version[1]) < OLDEST_JAVA:
        raise GrammarError(f"grammar: {program} is version {version[1] if version else 'unknown'}; {cure}")
    return program


def _folder(home_folder: Path | None, jars: dict[str, str]) -> Path:
    """Where the jars are: a folder by version and by the list itself, so that another list is another folder."""
    mark = sha256("".join(f"{digest} {name}\n" for name, digest in sorted(jars.items())).encode()).hexdigest()[:12]
    return (home() if home_folder is None else home_folder) / "languagetool" / f"{pinned_version(jars)}-{mark}"


@contextmanager
def _locked(path: Path, out: TextIO) -> Iterator[None]:
    """Hold the lock of that file; it is free again when the holder ends, however it ends."""
    try:
        import fcntl
    except ImportError as error:  # Windows
        raise GrammarError("grammar: LanguageTool is installed on POSIX systems only; name a server by URL") from error
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            out.write("another installation goes on; waiting for it …\n")
            out.flush()
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _clean(folder: Path) -> None:
    """Take away what killed installations left, and a folder that is not complete. The lock must be held."""
    for leftover in (*folder.parent.glob(f"{_PARTIAL}*"), folder):
        until = time.monotonic() + 10
        while leftover.exists():
            shutil.rmtree(leftover, ignore_errors=True)  # again, while a child of the killed one still writes
            if time.monotonic() > until:
                raise GrammarError(f"{leftover}: is in the way and cannot be deleted; delete it and try again")


def _check_space(folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < NEEDED_SPACE:
        raise GrammarError(
            f"{folder}: {free / 1e6:.0f} MB free, {NEEDED_SPACE / 1e6:.0f} MB needed; make room, or set AUDITOR_CACHE "
            "to a folder on another disk"
        )


@contextmanager
def _disk_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        cure = "make room" if full else "name a place that you may write to"
        reason = error.strerror or str(error)
        raise GrammarError(f"{folder}: cannot be written: {reason}; {cure}, or set AUDITOR_CACHE") from error


def _verify(folder: Path, jars: dict[str, str]) -> None:
    """Make sure that the folder holds exactly the pinned jars."""
    for name, digest in jars.items():
        try:
            with (folder / name).open("rb") as file:
                _compare(name, _digest(file), digest)
        except FileNotFoundError:
            raise GrammarError(
                f"grammar: Maven did not bring {name}; a `settings.xml` or mirror may change versions"
            ) from None
    for path in folder.iterdir():
        if path.name not in jars:
            raise GrammarError(f"grammar: Maven brought {path.name}, which is not on our list; nothing was installed")


def _compare(name: str, found: str, wanted: str) -> None:
    if found != wanted:
        raise GrammarError(
            f"grammar: {name} is not the file that we know (SHA-256 {found}, should be {wanted}); nothing was "
            "installed; delete it where it came from (Maven's: ~/.m2/repository) and try again"
        )


def _take(source: Path, folder: Path, jars: dict[str, str]) -> None:
    """Copy the pinned jars from a folder or zip into `folder`, verified."""
    try:
        if source.is_dir():
            paths: dict[str, Path] = {}
            for path in sorted(source.rglob("*.jar")):
                paths.setdefault(path.name, path)
            _demand(source, jars, set(paths))
            for name, digest in jars.items():
                with paths[name].open("rb") as file:
                    _copy(file, folder / name, digest)
        elif zipfile.is_zipfile(source):
            with zipfile.ZipFile(source) as archive:
                entries: dict[str, zipfile.ZipInfo] = {}
                for entry in archive.infolist():
                    entries.setdefault(entry.filename.rpartition("/")[2], entry)
                _demand(source, jars, set(entries))
                for name, digest in jars.items():
                    with archive.open(entries[name]) as stream:
                        _copy(stream, folder / name, digest)
        else:
            raise GrammarError(f"{source}: is neither a folder nor a zip; name one that holds the jars")
    except (zipfile.BadZipFile, EOFError, RuntimeError, NotImplementedError) as error:
        raise GrammarError(f"{source}: cannot be read: {error}; copy it again") from error


def _demand(source: Path, jars: dict[str, str], there: set[str]) -> None:
    missing = sorted(set(jars) - there)
    if missing:
        raise GrammarError(
            f"{source}: {len(missing)} of {len(jars)} jars are missing ({', '.join(missing[:3])} …); it must hold "
            "those of an installed one of the same version, not those of LanguageTool's own zip"
        )


def _copy(source: IO[bytes], target: Path, digest: str) -> None:
    with target.open("wb") as file:
        shutil.copyfileobj(source, file, 1 << 20)
    with target.open("rb") as file:
        _compare(target.name, _digest(file), digest)


def _digest(file: BinaryIO) -> str:
    known = sha256()
    while piece := file.read(1 << 20):
        known.update(piece)
    return known.hexdigest()
