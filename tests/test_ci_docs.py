"""Every block of the page on CI does what it says, one after the other in one repository."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import yaml

from auditor import cli
from auditor.config import load_config
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)([^\n]*)\n(.*?)^```$", PAGE, re.M | re.S)


def git(folder: Path, *arguments: str) -> str:
    name = ("-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "init.defaultBranch=main")
    done = subprocess.run(["git", *name, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


def programs(folder: Path) -> Path:
    """A folder with the program `auditor` of this environment."""
    folder.mkdir(parents=True)
    command = f'#!/bin/sh\nexec "{sys.executable}" -m auditor "$@"\n'
    (folder / "auditor").write_text(command, encoding="utf-8")
    (folder / "auditor").chmod(0o755)
    return folder


def test_the_blocks_run_in_their_order_with_their_exit_codes(tmp_path: Path) -> None:
    place = tmp_path / "repository"
    (place / "articles").mkdir(parents=True)
    (place / "articles" / "bridge.md").write_text("The mayor opened the bridge on Monday.\n\nsource site-3\n")
    (place / "articles" / "ferry.md").write_text("The ferry was late.\n\nsource site-4\n")
    git(place, "init", "-q")
    git(place, "add", "-A")
    git(place, "commit", "-qm", "articles")
    environment = {**os.environ, "PATH": f"{programs(tmp_path / 'bin')}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    ran = 0
    said = []
    for kind, info, body in BLOCKS:
        if found := re.search(r"file=(\S+)", info):
            (place / found[1]).parent.mkdir(parents=True, exist_ok=True)
            (place / found[1]).write_text(body, encoding="utf-8")
        if kind != "sh":
            continue
        done = subprocess.run(
            ["sh", "-e", "-c", body], cwd=place, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == int(re.findall(r"exit=(\d)", info)[0]), body + done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        said.append(done.stdout + done.stderr)
        ran += 1
    assert ran == 7
    assert "known findings: 4" in said[0]
    assert "bridge.md:6:1: major BP201 “source site-12”" in said[1]
    assert "fixed and taken out: 2" in said[2]
    assert "5 suppressed (2 by record, 3 by text)" in said[4]
    assert "unused auditor-ignore: the comment on line 7: MT101 suppresses nothing" in said[4]
    assert len(json.loads((place / "auditor.sarif").read_text())["runs"][0]["results"]) > 5


def test_the_configuration_of_the_page_is_one(tmp_path: Path) -> None:
    (body,) = [body for kind, _, body in BLOCKS if kind == "toml"]
    assert set(tomllib.loads(body)) == {"per-path", "per-source"}
    (tmp_path / "auditor.toml").write_text(body, encoding="utf-8")
    config, _ = load_config(tmp_path / "auditor.toml")
    assert config.per_path == {"archive/**": ["BP2"]}


def test_each_command_in_a_block_of_yaml_or_groovy_has_options_that_exist() -> None:
    seen = 0
    for kind, _, body in BLOCKS:
        if kind not in ("yaml", "groovy"):
            continue
        if kind == "yaml":
            yaml.safe_load(body)
        for command in re.findall(r"auditor (check [^'\n]+)", body):
            cli.build_parser().parse_args(command.split())
            seen += 1
    assert seen == 2


def test_the_page_uses_inputs_and_hooks_that_exist() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    (listed,) = re.findall(r"Inputs of the Action: (.*?) and `python`", PAGE, re.S)
    assert {*re.findall(r"`([a-z-]+)`", listed), "python"} == set(action["inputs"])
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    (config,) = [yaml.safe_load(body) for _, info, body in BLOCKS if "pre-commit-config" in info]
    assert {hook["id"] for hook in config["repos"][0]["hooks"]} == {hook["id"] for hook in hooks}
