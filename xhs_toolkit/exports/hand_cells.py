"""Cells as people write them: amounts with the currency that the strongest evidence tells, several things in one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import yaml

from xhs_toolkit.campaign.models import HOME, list_rates
from xhs_toolkit.exports.days import find_date, find_day_within
from xhs_toolkit.exports.hints import ENOUGH, NUMBER, Hint, find_currency, find_figures, fold, is_blank, read_words

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
    sources : what tells it, of `tables.codebook.CURRENCY_SOURCES`.
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
    """CNY that one unit costs, at the dated rate of the campaign or the agency (`models.list_rates`); else unknown."""
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


_MONEY_LINE = re.compile(r"fee|cost|price|amount|rate|budget|spend|all|currency|费|价|金额|单位|报价|币")


def find_line_currency(titles: Sequence[str]) -> str | None:
    """The one currency that lines above or below a table name for its amounts.

    >>> find_line_currency(["April campaign", "All fees in NZD, ex GST"]), find_line_currency(["单位：元"])
    ('NZD', 'CNY')
    """
    named = {find_currency(fold(text)) for text in titles if len(text) < 200 and _MONEY_LINE.search(fold(text))}
    named -= {None, "$"}
    return named.pop() if len(named) == 1 else None


# --------------------------------------------------------------------------- several things in one cell

_SEPARATORS = tuple(
    map(
        re.compile,
        (
            r"\n",
            r"[;；]",
            r"、",
            r"，|,\s",
            r"\s/\s",
            r"/",
            r"\s*[|｜]\s*",
            r"\s*&\s*|\sand\s|和",
            r"\s*\+\s*",
            r"\s[-–—]\s",
        ),
    )
)
"""What people put between the entries of one cell, the surest first."""
_FIGURE = r"(\d[\d,.]*(?:\s?(?:k|w|万))?)"


def list_entries(cell: object, fits: Callable[[str], bool]) -> list[str]:
    r"""The entries of a cell that holds several, all of one kind; nothing where it holds one.

    >>> list_entries("572 / 787", str.isdigit), list_entries("572", str.isdigit)
    (['572', '787'], [])
    """
    if not isinstance(cell, str) or len(cell) > 400:
        return []
    for separator in _SEPARATORS:
        parts = [part.strip() for part in separator.split(cell.strip()) if part.strip()]
        if len(parts) > 1 and all(map(fits, parts)):
            return parts
    return []


def is_number(cell: object) -> bool:
    """Whether a cell is a number, or a text that people write for one."""
    if isinstance(cell, bool):
        return False
    return isinstance(cell, int | float) or bool(isinstance(cell, str) and NUMBER.fullmatch(fold(cell)))


def is_figure(text: str) -> bool:
    """Whether a part of a cell is one figure, or says that there is none yet."""
    return bool(re.fullmatch(rf"{_FIGURE}\+?|[-–—x]|n/?a|tbc", fold(text)))


def list_numbers(cell: object) -> list[str]:
    """The figures of a cell that holds several."""
    entries = list_entries(cell, is_figure)
    return entries if any(re.search(r"\d", entry) for entry in entries) else []


def list_by_post(cell: object, n_figures: int) -> list[str]:
    r"""The figures of a cell, of several posts one a line: each figure then lists its posts.

    >>> list_by_post("172 / 122\n174 / 73", 2), list_by_post("172/122/9", 3)
    (['172\n174', '122\n73'], ['172', '122', '9'])
    """
    lines = [list_numbers(line) for line in cell.splitlines() if line.strip()] if isinstance(cell, str) else []
    is_whole = bool(lines) and all(len(line) == n_figures for line in lines)
    return ["\n".join(line) for line in zip(*lines, strict=True)] if is_whole else list_numbers(cell)


def list_days(cell: object) -> list[str]:
    """The days of a cell that holds several."""
    return list_entries(cell, lambda text: find_date(text) is not None)


def is_day(cell: object) -> bool:
    """Whether a cell names a day, alone, beside a state, or several of them; a number such as 20260318 or Excel's."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return cell == cell and (36_526 <= cell < 60_000 or 20_130_101 <= cell <= 20_991_231)  # noqa: PLR0124
    return find_date(cell) is not None or find_day_within(cell) is not None or bool(list_days(cell))


