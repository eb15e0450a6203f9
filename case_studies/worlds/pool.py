"""A pool to choose from: work for a competitor, creators nobody knows much about, and some listed twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd

from case_studies.worlds.creators import make_creators
from case_studies.worlds.notes import BEIJING, make_notes, settle_levels
from case_studies.worlds.personas import add_personas
from case_studies.worlds.words import make_names, read_voice
from case_studies.worlds.world import World

RIVAL_TITLES = (
    "和{rival}一起去徒步，新款背包实测",
    "{rival}新品开箱｜周末就穿它",
    "受{rival}邀请，走了一趟南岛步道",
)
POOL_SIZE = 240
"""Creators that an agency lists before it books 30 to 50 of them."""
RIVAL_DAYS = 60
"""A note for the competitor was posted at most so many days before the campaign."""


@dataclass(frozen=True, slots=True)
class PoolSettings:
    """Who is in the pool beside those with nothing particular about them; nobody of them is booked.

    Parameters
    ----------
    rival : the competitor, as notes name it.
    n_rival : creators with a note for it shortly before the campaign.
    n_unknown : creators of whom there is only the agency's line: no note read, no median.
    n_twice : creators whom the agency's sheet lists twice, the second time with other followers.
    crawled_share : of the others, those whose notes were read; the rest is known by the platform's medians alone.
    """

    rival: str
    n_rival: int = 9
    n_unknown: int = 14
    n_twice: int = 6
    crawled_share: float = 0.6


def plant_pool(world: World, settings: PoolSettings) -> World:
    """Add ``kind`` (rival, unknown, twice or empty) and ``is_crawled`` to the creators, and make it so in the notes."""
    rng = np.random.default_rng([world.seed, 15])
    creators, notes = world.creators, world.notes
    booked = notes.loc[notes["scope"].eq("paid"), "creator_id"]
    newest = _find_newest(world)
    is_free = ~creators["creator_id"].isin(booked) & ~creators["has_bought_fans"]
    kind = pd.Series("", index=creators.index, dtype="str")
    could = {"rival": creators["creator_id"].isin(newest.index), "unknown": True, "twice": True}
    for name, allowed in could.items():
        free = np.flatnonzero(is_free & kind.eq("") & allowed)
        kind.iloc[rng.permutation(free)[: getattr(settings, f"n_{name}")]] = name
    is_read = ~is_free | kind.eq("rival") | (rng.random(len(creators)) < settings.crawled_share)
    told = creators.assign(kind=kind, is_crawled=is_read & kind.ne("unknown"))
    rows = newest[told.loc[kind.eq("rival"), "creator_id"]]
    titles = [str(title).format(rival=settings.rival) for title in rng.choice(RIVAL_TITLES, len(rows))]
    named = notes.assign(title=notes["title"].astype(object), tags=notes["tags"].astype(object))
    named.loc[rows, "title"], named.loc[rows, "tags"] = titles, f"{settings.rival},户外"
    is_silent = named["creator_id"].isin(told.loc[kind.eq("unknown"), "creator_id"])
    return world._replace(creators=told, notes=named.astype(notes.dtypes)[~is_silent].reset_index(drop=True))


def _find_newest(world: World) -> pd.Series:
    """Rows of the newest everyday notes of the last `RIVAL_DAYS` before the start, by ``creator_id``."""
    start = pd.Timestamp(str(world.settings.start), tz=BEIJING)
    before = world.notes["posted_at"].between(start - timedelta(days=RIVAL_DAYS), start - timedelta(days=2))
    mine = world.notes[before & world.notes["scope"].eq("everyday")].drop_duplicates("creator_id", keep="last")
    return pd.Series(mine.index, index=mine["creator_id"])


def grow_pool(world: World, *, size: int = POOL_SIZE, places: Sequence[str] = ()) -> World:
    """Add creators of whom the platform tells medians and nobody booked a note, until the pool has its size.

    Their notes are everyday ones and earlier cooperations, a few each. What the campaign did stays as it is.
    They live in `places`; without any, where the campaign's creators do.
    """
    rng, settings, taken = np.random.default_rng([world.seed, 16]), world.settings, world.creators
    n = size - len(taken)
    n_kol = round(n * settings.n_kol / (settings.n_koc + settings.n_kol))
    without: Any = dict.fromkeys(("n_notes", "n_better", "n_unmeasured", "n_bought_fans", "n_stars"), 0)
    others = replace(
        settings, n_koc=n - n_kol, n_kol=n_kol, everyday_notes=(4, 7), earlier_paid_notes=(6, 9), **without
    )
    creators = add_personas(make_creators(others, rng=rng), settings=others, rng=rng)
    voice = read_voice(settings.voice)
    names = make_names(size + len(taken), endings=voice["endings"])
    names = [name for name in names if name not in set(taken["creator_name"])]
    told = creators.assign(creator_name=names[:n], xhs_number=[f"SYN{63_000_000 + i}" for i in rng.permutation(n)])
    notes = settle_levels(make_notes(others, told, rng=rng), levels=voice["levels"])
    told = told.assign(place=np.resize(places, n)) if places else told
    both = [pd.concat(pair, ignore_index=True) for pair in ((taken, told), (world.notes, notes))]
    return world._replace(creators=both[0], notes=both[1])


def list_twice(sheet: pd.DataFrame, creators: pd.DataFrame, *, ratio: float = 1.03) -> pd.DataFrame:
    """Add a second line of those listed twice to the agency's sheet, with followers counted some weeks later."""
    again = sheet[creators["kind"].eq("twice").to_numpy()]
    followers = (creators.loc[again.index, "followers"] * ratio).round().astype(int).astype("str")
    return pd.concat([sheet, again.assign(**{"fans count": followers, "Scraped by": "B"})], ignore_index=True)
