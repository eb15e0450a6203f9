"""How the notes of a pool behave: what each creator usually brings, how creators differ, how far notes stray.

All on the log scale. What is known of a creator is a robust mean of its earlier notes or the platform's median of them
(`windows`); what it is worth beside size, category and price is the posterior's business (`posterior`). The shape of
notes and how far creators drift are learned by replaying the pool's past where there are notes, and averaged over
where there are only medians.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.assumptions import assume
from xhs_toolkit.forecast.posterior import Known, Posterior, Prior, fit_posterior, summarise
from xhs_toolkit.forecast.shapes import (
    FINE,
    GRID,
    Covariates,
    Shape,
    assumed_shapes,
    blend_with_normal,
    blended_quantile,
    learn_covariates,
    make_design,
)
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
    unlog_count,
)
from xhs_toolkit.stats import distributions, make_rng

WITHIN_SD: float = assume("notes.within_creator_sd")
WITHIN_LOG_SD: float = assume("forecast.within_log_sd")
DRIFT_VARIANCE: float = assume("forecast.drift_variance")

DRIFTS = np.array([0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 0.8])
"""Variances of drift that are tried on the pool's past."""

SPREAD_DEGREES: float = assume("forecast.spread_degrees")
PRIOR_CREATORS: int = assume("forecast.prior_creators")
MIN_CREATORS: int = assume("forecast.min_creators")
MIN_NOTES: int = assume("forecast.min_notes")
MIN_REPLAYED: int = assume("forecast.min_replayed")

HORIZON = pd.Timedelta(days=assume("forecast.horizon_days"))

NEWEST: int = assume("forecast.replayed_notes")
ERROR_WEIGHT: float = assume("forecast.error_weight")
T_WORTH: float = assume("forecast.t_worth")
N_LEVELS: int = assume("forecast.n_levels")
WHOLE_WORTH: float = assume("forecast.whole_worth")
MIN_NOTE_SHARE: float = assume("forecast.min_note_share")
MAX_ERRORS: int = assume("forecast.max_errors")
MIN_OWN_SHARE: float = assume("forecast.min_own_share")


class NoteModel(NamedTuple):
    """A pool's notes of one metric (`fit_note_model`). Logs are natural.

    Attributes
    ----------
    metric : column name of the metric.
    own : one row a creator (index): ``n`` (effective notes; missing where nobody tells), ``n_notes``, ``location``,
        ``variance``, ``basis`` (``own_notes``, ``own_median``).
    traits, covariates : size, category and price of the creators, and how they become numbers.
    spread : variance and degrees of freedom of notes about their creator.
    posterior : of the creators' levels. blends : its notes' quantiles by the share of what is normal in them.
    n_creators, n_errors : creators with evidence; forecasting errors the shape was learned from.
    remembered : tiers in which the agency's earlier campaigns speak for creators without evidence.
    shifts, stretch : what earlier forecasts taught: added to the log by tier; factor on the width.
    """

    metric: str
    own: pd.DataFrame
    traits: pd.DataFrame
    covariates: Covariates
    spread: tuple[float, float]
    posterior: Posterior
    blends: Shape
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
    traits: pd.DataFrame | None = None,
    creator: str = "creator_id",
    window: int = WINDOW,
    horizon: pd.Timedelta = HORIZON,
) -> NoteModel:
    """Learn a pool.

    Parameters
    ----------
    notes : one row a note with the columns `creator`, ``posted_at`` and `metric`.
    medians : creators known by the platform's figures, indexed by creator: ``median`` and ``n_notes`` (missing where
        nobody tells). Used where a creator has no three notes of its own, or ``is_first`` says so.
    traits : of each creator (index), any of ``tier``, ``category``, ``followers`` and ``cost_cny``: all that a choice
        looks at beside the notes belongs here.
    window : earlier notes looked at.
    horizon : how long after what is known the forecast notes come, at most; none for the very next note.
    """
    ordered, codes = sort_notes(notes[notes[metric].notna()], creator=creator)
    logs = log_count(ordered[metric])
    ends = np.flatnonzero(np.diff(codes, append=-1)) + 1
    windows = take_windows(logs, codes=codes, ends=ends, size=window)
    of_notes = _summarise_creators(windows, names=pd.Index(ordered[creator].unique()))
    spread = _fit_spread(of_notes)
    own = _add_medians(of_notes, medians)
    traits = _complete(traits, own.index)
    covariates = learn_covariates(traits)
    drift = DRIFT_VARIANCE if horizon else 0.0  # windows fade: the very next note has drifted no further
    prior = _make_prior(covariates, spread, drift, n_spreads=int((of_notes["n_notes"] >= MIN_NOTES).sum()))
    known = _know(own, traits, covariates=covariates, spread=spread)
    past = _replay(ordered, codes, logs, creator=creator, window=window, horizon=horizon, spread=spread)
    if len(past.log) >= MIN_REPLAYED:
        prior = _learn_prior(
            past, known, prior, make_design(traits.reindex(past.names), covariates=covariates), spread=spread
        )
    posterior = fit_posterior(known, prior=prior)
    blends = _average([blend_with_normal(shape) for shape in prior.shapes], posterior.shape_weights())
    return NoteModel(metric, own, traits, covariates, spread, posterior, blends, len(own), len(past.log))


