"""Client: texts in, verified matches out; the door to language_tool_python."""

from __future__ import annotations

import http.client
import json
import re
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import ExitStack
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import language_tool_python
from language_tool_python.exceptions import LanguageToolError

from auditor.grammar.cache import ResultCache
from auditor.grammar.errors import GrammarError, GrammarOff
from auditor.grammar.match import Checked, Match, Selection
from auditor.grammar.pieces import pieces, sendable
from auditor.grammar.server import LOOK_AHEAD, PIECE, Lease, RemoteServer, Server, connect
from auditor.span import Span

_CLOSED = "grammar: the checker was closed before all texts were checked"
_SPACE = re.compile(r"\s")


class Checker:
    """Checks texts with one selection of rules, on a server of ours or a remote one. Use it as a context manager.

    The server's deadline holds for each text, time in queues and restarts not counted: what is found until then is
    kept. A text whose request fails is sent once more, with no other text on the server; when that fails too, it is
    skipped with the reason. Results that are complete are kept in `cache` and taken from there.
    A server of our own is started when the first text comes that is not in the cache. Safe to use from several
    threads. Raises GrammarError on entering when LanguageTool or Java is not there, or nobody answers at the URL.
    """

    def __init__(
        self,
        server: Server | RemoteServer,
        selection: Selection | None = None,
        *,
        cache: ResultCache | None = None,
    ) -> None:
        self._server = server
        self._selection = selection or Selection()
        self._deadline = server.deadline
        self._cache = cache
        self._tool: _Tool | None = None
        self._first = threading.Lock()
        self._pool: ThreadPoolExecutor | None = None
        self._count = threading.Lock()
        self._closing = False
        self.dropped = 0
        """Matches that were left out, because their place did not fit the text."""

    def __enter__(self) -> Checker:
        with ExitStack() as undo:
            undo.enter_context(self._server)
            if isinstance(self._server, RemoteServer):
                self._tool = self._first_tool()  # only the server itself knows its version
            undo.pop_all()  # from here on `__exit__` does it
        self._closing = False
        self._pool = ThreadPoolExecutor(self._server.workers, thread_name_prefix="auditor-grammar")
        return self

    def __exit__(self, *error: object) -> None:
        self._closing = True
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)
        self._tool = None
        self._server.__exit__()
        if pool is not None:
            pool.shutdown(wait=True)

    def ready(self) -> Checker:
        """Start the server now, if none runs. Raises GrammarError when it cannot be had."""
        self._ready_tool()
        return self

    @property
    def version(self) -> str:
        """The version of LanguageTool that answers."""
        if isinstance(self._server, Server):
            return self._server.version
        return self._ready_tool().version

    def check(self, text: str) -> Checked:
        """Check one text, of any length and any code points."""
        if not text.strip():
            return Checked()
        key = ""
        if self._cache is not None:
            try:
                key = self._key(text)
            except GrammarError as error:  # it was taken away meanwhile
                return Checked(skipped=str(error))
            kept = self._cache.get(key, text)
            if kept is not None:
                return kept
        checked = self._check(text)
        if self._cache is not None and checked.skipped is None and not checked.incomplete:
            self._cache.put(key, checked)
        return checked

    def submit(self, text: str) -> Future[Checked]:
        """Have a text checked by one of the workers. Raises GrammarError when the checker is not open."""
        if self._pool is None:
            raise GrammarError("grammar: the checker is not open; use it in a with statement")
        return self._pool.submit(self.check, text)

    def check_many(self, texts: Iterable[str]) -> Iterator[Checked]:
        """Check many texts on all workers; one result for each, in their order. Takes them as they are needed.

        Raises GrammarError when the checker is not open, or is closed before the end.
        """
        pool = self._pool
        if pool is None:
            raise GrammarError("grammar: the checker is not open; use it in a with statement")
        waiting: deque[Future[Checked]] = deque()
        try:
            for text in texts:
                if self._pool is not pool:
                    raise GrammarError(_CLOSED)
                waiting.append(pool.submit(self.check, text))
                if len(waiting) >= LOOK_AHEAD * self._server.workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except CancelledError as error:
            raise GrammarError(_CLOSED) from error
        finally:
            for future in waiting:
                future.cancel()

    def _first_tool(self) -> _Tool:
        """The wrapper, which asks the server for its languages when it is made; a failure is tried once more."""
        for last in (False, True):
            with self._server.slot(alone=True) as lease:
                try:
                    tool = _Tool(self._selection, lease, self._deadline)
                except _Lost as error:
                    self._server.failed(lease, str(error))
                    if last:
                        raise GrammarError(f"{lease.url}: {error}") from error
                except (LanguageToolError, ValueError) as error:
                    raise GrammarError(f"{lease.url}: {_first_line(error)}") from error
                else:
                    self._server.succeeded(lease)
                    return tool
        raise AssertionError("unreachable")

    def _ready_tool(self) -> _Tool:
        """The wrapper; made when the first text comes that the cache does not know, so that none may be needed."""
        with self._first:
            if self._tool is None:
                if self._closing:
                    raise GrammarOff(_CLOSED)
                self._tool = self._first_tool()
            return self._tool

    def _check(self, text: str) -> Checked:
        reason = ""
        for attempt in range(2):
            try:
                return self._attempt(text, alone=attempt > 0)
            except GrammarError as error:
                return Checked(skipped=str(error))
            except (_Lost, _Refused) as error:
                reason = str(error)
                if isinstance(error, _Refused) and error.final:
                    return Checked(skipped=reason)
                if self._closing:
                    break
        return Checked(skipped=f"{reason}, twice")

    def _attempt(self, text: str, alone: bool) -> Checked:
        tool = self._ready_tool()
        sent = sendable(text)
        used, done = 0.0, 0  # seconds, code points
        matches: list[Match] = []
        incomplete = False
        for start, piece in pieces(sent, PIECE):
            if not piece.strip():
                continue
            if done and used * (1 + len(piece) / done) > self._deadline:
                incomplete = True  # there is no time for this piece
                break
            with self._server.slot(alone) as lease:
                began = time.monotonic()
                try:
                    found, cut_short = tool.look(piece, lease, self._deadline)
                except _Lost as error:
                    self._server.failed(lease, str(error))
                    raise
                except _Refused as error:
                    self._server.failed(lease, str(error), ill=False)
                    raise
                used += time.monotonic() - began
                done += len(piece)
                self._server.succeeded(lease)
            incomplete = incomplete or cut_short
            matches.extend(self._verified(found, piece, start))
        matches.sort(key=lambda match: (match.span, match.rule_id))
        return Checked(tuple(matches), incomplete)

    def _verified(self, found: list[language_tool_python.Match], piece: str, start: int) -> Iterator[Match]:
        for match in found:
            begin, end = match.offset, match.offset + match.error_length
            if 0 <= begin <= end <= len(piece) and _SPACE.sub(" ", piece[begin:end]) == _SPACE.sub(
                " ", match.context[match.offset_in_context : match.offset_in_context + match.error_length]
            ):
                yield Match(
                    Span(start + begin, start + end),
                    match.rule_id,
                    match.category,
                    match.message,
                    tuple(match.replacements),
                    match.rule_issue_type,
                )
            else:
                with self._count:
                    self.dropped += 1

    def _key(self, text: str) -> str:
        known = sha256(f"{self.version}\n{self._selection.fingerprint()}\n".encode())
        known.update(text.encode("utf-8", "surrogatepass"))
        return known.hexdigest()


