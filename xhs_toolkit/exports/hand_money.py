"""The fee of each row of a sheet kept by hand: which of several, in which currency, and in CNY."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from xhs_toolkit.exports.fees import Priced, rate_of, read_fees
from xhs_toolkit.exports.hand_columns import Asked
from xhs_toolkit.exports.hand_kept import Hand
from xhs_toolkit.exports.hints import COSTS, Hint, find_currency, fold
from xhs_toolkit.exports.sheetrows import Record

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign


KIND_ORDER = ("agreed", "", "paid", "quoted")
"""Which fee of a row is its price: what was agreed, what is just called the fee, what was paid, what was asked."""
_MONEY_LINE = re.compile(r"fee|cost|price|amount|rate|budget|spend|all|currency|费|价|金额|单位|报价|币")
_CJK = re.compile(r"[一-鿿]")


def read_money(
    records: Sequence[Record],
    hand: Hand,
    campaign: Campaign,
    titles: Sequence[str],
    asked: Asked,
    hints: Mapping[str, Hint],
) -> dict[str, list[Any]]:
    """The fee of each row with its currency and kind, in CNY where its rate is known; and the other costs in CNY."""
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
        "fee_kind": [None if kind is None else kind or "agreed" for kind in chosen],
        "price_cny": convert(amounts, currencies, campaign),
    }
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
    return read_fees(
        [place.value if place else None for place in places],
        hint,
        campaign=campaign,
        formats=[
            hand.markings.formats.get((place.row + row0, place.column + column0)) if place else None for place in places
        ],
        line_above=find_line_currency(titles),
        column=[_find_said_currency(record) for record in records],
        is_chinese=sum(bool(_CJK.search(head)) for head in heads) > 0.5 * len(heads),
    )


def _find_said_currency(record: Record) -> object:
    """What a column of currencies, or the title above its rows, says."""
    cell = record.cells.get("currency")
    return cell.value if cell else record.section_currency


def find_line_currency(titles: Sequence[str]) -> str | None:
    """The one currency that lines above or below a table name for its amounts.

    >>> find_line_currency(["April campaign", "All fees in NZD, ex GST"]), find_line_currency(["单位：元"])
    ('NZD', 'CNY')
    """
    named = {find_currency(fold(text)) for text in titles if len(text) < 200 and _MONEY_LINE.search(fold(text))}
    named -= {None, "$"}
    return named.pop() if len(named) == 1 else None


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
    header = next((hint.header for name, hint in hints.items() if name.startswith("cost")), None)
    amounts = [
        (amount, code, source)
        for amount, code, source in zip(result["amount"], result["currency"], result["currency_source"], strict=True)
        if amount
    ]
    unknown = [amount for amount, code, _ in amounts if code is None]
    assumed = [code for _, code, source in amounts if source == "campaign"]
    if unknown:
        asked.tell(
            f"{len(unknown)} amounts name no currency that can be told (a dollar of which country?); they do not count",
            "write the currency into the header, such as Fee (NZD), or set the budget's currency in campaign.yaml",
            topic="money", proposal="the campaign's currency", column=header,
        )  # fmt: skip
    elif assumed and any(fees.is_assumed for fees in priced.values()):
        asked.tell(
            f"nothing says in which currency {len(assumed)} amounts are; {assumed[0]} is taken, the campaign's",
            "write the currency into the header, such as Fee (NZD)",
            topic="money", proposal=str(assumed[0]), column=header,
        )  # fmt: skip
    foreign = sorted({str(code) for _, code, _ in amounts if code and rate_of(code, campaign) is None})
    if foreign:
        asked.tell(
            f"amounts in {', '.join(foreign)} have no dated rate and are not converted into CNY",
            "write the budget's currency, cny_per_unit and rate_date in campaign.yaml",
            topic="money", proposal="leave them out of sums in CNY", column=header,
        )  # fmt: skip
    faults = Counter(fault for fees in (*priced.values(), *extra.values()) for fault in fees.faults.values())
    if faults:
        listed = ", ".join(f"{n} {fault.removeprefix('is ').removeprefix('names ')}" for fault, n in faults.items())
        asked.tell(
            f"cells of amounts are not read: {listed}; they stay missing",
            "write one amount in each",
            topic="money", proposal="leave them missing", column=header,
        )  # fmt: skip
