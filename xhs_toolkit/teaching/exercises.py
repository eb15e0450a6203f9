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
from xhs_toolkit.teaching.answers import NAME, Unreadable, read_answer, read_words
from xhs_toolkit.teaching.casebook import DEFINITIONS, KEY, Case, Exercise, Figures, read_case, read_key
from xhs_toolkit.teaching.practice import note_try

FIGURES_TYPE = "application/vnd.xhs-toolkit.figures+json"
"""Type of the output in which a lesson hands its figures on to `tools.learner_notebooks`."""

DIGITS = 8
"""Significant digits of the figures kept: more may differ between machines."""

APART = 3
"""A likely mistake must lie so many tolerances away from the answer and from the other mistakes."""

SLIPS = {
    "a hundred times too large": 100.0,
    "a hundred times too small": 0.01,
    "ten thousand times too large": 1e4,
    "ten thousand times too small": 1e-4,
    "turned round": -1.0,
}
"""Slips that any number can have, as ``slips`` of the words name them, and their factors."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of an answer.

    Attributes
    ----------
    state : ``right``, ``wrong``, ``unanswered`` or ``unreadable``.
    text : what the learner reads.
    mistake : name of the mistake that was recognised, otherwise ''.
    language : of the text.
    """

    state: str
    text: str
    mistake: str = ""
    language: str = "en"

    @property
    def _head(self) -> str:
        return read_words(self.language)["heads"][self.state]

    def __repr__(self) -> str:
        return f"{self._head} {self.text}"

    def _repr_html_(self) -> str:
        colour = COLOURS[self.state]
        style = f"border-left: 4px solid {colour}; padding: 4px 12px"
        return f'<div style="{style}"><b style="color: {colour}">{self._head}</b> {escape(self.text)}</div>'


COLOURS = {"right": "#256d3d", "wrong": "#a35200", "unanswered": "#5b6770", "unreadable": "#a35200"}


@dataclass(frozen=True, slots=True)
class Solution:
    """An exercise solved, as the lesson shows it: the answer, why, and what the likely mistakes give."""

    exercise: Exercise
    figures: Figures
    language: str = "en"

    def __repr__(self) -> str:
        wrong = read_words(self.language)["solution"]["wrong"]
        lines = [explain(self.exercise, self.figures)]
        for name, value in self.figures.mistakes.items():
            lines += ["  " + wrong.format(figure=write_figure(value, self.exercise.unit), hint=self._hint(name))]
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
        heading = read_words(self.language)["solution"]["heading"]
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
        return Solution(exercise, Figures(kept.pop("right"), kept), self.case.language)

    def check(self, name: str, answer: object) -> Verdict:
        """Check an answer, say what is right or likely wrong about it, and keep what was solved."""
        exercise = self.case.find(name)
        if name not in self.figures:
            raise XhsError(f"{self.folder} has no {KEY}. Start the exercises with: xhs practice")
        verdict = judge(answer, exercise=exercise, figures=self.figures[name], language=self.case.language)
        if verdict.state != "unanswered":
            with suppress(OSError):  # a folder that cannot be written to keeps no progress
                note_try(self.folder, name, is_right=verdict.state == "right")
        return verdict


def open_exercises(folder: str | Path, *, language: str = "en") -> Exercises:
    """Open the exercises of a practice folder, or of a case while its lesson is written, in a language."""
    place = Path(folder)
    if (place / DEFINITIONS).is_file():
        figures = read_key(place)[1] if (place / KEY).is_file() else {}
        return Exercises(place, read_case(place, language=language), figures)
    return Exercises(place, *read_key(place, language=language))


def judge(answer: object, *, exercise: Exercise, figures: Figures, language: str = "en") -> Verdict:
    """Judge an answer: the exercise's own mistakes first, then slips that any number can have."""
    read = read_answer(answer, unit=exercise.unit, language=language)
    if isinstance(read, Unreadable):
        return Verdict("unanswered" if read.is_empty else "unreadable", read.why, language=language)
    if matches(read, figures.right, exercise.tolerance):
        return Verdict("right", explain(exercise, figures), language=language)
    for name, value in figures.mistakes.items():
        if matches(read, value, exercise.tolerance):
            return Verdict("wrong", exercise.mistakes[name], name, language)
    slip = find_slip(read, figures.right, exercise.tolerance)
    return Verdict("wrong", read_words(language)["slips"][slip] if slip else exercise.otherwise, slip, language)


def matches(answer: float | str, figure: float | str, tolerance: float) -> bool:
    """Whether an answer is a figure, within a relative tolerance; texts without regard to case.

    >>> matches(0.0501, 0.05, 0.01), matches("Video ", "video", 0.01), matches("video", 0.05, 0.01)
    (True, True, False)
    """
    if isinstance(answer, str) or isinstance(figure, str):
        return _fold(answer) == _fold(figure)
    return abs(answer - figure) <= max(tolerance * abs(figure), 1e-12)


def find_slip(answer: float | str, right: float | str, tolerance: float) -> str:
    """Return the name of a slip that any number can have, or ''."""
    if isinstance(answer, str) or isinstance(right, str) or not right or not answer:
        return ""
    found = [name for name, factor in SLIPS.items() if matches(answer, right * factor, tolerance)]
    return found[0] if found else "upside down" if matches(1 / answer, right, tolerance) else ""


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
