"""The laws of the shared records."""

from __future__ import annotations

import pandas as pd
import pytest

from xhs_toolkit.errors import TableError
from xhs_toolkit.tables import BOOKINGS, THREAD, check_table, check_thread


def thread(**changes: object) -> pd.DataFrame:
    row = {"creator_id": "a", "on_long_list": True, "flagged": False, "on_shortlist": True, "on_roster": True}
    return pd.DataFrame([row | {"decision": "", "reason": ""} | changes])


def test_an_obedient_thread_passes_in_its_dtypes() -> None:
    checked = check_thread(thread())
    assert list(checked) == THREAD.names
    assert checked["on_roster"].dtype == "boolean"
    assert (
        not checked[["on_long_list", "flagged", "on_shortlist", "on_roster", "decision", "reason"]].isna().any().any()
    )
    assert check_thread(THREAD.empty()).empty


@pytest.mark.parametrize(
    "broken",
    [
        {"on_long_list": False},
        {"on_shortlist": False},
        {"flagged": True},
        {"decision": "drop"},
        {"decision": "drop", "on_roster": False},
        {"on_roster": None},
        {"decision": None},
    ],
)
def test_a_thread_that_contradicts_itself_is_refused(broken: dict[str, object]) -> None:
    with pytest.raises(TableError):
        check_thread(thread(**broken))


@pytest.mark.parametrize("kept", [{"flagged": True}, {"on_long_list": False}])
def test_a_person_may_let_somebody_through(kept: dict[str, object]) -> None:
    assert len(check_thread(thread(decision="keep", **kept))) == 1


def test_a_creator_stands_in_one_row() -> None:
    with pytest.raises(TableError, match="more than one row"):
        check_thread(pd.concat([thread(), thread()], ignore_index=True))


def test_a_booking_names_item_state_and_source() -> None:
    row = {"item": "creator_fee", "state": "posted", "amount": 500.0, "currency": "NZD", "amount_source": "invoice"}
    place = {"source": "invoices", "source_file": "invoices.csv", "source_row": 2.0}
    assert len(check_table(pd.DataFrame([row | place]), BOOKINGS)) == 1
    with pytest.raises(TableError, match="state"):
        check_table(pd.DataFrame([row | place | {"state": "maybe"}]), BOOKINGS)
