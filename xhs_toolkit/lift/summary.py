"""Did the campaign cause it? One answer for the page, every method and figure for the appendix."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.assumptions import assume
from xhs_toolkit.attribution import MONEY
from xhs_toolkit.campaign.models import OBJECTIVE_OUTCOMES
from xhs_toolkit.findings import Finding, plain
from xhs_toolkit.lift.estimators import MIN_CONTROLS, Panel, estimate_did, estimate_synthetic_did
from xhs_toolkit.lift.inference import MIN_DEGREES, estimate_time_based_regression
from xhs_toolkit.lift.outcomes import Arranged, arrange_outcomes, list_metrics
from xhs_toolkit.lift.verdict import Lift, estimate_lift

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign

PER_SPENT: float = assume("lift.return_per")

UNITS = {1: "days", 7: "weeks"}
"""Days a period → what the periods are called; other distances are ``periods``."""

ESTIMATES = [
    *("metric", "currency", "method", "is_on_page", "effect", "lift_share", "lift_share_low", "lift_share_high"),
    *("incremental", "incremental_low", "incremental_high"),
    *("return_per_1000", "return_per_1000_low", "return_per_1000_high", "spent_in"),
    *("p_value", "minimum_lift_share", "n_controls", "n_before", "n_after", "verdict", "reason"),
]
TEXTS = {"method": "", "verdict": "", "reason": "", "is_on_page": False}
SERIES = ["date", "observed", "counterfactual", "counterfactual_low", "counterfactual_high", "is_after"]


class LiftSummary(NamedTuple):
    """What `summarise_lift` found.

    Attributes
    ----------
    answer : ``lift.detected``, ``lift.not_detected`` or ``lift.cannot_be_told`` (value ``reason``), with its numbers.
    findings : what is said beside it, in order.
    metric : the figure on the page; '' where there is none.
    method : the method on the page: ``synthetic_control``, ``did`` (one control market), or ''.
    series : one row a period of the page's figure, the treated markets together: ``date``, ``observed``,
        ``counterfactual`` (without the campaign) and, after the start, its 90% range as a mean of the campaign
        (``…_low``, ``…_high``); ``is_after``.
    estimates : one row a figure and method: ``currency`` of amounts, ``effect`` (a treated market and period),
        ``lift_share`` and ``incremental`` (all treated markets and periods) with 90% ranges, ``return_per_1000``
        of the client's currency (``spent_in``), ``p_value``, ``minimum_lift_share``, ``n_controls``, ``n_before``,
        ``n_after``, ``verdict``, ``reason``, ``is_on_page``.
    weights : one row a control market of the page's method: ``market``, ``weight_share``.
    lift : of `verdict.estimate_lift` for the page's figure; None without a control.
    """

    answer: Finding
    findings: tuple[Finding, ...]
    metric: str
    method: str
    series: pd.DataFrame
    estimates: pd.DataFrame
    weights: pd.DataFrame
    lift: Lift | None


def summarise_lift(
    outcomes: pd.DataFrame, *, campaign: Campaign, asked: Sequence[str] | None = None, cost_cny: float | None = None
) -> LiftSummary:
    """Say for the client's own figures whether the campaign changed them.

    The figure on the page is the first of `asked` that can be arranged, whatever it says; the method is the best
    that the data allow. From two controls on it is the synthetic control with fixed effect, tested by moving blocks and
    placebos. With one it is difference-in-differences, which has no p value from the cross-section: its answer is
    "cannot be told", for two drifting markets tested by their own past alone are called different in 6 to 12% of
    cases. Synthetic difference-in-differences, time-based regression (whose range holds only where errors are
    independent, so that it never answers) and plain difference-in-differences stand beside it in ``estimates``.

    Parameters
    ----------
    outcomes : `tables.OUTCOMES`.
    asked : metrics, the one that leads first; by default those of the campaign's objective.
    cost_cny : what the campaign cost, for the return.
    """
    wanted = OBJECTIVE_OUTCOMES[campaign.objective] if asked is None else tuple(asked)
    arranged = [
        arrange_outcomes(outcomes, metric=metric, campaign=campaign) for metric in list_metrics(outcomes, asked=wanted)
    ]
    leading = next((one for one in arranged if one.panel is not None), arranged[0] if arranged else None)
    lifts = {one.metric: estimate_lift(one.panel) for one in arranged if one.panel is not None}
    cost = cost_cny / campaign.client_rate.cny_per_unit if cost_cny else None
    rows = [row for one in arranged for row in _list_estimates(one, lifts.get(one.metric), cost)]
    shared = TEXTS | {"spent_in": campaign.client_currency}
    estimates = pd.DataFrame([shared | row for row in rows], columns=ESTIMATES)
    if leading is None or leading.panel is None:
        answer = _refuse(leading)
        return LiftSummary(answer, (), "", "", pd.DataFrame(columns=SERIES), estimates, _write_weights(None), None)
    on_page = estimates["metric"].eq(leading.metric) & estimates["method"].eq(name_method(leading.panel))
    estimates["is_on_page"] = on_page
    stated = estimates[on_page].iloc[0]
    lift = lifts[leading.metric]
    return LiftSummary(
        _write_answer(leading, stated),
        tuple(_list_findings(leading, stated, n_others=len(lifts) - 1)),
        leading.metric,
        str(stated["method"]),
        _write_series(leading.panel, lift),
        estimates,
        _write_weights(lift),
        lift,
    )


def name_method(panel: Panel) -> str:
    """Name the best method that the data allow."""
    return "synthetic_control" if len(panel.controls) >= MIN_CONTROLS else "did"


# --------------------------------------------------------------------------------------- estimates


def _list_estimates(arranged: Arranged, lift: Lift | None, cost: float | None) -> Iterator[dict[str, Any]]:
    """Rows of one figure: the synthetic control first, then the others that its panel allows.

    Parameters
    ----------
    cost : of the campaign, in the client's currency.
    """
    panel = arranged.panel
    if panel is None or lift is None:
        yield {"metric": arranged.metric, "verdict": "cannot_be_told", "reason": arranged.reason}
        return
    sizes = {"n_controls": len(panel.controls), "n_before": panel.n_before, "n_after": panel.n_after}
    shared = {"metric": arranged.metric, "currency": arranged.currency or None, **sizes}
    per_spent = PER_SPENT / cost if cost else float("nan")
    for row in _estimate_all(panel, lift):
        returns = {
            f"return_per_1000{end}": per_spent * row.get(f"incremental{end}", np.nan) for end in ("", "_low", "_high")
        }
        yield shared | row | returns


def _estimate_all(panel: Panel, lift: Lift) -> Iterator[dict[str, Any]]:
    tested = {"minimum_lift_share": lift.minimum.lift}
    if name_method(panel) == "synthetic_control":
        stated = {"p_value": lift.p_value, "verdict": lift.verdict, "reason": lift.reason}
        estimate = lift.estimate
        yield (
            _write_row("synthetic_control", panel, estimate.effect, estimate.lift, lift.low, lift.high)
            | stated
            | tested
        )
        synthetic = estimate_synthetic_did(panel)
        yield _write_row("synthetic_did", panel, synthetic.effect, synthetic.lift)
    did = estimate_did(panel)
    alone = {"verdict": "cannot_be_told", "reason": "one_control"} | tested if did.reason else {"p_value": did.p_value}
    yield _write_row("did", panel, did.effect, did.lift, did.low, did.high) | alone
    if panel.n_before >= MIN_DEGREES + 2:
        line = estimate_time_based_regression(panel)
        n = panel.n_after * len(panel.treated)
        yield _write_row("time_based_regression", panel, line.incremental / n, line.lift, line.low / n, line.high / n)


def _write_row(
    method: str, panel: Panel, effect: float, lift: float, low: float = float("nan"), high: float = float("nan")
) -> dict[str, Any]:
    """One method's effect, a treated market and period, also as a share and as a sum."""
    n = panel.n_after * len(panel.treated)
    without = float(panel.treated_mean[panel.n_before :].mean()) - effect
    share = 1 / without if without > 0 else float("nan")
    return {
        "method": method,
        "effect": effect,
        "lift_share": lift if without > 0 else float("nan"),
        "lift_share_low": low * share,
        "lift_share_high": high * share,
        "incremental": effect * n,
        "incremental_low": low * n,
        "incremental_high": high * n,
    }


