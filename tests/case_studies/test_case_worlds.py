"""The four folders: stored as generated, small, marked, readable without a question, their truth outside."""

from __future__ import annotations

import ast
import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from case_frames import holds, paid_notes, read_study, true_ratio

from case_studies.worlds import cases as case_studies
from case_studies.worlds.cases import CASES, __main__, write_case
from case_studies.worlds.cases.plan_it import PLAN_IT
from case_studies.worlds.words import read_voice
from xhs_toolkit import cli, results
from xhs_toolkit.bundled import read_bundled_yaml
from xhs_toolkit.cli.verbs import list_notebooks, write_report
from xhs_toolkit.runs import run_many
from xhs_toolkit.thread import add_theme

NAMES = list(CASES)
ROOMS_BELOW = {"errors", "findings", "tables", "bundled", "campaign", "exports", "teaching"}
DOUBLED_LEADS = CASES["megatel"].settings.leads.listed_twice


@pytest.fixture
def folder(repository: Path, request: pytest.FixtureRequest) -> Path:
    return repository / "case_studies" / request.param


each_folder = pytest.mark.parametrize("folder", NAMES, indirect=True)


@pytest.mark.parametrize("name", [PLAN_IT, *NAMES])
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
    assert sum(path.stat().st_size for path in made) < 1_200_000
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


# ------------------------------------------------------------------------------ words a native believes

LEAST_LINES, MOST_ALIKE = 60, 6


@pytest.mark.parametrize("name", NAMES)
def test_words_are_many_all_different_and_say_what_they_are_for(name: str) -> None:
    voice, settings = read_voice(name), CASES[name].settings
    titles = [title for part in voice["themes"].values() for title in part]
    comments = [text for part in voice["comments"].values() for text in part]
    for lines in (titles, comments):
        assert len(lines) == len(set(lines)) >= LEAST_LINES
    assert all(text.endswith("？") for text in voice["comments"]["question"])
    assert not any("？" in text for kind in ("trust", "talk") for text in voice["comments"][kind])
    keywords = [word.casefold() for theme in settings.themes for word in theme.keywords]
    for theme in settings.themes:
        found = add_theme(pd.DataFrame({"title": voice["themes"][theme.name]}), themes=settings.themes)["theme"]
        assert found.eq(theme.name).all(), "Dandelion shows no more of a note than its title"
    everyday = [*voice["common"], *(title for part in voice["everyday"].values() for title in part)]
    for line in [*everyday, *voice["texts"]["everyday"], *voice["texts"]["campaign"]]:
        assert not [word for word in keywords if word in line.casefold()], line


@pytest.mark.parametrize("name", NAMES)
def test_notes_name_places_of_their_creators_country_and_are_not_alike(name: str) -> None:
    world = read_study(name).world
    homes = world.notes["creator_id"].map(world.creators.set_index("creator_id")["place"])
    places = read_voice("jd_sports")["places"]
    for home, elsewhere in (("新西兰", "澳大利亚"), ("澳大利亚", "新西兰")):
        told = (world.notes["title"] + world.notes["text"])[homes.eq(home)]
        assert not told.str.contains("|".join(places[elsewhere])).any()
    if CASES[name].settings.places == ("新西兰",):
        written = pd.concat([world.notes["title"], world.notes["text"], world.comments["text"]])
        assert not written.str.contains("澳洲|澳大利亚|" + "|".join(places["澳大利亚"])).any()
    assert world.notes["title"].value_counts().max() <= MOST_ALIKE
    assert world.notes.query("scope == 'paid'")["title"].is_unique
    assert not world.comments["text"].str.contains("呀呀|啊啊|[？！][呀啊～]").any()


HOW_TO = {"Omega and CoQ10", "Saving money", "Comparing plans", "Shopping guide", "Sale finds"}


@pytest.mark.parametrize("name", NAMES)
def test_costs_saves_and_pools_are_such_as_the_trade_knows_them(name: str) -> None:
    study, bands = read_study(name), read_bundled_yaml(Path(case_studies.__file__).parents[1] / "bands.yaml")
    notes = paid_notes(study.world)
    sums, cost = notes[["exposure", "views", "engagement"]].sum(), 1.1 * notes["price_cny"].sum()
    by_theme = notes.groupby("theme")[["collects", "likes"]].sum()
    saves = by_theme["collects"] / by_theme["likes"]
    found = {
        f"cost_per_{one}_cny": cost / sums[name]
        for one, name in (("exposure", "exposure"), ("view", "views"), ("engagement", "engagement"))
    }
    found |= {f"saves_per_like {theme}": share for theme, share in saves.items()}
    found |= {f"saves_per_like_of_how_to {theme}": saves[theme] for theme in HOW_TO & set(saves.index)}
    found["pool"] = study.tables["creators"].query("source == 'agency_creators'")["creator_id"].nunique()
    found["roster"] = notes["creator_id"].nunique()
    for figure, value in found.items():
        low, high = bands[figure.split()[0]]
        assert low <= value <= high, (figure, value)


def test_a_british_retailer_sells_most_at_home() -> None:
    sales = read_study("jd_sports").world.outcomes.query("metric == 'sales'").groupby("market")["value"].mean()
    assert sales["GB"] > 1.5 * sales["NZ"]


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
