"""The path of somebody who has a copy of the repository and nothing else, step by step as README and tour tell it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif("XHS_SLOW_TESTS" not in os.environ, reason="set XHS_SLOW_TESTS=1 to set up a clone of its own"),
]

PORT = 8_931
SECONDS_TO_OPEN = 60


@pytest.fixture(scope="module")
def clone(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone that set itself up from the lock, with what an analyst runs and no more."""
    if shutil.which("git") is None or not (repository / ".git").exists():
        pytest.skip("there is no repository to clone")
    place = tmp_path_factory.mktemp("stranger") / "xhs-toolkit"
    subprocess.run(["git", "clone", "--quiet", str(repository), str(place)], check=True)
    subprocess.run([sys.executable, "tools/set_up.py"], cwd=place, check=True)
    return place


def run_xhs(clone: Path, *arguments: str, expected: int = 0) -> str:
    """Run the command as installed, away from this process' environment, and return what it prints."""
    environment = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    command = [clone / ".venv" / ("Scripts" if os.name == "nt" else "bin") / "xhs", *arguments]
    done = subprocess.run(
        command, cwd=clone, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == expected, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_from_a_clone_to_a_report_and_on(clone: Path) -> None:
    told = run_xhs(clone, "demo")
    report = clone / next(line.split(": ", 1)[1] for line in told.splitlines() if "report: " in line)
    assert "Synthetic data" in report.read_text(encoding="utf-8")
    assert {path.suffix for path in report.parent.iterdir()} >= {".html", ".xlsx", ".pptx"}

    assert "demo" in run_xhs(clone)
    run_xhs(clone, "new", "clients/Harbour Tours spring")
    campaign = clone / "clients" / "Harbour Tours spring"
    shutil.copytree(clone / "templates" / "sample_campaign" / "data", campaign / "data", dirs_exist_ok=True)
    assert "notes" in run_xhs(clone, "check", str(campaign))
    anonymous = run_xhs(clone, "check", "--anonymous", str(campaign))
    assert "Harbour" not in anonymous
    run_xhs(clone, "run", str(campaign))
    outcome = json.loads(run_xhs(clone, "today", str(campaign), "--json"))
    assert outcome

    assert "is ready" in run_xhs(clone, "practice", "jd_sports")
    assert "check" in run_xhs(clone, "chekc", expected=2)


def test_the_screen_opens(clone: Path) -> None:
    sample = clone / "clients" / "screen"
    shutil.copytree(clone / "templates" / "sample_campaign", sample)
    environment = os.environ | {"JUPYTER_TOKEN": "stranger"}
    environment.pop("PYTHONPATH", None)
    command = [str(clone / ".venv" / "bin" / "xhs"), "lab", str(sample), "--no-browser", f"--port={PORT}"]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + SECONDS_TO_OPEN
        while True:
            try:
                address = f"http://127.0.0.1:{PORT}/api?token=stranger"
                with urllib.request.urlopen(address, timeout=5) as answer:
                    assert "version" in json.load(answer)
                    return
            except OSError:
                assert server.poll() is None, "the server ended"
                assert time.monotonic() < until, "the server did not open"
                time.sleep(0.5)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)
