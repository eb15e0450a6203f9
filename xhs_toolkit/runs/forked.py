"""Processes forked from one that has loaded everything (`runs.server`): kernels (`runs.kernel`) and calls.

Where a process cannot be forked with threads and libraries in it (Windows, macOS), kernels are started as ever and
calls are made here.
"""

from __future__ import annotations

import atexit
import json
import os
import pickle
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from xhs_toolkit.errors import RunError

FORKS = sys.platform == "linux"
COMMAND = (sys.executable, "-X", "utf8", "-X", "frozen_modules=off", "-P", "-m", "xhs_toolkit.runs.server")
PREFIX = "xhs-"
SECONDS_TO_END = 5
Result = TypeVar("Result")


class Forked:
    """A process that the server has forked, as `subprocess.Popen` shows one."""

    stdin = stdout = stderr = None

    def __init__(self, line: socket.socket) -> None:
        self.returncode: int | None = None
        self._line = line
        self.pid = int(self._read() or 0)

    def _read(self) -> bytes:
        """The next line that the guard writes; nothing where it is gone."""
        told = b""
        with suppress(OSError):
            while not told.endswith(b"\n") and (more := self._line.recv(1)):
                told += more
        return told

    def poll(self) -> int | None:
        """Its exit code, or None while it runs."""
        if self.returncode is None and self._has_ended():
            self.wait()
        return self.returncode

    def _has_ended(self) -> bool:
        self._line.setblocking(False)
        try:
            return self._line.recv(1, socket.MSG_PEEK) is not None
        except BlockingIOError:
            return False
        finally:
            self._line.setblocking(True)

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, once it has ended."""
        if self.returncode is None:
            self.returncode = int(self._read() or -signal.SIGKILL)
            self._line.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal to it, as long as it runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it, and all that it started, at once."""
        with suppress(OSError):
            self._line.shutdown(socket.SHUT_WR)

    terminate = kill


class Server:
    """The process that has loaded everything, and the folder for sockets and files that it shares with its forks."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
        self._lock = threading.Lock()
        self._control, theirs = socket.socketpair()
        with theirs:
            command = [*COMMAND, str(theirs.fileno())]
            silent = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
            env = {"OPENBLAS_NUM_THREADS": "1", **os.environ}  # small matrices: on shared cores threads only wait
            self._process = subprocess.Popen(command, pass_fds=[theirs.fileno()], env=env, **silent)  # type: ignore[call-overload]
        atexit.register(self.stop)

    def fork(
        self, request: Mapping[str, Any], *, env: Mapping[str, str], cwd: str, streams: Sequence[int | None] = ()
    ) -> Forked:
        """Fork a process for a request; its streams are None where there is nothing to hear."""
        ours, theirs = socket.socketpair()
        with theirs, Path(os.devnull).open("r+b") as silence:
            given = [silence.fileno() if each is None else each for each in (*streams, None, None, None)[:3]]
            with self._lock:
                socket.send_fds(self._control, [b"!"], [theirs.fileno(), *given])
        ours.sendall(json.dumps({**request, "env": dict(env), "cwd": cwd}).encode() + b"\n")
        return Forked(ours)

    def stop(self) -> None:
        """End the server and sweep its folder; forks end with whoever asked for them."""
        self._control.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(SECONDS_TO_END)
        self._process.kill()
        self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


@cache
def get_server() -> Server:
    """The server of this process, started when it is first asked for."""
    _sweep()
    return Server()


def _sweep() -> None:
    """Remove the folders of processes that are gone."""
    for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}*-*"):
        number = left.name.removeprefix(PREFIX).split("-")[0]
        if number.isdecimal() and not Path("/proc", number).exists():
            shutil.rmtree(left, ignore_errors=True)


def call(
    function: Callable[..., Result], *arguments: object, on_start: Callable[[Forked], object] | None = None
) -> Result:
    """Call one of the package's functions in a fork, and return its result; any other is called here.

    Raises
    ------
    RunError
        the process ended without a result.
    """
    if not FORKS or not function.__module__.startswith("xhs_toolkit."):
        return function(*arguments)
    server = get_server()
    with tempfile.NamedTemporaryFile(dir=server.folder) as file:
        pickle.dump((function, arguments), file)
        file.flush()
        process = server.fork({"call": file.name}, env=os.environ, cwd=str(Path.cwd()), streams=(None, 1, 2))
        if on_start:
            on_start(process)  # so that it can be killed
        try:
            if process.wait():
                raise RunError("The process ended, most often because memory ran out.")
        finally:
            process.kill()
        is_done, result = pickle.loads(Path(file.name).read_bytes())  # noqa: S301 - written by our own fork
    if is_done:
        return result
    error, trace = result
    error.add_note(trace)
    raise error
