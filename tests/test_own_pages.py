"""Pages of a campaign's own, in own words, in the report of a run."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import nbformat
import pytest
from finished_runs import read_words

from xhs_toolkit.cli.verbs import write_report
from xhs_toolkit.errors import RunError, XhsError
from xhs_toolkit.findings import own_words
from xhs_toolkit.present.page import Page, start_page
from xhs_toolkit.present.wording import say
from xhs_toolkit.runs import Run, run_campaign

PAGE = [
    "from xhs_toolkit import Chart, open_campaign, own_words",
    'work = open_campaign(campaign_folder)\npage = work.start_page("my_page", run_folder, language=language)',
    'page.section({"en": "What we saw ourselves", "zh": "我们自己看到的"})\n'
    'page.say({"en": "Sunny days <sell>.", "zh": "晴天好卖。"}, kind="answer")',
    'caption = {"en": "Our own table {{ of }} notes", "zh": "我们自己的表"}\n'
    'page.table("best", work.notes.head(3), columns=["title", "views"], caption=caption)',
    'title = own_words({"en": "Three notes, drawn", "zh": "三篇笔记的图"})\n'
    'marks = {"name": "title", "value": "views"}\n'
    'page.picture(Chart("bars", "best", work.notes.head(3), marks, title=title, alt=title))',
    'page.say({"en": "We did not ask why.", "zh": "我们没有问原因。"}, kind="limit")\npage.write()',
]


def run_own(repository: Path, folder: Path, *cells: str) -> Run:
    shutil.copytree(repository / "templates" / "sample_campaign", folder)
    nbformat.write(
        nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells]), folder / "my_page.ipynb"
    )
    settings = folder / "campaign.yaml"
    settings.write_text(
        settings.read_text(encoding="utf-8") + "\nnotebooks: [{file: my_page.ipynb}]\n", encoding="utf-8"
    )
    return run_campaign(folder, notebooks=[], write_report=write_report)


@pytest.mark.xdist_group("notebooks")
def test_an_own_page_is_in_the_report_in_both_languages(repository: Path, tmp_path: Path) -> None:
    run = run_own(repository, tmp_path / "kea", *PAGE)
    assert [step.name for step in run.steps] == ["my_page", "report"]
    english, chinese = (read_words(run.folder / name) for name in ("report.html", "report.zh.html"))
    for words in (
        "Sunny days &lt;sell&gt;.",
        "What we saw ourselves",
        "Our own table {{ of }} notes",
        "Three notes, drawn",
        "We did not ask why.",
    ):
        assert words in english, words
    for words in ("晴天好卖。", "我们自己看到的", "我们自己的表", "三篇笔记的图", "我们没有问原因。"):
        assert words in chinese, words
    verdict = json.loads((run.folder / "sendable.json").read_text(encoding="utf-8"))
    assert {fault["check"] for fault in verdict["faults"]} <= {"leftover"}, "two braces are what a gate looks for"


@pytest.mark.xdist_group("notebooks")
def test_own_words_in_one_language_stop_the_run_in_words(repository: Path, tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"'Only English\.' is not said in zh: write all of en, zh"):
        run_own(repository, tmp_path / "kea", *PAGE[:2], 'page.say({"en": "Only English."})')


def test_a_step_without_a_name_of_its_own_goes_by_its_file() -> None:
    from xhs_toolkit.findings import Finding

    assert say(Finding("step.7_my_page"), language="zh") == "My page"
    assert say(own_words({"en": "50% {{ off }}", "zh": "五折"}), language="en") == "50% {{ off }}"


def test_own_words_are_needed_in_every_language(sample, tmp_path: Path) -> None:
    page: Page = start_page("mine", tmp_path, campaign=sample[0], language="en")
    with pytest.raises(XhsError, match="is not said in zh"):
        page.say({"en": "Only English.", "zh": " "})
