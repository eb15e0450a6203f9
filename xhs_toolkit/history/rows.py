"""What the agency remembers of a campaign: one row a note, without names, titles, links, ids or texts.

Whoever looks up a note on the platform sees its creator's followers, its likes, its day and its format, and on the
creator's page the others of the same campaign. So followers are not kept, a note's figures have two digits, a campaign
has one month, and at least `MIN_ROWS` creators of a campaign say the same of all that a page tells: tier, format and
engagement (mean and spread of neighbours, microaggregation: Domingo-Ferrer & Mateo-Sanz 2002) of as many notes. Of a
creator whose notes are of other kinds than everybody else's each note has a pseudonym of its own, and in each campaign
a creator has another one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from xhs_toolkit.assumptions import assume
from xhs_toolkit.history.place import make_pseudonym
from xhs_toolkit.tables import get_creator

if TYPE_CHECKING:
    import pyarrow as pa

    from xhs_toolkit.campaign import Campaign
    from xhs_toolkit.plans import Plan

LAYOUT, EARLIER = "3", frozenset({"1", "2"})
"""Number of the layout of a file, and those of earlier versions, in which pages can be found; others are skipped."""

MIN_ROWS: int = assume("history.min_rows")
SETTLED_DAYS: float = assume("notes.settled_days")

METRICS = ("exposure", "views", "engagement")
LEVELS = (10, 50, 90)
DIGITS: int = assume("history.digits")
NOTE_DIGITS: int = assume("history.note_digits")
UNKNOWN = "unknown"

PROMISED = [f"{metric}_p{level}" for metric in METRICS for level in LEVELS]
"""What the accepted plan said of the note."""

PROMISED_IN_ALL = [f"{metric}_total_p{level}" for metric in METRICS for level in LEVELS]
"""What the accepted plan said of the whole campaign, the same in every row."""

BROUGHT = ("leads", "qualified_leads", "foot_traffic", "orders")
"""What a whole campaign could call its own of the client's figures, the same in every row, with its views."""
BROUGHT_IN_ALL = [f"{name}_in_all" for name in ("views", *BROUGHT)]

CORRECTED = [f"{metric}_{part}" for metric in METRICS for part in ("shift", "stretch")]
"""What earlier campaigns had already moved the plan's figures by: a shift of the log, a factor on the width."""

TEXTS = ["campaign_key", "client_key", "creator_key", "posted_month", "tier", "category", "format", "scope"]
TEXTS += ["click_rate_source", "engagement_source"]
FIGURES = ["age_days", *METRICS, "engagement_sd", "click_rate", "cost_cny", "views_organic"]
KIND, SEEN = ["tier", "format"], ["scope", "is_planned"]
"""What a public page tells of a note's kind: the creator's size and the format, whether it is paid and a first one."""
ROUNDED = ["exposure", "views", "engagement", "engagement_sd", "click_rate", "cost_cny", "views_organic"]
COLUMNS = [*TEXTS, "is_synthetic", *FIGURES, *PROMISED, *PROMISED_IN_ALL, *CORRECTED, *BROUGHT_IN_ALL]
ADDED = frozenset({"views_organic", "engagement_sd", *BROUGHT_IN_ALL})
"""Columns that files of earlier versions lack: missing there, so that no cost per organic view and no rate is known."""


def name_campaign(campaign: Campaign, *, key: bytes) -> str:
    """Return the pseudonym of a campaign: its client, its name and its first day."""
    return make_pseudonym(key, "campaign", campaign.client, campaign.name, str(campaign.window.start or ""))


