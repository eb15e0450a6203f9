"""Campaigns at the workers of a Dask cluster: scheduler and workers as processes, folders shared or in a store."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from test_run_campaigns import make_campaign, make_notebook

from xhs_toolkit.cli import main
from xhs_toolkit.files import find_run
from xhs_toolkit.runs import Outcome, forked, run_many

distributed = pytest.importorskip("distributed", reason="Dask is not installed")
pytestmark = pytest.mark.skipif(not forked.FORKS, reason="processes cannot be forked here")

SCHEDULER = """
import asyncio, distributed
async def serve():
    async with distributed.Scheduler(host="127.0.0.1", port=0, dashboard=False) as scheduler:
        print(scheduler.address, flush=True)
        await scheduler.finished()
asyncio.run(serve())
"""
WORKER = """
import asyncio, sys, distributed
from xhs_toolkit.runs import forked
serve = "from xhs_toolkit.runs import server; import socket, sys; server.serve(socket.socket(fileno=int(sys.argv[1])))"
forked.COMMAND = (sys.executable, "-X", "utf8", "-P", "-c", serve)  # as ever, but nothing is loaded beforehand
async def serve_tasks():
    async with distributed.Worker(sys.argv[1], nthreads=1, dashboard=False, heartbeat_interval="1 s") as worker:
        print(worker.address, flush=True)
        await worker.finished()
asyncio.run(serve_tasks())
"""


SEEN = "import os, pathlib; pathlib.Path(run_folder, 'seen.txt').write_text(' '.join(sorted(os.listdir('..'))))"


def start(code: str, *arguments: str) -> tuple[subprocess.Popen[str], str]:
    """Start a process of the cluster; it says its address when it is ready."""
    command = [sys.executable, "-X", "utf8", "-c", code, *arguments]
    path = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env={**os.environ, "PYTHONPATH": path}
    )
    assert process.stdout
    return process, process.stdout.readline().strip()


@pytest.fixture(scope="module")
def cluster() -> Iterator[tuple[str, list[subprocess.Popen[str]]]]:
    scheduler, address = start(SCHEDULER)
    workers = [start(WORKER, address)[0] for _ in range(2)]
    yield address, workers
    for each in (*workers, scheduler):
        each.kill()
        each.communicate()


def carry_out(folder: Path, *, book: Path) -> Outcome:
    (outcome,) = run_many([folder], notebooks=[book])
    return outcome._replace(told={"worker": os.getpid()})


def test_a_lost_workers_campaigns_are_run_once_more(
    cluster: tuple[str, list[subprocess.Popen[str]]], tmp_path: Path
) -> None:
    from xhs_toolkit.runs.cluster import run_on_cluster

    address, workers = cluster
    folders = [make_campaign(tmp_path / name) for name in ("a", "b", "c")]
    wait = "import pathlib, time; pathlib.Path('begun').touch(); time.sleep(2)"
    book = make_notebook(tmp_path / "6_results.ipynb", wait)
    outcomes = run_on_cluster(folders, partial(carry_out, book=book), address=address)
    first = next(outcomes)
    assert first.error is None
    lost = next(each for each in workers if each.pid != first.told["worker"])
    until = time.monotonic() + 30
    while len(list(tmp_path.glob("*/begun"))) < 3 and time.monotonic() < until:
        time.sleep(0.02)
    lost.send_signal(signal.SIGKILL)
    others = list(outcomes)
    assert [each.error for each in others] == [None, None]
    assert {each.told["worker"] for each in others} == {first.told["worker"]}
    assert all(find_run(folder) for folder in folders)


@pytest.mark.slow
def test_a_campaign_in_a_store_is_fetched_and_only_what_is_new_is_sent_back(
    cluster: tuple[str, list[subprocess.Popen[str]]], tmp_path: Path
) -> None:
    from xhs_toolkit.runs.cluster import run_on_cluster

    home = tmp_path / "bucket" / "clients"
    folder = make_campaign(home / "spring")
    make_campaign(home / "other")
    (home / "agency.yaml").write_text("name: An agency\n", encoding="utf-8")
    (folder / "runs" / "2026-01-01T000000Z").mkdir(parents=True)
    was = (folder / "data" / "notes.csv").stat().st_mtime_ns
    book = make_notebook(tmp_path / "6_results.ipynb", SEEN)
    (outcome,) = run_on_cluster([folder.as_uri()], partial(carry_out, book=book), address=cluster[0])
    assert (outcome.campaign_folder, outcome.error) == (folder.as_uri(), None)
    run = find_run(folder)
    assert run
    assert (run / "seen.txt").read_text(encoding="utf-8") == "agency.yaml spring", "no other client is fetched"
    assert (folder / "data" / "notes.csv").stat().st_mtime_ns == was
    assert not (folder / "runs" / ".lock").exists()
    (again,) = run_on_cluster([folder.as_uri()], partial(carry_out, book=book), address=cluster[0])
    assert again.run
    assert again.run.is_unchanged, "its latest run is fetched too"


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("moto_server"), reason="moto_server, an object store to test with, is not here")
def test_a_campaign_in_an_object_store(cluster: tuple[str, list[subprocess.Popen[str]]], tmp_path: Path) -> None:
    from pyarrow import fs

    from xhs_toolkit.runs.cluster import run_on_cluster

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    found = {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "a",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    found["AWS_SECRET_ACCESS_KEY"] = "b"  # noqa: S105 - of a store that lives as long as the test
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(["moto_server", "-p", port], **quiet) as server, pytest.MonkeyPatch.context() as patch:
        try:
            for name, value in found.items():
                patch.setenv(name, value)
            with distributed.Client(cluster[0], set_as_default=False) as client:
                client.run(os.environ.update, found)
            store = open_when_ready(fs, port)
            make_campaign(tmp_path / "clients" / "spring")
            fs.copy_files(str(tmp_path / "clients"), "bucket/clients", destination_filesystem=store)
            book = make_notebook(tmp_path / "6_results.ipynb", SEEN)
            for is_unchanged in (False, True):
                work = partial(carry_out, book=book)
                (outcome,) = run_on_cluster(["s3://bucket/clients/spring"], work, address=cluster[0])
                assert outcome.error is None
                assert outcome.run
                assert outcome.run.is_unchanged is is_unchanged
            told = store.open_input_file("bucket/clients/spring/runs/latest.txt").read().decode().strip()
            seen = store.open_input_file(f"bucket/clients/spring/runs/{told}/seen.txt").read()
            assert (told, seen) == (outcome.run.name, b"spring")
        finally:
            server.kill()


def open_when_ready(fs: Any, port: str) -> Any:
    """The store with its bucket, as soon as its server answers."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with suppress(OSError), socket.create_connection(("127.0.0.1", int(port))):
            store, _ = fs.FileSystem.from_uri("s3://bucket/?allow_bucket_creation=true")
            store.create_dir("bucket")
            return store
        time.sleep(0.1)
    raise AssertionError("the object store does not answer")


def test_who_answers_and_what_lies_in_a_store_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "s3://bucket/spring"]) == 2
    assert "Name the workers that fetch it: --cluster" in capsys.readouterr().err
