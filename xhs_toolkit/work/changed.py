"""The campaign under other settings, or without some notes; and two campaigns beside each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import pandas as pd
from pydantic import BaseModel, ValidationError

from xhs_toolkit.campaign import Campaign
from xhs_toolkit.campaign.agency import AgencySettings
from xhs_toolkit.campaign.faults import list_problems
from xhs_toolkit.campaign.models import Window
from xhs_toolkit.campaign.yamltext import Document
from xhs_toolkit.errors import XhsError
from xhs_toolkit.work.questions import suggest

if TYPE_CHECKING:
    from xhs_toolkit.results import Results

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
