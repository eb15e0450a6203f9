"""Coverage of the funnel's nominal 90% ranges, by simulation: python benchmarks/funnel_coverage.py [draws].

Notes' lead rates differ by a log-normal factor; views do too. The truth is the mean rate of such notes.
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd

from xhs_toolkit.stats import jeffreys_interval, make_rng, varying_share_interval
from xhs_toolkit.tables import TABLES, conform

LOG_SDS = (0.0, 0.5, 1.0, 1.5)
N_NOTES = (12, 24, 48)
VIEWS = 9_000.0
ORIGIN = {"source": "client_leads", "source_file": "leads.csv"}


def draw_counts(
    rng: np.random.Generator, *, n_notes: int, log_sd: float, leads_a_note: float, views_log_sd: float
) -> tuple[np.ndarray, np.ndarray, float]:
    """Draw views and leads of notes, and the true share of views that become leads."""
    views = np.round(VIEWS * np.exp(views_log_sd * rng.normal(size=n_notes) - views_log_sd**2 / 2)) + 100
    truth = leads_a_note / VIEWS
    rate = truth * np.exp(log_sd * rng.normal(size=n_notes) - log_sd**2 / 2)
    return views, rng.binomial(views.astype(int), np.minimum(rate, 1.0)).astype(float), truth


def make_tables(views: np.ndarray, leads: np.ndarray) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make notes of a creator each, and the client's leads by creator."""
    names = [f"c{i}" for i in range(len(views))]
    notes = pd.DataFrame({"note_id": names, "creator_id": names, "creator_name": names, "views": views})
    rows = {"date": pd.Timestamp("2026-07-01"), "metric": "leads", "value": leads, "creator_id": names}
    outcomes = pd.DataFrame(rows | ORIGIN | {"source_row": np.arange(len(views)) + 2})
    return notes.assign(theme=None, tier=None), conform(outcomes, TABLES["outcomes"])


def measure(n_draws: int, *, seed: int = 0, **settings: float) -> dict[str, float]:
    """Share of campaigns with a range, of those that hold the truth, and the same of ranges that count leads alone."""
    rng = make_rng(seed)
    stated, inside, naive = [], [], []
    for _ in range(n_draws):
        views, leads, truth = draw_counts(rng, **settings)
        found = varying_share_interval(leads, views, level=0.9)
        plain = jeffreys_interval(leads.sum(), views.sum(), level=0.9)
        stated.append(pd.notna(found.low))
        inside.append(found.low <= truth <= found.high)
        naive.append(plain.low <= truth <= plain.high)
    known = np.array(stated)
    held = float(np.mean(np.array(inside)[known])) if known.any() else float("nan")
    return {"stated": float(known.mean()), "inside": held, "each lead by itself": float(np.mean(naive))}


def main(n_draws: int = 1_000) -> None:
    """Print coverage by number of notes, leads a note and spread between notes."""
    for leads_a_note, views_log_sd in ((20.0, 0.5), (10.0, 0.5), (3.0, 0.5)):
        for n_notes in N_NOTES:
            for log_sd in LOG_SDS:
                shape = {"n_notes": n_notes, "leads_a_note": leads_a_note, "views_log_sd": views_log_sd}
                found = measure(n_draws, log_sd=log_sd, **shape)
                told = "  ".join(f"{name} {value:.3f}" for name, value in found.items())
                print(f"{n_notes:3} notes  {leads_a_note:4.0f} leads each  log SD {log_sd}  {told}", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
