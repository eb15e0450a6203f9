"""What a creator's level goes with before its own notes are looked at: tier, price, size, category."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.assumptions import assume
from xhs_toolkit.forecast.windows import Floats

AMOUNTS = {"cost_cny": ("price", "price_squared"), "followers": ("followers",)}
"""Columns that enter by their standardised logarithm, what is asked for a note and how many follow → coefficients."""

COEFFICIENT_SD: dict[str, float] = assume("forecast.coefficient_sd")
MIN_IN_CATEGORY: int = assume("forecast.min_in_category")
MAX_CATEGORIES: int = assume("forecast.max_categories")
MAX_COEFFICIENTS: int = assume("forecast.max_coefficients")


class Covariates(NamedTuple):
    """How creators' traits become columns of numbers (`learn_covariates`).

    Attributes
    ----------
    tiers, categories : names with a column of their own.
    centres : of each amount's log: mean and standard deviation over the pool, and its mean by tier.
    sd : prior standard deviation of each column's coefficient.
    """

    tiers: tuple[str, ...]
    categories: tuple[str, ...]
    centres: dict[str, tuple[float, float, pd.Series]]
    sd: Floats


def learn_covariates(traits: pd.DataFrame) -> Covariates:
    """Learn the columns from a pool.

    Parameters
    ----------
    traits : one row a creator: any of ``tier``, ``category``, ``cost_cny``, ``followers``.
    """
    tiers = _names(traits, "tier", at_least=1)[:MAX_CATEGORIES]
    categories = _names(traits, "category", at_least=MIN_IN_CATEGORY)[:MAX_CATEGORIES]
    centres = {name: _centre(traits, name) for name in AMOUNTS if name in traits and traits[name].gt(0).sum() > 1}
    kinds = ["intercept", *["tier_beside_size" if "followers" in centres else "tier"] * len(tiers)]
    kinds += ["category"] * len(categories) + [kind for name in centres for kind in AMOUNTS[name]]
    scale = {"price": centres["cost_cny"][1]} if "cost_cny" in centres else {}  # an elasticity, standardised
    sd = np.array([COEFFICIENT_SD[kind] * scale.get(kind, 1.0) for kind in kinds])
    return Covariates(tiers, categories, centres, sd)


def _names(traits: pd.DataFrame, column: str, *, at_least: int) -> tuple[str, ...]:
    """Values of a column, most frequent first; none where all rows have the same."""
    if column not in traits:
        return ()
    counts = traits[column].astype(object).value_counts()
    names = tuple(map(str, counts[counts >= at_least].index))
    return names if len(counts) > 1 else ()


def _centre(traits: pd.DataFrame, name: str) -> tuple[float, float, pd.Series]:
    logs = _log(traits[name])
    by_tier = logs.groupby(traits["tier"].astype(object)).mean() if "tier" in traits else pd.Series(dtype=float)
    return float(logs.mean()), float(logs.std()) or 1.0, by_tier


def _log(values: pd.Series) -> pd.Series:
    amounts = values.astype(float)
    return np.log(amounts.where(amounts > 0))


def make_design(traits: pd.DataFrame, *, covariates: Covariates) -> Floats:
    """Columns of numbers, creators × covariates, intercept first; an unknown amount is its tier's usual one."""
    columns = [np.ones(len(traits))]
    for column, names in (("tier", covariates.tiers), ("category", covariates.categories)):
        if names:
            columns += [traits[column].eq(name).fillna(value=False).to_numpy(dtype=float) for name in names]
    for name, (mean, deviation, by_tier) in covariates.centres.items():
        usual = traits["tier"].astype(object).map(by_tier).astype(float) if "tier" in traits else np.nan
        logs = _log(traits[name]).fillna(usual).fillna(mean)
        standard = (logs.to_numpy(dtype=float) - mean) / deviation
        columns += [standard, np.square(standard) - 1] if name == "cost_cny" else [standard]
    return np.column_stack(columns)
