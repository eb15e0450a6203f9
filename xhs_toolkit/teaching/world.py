"""An invented campaign with everything in it, and the truth about it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.teaching.ads import make_ad_days
from xhs_toolkit.teaching.creators import make_creators
from xhs_toolkit.teaching.notes import make_notes
from xhs_toolkit.teaching.outcomes import make_outcomes
from xhs_toolkit.teaching.settings import WorldSettings
from xhs_toolkit.teaching.words import NOTICE

TRUE_OF_CREATORS = (
    *("creator_id", "creator_name", "tier", "level_log", "standing", "everyday_log", "click_logit"),
    *("drift_per_week", "has_bought_fans"),
)
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
    creators : as `creators.make_creators`.
    notes : as `notes.make_notes`, final figures without ads.
    ad_days : as `ads.make_ad_days`.
    outcomes : as `outcomes.make_outcomes`.
    """

    settings: WorldSettings
    seed: int
    creators: pd.DataFrame
    notes: pd.DataFrame
    ad_days: pd.DataFrame
    outcomes: pd.DataFrame


def make_world(settings: WorldSettings, *, seed: int) -> World:
    """Make an invented campaign; the same settings and seed give the same one.

    Each part has its own stream of random numbers, so that a change to one leaves the others alone.
    """
    streams = [np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(4)]
    creators = make_creators(settings, rng=streams[0])
    notes = make_notes(settings, creators, rng=streams[1])
    ad_days = make_ad_days(notes, settings=settings, rng=streams[2])
    return World(settings, seed, creators, notes, ad_days, make_outcomes(settings, rng=streams[3]))


def make_truth(world: World) -> dict[str, Any]:
    """What was planted, in a form that JSON can hold. The analysis never reads it."""
    settings, lifted = world.settings, world.outcomes.groupby("market")["true_incremental"].sum()
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
        "incremental": {market: _plain(lifted[market]) for market in settings.markets.treated},
        "themes": themes,
        "creators": _list_rows(world.creators, TRUE_OF_CREATORS),
        "notes": _list_rows(world.notes, TRUE_OF_NOTES),
    }


def write_truth(folder: Path, world: World) -> Path:
    """Write ``truth.json`` beside, never inside, ``data/``; one creator or note a line."""
    path = folder / "truth.json"
    rows = [f"{json.dumps(name)}: {_dump(value)}" for name, value in make_truth(world).items()]
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
