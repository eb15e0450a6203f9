"""Amounts as people write them, the currency that the strongest evidence tells, and answers to questions about them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import yaml

from xhs_toolkit.campaign.rates import HOME, list_rates
from xhs_toolkit.exports.hints import Hint, find_currency, fold, is_blank, read_words

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign

_AMOUNT = re.compile(r"(\d{1,3}(?:[, ’']\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\s*(k|w|千|万|m)?(?![a-z\d%])")
_RANGE = re.compile(r"\d[\d,.]*\s*(?:k|w|万|千)?\s*(?:-|–|—|~|to|至|到)\s*[^\d\s]{0,4}\s*\d")
_FEE_SCALES = {"k": 1e3, "千": 1e3, "w": 1e4, "万": 1e4, "m": 1e6, "": 1.0}
_LOCALES = {"1409": "NZD", "c09": "AUD", "804": "CNY", "7804": "CNY", "c04": "HKD", "1004": "SGD", "809": "GBP"}
"""Locale of a number format → currency of its sign: Microsoft's list of language codes."""


class Fee(NamedTuple):
    """One cell: the amount as written, the currency that the cell names (``$`` for a bare dollar), and a fault."""

    amount: float | None = None
    currency: str | None = None
    fault: str = ""


class Priced(NamedTuple):
    """A column of amounts.

    Attributes
    ----------
    amounts : as written, one a cell.
    currencies : ISO code; None where nothing tells.
    sources : what tells it, of `tables.bookings.CURRENCY_SOURCES`.
    faults : position → why a filled cell is no amount.
    is_assumed : whether some currency is only the campaign's.
    header, rows, shown : the column, the row of the file and the cell of each amount, to name them.
    """

    amounts: list[float | None]
    currencies: list[str | None]
    sources: list[str | None]
    faults: dict[int, str]
    is_assumed: bool
    header: str = ""
    rows: tuple[int, ...] = ()
    shown: tuple[object, ...] = ()


def read_fee(cell: object) -> Fee:
    """Read one amount.

    >>> read_fee("NZ$1,200 + GST")[:2], read_fee("1.5k")[:2], read_fee("¥3000")[:2]
    ((1200.0, 'NZD'), (1500.0, None), (3000.0, 'CNY'))
    >>> read_fee("$300-$500").fault, read_fee("contra").amount, read_fee("TBC")
    ('is a range', 0.0, Fee(amount=None, currency=None, fault=''))
    """
    if is_blank(cell) or isinstance(cell, bool):
        return Fee()
    if isinstance(cell, int | float):
        return Fee(float(cell)) if cell >= 0 else Fee(fault="is negative")
    text = fold(cell)
    return Fee() if re.fullmatch(read_words()["not_known"], text) else _read_text(text)


def _read_text(text: str) -> Fee:
    currency = find_currency(text)
    plain = re.sub(read_words()["each"], " ", re.sub(read_words()["tax"], " ", text))
    found = _AMOUNT.findall(plain)
    nothing = re.search(rf"(?<![a-z\d])(?:{read_words()['nothing_paid']})(?![a-z])", text)
    if not found:
        return Fee(0.0) if nothing else Fee(fault="is no amount")
    if nothing and sum(float(re.sub(r"[, ’']", "", number)) for number, _ in found):
        return Fee(currency=currency, fault="says contra beside an amount")
    if _RANGE.search(plain):
        return Fee(currency=currency, fault="is a range")
    if len(found) > 1:
        return Fee(currency=currency, fault="names more than one amount")
    number, scale = found[0]
    return Fee(float(re.sub(r"[, ’']", "", number)) * _FEE_SCALES[scale], currency)


def read_format_currency(number_format: str) -> str | None:
    """The currency that a number format shows: ISO code, or ``$`` for a dollar sign of no country.

    >>> read_format_currency('[$NZ$-1409]#,##0.00'), read_format_currency('"$"#,##0'), read_format_currency("0.00")
    ('NZD', '$', None)
    """
    text = fold(re.sub(r"\\(.)", r"\1", number_format))
    if located := re.search(r"\[\$([^\]-]*)(?:-([0-9a-f]+))?\]", text):
        named = find_currency(located.group(1))
        return _LOCALES.get(located.group(2) or "", named) if named in {"$", None} and located.group(1) else named
    shown = re.sub(r"\[[^\]]*\]", "", text.split(";")[0])
    return find_currency(shown.replace('"', " ")) if re.search(r"[$¥￥€£]|nzd|aud|cny|rmb|usd|元", shown) else None


