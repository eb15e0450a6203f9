"""The best set of creators and formats under budget, quotas, exclusions and must-haves, with its proof."""

from xhs_toolkit.roster.choose import Roster, check_robustness, choose_roster
from xhs_toolkit.roster.offer import list_needs, list_risks
from xhs_toolkit.roster.plan import RosterPlan, plan_roster
from xhs_toolkit.roster.problem import Conflict
from xhs_toolkit.roster.reach import Audience, make_audience
from xhs_toolkit.roster.rules import Limit, Rules, find_broken_rules, make_rules

__all__ = [
    "Audience",
    "Conflict",
    "Limit",
    "Roster",
    "RosterPlan",
    "Rules",
    "check_robustness",
    "choose_roster",
    "find_broken_rules",
    "list_needs",
    "list_risks",
    "make_audience",
    "make_rules",
    "plan_roster",
]