def make_rows(
    notes: pd.DataFrame,
    *,
    campaign: Campaign,
    key: bytes,
    plan: Plan | None = None,
    brought: Mapping[str, float | None] | None = None,
) -> pd.DataFrame:
    """Make the rows to remember.

    Parameters
    ----------
    notes : the campaign's notes as the results step wrote them: `tables.NOTES`, the metrics, ``tier``, ``content_cny``.
    plan : the accepted plan, if there is one. The first note of a creator and format is the one that was planned.
    brought : what the campaign could call its own, by figure of `BROUGHT`.

    Returns
    -------
    `COLUMNS`, sorted, so that the same notes in another order give the same rows.
    """
    notes = notes.reset_index(drop=True).assign(cost_cny=notes["content_cny"].to_numpy())
    creator, here = get_creator(notes), name_campaign(campaign, key=key)
    paid = notes["scope"].eq("paid") | notes["cost_cny"].notna()
    rows = pd.DataFrame(
        {
            "campaign_key": here,
            "client_key": make_pseudonym(key, "client", campaign.client),
            "creator_key": creator.map(lambda name: make_pseudonym(key, "creator", here, name), na_action="ignore"),
            "posted_month": notes["posted_at"].dt.tz_convert(campaign.time_zone).dt.strftime("%Y-%m"),
            "tier": notes["tier"].fillna(UNKNOWN),
            "category": name_category(campaign),
            "format": notes["format"].astype("str").fillna(UNKNOWN),
            "scope": notes["scope"].astype("str").mask(paid, "paid").fillna(UNKNOWN),
            "click_rate_source": notes["click_rate_source"],
            "engagement_source": notes["engagement_source"],
            "is_synthetic": campaign.synthetic,
            "age_days": ((notes["as_of"] - notes["posted_at"]).dt.total_seconds() / 86_400).round(),
            **{name: notes[name].astype(float) for name in FIGURES if name in notes},
        },
        index=notes.index,
    )
    rows = rows.join(_find_promised(notes.assign(creator=creator), plan)).assign(**_find_brought(notes, brought or {}))
    return coarsen(rows.reindex(columns=COLUMNS))


def coarsen(rows: pd.DataFrame) -> pd.DataFrame:
    """Return a campaign's rows as nobody finds a public page among them; of everyday and young notes nothing is kept.

    Parameters
    ----------
    rows : `COLUMNS`, exact. Fewer than `MIN_ROWS` notes that anyone sees to be alike (paid, planned) cannot be hidden
        among each other: no row. Where a planned note goes, so does what was promised in all.
    """
    planned = rows[PROMISED].notna().any(axis=1)
    wanted = rows[rows["scope"].eq("paid") | planned].assign(is_planned=planned)
    seen = wanted[wanted["age_days"].ge(SETTLED_DAYS)]
    kept = seen[seen.groupby(SEEN)["tier"].transform("size").ge(MIN_ROWS)]
    if kept.empty:
        return rows.iloc[:0]
    if kept["is_planned"].sum() < wanted["is_planned"].sum():
        kept = kept.assign(**dict.fromkeys(PROMISED_IN_ALL, np.nan))
    kept = kept.sort_values(["engagement", *FIGURES, "creator_key"], kind="stable", ignore_index=True)
    kept = pd.concat([_hide_rare_kinds(part) for _, part in kept.groupby(SEEN)], ignore_index=True)
    kept = _part_rare_creators(kept)
    logs, groups = np.log1p(kept["engagement"]), _group_neighbours(kept)
    kept["engagement"] = np.expm1(logs.groupby(groups).transform("mean"))
    within = kept["engagement_sd"].fillna(0.0).pow(2).groupby(groups).transform("mean")
    kept["engagement_sd"] = np.sqrt(within + logs.groupby(groups).transform("var", ddof=0))
    kept = kept.assign(posted_month=kept["posted_month"].max(), age_days=kept["age_days"].max())
    kept[ROUNDED] = kept[ROUNDED].apply(round_digits, digits=NOTE_DIGITS)
    ordered = kept.sort_values(["creator_key", *FIGURES], kind="stable", ignore_index=True)
    return ordered.drop(columns="is_planned")


def _hide_rare_kinds(rows: pd.DataFrame) -> pd.DataFrame:
    """Forget the format of kinds with fewer than `MIN_ROWS` notes, and the tier too where a whole tier has so few.

    Where they are too few even together, notes from the middle of the commonest kind join them.
    """
    rows = rows.copy()
    for names, within in ((["format"], rows["tier"]), (KIND, pd.Series(UNKNOWN, index=rows.index))):
        size = rows.groupby(KIND)["tier"].transform("size")
        for _, part in rows.groupby(within):
            pooled = _find_pooled(part, size=size[part.index])
            rows.loc[pooled, names] = UNKNOWN
    return rows


