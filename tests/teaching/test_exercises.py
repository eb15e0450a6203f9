"""Exercises: answers in any form are read, judged and explained; a lesson becomes the learner's notebook."""

from __future__ import annotations

import base64
import json
import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from small_case import SOLVED, WORDS, make_case

from tools import learner_notebooks as derive
from xhs_toolkit.errors import XhsError
from xhs_toolkit.teaching.answers import Unreadable, read_answer
from xhs_toolkit.teaching.casebook import (
    DEFINITIONS,
    KEY,
    LESSON,
    NOTEBOOK,
    Figures,
    read_case,
    read_key,
    unpack_key,
)
from xhs_toolkit.teaching.exercises import Exercises, judge, open_exercises
from xhs_toolkit.teaching.practice import DAMAGED, PROGRESS, list_solved, read_progress
from xhs_toolkit.teaching.words import UNITS, read_words


@pytest.fixture
def case(tmp_path: Path) -> Path:
    folder = make_case(tmp_path / "small")
    assert derive.main([str(folder)]) == 0
    return folder


@pytest.fixture
def practice(case: Path, tmp_path: Path) -> Exercises:
    """What a learner has: the notebook and the key, without the words and the lesson."""
    folder = tmp_path / "practice"
    folder.mkdir()
    (folder / KEY).write_bytes((case / KEY).read_bytes())
    return open_exercises(folder)


# ------------------------------------------------------------------------------------------ answers


@pytest.mark.parametrize(
    ("answer", "unit", "expected"),
    [
        (0.3, "cny", 0.3),
        (np.float32(0.5), "share", 0.5),
        (np.int64(3), "count", 3.0),
        ("30%", "share", 0.3),
        ("¥1,200", "cny", 1200.0),
        ("1.2万", "count", 12_000.0),
        ("-4%", "share", -0.04),
        (pd.Series([0.3]), "cny", 0.3),
        (pd.DataFrame({"a": [7]}), "count", 7.0),
        ([5], "count", 5.0),
        ({5}, "count", 5.0),
        ({"a": 5}, "count", 5.0),
        (np.array(2.5), "ratio", 2.5),
        ("×3.70", "ratio", 3.7),
        ("3.7x", "ratio", 3.7),
        ("x 3.7", "ratio", 3.7),
        ("3.70 倍", "ratio", 3.7),
        ("about 6.4 %", "share", 0.064),
        ("０．０２２元", "cny", 0.022),
        ("RMB 1 200", "cny", 1200.0),
        ("约12,345次", "count", 12_345.0),
        ("−12", "count", -12.0),
        ((0.3,), "cny", 0.3),
        (" Video", "name", "Video"),
        (["video"], "name", "video"),
    ],
)
def test_answers_are_read_in_any_usual_form(answer: Any, unit: str, expected: float | str) -> None:
    found = read_answer(answer, unit=unit)
    assert (found if unit == "name" else found.value) == (expected if unit == "name" else pytest.approx(expected))


@pytest.mark.parametrize(
    ("answer", "unit", "words"),
    [
        ("about a third", "share", "not a number"),
        (float("nan"), "cny", "missing value"),
        (pd.NA, "cny", "missing value"),
        (math.inf, "cny", "divided by 0"),
        (True, "count", "a yes or no"),
        (np.bool_(False), "count", "a yes or no"),
        ([1, 2, 3], "count", "3 values; one is asked for"),
        (pd.Series([], dtype=float), "count", "0 values"),
        (len, "count", "forget the brackets"),
        (1j, "count", "not a number"),
        (object(), "count", "not a number"),
        (0.3, "name", "not a text"),
    ],
)
def test_what_cannot_be_read_is_said_in_plain_words(answer: Any, unit: str, words: str) -> None:
    found = read_answer(answer, unit=unit)
    assert isinstance(found, Unreadable)
    assert words in found.why
    assert not found.is_empty


