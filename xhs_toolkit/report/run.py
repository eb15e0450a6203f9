"""A run's folder as the report sees it: its pages in the order of the steps, and their tables."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd

from xhs_toolkit.errors import RunError


def read_pages(run_folder: Path) -> list[dict[str, Any]]:
    """Return the pages of a run, in the order of the steps; a step that skipped is among them."""
    pages = [json.loads(path.read_text(encoding="utf-8")) for path in sorted((run_folder / "pages").glob("*.json"))]
    if not pages:
        raise RunError(f"There is no page in {run_folder.name}: run the campaign first (xhs run).")
    return pages


def read_table(run_folder: Path, file: str) -> pd.DataFrame:
    """Return one table of a run."""
    return pd.read_parquet(run_folder / "tables" / file)


def says_synthetic(run_folder: Path) -> bool:
    """Whether any table of the run holds rows that call themselves synthetic."""
    tables = (pd.read_parquet(path) for path in (run_folder / "tables").glob("*.parquet"))
    return any("synthetic" in table and table["synthetic"].fillna(False).any() for table in tables)