def _write_series(panel: Panel, lift: Lift) -> pd.DataFrame:
    n, series = len(panel.treated), lift.estimate.series
    half = np.where(series["is_after"], (lift.high - lift.low) / 2, np.nan)
    without = series["counterfactual"]
    return pd.DataFrame(
        {
            "date": series.index,
            "observed": (n * series["observed"]).to_numpy(),
            "counterfactual": (n * without).to_numpy(),
            "counterfactual_low": (n * (without - half)).to_numpy(),
            "counterfactual_high": (n * (without + half)).to_numpy(),
            "is_after": series["is_after"].to_numpy(),
        }
    )


def _write_weights(lift: Lift | None) -> pd.DataFrame:
    if lift is None:
        return pd.DataFrame(columns=["market", "weight_share"])
    weights = lift.estimate.weights
    return pd.DataFrame({"market": weights.index, "weight_share": weights.to_numpy()})


# ------------------------------------------------------------------------------------------- words


def _refuse(arranged: Arranged | None) -> Finding:
    """Say why nothing can be said, before any estimate."""
    reason, metric = (arranged.reason, arranged.metric) if arranged else ("no_outcomes", None)
    return Finding("lift.cannot_be_told", {"metric": metric, "reason": reason})


STATED: tuple[str, ...] = ("lift_share", "lift_share_low", "lift_share_high")
STATED += ("incremental", "incremental_low", "incremental_high")
STATED += ("p_value", "minimum_lift_share", "n_controls", "n_before", "n_after")


