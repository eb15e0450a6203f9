"""Texts, figures, days and fees of a sheet kept by hand, column by column, and what there is to ask about them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.errors import Problem
from xhs_toolkit.exports import cells
from xhs_toolkit.exports.days import Context, Days, find_weekday, read_days
from xhs_toolkit.exports.hand_cells import Priced, find_line_currency, guess_currency, rate_of, read_fees, write_answers
from xhs_toolkit.exports.hand_kept import Hand
from xhs_toolkit.exports.hints import COSTS, FIGURES, Hint, find_format, fold, is_blank
from xhs_toolkit.exports.platforms import find_creator
from xhs_toolkit.exports.roles import find_state
from xhs_toolkit.exports.sheetrows import Record

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign

WAN = 10_000.0
_COUNT = re.compile(
    r"(?:约|~|≈|approx\.?|about)?\s*([\d.,]+\s*(?:k|w|m|万|千|亿)?\s*\+?)\s*(?:likes?|saves?|views|reads|followers|fans|comments?|赞|次|人|粉丝?|个|条)?\s*(?:\(.*\))?"
)
_CJK = re.compile(r"[一-鿿]")


class Asked(NamedTuple):
    """Problems of one sheet as they are found; each with its place."""

    place: tuple[str, str | None]
    found: list[Problem]

    def tell(self, what: str, fix: str, *, topic: str | None = None, proposal: str = "", **where: Any) -> None:
        """Add a problem; one with a topic is a question, with the answer proposed."""
        self.found.append(
            Problem(what, fix, file=self.place[0], sheet=self.place[1], topic=topic, proposal=proposal, **where)
        )


def take(records: Sequence[Record], name: str) -> list[object]:
    """The cells of one role, one a record."""
    return [record.cells[name].value if name in record.cells else None for record in records]


def read_texts(records: Sequence[Record]) -> dict[str, list[Any]]:
    """Names, ids, titles and formats of the records."""
    creators = [to_name(cell) for cell in take(records, "creator_name")]
    links = take(records, "creator_link")
    return {
        "creator_name": creators,
        "creator_id": [find_creator(link) for link in links],
        "xhs_number": [to_text(cell) for cell in take(records, "xhs_number")],
        "title": [to_text(cell) for cell in take(records, "title")],
        "format": [find_format(cell) for cell in take(records, "format")],
    }


def to_text(cell: object) -> str | None:
    """A cell as text in one line; None where it says nothing."""
    if is_blank(cell) or fold(cell) in {"-", "n/a", "无", "—"}:
        return None
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(str(cell).split()) or None


def to_name(cell: object) -> str | None:
    """A name without the mark of a footnote, or a state in brackets, behind it."""
    text = to_text(cell)
    bare = split_name(text)[0] if text else None
    return (bare or text or "").rstrip("*†‡ ") or text


def split_name(text: str) -> tuple[str, str | None]:
    """A name, and the state that brackets behind it name.

    >>> split_name("Ana (cancelled)"), split_name("Ana (悉尼)")
    (('Ana', 'cancelled'), ('Ana (悉尼)', None))
    """
    found = re.fullmatch(r"(.+?)\s*[(（]([^()（）]+)[)）]", text)
    state = find_state(found.group(2)) if found else None
    return (found.group(1), state) if found and state else (text, None)


def clean_count(cell: object) -> object:
    """A figure without the words and spaces that people put beside it."""
    if not isinstance(cell, str):
        return cell
    text = re.sub(r"(?<=\d)[ ,’'](?=\d{3}(?!\d))", "", fold(cell))
    found = _COUNT.fullmatch(text)
    return found.group(1) if found else text


def read_figures(
    records: Sequence[Record], hints: Mapping[str, Hint], asked: Asked, hand: Hand
) -> tuple[dict[str, list[Any]], dict[str, np.ndarray]]:
    """Counts of each column, with what a header or the decimals of the column say one stands for."""
    read: dict[str, list[Any]] = {}
    bounds: dict[str, np.ndarray] = {}
    unread: dict[str, dict[str, Any]] = {}
    guessed: list[str] = []
    for name in (*FIGURES, "follows", "likes_and_collects"):
        if name not in hints:
            continue
        values = pd.Series([clean_count(cell) for cell in take(records, name)], dtype=object)
        scale, values = find_scale(values, hints[name], hand)
        guessed += [hints[name].header] if scale != hints[name].scale else []
        result = cells.read_count(values, whole=False, scale=scale)
        read_values = result[0]
        numbers = read_values.mask(read_values.notna() & (read_values % 1 != 0)) if scale == 1 else read_values
        lost = result.unreadable | (read_values.notna() & numbers.isna())
        if lost.any():
            at = int(np.flatnonzero(lost.to_numpy())[0])
            shown = records[at].cells[name].value
            header, row = hints[name].header, hand.sheet.first_row + records[at].row + 1
            unread[f"{header} {int(lost.sum())}"] = {"row": row, "column": header, "value": shown}
        read[name] = numbers.tolist()
        bounds[name] = result.lower_bound.to_numpy()
    if guessed:
        is_wan = _counts_in_wan(hand)
        unit = "万" if is_wan else "thousands"
        asked.tell(
            f"{', '.join(guessed)}: decimals in most cells, as figures counted in {unit} have",
            "write the unit into the header, such as 粉丝数(万) or Followers (k)",
            topic="figure",
            proposal="one stands for 10,000" if is_wan else "one stands for 1,000",
            column=guessed[0],
        )
    if unread:
        asked.tell(
            f"is no clear number and stays missing; how many such cells, by column: {', '.join(unread)}",
            "write one number in each, or leave it",
            topic="figure",
            proposal="leave them missing",
            **next(iter(unread.values())),
        )
    return read, bounds


def _counts_in_wan(hand: Hand) -> bool:
    return bool(_CJK.search("".join(hand.names)))


def find_scale(values: pd.Series, hint: Hint, hand: Hand) -> tuple[float, pd.Series]:
    """What one stands for: the header says it, or most cells have decimals and no count has."""
    if hint.scale != 1:
        return hint.scale, values
    written = [f"{value:g}" if isinstance(value, float) else str(value) for value in values if not is_blank(value)]
    texts = [text for text in written if re.fullmatch(r"\d+(?:\.\d+)?", text)]
    points = [text for text in texts if "." in text]
    if not points:
        return 1.0, values
    if all(re.fullmatch(r"\d{1,3}\.\d{3}", text) for text in points) and len(points) < len(texts):
        return 1.0, values.map(
            lambda value: (
                value.replace(".", "") if isinstance(value, str) and re.fullmatch(r"\d{1,3}\.\d{3}", value) else value
            )
        )
    if len(points) < 0.5 * len(texts) or max(map(float, texts)) >= 10_000:
        return 1.0, values
    return WAN if _counts_in_wan(hand) else 1_000.0, values


def read_dates(records: Sequence[Record], context: Context, asked: Asked, hints: Mapping[str, Hint]) -> Days:
    """The days of posting, and what to ask about them."""
    values = _date_weekdays(records, context)
    days = read_days(values, context)
    if "posted_at" not in hints:
        return days
    header = hints["posted_at"].header
    known = [place for place in days.unread if not is_word(values[place])]
    if known:
        shown = values[known[0]]
        asked.tell(
            f"{len(known)} cell(s) are no day that can be, such as {str(shown)[:30]!r}; they stay missing",
            "write the day as 2026-04-30",
            topic="date",
            proposal="leave them missing",
            column=header,
        )
    if days.far:
        asked.tell(
            f"{len(days.far)} date(s) lie far from the others, as {str(values[days.far[0]])[:30]!r}; they are left out",
            "correct the year",
            topic="date",
            proposal="leave them missing",
            column=header,
        )
    if days.is_open:
        asked.tell(
            "can be read day first or month first, and no date of the column tells which",
            "write one date with its month in letters, or set markets in campaign.yaml",
            topic="date",
            proposal="the day comes first",
            column=header,
        )
    return days


def _date_weekdays(records: Sequence[Record], context: Context) -> list[object]:
    """The days of posting as written; a day of the week below a line that names a week (w/c 6 Apr) as its date."""
    weeks = read_days([record.section.week for record in records], context).moments
    return [
        week - timedelta(days=week.weekday() - place) if week and (place := find_weekday(value)) is not None else value
        for value, week in zip(take(records, "posted_at"), weeks, strict=True)
    ]


def is_word(value: object) -> bool:
    """Whether a cell under dates is a remark or a state: Posted, TBC."""
    return isinstance(value, str) and not re.search(r"\d", value)


def to_utc(day: datetime | None) -> pd.Timestamp | None:
    """A wall clock in Beijing, as every reader stores it."""
    return None if day is None else pd.Timestamp(day, tz=cells.BEIJING).tz_convert("UTC")


KIND_ORDER = ("final", "agreed", "", "paid", "quoted", "converted")
"""Which fee of a row is its price: the last word, agreed, just called the fee, paid, asked, one in another currency."""
FEE_KIND = {"final": "agreed", "": "agreed", "converted": "agreed"}


def read_money(
    records: Sequence[Record],
    hand: Hand,
    campaign: Campaign,
    titles: Sequence[str],
    asked: Asked,
    hints: Mapping[str, Hint],
) -> dict[str, list[Any]]:
    """The fee of each row with its currency and kind, in CNY where its rate is known; and the other costs in CNY.

    What was asked and what has been paid stand beside it, where columns say so.
    """
    read = partial(read_amounts, records=records, hand=hand, campaign=campaign, titles=titles)
    priced = {kind: read(f"cost:{kind}", hints[f"cost:{kind}"]) for kind in KIND_ORDER if f"cost:{kind}" in hints}
    if not priced and (names := [name for name in ("image_price_cny", "video_price_cny") if name in hints]):
        priced = {"quoted": read(names[0], hints[names[0]])}
    chosen = [
        next((kind for kind in KIND_ORDER if kind in priced and priced[kind].amounts[place] is not None), None)
        for place in range(len(records))
    ]
    pick = [(priced[kind], place) if kind is not None else None for place, kind in enumerate(chosen)]
    amounts = [fees.amounts[place] if (fees := item and item[0]) else None for place, item in enumerate(pick)]
    currencies = [item[0].currencies[item[1]] if item else None for item in pick]
    result: dict[str, list[Any]] = {
        "amount": amounts,
        "currency": currencies,
        "currency_source": [item[0].sources[item[1]] if item else None for item in pick],
        "fee_kind": [None if kind is None else FEE_KIND.get(kind, kind) for kind in chosen],
        "price_cny": convert(amounts, currencies, campaign),
    }
    for kind in {"quoted", "paid"} & priced.keys():
        result |= {f"{kind}_amount": priced[kind].amounts, f"{kind}_currency": priced[kind].currencies}
    extra = {name: read(name, hints[name]) for name in COSTS if name in hints}
    result |= {name: convert(fees.amounts, fees.currencies, campaign) for name, fees in extra.items()}
    ask_about_money(result, priced, extra, campaign, asked, hints)
    return result


def read_amounts(
    name: str, hint: Hint, *, records: Sequence[Record], hand: Hand, campaign: Campaign, titles: Sequence[str]
) -> Priced:
    """One column of amounts, with all that tells its currency."""
    places = [record.cells.get(name) for record in records]
    row0, column0 = hand.sheet.first_row, hand.sheet.first_column
    heads = [head for head in hand.names if head]
    shown = [place.value if place else None for place in places]
    read = read_fees(
        shown,
        hint,
        campaign=campaign,
        taught=next(
            (said.currency for head, said in campaign.taught_headers.items() if fold(head) == fold(hint.header)), None
        ),
        formats=[
            hand.markings.formats.get((place.row + row0, place.column + column0)) if place else None for place in places
        ],
        line_above=find_line_currency(titles),
        column=[_find_said_currency(record) for record in records],
        is_chinese=sum(bool(_CJK.search(head)) for head in heads) > 0.5 * len(heads),
    )
    rows = tuple(hand.sheet.first_row + record.row + 1 for record in records)
    return read._replace(header=hint.header, rows=rows, shown=tuple(shown))


def _find_first(fees: Iterable[Priced], is_meant: Callable[[Priced, int], bool]) -> dict[str, Any]:
    """Row, column and value of the first amount that is meant."""
    found = ((one, place) for one in fees for place in range(len(one.shown)) if is_meant(one, place))
    one, place = next(found, (None, 0))
    return {} if one is None else {"row": one.rows[place], "column": one.header, "value": one.shown[place]}


def _find_said_currency(record: Record) -> object:
    """What a column of currencies, or the title above its rows, says."""
    cell = record.cells.get("currency")
    return cell.value if cell else record.section.currency


def convert(
    amounts: Sequence[float | None], currencies: Sequence[str | None], campaign: Campaign
) -> list[float | None]:
    """Amounts in CNY; missing where the rate is not known."""
    rates = {code: rate_of(code, campaign) for code in set(currencies)}
    return [
        None if amount is None or rates.get(code) is None else round(amount * float(rates[code] or 0), 6)
        for amount, code in zip(amounts, currencies, strict=True)
    ]


def ask_about_money(
    result: Mapping[str, list[Any]],
    priced: Mapping[str, Priced],
    extra: Mapping[str, Priced],
    campaign: Campaign,
    asked: Asked,
    hints: Mapping[str, Hint],
) -> None:
    """One question a fault: amounts without a currency, of which only the campaign tells it, without a rate, unread."""
    kind = next((kind for kind in KIND_ORDER if f"cost:{kind}" in hints), None)
    header = None if kind is None else hints[f"cost:{kind}"].header
    told = FEE_KIND.get(kind or "", kind)
    fee = {"column": "price_cny", "currency": guess_currency((), campaign), "kind": told}
    taught = write_answers(headers={header: fee}) if header else ""
    amounts = [
        (amount, code, source)
        for amount, code, source in zip(result["amount"], result["currency"], result["currency_source"], strict=True)
        if amount
    ]
    unknown = [amount for amount, code, _ in amounts if code is None]
    assumed = [code for _, code, source in amounts if source == "campaign"]
    assumed += [
        code
        for fees in extra.values()
        for amount, code, source in zip(fees.amounts, fees.currencies, fees.sources, strict=True)
        if amount and source == "campaign"
    ]
    if unknown:
        asked.tell(
            f"{len(unknown)} amounts name no currency that can be told (a dollar of which country?); they do not count",
            "write the currency into the header, such as Fee (NZD), or set the budget's currency in campaign.yaml",
            topic="money", proposal="the campaign's currency", column=header, teaches=taught,
        )  # fmt: skip
    elif assumed and any(fees.is_assumed for fees in (*priced.values(), *extra.values())):
        asked.tell(
            f"nothing says in which currency {len(assumed)} amounts are; {assumed[0]} is taken, the campaign's",
            "write the currency into the header, such as Fee (NZD)",
            topic="money", proposal=str(assumed[0]), column=header, teaches=taught,
        )  # fmt: skip
    foreign = sorted({str(code) for _, code, _ in amounts if code and rate_of(code, campaign) is None})
    if foreign:
        asked.tell(
            f"amounts in {', '.join(foreign)} have no dated rate and are not converted into CNY",
            "write the budget's currency, cny_per_unit and rate_date in campaign.yaml",
            topic="money", proposal="leave them out of sums in CNY",
            **_find_first(priced.values(), lambda one, place: one.currencies[place] in foreign),
        )  # fmt: skip
    faults = Counter(fault for fees in (*priced.values(), *extra.values()) for fault in fees.faults.values())
    if faults:
        listed = ", ".join(f"{n} {fault.removeprefix('is ').removeprefix('names ')}" for fault, n in faults.items())
        asked.tell(
            f"cells of amounts are not read: {listed}; they stay missing",
            "write one amount in each",
            topic="money", proposal="leave them missing",
            **_find_first((*priced.values(), *extra.values()), lambda one, place: place in one.faults),
        )  # fmt: skip
