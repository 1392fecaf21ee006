"""Fixtures shared by all tests: the catalogue, an auditor of everything, the evaluation data if it is here."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache

import pytest
from hypothesis import settings

from auditor.config import Config
from auditor.engine import Auditor
from auditor.grammar.install import Installation, installed
from auditor.grammar.server import Server, ServerOptions, shared
from auditor.registry import load_rules
from auditor.rule import Rule
from tools.evaluation_data import ROOT, data_folder, raw_records

__all__ = ["ROOT", "data_folder", "dev_texts"]

# A busy machine must not fail a property: no deadline for one example.
settings.register_profile("calm", deadline=None)
settings.load_profile("calm")


@cache
def dev_texts(name: str) -> tuple[str, ...]:
    """The texts of one development set; skips the test when the data is not on this machine."""
    path = data_folder() / "dev" / f"{name}.jsonl.gz"
    if not path.is_file():
        pytest.skip(f"evaluation data is not on this machine ({path.name}); set AUDITOR_DATA to its folder")
    return tuple(record["text"] for record in raw_records(name))


@pytest.fixture(scope="session")
def rules() -> tuple[Rule, ...]:
    return load_rules()


@pytest.fixture(scope="session")
def everything() -> Auditor:
    """An auditor that runs every rule, preview ones too, and stops at a crash."""
    return Auditor(Config(preview=True), strict=True)


@pytest.fixture(scope="session")
def languagetool() -> Installation:
    """The installed LanguageTool. Where it is not, the test is skipped, unless `AUDITOR_TEST_GRAMMAR=require`."""
    found = installed()
    if found is None:
        reason = "LanguageTool is not installed: `make languagetool` gets it where there is Java 17 and Maven"
        if os.environ.get("AUDITOR_TEST_GRAMMAR") == "require":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest.fixture(scope="session")
def grammar_server(languagetool: Installation) -> Iterator[Server]:
    """The server that auditors of this process share, kept for all tests."""
    with shared(ServerOptions()) as server:
        yield server
