"""The media plan: deliverables by week, what they cost and what is expected of them; what the client picked of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from xhs_toolkit.book.columns import AMOUNTS, BOOK, COLUMNS, label, label_option, list_options, read_cell
from xhs_toolkit.book.merge import Row, Rows, name_creator
from xhs_toolkit.book.sheet import find_table, list_headers, open_workbook
from xhs_toolkit.campaign.models import list_rates

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from xhs_toolkit.campaign import Campaign


METRICS = ("views", "engagement")
ENDS = {"low": "p10", "best": "p50", "high": "p90"}
EXPECTED = tuple(f"{metric}_{end}" for metric in METRICS for end in ENDS)
COSTS = ("asked", "agreed", "service_fee", "rebate", "gst", "currency", "cost_cny", "cost")
"""What a deliverable costs, in its currency, in CNY and in the client's; GST apart. For the agency only."""
PER = {"cost_per_view": "views_best", "cost_per_engagement": "engagement_best"}


def make_media_plan(rows: Rows, *, promised: pd.DataFrame, campaign: Campaign) -> pd.DataFrame:
    """One row a deliverable that is not cancelled, by the week in which it is, or is to be, posted.

    Parameters
    ----------
    rows : the book. promised : roster of the accepted plan: what was promised of each placement (`plans.Plan`).

    Returns
    -------
    ``week`` (its Monday; missing where no day is set), ``creator_name``, ``format``, ``state``, `COSTS`, `EXPECTED`
    (missing where nothing was promised), ``cost_per_view`` and ``cost_per_engagement`` in the client's currency.
    """
    rates = {name: rate.cny_per_unit for name, rate in list_rates(campaign).items()}
    left = [dict(placed) for placed in promised.to_dict("records")]
    told = [
        _describe(row, _take(left, row), rates, campaign) for row in rows.values() if row.get("state") != "cancelled"
    ]
    names = ["week", "creator_name", "format", "state", *COSTS, *EXPECTED]
    plan = pd.DataFrame(told, columns=names)
    ratios = {name: (plan["cost"] / plan[base]).where(plan[base] > 0) for name, base in PER.items()}
    return plan.assign(**ratios).sort_values(["week", "creator_name"], na_position="last", ignore_index=True)


def _take(promised: list[dict[Any, Any]], row: Row) -> Mapping[Any, Any]:
    """What was promised of a row's creator, of its format where there are several; each promise once."""
    names = name_creator(row)
    mine = [placed for placed in promised if set(names) & set(name_creator(placed))]
    mine.sort(key=lambda placed: placed.get("format") != row.get("format"))
    if mine:
        promised.remove(mine[0])
    return mine[0] if mine else {}


def _describe(row: Row, placed: Mapping[Any, Any], rates: Mapping[str, float], campaign: Campaign) -> dict[str, Any]:
    amounts = {name: value for name in AMOUNTS if isinstance(value := row.get(name), float)}
    cost = sum(-value if name == "rebate" else value for name, value in amounts.items()) if amounts else None
    rate = rates.get(str(row.get("currency")))
    cost_cny = None if cost is None or rate is None else cost * rate
    day = row.get("posted_on") or row.get("post_on")
    return {
        **{name: row.get(name) for name in ("creator_name", "format", "state", *COSTS) if name in row},
        "week": day - timedelta(days=day.weekday()) if isinstance(day, date) else None,
        "cost_cny": cost_cny,
        "cost": None if cost_cny is None else cost_cny / campaign.client_rate.cny_per_unit,
        **{f"{metric}_{end}": placed.get(f"{metric}_{level}") for metric in METRICS for end, level in ENDS.items()},
    }


def write_media_plan(path: Path, plan: pd.DataFrame, *, campaign: Campaign, language: str, for_client: bool) -> Path:
    """Write the plan as a workbook with its totals as formulas; the client's has no cost, fee, rebate or margin.

    The agency's ends with the client's budget, what the deliverables cost and what is left of it: the margin, before
    ads and GST.
    """
    from openpyxl import Workbook

    hidden = {*COSTS, *PER} if for_client else set()
    shown = plan[[name for name in plan if name not in hidden]]
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = label("sheets", "media_plan", language=language)
    _write_table(sheet, shown, campaign, language)
    if not for_client and campaign.budget is not None:
        _write_margin(sheet, shown, campaign, language)
    workbook.save(path)
    return path


