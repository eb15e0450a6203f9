"""How the notes of a pool behave: what each creator usually brings, how creators differ, how far notes stray.

Three layers, all on the log scale: a tier's mean, a creator's own location drawn towards it, and the
spread of one note around the creator. The shape of that spread is learned from the pool's own
forecasting errors, note after note, and is Student's t where there are too few of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.forecast.windows import (
    WINDOW,
    Floats,
    Located,
    fit_spread_prior,
    locate,
    log_count,
    moderate,
    sort_notes,
    take_windows,
)
from xhs_toolkit.stats import distributions, make_rng, shrink_means, shrink_summaries

WITHIN_SD = 1.2
"""Standard deviation of log engagement within a creator, measured on genuine notes: used until the pool tells."""

BETWEEN_SD = 1.2
"""Between creators of one tier: the intra-class correlation of log likes is about one half."""

SPREAD_DEGREES = 6.0
"""Degrees of freedom of the creators' spreads, measured on genuine notes."""

PRIOR_CREATORS = 10
"""Creators the stated spread is worth: a pool of ten believes itself and the statement equally."""

MAX_SHIFT = 0.5
"""Largest shift towards the peers, in standard errors of the creator's own location: Efron and Morris (1972),
limited translation, so that a creator truly unlike its peers is not spoiled by them."""

MIN_CREATORS = 5
"""Creators with evidence from which a pool can speak for one without."""

MIN_NOTES = 3
"""Own notes of a creator's own location."""

ERROR_WEIGHT = 0.25
"""A creator with n errors weighs n to the power 1 − this in the learned shape: the prolific lead but do not rule."""

T_WORTH = 30.0
"""Errors that the assumed t shape is worth beside the learned one."""

FEW_EFFECTIVE = 16.0
"""Effective notes (some seventeen, fading) under which a forecast errs in its own way: it has a shape of its own."""

MAX_ERRORS = 20_000
"""Errors learned from at most, drawn at random: the 10% quantile is then known to 0.2 percentage points."""

GRID = np.concatenate([[0.001, 0.0025, 0.005], np.arange(0.01, 0.995, 0.01), [0.995, 0.9975, 0.999]])
"""Probabilities at which the shape is kept. It ends there: a forecast has no infinite mean."""


class NoteModel(NamedTuple):
    """A pool's notes of one metric (`fit_note_model`). Logs are natural.

    Attributes
    ----------
    metric : column name of the metric.
    own : one row a creator (index): ``n`` (effective notes), ``location``, ``variance``, ``basis``
        (``own_notes``, ``own_median``).
    tiers : log mean by tier, drawn towards the pool's; its error variance in ``tier_errors``.
    log_mean : of the pool. mean_error : its variance.
    between_variance : of creators within a tier. spread : variance and degrees of freedom of notes.
    shape : standardised deviations at the probabilities `GRID`: first row with fewer than `FEW_EFFECTIVE`
        effective earlier notes, second with more.
    n_creators, n_errors : creators with evidence; forecasting errors the shape was learned from.
    remembered : tiers in which the agency's earlier campaigns speak for creators without evidence.
    shifts, stretch : what earlier forecasts taught: added to the log by tier; factor on the width.
    """

    metric: str
    own: pd.DataFrame
    tiers: pd.Series
    tier_errors: pd.Series
    log_mean: float
    mean_error: float
    between_variance: float
    spread: tuple[float, float]
    shape: Floats
    n_creators: int
    n_errors: int
    remembered: frozenset[str] = frozenset()
    shifts: Mapping[str, float] = MappingProxyType({})
    stretch: float = 1.0

    @property
    def can_speak_for_peers(self) -> bool:
        """Whether a creator without any evidence can be forecast from the others."""
        return self.n_creators >= MIN_CREATORS


def fit_note_model(
    notes: pd.DataFrame,
    *,
    metric: str,
    medians: pd.DataFrame | None = None,
    tiers: pd.Series | None = None,
    creator: str = "creator_id",
    window: int = WINDOW,
) -> NoteModel:
    """Learn a pool.

    Parameters
    ----------
    notes : one row a note with the columns `creator`, ``posted_at`` and `metric`.
    medians : creators known by the platform's figures, indexed by creator: ``median`` and ``n_notes``.
        Used where a creator has no three notes of its own.
    tiers : tier of each creator, indexed by creator.
    window : earlier notes looked at.
    """
    ordered, codes = sort_notes(notes[notes[metric].notna()], creator=creator)
    logs = log_count(ordered[metric])
    ends = np.flatnonzero(np.diff(codes, append=-1)) + 1
    windows = take_windows(logs, codes=codes, ends=ends, size=window)
    own = _summarise_creators(windows, names=pd.Index(ordered[creator].unique()))
    spread = _fit_spread(own)
    own = _add_medians(own[own["n_notes"] >= MIN_NOTES], medians)
    model = _fit_population(own, metric=metric, tiers=tiers, spread=spread)
    errors = _collect_errors(model, logs, codes, ordered[creator], tiers=tiers, window=window)
    return model._replace(shape=_learn_shapes(errors, degrees=spread[1]), n_errors=len(errors))


