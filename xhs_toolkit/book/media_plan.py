"""The media plan (deliverables by week), what the client picked of it, and products sent to creators."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from xhs_toolkit.assumptions import assume
from xhs_toolkit.book.columns import (
    AMOUNTS,
    BOOK,
    BOOK_COLUMNS,
    Cell,
    fold,
    label,
    label_option,
    list_options,
    read_cell,
)
from xhs_toolkit.book.merge import Row, Rows, name_creator
from xhs_toolkit.book.sheet import find_table, list_headers, open_workbook
from xhs_toolkit.campaign.models import list_rates
from xhs_toolkit.findings import Finding
from xhs_toolkit.stats import Interval, jeffreys_interval
from xhs_toolkit.tables.codebook import DELIVERED

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from xhs_toolkit.campaign import Campaign


PLANNED_METRICS = ("views", "engagement")
ENDS = {"low": "p10", "best": "p50", "high": "p90"}
EXPECTED = tuple(f"{metric}_{end}" for metric in PLANNED_METRICS for end in ENDS)
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
        **{
            f"{metric}_{end}": placed.get(f"{metric}_{level}")
            for metric in PLANNED_METRICS
            for end, level in ENDS.items()
        },
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

    sheet.append([_name_column(name, campaign, language) for name in plan])
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


def _name_column(name: str, campaign: Campaign, language: str) -> str:
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
        {name: read_cell(line[place - 1], name) for place, name in headers.items() if name in BOOK_COLUMNS}
        for line in lines
    ]
    return [{name: row.get(name) for name in SHOWN} for row in rows if row.get("client")]


SILENT_DAYS: int = assume("desk.silent_days")


class Seeding(NamedTuple):
    """What `summarise_seeding` found; amounts in CNY, of products and shipping.

    Attributes
    ----------
    n_sent, n_received, n_posted, n_overdue : products by how far they have come; overdue ones are sent, not posted,
        and past the day they were to be posted, or `SILENT_DAYS` after they were there.
    posting_share : posted over those that have had their time, posted or overdue, with its 90% interval.
    earlier_share : the same of the agency's other campaigns; missing without any.
    cost_cny, silent_cny : of all that was sent, and of what lies with those who are overdue; what has no known cost
        is left out, and ``n_unknown`` says how many.
    cost_per_note_cny : cost of all over posted notes; missing without any.
    follow_up : one row a creator to ask: ``ask_on`` (the day), ``creator_name``, ``product``, ``sent_on``; the longest
        overdue first, then those to come.
    """

    n_sent: int
    n_received: int
    n_posted: int
    n_overdue: int
    posting_share: Interval
    earlier_share: Interval
    cost_cny: float
    silent_cny: float
    n_unknown: int
    cost_per_note_cny: float
    follow_up: pd.DataFrame


def summarise_seeding(
    rows: Iterable[Row], *, rates: dict[str, float], today: date, earlier: Iterable[Row] = ()
) -> Seeding:
    """Sum up the products of a campaign.

    Parameters
    ----------
    rows : the book. rates : CNY that a unit of each currency costs. earlier : rows of the agency's other books.
    """
    sent = [row for row in rows if is_seeded(row)]
    posted = [row for row in sent if _is_posted(row)]
    overdue = [row for row in sent if is_overdue(row, today)]
    costs = {id(row): _sum_cost(row, rates) for row in sent}
    known = [cost for cost in costs.values() if cost is not None]
    total = float(sum(known)) if known else float("nan")
    silent = [cost for row in overdue if (cost := costs[id(row)]) is not None]
    return Seeding(
        n_sent=len(sent),
        n_received=sum(row.get("received_on") is not None or _is_posted(row) for row in sent),
        n_posted=len(posted),
        n_overdue=len(overdue),
        posting_share=_rate(sent, today),
        earlier_share=_rate([row for row in earlier if is_seeded(row)], today),
        cost_cny=total,
        silent_cny=float(sum(silent)) if silent or not overdue else float("nan"),
        n_unknown=len(sent) - len(known),
        cost_per_note_cny=total / len(posted) if posted else float("nan"),
        follow_up=_list_follow_up(sent),
    )


def is_seeded(row: Row) -> bool:
    """Whether a product was sent to the creator of a row, and the deliverable is not cancelled."""
    was_sent = row.get("sent_on") or row.get("received_on") or row.get("state") == "sent"
    return bool(was_sent) and row.get("state") != "cancelled"


def is_overdue(row: Row, today: date) -> bool:
    """Whether a product has had its time and nothing was posted."""
    return not _is_posted(row) and _due(row) < today


def _is_posted(row: Row) -> bool:
    return row.get("state") in DELIVERED or row.get("posted_on") is not None


def _due(row: Row) -> date:
    """The day to be posted; else some days after the product was there; without any day it is not due."""
    there = row.get("received_on") or row.get("sent_on")
    if isinstance(day := row.get("post_on"), date):
        return day
    return there + timedelta(days=SILENT_DAYS) if isinstance(there, date) else date.max


def _rate(sent: list[Row], today: date) -> Interval:
    n_posted = sum(_is_posted(row) for row in sent)
    n_overdue = sum(is_overdue(row, today) for row in sent)
    return jeffreys_interval(n_posted, n_posted + n_overdue)


def _sum_cost(row: Row, rates: dict[str, float]) -> float | None:
    amounts: list[Cell] = [row.get(name) for name in ("product_cost", "shipping_cost")]
    known = [amount for amount in amounts if isinstance(amount, float)]
    rate = rates.get(str(row.get("currency")))
    return sum(known) * rate if known and rate else None


def _list_follow_up(sent: list[Row]) -> pd.DataFrame:
    names = ["ask_on", "creator_name", "product", "sent_on"]
    waiting = [row | {"ask_on": due} for row in sent if not _is_posted(row) and (due := _due(row)) < date.max]
    return pd.DataFrame(waiting, columns=names).sort_values(["ask_on", "creator_name"], ignore_index=True)


def choose_replacements(
    shortlist: pd.DataFrame, *, taken: Container[str], found: Seeding, remaining_cny: float
) -> pd.DataFrame:
    """Who is sent a product in place of those who are overdue: the best of the shortlist, as far as the money goes.

    Parameters
    ----------
    shortlist : of vetting, best first, with ``creator_id`` and ``creator_name``; nobody else is proposed.
    taken : folded ids and names of those who are no choice: planned, in the book, dropped, known to keep products.
    remaining_cny : what is left of the budget; NaN where it is not known: nobody is proposed.

    Returns
    -------
    ``creator_id``, ``creator_name``, ``cost_cny``: product and shipping as they cost so far.
    """
    n_known = found.n_sent - found.n_unknown
    cost = found.cost_cny / n_known if n_known else float("nan")
    n_paid = int(remaining_cny // cost) if cost > 0 and remaining_cny > 0 else 0
    who = shortlist[["creator_id", "creator_name"]]
    free = who[
        [not any(fold(name) in taken for name in names if pd.notna(name)) for names in who.itertuples(index=False)]
    ]
    return free.head(min(n_paid, found.n_overdue)).assign(cost_cny=cost).reset_index(drop=True)


def list_seeding(found: Seeding) -> list[Finding]:
    """What is said of a campaign's products; nothing of what is not known."""
    counts = {name: getattr(found, name) for name in ("n_sent", "n_received", "n_posted", "n_overdue")}
    said = [Finding("seeding.sent", counts)]
    for code, share in (("seeding.rate", found.posting_share), ("seeding.earlier", found.earlier_share)):
        if share.n:
            said.append(Finding(code, {"posting_share": share.estimate, "posting_share_low": share.low,
                                       "posting_share_high": share.high, "n_rows": share.n}))  # fmt: skip
    if found.cost_per_note_cny == found.cost_per_note_cny:
        said.append(Finding("seeding.cost", {"cost_per_note_cny": found.cost_per_note_cny}))
    if found.n_overdue and found.silent_cny > 0:
        said.append(Finding("seeding.silent", {"n_overdue": found.n_overdue, "silent_cny": found.silent_cny}))
    if found.n_unknown:
        said.append(Finding("seeding.unknown", {"n_rows": found.n_unknown}))
    return said
