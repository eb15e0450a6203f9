"""Exercises whose answers check themselves: right, with an explanation; wrong, with a hint and never the answer.

A case's ``exercises.yaml`` holds the words. Its lesson solves each exercise with `Exercises.solve`, which also works
out what the likely mistakes give, so that words and figures are written once. From both, `tools.learner_notebooks`
makes the learner's notebook and ``exercises.key``. The learner calls `Exercises.check`; what was solved is kept in
``progress.json`` beside the notebook.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from html import escape
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

from xhs_toolkit.errors import XhsError, shorten_value
from xhs_toolkit.teaching.answers import Figure, Unreadable, read_answer, round_to, write_figure
from xhs_toolkit.teaching.casebook import DEFINITIONS, KEY, LETTER, Case, Exercise, Figures, Letter, read_case, read_key
from xhs_toolkit.teaching.letters import list_faults, write_model
from xhs_toolkit.teaching.practice import PROGRESS, count_missed, note_try, set_damaged_aside
from xhs_toolkit.teaching.words import NAME, fold, say

FIGURES_TYPE = "application/vnd.xhs-toolkit.figures+json"
"""Type of the output in which a lesson hands its figures on to `tools.learner_notebooks`."""

DIGITS = 8
"""Significant digits of the figures kept: more may differ between machines."""

APART = 3
"""A likely mistake must lie so many tolerances away from the answer and from the other mistakes."""

SLIPS: Mapping[str, Callable[[float], float]] = {
    "percent": lambda right: 100 * right,
    "fen": lambda right: 100 * right,
    "hundredth": lambda right: right / 100,
    "thousand_large": lambda right: 1_000 * right,
    "wan_large": lambda right: 10_000 * right,
    "wan_small": lambda right: right / 10_000,
    "turned_round": lambda right: -right,
    "upside_down": lambda right: 1 / right,
    "rest": lambda right: 1 - right,
    "change": lambda right: right - 1,
    "log": lambda right: math.log(abs(right)),
}
"""Slips that any number can have: what the answer becomes by each."""

SLIPS_OF: Mapping[str, tuple[str, ...]] = {
    "share": ("percent", "hundredth", "rest", "upside_down", "turned_round"),
    "cny": ("fen", "hundredth", "thousand_large", "wan_large", "wan_small", "upside_down", "turned_round"),
    "ratio": ("percent", "upside_down", "change", "log", "turned_round"),
    "count": ("hundredth", "thousand_large", "wan_large", "wan_small", "upside_down", "turned_round"),
    NAME: (),
}
"""Unit → the slips that make sense for it."""

STEPS = ("nudge", "question", "recipe")
"""Of help, where no likely mistake is recognised: one for each such answer in turn, the last from then on."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of an answer.

    Attributes
    ----------
    state : ``right``, ``rounded`` (right as well), ``wrong``, ``unanswered`` or ``unreadable``.
    text : what the learner reads.
    mistake : name of the mistake or slip that was recognised, otherwise ''.
    language : of the text.
    """

    state: str
    text: str
    mistake: str = ""
    language: str = "en"

    @property
    def is_right(self) -> bool:
        """Whether the exercise is solved by it."""
        return self.state in {"right", "rounded"}

    def __repr__(self) -> str:
        return f"{say('heads', self.state, language=self.language)} {self.text}"

    def _repr_html_(self) -> str:
        colour, head = COLOURS[self.state], say("heads", self.state, language=self.language)
        style = f"border-left: 4px solid {colour}; padding: 4px 12px"
        text = escape(self.text).replace("\n", "<br>")
        return f'<div style="{style}"><b style="color: {colour}">{head}</b> {text}</div>'


GREEN, AMBER, GREY = "#256d3d", "#a35200", "#5b6770"
COLOURS = {"right": GREEN, "rounded": GREEN, "wrong": AMBER, "unanswered": GREY, "unreadable": AMBER}


@dataclass(frozen=True, slots=True)
class Solution:
    """An exercise solved, as the lesson shows it: the answer, why, and what the likely mistakes give."""

    exercise: Exercise
    figures: Figures
    language: str = "en"

    def __repr__(self) -> str:
        lines = [explain(self.exercise, self.figures)]
        for name, value in self.figures.mistakes.items():
            figure, hint = write_figure(value, self.exercise.unit), self._hint(name)
            lines += ["  " + say("solution", "wrong", language=self.language, figure=figure, hint=hint)]
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
        heading = say("solution", "heading", language=self.language)
        return {
            "text/plain": repr(self),
            "text/html": f"<p>{answer}</p><details><summary>{heading}</summary><ul>{wrong}</ul></details>",
            FIGURES_TYPE: {"name": self.exercise.name, **self.figures._asdict()},
        }


@dataclass(frozen=True, slots=True)
class LetterSolution:
    """The letter to the client, as the lesson shows it: one way to put it."""

    model: str
    figures: Figures

    def __repr__(self) -> str:
        return self.model

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        html = f"<blockquote>{escape(self.model)}</blockquote>"
        handed_on = {"name": LETTER, **self.figures._asdict()}
        return {"text/plain": self.model, "text/html": html, FIGURES_TYPE: handed_on}


class Exercises:
    """The exercises of one case (see `open_exercises`)."""

    def __init__(self, folder: Path, case: Case, figures: dict[str, Figures]) -> None:
        self.folder = folder
        self.case = case
        self.figures = figures

    def solve(self, name: str, right: Any, **mistakes: Any) -> Solution | LetterSolution:
        """Solve an exercise in a lesson: the answer, and what each likely mistake gives.

        Of the ``letter`` to the client it takes the figure, and ``low`` and ``high`` of its range.

        Raises
        ------
        XhsError
            the mistakes are not those of ``exercises.yaml``, or two figures are too close to be told apart.
        """
        if name == LETTER:
            return self._solve_letter(float(right), mistakes)
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

    def _solve_letter(self, figure: float, ends: dict[str, float]) -> LetterSolution:
        figures = Figures(round_to(figure, DIGITS), {name: round_to(float(end), DIGITS) for name, end in ends.items()})
        letter = self.case.letter
        if letter is None or set(ends) != {"low", "high"}:
            raise XhsError(f"{DEFINITIONS} needs a {LETTER}, and the lesson the figure with its low and high.")
        model = write_model(letter, figures)
        faults = list_faults(model, letter=letter, figures=figures, language=self.case.language)
        if faults:
            raise XhsError(f"The model of {LETTER} in {DEFINITIONS} breaks its own rules: {' '.join(faults)}")
        return LetterSolution(model, figures)

    def check(self, name: str, answer: object) -> Verdict:
        """Check an answer, say what is right or likely wrong about it, and keep what was solved."""
        if name not in self.figures:
            self.case.find(name)
            raise XhsError(f"{self.folder} has no {KEY}. Start the exercises with: xhs practice")
        kept = set_damaged_aside(self.folder)
        verdict = self._judge(name, answer)
        if verdict.state != "unanswered":
            is_missed = verdict.state == "wrong" and not verdict.mistake
            with suppress(OSError):  # a folder that cannot be written to keeps no progress
                note_try(self.folder, name, is_right=verdict.is_right, is_missed=is_missed)
        if kept:
            told = say("missing", "damaged", language=self.case.language, file=PROGRESS, kept=kept.name)
            return replace(verdict, text=f"{verdict.text} {told}")
        return verdict

    def _judge(self, name: str, answer: object) -> Verdict:
        figures, language = self.figures[name], self.case.language
        if name == LETTER and self.case.letter:
            return judge_letter(answer, letter=self.case.letter, figures=figures, language=language)
        n_missed = count_missed(self.folder, name)
        return judge(answer, exercise=self.case.find(name), figures=figures, n_missed=n_missed, language=language)


def open_exercises(folder: str | Path, *, language: str = "en") -> Exercises:
    """Open the exercises of a practice folder, or of a case while its lesson is written, in a language."""
    place = Path(folder)
    if (place / DEFINITIONS).is_file():
        figures = read_key(place)[1] if (place / KEY).is_file() else {}
        return Exercises(place, read_case(place, language=language), figures)
    return Exercises(place, *read_key(place, language=language))


def judge(answer: object, *, exercise: Exercise, figures: Figures, n_missed: int = 0, language: str = "en") -> Verdict:
    """Judge an answer: the exercise's own mistakes first, then slips that any number can have, then help in steps.

    Parameters
    ----------
    answer : anything that a cell can hold.
    exercise, figures : with its words, in the language.
    n_missed : answers before this one in which no likely mistake was recognised.
    language : of what the learner reads.
    """
    read = read_answer(answer, unit=exercise.unit, language=language)
    if isinstance(read, Unreadable):
        return Verdict("unanswered" if read.is_empty else "unreadable", read.why, language=language)
    likeness = Likeness(read, exercise.tolerance)
    named = likeness.choose(figures.mistakes)
    if likeness.is_near(figures.right):
        return Verdict("right", explain(exercise, figures), language=language)
    shared = likeness.count_shared(figures.right)
    if shared:
        coarse = say("unreadable", "coarse", language=language, value=shorten_value(answer))
        is_clear = shared > max(map(likeness.count_shared, figures.mistakes.values()))
        return Verdict(*(("rounded", explain(exercise, figures)) if is_clear else ("unreadable", coarse)), "", language)
    if named:
        return Verdict("wrong", exercise.mistakes[named], named, language)
    slip = likeness.choose(list_slips(figures.right, exercise.unit))
    if slip:
        return Verdict("wrong", say("slips", slip, language=language), slip, language)
    return Verdict("wrong", _help(read, exercise, figures.right, step=n_missed, language=language), "", language)


def judge_letter(answer: object, *, letter: Letter, figures: Figures, language: str = "en") -> Verdict:
    """Judge three sentences to the client: what they lack, or one way to put it where they lack nothing."""
    if not isinstance(answer, str) or not answer.strip(" .\n"):
        is_empty = answer is ... or answer is None or isinstance(answer, str)
        why = say("unreadable", "empty", language=language) if is_empty else say("letter", "no_text", language=language)
        return Verdict("unanswered" if is_empty else "unreadable", why, language=language)
    faults = list_faults(answer, letter=letter, figures=figures, language=language)
    if faults:
        return Verdict("wrong", "\n".join(faults), language=language)
    model = write_model(letter, figures)
    return Verdict("right", say("letter", "right", language=language, model=model), language=language)


class Likeness(NamedTuple):
    """An answer that was read, held against figures."""

    read: Figure | str
    tolerance: float

    def is_near(self, figure: float | str) -> bool:
        """Whether the answer is a figure, within the tolerance; a text in any usual form."""
        return matches(self.read if isinstance(self.read, str) else self.read.value, figure, self.tolerance)

    def count_shared(self, figure: float | str) -> int:
        """Count the digits to which the answer is a figure as it is printed; 0 where it is not."""
        return 0 if isinstance(self.read, str) or isinstance(figure, str) else self.read.count_shared(figure)

    def choose(self, figures: Mapping[str, float | str]) -> str:
        """Name the figure that the answer is near, or else rounds; '' unless it is one alone."""
        near = [name for name, figure in figures.items() if self.is_near(figure)]
        shared = {name: self.count_shared(figure) for name, figure in figures.items()}
        most = max(shared.values(), default=0)
        found = near or [name for name, n in shared.items() if n == most > 0]
        return found[0] if len(found) == 1 else ""


def matches(answer: float | str, figure: float | str, tolerance: float) -> bool:
    """Whether an answer is a figure, within a relative tolerance; texts in any form that `words` knows.

    >>> matches(0.0501, 0.05, 0.01), matches("Video ", "video", 0.01), matches("未检出", "not_detected", 0.01)
    (True, True, True)
    """
    if isinstance(answer, str) or isinstance(figure, str):
        return fold(str(answer)) == fold(str(figure))
    return abs(answer - figure) <= max(tolerance * abs(figure), 1e-12)


def list_slips(right: float | str, unit: str) -> dict[str, float | str]:
    """Return slip → what it makes of an answer."""
    if isinstance(right, str) or right in {0, 1}:
        return {}
    return {name: SLIPS[name](right) for name in SLIPS_OF[unit]}


def _help(read: Figure | str, exercise: Exercise, right: float | str, *, step: int, language: str) -> str:
    """Return the help of a step: where to look, what is asked for, how it is done."""
    if STEPS[min(step, len(STEPS) - 1)] == "recipe":
        return exercise.otherwise
    if STEPS[step] == "question":
        return exercise.question or exercise.otherwise
    if isinstance(read, str) or isinstance(right, str):
        return say("steps", "other", language=language)
    return say("steps", "larger" if read.value > right else "smaller", language=language)


def explain(exercise: Exercise, figures: Figures) -> str:
    """Return the explanation with its figures filled in: ``{right}`` and the names of the mistakes."""
    values = {"right": figures.right, **figures.mistakes}
    return exercise.right.format(**{name: write_figure(value, exercise.unit) for name, value in values.items()})


def _round(value: Figure | str) -> float | str:
    return value if isinstance(value, str) else round_to(value.value, DIGITS)


def _refuse_close(exercise: Exercise, kept: dict[str, float | str]) -> None:
    """Refuse figures that an answer could match two of, also as they are printed."""
    wide = 0.0 if exercise.unit == NAME else APART * exercise.tolerance
    close = [
        f"{one} and {other}"
        for one, other in combinations(kept, 2)
        if matches(kept[one], kept[other], wide)
        or write_figure(kept[one], exercise.unit) == write_figure(kept[other], exercise.unit)
    ]
    if close:
        raise XhsError(f"{exercise.name}: too close to be told apart: {'; '.join(close)} ({kept})")
