"""The notebooks, run as the user runs them: over the sample, over genuine exports, over nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest
from finished_runs import read_outputs, read_sentences, read_words, run_notebooks

from xhs_toolkit.campaign import write_new_campaign

pytestmark = pytest.mark.xdist_group("notebooks")


def test_the_sample_becomes_a_report_in_both_languages(sample_run: Path) -> None:
    english, chinese = (read_words(sample_run / name) for name in ("report.html", "report.zh.html"))
    assert "Synthetic data" in english
    assert "合成数据" in chinese
    assert "click-through rate" in english.casefold()
    assert "阅读单价" in chinese
    assert (sample_run / "report.html").stat().st_size < 3_000_000


def test_the_samples_totals_are_those_of_the_newer_export(sample_run: Path) -> None:
    """Added up here with nothing of the toolkit but the stored tables' names."""
    notes = pd.read_parquet(sample_run / "tables" / "6_results_notes.parquet")
    totals = pd.read_parquet(sample_run / "tables" / "6_results_totals.parquet").iloc[0]
    assert notes["note_id"].is_unique
    assert totals["views"] == notes["views"].sum()
    assert totals["cost_per_view_cny"] == pytest.approx(totals["total_cny"] / notes["views"].sum())
    content, organic = notes["content_cny"].sum(), notes["views_organic"].sum()
    assert totals["cost_per_organic_view_cny"] == pytest.approx(content / organic)
    campaign = sample_run.parents[1]
    newer = pd.read_excel(
        sorted((campaign / "data").glob("dandelion*.xlsx"))[-1], header=None, dtype=str, engine="calamine"
    )
    start = next(i for i, row in newer.iterrows() if "阅读量" in set(row))
    body = newer.iloc[start + 1 :].set_axis(newer.loc[start], axis=1)
    body = body[body["笔记链接"].fillna("").str.contains("/")]
    assert len(notes) == len(body)
    assert totals["views"] == pd.to_numeric(body["阅读量"].str.replace(",", ""), errors="coerce").sum()


def test_the_executed_notebooks_warn_of_nothing(sample_run: Path) -> None:
    told = [output for output in read_outputs(sample_run) if output["output_type"] in {"stream", "error"}]
    assert told == []


def test_the_run_holds_no_path_of_this_machine(sample_run: Path) -> None:
    here = str(sample_run.parents[1])
    for path in (*sample_run.glob("*.html"), *sample_run.glob("pages/*"), *sample_run.glob("pictures/*")):
        assert here.encode() not in path.read_bytes(), path.name


def test_a_new_campaign_without_files_says_so_and_is_no_failure(empty_run: Path) -> None:
    assert "no file in data/ holds notes" in read_sentences(empty_run, "6_results")["en"]
    assert "data/" not in read_words(empty_run / "report.html"), "which files are missing is the analyst's to know"


def campaign_around(real_data: Path, folder: Path, *names: str) -> Path:
    write_new_campaign(folder)
    for name in names:
        shutil.copy(real_data / name, folder / "data" / name)
    return run_notebooks(folder)


def test_a_genuine_creator_centre_export(real_data: Path, tmp_path: Path) -> None:
    done = campaign_around(real_data, tmp_path / "cc", "creator_center_note_list.xlsx")
    notes = pd.read_parquet(done / "tables" / "6_results_notes.parquet")
    assert len(notes) == 41
    unseen = notes[(notes["views"] == 126) & notes["exposure"].isna()]
    assert len(unseen) == 1
    assert unseen["click_rate"].isna().all()
    rates = pd.read_parquet(done / "tables" / "6_results_rates.parquet").query("dimension == 'all'")
    whole = rates.set_index(["format", "measure"])
    assert whole.loc[("video", "view_rate"), "n_rate"] == 36
    assert set(whole.query("measure == 'click_rate'")["rate_source"]) == {"platform"}
    assert "Cost per view: not measured" in read_sentences(done, "6_results")["en"]


def test_genuine_crawled_notes_with_the_agencys_sheet(real_data: Path, tmp_path: Path) -> None:
    done = campaign_around(real_data, tmp_path / "mc", "mediacrawler_notes.json", "creator_sheet.csv")
    notes = pd.read_parquet(done / "tables" / "6_results_notes.parquet")
    totals = pd.read_parquet(done / "tables" / "6_results_totals.parquet").iloc[0]
    assert (len(notes), notes["creator_id"].nunique()) == (3_635, 24)
    assert notes.loc[notes["tier"].notna(), "creator_id"].nunique() == 23
    assert notes["exposure"].isna().all()
    assert totals["n_creators"] == 24
    words = read_sentences(done, "6_results")["en"]
    assert "3,932 rows for 3,635 different notes" in words
    assert "Exposure: not measured" in words
    assert "Views: not measured" in words