def _find_pooled(rows: pd.DataFrame, *, size: pd.Series) -> pd.Index:
    """The notes of rare kinds with those that join them; none where no kind can spare any."""
    rare, common = rows.index[size < MIN_ROWS], size[size >= MIN_ROWS]
    n_needed = MIN_ROWS - len(rare)
    if rare.empty or n_needed <= 0 or common.empty:
        return rare if n_needed <= 0 else rare[:0]
    largest = rows.index[rows[KIND].eq(rows.loc[common.idxmax(), KIND]).all(axis=1)]
    n_joining = n_needed if len(largest) - n_needed >= MIN_ROWS else len(largest)
    first = (len(largest) - n_joining) // 2
    return rare.union(largest[first : first + n_joining])


def _part_rare_creators(rows: pd.DataFrame) -> pd.DataFrame:
    """Give each note of a creator a pseudonym of its own, unless `MIN_ROWS` creators have notes of the same kinds.

    Whoever knows a creator's page sees all its notes at once.
    """
    creator, kind = rows["creator_key"], _number_kinds(rows)
    alike = _list_kinds(kind, creator)
    alone = creator.groupby(alike).transform("nunique").lt(MIN_ROWS) | ~creator.duplicated(keep=False)
    while True:
        n_alone = alone.groupby(kind).transform("sum")
        short = n_alone.between(1, MIN_ROWS - 1) & ~alone
        if not short.any():
            break
        alone |= creator.isin(creator[short])
    several = alone & creator.duplicated(keep=False) & creator.notna()
    numbered = zip(creator[several], rows.groupby("creator_key").cumcount()[several], strict=True)
    own = [make_pseudonym(key.encode(), "note", str(number)) for key, number in numbered]
    return rows.assign(creator_key=creator.mask(several, pd.Series(own, index=creator.index[several], dtype="str")))


def _number_kinds(rows: pd.DataFrame) -> pd.Series:
    return rows.groupby([*KIND, *SEEN]).ngroup()


def _list_kinds(kind: pd.Series, creator: pd.Series) -> pd.Series:
    """The kinds of all notes of each note's creator, as a text; of a note of nobody its own."""
    listed = kind.astype(str).groupby(creator).transform(lambda kinds: " ".join(sorted(kinds)))
    return listed.fillna(kind.astype(str))


