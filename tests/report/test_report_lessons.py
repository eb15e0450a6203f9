"""What to do next follows from what was found, and from nothing else."""

from __future__ import annotations

import pandas as pd
import pytest

from xhs_toolkit.present.charts import compare_groups
from xhs_toolkit.report.outline import draw_lessons


def tell(code: str, **values: object) -> dict[str, object]:
    return {"kind": "sentence", "code": code, "values": values}


@pytest.mark.parametrize(
    ("reasons", "actions"),
    [
        (["no_cost"], ["next.costs"]),
        (["no_exposure"], ["next.not_measured"]),
        (["no_cost", "no_views"], ["next.not_measured", "next.costs"]),
        (["zero_views"], []),
    ],
)
def test_an_export_is_asked_for_only_where_one_would_help(reasons: list[str], actions: list[str]) -> None:
    found = [tell("results.not_measured", metric="views", reason=reason) for reason in reasons]
    assert [action.code for action in draw_lessons(found).next] == actions


def test_costs_are_asked_for_once() -> None:
    found = [tell("results.not_measured", metric="cost_per_view_cny", reason="no_cost"), tell("ledger.nothing")]
    assert [action.code for action in draw_lessons(found).next] == ["next.costs"]


def name_groups(*rows: tuple[str, str, str, float, float | None, float | None]) -> str | None:
    columns = ["format", "dimension", "group", "rate", "rate_low", "rate_high"]
    groups = pd.DataFrame(rows, columns=columns)
    found = compare_groups(groups, value="rate", unit="click_rate", by="format")
    return found.code if found else None


WHOLE = ("video", "all", "all", 0.08, 0.05, 0.13)
KOC = ("video", "tier", "KOC", 0.05, 0.04, 0.06)


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([WHOLE, ("image", "all", "all", 0.15, None, None)], None),
        ([WHOLE, KOC], "headline.group_one"),
        ([WHOLE, KOC, ("video", "tier", "KOL", 0.2, None, None)], "headline.group_few"),
        ([WHOLE, KOC, ("image", "tier", "KOL", 0.2, 0.1, 0.3)], "headline.group_few"),
        ([WHOLE, KOC, ("video", "tier", "KOL", 0.055, 0.045, 0.07)], "headline.group_unclear"),
        ([WHOLE, KOC, ("video", "tier", "KOL", 0.2, 0.1, 0.3)], "headline.group_clear"),
    ],
)
def test_groups_are_compared_only_where_two_have_a_range(rows: list, code: str | None) -> None:
    assert name_groups(*rows) == code
