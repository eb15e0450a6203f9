"""Runs of tiny notebooks: what is kept, what is said, what is never half-made."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import sys
import time
import traceback
from pathlib import Path

import nbformat
import pytest

from xhs_toolkit.campaign import Campaign
from xhs_toolkit.errors import CampaignError, RunError, XhsError
from xhs_toolkit.runs import Options, Progress, campaigns, find_latest_run, forked, run_campaign, run_many
from xhs_toolkit.runs.folder import hold_lock
from xhs_toolkit.store import Change

PARAMETERS = 'campaign_folder = "."\nrun_folder = "."\nlanguage = "en"\nas_of = ""'


@pytest.fixture
def campaign(tmp_path: Path) -> Path:
    """A campaign folder whose name a shell, a formatter or Windows could stumble over."""
    return make_campaign(tmp_path / "clients {1}" / "春天 spring & co")


def make_campaign(folder: Path) -> Path:
    (folder / "data").mkdir(parents=True)
    (folder / "campaign.yaml").write_text("client: Harbour Tours\nlanguages: [zh, en]\n", encoding="utf-8")
    (folder / "data" / "notes.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (folder / "data" / "~$notes.xlsx").write_text("lock", encoding="utf-8")
    return folder


def make_notebook(path: Path, *cells: str) -> Path:
    """A notebook from its cells: those that begin with # are text; the first code cell holds the parameters."""
    made = [
        nbformat.v4.new_markdown_cell(cell) if cell.startswith("#") else nbformat.v4.new_code_cell(cell)
        for cell in ("# A question", PARAMETERS, *cells)
    ]
    made[1].metadata["tags"] = ["parameters"]
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(nbformat.v4.new_notebook(cells=made), path)
    return path


def run_manifest(run_folder: Path) -> dict:
    return json.loads((run_folder / "manifest.json").read_text(encoding="utf-8"))


def write_text_report(run_folder: Path, campaign: Campaign) -> None:
    (run_folder / "report.html").write_text(campaign.client, encoding="utf-8")


WRITE_SEEN = """
import json, pathlib, sys
seen = [campaign_folder, run_folder, language, as_of, sys.executable, str(pathlib.Path.cwd())]
pathlib.Path(run_folder, "seen.json").write_text(json.dumps(seen))
"""
WRITE_SKIPPED = """
import json, pathlib
pages = pathlib.Path(run_folder, "pages")
pages.mkdir(exist_ok=True)
(pages / "2_sourcing.json").write_text(json.dumps({"blocks": [{"kind": "skipped", "code": "no_pool"}]}))
"""
RAISE_KNOWN = """
from xhs_toolkit.errors import ExportError, Problem
raise ExportError("One cell cannot be read.", [Problem("is not a number", "write 12000", "notes.csv", row=3)])
"""


def test_a_run_keeps_notebooks_report_and_manifest(campaign: Path, tmp_path: Path) -> None:
    first = make_notebook(tmp_path / "books {x}" / "2_sourcing.ipynb", WRITE_SKIPPED)
    second = make_notebook(tmp_path / "books {x}" / "6_results.ipynb", WRITE_SEEN)
    seen: list[Progress] = []

    run = run_campaign(campaign, notebooks=[first, second], write_report=write_text_report, on_progress=seen.append)

    assert run.folder.parent == campaign / "runs"
    assert find_latest_run(campaign) == run.folder
    assert {path.name for path in (campaign / "runs").iterdir()} == {run.name, "latest.txt", ".lock", ".tables"}
    assert (run.folder / "report.html").read_text(encoding="utf-8") == "Harbour Tours"
    assert [(step.name, step.status) for step in run.steps] == [
        ("2_sourcing", "skipped"),
        ("6_results", "complete"),
        ("report", "complete"),
    ]
    told = [(line.number, line.state) for line in seen]
    assert [line for line in told if line[0] == 1] == [(1, "running"), (1, "skipped")]
    assert [line for line in told if line[0] == 2] == [(2, "running"), (2, "complete")]
    assert told[-2:] == [(3, "running"), (3, "complete")]
    told = json.loads((run.folder / "seen.json").read_text(encoding="utf-8"))
    assert told[:3] == [".", f"runs/.{run.name}.part", "zh"]
    assert told[4:] == [sys.executable, str(campaign.resolve())]

    manifest = run_manifest(run.folder)
    assert (manifest["run"], manifest["status"], manifest["client"]) == (run.name, "complete", "Harbour Tours")
    assert [item["file"] for item in manifest["inputs"]] == ["campaign.yaml", "data/notes.csv"]
    assert manifest["inputs"][1]["sha256"] == hashlib.sha256(b"a,b\n1,2\n").hexdigest()
    assert {"python", "xhs-toolkit", "papermill", "pandas"} <= set(manifest["versions"])
    kept = "".join(path.read_text(encoding="utf-8") for path in run.folder.rglob("*.*") if path.name != "seen.json")
    assert str(tmp_path) not in kept, "a path of this machine is in the run"


