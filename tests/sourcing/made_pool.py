"""Small pools of creators and notes, typed in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from xhs_toolkit.campaign import Campaign, Theme
from xhs_toolkit.campaign.people import Sourcing
from xhs_toolkit.tables import TABLES, conform

NOW = pd.Timestamp("2026-09-01", tz="UTC")


def make_creators(rows: list[Mapping[str, object]]) -> pd.DataFrame:
    """Creators of the platform's export as of `NOW`, unless a row says otherwise."""
    common = {"source": "dandelion_creators", "source_file": "a.xlsx", "as_of": NOW}
    return pd.DataFrame([{**common, "source_row": float(number), **row} for number, row in enumerate(rows, 2)])


def make_notes(rows: list[Mapping[str, object]]) -> pd.DataFrame:
    """Notes posted ten days before `NOW`, unless a row says otherwise."""
    common = {"posted_at": NOW - pd.Timedelta(days=10), "as_of": NOW, "source": "mediacrawler_notes"}
    return pd.DataFrame([{**common, "note_id": f"n{number}", **row} for number, row in enumerate(rows)])


def make_tables(**tables: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return every canonical table; those not given are empty."""
    return {name: conform(tables.get(name, pd.DataFrame()), table) for name, table in TABLES.items()}


def make_campaign(**sourcing: object) -> Campaign:
    walks = Theme(name="Day walks", name_zh="一日徒步", keywords=("徒步", "hike"))
    return Campaign(folder=Path("nowhere"), category="outdoor", themes=(walks,), sourcing=Sourcing(**sourcing))