@pytest.mark.parametrize("answer", [..., None, "", "  "])
@pytest.mark.parametrize("unit", UNITS)
def test_no_answer_yet_is_no_mistake(practice: Exercises, answer: Any, unit: str) -> None:
    found = read_answer(answer, unit=unit)
    assert isinstance(found, Unreadable)
    assert found.is_empty


# ----------------------------------------------------------------------------------------- verdicts


def test_the_right_answer_is_explained_and_kept(practice: Exercises) -> None:
    verdict = practice.check("cost_per_view", 0.3021)
    assert verdict.state == "right"
    assert str(verdict) == "Right. Money over views: ¥0.301, not the mean of the two notes, ¥0.350."
    assert list_solved(practice.folder) == {"cost_per_view"}


@pytest.mark.parametrize("answer", ["¥0.30", 0.3, "0.3元 ", "about 0.30"])
def test_what_rounds_to_the_answer_is_right_and_said_to_be_rounded(practice: Exercises, answer: object) -> None:
    exercise, figures = practice.case.find("cost_per_view"), practice.figures["cost_per_view"]
    verdict = judge(answer, exercise=exercise.model_copy(update={"tolerance": 1e-4}), figures=figures)
    assert str(verdict).startswith("Right, rounded. Money over views")


def test_an_answer_too_coarse_to_tell_it_from_a_mistake_asks_for_a_digit(practice: Exercises) -> None:
    exercise = practice.case.find("cost_per_view").model_copy(update={"tolerance": 1e-4})
    verdict = judge("0.30", exercise=exercise, figures=Figures(0.3012, {"mean_of_ratios": 0.2971}))
    assert verdict.state == "unreadable"
    assert "one more digit" in verdict.text


def test_help_comes_in_three_steps_and_the_recipe_last(practice: Exercises) -> None:
    exercise = practice.case.find("cost_per_view")
    told = [practice.check("cost_per_view", answer).text for answer in (0.777, 0.35, 0.778, 0.1234, 0.888)]
    assert "Larger than the answer" in told[0]
    assert told[1] == exercise.mistakes["mean_of_ratios"]
    assert told[2:] == ["Whose money, and whose views?", exercise.otherwise, exercise.otherwise]


def test_each_likely_mistake_gets_its_own_hint_and_others_the_general_one(practice: Exercises) -> None:
    exercise = practice.case.find("cost_per_view")
    for name, value in SOLVED["cost_per_view"][1].items():
        verdict = practice.check("cost_per_view", value)
        assert (verdict.state, verdict.mistake, verdict.text) == ("wrong", name, exercise.mistakes[name])


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (30.1, "hundred times too large"),
        (0.00301, "hundred times too small"),
        (301.0, "thousand times too large"),
        (3010.0, "万"),
        (-0.301, "sign"),
        (1 / 0.301, "upside down"),
    ],
)
def test_common_slips_are_named(practice: Exercises, answer: float, words: str) -> None:
    verdict = practice.check("cost_per_view", answer)
    assert verdict.state == "wrong"
    assert words in verdict.text


def test_names_are_compared_without_regard_to_case(practice: Exercises) -> None:
    assert practice.check("better_format", " Image").state == "right"
    assert practice.check("better_format", "VIDEO").mistake == "wrong_one"
    assert practice.check("better_format", "图文").state == "right"
    assert "word for word" in practice.check("better_format", "carousel").text
    assert practice.check("better_format", 1).state == "unreadable"


def test_html_shows_the_text_and_executes_none_of_it(practice: Exercises) -> None:
    verdict = practice.check("better_format", 5)
    assert "Not yet." in verdict._repr_html_()
    assert "<script>" not in practice.check("cost_per_view", "<script>1</script>")._repr_html_()


def test_an_unknown_exercise_names_those_there_are(practice: Exercises) -> None:
    with pytest.raises(XhsError, match="cost_per_view, better_format"):
        practice.check("cost_per_click", 1)