def test_an_error_of_the_toolkit_reaches_the_user_in_its_own_words(campaign: Path, tmp_path: Path) -> None:
    good = make_notebook(tmp_path / "6_results.ipynb")
    before = run_campaign(campaign, notebooks=[good])
    bad = make_notebook(tmp_path / "bad" / "6_results.ipynb", "## The answer\n\nText.", "a = 1", RAISE_KNOWN, "b = 2")

    with pytest.raises(RunError) as caught:
        run_campaign(campaign, notebooks=[bad], write_report=write_text_report)

    failed = next((campaign / "runs").glob("*.failed"))
    assert str(caught.value).splitlines() == [
        f'{campaign}: 6_results stopped at cell [4] under "The answer".',
        "One cell cannot be read.",
        "  - notes.csv, row 3: is not a number. Fix: write 12000.",
        f"Put that right and run again. The run up to there is kept in {failed}; earlier runs are untouched.",
    ]
    manifest = run_manifest(failed)
    assert (manifest["status"], [step["status"] for step in manifest["steps"]]) == ("failed", ["failed"])
    executed = nbformat.read(failed / "notebooks" / "6_results.ipynb", as_version=4)
    assert "ExportError" in json.dumps(executed)
    assert find_latest_run(campaign) == before.folder


def test_a_file_replaced_while_the_run_is_at_work_is_told(campaign: Campaign, tmp_path: Path) -> None:
    book = make_notebook(
        tmp_path / "6_results.ipynb", "import pathlib", 'pathlib.Path("data/notes.csv").write_text("a")'
    )
    run = run_campaign(campaign, notebooks=[book], write_report=write_text_report)
    assert run.changes == (Change("data/notes.csv", "replaced"),)
    assert run_manifest(run.folder)["changed_inputs"] == [{"file": "data/notes.csv", "change": "replaced"}]
    assert run_campaign(campaign, notebooks=[make_notebook(tmp_path / "6_results.ipynb")]).changes == ()


WRITE_PROCESS = """
import json, os, pathlib
left = sorted(name for name in globals() if name in {"secret", "pathlib_of_before"})
path = pathlib.Path(run_folder, f"{step}.json")
path.write_text(json.dumps([os.getpid(), left, get_ipython().execution_count]))
secret = pathlib_of_before = 1
"""


