"""The panel: what is arranged, and every problem named at once."""

import pandas as pd
import pytest

from xhs_toolkit.errors import TableError
from xhs_toolkit.lift import make_panel


@pytest.fixture
def rows() -> pd.DataFrame:
    index = pd.MultiIndex.from_product([["Auckland", "Wellington", "Otago"], range(8)], names=["market", "period"])
    return pd.DataFrame({"value": range(24)}, index=index).reset_index()


def test_rows_become_periods_by_markets_in_order(rows: pd.DataFrame) -> None:
    panel = make_panel(rows.sample(frac=1, random_state=1), treated=["Auckland"], start=5)
    assert panel.outcomes.index.tolist() == list(range(8))
    assert panel.controls == ("Otago", "Wellington")
    assert (panel.n_before, panel.n_after) == (5, 3)
    assert panel.treated_mean.tolist() == list(range(8))


def test_periods_after_the_end_are_left_out(rows: pd.DataFrame) -> None:
    assert make_panel(rows, treated=["Auckland"], start=5, end=6).n_after == 2


def test_the_rows_are_not_changed(rows: pd.DataFrame) -> None:
    before = rows.copy()
    make_panel(rows, treated=["Auckland"], start=5)
    pd.testing.assert_frame_equal(rows, before)


def test_every_problem_is_in_one_message(rows: pd.DataFrame) -> None:
    doubled = pd.concat([rows, rows.iloc[[0]]])
    with pytest.raises(TableError) as caught:
        make_panel(doubled, treated=["Aukland", "Otago"], start=5)
    assert "'Aukland' is not a market" in str(caught.value)
    assert "'Auckland 0' has two rows" in str(caught.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"start": 2}, "leaves 2 periods before"),
        ({"start": 99}, "leaves no period after"),
        ({"treated": []}, "no treated market"),
        ({"treated": ["Auckland", "Otago", "Wellington"]}, "no market is left"),
        ({"outcome": "orders"}, "'orders' is not a column"),
    ],
)
def test_what_cannot_be_compared_is_refused(rows: pd.DataFrame, change: dict, message: str) -> None:
    with pytest.raises(TableError, match=message):
        make_panel(rows, **{"treated": ["Auckland"], "start": 5, **change})


def test_missing_outcomes_are_named_by_market(rows: pd.DataFrame) -> None:
    holed = rows.assign(value=rows["value"].astype(float).where(rows.index != 10)).drop(index=20)
    with pytest.raises(TableError) as caught:
        make_panel(holed, treated=["Auckland"], start=5)
    assert "'Wellington' has 1 periods" in str(caught.value)
    assert "'Otago' has 1 periods" in str(caught.value)
