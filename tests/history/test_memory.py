"""What is remembered, how it is kept, and that nobody is traced by it."""

from __future__ import annotations

import json
import multiprocessing
import re
import shutil
import sys
import time
from pathlib import Path
from uuid import uuid4

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_history import make_campaign, make_notes, make_plan
from pyarrow import parquet

from xhs_toolkit import history
from xhs_toolkit.campaign import Agency, Window
from xhs_toolkit.errors import CampaignError, MissingExtraError
from xhs_toolkit.files import place_once
from xhs_toolkit.history import place as places
from xhs_toolkit.history.place import find_key_file, make_key, read_key

Process = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn").Process
CLIENTS = ("Harbour Tours", "Kea Outdoor", "新西兰乳业")


def files_of(home: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((home / "history").iterdir())}


def add_clients(home: Path, n: int) -> None:
    for number, client in enumerate(CLIENTS[:n]):
        history.add_campaign(make_notes(24, seed=number), campaign=make_campaign(home, client))


def read(home: Path) -> history.History:
    return history.read_history(history.find_place(make_campaign(home)))


# ------------------------------------------------------------------------------------------- adding


@settings(max_examples=15)
@given(order=st.permutations(range(12)), again=st.integers(1, 3))
def test_added_twice_is_added_once_whatever_the_order(tmp_path_factory, order: list[int], again: int) -> None:
    home = tmp_path_factory.mktemp("agency")
    campaign, notes = make_campaign(home), make_notes(12)
    history.add_campaign(notes, campaign=campaign)
    once = files_of(home)
    for _ in range(again):
        history.add_campaign(notes.iloc[order], campaign=campaign)
    assert files_of(home) == once
    assert len(once) == 1


def test_adding_again_replaces_its_own_file_only(tmp_path: Path) -> None:
    add_clients(tmp_path, 3)
    before = files_of(tmp_path)
    name = history.add_campaign(make_notes(5, seed=9), campaign=make_campaign(tmp_path, CLIENTS[1]))
    after = files_of(tmp_path)
    assert {each for each in after if after[each] != before[each]} == {name}
    assert read(tmp_path).rows.num_rows == 24 + 5 + 24


def test_another_name_or_first_day_is_another_campaign(tmp_path: Path) -> None:
    notes = make_notes(4)
    for campaign in (
        make_campaign(tmp_path),
        make_campaign(tmp_path, name="Spring"),
        make_campaign(tmp_path, window=Window(start="2024-03-01")),
        make_campaign(tmp_path, "HARBOUR  tours"),
    ):
        history.add_campaign(notes, campaign=campaign)
    found = read(tmp_path)
    assert (found.n_campaigns, found.n_clients) == (3, 1)


def add_one(home: str, number: int) -> None:
    campaign = make_campaign(Path(home), f"Client {number % 4}")
    history.add_campaign(make_notes(6, seed=number % 4), campaign=campaign)


def test_many_analysts_at_once_need_no_lock(tmp_path: Path) -> None:
    """Twelve adds of four campaigns by three processes, which also race to make the key."""
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        pool.starmap(add_one, [(str(tmp_path), number) for number in range(12)], chunksize=1)
    found = read(tmp_path)
    assert (found.n_campaigns, found.n_clients, found.problems) == (4, 4, ())
    assert found.rows.num_rows == 24
    assert len(files_of(tmp_path)) == 4
    assert {path.name for path in tmp_path.iterdir()} == {"history"}, "the key lies elsewhere"


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="starts processes by forking")
def test_adds_killed_at_any_moment_leave_whole_files_and_one_key(tmp_path: Path) -> None:
    """Of 300 adds, two at a time, each is killed after up to twice the time that one takes."""
    (tmp_path / "agency").mkdir()
    chance, began = np.random.default_rng(0), time.monotonic()
    add_one(str(tmp_path / "other"), 0)
    longest = 2 * (time.monotonic() - began)
    for number in range(150):
        adds = [Process(target=add_one, args=(str(tmp_path / "agency"), 2 * number + each)) for each in (0, 1)]
        for add in adds:
            add.start()
        for add in adds:
            add.join(chance.uniform(0, longest))
            add.kill()
            add.join()
        found = read(tmp_path / "agency")
        assert (found.problems, found.rows.num_rows % 6) == ((), 0)
    for number in range(4):
        add_one(str(tmp_path / "agency"), number)
    keys = list(find_key_file(tmp_path / "agency").parent.glob("agency-*.key"))
    assert (read(tmp_path / "agency").n_campaigns, len(keys)) == (4, 1)


