"""From the client's objective to split, roles, tactics, keywords, timeline and the metrics that judge the result."""

from xhs_toolkit.objectives.keywords import plan_keywords
from xhs_toolkit.objectives.plan import ObjectivePlan, Option, list_options, plan_objectives
from xhs_toolkit.objectives.timeline import Timeline, find_festivals, plan_timeline

__all__ = [
    "ObjectivePlan",
    "Option",
    "Timeline",
    "find_festivals",
    "list_options",
    "plan_keywords",
    "plan_objectives",
    "plan_timeline",
]
