"""Child: a program that ends when we end, however we end."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from auditor.grammar.errors import GrammarError

TAIL = 60
"""Lines of output that are remembered."""

_SPOKEN = "auditor-child "

# A shell stands between us and the program, in a session of its own. It and a helper read a pipe whose other end only
# we hold: when we are gone, by SIGKILL too, the helper reads its end and kills the session, itself included.
_SUPERVISOR = f"""
scratch=$1; shift
exec 3<&0 </dev/null
"$@" 3<&- &
child=$!
{{ read -r gone <&3; rm -rf "$scratch"; kill -9 0; }} >/dev/null 2>&1 &
helper=$!
echo "{_SPOKEN}$child"
wait "$child"
code=$?
kill -9 "$helper"
exit "$code"
"""


class Child:
    """A running program, with a scratch folder as its working directory, which goes away with it.

    files: name to content of what the scratch folder holds at the start; `{scratch}` in an argument becomes its path.
    Raises GrammarError when this system has no POSIX shell or the program cannot be started.
    """

    def __init__(self, arguments: Sequence[str], files: dict[str, str] | None = None) -> None:
        if os.name != "posix":
            raise GrammarError("grammar: a server of our own needs a POSIX system; name a running one by its URL")
        self._lines: deque[str] = deque(maxlen=TAIL)
        self._heard = threading.Condition()
        self._ended = False
        self.pid: int | None = None
        try:
            self.scratch = Path(tempfile.mkdtemp(prefix="auditor-grammar-"))
            for name, content in (files or {}).items():
                (self.scratch / name).write_text(content, encoding="utf-8")
            filled = [argument.replace("{scratch}", str(self.scratch)) for argument in arguments]
            self._process = subprocess.Popen(
                ["/bin/sh", "-c", _SUPERVISOR, "auditor", str(self.scratch), *filled],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                cwd=self.scratch,
                start_new_session=True,
            )
        except OSError as error:
            raise GrammarError(f"grammar: {arguments[0]} cannot be started: {error.strerror or error}") from error
        threading.Thread(target=self._listen, name="auditor-grammar-output", daemon=True).start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with suppress(ValueError, OSError):  # the pipe is closed in a forked process
            for raw in self._process.stdout:
                line = raw.decode("utf-8", "replace").rstrip()
                with self._heard:
                    if line.startswith(_SPOKEN) and self.pid is None:
                        self.pid = int(line.removeprefix(_SPOKEN))
                    else:
                        self._lines.append(line)
                    self._heard.notify_all()
        with self._heard:
            self._ended = True
            self._heard.notify_all()

    def said(self) -> list[str]:
        """The last lines of its output, both streams."""
        with self._heard:
            return list(self._lines)

    def wait_for(self, wanted: Callable[[str], bool], seconds: float) -> bool:
        """Wait until a line fulfils `wanted`; False when the program ended, or the seconds passed, without one."""
        deadline = time.monotonic() + seconds
        with self._heard:
            while not any(map(wanted, self._lines)):
                if self._ended or not self._heard.wait(deadline - time.monotonic()):
                    return any(map(wanted, self._lines))
        return True

    def running(self) -> bool:
        """Whether it still runs (a stopped program does)."""
        return self._process.poll() is None

    def wait(self, seconds: float) -> int | None:
        """Its exit code; None when it still runs after the seconds."""
        try:
            code = self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None
        with self._heard:
            self._heard.wait_for(lambda: self._ended, 1)
        return code

    def resident(self) -> int | None:
        """Bytes of memory that it holds now; None when that cannot be told."""
        if self.pid is None:
            return None
        try:
            for line in Path(f"/proc/{self.pid}/status").read_text(encoding="ascii", errors="replace").splitlines():
                if line.startswith("VmRSS:"):
                    return int(line.split()[1]) * 1024
        except OSError:
            with suppress(OSError, subprocess.SubprocessError, ValueError):
                listed = subprocess.run(
                    ["ps", "-o", "rss=", "-p", str(self.pid)], capture_output=True, text=True, timeout=5, check=True
                )
                return int(listed.stdout) * 1024
        return None

    def kill(self) -> None:
        """End it, and all that it started, at once; may be called again."""
        with suppress(OSError):
            os.killpg(self._process.pid, signal.SIGKILL)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(10)
        self.let_go()
        shutil.rmtree(self.scratch, ignore_errors=True)

    def let_go(self) -> None:
        """Close our end of the pipe. In a forked process this leaves the child to the parent."""
        with suppress(OSError):
            if self._process.stdin is not None:
                self._process.stdin.close()
