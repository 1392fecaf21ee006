"""The HTML report in Chromium: it filters, sorts, opens, shows; and nothing in an article acts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor.document import Document
from auditor.engine import Auditor
from auditor.finding import Hit, Severity
from auditor.rule import rule
from auditor.span import Span
from auditor.writers.report_folder import write_report
from tests.browser.page import Page
from tests.sample_audits import ENGLISH, entries, sample_auditor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

ASTRAL = "😀 and 𝔘: then STUB came, and TORN. So"


def written(folder: Path, documents: list[Document]) -> Path:
    write_report(entries(documents), sample_auditor(), folder)
    return folder / "html"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three sources, 130 articles: more than a page of the table."""
    documents = [
        Document(
            f"{ENGLISH} Then TORN.{' TORN.' * (n % 4)}", f"torn-{n}", {"title": f"Torn {n}", "source": "a.example"}
        )
        for n in range(1, 21)
    ]
    documents += [
        Document(f"STUB {ENGLISH * (n % 3 + 1)} STUB", f"stub-{n}", {"source": "b.example", "date": "2024-05-01"})
        for n in range(1, 11)
    ]
    documents += [Document(ENGLISH, f"clean-{n}", {"source": "c.example"}) for n in range(1, 100)]
    documents.append(Document(ASTRAL, "astral"))
    return written(tmp_path_factory.mktemp("report"), documents)


def test_the_overview_shows_counts_charts_and_tables(page: Page, report: Path) -> None:
    page.open(report)
    assert page.texts("#view-overview .lead")[0].startswith("130 articles with ")
    assert (
        page.run("return [...document.images].filter(i => i.offsetParent).map(i => i.naturalWidth > 100)") == [True] * 3
    )
    assert all(page.run("return [...document.images].map(i => i.alt.length > 20)"))
    assert [text.split()[0] for text in page.texts("#view-overview table:first-of-type td.name a") if "MT190" in text]


def test_a_tile_filters_the_table(page: Page, report: Path) -> None:
    page.open(report)
    page.one('a[href="#articles?verdict=keep"]').click()
    page.shows("#count", "of 130 articles")
    verdicts = set(page.texts("#list td:nth-child(5)"))
    assert verdicts == {"keep"}
    assert page.run("return document.querySelector('[name=verdict]').value") == "keep"


def test_the_table_has_pages_of_a_hundred_rows(page: Page, report: Path) -> None:
    page.open(report, "#articles")
    page.shows("#count", "130 articles")
    assert len(page.all("#list tbody tr")) == 100
    page.one("#on").click()
    page.shows("#page", "2 of 2")
    assert len(page.all("#list tbody tr")) == 30
    assert page.run("return location.hash") == "#articles?page=2"


@pytest.mark.parametrize(
    ("field", "value", "count"),
    [
        ("rule", "BP290", 11),
        ("source", "a.example", 20),
        ("q", "TORN 7", 2),
        ("q", "b.EXAMPLE", 10),
        ("q", "nowhere", 0),
    ],
)
def test_filters(page: Page, report: Path, field: str, value: str, count: int) -> None:
    page.open(report, "#articles")
    page.shows("#count", "130 articles")
    page.run(
        "const f = document.querySelector(`.filters [name=${arguments[0]}]`); f.value = arguments[1];"
        "f.dispatchEvent(new Event('input', {bubbles: true}))",
        field,
        value,
    )
    page.shows("#count", f"{count} of 130 articles")
    assert len(page.all("#list td.name")) == count


def test_filters_add_up_and_are_cleared(page: Page, report: Path) -> None:
    page.open(report, "#articles?rule=MT190&source=a.example&q=torn-1")
    page.shows("#count", "11 of 130 articles")
    page.one(".filters [type=reset]").click()
    page.shows("#count", "130 articles")
    assert page.run("return location.hash") == "#articles"


def test_sorting_both_ways(page: Page, report: Path) -> None:
    page.open(report, "#articles")
    page.shows("#count", "130 articles")
    points = [float(text.replace(",", "")) for text in page.texts("#list td:nth-child(6)")]
    assert points == sorted(points, reverse=True)
    assert page.one("#list th[aria-sort]").get_attribute("data-key") == "points"
    page.one("#list th[data-key=words] button").click()
    page.wait(lambda: page.all("#list th[data-key=words][aria-sort=descending]"))
    down = [int(text.replace(",", "")) for text in page.texts("#list td:nth-child(10)")]
    assert down == sorted(down, reverse=True)
    page.one("#list th[data-key=words] button").click()
    page.wait(lambda: page.all("#list th[data-key=words][aria-sort=ascending]"))
    assert page.texts("#list td:nth-child(10)")[0] == str(min(len(ASTRAL.split()) - 1, *down))
    page.one("#list th[data-key=title] button").click()
    page.wait(lambda: page.texts("#list td.name bdi")[0] == "astral")
    torn = [name for name in page.texts("#list td.name bdi") if name.startswith("Torn")]
    assert torn == [f"Torn {n}" for n in range(1, len(torn) + 1)], "names with numbers sort by number"


