"""The campaign by day, by kind of note, by source of traffic, by place and by size of creator: one small frame each."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from xhs_toolkit.assumptions import assume
from xhs_toolkit.bundled import bundled_folder, read_bundled_yaml
from xhs_toolkit.campaign.planning import Persona
from xhs_toolkit.exports import choose_ad_days
from xhs_toolkit.stats import ratio_of_sums
from xhs_toolkit.tables import get_creator
from xhs_toolkit.thread.themes import add_theme, find_creator_themes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xhs_toolkit.attribution import Attribution
    from xhs_toolkit.campaign import Campaign

SOURCES = ("discovery", "search_page", "other_organic", "paid_traffic")
RATE = "engagement_rate"
N_PLACES: int = assume("results.places_shown")
OUTCOMES = ("leads", "orders", "sales", "foot_traffic", "live_viewers", "site_sessions", "brand_search_index")
"""Figures of the client's worth a line by day, the closest to what a campaign sells first."""


class Portrait(NamedTuple):
    """What `summarise_portrait` found; a frame without data has no rows.

    Attributes
    ----------
    days : one row a day and series: ``date``, ``series`` (posted_notes, ads_cny, and the first of `OUTCOMES` that is
        known by day), ``measured``. Two series at least.
    kinds : one row a group: ``dimension`` (format, theme, note_kind, persona), ``group``, ``engagement_rate``
        (engagement over views) with ``_low``, ``_high``, ``_reason``, ``n_notes``.
    traffic, sizes : shares, one row a bar and part: ``metric``, ``part`` (a source of `SOURCES`, a size of creators),
        ``part_share``.
    places : one row a place: ``heard_from`` (comment_places, fan_places), ``place``, ``place_share``, ``n``.
    """

    days: pd.DataFrame
    kinds: pd.DataFrame
    traffic: pd.DataFrame
    sizes: pd.DataFrame
    places: pd.DataFrame


def summarise_portrait(
    notes: pd.DataFrame, *, tables: Mapping[str, pd.DataFrame], attribution: Attribution, campaign: Campaign
) -> Portrait:
    """Cut the campaign's figures by day, kind, source, size and place.

    Parameters
    ----------
    notes : the campaign's notes, of `summary.Results`.
    tables : the canonical tables by name.
    """
    return Portrait(
        count_days(notes, ad_days=tables["ad_days"], attribution=attribution, campaign=campaign),
        compare_kinds(notes, creators=tables["creators"], campaign=campaign),
        _split_traffic(notes),
        _share_sizes(notes),
        _share_places(notes, tables),
    )


def count_days(
    notes: pd.DataFrame, *, ad_days: pd.DataFrame, attribution: Attribution, campaign: Campaign
) -> pd.DataFrame:
    """Notes posted, ad spend and the client's own figure, day by day."""
    posted = notes["posted_at"].dt.tz_convert(campaign.time_zone).dt.tz_localize(None).dt.normalize()
    ads = choose_ad_days(ad_days)
    series = {
        "posted_notes": posted.value_counts(),
        "ads_cny": ads.groupby("date")["spend_cny"].sum(min_count=1),
        **_choose_outcome(attribution),
    }
    known = {name: values.dropna() for name, values in series.items() if values.notna().sum() > 1}
    if len(known) < 2:
        return pd.DataFrame(columns=["date", "series", "measured"])
    ends = [day for each in known.values() for day in (each.index.min(), each.index.max())]
    whole = pd.date_range(min(ends), max(ends))
    rows = [
        pd.DataFrame({"date": whole, "series": name, "measured": values.reindex(whole).to_numpy(dtype=float)})
        for name, values in known.items()
    ]
    return pd.concat(rows, ignore_index=True)


def _choose_outcome(attribution: Attribution) -> dict[str, pd.Series]:
    """The first of `OUTCOMES` that every row tells by day: the campaign's own where any is, else the client's trade."""
    rows = attribution.rows
    for metric in OUTCOMES:
        of_metric = rows[rows["metric"].eq(metric) & rows["date"].notna()]
        own = of_metric[~of_metric["by"].isin(["", "unclear", "other"])]
        found = own if len(own) else of_metric
        if len(found["date"].unique()) > 1:
            return {metric: found.groupby("date")["value"].sum()}
    return {}


@cache
def read_note_kinds() -> tuple[Persona, ...]:
    """Kinds of notes with the words that show them: ``templates/content/note_kinds.yaml``."""
    listed = read_bundled_yaml(bundled_folder("templates") / "content" / "note_kinds.yaml")
    return tuple(Persona(name=name, keywords=words) for name, words in listed.items())


def compare_kinds(notes: pd.DataFrame, *, creators: pd.DataFrame, campaign: Campaign) -> pd.DataFrame:
    """Engagement over views by format, theme, kind of note and persona, with its 90% range over creators."""
    known = notes.assign(
        note_kind=add_theme(notes, themes=read_note_kinds())["theme"],
        persona=find_personas(notes, creators=creators, campaign=campaign),
    )
    rows = [row for by in ("format", "theme", "note_kind", "persona") for row in _compare(known, by)]
    columns = ["dimension", "group", RATE, f"{RATE}_low", f"{RATE}_high", f"{RATE}_reason", "n_notes"]
    return pd.DataFrame(rows, columns=columns)


