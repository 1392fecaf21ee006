"""What the report looks like beside pictures that were looked at: coarse, so that only what broke is told.

`AUDITOR_WRITE_GOLDEN=1` draws the pictures anew; look at them before they are committed.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from auditor.document import Document
from auditor.writers.report_folder import write_report
from tests.browser.page import Page
from tests.sample_audits import ENGLISH, entries, sample_auditor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

GOLDEN = Path(__file__).parent / "golden"
SCALE = 4
"""Pictures are kept at a quarter of their size, in grey: a letter of another version of the browser does not matter."""
MEAN, LARGE = 4.0, 0.03
"""The mean difference allowed, of 255, and the share of places that may differ by more than 48."""
VIEWS = {"overview": "", "articles": "#articles", "article": "#article-1"}
SIZES = {"desktop": (1280, 900, False), "dark": (1280, 900, True), "phone": (390, 844, False)}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("looks")
    documents = [
        Document(
            f"{ENGLISH}\n\nThen TORN. came STUB.\n\n{ENGLISH} STUB" * (1 + n % 3),
            f"article-{n}",
            {"title": f"The bridge, day {n}", "source": f"{'abc'[n % 3]}.example", "date": f"2024-05-{n:02}"},
        )
        for n in range(1, 13)
    ]
    documents += [Document(ENGLISH, f"clean-{n}", {"source": "a.example"}) for n in range(12)]
    write_report(entries(documents), sample_auditor(), folder)
    return folder / "html"


@pytest.fixture(scope="module")
def fonts() -> None:
    """The pictures were drawn with DejaVu, which the report falls back to where there is nothing finer."""
    program = shutil.which("fc-match")
    family = subprocess.run([program, "Georgia"], capture_output=True, text=True, check=False).stdout if program else ""
    if "DejaVu" not in family:
        pytest.skip(
            f"the pictures were drawn with DejaVu, and this machine has another font: {family.strip() or 'unknown'}"
        )


@pytest.mark.usefixtures("fonts")
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("view", VIEWS)
def test_it_looks_as_it_did(page: Page, report: Path, view: str, size: str) -> None:
    from PIL import Image, ImageChops, ImageStat

    width, height, dark = SIZES[size]
    page.size(width, height, phone=size == "phone")
    page.media(dark=dark)
    page.open(report, VIEWS[view])
    if view == "articles":
        page.shows("#count", "24 articles")
    if view == "article":
        page.wait(lambda: page.all(".text mark"))
    page.wait(lambda: page.run("return [...document.images].every(i => i.complete)"))
    shot = Image.open(io.BytesIO(page.screenshot())).convert("L")
    seen = shot.resize((width // SCALE, height // SCALE), Image.Resampling.BOX)
    path = GOLDEN / f"{view}-{size}.png"
    if os.environ.get("AUDITOR_WRITE_GOLDEN"):
        GOLDEN.mkdir(exist_ok=True)
        seen.save(path, optimize=True)
    kept = Image.open(path).convert("L")
    assert kept.size == seen.size
    difference = ImageChops.difference(kept, seen)
    mean = ImageStat.Stat(difference).mean[0]
    large = sum(difference.histogram()[49:]) / (seen.width * seen.height)
    assert mean <= MEAN, f"{path.name}: mean difference {mean:.1f}"
    assert large <= LARGE, f"{path.name}: {100 * large:.1f} % of the picture differs"
