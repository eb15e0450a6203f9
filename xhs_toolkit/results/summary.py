"""What the campaign brought and cost, by note, tier, format and theme.

`summarise_results` is the one verb. It decides which notes belong to the campaign, gives each its
tier, theme, cost and rates, and adds them up: totals as the files tell them, rates and costs as
ratios of sums with a creator-level interval. Both sides of a ratio are of one traffic: creators, tiers, themes and
formats are compared by content cost per organic view; only the whole campaign has a cost of everything over everything.
Missing stays missing, with its reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.benchmarks import add_tier
from xhs_toolkit.findings import Finding, plain
from xhs_toolkit.ledger import Ledger, add_costs, make_ledger, names_all_ads, split_traffic
from xhs_toolkit.metrics import COUNTS, add_metrics, are_apart
from xhs_toolkit.results.reference import add_followers, choose_campaign_notes, choose_window_notes
from xhs_toolkit.stats import Interval, make_rng, ratio_of_sums
from xhs_toolkit.tables import get_creator
from xhs_toolkit.thread.themes import add_theme

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign


TOTALS = (*COUNTS, "content_cny", "views_organic")
DIMENSIONS = ("tier", "format", "theme")
RATE_COLUMNS = ["dimension", "group", "format", "measure", "rate", "rate_low", "rate_high"]
RATE_COLUMNS += ["n_rate", "rate_source", "rate_reason"]
UNKNOWN = "unknown"
"""The group of the notes whose tier or format is not known; notes of no theme are ``unassigned``."""


class Results(NamedTuple):
    """What `summarise_results` found.

    Attributes
    ----------
    notes : one row a campaign note, most views first (most engagement where views were not measured):
        `tables.NOTES`, the metrics of `metrics.add_metrics`, ``tier``, ``theme``, what it cost (`ledger.add_costs`).
    leading : what the notes are sorted by: ``views`` or ``engagement``.
    totals : one row: ``n_notes``, ``n_creators``, the totals with the number of notes measured
        (``exposure``, ``n_exposure``, …); ``cost_per_organic_view_cny`` (content cost over organic views) with
        ``_low``, ``_high``, ``_reason``; ``content_cost_per_view_cny``, whose views include bought ones, where the
        files cannot split them; ``total_cny`` and ``cost_per_view_cny`` (everything over everything).
    groups : the same columns but the last two, one row a group: ``dimension`` (tier, format, theme), ``group``.
    rates : one row a dimension × group × format: ``measure`` (click_rate or view_rate), ``rate``,
        ``rate_low``, ``rate_high``, ``rate_reason``, ``n_rate``, ``rate_source``. Formats are never pooled.
    ledger : what the campaign cost (`ledger.make_ledger`).
    answer : what the page says first.
    findings : what else it says, in order.
    """

    notes: pd.DataFrame
    leading: str
    totals: pd.DataFrame
    groups: pd.DataFrame
    rates: pd.DataFrame
    ledger: Ledger
    answer: Finding
    findings: tuple[Finding, ...]


def keep_ledger(
    tables: Mapping[str, pd.DataFrame], *, latest: pd.DataFrame, campaign: Campaign
) -> tuple[pd.DataFrame, str, Ledger]:
    """Return the campaign's notes, why they are its own (`choose_campaign_notes`), and what they cost."""
    chosen, basis = choose_campaign_notes(latest, placements=tables["placements"], campaign=campaign)
    return chosen, basis, make_ledger(tables, notes=chosen, campaign=campaign)


