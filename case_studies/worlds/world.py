"""An invented campaign with everything in it, and the truth about it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from case_studies.worlds.ads import make_ad_days, settle_ads
from case_studies.worlds.comments import make_comments
from case_studies.worlds.creators import make_creators
from case_studies.worlds.leads import make_leads
from case_studies.worlds.notes import make_notes, settle_levels
from case_studies.worlds.outcomes import make_outcomes
from case_studies.worlds.personas import add_personas
from case_studies.worlds.settings import WorldSettings
from case_studies.worlds.speech import speak
from case_studies.worlds.words import NOTICE, read_voice

TRUE_OF_CREATORS = (
    *("creator_id", "creator_name", "tier", "level_log", "standing", "everyday_log", "click_logit"),
    *("drift_per_week", "has_bought_fans"),
)
TRUE_OF_PEOPLE = ("persona", "is_star", "image_price_cny", "place")
TRUE_OF_NOTES = (
    *("note_id", "creator_id", "format", "scope", "theme", "true_click_rate", "true_view_rate"),
    *("true_reach_log", "true_week_log", "is_better", "is_measured", "exposure", "views", "likes"),
)
DIGITS = 4


class World(NamedTuple):
    """What `make_world` made.

    Attributes
    ----------
    settings, seed : what it was made from.
    creators : as `creators.make_creators` and `personas.add_personas`.
    notes : as `notes.make_notes`, final figures without ads.
    ad_days : as `ads.make_ad_days`.
    outcomes : as `outcomes.make_outcomes`.
    leads : as `leads.make_leads`. comments : as `comments.make_comments`.
    """

    settings: WorldSettings
    seed: int
    creators: pd.DataFrame
    notes: pd.DataFrame
    ad_days: pd.DataFrame
    outcomes: pd.DataFrame
    leads: pd.DataFrame
    comments: pd.DataFrame


def make_world(settings: WorldSettings, *, seed: int) -> World:
    """Make an invented campaign; the same settings and seed give the same one.

    Each part has its own stream of random numbers, so that a change to one leaves the others alone.
    """
    streams = [np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(8)]
    creators = add_personas(make_creators(settings, rng=streams[0]), settings=settings, rng=streams[4])
    levels = read_voice(settings.voice).get("levels", {})
    drawn = speak(make_notes(settings, creators, rng=streams[1]), creators, settings=settings, rng=streams[7])
    notes = settle_levels(drawn, levels=levels)
    ad_days = settle_ads(make_ad_days(drawn, settings=settings, rng=streams[2]), levels=levels)
    outcomes = make_outcomes(settings, rng=streams[3])
    leads = make_leads(settings, drawn, rng=streams[5])
    comments = make_comments(settings, creators, notes, rng=streams[6])
    return World(settings, seed, creators, notes, ad_days, outcomes, leads, comments)


def make_truth(world: World) -> dict[str, Any]:
    """What was planted, in a form that JSON can hold. The analysis never reads it."""
    settings = world.settings
    lifted = world.outcomes.groupby(["metric", "market"])["true_incremental"].sum()
    themes = [
        {"name": theme.name, "reach_ratio": _plain(np.exp(theme.reach_log)), "click_logit": theme.click_logit}
        for theme in settings.themes
    ]
    return {
        "notice": NOTICE,
        "synthetic": True,
        "seed": world.seed,
        "within_sd": settings.within_sd,
        "creator_sd": settings.creator_sd,
        "better_ratio": settings.better_ratio,
        "better_notes": list(world.notes.loc[world.notes["is_better"], "note_id"]),
        "lift": settings.markets.lift,
        "sale_ratio": settings.markets.sale_ratio,
        "incremental": {name: _plain(lifted[settings.markets.metric, name]) for name in settings.markets.treated},
        "themes": themes,
        "creators": _list_rows(world.creators, TRUE_OF_CREATORS),
        "notes": _list_rows(world.notes, TRUE_OF_NOTES),
    }


def make_wider_truth(world: World) -> dict[str, Any]:
    """`make_truth`, and what personas, leads, comments, further figures and ads truly did."""
    settings = world.settings
    lifted = world.outcomes.groupby(["metric", "market"])["true_incremental"].sum()
    figures = [
        {
            "metric": one.metric,
            "lift": one.lift,
            "sale_ratio": one.sale_ratio,
            "incremental": {name: _plain(lifted[one.metric, name]) for name in one.treated},
        }
        for one in (settings.markets, *settings.more_markets)
    ]
    return make_truth(world) | {
        "everyday_ratio": settings.everyday_ratio,
        "figures": figures,
        "boosted_notes": sorted(set(world.ad_days["note_id"])),
        "personas": [asdict(persona) for persona in settings.personas],
        "leads": _sum_leads(world),
        "comments": {str(kind): int(n) for kind, n in world.comments["true_kind"].value_counts(sort=False).items()},
        "creators": _list_rows(world.creators, TRUE_OF_CREATORS + TRUE_OF_PEOPLE),
    }


def _sum_leads(world: World) -> list[dict[str, Any]]:
    """Leads and qualified leads by where they truly came from, and by theme."""
    themes = world.notes.set_index("note_id")["theme"]
    leads = world.leads.assign(true_theme=world.leads["true_note_id"].map(themes).fillna(""))
    by = leads.groupby(["true_origin", "true_theme"])["qualified"]
    sums = by.agg(leads="size", qualified_leads="sum").reset_index()
    return _list_rows(sums, ("true_origin", "true_theme", "leads", "qualified_leads"))


def write_truth(folder: Path, world: World, *, truth: Mapping[str, Any] | None = None) -> Path:
    """Write ``truth.json`` (`make_truth`, or what is given) beside, never inside, ``data/``; one row a line."""
    path = folder / "truth.json"
    told = make_truth(world) if truth is None else truth
    rows = [f"{json.dumps(name)}: {_dump(value)}" for name, value in told.items()]
    path.write_text("{\n" + ",\n".join(rows) + "\n}\n", encoding="utf-8", newline="\n")
    return path


def _dump(value: Any) -> str:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in value) + "\n]"
    return json.dumps(value, ensure_ascii=False)


def _list_rows(frame: pd.DataFrame, columns: tuple[str, ...]) -> list[dict[str, Any]]:
    return [
        {str(name): _plain(value) for name, value in row.items()} for row in frame[list(columns)].to_dict("records")
    ]


def _plain(value: Any) -> Any:
    """A number, flag or text that JSON can hold; missing is null."""
    if pd.isna(value):
        return None
    if isinstance(value, float | np.floating):
        return round(float(value), DIGITS)
    return value.item() if isinstance(value, np.generic) else value
