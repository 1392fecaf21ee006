"""Server: a LanguageTool server that is started, watched, restarted and stopped by us, or one that runs elsewhere."""

from __future__ import annotations

import http.client
import os
import socket
import threading
import time
import weakref
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

from auditor.grammar.child import Child
from auditor.grammar.errors import GrammarError, GrammarOff
from auditor.grammar.install import Installation, home, installed, java_program

PIECE = 6_000
"""The longest text, in code points, that is sent in one request: what is found in the pieces before it is kept."""

LOOK_AHEAD = 8
"""Texts per worker that are taken from a stream before the first result is handed out."""

OUTSIDE_HEAP = 700
"""MB that a healthy JVM holds beside its heap (classes, code, threads), with room."""

_PORT_TRIES = 5
_PROBE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """How a server of our own runs.

    heap: MB of Java heap at most; threads: texts checked at a time (0: one for each core that we may use);
    deadline: seconds for one request, after which the server counts as hung; start_deadline: seconds until a new
    server must answer; memory: MB of resident memory above which it is replaced between two texts (0: heap + 700);
    restarts: in `window` seconds at most; failures: in a row after which the tier is off for this run.
    """

    heap: int = 1024
    threads: int = 0
    deadline: float = 20.0
    start_deadline: float = 120.0
    memory: int = 0
    restarts: int = 10
    window: float = 600.0
    failures: int = 6
    jvm: tuple[str, ...] = ()
    home: Path | None = None

    def workers(self) -> int:
        """How many texts are checked at a time."""
        return self.threads or usable_cores()

    def properties(self) -> str:
        """The server's configuration, as its `--config` file."""
        threads = self.workers() + 2  # so that a health probe is answered while all others are busy
        values = {
            "pipelineCaching": "true",
            "maxPipelinePoolSize": 4 * threads,
            "pipelineExpireTimeInSeconds": 86_400,
            "pipelinePrewarming": "false",  # it warms ten languages; we send a text of our own
            "cacheSize": 0,  # sentences of news do not come again
            "maxCheckThreads": threads,
            "maxTextCheckerThreads": threads,
            "textCheckerQueueSize": 4 * threads,
            "maxWorkQueueSize": 0,
            "maxTextLength": 2 * PIECE,
            "maxTextHardLength": 2 * PIECE,
            "maxCheckTimeMillis": int(server_seconds(self.deadline) * 1000),
            "requestLimit": 0,
            "timeoutRequestLimit": 0,
            "skipLoggingChecks": "true",
            "skipLoggingRuleMatches": "true",
        }
        return "".join(f"{key}={value}\n" for key, value in values.items())


class Lease(NamedTuple):
    """Leave to send one text: `url` as `http://127.0.0.1:4711`; `generation` counts the servers that there were."""

    url: str
    generation: int