def test_without_forks_a_kernel_serves_the_next_notebook_and_nothing_of_the_last_is_left(
    campaign: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the same process, so that libraries are loaded once; a notebook of the campaign's own has its own."""
    for module in (campaigns, forked):
        monkeypatch.setattr(module, "FORKS", False)
    names = ("1_first", "2_second", "3_third", "4_fourth")
    books = [make_notebook(tmp_path / f"{name}.ipynb", f"step = {name!r}", WRITE_PROCESS) for name in names]
    make_notebook(campaign / "mine.ipynb", "step = 'mine'", WRITE_PROCESS)
    with (campaign / "campaign.yaml").open("a", encoding="utf-8") as file:
        file.write("notebooks: [{file: mine.ipynb}]\n")
    run = run_campaign(campaign, notebooks=books)
    told = {name: json.loads((run.folder / f"{name}.json").read_text()) for name in (*names, "mine")}
    processes = {name: each[0] for name, each in told.items()}
    assert len({processes[name] for name in names}) <= 2, "as many as run at once"
    assert list(processes.values()).count(processes["mine"]) == 1
    assert [each[1] for each in told.values()] == [[]] * 5
    assert len({each[2] for each in told.values()}) == 1, "cells are counted from 1 again"


LEAVE_TRACES = """
import json, os, pathlib, random, numpy, matplotlib.pyplot as plt, xhs_toolkit.errors
left = [os.environ.get("SECRET"), plt.get_fignums(), hasattr(xhs_toolkit.errors, "secret"), os.getcwd()]
told = [left, random.random(), numpy.random.rand(), os.getpid()]
pathlib.Path(run_folder, f"{step}.json").write_text(json.dumps(told))
os.environ["SECRET"] = "s"
xhs_toolkit.errors.secret = plt.figure()
os.chdir("/")
"""


@pytest.mark.skipif(not forked.FORKS, reason="processes cannot be forked here")
def test_a_forked_kernel_inherits_nothing_of_another(campaign: Path, tmp_path: Path) -> None:
    names = ("1_first", "2_second", "3_third")
    books = [make_notebook(tmp_path / f"{name}.ipynb", f"step = {name!r}", LEAVE_TRACES) for name in names]
    run = run_campaign(campaign, notebooks=books)
    told = [json.loads((run.folder / f"{name}.json").read_text()) for name in names]
    assert [each[0] for each in told] == [[None, [], False, str(campaign.resolve())]] * 3
    for part in (1, 2, 3):
        assert len({each[part] for each in told}) == 3, "a random state or a process served twice"


OWN = """notebooks:
  - {file: first.ipynb, before: 6_results}
  - {file: ours/our_sourcing.ipynb, instead_of: 2_sourcing}
  - {file: last.ipynb}
"""
WRITE_NEED = "import pathlib; pathlib.Path(run_folder, 'seen.txt').read_text()"


def test_notebooks_of_the_campaigns_own_run_where_it_says(campaign: Path, tmp_path: Path) -> None:
    steps = [make_notebook(tmp_path / f"{name}.ipynb") for name in ("2_sourcing", "6_results")]
    needing = nbformat.read(make_notebook(tmp_path / "6_results.ipynb", WRITE_NEED), as_version=4)
    needing.metadata["xhs"] = {"after": ["2_sourcing"]}
    nbformat.write(needing, tmp_path / "6_results.ipynb")
    write_seen = "import pathlib; pathlib.Path(run_folder, 'seen.txt').write_text('ours')"
    mine = make_notebook(campaign / "ours" / "our_sourcing.ipynb", write_seen)
    for name in ("first", "last", "2_sourcing"):
        make_notebook(campaign / f"{name}.ipynb")
    with (campaign / "campaign.yaml").open("a", encoding="utf-8") as file:
        file.write(OWN)

    run = run_campaign(campaign, notebooks=steps)

    assert [step.name for step in run.steps] == ["our_sourcing", "first", "6_results", "last"]
    assert (run.folder / "seen.txt").read_text() == "ours", "who needs the step waits for what stands in its place"
    told = run_manifest(run.folder)
    assert [each["file"] for each in told["own_notebooks"]] == ["our_sourcing.ipynb", "first.ipynb", "last.ipynb"]
    assert told["own_notebooks"][0]["instead_of"] == "2_sourcing"
    assert told["own_notebooks"][0]["sha256"] == hashlib.sha256(mine.read_bytes()).hexdigest()
    assert run.unused == ()


def test_a_changed_copy_of_a_step_that_nobody_named_is_told(campaign: Path, tmp_path: Path) -> None:
    make_notebook(campaign / "6_results.ipynb")
    make_notebook(campaign / "my_ideas.ipynb")
    run = run_campaign(campaign, notebooks=[make_notebook(tmp_path / "6_results.ipynb")])
    assert run.unused == ("6_results.ipynb",)
    assert run_manifest(run.folder)["unused_notebooks"] == ["6_results.ipynb"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (
            "{file: gone.ipynb}",
            "'gone.ipynb' does not lie in the campaign folder. Fix: put it there, or delete its line",
        ),
        ("{file: 6_results.ipynb}", "'6_results.ipynb' has the name of a step that runs as well"),
        ("{file: ../other.ipynb}", "does not lie in the campaign folder. Fix: copy it there and write its name"),
        ("{file: notes.txt}", "is no notebook"),
        ("{file: a.ipynb, before: 6_result}", "Fix: write 6_results."),
        ("{file: a.ipynb, before: 6_results, instead_of: 6_results}", "stands beside before"),
    ],
)
def test_a_notebook_that_cannot_be_run_is_told_before_anything_starts(
    campaign: Path, tmp_path: Path, line: str, words: str
) -> None:
    make_notebook(campaign / "6_results.ipynb")
    with (campaign / "campaign.yaml").open("a", encoding="utf-8") as file:
        file.write(f"notebooks: [{line}]\n")
    with pytest.raises(CampaignError) as caught:
        run_campaign(campaign, notebooks=[make_notebook(tmp_path / "6_results.ipynb")])
    assert words in str(caught.value)
    assert not list((campaign / "runs").glob("20*"))


