"""The thread: one row a creator from pool to brief. Each step reads it and only narrows it."""

from __future__ import annotations

import pandas as pd

from xhs_toolkit.errors import Problem, TableError
from xhs_toolkit.tables.bookings import STATE
from xhs_toolkit.tables.common import CREATOR_ID, CREATOR_NAME, FORMAT, count, money
from xhs_toolkit.tables.schema import Column, Table, check_table

DECISIONS = ("keep", "drop", "maybe")

THREAD = Table(
    "thread",
    "Thread",
    "达人进度",
    "one creator of the pool, with its state and the reason at each step",
    ("creator_id",),
    (
        Column("creator_id", "text", "Creator id", "博主ID", CREATOR_ID.meaning, required=True),
        CREATOR_NAME,
        Column("found_in", "text", "Found in", "来源", "Sources that name the creator, separated by commas"),
        Column("on_long_list", "flag", "Long list", "初选", "No rule of sourcing left the creator out", required=True),
        Column("left_out_by", "text", "Left out by", "未入选规则", "Rule that left the creator out; empty: none"),
        Column("flagged", "flag", "Flagged", "存疑", "A check of vetting asks for a person's word", required=True),
        Column("flags", "text", "Flags", "存疑项", "Checks that flagged, separated by commas; empty: none"),
        Column("on_shortlist", "flag", "Shortlist", "入围", "Put forward by vetting or by a person", required=True),
        Column("on_roster", "flag", "Roster", "入选", "Chosen by the plan", required=True),
        Column(
            "decision",
            "text",
            "Decision",
            "决定",
            f"A person's word in decisions.csv ({', '.join(DECISIONS)}); empty: none",
            required=True,
        ),
        Column("reason", "text", "Reason", "理由", "Why the creator stands where it does; empty: none", required=True),
        FORMAT,
        count("n_notes_planned", "Notes planned", "计划篇数", "Notes that the plan buys of the creator"),
        money("cost_cny", "Planned cost", "计划费用", "Fees and products that the plan pays for them"),
        Column("theme", "text", "Theme", "主题", "Theme that content gave"),
        Column("brief", "text", "Brief", "简报", "File of the brief"),
        STATE,
    ),
)

STEPS = ("on_long_list", "on_shortlist", "on_roster")
"""From wide to narrow: who is on a later one is on each earlier one."""


def check_thread(thread: pd.DataFrame) -> pd.DataFrame:
    """Return the thread conformed, or raise one `TableError` that names every creator who breaks its laws.

    A creator stands in one row. Who is on a later list is on each earlier one, unless a person said keep; nobody whom
    a person dropped is on the shortlist or the roster, nor anybody flagged without a person's keep.

    Raises
    ------
    TableError : with one problem a creator and law.
    """
    checked = check_table(thread, THREAD)
    kept, dropped = checked["decision"].eq("keep"), checked["decision"].eq("drop")
    laws = {
        "stands in more than one row": checked["creator_id"].duplicated(keep="first"),
        "is on the shortlist and not on the long list": checked["on_shortlist"] & ~checked["on_long_list"] & ~kept,
        "is on the roster and not on the shortlist": checked["on_roster"] & ~checked["on_shortlist"],
        "was dropped by a person and is on a list": dropped & (checked["on_shortlist"] | checked["on_roster"]),
        "is flagged and on the roster without a person's keep": checked["flagged"] & checked["on_roster"] & ~kept,
    }
    problems = [
        Problem(what, "a later step only narrows an earlier one", column="creator_id", value=creator)
        for what, broken in laws.items()
        for creator in checked.loc[broken.astype(bool), "creator_id"]
    ]
    if problems:
        raise TableError("The thread contradicts itself:", problems)
    return checked
