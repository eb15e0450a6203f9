"""``xhs practice``: starts a case, shows progress, overwrites nothing."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from tools import learner_notebooks as derive
from xhs_toolkit.cli import lab, main
from xhs_toolkit.teaching import casebook
from xhs_toolkit.teaching.exercises import open_exercises

sys.path.append(str(Path(__file__).parent / "teaching"))
from small_case import make_case


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder, and two bundled cases."""
    for name in ("jd_sports", "megatel"):
        folder = make_case(tmp_path / "bundled" / name)
        (folder / "data" / "runs").mkdir(parents=True)
        (folder / "data" / "notes.csv").write_text("笔记ID\n", encoding="utf-8")
        (folder / "campaign.yaml").write_text("client: A\n", encoding="utf-8")
        if name == "megatel":
            (folder / "drafts").mkdir()
            (folder / "drafts" / "one.txt").write_text("草稿", encoding="utf-8")
        (folder / "truth.json").write_text("{}", encoding="utf-8")
        assert derive.main([str(folder)]) == 0
    monkeypatch.setattr(casebook, "bundled_folder", lambda _: tmp_path / "bundled")
    (tmp_path / "desk").mkdir()
    monkeypatch.chdir(tmp_path / "desk")
    return tmp_path / "desk"


def test_a_case_is_copied_without_truth_and_solution(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["practice", "jd_sports"]) == 0
    folder = here / "practice" / "jd_sports"
    assert {path.name for path in folder.iterdir()} == {"campaign.yaml", "data", "exercises.ipynb", "exercises.key"}
    told = capsys.readouterr().out
    assert "A small case: 2 exercises, about 5 minutes." in told
    assert "xhs lab practice" in told


def test_drafts_go_along_where_a_case_has_some(here: Path) -> None:
    main(["practice", "megatel"])
    main(["practice", "jd_sports"])
    assert (here / "practice" / "megatel" / "drafts" / "one.txt").is_file()
    assert not (here / "practice" / "jd_sports" / "drafts").exists()


def test_a_started_case_is_left_as_it_is(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["practice", "jd_sports", "my work"]) == 0
    notebook = here / "my work" / "jd_sports" / "exercises.ipynb"
    notebook.write_text("my answers", encoding="utf-8")
    assert main(["practice", "jd_sports", "my work"]) == 0
    assert notebook.read_text(encoding="utf-8") == "my answers"
    assert "as you left it" in capsys.readouterr().out


def test_a_restart_keeps_the_work_so_far_beside_the_new_folder(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["practice", "jd_sports"])
    (here / "practice" / "jd_sports" / "exercises.ipynb").write_text("my answers", encoding="utf-8")
    open_exercises(here / "practice" / "jd_sports").check("cost_per_view", 0.301)
    capsys.readouterr()
    for _ in range(2):
        assert main(["practice", "jd_sports", "--restart"]) == 0
    kept = sorted(path.name for path in (here / "practice").iterdir())
    assert len(kept) == 3
    assert all(name.startswith("jd_sports.until-") for name in kept[1:])
    assert (here / "practice" / kept[1] / "exercises.ipynb").read_text(encoding="utf-8") == "my answers"
    assert f"kept in practice/{kept[1]}" in capsys.readouterr().out.replace("\\", "/")
    assert not (here / "practice" / "jd_sports" / "progress.json").exists()


@pytest.mark.parametrize("lost", ["exercises.ipynb", "exercises.key", "campaign.yaml"])
def test_what_was_deleted_comes_back_and_the_rest_stays(
    here: Path, lost: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["practice", "jd_sports"])
    folder = here / "practice" / "jd_sports"
    open_exercises(folder).check("cost_per_view", 0.301)
    (folder / lost).unlink()
    capsys.readouterr()
    assert main(["practice", "jd_sports"]) == 0
    assert f"Missing, and there again: {lost}." in capsys.readouterr().out
    assert (folder / lost).is_file()
    assert "solved_at" in (folder / "progress.json").read_text(encoding="utf-8")


def test_progress_over_the_cases(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["practice"]) == 0
    assert "0 of 4 exercises solved.\nNext: xhs practice jd_sports\n" in capsys.readouterr().out
    main(["practice", "jd_sports"])
    exercises = open_exercises(here / "practice" / "jd_sports")
    exercises.check("cost_per_view", 0.35)
    exercises.check("cost_per_view", 0.301)
    capsys.readouterr()
    assert main(["practice"]) == 0
    told = capsys.readouterr().out
    assert "A small case (1 of 2 solved)\n  ● What a view cost\n  ○ Which format was cheaper" in told
    assert "A small case (not started: 2 exercises, about 5 minutes)\n1 of 4 exercises solved." in told
    exercises.check("better_format", "image")
    assert main(["practice", "practice"]) == 0
    assert "Next: xhs practice megatel" in capsys.readouterr().out


def test_all_solved_names_nothing_next(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("jd_sports", "megatel"):
        main(["practice", name, "desk"])
        exercises = open_exercises(here / "desk" / name)
        exercises.check("cost_per_view", 0.301)
        exercises.check("better_format", "image")
    capsys.readouterr()
    assert main(["practice", "desk"]) == 0
    told = capsys.readouterr().out
    assert "4 of 4 exercises solved." in told
    assert "Next" not in told


def test_an_unknown_case_and_a_foreign_folder_are_refused(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["practice", "jd_sport"]) == 2
    assert "There is no case study 'jd_sport'. There are: jd_sports, megatel" in capsys.readouterr().err
    (here / "practice" / "jd_sports").mkdir(parents=True)
    (here / "practice" / "jd_sports" / "thesis.txt").write_text("mine", encoding="utf-8")
    assert main(["practice", "jd_sports"]) == 2
    assert "nothing is overwritten" in capsys.readouterr().err


def test_the_lab_opens_the_exercises_first(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(casebook.find_case("jd_sports"), here / "work")
    notebooks = lab.copy_notebooks(here / "work")
    assert "--LabApp.default_url=/lab/tree/exercises.ipynb" in lab.list_lab_options(notebooks, settings="s")
    opened = []
    monkeypatch.setattr(lab, "lab_verb", lambda folder: opened.append(folder) or 0)
    assert main(["practice", "jd_sports", "--open"]) == 0
    assert opened == [Path("practice") / "jd_sports"]
