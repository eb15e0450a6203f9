"""Where rows come from: the file, the sheet, the moment they were true, and whether they are invented."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa

from xhs_toolkit.exports.as_of import add_as_of
from xhs_toolkit.exports.interpret import Source
from xhs_toolkit.exports.layouts import Layout
from xhs_toolkit.exports.rows import Rows
from xhs_toolkit.exports.sheetbase import TEXT, Sheet

if TYPE_CHECKING:
    from xhs_toolkit.campaign import FileSetting

SYNTHETIC_MARKS = ("合成数据", "synthetic")


def name_file(path: Path, folder: Path) -> str:
    """A file's name inside the folder, with ``/`` on every system and without unprintable characters."""
    name = path.relative_to(folder).as_posix().encode("utf-8", "replace").decode("utf-8")
    return "".join(mark if mark.isprintable() else "�" for mark in name)


def says_synthetic(preamble: pd.DataFrame, sheet: Sheet) -> bool:
    """Whether the rows above the header or the sheet's name mark the rows as invented."""
    words = [str(cell).lower() for cell in [*preamble.to_numpy().ravel(), sheet.name or "", *sheet.above]]
    return any(mark in word for word in words for mark in SYNTHETIC_MARKS)


def add_source(rows: Rows, layout: Layout, source: Source, *, synthetic: bool) -> Rows:
    """Add to the rows where they come from, when they were true, and what goes without saying in this layout."""
    frame, sheet, setting = rows.frame, source.sheet, source.setting
    said = {"source": layout.kind, "source_file": source.file, "source_sheet": sheet.name, **layout.constants}
    texts = {name: repeat_text(value, frame.index) for name, value in said.items()}
    marked = frame["synthetic"].fillna(True) if "synthetic" in frame else synthetic
    frame = frame.assign(**texts, synthetic=pd.Series(marked, index=frame.index, dtype="boolean"))
    frame = name_creator(frame, setting) if setting else frame
    dated = add_as_of(frame, file=source.file, created_at=sheet.created_at, modified_at=sheet.modified_at)
    return rows._replace(frame=dated, problems=[*sheet.problems, *rows.problems])


def repeat_text(text: str | None, index: pd.Index) -> pd.Series:
    """The same text in every row."""
    texts = pa.repeat(pa.scalar(text, pa.large_string()), len(index))
    return pd.Series(pd.arrays.ArrowStringArray(texts, dtype=TEXT), index=index)


def name_creator(frame: pd.DataFrame, setting: FileSetting) -> pd.DataFrame:
    """Fill ``creator_id`` and ``creator_name`` with what the campaign says about the file."""
    given = {"creator_id": setting.creator_id, "creator_name": setting.creator_name}
    unknown = pd.Series(None, index=frame.index, dtype="str")
    return frame.assign(**{name: frame.get(name, unknown).fillna(value) for name, value in given.items() if value})
