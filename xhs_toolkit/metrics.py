"""Exposure, views, click-through rate, cost per organic view and engagement of a note, with their zero rules.

Every figure says where it came from (``…_source``) or why it is missing (``…_reason``):

=========================== ======================================================================
reason                      meaning
=========================== ======================================================================
``no_exposure``             the file has no exposure for the note
``zero_exposure``           the file says 0 exposure: a rate over it is not measured
``no_views``                the file has no views for the note
``zero_views``              nobody viewed the note: a cost per view does not exist
``views_exceed_exposure``   more views than exposures: the two do not count the same thing
``no_platform_rate``        a video without the platform's own click rate: views / exposure is a view rate
``no_format``               image or video is unknown, so that neither rate can be told
``no_cost``                 no file says what the note cost
``not_separable``           no file says which of its views were bought
=========================== ======================================================================
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from xhs_toolkit.assumptions import assume

COUNTS = ("exposure", "views", "engagement")
"""Counts of a note that every total, comparison, growth and score speaks of, in the order of a page."""

ENGAGEMENT_PARTS = ("likes", "collects", "comments")


def add_metrics(notes: pd.DataFrame) -> pd.DataFrame:
    """Add click rate, view rate, engagement and cost per organic view.

    Parameters
    ----------
    notes : one row a note, with the columns of `tables.NOTES` and ``content_cny`` (see `ledger.add_costs`).
    """
    return notes.pipe(add_click_rate).pipe(add_engagement).pipe(add_cost_per_organic_view)


def add_click_rate(notes: pd.DataFrame) -> pd.DataFrame:
    """Add ``click_rate``, ``click_rate_source``, ``click_rate_reason`` and ``view_rate`` (fractions).

    The platform's own rate (封面点击率) where the file has one; otherwise views / exposure, for image
    notes only. Videos start by themselves in the feed, so that their views / exposure is the
    ``view_rate``: on a genuine export it is about four times the platform's click rate.

    >>> notes = pd.DataFrame({"format": ["image", "video"], "exposure": [1000.0, 1000.0],
    ...                       "views": [100.0, 400.0], "cover_click_rate": [None, 0.09]})
    >>> add_click_rate(notes)[["click_rate", "click_rate_source", "view_rate"]].values.tolist()
    [[0.1, 'views_per_exposure', nan], [0.09, 'platform', 0.4]]
    """
    exposure, views = notes["exposure"], notes["views"]
    is_image, is_video = notes["format"].eq("image"), notes["format"].eq("video")
    shown = exposure.gt(0)
    per_exposure = (views / exposure).where(shown & views.le(exposure))
    has_platform_rate = notes["cover_click_rate"].notna() & ~exposure.eq(0)
    platform = notes["cover_click_rate"].astype(float).where(has_platform_rate)
    rate = platform.fillna(per_exposure.where(is_image))
    reason = np.select(
        [
            rate.notna(),
            exposure.isna(),
            exposure.eq(0),
            ~is_image & ~is_video,
            is_video,
            views.isna(),
        ],
        ["", "no_exposure", "zero_exposure", "no_format", "no_platform_rate", "no_views"],
        default="views_exceed_exposure",
    )
    source = np.select([has_platform_rate, rate.notna()], ["platform", "views_per_exposure"], default="")
    return notes.assign(
        click_rate=rate,
        click_rate_source=pd.Series(source, index=notes.index, dtype="str"),
        click_rate_reason=pd.Series(reason, index=notes.index, dtype="str"),
        view_rate=per_exposure.where(is_video),
    )


def add_engagement(notes: pd.DataFrame) -> pd.DataFrame:
    """Fill ``engagement`` and say in ``engagement_source`` how it is counted.

    The platform's own figure (互动量) where the file has one; otherwise likes + collects + comments,
    and missing where any of the three is missing.
    """
    counted = notes[list(ENGAGEMENT_PARTS)].sum(axis=1, skipna=False)
    source = np.select(
        [notes["engagement"].notna(), counted.notna()], ["platform", "likes_collects_comments"], default=""
    )
    return notes.assign(
        engagement=notes["engagement"].fillna(counted),
        engagement_source=pd.Series(source, index=notes.index, dtype="str"),
    )


def add_cost_per_organic_view(notes: pd.DataFrame) -> pd.DataFrame:
    """Add ``cost_per_organic_view_cny`` = content cost / organic views, and ``cost_per_organic_view_reason``.

    Both sides are of the same traffic, so that boosting a note changes neither.

    >>> notes = pd.DataFrame({"content_cny": [1000.0, 500.0, None], "views_organic": [5000.0, 0.0, 10.0]})
    >>> add_cost_per_organic_view(notes.assign(views=notes["views_organic"])).iloc[:, -2:].values.tolist()
    [[0.2, ''], [nan, 'zero_views'], [nan, 'no_cost']]
    """
    cost, views = notes["content_cny"], notes["views_organic"]
    conditions = [cost.isna(), notes["views"].isna() & views.isna(), views.isna(), views.eq(0)]
    reason = np.select(conditions, ["no_cost", "no_views", "not_separable", "zero_views"], default="")
    return notes.assign(
        cost_per_organic_view_cny=(cost / views).where(views.gt(0)),
        cost_per_organic_view_reason=pd.Series(reason, index=notes.index, dtype="str"),
    )


def are_apart(lower: pd.Series, higher: pd.Series, *, value: str) -> bool:
    """Whether the ranges (``{value}_low``, ``{value}_high``) of two groups do not touch: what is called clear.

    More than the range of their difference asks, for groups that were chosen for being the ends.
    """
    return bool(lower[f"{value}_high"] < higher[f"{value}_low"])


AS_USUAL: tuple[float, float] = assume("words.as_usual")
TOO_WIDE: tuple[float, float] = assume("words.too_wide")


def name_ratio(low: float | None, high: float | None, *, verdict: str = "in_line") -> str:
    """What a ratio to the usual is called, by its range and whether a difference passed the correction.

    Parameters
    ----------
    low, high : ends of the range; missing where there is none. verdict : of `results.baselines.name_verdict`.

    >>> [name_ratio(*ends) for ends in ((0.8, 1.3), (0.7, 2.0), (0.3, 3.0), (1.2, 4.0), (0.2, 0.9))]
    ['about_as_usual', 'no_clear_change', 'too_early_to_say', 'looks_higher', 'looks_lower']
    >>> name_ratio(1.2, 2.0, verdict="clearly_better"), name_ratio(None, None, verdict="not_enough_notes")
    ('above_usual', 'too_few_to_compare')
    """
    passed = {"clearly_better": "above_usual", "clearly_worse": "below_usual"}
    if verdict in passed:
        return passed[verdict]
    if verdict != "in_line" or low is None or high is None or np.isnan(low) or np.isnan(high):
        return "too_few_to_compare"
    if low > 1 or high < 1:
        return "looks_higher" if low > 1 else "looks_lower"
    if AS_USUAL[0] <= low and high <= AS_USUAL[1]:
        return "about_as_usual"
    return "too_early_to_say" if low < TOO_WIDE[0] or high > TOO_WIDE[1] else "no_clear_change"
