"""What comes back for a text, from the real server."""

from __future__ import annotations

import threading
import time
import unicodedata
from collections.abc import Iterator
from dataclasses import replace

import pytest

from auditor.grammar.client import Checker
from auditor.grammar.errors import GrammarError
from auditor.grammar.match import Checked, Selection
from auditor.grammar.pieces import STAND_IN
from auditor.grammar.server import LOOK_AHEAD, PIECE, RemoteServer, Server
from tests.grammar.conftest import ERRORS

pytestmark = [pytest.mark.grammar, pytest.mark.xdist_group("grammar")]


def surfaces(checked: Checked, text: str) -> list[str]:
    assert not checked.incomplete
    assert checked.skipped is None
    assert all(0 <= match.span.start < match.span.end <= len(text) for match in checked.matches)
    return [match.span.of(text) for match in checked.matches]


def test_matches_have_all_parts(checker: Checker) -> None:
    found = {match.rule_id: match for match in checker.check(ERRORS).matches}
    a_an = found["EN_A_VS_AN"]
    assert a_an.span.of(ERRORS) == "an"
    assert a_an.replacements == ("a",)
    assert (a_an.category, a_an.issue_type) == ("MISC", "misspelling")
    assert "a" in a_an.message
    assert found["ENGLISH_WORD_REPEAT_RULE"].span.of(ERRORS) == "of of"
    assert checker.check("") == checker.check(" \n ") == Checked()
    assert checker.check("The minister spoke on Monday.") == Checked()


@pytest.mark.parametrize(
    "before",
    [
        "😀😀 ",
        "𝒳 and 𝒴: ",
        "👩‍👩‍👧 ",
        "Cafe\u0301 nai\u0308ve. ",
        "\u00a0\u2009",
        "ﬁ ",
        "\ud800 ",
        "🇫🇷, ",
        "a\u00adb. ",
        "\r\n\t",
        "\ufeff",
    ],
)
def test_spans_behind_odd_signs(checker: Checker, before: str) -> None:
    text = f"{before}He have a 😀 car. She bought an 𝒳 good book of of it."
    assert {"have", "of of"} <= set(surfaces(checker.check(text), text))
    assert checker.dropped == 0


def test_spans_between_odd_signs(checker: Checker) -> None:
    text = "The the 😀 and and 𝒳𝒳 went  home of of it 😀 , he said."
    assert surfaces(checker.check(text), text) == ["The the", "and and", "  ", "of of", " ,"]
    assert checker.dropped == 0


def test_the_stand_in_is_no_mistake(checker: Checker) -> None:
    for text in ("Great news 😀 for all.", "Great news! 😀 Then we went home.", "The 𝒳 factor won.", "It works 👍."):
        assert checker.check(text) == Checked(), text
    assert unicodedata.category(STAND_IN) == "So"


@pytest.mark.parametrize(
    "text",
    [
        "\x00\x01 is are",
        "x" * 30_000,
        "“" * 3_000,
        "\u202eabc def\u202c",
        "&amp; <b>is are</b> %41+%2B",
        "\ud83d\ude00 \udc00",
        "ا ب ج",
        "\n" * 500 + "He have.",
    ],
    ids=["controls", "one word", "quotes", "right to left", "markup", "surrogates", "arabic", "lines"],
)
def test_nasty_texts(checker: Checker, text: str) -> None:
    checked = checker.check(text)
    assert checked.skipped is None
    assert all(0 <= match.span.start <= match.span.end <= len(text) for match in checked.matches)


