"""Organic figures apart from bought ones, so that money can be set against what it brought."""

from __future__ import annotations

import numpy as np
import pandas as pd

from xhs_toolkit.exports.crosschecks import add_organic
from xhs_toolkit.ledger.candidates import sum_note_ads

BOUGHT = ["views_promoted", "views_heated", "exposure_promoted", "exposure_heated"]


def split_traffic(notes: pd.DataFrame, *, ad_days: pd.DataFrame, is_whole: bool = False) -> pd.DataFrame:
    """Set organic exposure and views apart (`exports.add_organic`, `add_organic_views`).

    Where the ad reports name a note for all that was spent, a note they do not name had no ads: all it has is organic.
    So is all that any note has where no file shows anything bought.

    Parameters
    ----------
    notes : `tables.NOTES`, one row a note or a snapshot.
    ad_days : `tables.AD_DAYS`, of all notes.
    is_whole : whether the ad reports name a note for all that was spent (`ledger.names_all_ads`).
    """
    clicks = sum_note_ads(ad_days).groupby("note_id")["clicks"].sum(min_count=1)
    found = add_organic(notes, ad_days=ad_days)
    is_free = ad_days.empty and not notes[BOUGHT].gt(0).any(axis=None)
    if not (is_whole or is_free):
        return add_organic_views(found, ad_clicks=clicks)
    without = notes.loc[~notes["note_id"].isin(ad_days["note_id"]), "note_id"].drop_duplicates()
    clicks = pd.concat([clicks, pd.Series(0.0, index=without)])
    is_bare = found["note_id"].isin(without) & found["exposure_organic_reason"].eq("not_separable")
    exposure = found["exposure_organic"].mask(is_bare, found["exposure"])
    return add_organic_views(found.assign(exposure_organic=exposure), ad_clicks=clicks)


def add_organic_views(notes: pd.DataFrame, *, ad_clicks: pd.Series) -> pd.DataFrame:
    """Fill ``views_organic`` and add ``views_organic_source`` (platform, derived or '').

    The platform's own split counts; without it, views − what was promoted and heated; without that, views − the
    clicks that the ads bill for the note. A remainder below 0 is missing: the files do not agree.

    Parameters
    ----------
    notes : `tables.NOTES`, one row a note.
    ad_clicks : clicks by note id.
    """
    promoted = notes["views_promoted"] + notes["views_heated"].fillna(0.0)
    bought = promoted.fillna(notes["note_id"].map(ad_clicks).astype(float))
    rest = (notes["views"] - bought).where(lambda left: left >= 0)
    reported = notes["views_organic"]
    source = np.select([reported.notna(), rest.notna()], ["platform", "derived"], default="")
    return notes.assign(
        views_organic=reported.fillna(rest),
        views_organic_source=pd.Series(source, index=notes.index, dtype="str"),
    )
