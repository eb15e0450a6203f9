"""Did the campaign cause it? Treated markets against control markets, before and after.

`summarise_lift` answers for the client's own figures. Under it, `arrange_outcomes` arranges them,
`estimate_lift` estimates, tests and answers; the other estimators stand beside it for the appendix.
"""

from xhs_toolkit.lift.design import LiftDesign, plan_test
from xhs_toolkit.lift.estimators import (
    Did,
    Panel,
    SyntheticControl,
    SyntheticDid,
    estimate_did,
    estimate_synthetic_control,
    estimate_synthetic_did,
)
from xhs_toolkit.lift.inference import (
    SpacePlacebo,
    TimeBasedRegression,
    TimePlacebo,
    block_permutation_p,
    estimate_time_based_regression,
    placebo_in_space,
    placebo_in_time,
)
from xhs_toolkit.lift.outcomes import Arranged, arrange_outcomes
from xhs_toolkit.lift.summary import LiftSummary, summarise_lift
from xhs_toolkit.lift.verdict import Lift, MinimumEffect, estimate_lift, find_minimum_effect

__all__ = [
    "Arranged",
    "Did",
    "Lift",
    "LiftDesign",
    "LiftSummary",
    "MinimumEffect",
    "Panel",
    "SpacePlacebo",
    "SyntheticControl",
    "SyntheticDid",
    "TimeBasedRegression",
    "TimePlacebo",
    "arrange_outcomes",
    "block_permutation_p",
    "estimate_did",
    "estimate_lift",
    "estimate_synthetic_control",
    "estimate_synthetic_did",
    "estimate_time_based_regression",
    "find_minimum_effect",
    "placebo_in_space",
    "placebo_in_time",
    "plan_test",
    "summarise_lift",
]
