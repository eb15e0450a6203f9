"""What every view has: plain words where something fails, a still picture where widgets cannot run; and the form."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter

from xhs_toolkit.campaign import read_campaign
from xhs_toolkit.cli.lab import APP, copy_notebooks, list_lab_options, strip_outputs, write_settings
from xhs_toolkit.errors import CampaignError
from xhs_toolkit.widgets import explore_creators, explore_plan, explore_results, new_campaign
from xhs_toolkit.widgets.new_campaign import make_campaign
from xhs_toolkit.widgets.shell import View

VIEWS = (explore_creators, explore_plan, explore_results)


@pytest.mark.parametrize("explore", VIEWS)
def test_a_folder_that_is_no_campaign_is_told_in_plain_words(explore, tmp_path: Path) -> None:
    view = explore(tmp_path)
    view.open()
    assert "campaign.yaml" in view.read_message()
    assert "Traceback" not in view.read_message()
    assert view.progress.layout.display == "none"
    assert view.body.children == ()


@pytest.mark.parametrize("explore", VIEWS)
def test_a_campaign_without_files_says_what_to_do(explore, folder: Path) -> None:
    for path in (folder / "data").iterdir():
        path.unlink()
    view = explore(folder, language="zh")
    view.open()
    told = view.read_message() or view.told.value
    assert re.search("导出文件|没有", told), told


def test_a_surprise_is_told_and_the_next_click_works(folder: Path) -> None:
    class Simple(View[None]):
        name = "new"

        def fail(self) -> None:
            raise ZeroDivisionError("<b>division</b>")

    view = Simple(folder, default=None)
    view.guard(view.fail)
    assert "This did not work: ZeroDivisionError: &lt;b&gt;division" in view.message.value
    view.guard(view.tell, "fine")
    assert view.read_message() == "fine"


@pytest.mark.xdist_group("browser")
def test_where_widgets_cannot_run_a_picture_stands_in(repository: Path, folder: Path) -> None:
    (folder / "explore").mkdir()
    book = nbformat.read(repository / "notebooks" / "explore" / "creators.ipynb", as_version=4)
    NotebookClient(book, resources={"metadata": {"path": str(folder / "explore")}}, timeout=300).execute()
    kinds = {kind for output in book.cells[-1]["outputs"] for kind in output.get("data", {})}
    assert kinds == {"image/png", "text/plain"}


@pytest.mark.parametrize("explore", [explore_plan, explore_results])
def test_the_other_views_have_a_picture_too(explore, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[dict[str, str]] = []
    monkeypatch.setattr("xhs_toolkit.widgets.shell.display", lambda data, raw: shown.append(data))
    explore(folder).show_picture()
    assert shown[0]["image/png"].startswith("iVBOR")


# -------------------------------------------------------------------------------------------- form


def test_the_form_makes_a_campaign_that_can_be_read(tmp_path: Path) -> None:
    view = new_campaign(tmp_path)
    view.open()
    for name, text in {
        "folder": "Kea spring",
        "client": 'Kea: "Tours" # 1',
        "start": "2026-10-01",
        "end": "2026-11-30",
        "amount": "20000",
        "currency": "NZD",
        "cny_per_unit": "4.2",
        "rate_date": "2026-09-01",
        "markets": "nz，au",
    }.items():
        view.fields[name].value = text
    view.objective.value = "sales"
    view.guard(view.make)
    assert "is ready" in view.read_message()
    made = read_campaign(next(tmp_path.glob("*/campaign.yaml")).parent)
    assert (made.client, made.objective, made.markets) == ('Kea: "Tours" # 1', "sales", ("NZ", "AU"))
    assert made.budget is not None
    assert made.budget.amount_cny == pytest.approx(84_000)


def test_the_form_names_its_fields_where_something_is_wrong(tmp_path: Path) -> None:
    view = new_campaign(tmp_path)
    view.open()
    for folder in ("..", "😀"):
        view.fields["folder"].value = folder
        view.guard(view.make)
        assert "name of letters or digits" in view.read_message()
    for name, text in {"folder": "new", "campaign": "#", "start": "]", "amount": "1,000x"}.items():
        view.fields[name].value = text
    view.guard(view.make)
    assert "- First day: " in view.read_message()
    assert "- Budget: " in view.read_message()
    assert "line" not in view.read_message()
    assert list(tmp_path.iterdir()) == []


def test_a_form_with_a_mistake_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(CampaignError, match="2026-13-01"):
        make_campaign(tmp_path / "new", values={"client": "A", "start": "2026-13-01"})
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").touch()
    with pytest.raises(CampaignError):
        make_campaign(tmp_path / "full", values={"client": "A"})
    assert (tmp_path / "full" / "mine.txt").exists()


# --------------------------------------------------------------------------------------------- lab


def test_notebooks_are_copied_once_and_never_overwritten(folder: Path, tmp_path: Path) -> None:
    names = copy_notebooks(folder)
    assert len(names) == 5
    assert "--LabApp.default_url=/lab/tree/explore/my_questions.ipynb" in list_lab_options(names, settings="s")
    assert (folder / "explore" / "my_sheet.csv").is_file()
    mine = folder / "explore" / "plan.ipynb"
    mine.write_text("mine", encoding="utf-8")
    assert copy_notebooks(folder) == names
    assert mine.read_text(encoding="utf-8") == "mine"
    assert copy_notebooks(tmp_path) == ["explore/new_campaign.ipynb"]


def test_a_notebook_exported_as_a_page_asks_no_other_host(repository: Path, tmp_path: Path) -> None:
    assert f"--HTMLExporter.template_name={APP}" in list_lab_options([], settings="s")
    write_settings(tmp_path, [])
    book = nbformat.read(repository / "case_studies" / "megatel" / "lesson.ipynb", as_version=4)
    exporter = HTMLExporter(template_name=APP, extra_template_basedirs=[str(tmp_path / "nbconvert" / "templates")])
    page, _ = exporter.from_notebook_node(book)
    assert "<main>" in page
    assert re.findall(r"""src=["'](?:https?:)?//|<link[^>]*https?:|url\(["']?https?:""", page) == []
    assert "<script" not in page


def test_outputs_stay_out_of_the_notebooks_for_exploring_only() -> None:
    cell = {"cell_type": "code", "outputs": [{}], "execution_count": 3, "metadata": {"execution": {}}}
    model = {"type": "notebook", "content": {"metadata": {"widgets": {}}, "cells": [dict(cell)]}}
    strip_outputs("/notebooks/mine.ipynb", model)
    assert model["content"]["cells"] == [cell]
    strip_outputs("/explore/plan.ipynb", model)
    clean = {"cell_type": "code", "outputs": [], "execution_count": None, "metadata": {}}
    assert model["content"] == {"metadata": {}, "cells": [clean]}
    strip_outputs("/explore", {"type": "directory", "content": None})
