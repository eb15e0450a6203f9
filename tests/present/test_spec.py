"""The spec of a picture says what it lacks."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from xhs_toolkit.errors import TableError
from xhs_toolkit.findings import Finding
from xhs_toolkit.present.spec import KINDS, NEEDED, Chart

FRAME = pd.DataFrame({"group": ["KOC", "KOL"], "cost_per_view_cny": [0.1, 0.4]})


def chart(**changes: Any) -> Chart:
    words = {"title": Finding("results.picture_title"), "alt": Finding("results.picture")}
    given = {
        "kind": "ranges",
        "name": "tiers",
        "frame": FRAME,
        "marks": {"name": "group", "value": "cost_per_view_cny"},
    }
    return Chart(**{**given, **words, **changes})


def test_a_whole_spec_is_accepted_and_cannot_be_changed() -> None:
    made = chart()
    with pytest.raises(AttributeError):
        made.kind = "bars"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"kind": "pie"}, "pie"),
        ({"marks": {"name": "group"}}, "value"),
        ({"marks": {"name": "group", "value": "spend_cny"}}, "spend_cny"),
        ({"marks": {"name": "group", "value": "cost_per_view_cny", "wings": "group"}}, "wings"),
        ({"audience": ("boss",)}, "boss"),
    ],
)
def test_what_a_spec_lacks_is_told(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(TableError, match=told):
        chart(**changes)


def test_there_are_seven_kinds_and_each_names_what_it_needs() -> None:
    assert len(KINDS) == 7
    assert set(NEEDED) == set(KINDS)
