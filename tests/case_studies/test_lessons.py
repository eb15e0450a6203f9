"""The lessons: stored as they run, and every exercise right with the right answer and helpful with the wrong ones."""

from __future__ import annotations

import ast
import builtins
import itertools
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pandas as pd
import papermill
import pytest

from tools import learner_notebooks as derive
from xhs_toolkit.plans import read_plan
from xhs_toolkit.teaching.answers import Figure, read_answer, write_figure
from xhs_toolkit.teaching.casebook import (
    KEY,
    LESSON,
    LETTER,
    NOTEBOOK,
    Exercise,
    Figures,
    find_case,
    list_cases,
    name_in,
    read_case,
    read_key,
)
from xhs_toolkit.teaching.exercises import judge, judge_letter, list_slips, matches, open_exercises
from xhs_toolkit.teaching.letters import list_faults, write_model
from xhs_toolkit.teaching.practice import start_practice
from xhs_toolkit.teaching.words import say

CASES = list_cases()
SANITIZE = Path(__file__).with_name("sanitize.cfg")
PARTS = ("The data", "tempting wrong answer", "By hand", "With the toolkit", "Exercise 1", "would tell the client")
PARTS += ("## Summary",)
WORDS_A_MINUTE, CELLS_A_MINUTE, MINUTES_AN_EXERCISE = 150, 2, 5


def read_cells(case: str, name: str = LESSON) -> list[dict]:
    return json.loads((find_case(case) / name).read_text(encoding="utf-8"))["cells"]


def read_source(cell: dict) -> str:
    return "".join(cell["source"])


def list_exercises() -> Iterator[tuple[Exercise, Figures]]:
    for case in CASES:
        words, figures = read_key(find_case(case))
        yield from ((one, figures[one.name]) for one in words.exercises)


each_case = pytest.mark.parametrize("case", CASES)
each_exercise = pytest.mark.parametrize(
    ("exercise", "figures"), [pytest.param(*pair, id=pair[0].name) for pair in list_exercises()]
)


def test_there_are_lessons() -> None:
    assert {"jd_sports", "megatel"} <= set(CASES)


# ----------------------------------------------------------------------------------------- exercises


FORMS = {
    "share": ("{1:.6f}%", "{1:.1f}%", "{1:.1f} ％", "{0:.3f}"),
    "cny": ("¥{0:,.6f}", "{0:.4g}元", "￥{0:.3g}", "RMB {0:.4g}"),
    "ratio": ("×{0:.2f}", "x{0:.2f}", "{0:.2f} x", "{0:.2f}倍", "{1:.0f}%"),
    "count": ("{0:,.0f}", "{0:,.1f}次"),
}


@each_exercise
def test_the_right_answer_is_right_in_every_usual_form(exercise: Exercise, figures: Figures) -> None:
    right = figures.right
    forms = [right, str(right), [right], (right,), pd.Series([right]), write_figure(right, exercise.unit)]
    if isinstance(right, float):
        forms += [
            right * (1 + exercise.tolerance / 2),
            f"{right:,.6f}",
            f"约 {right:,.6f}",
            f"{right:,.6f}".replace(",", " "),
        ]
        forms += [form.format(right, 100 * right) for form in FORMS[exercise.unit]]
    for form, language in itertools.product(forms, ("en", "zh")):
        verdict = judge(form, exercise=exercise, figures=figures, language=language)
        assert verdict.is_right, form
        assert "{" not in verdict.text


@each_exercise
def test_each_likely_mistake_is_recognised_and_answered_by_its_own_hint(exercise: Exercise, figures: Figures) -> None:
    assert len(figures.mistakes) >= 3
    told = [judge(value, exercise=exercise, figures=figures) for value in figures.mistakes.values()]
    assert [(verdict.state, verdict.mistake) for verdict in told] == [("wrong", name) for name in figures.mistakes]
    printed = [write_figure(value, exercise.unit) for value in figures.mistakes.values()]
    assert [judge(value, exercise=exercise, figures=figures).mistake for value in printed] == list(figures.mistakes)
    other = "no such name" if exercise.unit == "name" else 98_765.4321
    steps = [judge(other, exercise=exercise, figures=figures, n_missed=n) for n in range(3)]
    assert {(verdict.state, verdict.mistake) for verdict in steps} == {("wrong", "")}
    hints = [verdict.text for verdict in (*told, *steps)]
    assert len(set(hints)) == len(hints)