# ----------------------------------------------------------------------------------------- progress


def test_tries_are_counted_until_solved_and_solved_stays_solved(practice: Exercises) -> None:
    for answer in (..., "much", 0.35, 0.301, 0.35, 0.301):
        practice.check("cost_per_view", answer)
    one = read_progress(practice.folder)["cost_per_view"]
    assert one["n_tries"] == 3
    assert one["solved_at"]


@pytest.mark.parametrize("damaged", ["", "[1]", "{", '{"cost_per_view": 3}'])
def test_damaged_progress_is_told_kept_and_starts_anew(practice: Exercises, damaged: str) -> None:
    (practice.folder / PROGRESS).write_text(damaged, encoding="utf-8")
    assert list_solved(practice.folder) == set()
    assert f"is kept as {DAMAGED}" in practice.check("cost_per_view", 0.301).text
    assert (practice.folder / DAMAGED).read_text(encoding="utf-8") == damaged
    assert list_solved(practice.folder) == {"cost_per_view"}
    assert DAMAGED not in practice.check("cost_per_view", 0.301).text


def test_progress_that_cannot_be_written_stops_nobody(practice: Exercises) -> None:
    (practice.folder / f".{PROGRESS}.part").mkdir()
    assert practice.check("cost_per_view", 0.301).state == "right"


# ------------------------------------------------------------------------------------------- lessons


def test_a_solution_shows_answer_and_hints_and_hands_on_its_figures(case: Path) -> None:
    right, mistakes = SOLVED["cost_per_view"]
    solution = open_exercises(case).solve("cost_per_view", right, **mistakes)
    assert "Money over views: ¥0.301" in repr(solution)
    assert "not ¥0.350: Each note weighs the same" in repr(solution)
    bundle = solution._repr_mimebundle_()
    assert "The platform takes a fee" in bundle["text/html"]


def test_a_solution_with_other_mistakes_or_close_figures_is_refused(case: Path) -> None:
    exercises = open_exercises(case)
    with pytest.raises(XhsError, match="mean_of_ratios, without_fee, per_exposure"):
        exercises.solve("cost_per_view", 0.3, mean_of_ratios=0.35)
    with pytest.raises(XhsError, match="right and mean_of_ratios"):
        exercises.solve("cost_per_view", 0.3, mean_of_ratios=0.305, without_fee=0.2, per_exposure=0.02)
    with pytest.raises(XhsError, match="right and mean_of_ratios"):  # both are printed ¥10.3
        exercises.solve("cost_per_view", 10.31, mean_of_ratios=10.27, without_fee=9.2, per_exposure=0.02)
    with pytest.raises(XhsError, match="missing value"):
        exercises.solve("cost_per_view", float("nan"), mean_of_ratios=0.35, without_fee=0.2, per_exposure=0.02)


def test_the_learners_notebook_has_empty_answers_and_no_outputs(case: Path) -> None:
    notebook = json.loads((case / NOTEBOOK).read_text(encoding="utf-8"))
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert ["".join(cell["source"]) for cell in code] == [
        "print('kept')",
        'answer = ...\nexercises.check("cost_per_view", answer)',
        'answer = ...\nexercises.check("better_format", answer)',
    ]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
    assert "Only the lesson" not in json.dumps(notebook)


def test_the_key_is_not_read_by_accident_and_says_what_it_is(case: Path) -> None:
    text = (case / KEY).read_text(encoding="utf-8")
    assert "0.301" not in text
    assert "Each note weighs" not in text
    assert text.startswith("# Answers and explanations, packed")
    assert read_key(case)[1]["cost_per_view"].right == 0.301


