"""Cleaning: which edits are applied, what never is, and that the result is proved by another audit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor import corrections
from auditor.cleaning import Change, Cleaned, _composed, _Joint, _Shift, cleaned
from auditor.config import Config
from auditor.document import Document
from auditor.engine import Auditor
from auditor.finding import Edit, Hit, Severity
from auditor.marking import apply_edits
from auditor.registry import load_rules
from auditor.rule import Rule, rule
from auditor.span import Span
from auditor.writers.diff import unified_diff
from tests.conftest import ROOT
from tools.clean_sample import DAMAGED
from tools.evaluation_data import CLEAN, data_folder, records
from tools.fuzz_clean import fuzz, patched

STORY = "The bridge was opened again on Monday after repairs that took two years, the mayor of the town said."
MORE = "Some of the shops near the river had to close in the meantime, and not all of them will come back."


@pytest.fixture(scope="module")
def auditor() -> Auditor:
    return Auditor(strict=True)


def clean(auditor: Auditor, text: str, title: str = "") -> Cleaned:
    done = cleaned(auditor.audit(Document(text, "x", {"title": title} if title else {})), auditor)
    assert apply_edits(text, [change.edit for change in done.edits]) == done.text
    assert all(change.before == change.edit.span.of(text) for change in done.edits)
    assert not cleaned(auditor.audit(Document(done.text, "x", done.original.document.meta)), auditor).edits
    return done


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (f"Bridge open\n\n{STORY}\n\nRead more\n\n{MORE}\n", f"Bridge open\n\n{STORY}\n\n{MORE}\n"),
        (f"Bridge open\r\n\r\n{STORY}\r\n\r\nRead more\r\n", f"Bridge open\r\n\r\n{STORY}\r\n"),
        (f"Bridge open\n{STORY}\n.\nsource site-34", f"Bridge open\n{STORY}"),
        (f"Bridge open\n{STORY}\nsource site-34\n\n{MORE}", f"Bridge open\n{STORY}\n\n{MORE}"),
        (f"{STORY}\nIt is open on May 12.Drivers are glad.", f"{STORY}\nIt is open on May 12. Drivers are glad."),
        ("He left. “We go now, ”he said at noon.", "He left. “We go now,” he said at noon."),
        ('He spoke. "We go now, "he said at noon.', 'He spoke. "We go now," he said at noon.'),
        ("“We go now. ”\nHe left the town at noon.", "“We go now.”\nHe left the town at noon."),
        ("They tried to hold him. or to scare him off.", "They tried to hold him or to scare him off."),
        ("He said «we go now» to the crowd at noon.", "He said “we go now” to the crowd at noon."),
        ("The firm S &amp; P is in the town of Leeds.", "The firm S & P is in the town of Leeds."),
    ],
)
def test_what_is_surely_damaged_is_repaired(auditor: Auditor, text: str, wanted: str) -> None:
    assert clean(auditor, text).text == wanted


@pytest.mark.parametrize(
    "text",
    [
        f"{STORY}\n\n“I am glad,” she said.\n",
        "It was on seat 36. club members said.",
        "You will stay where you are. wait.",
        "",
        "\ufeff\n",
    ],
)
def test_the_rest_stays(auditor: Auditor, text: str) -> None:
    done = clean(auditor, text)
    assert done.text == text
    assert done.audit is done.original


def test_the_first_line_stays_unless_it_is_a_label_of_the_page(auditor: Auditor) -> None:
    credit = f"Photo: Jane Doe/AFP\n{STORY}\n"
    done = clean(auditor, credit)
    assert done.text == credit
    assert [each.finding.code for each in done.refused] == ["BP205"]
    assert "headline" in done.refused[0].reason
    assert clean(auditor, credit, title="Bridge open").text == f"{STORY}\n"
    assert clean(auditor, f"Skip to main content\n\n{STORY}\n").text == f"{STORY}\n"


def test_a_line_that_is_the_title_stays(auditor: Auditor) -> None:
    text = f"By Jane Doe\n\nRead more\n\n{STORY}\n"
    assert "Read more" not in clean(auditor, text).text
    assert "Read more" in clean(auditor, text, title="Read more").text


def test_nothing_is_taken_out_of_a_quotation(auditor: Auditor) -> None:
    text = f"{STORY}\n\nShe said: “We are glad\nRead more\nand we thank you all.”\n\n{MORE}"
    done = clean(auditor, text)
    assert done.text == text
    assert "quotation" in done.refused[0].reason


def rules_of(*made: Rule) -> Auditor:
    return Auditor(Config(select=tuple(each.code for each in made)), strict=True, rules=made)


@rule(code="HR901", severity=Severity.MINOR, english=False, stable=True)
def removes_dashes(doc: Document) -> Iterator[Hit]:
    """Dashes go."""
    for match in re.finditer(r" -- ", doc.text):
        yield Hit.of(match, "a dash", edit=Edit.replace(match.span(), " ", safe=True))


@rule(code="HR902", severity=Severity.MINOR, english=False, stable=True)
def wants_a_dash(doc: Document) -> Iterator[Hit]:
    """An article with “ten” needs a dash."""
    if "ten" in doc.text and " -- " not in doc.text:
        yield Hit(Span(doc.text.index("ten"), doc.text.index("ten") + 3), "no dash")


@rule(code="HR903", severity=Severity.MINOR, english=False, stable=True)
def finds_again(doc: Document) -> Iterator[Hit]:
    """A star is found wherever it goes."""
    for match in re.finditer(r"\*", doc.text):
        yield Hit.of(match, "a star", edit=Edit.replace(match.span(), "**", safe=True))


@rule(code="HR904", severity=Severity.MINOR, english=False, stable=True)
def edits_words(doc: Document) -> Iterator[Hit]:
    """Says of all words that they are safe to change."""
    for word, better in (("Smith", "Smyth"), ("1,000", "1000"), ("tow n", "town"), ("old", "new")):
        if word in doc.text:
            at = doc.text.index(word)
            yield Hit(Span(at, at + len(word)), "wrong", (Edit.replace((at, at + len(word)), better, safe=True),))


def test_an_edit_that_brings_another_finding_is_left_out() -> None:
    house = rules_of(removes_dashes, wants_a_dash)
    assert clean(house, "a -- b -- c").text == "a b c"
    done = clean(house, "ten -- b -- c")
    assert done.text == "ten b -- c"  # one dash goes, the last one stays
    assert [each.finding.code for each in done.refused] == ["HR901"]
    assert "another finding" in done.refused[0].reason


def test_an_edit_that_does_not_cure_is_left_out() -> None:
    house = rules_of(finds_again)
    assert clean(house, "a * b").text == "a * b"


def test_words_names_and_numbers_stay_whatever_a_rule_says() -> None:
    text = "Smith had 1,000 in an old tow n."
    done = clean(rules_of(edits_words), text)
    assert done.text == text
    assert {each.reason for each in done.refused} == {"it would change words, names or numbers"}


def test_edits_of_edits_are_told_in_the_original() -> None:
    @rule(code="HR905", severity=Severity.MINOR, english=False, stable=True)
    def two_commas(doc: Document) -> Iterator[Hit]:
        """One is enough."""
        for match in re.finditer(",,", doc.text):
            yield Hit.of(match, "two commas", edit=Edit.replace(match.span(), ",", safe=True))

    @rule(code="HR906", severity=Severity.MINOR, english=False, stable=True)
    def comma_and_space(doc: Document) -> Iterator[Hit]:
        """A comma and two spaces."""
        for match in re.finditer(",  ", doc.text):
            yield Hit.of(match, "two spaces", edit=Edit.replace(match.span(), ", ", safe=True))

    done = clean(rules_of(two_commas, comma_and_space), "a,,  b, c,,d")
    assert done.text == "a, b, c,d"
    assert [(change.edit.span, change.edit.text, change.codes) for change in done.edits] == [
        (Span(1, 5), ", ", ("HR905", "HR906")),
        (Span(9, 11), ",", ("HR905",)),
    ]


@given(st.data())
def test_edits_after_edits_are_edits_of_the_original(data: st.DataObject) -> None:
    original = text = data.draw(st.text("ab ,.\n", max_size=30))
    changes: tuple[Change, ...] = ()
    for _ in range(3):
        cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8)))
        edits = [
            Edit(Span(start, end), data.draw(st.text("xy", max_size=3)), safe=True)
            for start, end in zip(cuts[::2], cuts[1::2], strict=False)
        ]
        edits = list({edit.span: edit for edit in edits if edit.text != edit.span.of(text)}.values())
        changes = _composed(changes, text, [_Joint(edit, ()) for edit in edits])
        text = _Shift(edits).applied(text)
        assert apply_edits(original, [change.edit for change in changes]) == text
        assert all(change.before == change.edit.span.of(original) for change in changes)


def test_an_article_that_needs_too_many_audits_is_left_alone() -> None:
    house = rules_of(finds_again)
    done = cleaned(house.audit("a * b " * 200), house)
    assert not done.edits
    assert "too many audits" in done.refused[0].reason


def test_seeds_lose_what_was_cured_and_gain_nothing(auditor: Auditor) -> None:
    for path in sorted((ROOT / "seeds").glob("*.txt")):
        text = path.read_bytes().decode("utf-8")
        done = clean(auditor, text)
        assert done.edits
        assert len(done.left) < len(done.original.findings)
        excerpts = {(finding.code, finding.excerpt) for finding in done.original.findings}
        assert {(finding.code, finding.excerpt) for finding in done.left} <= excerpts


@pytest.mark.parametrize("name", [*CLEAN, *DAMAGED])
def test_development_articles_come_out_true(name: str, auditor: Auditor) -> None:
    if not (data_folder() / "dev" / f"{name}.jsonl.gz").is_file():
        pytest.skip("evaluation data is not on this machine; set AUDITOR_DATA to its folder")
    for number, record in enumerate(records(name)):
        if number % 10 == 0:
            clean(auditor, record["text"])


def test_the_fuzzer_finds_nothing_in_a_few_batches() -> None:
    told: list[str] = []
    total = fuzz(200, 0, told.append)
    assert not total.wrongs, told
    assert total.changed > 50


def test_the_fuzzer_sees_what_is_wrong(auditor: Auditor) -> None:
    from tools.fuzz_clean import wrong

    audit = auditor.audit("“We go now,” he said to me.")
    forged = Change(Edit.delete((1, 4)), "We ", ("MT102",), ("",))
    done = Cleaned(audit, auditor.audit("“go now,” he said to me."), (forged,))
    assert {"a quotation was changed", "a word or number was changed"} <= set(wrong(done, auditor))
    misplaced = Change(Edit.delete((0, 3)), "We ", ("BP203",), ("",))
    assert "an edit does not say what stood there" in wrong(Cleaned(audit, done.audit, (misplaced,)), auditor)


@pytest.mark.parametrize(
    ("text", "edits"),
    [
        ("a\nb\nc\n", [Edit.delete((2, 4))]),
        ("a\nb\nc", [Edit.delete((3, 5))]),
        ("a\nb", [Edit.replace((0, 3), "x")]),
        ("a", [Edit.delete((0, 1))]),
        ("", [Edit(Span(0, 0), "a\n", safe=True)]),
        ("a\r\nb\r\n", [Edit.replace((3, 4), "c")]),
        ("".join(f"{n}\n" for n in range(40)), [Edit.delete((0, 2)), Edit.delete((20, 23)), Edit.delete((107, 110))]),
        ("a\n\n\nb\n", [Edit.delete((2, 4))]),
    ],
)
def test_the_diff_says_what_the_edits_do(text: str, edits: list[Edit]) -> None:
    assert patched(text, list(unified_diff(text, edits, "a", "b"))) == apply_edits(text, edits)


def test_a_diff_of_nothing_is_empty() -> None:
    assert not list(unified_diff("a\n", [], "a", "b"))


def test_whole_lines_go_with_the_blank_lines_that_belong_to_them() -> None:
    def without(text: str, line: str) -> str:
        at = text.index(line)
        return apply_edits(text, [Edit.delete_lines(text, (at, at + len(line)))])

    assert without("a\n\nX\n\nb\n", "X") == "a\n\nb\n"
    assert without("a\nX\n\nb\n", "X") == "a\n\nb\n"
    assert without("a\n\nX\nb\n", "X") == "a\n\nb\n"
    assert without("X\n\nb\n", "X") == "b\n"
    assert without("a\n\nX\n", "X") == "a\n"
    assert without("a\n\nX", "X") == "a"
    assert without("a\r\n\r\nX\r\n", "X") == "a\r\n"
    assert without("X", "X") == ""


def test_no_edit_of_a_grammar_rule_is_safe() -> None:
    """The page says so, and cleaning leaves LanguageTool out."""
    files = [corrections.__file__, *(each.function.__code__.co_filename for each in load_rules() if each.grammar)]
    for name in files:
        assert "safe=" not in Path(name).read_text(encoding="utf-8")


def test_what_was_inserted_and_replaced_is_one_edit_with_what_it_touches() -> None:
    first = [Edit(Span(0, 0), "xxx", safe=True)]
    second = [Edit(Span(0, 3), "x", safe=True), Edit(Span(3, 4), "y", safe=True)]
    changes = _composed((), "a", [_Joint(edit, ()) for edit in first])
    changes = _composed(changes, "xxxa", [_Joint(edit, ()) for edit in second])
    assert [change.edit for change in changes] == [Edit(Span(0, 1), "xy", safe=True)]
