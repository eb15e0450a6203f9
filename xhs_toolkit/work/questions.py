"""What an analyst asks: a ratio with its range by anything, what a column means, where a word is, what would change."""

from __future__ import annotations

import ast
import itertools
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import pandas as pd
from pydantic import BaseModel, ValidationError

from xhs_toolkit.campaign import Campaign
from xhs_toolkit.campaign.agency import AgencySettings
from xhs_toolkit.campaign.models import Window
from xhs_toolkit.campaign.reading import list_problems
from xhs_toolkit.campaign.values import find_nearest
from xhs_toolkit.campaign.yamltext import Document
from xhs_toolkit.errors import XhsError, list_names
from xhs_toolkit.tables import DERIVED, RECORDS, TABLES, Column, get_creator

if TYPE_CHECKING:
    from xhs_toolkit.results import Results


SAME_AS: Mapping[str, str] = {"followers": "follower_counts", "ads": "ad_days", "words": "ad_days"}
"""Frame → the table of the codebook whose columns it has, where it has another name."""

MAX_NAMES = 12
"""Names that an error lists."""

PARTS = ("so_far", "gained")
"""Endings of columns of growth, each documented as a column of its own."""

DESCRIBED = ("column", "label_en", "label_zh", "kind", "unit", "meaning")


def rate_groups(rows: pd.DataFrame, numerator: str, denominator: str, *, by: Sequence[str]) -> pd.DataFrame:
    """Sum of one column over the sum of another in each group, with its 90% interval over creators.

    Rows in which either is missing are left out of both sums. Groups come as they sort; rows without a group are one.

    Returns
    -------
    `by`, ``rate``, ``rate_low``, ``rate_high``, ``n_notes`` and ``n_creators`` that it rests on, ``rate_reason`` (why
    it has no interval, see `stats.Interval`).

    Raises
    ------
    XhsError
        a column is none of the frame, or not a number.
    """
    for name in (numerator, denominator, *by):
        check_column(rows, name)
    for name in (numerator, denominator):
        if not pd.api.types.is_numeric_dtype(rows[name]):
            raise XhsError(f"{name} holds no numbers. Put it after by= to group by it.")
    groups = rows.groupby(list(by), dropna=False, sort=True) if by else [((), rows)]
    return pd.DataFrame(
        [dict(zip(by, key, strict=True)) | _rate(group, numerator, denominator) for key, group in groups]
    )


def _rate(group: pd.DataFrame, numerator: str, denominator: str) -> dict[str, object]:
    from xhs_toolkit.stats import ratio_of_sums

    who = get_creator(group)
    found = ratio_of_sums(group[numerator], group[denominator], cluster=who)
    return {
        "rate": found.estimate,
        "rate_low": found.low,
        "rate_high": found.high,
        "n_notes": found.n,
        "n_creators": found.n_clusters,
        "rate_reason": found.reason,
    }


def check_column(rows: pd.DataFrame, name: str) -> None:
    """Refuse a column that a frame lacks, and name the nearest."""
    if name not in rows:
        raise XhsError(f"There is no column {name!r}. {suggest(name, rows.columns)}")


def suggest(name: str, known: Sequence[str]) -> str:
    """The nearest of some names as advice, else the first of them."""
    near = find_nearest(name, known)
    return f"Did you mean {near}?" if near else f"Choose one of: {list_names(known, most=MAX_NAMES)}."


# ------------------------------------------------------------------------------------- the codebook


def describe_columns(frame: str, names: Sequence[str]) -> pd.DataFrame:
    """Describe columns of a frame: ``column``, ``label_en``, ``label_zh``, ``kind``, ``unit``, ``meaning``."""
    tables = {**TABLES, **RECORDS}
    first = tables.get(SAME_AS.get(frame, frame), ())
    known: dict[str, Column] = {}
    for column in itertools.chain(first, DERIVED, *tables.values()):
        known.setdefault(column.name, column)
    return pd.DataFrame([_describe(name, known) for name in names], columns=list(DESCRIBED))


def _describe(name: str, known: Mapping[str, Column]) -> dict[str, str]:
    """A column as the codebook has it; a running total or a gain as the figure it is of."""
    part = next((part for part in PARTS if name.endswith(f"_{part}")), None)
    column = known[name.removesuffix(f"_{part}")] if part else known[name]
    added = known[part] if part else None
    return {
        "column": name,
        "label_en": f"{column.label_en}: {added.label_en}" if added else column.label_en,
        "label_zh": f"{column.label_zh}：{added.label_zh}" if added else column.label_zh,
        "kind": column.kind,
        "unit": column.unit,
        "meaning": f"{column.meaning}. {added.meaning}" if added else column.meaning,
    }


def find_words(text: str, columns: pd.DataFrame) -> pd.DataFrame:
    """Rows of described columns in which each word of a text is found, whatever its case; the name's own first."""
    shown = ["column", "label_en", "label_zh", "meaning"]
    told = columns[shown].agg(" ".join, axis=1).str.casefold()
    found = pd.Series(True, index=columns.index)
    for word in text.casefold().split():
        found &= told.str.contains(word, regex=False)
    first = columns.loc[found, "column"].str.casefold().ne(text.casefold())
    return columns[found].assign(_first=first).sort_values("_first", kind="stable").drop(columns="_first")


INJECTED = "# Parameters"
"""How the cell begins that papermill puts behind the one with the parameters."""
GIVEN_BY_A_RUN = ("campaign_folder", "run_folder", "language", "as_of")


