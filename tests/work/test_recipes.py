"""The recipes: the questions of ``my_questions.ipynb``, stored as they run over the sample."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

MAX_LINES = 3
"""Lines of an answer, once the campaign is open."""


def read_cells(path: Path) -> list[tuple[str, str]]:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    kept = [cell for cell in cells if "parameters" not in cell["metadata"].get("tags", [])]
    return [(cell["cell_type"], "".join(cell["source"])) for cell in kept]


def test_the_recipes_are_the_questions_that_the_screen_opens_with(repository: Path) -> None:
    questions = read_cells(repository / "notebooks" / "explore" / "my_questions.ipynb")
    assert read_cells(repository / "docs" / "recipes.ipynb") == questions, "copy the cells, then: make lessons"
    answers = [source for kind, source in questions if kind == "code" and "import" not in source]
    assert len(answers) >= 10
    assert max(len(source.splitlines()) for source in answers) <= MAX_LINES


@pytest.mark.xdist_group("notebooks")
def test_the_recipes_still_give_what_they_show(repository: Path) -> None:
    command = [sys.executable, "-X", "utf8", "-m", "pytest", "-q", "-o", "addopts=", "-p", "no:cacheprovider"]
    command += ["--nbval", "--nbval-current-env", str(repository / "docs" / "recipes.ipynb")]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", cwd=repository, check=False)
    assert done.returncode == 0, done.stdout[-4_000:]
