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
from test_run_campaigns import make_campaign, make_notebook

from xhs_toolkit.campaign import read_campaign
from xhs_toolkit.errors import CampaignError
from xhs_toolkit.runs import forked, kernel
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
    monkeypatch.setitem(factory.provisioners, kernel.NAME, kernel.ENTRY_POINT)
    monkeypatch.setattr(factory, "default_provisioner_name", kernel.NAME)
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


RUN_MANY = """
import pathlib, sys
from xhs_toolkit.cli import main, verbs

verbs.list_notebooks = lambda: [pathlib.Path(sys.argv[1])]
raise SystemExit(main(["run", *sys.argv[2:], "--jobs", "2"]))
"""


def test_a_signal_ends_all_campaigns_at_once(tmp_path: Path) -> None:
    """With several at a time, hung cells among them: nothing outlives it, nothing half-made is kept."""
    folders = [make_campaign(tmp_path / name) for name in ("a", "b", "c")]
    said = "import os, pathlib, time; pathlib.Path('pid.txt').write_text(str(os.getpid()))"
    book = make_notebook(tmp_path / "6_results.ipynb", said, "while True: time.sleep(60)")
    command = [sys.executable, "-c", RUN_MANY, str(book), *map(str, folders)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as started:
        until = time.monotonic() + 60
        while not all((each / "pid.txt").is_file() for each in folders[:2]) and time.monotonic() < until:
            time.sleep(0.05)
        time.sleep(0.2)
        started.send_signal(signal.SIGTERM)
        _, told = started.communicate(timeout=20)
    assert (started.returncode, told) == (130, "Stopped. Nothing half-made was kept.\n")
    assert not [each for each in folders[:2] if is_running(int((each / "pid.txt").read_text()))]
    assert not (folders[2] / "runs").exists(), "no other campaign is begun"
    assert [path.name for each in folders[:2] for path in (each / "runs").glob("*20*")] == []