def check_parameters() -> None:
    """Stop a notebook that was given a parameter it does not have; nothing where no notebook is executed.

    Raises
    ------
    XhsError
        which one, and the nearest that there is.
    """
    if "IPython" in sys.modules and (shell := sys.modules["IPython"].get_ipython()) is not None:
        check_cells(shell.user_ns.get("In", ()))


def check_cells(cells: Sequence[str]) -> None:
    """Compare what papermill's cell sets with what the cell before it sets."""
    at = next((number for number, cell in enumerate(cells) if cell.startswith(INJECTED)), 0)
    if not at:
        return
    known = {*_list_names(cells[at - 1]), *GIVEN_BY_A_RUN}
    unknown = [name for name in _list_names(cells[at]) if name not in known]
    if unknown:
        raise XhsError(f"The notebook has no parameter {unknown[0]!r}. {suggest(unknown[0], sorted(known))}")


def _list_names(cell: str) -> list[str]:
    """What a cell assigns to, in its order."""
    names = (node for node in ast.walk(ast.parse(cell)) if isinstance(node, ast.Name))
    return [node.id for node in names if isinstance(node.ctx, ast.Store)]


Model = TypeVar("Model", bound=BaseModel)

NAMED_BY = ("note_id", "title", "creator_id", "creator_name")
"""Columns by which a note, or all notes of a creator, can be named."""


def change_settings(
    campaign: Campaign, *, window: tuple[Any, Any] | None, tiers: Mapping[str, float] | None
) -> Campaign:
    """The campaign with another window or other tiers, checked as in a settings file.

    Raises
    ------
    XhsError
        a day or a number cannot be used.
    """
    changed: dict[str, Any] = {}
    if window is not None:
        days = dict(zip(("start", "end"), window, strict=False)) if isinstance(window, tuple | list) else {"": window}
        changed["window"] = _check("window", Window, days)
    if tiers is not None:
        named = tiers.items() if isinstance(tiers, Mapping) else [(tiers, "")]
        listed = [{"name": name, "followers_from": start} for name, start in named]
        settings = _check("tiers", AgencySettings, {"tiers": listed})
        changed["agency"] = campaign.agency.model_copy(update={"tiers": settings.tiers})
    return campaign.model_copy(update=changed)


def _check(what: str, model: type[Model], values: dict[str, Any]) -> Model:
    try:
        return model.model_validate({name: value for name, value in values.items() if value is not None})
    except ValidationError as error:
        example = {"window": '("2026-08-03", "2026-08-30")', "tiers": '{"KOC": 0, "KOL": 10_000}'}[what]
        problems = list_problems(error, model=model, document=Document(what))
        raise XhsError(f"{what} cannot be used; write it like {example}.", problems) from error


def find_notes(notes: pd.DataFrame, names: Sequence[str]) -> set[str]:
    """Ids of the notes that are named by their id, their title, or their creator's id or name.

    Raises
    ------
    XhsError
        a name is that of no note; the nearest is suggested.
    """
    found: set[str] = set()
    for name in names:
        mask = notes[list(NAMED_BY)].eq(name).any(axis=1)
        if not mask.any():
            known = list(dict.fromkeys(notes["creator_name"].dropna()))
            raise XhsError(f"No note of the campaign is {name!r}, nor its creator. {suggest(name, known)}")
        found |= set(notes.loc[mask, "note_id"])
    return found


def compare_totals(one: pd.DataFrame, other: pd.DataFrame, *, names: tuple[str, str]) -> pd.DataFrame:
    """Two campaigns' totals beside each other: one row a metric.

    Returns
    -------
    ``metric``, the value of each side under its name, with ``<name>_low`` and ``<name>_high`` where it has a range and
    ``<name>_n``, the notes it rests on; and ``ratio``, the second value over the first.
    """
    sides = dict(zip(names, (one, other), strict=True))
    rows = [
        {"metric": metric}
        | {name: totals.iloc[0].get(metric) for name, totals in sides.items()}
        | {f"{name}_{part}": value for name, totals in sides.items() for part, value in _find_parts(totals, metric)}
        for metric in _list_metrics(one)
    ]
    frame = pd.DataFrame(rows)
    numbers = frame.drop(columns="metric").apply(pd.to_numeric)
    ratio = numbers[names[1]] / numbers[names[0]].where(numbers[names[0]].ne(0))
    return pd.concat([frame["metric"], numbers, ratio.rename("ratio")], axis=1).dropna(axis=1, how="all")


def _find_parts(totals: pd.DataFrame, metric: str) -> list[tuple[str, object]]:
    """Range of a figure and how many notes it rests on, as far as the totals have them."""
    row, count = totals.iloc[0], f"n_{metric.removesuffix('_cny')}"
    return [("low", row.get(f"{metric}_low")), ("high", row.get(f"{metric}_high")), ("n", row.get(count))]


def compare_tiers(one: Results, other: Results) -> pd.DataFrame:
    """The totals of each tier under one set of limits and under another, one row a tier and metric."""
    names = ("as_is", "what_if")
    sides = [found.groups[found.groups["dimension"].eq("tier")].set_index("group") for found in (one, other)]
    tiers = list(dict.fromkeys([*sides[0].index, *sides[1].index]))
    parts = [
        compare_totals(sides[0].reindex([tier]), sides[1].reindex([tier]), names=names).assign(tier=tier)
        for tier in tiers
    ]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _list_metrics(totals: pd.DataFrame) -> list[str]:
    """Figures of the totals; the ends of a range, and how many notes a figure rests on, are no figures of their own."""
    names = totals.select_dtypes("number").columns
    figures = [name for name in names if not name.endswith(("_low", "_high"))]
    return [name for name in figures if not name.startswith("n_") or name in {"n_notes", "n_creators"}]
