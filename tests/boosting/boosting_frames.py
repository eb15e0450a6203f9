"""Small campaigns for the tests of boosting: notes, comparisons and ad days with known truth."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd

from xhs_toolkit.boosting import sum_note_days
from xhs_toolkit.campaign import Agency, Boosting
from xhs_toolkit.tables import TABLES, conform

POSTED = pd.Timestamp("2026-08-01", tz="UTC")
AS_OF = pd.Timestamp("2026-08-12", tz="UTC")
FIRST_AD = pd.Timestamp("2026-08-03")


def make_campaign(
    *, budget_cny: float | None = 10_000.0, objective: str = "sales", **boosting: object
) -> SimpleNamespace:
    budget = None if budget_cny is None else SimpleNamespace(amount_cny=budget_cny)
    window = SimpleNamespace(start=None, end=None)
    about = {"budget": budget, "window": window, "objective": objective, "time_zone": "UTC"}
    return SimpleNamespace(**about, boosting=Boosting(**boosting), agency=Agency())


def make_notes(n: int, *, form: str = "image", first: int = 0) -> pd.DataFrame:
    """Notes seen eleven days after posting, without ads of their own."""
    numbers = range(first, first + n)
    return pd.DataFrame(
        {
            "note_id": [f"n{i:03d}" for i in numbers],
            "title": [f"徒步 {i}" for i in numbers],
            "creator_name": [f"Creator {i}" for i in numbers],
            "tier": "KOC",
            "theme": "walks",
            "format": form,
            "posted_at": POSTED,
            "as_of": AS_OF,
            "exposure": 10_000.0,
            "views": 1_000.0,
            "exposure_organic": 10_000.0,
            "views_organic": 1_000.0,
            "content_cny": 500.0,
        }
    )


def make_compared(notes: pd.DataFrame, log_ratio: object, *, metric: str = "views", reason: str = "") -> pd.DataFrame:
    """Notes compared with what was expected: within-creator variance 1.0, error of the expectation 0.25."""
    ratio = np.broadcast_to(np.asarray(log_ratio, dtype=float), len(notes))
    return pd.DataFrame(
        {
            "note_id": notes["note_id"].to_numpy(),
            "metric": metric,
            "log_ratio": ratio,
            "log_note_variance": 1.0,
            "log_ratio_variance": 1.25,
            "reason": reason,
        }
    )


NOTHING = make_compared(make_notes(0), [])


def make_ads(
    notes: pd.DataFrame,
    *,
    clicks: object = 200.0,
    spend: float = 100.0,
    n_days: int = 6,
    kind: str = "feed",
    start: int = 0,
) -> pd.DataFrame:
    """`n_days` days of ads for each note; `clicks` a day, one figure, one a note, or one a note and day."""
    per_day = np.asarray(clicks, dtype=float)
    per_day = np.broadcast_to(per_day[:, None] if per_day.ndim == 1 else per_day, (len(notes), n_days))
    rows = pd.DataFrame(
        {
            "date": np.tile(FIRST_AD + pd.to_timedelta(np.arange(start, start + n_days), unit="D"), len(notes)),
            "placement_kind": kind,
            "level": "note",
            "note_id": np.repeat(notes["note_id"].to_numpy(), n_days),
            "spend_cny": spend,
            "impressions": 3_000.0,
            "clicks": per_day.ravel(),
            "source": "juguang",
            "source_file": f"{kind}.xlsx",
            "source_row": np.arange(len(notes) * n_days) + 2,
        }
    )
    return conform(rows, TABLES["ad_days"])


def sum_days(notes: pd.DataFrame, ads: pd.DataFrame, *, objective: str = "sales") -> pd.DataFrame:
    return sum_note_days(ads, formats=notes.set_index("note_id")["format"], objective=objective)


def make_spent(fees: float | None = 5_000.0, *, lost: float = 0.0) -> SimpleNamespace:
    """A ledger of creators' fees; `lost` is an amount in a currency without a rate."""
    items = [] if fees is None else ["creator_fee"]
    unconverted = pd.DataFrame({"currency": ["AUD"], "amount": [lost]}) if lost else pd.DataFrame()
    return SimpleNamespace(
        bookings=pd.DataFrame({"item": items}, dtype="str"),
        total_cny=float("nan") if fees is None else fees,
        committed_cny=float("nan"),
        unconverted=unconverted,
    )


NO_AD_DAYS = TABLES["ad_days"].empty()
