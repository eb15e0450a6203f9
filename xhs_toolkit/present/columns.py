"""What the columns of a sheet are: which are shown, what they compute from each other, where their names lead.

All of it is told in ``templates/report/workbook.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from xlsxwriter.utility import xl_col_to_name

from xhs_toolkit.bundled import bundled_folder, read_bundled_yaml
from xhs_toolkit.present.currency import add_for_client, name_for_client
from xhs_toolkit.present.tables import is_number_column
from xhs_toolkit.present.wording import name_column


def choose_columns(
    frame: pd.DataFrame, printed: Sequence[str], *, language: str
) -> tuple[pd.DataFrame, list[str], int]:
    """The columns of a sheet: those of the page in the client's money, then what else has a name in the language.

    Returns
    -------
    The frame with amounts in the client's currency, its columns in their order, and how many of them are printed.
    """
    left_out = {name for names in read_settings()["left_out"] for name in names}
    others = [name for name in frame.columns if name not in {*printed, *left_out}]
    named = [name for name in others if "_" not in name_column(name, language=language)]
    first = [name for name in printed if name not in left_out and not (len(frame) and frame[name].isna().all())]
    _, paired = add_for_client(frame, first)
    frame, shown = add_for_client(frame, [*first, *named])
    own = [name for name in paired if name not in first or name_for_client(name) == name]
    return frame, [*own, *(name for name in shown if name not in own)], len(own)


def find_formulas(frame: pd.DataFrame, columns: Sequence[str]) -> dict[str, dict[int, str]]:
    """Formulas that give exactly what stands in the frame: ratios of a row, and sums in the row of the total.

    Returns
    -------
    Column → row → formula, with cells as in a sheet whose first row is the head.

    >>> grid = pd.DataFrame({"step": ["content", "total"], "spend_cny": [8.0, 8.0], "views": [4.0, 4.0]})
    >>> find_formulas(grid.assign(cost_per_view_cny=2.0), ["spend_cny", "views", "cost_per_view_cny"])["views"]
    {1: '=SUM(B2:B2)'}
    """
    places = {name: xl_col_to_name(number) for number, name in enumerate(columns)}
    found = {name: _sum_above(frame, name, places[name]) for name in places if "step" in frame}
    for ratio, (over, under, times) in read_settings()["ratios"].items():
        for name in places:
            stem, currency = re.fullmatch(r"(.*?)(_[a-z]{3})?", name).groups()  # type: ignore[union-attr]
            top = f"{over}{currency or ''}"
            if ratio in {stem, name} and top in places and under in places:
                told = frame[top].astype(float) / frame[under].astype(float) * times
                same = np.isclose(told, frame[name].astype(float), rtol=1e-9) & np.isfinite(told)
                factor = f"*{times}" if times != 1 else ""
                rows = np.flatnonzero(same)
                found[name] = {int(row): f"={places[top]}{row + 2}/{places[under]}{row + 2}{factor}" for row in rows}
    return {name: rows for name, rows in found.items() if rows}


def _sum_above(frame: pd.DataFrame, name: str, place: str) -> dict[int, str]:
    """The total of a column as a sum of the rows above it, where it is one."""
    last = len(frame) - 1
    if last < 1 or frame["step"].iloc[last] != "total" or not is_number_column(frame, name):
        return {}
    values = frame[name].astype(float)
    is_sum = np.isclose(values.iloc[:last].sum(), values.iloc[last], rtol=1e-9)
    return {last: f"=SUM({place}2:{place}{last + 1})"} if is_sum else {}


def find_links(frame: pd.DataFrame) -> dict[str, dict[int, str]]:
    """Column → row → where it leads on the platform."""
    known = {
        name: frame[about["id"]].where(frame[about["id"]].astype("str").str.fullmatch("[0-9a-f]{24}"))
        for name, about in read_settings()["links"].items()
        if name in frame and about["id"] in frame
    }
    addresses = {name: read_settings()["links"][name]["to"] for name in known}
    return {
        name: {row: addresses[name].format(each) for row, each in ids.dropna().items() if pd.notna(frame[name][row])}
        for name, ids in known.items()
    }


@cache
def read_settings() -> dict[str, Any]:
    """What the workbook's template says."""
    return read_bundled_yaml(bundled_folder("templates") / "report" / "workbook.yaml")
