"""The sdist and the wheel, built from a clean copy, hold every rule and page and install only `auditor/`."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT

LEFT_OUT = (".git", ".venv*", "build", "dist", "*.egg-info", "__pycache__", ".*_cache", ".hypothesis", "site")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the distributions. Built without isolation, so that no registry is needed."""
    copy = tmp_path_factory.mktemp("clean") / "tree"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*LEFT_OUT))
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(copy / "dist"), str(copy)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return copy / "dist"


def catalogue() -> set[str]:
    files = [*ROOT.glob("rules/*.py"), *ROOT.glob("rules/*.md"), *ROOT.glob("rules/data/*.txt")]
    return {str(path.relative_to(ROOT / "rules")) for path in files}


def package_files() -> set[str]:
    kept = [path for path in (ROOT / "auditor").rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return {str(path.relative_to(ROOT)) for path in kept}


def test_the_wheel_holds_every_rule_and_page_and_installs_only_auditor(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    names = {name for name in zipfile.ZipFile(wheel).namelist() if not name.endswith("/")}
    assert {f"auditor/rules/{name}" for name in catalogue()} <= names
    assert package_files() <= names
    assert {name.partition("/")[0] for name in names if ".dist-info/" not in name} == {"auditor"}


def test_the_sdist_holds_every_rule_and_page_and_none_of_the_seed_articles(built: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {f"rules/{name}" for name in catalogue()} <= names
    assert package_files() <= names
    assert not [name for name in names if name.startswith(("seeds", "reports", "tests"))]


def test_the_wheel_works_without_the_source_tree(built: Path, tmp_path: Path) -> None:
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    program = "import auditor; print([f.code for f in auditor.audit('The end came.\\n\\nsource site-3').findings])"
    done = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path[:0] = [{str(tmp_path)!r}, *{sys.path!r}]; {program}"],
        capture_output=True, text=True, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert done.stdout.strip() == "['RD303', 'BP201']", done.stderr
