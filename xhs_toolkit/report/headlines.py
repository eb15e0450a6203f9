"""The headline of a table of notes or creators: read off its data where the step states none."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from xhs_toolkit.findings import Finding
from xhs_toolkit.report.run import read_table

Block = Mapping[str, Any]
NAMES = ("creator_name", "title")


def make_headline(block: Block, run_folder: Path) -> Finding | None:
    """Return what a table or picture shows, as a finding; None where nothing can be said in one line."""
    if "headline" in block:
        return Finding(block["headline"]["code"], block["headline"]["values"])
    if block["kind"] == "table":
        return _name_best(read_table(run_folder, block["file"]), block["columns"])
    return None


def _name_best(frame: pd.DataFrame, columns: list[str]) -> Finding | None:
    """Of a table of notes or creators: who has most of what it is sorted by."""
    name = next((name for name in NAMES if name in columns), None)
    numbers = [column for column in columns if pd.api.types.is_float_dtype(frame[column])]
    sorted_by = [column for column in numbers if _is_sorted(frame[column])]
    if name is None or not sorted_by or not isinstance(frame[name].iloc[0], str):
        return None
    metric = sorted_by[0]
    if metric.endswith("_cny"):
        n_creators = int(frame[name].nunique())
        return Finding("headline.creators", {"n_creators": n_creators, "cost_cny": float(frame[metric].sum())})
    return Finding("headline.best_row", {"x": frame[name].iloc[0], "metric": metric, "value": float(frame[metric][0])})


def _is_sorted(values: pd.Series) -> bool:
    return len(values) > 1 and values.notna().iloc[0] and bool(values.dropna().is_monotonic_decreasing)
