"""Invented campaigns for the history: notes as the results step writes them, and a plan that promised them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from xhs_toolkit.campaign import Agency, Campaign, Window
from xhs_toolkit.metrics import add_metrics
from xhs_toolkit.plans import ROSTER_COLUMNS, Plan
from xhs_toolkit.tables import NOTES, conform

FIRST = pd.Timestamp("2025-03-01", tz="UTC")


def make_campaign(home: Path, client: str = "Harbour Tours", name: str = "Autumn", **settings: object) -> Campaign:
    """A campaign beside others in `home`, which is the agency's folder."""
    agency = Agency(folder=home, history=settings.pop("history", "history"))
    settings = {"category": "travel", "window": Window(start="2025-03-01"), **settings}
    return Campaign(folder=home / f"{client} {name}", client=client, name=name, agency=agency, **settings)


def make_notes(n: int = 12, *, seed: int = 0, n_creators: int = 6, middle: float = 5_000.0) -> pd.DataFrame:
    """Paid notes with unmistakable names, titles and ids; half image, half video; KOC and KOL."""
    rng = np.random.default_rng(seed)
    number = np.arange(n)
    owner = number % n_creators
    views = np.round(middle * np.exp(rng.normal(0, 0.8, n)))
    notes = pd.DataFrame(
        {
            "note_id": [f"66c0ffee{seed:04d}{each:012d}" for each in number],
            "creator_id": [f"5eed{seed:04d}{each:016d}" for each in owner],
            "creator_name": [f"栗子同学{seed}-{each}" for each in owner],
            "title": [f"奥克兰周末去哪玩 {each}" for each in number],
            "text": "私信我",
            "tags": "奥克兰",
            "format": np.where(number // n_creators % 2, "image", "video"),
            "scope": "paid",
            "posted_at": FIRST + pd.to_timedelta(number, unit="D"),
            "as_of": FIRST + pd.Timedelta(days=90),
            "exposure": views * 12,
            "views": views,
            "engagement": np.round(views / 20),
            "followers": np.where(owner < n_creators / 2, 5_123.0, 54_321.0),
            "source": "dandelion_notes",
        }
    )
    tier = np.where(notes["followers"] < 10_000, "KOC", "KOL")
    return conform(notes, NOTES).assign(tier=tier, content_cny=1_234.5, views_organic=notes["views"]).pipe(add_metrics)


def make_plan(notes: pd.DataFrame, *, promised: float = 5_000.0, **assumptions: object) -> Plan:
    """A plan whose forecast was the same for each note: a middle, a third of it, and three times it."""
    first = notes.sort_values("posted_at").drop_duplicates(["creator_id", "format"])
    roster = first[["creator_id", "creator_name", "format", "tier"]]
    levels = {10: 1 / 3, 50: 1.0, 90: 3.0}
    bands = {f"views_p{level}": promised * factor for level, factor in levels.items()}
    roster = roster.assign(**bands).reindex(columns=list(ROSTER_COLUMNS))
    totals = {f"p{level}": [promised * factor * len(roster)] for level, factor in levels.items()}
    return Plan(1, "", "", None, roster, pd.DataFrame({"metric": ["views"], **totals}), assumptions)
