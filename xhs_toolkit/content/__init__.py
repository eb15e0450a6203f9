"""What works in the category, who writes what and when, the briefs, and a check of the words before they go out."""

from xhs_toolkit.content.briefs import make_briefs, place_briefs, write_briefs
from xhs_toolkit.content.drafts import check_drafts
from xhs_toolkit.content.effects import estimate_effects, keep_settled
from xhs_toolkit.content.ics import write_ics
from xhs_toolkit.content.plan import Booked, ContentPlan, plan_content, read_booked, tell_briefs, tell_drafts
from xhs_toolkit.content.rules import choose_rules
from xhs_toolkit.content.schedule import list_events, plan_calendar

__all__ = [
    "Booked",
    "ContentPlan",
    "check_drafts",
    "choose_rules",
    "estimate_effects",
    "keep_settled",
    "list_events",
    "make_briefs",
    "place_briefs",
    "plan_calendar",
    "plan_content",
    "read_booked",
    "tell_briefs",
    "tell_drafts",
    "write_briefs",
    "write_ics",
]
