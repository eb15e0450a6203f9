"""The bundled sample: stored as generated, small, varied, and readable by the toolkit."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from xhs_toolkit.campaign import read_campaign
from xhs_toolkit.exports import make_latest, read_exports
from xhs_toolkit.teaching import World, sample

ROOMS_BELOW = {"errors", "findings", "tables", "bundled", "campaign", "exports", "teaching"}


@pytest.fixture(scope="session")
def stored(repository: Path) -> Path:
    return repository / "templates" / sample.FOLDER


def test_the_stored_sample_is_the_generated_one(stored: Path, sample_folder: Path) -> None:
    assert sample.find_differences(stored, sample_folder) == []
    assert sample.main(["--check"]) == 0


def test_a_changed_and_a_missing_file_are_found(
    sample_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed = sample.write_sample(tmp_path / "changed", seed=1)
    differing = sample.find_differences(sample_folder, changed)
    assert "data/dandelion_notes_20261019.xlsx" in differing
    again = sample.write_sample(tmp_path / "again")
    (again / "data" / "mediacrawler_notes.json").unlink()
    assert sample.main(["--check", "--folder", str(again)]) == 1
    assert "data/mediacrawler_notes.json" in capsys.readouterr().err


def test_the_truth_lies_outside_the_data(stored: Path) -> None:
    assert (stored / "truth.json").is_file()
    assert not list((stored / "data").rglob("truth*"))


def test_the_sample_is_small(stored: Path) -> None:
    assert sum(path.stat().st_size for path in sample.list_files(stored)) < 1_100_000


def test_the_toolkit_reads_all_of_it(stored: Path, sample_world: World) -> None:
    campaign = read_campaign(stored)
    exports = read_exports(campaign.data_folder, campaign=campaign)
    assert campaign.synthetic
    assert set(exports.files["kind"]) == {
        *("agency_creators", "dandelion_creators", "dandelion_notes", "creator_center_notes", "mediacrawler_notes"),
        *("juguang_report", "client_outcomes"),
    }
    assert exports.tables["notes"]["synthetic"].all()
    assert exports.tables["creators"]["synthetic"].all()
    first, *others = exports.problems
    assert "exposure was not measured" in str(first)
    assert len(others) == sample.POOL.n_twice
    assert all("repeats an earlier row of the same creator" in str(problem) for problem in others)
    paid = make_latest(exports.tables["notes"]).query("scope == 'paid'")
    assert set(paid["note_id"]) == set(sample_world.notes.query("scope == 'paid'")["note_id"])
    assert paid["exposure"].isna().sum() == sample.SETTINGS.n_unmeasured
    assert paid["as_of"].eq(sample.LATE).all()
    medians = exports.tables["baselines"]
    assert set(medians["creator_id"]) == set(sample_world.creators.query("kind != 'unknown'")["creator_id"])
    assert set(zip(medians["scope"], medians["format"], medians["window_days"], strict=True)) == {
        (scope, form, days) for scope in ("everyday", "paid") for form in ("image", "video") for days in (30, 90)
    }
    spend = exports.tables["ad_days"].groupby("level")["spend_cny"].sum()
    assert spend["keyword"] < spend.drop("keyword").sum() == pytest.approx(sample_world.ad_days["spend_cny"].sum())
    assert exports.tables["outcomes"]["value"].sum() == sample_world.outcomes["value"].sum()
    listed = exports.tables["creators"].query("source == 'agency_creators'")
    creators = listed.set_index("creator_id")["followers"]
    expected = sample_world.creators.set_index("creator_id")["followers"]
    assert (creators / expected - 1).abs().max() < 0.05


def test_both_tiers_and_formats_and_every_theme_are_in_it(sample_world: World) -> None:
    notes = sample_world.notes.query("scope == 'paid'").merge(sample_world.creators, on="creator_id")
    assert notes.groupby(["tier", "format"]).size().min() >= 5
    assert notes["theme"].value_counts().min() >= 10
    assert len(notes) == 40


def test_the_pool_holds_whom_a_choice_has_to_know(sample_world: World) -> None:
    creators = sample_world.creators.set_index("creator_id")
    assert len(creators) == creators["creator_name"].nunique() >= 240
    booked = set(sample_world.notes.query("scope == 'paid'")["creator_id"])
    kinds = creators["kind"].mask(creators["has_bought_fans"], "bought")
    assert kinds.value_counts().to_dict() == {"": 209, "unknown": 14, "rival": 9, "twice": 6, "bought": 6}
    assert not booked & set(creators.index[kinds.ne("")])
    before = sample_world.notes[sample_world.notes["posted_at"] < sample.EARLY]
    named = before.loc[before["title"].str.contains(sample.POOL.rival), "creator_id"]
    assert sorted(named) == sorted(creators.index[kinds.eq("rival")])
    assert not set(sample_world.notes["creator_id"]) & set(creators.index[kinds.eq("unknown")])


def test_a_notes_title_belongs_to_its_theme_alone(sample_world: World) -> None:
    for note in sample_world.notes.query("scope == 'paid'").itertuples():
        named = [theme.name for theme in sample.THEMES if any(word in note.title.lower() for word in theme.keywords)]
        assert named == ([] if note.title == sample.NO_THEME_TITLE else [note.theme])


def test_titles_test_the_report(sample_world: World) -> None:
    titles = set(sample_world.notes["title"])
    for odd in (title for theme in sample.THEMES for title in theme.odd_titles):
        assert odd in titles
    assert max(map(len, titles)) > 250
    text = "".join(titles)
    assert all(sign in text for sign in ("$", "<script>", "🥾", "=SUM", "“"))


@pytest.mark.parametrize("path", sorted(Path(sample.__file__).parent.glob("*.py")), ids=lambda path: path.stem)
def test_the_generator_shares_nothing_with_the_estimators(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0
            modules = [node.module or ""]
        for parts in (module.split(".") for module in modules):
            assert parts[0] != "xhs_toolkit" or (len(parts) > 1 and parts[1] in ROOMS_BELOW)