class _Lost(Exception):
    """The server did not answer; the text says how."""


class _Refused(Exception):
    """The server answered that it cannot check this text; `final`: asking again is of no use."""

    def __init__(self, text: str, final: bool) -> None:
        super().__init__(text)
        self.final = final


class _Request(threading.local):
    """What a thread is about to ask, and what the wrapper drops of the answer."""

    lease: Lease
    until: float = 0.0
    incomplete: bool = False


class _Tool(language_tool_python.LanguageTool):
    """The wrapper with a transport of our own.

    Its own sends through proxies of the environment, waits 300 s, tries again by itself, asks for the list of languages
    before every text when there is a mother tongue, cannot follow a server to another port, and drops the remark that
    a result is incomplete.
    """

    version: str = ""

    def __init__(self, selection: Selection, lease: Lease, seconds: float) -> None:
        self._request = _Request()
        self._request.lease = lease
        self._request.until = time.monotonic() + seconds
        self._known: set[str] | None = None
        super().__init__(selection.language, remote_server=lease.url, host="127.0.0.1")
        if selection.mother_tongue is not None:
            self.mother_tongue = selection.mother_tongue
            self.mother_tongue  # noqa: B018 - raises ValueError when the server does not know it
        # sorted, and not sets, so that all requests name them in one order and share the server's pipelines
        self.enabled_rules = _ordered(selection.enabled_rules)
        self.disabled_rules = _ordered(selection.disabled_rules)
        self.enabled_categories = _ordered(selection.enabled_categories)
        self.disabled_categories = _ordered(selection.disabled_categories)
        self.enabled_rules_only = selection.enabled_only
        self.picky = selection.picky
        self.look("Warm.", lease, seconds)

    def look(self, text: str, lease: Lease, seconds: float) -> tuple[list[language_tool_python.Match], bool]:
        """Check one piece by the lease; the wrapper's matches, and whether the server ran out of time.

        Raises _Lost when no answer comes within the seconds, _Refused when the server cannot check the text.
        """
        self._request.lease = lease
        self._request.until = time.monotonic() + seconds
        self._request.incomplete = False
        try:
            return self.check(text), self._request.incomplete
        except (KeyError, TypeError, AttributeError) as error:
            raise _Refused(f"the answer of LanguageTool is not as it should be ({error!r})", final=True) from error

    def _get_languages(self) -> set[str]:
        if self._known is None:
            self._known = super()._get_languages()
        return self._known

    def _create_params(self, text: str) -> dict[str, str]:
        return {**super()._create_params(text), "allowIncompleteResults": "true"}

    def _query_server(
        self, url: str, params: Mapping[str, str] | None = None, num_tries: int = 1, method: str = "get"
    ) -> Any:
        del num_tries  # trying again is the checker's part
        place = url.rpartition("/")[2]
        answer = self._answer(f"v2/{place}", urlencode(params or {}) if method == "post" else None)
        if isinstance(answer, dict):
            self._request.incomplete = bool(answer.get("warnings", {}).get("incompleteResults"))
            self.version = answer.get("software", {}).get("version", self.version)
        return answer

    def _answer(self, place: str, body: str | None) -> Any:
        left = self._request.until - time.monotonic()
        connection, path = connect(self._request.lease.url, max(left, 0.001))
        try:
            if body is None:
                connection.request("GET", f"{path}/{place}")
            else:
                headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
                connection.request("POST", f"{path}/{place}", body, headers)
            response = connection.getresponse()
            content = response.read()
        except TimeoutError as error:
            raise _Lost(f"LanguageTool did not answer within {left:.1f} s") from error
        except (OSError, http.client.HTTPException) as error:
            raise _Lost(f"the connection to LanguageTool broke ({type(error).__name__})") from error
        finally:
            connection.close()
        if response.status != 200:
            said = content.decode("utf-8", "replace").partition("\n")[0][:200]
            raise _Refused(f"LanguageTool answered {response.status}: {said}", final=response.status < 500)
        try:
            return json.loads(content)
        except ValueError as error:
            raise _Lost(f"LanguageTool's answer was cut off ({len(content)} bytes)") from error


def _ordered(names: frozenset[str]) -> Any:
    return dict.fromkeys(sorted(names))


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0][:300]
