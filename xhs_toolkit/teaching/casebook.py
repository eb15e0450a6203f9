"""The case studies: what each teaches and asks (``exercises.yaml``), and the packed answers (``exercises.key``)."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from pathlib import Path
from textwrap import wrap
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator

from xhs_toolkit.bundled import bundled_folder, read_bundled_yaml
from xhs_toolkit.errors import Problem, XhsError
from xhs_toolkit.teaching.words import UNITS

CASES = ("plan_it", "jd_sports", "blackmores", "megatel", "auckland_airport")
"""In the order in which they are learned."""

DEFINITIONS, KEY = "exercises.yaml", "exercises.key"
LESSON, NOTEBOOK = "lesson.ipynb", "exercises.ipynb"
LANGUAGE = "en"
"""In which the cases are written first; another language's words lie beside them, as `name_in` names the files."""

LETTER = "letter"
MIN_MISTAKES = 3
KEY_NOTICE = "Answers and explanations, packed so that nobody reads them by accident. No lock: the lesson has them."


def _read_percent(value: Any) -> Any:
    """``2%`` → 0.02."""
    return float(value[:-1]) / 100 if isinstance(value, str) and value.endswith("%") else value


class Exercise(BaseModel):
    """One exercise of ``exercises.yaml``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    title: str
    unit: str
    tolerance: Annotated[float, BeforeValidator(_read_percent), Field(gt=0, le=0.2)] = 0.01
    right: str
    mistakes: dict[str, str] = Field(min_length=MIN_MISTAKES)
    question: str = ""
    otherwise: str

    @field_validator("right")
    @classmethod
    def _check_right(cls, right: str) -> str:
        if "{right}" not in right:
            raise ValueError("name the answer as {right}")
        return right

    @field_validator("unit")
    @classmethod
    def _check_unit(cls, unit: str) -> str:
        if unit not in UNITS:
            raise ValueError(f"write one of {', '.join(UNITS)}")
        return unit


class Letter(BaseModel):
    """What ``exercises.yaml`` says of the three sentences to the client.

    Attributes
    ----------
    title : of the exercise.
    unit : of the figure and of its range.
    sources : words of which one names where the figure comes from.
    claims : regular expression of what the figures do not bear → why not.
    model : one way to put it, with ``{figure}``, ``{low}`` and ``{high}``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    unit: str
    sources: tuple[str, ...] = Field(min_length=1)
    claims: dict[str, str] = {}
    model: str


class Case(BaseModel):
    """What ``exercises.yaml`` says of a case."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    language: str = LANGUAGE
    teaches: tuple[str, ...]
    minutes: int
    exercises: tuple[Exercise, ...] = Field(min_length=1)
    letter: Letter | None = None

    @property
    def titles(self) -> dict[str, str]:
        """Name → title of all there is to solve, the letter last."""
        last = {LETTER: self.letter.title} if self.letter else {}
        return {one.name: one.title for one in self.exercises} | last

    def find(self, name: str) -> Exercise:
        """Return the exercise of a name.

        Raises
        ------
        XhsError
            there is none of that name.
        """
        found = next((one for one in self.exercises if one.name == name), None)
        if found is None:
            names = ", ".join(one.name for one in self.exercises)
            raise XhsError(f"There is no exercise {name!r}. There are: {names}")
        return found


class Figures(NamedTuple):
    """The answer of an exercise, and what each likely mistake gives; of the letter, the ends of the range."""

    right: float | str
    mistakes: dict[str, float | str]


def find_case(name: str) -> Path:
    """Return the folder of a case."""
    return bundled_folder("case_studies") / name


def list_cases() -> list[str]:
    """Names of the cases that have a lesson, in the order in which they are learned."""
    return [name for name in CASES if (find_case(name) / LESSON).is_file()]


def name_in(name: str, language: str) -> str:
    """Return the name of a file of a case in a language.

    >>> name_in("lesson.ipynb", "zh"), name_in("lesson.ipynb", "en")
    ('lesson.zh.ipynb', 'lesson.ipynb')
    """
    stem, dot, kind = name.rpartition(".")
    return name if language == LANGUAGE else f"{stem}.{language}{dot}{kind}"


def read_case(folder: Path, *, language: str = LANGUAGE) -> Case:
    """Read a case's ``exercises.yaml``, with the words of another language over it: ``exercises.zh.yaml``.

    Raises
    ------
    XhsError
        with every problem of the file.
    """
    path, translated = folder / DEFINITIONS, folder / name_in(DEFINITIONS, language)
    data = read_bundled_yaml(path)
    if translated != path and translated.is_file():
        data = _put_over(data, {**read_bundled_yaml(translated), "language": language})
    exercises = [{"name": name, **words} for name, words in data.get("exercises", {}).items()]
    try:
        return Case(**{**data, "exercises": exercises})
    except ValidationError as error:
        problems = [
            Problem(fault["msg"], file=path.name, column=".".join(map(str, fault["loc"]))) for fault in error.errors()
        ]
        raise XhsError(f"{path.name} cannot be used as it is.", problems) from error


def _put_over(data: dict[str, Any], words: dict[str, Any]) -> dict[str, Any]:
    """Put words over data, at every depth; what has no words stays as it is."""
    both = {name: _put_over(data[name], one) for name, one in words.items() if isinstance(data.get(name), dict)}
    return {**data, **words, **both}


def pack_key(cases: Sequence[Case], figures: dict[str, Figures]) -> str:
    """Write what the learner's notebook needs, in every language, so that it is not read by accident."""
    words = {case.language: case.model_dump(mode="json") for case in cases}
    content = {"cases": words, "figures": {name: one._asdict() for name, one in figures.items()}}
    packed = base64.b64encode(json.dumps(content, ensure_ascii=False, sort_keys=True).encode())
    return "\n".join([f"# {KEY_NOTICE}", *wrap(packed.decode(), 100), ""])


def unpack_key(text: str, *, language: str = LANGUAGE) -> tuple[Case, dict[str, Figures]]:
    """Return what `pack_key` packed, in a language as far as it has it; earlier keys have one."""
    packed = "".join(line for line in text.splitlines() if not line.startswith("#"))
    content = json.loads(base64.b64decode(packed))
    cases = content.get("cases") or {LANGUAGE: content["case"]}
    figures = {name: Figures(**one) for name, one in content["figures"].items()}
    return Case(**cases.get(language, cases[LANGUAGE])), figures


def read_key(folder: Path, *, language: str = LANGUAGE) -> tuple[Case, dict[str, Figures]]:
    """Read the ``exercises.key`` of a practice folder.

    Raises
    ------
    XhsError
        the folder has none, or it was changed.
    """
    path = folder / KEY
    again = f"xhs practice {folder.resolve().name}"
    if not path.is_file():
        raise XhsError(f"{folder} holds no exercises: {KEY} is missing. It comes back with: {again}")
    try:
        return unpack_key(path.read_text(encoding="utf-8"), language=language)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise XhsError(f"{path} was changed and cannot be read. Delete it; it comes back with: {again}") from error