def _write_answer(arranged: Arranged, stated: pd.Series) -> Finding:
    if stated["verdict"] == "cannot_be_told":
        return Finding("lift.cannot_be_told", {"metric": arranged.metric, "reason": stated["reason"]})
    return Finding(f"lift.{stated['verdict']}", _about(arranged) | {name: plain(stated[name]) for name in STATED})


def _list_findings(arranged: Arranged, stated: pd.Series, *, n_others: int) -> Iterator[Finding]:
    """What stands beside the answer: the bare difference, the return, what was left out, the other figures."""
    values = _about(arranged) | {name: plain(stated[name]) for name in STATED}
    if stated["reason"]:
        code = "lift.one_control" if stated["method"] == "did" else "lift.estimate_only"
        yield Finding(code, values)
    returns = {name: plain(stated[name]) for name in ("return_per_1000", "return_per_1000_low", "return_per_1000_high")}
    if stated["verdict"] == "detected" and stated["lift_share"] > 0 and returns["return_per_1000"] is not None:
        yield Finding("lift.return", _about(arranged) | returns | {"spent_in": stated["spent_in"]})
    if arranged.left_out:
        yield Finding("lift.left_out", {"n_markets": len(arranged.left_out), "markets": ", ".join(arranged.left_out)})
    if arranged.n_missing:
        yield Finding("lift.gaps", _about(arranged) | {"n_missing": arranged.n_missing})
    if n_others:
        yield Finding("lift.others", {"metric": arranged.metric, "n_others": n_others})


def _about(arranged: Arranged) -> dict[str, Any]:
    treated = arranged.panel.treated if arranged.panel else ()
    unit = UNITS.get(arranged.days_a_period, "periods")
    about = {"metric": arranged.metric, "markets": ", ".join(map(str, treated)), "x": f"lift_{unit}"}
    return about | {"currency": arranged.currency, "is_money": arranged.metric in MONEY}
