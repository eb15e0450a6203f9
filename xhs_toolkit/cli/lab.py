"""``xhs lab``: JupyterLab on a campaign with the notebooks for exploring, or the same notebooks as an app."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from xhs_toolkit.bundled import bundled_folder
from xhs_toolkit.errors import CampaignError, MissingExtraError

EXPLORE = "explore"
WARM = "xhs_toolkit.runs.warm"
FORK = "xhs-fork"
"""How kernels are started: forked from a process that has loaded everything, where that can be (`runs.kernel`)."""
APP = "xhs"
"""Name of the app's template, and of the page that a notebook is exported as."""

FIRST = f"{EXPLORE}/my_questions.ipynb"
"""Opened first in a campaign: ten questions, worked, to go on from."""

COPIED = (f"{EXPLORE}/my_sheet.csv",)
"""What the notebooks read beside the campaign."""

NEW = f"{EXPLORE}/new_campaign.ipynb"
EXERCISES = "exercises.ipynb"
"""Of a case study: opened first where a folder has it."""

QUIET = (
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",
)
"""JupyterLab asks nobody for news, newer versions or extensions."""

SETTINGS = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}}
"""Nor does it ask the user whether it may."""

LAB_ONLY = ["jupyter_app_launcher", "@jupyterhub/jupyter-server-proxy"]
"""Extensions of JupyterLab that the app has no use for."""

NEEDS = {
    "jupyterlab": ('JupyterLab is not installed. Install it with: pip install "xhs-toolkit[lab]"', ("anywidget",)),
    "voila": ('Voilà is not installed. Install it with: pip install "xhs-toolkit[lab,app]"', ("anywidget",)),
}
TILES = {
    NEW: "New campaign",
    FIRST: "My questions",
    f"{EXPLORE}/creators.ipynb": "Creators",
    f"{EXPLORE}/plan.ipynb": "Plan",
    f"{EXPLORE}/results.ipynb": "Results",
}
"""What the launcher offers beside its own."""


def add_lab(commands: Any) -> None:
    """Add ``xhs lab FOLDER`` to the verbs."""
    text = "Open JupyterLab on a campaign, with notebooks for exploring it."
    about = f"{text} In a folder that is no campaign: with a form for a new one."
    command: argparse.ArgumentParser = commands.add_parser("lab", help=text, description=about)
    command.add_argument("folder", type=Path, nargs="?", default=Path())
    command.add_argument("--app", action="store_true", help="serve the same notebooks as pages without code (Voilà)")
    command.add_argument("--port", type=int, help="port of the server (the first free one)")
    command.add_argument("--no-browser", action="store_true", help="start the server only, and print its address")
    command.set_defaults(verb=lab_verb)


def lab_verb(folder: Path, app: bool = False, port: int | None = None, no_browser: bool = False) -> int:
    """Open JupyterLab, or the app, in a folder, until it is closed."""
    if not folder.is_dir():
        raise CampaignError(f"There is no folder {folder}. Start one with: xhs new {folder}")
    program = "voila" if app else "jupyterlab"
    message, others = NEEDS[program]
    if any(find_spec(name) is None for name in (program, *others)):
        raise MissingExtraError(message)
    notebooks = copy_notebooks(folder)
    with tempfile.TemporaryDirectory() as settings:
        write_settings(Path(settings), notebooks)
        options = list_app_options() if app else list_lab_options(notebooks, settings=settings)
        options += [f"--port={port}"] if port else []
        options += ["--no-browser"] if no_browser else []
        environment = {"JUPYTER_DEFAULT_PROVISIONER_NAME": FORK, **os.environ}
        environment |= {"JUPYTER_APP_LAUNCHER_PATH": settings, "PYTHONUTF8": "1"}
        environment["JUPYTER_PATH"] = os.pathsep.join(filter(None, [settings, os.environ.get("JUPYTER_PATH")]))
        return _serve([program, *options], folder=folder, environment=environment)