def _summarise_creators(windows: Floats, *, names: pd.Index) -> pd.DataFrame:
    n_notes = np.isfinite(windows).sum(axis=1)
    found = locate(windows, prior=_known_or_stated(windows))
    return pd.DataFrame(
        {
            "n": found.n,
            "n_notes": n_notes.astype(float),
            "location": found.location,
            "variance": found.variance,
            "basis": "own_notes",
        },
        index=names,
    )


def _known_or_stated(windows: Floats) -> tuple[float, float] | None:
    """None where enough windows have a spread of their own; else the stated prior."""
    enough = (np.isfinite(windows).sum(axis=1) >= MIN_NOTES).sum() >= MIN_CREATORS
    return None if enough else (WITHIN_SD**2, SPREAD_DEGREES)


def _fit_spread(own: pd.DataFrame) -> tuple[float, float]:
    """Spread of the pool's creators, averaged with the stated one, which is worth `PRIOR_CREATORS`."""
    known = own[own["n_notes"] >= MIN_NOTES]
    if len(known) < MIN_CREATORS:
        return WITHIN_SD**2, SPREAD_DEGREES
    variance, degrees = fit_spread_prior(known["n"].to_numpy(), known["variance"].to_numpy())
    share = len(known) / (len(known) + PRIOR_CREATORS)
    pooled = np.exp(share * np.log(variance) + (1 - share) * np.log(WITHIN_SD**2))
    return float(pooled), float(1 / (share / degrees + (1 - share) / SPREAD_DEGREES))


def _add_medians(own: pd.DataFrame, medians: pd.DataFrame | None) -> pd.DataFrame:
    """Add the creators known only by a median: it is worth 2/π of a mean of as many notes."""
    if medians is None or medians.empty:
        return own
    logs = log_count(medians["median"])
    n_notes = medians["n_notes"].to_numpy(dtype=float)
    usable = np.isfinite(logs) & (n_notes > 0) & ~medians.index.isin(own.index)
    n = n_notes * 2 / np.pi
    added = pd.DataFrame(
        {"n": n, "n_notes": n_notes, "location": logs, "variance": np.nan, "basis": "own_median"}, index=medians.index
    )
    return pd.concat([own, added[usable]]) if usable.any() else own


def _fit_population(
    own: pd.DataFrame, *, metric: str, tiers: pd.Series | None, spread: tuple[float, float]
) -> NoteModel:
    """Tier means drawn towards the pool's, and what is left between the creators of a tier."""
    n, location = own["n"].to_numpy(), own["location"].to_numpy()
    variance = moderate(n, own["variance"].to_numpy(), prior=spread)
    tier = tier_of(own.index, tiers)
    by_tier, names = shrink_means(location, groups=tier), pd.Index(pd.unique(tier))
    log_mean = float(location.mean()) if len(own) else float("nan")
    means = pd.Series(by_tier.shrunk[: len(names)], index=names, dtype=float).fillna(log_mean)
    left = shrink_summaries(n, location - means.reindex(tier).to_numpy(), variance)
    between = left.between_variance if len(own) >= MIN_CREATORS else BETWEEN_SD**2
    one = between + float(np.mean(variance / n)) if len(own) else BETWEEN_SD**2
    errors = pd.Series(one / by_tier.n[: len(names)], index=names, dtype=float)
    none = np.array([])
    return NoteModel(metric, own, means, errors, log_mean, one / max(len(own), 1), between, spread, none, len(own), 0)


def tier_of(creators: pd.Index, tiers: pd.Series | None) -> np.ndarray:
    """Tier of each creator; '' where it is not known."""
    if tiers is None:
        return np.full(len(creators), "", dtype=object)
    return tiers.reindex(creators).astype(object).fillna("").to_numpy()


class Predicted(NamedTuple):
    """Location and scale of a new note (logs), and which part of the variance it shares with others.

    Attributes
    ----------
    location, scale : of the note.
    n : effective notes the location rests on.
    creator_share : of the variance, shared by all notes of the creator (its location is not known exactly).
    tier_share : shared by all creators of the tier (the tier's mean is not known exactly).
    """

    location: Floats
    scale: Floats
    n: Floats
    creator_share: Floats
    tier_share: Floats


