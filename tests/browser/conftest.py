"""Chromium without a window, driven by selenium; a test that needs it is skipped with a reason where it is not."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest

from tests.browser.page import Page


@pytest.fixture(scope="session")
def chromium() -> Iterator[Page]:
    """One browser for all tests of a worker. `AUDITOR_TEST_BROWSER=require` fails where it would skip."""
    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if program is None or driver is None:
        reason = "Chromium or its driver is not installed: apt-get install chromium chromium-driver"
        if os.environ.get("AUDITOR_TEST_BROWSER") == "require":
            pytest.fail(reason)
        pytest.skip(reason)
    page = Page(program, driver)
    yield page
    page.quit()


@pytest.fixture
def page(chromium: Page) -> Iterator[Page]:
    """A page of desktop size in light mode. Afterwards the console is empty and every request was for a file."""
    chromium.reset()
    yield chromium
    assert chromium.console() == []
    assert chromium.outside_requests() == []
