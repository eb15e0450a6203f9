"""Which notes to boost now, in one go: early signals, what ads bring, what runs, and what the budget still allows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.boosting.expect import (
    CORRELATION,
    Carried,
    choose_boosts,
    expect_views,
    measure_correlation,
    sum_expected,
)
from xhs_toolkit.boosting.running import check_running, measure_signals
from xhs_toolkit.boosting.yields import MIN_AD_NOTES, Yields, estimate_yields, sum_note_days
from xhs_toolkit.findings import Finding
from xhs_toolkit.ledger import Ledger

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign

ABOUT = ["note_id", "title", "creator_name", "tier", "theme", "format", "posted_at"]


class Boosts(NamedTuple):
    """What `plan_boosts` found.

    Attributes
    ----------
    remaining_cny : what is left of the budget; NaN where it is not known.
    notes : one row a note, best first: who and what, ``age_days``, the signal (`running.measure_signals`), what the
        next 100 RMB should bring (`expect.expect_views`), whether it is recommended (`expect.choose_boosts`).
    candidates : of `notes`, those that promise more than an average note of their kind.
    expected : of the recommended, kind by kind (`expect.sum_expected`).
    kinds : what 100 RMB bring an average note, by placement and format (`yields.Yields`); empty where neither a signal
        nor any ads were measured.
    running : what runs, and whether to go on (`running.check_running`), with the note's title and creator.
    answer : what is said first.
    findings : what else is said, in order.
    details : how the figures were made, for the analyst.
    """

    remaining_cny: float
    notes: pd.DataFrame
    candidates: pd.DataFrame
    expected: pd.DataFrame
    kinds: pd.DataFrame
    running: pd.DataFrame
    answer: Finding
    findings: tuple[Finding, ...]
    details: tuple[Finding, ...]


def plan_boosts(
    notes: pd.DataFrame,
    *,
    own: pd.DataFrame,
    topic: pd.DataFrame,
    ad_days: pd.DataFrame,
    ledger: Ledger,
    campaign: Campaign,
) -> Boosts:
    """Recommend which notes to boost, and say which running ads to stop.

    Parameters
    ----------
    notes : the campaign's notes with organic figures set apart (`results.summarise_results`).
    own, topic : of `results.compare_notes`.
    ad_days : `tables.AD_DAYS`.
    ledger : of `ledger.make_ledger`; what is agreed counts as spent.
    campaign : budget, ``boosting`` settings, and the agency's usual costs of a click.
    """
    settings = campaign.boosting
    notes = notes.drop_duplicates("note_id").sort_values("note_id", kind="stable", ignore_index=True)
    ours = ad_days[ad_days["note_id"].isin(notes["note_id"])]
    days = sum_note_days(ours, formats=notes.set_index("note_id")["format"], objective=campaign.objective)
    yields = estimate_yields(days, ad_costs=campaign.agency.ad_costs)
    signals = measure_signals(own, topic, notes=notes, boosted=ours["note_id"], objective=campaign.objective)
    carried = measure_correlation(yields, signals)
    expected = expect_views(
        notes, signals=signals, yields=yields, correlation=carried.correlation, step_cny=settings.step_cny
    )
    today = _find_today(notes, days, campaign)
    running = check_running(
        days,
        as_of=today,
        recent_days=settings.recent_days,
        stop_ratio=settings.stop_ratio,
    )
    remaining, why = find_remaining(ledger, campaign=campaign)
    stopped = running.loc[running["advice"].eq("stop"), "note_id"]
    chosen = choose_boosts(expected, remaining_cny=remaining, step_cny=settings.step_cny, stopped=stopped)
    shown, sums = _describe(chosen, notes), sum_expected(chosen)
    answer = _answer(shown, remaining, why, settings.step_cny)
    n_unpaid = int(notes["content_cny"].isna().sum())  # what is left is less where fees are not known
    nothing = answer.code == "boosting.not_measured" and days.empty
    said = (
        ()
        if nothing
        else (
            *_say_window(today, campaign),
            *say_sums(sums),
            *([Finding("boosting.fees_missing", {"n_notes": n_unpaid})] if n_unpaid and remaining > 0 else []),
            *_say_running(running, days),
            *_say_signals(shown, carried),
            *_say_kinds(yields, shown),
            Finding("boosting.no_curve", {"step_cny": settings.step_cny}),
        )
    )
    return Boosts(
        remaining,
        shown,
        shown[shown["is_candidate"]].reset_index(drop=True),
        sums,
        yields.kinds.head(0) if nothing else yields.kinds,
        running.merge(notes[["note_id", "title", "creator_name"]], on="note_id", how="left"),
        answer,
        tuple(finding for finding in said if finding.code not in DETAILS),
        tuple(finding for finding in said if finding.code in DETAILS),
    )


DETAILS = frozenset(
    {"boosting.signals", "boosting.correlation", "boosting.no_signal", "boosting.yield_own", "boosting.no_curve"}
)
"""Sentences on how the figures were made."""


def _find_today(notes: pd.DataFrame, days: pd.DataFrame, campaign: Campaign) -> pd.Timestamp:
    """The day of the newest file of notes, in the campaign's time zone; without one, the last day of ads."""
    as_of = notes["as_of"].max()
    return days["date"].max() if pd.isna(as_of) else as_of.tz_convert(campaign.time_zone).tz_localize(None)


