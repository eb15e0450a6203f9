"""A run's folder as the report sees it: its pages in the order of the steps, their tables and the data of pictures."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from xhs_toolkit.errors import RunError
from xhs_toolkit.present.currency import count_for_client
from xhs_toolkit.present.private import mask_contacts
from xhs_toolkit.present.spec import Chart
from xhs_toolkit.present.spec import read_chart as read_spec

SHAPELESS = frozenset({"Cn", "Co", "Cs"})
"""Categories of characters that no font can show: unassigned, private, surrogate."""

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that turn the direction of what follows, beyond their own cell."""


def read_pages(run_folder: Path) -> list[dict[str, Any]]:
    """Return the pages of a run, in the order of the steps; a step that skipped is among them."""
    pages = [json.loads(path.read_text(encoding="utf-8")) for path in sorted((run_folder / "pages").glob("*.json"))]
    if not pages:
        raise RunError(f"There is no page in {run_folder.name}: run the campaign first (xhs run).")
    if any(block["kind"] == "picture" and "chart" not in block for page in pages for block in page["blocks"]):
        raise RunError(
            f"The pictures of {run_folder.name} were made by an earlier version, which kept them as drawings: "
            "run the campaign again (xhs run), or keep the report that it has."
        )
    return pages


def read_table(run_folder: Path, file: str) -> pd.DataFrame:
    """Return one table of a run, with its texts as a client may read them (`clean_text`)."""
    return _read_masked(run_folder / "tables" / file)


def read_chart(run_folder: Path, block: Mapping[str, Any]) -> Chart:
    """Return the chart of a picture's block as a client reads it: its texts (`clean_text`), its amounts."""
    return count_for_client(read_spec(block, _read_masked(run_folder / "pictures" / block["file"])))


def _read_masked(path: Path) -> pd.DataFrame:
    return _read(path, path.stat().st_mtime_ns).copy()


@cache
def _read(path: Path, changed: int) -> pd.DataFrame:
    frame = pd.read_parquet(path)
    return frame.assign(**{name: _mask(frame[name]) for name in frame.columns if _is_text(frame[name])})


def _is_text(values: pd.Series) -> bool:
    return pd.api.types.is_string_dtype(values) or values.dtype == object


def _mask(values: pd.Series) -> pd.Series:
    return values.map(lambda value: clean_text(value) if isinstance(value, str) else value).astype(values.dtype)


def clean_text(text: str) -> str:
    """Return a text as a client may read it: no contact, no character that turns its direction or has no shape."""
    kept = "".join(char for char in text if char not in TURNING and unicodedata.category(char) not in SHAPELESS)
    kept = CONTROL.sub("", kept)
    return mask_contacts(kept)


def says_synthetic(run_folder: Path) -> bool:
    """Whether any table of the run holds rows that call themselves synthetic."""
    tables = (pd.read_parquet(path) for path in (run_folder / "tables").glob("*.parquet"))
    return any("synthetic" in table and table["synthetic"].fillna(False).any() for table in tables)


def is_synthetic(run_folder: Path, *, declared: bool) -> bool:
    """Whether the campaign file or any of the run's tables says that the data is invented."""
    return declared or says_synthetic(run_folder)


def find_made_at(run_folder: Path) -> datetime:
    """When the run was made: the time in its name, otherwise that of its newest page."""
    named = re.search(r"\d{4}-\d{2}-\d{2}T\d{6}Z", run_folder.resolve().name)
    if named:
        return datetime.strptime(named[0], "%Y-%m-%dT%H%M%SZ").replace(tzinfo=UTC)
    newest = max(path.stat().st_mtime for path in (run_folder / "pages").glob("*.json"))
    return datetime.fromtimestamp(newest, UTC)


def name_file(stem: str, suffix: str, *, language: str, first: str) -> str:
    """Return a file's name: ``report.html`` in the first language, ``report.zh.html`` in another.

    >>> name_file("deck", "pptx", language="zh", first="en")
    'deck.zh.pptx'
    """
    return f"{stem}.{suffix}" if language == first else f"{stem}.{language}.{suffix}"
