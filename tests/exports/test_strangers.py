"""Headers that look like one the tables have and are another figure (`strangers.yaml`): listed, never read as it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from xhs_toolkit.exports.kinds import list_layouts
from xhs_toolkit.exports.layouts import match_headers

STRANGERS = yaml.safe_load((Path(__file__).parent / "strangers.yaml").read_text(encoding="utf-8"))
CASES = [(kind, column) for kind, columns in STRANGERS.items() for column in columns]


@pytest.mark.parametrize(("kind", "column"), CASES)
def test_a_stranger_is_not_taken_for_the_column_it_resembles(kind: str, column: str) -> None:
    layout = next(layout for layout in list_layouts() if layout.kind == kind)
    assert column in layout.columns or column in layout.measures
    for header in STRANGERS[kind][column]:
        [mapping] = match_headers([header], layout).mappings
        assert mapping.state != "read" or mapping.column != column, header
