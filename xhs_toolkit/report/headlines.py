"""A picture's finding in one line: the title of its slide, and the words above it on the page.

A page that states its own headline keeps it; for the pictures that the toolkit knows, it is read off the data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from xhs_toolkit.findings import Finding
from xhs_toolkit.report.native_rows import choose_note_metric
from xhs_toolkit.report.run import read_drawn, read_table

Block = Mapping[str, Any]
MONEY_PARTS = ("large_cny", "small_cny", "feed_cny", "search_cny")
TOP_SHARE = 0.1
"""The strongest tenth of the notes: what a few notes carry is the usual question (analyst's choice)."""

NAMES = ("creator_name", "title")


def make_headline(block: Block, run_folder: Path) -> Finding | None:
    """Return what a table or picture shows, as a finding; None where nothing can be said in one line."""
    if "headline" in block:
        return Finding(block["headline"]["code"], block["headline"]["values"])
    if block["kind"] == "table":
        return _name_best(read_table(run_folder, block["file"]), block["columns"])
    maker = MAKERS.get(block.get("plot", ""))
    return maker(read_data(block, run_folder), read_settings(block, run_folder)) if maker else None


def read_data(block: Block, run_folder: Path) -> pd.DataFrame:
    """Return the data of a picture: kept beside it, or one of the run's tables."""
    return read_table(run_folder, block["table"]) if "table" in block else read_drawn(run_folder, block["data"])


def read_settings(block: Block, run_folder: Path) -> dict[str, Any]:
    """Return the settings of a picture, with the frames among them."""
    return {
        name: read_drawn(run_folder, value["frame"]) if isinstance(value, dict) else value
        for name, value in block["settings"].items()
    }


def _compare_groups(groups: pd.DataFrame, settings: Block) -> Finding | None:
    """The widest difference within one dimension whose ranges do not overlap, or that there is none.

    The row of all notes is no group beside its own parts.
    """
    value, dimension = settings["value"], settings.get("dimension", "dimension")
    metric = value if value != "rate" else str(groups["measure"].iloc[0]) if len(groups) else value
    known = groups[groups[value].notna() & ~groups["group"].isin(["all", "unknown"])]
    if len(known) < 2:
        only = known.iloc[:1].to_dict("records")
        return Finding("headline.group_one", {"metric": metric, **_show(only[0], value)}) if only else None
    bounded = known.dropna(subset=[f"{value}_low", f"{value}_high"])
    parts = [part for _, part in bounded.groupby(dimension) if len(part) > 1]
    if not parts:
        return Finding("headline.group_few", {"metric": metric})
    pairs = [(part.loc[part[value].idxmin()], part.loc[part[value].idxmax()]) for part in parts]
    clear = [(low, high) for low, high in pairs if low[f"{value}_high"] < high[f"{value}_low"] and low[value] > 0]
    if not clear:
        return Finding("headline.group_unclear", {"metric": metric})
    low, high = max(clear, key=lambda pair: pair[1][value] / pair[0][value])
    ends = {"x": low["group"], "low_value": float(low[value]), "y": high["group"], "high_value": float(high[value])}
    return Finding("headline.group_clear", {"metric": metric, **ends})


def _show(row: Mapping[Any, Any], value: str) -> dict[str, Any]:
    return {"x": row["group"], "value": float(row[value])}


def _weigh_notes(notes: pd.DataFrame, settings: Block) -> Finding | None:
    values = notes[settings["y"]].dropna().sort_values(ascending=False)
    n_top = round(TOP_SHARE * len(values))
    if not n_top or values.sum() <= 0:
        return None
    share = float(values.head(n_top).sum() / values.sum())
    metric = settings["y"]
    return Finding("headline.top_notes", {"n_top": n_top, "n_notes": len(values), "top_share": share, "metric": metric})


def _find_largest(options: pd.DataFrame, settings: Block) -> Finding | None:
    amounts = options.iloc[0][list(MONEY_PARTS)].astype(float)
    name, amount = str(amounts.idxmax()), float(amounts.max())
    return Finding("headline.money", {"x": name, "part_share": amount / float(amounts.sum()), "amount_cny": amount})


def _find_posting(phases: pd.DataFrame, settings: Block) -> Finding | None:
    posting = phases[phases["phase"] == "creators_post"]
    if posting.empty:
        return None
    days = {name: str(posting.iloc[0][name].date()) for name in ("first_date", "last_date")}
    return Finding("headline.timeline", days)


def _find_best_range(rows: pd.DataFrame, settings: Block) -> Finding | None:
    known = rows.dropna(subset=["p10", "p50", "p90"])
    if known.empty:
        return None
    best = known.loc[known["p50"].idxmax()]
    values = {"metric": settings["metric"], **{name: float(best[name]) for name in ("p10", "p50", "p90")}}
    code = "headline.range_one" if len(known) == 1 else "headline.range_best"
    return Finding(code, values | {"x": best[settings["group"]]})


def _count_chosen(candidates: pd.DataFrame, settings: Block) -> Finding:
    chosen = settings["chosen"]
    cost = float(chosen["cost_cny"].sum())
    return Finding("headline.roster", {"n_chosen": len(chosen), "n_candidates": len(candidates), "cost_cny": cost})


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


EFFECTS = {"clearly_better": "better", "clearly_worse": "worse", "in_line": "in_line"}


def _sum_up_effects(groups: pd.DataFrame, settings: Block) -> Finding | None:
    """What the whole campaign brought against what was to be expected."""
    if "expected_ratio" not in groups:
        return None
    whole = groups[groups["dimension"].eq("all") & groups["expected_ratio"].notna()]
    if whole.empty:
        return None
    row = whole.iloc[0]
    code = f"headline.effects_{EFFECTS.get(row['verdict'], 'few')}"
    return Finding(code, {"metric": row["metric"], "expected_ratio": float(row["expected_ratio"])})


def _find_largest_cost(items: pd.DataFrame, settings: Block) -> Finding | None:
    known = items[items["amount_cny"].notna()]
    total = float(known["amount_cny"].sum())
    if known.empty or total <= 0:
        return None
    row = known.loc[known["amount_cny"].idxmax()]
    share = float(row["amount_cny"]) / total
    return Finding("headline.ledger", {"x": row["item"], "part_share": share, "total_cny": total})


def _span_notes(notes: pd.DataFrame, settings: Block) -> Finding | None:
    """From the weakest to the best note: as ratios to what was expected, else as they were counted."""
    if "expected_ratio" in notes and notes["expected_ratio"].notna().sum() > 1:
        ratios, clear = notes["expected_ratio"].dropna(), notes["verdict"].isin(["clearly_better", "clearly_worse"])
        ends = {"low_ratio": float(ratios.min()), "high_ratio": float(ratios.max())}
        counts = {"n_clear": int(clear.sum()), "n_notes": len(ratios)}
        return Finding("headline.standouts", {"metric": notes["metric"].iloc[0], **ends, **counts})
    metric = choose_note_metric(notes)
    known = notes[metric].dropna()
    ends = {"low_value": float(known.min()), "high_value": float(known.max())}
    return Finding("headline.standouts_plain", {"metric": metric, "n_notes": len(known), **ends})


MAKERS: dict[str, Callable[[pd.DataFrame, Block], Finding | None]] = {
    "plot_group_ratios": _compare_groups,
    "plot_notes": _weigh_notes,
    "plot_money": _find_largest,
    "plot_timeline": _find_posting,
    "plot_ranges": _find_best_range,
    "plot_roster": _count_chosen,
    "plot_effects": _sum_up_effects,
    "plot_ledger": _find_largest_cost,
    "plot_ranking": _span_notes,
    "standouts": _span_notes,
}
