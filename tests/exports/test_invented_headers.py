"""Headers invented by people who were given the real ones: read right, or listed as not used, and counted."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from benchmarks.header_confusion import (
    KINDS,
    PAGE,
    describe_set,
    has_column,
    judge_set,
    list_sets,
    read_fields,
    read_set,
    write_page,
)
from xhs_toolkit.exports.kinds import list_layouts
from xhs_toolkit.exports.layouts import match_headers

pytestmark = pytest.mark.xdist_group("headers")  # each set is judged once

PATHS = list_sets()
LEAST_RIGHT = 0.95


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_invented_headers_land_right_none_wrong_each_is_judged_and_the_page_says_so(path: Path) -> None:
    landed = judge_set(path)
    assert [item for item in landed if item.outcome == "wrong"] == []
    with_place = [item for item in landed if has_column(item)]
    assert len(with_place) > 600
    assert sum(item.outcome == "right" for item in with_place) >= LEAST_RIGHT * len(with_place)
    kinds, strangers = read_set(path)
    headers = {(kind, name) for kind, fields in kinds.items() for names in fields.values() for name in names}
    judged = {(item.kind, item.header) for item in landed}
    assert headers <= judged
    assert {name for _, name in judged} >= set(strangers)
    first = yaml.safe_load(path.read_text(encoding="utf-8"))["about"]["first"]
    assert first["right"] + first["missed"] + first["wrong"] == len(with_place)
    assert "\n".join(describe_set(path)) in PAGE.read_text(encoding="utf-8")


def test_the_page_begins_as_it_is_made_and_has_a_section_for_each_set() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page.startswith(write_page(PATHS, with_sections=False))
    assert page.count("\n## ") == len(PATHS)


def test_the_real_headers_are_what_the_list_says() -> None:
    """The list that judges is checked itself: every real header, in its kind, is read as the list says."""
    layouts = {layout.kind: layout for layout in list_layouts()}
    by_values = {"地址"}
    for kind, fields in read_fields().items():
        site, api = KINDS[kind]
        for header, wanted in fields.items():
            if header in by_values or kind == "seeding_sheet":
                continue
            [mapping] = match_headers([header], layouts[api if header.isascii() else site]).mappings
            found = mapping.column if mapping.state == "read" else "private" if mapping.state == "private" else None
            assert found == (wanted or "").split(" ")[0] or (found is None and wanted is None), header
