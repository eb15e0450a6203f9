"""Which themes and formats go with more engagement, compared within each creator so that big accounts do not decide.

Log engagement is regressed on the feature with one intercept a creator, beside the other features of the question
and whether the note was paid. Only creators with notes of both kinds say anything. The interval is the cluster
jackknife (one creator left out at a time; CV3 of MacKinnon, Nielsen and Webb, Journal of Applied Econometrics 38,
2023) with Student's t of as many degrees of freedom as creators less one. It says what goes together, not what causes
what.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xhs_toolkit.assumptions import assume
from xhs_toolkit.stats import LEVEL, benjamini_hochberg
from xhs_toolkit.stats import distributions as stats

MAIN = ("theme", "format")
"""Dimensions the question is about; all others are exploration."""

READERS_ZONE = "Asia/Shanghai"
HOURS: Mapping[str, tuple[int, int]] = {
    "hours_night": (0, 6),
    "hours_morning": (6, 12),
    "hours_afternoon": (12, 18),
    "hours_evening": (18, 24),
}
"""Quarters of the day in Beijing, the platform's own time: as coarse as a few hundred notes allow."""

SHORT_TITLE: int = assume("content.short_title")
MANY_TAGS: int = assume("content.many_tags")

TITLE_SHAPES: Mapping[str, str] = {
    "title_question": r"[?？]|吗|怎么|如何|什么",
    "title_number": r"\d",
    "title_shout": r"[!！]",
}

Key = tuple[str, str]


def list_features(notes: pd.DataFrame) -> dict[Key, pd.Series]:
    """Of each dimension and group, which notes belong to it; missing where a note does not tell.

    Parameters
    ----------
    notes : ``theme``, ``format``, ``posted_at`` (UTC), ``title``, ``tags``; ``posted_precision`` where it is known:
        a note of which a file knows only the day tells no hour.

    Returns
    -------
    By dimension and group a nullable boolean a note. A note without a theme belongs to no theme.

    >>> notes = pd.DataFrame({"theme": ["walks", None], "format": ["video", "image"], "title": ["去哪？", None],
    ...                       "posted_at": pd.to_datetime(["2026-08-01T12:00Z", None]), "tags": ["a,b", None]})
    >>> list_features(notes)[("title_shape", "title_question")].tolist()
    [True, <NA>]
    """
    found: dict[Key, pd.Series] = {
        ("theme", name): notes["theme"].eq(name) for name in sorted(notes["theme"].dropna().unique())
    }
    found[("format", "video")] = notes["format"].eq("video").astype("boolean").mask(notes["format"].isna())
    hour = notes["posted_at"].dt.tz_convert(READERS_ZONE)
    untimed = hour.isna() | (notes["posted_precision"].eq("date") if "posted_precision" in notes else False)
    for name, (first, last) in HOURS.items():
        found[("hours", name)] = hour.dt.hour.between(first, last - 1).astype("boolean").mask(untimed)
    found[("weekday", "weekend")] = hour.dt.day_of_week.ge(5).astype("boolean").mask(hour.isna())
    title = notes["title"].astype("str")
    for name, pattern in TITLE_SHAPES.items():
        found[("title_shape", name)] = title.str.contains(pattern).astype("boolean").mask(title.isna())
    found[("title_shape", "title_short")] = title.str.len().le(SHORT_TITLE).astype("boolean").mask(title.isna())
    n_tags = notes["tags"].astype("str").str.count("[,，]") + 1
    found[("tag_number", "many_tags")] = n_tags.ge(MANY_TAGS).astype("boolean").mask(notes["tags"].isna())
    return {key: mask.astype("boolean") for key, mask in found.items()}


Floats = NDArray[np.float64]

SETTLED_DAYS: int = assume("notes.settled_days")
MIN_CREATORS: int = assume("content.min_creators")
MIN_NOTES: int = assume("content.min_notes")
FALSE_DISCOVERIES: float = assume("content.false_discoveries")
LEAST_OWN: float = assume("content.least_own")

EFFECT_COLUMNS = [
    *(
        "family",
        "dimension",
        "group",
        "n_notes",
        "n_creators",
        "engagement_ratio",
        "engagement_ratio_low",
        "engagement_ratio_high",
    ),
    *("p_value", "q_value", "plain_ratio", "verdict", "engagement_ratio_reason"),
]

NUMBERS = [name for name in EFFECT_COLUMNS if name.endswith(("ratio", "_low", "_high", "_value"))]


class _Fit(NamedTuple):
    """A log ratio, its standard error, and why it is missing."""

    estimate: float
    error: float
    reason: str


def keep_settled(notes: pd.DataFrame) -> pd.DataFrame:
    """Notes with a creator, an engagement and figures that have settled.

    Parameters
    ----------
    notes : ``creator_id``, ``engagement``, ``posted_at``, ``as_of`` (UTC).
    """
    age = (notes["as_of"] - notes["posted_at"]).dt.days
    kept = notes["creator_id"].notna() & notes["engagement"].ge(0) & ~age.lt(SETTLED_DAYS)
    return notes[kept].reset_index(drop=True)


