"""Many launches at once, and kills at any moment: none is lost, none hangs, nothing half-made is the latest run."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from jupyter_core.utils import run_sync
from test_run_campaigns import make_campaign, make_notebook

from xhs_toolkit.files import find_run
from xhs_toolkit.runs import forked
from xhs_toolkit.runs.kernel import start_kernel, stop_kernel

pytestmark = pytest.mark.skipif(not forked.FORKS, reason="processes cannot be forked here")

AT_ONCE = 8
MARK = "XHS_KILL_TEST"
"""In the environment of a runner and of all that it starts."""
SECONDS_TO_END = 60

RUNNER = """
import pathlib, sys
from xhs_toolkit.cli import main, verbs
from xhs_toolkit.runs import forked

serve = "from xhs_toolkit.runs import server; import socket, sys; server.serve(socket.socket(fileno=int(sys.argv[1])))"
forked.COMMAND = (sys.executable, "-X", "utf8", "-P", "-c", serve)  # as ever, but nothing is loaded beforehand
verbs.list_notebooks = lambda: [pathlib.Path(each) for each in sys.argv[1:3]]
verbs.finish_run = lambda run_folder, campaign: (run_folder / "report.html").write_text("whole")
raise SystemExit(main(["run", *sys.argv[3:], "--jobs", "2", "--force"]))
"""
WRITE = "import pathlib; pathlib.Path(run_folder, f'{step}.txt').write_text('whole')"


def launch(folder: Path) -> str:
    """Start a kernel and ask it something."""
    kernel = start_kernel(folder)
    try:
        client = kernel.client()
        client.start_channels()
        run_sync(client.wait_for_ready)(timeout=SECONDS_TO_END)
        reply = run_sync(client.execute_interactive)("6 * 7", timeout=SECONDS_TO_END, output_hook=lambda _: None)
        return reply["content"]["status"]
    finally:
        stop_kernel(kernel)


@pytest.mark.parametrize(
    ("part", "n"), [(0, 8), *(pytest.param(part, 200, marks=pytest.mark.slow) for part in range(1, 11))]
)
def test_no_launch_is_lost(tmp_path: Path, part: int, n: int) -> None:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert list(pool.map(launch, [tmp_path] * n)) == ["ok"] * n


# ---------------------------------------------------------------------------------------- kills


def list_marked(mark: str) -> list[int]:
    """Processes with the mark that are no zombies."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            is_marked = f"{MARK}={mark}".encode() in (place / "environ").read_bytes()
            state = (place / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
        except OSError:
            continue
        found += [int(place.name)] if is_marked and state != "Z" else []
    return sorted(found)


def run_and_kill(
    books: list[Path], folders: list[Path], *, mark: str, delay: float | None, chance: random.Random
) -> int:
    """Run the campaigns, kill any of the processes after a while, and wait until all are gone; the exit code."""
    command = [sys.executable, "-X", "utf8", "-c", RUNNER, *map(str, (*books, *folders))]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, env={**os.environ, MARK: mark}, **quiet) as runner:
        if delay is not None:
            time.sleep(delay)
            victims = list_marked(mark)
            if victims:
                os.kill(chance.choice(victims), signal.SIGKILL)
        code = runner.wait(SECONDS_TO_END)
    until = time.monotonic() + SECONDS_TO_END
    while (left := list_marked(mark)) and time.monotonic() < until:
        time.sleep(0.02)
    assert left == [], "something outlives its runner"
    return code


def check_runs(folder: Path) -> None:
    """The latest run, as far as there is one, is whole; every other that is seen is whole or said to have failed."""
    seen = [path for path in (folder / "runs").glob("[0-9]*") if path.is_dir() and path.suffix != ".failed"]
    latest = find_run(folder)
    assert (latest is None) <= (not seen)
    for run in seen:
        told = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
        assert told["status"] == "complete"
        assert {(run / name).read_text(encoding="utf-8") for name in ("1_a.txt", "2_b.txt", "report.html")} == {"whole"}
        assert [name for name in told["files"] if not (run / name).exists()] == []


@pytest.mark.parametrize(
    ("seed", "n"), [(0, 2), *(pytest.param(seed, 20, marks=pytest.mark.slow) for seed in range(1, 11))]
)
def test_kills_at_any_moment_leave_nothing_half_made(tmp_path: Path, seed: int, n: int) -> None:
    """Of the runner, of the process that forks, of kernels and their guards, of the one that reads."""
    chance = random.Random(seed)  # noqa: S311 - a seed
    folders = [make_campaign(tmp_path / name) for name in ("a", "b")]
    books = [make_notebook(tmp_path / f"{name}.ipynb", f"step = {name!r}", WRITE) for name in ("1_a", "2_b")]
    began = time.monotonic()
    assert run_and_kill(books, folders, mark=f"{tmp_path.name}-0", delay=None, chance=chance) == 0
    seconds = time.monotonic() - began
    for number in range(1, n + 1):
        delay = chance.uniform(0, seconds)
        run_and_kill(books, folders, mark=f"{tmp_path.name}-{number}-", delay=delay, chance=chance)
        for folder in folders:
            check_runs(folder)
    assert run_and_kill(books, folders, mark=f"{tmp_path.name}-last", delay=None, chance=chance) == 0
