"""Which of the client's own figures the campaign may call its own; the rest is the client's trade.

An outcome counts for the campaign through a code, link or creator of its own, a survey answer, a channel that names
Xiaohongshu, a live launch, or because the client declares the file to hold the campaign alone
(``outcomes: campaign_only``). What nothing ties to the campaign is the client's trade: shown as such, and divided by
nothing. `add_lift` adds what a comparison of markets found beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.campaign.models import list_rates
from xhs_toolkit.exports.platforms import name_channel

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign

THROUGH = ("code", "link", "creator", "survey", "channel", "declared", "lift")
"""What may tie an outcome to the campaign, the firmest first: of several the first counts."""

MONEY = frozenset({"sales"})
"""Figures that are amounts and need a currency."""

LIFT_SHARES = ("lift_share", "lift_share_low", "lift_share_high")
METRIC_COLUMNS = ["metric", "attributed", "trade", "total", "currency", "attributed_cny", "trade_cny", "reason"]


class Attribution(NamedTuple):
    """What `attribute_outcomes` found, of the campaign's days and markets.

    Attributes
    ----------
    metrics : one row a figure: ``metric``, ``attributed`` (the campaign's own; missing with its ``reason`` where
        nothing tells: ``not_traced``, ``no_currency``, ``several_currencies``), ``trade`` (the rest), ``total``;
        amounts in ``currency`` and, where a dated rate converts it, in CNY (``…_cny``).
    through : one row a figure and way: ``metric``, ``by`` (of `THROUGH`), ``attributed``.
    creators : one row a figure and creator that a code, link or answer names: ``metric``, ``creator_id``,
        ``attributed``.
    rows : the outcomes of which all is summed, with ``by`` ('' for the client's trade, ``unclear`` where a channel
        names several) and ``value_cny``.
    """

    metrics: pd.DataFrame
    through: pd.DataFrame
    creators: pd.DataFrame
    rows: pd.DataFrame

    def get(self, metric: str) -> float:
        """What the campaign may call its own of one figure; NaN where nothing tells."""
        found = self.metrics.loc[self.metrics["metric"].eq(metric), "attributed"]
        return float(found.iloc[0]) if len(found) else float("nan")


def attribute_outcomes(tables: Mapping[str, pd.DataFrame], campaign: Campaign) -> Attribution:
    """Tell the campaign's outcomes from the client's trade.

    Parameters
    ----------
    tables : the canonical tables by name; ``outcomes`` and ``codes`` are used.
    campaign : its days and markets, the files that it declares its own, the dated rates.
    """
    declared = campaign.outcomes.campaign_only
    named = name_ways(tables["outcomes"], codes=tables["codes"], declared=declared)
    rows = _add_cny(choose_own_outcomes(named, campaign=campaign), campaign)
    ours = rows[rows["by"].isin(THROUGH)]
    return Attribution(
        sum_metrics(rows),
        _sum_by(ours, "by"),
        _sum_by(ours[ours["by"].isin(["code", "link", "creator"])], "creator_id"),
        rows,
    )


def choose_own_outcomes(outcomes: pd.DataFrame, *, campaign: Campaign) -> pd.DataFrame:
    """Keep the figures of the campaign's days and markets: what it may have brought, without past and control markets.

    Where no figure is of a market of ``campaign.yaml`` (stores, towns), all places count; so do figures without one.

    Parameters
    ----------
    outcomes : `tables.OUTCOMES`.
    """
    market = outcomes["market"].str.strip().str.casefold()
    is_ours = market.isin([name.casefold() for name in campaign.markets])
    kept = is_ours | market.isna() | (not is_ours.any())
    if campaign.window.start:
        kept &= outcomes["date"] >= pd.Timestamp(campaign.window.start)
    if campaign.window.end:
        kept &= outcomes["date"] <= pd.Timestamp(campaign.window.end)
    return outcomes[kept]


def name_ways(outcomes: pd.DataFrame, *, codes: pd.DataFrame, declared: Sequence[str] = ()) -> pd.DataFrame:
    """Add ``by``: what ties a row to the campaign (of `THROUGH`), ``unclear``, ``other`` (another channel) or ''.

    A code counts where the list of codes has it; without any list every code does. A channel in which live viewers were
    counted is a live launch: what is told of it counts, unless it is named for another platform.

    Parameters
    ----------
    declared : patterns of files that the client declares the campaign's own.
    """
    texts = outcomes.reindex(columns=[*TEXTS, *WORDS]).astype("str")
    code = texts["code"].str.strip().str.casefold()
    known = code.isin(codes["code"].str.strip().str.casefold()) | (code.notna() & codes.empty)
    channel = _name_channels(texts)
    names = texts["source_file"].fillna("")
    own = {name: any(PurePosixPath(name).match(each) for each in declared) for name in names.unique()}
    applies = {
        "link": known & code.str.contains("://", regex=False).fillna(False).astype(bool),
        "code": known,
        "creator": texts["creator_id"].notna() | texts["creator_name"].notna(),
        "survey": texts["theme"].notna(),
        "channel": channel.eq("ours") | (_is_live(outcomes) & channel.eq("")),
        "declared": names.map(own).astype(bool),
        "unclear": channel.eq("unclear"),
        "other": channel.eq("other"),
    }
    ways = np.select([each.to_numpy(dtype=bool) for each in applies.values()], list(applies), default="")
    return outcomes.assign(by=pd.Series(ways, index=outcomes.index, dtype="str"))


def _name_channels(texts: pd.DataFrame) -> pd.Series:
    """What the words of a row say: where the customer came from first, and where that says nothing the channel."""
    told = [texts[name].map({text: name_channel(text) for text in texts[name].unique()}) for name in WORDS]
    first, second = (each.fillna("").astype("str") for each in told)
    return first.where(first.ne(""), second)


TEXTS = ("code", "theme", "creator_id", "creator_name", "source_file")
WORDS = ("lead_source", "channel")
"""Columns of `tables.OUTCOMES` that tie a row to something, and those that say through what it came."""


def _is_live(outcomes: pd.DataFrame) -> pd.Series:
    viewed = outcomes.loc[outcomes["metric"].eq("live_viewers") & outcomes["value"].gt(0), "channel"]
    return outcomes["metric"].eq("live_viewers") | outcomes["channel"].isin(viewed.dropna())


def _add_cny(rows: pd.DataFrame, campaign: Campaign) -> pd.DataFrame:
    """Add ``value_cny`` of amounts, at the dated rate of their currency (`models.list_rates`); missing without one."""
    rates = {currency: rate.cny_per_unit for currency, rate in list_rates(campaign).items()}
    return rows.assign(value_cny=rows["value"] * rows["currency"].map(rates).astype(float))


def sum_metrics(rows: pd.DataFrame) -> pd.DataFrame:
    """Sum the campaign's part and the client's trade, one row a figure (`Attribution.metrics`).

    Parameters
    ----------
    rows : outcomes with ``by`` and ``value_cny``.
    """
    groups = rows.groupby("metric", sort=False, observed=True)
    return pd.DataFrame([_sum_metric(str(metric), part) for metric, part in groups], columns=METRIC_COLUMNS)


def _sum_metric(metric: str, rows: pd.DataFrame) -> dict[str, object]:
    is_ours = rows["by"].isin(THROUGH)
    reason = _why_missing(metric, rows)
    sides = {"attributed": rows[is_ours], "trade": rows[~is_ours], "total": rows}
    sums = {name: float(side["value"].sum(min_count=1)) for name, side in sides.items()}
    in_cny = {f"{name}_cny": _sum_known(sides[name]["value_cny"]) for name in ("attributed", "trade")}
    if not is_ours.any() and not reason:
        sums["attributed"], in_cny["attributed_cny"] = 0.0, 0.0 if metric in MONEY else float("nan")
    if reason in {"no_currency", "several_currencies"}:
        sums = dict.fromkeys(sums, float("nan"))
    currencies = rows["currency"].dropna().unique() if metric in MONEY else []
    return {
        "metric": metric,
        **sums,
        "currency": currencies[0] if len(currencies) == 1 else "",
        **in_cny,
        "reason": reason,
    }


def _sum_known(values: pd.Series) -> float:
    """The sum where every value is known; otherwise missing."""
    return float(values.sum(min_count=1)) if values.notna().all() else float("nan")


def _why_missing(metric: str, rows: pd.DataFrame) -> str:
    """Why the campaign's part cannot be told; '' where it can, be it 0 because every row names another channel."""
    known = rows[rows["value"].notna()]
    is_money = metric in MONEY
    checks = {
        "not_measured": known.empty,
        "no_currency": is_money and bool(known["currency"].isna().any()),
        "several_currencies": is_money and len(set(known["currency"].dropna())) > 1,
        "not_traced": not known["by"].isin(THROUGH).any() and not known["by"].eq("other").all(),
    }
    return next((reason for reason, applies in checks.items() if applies), "")


