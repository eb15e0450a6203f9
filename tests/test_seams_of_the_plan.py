"""The steps of the plan obey one another, and none of them sees how the campaign went."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest

from xhs_toolkit import content, metrics
from xhs_toolkit.campaign import Campaign
from xhs_toolkit.campaign.people import Sourcing, Vetting
from xhs_toolkit.decisions import read_decisions, write_decision
from xhs_toolkit.exports.split import read_day_in_name
from xhs_toolkit.forecast import make_candidates
from xhs_toolkit.objectives import plan_keywords, plan_objectives, plan_timeline
from xhs_toolkit.plans import PROPOSED, write_proposed_plan
from xhs_toolkit.roster import RosterPlan, plan_roster
from xhs_toolkit.selection import Selection, select_creators
from xhs_toolkit.stats import make_rng
from xhs_toolkit.thread import add_briefs, add_roster, add_theme, write_thread
from xhs_toolkit.work import Work, open_campaign

CAMPAIGNS = ("templates/sample_campaign", *(f"case_studies/{name}" for name in ("jd_sports", "blackmores")))
CAMPAIGNS += tuple(f"case_studies/{name}" for name in ("megatel", "auckland_airport"))
RESULTS = ("*notes_2026*", "juguang*", "comments*", "dandelion_orders*", "agency_seeding*", "creator_center*")


class Planned(NamedTuple):
    """A campaign, planned from pool to brief."""

    work: Work
    selection: Selection
    plan: RosterPlan
    thread: pd.DataFrame
    text: bytes


def make_plan(work: Work, run_folder: Path) -> Planned:
    """Steps 1 to 5, as the notebooks take them."""
    campaign, run_folder = work.campaign, run_folder / "run"
    (run_folder / "tables").mkdir(parents=True, exist_ok=True)
    found = work.select_creators()
    pool = make_candidates(work.known, latest=work.known_latest, campaign=campaign, thread=found.thread)
    plan = plan_roster(pool, campaign=campaign, options=plan_objectives(campaign).options.head(1))
    write_proposed_plan(run_folder, roster=plan.chosen, forecast=plan.totals, assumptions=plan.assumptions)
    timeline = plan_timeline(campaign)
    planned = content.plan_content(
        add_theme(metrics.add_engagement(found.listed.pool.notes), themes=campaign.themes),
        campaign=campaign,
        booked=content.read_booked(campaign, run_folder=run_folder, thread=found.thread),
        pool=found.listed.pool,
        phases=timeline.phases,
        festivals=timeline.festivals,
    )
    known = work.known
    words = plan_keywords(campaign, creators=known["creators"], notes=known["notes"], ad_days=known["ad_days"])
    thread = add_briefs(add_roster(found.thread, plan.chosen), planned.calendar)
    write_thread(run_folder, thread)
    briefs = content.make_briefs(planned.calendar, campaign=campaign, rules=(), usual=planned.usual)
    parts = [(run_folder / name).read_bytes() for name in (PROPOSED, "tables/thread.parquet")]
    parts += [found.vetted.cards.to_csv().encode(), words.to_csv().encode(), str(briefs).encode()]
    return Planned(work, found, plan, thread, b"\n".join(parts))


def copy_campaign(source: Path, target: Path) -> Path:
    target.mkdir()
    shutil.copy(source / "campaign.yaml", target)
    shutil.copytree(source / "data", target / "data")
    return target


def remove_results(folder: Path, campaign: Campaign) -> list[str]:
    """Delete every file of notes, comments, orders and ads that is dated after the campaign's beginning."""
    start = pd.Timestamp(campaign.window.start, tz="Asia/Shanghai")
    late = {path for pattern in RESULTS for path in (folder / "data").glob(pattern)}
    late = [path for path in late if (day := read_day_in_name(path.name)) is None or day >= start]
    for path in late:
        path.unlink()
    return [path.name for path in late]