def _average(blends: list[Shape], weights: Floats) -> Shape:
    """Mean of quantiles; all have the same levels."""
    return Shape(blends[0].levels, np.average([each.quantiles for each in blends], axis=0, weights=weights))


def _complete(traits: pd.DataFrame | None, creators: pd.Index) -> pd.DataFrame:
    """Traits with a row for every creator, none twice."""
    known = pd.DataFrame(index=creators[:0]) if traits is None else traits[~traits.index.duplicated()]
    missing = pd.Index(creators).difference(known.index)
    return pd.concat([known, pd.DataFrame(index=missing)]) if len(missing) else known


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
    """Spread of the pool's creators, averaged with the stated one, which is worth `PRIOR_CREATORS`.

    The variance is the pooled one, the mean over creators, since shapes of notes have variance one: that of limma's
    prior is below it where creators differ in spread.
    """
    known = own[own["n_notes"] >= MIN_NOTES]
    if len(known) < MIN_CREATORS:
        return WITHIN_SD**2, SPREAD_DEGREES
    n, variance = known["n"].to_numpy(), known["variance"].to_numpy()
    _, degrees = fit_spread_prior(n, variance)
    pooled = np.average(variance, weights=n - 1)
    share = len(known) / (len(known) + PRIOR_CREATORS)
    averaged = np.exp(share * np.log(pooled) + (1 - share) * np.log(WITHIN_SD**2))
    return float(averaged), float(1 / (share / degrees + (1 - share) / SPREAD_DEGREES))


def _add_medians(own: pd.DataFrame, medians: pd.DataFrame | None) -> pd.DataFrame:
    """Add the creators known by a median, in the place of fewer than `MIN_NOTES` notes."""
    if medians is None or medians.empty:
        return own
    logs = log_count(medians["median"])
    n_notes = medians["n_notes"].astype(float)
    first = medians.index[medians["is_first"] & n_notes.ge(MIN_NOTES)] if "is_first" in medians else []
    enough = own.index[own["n_notes"].ge(MIN_NOTES) & ~own.index.isin(first)]
    usable = np.isfinite(logs) & ~(n_notes <= 0).to_numpy() & ~medians.index.isin(enough)
    added = pd.DataFrame(
        {"n": n_notes, "n_notes": n_notes, "location": logs, "variance": np.nan, "basis": "own_median"},
        index=medians.index,
    )[usable]
    return pd.concat([own[~own.index.isin(added.index)], added]) if len(added) else own