def test_an_article_opens_with_its_marks(page: Page, report: Path) -> None:
    page.open(report, "#articles?q=torn-3")
    page.shows("#count", "1 of 130 articles")
    page.one("#list td.name a").click()
    page.shows("#view-article h1", "Torn 3")
    assert page.texts(".text mark") == ["TORN."] * 4
    assert page.texts(".text")[0] == f"{ENGLISH} Then TORN. TORN. TORN. TORN."
    assert len(page.all(".card")) == 4
    assert page.run("return document.title") == "Torn 3 – Audit report"
    assert page.run("return document.activeElement.tagName") == "H1"


def test_marks_fit_beside_characters_outside_the_basic_plane(page: Page, report: Path) -> None:
    page.open(report, "#article-130")
    page.shows("#view-article h1", "astral")
    assert page.texts(".text mark") == ["STUB", "TORN."]
    assert page.texts(".card .small")[0] == f"line 1, column {ASTRAL.index('STUB') + 1}"


def test_hovering_shows_message_cure_and_rule(page: Page, report: Path) -> None:
    page.open(report, "#article-130")
    page.hover("#mark-1")
    page.shows("#tip", "“TORN.” is torn")
    shown = page.texts("#tip")[0]
    assert "major" in shown
    assert "Replace TORN. by whole" in shown
    assert page.run("return document.querySelector('#tip a').getAttribute('href')") == "#rule-MT190"
    page.hover("#mark-0")
    page.shows("#tip", "Suggestion: ")
    page.hover("#view-article h1")
    page.wait(lambda: page.run("return document.querySelector('#tip').hidden"))


def test_focus_shows_the_same_and_keys_lead_through(page: Page, report: Path) -> None:
    page.open(report, "#article-130")
    page.shows("#view-article h1", "astral")
    page.press("j")
    page.shows("#tip", "“STUB” is left over")
    page.press("j")
    page.shows("#tip", "“TORN.” is torn")
    assert page.run("return document.activeElement.id") == "mark-1"
    assert page.run("return document.activeElement.getAttribute('aria-describedby')") == "tip"
    page.press(page.ENTER)
    assert page.run("return document.activeElement.textContent") == "MT190 torn-word"
    page.press(page.ESCAPE)
    assert page.run("return document.activeElement.id") == "mark-1"
    assert page.run("return document.querySelector('#tip').hidden")
    page.press("p")
    page.shows("#view-article h1", "clean-99")
    page.press("/")
    page.wait(lambda: page.run("return document.activeElement.name") == "q")


def test_a_finding_beside_the_text_leads_to_its_place(page: Page, report: Path) -> None:
    page.open(report, "#article-130")
    page.one("#finding-1 .message").click()
    page.shows("#tip", "“TORN.” is torn")
    assert page.run("return document.activeElement.id") == "mark-1"


def test_a_severity_can_be_hidden(page: Page, report: Path) -> None:
    page.open(report, "#article-130")
    page.shows("#view-article h1", "astral")
    page.one(".levels button:nth-child(2)").click()
    assert page.one(".levels button:nth-child(2)").get_attribute("aria-pressed") == "false"
    assert page.style(".card.s-minor", "display") == "none"
    assert page.style("mark.s-minor", "backgroundColor") == "rgba(0, 0, 0, 0)"
    page.press("j", "j")
    assert page.run("return document.activeElement.id") == "mark-1", "the keys pass what is hidden"
    page.one(".levels button:nth-child(2)").click()
    assert page.style(".card.s-minor", "display") != "none"


def test_next_follows_the_order_of_the_table(page: Page, report: Path) -> None:
    page.open(report, "#articles?q=stub&sort=number&order=down")
    page.shows("#count", "10 of 130 articles")
    page.one("#list td.name a").click()
    page.shows("#view-article h1", "stub-10")
    assert page.texts(".stepper span.small") == ["1 of 10 in the table"]
    page.press("n")
    page.shows("#view-article h1", "stub-9")