@each_exercise
def test_slips_are_recognised_and_nobody_is_accused_of_one_that_was_not_made(
    exercise: Exercise, figures: Figures
) -> None:
    slips = list_slips(figures.right, exercise.unit)
    told = {name: judge(value, exercise=exercise, figures=figures) for name, value in slips.items()}
    wrongly = {name: verdict.mistake for name, verdict in told.items() if verdict.mistake not in {name, ""}}
    assert {mistake for mistake in wrongly.values() if mistake in slips} == set()
    assert sum(verdict.mistake == name for name, verdict in told.items()) >= 0.8 * len(slips)
    if isinstance(figures.right, float) and figures.right:
        others = [figures.right * factor for factor in (1.6180, 0.6180, 2.7183, 7.3891, 0.3679, 31.4159)]
        for value in others:
            named = judge(value, exercise=exercise, figures=figures).mistake
            near = {**figures.mistakes, **slips}.get(named)
            assert not named or matches(value, near, 0.05)


@each_exercise
def test_no_hint_gives_the_answer_away(exercise: Exercise, figures: Figures) -> None:
    hints = [*exercise.mistakes.values(), exercise.otherwise]
    for hint in hints:
        if isinstance(figures.right, str):
            listed = re.search(r"one of .*", hint)
            said = hint.replace(listed[0], "") if listed else hint
            assert figures.right.casefold() not in said.casefold()
            continue
        for number in re.findall(r"\d[\d,.]*%?", hint):
            value = read_answer(number.rstrip(",."), unit="count")
            assert not (isinstance(value, Figure) and matches(value.value, figures.right, 5 * exercise.tolerance)), hint


@each_exercise
def test_what_is_no_answer_is_met_with_plain_words(exercise: Exercise, figures: Figures) -> None:
    assert judge(..., exercise=exercise, figures=figures).state == "unanswered"
    for answer in ([1, 2], len, object()):
        verdict = judge(answer, exercise=exercise, figures=figures)
        assert verdict.state == "unreadable"
        assert "Traceback" not in verdict.text
    wrong_kind = judge(7 if exercise.unit == "name" else "seven", exercise=exercise, figures=figures)
    assert say("units", exercise.unit) in wrong_kind.text


# -------------------------------------------------------------------------------------------- lessons


def test_the_learners_notebooks_are_up_to_date() -> None:
    assert derive.main(["--check"]) == 0


@each_case
def test_a_lesson_has_its_parts_in_order_and_takes_the_time_it_says(case: str) -> None:
    prose = "\n".join(read_source(cell) for cell in read_cells(case) if cell["cell_type"] == "markdown")
    places = [prose.find(part) for part in PARTS]
    assert places == sorted(places)
    assert places[0] > 0
    assert prose.startswith("# ")
    assert "Synthetic case study" in prose
    minutes = read_case(find_case(case)).minutes
    assert f"about {minutes} minutes" in prose
    assert f"约 {minutes} 分钟" in read_source(read_cells(case, name_in(LESSON, "zh"))[0])
    assert abs(count_minutes(case) - minutes) <= 5


def count_minutes(case: str) -> float:
    """What a learner's notebook takes."""
    cells = read_cells(case, NOTEBOOK)
    n_words = sum(len(read_source(cell).split()) for cell in cells if cell["cell_type"] == "markdown")
    n_code = sum(cell["cell_type"] == "code" for cell in cells)
    n_exercises = len(read_case(find_case(case)).titles)
    return n_words / WORDS_A_MINUTE + (n_code - n_exercises) / CELLS_A_MINUTE + MINUTES_AN_EXERCISE * n_exercises


README = (find_case(CASES[0]).parent / "README.md").read_text(encoding="utf-8")
PLACES = re.findall(r"^\| ([^|]+) \| \[(\w+)\]\(([\w/.]+)\): ([^|]+) \|$", README, flags=re.MULTILINE)


@pytest.mark.parametrize(("what", "case", "link", "words"), PLACES)
def test_what_the_readme_says_is_taught_stands_there(what: str, case: str, link: str, words: str) -> None:
    assert link == f"{case}/{LESSON}"
    assert words in "\n".join(read_source(cell) for cell in read_cells(case)), what


def test_the_readme_has_a_place_for_the_whole_work() -> None:
    said = " ".join(what for what, *_ in PLACES)
    wanted = [
        *(f"step {n}" for n in range(1, 6)),
        "KFS",
        "KOL",
        "KOC",
        "rate card",
        "brand fit",
        "rankings",
        "search words",
    ]
    wanted += ["exposure", "click-through rate", "views", "cost of a view", "engagement", "Douyin", "Weibo", "briefs"]
    assert [each for each in wanted if each not in said] == []
    assert {case for _, case, *_ in PLACES} == set(CASES)
    assert all(f"[{case}]({case}/{LESSON})" in README and f"({case}/lesson.zh.ipynb)" in README for case in CASES)
    assert all(f"| {read_case(find_case(case)).minutes} min |" in README for case in CASES)