def _make_prior(covariates: Covariates, spread: tuple[float, float], drift: float, *, n_spreads: int) -> Prior:
    """What is reckoned with while no note of the past was replayed."""
    off = WITHIN_LOG_SD / np.sqrt(1 + n_spreads / PRIOR_CREATORS)
    return Prior(covariates.sd, float(np.sqrt(spread[0])), float(off), drift, assumed_shapes())


def _know(own: pd.DataFrame, traits: pd.DataFrame, *, covariates: Covariates, spread: tuple[float, float]) -> Known:
    """What is known of the creators of `traits`."""
    rows = own.reindex(traits.index)
    found = Located(*(rows[name].to_numpy(dtype=float) for name in ("n", "location", "variance")))
    is_median = rows["basis"].eq("own_median").to_numpy(dtype=bool)
    return _know_located(found, is_median, make_design(traits, covariates=covariates), spread=spread)


def _know_located(found: Located, is_median: np.ndarray, x: Floats, *, spread: tuple[float, float]) -> Known:
    seen = (found.n > 0) | is_median
    scale = np.sqrt(moderate(np.nan_to_num(found.n), found.variance, prior=spread) / spread[0])
    location = np.where(seen, found.location, np.nan)
    return Known(location, np.where(seen, found.n, 0.0), is_median, scale, x)


# --------------------------------------------------------------------------------- replaying the past


class _Past(NamedTuple):
    """Notes of the past with what was known before them: `log` of each, its creator's name, and the evidence."""

    log: Floats
    names: pd.Index
    found: Located


def _replay(
    ordered: pd.DataFrame,
    codes: np.ndarray,
    logs: Floats,
    *,
    creator: str,
    window: int,
    horizon: pd.Timedelta,
    spread: tuple[float, float],
) -> _Past:
    """Newest notes of each creator, each seen from a moment up to `horizon` before it, drawn at random."""
    rng, n = make_rng(), len(codes)
    starts, stops = (np.searchsorted(codes, codes, side=side) for side in ("left", "right"))
    picked = np.flatnonzero(np.arange(n) >= np.maximum(starts + 1, stops - (NEWEST if horizon else n)))
    if len(picked) > MAX_ERRORS:
        picked = np.sort(rng.choice(picked, MAX_ERRORS, replace=False))
    posted = (ordered["posted_at"] - ordered["posted_at"].min()).dt.total_seconds().to_numpy()
    before = posted[picked] - rng.random(len(picked)) * horizon.total_seconds()
    order = codes * (posted.max(initial=0.0) + 1)
    ends = np.searchsorted(order + posted, order[picked] + np.maximum(before, 0), side="left")
    known = ends > starts[picked]
    picked, ends = picked[known], ends[known]
    found = locate(take_windows(logs, codes=codes, ends=ends, size=window), prior=spread)
    return _Past(logs[picked], pd.Index(ordered[creator].iloc[picked]), found)


def _learn_prior(past: _Past, known: Known, prior: Prior, x: Floats, *, spread: tuple[float, float]) -> Prior:
    """Drift and shape of notes as the pool's past shows them, drawn towards what is stated."""
    degrees = max(spread[1], 4.0)
    stated = distributions.t.ppf(GRID, degrees) * np.sqrt((degrees - 2) / degrees)
    first = prior._replace(shapes=(Shape(np.zeros(1), stated[None, :]),))
    seen = _know_located(past.found, np.zeros(len(past.log), dtype=bool), x, spread=spread)
    n_each = pd.Series(past.names).map(pd.Series(past.names).value_counts()).to_numpy(dtype=float)
    weight, n_creators = n_each**-ERROR_WEIGHT, past.names.nunique()
    if prior.drift_variance:
        posterior = fit_posterior(known, prior=first)
        first = first._replace(drift_variance=_learn_drift(past, seen, posterior, weight, n_creators))
    found = summarise(fit_posterior(known, prior=first), seen)
    total = found.variance + found.note_variance
    errors = (past.log - found.location) / np.sqrt(total)
    whole = _learn_shape(errors, weight, towards=stated, worth=T_WORTH)
    shape = _learn_by_level(errors, weight, found.location, whole=whole)
    normal_share = float((found.variance / total).mean())
    rows = [_take_out_normal(row, normal_share) for row in shape.quantiles]
    return first._replace(shapes=(Shape(shape.levels, np.array(rows)),))