def _sum_by(rows: pd.DataFrame, key: str) -> pd.DataFrame:
    sums = rows.groupby(["metric", key], sort=False, observed=True)["value"].sum(min_count=1)
    return sums.rename("attributed").reset_index()


def add_lift(attribution: Attribution, *, estimates: pd.DataFrame) -> Attribution:
    """Let what a comparison of markets detected stand for figures that nothing else ties to the campaign.

    Parameters
    ----------
    estimates : of `lift.LiftSummary`: ``metric``, ``verdict``, ``incremental`` in the figure's own unit, with its 90%
        range, which its ``attributed`` and ``attributed_cny`` then have as well (``…_low``, ``…_high``);
        ``lift_share`` with its range, which is kept whatever ties the figure to the campaign.
    """
    found = estimates[estimates["verdict"].eq("detected") & estimates["incremental"].gt(0)]
    found = found.drop_duplicates("metric").set_index("metric")
    metrics = attribution.metrics
    is_lifted = metrics["reason"].eq("not_traced") & metrics["metric"].isin(found.index)
    lifted = metrics["metric"].map(found["incremental"])
    rate = metrics["trade_cny"] / metrics["trade"]
    spans = {end: metrics["metric"].map(found[f"incremental_{end}"]).where(is_lifted) for end in ("low", "high")}
    shares = {name: metrics["metric"].map(found[name]) for name in LIFT_SHARES}
    changed = metrics.assign(
        **shares,
        **{f"attributed_{end}": span for end, span in spans.items()},
        **{f"attributed_cny_{end}": span * rate for end, span in spans.items()},
        attributed=metrics["attributed"].mask(is_lifted, lifted),
        attributed_cny=metrics["attributed_cny"].mask(is_lifted, lifted * rate),
        trade=metrics["trade"].mask(is_lifted, metrics["trade"] - lifted),
        trade_cny=metrics["trade_cny"].mask(is_lifted, metrics["trade_cny"] - lifted * rate),
        reason=metrics["reason"].mask(is_lifted, ""),
    )
    more = metrics.loc[is_lifted, ["metric"]].assign(by="lift", attributed=lifted[is_lifted])
    return attribution._replace(metrics=changed, through=pd.concat([attribution.through, more], ignore_index=True))
