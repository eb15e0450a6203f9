"""Which picture becomes which chart: `describe_chart` makes the `Chart` of a picture's block in a language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from xhs_toolkit.findings import Finding
from xhs_toolkit.present.style import picture_text, write_cell_format
from xhs_toolkit.present.tables import name_themes
from xhs_toolkit.present.wording import label
from xhs_toolkit.report.headlines import MONEY_PARTS, read_data, read_settings
from xhs_toolkit.report.native import DAYS, LINES, POINTS, STACKED, Chart, Series, Settings, list_numbers
from xhs_toolkit.report.native_rows import (
    describe_effects,
    describe_groups,
    describe_ledger,
    describe_ranges,
    describe_standouts,
)

MAX_POINTS = 600
"""Points of a scatter that stay editable by hand; of more, those with most are drawn (analyst's choice)."""

MAX_NAMED = 3
"""Points that are named, those with most of the upright measure."""

EXCEL_DAY_0 = pd.Timestamp("1899-12-30")


def describe_chart(block: Mapping[str, Any], run_folder: Path, *, language: str) -> Chart | None:
    """Return the chart of a picture in a language; None for pictures that only matplotlib draws."""
    maker = MAKERS.get(block.get("plot", ""))
    if maker is None:
        return None
    drawn = name_themes(read_data(block, run_folder), names=block["names"].get(language, {}))
    chart = maker(drawn, read_settings(block, run_folder), language)
    values = [value for series in chart.series for value in series.numbers]
    return chart if any(value is not None for value in values) else None


def _name(value: object, language: str) -> str:
    return picture_text(label(str(value), language=language), max_length=36)


def _describe_money(options: pd.DataFrame, settings: Settings, language: str) -> Chart:
    drawn = options.dropna(subset=list(MONEY_PARTS))
    series = tuple(Series(label(name, language=language), list_numbers(drawn[name])) for name in MONEY_PARTS)
    words = tuple(_name(name, language) for name in drawn["option"])
    form = '#,##0"元"' if language == "zh" else '"¥"#,##0'
    return Chart(STACKED, Finding("chart.money"), series, form, categories=words)


def _describe_days(phases: pd.DataFrame, settings: Settings, language: str) -> Chart:
    """A bar from the first to the last day: an unseen series up to the first day, then the days; festivals last."""
    festivals = settings["festivals"].rename(columns={"festival": "phase", "date": "first_date"})
    if len(festivals):
        festivals = festivals.assign(last_date=festivals["first_date"])
        phases = pd.concat([phases, festivals], ignore_index=True)
    starts, ends = (pd.to_datetime(phases[name]).dt.tz_localize(None) for name in ("first_date", "last_date"))
    series = (
        Series(label("first_date", language=language), list_numbers((starts - EXCEL_DAY_0).dt.days)),
        Series(label("phase", language=language), list_numbers((ends - starts).dt.days + 1)),
    )
    words = tuple(_name(name, language) for name in phases["phase"])
    form = 'm"月"d"日"' if language == "zh" else "d mmm"
    return Chart(DAYS, Finding("chart.days"), series, form, categories=words)


LINE_NAMES = {"observed": "lift_observed", "counterfactual": "lift_expected"}


def _describe_lift(drawn: pd.DataFrame, settings: Settings, language: str) -> Chart:
    """What was counted and what was expected without the campaign, day by day; the campaign's days are marked."""
    days = pd.to_datetime(drawn["date"]).dt.tz_localize(None)
    lines = tuple(
        Series(label(term, language=language), list_numbers(drawn[name])) for name, term in LINE_NAMES.items()
    )
    form = 'm"月"' if language == "zh" else "mmm"
    return Chart(LINES, Finding("chart.lift"), lines, "#,##0", x_format=form, days=tuple(day.date() for day in days))


def _describe_points(notes: pd.DataFrame, *, x: str, y: str, by: pd.Series, language: str) -> Chart:
    positive = (notes[x] > 0) & (notes[y] > 0)
    drawn = notes[positive].nlargest(MAX_POINTS, y)
    drawn = drawn.assign(label=drawn["creator_name"].where(drawn.index.isin(_choose_named(drawn, x, y)), ""))
    groups = [
        Series(
            f"{_name(name, language)}  n = {len(part)}",
            list_numbers(part[y]),
            x=tuple(part[x].astype(float)),
            labels=tuple(picture_text(text, max_length=16) for text in part["label"]),
        )
        for name, part in drawn.groupby(by[positive].reindex(drawn.index), sort=True)
    ]
    return Chart(
        POINTS,
        Finding("chart.points", {"n_drawn": len(drawn), "x": x, "y": y}),
        tuple(groups),
        write_cell_format(y, language=language),
        x_title=label(x, language=language),
        y_title=label(y, language=language),
        x_format=write_cell_format(x, language=language).replace("0.00", "0"),
    )


def _choose_named(drawn: pd.DataFrame, x: str, y: str) -> list[object]:
    """The strongest points, one a creator, none so near another that their names would overlap."""
    places = np.log10(drawn[[x, y]].to_numpy(dtype=float))
    reach = np.maximum(np.ptp(places, axis=0), 1e-9) if len(places) else np.ones(2)
    chosen: list[int] = []
    known = drawn["creator_name"].notna().to_numpy() & ~drawn["creator_name"].duplicated().to_numpy()
    for number in np.flatnonzero(known)[: 4 * MAX_NAMED]:
        apart = all((np.abs(places[number] - places[other]) / reach > (0.3, 0.12)).any() for other in chosen)
        if apart and len(chosen) < MAX_NAMED:
            chosen.append(int(number))
    return list(drawn.index[chosen])


def _describe_notes(notes: pd.DataFrame, settings: Settings, language: str) -> Chart:
    by = notes[settings.get("colour", "tier")].fillna("unknown")
    return _describe_points(notes, x=settings["x"], y=settings["y"], by=by, language=language)


def _describe_roster(candidates: pd.DataFrame, settings: Settings, language: str) -> Chart:
    metric = settings["metric"]
    is_chosen = candidates["candidate_id"].isin(settings["chosen"]["candidate_id"])
    by = is_chosen.map({True: "chosen", False: "not_chosen"})
    named = candidates.rename(columns={f"{metric}_p50": metric}).loc[:, lambda frame: ~frame.columns.duplicated()]
    return _describe_points(named, x="cost_cny", y=metric, by=by, language=language)


MAKERS: dict[str, Callable[[pd.DataFrame, Settings, str], Chart]] = {
    "plot_group_ratios": describe_groups,
    "plot_notes": _describe_notes,
    "plot_money": _describe_money,
    "plot_ranges": describe_ranges,
    "plot_roster": _describe_roster,
    "plot_timeline": _describe_days,
    "plot_effects": describe_effects,
    "plot_ranking": describe_standouts,
    "plot_ledger": describe_ledger,
    "plot_lift": _describe_lift,
    "standouts": describe_standouts,
}
"""Every picture of `present.page.REDRAWN`, and the best and weakest notes of a table."""
