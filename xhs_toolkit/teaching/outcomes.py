"""The client's own daily figures, invented: treated and control markets, a known lift, a sale that lifts all."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd

from xhs_toolkit.teaching.settings import WorldSettings

WEEKDAYS = (0.95, 0.93, 0.94, 0.97, 1.02, 1.12, 1.07)
WORK_UP_DAYS = 7.0
SALE_DAYS = 7
NOISE_SD, NOISE_MEMORY = 0.05, 0.5


def make_outcomes(settings: WorldSettings, *, rng: np.random.Generator) -> pd.DataFrame:
    """Make one figure a day and market, from `history_days` before the campaign to its end.

    Returns
    -------
    DataFrame
        ``date``, ``market``, ``metric``, ``value``; the truth: ``true_incremental``, the part of the value
        that the campaign caused.
    """
    markets = settings.markets
    names = [*markets.treated, *markets.controls]
    days = pd.date_range(settings.start - timedelta(days=settings.history_days), settings.end)
    level = _draw_levels(len(days), len(names), settings=settings, rng=rng)
    common = np.log(np.array(WEEKDAYS)[days.day_of_week]) + _draw_common(days, settings=settings, rng=rng)
    without = np.exp(level + common[:, None])
    age_days = np.maximum((days - pd.Timestamp(str(settings.start))).days + 1, 0).to_numpy()
    work_up = 1 - np.exp(-age_days / WORK_UP_DAYS)
    treated = np.isin(names, markets.treated)
    incremental = without * markets.lift * work_up[:, None] * treated
    return pd.DataFrame(
        {
            "date": np.repeat(days, len(names)),
            "market": names * len(days),
            "metric": markets.metric,
            "value": np.rint(without + incremental).ravel().astype(int),
            "true_incremental": incremental.ravel(),
        }
    )


def _draw_levels(n_days: int, n_markets: int, *, settings: WorldSettings, rng: np.random.Generator) -> np.ndarray:
    """Size, random walk and remembered noise of each market, on the log scale."""
    size = np.log(settings.markets.base) + 0.4 * rng.standard_normal(n_markets)
    walk = np.cumsum(settings.markets.drift_sd * rng.standard_normal((n_days, n_markets)), axis=0)
    steps = NOISE_SD * np.sqrt(1 - NOISE_MEMORY**2) * rng.standard_normal((n_days, n_markets))
    noise = np.zeros((n_days, n_markets))
    for day in range(n_days):
        noise[day] = NOISE_MEMORY * noise[day - 1] + steps[day]
    return size + walk + noise


def _draw_common(days: pd.DatetimeIndex, *, settings: WorldSettings, rng: np.random.Generator) -> np.ndarray:
    """What moves every market: a slow walk, and the sale in the window's last week."""
    walk = np.cumsum(settings.markets.drift_sd * rng.standard_normal(len(days)))
    on_sale = days > pd.Timestamp(str(settings.end)) - timedelta(days=SALE_DAYS)
    return walk + np.where(on_sale, np.log(settings.markets.sale_ratio), 0.0)
