"""Runs as the user makes them, and what is read of them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from xhs_toolkit.cli import main


def run_notebooks(folder: Path) -> Path:
    """Run a campaign and return the folder of its run."""
    assert main(["run", str(folder)]) == 0
    return folder / "runs" / (folder / "runs" / "latest.txt").read_text(encoding="utf-8").strip()


def read_words(report: Path) -> str:
    """The text of a page without its marks."""
    text = re.sub(r"data:image[^\"]*", "", report.read_text(encoding="utf-8"))
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def read_outputs(run_folder: Path) -> list[dict[str, Any]]:
    """What the executed notebooks of a run show."""
    notebooks = (run_folder / "notebooks").glob("*.ipynb")
    cells = [cell for path in notebooks for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]]
    return [output for cell in cells for output in cell.get("outputs", [])]


def read_sentences(run_folder: Path, step: str) -> dict[str, str]:
    """Language → all sentences of a step's page, also those that the report of a finished campaign leaves out."""
    from xhs_toolkit.findings import Finding
    from xhs_toolkit.present.wording import say

    blocks = json.loads((run_folder / "pages" / f"{step}.json").read_text(encoding="utf-8"))["blocks"]
    found = [Finding(block["code"], block["values"]) for block in blocks if "values" in block]
    return {language: " ".join(say(each, language=language) for each in found) for language in ("en", "zh")}
