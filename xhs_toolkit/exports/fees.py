"""What the amounts of a sheet's columns say of each other: tax, sums, prices of one note, parts of a fee, rivals."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from xhs_toolkit.exports.hand_cells import read_fee
from xhs_toolkit.exports.hints import COSTS, PRICES, Hint, find_currency, fold, is_blank, read_hint, read_words
from xhs_toolkit.exports.roles import TAUGHT, Role

TIES_WITHIN = 0.005
"""Relative difference that rounding leaves between a total and its rows, or an amount and its parts."""
MIN_SUMMED = 3
"""Rows that prove a relation between amounts: a total without a label, a column that is the tax on another."""


def settle_fees(
    found: Sequence[Role], left: list[int], headers: Sequence[str], columns: Sequence[Sequence[object]]
) -> list[Role]:
    """Fees that no other column contradicts: one that is the tax on a column, or a sum with its tax, is none.

    What is taxed takes the place of a fee that turns out to be its tax.
    """
    amounts = {place: _list_amounts(cells) for place, cells in enumerate(columns)}
    kept: list[Role] = []
    for item in found:
        if item.role != "cost" or item.score > TAUGHT:
            kept.append(item)
            continue
        taxed = [place for place, others in amounts.items() if _is_tax(amounts[item.position], others)]
        if not taxed:
            kept.append(item)
        elif taxed[0] in left:
            hint = read_hint(headers[taxed[0]])
            kept.append(item._replace(position=taxed[0], hint=hint._replace(roles={"cost": 1.0}, kind=item.hint.kind)))
            left.remove(taxed[0])
    used = {item.position for item in kept}
    kept = [_take_whole(item, left, headers, columns, amounts) for item in kept]
    sums = _drop_sums(kept, left, headers, amounts)
    return [
        item._replace(is_guess=True)
        if _has_rival(item, {*used, *(other.position for other in kept)}, headers, amounts)
        else item
        for item in kept
        if item.role != "cost" or item.position not in sums
    ]


def _drop_sums(
    kept: Sequence[Role], left: Sequence[int], headers: Sequence[str], amounts: Mapping[int, Sequence[float | None]]
) -> set[int]:
    """Columns of fees that a sum tells to be none: the sum with a tax or a service fee, or a part beside an add-on."""
    fees = {item.position for item in kept if item.role == "cost" and item.hint.kind != "paid"}
    parts = [item.position for item in kept if item.role in {"cost", *COSTS} and item.hint.kind != "paid"]
    extras = _list_extras(headers)
    dropped: set[int] = set()
    for whole in fees:
        for one, other in combinations([part for part in dict.fromkeys((*parts, *left, *extras)) if part != whole], 2):
            if fees & {one, other} and _is_sum(amounts[whole], amounts[one], amounts[other]):
                dropped |= {one, other} if {one, other} & {*extras} else {whole}
    return dropped


def _list_extras(headers: Sequence[str]) -> list[int]:
    return [place for place, header in enumerate(headers) if re.search(read_words()["add_ons"], fold(header))]


def _has_rival(
    item: Role, used: set[int], headers: Sequence[str], amounts: Mapping[int, Sequence[float | None]]
) -> bool:
    """Whether another column is headed as the same fee and has other amounts, which no one rate explains."""
    if item.role != "cost" or item.score > TAUGHT:
        return False
    for place, header in enumerate(headers):
        hint = read_hint(header)
        if (
            place in used
            or hint.roles.get("cost") != 1
            or (hint.kind, hint.number) != (item.hint.kind, item.hint.number)
        ):
            continue
        pairs = zip(amounts[item.position], amounts[place], strict=True)
        rates = [one / other for one, other in pairs if one and other]
        if len(rates) >= MIN_SUMMED and max(rates) - min(rates) > TIES_WITHIN * max(rates):
            return True
    return False


class Made(NamedTuple):
    """A column of fees made of others: its name, its cells, and the hint that stands for its header."""

    name: str
    cells: list[object]
    hint: Hint


def make_fee(roles: Sequence[Role], headers: Sequence[str], columns: Sequence[Sequence[object]]) -> Made | None:
    """The fee that no column holds whole: its instalments added up, or a price of one note times how many; else None.

    A price that says for what it is (单价, per post) is taken times a column of counts where rows are no notes.
    """
    parts = [place for place, header in enumerate(headers) if re.search(read_words()["part_of_fee"], fold(header))]
    fees = [item for item in roles if item.role in {"cost", *PRICES} and item.hint.kind != "paid"]
    prices = [item for item in fees if item.position not in parts]
    if not prices and len(parts) > 1:
        name, cells = (
            " + ".join(headers[place] for place in parts),
            list(map(_add, *(columns[place] for place in parts))),
        )
        return Made(name, cells, read_hint(headers[parts[0]])._replace(header=name, roles={"cost": 1.0}, kind=""))
    counted = [place for place, header in enumerate(headers) if re.fullmatch(read_words()["counts"], fold(header))]
    if len(prices) != 1 or not counted or "note_link" in {item.role for item in roles}:
        return None
    [unit], counts = prices, _list_counts(columns[counted[0]])
    is_unit = re.search(read_words()["of_one"], fold(headers[unit.position]))
    if not is_unit or max((n for n in counts if n), default=1) < 2:
        return None
    name = f"{headers[unit.position]} × {headers[counted[0]]}"
    cells = [
        _write_like(cell, (read_fee(cell).amount or 0) * n) if n else cell
        for cell, n in zip(columns[unit.position], counts, strict=True)
    ]
    return Made(name, cells, unit.hint._replace(header=name))


def _add(*cells: object) -> object:
    """The sum of the amounts of cells, in the currency that the first names; nothing where none is an amount."""
    known = [(cell, amount) for cell in cells if not is_blank(cell) and (amount := read_fee(cell).amount) is not None]
    return _write_like(known[0][0], sum(amount for _, amount in known)) if known else None


def _write_like(cell: object, amount: float) -> object:
    """An amount as a cell is written: with the currency that it names."""
    currency = find_currency(fold(cell))
    return amount if currency is None else f"{currency} {amount:g}"


def _take_whole(
    item: Role,
    left: list[int],
    headers: Sequence[str],
    columns: Sequence[Sequence[object]],
    amounts: Mapping[int, Sequence[float | None]],
) -> Role:
    """A price of one note, or one without its add-ons, moved to the column of what a row costs; any other as it is.

    A column is that where it is the price times a column of counts, or the sum with one of add-ons, in every row that
    has all three.
    """
    if item.role != "cost" or item.score > TAUGHT:
        return item
    extras = _list_extras(headers)
    for place in amounts:
        is_open = place in left or "cost" in read_hint(headers[place]).roles
        if place == item.position or not is_open:
            continue
        whole, part = amounts[place], amounts[item.position]
        is_sum = any(_is_sum(whole, part, amounts[extra]) for extra in extras)
        if is_sum or any(_is_multiple(whole, part, counts) for counts in map(_list_counts, columns)):
            if place in left:
                left.remove(place)
            return item._replace(position=place, hint=item.hint._replace(header=headers[place]))
    return item


def _list_counts(cells: Sequence[object]) -> list[int | None]:
    """How many notes each row is of: 2, 2篇, x2, where all cells of a column are such counts."""
    found = [
        re.fullmatch(r"[x×]?\s*(\d{1,3})(?:\.0)?\s*(?:[x×篇条个]|posts?|notes?)?", fold(str(cell))) for cell in cells
    ]
    is_counts = all(match or is_blank(cell) for match, cell in zip(found, cells, strict=True))
    return [int(match.group(1)) if match and is_counts else None for match in found]


def _is_multiple(wholes: Sequence[float | None], units: Sequence[float | None], counts: Sequence[int | None]) -> bool:
    """Whether amounts are units times counts in every row that has all three, and some count is more than one."""
    rows = [row for row in zip(wholes, units, counts, strict=True) if all(row)]
    fits = all(abs(whole - unit * n) < TIES_WITHIN * whole for whole, unit, n in rows)  # type: ignore[operator]
    return len(rows) >= MIN_SUMMED and fits and any(n != 1 for _, _, n in rows)


def _list_amounts(cells: Sequence[object]) -> list[float | None]:
    return [None if is_blank(cell) else read_fee(cell).amount for cell in cells]


def _is_tax(fees: Sequence[float | None], others: Sequence[float | None]) -> bool:
    """Whether amounts are the tax on others, at one of the rates there are, in every row that has both."""
    shares = [fee / other for fee, other in zip(fees, others, strict=True) if fee and other]
    return len(shares) >= MIN_SUMMED and any(
        all(abs(share - rate) < TIES_WITHIN * rate for share in shares) for rate in read_words()["gst_rates"]
    )


def _is_sum(wholes: Sequence[float | None], ones: Sequence[float | None], others: Sequence[float | None]) -> bool:
    """Whether amounts are the sums of two others in every row that has all three."""
    rows = [row for row in zip(wholes, ones, others, strict=True) if all(row)]
    return len(rows) >= MIN_SUMMED and all(abs(whole - one - other) < TIES_WITHIN * whole for whole, one, other in rows)  # type: ignore[operator]