def _write_table(sheet: Worksheet, plan: pd.DataFrame, campaign: Campaign, language: str) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    sheet.append([_name(name, campaign, language) for name in plan])
    for row in plan.to_dict("records"):
        values = ((name, None if pd.isna(value) else value) for name, value in row.items())
        sheet.append([label_option(str(name), value, language=language) if isinstance(value, str) else value
                      for name, value in values])  # fmt: skip
    last = len(plan) + 1
    sheet.cell(last + 1, 1, label("words", "total", language=language))
    for place, name in enumerate(plan, start=1):
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = BOOK["widths"]["choice"]
        sheet.cell(1, place).font = Font(bold=True)
        for cell in sheet[letter][1:]:
            cell.number_format = "yyyy-mm-dd" if name == "week" else "#,##0.000" if name in PER else "#,##0"
        if name in {"cost_cny", "cost", "views_best", "engagement_best"}:
            sheet.cell(last + 1, place, f"=SUM({letter}2:{letter}{last})").number_format = "#,##0"
    sheet.freeze_panes = "C2"


def _name(name: str, campaign: Campaign, language: str) -> str:
    group = "columns" if name in BOOK["columns"] else "plan"
    told = label(group, name, language=language)
    return f"{told} ({campaign.client_currency})" if name in {"cost", *PER} else told


def _write_margin(sheet: Worksheet, plan: pd.DataFrame, campaign: Campaign, language: str) -> None:
    from openpyxl.utils import get_column_letter

    letter, total = get_column_letter(list(plan).index("cost_cny") + 1), len(plan) + 2
    amount = campaign.budget.amount_cny if campaign.budget else 0.0
    for number, (word, value) in enumerate((("budget_cny", amount), ("margin_cny", None)), start=total + 1):
        sheet.cell(number, 1, label("plan", word, language=language))
        told = f"={letter}{total + 1}-{letter}{total}" if value is None else value
        sheet[f"{letter}{number}"] = told
        sheet[f"{letter}{number}"].number_format = "#,##0"


SHOWN = ("creator_name", "creator_id", "format", "client", "client_reason")
"""All that a client sees: no price, no rebate, no word of ours."""


def write_picks(path: Path, rows: Rows, *, language: str) -> Path:
    """Write the sheet for the client: one row a creator, an answer and a reason to fill in."""
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    workbook = Workbook()
    sheet = workbook.active
    sheet.title = label("sheets", "picks", language=language)
    sheet.append([label("columns", name, language=language) for name in SHOWN])
    creators = list(_list_creators(rows))
    for row in creators:
        sheet.append([label_option(name, str(row.get(name) or ""), language=language) for name in SHOWN])
    for place, cell in enumerate(sheet[1], start=1):
        cell.font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(place)].width = 24
    rule = DataValidation("list", formula1=f'"{",".join(list_options("client", language=language))}"')
    rule.add(f"D2:D{len(creators) + 1}")
    sheet.add_data_validation(rule)
    sheet.freeze_panes = "B2"
    workbook.save(path)
    return path


def _list_creators(rows: Rows) -> Iterator[Row]:
    """Each creator once, with all formats; cancelled deliverables are not asked about."""
    open_rows = [row for row in rows.values() if row.get("state") != "cancelled"]
    seen: dict[object, Row] = {}
    for row in open_rows:
        seen.setdefault(row.get("creator_id") or row.get("creator_name"), row)
    yield from seen.values()


def read_answers(path: Path) -> list[Row]:
    """The client's answers: ``creator_id``, ``creator_name``, ``client`` and ``client_reason``; blank ones left out.

    Raises
    ------
    CampaignError : the file is no workbook, or has no column for the answer.
    """
    sheet, header_row = find_table(open_workbook(path), path, least=("creator_name", "client"))
    headers = list_headers(sheet, header_row)
    lines = sheet.iter_rows(min_row=header_row + 1, values_only=True)
    rows = [
        {name: read_cell(line[place - 1], name) for place, name in headers.items() if name in COLUMNS} for line in lines
    ]
    return [{name: row.get(name) for name in SHOWN} for row in rows if row.get("client")]
