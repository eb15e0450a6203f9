"""The score that orders the list: named parts, weights a person sets, and how firm the order is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.assumptions import assume
from xhs_toolkit.campaign.people import ScoreWeights
from xhs_toolkit.stats import make_rng
from xhs_toolkit.thread.pool import weigh_parts
from xhs_toolkit.vetting.checks import CHECKS, Floats
from xhs_toolkit.vetting.judge import Judged

PARTS: Final = tuple(ScoreWeights.model_fields)
N_DRAWS: int = assume("vetting.n_draws")
CONTENDERS: int = assume("vetting.contenders")
WEIGHT_SPREAD: float = assume("vetting.weight_spread")


class Score(NamedTuple):
    """What `score_creators` found, in the order of the creators.

    Attributes
    ----------
    parts : one column a part, 0–1; missing where not known.
    weights : share of each part in the score; 0 where nobody's part is known.
    points : contribution of each part, missing for one that counts nothing; they add up to ``score``.
    score : 0–100, the mean of the parts known; NaN of whom less is known than asked for.
    n_parts : parts known.
    ask_for : the parts that keep a creator without a score, joined by ``; ``.
    """

    parts: pd.DataFrame
    weights: pd.Series
    points: pd.DataFrame
    score: Floats
    n_parts: Floats
    ask_for: pd.Series


def score_creators(
    judged: Mapping[str, Judged], *, fit: Floats, weights: Mapping[str, float], known_share: float, index: pd.Index
) -> Score:
    """Weigh the parts: each is the mean standing (share of peers below) of its checks.

    Parameters
    ----------
    fit : 0–1, of sourcing; NaN where not known.
    weights : of each of `PARTS`. known_share : of the weights that must be known of a creator for a score.
    """
    standings: dict[str, list[Floats]] = {part: [] for part in PARTS}
    for check in CHECKS:
        if check.part and check.name in judged:
            standing = judged[check.name].standing
            standings[check.part].append(standing if check.better > 0 else 1 - standing)
    columns = {"fit": fit} | {part: _mean_known(each, len(index)) for part, each in standings.items() if part != "fit"}
    parts = pd.DataFrame(columns, index=index)[list(PARTS)]
    found = weigh_parts(parts, weights, known_share=known_share, prefix="part_")
    n_parts = parts.notna().sum(axis=1).to_numpy(dtype=float)
    return Score(parts, found.shares, found.points, found.score.to_numpy(), n_parts, found.ask_for)


def _mean_known(values: list[Floats], n: int) -> Floats:
    if not values:
        return np.full(n, np.nan)
    stacked = np.vstack(values)
    known = np.isfinite(stacked)
    count = known.sum(axis=0)
    return np.where(count > 0, np.where(known, stacked, 0.0).sum(axis=0) / np.maximum(count, 1), np.nan)


class Firmness(NamedTuple):
    """How firm the order is (`measure_firmness`).

    Attributes
    ----------
    top_share : how often each creator is among the first k.
    stay_share : of those on the list now, the mean share that stays.
    k, n_draws : of the list and the trials.
    """

    top_share: Floats
    stay_share: float
    k: int
    n_draws: int


def measure_firmness(score: Score, *, k: int, allowed: np.ndarray, seed: int = 0) -> Firmness:
    """Order the creators again and again with weights half as large again or as small, and unknown parts anywhere.

    Weights are drawn from gamma distributions around those set (standard deviation `WEIGHT_SPREAD` of each); what
    is not known of a creator is drawn evenly between 0 and 1. Only creators in `allowed` compete.
    """
    rng = make_rng(seed)
    places = np.flatnonzero(allowed)
    places = places[np.argsort(-score.score[places], kind="stable")][: max(CONTENDERS, 2 * k)]
    values = score.parts.to_numpy()[places]
    k = min(k, len(values))
    top = np.zeros(len(values))
    if k == 0:
        return Firmness(np.zeros(len(allowed)), float("nan"), 0, 0)
    shape = 1 / WEIGHT_SPREAD**2
    unknown = np.isnan(values)
    for _ in range(N_DRAWS):
        weights = score.weights.to_numpy() * rng.gamma(shape, 1 / shape, len(PARTS))
        drawn = np.where(unknown, rng.random(values.shape), values)
        first = np.argpartition(-(drawn @ weights), k - 1)[:k]
        top[first] += 1
    share = np.zeros(len(allowed))
    share[places] = top / N_DRAWS
    return Firmness(share, float(top[:k].mean() / N_DRAWS), k, N_DRAWS)