def _group_neighbours(rows: pd.DataFrame) -> list[pd.Series]:
    """What tells groups of notes: of `MIN_ROWS` creators, with the same kinds, whose engagements follow each other."""
    kind = _number_kinds(rows)
    creator = rows["creator_key"].fillna(rows.index.to_series().astype(str))
    alike = _list_kinds(kind, creator)
    level = np.log1p(rows["engagement"]).groupby(creator).mean().sort_values(kind="stable")
    of_kinds = level.groupby(alike.groupby(creator).first().reindex(level.index))
    last = (of_kinds.transform("size") // MIN_ROWS - 1).clip(lower=0)
    group = (of_kinds.cumcount() // MIN_ROWS).clip(upper=last)
    return [alike, creator.map(group), kind, rows.groupby([creator, kind])["engagement"].rank(method="first")]


def spread_neighbours(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with engagements as far apart as those of each group were, in an order that tells nothing.

    >>> rows = pd.DataFrame({"campaign_key": "a", "tier": "KOC", "format": "image", "engagement": [9.0] * 3})
    >>> spread_neighbours(rows.assign(engagement_sd=0.5))["engagement"].round(1).tolist()
    [4.4, 9.0, 17.4]
    """
    groups = rows.groupby(["campaign_key", *KIND, "engagement", "engagement_sd"])["tier"]
    n, place = groups.transform("size"), groups.cumcount()
    steps = (place - (n - 1) / 2) / np.sqrt((n**2 - 1) / 12)
    away = (rows["engagement_sd"] * steps.where(n > 1)).fillna(0.0)
    return rows.assign(engagement=np.expm1(np.log1p(rows["engagement"]) + away))


def round_digits(values: pd.Series, *, digits: int = DIGITS) -> pd.Series:
    """Round to significant digits.

    >>> round_digits(pd.Series([123_456.0, 0.08765, 0.0, None])).tolist()
    [123000.0, 0.0876, 0.0, nan]
    """
    plain = values.astype(float).to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        size = np.floor(np.log10(np.abs(plain)))
    places = np.where(np.isfinite(size), digits - 1 - size, 0)
    up, down = 10.0 ** np.maximum(places, 0), 10.0 ** np.maximum(-places, 0)
    return pd.Series(np.round(plain * up / down) * down / up, index=values.index)


def name_category(campaign: Campaign) -> str:
    """The campaign's category; unknown where none is set, or where it names the client or the brand."""
    category = " ".join((campaign.category or UNKNOWN).split()).casefold()
    names = (campaign.client, campaign.name, *campaign.brand_names)
    return UNKNOWN if any(name.casefold() in category for name in names) else category


# ------------------------------------------------------------------------------------ what was promised


def _find_promised(notes: pd.DataFrame, plan: Plan | None) -> pd.DataFrame:
    if plan is None:
        return pd.DataFrame(index=notes.index)
    first = notes.sort_values("posted_at", kind="stable").drop_duplicates(["creator", "format"]).index
    roster = plan.roster.assign(creator=get_creator(plan.roster))
    by_place = roster.drop_duplicates(["creator", "format"]).set_index(["creator", "format"])[PROMISED]
    planned = notes.loc[first, ["creator", "format"]]
    found = by_place.reindex(pd.MultiIndex.from_frame(planned)).set_axis(first).reindex(notes.index)
    found = found.astype(float).apply(round_digits)
    return found.assign(**_find_totals(plan), **_find_corrections(notes, plan.assumptions))


def _find_brought(notes: pd.DataFrame, brought: Mapping[str, float | None]) -> dict[str, float]:
    """What the whole campaign brought, and the views that it took."""
    views = float(notes["views"].sum(min_count=1))
    found = {"views": views, **{name: brought.get(name) for name in BROUGHT}}
    return dict(round_digits(pd.Series({f"{name}_in_all": value for name, value in found.items()}, dtype=float)))


def _find_totals(plan: Plan) -> dict[str, float]:
    totals = plan.forecast.set_index("metric").reindex(list(METRICS))
    named = {
        f"{metric}_total_p{level}": totals.loc[metric, f"p{level}"] if f"p{level}" in totals else None
        for metric in METRICS
        for level in LEVELS
    }
    return dict(round_digits(pd.Series(named, dtype=float)))


def _find_corrections(notes: pd.DataFrame, assumptions: Mapping[str, Any]) -> dict[str, Any]:
    """Shift and stretch that the plan's figures already had; none is a shift of 0 and a stretch of 1."""
    made = {(row["metric"], row["tier"]): row for row in assumptions.get("corrections", ())}
    none = {"shift": 0.0, "stretch": 1.0}
    return {
        f"{metric}_{part}": notes["tier"].map(
            lambda tier, metric=metric, part=part: made.get((metric, tier), none)[part]
        )
        for metric in METRICS
        for part in ("shift", "stretch")
    }


# --------------------------------------------------------------------------------------------- files


def make_table(rows: pd.DataFrame, *, sign: str) -> pa.Table:
    """Return the rows as they are stored, with the layout and the sign of the key (`place.sign_key`)."""
    import pyarrow as pa

    kinds = {**dict.fromkeys(TEXTS, pa.string()), "is_synthetic": pa.bool_()}
    schema = pa.schema([(name, kinds.get(name, pa.float64())) for name in COLUMNS])
    table = pa.Table.from_pandas(rows, schema=schema, preserve_index=False)
    return table.replace_schema_metadata({"xhs_history": LAYOUT, "key": sign})
