"""The desk's pages: the morning's and the month's, self-contained, for the agency and one a client."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, FileSystemLoader

from xhs_toolkit.bundled import bundled_folder
from xhs_toolkit.desk.month import Month
from xhs_toolkit.desk.today import Today
from xhs_toolkit.findings import Finding
from xhs_toolkit.present.style import format_value
from xhs_toolkit.present.wording import label, say

NAMED = {"metric", "verdict", "reason"}
MONEY = ("cost", "cost_per_view")
COUNTED = ("n_notes", "n_posted", "views", "engagement", "search_backs", "leads")


def write_today_page(path: Path, desk: Sequence[Today], *, today: date, language: str) -> Path:
    """Write what to do today: one block a campaign that asks for something, and how many ask for nothing."""
    asking = [each for each in desk if each.to_do or each.changed]
    blocks = [
        {"title": f"{each.client} · {each.campaign}"}
        | {name: _say(found, language) for name, found in (("to_do", each.to_do), ("new", each.changed))}
        for each in asking
    ]
    title = say(Finding("desk.title_today", {"date": today.isoformat()}), language=language)
    quiet = say(Finding("desk.quiet", {"n_campaigns": len(desk) - len(blocks)}), language=language)
    return _write(path, language=language, title=title, blocks=blocks, foot=quiet, tables=[])


def _say(findings: Sequence[Finding], language: str) -> list[str]:
    return [say(each, language=language) for each in findings]


def write_month_page(folder: Path, month: Month, *, language: str) -> list[Path]:
    """Write ``month_2026-09.html`` for the agency and one page a client, in which no money of the agency's stands."""
    agency = folder / f"month_{month.month}.html"
    title, *lines = tell_month(month, language=language)
    shown = show_month(month, language=language)
    pages = [_write(agency, language=language, title=title, lines=lines, tables=shown, blocks=[], foot="")]
    for client in sorted(set(month.posted["client"])):
        name = re.sub(r"[^\w-]+", "_", str(client)).strip("_")
        posted = month.posted.drop(columns=[*MONEY, "currency"])
        told = [
            each[each["client"].eq(client)].drop(columns="client")
            for each in (posted, month.targets, month.named, month.words)
        ]
        tables = [_show(each, language) for each in told]
        path, title = folder / f"month_{month.month}_{name}.html", f"{client} · {month.month}"
        pages.append(_write(path, language=language, title=title, tables=tables, blocks=[], foot=""))
    return pages


def tell_month(month: Month, *, language: str) -> list[str]:
    """The title of the agency's month, and in one sentence what its notes are and cost."""
    posted = month.posted
    told = {name: posted[name].sum(min_count=1) for name in ("n_posted", "views", "cost")}
    cost = None if pd.isna(told["cost"]) else _write_amount("cost", told["cost"], month.currency)
    values = {
        "n_notes": int(told["n_posted"]) if told["n_posted"] else 0,
        "n_campaigns": len(posted),
        "views": None if pd.isna(told["views"]) else told["views"],
        "x": cost,
    }
    found = Finding("desk.title_month", {"x": month.month}), Finding("desk.month_sum", values)
    return [say(each, language=language) for each in found]


def show_month(month: Month, *, language: str) -> list[dict[str, Any]]:
    """The agency's tables of a month in words: each with ``header`` and ``rows``, without those that are empty."""
    tables = [
        _show(month.posted, language, currency=month.currency),
        _show(month.targets, language),
        _show(month.spent, language, currency=month.currency),
        _show(month.named, language),
        _show(month.words, language),
    ]
    return [table for table in tables if table["rows"]]


def _show(rows: pd.DataFrame, language: str, *, currency: str = "") -> dict[str, Any]:
    """A table in words: figures by the metric of their row, amounts in the agency's currency; no empty column."""
    rows = rows.drop(columns="currency", errors="ignore").replace("", None).dropna(axis=1, how="all")
    shown = [
        [_write_cell(str(name), row[name], row, language, currency) for name in rows.columns]
        for row in rows.to_dict("records")
    ]
    return {"header": [label(f"desk.{name}", language=language) for name in rows.columns], "rows": shown}


def _write_cell(name: str, value: Any, row: dict[Any, Any], language: str, currency: str) -> str:
    if value is None or pd.isna(value):
        return ""
    if name in NAMED:
        return label(str(value), language=language)
    if isinstance(value, str):
        return value
    if currency and name not in COUNTED:
        return _write_amount(name, value, currency)
    return format_value(name if name in COUNTED else str(row.get("metric", name)), value, language=language)


def _write_amount(name: str, value: float, currency: str) -> str:
    return f"{currency}\u00a0{value:,.{2 if name == 'cost_per_view' else 0}f}"


def _write(path: Path, **content: Any) -> Path:
    folder = bundled_folder("templates") / "desk"
    template = Environment(loader=FileSystemLoader(folder), autoescape=True).get_template("desk.html.j2")
    path.write_text(template.render(**content), encoding="utf-8", newline="\n")
    return path