def test_other_errors_are_named(campaign: Path, tmp_path: Path) -> None:
    book = make_notebook(tmp_path / "6_results.ipynb", "1 / 0")
    with pytest.raises(
        RunError, match=r'stopped at cell \[3\] under "A question"\.\nZeroDivisionError: division by zero'
    ):
        run_campaign(campaign, notebooks=[book])


def test_a_kernel_that_dies_is_told(campaign: Path, tmp_path: Path) -> None:
    book = make_notebook(tmp_path / "6_results.ipynb", "## Big\n", "import os; os._exit(1)")
    with pytest.raises(RunError, match=r'cell \[\d\] under "Big"\.\nThe Python process behind the notebook ended'):
        run_campaign(campaign, notebooks=[book])


def test_a_file_in_the_campaign_folder_never_stands_in_for_a_library(campaign: Path, tmp_path: Path) -> None:
    (campaign / "colorsys.py").write_text("raise SystemError('ran')", encoding="utf-8")
    (campaign / "ipykernel_launcher.py").write_text("raise SystemError('ran')", encoding="utf-8")
    book = make_notebook(tmp_path / "6_results.ipynb", "import colorsys\ncolorsys.rgb_to_hsv")
    run_campaign(campaign, notebooks=[book])


def test_each_notebook_has_a_kernel_of_its_own(campaign: Path, tmp_path: Path) -> None:
    first = make_notebook(tmp_path / "1.ipynb", "left = 1")
    others = [make_notebook(tmp_path / f"{number}.ipynb", "assert 'left' not in globals()") for number in (2, 3)]
    run_campaign(campaign, notebooks=[first, *others])


def test_a_notebook_waits_for_those_whose_files_it_reads(campaign: Path, tmp_path: Path) -> None:
    slow = "import pathlib, time\ntime.sleep(1)\npathlib.Path(run_folder, 'roster.txt').write_text('two')"
    first = make_notebook(tmp_path / "4_roster.ipynb", slow)
    second = make_notebook(
        tmp_path / "5_content.ipynb", "import pathlib\npathlib.Path(run_folder, 'roster.txt').read_text()"
    )
    content = json.loads(second.read_text(encoding="utf-8"))
    content["metadata"]["xhs"] = {"after": ["4_roster"]}
    second.write_text(json.dumps(content), encoding="utf-8")
    run = run_campaign(campaign, notebooks=[first, second])
    assert [step.name for step in run.steps] == ["4_roster", "5_content"]


def test_the_first_to_stop_ends_the_others(campaign: Path, tmp_path: Path) -> None:
    long = make_notebook(tmp_path / "1.ipynb", "import time\ntime.sleep(60)")
    bad = make_notebook(tmp_path / "2.ipynb", "1 / 0")
    never = make_notebook(tmp_path / "3.ipynb", WRITE_SEEN)
    began = time.monotonic()
    with pytest.raises(RunError, match=r"2 stopped at .*\nZeroDivisionError"):
        run_campaign(campaign, notebooks=[long, bad, never])
    assert time.monotonic() - began < 50
    failed = next((campaign / "runs").glob("*.failed"))
    assert not (failed / "seen.json").exists()


