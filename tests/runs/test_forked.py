"""Forked processes: what they return, how they end, and that nothing of them outlives whoever asked."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from jupyter_client.manager import start_new_kernel
from jupyter_client.provisioning import KernelProvisionerFactory

from xhs_toolkit.campaign import read_campaign
from xhs_toolkit.errors import CampaignError
from xhs_toolkit.runs import forked
from xhs_toolkit.store import hash_file

pytestmark = pytest.mark.skipif(not forked.FORKS, reason="processes cannot be forked here")

START_AND_WAIT = """
import pathlib, sys, time
from xhs_toolkit.runs import forked, kernel
from jupyter_core.utils import run_sync

manager = kernel.start_kernel(pathlib.Path(sys.argv[1]))
client = manager.client()
client.start_channels()
run_sync(client.wait_for_ready)()
code = "import subprocess, os; child = subprocess.Popen(['sleep', '60']); print(os.getpid(), child.pid)"
run_sync(client.execute_interactive)(code)
print(forked.get_server()._process.pid, forked.get_server().folder, flush=True)
time.sleep(60)
"""


def is_running(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_a_call_returns_what_the_function_does_and_raises_what_it_raises(tmp_path: Path) -> None:
    assert forked.call(hash_file, Path(__file__)) == hash_file(Path(__file__))
    with pytest.raises(CampaignError, match="There is no folder") as caught:
        forked.call(read_campaign, tmp_path / "gone")
    assert "server.py" in caught.value.__notes__[0], "it was raised in a fork"
    assert forked.call(os.getpid) == os.getpid(), "what the server has not loaded is called here"


def test_jupyter_takes_forked_kernels_for_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    factory = KernelProvisionerFactory.instance()
    monkeypatch.setitem(factory.provisioners, forked.NAME, forked.ENTRY_POINT)
    monkeypatch.setattr(factory, "default_provisioner_name", forked.NAME)
    manager, client = start_new_kernel(kernel_name="python3")
    try:
        assert (manager.transport, manager.provisioner.process.poll()) == ("ipc", None)
        told: list[str] = []
        client.execute_interactive("1 + 1", output_hook=lambda each: told.append(str(each["content"])))
        assert any("'text/plain': '2'" in each for each in told)
        manager.interrupt_kernel()
        manager.restart_kernel(now=True)
        client.wait_for_ready()
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_nothing_outlives_a_process_that_is_killed(tmp_path: Path) -> None:
    """Neither server, nor kernel, nor what the kernel has started; its folder is swept by the next."""
    command = [sys.executable, "-c", START_AND_WAIT, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as started:
        assert started.stdout
        lines = [started.stdout.readline().split() for _ in range(2)]
        processes = [int(each) for each in (*lines[0], lines[1][0])]
        assert all(is_running(each) for each in processes)
        started.send_signal(signal.SIGKILL)
    until = time.monotonic() + 20
    while any(is_running(each) for each in processes) and time.monotonic() < until:
        time.sleep(0.05)
    assert not [each for each in processes if is_running(each)]
    forked._sweep()
    assert not Path(lines[1][1]).exists()
