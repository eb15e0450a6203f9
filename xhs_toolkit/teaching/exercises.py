"""Exercises whose answers check themselves: right, with an explanation; wrong, with a hint and never the answer.

A case's ``exercises.yaml`` holds the words. Its lesson solves each exercise with `Exercises.solve`, which also works
out what the likely mistakes give, so that words and figures are written once. From both, `tools.learner_notebooks`
makes the learner's notebook and ``exercises.key``. The learner calls `Exercises.check`; what was solved is kept in
``progress.json`` beside the notebook.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from xhs_toolkit.errors import XhsError
from xhs_toolkit.teaching.answers import NAME, Unreadable, read_answer
from xhs_toolkit.teaching.casebook import DEFINITIONS, KEY, Case, Exercise, Figures, read_case, read_key
from xhs_toolkit.teaching.practice import note_try

FIGURES_TYPE = "application/vnd.xhs-toolkit.figures+json"
"""Type of the output in which a lesson hands its figures on to `tools.learner_notebooks`."""

DIGITS = 8
"""Significant digits of the figures kept: more may differ between machines."""

APART = 3
"""A likely mistake must lie so many tolerances away from the answer and from the other mistakes."""

SLIPS = {
    "a hundred times too large": (
        100.0,
        "Your figure is a hundred times too large: is it a percentage? Write it as a share, or with the % sign.",
    ),
    "a hundred times too small": (0.01, "Your figure is a hundred times too small: was it divided by 100 twice?"),
    "ten thousand times too large": (1e4, "Look at the unit: one of the figures counts in 万 (ten thousands)."),
    "ten thousand times too small": (1e-4, "Look at the unit: one of the figures counts in 万 (ten thousands)."),
    "turned round": (-1.0, "The size is right and the sign is not: which figure is taken from which?"),
}
"""Slips that any number can have: factor and hint."""

UPSIDE_DOWN = "Your fraction stands upside down: what is counted, and per what?"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of an answer.

    Attributes
    ----------
    state : ``right``, ``wrong``, ``unanswered`` or ``unreadable``.
    text : what the learner reads.
    mistake : name of the mistake that was recognised, otherwise ''.
    """

    state: str
    text: str
    mistake: str = ""

    def __repr__(self) -> str:
        return f"{HEADS[self.state]} {self.text}"

    def _repr_html_(self) -> str:
        colour = COLOURS[self.state]
        style = f"border-left: 4px solid {colour}; padding: 4px 12px"
        return f'<div style="{style}"><b style="color: {colour}">{HEADS[self.state]}</b> {escape(self.text)}</div>'


HEADS = {"right": "Right.", "wrong": "Not yet.", "unanswered": "To do.", "unreadable": "Not yet."}
COLOURS = {"right": "#256d3d", "wrong": "#a35200", "unanswered": "#5b6770", "unreadable": "#a35200"}


@dataclass(frozen=True, slots=True)
class Solution:
    """An exercise solved, as the lesson shows it: the answer, why, and what the likely mistakes give."""

    exercise: Exercise
    figures: Figures

    def __repr__(self) -> str:
        lines = [explain(self.exercise, self.figures)]
        wrong = self.figures.mistakes.items()
        lines += [f"  not {write_figure(value, self.exercise.unit)}: {self._hint(name)}" for name, value in wrong]
        return "\n".join(lines)

    def _hint(self, name: str) -> str:
        return self.exercise.mistakes[name]

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        right, unit = self.figures.right, self.exercise.unit
        wrong = "".join(
            f"<li>{escape(write_figure(value, unit))}: {escape(self._hint(name))}</li>"
            for name, value in self.figures.mistakes.items()
        )
        shown = escape(write_figure(right, unit))
        answer = escape(explain(self.exercise, self.figures)).replace(shown, f"<b>{shown}</b>", 1)
        heading = "What the likely mistakes give, and the hint that each of them gets"
        return {
            "text/plain": repr(self),
            "text/html": f"<p>{answer}</p><details><summary>{heading}</summary><ul>{wrong}</ul></details>",
            FIGURES_TYPE: {"name": self.exercise.name, **self.figures._asdict()},
        }


