"""The learner's notebook, the packed answers and the translated lesson: ``python -m tools.learner_notebooks``.

A lesson (``lesson.ipynb``) is stored executed. Its prose in another language lies beside it (``lesson.zh.yaml``: id of
a cell → its text), so that ``lesson.zh.ipynb`` has the same code, and keeps the outputs of code that did not change.
A code cell tagged ``solution`` becomes an empty answer with its check; prose tagged so, and any cell tagged
``lesson_only``, is left out; everything else stays, without outputs. The answers come from the lesson's stored outputs.
With ``--check`` the stored files are compared with freshly derived ones.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from xhs_toolkit.bundled import read_bundled_yaml
from xhs_toolkit.errors import XhsError
from xhs_toolkit.teaching.casebook import (
    KEY,
    LANGUAGE,
    LESSON,
    NOTEBOOK,
    Figures,
    find_case,
    list_cases,
    name_in,
    pack_key,
    read_case,
)
from xhs_toolkit.teaching.exercises import FIGURES_TYPE

PROSE = "lesson.yaml"
LANGUAGE_SETTING = 'language = "{}"'
SOLUTION, LESSON_ONLY = "solution", "lesson_only"
CALL = re.compile(r"exercises\.solve\(\s*\"(?P<name>\w+)\"")
EMPTY = 'answer = ...\nexercises.check("{name}", answer)'
Cell = dict[str, Any]


def derive(folder: Path) -> dict[str, str]:
    """Return name of a derived file → its text.

    Raises
    ------
    XhsError
        an exercise is not solved in the lesson, or the lesson is stored without its outputs.
    """
    lesson = json.loads((folder / LESSON).read_text(encoding="utf-8"))
    case = read_case(folder)
    figures = find_figures(lesson["cells"])
    missing = [one.name for one in case.exercises if one.name not in figures]
    if missing:
        raise XhsError(f"{folder.name}/{LESSON} has no stored answer to {', '.join(missing)}: run it, then store it.")
    languages = list_translations(folder)
    cases = [case, *(read_case(folder, language=language) for language in languages)]
    written = {NOTEBOOK: make_notebook(lesson), KEY: pack_key(cases, figures)}
    for language in languages:
        translated = translate(lesson, folder=folder, language=language)
        written[name_in(LESSON, language)] = write_notebook(translated)
        written[name_in(NOTEBOOK, language)] = make_notebook(translated)
    return written


def list_translations(folder: Path) -> list[str]:
    """Languages other than the first in which a case has its prose."""
    return sorted(path.suffixes[0][1:] for path in folder.glob(name_in(PROSE, "*")))


def translate(lesson: dict[str, Any], *, folder: Path, language: str) -> dict[str, Any]:
    """Put the prose of a language into a lesson; outputs stored in that language stay where the code is the same."""
    prose, path = read_bundled_yaml(folder / name_in(PROSE, language)), folder / name_in(LESSON, language)
    stored = json.loads(path.read_text(encoding="utf-8"))["cells"] if path.is_file() else []
    outputs = {(cell["id"], *cell["source"]): cell for cell in stored if cell["cell_type"] == "code"}
    cells = []
    for cell in lesson["cells"]:
        if cell["cell_type"] == "markdown":
            text = prose.get(cell["id"], "".join(cell["source"]))
            cells.append({**cell, "source": text.rstrip("\n").splitlines(keepends=True)})
            continue
        setting = LANGUAGE_SETTING.format
        source = [line.replace(setting(LANGUAGE), setting(language)) for line in cell["source"]]
        same = outputs.get((cell["id"], *source), {"outputs": [], "execution_count": None})
        kept = {name: same[name] for name in ("outputs", "execution_count")}
        cells.append({**cell, "source": source, **kept})
    return {**lesson, "cells": cells}


def make_notebook(lesson: dict[str, Any]) -> str:
    """Make the learner's notebook of a lesson."""
    kept = [cell for cell in map(make_cell, lesson["cells"]) if cell is not None]
    metadata = {"kernelspec": lesson["metadata"]["kernelspec"], "language_info": {"name": "python"}}
    return write_notebook({**lesson, "cells": kept, "metadata": {**metadata, "derived_from": LESSON}})


def make_cell(cell: Cell) -> Cell | None:
    """Turn a cell of the lesson into one of the learner's notebook; None where it has no place there."""
    tags = cell["metadata"].get("tags", [])
    is_solution = SOLUTION in tags
    if LESSON_ONLY in tags:
        return None
    if cell["cell_type"] != "code":
        return None if is_solution else cell
    source, metadata = cell["source"], {"tags": tags}
    if is_solution:
        name = find_name(cell)
        source, metadata = EMPTY.format(name=name).splitlines(keepends=True), {"tags": ["exercise"]}
    metadata = metadata if metadata["tags"] else {}
    return {**cell, "source": source, "metadata": metadata, "outputs": [], "execution_count": None}


def find_name(cell: Cell) -> str:
    """Name of the exercise that a cell solves."""
    found = CALL.search("".join(cell["source"]))
    if found is None:
        raise XhsError(f'A cell tagged {SOLUTION} solves no exercise with exercises.solve("…"): {cell["source"]}')
    return found["name"]


def find_figures(cells: Sequence[Cell]) -> dict[str, Figures]:
    """Take the figures of the exercises from a lesson's stored outputs."""
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    told = [output["data"][FIGURES_TYPE] for output in outputs if FIGURES_TYPE in output.get("data", {})]
    return {one["name"]: Figures(one["right"], one["mistakes"]) for one in told}


def write_notebook(notebook: dict[str, Any]) -> str:
    """Write a notebook as Jupyter stores it."""
    return json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the derived files of the cases, or with ``--check`` say which are out of date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare only; exit 1 when a file is out of date")
    parser.add_argument("folders", type=Path, nargs="*", help="folders of cases (all that have a lesson)")
    chosen = parser.parse_args(arguments)
    stale = []
    for folder in chosen.folders or [find_case(name) for name in list_cases()]:
        for name, text in derive(folder).items():
            path = folder / name
            if chosen.check and not (path.is_file() and path.read_text(encoding="utf-8") == text):
                stale.append(f"{folder.name}/{name}")
            elif not chosen.check:
                path.write_text(text, encoding="utf-8", newline="\n")
    for each in stale:
        sys.stderr.write(f"case_studies/{each} is out of date: run python -m tools.learner_notebooks\n")
    return int(bool(stale))


if __name__ == "__main__":
    raise SystemExit(main())
