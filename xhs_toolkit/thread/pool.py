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
from xhs_toolkit.thread.themes import find_creator_themes, join_by

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign


BY_NUMBER, BY_NAME = "xhs:", "name:"
"""Prefixes of the key of a creator of whom no file shows an id: its account number, or its name, follows."""


class Identified(NamedTuple):
    """Rows with a key for each creator (`add_creator_key`).

    Attributes
    ----------
    rows : the rows given, with ``creator_key``; missing where a row names nobody, or several.
    unclear : names and account numbers that stand for several creators: ``name``, ``n_creators``.
    """

    rows: pd.DataFrame
    unclear: pd.DataFrame


def add_creator_key(rows: pd.DataFrame) -> Identified:
    """Add ``creator_key``: the id; else the id another row shows for the account number, else for the name.

    A number or a name that stands for several creators joins nothing. Where no row has an id, the number
    (``xhs:…``) or the name (``name:…``) is the key.

    Parameters
    ----------
    rows : ``creator_id``, ``xhs_number``, ``creator_name``, of any mixture of sources.

    >>> rows = pd.DataFrame({"creator_id": ["5f", None, None], "xhs_number": [None, None, "88"],
    ...                      "creator_name": ["Ana", "Ana ", "Bo"]})
    >>> add_creator_key(rows).rows["creator_key"].tolist()
    ['5f', '5f', 'xhs:88']
    """
    if rows["creator_id"].notna().all():
        return Identified(rows.assign(creator_key=rows["creator_id"]), _make_unclear({}))
    key = rows["creator_id"].copy()
    name = _tidy(rows["creator_name"])
    lost: dict[str, pd.Series] = {}
    for prefix, other in ((BY_NUMBER, rows["xhs_number"]), (BY_NAME, name)):
        key, unclear = _adopt(key, other)
        lost[prefix] = unclear
        wanted = key.isna() & other.notna() & ~other.isin(unclear.index)
        if prefix == BY_NUMBER:
            by_name, _ = _adopt(key, name)
            wanted &= by_name.isna()
        key = key.mask(wanted, prefix + other)
    asked = {prefix: unclear[unclear.index.isin(name[key.isna()])] for prefix, unclear in lost.items()}
    return Identified(rows.assign(creator_key=key), _make_unclear(asked))


def name_for_files(keys: pd.Series, names: pd.Series) -> pd.Series:
    """What rows of single files call a creator: the id, else the name, where it stands for nobody else, else the key.

    >>> name_for_files(pd.Series(["5f", "name:Bo", "xhs:1", "xhs:2"]), pd.Series(["Ana", "Bo", "Cy", "Cy"])).tolist()
    ['5f', 'Bo', 'xhs:1', 'xhs:2']
    """
    has_name = keys.str.startswith((BY_NUMBER, BY_NAME)) & names.notna() & ~names.duplicated(keep=False)
    return keys.mask(has_name, names)


