"""The kernel of a run: always the interpreter that called, whatever kernels the machine has registered.

`start_warm_kernel` starts the one for the next notebook while the notebook before it still runs.
"""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import DEVNULL
from typing import Any

import zmq
from ipykernel.kernelspec import get_kernel_dict
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import run_sync
from traitlets import default

COMMAND = (
    sys.executable,
    "-X",
    "utf8",
    "-X",
    "frozen_modules=off",
    "-P",  # a file in the campaign folder can never stand in for a library
    "-m",
    "ipykernel_launcher",
    "-f",
    "{connection_file}",
    "--IPKernelApp.log_level=ERROR",
)
LOADED = ("matplotlib.figure", "matplotlib.backends.backend_agg", "matplotlib.backends.backend_svg")
"""Modules that every notebook needs with its first picture, and that the toolkit imports no sooner."""

ENVIRONMENT = {"PYDEVD_DISABLE_FILE_VALIDATION": "1"}


class CallersKernelSpecs(KernelSpecManager):
    """Knows one kernel: the caller's own interpreter, under any name."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Return the caller's interpreter."""
        described = {**get_kernel_dict(), "argv": list(COMMAND), "env": dict(ENVIRONMENT)}
        return KernelSpec(name=kernel_name, **described)


class CallersKernelManager(AsyncKernelManager):
    """Starts the caller's interpreter instead of looking up a registered kernel.

    Where the installed Jupyter can, what notebook and kernel tell each other is encrypted.
    """

    def __init__(self, **settings: Any) -> None:
        if self.has_trait("transport_encryption") and zmq.has("curve"):
            settings = {"transport_encryption": "auto", **settings}
        super().__init__(**settings)

    @default("kernel_spec_manager")
    def _kernel_spec_manager_default(self) -> Any:
        return CallersKernelSpecs(parent=self)


def start_warm_kernel(notebook: Path, *, folder: Path) -> CallersKernelManager:
    """Start a kernel in a folder that loads at once what a notebook imports; its names stay the notebook's own.

    What the process itself prints is dropped: the terminal belongs to the progress lines, and the notebook keeps
    what its cells print. Stop it with `stop_kernel`, whether it was used or not.
    """
    manager = CallersKernelManager()
    load = "".join(f"__import__({name!r});" for name in dict.fromkeys((*list_imports(notebook), *LOADED)))
    run_sync(manager.start_kernel)(
        cwd=str(folder.resolve()),
        extra_arguments=[f"--IPKernelApp.exec_lines={load}None"],
        stdout=DEVNULL,
        stderr=DEVNULL,
    )
    return manager


def list_imports(notebook: Path) -> Iterator[str]:
    """The modules that a notebook imports, in order; a cell that is no plain Python is passed over."""
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            yield from _list_imports("".join(cell["source"]))


def _list_imports(source: str) -> Iterator[str]:
    try:
        nodes = ast.walk(ast.parse(source))
    except SyntaxError:
        return
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def stop_kernel(manager: CallersKernelManager) -> None:
    """Stop a kernel, also one that is busy or gone."""
    run_sync(manager.shutdown_kernel)(now=True)
