"""The sample campaign for each objective at each stage, made of its own files by settings and days."""

from __future__ import annotations

import re
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import yaml

MADE: dict[str, Any] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
CELLS = [(objective, stage) for objective in MADE["objectives"] for stage in MADE["stages"]]
UNDATED = "creator_center_notes.xlsx"
"""A file of the sample that reaches beyond its window without saying so in its name."""


def write_staged(sample: Path, folder: Path, *, objective: str, stage: str) -> Path:
    """Write the campaign of one objective as its folder was at one stage; returns the folder."""
    day = MADE["stages"][stage]
    settings = yaml.safe_load((sample / "campaign.yaml").read_text(encoding="utf-8")) | MADE["objectives"][objective]
    if stage != "final":
        settings.pop("files")
    (folder / "data").mkdir(parents=True)
    for path in sorted((sample / "data").iterdir()):
        if path.name != UNDATED or stage == "final":
            _copy_until(path, folder / "data", day)
    made = MADE["client_files"].get(objective)
    if made:
        frame = _make_rows(made, until=day, **settings["window"])
        frame.to_csv(folder / "data" / made["name"], index=False)
    (folder / "campaign.yaml").write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")
    return folder


def _copy_until(path: Path, folder: Path, day: date) -> None:
    """A file as it was on a day: daily rows up to it; a file that is dated later was not there yet."""
    dated = re.search(r"\d{8}", path.name)
    if path.suffix == ".csv" and "date" in (frame := pd.read_csv(path, dtype=str)):
        frame[frame["date"] <= str(day)].to_csv(folder / path.name, index=False)
    elif dated and date.fromisoformat(dated[0]) > day and path.name.startswith("juguang"):
        _cut_book(path, folder / path.name.replace(dated[0], f"{day:%Y%m%d}"), day)
    elif not dated or date.fromisoformat(dated[0]) <= day:
        shutil.copy(path, folder / path.name)


def _cut_book(path: Path, target: Path, day: date) -> None:
    book = openpyxl.load_workbook(path)
    sheet = book.active
    later = [row[0].row for row in sheet.iter_rows(min_row=3) if str(row[0].value) > str(day)]
    for number in reversed(later):
        sheet.delete_rows(number)
    if sheet.max_row > 2:  # beside the warning and the headers
        book.save(target)


def _make_rows(made: dict[str, Any], *, start: date, end: date, until: date) -> pd.DataFrame:
    """Rows of the client's, from 120 days before the window on: as many a day as the data says."""
    days = [start + timedelta(days=number) for number in range(-120, (until - start).days)]
    counts = [made["rows"][0 if day < start else 1 if day <= end else 2] for day in days]
    dates = [day for day, count in zip(days, counts, strict=True) for _ in range(count)]
    values = {name: [told[row % len(told)] for row in range(len(dates))] for name, told in made["columns"].items()}
    return pd.DataFrame({"date": dates, **values})
