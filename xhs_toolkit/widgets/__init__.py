"""Exploring at the screen: creators, plan and results, with controls, over the functions that the notebooks use.

Needs the extra ``lab``. A view is its state (a frozen record), pure functions from state and frames to a frame and a
figure, and the controls that call them; so what a view shows is also one call in a plain cell.
"""

from xhs_toolkit.widgets.answers import AnswersView, answer_questions
from xhs_toolkit.widgets.creators import (
    CreatorsState,
    Explored,
    draw_creators,
    explore_pool,
    filter_creators,
    make_card,
)
from xhs_toolkit.widgets.creators_view import CreatorsView, explore_creators
from xhs_toolkit.widgets.new_campaign import NewCampaignView, new_campaign
from xhs_toolkit.widgets.plan import PlanState, compare_rosters, compare_totals, draw_plans, make_plan
from xhs_toolkit.widgets.plan_view import PlanView, explore_plan
from xhs_toolkit.widgets.results import (
    Brought,
    ResultsState,
    draw_notes,
    explore_notes,
    filter_notes,
    reckon_boosts,
    summarise_notes,
)
from xhs_toolkit.widgets.results_view import ResultsView, explore_results

__all__ = [
    "AnswersView",
    "Brought",
    "CreatorsState",
    "CreatorsView",
    "Explored",
    "NewCampaignView",
    "PlanState",
    "PlanView",
    "ResultsState",
    "ResultsView",
    "answer_questions",
    "compare_rosters",
    "compare_totals",
    "draw_creators",
    "draw_notes",
    "draw_plans",
    "explore_creators",
    "explore_notes",
    "explore_plan",
    "explore_pool",
    "explore_results",
    "filter_creators",
    "filter_notes",
    "make_card",
    "make_plan",
    "new_campaign",
    "reckon_boosts",
    "summarise_notes",
]