def test_a_changed_derived_file_is_found(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert derive.main(["--check", str(case)]) == 0
    (case / DEFINITIONS).write_text(WORDS.replace("The platform takes", "Dandelion takes"), encoding="utf-8")
    assert derive.main(["--check", str(case)]) == 1
    told = capsys.readouterr().err
    assert "small/exercises.key is out of date" in told
    assert NOTEBOOK not in told


def test_a_lesson_without_outputs_or_a_stray_solution_is_refused(case: Path) -> None:
    lesson = json.loads((case / LESSON).read_text(encoding="utf-8"))
    solution = next(cell for cell in lesson["cells"] if cell["metadata"])
    solution["outputs"] = []
    (case / LESSON).write_text(json.dumps(lesson), encoding="utf-8")
    with pytest.raises(XhsError, match="no stored answer to cost_per_view"):
        derive.derive(case)
    with pytest.raises(XhsError, match="solves no exercise"):
        derive.make_cell(solution | {"source": ["1 + 1"]})


@pytest.mark.parametrize("damage", ["", "# only words", "bm90IGpzb24="])
def test_a_damaged_key_says_how_to_get_another(practice: Exercises, damage: str) -> None:
    (practice.folder / KEY).write_text(damage, encoding="utf-8")
    with pytest.raises(XhsError, match="xhs practice"):
        open_exercises(practice.folder)


def test_words_with_faults_name_every_one(case: Path) -> None:
    text = (
        WORDS.replace("unit: cny", "unit: yuan")
        .replace("      both: One of them is cheaper.\n", "")
        .replace('"{right} it is."', "Images.")
    )
    (case / DEFINITIONS).write_text(text, encoding="utf-8")
    with pytest.raises(XhsError) as caught:
        read_case(case)
    assert "exercises.0.unit" in str(caught.value)
    assert "exercises.1.mistakes" in str(caught.value)
    assert "name the answer as {right}" in str(caught.value)


# ---------------------------------------------------------------------------------- another language


def test_the_words_of_both_languages_have_the_same_keys_and_gaps() -> None:
    english, chinese = read_words("en"), read_words("zh")
    assert {part: set(words) for part, words in english.items()} == {
        part: set(words) for part, words in chinese.items()
    }
    gaps = [
        (part, name)
        for part, words in english.items()
        for name, text in words.items()
        if part != "names" and set(re.findall(r"{(\w+)}", text)) != set(re.findall(r"{(\w+)}", chinese[part][name]))
    ]
    assert gaps == []


def test_a_case_speaks_a_second_language_from_the_same_code_and_figures(case: Path, tmp_path: Path) -> None:
    words = {"title": "小案例", "exercises": {"cost_per_view": {"mistakes": {"without_fee": "平台也收服务费。"}}}}
    (case / "exercises.zh.yaml").write_text(yaml.safe_dump(words, allow_unicode=True), encoding="utf-8")
    first = json.loads((case / LESSON).read_text(encoding="utf-8"))["cells"][0]["id"]
    (case / "lesson.zh.yaml").write_text(yaml.safe_dump({first: "# 小案例"}, allow_unicode=True), encoding="utf-8")
    assert derive.main([str(case)]) == 0
    notebook = json.loads((case / "exercises.zh.ipynb").read_text(encoding="utf-8"))
    assert notebook["cells"][0]["source"] == ["# 小案例"]
    (tmp_path / "learner").mkdir()
    (tmp_path / "learner" / KEY).write_bytes((case / KEY).read_bytes())
    exercises = open_exercises(tmp_path / "learner", language="zh")
    assert exercises.case.title == "小案例"
    assert str(exercises.check("cost_per_view", 0.27)) == "还不对。 平台也收服务费。"
    assert str(exercises.check("cost_per_view", ...)).startswith("待作答。")


def test_a_key_of_an_earlier_version_still_opens(case: Path) -> None:
    content = {"case": read_case(case).model_dump(mode="json"), "figures": {}}
    assert unpack_key(base64.b64encode(json.dumps(content).encode()).decode(), language="zh")[0].title == "A small case"
