"""Which notes belong to the campaign, whose they are, and what they are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign


def choose_campaign_notes(
    notes: pd.DataFrame, *, placements: pd.DataFrame, campaign: Campaign
) -> tuple[pd.DataFrame, str]:
    """Return the notes that belong to the campaign, and why: ``paid`` or ``all``.

    Inside the window, the notes known as paid cooperations; where no file says which notes were
    paid, every note inside the window. A note without a posting time belongs to a window only
    when the window is open at both ends.
    """
    inside = choose_window_notes(notes, campaign=campaign)
    paid = inside["scope"].eq("paid") | inside["note_id"].isin(placements["note_id"].dropna())
    return (inside[paid], "paid") if paid.any() else (inside, "all")


def choose_window_notes(notes: pd.DataFrame, *, campaign: Campaign) -> pd.DataFrame:
    """Return the notes posted inside the campaign's window, whoever paid for them."""
    return notes[_inside_window(notes["posted_at"], campaign)]


def _inside_window(posted_at: pd.Series, campaign: Campaign) -> pd.Series:
    day = posted_at.dt.tz_convert(campaign.time_zone).dt.tz_localize(None).dt.normalize()
    inside = pd.Series(True, index=posted_at.index)
    if campaign.window.start:
        inside &= day >= pd.Timestamp(campaign.window.start)
    if campaign.window.end:
        inside &= day <= pd.Timestamp(campaign.window.end)
    return inside


def add_followers(notes: pd.DataFrame, *, creators: pd.DataFrame) -> pd.DataFrame:
    """Fill ``followers`` from the newest row of the same creator in ``creators``."""
    known = creators[creators["creator_id"].notna() & creators["followers"].notna()]
    newest = known.sort_values("as_of", kind="stable", na_position="first").drop_duplicates("creator_id", keep="last")
    found = notes["creator_id"].map(newest.set_index("creator_id")["followers"]).astype(float)
    return notes.assign(followers=notes["followers"].fillna(found))