def test_overlapping_findings_share_their_piece(page: Page, tmp_path: Path) -> None:
    @rule(code="MT191", severity=Severity.CRITICAL, stable=True, english=False)
    def inner(doc: Document) -> Iterator[Hit]:
        """Overlaps, an empty place and the whole article."""
        yield Hit(Span(0, 10), "outer")
        yield Hit(Span(5, 15), "later")
        yield Hit(Span(5, 8), "inner")
        yield Hit(Span(20, 20), "nothing here")
        yield Hit(Span(0, len(doc.text)), "all of it", evidence=(Span(30, 32),))

    text = "".join(f"{n:03} " for n in range(200))
    write_report(entries([Document(text, "o")], Auditor(rules=(inner,))), Auditor(rules=(inner,)), tmp_path)
    page.open(tmp_path / "html", "#article-1")
    page.shows("#view-article h1", "o")
    assert page.texts(".text")[0] == text
    assert page.texts(".text mark") == [text[0:5], text[5:8], text[8:10], text[10:15], "", text[30:32]]
    shares = page.run("return [...document.querySelectorAll('.text mark')].map(m => m.dataset.findings)")
    assert [len(share.split()) for share in shares] == [1, 3, 2, 1, 1, 1]
    assert len(page.all(".text mark[tabindex]")) == 4, "one stop for each place where a finding begins"
    page.hover(".text mark:nth-of-type(2)")
    page.shows("#tip", "inner")
    assert len(page.all("#tip .tip-part")) == 3


def test_dark_mode_by_preference_and_by_button(page: Page, report: Path) -> None:
    page.open(report)
    light = page.style("body", "backgroundColor")
    assert page.style("img.dark", "display") == "none"
    page.media(dark=True)
    dark = page.style("body", "backgroundColor")
    assert dark != light
    assert page.style("img.light", "display") == "none"
    page.one("#theme").click()
    assert page.style("body", "backgroundColor") == light
    page.open(report, "#articles")
    assert page.style("body", "backgroundColor") == light, "the choice is kept"
    page.run("localStorage.clear()")


@pytest.mark.parametrize("view", ["", "#articles", "#article-130", "#article-3", "#rule-MT190"])
@pytest.mark.parametrize("width", [320, 390, 768])
def test_no_width_scrolls_sideways(page: Page, report: Path, view: str, width: int) -> None:
    page.size(width, 800, phone=width < 500)
    page.open(report, view)
    assert page.run("return document.documentElement.scrollWidth") <= width


def test_a_tap_shows_the_finding_on_a_phone(page: Page, report: Path) -> None:
    page.size(390, 800, phone=True)
    page.open(report, "#article-130")
    page.tap("#mark-1")
    page.shows("#tip", "“TORN.” is torn")
    left, right = page.run("const b = document.querySelector('#tip').getBoundingClientRect(); return [b.left, b.right]")
    assert 0 <= left < right <= 390


def test_paper_has_text_and_findings_and_no_controls(page: Page, report: Path) -> None:
    page.open(report, "#article-130")
    page.shows("#view-article h1", "astral")
    page.media(dark=True, print=True)
    assert page.style(".bar", "display") == "none"
    assert page.style(".stepper", "display") == "none"
    assert page.style("body", "backgroundColor") == "rgb(255, 255, 255)"
    assert page.style(".card", "display") != "none"
    assert page.paper().startswith(b"%PDF")


def test_what_readers_for_the_blind_need(page: Page, report: Path) -> None:
    for view in ("", "#articles", "#article-130", "#rule-BP290"):
        page.open(report, view)
        assert page.run("return document.documentElement.lang") == "en"
        nameless = page.run(
            "const named = e => "
            "(e.getAttribute('aria-label') || e.textContent || e.labels?.[0]?.textContent || '').trim();"
            "return [...document.querySelectorAll('button, a, input, select, mark[role], [role=region]')]"
            ".filter(e => e.offsetParent && !named(e) && !e.getAttribute('aria-labelledby')).map(e => e.outerHTML)"
        )
        assert nameless == []
        headings = page.run(
            "return [...document.querySelectorAll('h1, h2, h3')].filter(e => e.offsetParent).map(e => e.tagName)"
        )
        assert headings[0] == "H1"
        assert headings.count("H1") == 1
        assert page.run("return [...document.querySelectorAll('th')].every(e => e.scope === 'col')")
        ids = page.run("return [...document.querySelectorAll('[id]')].map(e => e.id)")
        assert len(ids) == len(set(ids))


