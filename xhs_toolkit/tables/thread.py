"""The thread: one row a creator from pool to brief. Each step reads it and only narrows it."""

from __future__ import annotations

import pandas as pd

from xhs_toolkit.errors import Problem, TableError
from xhs_toolkit.tables.codebook import RECORDS
from xhs_toolkit.tables.schema import check_table

THREAD = RECORDS["thread"]


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
