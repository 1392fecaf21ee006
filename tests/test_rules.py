"""One suite over all rules: every block of every page, and what every rule must withstand."""

from __future__ import annotations

import ast
import gc
import random
import re
import time
from pathlib import Path

import pytest

from auditor.config import Config
from auditor.document import Document
from auditor.engine import Audit, Auditor
from auditor.finding import Severity
from auditor.marking import read_marked
from auditor.page import Block, Page
from auditor.registry import load_page, load_rules, page_path
from auditor.rule import Rule
from auditor.rule_tests import wrong
from tests.conftest import dev_texts

RULES = load_rules()
PAGES: dict[str, Page] = {rule.code: load_page(rule) for rule in RULES}
GRAMMAR = (pytest.mark.grammar, pytest.mark.xdist_group("grammar"))
BLOCKS = [
    pytest.param(
        rule, block, index, id=f"{rule.code}-{block.kind}-line{block.line}", marks=GRAMMAR if rule.grammar else ()
    )
    for rule in RULES
    for index, block in enumerate(PAGES[rule.code].blocks)
]
EVERY_RULE = pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.code) for rule in RULES])


@pytest.mark.parametrize(("rule", "block", "index"), BLOCKS)
def test_block_of_a_page_holds(rule: Rule, block: Block, index: int, request: pytest.FixtureRequest) -> None:
    if rule.grammar:
        request.getfixturevalue("grammar_server")
    what = wrong(rule, PAGES[rule.code], index)
    if block.kind in ("missed", "false-alarm"):
        assert what, "this known limit is solved: make the block `bad` or `good`"
    else:
        assert not what, what


@EVERY_RULE
def test_file_code_and_page_agree(rule: Rule) -> None:
    page = PAGES[rule.code]
    assert (page.code, page.name, page.summary) == (rule.code, rule.name, rule.summary)


@EVERY_RULE
def test_page_shows_both_sides(rule: Rule) -> None:
    kinds = {block.kind for block in PAGES[rule.code].blocks}
    assert "good" in kinds
    assert "bad" in kinds


@EVERY_RULE
def test_options_are_explained(rule: Rule) -> None:
    documented = PAGES[rule.code].options
    assert documented == {
        name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in rule.options.items()
    }


