"""Small campaigns for the tests of results: canonical tables with known truth."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import numpy as np
import pandas as pd

from xhs_toolkit.tables import TABLES, conform

TIERS = (SimpleNamespace(name="KOC", followers_from=0), SimpleNamespace(name="KOL", followers_from=10_000))
THEMES = (
    SimpleNamespace(name="walks", keywords=("徒步", "walk")),
    SimpleNamespace(name="gear", keywords=("装备", "gear")),
)
START = pd.Timestamp("2026-07-01", tz="UTC")
AS_OF = pd.Timestamp("2026-10-01", tz="UTC")
ORIGIN = {"source": "dandelion_notes", "source_file": "made.xlsx", "source_row": 2}


def make_campaign(**settings: object) -> SimpleNamespace:
    """A campaign from July 2026 on, its budget in NZD at 4.2 CNY."""
    plain = {
        "window": SimpleNamespace(start=START.date(), end=None),
        "markets": ("NZ",),
        "time_zone": "UTC",
        "themes": THEMES,
        "outcomes": SimpleNamespace(campaign_only=(), currency=None),
        "brand_names": ("港湾",),
        "agency": SimpleNamespace(tiers=TIERS, exchange_rates=(), service_fee_rate=0.1),
        "sourcing": SimpleNamespace(conflict_days=30),
        "planning": SimpleNamespace(personas=()),
        "budget": SimpleNamespace(currency="NZD", cny_per_unit=4.2, rate_date=date(2026, 6, 30)),
    }
    return SimpleNamespace(**plain | settings)


def make_table(name: str, rows: list[dict]) -> pd.DataFrame:
    """A canonical table of these rows."""
    return conform(pd.DataFrame([ORIGIN | {"source_row": i + 2} | row for i, row in enumerate(rows)]), TABLES[name])


def make_tables(**rows: list[dict] | pd.DataFrame) -> dict[str, pd.DataFrame]:
    """All canonical tables, those not given empty."""
    made = {name: each if isinstance(each, pd.DataFrame) else make_table(name, each) for name, each in rows.items()}
    return {name: table.empty() for name, table in TABLES.items()} | made


def make_note(number: int, *, creator: int, views: float, day: int, **values: object) -> dict:
    """One paid image note, seen on the as-of day; `day` counts from the campaign's start."""
    posted = START + pd.Timedelta(days=day)
    own = {"note_id": f"n{number}", "creator_id": f"c{creator}", "creator_name": f"Creator {creator}"}
    kind = {"format": "image", "scope": "paid", "title": "徒步 walk", "posted_at": posted, "as_of": AS_OF}
    return own | kind | {"views": views} | values


def make_history(
    *, n_creators: int = 12, k: int = 8, each: int = 3, ratio: float = 1.0, spread: float = 0.6, seed: int = 1
) -> list[dict]:
    """Notes of creators with `k` earlier notes and `each` campaign notes that are `ratio` times better."""
    rng = np.random.default_rng(seed)
    rows = []
    for creator in range(n_creators):
        centre = rng.normal(8, 0.8)
        for number in range(k + each):
            is_new = number >= k
            views = np.round(np.exp(centre + spread * rng.normal()) * (ratio if is_new else 1.0))
            note = make_note(len(rows), creator=creator, views=views, day=5 + number if is_new else -10 * (number + 1))
            followers = 20_000 if creator % 3 == 0 else 5_000
            theme = "徒步 walk" if creator % 2 else "装备 gear"
            rows.append(note | {"followers": followers, "title": f"{theme} {len(rows)}"})
    return rows