def test_an_interrupted_write_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add_clients(tmp_path, 1)
    before = files_of(tmp_path)

    def stop(table: pa.Table, file: pa.NativeFile, **_: object) -> None:
        file.write(b"PAR1 half of it")
        raise KeyboardInterrupt

    monkeypatch.setattr(parquet, "write_table", stop)
    with pytest.raises(KeyboardInterrupt):
        add_clients(tmp_path, 2)
    assert files_of(tmp_path) == before


def test_what_a_killed_process_left_is_not_read_and_goes_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_clients(tmp_path, 1)
    left = tmp_path / "history" / f".{'a' * 24}.parquet.0123.part"
    left.write_bytes(b"PAR1")
    assert read(tmp_path).problems == ()
    add_clients(tmp_path, 2)
    assert left.exists(), "another process may still be writing it"
    monkeypatch.setattr(places, "STALE_AFTER", -places.STALE_AFTER)
    add_clients(tmp_path, 2)
    assert not left.exists()


def test_a_campaign_can_be_taken_out(tmp_path: Path) -> None:
    add_clients(tmp_path, 2)
    assert history.remove_campaign(make_campaign(tmp_path, CLIENTS[0]))
    assert not history.remove_campaign(make_campaign(tmp_path, CLIENTS[0]))
    assert not history.remove_campaign(make_campaign(tmp_path / "elsewhere"))
    assert read(tmp_path).n_clients == 1


def test_a_campaign_nobody_named_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CampaignError) as refused:
        history.add_campaign(make_notes(3), campaign=make_campaign(tmp_path, "New client", "New campaign"))
    assert [problem.column for problem in refused.value.problems] == ["client", "campaign"]
    with pytest.raises(CampaignError, match="nothing to remember"):
        history.add_campaign(make_notes(3).iloc[:0], campaign=make_campaign(tmp_path))
    assert list(tmp_path.iterdir()) == []


# ------------------------------------------------------------------------------------------- privacy


def test_no_name_title_text_or_id_is_in_the_history(tmp_path: Path) -> None:
    notes = make_notes(24)
    campaign = make_campaign(tmp_path, brand_names=("港湾之旅",), category="港湾之旅 boat trips")
    history.add_campaign(notes, campaign=campaign, plan=make_plan(notes))
    path = next((tmp_path / "history").iterdir())
    table = parquet.read_table(path)
    told = path.read_bytes() + json.dumps([table.to_pylist(), str(table.schema)], ensure_ascii=False).encode()
    secret = {campaign.client, campaign.name, "港湾之旅", "boat trips", "私信我", "奥克兰", str(tmp_path)}
    secret |= {*notes["creator_id"], *notes["creator_name"], *notes["note_id"], *notes["title"]}
    assert not [each for each in secret if each.encode() in told]
    assert set(table.column_names) == set(history.COLUMNS)
    assert set(table["category"].to_pylist()) == {"unknown"}


PUBLIC = ["campaign_key", "tier", "format", "engagement", "engagement_sd", "posted_month", "age_days"]
"""Columns that a public page of a known campaign tells of, or that follow from its day or its neighbours."""


def read_stored(home: Path) -> pd.DataFrame:
    """The rows as whoever has the folder sees them."""
    return pd.concat([parquet.read_table(path).to_pandas() for path in sorted((home / "history").iterdir())])


def test_figures_are_coarse_and_a_campaign_has_one_month(tmp_path: Path) -> None:
    notes = make_notes(24).assign(views=123_456.0)
    notes["posted_at"] += pd.to_timedelta(notes.index * 2, unit="D")
    history.add_campaign(notes, campaign=make_campaign(tmp_path))
    rows = read(tmp_path).rows.to_pandas()
    assert set(rows["views"]) == {120_000}
    assert set(rows["posted_month"]) == {"2025-05"}
    assert len(set(rows["age_days"])) == 1
    assert rows["engagement"].sum() == pytest.approx(notes["engagement"].sum(), rel=0.05)


