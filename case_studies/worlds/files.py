"""Write exports so that the same content gives the same file, and every file says that it is invented."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from case_studies.worlds.words import NOTICE, SYNTHETIC


def write_workbook_file(
    path: Path,
    frame: pd.DataFrame,
    *,
    created_at: datetime,
    title: str = NOTICE,
    sheet: str = "Sheet1",
    totals: Mapping[str, Any] | None = None,
) -> Path:
    """Write an xlsx as the platforms do: a merged title, the header (one row, or two for ``group|label``), rows.

    Parameters
    ----------
    created_at : stored in the file's own properties; the time its figures were true.
    title : the merged first row; it has to carry the mark `words.SYNTHETIC`.
    totals : a last row.
    """
    import xlsxwriter

    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(path, options) as workbook:
        moment = pd.Timestamp(created_at).tz_convert("UTC").tz_localize(None).to_pydatetime()
        workbook.set_properties({"created": moment, "comments": SYNTHETIC})
        page = workbook.add_worksheet(sheet)
        page.merge_range(0, 0, 0, frame.shape[1] - 1, title)
        headers = _list_header_rows([str(name) for name in frame.columns])
        rows = [*headers, *frame.itertuples(index=False, name=None), *([tuple(totals.values())] if totals else [])]
        for number, row in enumerate(rows, start=1):
            _write_row(page, number, row)
    return path


def _list_header_rows(names: Sequence[str]) -> list[tuple[str, ...]]:
    if not any("|" in name for name in names):
        return [tuple(names)]
    groups, labels = zip(*(name.split("|", 1) for name in names), strict=True)
    return [groups, labels]


def _write_row(page: Any, number: int, row: Sequence[Any]) -> None:
    for column, value in enumerate(row):
        if isinstance(value, int | float | np.number) and not pd.isna(value):
            page.write_number(number, column, value)
        elif not pd.isna(value):
            page.write_string(number, column, str(value))


def write_csv_file(path: Path, frame: pd.DataFrame) -> Path:
    """Write a csv as Excel does in China: utf-8 with its mark; the last column says the rows are invented."""
    marked = frame.assign(**{SYNTHETIC: "是"})
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(marked.columns)
        writer.writerows(marked.astype(object).where(marked.notna(), "").itertuples(index=False, name=None))
    return path


def write_json_file(path: Path, records: Sequence[Mapping[str, Any]]) -> Path:
    """Write records as a crawler does, one a line; each carries ``"synthetic": true``."""
    lines = ",\n".join(json.dumps(record, ensure_ascii=False) for record in records)
    path.write_text(f"[\n{lines}\n]\n", encoding="utf-8", newline="\n")
    return path