class Exercises:
    """The exercises of one case (see `open_exercises`)."""

    def __init__(self, folder: Path, case: Case, figures: dict[str, Figures]) -> None:
        self.folder = folder
        self.case = case
        self.figures = figures

    def solve(self, name: str, right: Any, **mistakes: Any) -> Solution:
        """Solve an exercise in a lesson: the answer, and what each likely mistake gives.

        Raises
        ------
        XhsError
            the mistakes are not those of ``exercises.yaml``, or two figures are too close to be told apart.
        """
        exercise = self.case.find(name)
        if set(mistakes) != set(exercise.mistakes):
            raise XhsError(f"{name}: {DEFINITIONS} has hints for {', '.join(exercise.mistakes)}; write those figures.")
        read = {key: read_answer(value, unit=exercise.unit) for key, value in {"right": right, **mistakes}.items()}
        faults = [f"{key}: {value.why}" for key, value in read.items() if isinstance(value, Unreadable)]
        if faults:
            raise XhsError(f"{name}: {'; '.join(faults)}")
        kept = {key: _round(value) for key, value in read.items() if not isinstance(value, Unreadable)}
        _refuse_close(exercise, kept)
        return Solution(exercise, Figures(kept.pop("right"), kept))

    def check(self, name: str, answer: object) -> Verdict:
        """Check an answer, say what is right or likely wrong about it, and keep what was solved."""
        exercise = self.case.find(name)
        if name not in self.figures:
            raise XhsError(f"{self.folder} has no {KEY}. Start the exercises with: xhs practice")
        verdict = judge(answer, exercise=exercise, figures=self.figures[name])
        if verdict.state != "unanswered":
            with suppress(OSError):  # a folder that cannot be written to keeps no progress
                note_try(self.folder, name, is_right=verdict.state == "right")
        return verdict


def open_exercises(folder: str | Path) -> Exercises:
    """Open the exercises of a practice folder, or of a case while its lesson is written."""
    place = Path(folder)
    if (place / DEFINITIONS).is_file():
        figures = read_key(place)[1] if (place / KEY).is_file() else {}
        return Exercises(place, read_case(place), figures)
    return Exercises(place, *read_key(place))


def judge(answer: object, *, exercise: Exercise, figures: Figures) -> Verdict:
    """Judge an answer: the exercise's own mistakes first, then slips that any number can have."""
    read = read_answer(answer, unit=exercise.unit)
    if isinstance(read, Unreadable):
        return Verdict("unanswered" if read.is_empty else "unreadable", read.why)
    if matches(read, figures.right, exercise.tolerance):
        return Verdict("right", explain(exercise, figures))
    for name, value in figures.mistakes.items():
        if matches(read, value, exercise.tolerance):
            return Verdict("wrong", exercise.mistakes[name], name)
    if isinstance(read, float) and isinstance(figures.right, float):
        slip = find_slip(read, figures.right, exercise.tolerance)
        if slip:
            return Verdict("wrong", slip[1], slip[0])
    return Verdict("wrong", exercise.otherwise)


def matches(answer: float | str, figure: float | str, tolerance: float) -> bool:
    """Whether an answer is a figure, within a relative tolerance; texts without regard to case.

    >>> matches(0.0501, 0.05, 0.01), matches("Video ", "video", 0.01), matches("video", 0.05, 0.01)
    (True, True, False)
    """
    if isinstance(answer, str) or isinstance(figure, str):
        return _fold(answer) == _fold(figure)
    return abs(answer - figure) <= max(tolerance * abs(figure), 1e-12)


def find_slip(answer: float, right: float, tolerance: float) -> tuple[str, str] | None:
    """Return name and hint of a slip that any number can have."""
    for name, (factor, hint) in SLIPS.items():
        if right and matches(answer, right * factor, tolerance):
            return name, hint
    if right and answer and matches(1 / answer, right, tolerance):
        return "upside down", UPSIDE_DOWN
    return None


def explain(exercise: Exercise, figures: Figures) -> str:
    """Return the explanation with its figures filled in: ``{right}`` and the names of the mistakes."""
    values = {"right": figures.right, **figures.mistakes}
    return exercise.right.format(**{name: write_figure(value, exercise.unit) for name, value in values.items()})


def write_figure(value: float | str, unit: str) -> str:
    """Write a figure as people read it.

    >>> write_figure(0.0523, "share"), write_figure(0.2345, "cny"), write_figure(1234.6, "count")
    ('5.2%', '¥0.23', '1,235')
    """
    if isinstance(value, str):
        return value
    if unit == "share":
        return f"{100 * value:.1f}%" if abs(value) >= 0.01 else f"{100 * value:.3g}%"
    if unit == "ratio":
        return f"×{value:.2f}"
    digits = 0 if abs(value) >= 100 or value == round(value) else 2 if abs(value) >= 0.1 else 3
    return f"{'¥' if unit == 'cny' else ''}{value:,.{digits}f}"


def _fold(text: float | str) -> str:
    return " ".join(str(text).split()).casefold()


def _round(value: float | str) -> float | str:
    return value if isinstance(value, str) else float(f"{value:.{DIGITS}g}")


def _refuse_close(exercise: Exercise, kept: dict[str, float | str]) -> None:
    """Refuse figures that an answer could match two of."""
    names = list(kept)
    pairs = [(one, other) for i, one in enumerate(names) for other in names[i + 1 :]]
    wide = 0.0 if exercise.unit == NAME else APART * exercise.tolerance
    close = [f"{one} and {other}" for one, other in pairs if matches(kept[one], kept[other], wide)]
    if close:
        raise XhsError(f"{exercise.name}: too close to be told apart: {'; '.join(close)} ({kept})")
