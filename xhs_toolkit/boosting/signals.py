"""The early signal of a note: how it does by itself against what was to be expected of it at its age.

What ads brought is taken out first, so that a note is not boosted for having been boosted.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from xhs_toolkit.assumptions import assume

SIGNALS = ("click_rate", "views", "exposure", "engagement")
"""What is looked at, the first that was compared: ads are billed by the click, so the click rate tells most."""

FIRST = {"awareness": "exposure", "trust": "engagement"}
"""Objective → what is looked at first for it."""

MAX_SCORE: float = assume("boosting.max_score")

ORGANIC = {"views": ("views",), "exposure": ("exposure",), "click_rate": ("views", "exposure")}
"""Signal → the figures whose organic part it is made of, numerator first."""

COLUMNS = ["note_id", "signal_metric", "signal_basis", "signal_ratio", "signal_score", "signal_reason"]


def measure_signals(
    own: pd.DataFrame, topic: pd.DataFrame, *, notes: pd.DataFrame, boosted: pd.Series, objective: str
) -> pd.DataFrame:
    """Measure each note's early signal.

    Against the creator's earlier notes of the same kind and age; without those, against others' notes on its theme.

    Parameters
    ----------
    own, topic : notes compared, one row a note and metric: ``note_id``, ``metric``, ``log_ratio``,
        ``log_note_variance`` (of a creator's notes), ``log_ratio_variance`` (with the error of what was expected),
        ``reason`` ('' where compared).
    notes : the campaign's notes with ``exposure``, ``views`` and their organic parts, ``exposure_organic`` and
        ``views_organic``.
    boosted : ids of the notes that had ads.

    Returns
    -------
    One row a note: ``signal_metric``; ``signal_basis`` (own_notes, topic_notes); ``signal_ratio`` to the expected,
    drawn in as far as the expectation is uncertain; ``signal_score``, the ratio in usual spreads of such notes, at
    most `MAX_SCORE`; ``signal_reason`` (not_separable: it had ads and no file tells its own part; else the reason of
    the comparison).
    """
    sides = [own.assign(signal_basis="own_notes"), topic.assign(signal_basis="topic_notes")]
    told = pd.concat(sides, ignore_index=True)
    told = told[told["metric"].isin(SIGNALS)]
    order = told["metric"].map({metric: place for place, metric in enumerate(SIGNALS)}).astype(float)
    order = order.mask(told["metric"].eq(FIRST.get(objective)), -1.0)
    order += len(SIGNALS) * told["signal_basis"].eq("topic_notes")
    without_ads = told["log_ratio"].astype(float) + _log_organic(told, notes, boosted)
    known = told["reason"].eq("") & np.isfinite(without_ads)
    spread = told["log_ratio_variance"].astype(float)
    drawn_in = without_ads * told["log_note_variance"].astype(float) / spread
    reason = told["reason"].mask(told["reason"].eq("") & without_ads.isna(), "not_separable")
    found = told.assign(
        signal_metric=told["metric"],
        signal_ratio=np.exp(drawn_in).where(known),
        signal_score=(without_ads / np.sqrt(spread)).clip(-MAX_SCORE, MAX_SCORE).where(known),
        signal_reason=reason,
        _order=order + 100 * ~known + 1_000 * reason.eq("not_measured"),
    )
    best = found.sort_values("_order", kind="stable").drop_duplicates("note_id")
    rows = notes[["note_id"]].merge(best[COLUMNS], on="note_id", how="left")
    unknown = rows["signal_score"].isna()
    return rows.assign(
        signal_metric=rows["signal_metric"].mask(unknown),
        signal_basis=rows["signal_basis"].mask(unknown),
        signal_reason=rows["signal_reason"].fillna("not_measured"),
    )


def _log_organic(rows: pd.DataFrame, notes: pd.DataFrame, boosted: pd.Series) -> pd.Series:
    """Log of a note's own part of each figure: 0 without ads, missing where it had ads and the part is not known."""
    by_id = notes.drop_duplicates("note_id").set_index("note_id")
    shares = {name: (by_id[f"{name}_organic"] / by_id[name]).clip(upper=1.0) for name in ("views", "exposure")}
    parts = pd.DataFrame(
        {
            metric: np.log(shares[names[0]]) - (np.log(shares[names[1]]) if len(names) > 1 else 0.0)
            for metric, names in ORGANIC.items()
        }
    )
    had_ads = rows["note_id"].isin(boosted)
    logs = pd.Series(0.0, index=rows.index)
    for metric in rows["metric"].unique():
        part = rows["note_id"].map(parts[metric]) if metric in parts else np.nan
        logs = logs.mask(had_ads & rows["metric"].eq(metric), part)
    return logs.where(np.isfinite(logs))
