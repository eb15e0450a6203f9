"""What works in the category, who writes what and when, the briefs, and a check of the words before they go out."""

from xhs_toolkit.content.assign import add_reasons, assign_themes, find_bounds
from xhs_toolkit.content.booked import Booked, read_booked
from xhs_toolkit.content.briefs import Briefs, make_briefs, write_briefs
from xhs_toolkit.content.compliance import Hit, check_compliance, list_hits
from xhs_toolkit.content.defaults import find_industry_default
from xhs_toolkit.content.drafts import Drafts, check_draft_file, check_drafts
from xhs_toolkit.content.effects import estimate_effects, keep_settled
from xhs_toolkit.content.fit import score_fits
from xhs_toolkit.content.ics import write_ics
from xhs_toolkit.content.plan import ContentPlan, plan_content, tell_briefs, tell_drafts
from xhs_toolkit.content.rules import Rule, choose_rules, read_rules
from xhs_toolkit.content.schedule import list_events, plan_calendar

__all__ = [
    "Booked",
    "Briefs",
    "ContentPlan",
    "Drafts",
    "Hit",
    "Rule",
    "add_reasons",
    "assign_themes",
    "check_compliance",
    "check_draft_file",
    "check_drafts",
    "choose_rules",
    "estimate_effects",
    "find_bounds",
    "find_industry_default",
    "keep_settled",
    "list_events",
    "list_hits",
    "make_briefs",
    "plan_calendar",
    "plan_content",
    "read_booked",
    "read_rules",
    "score_fits",
    "tell_briefs",
    "tell_drafts",
    "write_briefs",
    "write_ics",
]
