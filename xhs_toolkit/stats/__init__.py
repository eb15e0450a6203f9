"""Shrinkage, intervals and resampling for small numbers of heavy-tailed notes, seeded through `make_rng`."""

from xhs_toolkit.stats.intervals import Interval, jeffreys_interval, ratio_of_sums, wilson_interval
from xhs_toolkit.stats.mixed import MixedModel, fit_mixed_model
from xhs_toolkit.stats.multiplicity import (
    RandomEffects,
    benjamini_hochberg,
    order_statistic_bounds,
    random_effects_mean,
    smallest_detectable_ratio,
)
from xhs_toolkit.stats.prediction import (
    MEDIAN_VARIANCE,
    MIN_EARLIER,
    Peers,
    compare_new_notes,
    fit_peers,
    predict_new_note,
)
from xhs_toolkit.stats.resampling import make_rng, sign_flip_p_value
from xhs_toolkit.stats.shrinkage import (
    BetaBinomial,
    JamesStein,
    Moderated,
    OneWay,
    beta_binomial_shrink,
    james_stein,
    moderate_variances,
    shrink_means,
    shrink_summaries,
)
from xhs_toolkit.stats.varying import varying_share_interval

__all__ = [
    "MEDIAN_VARIANCE",
    "MIN_EARLIER",
    "BetaBinomial",
    "Interval",
    "JamesStein",
    "MixedModel",
    "Moderated",
    "OneWay",
    "Peers",
    "RandomEffects",
    "benjamini_hochberg",
    "beta_binomial_shrink",
    "compare_new_notes",
    "fit_mixed_model",
    "fit_peers",
    "james_stein",
    "jeffreys_interval",
    "make_rng",
    "moderate_variances",
    "order_statistic_bounds",
    "predict_new_note",
    "random_effects_mean",
    "ratio_of_sums",
    "shrink_means",
    "shrink_summaries",
    "sign_flip_p_value",
    "smallest_detectable_ratio",
    "varying_share_interval",
    "wilson_interval",
]