def _learn_by_level(errors: Floats, weight: Floats, level: Floats, *, whole: Floats) -> Shape:
    """Shapes of the notes of low, middle and high creators, each drawn towards that of all."""
    ends = np.quantile(level, np.linspace(0, 1, N_LEVELS + 1))
    part = np.clip(np.searchsorted(ends, level, side="right") - 1, 0, N_LEVELS - 1)
    centres = [level[part == number].mean() if (part == number).any() else np.nan for number in range(N_LEVELS)]
    known = np.flatnonzero(np.diff(centres, prepend=-np.inf) > 0)
    rows = [_learn_shape(errors[part == row], weight[part == row], towards=whole, worth=WHOLE_WORTH) for row in known]
    return Shape(np.array(centres)[known], np.array(rows))


def _learn_drift(past: _Past, seen: Known, posterior: Posterior, weight: Floats, n_creators: int) -> float:
    """The drift with which what is expected and what came rise together one for one, drawn towards what is stated."""
    b, spread, tau_squared = (
        sum(share * value for share, value in zip(posterior.weights, values, strict=True))
        for values in zip(*((p.b, p.spread, np.square(p.tau)) for p in posterior.points), strict=True)
    )
    stated = posterior.prior.drift_variance
    before, after = past.found.location - seen.x @ b, past.log - seen.x @ b
    chance = np.square(spread * seen.scale) / np.maximum(seen.n, 1.0)
    lasting = np.maximum(tau_squared + stated - DRIFTS[:, None], 0.0)
    expected = lasting / (lasting + DRIFTS[:, None] + chance) * before
    left = (weight * expected * (after - expected)).sum(axis=1)  # rises with the drift
    share = n_creators / (n_creators + PRIOR_CREATORS)
    return float(share * np.interp(0.0, left, DRIFTS) + (1 - share) * stated)


def _learn_shape(errors: Floats, weights: Floats, *, towards: Floats, worth: float) -> Floats:
    """Weighted quantiles of the errors at `GRID`, averaged with `towards`, which is worth so many errors."""
    order = np.argsort(errors)
    reached = np.cumsum(weights[order]) - weights[order] / 2
    learned = np.interp(GRID, reached / weights.sum(), errors[order])
    return (len(errors) * learned + worth * towards) / (len(errors) + worth)


def _take_out_normal(whole: Floats, share: float) -> Floats:
    """Shape of notes such that, with what is not known of their creators (a `share`, normal), it is the whole."""
    fine = np.interp(FINE, GRID, whole)
    mean, variance = fine.mean(), fine.var()
    own = max(variance - share, MIN_NOTE_SHARE * variance)
    return (mean + (whole - mean) * np.sqrt(own / variance)) / np.sqrt(1 - share)


# ------------------------------------------------------------------------------------------ predicting


class Predicted(NamedTuple):
    """The next note of some creators (logs).

    Attributes
    ----------
    location, scale : of the note, before its shape.
    normal_share : of the variance, what is not known of the creator.
    n : notes the forecast rests on; missing where nobody tells.
    own_share : how much of the creator's own evidence is in the location, 0–1.
    mean : expected count.
    """

    location: Floats
    scale: Floats
    normal_share: Floats
    n: Floats
    own_share: Floats
    mean: Floats


def predict(model: NoteModel, found: Located, *, creators: pd.Index) -> Predicted:
    """Predict a new note from `found` and the traits of its creator: for notes of the past."""
    x = make_design(model.traits.reindex(creators), covariates=model.covariates)
    return _predict(model, _know_located(found, np.zeros(len(x), dtype=bool), x, spread=model.spread))


