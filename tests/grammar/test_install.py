"""The installer: complete or not there, whatever happens meanwhile."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from auditor.errors import AuditorError
from auditor.grammar import install as module
from auditor.grammar.errors import GrammarError
from auditor.grammar.install import Installation, install, installed, java_program, pinned, pinned_version
from tests.grammar.conftest import gone

CHILD = """
import sys
from pathlib import Path
from auditor.grammar.install import install
install(Path(sys.argv[1]), home=Path(sys.argv[2]), out=sys.stdout)
"""


def leftovers(home: Path) -> list[Path]:
    return list((home / "languagetool").glob(".partial-*"))


def test_the_list_and_the_pom_name_one_version() -> None:
    assert f"<languagetool>{pinned_version()}</languagetool>" in (Path(module.__file__).parent / "pom.xml").read_text()
    assert f"language-en-{pinned_version()}.jar" in pinned()
    assert all(len(digest) == 64 for digest in pinned().values())


def test_the_cache_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("AUDITOR_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert module.home() == tmp_path / "auditor"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")  # is to be ignored
    monkeypatch.setenv("HOME", str(tmp_path))
    assert module.home() == tmp_path / ".cache" / "auditor"
    monkeypatch.setenv("AUDITOR_CACHE", str(tmp_path / "own"))
    assert module.home() == tmp_path / "own"
    assert installed() is None


@pytest.mark.grammar
def test_from_a_folder_and_again(languagetool: Installation, tmp_path: Path) -> None:
    out = io.StringIO()
    first = install(languagetool.folder, home=tmp_path, out=out)
    assert first.version == languagetool.version
    assert first.size == languagetool.size
    assert [jar.name for jar in first.jars] == sorted(pinned())
    before = {jar: jar.stat().st_mtime_ns for jar in first.jars}
    again = install(Path("does not matter"), home=tmp_path, out=out)
    assert again == first == installed(tmp_path)
    assert before == {jar: jar.stat().st_mtime_ns for jar in again.jars}
    assert "installed already" in out.getvalue()
    assert not leftovers(tmp_path)
    first.jars[0].unlink()  # somebody deletes a jar: not complete is not there, and is put right
    assert installed(tmp_path) is None
    assert install(languagetool.folder, home=tmp_path, out=out) == first


@pytest.mark.grammar
def test_from_a_zip(languagetool: Installation, tmp_path: Path) -> None:
    archive = tmp_path / "jars.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for jar in languagetool.jars:
            file.write(jar, f"folder/inside/{jar.name}")
    assert install(archive, home=tmp_path / "home", out=io.StringIO()).size == languagetool.size
    broken = tmp_path / "broken.zip"
    broken.write_bytes(archive.read_bytes()[:-70_000])
    with pytest.raises(GrammarError, match=r"broken\.zip"):
        install(broken, home=tmp_path / "other", out=io.StringIO())
    assert installed(tmp_path / "other") is None


@pytest.mark.grammar
def test_a_wrong_jar_a_missing_jar_and_no_folder(languagetool: Installation, tmp_path: Path) -> None:
    source, home = tmp_path / "source", tmp_path / "home"
    source.mkdir()
    for jar in languagetool.jars:
        (source / jar.name).symlink_to(jar)
    wrong = source / languagetool.jars[5].name
    wrong.unlink()
    wrong.write_bytes(languagetool.jars[5].read_bytes() + b"\0")
    with pytest.raises(GrammarError, match=rf"{wrong.name}.*SHA-256.*nothing was installed"):
        install(source, home=home, out=io.StringIO())
    wrong.unlink()
    with pytest.raises(GrammarError, match=f"1 of {len(languagetool.jars)} jars are missing.*{wrong.name}"):
        install(source, home=home, out=io.StringIO())
    with pytest.raises(GrammarError, match="neither a folder nor a zip"):
        install(tmp_path / "nothing", home=home, out=io.StringIO())
    assert installed(home) is None
    assert not leftovers(home)


@pytest.mark.grammar
def test_two_at_once(languagetool: Installation, tmp_path: Path) -> None:
    command = [sys.executable, "-c", CHILD, str(languagetool.folder), str(tmp_path)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    said = [process.communicate(timeout=60)[0] for process in running]
    assert [process.returncode for process in running] == [0, 0, 0]
    assert sum("taking" in text for text in said) == 1, said
    assert installed(tmp_path) is not None
    assert not leftovers(tmp_path)


@pytest.mark.grammar
def test_killed_midway(languagetool: Installation, tmp_path: Path) -> None:
    pipes = tmp_path / "pipes"
    pipes.mkdir()
    for jar in languagetool.jars:
        (pipes / jar.name).symlink_to(jar)
    last = pipes / languagetool.jars[-1].name
    last.unlink()
    os.mkfifo(last)  # it waits here for ever
    home = tmp_path / "home"
    process = subprocess.Popen([sys.executable, "-c", CHILD, str(pipes), str(home)], stdout=subprocess.DEVNULL)
    until = time.monotonic() + 60
    while not (leftovers(home) and len(list(leftovers(home)[0].iterdir())) >= len(languagetool.jars) - 1):
        assert time.monotonic() < until
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert leftovers(home)
    assert installed(home) is None
    install(languagetool.folder, home=home, out=io.StringIO())
    assert installed(home) is not None
    assert not leftovers(home)


def test_no_maven_no_java_old_java(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GrammarError, match="Java is not on the PATH; install a Java runtime, version 17"):
        install(home=tmp_path / "home", out=io.StringIO())
    java = tmp_path / "java"
    java.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\" 2019-01-15' >&2\n")
    java.chmod(0o755)
    with pytest.raises(GrammarError, match="is version 11; install"):
        java_program()
    java.write_text("#!/bin/sh\necho 'openjdk version \"21\" 2023-09-19' >&2\n")
    with pytest.raises(GrammarError, match=r"Maven \(mvn\) is not on the PATH.*--from DIR"):
        install(home=tmp_path / "home", out=io.StringIO())
    assert issubclass(GrammarError, AuditorError)
    maven = tmp_path / "mvn"
    for said, told in (
        ("[ERROR] Could not transfer artifact x: Unknown host", "could not reach its repository.*--from DIR"),
        ("[ERROR] No space left on device", "no space left"),
        ("[ERROR] something else", "failed with exit code 1: something else"),
    ):
        maven.write_text(f"#!/bin/sh\necho '{said}'\nexit 1\n")
        maven.chmod(0o755)
        with pytest.raises(GrammarError, match=told):
            install(home=tmp_path / "home", out=io.StringIO())
    assert installed(tmp_path / "home") is None


def test_a_full_disk_and_a_folder_that_cannot_be_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    usage = type("Usage", (), {"free": 1_000_000})
    with monkeypatch.context() as patch:
        patch.setattr("shutil.disk_usage", lambda folder: usage)
        with pytest.raises(GrammarError, match="1 MB free, 250 MB needed"):
            install(tmp_path, home=tmp_path / "home", out=io.StringIO())
    (tmp_path / "file").write_text("")
    with pytest.raises(GrammarError, match=r"cannot be written.*AUDITOR_CACHE"):
        install(tmp_path, home=tmp_path / "file", out=io.StringIO())


@pytest.mark.network
@pytest.mark.grammar
def test_maven_brings_the_pinned_jars(tmp_path: Path) -> None:
    found = install(home=tmp_path, out=io.StringIO())
    assert found.version == pinned_version()


@pytest.mark.grammar
def test_maven_goes_when_we_are_killed(tmp_path: Path) -> None:
    """A Maven that never ends is gone, with what it started, when the installing process is killed."""
    note = tmp_path / "pids"
    maven = tmp_path / "mvn"
    maven.write_text(f"#!/bin/sh\nsleep 600 &\necho $$ $! > {note}.new; mv {note}.new {note}\nwait\n")
    maven.chmod(0o755)
    program = "from pathlib import Path\nfrom auditor.grammar.install import resolve\nresolve(Path('x'))"
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    process = subprocess.Popen([sys.executable, "-c", program], env={**os.environ, "PATH": path})
    until = time.monotonic() + 30
    while not note.exists():
        assert time.monotonic() < until
        time.sleep(0.05)
    process.kill()
    process.wait()
    assert all(gone(int(pid)) for pid in note.read_text().split())
