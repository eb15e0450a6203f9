"""The kernel of a run: always the interpreter that called, whatever kernels the machine has registered.

Where processes can be forked it is a fork (`runs.forked`). `ForkingProvisioner` is Jupyter's own way in: papermill,
nbclient and nbval use it unchanged where ``JUPYTER_DEFAULT_PROVISIONER_NAME`` is ``xhs-fork``.
"""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from subprocess import DEVNULL, PIPE
from typing import Any

import zmq
from ipykernel.kernelspec import get_kernel_dict
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner
from jupyter_core.utils import run_sync
from traitlets import default

from xhs_toolkit.runs.forked import FORKS, get_server

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
NAME = "xhs-fork"
EMPTY = "get_ipython().reset(new_session=True)"
SECONDS_TO_EMPTY = 30
ENVIRONMENT = {"PYDEVD_DISABLE_FILE_VALIDATION": "1"}


class ForkingProvisioner(LocalProvisioner):
    """Forks each kernel from the server, over sockets in the server's private folder."""

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Choose where the sockets lie, as long as nobody has."""
        manager = self.parent
        if FORKS and manager and not manager.connection_file and manager.transport == "tcp":
            place = get_server().folder / str(self.kernel_id)[:8]
            manager.transport, manager.ip, manager.connection_file = "ipc", str(place), f"{place}.json"
        return await super().pre_launch(**kwargs)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Fork where the command starts this interpreter with ipykernel; else start it as ever."""
        streams = [kwargs.get(name) for name in ("stdin", "stdout", "stderr")]
        if not FORKS or PIPE in streams or "ipykernel_launcher" not in cmd or cmd[0] != sys.executable:
            return await super().launch_kernel(cmd, **kwargs)
        heard = [None if each in (None, DEVNULL) else each for each in streams]
        cwd = str(kwargs.get("cwd") or Path.cwd())
        process = get_server().fork({"argv": cmd}, env=kwargs["env"], cwd=cwd, streams=heard)
        self.process, self.pid, self.pgid = process, process.pid, process.pid  # type: ignore[assignment]
        self.cwd = kwargs.get("cwd", Path.cwd())
        return self.connection_info


ENTRY_POINT = EntryPoint(NAME, f"{__name__}:{ForkingProvisioner.__name__}", KernelProvisionerFactory.GROUP_NAME)
"""The provisioner as the package's metadata name it; a run needs no metadata."""


class CallersKernelSpecs(KernelSpecManager):
    """Knows one kernel: the caller's own interpreter, under any name."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Return the caller's interpreter."""
        described = {**get_kernel_dict(), "argv": list(COMMAND), "env": dict(ENVIRONMENT)}
        forked = {"kernel_provisioner": {"provisioner_name": NAME}}
        return KernelSpec(name=kernel_name, **{**described, "metadata": forked})


class CallersKernelManager(AsyncKernelManager):
    """Starts the caller's interpreter instead of looking up a registered kernel.

    Where the installed Jupyter can, what notebook and kernel tell each other is encrypted.
    """

    def __init__(self, **settings: Any) -> None:
        if self.has_trait("transport_encryption") and zmq.has("curve"):
            settings = {"transport_encryption": "auto", **settings}
        KernelProvisionerFactory.instance().provisioners.setdefault(NAME, ENTRY_POINT)
        super().__init__(**settings)

    @default("kernel_spec_manager")
    def _kernel_spec_manager_default(self) -> Any:
        return CallersKernelSpecs(parent=self)

    def client(self, **settings: Any) -> Any:
        """A client of the kernel, known here so that its sockets can be closed: nbclient leaves them open."""
        self.clients = [*getattr(self, "clients", ()), super().client(**settings)]
        return self.clients[-1]

    def close(self) -> None:
        """Close every socket to the kernel; a month of campaigns would use up the files that a process may open."""
        for client in getattr(self, "clients", ()):
            client.stop_channels()
            client.context.destroy(linger=0)
        self.context.destroy(linger=0)


def start_kernel(folder: Path) -> CallersKernelManager:
    """Start a kernel in a folder; stop it with `stop_kernel`, whether it was used or not.

    What the process itself prints is dropped: the terminal belongs to the progress lines, and the notebook keeps
    what its cells print.
    """
    manager = CallersKernelManager()
    run_sync(manager.start_kernel)(cwd=str(folder.resolve()), stdout=DEVNULL, stderr=DEVNULL)
    return manager


def empty_kernel(manager: CallersKernelManager) -> bool:
    """Take all that a notebook made out of a kernel, so that the next begins as in a new one; whether that worked.

    Libraries stay loaded, which is most of what a start costs.
    """
    client = manager.client()
    client.start_channels()
    try:
        run_sync(client.wait_for_ready)(timeout=SECONDS_TO_EMPTY)
        reply = run_sync(client.execute_interactive)(EMPTY, silent=True, timeout=SECONDS_TO_EMPTY)
    except (RuntimeError, TimeoutError):
        return False
    finally:
        client.stop_channels()
    return bool(reply["content"]["status"] == "ok")


def stop_kernel(manager: CallersKernelManager) -> None:
    """Stop a kernel, also one that is busy or gone."""
    run_sync(manager.shutdown_kernel)(now=True)
    manager.close()


def end_kernel(manager: CallersKernelManager) -> None:
    """End a kernel's process at once, from any thread; whoever waits for it is told that it is gone."""
    process = getattr(manager.provisioner, "process", None)
    if process is not None:
        process.kill()
