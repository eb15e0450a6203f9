"""Results note by note: what was set, and the notes, groups and picture that follow from it."""

from __future__ import annotations

import io
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.boosting import Boosts, plan_boosts, sum_expected
from xhs_toolkit.boosting.summary import say_sums
from xhs_toolkit.boosting.yields import PER_CNY
from xhs_toolkit.findings import Finding
from xhs_toolkit.present.note_charts import plot_baselines, plot_days
from xhs_toolkit.present.wording import label, say
from xhs_toolkit.results import compare_notes, summarise_results
from xhs_toolkit.stats import make_rng

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign
    from xhs_toolkit.present.explore_charts import Figure


SLICE_METRICS: Final = ("views", "exposure", "engagement", "click_rate", "cost_per_organic_view_cny")
DIMENSIONS: Final = ("tier", "format", "theme", "place")
PICTURES: Final = ("time", "baselines")
RATIOS: Final = ("own_baseline_ratio", "topic_baseline_ratio")
BOOSTED: Final = ("placement", "per_100_rmb")
"""Where a note would be boosted, and what 100 RMB should bring it there: plays in video feed, clicks elsewhere."""

SHOWN: Final = (
    *("title", "creator_name", "tier", "format", "theme", "place", "posted_at", *SLICE_METRICS, *RATIOS, "content_cny"),
    *BOOSTED,
)
SUMMED: Final = ("exposure", "views", "engagement", "content_cny")
GROUPS: Final = ("group", "n_notes", *SUMMED, "cost_per_organic_view_cny")


@dataclass(frozen=True)
class ResultsState:
    """What is set in the view of the results.

    Attributes
    ----------
    metric : what the picture shows; empty for the one the results lead with.
    by : the dimension of the colours and of the groups.
    text : words that title, creator and theme must all hold.
    picture : one of `PICTURES`. selected : a ``note_id``.
    picked : those to boost, each with ``amount_cny``; 0 for as much as the campaign file gives a note at a time.
    """

    metric: str = ""
    by: str = "tier"
    text: str = ""
    tiers: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    picture: str = "time"
    sorted_by: str = ""
    is_descending: bool = True
    selected: str = ""
    picked: tuple[str, ...] = ()
    amount_cny: float = 0.0


class Brought(NamedTuple):
    """The campaign's notes (`explore_notes`).

    Attributes
    ----------
    notes : one row a note: the columns of `results.Results`, ``place`` (the creator's, else the note's),
        ``mark_rank``, ``searched``, and of each metric its ratios to both baselines, ``own_<metric>`` and
        ``topic_<metric>``.
    leading : the metric the results lead with.
    answer : what is said first.
    boosts : which notes to boost, and what the next money should bring each; None without notes.
    """

    notes: pd.DataFrame
    leading: str
    answer: Finding
    boosts: Boosts | None = None


def explore_notes(
    tables: Mapping[str, pd.DataFrame],
    *,
    latest: pd.DataFrame,
    campaign: Campaign,
    on_step: Callable[[str], object] = str,
) -> Brought:
    """Add up the campaign's notes, compare each with both baselines, and reckon what boosting it should bring.

    Parameters
    ----------
    tables : the canonical tables. latest : one row a note.
    on_step : told the name of each step as it begins.
    """
    on_step("step_results")
    found = summarise_results(tables, latest=latest, campaign=campaign)
    notes = found.notes.reset_index(drop=True)
    if notes.empty:
        return Brought(notes, found.leading, found.answer)
    on_step("step_baselines")
    compared = compare_notes(found, tables=tables, latest=latest, campaign=campaign)
    ratios = {
        f"{side}_{metric}": notes["note_id"].map(_find_ratios(frame, metric))
        for side, frame in (("own", compared.own), ("topic", compared.topic))
        for metric in SLICE_METRICS
    }
    places = tables["creators"].dropna(subset=["creator_id", "place"]).drop_duplicates("creator_id", keep="last")
    place = notes["creator_id"].map(places.set_index("creator_id")["place"]).fillna(notes["place"])
    texts = [notes[name].fillna("").astype("str") for name in ("title", "creator_name", "theme")]
    searched = (texts[0] + "\n" + texts[1] + "\n" + texts[2]).str.casefold()
    rank = make_rng().permutation(len(notes))
    on_step("step_boosts")
    boosts = plan_boosts(
        found.notes,
        own=compared.own,
        topic=compared.topic,
        ad_days=tables["ad_days"],
        ledger=found.ledger,
        campaign=campaign,
    )
    expected = boosts.notes.set_index("note_id")
    ways = {name: notes["note_id"].map(expected[name]) for name in BOOSTED}
    return Brought(
        notes.assign(**ratios, **ways, place=place.astype("str"), mark_rank=rank, searched=searched),
        found.leading,
        compared.answer,
        boosts,
    )


def _find_ratios(compared: pd.DataFrame, metric: str) -> pd.Series:
    rows = compared[compared["metric"].eq(metric) & compared["reason"].eq("")]
    return rows.drop_duplicates("note_id").set_index("note_id")["expected_ratio"]