@EVERY_RULE
def test_rule_module_imports_only_the_standard_library_and_rulekit(rule: Rule) -> None:
    import sys

    tree = ast.parse(page_path(rule).with_suffix(".py").read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        else:
            continue
        for name in names:
            assert name == "auditor.rulekit" or name.partition(".")[0] in sys.stdlib_module_names


@EVERY_RULE
def test_boilerplate_readability_and_messages_follow_the_house(rule: Rule) -> None:
    if rule.family == "RD":
        assert rule.severity is Severity.NEUTRAL
    assert re.search(r"\bBan|\bNo[A-Z]", rule.name) is None


def variants(text: str) -> list[str]:
    return [text, text.upper(), text.replace(" ", "\u00a0"), text.replace("\n", "\r\n")]


def comparable(audit: Audit) -> list[object]:
    return list(audit.findings)


@pytest.fixture(scope="module")
def gated() -> Auditor:
    return Auditor(Config(preview=True), strict=True)


@pytest.fixture(scope="module")
def ungated() -> Auditor:
    return Auditor(Config(preview=True), strict=True, gate=False)


def assert_gate_loses_nothing(gated: Auditor, ungated: Auditor, texts: list[str]) -> None:
    for text in texts:
        assert comparable(gated.audit(text)) == comparable(ungated.audit(text)), text[:200]


@EVERY_RULE
def test_trigger_loses_no_hit_on_page_blocks(rule: Rule, gated: Auditor, ungated: Auditor) -> None:
    texts = [read_marked(block.body)[0] for block in PAGES[rule.code].blocks]
    assert_gate_loses_nothing(gated, ungated, [variant for text in texts for variant in variants(text)])


DEV_SETS = [
    "human_bbc2005", "human_abc2006", "human_aeb_articles", "human_gum", "human_wmt_en_sources",
    "human_masakhanews_en", "human_parity_wmt17_zhen", "boilerplate_aeb", "mqm_wmt21_zhen", "mqm_wmt23_zhen_sxs",
    "wmt13_xxen", "wmt14_xxen", "wmt21_xxen", "wmt22_xxen", "wmt23_xxen",
]  # fmt: skip


@pytest.mark.parametrize("name", DEV_SETS)
def test_trigger_loses_no_hit_on_development_articles(name: str, gated: Auditor, ungated: Auditor) -> None:
    assert_gate_loses_nothing(gated, ungated, list(dev_texts(name)))


def generated_text(seed: int) -> str:
    """Random words, marks and pieces of page blocks, glued and split in ways no author would."""
    rng = random.Random(seed)
    pieces = [read_marked(block.body)[0] for page in PAGES.values() for block in page.blocks]
    marks = [". ", ".", " . ", ", ”", "“", "”", "\n", "\n\n", " ", "\u00a0", "\t", "—", " – ", ": ", "é", "\u200b", "’"]
    out = []
    for _ in range(rng.randint(3, 12)):
        piece = rng.choice(pieces)
        start = rng.randrange(max(1, len(piece)))
        out.append(piece[start : start + rng.randint(1, 120)])
        out.append(rng.choice(marks))
    return "".join(out)


def test_trigger_loses_no_hit_on_generated_text(gated: Auditor, ungated: Auditor) -> None:
    assert_gate_loses_nothing(gated, ungated, [generated_text(seed) for seed in range(400)])


NASTY = {
    "empty": "",
    "blank": " \n\t\r\n \u00a0",
    "nul": "The \x00 end. and \x00 more.",
    "lone surrogates": "He said \ud83d and left. then \udc00 came back.",
    "no space": "x" * 1_000_000,
    "nested quotes": "“‘" * 1500 + "deep" + "’”" * 1500,
    "emoji": "👩‍👩‍👧 said. 🎉 “party, ”he said. and left.",
    "crlf": "Title\r\n\r\nThe end. and more.\r\nsource site-12\r\n",
    "right to left": "\u202eThe end. and more\u202c. שלום. and مرحبا. again.",
    "only marks": ".,;:!?“”‘’\"'()[]{}…—–-" * 200,
}


@pytest.mark.parametrize("name", NASTY)
def test_nasty_text_survives(name: str, everything: Auditor) -> None:
    text = NASTY[name]
    audit = everything.audit(text)
    for finding in audit.findings:
        assert 0 <= finding.span.start <= finding.span.end <= len(text)
        assert text[finding.span.start : finding.span.end] == finding.excerpt
        for span in (*finding.evidence, *(edit.span for edit in finding.edits)):
            assert 0 <= span.start <= span.end <= len(text)


def test_same_answer_twice(everything: Auditor) -> None:
    for seed in range(50):
        text = generated_text(seed)
        assert everything.audit(text).findings == everything.audit(text).findings


def adversarial_shapes() -> dict[str, str]:
    """Shapes of which n copies must cost linear time; taken from the catalogue's own alphabet."""
    return {
        "one character": "a", "space": " ", "newline": "\n", "stop": ".", "curly": "“", "closing": "”",
        "straight": '"', "apostrophe": "’", "open close": "“a” ", "stop a": ". a", "stop A": ". A",
        "comma quote": ", ”h",
        "space dash": " – ", "digit": "1", "digits stop": "12.", "colon": "a:", "upper": "A", "said": " he said.",
        "of of": " of Paris", "amp": "&", "entity": "&am", "mojibake": "â€", "nbsp": "\u00a0", "bracket": "(a ",
        "bar": "WATCH | ", "slash": "A/", "word line": "Word word\n", "title line": "Some Title Here Now\n\n",
        "crlf": "\r\n", "tab": "\t", "hyphen": "a-", "a said": "“a,” he said. ",
        "grammar": "they wants ", "phrasing": "has communicated that the ", "pronoun": "Ana said. He said. ",
        "guillemets": "« a », ", "cyrillic": "он ", "decimal": "1,5 ", "date": "12.01.2022 ", "spun": "with out ",
    }  # fmt: skip


@pytest.mark.parametrize("shape", adversarial_shapes())
def test_adversarial_shape_costs_linear_time(shape: str, ungated: Auditor) -> None:
    """Ten times the text costs at most twelve times the time (a fixed 20 ms is granted to the clock)."""
    unit = adversarial_shapes()[shape]
    slowest = []
    for _attempt in range(3):
        slowest = _rules_that_cost_more_than_linear(ungated, unit)
        if not slowest:
            return
    pytest.fail(f"more than linear on {shape!r}: {slowest}")


def test_distinct_capitalised_words_cost_linear_time(ungated: Auditor) -> None:
    rng = random.Random(0)
    words = ["".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=7)).capitalize() for _ in range(125_000)]
    for _attempt in range(3):
        slow = _slower(ungated, " ".join(words[:12_500]), " ".join(words))
        if not slow:
            return
    pytest.fail(f"more than linear on distinct capitalised words: {slow}")


def _rules_that_cost_more_than_linear(auditor: Auditor, unit: str) -> list[str]:
    big = 1_000_000 if unit in ("a", "“", "”", ". a") else 200_000
    return _slower(auditor, unit * (big // 10 // len(unit)), unit * (big // len(unit)))


def _slower(auditor: Auditor, small: str, large: str) -> list[str]:
    slow = []
    short, long = (Document(text, detector=auditor.detector) for text in (small, large))
    for name, run in _work(auditor):
        once = _seconds(run, short)
        if _seconds(run, long) > 12 * once + 0.02:
            slow.append(name)
    return slow


def _work(auditor: Auditor) -> list[tuple[str, object]]:
    views = ["lines", "paragraphs", "sentences", "tokens", "names", "quotations", "quoted", "attributions",
             "readability", "language", "foreign_passages"]  # fmt: skip
    return [(view, view) for view in views] + [(rule.code, rule) for rule in auditor.rules]


def _seconds(run: object, doc: Document) -> float:
    """CPU time with the garbage collector switched off, as `timeit` does: its pauses grow with what else is alive."""
    gc.collect()
    gc.disable()
    try:
        start = time.process_time()
        if isinstance(run, Rule):
            run.hits(doc)
        else:
            getattr(doc, str(run))
        return time.process_time() - start
    finally:
        gc.enable()


def test_catalogue_table_is_current() -> None:
    """`rules/README.md` lists every rule; `make rules-table` writes it."""
    from tools.rules_table import table

    readme = (Path(__file__).resolve().parent.parent / "rules" / "README.md").read_text(encoding="utf-8")
    assert table(RULES) in readme