def estimate_effects(notes: pd.DataFrame) -> pd.DataFrame:
    """Estimate what goes with more engagement within creators.

    Parameters
    ----------
    notes : of `keep_settled`, with ``theme``, ``format``, ``scope``, ``title``, ``tags``.

    Returns
    -------
    One row a feature: ``family`` (main, exploration), ``dimension``, ``group``, ``n_notes`` with the feature and
    ``n_creators`` among creators with both kinds, ``engagement_ratio`` with its 90% interval ``…_low``,
    ``…_high``, ``p_value``, ``q_value`` within the family, ``plain_ratio`` (of plain geometric means, for
    comparison), ``verdict`` (goes_with_more, goes_with_less, no_difference, not_known), ``engagement_ratio_reason``
    (too_few_creators, too_few_notes, not_separable).
    """
    features = list_features(notes)
    logs = np.log1p(notes["engagement"].to_numpy(dtype=float))
    rows = [
        {"family": "main" if key[0] in MAIN else "exploration", "dimension": key[0], "group": key[1]}
        | _compare(logs, mask, notes=notes, controls=_controls(features, key, notes))
        for key, mask in features.items()
        if mask.fillna(value=False).any()
    ]
    found = pd.DataFrame(rows, columns=EFFECT_COLUMNS).astype(dict.fromkeys(NUMBERS, float))
    q_values = found.groupby("family")["p_value"].transform(lambda part: benjamini_hochberg(part.to_numpy(dtype=float)))
    found = found.assign(q_value=q_values)
    is_found = found["q_value"] <= FALSE_DISCOVERIES
    verdict = np.select(
        [found["engagement_ratio"].isna(), is_found & found["engagement_ratio"].gt(1), is_found],
        ["not_known", "goes_with_more", "goes_with_less"],
        default="no_difference",
    )
    return found.assign(verdict=pd.Series(verdict, index=found.index, dtype="str"))


def _controls(features: Mapping[Key, pd.Series], key: Key, notes: pd.DataFrame) -> Floats:
    """The other dimensions of the question, and whether the note was paid: columns of 0 and 1, missing as 0."""
    others = [mask for other, mask in features.items() if other[0] in MAIN and other[0] != key[0]]
    columns = [mask.fillna(value=False).to_numpy(dtype=float) for mask in others]
    return np.column_stack([*columns, notes["scope"].eq("paid").to_numpy(dtype=float)])


def _compare(logs: Floats, mask: pd.Series, *, notes: pd.DataFrame, controls: Floats) -> dict[str, object]:
    known = mask.notna().to_numpy()
    has = mask[known].to_numpy(dtype=float)
    creator = notes["creator_id"].to_numpy()[known]
    share = pd.Series(has).groupby(creator).transform("mean").to_numpy()
    both = (share > 0) & (share < 1)
    codes = pd.factorize(creator[both])[0]
    n_creators, n_notes = int(codes.max(initial=-1) + 1), int(has[both].sum())
    fit = _fit(logs[known][both], has[both], controls[known][both], codes)
    if n_notes < MIN_NOTES:
        fit = _Fit(np.nan, np.nan, "too_few_notes")
    if n_creators < MIN_CREATORS:
        fit = _Fit(np.nan, np.nan, "too_few_creators")
    degrees = max(n_creators - 1, 1)
    half = float(stats.t.ppf((1 + LEVEL) / 2, degrees)) * fit.error
    ends = {"": fit.estimate, "_low": fit.estimate - half, "_high": fit.estimate + half}
    plain = logs[known][has == 1].mean() - logs[known][has == 0].mean() if 0 < has.mean() < 1 else np.nan
    return {
        "n_notes": n_notes,
        "n_creators": n_creators,
        **{f"engagement_ratio{name}": float(np.exp(end)) for name, end in ends.items()},
        "p_value": float(2 * stats.t.sf(abs(fit.estimate / fit.error), degrees)) if fit.error > 0 else np.nan,
        "plain_ratio": float(np.exp(plain)),
        "engagement_ratio_reason": fit.reason,
    }


def _fit(y: Floats, x: Floats, controls: Floats, codes: NDArray[np.intp]) -> _Fit:
    """The coefficient of `x` beside creators and controls, and its cluster jackknife."""
    n_groups = int(codes.max(initial=-1) + 1)
    if n_groups < MIN_CREATORS:
        return _Fit(np.nan, np.nan, "too_few_creators")
    columns = np.column_stack([x, controls, y])
    counts = np.bincount(codes)
    means = np.column_stack([np.bincount(codes, weights=column) / counts for column in columns.T])
    within = columns - means[codes]
    order = np.argsort(codes, kind="stable")
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    products = np.add.reduceat(within[order, :, None] * within[order, None, :], starts, axis=0)
    total = products.sum(axis=0)
    estimates, own = _solve(np.concatenate([total[None], total - products]))
    if own.min() < LEAST_OWN:
        return _Fit(np.nan, np.nan, "not_separable")
    spread = (n_groups - 1) / n_groups * np.square(estimates[1:] - estimates[0]).sum()
    return _Fit(float(estimates[0]), float(np.sqrt(spread)), "")


def _solve(products: Floats) -> tuple[Floats, Floats]:
    """Coefficients of the first column of several cross products, and the share of its variation that is its own.

    The last column is the outcome; those between are taken out first (Frisch, Waugh and Lovell).
    """
    inverse = np.linalg.pinv(products[:, 1:-1, 1:-1], hermitian=True)
    weights = np.einsum("gi,gij->gj", products[:, 0, 1:-1], inverse)
    variation = products[:, 0, 0] - np.einsum("gj,gj->g", weights, products[:, 1:-1, 0])
    covariation = products[:, 0, -1] - np.einsum("gj,gj->g", weights, products[:, 1:-1, -1])
    own = np.divide(variation, products[:, 0, 0], out=np.zeros_like(variation), where=products[:, 0, 0] > 0)
    safe = np.where(own > 0, variation, 1.0)
    return covariation / safe, own
