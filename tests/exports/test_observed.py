"""Header rows that tools and agencies really write (`observed.yaml`), read as whole files with invented cells."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from benchmarks.header_confusion import Column, describe, make_column, write_table
from xhs_toolkit.campaign import Campaign
from xhs_toolkit.exports import read_exports
from xhs_toolkit.exports.kinds import list_layouts
from xhs_toolkit.exports.layouts import Group, match_headers

OBSERVED = yaml.safe_load((Path(__file__).parent / "observed.yaml").read_text(encoding="utf-8"))
CREATORS = next(layout for layout in list_layouts() if layout.kind == "dandelion_creators")


@pytest.mark.parametrize("title", OBSERVED["files"])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_header_row_of_the_wild_lands_as_judged_by_hand(tmp_path: Path, title: str, ending: str) -> None:
    file = OBSERVED["files"][title]
    columns = [_make(header, wanted, file["kind"]) for header, wanted in file["headers"].items()]
    write_table(tmp_path / f"a.{ending}", columns)
    exports = read_exports(tmp_path, campaign=Campaign(folder=tmp_path))
    assert exports.files["kind"].tolist() == [file["kind"]]
    found = exports.headers.astype(object).where(exports.headers.notna(), None).to_dict("records")
    states = {str(row["header"]): str(row["state"]) for row in found}
    landed = {str(row["header"]): describe(row) for row in found}
    for header, wanted in file["headers"].items():
        if str(wanted).startswith("duplicate of "):
            assert states[header] == "duplicate", header
        else:
            assert landed[header] == wanted, header


def _make(header: str, wanted: str | None, kind: str) -> Column:
    return make_column(header, header, None if wanted == "private" else (wanted or "").split("duplicate of ")[-1], kind)


@pytest.mark.parametrize(("column", "names"), OBSERVED["names"].items(), ids=OBSERVED["names"])
def test_every_name_of_the_wild_lands(column: str, names: list[str]) -> None:
    for name in names:
        [mapping] = match_headers([name], CREATORS).mappings
        group = (mapping.group or Group())._asdict()
        assert describe({"state": mapping.state, "column": mapping.column, **group}) == column, name