@pytest.fixture(scope="module", params=CAMPAIGNS, ids=lambda name: name.split("/")[-1])
def planned(request: pytest.FixtureRequest, repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Planned:
    folder = copy_campaign(repository / request.param, tmp_path_factory.mktemp("plan") / "campaign")
    return make_plan(open_campaign(folder), folder)


def test_whom_sourcing_left_out_or_vetting_flagged_is_not_booked_without_a_persons_word(planned: Planned) -> None:
    thread = planned.thread.set_index("creator_id")
    bought = thread.loc[planned.plan.chosen["creator_id"].unique()]
    assert len(bought) >= 20
    assert bought[["on_long_list", "on_shortlist", "on_roster"]].all(axis=None)
    assert not bought["flagged"].any()
    flagged = planned.selection.vetted.creators.query("flag_count > 0")["creator_key"]
    assert thread.loc[flagged, "flagged"].all()


def test_the_same_folder_with_and_without_results_gives_the_same_plan(planned: Planned, tmp_path: Path) -> None:
    folder = copy_campaign(planned.work.campaign.folder, tmp_path / "campaign")
    assert len(remove_results(folder, planned.work.campaign)) >= 3
    without = make_plan(open_campaign(folder), folder)
    assert sum(map(len, without.work.raw.values())) < sum(map(len, planned.work.raw.values()))
    assert without.text == planned.text


# ----------------------------------------------------------------------- whatever is set, and whoever decides


@pytest.fixture(scope="module")
def sample(repository: Path) -> Work:
    return open_campaign(repository / "templates" / "sample_campaign")


def draw_settings(work: Work, seed: int) -> tuple[Campaign, list[tuple[str, str]]]:
    """A campaign with rules, lengths of lists, must-haves and decisions drawn at random."""
    rng = make_rng(seed)
    creators = work.known["creators"].drop_duplicates("creator_id")
    names = rng.permutation(creators["creator_id"].dropna())
    titles = work.known["notes"]["title"].dropna()
    sourcing = {
        "min_followers": int(rng.choice([0, 3_000, 20_000])),
        "max_price_cny": float(rng.choice([900, 4_000, 90_000])),
        "competitors": [str(rng.choice(titles))[:2]] if rng.random() < 0.5 else [],
        "competitor_days": 365,
        "long_list": int(rng.choice([8, 15, 200])),
    }
    settings = {
        "sourcing": Sourcing(**sourcing),
        "vetting": Vetting(shortlist=int(rng.choice([6, 60])), deviations=float(rng.choice([1.5, 3]))),
        "planning": work.campaign.planning.model_copy(update={"exclude": (str(names[0]),)}),
    }
    decisions = list(zip(names[1:7], rng.choice(["keep", "drop", "maybe"], 6), strict=True))
    return work.campaign.model_copy(update=settings), decisions


@pytest.mark.parametrize("seed", range(100 if os.environ.get("XHS_SLOW_TESTS") else 5))
def test_the_roster_obeys_whatever_is_set_and_whoever_decides(sample: Work, tmp_path: Path, seed: int) -> None:
    campaign, decisions = draw_settings(sample, seed)
    for creator, word in decisions:
        write_decision(tmp_path, creator_id=f"'{creator}" if word == "drop" else creator.upper(), decision=word)
    said = read_decisions(tmp_path)
    found = select_creators(sample.known, latest=sample.known_latest, campaign=campaign, decisions=said)
    pool = make_candidates(sample.known, latest=sample.known_latest, campaign=campaign, thread=found.thread)
    plan = plan_roster(pool, campaign=campaign, options=plan_objectives(campaign).options.head(1))
    bought = add_roster(found.thread, plan.chosen).query("on_roster")
    words = dict(decisions)
    assert not {words.get(creator) for creator in bought["creator_id"]} & {"drop", "maybe"}
    assert campaign.planning.exclude[0] not in set(bought["creator_id"])
    assert bought.loc[bought["flagged"].astype(bool), "decision"].eq("keep").all()
    left_out = found.listed.left_out["creator_key"]
    assert not set(bought["creator_id"]) & set(left_out)
    listed = found.listed.pool.creators.set_index("creator_key").loc[bought["creator_id"]]
    is_free = bought.set_index("creator_id")["decision"].ne("keep")
    assert listed.loc[is_free, "followers"].ge(campaign.sourcing.min_followers).all()
    prices = plan.chosen.reindex(columns=["creator_id", "price_cny"])
    dear = prices.loc[prices["price_cny"].gt(campaign.sourcing.max_price_cny), "creator_id"]
    assert {words.get(creator) for creator in dear} <= {"keep"}
