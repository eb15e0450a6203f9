"""What ads bring for 100 RMB: by placement and format, and note by note, from the campaign's own ad days.

What a result is follows the objective: an impression, an engagement, a lead; else a click, which is a view in feed and
search and a play of five seconds in video feed. So every placement and format is a kind of its own, and no two kinds
are ever added up. Log scale throughout.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.assumptions import assume
from xhs_toolkit.exports import sum_ads
from xhs_toolkit.stats import LEVEL, random_effects_mean
from xhs_toolkit.stats import distributions as stats

if TYPE_CHECKING:
    from xhs_toolkit.campaign import AdCost

PER_CNY = 100.0
"""Money that a yield speaks of."""

KIND = ["placement", "format"]
MIN_AD_NOTES: int = assume("boosting.min_ad_notes")
MIN_RESULTS: int = assume("boosting.min_clicks")
NOTE_SD: float = assume("boosting.note_sd")
NOTE_SD_WEIGHT: float = assume("boosting.note_sd_weight")

CLICKS = "clicks"
BOUGHT = {"awareness": "impressions", "trust": "engagement", "leads": "leads"}
"""Objective → figure of the ads that its money is to buy; no export tells what ads sold."""

AS_NORMAL = 1e6
"""Degrees of freedom from which Student's t is the normal distribution, to six digits."""

OFFSET: float = assume("notes.count_offset")
MIN_DAYS: int = assume("boosting.min_days")

YIELD_COLUMNS = [
    *KIND,
    "metric",
    "n_ad_notes",
    "spend_cny",
    "results",
    "per_100_rmb",
    "per_100_rmb_low",
    "per_100_rmb_high",
]
YIELD_COLUMNS += ["result_cost_cny", "basis", "source", "log_mean", "log_error", "note_sd", "degrees_of_freedom"]
YIELD_COLUMNS += ["overdispersion"]


class Located(NamedTuple):
    """Where a kind's log yield lies: the last columns of `Yields`' kinds."""

    basis: str
    source: str
    log_mean: float
    log_error: float
    note_sd: float
    degrees_of_freedom: float


class Yields(NamedTuple):
    """What `estimate_yields` found.

    Attributes
    ----------
    kinds : one row a placement and format: ``metric`` (what a result is), ``n_ad_notes``, ``spend_cny``, ``results``;
        ``per_100_rmb``, the results that 100 RMB bring an average note, with its 90% range, ``result_cost_cny``;
        ``basis`` (own_ads, agency_cost), ``source`` of the agency's; and on the log scale ``log_mean``, ``log_error``
        of it, ``note_sd`` between notes (drawn to `NOTE_SD`), ``degrees_of_freedom``, ``overdispersion`` of days (1 is
        pure chance; missing where not measured).
    notes : one row a note that had ads of a kind: ``spend_cny``, ``results``, ``log_yield``, ``log_variance``.
    """

    kinds: pd.DataFrame
    notes: pd.DataFrame


def sum_note_days(ad_days: pd.DataFrame, *, formats: pd.Series, objective: str) -> pd.DataFrame:
    """Sum spend and results by note, placement and day, each day once, and only where both are told.

    A result is what the objective wants to buy (`BOUGHT`), in the placements and formats whose ads tell enough of it
    for a mean of their own (`MIN_AD_NOTES`, `MIN_RESULTS`); in others a click, which is a view, in video feed a play.
    Ads of which no file says where they ran are left out: their results may be of either sort.

    Parameters
    ----------
    formats : format (image, video) by note id.

    Returns
    -------
    ``note_id``, ``placement``, ``format``, ``date``, ``spend_cny``, ``results``, ``metric`` (what a result is).
    """
    known = ad_days[ad_days["note_id"].notna() & ad_days["placement_kind"].notna()]
    keys = known[["note_id", "placement_kind", "date"]].drop_duplicates().reset_index(drop=True)
    number = {key: place for place, key in enumerate(keys.itertuples(index=False, name=None))}
    rows = known[["note_id", "placement_kind", "date"]].itertuples(index=False, name=None)
    sums = sum_ads(known.assign(_key=[number[row] for row in rows]), by="_key")
    days = keys.join(sums.astype(float)).rename(columns={"placement_kind": "placement"})
    days = days[days["spend_cny"].gt(0)].assign(format=days["note_id"].map(formats).astype("str"))
    wanted = BOUGHT.get(objective, CLICKS)
    told = days[days[wanted].notna()].groupby(KIND).agg(n=("note_id", "nunique"), results=(wanted, "sum"))
    enough = told.index[told["n"].ge(MIN_AD_NOTES) & told["results"].ge(MIN_RESULTS)]
    is_bought = pd.MultiIndex.from_frame(days[KIND]).isin(enough) & (wanted != CLICKS)
    clicked = days["placement"].map({"video_feed": "plays_5s"}).fillna("views")
    days = days.assign(results=days[CLICKS].mask(is_bought, days[wanted]), metric=clicked.mask(is_bought, wanted))
    kept = ["note_id", *KIND, "date", "spend_cny", "results", "metric"]
    return days.loc[days["results"].notna(), kept].sort_values(["note_id", "placement", "date"])