@pytest.mark.parametrize("sizes", [(12, 12), (24, 1), (20, 2, 1), (3,), (4, 2), (7, 3, 3, 1)])
def test_no_public_note_is_found_again(tmp_path: Path, sizes: tuple[int, ...]) -> None:
    """Whoever knows the campaign and a note's tier, format, day and engagement finds three rows or none."""
    notes = make_notes(sum(sizes))
    kinds = [("KOC", "image"), ("KOL", "video"), ("KOC", "video"), ("KOL", "image")]
    numbered = [kinds[place] for place, size in enumerate(sizes) for _ in range(size)]
    notes = notes.assign(tier=[tier for tier, _ in numbered]).assign(format=[form for _, form in numbered])
    history.add_campaign(notes, campaign=make_campaign(tmp_path))
    rows = read_stored(tmp_path)
    assert len(rows) == len(notes)
    assert rows.groupby(PUBLIC, dropna=False).size().min() >= 3


@pytest.mark.parametrize("seed", range(4))
def test_no_page_of_a_creator_is_found_again(tmp_path: Path, seed: int) -> None:
    """Whoever knows all notes of a creator, also which are young, paid or the first, finds three pseudonyms or none."""
    rng = np.random.default_rng(seed)
    notes = make_notes(40, seed=seed, n_creators=20).assign(
        creator_id=lambda each: each["creator_id"].sample(frac=1, random_state=seed).to_numpy()
    )
    young = rng.random(40) < 0.1
    notes["as_of"] = notes["as_of"].mask(young, notes["posted_at"] + pd.Timedelta(days=5))
    notes["content_cny"], notes["scope"] = notes["content_cny"].mask(rng.random(40) < 0.2), "unknown"
    history.add_campaign(notes, campaign=make_campaign(tmp_path), plan=make_plan(notes))
    rows = read_stored(tmp_path)
    page = rows[[*PUBLIC, "scope"]].astype(str).agg(" ".join, axis=1) + rows["views_p50"].isna().astype(str)
    of_creator = page.groupby(rows["creator_key"]).agg(sorted).astype(str)
    assert of_creator.value_counts().min() >= 3
    assert 0 < len(rows) <= 40 - young.sum()


def test_too_few_notes_to_hide_among_each_other_are_not_remembered(tmp_path: Path) -> None:
    with pytest.raises(CampaignError, match="fewer than 3 settled paid notes"):
        history.add_campaign(make_notes(2), campaign=make_campaign(tmp_path))


def test_a_history_of_exact_figures_is_coarsened(repository: Path, tmp_path: Path) -> None:
    shutil.copytree(repository / "tests" / "earlier" / "history", tmp_path / "history")
    place = history.find_place(make_campaign(tmp_path))
    before = history.read_history(place).rows.to_pandas()
    assert len(history.list_earlier(place)) == 1
    assert before.groupby(PUBLIC, dropna=False).size().eq(1).mean() > 0.9, "nearly every row could be singled out"
    assert (history.coarsen_history(place), history.coarsen_history(place)) == (1, 0)
    assert history.read_history(place).problems == ()
    assert read_stored(tmp_path).groupby(PUBLIC, dropna=False).size().min() >= 3
    assert "followers" not in read_stored(tmp_path)
    once = read_stored(tmp_path)
    path = next((tmp_path / "history").iterdir())
    table = parquet.read_table(path)
    parquet.write_table(table.replace_schema_metadata({**table.schema.metadata, b"xhs_history": b"2"}), path)
    assert history.coarsen_history(place) == 1
    again = read_stored(tmp_path)
    assert not set(again["creator_key"]) & set(once["creator_key"]), "a creator that earlier campaigns had in common"
    assert again["engagement"].sum() == pytest.approx(once["engagement"].sum(), rel=0.05)