def summarise_results(tables: Mapping[str, pd.DataFrame], *, latest: pd.DataFrame, campaign: Campaign) -> Results:
    """Summarise a campaign's notes.

    Parameters
    ----------
    tables : the canonical tables by name.
    latest : one row a note, as `exports.make_latest` gives it.
    campaign : window, tiers and themes.
    """
    chosen, basis, ledger = keep_ledger(tables, latest=latest, campaign=campaign)
    ad_days, is_whole = tables["ad_days"], names_all_ads(ledger.bookings)
    notes = (
        chosen.sort_values(["posted_at", "note_id"])
        .pipe(add_followers, creators=tables["creators"])
        .pipe(add_tier, tiers=campaign.agency.tiers)
        .pipe(add_theme, themes=campaign.themes)
        .pipe(add_costs, costs=ledger.notes)
        .pipe(split_traffic, ad_days=ad_days, is_whole=is_whole)
        .pipe(add_metrics)
    )
    everything = pd.DataFrame([{"dimension": "all", "group": "all", **_summarise(notes)}])
    totals = _add_whole(everything, notes, ledger)
    dimensions = DIMENSIONS if campaign.themes else DIMENSIONS[:-1]
    groups = pd.concat([_summarise_groups(notes, by) for by in dimensions], ignore_index=True)
    rates = pd.concat(
        [_summarise_rates(notes.assign(all="all"), by) for by in ("all", *dimensions) if by != "format"],
        ignore_index=True,
    )
    if notes.empty:
        answer = Finding("results.no_notes", {"n_notes_read": len(tables["notes"])})
        return Results(notes, "views", totals, groups, rates, ledger, answer, findings=())
    answer = _answer(notes, totals, rates, campaign=campaign)
    n_left_out = len(choose_window_notes(latest, campaign=campaign)) - len(chosen)
    counted = Finding(f"results.campaign_notes_{basis}", {"n_notes": len(notes), "n_left_out": n_left_out})
    findings = [counted, *_list_findings(notes, totals, groups), *_about_coverage(notes, tables, campaign)]
    leading = "views" if notes["views"].notna().any() else "engagement"
    ranked = notes.sort_values(leading, ascending=False, kind="stable")
    return Results(ranked, leading, totals, groups, rates, ledger, answer, tuple(findings))


# ------------------------------------------------------------------------------- sums and ratios


def _cluster(notes: pd.DataFrame) -> pd.Series:
    """The creator of each note; a note of an unknown creator stands alone."""
    return get_creator(notes).fillna(notes["note_id"])


def _summarise_groups(notes: pd.DataFrame, dimension: str) -> pd.DataFrame:
    """One row a group; notes whose group is not known make the group ``unknown``."""
    groups = notes.groupby(_name_groups(notes, dimension), sort=True)
    rows = [{"dimension": dimension, "group": str(name), **_summarise(group)} for name, group in groups]
    return pd.DataFrame(rows, columns=["dimension", "group", *_summarise(notes.iloc[:0])])


def _name_groups(notes: pd.DataFrame, dimension: str) -> pd.Series:
    return notes[dimension].fillna("unassigned" if dimension == "theme" else UNKNOWN)


def _count_creators(notes: pd.DataFrame) -> float:
    """Creators of the notes; missing where some note's creator is not known."""
    creators = get_creator(notes)
    return float("nan") if creators.isna().any() else float(creators.nunique())


def _summarise(notes: pd.DataFrame) -> dict[str, object]:
    sums = {name: notes[name].sum(min_count=1) for name in TOTALS}
    counts = {f"n_{name.removesuffix('_cny')}": int(notes[name].notna().sum()) for name in TOTALS}
    organic = _ratio(notes, notes["content_cny"], notes["views_organic"])
    mixed = _ratio(notes, notes["content_cny"], notes["views"])
    return {
        "n_notes": len(notes),
        "n_creators": _count_creators(notes),
        **sums,
        **counts,
        **_spread("cost_per_organic_view", organic),
        "cost_per_organic_view_reason": _reason(organic, notes["cost_per_organic_view_reason"]),
        "content_cost_per_view_cny": mixed.estimate if organic.n == 0 else float("nan"),
    }


def _spread(name: str, found: Interval) -> dict[str, object]:
    values = {f"{name}_cny": found.estimate, f"{name}_cny_low": found.low, f"{name}_cny_high": found.high}
    return {**values, f"n_{name}": found.n}


def _add_whole(totals: pd.DataFrame, notes: pd.DataFrame, ledger: Ledger) -> pd.DataFrame:
    """Everything over everything: all money but that of notes without a cost or views, over the others' views.

    Money that names no note is in it, and takes part in the range as the notes' own does.
    """
    whole = {name: _divide_all(notes, ledger, unit) for name, unit in WHOLE.items()}
    ratios = {key: value for name, found in whole.items() for key, value in _spread(name, found).items()}
    content = _ratio(notes, notes["content_cny"], notes["exposure_organic"])
    cpm = {"cpm_cny": 1_000 * whole["cost_per_exposure"].estimate, "content_cpm_cny": 1_000 * content.estimate}
    reasons = {f"{name}_reason": _why(notes, unit) for name, unit in WHOLE.items()}
    return totals.assign(total_cny=ledger.total_cny, **ratios, **cpm, **reasons)


WHOLE = {"cost_per_view": "views", "cost_per_exposure": "exposure", "cost_per_engagement": "engagement"}
"""Ratio of everything over everything → what it divides by."""