def test_the_glossary_has_twenty_words_in_both_languages() -> None:
    rows = (find_case(CASES[0]).parent / "glossary.md").read_text(encoding="utf-8").splitlines()
    terms = [row.split("|")[1:4] for row in rows if row.startswith("| ")][1:]
    assert len(terms) == 20
    assert all(re.search(r"[\u4e00-\u9fff]|KFS", chinese) and " · " in meaning for _, chinese, meaning in terms)


MIN_PICTURES = {"plan_it": 6}


@each_case
@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_idea_has_a_picture(case: str, language: str) -> None:
    cells = read_cells(case, name_in(LESSON, language))
    shown = [output.get("data", {}) for cell in cells for output in cell.get("outputs", [])]
    assert sum("image/png" in data for data in shown) >= MIN_PICTURES.get(case, 2)


@each_case
def test_a_lesson_is_stored_executed_in_order_without_faults_or_paths(case: str) -> None:
    code = [cell for cell in read_cells(case) if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    outputs = [output for cell in code for output in cell["outputs"]]
    assert {output["output_type"] for output in outputs} <= {"execute_result", "display_data"}
    assert not re.search(r"site-packages|[A-Z]:\\\\Users|/(home|Users|tmp|work)/", json.dumps(outputs))


@each_case
@pytest.mark.parametrize("name", [LESSON, NOTEBOOK])
def test_cells_are_short_and_hold_no_helpers(case: str, name: str) -> None:
    for cell in read_cells(case, name):
        if cell["cell_type"] != "code":
            continue
        source = read_source(cell)
        assert len(source.splitlines()) <= 15, source
        forbidden = (ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.Lambda, ast.Try)
        assert not [node for node in ast.walk(ast.parse(source)) if isinstance(node, forbidden)], source
        assert "warnings" not in source


@each_case
def test_what_a_lesson_says_is_asserted_in_it(case: str) -> None:
    """Statements and results by hand are held to the figures: an assertion in every part."""
    after_heading: list[int] = []
    for cell in read_cells(case):
        source = read_source(cell)
        if cell["cell_type"] == "markdown":
            after_heading += [0] if re.search(r"^## \d", source, flags=re.MULTILINE) else []
        elif after_heading:
            after_heading[-1] += source.count("assert ")
    assert after_heading
    assert min(after_heading) >= 1


@each_case
def test_the_learners_notebook_needs_no_solution(case: str) -> None:
    """Every name that a cell uses is made in a cell that the learner has."""
    made = set(dir(builtins))
    for cell in read_cells(case, NOTEBOOK):
        if cell["cell_type"] != "code":
            continue
        nodes = list(ast.walk(ast.parse(read_source(cell))))
        names = [node for node in nodes if isinstance(node, ast.Name)]
        stored = {node.id for node in names if isinstance(node.ctx, ast.Store)}
        imports = [node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]
        stored |= {alias.asname or alias.name.split(".")[0] for node in imports for alias in node.names}
        missing = {node.id for node in names if isinstance(node.ctx, ast.Load)} - made - stored
        assert not missing, read_source(cell)
        made |= stored


OTHER_LESSONS = [pytest.param(case, name_in(LESSON, "zh"), marks=pytest.mark.slow) for case in CASES]


@pytest.mark.parametrize(("case", "name"), [*((case, LESSON) for case in CASES), *OTHER_LESSONS])
@pytest.mark.xdist_group("notebooks")
def test_a_lesson_still_gives_what_it_shows(case: str, name: str, repository: Path) -> None:
    command = [sys.executable, "-X", "utf8", "-m", "pytest", "-q", "-o", "addopts=", "-p", "no:cacheprovider"]
    command += ["--nbval", "--nbval-current-env", "--nbval-sanitize-with", str(SANITIZE), str(find_case(case) / name)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", cwd=repository, check=False)
    assert done.returncode == 0, done.stdout[-4_000:]


SLOW_CASES = [pytest.param(case, marks=pytest.mark.slow if case != "blackmores" else ()) for case in CASES]


@pytest.mark.parametrize("case", SLOW_CASES)
@pytest.mark.xdist_group("notebooks")
def test_a_practice_folder_runs_from_top_to_bottom_before_anything_is_answered(case: str, tmp_path: Path) -> None:
    folder = start_practice(case, place=tmp_path).folder
    assert not (folder / "truth.json").exists()
    papermill.execute_notebook(
        folder / NOTEBOOK, tmp_path / "executed.ipynb", cwd=folder, progress_bar=False, kernel_name="python3"
    )
    executed = json.loads((tmp_path / "executed.ipynb").read_text(encoding="utf-8"))["cells"]
    told = [cell for cell in executed if "exercise" in cell["metadata"].get("tags", [])]
    assert len(told) == len(read_case(find_case(case)).titles)
    assert all("To do." in json.dumps(cell["outputs"]) for cell in told)
    exercises = open_exercises(folder)
    answers = {name: one.right for name, one in exercises.figures.items()}
    answers[LETTER] = write_model(exercises.case.letter, exercises.figures[LETTER])
    assert all(exercises.check(name, answer).state == "right" for name, answer in answers.items())
    assert KEY in {path.name for path in folder.iterdir()}


# --------------------------------------------------------------------------------- the second language


@each_case
def test_a_lesson_in_chinese_has_the_same_code_and_comes_to_the_same_figures(case: str) -> None:
    english, chinese = read_cells(case), read_cells(case, name_in(LESSON, "zh"))
    pairs = [pair for pair in zip(english, chinese, strict=True) if pair[0]["cell_type"] == "code"]
    assert [read_source(one).replace('language = "en"', "") for one, _ in pairs] == [
        read_source(other).replace('language = "zh"', "") for _, other in pairs
    ]
    assert derive.find_figures(chinese) == derive.find_figures(english)
    assert [bool(one["outputs"]) for one, _ in pairs] == [bool(other["outputs"]) for _, other in pairs]


@each_case
def test_every_word_of_a_lesson_stands_in_chinese_too_with_the_same_names_and_steps(case: str) -> None:
    for english, chinese in zip(read_cells(case), read_cells(case, name_in(LESSON, "zh")), strict=True):
        one, other = read_source(english), read_source(chinese)
        if english["cell_type"] == "markdown":
            assert re.search(r"[\u4e00-\u9fff]", other), one
            assert not re.search(r"(?:[a-z]+ ){4}", re.sub(r"`[^`]*`", "", other)), other
            assert re.findall(r"^#+", one, flags=re.MULTILINE) == re.findall(r"^#+", other, flags=re.MULTILINE), other
            named = {name for name in re.findall(r"`([^`]+)`", one) if not name.startswith("xhs ")}
            assert named <= set(re.findall(r"`([^`]+)`", other)), other


@pytest.mark.parametrize("case", CASES)
def test_every_exercise_explains_and_hints_in_chinese(case: str) -> None:
    english, figures = read_key(find_case(case))
    chinese, _ = read_key(find_case(case), language="zh")
    assert chinese.title != english.title
    for one, other in zip(english.exercises, chinese.exercises, strict=True):
        answer = figures[one.name]
        told = [judge(value, exercise=other, figures=answer, language="zh") for value in answer.mistakes.values()]
        assert [verdict.mistake for verdict in told] == list(answer.mistakes)
        said = [other.title, other.question, other.otherwise, *(verdict.text for verdict in told)]
        assert all(re.search(r"[\u4e00-\u9fff]", text) for text in said), said
        assert len(set(said)) == len(said)
        assert set(re.findall(r"{\w+}", other.right)) == set(re.findall(r"{\w+}", one.right))


# -------------------------------------------------------------------------- the learner writes to the client


LANGUAGES = ("en", "zh")
WRONG = {
    "en": {
        "figure": (r"\{figure\}", "a good deal"),
        "range": (r"\{low\}", "little"),
        "sentences": ("$", " Thank you."),
    },
    "zh": {"figure": (r"\{figure\}", "不少"), "range": (r"\{low\}", "很少"), "sentences": ("$", "谢谢。")},
}
CLAIMS = (
    "This proves that it worked.",
    "The model is a synthetic control.",
    "It stands in client_figures.csv.",
    "这证明了效果。",
)


@each_case
@pytest.mark.parametrize("language", LANGUAGES)
def test_three_sentences_are_checked_for_figure_range_source_and_claims(case: str, language: str) -> None:
    words, figures = read_key(find_case(case), language=language)
    letter, answer = words.letter, figures[LETTER]
    find = partial(list_faults, letter=letter, figures=answer, language=language)
    model = write_model(letter, answer)
    assert find(model) == []
    assert judge_letter(model, letter=letter, figures=answer, language=language).is_right
    for name, (words_of_it, instead) in WRONG[language].items():
        other = letter.model_copy(update={"model": re.sub(words_of_it, instead, letter.model, count=1)})
        told = find(write_model(other, answer))
        assert told == [say("letter", name, language=language, n=4, wanted=3)], told
    without = re.sub("|".join(map(re.escape, letter.sources)), "…", model, flags=re.IGNORECASE)
    assert find(without) == [say("letter", "source", language=language)]
    for claim in CLAIMS:
        told = find(f"{model} {claim}")
        assert len(told) == 2, told
        assert claim.startswith("The model") or told[-1] != told[0]


@each_case
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_letter_is_blamed_for_what_the_lesson_itself_tells_the_client(case: str, language: str) -> None:
    words, figures = read_key(find_case(case), language=language)
    cells = read_cells(case, name_in(LESSON, language))
    quoted = "\n".join(read_source(cell) for cell in cells if "\n> " in read_source(cell))
    assert quoted
    claims = [say("letter", "claim", language=language, words="", hint=hint) for hint in words.letter.claims.values()]
    told = list_faults(quoted, letter=words.letter, figures=figures[LETTER], language=language)
    assert not [fault for fault in told if fault.split("”")[-1] in {claim.split("”")[-1] for claim in claims}]
    assert len(told) <= 4


def test_the_results_are_held_against_the_plan_that_plan_it_proposes() -> None:
    agreed = read_plan(find_case("jd_sports"))
    assert agreed is not None
    _, figures = read_key(find_case("plan_it"))
    views = agreed.forecast.set_index("metric").loc["views"]
    promised = figures[LETTER]
    assert [views["p10"], views["p50"], views["p90"]] == pytest.approx(
        [promised.mistakes["low"], promised.right, promised.mistakes["high"]], rel=1e-6
    )
    places = pd.read_csv(next(find_case("plan_it").glob("data/agency_creators_*.csv")), dtype=str)
    at_home = places.loc[places["ip_location"].isin(["澳大利亚", "新西兰"]), "user_id"]
    assert set(agreed.roster["creator_id"]) <= set(at_home)


BARE_RATIO = re.compile(r"\.sum\(\) / [\w.\[\]\"']+\.sum\(\)")


@each_case
def test_right_ratios_are_the_toolkits_own(case: str) -> None:
    """A quotient of two sums keeps in one what the other lacks; `ratio_of_sums` leaves it out of both."""
    for cell in read_cells(case):
        if "solution" not in cell["metadata"].get("tags", []) or cell["cell_type"] != "code":
            continue
        if derive.find_name(cell) == LETTER:
            continue
        call = next(node for node in ast.walk(ast.parse(read_source(cell))) if is_solving(node))
        right = call.args[1]
        named = [node for node in ast.walk(ast.parse(read_source(cell))) if isinstance(node, ast.Assign)]
        made = [
            node.value for node in named if isinstance(right, ast.Name) and right.id in ast.unparse(node.targets[0])
        ]
        for expression in (right, *made):
            assert not BARE_RATIO.search(ast.unparse(expression)), ast.unparse(expression)


def is_solving(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func) == "exercises.solve"


@each_case
def test_no_answer_stands_in_what_was_just_shown(case: str) -> None:
    """What the three cells before an exercise show is not its answer; of names, all the candidates may stand there."""
    words, figures = read_key(find_case(case))
    shown: list[str] = []
    for cell in read_cells(case):
        tags = cell["metadata"].get("tags", [])
        if cell["cell_type"] != "code" or "lesson_only" in tags:
            continue
        if "solution" not in tags:
            shown.append(read_shown(cell))
            continue
        name = derive.find_name(cell)
        if name == LETTER:
            continue
        exercise, right, mistakes = words.find(name), figures[name].right, figures[name].mistakes
        before = " ".join(shown[-3:])
        if isinstance(right, str):
            assert right not in before or any(str(value) in before for value in mistakes.values())
        elif abs(right) >= 10 or right != round(right):
            forms = [write_figure(right, exercise.unit), f"{right:,.0f}" if abs(right) >= 100 else f"{right:.4g}"]
            assert not [form for form in forms if re.search(rf"(?<![\d.,]){re.escape(form)}(?![\d])", before)], name


def read_shown(cell: dict) -> str:
    """What a cell shows, without its marks."""
    data = [output.get("data", {}) for output in cell["outputs"]]
    texts = ["".join(one.get("text/html", one.get("text/plain", ""))).split("</style>")[-1] for one in data]
    return re.sub(r"<[^>]+>", " ", " ".join(texts))