def test_a_pseudonym_needs_the_key_and_is_another_in_every_campaign(tmp_path: Path) -> None:
    for name in ("Autumn", "Spring"):
        history.add_campaign(make_notes(12), campaign=make_campaign(tmp_path, name=name))
    other_agency = tmp_path / "other"
    other_agency.mkdir()
    history.add_campaign(make_notes(12), campaign=make_campaign(other_agency))
    one, other = (set(read(home).rows["creator_key"].to_pylist()) for home in (tmp_path, other_agency))
    assert (len(one), len(other)) == (12, 6), "two pages of a creator lead to no pseudonym that both campaigns have"
    assert not one & other
    history.add_campaign(make_notes(12), campaign=make_campaign(tmp_path))
    assert set(read(tmp_path).rows["creator_key"].to_pylist()) == one, "the same each time a campaign is added"
    assert "history.key" not in files_of(tmp_path)


def test_another_key_is_refused(tmp_path: Path) -> None:
    add_clients(tmp_path, 1)
    key = find_key_file(tmp_path)
    made = key.read_text(encoding="ascii")
    key.write_text("0" * 64, encoding="ascii")
    with pytest.raises(CampaignError, match="made with another key"):
        add_clients(tmp_path, 2)
    assert "is not the key of this history" in str(history.recall(make_campaign(tmp_path, "Other")).problems[0])
    key.write_text("not a key", encoding="ascii")
    with pytest.raises(CampaignError, match="is not a key"):
        add_clients(tmp_path, 1)
    key.unlink()
    next((tmp_path / "history").iterdir()).write_bytes(b"damaged")
    with pytest.raises(CampaignError, match="made with another key"):
        add_clients(tmp_path, 1)
    assert not key.exists(), "no second key is begun in silence"
    (tmp_path / "history.key").write_text(made, encoding="ascii")
    add_clients(tmp_path, 1)
    assert read(tmp_path).problems == (), "a key beside agency.yaml, as earlier versions kept it, still counts"


def test_a_moved_agency_finds_its_key(tmp_path: Path) -> None:
    add_clients(tmp_path / "before", 1)
    (tmp_path / "before").rename(tmp_path / "after")
    add_clients(tmp_path / "after", 2)
    assert read(tmp_path / "after").n_clients == 2