def _divide_all(notes: pd.DataFrame, ledger: Ledger, unit: str) -> Interval:
    both = notes["is_costed"] & notes[unit].notna()
    cost = notes["total_cny"].fillna(0.0).where(both)
    own = _ratio(notes, cost, notes[unit].where(both))
    noted, left_out = float(cost.sum()), float(notes.loc[~both, "total_cny"].sum())
    spent, units = np.nan_to_num(ledger.total_cny) - left_out, float(notes[unit].where(both).sum())
    if not both.any() or units <= 0:
        return own._replace(estimate=float("nan"))
    share = spent / noted if noted else float("nan")
    return own._replace(estimate=spent / units, low=own.low * share, high=own.high * share)


def _why(notes: pd.DataFrame, unit: str) -> str:
    if not notes["is_costed"].any():
        return "no_cost"
    both = notes.loc[notes["is_costed"], unit]
    return "" if both.sum() > 0 else f"zero_{unit}" if both.notna().any() else f"no_{unit}"


def _ratio(notes: pd.DataFrame, numerator: pd.Series, denominator: pd.Series) -> Interval:
    """Ratio of sums; creators are the unit of chance, or the notes where all are of one creator."""
    creators = _cluster(notes)
    cluster = None if creators.eq(creators.iloc[:1].squeeze()).all() else creators
    return ratio_of_sums(numerator, denominator, cluster=cluster, rng=make_rng(0))


def _reason(interval: Interval, reasons: pd.Series) -> str:
    """Why an estimate or its interval is missing: '' when nothing is."""
    if np.isnan(interval.estimate):
        named = reasons[reasons.ne("")]
        return str(named.mode().iloc[0]) if len(named) else "not_measured"
    return interval.reason


def _summarise_rates(notes: pd.DataFrame, dimension: str) -> pd.DataFrame:
    rows = [
        {"dimension": dimension, "group": str(group), "format": str(form), **rate}
        for (group, form), part in notes.groupby([_name_groups(notes, dimension), "format"], sort=True)
        for rate in (_click_rate(part), _view_rate(part))
        if rate and (dimension == "all" or rate["n_rate"])
    ]
    return pd.DataFrame(rows, columns=RATE_COLUMNS)


def _click_rate(notes: pd.DataFrame) -> dict[str, object]:
    """One definition a row: the platform's rate where any note has it, otherwise views / exposure."""
    source = "platform" if notes["click_rate_source"].eq("platform").any() else "views_per_exposure"
    rate = notes["click_rate"].where(notes["click_rate_source"].eq(source))
    interval = _ratio(notes, rate * notes["exposure"], notes["exposure"].where(rate.notna()))
    return _rate_row("click_rate", interval, source, _reason(interval, notes["click_rate_reason"]))


def _view_rate(notes: pd.DataFrame) -> dict[str, object]:
    if notes["view_rate"].isna().all():
        return {}
    interval = _ratio(notes, notes["views"].where(notes["view_rate"].notna()), notes["exposure"])
    return _rate_row("view_rate", interval, "views_per_exposure", _reason(interval, notes["click_rate_reason"]))


def _rate_row(measure: str, interval: Interval, source: str, reason: str) -> dict[str, object]:
    return {
        "measure": measure,
        "rate": interval.estimate,
        "rate_low": interval.low,
        "rate_high": min(interval.high, 1.0),
        "n_rate": interval.n,
        "rate_source": source if interval.n else "",
        "rate_reason": reason,
    }


# ------------------------------------------------------------------------------ what it amounts to


def _list_findings(notes: pd.DataFrame, totals: pd.DataFrame, groups: pd.DataFrame) -> list[Finding]:
    return [
        *_not_measured(totals, notes),
        *_compare_tiers(groups),
        *_about_formats(notes),
    ]


def _answer(notes: pd.DataFrame, totals: pd.DataFrame, rates: pd.DataFrame, *, campaign: Campaign) -> Finding:
    total = totals.iloc[0]
    posted = notes["posted_at"].dt.tz_convert(campaign.time_zone)
    image = rates.query("dimension == 'all' and format == 'image' and measure == 'click_rate'")
    click = image.iloc[0] if len(image) else pd.Series({"rate": None, "rate_low": None, "rate_high": None, "n_rate": 0})
    names = [*TOTALS, *(f"n_{name.removesuffix('_cny')}" for name in TOTALS), "n_notes", "n_creators"]
    for ratio in ("cost_per_view", "cost_per_engagement", "cost_per_organic_view"):
        names += [f"{ratio}_cny", f"{ratio}_cny_low", f"{ratio}_cny_high", f"n_{ratio}"]
    values = {name: plain(total[name]) for name in ["total_cny", "content_cost_per_view_cny", *names]}
    values |= {
        "image_click_rate": plain(click["rate"]),
        "image_click_rate_low": plain(click["rate_low"]),
        "image_click_rate_high": plain(click["rate_high"]),
        "n_image_click_rate": int(click["n_rate"]),
        "first_date": plain(posted.min()),
        "last_date": plain(posted.max()),
    }
    return Finding("results.answer", values)