class Breaker:
    """Counts failures in a row; from `limit` on everything is off, and `reason` says why."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._row = 0
        self.reason: str | None = None

    def succeeded(self) -> None:
        """A text was checked."""
        self._row = 0

    def failed(self, reason: str, *, final: bool = False) -> None:
        """A failure, with what happened; `final`: one is enough."""
        self._row += 1
        if self.reason is None and (final or self._row >= self._limit):
            self.reason = f"{self._row} failures in a row, at last: {reason}" if self._row > 1 else reason

    def check(self) -> None:
        """Raises GrammarOff when there were too many."""
        if self.reason is not None:
            raise GrammarOff(f"the grammar tier is off for the rest of this run: {self.reason}")


class Server:
    """A LanguageTool server of this process, started when the first text comes, stopped when the last user leaves.

    Users enter it as a context manager; several may share one. It is safe to use from several threads. A process that
    is forked off gets a server of its own. Raises GrammarError on entering when LanguageTool or Java is not there.
    """

    def __init__(self, options: ServerOptions | None = None) -> None:
        self.options = options or ServerOptions()
        self.deadline = self.options.deadline
        self.workers = self.options.workers()
        self._limit = (self.options.memory or self.options.heap + OUTSIDE_HEAP) * 1_000_000
        self.greeting: list[str] = []
        """What the server said while it started."""
        self._users = 0
        self._child: Child | None = None
        self._fresh()
        self._finalizer = weakref.finalize(self, _nothing)
        os.register_at_fork(after_in_child=partial(_forked, weakref.ref(self)))

    def _fresh(self) -> None:
        self._turn = threading.Condition()
        self._breaker = Breaker(self.options.failures)
        self._starts: deque[float] = deque(maxlen=self.options.restarts + 1)
        self._generation = 0
        self._port = 0
        self._busy = 0
        self._alone = False
        self._want_alone = 0

    def __enter__(self) -> Server:
        with self._turn:
            if self._users == 0:
                self._breaker = Breaker(self.options.failures)
                self._starts.clear()
                java_program()
                self.version  # noqa: B018 - raises when it is not installed
            self._users += 1
        return self

    def __exit__(self, *error: object) -> None:
        with self._turn:
            self._users -= 1
            if self._users <= 0:
                self._users = 0
                self._stop()

    @property
    def version(self) -> str:
        """The version of LanguageTool. Raises GrammarError when it is not installed."""
        return self._installation().version

    @property
    def pid(self) -> int | None:
        """The process id of the JVM, None when none runs."""
        child = self._child
        return child.pid if child is not None else None

    @property
    def generation(self) -> int:
        """How many servers have been started."""
        return self._generation

    def resident(self) -> int | None:
        """Bytes of memory that the JVM holds now, None when none runs."""
        child = self._child
        return child.resident() if child is not None else None

    def log(self) -> list[str]:
        """The last lines of the server's output."""
        child = self._child
        return child.said() if child is not None else []

    @contextmanager
    def slot(self, alone: bool = False) -> Iterator[Lease]:
        """Leave to send a text, to a server that runs; `alone`: while no other text is with it.

        Raises GrammarOff when there were too many failures.
        """
        with self._turn:
            self._want_alone += alone
            try:
                self._turn.wait_for(lambda: not self._alone and not (self._busy if alone else self._want_alone))
            finally:
                self._want_alone -= alone
            lease = self._ready()
            self._busy += 1
            self._alone = alone
        try:
            yield lease
        finally:
            with self._turn:
                self._busy -= 1
                if alone:
                    self._alone = False
                if self._busy == 0:
                    self._watch_memory()
                self._turn.notify_all()

    def succeeded(self, lease: Lease) -> None:
        """A text was checked: an answer came, whatever it says."""
        with self._turn:
            self._breaker.succeeded()

    def failed(self, lease: Lease, reason: str, *, ill: bool = True) -> None:
        """A request failed. `ill`: the server did not answer, and is replaced before the next text."""
        with self._turn:
            if lease.generation != self._generation or self._child is None:
                return  # the failure of a server that is gone already: another text has told of it
            self._breaker.failed(f"{reason}{self._last_words()}" if ill else reason)
            if ill:
                self._stop()

    def _ready(self) -> Lease:
        """A lease on a running server; starts one when none runs. The turn must be held."""
        while True:
            self._breaker.check()
            if self._users == 0:
                raise GrammarOff("the grammar tier was closed before this text was checked")
            if self._child is not None:
                if self._child.running():
                    return Lease(f"http://127.0.0.1:{self._port}", self._generation)
                self._breaker.failed(f"the server ended by itself{self._last_words()}")
                self._stop()
                continue
            self._count_start()
            try:
                self._start()
            except _NotStarted as error:
                self._breaker.failed(str(error), final=error.slow)

    def _count_start(self) -> None:
        now = time.monotonic()
        if len(self._starts) > self.options.restarts and now - self._starts[0] < self.options.window:
            self._breaker.reason = (
                f"the server was restarted {self.options.restarts} times within {self.options.window:g} s"
            )
            self._breaker.check()
        self._starts.append(now)

    def _start(self) -> None:
        installation = self._installation()
        deadline = time.monotonic() + self.options.start_deadline
        for _ in range(_PORT_TRIES):
            port = _free_port()
            child = Child(
                [
                    java_program(),
                    f"-Xmx{self.options.heap}m",
                    "-XX:+UseSerialGC",
                    "-XX:+ExitOnOutOfMemoryError",
                    "-XX:-UsePerfData",
                    "-Dfile.encoding=UTF-8",
                    "-Djava.net.preferIPv4Stack=true",
                    "-Djava.io.tmpdir={scratch}",
                    *self.options.jvm,
                    "-cp",
                    os.pathsep.join(map(str, installation.jars)),
                    "org.languagetool.server.HTTPServer",
                    "--config",
                    "{scratch}/server.properties",
                    "--port",
                    str(port),
                ],
                {"server.properties": self.options.properties()},
            )
            with ExitStack() as undo:
                undo.callback(child.kill)
                # its own word first, so that nobody else's server on that port is taken for ours
                started = child.wait_for(lambda line: line.endswith("Server started"), deadline - time.monotonic())
                if started and child.running() and warm_up(f"http://127.0.0.1:{port}", deadline):
                    undo.pop_all()
                    self._child, self._port = child, port
                    self.greeting = child.said()
                    self._generation += 1
                    self._finalizer.detach()
                    self._finalizer = weakref.finalize(self, child.kill)
                    return
                ended = not child.running()
            said = child.said()
            if any("BindException" in line or "PortBindingException" in line for line in said):
                continue
            what = "ended" if ended else f"did not answer within {self.options.start_deadline:g} s"
            raise _NotStarted(f"the server {what} while it started{_words(said)}", slow=not ended)
        raise _NotStarted(f"{_PORT_TRIES} ports in a row were taken by others")

    def _stop(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            self._finalizer.detach()
            child.kill()

    def _watch_memory(self) -> None:
        if self._child is not None and (self._child.resident() or 0) > self._limit:
            self._stop()

    def _last_words(self) -> str:
        return _words(self._child.said()) if self._child is not None else ""

    def _installation(self) -> Installation:
        found = installed(self.options.home)
        if found is None:
            raise GrammarError("grammar: LanguageTool is not installed; run: auditor grammar install")
        return found


class RemoteServer:
    """A LanguageTool server that somebody else runs, named by its URL; it is never stopped.

    Texts are sent to that host and to no other: no proxy is used and no redirect is followed.
    Raises GrammarError when the URL is not one, and on entering when nobody answers there.
    """

    def __init__(self, url: str, *, deadline: float = 20.0, workers: int = 0, failures: int = 6) -> None:
        parts = urlsplit(url)
        try:
            named = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            named = False
        if not named or parts.query or parts.fragment or parts.username:
            raise GrammarError(f"{url}: is not the URL of a server, such as http://127.0.0.1:8081")
        self.url = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/').removesuffix('/v2')}"
        self.deadline = deadline
        self.workers = workers or usable_cores()
        self._turn = threading.Lock()
        self._breaker = Breaker(failures)

    def __enter__(self) -> RemoteServer:
        if not healthy(self.url, _PROBE_SECONDS):
            raise GrammarError(f"{self.url}: no LanguageTool server answers there; start it, or leave out the URL")
        return self

    def __exit__(self, *error: object) -> None:
        pass

    @contextmanager
    def slot(self, alone: bool = False) -> Iterator[Lease]:
        """Leave to send a text. Raises GrammarOff when there were too many failures."""
        with self._turn:
            self._breaker.check()
        yield Lease(self.url, 1)

    def succeeded(self, lease: Lease) -> None:
        """A text was checked."""
        with self._turn:
            self._breaker.succeeded()

    def failed(self, lease: Lease, reason: str, *, ill: bool = True) -> None:
        """A request failed."""
        with self._turn:
            self._breaker.failed(reason)


def shared(options: ServerOptions) -> Server:
    """The server of this process with these options: the same for all who ask, so that they share one JVM."""
    return _shared(replace(options, home=options.home or home()))


@cache
def _shared(options: ServerOptions) -> Server:
    return Server(options)


def usable_cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(len(os.sched_getaffinity(0)), 1)
    return os.cpu_count() or 1


def server_seconds(deadline: float) -> float:
    """Seconds after which the server itself gives what it has, so that it comes before our deadline."""
    return deadline - min(2.0, deadline * 0.2)


def connect(url: str, seconds: float) -> tuple[http.client.HTTPConnection, str]:
    """A connection to the host of a URL, not through any proxy, and the path there."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    return kind(parts.hostname or "", parts.port, timeout=seconds), parts.path


def healthy(url: str, seconds: float) -> bool:
    """Whether a server answers the health probe within the seconds."""
    connection, path = connect(url, seconds)
    try:
        connection.request("GET", f"{path}/v2/healthcheck")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def warm_up(url: str, deadline: float) -> bool:
    """Have a text checked until the answer is complete: the first loads rules and dictionaries, which takes seconds.

    deadline: by `time.monotonic`. False when no complete answer came by then.
    """
    text = "This is the first sentence. Here are an other one that have mistakes, \u2018and\u2019 a qoute."
    body = urlencode({"language": "en-US", "text": text, "allowIncompleteResults": "true"})
    while (seconds := deadline - time.monotonic()) > 0:
        connection, path = connect(url, seconds)
        try:
            connection.request("POST", f"{path}/v2/check", body, {"Content-Type": "application/x-www-form-urlencoded"})
            response = connection.getresponse()
            if b'"incompleteResults":true' not in response.read() and response.status == 200:
                return True
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
    return False


class _NotStarted(Exception):
    """A start that failed; it is tried again until the breaker opens, at once when it took all the time it had."""

    def __init__(self, text: str, *, slow: bool = False) -> None:
        super().__init__(text)
        self.slow = slow


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _words(said: list[str]) -> str:
    """What the server said about its end, as a half sentence."""
    marks = ("OutOfMemoryError", "Exception", "Error", "error")
    for mark in marks:
        for line in said:
            if mark in line:
                return f" ({line[:200]})"
    return ""


def _nothing() -> None:
    pass


def _forked(reference: weakref.ref[Server]) -> None:
    """In a forked process: the server is the parent's; forget it, so that one of our own is started when needed."""
    server = reference()
    if server is not None:
        child, server._child = server._child, None
        server._finalizer.detach()
        if child is not None:
            with suppress(OSError):
                child.let_go()
        server._fresh()