def predict(model: NoteModel, found: Located, *, tier: np.ndarray) -> Predicted:
    """Draw what a creator's notes say towards its tier's mean.

    The shift is at most `MAX_SHIFT` standard errors of the creator's own location. Without notes
    (n = 0) the prediction is the tier's: wide, for it must hold for any of its creators.
    """
    mean = model.tiers.reindex(tier).fillna(model.log_mean).to_numpy()
    mean_error = model.tier_errors.reindex(tier).fillna(model.mean_error).to_numpy()
    spread = moderate(found.n, found.variance, prior=model.spread)
    known = found.n > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        own_error = np.where(known, spread / found.n, np.inf)
        weight = np.where(known, model.between_variance / (model.between_variance + own_error), 0.0)
    location = np.where(known, found.location, mean)
    limit = np.where(known, MAX_SHIFT * np.sqrt(own_error), 0.0)
    location = location + np.clip((1 - weight) * (mean - location), -limit, limit)
    of_creator = np.where(known, weight * np.where(known, own_error, 0.0), model.between_variance)
    of_tier = np.square(1 - weight) * mean_error
    total = spread + of_creator + of_tier
    return Predicted(location, np.sqrt(total), found.n, of_creator / total, of_tier / total)


class _Errors(NamedTuple):
    """Standardised errors of forecasting each note of the pool from the notes before it."""

    error: Floats
    weight: Floats
    n: Floats

    def __len__(self) -> int:
        return len(self.error)


def _collect_errors(
    model: NoteModel,
    logs: Floats,
    codes: np.ndarray,
    creators: pd.Series,
    *,
    tiers: pd.Series | None,
    window: int,
) -> _Errors:
    place = np.arange(len(codes)) - np.searchsorted(codes, codes, side="left")
    ends = np.flatnonzero(place >= MIN_NOTES)
    if len(ends) > MAX_ERRORS:
        ends = np.sort(make_rng().choice(ends, MAX_ERRORS, replace=False))
    found = locate(take_windows(logs, codes=codes, ends=ends, size=window), prior=model.spread)
    predicted = predict(model, found, tier=tier_of(pd.Index(creators.iloc[ends]), tiers))
    n_each = np.bincount(codes[ends])[codes[ends]] if len(ends) else np.array([])
    return _Errors((logs[ends] - predicted.location) / predicted.scale, n_each**-ERROR_WEIGHT, found.n)


def _learn_shapes(errors: _Errors, *, degrees: float) -> Floats:
    """Shape of all errors, drawn towards Student's t; then of few and of many notes, drawn towards that."""
    of_all = _learn_shape(errors.error, errors.weight, towards=distributions.t.ppf(GRID, max(degrees, 4.0)))
    strata = (errors.n < FEW_EFFECTIVE, errors.n >= FEW_EFFECTIVE)
    return np.vstack([_learn_shape(errors.error[each], errors.weight[each], towards=of_all) for each in strata])


def _learn_shape(errors: Floats, weights: Floats, *, towards: Floats) -> Floats:
    """Weighted quantiles of the errors at `GRID`, averaged with `towards`, which is worth `T_WORTH` errors."""
    if not len(errors):
        return towards
    order = np.argsort(errors)
    reached = np.cumsum(weights[order]) - weights[order] / 2
    learned = np.interp(GRID, reached / weights.sum(), errors[order])
    return (len(errors) * learned + T_WORTH * towards) / (len(errors) + T_WORTH)


def quantile(model: NoteModel, predicted: Predicted, *, probability: float) -> Floats:
    """Log quantile of each predicted note."""
    few, many = (np.interp(probability, GRID, shape) for shape in model.shape)
    return predicted.location + predicted.scale * np.where(predicted.n < FEW_EFFECTIVE, few, many)


def predict_creators(
    creators: pd.Index, *, model: NoteModel, tiers: pd.Series | None = None
) -> tuple[Predicted, pd.Series]:
    """Predict a new note of each creator, and say from what.

    The basis is ``own_notes``, ``own_median``, ``agency_history``, ``peers`` or, where nothing is known,
    ``not_measured``.
    """
    own, tier = model.own.reindex(creators), tier_of(creators, tiers)
    n = own["n"].fillna(0.0).to_numpy(dtype=float)
    found = Located(n, own["location"].to_numpy(dtype=float), own["variance"].to_numpy(dtype=float))
    predicted = _correct(predict(model, found, tier=tier), model=model, tier=tier)
    unknown = np.where(
        np.isin(tier.astype(str), list(model.remembered)),
        "agency_history",
        "peers" if model.can_speak_for_peers else "not_measured",
    )
    basis = own["basis"].astype(object).fillna(pd.Series(unknown, index=own.index)).astype("str")
    silent = basis.eq("not_measured").to_numpy()
    location, scale = (np.where(silent, np.nan, each) for each in (predicted.location, predicted.scale))
    return predicted._replace(location=location, scale=scale), basis


def _correct(predicted: Predicted, *, model: NoteModel, tier: np.ndarray) -> Predicted:
    """Move and widen as earlier forecasts taught."""
    shift = np.array([model.shifts.get(name, 0.0) for name in tier], dtype=float)
    return predicted._replace(location=predicted.location + shift, scale=predicted.scale * model.stretch)