def _not_measured(totals: pd.DataFrame, notes: pd.DataFrame) -> list[Finding]:
    """Say of each of the four metrics why it is missing, where it is."""
    total = totals.iloc[0]
    reasons = {
        "exposure": "" if total["n_exposure"] else "no_exposure",
        "views": "" if total["n_views"] else "no_views",
        "click_rate": "" if notes["click_rate"].notna().any() else _most_common(notes["click_rate_reason"]),
        "cost_per_view_cny": str(total["cost_per_view_reason"]),
    }
    return [Finding("results.not_measured", {"metric": name, "reason": why}) for name, why in reasons.items() if why]


def _most_common(reasons: pd.Series) -> str:
    return str(reasons[reasons.ne("")].mode().iloc[0])


def _compare_tiers(groups: pd.DataFrame) -> list[Finding]:
    """Compare the cheapest and the dearest tier's content cost per organic view, with the interval of their ratio.

    The difference is clear where their ranges are apart, as on the picture. The log ratio's variance is the sum of both
    log variances, read back from the two intervals (the tiers have no creator in common, so that the estimates are
    independent).
    """
    tiers = groups.query("dimension == 'tier' and group != @UNKNOWN").dropna(subset=["cost_per_organic_view_cny"])
    if len(tiers) < 2:
        return []
    ordered = tiers.sort_values("cost_per_organic_view_cny")
    low, high = ordered.iloc[0], ordered.iloc[-1]
    values = {
        "cheaper": low["group"],
        "dearer": high["group"],
        "cheaper_cost_per_view_cny": plain(low["cost_per_organic_view_cny"]),
        "dearer_cost_per_view_cny": plain(high["cost_per_organic_view_cny"]),
        "n_notes_cheaper": int(low["n_cost_per_organic_view"]),
        "n_notes_dearer": int(high["n_cost_per_organic_view"]),
    }
    if tiers["cost_per_organic_view_cny_low"].isna().any():
        return [Finding("results.tier_compare_too_few", values)]
    log_ratio = np.log(high["cost_per_organic_view_cny"] / low["cost_per_organic_view_cny"])
    reach = np.hypot(_log_half_width(low), _log_half_width(high))
    values |= {"ratio": float(np.exp(log_ratio))}
    values |= {"ratio_low": float(np.exp(log_ratio - reach)), "ratio_high": float(np.exp(log_ratio + reach))}
    is_clear = are_apart(low, high, value="cost_per_organic_view_cny")
    return [Finding("results.tier_compare_cost" if is_clear else "results.tier_compare_unclear", values)]


def _log_half_width(group: pd.Series) -> float:
    return float(np.log(group["cost_per_organic_view_cny_high"] / group["cost_per_organic_view_cny_low"]) / 2)


def _about_formats(notes: pd.DataFrame) -> list[Finding]:
    n_image, n_video = (int(notes["format"].eq(form).sum()) for form in ("image", "video"))
    unseen = int((notes["click_rate_reason"].eq("zero_exposure") & notes["views"].gt(0)).sum())
    said = {
        "results.format_split": (n_image and n_video, {"n_image": n_image, "n_video": n_video}),
        "results.zero_exposure": (unseen, {"n_notes": unseen}),
    }
    return _applying(said)


def _about_coverage(notes: pd.DataFrame, tables: Mapping[str, pd.DataFrame], campaign: Campaign) -> list[Finding]:
    rows, distinct = len(tables["notes"]), tables["notes"]["note_id"].nunique()
    is_mixed = notes["content_cny"].notna().any() and notes["cost_per_organic_view_cny"].isna().all()
    themeless, tierless = int(notes["theme"].isna().sum()), int(notes["tier"].isna().sum())
    said = {
        "results.duplicates": (rows > distinct, {"n_rows": rows, "n_notes": distinct}),
        "results.includes_bought": (is_mixed and notes["views"].notna().any(), {}),
        "results.no_themes": (not campaign.themes, {}),
        "results.themeless": (campaign.themes and themeless, {"n_notes": themeless, "n_all": len(notes)}),
        "results.no_tier": (tierless, {"n_notes": tierless, "n_all": len(notes)}),
    }
    return _applying(said)


def _applying(said: Mapping[str, tuple[object, Mapping[str, object]]]) -> list[Finding]:
    return [Finding(code, values) for code, (applies, values) in said.items() if applies]
