"""The client's own daily figures, invented: treated and control markets, a known lift, a sale that lifts all."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

from case_studies.worlds.settings import MarketSettings, WorldSettings
from case_studies.worlds.words import read_voice

WEEKDAYS = (0.95, 0.93, 0.94, 0.97, 1.02, 1.12, 1.07)
WORK_UP_DAYS = 7.0
NOISE_SD, NOISE_MEMORY = 0.05, 0.5
FESTIVAL_DAYS = (9.0, 5.0)
"""Width of a festival's rise before and after its day (standard deviations of a bell): assumed."""


def make_outcomes(settings: WorldSettings, *, rng: np.random.Generator) -> pd.DataFrame:
    """Make the client's figures, one a day and market, from their `days_before` the campaign to its end.

    Returns
    -------
    DataFrame
        ``date``, ``market``, ``channel``, ``metric``, ``value``, ``currency``; the truth: ``true_incremental``, the
        part of the value that the campaign caused.
    """
    figures = (settings.markets, *settings.more_markets)
    return pd.concat([_make_figure(one, settings=settings, rng=rng) for one in figures], ignore_index=True)


def _make_figure(markets: MarketSettings, *, settings: WorldSettings, rng: np.random.Generator) -> pd.DataFrame:
    names = [*markets.treated, *markets.controls]
    before = settings.history_days if markets.days_before is None else markets.days_before
    days = pd.date_range(settings.start - timedelta(days=before), settings.end)
    treated = np.isin(names, markets.treated)
    level = _draw_levels(len(days), len(names), markets=markets, rng=rng)
    common = np.log(np.array(WEEKDAYS)[days.day_of_week]) + _draw_common(
        days, markets=markets, rng=rng, end=settings.end
    )
    own = _add_own_shocks(days, treated, markets=markets, settings=settings)
    sizes = read_voice(settings.voice).get("markets", {})
    without = np.exp(level + common[:, None] + own) * [sizes.get(name, 1.0) for name in names]
    age_days = np.maximum((days - pd.Timestamp(str(settings.start))).days + 1, 0).to_numpy()
    work_up = 1 - np.exp(-age_days / WORK_UP_DAYS)
    incremental = without * markets.lift * work_up[:, None] * treated
    return pd.DataFrame(
        {
            "date": np.repeat(days, len(names)),
            "market": names * len(days),
            "channel": markets.channel,
            "metric": markets.metric,
            "value": np.rint(without + incremental).ravel().astype(int),
            "currency": markets.currency,
            "true_incremental": incremental.ravel(),
        }
    )


def _draw_levels(n_days: int, n_markets: int, *, markets: MarketSettings, rng: np.random.Generator) -> np.ndarray:
    """Size, random walk and remembered noise of each market, on the log scale."""
    size = np.log(markets.base) + markets.size_sd * rng.standard_normal(n_markets)
    walk = np.cumsum(markets.drift_sd * rng.standard_normal((n_days, n_markets)), axis=0)
    steps = NOISE_SD * np.sqrt(1 - NOISE_MEMORY**2) * rng.standard_normal((n_days, n_markets))
    noise = np.zeros((n_days, n_markets))
    for day in range(n_days):
        noise[day] = NOISE_MEMORY * noise[day - 1] + steps[day]
    return size + walk + noise


def _draw_common(days: pd.DatetimeIndex, *, markets: MarketSettings, rng: np.random.Generator, end: date) -> np.ndarray:
    """What moves every market: a slow walk, festivals, and the sale in the window's last days."""
    walk = np.cumsum(markets.drift_sd * rng.standard_normal(len(days)))
    rise = sum((measure_festival(days, festival) for festival in markets.festivals), np.zeros(len(days)))
    return walk + np.log(markets.festival_ratio) * rise + np.log(markets.sale_ratio) * _on_sale(days, markets, end)


def measure_festival(days: pd.DatetimeIndex, festival: date) -> np.ndarray:
    """How far a festival lifts each day: 1 on its day, less before and after.

    >>> days = pd.date_range("2026-02-07", periods=11)
    >>> measure_festival(days, date(2026, 2, 17)).round(2).tolist()[::5]
    [0.54, 0.86, 1.0]
    """
    away = (days - pd.Timestamp(str(festival))).days.to_numpy()
    before, after = FESTIVAL_DAYS
    return np.exp(-((away / np.where(away < 0, before, after)) ** 2) / 2)


def _on_sale(days: pd.DatetimeIndex, markets: MarketSettings, end: date) -> np.ndarray:
    return (days > pd.Timestamp(str(end)) - timedelta(days=markets.sale_days)).astype(float)


def _add_own_shocks(
    days: pd.DatetimeIndex, treated: np.ndarray, *, markets: MarketSettings, settings: WorldSettings
) -> np.ndarray:
    """What mis-specified worlds add: a sale that is stronger where the campaign was, a break in the controls."""
    sale = np.log(markets.treated_sale_ratio) * _on_sale(days, markets, settings.end)
    after = np.log(markets.break_ratio) * (days >= pd.Timestamp(str(settings.start)))
    return np.outer(sale, treated) + np.outer(after, ~treated)
