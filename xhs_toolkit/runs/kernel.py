"""The kernel of a run: always the interpreter that called, whatever kernels the machine has registered."""

from __future__ import annotations

import sys
from subprocess import DEVNULL
from typing import Any

import zmq
from ipykernel.kernelspec import get_kernel_dict
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
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
ENVIRONMENT = {"PYDEVD_DISABLE_FILE_VALIDATION": "1"}


class CallersKernelSpecs(KernelSpecManager):
    """Knows one kernel: the caller's own interpreter, under any name."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Return the caller's interpreter."""
        described = {**get_kernel_dict(), "argv": list(COMMAND), "env": dict(ENVIRONMENT)}
        return KernelSpec(name=kernel_name, **described)


class CallersKernelManager(AsyncKernelManager):
    """Starts the caller's interpreter instead of looking up a registered kernel.

    Where the installed Jupyter can, what notebook and kernel tell each other is encrypted. What the process itself
    prints is dropped: the terminal belongs to the progress lines, and the notebook keeps what its cells print.
    """

    def __init__(self, **settings: Any) -> None:
        if self.has_trait("transport_encryption") and zmq.has("curve"):
            settings = {"transport_encryption": "auto", **settings}
        super().__init__(**settings)

    @default("kernel_spec_manager")
    def _kernel_spec_manager_default(self) -> Any:
        return CallersKernelSpecs(parent=self)

    def start_kernel(self, **options: Any) -> Any:
        """Start the kernel without a voice in the terminal."""
        return super().start_kernel(**{"stdout": DEVNULL, "stderr": DEVNULL, **options})