def estimate_yields(days: pd.DataFrame, *, ad_costs: Sequence[AdCost]) -> Yields:
    """Estimate what 100 RMB of ads bring.

    From `MIN_AD_NOTES` advertised notes of a kind on, from the campaign's own ads (random-effects mean of the notes'
    log yields); below, from the agency's usual cost of a click.

    Parameters
    ----------
    days : of `sum_note_days`.
    ad_costs : of ``agency.yaml``.
    """
    days = days[days["format"].isin(["image", "video"])]
    notes = days.groupby(["note_id", *KIND, "metric"], as_index=False)[["spend_cny", "results"]].sum()
    spread = days.groupby(KIND).apply(measure_overdispersion) if len(days) else pd.Series(dtype=float)
    pairs = zip(notes["placement"], notes["format"], strict=True)
    factor = pd.Series([spread.get(kind, np.nan) for kind in pairs], dtype=float)
    counted = notes["results"] + OFFSET
    notes = notes.assign(
        log_yield=np.log(PER_CNY * counted / notes["spend_cny"]), log_variance=factor.fillna(1.0).to_numpy() / counted
    )
    costs: dict[tuple[str, str], AdCost] = {(each.placement, each.format): each for each in ad_costs}
    kinds = sorted({*costs, *zip(notes["placement"], notes["format"], strict=True)})
    rows = list(_list_kinds(kinds, notes, costs, spread))
    return Yields(pd.DataFrame(rows, columns=YIELD_COLUMNS), notes)


def measure_overdispersion(days: pd.DataFrame) -> float:
    """How much more the results of single days differ than by pure chance, given each note's own rate.

    Pearson's statistic over its degrees of freedom, at least 1; NaN with fewer than `MIN_DAYS` of those.

    >>> days = pd.DataFrame({"note_id": "n", "spend_cny": 100.0, "results": [80.0, 120, 100, 60, 140, 100]})
    >>> float(measure_overdispersion(days))
    8.0
    """
    sums = days.groupby("note_id")[["spend_cny", "results"]].transform("sum")
    expected = days["spend_cny"] * sums["results"] / sums["spend_cny"]
    degrees = int(expected.gt(0).sum()) - days.loc[expected.gt(0), "note_id"].nunique()
    if degrees < MIN_DAYS:
        return float("nan")
    return max(float((np.square(days["results"] - expected) / expected)[expected > 0].sum()) / degrees, 1.0)


def _list_kinds(
    kinds: Sequence[tuple[str, str]], notes: pd.DataFrame, costs: dict[tuple[str, str], AdCost], spread: pd.Series
) -> Iterator[dict[str, object]]:
    for placement, form in kinds:
        mine = notes[notes["placement"].eq(placement) & notes["format"].eq(form)]
        cost = costs.get((placement, form))
        own = len(mine) >= MIN_AD_NOTES and mine["results"].sum() >= MIN_RESULTS
        if not own and cost is None:
            continue
        found = _fit_own(mine) if own or cost is None else _take_agency(cost)
        reach = float(stats.t.ppf((1 + LEVEL) / 2, found.degrees_of_freedom)) * found.log_error
        middle = found.log_mean
        yield {
            "placement": placement,
            "format": form,
            "metric": next(iter(mine["metric"]), "plays_5s" if placement == "video_feed" else "views"),
            "n_ad_notes": len(mine),
            "spend_cny": mine["spend_cny"].sum(min_count=1),
            "results": mine["results"].sum(min_count=1),
            "per_100_rmb": np.exp(middle),
            "per_100_rmb_low": np.exp(middle - reach),
            "per_100_rmb_high": np.exp(middle + reach),
            "result_cost_cny": PER_CNY / np.exp(middle),
            "overdispersion": spread.get((placement, form), np.nan),
            **found._asdict(),
        }


def _fit_own(notes: pd.DataFrame) -> Located:
    fit = random_effects_mean(notes["log_yield"], variances=notes["log_variance"])
    degrees = fit.n - 1.0
    spread = (degrees * fit.tau_squared + NOTE_SD_WEIGHT * NOTE_SD**2) / (degrees + NOTE_SD_WEIGHT)
    return Located("own_ads", "", fit.mean, fit.std_error, float(np.sqrt(spread)), degrees)


def _take_agency(cost: AdCost) -> Located:
    """The agency's range of costs as the 90% range of a kind's mean."""
    low, high = float(np.log(PER_CNY / cost.click_high_cny)), float(np.log(PER_CNY / cost.click_low_cny))
    error = (high - low) / 2 / float(stats.norm.ppf((1 + LEVEL) / 2))
    return Located("agency_cost", cost.source, (low + high) / 2, error, NOTE_SD, AS_NORMAL)