def test_long_texts_are_cut_and_put_together(checker: Checker) -> None:
    paragraph = "The minister spoke to the press on Monday and answered some questions.\n\n"
    text = (paragraph * (PIECE // len(paragraph) + 5)) + f"😀 {ERRORS}\n\n" + paragraph * 10 + ERRORS
    assert len(text) > PIECE
    found = [match for match in checker.check(text).matches if match.rule_id == "ENGLISH_WORD_REPEAT_RULE"]
    assert [match.span.start for match in found] == [at for at in range(len(text)) if text.startswith("of of", at)]


def test_selection(server: Server) -> None:
    only = Selection(enabled_rules=frozenset({"EN_A_VS_AN", "ENGLISH_WORD_REPEAT_RULE"}), enabled_only=True)
    with Checker(server, only) as checker:
        assert {match.rule_id for match in checker.check(ERRORS).matches} == only.enabled_rules
    without = Selection(disabled_rules=frozenset({"EN_A_VS_AN"}), disabled_categories=frozenset({"GRAMMAR"}))
    with Checker(server, without) as checker:
        rules = {match.rule_id for match in checker.check(ERRORS).matches}
        assert "ENGLISH_WORD_REPEAT_RULE" in rules
        assert "EN_A_VS_AN" not in rules
        assert "GRAMMAR" not in {match.category for match in checker.check(ERRORS).matches}
    assert only.fingerprint() != without.fingerprint() != Selection().fingerprint()
    with pytest.raises(GrammarError, match="enabled_only"):
        Selection(disabled_rules=frozenset({"X"}), enabled_only=True)
    with pytest.raises(GrammarError, match="enabled_only"):
        Selection(enabled_only=True)


def test_false_friends(server: Server) -> None:
    """They need `picky`, and there are none for German, French, Spanish and Dutch without word statistics."""
    text = "😀 The actual magazine was about a fabric."
    only = Selection(enabled_categories=frozenset({"FALSE_FRIENDS"}), enabled_only=True)
    for tongue in ("pl", "pt", "it", "ru"):
        with Checker(server, replace(only, mother_tongue=tongue, picky=True)) as checker:
            found = checker.check(text).matches
        assert {match.category for match in found} == {"FALSE_FRIENDS"}, tongue
        assert {match.span.of(text) for match in found} <= {"actual", "magazine", "fabric"}
    with Checker(server, replace(only, mother_tongue="pl")) as checker:
        assert checker.check(text) == Checked()
    with Checker(server, Selection(mother_tongue="xx")) as checker:
        assert "xx" in str(checker.check(text).skipped)
        with pytest.raises(GrammarError, match="xx"):
            checker.ready()


def test_many_are_in_order_and_not_read_ahead_without_bound(checker: Checker, server: Server) -> None:
    taken = 0

    def texts() -> Iterator[str]:
        nonlocal taken
        for number in range(120):
            taken += 1
            yield f"This is sentence {number}, and and it ends here." if number % 3 == 0 else f"Number {number}."

    for number, checked in enumerate(checker.check_many(texts())):
        assert taken - number <= LOOK_AHEAD * server.workers + 1
        assert bool(checked.matches) == (number % 3 == 0)
    assert number == 119
    results = checker.check_many(texts())  # an iterator that is not read to its end
    next(results)
    results.close()  # type: ignore[attr-defined]
    assert checker.check(ERRORS).matches


def test_same_answer_from_many_threads(checker: Checker) -> None:
    texts = [f"{'😀' * n} He have {n} cars of of it." for n in range(1, 20)]
    alone = [checker.check(text) for text in texts]
    together: list[Checked] = [Checked()] * len(texts)

    def work(at: int) -> None:
        together[at] = checker.check(texts[at])

    threads = [threading.Thread(target=work, args=(at,)) for at in range(len(texts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == alone


def test_proxies_of_the_environment_are_not_used(checker: Checker, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert checker.check(ERRORS).matches


def test_a_server_named_by_url(server: Server, checker: Checker) -> None:
    with server.slot() as lease:
        url = lease.url
    pid = server.pid
    for name in (url, f"{url}/", f"{url}/v2"):
        with RemoteServer(name) as remote, Checker(remote) as other:
            assert other.check(ERRORS) == checker.check(ERRORS)
            assert other.version == checker.version == server.version
    assert server.pid == pid  # it was not stopped
    began = time.monotonic()
    with pytest.raises(GrammarError, match="no LanguageTool server answers there"), RemoteServer("http://127.0.0.1:9"):
        pass
    assert time.monotonic() - began < 6
    for wrong in ("127.0.0.1:8081", "ftp://x", "http://", "http://u:p@x", "http://x:99999", "http://x?y"):
        with pytest.raises(GrammarError, match="is not the URL of a server"):
            RemoteServer(wrong)


def test_the_server_knows_all_our_settings(server: Server, checker: Checker) -> None:
    assert checker.check(ERRORS).matches
    assert any("Server started" in line for line in server.greeting)
    assert not [line for line in server.greeting if "unknown" in line.lower()]