def split_figures(
    grid: list[list[object]], first: int, names: list[str], words: list[str]
) -> tuple[list[str], list[str]]:
    """Give figures that stand together in one cell columns of their own.

    Each is named by its word (194 likes, 39 saves; 赞1574 藏297) or by the header (点赞/收藏/评论 over 654/293/37).
    """
    for place in range(len(names)):
        cells = [row[place] for row in grid[first:] if not is_blank(row[place])]
        told = _list_told(cells)
        if len(told) > 1:
            return _add_columns(
                grid,
                first,
                names,
                words,
                {name: [_find_told(fold(row[place]), read_words()["told"][name]) for row in grid] for name in told},
            )
        listed = find_figures(words[place])
        n_told = sum(len(list_by_post(cell, len(listed))) == len(listed) for cell in cells)
        if len(listed) > 1 and n_told and n_told >= ENOUGH * len(cells):
            rows = [list_by_post(row[place], len(listed)) for row in grid]
            parts = {name: [row[at] if at < len(row) else None for row in rows] for at, name in enumerate(listed)}
            words = [*words[:place], "", *words[place + 1 :]]
            return _add_columns(grid, first, names, words, parts)
    return names, words


def _add_columns(
    grid: list[list[object]], first: int, names: list[str], words: list[str], parts: dict[str, list[str | None]]
) -> tuple[list[str], list[str]]:
    for name, column in sorted(parts.items()):
        for number, row in enumerate(grid):
            row.append(column[number] if number >= first else "")
        names, words = [*names, name], [*words, name]
    return names, words


def _list_told(cells: Sequence[object]) -> list[str]:
    texts = [fold(cell) for cell in cells]
    return [
        name
        for name, word in read_words()["told"].items()
        if texts and sum(_find_told(text, word) is not None for text in texts) >= ENOUGH * len(texts)
    ]


def find_told(text: str, word: str) -> tuple[str, str] | None:
    """The figure that stands before or behind its word, and the text without both.

    >>> find_told("194 likes, 39 saves", "likes?"), find_told("5.3  赞1574 藏297", "点?赞")
    (('194', ' , 39 saves'), ('1574', '5.3    藏297'))
    >>> find_told("赞120 藏54 评6", "收?藏"), find_told("likes 194, saves 39", "saves?")
    (('54', '赞120   评6'), ('39', 'likes 194,  '))
    """
    before, behind = rf"{_FIGURE}GAP(?:{word})(?![a-z])", rf"(?<![a-z])(?:{word})GAP[:：]?GAP{_FIGURE}"
    near, wide = [[each.replace("GAP", gap) for each in (before, behind)] for gap in (r"\s?", r"\s*")]
    for pattern in (*(reversed(near) if _names_first(text) else near), wide[0]):
        if found := re.search(pattern, text, re.IGNORECASE):
            return found.group(1).strip(), f"{text[: found.start()]} {text[found.end() :]}"
    return None


@lru_cache(maxsize=20_000)
def _names_first(text: str) -> bool:
    """Whether a cell names each figure before it gives it: it begins with a name, or names and figures touch so."""
    words = "|".join(read_words()["told"].values())
    touching = len(re.findall(rf"(?:{words})[:：]?\d", text)) - len(re.findall(rf"\d(?:{words})", text))
    return touching > 0 or bool(re.match(rf"\W*(?:{words})", text))


def _find_told(text: str, word: str) -> str | None:
    told = find_told(text, word)
    return told[0] if told else None


def take_entries(cell: object, n: int) -> list[str] | None:
    """One entry a post of a cell that holds as many figures or days; None where it does not."""
    for entries in (list_days(cell), list_numbers(cell), list_entries(cell, lambda text: len(text) < 80)):
        if len(entries) == n:
            return entries
    return None
