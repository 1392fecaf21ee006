"""Fixtures shared by all tests: the catalogue, an auditor of everything, the evaluation data if it is here."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import settings

from auditor.config import Config
from auditor.engine import Auditor
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