def test_another_registered_kernel_is_not_used(
    campaign: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    registered = tmp_path / "jupyter" / "kernels" / "python3"
    registered.mkdir(parents=True)
    spec = {"argv": ["/no/such/python"], "display_name": "Other", "language": "python"}
    (registered / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "0")
    book = make_notebook(tmp_path / "6_results.ipynb", WRITE_SEEN)
    run = run_campaign(campaign, notebooks=[book])
    assert json.loads((run.folder / "seen.json").read_text(encoding="utf-8"))[4] == sys.executable
    assert capfd.readouterr() == ("", ""), "the terminal belongs to the progress lines"


def test_the_process_stays_where_it_is_so_that_campaigns_beside_each_other_find_their_files(
    campaign: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone_to: list[object] = []
    monkeypatch.setattr(os, "chdir", gone_to.append)
    run_campaign(campaign, notebooks=[make_notebook(tmp_path / "books" / "6_results.ipynb", "1")])
    assert gone_to == []


def test_a_report_that_fails_fails_the_run_and_keeps_the_details(campaign: Path, tmp_path: Path) -> None:
    def break_down(run_folder: Path, campaign: Campaign) -> None:
        raise KeyError("exposure")

    with pytest.raises(RunError, match=r"report stopped unexpectedly\.\nKeyError: 'exposure'"):
        run_campaign(campaign, notebooks=[make_notebook(tmp_path / "a.ipynb")], write_report=break_down)
    failed = next((campaign / "runs").glob("*.failed"))
    assert "break_down" in (failed / "error.txt").read_text(encoding="utf-8")
    assert not (campaign / "runs" / "latest.txt").exists()


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk is full. Make room and run again."),
        (errno.ENOENT, "is gone: it was moved or removed while the run was at work."),
        (errno.EACCES, "is locked, or may not be written to."),
        (errno.EIO, f"{os.strerror(errno.EIO)}. Close the file elsewhere"),
    ],
)
def test_a_fault_of_the_system_says_what_it_is(campaign: Path, number: int, words: str) -> None:
    before = run_campaign(campaign, notebooks=[])

    def refuse(run_folder: Path, campaign: Campaign) -> None:
        raise OSError(number, os.strerror(number), "report.html")

    with pytest.raises(RunError, match=f"report\\.html: {words}"):
        run_campaign(campaign, notebooks=[], write_report=refuse)
    assert find_latest_run(campaign) == before.folder


def test_a_disk_that_fills_in_a_cell_is_told(campaign: Path, tmp_path: Path) -> None:
    fill = make_notebook(tmp_path / "6_results.ipynb", "raise OSError(28, 'No space left on device', 'a.xlsx')")
    with pytest.raises(
        RunError, match=r"OSError: 'a\.xlsx': the disk is full\. Make room and run again\.\n  in: raise"
    ):
        run_campaign(campaign, notebooks=[fill])


def test_a_campaign_that_is_moved_while_it_runs_is_told(campaign: Path, tmp_path: Path) -> None:
    moved = campaign.parent / "elsewhere"
    book = make_notebook(tmp_path / "6_results.ipynb", f"import os; os.rename(os.getcwd(), {str(moved)!r})")
    with pytest.raises(RunError, match="is gone: it was moved or removed while the run was at work") as caught:
        run_campaign(campaign, notebooks=[book])
    assert str(caught.value).endswith("Put that right and run again. Earlier runs are untouched.")
    assert not list((moved / "runs").glob("20*"))