def find_personas(notes: pd.DataFrame, *, creators: pd.DataFrame, campaign: Campaign) -> pd.Series:
    """The persona that most of a creator's notes or its profile show, by note; missing where none does."""
    personas = campaign.planning.personas
    if not personas:
        return pd.Series(None, index=notes.index, dtype="str")
    keys = get_creator(notes)
    about = creators.assign(creator_key=get_creator(creators)).dropna(subset=["creator_key"])
    about = about[about["creator_key"].isin(keys)].groupby("creator_key", sort=False).last().reset_index()
    found = find_creator_themes(about, notes=notes.assign(creator_key=keys), themes=personas)
    best = found.sort_values("n_theme_notes", ascending=False, kind="stable").drop_duplicates("creator_key")
    return keys.map(best.set_index("creator_key")["theme"])


def _compare(notes: pd.DataFrame, by: str) -> Iterator[dict[str, object]]:
    """The groups of one dimension, of two at least."""
    if notes[by].nunique() < 2:
        return
    for name, group in notes.groupby(notes[by].fillna("unassigned"), sort=True):
        rate = ratio_of_sums(group["engagement"], group["views"], cluster=get_creator(group).fillna(group["note_id"]))
        ends = {f"{RATE}_low": rate.low, f"{RATE}_high": rate.high, f"{RATE}_reason": rate.reason}
        yield {"dimension": by, "group": name, RATE: rate.estimate, **ends, "n_notes": rate.n}


def _share(parts: Mapping[str, pd.Series]) -> pd.DataFrame:
    """Shares of a bar's parts, one row a bar and part of any bar; bars of nothing are left out."""
    known = {metric: values / values.sum() for metric, values in parts.items() if values.sum() > 0}
    order = dict.fromkeys(part for values in known.values() for part in values.index)
    table = pd.DataFrame(known, index=list(order), dtype=float).fillna(0.0)
    long = table.rename_axis(index="part").reset_index().melt("part", var_name="metric", value_name="part_share")
    return long[["metric", "part", "part_share"]]


def _split_traffic(notes: pd.DataFrame) -> pd.DataFrame:
    """Exposure from discovery, search, elsewhere and ads, and views from nobody's or the campaign's money."""
    shown = notes.dropna(subset=["exposure_discovery", "exposure_search"])
    organic = shown["exposure_organic"].fillna(shown["exposure"])
    bought = shown[["exposure_promoted", "exposure_heated"]].sum().sum()
    rest = (organic - shown["exposure_discovery"] - shown["exposure_search"]).clip(lower=0).sum()
    found = shown[["exposure_discovery", "exposure_search"]].sum()
    exposure = pd.Series([*found, rest, bought], index=list(SOURCES))
    read = notes.dropna(subset=["views", "views_organic"])
    free = read["views_organic"].sum()
    views = pd.Series({"organic_traffic": free, "paid_traffic": max(read["views"].sum() - free, 0)})
    return _share({"exposure": exposure, "views": views})


def _share_sizes(notes: pd.DataFrame) -> pd.DataFrame:
    """What each size of creators is of the creators, the money, the views and the engagement."""
    sized = notes[notes["tier"].notna()].assign(creator_key=lambda rows: get_creator(rows))
    if sized["tier"].nunique() < 2:
        return _share({})
    sums = sized.groupby("tier")[["content_cny", "views", "engagement"]].sum()
    return _share({"n_creators": sized.groupby("tier")["creator_key"].nunique(), **dict(sums.items())})


def _share_places(notes: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Where readers who commented are, and where the creators' fans are: the platform's own words for places."""
    comments = tables["comments"]
    said = comments.loc[comments["note_id"].isin(notes["note_id"]), "place"].dropna()
    creators = tables["creators"].dropna(subset=["fan_places"]).drop_duplicates("creator_id", keep="last")
    fans = creators.loc[creators["creator_id"].isin(notes["creator_id"].dropna()), "fan_places"].dropna()
    listed = fans.str.split("; ").explode().str.rsplit(" ", n=1, expand=True).reindex(columns=[0, 1])
    shares = pd.to_numeric(listed[1], errors="coerce").groupby(listed[0]).sum() / max(len(fans), 1)
    found = {"comment_places": (said.value_counts(normalize=True), len(said)), "fan_places": (shares, len(fans))}
    rows = [
        pd.DataFrame({"heard_from": name, "place": part.index, "place_share": part.to_numpy(dtype=float), "n": n})
        for name, (whole, n) in found.items()
        if len(part := whole.sort_values(ascending=False, kind="stable").head(N_PLACES))
    ]
    return (
        pd.concat(rows, ignore_index=True)
        if rows
        else pd.DataFrame(columns=["heard_from", "place", "place_share", "n"])
    )
