"""One row a creator, from any mixture of exports and rankings.

**Which value wins.** Of the rows of one creator, those within ``sourcing.conflict_days`` of the newest are fresh.
A fresh row comes before an old one; of the fresh rows the most official source (`OFFICIAL`) comes first, of one
source the newest. Column by column, the first value there is wins. What another fresh source says differently is
a conflict, and is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.assumptions import assume
from xhs_toolkit.benchmarks import add_tier
from xhs_toolkit.tables import CREATORS
from xhs_toolkit.thread.growth import add_growth, gather_counts
from xhs_toolkit.thread.identity import add_creator_key
from xhs_toolkit.thread.themes import find_creator_themes
from xhs_toolkit.thread.words import join_by

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign

OFFICIAL: Final = {"dandelion_creators": 0, "huitun_creators": 1, "qiangua_creators": 1, "agency_creators": 2}
"""Rank of a source of creators: the platform, then tools that crawl it, then sheets kept by hand; others come last."""

SAME_WITHIN: float = assume("thread.same_within")

COMPARED: Final = ("followers", "image_price_cny", "video_price_cny", "active_fan_share", "female_fan_share")
COMPARED_TEXT: Final = ("place", "gender")
"""Columns whose conflicts are shown; tags and categories are worded differently by every tool."""

FIGURES: Final = tuple(column.name for column in CREATORS if column.name not in {"creator_id", "lower_bounds"})
COUNTED: Final = ("follower_counts", "creators", "notes")
"""Tables that hold follower counts with their moment."""
NAMED: Final = ("creator_id", "creator_name", "xhs_number")


class Pool(NamedTuple):
    """The pool (`make_pool`).

    Attributes
    ----------
    counts : every follower count: ``creator_key``, ``as_of``, ``followers``.
    creators : one row a creator: the columns of `tables.CREATORS`, ``creator_key`` (its id, or ``xhs:`` and
        its number, or ``name:`` and its name), ``tier``, ``format`` (the one it mostly posts in),
        ``n_conflicts``, ``n_notes_read``, ``last_posted_at``, ``found_in`` (sources, by commas), ``rankings``
        (``增长榜 3 (2026-08-01); …``, each list's newest place), ``fan_growth_30d`` (where the export does not tell,
        from the follower history, see `growth.measure_growth`).
    conflicts : ``creator_key``, ``creator_name``, ``metric``, ``value``, ``source``, ``other_value``, ``other_source``,
        ``as_of``, ``other_as_of``; values as text.
    notes : the notes given, with ``creator_key``.
    unclear : names that stand for several creators, so that rows with nothing else were joined to none.
    themes : what creators write about, of `themes.find_creator_themes`.
    """

    creators: pd.DataFrame
    conflicts: pd.DataFrame
    notes: pd.DataFrame
    unclear: pd.DataFrame
    counts: pd.DataFrame
    themes: pd.DataFrame


def make_pool(tables: Mapping[str, pd.DataFrame], *, latest: pd.DataFrame, campaign: Campaign) -> Pool:
    """Join every source of creators to one row each.

    Parameters
    ----------
    tables : the canonical tables; creators, follower counts and rankings are read.
    latest : one row a note.
    """
    parts = {name: tables[name] for name in ("creators", "rankings", "follower_counts")} | {"notes": latest}
    named = [frame.reindex(columns=list(NAMED)).astype("str").assign(part=name) for name, frame in parts.items()]
    found = add_creator_key(pd.concat(named, ignore_index=True))
    key = dict(iter(found.rows["creator_key"].groupby(found.rows["part"], sort=False)))
    none = pd.Series(dtype="str")
    keyed = {name: frame.assign(creator_key=key.get(name, none).array) for name, frame in parts.items()}
    keyed = {
        name: frame[frame["creator_key"].notna()] if frame["creator_key"].hasnans else frame
        for name, frame in keyed.items()
    }
    ordered = _best_first(keyed["creators"], campaign.sourcing.conflict_days)
    conflicts = _find_conflicts(ordered)
    creators = _merge(ordered).pipe(_add_others, keyed["rankings"], keyed["notes"])
    counts = gather_counts(*(keyed[name] for name in COUNTED))
    creators = add_growth(creators, counts=counts)
    n_conflicts = creators["creator_key"].map(conflicts["creator_key"].value_counts()).fillna(0).astype(int)
    creators = add_tier(creators.assign(n_conflicts=n_conflicts), tiers=campaign.agency.tiers)
    creators = creators.reset_index(drop=True)
    themes = find_creator_themes(creators, notes=keyed["notes"], themes=campaign.themes)
    return Pool(creators, conflicts, keyed["notes"], found.unclear, counts, themes)


def _best_first(creators: pd.DataFrame, conflict_days: int) -> pd.DataFrame:
    """Order the rows of each creator so that the first value of a column is the one that wins."""
    if creators["creator_key"].is_unique:
        return creators.assign(_is_fresh=True)
    newest = creators.groupby("creator_key", sort=False)["as_of"].transform("max")
    fresh = (newest - creators["as_of"]).le(pd.Timedelta(days=conflict_days))
    rank = creators["source"].map(OFFICIAL).fillna(len(OFFICIAL))
    by = ["_is_fresh", "_rank", "as_of", "source_file", "source_row"]
    ranked = creators.assign(_is_fresh=fresh, _rank=rank)
    return ranked.sort_values(by, ascending=[False, True, False, True, True], kind="stable").drop(columns="_rank")


def _merge(ordered: pd.DataFrame) -> pd.DataFrame:
    pairs = ordered[["creator_key", "source"]].astype("str").dropna().drop_duplicates()
    found_in = join_by(pairs["source"], pairs["creator_key"], sep=", ")
    several = ordered["creator_key"].duplicated(keep=False)
    merged = ordered[~several]
    if several.any():
        first = ordered[several].groupby("creator_key", sort=False)[["creator_id", *FIGURES]].first().reset_index()
        merged = pd.concat([merged, first], ignore_index=True)
    merged = merged.drop(columns=["_is_fresh", "lower_bounds"], errors="ignore")
    return merged.assign(found_in=merged["creator_key"].map(found_in))


# ------------------------------------------------------------------------------------------- conflicts


def _find_conflicts(ordered: pd.DataFrame) -> pd.DataFrame:
    """Pairs of the winning value and what each other fresh source says, where they differ."""
    fresh = ordered[ordered["_is_fresh"]]
    fresh = fresh[fresh["creator_key"].duplicated(keep=False)]
    return pd.concat([_compare(fresh, column) for column in (*COMPARED, *COMPARED_TEXT)], ignore_index=True)


def _compare(fresh: pd.DataFrame, column: str) -> pd.DataFrame:
    known = fresh[fresh[column].notna()].drop_duplicates(["creator_key", "source"])
    winner = known.drop_duplicates("creator_key").set_index("creator_key")
    others = known[known["creator_key"].duplicated()]
    chosen = winner.loc[others["creator_key"], [column, "source", "as_of"]]
    differs = _differ(chosen[column].reset_index(drop=True), others[column].reset_index(drop=True)).to_numpy()
    return pd.DataFrame(
        {
            "creator_key": others["creator_key"],
            "creator_name": others["creator_name"],
            "metric": column,
            "value": _write(chosen[column]).to_numpy(),
            "source": chosen["source"].to_numpy(),
            "other_value": _write(others[column]),
            "other_source": others["source"],
            "as_of": chosen["as_of"].to_numpy(),
            "other_as_of": others["as_of"].to_numpy(),
        }
    )[differs]


def _differ(chosen: pd.Series, other: pd.Series) -> pd.Series:
    if pd.api.types.is_numeric_dtype(chosen):
        largest = np.maximum(chosen.abs(), other.abs())
        return (chosen - other).abs().gt(SAME_WITHIN * largest)
    return chosen.str.strip().str.casefold().ne(other.str.strip().str.casefold())


def _write(values: pd.Series) -> pd.Series:
    return values.map("{:,.6g}".format).astype("str") if pd.api.types.is_numeric_dtype(values) else values


# ------------------------------------------------------------------------- rankings and notes


def _add_others(creators: pd.DataFrame, rankings: pd.DataFrame, notes: pd.DataFrame) -> pd.DataFrame:
    """Add creators only rankings or notes show, and what those say of each."""
    ranked = rankings.sort_values("date", kind="stable").groupby("creator_key", sort=False)
    lists = ranked.agg(
        creator_id=("creator_id", "last"),
        creator_name=("creator_name", "last"),
        category=("category", "last"),
        followers=("followers", "last"),
    )
    posts = _summarise_notes(notes)
    every = pd.Index(creators["creator_key"]).union(lists.index, sort=False).union(posts.index, sort=False)
    joined = creators.set_index("creator_key").reindex(every)
    for name in ("creator_id", "creator_name", "category", "followers"):
        joined[name] = joined[name].fillna(lists[name].reindex(every).astype(joined[name].dtype))
    for name in ("creator_id", "creator_name", "followers", "place"):
        joined[name] = joined[name].fillna(posts[name].reindex(every).astype(joined[name].dtype))
    n_notes = posts["n_notes_read"].reindex(every).fillna(0).astype(int)
    others = {"last_posted_at": posts["last_posted_at"], "format": posts["format"], "rankings": _list_places(rankings)}
    others = {name: values.reindex(every) for name, values in others.items()}
    found_in = joined["found_in"].astype("str").fillna("")
    found_in = found_in.mask(joined.index.isin(lists.index), found_in + ", rankings")
    found_in = found_in.mask(n_notes.gt(0), found_in + ", notes")
    others["found_in"] = found_in.str.removeprefix(", ")
    return joined.assign(n_notes_read=n_notes, **others).rename_axis("creator_key").reset_index()


def _list_places(rankings: pd.DataFrame) -> pd.Series:
    """Each list a creator stands in, with the newest place and its day."""
    named = rankings[rankings["list_name"].notna() & rankings["rank"].notna()].sort_values("date", kind="stable")
    newest = named.drop_duplicates(["creator_key", "list_name"], keep="last")
    day = (" (" + newest["date"].dt.strftime("%Y-%m-%d").astype("str") + ")").fillna("")
    told = newest["list_name"].astype("str") + " " + newest["rank"].map("{:.0f}".format).astype("str") + day
    return join_by(told, newest["creator_key"])


def _summarise_notes(notes: pd.DataFrame) -> pd.DataFrame:
    about = ["creator_id", "creator_name", "followers", "place"]
    ordered = notes[["creator_key", "posted_at", "format", *about]].sort_values(
        "posted_at", kind="stable", na_position="first"
    )
    number, keys = pd.factorize(ordered["creator_key"])
    seen = {name: _take_last(ordered[name], number, n=len(keys)) for name in (*about, "posted_at")}
    known, video = ordered["format"].notna(), ordered["format"].eq("video")
    n_notes, n_known, n_video = (np.bincount(number[mask], minlength=len(keys)) for mask in (slice(None), known, video))
    form = pd.Series(np.where(n_video > 0.5 * n_notes, "video", "image"), dtype="str").where(n_known > 0)
    posts = pd.DataFrame(seen).rename(columns={"posted_at": "last_posted_at"})
    return posts.assign(n_notes_read=n_notes, format=form).set_axis(pd.Index(keys, name="creator_key"), axis="index")


def _take_last(values: pd.Series, number: np.ndarray, *, n: int) -> pd.Series:
    """The last known value of each group; missing where there is none."""
    known = np.flatnonzero(values.notna())
    place = np.full(n, -1)
    place[number[known]] = known
    return values.take(np.maximum(place, 0)).reset_index(drop=True).where(place >= 0) if len(values) else values