def list_dollars() -> list[str]:
    """Codes of the currencies that a bare dollar sign can mean."""
    return list(read_words()["dollars"].values())


def write_answers(**answers: object) -> str:
    """Answers as the line under ``taught`` that gives them.

    >>> write_answers(headers={"Talent": {"column": "price_cny", "currency": "NZD"}})
    'headers: {Talent: {column: price_cny, currency: NZD}}'
    """
    text = yaml.safe_dump(answers, default_flow_style=True, allow_unicode=True, sort_keys=False, width=10_000)
    return text.strip().removeprefix("{").removesuffix("}")


def guess_currency(cells: Sequence[object], campaign: Campaign) -> str:
    """The currency to propose for amounts: what a cell names, what a dollar means here, else the campaign's."""
    found = next((code for cell in cells if (code := find_currency(fold(cell)))), None)
    dollar = name_dollar(campaign)
    if found == "$" and dollar:
        return dollar
    return found if found and found != "$" else campaign.budget.currency if campaign.budget else dollar or HOME


def name_dollar(campaign: Campaign) -> str | None:
    """What a bare dollar sign means in a campaign: its budget's dollar, else that of its only market with one."""
    dollars: Mapping[str, str] = read_words()["dollars"]
    if campaign.budget and campaign.budget.currency in dollars.values():
        return campaign.budget.currency
    named = {dollars[market] for market in campaign.markets if market in dollars}
    return named.pop() if len(named) == 1 else None


def rate_of(currency: str | None, campaign: Campaign) -> float | None:
    """CNY that one unit costs, at the dated rate of the campaign or the agency (`campaign.rates`); else unknown."""
    rate = list_rates(campaign).get(currency or "")
    return rate.cny_per_unit if rate else None


def read_fees(
    cells: Sequence[object],
    hint: Hint,
    *,
    campaign: Campaign,
    formats: Sequence[str | None] = (),
    line_above: str | None = None,
    column: Sequence[object] = (),
    taught: str | None = None,
    is_chinese: bool = False,
) -> Priced:
    """Read a column of amounts, each in the currency that the strongest evidence tells.

    A cell says it first, then an answer that a person gave, the header, a currency column, the number format, a line
    above the table, and last the campaign.

    Parameters
    ----------
    cells : as stored.
    hint : what the header says.
    formats : number format of each cell.
    line_above : currency that the lines above the table name.
    column : cells of a column of currencies.
    taught : ISO code that a person gave.
    is_chinese : whether the sheet is kept in Chinese: a campaign without a currency of its own then counts in yuan.
    """
    dollar = name_dollar(campaign)
    fees = [read_fee(cell) for cell in cells]
    own = campaign.budget.currency if campaign.budget else HOME
    amounts = [fee.amount * hint.scale if fee.amount is not None else None for fee in fees]
    currencies: list[str | None] = []
    sources: list[str | None] = []
    for place, fee in enumerate(fees):
        evidence = (
            ("cell", fee.currency if fee.currency != "$" else None),
            ("taught", taught),
            ("header", hint.currency if hint.currency != "$" else None),
            ("cell", find_currency(fold(column[place])) if place < len(column) else None),
            ("number_format", read_format_currency(formats[place] or "") if place < len(formats) else None),
            ("line_above", line_above),
            ("cell", fee.currency),
            ("header", hint.currency),
        )
        code, source = next(((code, source) for source, code in evidence if code), (None, None))
        if code is None:
            code, source = own, "campaign"
        elif code == "$":
            code = dollar
        is_told = fee.amount is not None and code is not None
        currencies.append(code if is_told else None)
        sources.append(source if is_told else None)
    faults = {place: fee.fault for place, fee in enumerate(fees) if fee.fault}
    is_assumed = "campaign" in sources and not (is_chinese and own == HOME)
    return Priced(amounts, currencies, sources, faults, is_assumed)
