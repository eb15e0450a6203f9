"""What the next 100 RMB should bring each note (its kind's yield, moved by its signal and its ads), and who gets them.

log yield = mean of the kind + r × spread between notes × signal score, r being how far early signals and ads go
together. A note that had ads of the kind is drawn from there to what they brought, as far as that is known.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.assumptions import assume
from xhs_toolkit.boosting.yields import KIND, LEVEL, MIN_RESULTS, PER_CNY, Yields
from xhs_toolkit.stats import distributions as stats
from xhs_toolkit.stats import make_rng

CORRELATION: float = assume("boosting.correlation")
CORRELATION_WEIGHT: float = assume("boosting.correlation_weight")

WAYS = {"image": ("feed", "site_wide"), "video": ("video_feed", "feed", "site_wide")}
"""Format → placements that carry a note to more people, the usual one first. Search answers who searches."""


class Carried(NamedTuple):
    """How far early signals and ads go together (`measure_correlation`).

    Attributes
    ----------
    correlation : what is reckoned with, the set figure and the measured one weighted by notes.
    measured : of the advertised notes; NaN where fewer than three have both.
    n : advertised notes with a signal.
    """

    correlation: float
    measured: float
    n: int


def measure_correlation(yields: Yields, signals: pd.DataFrame) -> Carried:
    """Measure how far signals and yields of the advertised notes go together.

    Parameters
    ----------
    yields : of `yields.estimate_yields`.
    signals : of `running.measure_signals`.
    """
    score = signals.set_index("note_id")["signal_score"]
    both = yields.notes.merge(yields.kinds[[*KIND, "log_mean", "basis"]], on=KIND)
    both = both.assign(score=both["note_id"].map(score), away=both["log_yield"] - both["log_mean"])
    both = both[both["score"].notna() & both["basis"].eq("own_ads")]
    n = len(both)
    if n < 3 or both["score"].std() == 0 or both["away"].std() == 0:
        return Carried(CORRELATION, float("nan"), n)
    measured = float(np.corrcoef(both["score"], both["away"])[0, 1])
    mixed = (CORRELATION_WEIGHT * CORRELATION + n * measured) / (CORRELATION_WEIGHT + n)
    return Carried(max(mixed, 0.0), measured, n)


def choose_ways(notes: pd.DataFrame, kinds: pd.DataFrame) -> pd.Series:
    """Placement by note id that a note of its format would be boosted in: where the campaign spent most on the format.

    Without ads of the format, the first of `WAYS` that the agency has a cost for; missing where there is neither.
    """
    ways = {}
    for form, places in WAYS.items():
        usable = kinds[kinds["format"].eq(form) & kinds["placement"].isin(places)]
        place = usable["placement"].map({name: number for number, name in enumerate(places)})
        ordered = usable.assign(_place=place).sort_values(["spend_cny", "_place"], ascending=[False, True])
        ways[form] = next(iter(ordered["placement"]), None)
    return notes.set_index("note_id")["format"].map(ways).astype("str")


def expect_views(
    notes: pd.DataFrame, *, signals: pd.DataFrame, yields: Yields, correlation: float, step_cny: float
) -> pd.DataFrame:
    """Predict what the next 100 RMB bring each note.

    Parameters
    ----------
    notes : the campaign's notes with ``note_id`` and ``format``.
    signals : of `running.measure_signals`.
    yields : of `yields.estimate_yields`.
    correlation : of `measure_correlation`.
    step_cny : money of the next step: chance of its own days is in the range.

    Returns
    -------
    One row a note: ``placement``; ``metric`` (what a result is), ``per_100_rmb`` results with its 90% range,
    ``result_cost_cny``, what one more should cost; ``kind_ratio`` to an average note of its kind; ``rests_on``
    (own_ads, signal, nothing), ``log_expected``, ``log_spread``, ``log_kind_error`` (the part common to the
    kind) and ``degrees_of_freedom``; ``reason`` (no_format, no_ad_cost, or the signal's where nothing is known).
    """
    found = notes[["note_id", "format"]].merge(signals, on="note_id", how="left")
    found = found.assign(placement=found["note_id"].map(choose_ways(notes, yields.kinds)).astype("str"))
    kept = [*KIND, "metric", "log_mean", "log_error", "note_sd", "degrees_of_freedom", "overdispersion", "basis"]
    found = found.merge(yields.kinds[kept], on=KIND, how="left")
    own = yields.notes[["note_id", *KIND, "spend_cny", "results", "log_yield", "log_variance"]]
    found = found.merge(own.rename(columns={"spend_cny": "ads_cny"}), on=["note_id", *KIND], how="left")
    score = found["signal_score"].fillna(0.0)
    heard = found["signal_score"].notna()
    middle = found["log_mean"] + correlation * found["note_sd"] * score
    spread = np.square(found["note_sd"]) * (1 - correlation**2 * heard)
    has_ads = found["results"].ge(MIN_RESULTS)
    weight = (spread / (spread + found["log_variance"])).where(has_ads, 0.0).fillna(0.0)
    middle += weight * (found["log_yield"].fillna(0.0) - middle).where(has_ads, 0.0)
    spread *= 1 - weight
    chance = found["overdispersion"].fillna(1.0) / (np.exp(middle) * step_cny / PER_CNY)
    whole = np.sqrt(np.square(found["log_error"]) + spread + chance)
    half = stats.t.ppf((1 + LEVEL) / 2, found["degrees_of_freedom"].fillna(1.0)) * whole
    reason = np.select(
        [found["format"].isna(), found["log_mean"].isna(), heard | has_ads],
        ["no_format", "no_ad_cost", ""],
        default=found["signal_reason"].astype(object),
    )
    return found.assign(
        per_100_rmb=np.exp(middle),
        per_100_rmb_low=np.exp(middle - half),
        per_100_rmb_high=np.exp(middle + half),
        result_cost_cny=PER_CNY / np.exp(middle),
        kind_ratio=np.exp(middle - found["log_mean"]),
        rests_on=np.select([has_ads, heard], ["own_ads", "signal"], default="nothing"),
        log_expected=middle,
        log_spread=np.sqrt(spread + chance),
        log_kind_error=found["log_error"],
        reason=pd.Series(reason, index=found.index, dtype="str"),
    ).drop(columns=["log_mean", "log_error", "overdispersion", "log_yield", "log_variance"])


N_DRAWS: int = assume("boosting.n_draws")


def choose_boosts(expected: pd.DataFrame, *, remaining_cny: float, step_cny: float, stopped: pd.Series) -> pd.DataFrame:
    """Choose the notes to boost, best first.

    Candidates promise more than an average note of their kind; ranked by how much better, which compares a play
    with no click. A note whose ads of the kind are to be stopped is none.

    Parameters
    ----------
    expected : of `expect.expect_views`.
    remaining_cny : what may be spent; NaN where it is not known: nothing is then recommended.
    step_cny : money a note gets.
    stopped : ids of the notes whose ads are to be stopped.

    Returns
    -------
    The same rows, candidates first and best first, with ``is_candidate``, ``is_recommended``, ``amount_cny`` (of
    those recommended) and ``extra_results`` for it, with its 90% range.
    """
    is_candidate = expected["reason"].eq("") & expected["kind_ratio"].gt(1.0) & ~expected["note_id"].isin(stopped)
    ranked = expected.assign(is_candidate=is_candidate).sort_values(
        ["is_candidate", "kind_ratio", "note_id"], ascending=[False, False, True], kind="stable", ignore_index=True
    )
    n_steps = int(np.floor(max(remaining_cny, 0.0) / step_cny + 1e-9)) if np.isfinite(remaining_cny) else 0
    chosen = ranked["is_candidate"] & (np.arange(len(ranked)) < n_steps)
    amount = pd.Series(step_cny, index=ranked.index).where(chosen)
    bought = {f"extra_results{end}": ranked[f"per_100_rmb{end}"] * amount / PER_CNY for end in ("", "_low", "_high")}
    return ranked.assign(is_recommended=chosen, amount_cny=amount, **bought)


def sum_expected(chosen: pd.DataFrame) -> pd.DataFrame:
    """Add up what the recommended notes should bring, kind by kind: clicks and plays are never added.

    Returns
    -------
    One row a placement and format: ``metric``, ``n_notes``, ``amount_cny``, ``extra_results`` with its 90% range (by
    simulation: what is not known of a kind is common to its notes).
    """
    names = [*KIND, "metric", "n_notes", "amount_cny", "extra_results", "extra_results_low", "extra_results_high"]
    rows = [
        {**dict(zip(names[:3], kind, strict=True)), **_draw_sum(part)}
        for kind, part in chosen[chosen["is_recommended"]].groupby([*KIND, "metric"])
    ]
    return pd.DataFrame(rows, columns=names)


def _draw_sum(part: pd.DataFrame) -> dict[str, float]:
    rng, one = make_rng(0), part.iloc[0]
    common = rng.standard_t(float(one["degrees_of_freedom"]), (N_DRAWS, 1))
    own = rng.standard_normal((N_DRAWS, len(part))) * part["log_spread"].to_numpy(dtype=float)
    logs = part["log_expected"].to_numpy(dtype=float) + one["log_kind_error"] * common + own
    totals = (np.exp(logs) * part["amount_cny"].to_numpy(dtype=float) / PER_CNY).sum(axis=1)
    low, high = np.quantile(totals, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return {
        "n_notes": len(part),
        "amount_cny": float(part["amount_cny"].sum()),
        "extra_results": float(part["extra_results"].sum()),
        "extra_results_low": float(low),
        "extra_results_high": float(high),
    }