def _describe(chosen: pd.DataFrame, notes: pd.DataFrame) -> pd.DataFrame:
    """Who and what each note is, and how old."""
    age = (notes["as_of"] - notes["posted_at"]).dt.total_seconds() / 86_400
    about = notes.assign(age_days=age)[[*ABOUT, "age_days"]]
    return chosen.drop(columns="format").merge(about, on="note_id", how="left")


def find_remaining(ledger: Ledger, *, campaign: Campaign) -> tuple[float, str]:
    """Return what is left of the budget in CNY without GST, and why it is not known where it is not.

    =============  ==================================================
    reason         meaning
    =============  ==================================================
    ``no_budget``  campaign.yaml has no budget
    ``no_fees``    no file tells what creators were or will be paid
    ``no_rate``    an amount is in a currency that nobody tells, or without a rate
    =============  ==================================================
    """
    if campaign.budget is None:
        return float("nan"), "no_budget"
    if len(ledger.unconverted):
        return float("nan"), "no_rate"
    if not ledger.bookings["item"].eq("creator_fee").any():
        return float("nan"), "no_fees"
    return float(campaign.budget.amount_cny - np.nansum([ledger.total_cny, ledger.committed_cny])), ""


# -------------------------------------------------------------------------------- what it amounts to


def _answer(notes: pd.DataFrame, remaining: float, why: str, step: float) -> Finding:
    """The recommended list in one sentence, or why there is none."""
    n_candidates = int(notes["is_candidate"].sum())
    values = {"n_candidates": n_candidates, "n_notes": len(notes), "step_cny": step, "remaining_cny": remaining}
    if not n_candidates:
        reasons = notes.loc[notes["reason"].ne(""), "reason"]
        if len(reasons) < len(notes):
            return Finding("boosting.none_better", values | {"remaining_cny": None})
        reason = str(reasons.mode().iloc[0]) if len(reasons) else "not_measured"
        return Finding("boosting.not_measured", {"n_notes": len(notes), "reason": reason})
    if why:
        return Finding("boosting.budget_unknown", values | {"remaining_cny": None, "reason": why})
    if remaining <= 0:
        return Finding("boosting.budget_spent", values | {"over_cny": -remaining})
    if remaining < step:
        return Finding("boosting.budget_small", values)
    chosen = notes[notes["is_recommended"]]
    return Finding(
        "boosting.recommended", values | {"n_chosen": len(chosen), "amount_cny": float(chosen["amount_cny"].sum())}
    )


def _say_window(today: pd.Timestamp, campaign: Campaign) -> Iterator[Finding]:
    end = campaign.window.end
    if end is not None and pd.notna(today) and today >= pd.Timestamp(end) + pd.Timedelta(days=1):
        yield Finding("boosting.window_over", {"last_date": end.isoformat()})


def say_sums(sums: pd.DataFrame) -> Iterator[Finding]:
    """What the recommended of each kind should bring, a row of `choose.sum_expected` each."""
    for row in sums.to_dict("records"):
        names = ("metric", "n_notes", "amount_cny", "extra_results", "extra_results_low", "extra_results_high")
        yield Finding("boosting.expected", {"x": row["placement"], "y": row["format"], **{n: row[n] for n in names}})


def _say_running(running: pd.DataFrame, days: pd.DataFrame) -> Iterator[Finding]:
    if days.empty:
        yield Finding("boosting.no_ads")
    elif running.empty:
        yield Finding("boosting.nothing_runs", {"last_date": days["date"].max().isoformat()})
    else:
        counts = running["advice"].value_counts()
        names = ("stop", "watch", "go_on", "too_few")
        values = {f"n_{name}": int(counts.get(name, 0)) for name in names}
        yield Finding("boosting.running", {"n_running": len(running), **values})


def _say_signals(notes: pd.DataFrame, carried: Carried) -> Iterator[Finding]:
    heard = notes["signal_score"].notna()
    if heard.any():
        n_own = int(notes["signal_basis"].eq("own_notes").sum())
        yield Finding("boosting.signals", {"n_signals": int(heard.sum()), "n_notes": len(notes), "n_own": n_own})
        measured = carried.n >= MIN_AD_NOTES and carried.measured == carried.measured
        values = {"correlation": carried.correlation, "n_ad_notes": carried.n}
        if measured:
            yield Finding("boosting.correlation", values | {"measured": carried.measured, "set_to": CORRELATION})
        else:
            yield Finding("boosting.correlation_set", values)
    if not heard.all() and len(notes):
        reason = str(notes.loc[~heard, "signal_reason"].mode().iloc[0])
        yield Finding("boosting.no_signal", {"n_notes": int((~heard).sum()), "reason": reason})


def _say_kinds(yields: Yields, notes: pd.DataFrame) -> Iterator[Finding]:
    """What an average note gets for 100 RMB, of the kinds in which notes would be boosted."""
    ways = set(zip(notes["placement"], notes["format"], strict=True))
    for row in yields.kinds.to_dict("records"):
        if (row["placement"], row["format"]) in ways:
            names = ("metric", "per_100_rmb", "per_100_rmb_low", "per_100_rmb_high", "n_ad_notes")
            values = {"x": row["placement"], "y": row["format"], **{name: row[name] for name in names}}
            code = "boosting.yield_own" if row["basis"] == "own_ads" else "boosting.yield_agency"
            yield Finding(code, values | {"source": row["source"]})
