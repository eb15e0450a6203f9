"""Which notes to boost now, what it should bring, and which running ads to stop."""

from xhs_toolkit.boosting.expect import choose_boosts, expect_views, sum_expected
from xhs_toolkit.boosting.running import check_running, measure_signals
from xhs_toolkit.boosting.summary import Boosts, plan_boosts
from xhs_toolkit.boosting.yields import estimate_yields, sum_note_days

__all__ = [
    "Boosts",
    "check_running",
    "choose_boosts",
    "estimate_yields",
    "expect_views",
    "measure_signals",
    "plan_boosts",
    "sum_expected",
    "sum_note_days",
]
