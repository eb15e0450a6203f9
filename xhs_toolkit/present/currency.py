"""Amounts as the client counts them: in the currency of the report, with the CNY beside them.

Every table and picture of a run holds CNY. What a client sees is converted once, where it is read: an amount's name
then ends in the currency (``cost_per_view_nzd``), and its format follows from that name as from any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pandas as pd

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign
    from xhs_toolkit.present.spec import Chart

HOME: Final = "CNY"
SYMBOLS: Final = {"NZD": "NZ$", "AUD": "A$", "USD": "US$", "GBP": "£", "EUR": "€", "HKD": "HK$", "SGD": "S$"}
"""What people write before an amount; other currencies by their code."""

IN_METRIC = frozenset({"p10", "p50", "p90", "observed", "observed_low", "observed_high", "target"})
IN_METRIC |= {"check_value", "lower_limit", "upper_limit", "q25", "q50", "q75"}
"""Columns in the unit of the row's ``metric``, where it has one."""

OF_UNIT = ("value", "y", "low", "high", "start", "reference")
"""Marks of a chart that are figures in its unit; where a number stands beside each mark, only that is."""

OF_METRIC = ("measured", "expected")
"""Columns of a chart that are figures in its ``metric``."""


class Client(NamedTuple):
    """The currency of the report, other than CNY, and what a unit of it costs in CNY."""

    currency: str
    cny_per_unit: float

    @property
    def symbol(self) -> str:
        """What stands before an amount.

        >>> Client("NZD", 4.15).symbol, Client("THB", 0.2).symbol
        ('NZ$', 'THB ')
        """
        return SYMBOLS.get(self.currency, f"{self.currency} ")


_CLIENT: ContextVar[Client | None] = ContextVar("client", default=None)


@contextmanager
def show_currency(campaign: Campaign) -> Iterator[None]:
    """Within it amounts are written in the client's currency first; without it, and for CNY, they stay as they are."""
    currency, rate = campaign.client_currency, campaign.client_rate
    token = _CLIENT.set(None if currency == HOME else Client(currency, rate.cny_per_unit))
    try:
        yield
    finally:
        _CLIENT.reset(token)


def get_client() -> Client | None:
    """Return the currency that leads at this place; None where that is CNY."""
    return _CLIENT.get()


def find_currency(name: str) -> str:
    """Return the currency that a name ends in, CNY or the client's; empty where it is no amount.

    >>> find_currency("cost_per_view_cny_low"), find_currency("views")
    ('CNY', '')
    """
    client = get_client()
    known = (HOME, client.currency) if client else (HOME,)
    return next((each for each in known if re.search(_ending(each), name)), "")


def _ending(currency: str) -> str:
    return rf"_{currency.lower()}(?=(_low|_high|_median)?$)"


def name_for_client(name: str) -> str:
    """Return the name of an amount in the client's currency; other names, and those of clients in CNY, as they are."""
    client = get_client()
    return re.sub(_ending(HOME), f"_{client.currency.lower()}", name) if client else name


def name_in_cny(name: str) -> str:
    """Return what an amount in the client's currency is called in CNY."""
    client = get_client()
    return re.sub(_ending(client.currency), "_cny", name) if client else name


def count_for_client(chart: Chart) -> Chart:
    """Return a chart with its amounts, their names and its axis in the client's currency."""
    client = get_client()
    if client is None:
        return chart
    frame, rate = chart.frame, client.cny_per_unit
    unit, metric = str(chart.options.get("unit", "")), str(chart.options.get("metric", ""))
    plain = _list_plain_figures(chart)
    options = _convert_options(chart, rate)
    if find_currency(unit):
        frame = frame.assign(**{name: frame[name] / rate for name in plain})
    if "unit" in chart.marks:
        frame = _convert_rows(frame, plain, units=chart.marks["unit"], rate=rate)
    if find_currency(metric):
        frame = frame.assign(**{name: frame[name] / rate for name in OF_METRIC if name in frame})
    marks = {mark: name_for_client(name) for mark, name in chart.marks.items()}
    return replace(chart, frame=convert(frame), marks=marks, options=options)


def _convert_options(chart: Chart, rate: float) -> dict[str, Any]:
    """The options with their figures in the client's currency, where the chart's unit is an amount, and their names."""
    options: dict[str, Any] = dict(chart.options)
    if find_currency(str(options.get("unit") or chart.marks.get("value", ""))):
        options |= {name: options[name] / rate for name in ("reference",) if name in options}
        options |= {name: [end / rate for end in options[name]] for name in ("ends",) if name in options}
    options |= {str(name): name_for_client(str(options[name])) for name in ("unit", "metric") if name in options}
    lists = [name for name in ("about", "remarks") if name in options]
    return options | {name: [name_for_client(each) for each in options[name]] for name in lists}


def _list_plain_figures(chart: Chart) -> list[str]:
    """Columns in the chart's unit whose own names tell no currency."""
    told = chart.column("label")
    is_told = told is not None and pd.api.types.is_numeric_dtype(told)
    figures = [chart.marks[mark] for mark in (("label",) if is_told else OF_UNIT) if mark in chart.marks]
    numbers = [name for name in dict.fromkeys(figures) if pd.api.types.is_numeric_dtype(chart.frame[name])]
    return [name for name in numbers if not find_currency(name)]


def _convert_rows(frame: pd.DataFrame, names: Sequence[str], *, units: str, rate: float) -> pd.DataFrame:
    """Convert figures of the rows whose unit is an amount, and name their unit anew."""
    is_money = frame[units].astype(str).map(lambda unit: bool(find_currency(unit)))
    changed = {name: frame[name].where(~is_money, frame[name] / rate) for name in names}
    return frame.assign(**changed, **{units: frame[units].astype(str).map(name_for_client)})


def convert(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame with every amount of CNY in the client's currency, under the name that says so."""
    client = get_client()
    if client is None:
        return frame
    money = [name for name in frame.select_dtypes("number") if find_currency(str(name)) == HOME]
    rated = frame.assign(**{name: frame[name] / client.cny_per_unit for name in money})
    return rated.rename(columns={name: name_for_client(name) for name in money})


def add_for_client(frame: pd.DataFrame, columns: Sequence[str]) -> tuple[pd.DataFrame, list[str]]:
    """Put before each amount the same in the client's currency; where the unit is the row's ``metric``, CNY after it.

    Returns
    -------
    The frame with the new columns, and `columns` with them in their places.
    """
    client = get_client()
    if client is None:
        return frame, list(columns)
    numbers = set(frame.select_dtypes("number"))
    in_metric = [name for name in columns if name in IN_METRIC & numbers and "metric" in frame]
    is_money = frame["metric"].map(lambda name: bool(find_currency(str(name)))) if in_metric else None
    added: dict[str, pd.Series] = {}
    placed: list[str] = []
    for name in columns:
        if name in numbers and find_currency(name) == HOME:
            added[name_for_client(name)] = frame[name] / client.cny_per_unit
            placed += [name_for_client(name), name]
        elif name in in_metric and is_money is not None and is_money.any():
            added[name] = frame[name].where(~is_money, frame[name] / client.cny_per_unit)
            added[f"{name}_cny"] = frame[name].where(is_money)
            placed += [name, f"{name}_cny"]
        else:
            placed.append(name)
    return frame.assign(**added), placed
