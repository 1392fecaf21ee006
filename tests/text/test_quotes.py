"""Tests of auditor.text.quotes."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.span import SpanArray
from auditor.text.quotes import Quotation, interior, quotations


def paragraphs(text: str) -> SpanArray:
    return SpanArray(match.span() for match in re.finditer(r"\S(?:[^\n]*\S)?", text))


def read(text: str) -> list[Quotation]:
    return quotations(text, paragraphs(text))


def spans(text: str) -> list[str]:
    return [quotation.span.of(text) for quotation in read(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“Stay calm,” Ines said.", ["“Stay calm,”"]),
        ('"Stay calm," Ines said.', ['"Stay calm,"']),
        ("‘Stay calm,’ Ines said.", ["‘Stay calm,’"]),
        ("'Stay calm,' Ines said.", ["'Stay calm,'"]),
        ("„Ruhe“, Ines said.", ["„Ruhe“"]),
        ("„Ruhe”, Ines said.", ["„Ruhe”"]),
        ("« Du calme », Ines said.", ["« Du calme »"]),
        ("«Du calme», Ines said.", ["«Du calme»"]),
        ("He wrote of “calm” and “order”.", ["“calm”", "“order”"]),
        ('It was a "yes"-or-"no" vote.', ['"yes"', '"no"']),
        ("It is “unfinished”[4] and “minor.”[5]", ["“unfinished”", "“minor.”"]),
        ("“I was about to—” he began.", ["“I was about to—”"]),
        ("“ ‘Too late,’ was all he wrote,” she said.", ["“ ‘Too late,’ was all he wrote,”", "‘Too late,’"]),
        ('Born in ("the pit"), she left.', ['"the pit"']),
        ('The word "1984" and "in 1999" are quoted.', ['"1984"', '"in 1999"']),
        ('“Bad mix" he said.', ['“Bad mix"']),
        ('"Bad mix” he said.', ['"Bad mix”']),
        ("An empty “” pair.", []),
    ],
)
def test_pairs(text: str, expected: list[str]) -> None:
    assert spans(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "No marks at all.",
        "I don’t know, it isn't mine.",
        "The ’90s and the '90s, rock ’n’ roll, rock 'n' roll.",
        "O’Neill met the boys’ coach at the girls’ school.",
        "'Twas the night; 'em and 'til and ‘til.",
        'A 65" screen.',
        "The wreck lies at 40° 26' 46\" N.",
        "The door is 5'11\" high.",
        'A lone " mark.',
        "“Never closed. And more.",
        "Never opened,” she said. And more.",
        "Broken heart“: the end",
        "one man, hard“wrote Xavier on his page.",
        "it will not be that easy. “",
        "Bolts, ″ and ′ thread.",
        "»Umgekehrt« set the German way.",
        "“It goes nowhere.\n\nNo mark here.",
    ],
)
def test_nothing_is_quoted(text: str) -> None:
    assert spans(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He said: “Right now, now, ”he said at noon. More.", ["“Right now, now, ”"]),
        ("“You will not travel, “he commented. More “here”.", ["“You will not travel, “", "“here”"]),
        ("“Not a bad time,“ said Olsen. More.", ["“Not a bad time,“"]),
        ("“To his family“, tweeted Marc.", ["“To his family“"]),
        ("“Beauty in a man, hard“wrote Marc. End.", ["“Beauty in a man, hard“"]),
        ('"Right now, now, "he said. More.', ['"Right now, now, "']),
        ('"It was higher than it should be. "', ['"It was higher than it should be. "']),
        ("‘Right now, ’he said. More.", ["‘Right now, ’"]),
        ("“One is lost. He left. Then “two” came. He left, ”she said.", ["“two”"]),
        ("“One, he said. “Two,” she said.", ["“Two,”"]),
        ('Lost "one. He said "two" and left.', ['"two"']),
        ("the“hard power”of the union", ["“hard power”"]),
        ("said Variety“We are sad.” End.", ["“We are sad.”"]),
    ],
)
def test_displaced_marks_get_the_best_guess(text: str, expected: list[str]) -> None:
    assert spans(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("‘We saw the boys’ room,’ he said.", ["‘We saw the boys’ room,’"]),
        ("‘Yellow vests’ met the workers.", ["‘Yellow vests’"]),
        ("‘Yellow vests’ met ‘red caps’ today.", ["‘Yellow vests’", "‘red caps’"]),
        ("The ‘rock ’n’ roll years’ ended.", ["‘rock ’n’ roll years’"]),
        ("‘Goin’ home is all I want,’ he sang.", ["‘Goin’ home is all I want,’"]),
        ("Firm 'to get new plant'\n\nA firm's plan.", ["'to get new plant'"]),
        ("‘Don’t,’ she said, ‘it’s O’Neill’s.’", ["‘Don’t,’", "‘it’s O’Neill’s.’"]),
    ],
)
def test_single_marks_and_apostrophes(text: str, expected: list[str]) -> None:
    assert spans(text) == expected


def test_a_doubtful_single_mark_closes_only_nearby() -> None:
    assert spans("The ‘" + "very " * 30 + "boys’ club met.") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“He said ‘no’ twice,” she said.", [(0, "curly"), (1, "single")]),
        ("‘He said “no” twice,’ she said.", [(0, "single"), (1, "curly")]),
        ("“a ‘b “c” d’ e”", [(0, "curly"), (1, "single"), (2, "curly")]),
        ("\"a 'b' c\"", [(0, "straight"), (1, "single")]),
        ("„a ‘b’ c“ «d»", [(0, "german"), (1, "single"), (0, "guillemet")]),
    ],
)
def test_depth_and_style(text: str, expected: list[tuple[int, str]]) -> None:
    assert [(quotation.depth, quotation.style) for quotation in read(text)] == expected


def test_inner_leaves_the_marks_out() -> None:
    text = "So “be it”."
    (found,) = read(text)
    assert (found.span.of(text), found.inner.of(text), found.closed) == ("“be it”", "be it", True)


@pytest.mark.parametrize(("opening", "closing"), [("“", "”"), ('"', '"'), ("‘", "’"), ("«", "»")])
def test_a_quotation_of_several_paragraphs(opening: str, closing: str) -> None:
    text = f"Ana said: {opening}One part. \n\n{opening}Two parts.\n\n{opening}Three.{closing} She left."
    assert [(quotation.span.of(text), quotation.closed) for quotation in read(text)] == [
        (f"{opening}One part.", False),
        (f"{opening}Two parts.", False),
        (f"{opening}Three.{closing}", True),
    ]


def test_a_phrase_that_lost_its_mark_does_not_go_on() -> None:
    assert spans("The “big deal is on.\n\n“I like it,” he said.") == ["“I like it,”"]


def test_an_opening_mark_repeated_where_paragraphs_were_joined() -> None:
    text = 'Ana said: "One part is done. "Two parts are left," she added.'
    assert [(quotation.span.of(text), quotation.closed) for quotation in read(text)] == [
        ('"One part is done.', False),
        ('"Two parts are left,"', True),
    ]


def test_marks_outside_the_paragraphs_are_ignored() -> None:
    assert quotations("“a” “b”", SpanArray([(4, 7)]))[0].span == (4, 7)
    assert quotations("“a”", SpanArray()) == []


def test_interior_is_what_the_outermost_hold() -> None:
    text = "“a ‘b’ c” d “” ‘e’"
    assert [span.of(text) for span in interior(read(text))] == ["a ‘b’ c", "e"]


def test_three_thousand_nested_marks() -> None:
    text = "“" * 3000 + "x" + "”" * 3000
    found = read(text)
    assert all(quotation.span.end <= len(text) for quotation in found)
    assert len(interior(found)) <= 1


@given(st.text(alphabet="“”‘’„«»\"' aAs.,5n\n\0\ud800😀", max_size=80))
def test_invariants(text: str) -> None:
    found = read(text)
    starts = [quotation.span.start for quotation in found]
    assert starts == sorted(starts)
    for quotation in found:
        assert 0 <= quotation.span.start < quotation.span.end <= len(text)
        assert quotation.span.covers(quotation.inner)
        assert quotation.inner.start == quotation.span.start + 1
        assert quotation.inner.end == quotation.span.end - quotation.closed
        assert "\n" not in quotation.span.of(text)
    for first, second in pairwise(found):
        assert not first.span.overlaps(second.span) or first.span.covers(second.span)
        assert second.depth <= first.depth + 1
    inside = list(interior(found))
    assert all(first.end <= second.start for first, second in pairwise(inside))
    assert found == read(text)