def test_of_two_keys_made_at_once_the_first_one_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also on a disk without links."""

    def refuse(self: Path, target: Path) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    first = make_key(tmp_path)
    assert make_key(tmp_path) == first
    (tmp_path / "part").write_text("1" * 64, encoding="ascii")
    place_once(tmp_path / "part", find_key_file(tmp_path))
    assert read_key(tmp_path) == first


# ------------------------------------------------------------------------------------------- reading


def test_a_damaged_file_is_skipped_and_named(tmp_path: Path) -> None:
    add_clients(tmp_path, 3)
    paths = sorted((tmp_path / "history").iterdir())
    paths[0].write_bytes(paths[0].read_bytes()[:200])
    pd.DataFrame({"a": [1]}).to_parquet(paths[1])
    (tmp_path / "history" / "notes.parquet").write_bytes(b"not ours")
    found = read(tmp_path)
    assert (found.n_campaigns, found.rows.num_rows) == (1, 24)
    damaged, other = (str(problem) for problem in found.problems)
    assert paths[0].name in damaged
    assert "damaged and was skipped" in damaged
    assert "xhs history add FOLDER" in damaged
    assert paths[1].name in other
    assert "another layout" in other


def test_a_damaged_file_does_not_keep_its_campaign_from_being_added_again(tmp_path: Path) -> None:
    add_clients(tmp_path, 1)
    next((tmp_path / "history").iterdir()).write_bytes(b"")
    add_clients(tmp_path, 1)
    assert read(tmp_path).problems == ()


def test_invented_campaigns_and_genuine_ones_never_mix(tmp_path: Path) -> None:
    history.add_campaign(make_notes(12), campaign=make_campaign(tmp_path, "Sample", synthetic=True))
    place = history.find_place(make_campaign(tmp_path))
    assert history.read_history(place).is_synthetic
    assert history.read_history(place, synthetic=False).rows.num_rows == 0
    history.add_campaign(make_notes(12, seed=1), campaign=make_campaign(tmp_path))
    found = history.read_history(place)
    assert (found.is_synthetic, found.n_campaigns) == (False, 1)
    assert history.read_history(place, synthetic=True).n_campaigns == 1


# ---------------------------------------------------------------------------------- what was promised


def test_the_first_note_of_a_creator_and_format_carries_the_promise(tmp_path: Path) -> None:
    notes = make_notes(24)
    correction = [{"metric": "views", "tier": "KOC", "shift": 0.25, "stretch": 1.5}]
    plan = make_plan(notes, corrections=correction)
    history.add_campaign(notes, campaign=make_campaign(tmp_path), plan=plan)
    rows = read(tmp_path).rows
    forecasts = history.list_forecasts(rows)
    assert len(forecasts) == len(plan.roster) == 12
    assert set(forecasts["metric"]) == {"views"}
    assert forecasts[["p10", "p50", "p90"]].drop_duplicates().to_numpy().tolist() == [[1670, 5000, 15000]]
    assert set(forecasts.loc[forecasts["tier"].eq("KOC"), "shift"]) == {0.25}
    assert set(forecasts.loc[forecasts["tier"].eq("KOL"), "stretch"]) == {1.0}
    totals = history.list_campaign_totals(rows).iloc[0]
    first = notes.drop_duplicates(["creator_id", "format"])
    assert totals["observed"] == pytest.approx(first["views"].sum(), rel=0.02)
    assert (totals["p50"], totals["n_notes"]) == (60_000, 12)


def test_a_planned_note_that_still_grows_is_not_scored_yet(tmp_path: Path) -> None:
    notes = make_notes(6)
    notes.loc[0, "as_of"] = notes.loc[0, "posted_at"] + pd.Timedelta(days=5)
    history.add_campaign(notes, campaign=make_campaign(tmp_path), plan=make_plan(notes))
    rows = read(tmp_path).rows
    assert len(history.list_forecasts(rows)) == 5
    assert history.list_campaign_totals(rows).empty


# -------------------------------------------------------------------------------------------- places


def test_an_address_may_be_a_store_and_holds_no_password() -> None:
    assert Agency(history="s3://bucket/history/").history == "s3://bucket/history"
    assert Agency(history=r"\\server\share\history").history == "//server/share/history"
    assert Agency(history="Z:/history").history == "Z:/history"
    for wrong in ("s3://key:secret@bucket/history", "s3://", "../other", "~/history", "a:b", ""):
        with pytest.raises(ValueError, match="is not a"):
            Agency(history=wrong)


@pytest.mark.parametrize("kind", ["file", "memory"])
def test_an_object_store_works_like_a_folder(tmp_path: Path, kind: str) -> None:
    if kind == "memory":
        pytest.importorskip("fsspec")
    address = f"{kind}://{tmp_path.as_posix() if kind == 'file' else '/' + uuid4().hex}/far"
    for number, client in enumerate(CLIENTS):
        campaign = make_campaign(tmp_path, client, history=address)
        for _ in range(2):
            history.add_campaign(make_notes(12, seed=number), campaign=campaign)
    place = history.find_place(campaign)
    found = history.read_history(place)
    assert (found.n_campaigns, found.rows.num_rows, found.problems) == (3, 36, ())
    assert all(re.fullmatch(r"[0-9a-f]{24}\.parquet", name) for name in places.list_files(place))
    assert not (tmp_path / "history").exists()
    assert history.remove_campaign(campaign)


def test_a_missing_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(MissingExtraError, match=r'pip install "xhs-toolkit\[cloud\]"'):
        history.find_place(make_campaign(tmp_path, history="oss://bucket/history"))


def test_a_store_that_is_not_known_is_named(tmp_path: Path) -> None:
    pytest.importorskip("fsspec")
    with pytest.raises(CampaignError, match=r"agency.yaml, setting history: 'nonsense://bucket' is not known"):
        history.find_place(make_campaign(tmp_path, history="nonsense://bucket"))


def test_a_place_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "history").write_text("a file, not a folder", encoding="utf-8")
    with pytest.raises(CampaignError, match=r"The history cannot be (read|written)"):
        add_clients(tmp_path, 1)
