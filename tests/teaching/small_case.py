"""A case study of one exercise with a number and one with a name, as small as they come."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from xhs_toolkit.teaching.casebook import DEFINITIONS, LESSON
from xhs_toolkit.teaching.exercises import Exercises, open_exercises

WORDS = """
title: A small case
teaches: [ratios of sums]
minutes: 5
exercises:
  cost_per_view:
    title: What a view cost
    unit: cny
    tolerance: 1%
    right: "Money over views: {right}, not the mean of the two notes, {mean_of_ratios}."
    mistakes:
      mean_of_ratios: Each note weighs the same in a mean of ratios. Should it?
      without_fee: The platform takes a fee as well.
      per_exposure: Who saw the cover has not yet opened the note.
    question: Whose money, and whose views?
    otherwise: Add up the money, add up the views, and divide once.
  better_format:
    title: Which format was cheaper
    unit: name
    right: "{right} it is."
    mistakes:
      wrong_one: Turn the comparison round.
      both: One of them is cheaper.
      cannot: Each group has notes enough.
    otherwise: Write image or video.
"""
SOLVED = {
    "cost_per_view": (0.301, {"mean_of_ratios": 0.35, "without_fee": 0.27, "per_exposure": 0.02}),
    "better_format": ("image", {"wrong_one": "video", "both": "both", "cannot": "cannot be told"}),
}


def make_case(folder: Path) -> Path:
    """Write ``exercises.yaml`` and an executed lesson."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / DEFINITIONS).write_text(WORDS, encoding="utf-8")
    exercises = open_exercises(folder)
    cells = [
        make_cell("markdown", "# A small case"),
        make_cell("code", "print('kept')", outputs=[{"output_type": "stream", "name": "stdout", "text": ["kept\n"]}]),
        *(make_solution(exercises, name) for name in SOLVED),
        make_cell("markdown", "Only the lesson says this.", tags=["solution"]),
    ]
    lesson = {"cells": cells, "metadata": {"kernelspec": {"name": "python3"}}, "nbformat": 4, "nbformat_minor": 5}
    (folder / LESSON).write_text(json.dumps(lesson), encoding="utf-8")
    return folder


def make_cell(kind: str, text: str, *, tags: list[str] | None = None, outputs: list[Any] | None = None) -> dict:
    cell = {"cell_type": kind, "id": f"{abs(hash(text)):x}"[:8], "metadata": {"tags": tags} if tags else {}}
    cell["source"] = text.splitlines(keepends=True)
    return cell | ({"outputs": outputs or [], "execution_count": 1} if kind == "code" else {})


def make_solution(exercises: Exercises, name: str) -> dict:
    right, mistakes = SOLVED[name]
    data = exercises.solve(name, right, **mistakes)._repr_mimebundle_()
    output = {"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": 1}
    return make_cell("code", f'exercises.solve(\n    "{name}", right)', tags=["solution"], outputs=[output])
