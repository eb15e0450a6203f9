"""Shrinkage, intervals and resampling for small numbers of heavy-tailed notes, seeded through `make_rng`."""

from xhs_toolkit.stats.distributions import LEVEL, make_rng
from xhs_toolkit.stats.intervals import Interval, jeffreys_interval, ratio_of_sums, varying_share_interval
from xhs_toolkit.stats.prediction import (
    MEDIAN_VARIANCE,
    MIN_EARLIER,
    Peers,
    RandomEffects,
    benjamini_hochberg,
    compare_new_notes,
    fit_peers,
    order_statistic_bounds,
    predict_new_note,
    random_effects_mean,
    smallest_detectable_ratio,
)
from xhs_toolkit.stats.shrinkage import (
    BetaBinomial,
    Moderated,
    OneWay,
    beta_binomial_shrink,
    moderate_variances,
    shrink_means,
)

__all__ = [
    "LEVEL",
    "MEDIAN_VARIANCE",
    "MIN_EARLIER",
    "BetaBinomial",
    "Interval",
    "Moderated",
    "OneWay",
    "Peers",
    "RandomEffects",
    "benjamini_hochberg",
    "beta_binomial_shrink",
    "compare_new_notes",
    "fit_peers",
    "jeffreys_interval",
    "make_rng",
    "moderate_variances",
    "order_statistic_bounds",
    "predict_new_note",
    "random_effects_mean",
    "ratio_of_sums",
    "shrink_means",
    "smallest_detectable_ratio",
    "varying_share_interval",
]
