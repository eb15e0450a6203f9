"""A process that has loaded everything once, and forks itself for each kernel and each call: nothing is loaded twice.

`runs.forked` starts it and asks it, over a pair of sockets. A request is one byte with four file descriptors: a
socket, and what becomes standard input, output and error; over the socket follow the request as a line of JSON (with
``argv`` of a kernel, or ``call``), the process's id and at last its exit code. Between the server and each process
stands a guard: where whoever asked is gone, it ends the process and all that the process started.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import pickle
import pkgutil
import random
import select
import signal
import socket
import sys
import time
import traceback
from contextlib import suppress
from typing import Any, NoReturn

import numpy as np

import xhs_toolkit

NOT_LOADED = ("widgets", "practice", "_bundled", "__main__")
"""Parts of the package that no notebook of a run uses."""
LOADED_LATE = (
    *("duckdb", "lxml.etree", "python_calamine", "pyarrow.parquet", "pyarrow.dataset", "seaborn", "pptx", "xlsxwriter"),
    *("ipykernel.kernelapp", "ipykernel.zmqshell", "matplotlib.backends.backend_svg", "matplotlib.pyplot"),
    *("scipy.optimize", "scipy.stats", "pandas.io.formats.style", "jinja2.sandbox", "fontTools.ttLib", "uharfbuzz"),
)
"""Libraries that the package imports where it needs them."""
INLINE = "module://matplotlib_inline.backend_inline"
"""How pictures are shown in a kernel, as ipykernel sets it."""


def load() -> None:
    """Import what notebooks and reports use."""
    os.environ["MPLBACKEND"] = INLINE
    found = pkgutil.walk_packages(xhs_toolkit.__path__, f"{xhs_toolkit.__name__}.")
    own = [each.name for each in found if not set(each.name.split(".")) & set(NOT_LOADED)]
    for name in (*own, *LOADED_LATE):
        with suppress(ImportError):  # what is not installed is missed by whoever needs it
            importlib.import_module(name)
    gc.collect()
    gc.freeze()  # so that forks share these pages


def serve(control: socket.socket) -> None:
    """Fork a guard for each request, until whoever asks is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever asks
    signal.signal(signal.SIGCHLD, _count_ended)
    while True:
        asked, descriptors, *_ = socket.recv_fds(control, 1, 4)
        if not asked:
            break
        if os.fork() == 0:
            control.close()
            guard(socket.socket(fileno=descriptors[0]), descriptors[1:])
        for each in descriptors:
            os.close(each)
    with suppress(ChildProcessError):
        while True:
            os.wait()


def _count_ended(*_: object) -> None:
    """Take in what the guards that have ended leave: their processor time is that of this process's children."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def guard(asker: socket.socket, streams: list[int]) -> NoReturn:
    """Fork the process, tell its id and its end; end it with all that it started when the asker hangs up."""
    woken, waker = socket.socketpair()
    waker.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(waker.fileno())
    request = json.loads(asker.makefile("rb").readline())
    process = os.fork()
    if process == 0:
        signal.set_wakeup_fd(-1)
        for each in (asker, woken, waker):
            each.close()
        become(request, streams)
    for stream in streams:
        os.close(stream)
    asker.sendall(b"%d\n" % process)
    while not (ended := os.waitpid(process, os.WNOHANG))[0]:
        if asker in select.select([asker, woken], [], [])[0]:
            _end_group(process)
        else:
            woken.recv(1)
    _end_group(process)
    with suppress(OSError):
        asker.sendall(b"%d\n" % os.waitstatus_to_exitcode(ended[1]))
    os._exit(0)


def _end_group(process: int) -> None:
    with suppress(OSError):
        os.killpg(process, signal.SIGKILL)


def become(request: dict[str, Any], streams: list[int]) -> NoReturn:
    """Turn this fork into a process as if it had been started anew, do what is asked, and end."""
    code = 1
    try:
        os.setsid()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for target, each in enumerate(streams):
            os.dup2(each, target)
            os.close(each)
        os.chdir(request["cwd"])
        os.environ.clear()
        os.environ.update(request["env"])
        time.tzset()
        random.seed()
        np.random.seed()  # noqa: NPY002 - the state that a fork inherits is this one
        code = _call(request["call"]) if "call" in request else _run_kernel(request["argv"])
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        with suppress(Exception):
            atexit._run_exitfuncs()
            sys.stdout.flush()
        os._exit(code)


def _run_kernel(argv: list[str]) -> int:
    """Be the kernel that the command would have started."""
    from ipykernel.kernelapp import IPKernelApp

    if "-P" not in argv:
        sys.path.insert(0, "")
    arguments = argv[argv.index("ipykernel_launcher") + 1 :]
    sys.argv = ["ipykernel_launcher", *arguments]
    IPKernelApp.launch_instance([*arguments, f"--IPKernelApp.parent_handle={os.getppid()}"])
    return 0


def _call(file: str) -> int:
    """Call the function that lies pickled in a file with its arguments, and lay its result or error there."""
    with open(file, "rb") as pickled:  # noqa: PTH123
        function, arguments = pickle.load(pickled)  # noqa: S301 - written by whoever asks, in a folder of his own
    try:
        result = (True, function(*arguments))
    except Exception as error:
        result = (False, (error, traceback.format_exc()))
    with open(file, "wb") as pickled:  # noqa: PTH123
        pickle.dump(result, pickled)
    return 0


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as asked:
        load()
        serve(asked)
    os._exit(0)