def _predict(model: NoteModel, known: Known) -> Predicted:
    found = summarise(model.posterior, known)
    total = found.variance + found.note_variance
    n, share = np.where(known.n > 0, known.n, np.where(np.isnan(known.n), np.nan, 0.0)), found.own_share
    return Predicted(found.location, np.sqrt(total), found.variance / total, n, share, found.mean)


def quantile(model: NoteModel, predicted: Predicted, *, probability: float) -> Floats:
    """Log quantile of each predicted note."""
    away = blended_quantile(model.blends, predicted.normal_share, predicted.location, probability=probability)
    return predicted.location + predicted.scale * away


def know_creators(model: NoteModel, creators: pd.Index) -> Known:
    """What the pool knows of some creators."""
    return _know(model.own, model.traits.reindex(creators), covariates=model.covariates, spread=model.spread)


def predict_creators(creators: pd.Index, *, model: NoteModel) -> tuple[Predicted, pd.Series]:
    """Predict a new note of each creator, and say from what.

    The basis is ``own_notes``, ``own_median``, ``agency_history``, ``peers`` or, where nothing is known,
    ``not_measured``.
    """
    unknown = np.where(
        np.isin(tier_of(model, creators), list(model.remembered)),
        "agency_history",
        "peers" if model.can_speak_for_peers else "not_measured",
    )
    own = model.own["basis"].reindex(creators).astype(object)
    basis = own.fillna(pd.Series(unknown, index=own.index)).astype("str")
    told = np.flatnonzero(basis.ne("not_measured"))
    predicted = _predict(model, know_creators(model, creators[told]))
    shift = find_shifts(model, creators[told])
    predicted = predicted._replace(
        location=predicted.location + shift, scale=predicted.scale * model.stretch, mean=predicted.mean * np.exp(shift)
    )
    return Predicted(*(_fill(each, told, len(creators)) for each in predicted)), basis


def expect_notes(creators: pd.Index, *, model: NoteModel) -> pd.DataFrame:
    """What a new note of each creator was to bring, as notes are compared with it afterwards: the plan's own middle.

    Returns
    -------
    One row a creator: ``expected`` (the plan's P50), ``log_mean`` (its log), ``log_scale`` (standard deviation of the
    log), ``log_note_variance`` (the note's own part of it), ``degrees_of_freedom``, ``n_earlier``, ``own_log`` (the
    creator's own evidence, not drawn in), ``basis`` of `predict_creators`, and ``own_share``.
    """
    predicted, basis = predict_creators(creators, model=model)
    own = model.own.reindex(creators)
    middle = quantile(model, predicted, probability=0.5)
    more = (own["n"] - 1).where(own["basis"].eq("own_notes"), 0.0).clip(lower=0.0)
    return pd.DataFrame(
        {
            "expected": unlog_count(middle),
            "log_mean": middle,
            "log_scale": predicted.scale,
            "log_note_variance": np.square(predicted.scale) * (1 - predicted.normal_share),
            "degrees_of_freedom": model.spread[1] + more.to_numpy(dtype=float),
            "n_earlier": own["n_notes"].to_numpy(dtype=float),
            "own_log": own["location"].to_numpy(dtype=float),
            "basis": basis.to_numpy(),
            "own_share": predicted.own_share,
        }
    )


def _fill(values: Floats, rows: np.ndarray, n: int) -> Floats:
    """The values in their rows of `n`, the others missing."""
    filled = np.full(n, np.nan)
    filled[rows] = values
    return filled


def find_shifts(model: NoteModel, creators: pd.Index) -> Floats:
    """What earlier forecasts taught to add to the log, by tier."""
    return np.array([model.shifts.get(name, 0.0) for name in tier_of(model, creators)], dtype=float)


def tier_of(model: NoteModel, creators: pd.Index) -> np.ndarray:
    """Tier of each creator; '' where it is not known."""
    if "tier" not in model.traits:
        return np.full(len(creators), "", dtype=object)
    return model.traits["tier"].reindex(creators).astype(object).fillna("").to_numpy().astype(str)
