"""The four folders: stored as generated, small, marked, readable without a question, their truth outside."""

from __future__ import annotations

import ast
import json
import shutil
from pathlib import Path

import pytest
from case_frames import holds, read_study, true_ratio

from case_studies.worlds import cases as case_studies
from case_studies.worlds.cases import CASES, __main__, write_case
from xhs_toolkit import cli, results
from xhs_toolkit.cli.verbs import list_notebooks, write_report
from xhs_toolkit.runs import run_many

NAMES = list(CASES)
ROOMS_BELOW = {"errors", "findings", "tables", "bundled", "campaign", "exports", "teaching"}
DOUBLED_LEADS = CASES["megatel"].settings.leads.listed_twice


@pytest.fixture
def folder(repository: Path, request: pytest.FixtureRequest) -> Path:
    return repository / "case_studies" / request.param


each_folder = pytest.mark.parametrize("folder", NAMES, indirect=True)


@pytest.mark.parametrize("name", NAMES)
def test_the_stored_files_are_the_generated_ones(name: str) -> None:
    assert __main__.main([name, "--check"]) == 0


def test_a_changed_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_case(CASES["megatel"], tmp_path / "megatel")
    (tmp_path / "megatel" / "data" / "client_codes.csv").write_text("code\n", encoding="utf-8")
    (tmp_path / "megatel" / "lesson.ipynb").write_text("beside", encoding="utf-8")
    assert __main__.main(["megatel", "--check", "--folder", str(tmp_path)]) == 1
    assert capsys.readouterr().err.split(": ")[1].strip() == "megatel/data/client_codes.csv"


@each_folder
def test_a_folder_is_small_and_its_truth_is_not_among_the_data(folder: Path) -> None:
    made = [path for name in __main__.MADE for path in [folder / name, *(folder / name).rglob("*")] if path.is_file()]
    assert sum(path.stat().st_size for path in made) < 1_000_000
    assert max(path.stat().st_size for path in made) < 500_000
    assert json.loads((folder / "truth.json").read_text(encoding="utf-8"))["synthetic"] is True
    assert not list((folder / "data").rglob("truth*"))


@pytest.mark.parametrize("name", NAMES)
def test_everything_is_read_and_says_that_it_is_invented(name: str) -> None:
    told = read_study(name)
    assert told.campaign.synthetic
    assert "synthetic" in told.campaign.client
    doubled = [problem for problem in told.problems if "listed before and counts once" in str(problem)]
    assert len(told.problems) == len(doubled) == (DOUBLED_LEADS if name == "megatel" else 0)
    for table in ("notes", "creators", "baselines", "placements", "comments"):
        assert len(told.tables[table])
        assert told.tables[table]["synthetic"].all()
    truth = told.world.notes.query("scope == 'paid'")
    assert set(told.found.notes["note_id"]) == set(truth["note_id"])
    assert set(told.found.notes["theme"]) == {theme.name for theme in told.campaign.themes}
    told_theme = told.found.notes.set_index("note_id")["theme"]
    assert told_theme.to_dict() == truth.set_index("note_id")["theme"].to_dict()


@pytest.mark.parametrize("name", NAMES)
def test_the_campaigns_true_ratio_lies_in_the_stated_range(name: str) -> None:
    told = read_study(name)
    compared = results.compare_notes(told.found, tables=told.tables, latest=told.latest, campaign=told.campaign)
    row = compared.effects.groups.query("dimension == 'all' and metric == 'exposure'").iloc[0]
    assert row["n_notes"] >= 25
    assert holds(row["expected_ratio_low"], row["expected_ratio_high"], true_ratio(told.world))


@pytest.mark.parametrize("name", NAMES)
def test_personas_of_the_campaign_are_those_of_the_creators(name: str) -> None:
    told = read_study(name)
    named = {persona.name: persona.keywords for persona in told.campaign.planning.personas}
    listed = told.tables["creators"].query("source == 'agency_creators'").set_index("creator_id")["tags"]
    for creator in told.world.creators.itertuples():
        found = [name for name, words in named.items() if any(word in listed[creator.creator_id] for word in words)]
        assert creator.persona in found


def test_the_misspecified_world_is_another_world_of_the_same_campaign() -> None:
    for case in CASES.values():
        plain, broken = case.settings, case.misspecified(case.settings)
        assert plain != broken
        assert (plain.start, plain.end, plain.n_notes) == (broken.start, broken.end, broken.n_notes)


@pytest.mark.parametrize("path", sorted(Path(case_studies.__file__).parent.glob("*.py")), ids=lambda path: path.stem)
def test_the_generator_shares_nothing_with_the_estimators(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        modules += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        for parts in (module.split(".") for module in modules):
            assert parts[0] != "xhs_toolkit" or parts[1] in ROOMS_BELOW


# --------------------------------------------------------------------------------------- end to end


def copy_case(folder: Path, place: Path) -> Path:
    return shutil.copytree(folder, place / folder.name, ignore=shutil.ignore_patterns("runs", "*.ipynb"))


def check_report(copy: Path) -> None:
    (page,) = copy.rglob("report.html")
    text = page.read_text(encoding="utf-8")
    assert "synthetic" in text.lower()
    assert "示例博主" in text
    assert not list(page.parent.rglob("truth*"))


def test_the_results_of_one_become_a_report(repository: Path, tmp_path: Path) -> None:
    """One of the four; all steps of all four are below."""
    copy = copy_case(repository / "case_studies" / "megatel", tmp_path)
    results_step = [path for path in list_notebooks() if path.stem == "6_results"]
    (outcome,) = run_many([copy], notebooks=results_step, write_report=write_report)
    assert outcome.error is None
    check_report(copy)


@pytest.mark.slow
@each_folder
def test_a_case_study_runs_through_all_steps(folder: Path, tmp_path: Path) -> None:
    copy = copy_case(folder, tmp_path)
    assert cli.main(["run", str(copy)]) == 0
    check_report(copy)
