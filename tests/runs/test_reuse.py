"""Nothing twice: what of a run is taken over, what is done again, and why."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest
from test_run_campaigns import make_campaign, make_notebook, run_manifest, write_text_report

from xhs_toolkit.errors import CampaignError, RunError
from xhs_toolkit.runs import Options, Run, has_failed, run_campaign

FORCED, DRY = Options(force=True), Options(dry=True)
SESSIONS = "date,market,metric,value,channel\n2026-07-01,NZ,site_sessions,{before},online\n{rest}"
LATER = "2026-08-20,NZ,site_sessions,{},online\n"
WRITE_TABLE = """
import json, pathlib
for folder in ("tables", "files", "pages"):
    pathlib.Path(run_folder, folder).mkdir(exist_ok=True)
pathlib.Path(run_folder, "tables", f"{step}_one.parquet").write_text(as_of)
pathlib.Path(run_folder, "files", f"{step}.xlsx").write_text(as_of)
block = {"kind": "sentence", "code": "data.summary", "values": {"n_rows": 0}}
pathlib.Path(run_folder, "pages", f"{step}.json").write_text(json.dumps({"blocks": [block]}))
"""


@pytest.fixture
def campaign(tmp_path: Path) -> Path:
    """A campaign that begins in August, with visits before and after."""
    folder = make_campaign(tmp_path / "spring")
    (folder / "data" / "notes.csv").unlink()
    with (folder / "campaign.yaml").open("a", encoding="utf-8") as file:
        file.write("window: {start: 2026-08-03}\n")
    write_visits(folder, 900, 1000)
    return folder


def write_visits(folder: Path, before: int, *later: int) -> None:
    rest = "".join(LATER.format(each) for each in later)
    (folder / "data" / "visits.csv").write_text(SESSIONS.format(before=before, rest=rest), encoding="utf-8")


@pytest.fixture
def books(tmp_path: Path) -> list[Path]:
    """One step that reads only what was known before the plan, and one that reads everything."""
    names = ("2_sourcing", "6_results")
    made = [make_notebook(tmp_path / f"{name}.ipynb", f"step = {name!r}", WRITE_TABLE) for name in names]
    content = nbformat.read(made[0], as_version=4)
    content.metadata["xhs"] = {"reads": "known"}
    nbformat.write(content, made[0])
    return made


def run_with_report(folder: Path, books: list[Path], options: Options = Options()) -> Run:  # noqa: B008
    return run_campaign(folder, notebooks=books, write_report=write_text_report, options=options)


def test_nothing_is_done_twice_unless_it_is_asked_for(campaign: Path, books: list[Path]) -> None:
    first = run_with_report(campaign, books)
    assert (first.kept, first.is_unchanged) == ((), False)

    again = run_with_report(campaign, books)
    assert (again.folder, again.is_unchanged, again.kept) == (first.folder, True, ("2_sourcing", "6_results", "report"))
    assert [path.name for path in (campaign / "runs").glob("20*")] == [first.name]

    forced = run_with_report(campaign, books, FORCED)
    assert (forced.folder != first.folder, forced.kept) == (True, ())
    (forced.folder / "report.html").unlink()
    assert run_with_report(campaign, books).reasons == ("there is no earlier run that is whole",)


def test_new_results_leave_the_steps_before_them_as_they_are(campaign: Path, books: list[Path]) -> None:
    first = run_with_report(campaign, books)
    write_visits(campaign, 900, 1100, 1200)

    planned = run_with_report(campaign, books, DRY)
    assert (planned.kept, planned.reasons) == (("2_sourcing",), ("data/visits.csv was replaced",))
    assert [path.name for path in (campaign / "runs").glob("20*")] == [first.name]

    second = run_with_report(campaign, books)
    assert (second.kept, second.reasons) == (planned.kept, planned.reasons)
    assert [(step.name, step.status) for step in second.steps] == [
        *(("2_sourcing", "complete"), ("6_results", "complete"), ("report", "complete")),
    ]
    for folder in ("tables", "files"):
        was, now = (
            {path.name: path.read_text() for path in (run.folder / folder).iterdir()} for run in (first, second)
        )
        assert list(was) == list(now)
        assert [name for name in was if was[name] == now[name]] == [name for name in was if "sourcing" in name]
    page = json.loads((second.folder / "pages" / "2_sourcing.json").read_text(encoding="utf-8"))
    assert page["blocks"][0]["values"]["n_rows"] == 3, "no page tells of an earlier number of rows"
    assert (second.folder / "notebooks" / "2_sourcing.ipynb").is_file()

    write_visits(campaign, 950, 1100, 1200)
    assert run_with_report(campaign, books).kept == (), "what the plan knew has changed"


@pytest.mark.parametrize("changed", ["campaign.yaml", "drafts/a.txt"])
def test_what_people_own_is_looked_at(campaign: Path, books: list[Path], changed: str) -> None:
    run_with_report(campaign, books[:1])
    place = campaign / changed
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("a", encoding="utf-8") as file:
        file.write("\n")
    told = run_with_report(campaign, books[:1], DRY)
    assert [reason.partition(" was ")[0] for reason in told.reasons] == [changed]
    assert told.kept == ()


def test_steps_can_be_chosen(campaign: Path, books: list[Path]) -> None:
    run = run_with_report(campaign, books, Options(steps=("results",)))
    assert [step.name for step in run.steps] == ["6_results", "report"]
    with pytest.raises(CampaignError, match=r"There is no step 'result'\. Write one of: 2_sourcing, 6_results\."):
        run_with_report(campaign, books, Options(steps=("result",)))


def test_old_runs_are_pruned_where_the_agency_says_so(campaign: Path, books: list[Path]) -> None:
    (campaign.parent / "agency.yaml").write_text("runs: {keep: 2}\n", encoding="utf-8")
    for number in (1, 2):
        (campaign / "runs" / f"2026-01-0{number}T000000Z").mkdir(parents=True)
    assert has_failed(campaign) is False
    (campaign / "runs" / "2026-02-01T000000Z.failed").mkdir()
    assert has_failed(campaign) is True
    run = run_with_report(campaign, books[:1])
    left = sorted(path.name for path in (campaign / "runs").glob("20*"))
    assert left == ["2026-02-01T000000Z.failed", run.name]


def test_a_cell_and_a_run_that_take_too_long_are_stopped(campaign: Path, tmp_path: Path) -> None:
    long = make_notebook(tmp_path / "6_results.ipynb", "import time", "time.sleep(60)")
    cell, run = "{cell_minutes: 0.03}", "{cell_minutes: 0.03, run_minutes: 0.03}"  # a run begins before its cell
    for limits, words in ((cell, r"The cell took longer than 1 seconds"), (run, "than a run may")):
        (campaign.parent / "agency.yaml").write_text(f"runs: {limits}\n", encoding="utf-8")
        with pytest.raises(RunError, match=words):
            run_campaign(campaign, notebooks=[long])
    told = [run_manifest(each) for each in sorted((campaign / "runs").glob("*.failed"))]
    assert [each["status"] for each in told] == ["failed", "failed"]
    assert [each["status"] for each in told[0]["steps"]] == ["failed"]
    assert [each["status"] for each in told[1]["steps"]] in ([], ["stopped"])
