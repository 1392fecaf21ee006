"""The cache of results: never wrong, never in the way."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from auditor.grammar.cache import ResultCache
from auditor.grammar.client import Checker
from auditor.grammar.match import Checked, Match, Selection
from auditor.grammar.server import Server
from auditor.span import Span
from tests.grammar.conftest import ERRORS

TEXT = "It is is so 😀."
RESULT = Checked((Match(Span(3, 8), "REPEAT", "MISC", "“is is”\ud800", ("is",), "duplication"),))


def test_there_and_back(tmp_path: Path) -> None:
    cache = ResultCache(tmp_path / "new")
    assert cache.get("a", TEXT) is None
    cache.put("a", RESULT)
    cache.put("b", Checked())
    assert cache.get("a", TEXT) == RESULT
    assert cache.get("b", TEXT) == Checked()
    assert cache.get("a", "short") is None  # spans that do not fit are not its result
    cache.close()
    assert ResultCache(tmp_path / "new").get("a", TEXT) == RESULT
    assert cache.get("a", TEXT) == RESULT  # opened again


def test_damaged_entries_and_files_are_replaced(tmp_path: Path) -> None:
    cache = ResultCache(tmp_path)
    cache.put("a", RESULT)
    for data in (b"", b"nonsense", None, 7, "text"):
        cache._run("UPDATE results SET data = ? WHERE key = 'a'", (data if data is not None else b"\0",))
        assert cache.get("a", TEXT) is None
    cache.put("a", RESULT)
    assert cache.get("a", TEXT) == RESULT
    cache.close()
    for path in tmp_path.iterdir():
        path.unlink()
    cache.path.write_bytes(b"this is no database " * 500)
    assert cache.get("a", TEXT) is None
    cache.put("a", RESULT)
    assert cache.get("a", TEXT) == RESULT
    cache.close()
    whole = cache.path.read_bytes()
    cache.path.write_bytes(whole[: len(whole) // 2 // 4096 * 4096 + 100])  # cut off
    cache.get("a", TEXT)
    cache.put("a", RESULT)
    cache.close()
    assert ResultCache(tmp_path).get("a", TEXT) in (RESULT, None)


def test_a_place_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = ResultCache(tmp_path / "file")
    cache.put("a", RESULT)
    assert cache.get("a", TEXT) is None


def test_the_oldest_go(tmp_path: Path) -> None:
    cache = ResultCache(tmp_path)
    for number in range(600):
        cache.put(f"{number:05}", RESULT)
    for number in range(600):
        cache._run("UPDATE results SET used = ? WHERE key = ?", (1_000_000 + number, f"{number:05}"))
    cache._most = 20_000
    cache._shrink()
    kept = [number for number in range(600) if cache.get(f"{number:05}", TEXT)]
    assert kept == list(range(600 - len(kept), 600))
    assert 0 < sum(row[0] for row in cache._run("SELECT length(data) FROM results")) <= 18_000


def test_two_processes_at_once(tmp_path: Path) -> None:
    program = """
import sys
from pathlib import Path
from auditor.grammar.cache import ResultCache
from tests.grammar.test_cache import RESULT, TEXT
cache = ResultCache(Path(sys.argv[1]))
for number in range(300):
    cache.put(f"{sys.argv[2]}{number}", RESULT)
    assert cache.get(f"{sys.argv[2]}{number}", TEXT) == RESULT
"""
    running = [subprocess.Popen([sys.executable, "-c", program, str(tmp_path), name]) for name in "abc"]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    cache = ResultCache(tmp_path)
    assert all(cache.get(f"{name}{number}", TEXT) == RESULT for name in "abc" for number in range(300))


@pytest.mark.grammar
@pytest.mark.xdist_group("grammar")
def test_the_checker_asks_the_cache_first(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = ResultCache(tmp_path)
    with Checker(server, cache=cache) as checker:
        fresh = checker.check(ERRORS)
        monkeypatch.setattr(checker, "_attempt", lambda text, alone: Checked(skipped="the server was asked"))
        assert checker.check(ERRORS) == fresh
        assert checker.check(ERRORS + "!").skipped == "the server was asked"
        assert checker.check(ERRORS + "!").skipped == "the server was asked"  # what is skipped is not kept
    with Checker(server, Selection(disabled_rules=frozenset({"EN_A_VS_AN"})), cache=cache) as other:
        assert other.check(ERRORS) != fresh
    incomplete = Checked(fresh.matches, incomplete=True)
    with Checker(server, cache=cache) as checker:
        monkeypatch.setattr(checker, "_attempt", lambda text, alone: incomplete)
        assert checker.check(ERRORS + "?") == incomplete
        monkeypatch.undo()
        assert not checker.check(ERRORS + "?").incomplete
