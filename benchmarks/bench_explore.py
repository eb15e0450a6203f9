"""Exploring a pool of 100,000 creators in a real browser: ``python -m benchmarks explore``.

From the moment a filter is set to the moment another picture stands on the screen; a median below 250 ms feels
immediate. And how long it takes to make the view of a pool that is read and vetted already.
"""

from __future__ import annotations

import json
import os
import pickle
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from typing import Any

from benchmarks import bench_pool
from xhs_toolkit.campaign import Campaign, write_new_campaign
from xhs_toolkit.widgets import explore_pool

N_CREATORS = 100_000
NOTES_EACH = 2
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
CELL = """
import pickle, time
from pathlib import Path
from xhs_toolkit.widgets import CreatorsView
explored = pickle.loads(Path("pool.pickle").read_bytes())
began = time.perf_counter()
view = CreatorsView(Path(".."), explored=explored)
view.open()
Path("seconds.txt").write_text(str(time.perf_counter() - began), encoding="utf-8")
view
"""
WATCH = """() => {
  const image = () => document.querySelector('img.xhs-picture');
  window.seen = image().src;
  window.shown = 0;
  const look = () => {
    if (image() && image().src !== window.seen && image().complete) {
      window.seen = image().src;
      window.shown = performance.now();
    }
    requestAnimationFrame(look);
  };
  look();
}"""
ACT = """([kind, label, value]) => {
  const all = [...document.querySelectorAll('.widget-inline-hbox')];
  const one = all.find((each) => each.querySelector('.widget-label')?.textContent === label);
  window.shown = 0;
  window.began = performance.now();
  if (kind === 'slide') {
    const handle = one.querySelectorAll('.noUi-handle')[1];
    handle.dispatchEvent(new KeyboardEvent('keydown', {key: value, bubbles: true}));
  } else {
    const control = one.querySelector('input, select');
    if (kind === 'choose') control.selectedIndex = value; else control.value = value;
    control.dispatchEvent(new Event(kind === 'choose' ? 'change' : 'input', {bubbles: true}));
  }
}"""
ROUND: list[list[Any]] = [
    *[["slide", "Followers", "ArrowLeft"]] * 5,
    *[["slide", "Followers", "ArrowRight"]] * 5,
    *[["type", "Search", f"creator {number}"] for number in (11, 12, 13)],
    ["type", "Search", ""],
    *[["choose", "Flags", number] for number in (1, 2, 0)],
    *[["slide", "Price, CNY", "ArrowLeft"]] * 5,
    *[["slide", "Price, CNY", "ArrowRight"]] * 5,
]
ACTS = ROUND * 2
"""Each leaves other creators than the one before, so that each brings another picture."""


def make_folder(place: Path) -> None:
    """A campaign with a made pool, read and vetted, and a notebook that opens it."""
    bench_pool.NOTES_EACH = NOTES_EACH
    tables = bench_pool.make_tables(N_CREATORS)
    began = time.perf_counter()
    explored = explore_pool(tables, latest=tables["notes"], campaign=Campaign(folder=place))
    print(f"{N_CREATORS:,} creators joined, checked and scored in {time.perf_counter() - began:.1f} s", flush=True)
    write_new_campaign(place)
    (place / "explore").mkdir()
    (place / "explore" / "pool.pickle").write_bytes(pickle.dumps(explored))
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "source": CELL, "outputs": [], "execution_count": None}
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    notebook = {"cells": [cell], "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    (place / "explore" / "creators.ipynb").write_text(json.dumps(notebook), encoding="utf-8")


def find_port() -> int:
    """A port that nobody listens on."""
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_for(address: str) -> None:
    """Wait until a server answers."""
    for _ in range(600):
        try:
            urllib.request.urlopen(address, timeout=5).close()  # noqa: S310
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(address)


def measure(address: str, browser_path: str) -> dict[str, list[float]]:
    """Milliseconds from each act to its picture, by the control."""
    from playwright.sync_api import sync_playwright

    found: dict[str, list[float]] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=FLAGS)
        page = browser.new_page(viewport={"width": 1500, "height": 1200})
        page.set_default_timeout(40_000)
        page.goto(address)
        page.locator(".xhs-table tbody tr").first.wait_for()
        page.wait_for_function("document.querySelector('img.xhs-picture')?.complete")
        page.evaluate(WATCH)
        for act in ACTS:
            page.evaluate(ACT, act)
            page.wait_for_function("window.shown > 0", timeout=8000)
            found.setdefault(act[1], []).append(page.evaluate("window.shown - window.began"))
            page.wait_for_timeout(150)
        browser.close()
    return found


def main() -> None:
    """Print the median and the slowest of each control, and the seconds of making the view."""
    browser_path = next(filter(None, map(which, ("chromium", "chromium-browser", "google-chrome"))), None)
    missing = [name for name in ("voila", "playwright", "anywidget") if find_spec(name) is None]
    if browser_path is None or missing:
        print(f"skipped: {'no Chromium on this machine' if browser_path is None else ', '.join(missing)}")
        return
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "large"
        make_folder(folder)
        port = find_port()
        address = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", "xhs_toolkit", "lab", str(folder), "--app", "--no-browser", f"--port={port}"]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        try:
            wait_for(address)
            found = measure(f"{address}/voila/render/creators.ipynb", browser_path)
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(timeout=20)
        seconds = float((folder / "explore" / "seconds.txt").read_text(encoding="utf-8"))
    print(f"view made in {seconds:.2f} s")
    found["all"] = [each for times in found.values() for each in times]
    for name, times in found.items():
        print(
            f"{name:<12} n {len(times):>3}  median {statistics.median(times):>5.0f} ms  slowest {max(times):>5.0f} ms"
        )


if __name__ == "__main__":
    main()
