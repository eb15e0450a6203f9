"""Tiers of creators, by followers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from xhs_toolkit.campaign.agency import Tier


def add_tier(frame: pd.DataFrame, *, tiers: Iterable[Tier]) -> pd.DataFrame:
    """Add ``tier`` from ``followers``; missing where the followers are unknown.

    The cut-offs are configuration (``agency.yaml``): by default KOC under 10,000 followers and
    KOL from 10,000.

    >>> from collections import namedtuple
    >>> T = namedtuple("T", "name followers_from")
    >>> pool = pd.DataFrame({"followers": [9_999, 10_000, None]})
    >>> add_tier(pool, tiers=[T("KOC", 0), T("KOL", 10_000)])["tier"].tolist()
    ['KOC', 'KOL', nan]
    """
    ordered = sorted(tiers, key=lambda tier: tier.followers_from)
    starts = np.array([tier.followers_from for tier in ordered], dtype=float)
    followers = frame["followers"].to_numpy(dtype=float)
    place = np.searchsorted(starts, followers, side="right") - 1
    names = np.array([tier.name for tier in ordered], dtype=object)
    known = ~np.isnan(followers) & (place >= 0)
    tier = pd.Series(np.where(known, names[np.clip(place, 0, len(names) - 1)], None), index=frame.index, dtype="str")
    return frame.assign(tier=tier)
