"""Exposure, views, click-through rate, cost per view and engagement of a note, with their zero rules.

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
=========================== ======================================================================
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from xhs_toolkit.exports.reconcile import make_latest_placements

COST_PARTS = ("price_cny", "service_fee_cny", "product_cost_cny", "shipping_cost_cny")
ENGAGEMENT_PARTS = ("likes", "collects", "comments")


def add_metrics(notes: pd.DataFrame) -> pd.DataFrame:
    """Add click rate, view rate, engagement and, where ``cost_cny`` is present, cost per view.

    Parameters
    ----------
    notes : one row a note, with the columns of `tables.NOTES` and ``cost_cny`` (see `add_cost`).
    """
    return notes.pipe(add_click_rate).pipe(add_engagement).pipe(add_cost_per_view)


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


def add_cost(notes: pd.DataFrame, *, placements: pd.DataFrame) -> pd.DataFrame:
    """Add ``cost_cny`` (CNY a note: fee + service fee + product + shipping, as far as the files tell).

    A note without a fee has no cost: missing, not 0. Several orders of one note are added up; snapshots of one
    order are not, nor is the same note in two sources: the newest row of the most official source counts
    (`exports.make_latest_placements`).

    Parameters
    ----------
    notes : one row a note, with ``note_id``.
    placements : the columns of `tables.PLACEMENTS`, all snapshots.
    """
    one_each = make_latest_placements(placements)
    one_each = one_each.assign(cost_cny=one_each[list(COST_PARTS)].sum(axis=1).where(one_each["price_cny"].notna()))
    cost = one_each.groupby("note_id")["cost_cny"].sum(min_count=1)
    return notes.assign(cost_cny=notes["note_id"].map(cost).astype(float))


def add_cost_per_view(notes: pd.DataFrame) -> pd.DataFrame:
    """Add ``cost_per_view_cny`` = cost / views and ``cost_per_view_reason``.

    >>> notes = pd.DataFrame({"cost_cny": [1000.0, 500.0, None], "views": [5000.0, 0.0, 10.0]})
    >>> add_cost_per_view(notes)[["cost_per_view_cny", "cost_per_view_reason"]].values.tolist()
    [[0.2, ''], [nan, 'zero_views'], [nan, 'no_cost']]
    """
    cost, views = notes["cost_cny"], notes["views"]
    reason = np.select([cost.isna(), views.isna(), views.eq(0)], ["no_cost", "no_views", "zero_views"], default="")
    return notes.assign(
        cost_per_view_cny=(cost / views).where(views.gt(0)),
        cost_per_view_reason=pd.Series(reason, index=notes.index, dtype="str"),
    )