def contrast(one: str, two: str) -> float:
    """The contrast of WCAG 2 between two colours as the browser computes them, 1 to 21."""

    def light(colour: str) -> float:
        parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    brighter, darker = sorted((light(one), light(two)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("dark", [False, True])
def test_letters_stand_out_from_their_ground(page: Page, report: Path, dark: bool) -> None:
    """WCAG 2.2 AA: 4.5 to 1."""
    page.media(dark=dark)
    page.open(report, "#article-130")
    page.shows("#view-article h1", "astral")
    paper = page.style("body", "backgroundColor")
    for selector in ("h1", ".small", ".card a", ".message", ".grade", "del", "ins"):
        assert contrast(page.style(selector, "color"), paper) >= 4.5, selector
    for selector in (".sev.s-major", ".sev.s-minor", ".text mark.s-major", ".text mark.s-minor"):
        assert contrast(page.style(selector, "color"), page.style(selector, "backgroundColor")) >= 4.5, selector


ATTACK = (
    "</script><script>window.hacked=1</script><img src=x onerror='window.hacked=2'> {{7*7}} ${7*7} `x` <b>bold</b> "
    "<svg onload=window.hacked=3> '\"><iframe src=javascript:window.hacked=4></iframe> "
    "[x](javascript:alert(1)) \u2028 \u202e"
)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    meta = {"title": f"T {ATTACK}", "source": ATTACK, "date": ATTACK, "url": "javascript:window.hacked=5"}
    documents = [
        Document(f"{ATTACK} TORN< {ATTACK} STUB \u202eSTUB \x00\x1b[31m", f"../../{ATTACK}", meta),
        Document(
            "TORN=1+1 and CRASH", "__proto__", {"title": "=1+1", "source": "x.example", "url": "https://x.example/'\"<"}
        ),
    ]
    return written(tmp_path_factory.mktemp("hostile") / "out", documents)


@pytest.mark.parametrize("view", ["", "#articles", "#article-1", "#article-2", "#rule-MT190"])
def test_nothing_from_an_article_acts(page: Page, hostile: Path, view: str) -> None:
    page.open(hostile, view)
    assert page.run("return window.hacked") is None
    assert (
        page.run(
            "return document.querySelectorAll('iframe, script:not([src]), svg, main img:not([src^=charts])').length"
        )
        == 0
    )
    assert (
        page.run(
            "return [...document.querySelectorAll('a[href]')]"
            ".filter(a => !/^(#|https:)/.test(a.getAttribute('href'))).length"
        )
        == 0
    )
    shown = page.run("return document.body.innerText")
    assert not set(shown) & {"\u202e", "\x00", "\x1b", "\u2028"}
    assert "49" not in page.texts("h1")


def test_an_attack_is_shown_as_it_is(page: Page, hostile: Path) -> None:
    page.open(hostile, "#article-1")
    page.shows("#view-article h1", "T </script><script>window.hacked=1</script>")
    assert page.texts(".text mark")[0] == "TORN<"
    assert page.texts(".text")[0].count("<U+202E>") == 3
    page.hover("#mark-0")
    page.shows("#tip", "“TORN<” is torn")
    assert page.run("return window.hacked") is None


def test_filtering_by_a_hostile_source_works(page: Page, hostile: Path) -> None:
    page.open(hostile)
    page.one("#view-overview td.name a[href^='#articles?source=']").click()
    page.shows("#count", "1 of 2 articles")


def test_the_policy_stops_what_would_act(chromium: Page, hostile: Path) -> None:
    """Even a slip that let markup through would not run: the policy of the page forbids it."""
    chromium.reset()
    chromium.open(hostile)
    chromium.run(
        "const p = document.createElement('p'); p.innerHTML = '<img src=x onerror=\"window.hacked=6\">"
        '<img src="https://outside.example/x.png">\'; document.body.append(p);'
        "const s = document.createElement('script'); s.textContent = 'window.hacked=7'; document.body.append(s)"
    )
    told: list[str] = []

    def all_told() -> bool:
        told.extend(chromium.console())
        return len([line for line in told if "Content Security Policy" in line]) >= 3

    chromium.wait(all_told)
    assert any("outside.example" in line and "img-src" in line for line in told)
    assert chromium.run("return window.hacked") is None
    assert chromium.blocked() == ["csp"], "the picture from outside was never asked for"


def test_a_missing_file_is_told(chromium: Page, tmp_path: Path) -> None:
    folder = written(tmp_path, [Document("TORN", "a")])
    (folder / "data" / "texts-00000.js").unlink()
    chromium.reset()
    chromium.open(folder, "#article-1")
    chromium.shows("#view-article .notice", "texts-00000.js is missing; copy the whole folder")
    chromium.console()


def test_wrong_addresses_are_told(page: Page, report: Path) -> None:
    for view, told in (
        ("#article-999", "no such article"),
        ("#article-x", "no such article"),
        ("#rule-XX", "No finding of"),
    ):
        page.open(report, view)
        page.shows("main section:not([hidden]) h1", told)
    page.open(report, "#articles?page=99&sort=nonsense&grade=%E0%A4%A")
    page.shows("#count", "0 of 130 articles")


def test_without_an_article_the_report_opens(page: Page, tmp_path: Path) -> None:
    folder = written(tmp_path, [])
    page.open(folder)
    assert page.texts(".lead")[0].startswith("0 articles")
    page.open(folder, "#articles")
    page.shows("#list td.none", "No article fits")