@pytest.mark.skipif(not forked.FORKS, reason="processes cannot be forked here")
def test_a_secret_of_the_environment_is_written_nowhere(
    campaign: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not into runs, executed notebooks, logs or errors, nor into files that a run needs on the way."""
    secret = "planted-0f3e9a"  # noqa: S105 - planted
    monkeypatch.setenv("HISTORY_PASSWORD", secret)
    places = [campaign.parent, forked.get_server().folder]
    seen: list[str] = []

    def search(progress: Progress) -> None:
        files = [path for place in places for path in place.rglob("*") if path.is_file()]
        seen.extend(path.name for path in files)
        assert not [path for path in files if secret.encode() in path.read_bytes()]

    know = "import os; assert 'HISTORY_PASSWORD' in os.environ"
    books = [make_notebook(tmp_path / f"{name}.ipynb", know, cell) for name, cell in (("1", "2"), ("2", "1 / 0"))]
    with pytest.raises(RunError, match="ZeroDivisionError") as caught:
        run_campaign(campaign, notebooks=books, on_progress=search)
    search(Progress(campaign, "", 0, 0, ""))
    assert {"run.log", "manifest.json", "1.ipynb"} <= set(seen)
    assert secret not in "".join(traceback.format_exception(caught.value))
    assert list(forked.get_server().folder.iterdir()) == [], "sockets and keys of kernels are swept"


def test_an_interrupted_run_leaves_nothing(campaign: Path, tmp_path: Path) -> None:
    def interrupt(run_folder: Path, campaign: Campaign) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_campaign(campaign, notebooks=[], write_report=interrupt)
    assert {path.name for path in (campaign / "runs").iterdir()} == {".lock", ".tables"}


def test_left_overs_of_a_killed_run_are_removed(campaign: Path) -> None:
    left = campaign / "runs" / ".2026-01-01T000000Z.part"
    left.mkdir(parents=True)
    (left / "half.txt").write_text("half", encoding="utf-8")
    run = run_campaign(campaign, notebooks=[])
    assert not left.exists()
    assert run.folder.is_dir()


def test_two_runs_of_one_campaign_do_not_meet(campaign: Path) -> None:
    with hold_lock(campaign), pytest.raises(RunError, match=r"Another run of .* is at work"):
        run_campaign(campaign, notebooks=[])
    assert run_campaign(campaign, notebooks=[]).folder.is_dir()


def test_runs_of_one_second_get_their_own_names(campaign: Path) -> None:
    names = [run_campaign(campaign, notebooks=[], options=Options(force=True)).name for _ in range(3)]
    assert len(set(names)) == 3
    assert names == sorted(names)


def test_settings_that_cannot_be_used_start_nothing(campaign: Path) -> None:
    (campaign / "campaign.yaml").write_text("objective: fame", encoding="utf-8")
    with pytest.raises(CampaignError):
        run_campaign(campaign, notebooks=[])
    assert not (campaign / "runs").exists()


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_one_campaign_failing_leaves_the_others_running(tmp_path: Path, n_jobs: int) -> None:
    folders = [make_campaign(tmp_path / name) for name in ("a", "b", "c")]
    (folders[1] / "campaign.yaml").write_text("objective: fame", encoding="utf-8")
    book = make_notebook(tmp_path / "6_results.ipynb", WRITE_SEEN)
    outcomes = list(run_many([*folders, tmp_path / "missing"], notebooks=[book], n_jobs=n_jobs))
    assert [outcome.campaign_folder.name for outcome in outcomes] == ["a", "b", "c", "missing"]
    assert [outcome.error is None for outcome in outcomes] == [True, False, True, False]
    for outcome in (outcomes[0], outcomes[2]):
        assert outcome.run is not None
        cwd = json.loads((outcome.run.folder / "seen.json").read_text(encoding="utf-8"))[5]
        assert cwd == str(outcome.campaign_folder.resolve())


@pytest.mark.parametrize("name", ["", "../elsewhere", "gone"])
def test_a_latest_that_names_no_run_is_refused(campaign: Path, name: str) -> None:
    (campaign / "runs").mkdir()
    (campaign.parent / "elsewhere").mkdir()
    (campaign / "runs" / "latest.txt").write_text(name, encoding="utf-8")
    with pytest.raises(XhsError, match=r"has no complete run yet|leads to no folder"):
        find_latest_run(campaign)
