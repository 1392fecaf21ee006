"""What each line is for: by list, by shape, by position."""

from __future__ import annotations

import time

import pytest

from auditor.document import Document
from auditor.text import line_roles
from auditor.text.line_roles import NOTHING, SHAPES, labels, own_role
from tests.conftest import dev_texts

BODY = (
    "Work starts in May, and the first water should flow in three years, the ministry said after a long debate.\n"
    "The valley will lose two farms and a mill, and the farmers will be paid from a fund that the company must fill.\n"
    "The mill has stood there since the last king, and nobody can remember that its wheel ever stood still for a day."
)


def roles(text: str, title: str = "") -> list[str]:
    return [role.role for role in Document(text, meta={"title": title} if title else {}).line_roles]


@pytest.mark.parametrize(
    ("line", "role", "basis"),
    [
        ("Skip to main content", "navigation", "lexicon"),
        ("► Read more »", "navigation", "lexicon"),
        ("Leave a Reply", "comment", "lexicon"),
        ("Sport", "section", "lexicon"),
        ("Facebook Twitter Email", "navigation", "row"),
        ("Subscribe | Sign in", "navigation", "row"),
        ("Follow us on Facebook and Twitter", "follow", "shape"),
        ("Share this story with friends", "share", "shape"),
        ("Home > News > Coast", "trail", "shape"),
        ("Image 2 of 7", "gallery", "shape"),
        ("3 min read", "reading-time", "shape"),
        ("We use cookies to make this page better.", "consent", "shape"),
        ("© 2021 Harbour Press Ltd", "copyright", "shape"),
        ("Harbour Press 2021. All rights reserved.", "copyright", "shape"),
        ("Your browser doesn’t support this video", "player", "shape"),
        ("www.harbour.example", "source", "shape"),
        ("desk@harbour.example", "contact", "shape"),
        ("Phone: +44 20 7946 0000", "contact", "shape"),
        ("14 comments", "comment", "shape"),
        ("Thanks for joining!", "form", "shape"),
        ("Tags: ferry, harbour", "tags", "shape"),
        ("Published 4 hours ago", "time", "shape"),
        ("Facebook was fined again", "", ""),
        ("Home is where the harbour is", "", ""),
        ("The comments were kind.", "", ""),
        ("Follow us, the miner said.", "", ""),
        ("x" * 601, "", ""),
        ("", "", ""),
    ],
)
def test_the_role_of_a_line_alone(line: str, role: str, basis: str) -> None:
    found = Document(f"Title\n{line}").line_roles[-1] if line else own_role("")
    assert (found.role, found.basis) == (role, basis)


def test_lines_near_lines_of_the_page_belong_to_it() -> None:
    text = (
        f"Dam\n{BODY}\nRelated Articles\nTrout return to the upper river\nLeave a comment\nAdvertisement\nNorrland Desk"
    )
    assert roles(text) == ["", "", "", "", "related", "frame", "comment", "navigation", "frame"]
    frame = Document(text).line_roles[5]
    assert (frame.basis, frame.place, frame.neighbours) == ("position", "tail", 3)
    assert frame.why == "stands after the article, among 3 lines of the page"


def test_two_lines_of_the_page_call_no_neighbour() -> None:
    assert roles(f"Dam\n{BODY}\nRelated Articles\nTrout return\nLeave a comment")[-2] == ""


def test_a_line_that_comes_again_and_again_counts_once() -> None:
    listed = "\n".join(f"Boat {number}\nShop now" for number in range(12))
    assert "frame" not in roles(f"Boats\n{BODY}\n{listed}\n{BODY}")


@pytest.mark.parametrize("first", ["A dam is built in Norrland", "A dam is built in Norrland - Harbour Post"])
def test_the_title_and_the_standfirst_are_never_called(first: str) -> None:
    head = "Skip to main content\nAdvertisement\nShare this article\nMenu\nMarket Desk"
    text = f"{first}\n{head}\nA dam is built in Norrland\nTwo farms and a mill will be lost in spring\n{BODY}"
    found = roles(text)
    assert (found[0], found[6:]) == ("", [""] * 5)
    assert found[4:6] == ["frame", "frame"]


def test_a_title_that_stands_nowhere_else_is_not_called() -> None:
    head = "Skip to main content\nAdvertisement\nShare this article\nA dam is built in Norrland"
    assert roles(f"{head}\n{BODY}")[3] == ""
    assert roles(f"{head}\n{BODY}", title="A dam is built in Norrland")[3] == ""


def test_a_short_last_sentence_is_the_articles() -> None:
    tail = "Related Articles\nLeave a comment\nAdvertisement"
    assert roles(f"Dam\n{BODY}\nNobody will miss the mill.\n{tail}")[4] == ""


def test_sub_headings_of_an_article_stay() -> None:
    assert set(roles(f"Dam\n{BODY}\nSport\n{BODY}\nBusiness\n{BODY}")) == {"", "section"}


def test_the_first_look_loses_no_shape() -> None:
    """Lines that a shape fits have their role with the first look, too."""
    keys = {
        key
        for name in ("boilerplate_aeb", "human_masakhanews_en")
        for t in dev_texts(name)
        for key in Document(t).line_keys
    }
    fitting = [key for key in keys if key and any(shape.fullmatch(key) for _, shape in line_roles._shapes())]
    assert len(fitting) > 200
    assert [key for key in fitting if own_role(key) == NOTHING] == []


def test_every_entry_of_a_list_has_a_role() -> None:
    assert all(own_role(label).role for label in labels())
    assert all(label == " ".join(label.casefold().replace("’", "'").split()) for label in labels())


@pytest.mark.parametrize(
    "piece", ["> ", "home > ", "share this ", "follow x on ", "@", "a" * 50 + " ", "thank you ", "1 / "]
)
def test_time_is_linear_in_a_line(piece: str) -> None:
    key = (piece * 600)[:600].strip()
    start = time.process_time()
    for _ in range(20):
        own_role(key)
    assert time.process_time() - start < 1.0


def test_time_is_linear_in_the_number_of_lines() -> None:
    text = "Title\n" + "Advertisement\nLeave a comment\nTrout return\n" * 4000
    start = time.process_time()
    assert Document(text).line_roles
    assert time.process_time() - start < 5.0


def test_roles_of_shapes_are_told_in_the_docs() -> None:
    assert {role for role, _ in SHAPES.values()} >= {"follow", "share", "trail", "consent", "comment", "tags", "time"}
