"""Every kind of export is one YAML, and its example rows are its test; an agency can add its own."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from xhs_toolkit.bundled import bundled_folder, read_bundled_yaml
from xhs_toolkit.campaign import Campaign
from xhs_toolkit.exports import Exports, read_exports
from xhs_toolkit.exports.kinds import list_layouts

FILES = sorted((bundled_folder("templates") / "exports" / "kinds").glob("*.yaml"))


def read(folder: Path, example: dict[str, str]) -> Exports:
    data = folder / "data"
    data.mkdir()
    with (data / "a.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([list(example), list(example.values())])
    return read_exports(data, campaign=Campaign(folder=folder))


def find(exports: Exports, place: str) -> list[Any]:
    """The values of one column over all rows; a figure of the client's by its name."""
    table, column = place.split(".")
    rows = exports.tables[table]
    values = rows[column] if column in rows else rows.loc[rows["metric"].eq(column), "value"]
    return [value.isoformat() if isinstance(value, pd.Timestamp) else value for value in values.dropna()]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_example_of_a_kind_is_read_as_its_file_says(path: Path, tmp_path: Path) -> None:
    said = read_bundled_yaml(path)
    exports = read(tmp_path, said["example"])
    assert exports.files["kind"].tolist() == [said["kind"]] == [path.stem]
    assert exports.questions == ()
    assert len(said["reads"]) >= len(said["required"])
    for place, value in said["reads"].items():
        assert any(
            found == pytest.approx(value) if isinstance(value, float) else found == value
            for found in find(exports, place)
        ), place


def test_kinds_come_in_their_order_and_none_twice() -> None:
    kinds = [layout.kind for layout in list_layouts()]
    assert len(set(kinds)) == len(kinds) == len(FILES)
    assert kinds.index("dandelion_notes") < kinds.index("agency_notes")