def _serve(command: list[str], *, folder: Path, environment: Mapping[str, str]) -> int:
    """Keep the server until it ends; whoever ends this command ends the server and its kernels with it."""
    server = subprocess.Popen([sys.executable, "-m", WARM, *command], cwd=folder, env=environment)
    if (folder / "campaign.yaml").is_file():  # its files are read for the first page while the server starts
        read = [sys.executable, "-m", "xhs_toolkit", "check", "."]
        subprocess.Popen(read, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: server.terminate())
    while True:
        with suppress(KeyboardInterrupt):  # the server has heard it as well, and asks or ends
            return server.wait()


def copy_notebooks(folder: Path) -> list[str]:
    """Copy the notebooks for exploring that a folder lacks, and return what it has; nothing is overwritten."""
    is_campaign = (folder / "campaign.yaml").is_file()
    wanted = list(TILES) if is_campaign else [NEW]
    for name in (*wanted, *COPIED) if is_campaign else wanted:
        target = folder / name
        if not target.exists():
            target.parent.mkdir(exist_ok=True)
            shutil.copyfile(bundled_folder("notebooks") / name, target)
    return [EXERCISES, *wanted] if (folder / EXERCISES).is_file() else wanted


def list_lab_options(notebooks: list[str], *, settings: str) -> list[str]:
    """Open the first notebook, keep outputs of those for exploring out of their files, export pages that ask nobody."""
    first = next((name for name in (EXERCISES, FIRST) if name in notebooks), NEW)
    return [
        "--ServerApp.root_dir=.",
        f"--LabApp.app_settings_dir={settings}",
        f"--LabApp.default_url=/lab/tree/{first}",
        "--ContentsManager.pre_save_hook=xhs_toolkit.cli.lab.strip_outputs",
        f"--HTMLExporter.template_name={APP}",
        *QUIET,
        *(["--allow-root"] if is_root() else []),
    ]


def is_root() -> bool:
    """Whether this is the administrator of a container, whom JupyterLab asks to say so."""
    return getattr(os, "geteuid", lambda: 1)() == 0


def list_app_options() -> list[str]:
    """Serve the notebooks without their code, in a page that loads nothing from elsewhere."""
    return [
        EXPLORE,
        "--Voila.ip=127.0.0.1",
        f"--template={APP}",
        *(f"--VoilaConfiguration.extension_denylist={name}" for name in LAB_ONLY),
    ]


def strip_outputs(path: str, model: dict[str, Any], **_: object) -> None:
    """Take outputs and counts out of a notebook for exploring before it is saved, so that it stays clean in git.

    Parameters
    ----------
    path : of the notebook, from the campaign folder.
    model : the contents as Jupyter gives them; changed in place, as Jupyter asks.
    """
    content = model.get("content")
    if model.get("type") != "notebook" or not path.strip("/").startswith(f"{EXPLORE}/") or not content:
        return
    content.get("metadata", {}).pop("widgets", None)
    for cell in content.get("cells", []):
        if cell.get("cell_type") == "code":
            cell |= {"outputs": [], "execution_count": None}
            cell.get("metadata", {}).pop("execution", None)


def write_settings(place: Path, notebooks: list[str]) -> None:
    """Write JupyterLab's settings, both pages, and the tiles as the library ``jupyter-app-launcher`` reads them."""
    shutil.copytree(bundled_folder("templates") / "app", place / "voila" / "templates" / APP)
    shutil.copytree(bundled_folder("templates") / "exported", place / "nbconvert" / "templates" / APP)
    (place / "overrides.json").write_text(json.dumps(SETTINGS), encoding="utf-8")
    tiles = [
        {
            "title": title,
            "description": title,
            "catalog": "XHS Toolkit",
            "type": "jupyterlab-commands",
            "source": [{"label": title, "id": "docmanager:open", "args": {"path": name}}],
        }
        for name, title in TILES.items()
        if name in notebooks
    ]
    # JSON is YAML
    (place / "jp_app_launcher.yaml").write_text(json.dumps(tiles), encoding="utf-8")