def _adopt(key: pd.Series, other: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Fill missing keys with the one key that rows of the same `other` have; also the unclear ones."""
    known = pd.DataFrame({"other": other, "key": key}).dropna().drop_duplicates()
    n_keys = known["other"].value_counts()
    clear = known[known["other"].map(n_keys).eq(1)].set_index("other")["key"]
    return key.fillna(other.map(clear).astype("str")).astype("str"), n_keys[n_keys > 1]


def _make_unclear(found: dict[str, pd.Series]) -> pd.DataFrame:
    parts = [pd.DataFrame({"name": each.index, "n_creators": each.to_numpy()}) for each in found.values()]
    joined = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame({"name": [], "n_creators": []})
    return joined.astype({"name": "str", "n_creators": np.int64})


def _tidy(names: pd.Series) -> pd.Series:
    plain = names.astype("str").str.normalize("NFKC").str.replace(r"\s+", " ", regex=True).str.strip()
    return plain.replace("", None)


GROWTH_DAYS: int = assume("thread.growth_days")
SPAN_DAYS: tuple[int, int] = assume("thread.growth_span_days")


def gather_counts(*parts: pd.DataFrame) -> pd.DataFrame:
    """Every follower count of the parts: ``creator_key``, ``as_of``, ``followers``."""
    names = ["creator_key", "as_of", "followers"]
    return pd.concat([part[names] for part in parts], ignore_index=True).dropna().drop_duplicates()


def measure_growth(counts: pd.DataFrame) -> pd.Series:
    """Relative growth of followers over thirty days, by ``creator_key``.

    Between the newest count and the one nearest to thirty days before it, brought to thirty days at a constant rate;
    without a count `SPAN_DAYS` before, nothing is told.

    >>> days = pd.to_datetime(["2026-06-01", "2026-07-01"], utc=True)
    >>> counts = pd.DataFrame({"creator_key": ["a", "a"], "as_of": days, "followers": [1000.0, 1100.0]})
    >>> measure_growth(counts).round(3).to_dict()
    {'a': 0.1}
    """
    known = counts[counts["followers"].gt(0)].sort_values("as_of", kind="stable")
    newest = known.drop_duplicates("creator_key", keep="last").set_index("creator_key")
    last = newest["as_of"].reindex(known["creator_key"]).set_axis(known.index)
    then = known.assign(days=(last - known["as_of"]).dt.total_seconds() / 86_400)
    then = then[then["days"].between(*SPAN_DAYS)].assign(off=lambda rows: (rows["days"] - GROWTH_DAYS).abs())
    nearest = then.sort_values("off", kind="stable").drop_duplicates("creator_key").set_index("creator_key")
    ratio = newest["followers"].reindex(nearest.index) / nearest["followers"]
    return pd.Series(np.power(ratio, GROWTH_DAYS / nearest["days"]) - 1, name="fan_growth_30d")


def add_growth(creators: pd.DataFrame, *, counts: pd.DataFrame) -> pd.DataFrame:
    """Fill ``fan_growth_30d`` from the counts, where no export tells it."""
    told = creators["creator_key"].map(measure_growth(counts)).astype(float)
    return creators.assign(fan_growth_30d=creators["fan_growth_30d"].fillna(told))


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
        from the follower history, see `measure_growth`).
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


class Weighed(NamedTuple):
    """What `weigh_parts` found, in the order of the creators.

    Attributes
    ----------
    score : 0–100; missing where less than the share asked for is known.
    points : what each known part adds; they sum to the score.
    shares : share of each part's weight; 0 where nobody's part is known.
    ask_for : names of the parts not known of a creator without a score, joined by ``; ``; missing for the others.
    """

    score: pd.Series
    points: pd.DataFrame
    shares: pd.Series
    ask_for: pd.Series


def weigh_parts(parts: pd.DataFrame, weights: Mapping[str, float], *, known_share: float, prefix: str = "") -> Weighed:
    """Weigh parts of 0–1 into a score: the weighted mean of those known of each creator.

    A part that nobody is known in does not count. Of whom less than `known_share` of the weight is known stands apart:
    it has no score, and is no worse and no better than anybody. `prefix` stands before the names in ``ask_for``.

    >>> parts = pd.DataFrame({"a": [0.2, 0.8, None], "b": [None, 0.4, None], "c": [0.6, 1.0, 0.9]})
    >>> weigh_parts(parts, {"a": 1, "b": 1, "c": 1}, known_share=0.5).score.round(1).tolist()
    [40.0, 73.3, nan]
    """
    used = pd.Series(dict(weights), dtype=float)[list(parts.columns)].where(parts.notna().any(), 0.0)
    shares = used / used.sum() if used.sum() > 0 else used
    known = parts.notna().mul(shares, axis="columns").sum(axis=1)
    enough = known.ge(known_share - 1e-12) & known.gt(0)
    points = 100 * parts.mul(shares.where(shares > 0), axis="columns").div(known.where(enough), axis="index")
    score = points.sum(axis=1).where(enough)
    missing = pd.Series("", index=parts.index, dtype="str")
    for part in shares.index[shares > 0]:
        missing = missing.mask(parts[part].isna(), missing + f"; {prefix}{part}")
    return Weighed(score, points, shares, missing.str.removeprefix("; ").where(~enough & (shares.sum() > 0)))
