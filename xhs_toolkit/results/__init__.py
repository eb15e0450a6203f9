"""What the campaign brought: its notes, what they did against what was to be expected, and what they cost."""

from xhs_toolkit.attribution import add_lift, choose_own_outcomes
from xhs_toolkit.results.compared import Compared, compare_notes, describe_growth, forecast_growth
from xhs_toolkit.results.costs import cost_outcomes, make_grid
from xhs_toolkit.results.creators import advise, choose_lessons, summarise_creators
from xhs_toolkit.results.effects import Effects, choose_shown, describe_topic, lead_with_ratio, summarise_effects
from xhs_toolkit.results.funnel import Funnel, summarise_funnel
from xhs_toolkit.results.kfs import Kfs, Money, summarise_kfs, summarise_money
from xhs_toolkit.results.portrait import Portrait, summarise_portrait
from xhs_toolkit.results.reference import add_followers, choose_campaign_notes
from xhs_toolkit.results.summary import DIMENSIONS, Results, keep_ledger, summarise_results

__all__ = [
    "DIMENSIONS",
    "Compared",
    "Effects",
    "Funnel",
    "Kfs",
    "Money",
    "Portrait",
    "Results",
    "add_followers",
    "add_lift",
    "advise",
    "choose_campaign_notes",
    "choose_lessons",
    "choose_own_outcomes",
    "choose_shown",
    "compare_notes",
    "cost_outcomes",
    "describe_growth",
    "describe_topic",
    "forecast_growth",
    "keep_ledger",
    "lead_with_ratio",
    "make_grid",
    "summarise_creators",
    "summarise_effects",
    "summarise_funnel",
    "summarise_kfs",
    "summarise_money",
    "summarise_portrait",
    "summarise_results",
]