def filter_notes(brought: Brought, *, state: ResultsState) -> pd.DataFrame:
    """Return the notes that what is set leaves, in its order, with `RATIOS` of its metric."""
    notes = brought.notes
    keep = np.ones(len(notes), dtype=bool)
    for word in state.text.casefold().split():
        keep &= notes["searched"].str.contains(word, regex=False).to_numpy(dtype=bool)
    chosen = {"tier": state.tiers, "format": state.formats, "theme": state.themes, "place": state.places}
    for name, wanted in chosen.items():
        if wanted:
            keep &= notes[name].isin(wanted).to_numpy(dtype=bool)
    metric = state.metric or brought.leading
    ratios = {f"{side}_baseline_ratio": notes[f"{side}_{metric}"] for side in ("own", "topic")}
    found = notes.assign(**ratios)[keep]
    by = state.sorted_by if state.sorted_by in found else metric
    return found.sort_values(by, ascending=not state.is_descending, kind="stable", na_position="last")


def summarise_notes(notes: pd.DataFrame, *, by: str) -> pd.DataFrame:
    """Add up notes by a dimension; what was measured of no note of a group stays missing.

    Returns
    -------
    `GROUPS`, the group with most notes first; content cost per organic view of the notes that have both.
    """
    keys = notes[by].fillna("unknown")
    grouped = notes.groupby(keys, sort=False)
    sums = grouped[list(SUMMED)].sum(min_count=1)
    both = notes[notes["content_cny"].notna() & notes["views_organic"].gt(0)]
    parts = both.groupby(keys.loc[both.index], sort=False)[["content_cny", "views_organic"]].sum()
    cost = parts["content_cny"] / parts["views_organic"]
    table = sums.assign(n_notes=grouped.size(), cost_per_organic_view_cny=cost)
    ordered = table.rename_axis("group").reset_index().sort_values("n_notes", ascending=False, kind="stable")
    return ordered[list(GROUPS)].astype({"group": "str"}).reset_index(drop=True)


def draw_notes(
    brought: Brought, *, state: ResultsState, language: str, found: pd.DataFrame | None = None
) -> Figure | None:
    """Draw the notes that are left, over time or against both baselines; None where nothing can be drawn.

    Parameters
    ----------
    found : of `filter_notes`, where it is at hand.
    """
    notes = filter_notes(brought, state=state) if found is None else found
    metric = state.metric or brought.leading
    about = Finding(f"explore.picture_{state.picture}", {"x": label(metric, language=language)})
    shared = {"colour": state.by, "language": language, "title": say(about, language=language)}
    selected = notes[notes["note_id"].eq(state.selected)]
    if state.picture == "baselines":
        return plot_baselines(notes, ratios=RATIOS, selected=selected, **shared)
    return plot_days(notes, y=metric, selected=selected, **shared)


def write_table(notes: pd.DataFrame, *, language: str) -> bytes:
    """Return the notes as a workbook with real numbers and labelled columns; no text becomes a formula or a link."""
    known = [name for name in SHOWN if name in notes and notes[name].notna().any()]
    shown = notes[known].rename(columns={name: label(name, language=language) for name in known})
    for name in shown.select_dtypes("datetimetz"):
        shown[name] = shown[name].dt.tz_localize(None)
    target = io.BytesIO()
    options = {"options": {"strings_to_formulas": False, "strings_to_urls": False}}
    with pd.ExcelWriter(target, engine="xlsxwriter", engine_kwargs=options) as writer:
        shown.to_excel(writer, index=False, sheet_name=label("explore_notes", language=language), freeze_panes=(1, 0))
    return target.getvalue()


def reckon_boosts(
    notes: pd.DataFrame, *, picked: Collection[str], amount_cny: float, step_cny: float
) -> tuple[Finding, ...]:
    """Say what the same amount for each picked note should bring, kind by kind, and of which notes nothing is known.

    Parameters
    ----------
    notes : of `boosting.Boosts`.
    picked : note ids.
    amount_cny : for each note.
    step_cny : as much as what a note brings can be told for; what more brings is not known.
    """
    chosen = notes[notes["note_id"].isin(picked)]
    if chosen.empty:
        return (Finding("explore.boost_pick"),)
    reckoned = chosen[chosen["per_100_rmb"].notna()]
    money = reckoned.assign(
        is_recommended=True, amount_cny=amount_cny, extra_results=reckoned["per_100_rmb"] * amount_cny / PER_CNY
    )
    return (*say_sums(sum_expected(money)), *_say_unknown(chosen), *_say_limit(amount_cny, step_cny, len(money)))


def _say_unknown(chosen: pd.DataFrame) -> Iterator[Finding]:
    """Of some notes only the kind is known, of others not even what ads of the kind bring."""
    is_reckoned = chosen["per_100_rmb"].notna()
    for code, rows in (("boost_average", chosen[is_reckoned]), ("boost_unknown", chosen[~is_reckoned])):
        reasons = rows.loc[rows["reason"].ne(""), "reason"]
        if len(reasons):
            most = str(reasons.mode().iloc[0])
            yield Finding(f"explore.{code}", {"n_notes": len(reasons), "n_picked": len(chosen), "reason": most})


def _say_limit(amount_cny: float, step_cny: float, n_reckoned: int) -> Iterator[Finding]:
    if n_reckoned and amount_cny > step_cny:
        yield Finding("boosting.no_curve", {"step_cny": step_cny})
