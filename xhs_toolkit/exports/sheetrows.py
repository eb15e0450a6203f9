"""What each row of a sheet kept by hand is: a post, a total, a title between the rows, another platform's."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from xhs_toolkit.exports.days import find_date
from xhs_toolkit.exports.fees import MIN_SUMMED, TIES_WITHIN
from xhs_toolkit.exports.hand_cells import is_number, read_fee
from xhs_toolkit.exports.hints import FIGURES, Hint, find_currency, fold, is_blank, read_words
from xhs_toolkit.exports.platforms import Links, find_links, is_creator_link
from xhs_toolkit.exports.roles import Role, find_platforms, find_state
from xhs_toolkit.exports.sheetbase import Merged

Grid = Sequence[Sequence[object]]
REPEATED = ("note_link", "posted_at", "title", "format", "cost", *FIGURES)
"""Roles of which a sheet can hold one a post: Post 1 link, Post 2 link."""


class Cell(NamedTuple):
    """A value and where it stands: row and column of the grid, from 0."""

    value: object
    row: int
    column: int


class Section(NamedTuple):
    """What titles between the rows said of those below: platforms, state, currency, and the week that they name."""

    platforms: frozenset[str] = frozenset()
    state: str | None = None
    currency: str | None = None
    week: str | None = None


class Record(NamedTuple):
    """One post or booking: its cells by role, its links, and the section that it stands in."""

    row: int
    cells: dict[str, Cell]
    links: Links
    section: Section = Section()


class Sorted(NamedTuple):
    """The rows of a sheet by what they are.

    Attributes
    ----------
    records : posts and bookings.
    totals : rows that sum the others up.
    loose_totals : of those, the ones that say total and sum to nothing above them: row and label.
    untied : of those, the ones whose fee is no sum of fees above them: row and cell.
    titles : texts of rows with one cell.
    others : platform → rows left out.
    """

    records: list[Record]
    totals: list[int]
    loose_totals: list[tuple[int, str]]
    untied: list[tuple[int, object]]
    titles: list[str]
    others: dict[str, list[int]]


def name_role(item: Role) -> str:
    """Key of a role in a record: fees keep their kind."""
    return f"cost:{item.hint.kind}" if item.role == "cost" else item.role


def fill_merged_cells(grid: list[list[object]], merged: Sequence[Merged], columns: Sequence[int], first: int) -> None:
    """Write what a merged cell says into every row it reaches over, in columns that are no amounts and no figures."""
    for cell in merged:
        top = cell.first_row - first
        if cell.column in columns and 0 <= top < len(grid):
            for row in range(top + 1, min(cell.last_row - first + 1, len(grid))):
                if is_blank(grid[row][cell.column]):
                    grid[row][cell.column] = grid[top][cell.column]


def sort_rows(
    grid: Grid, first: int, roles: Sequence[Role], headers: Sequence[str], *, needs_links: bool = True
) -> Sorted:
    """Say what each row from `first` on is, and take the posts apart.

    Parameters
    ----------
    grid : cells by row and column, merged ones filled; addresses stand in the place of their texts in link columns.
    first : first row below the header.
    roles : what the columns hold.
    needs_links : whether the rows are of posts, so that one without link, date and state may be a total.
    """
    split, numeric = _split_posts(roles), _list_numeric(grid, first, roles)
    records: list[Record] = []
    totals: list[int] = []
    loose: list[tuple[int, str]] = []
    titles: list[str] = []
    others: dict[str, list[int]] = {}
    untied: list[tuple[int, object]] = []
    above: list[Above] = []
    fees, usual = _list_fees(grid, first, roles), _find_usual_width(grid[first:])
    section = Section()
    since = 0
    creator: Cell | None = None
    by_role = {name_role(item): item.position for item in roles if not item.hint.number}
    for row in range(first, len(grid)):
        filled = [place for place, cell in enumerate(grid[row]) if not is_blank(cell)]
        texts = {fold(grid[row][place]) for place in filled}
        if not filled or _repeats_header(grid[row], headers) or _is_example(grid[row], by_role):
            continue
        if len(texts) == 1 and not any(find_links(grid[row][place]).ordered for place in filled):
            text = str(grid[row][filled[0]])
            section = _read_title(text, section)
            titles.append(text)
            continue
        links = _join_links(grid[row], roles)
        figures = {place: amount for place in numeric if (amount := read_fee(grid[row][place]).amount) is not None}
        is_total, ties = _is_total(grid[row], figures, links, by_role, above, since, needs_links)
        is_under = row - 1 in totals and _is_under_total(grid[row], grid[row - 1], usual)
        if is_total or is_under:
            totals.append(row)
            since_last, since = since, len(above)
            asked = [] if is_under else [place for place in fees if figures.get(place)]
            untied += [(row, grid[row][at]) for at in asked if not _ties(figures[at], at, above, since_last)]
            if not (ties or is_under) and figures:
                loose.append((row, next((str(c) for c in grid[row] if isinstance(c, str) and c.strip()), "")))
            continue
        platforms = _find_row_platforms(grid[row], by_role, links) or section.platforms
        is_ours = "ours" in platforms or not platforms
        above.append(Above(figures, is_ours, _find_row_state(grid[row], by_role) or section.state))
        creator = _carry_creator(grid[row], row, by_role, creator, links, figures)
        if not is_ours:
            others.setdefault(", ".join(sorted(platforms)), []).append(row)
            continue
        records += _make_records(grid[row], row, split, links, creator, section)
    return Sorted(records, totals, loose, untied, titles, others)


def _read_title(text: str, section: Section) -> Section:
    """The section that a title opens, with what it does not say as in the one above."""
    platforms = find_platforms(text)
    return Section(
        platforms or section.platforms,
        find_state(text) if len(text) < 25 and not platforms else section.state,
        find_currency(fold(text)) or section.currency,
        text if find_date(text) else section.week,
    )


def _find_usual_width(rows: Grid) -> int:
    """How many cells the fuller rows of a table fill."""
    widths = sorted(width for cells in rows if (width := sum(not is_blank(cell) for cell in cells)) > 1)
    return widths[3 * len(widths) // 4] if widths else 0


def _find_row_state(cells: Sequence[object], by_role: Mapping[str, int]) -> str | None:
    """The state that a row names in its column of states, or in the place of its day."""
    said = (find_state(fold(cells[by_role[name]])) for name in ("status", "posted_at") if name in by_role)
    return next(filter(None, said), None)


def _is_example(cells: Sequence[object], by_role: Mapping[str, int]) -> bool:
    """Whether a row only shows how the sheet is to be filled in."""
    name = fold(cells[by_role["creator_name"]]) if "creator_name" in by_role else ""
    return bool(re.search(read_words()["examples"], name))


def _repeats_header(cells: Sequence[object], headers: Sequence[str]) -> bool:
    pairs = [(fold(cell), fold(header)) for cell, header in zip(cells, headers, strict=False) if header]
    return len(pairs) > 1 and sum(cell == header for cell, header in pairs) >= max(2, 0.6 * len(pairs))


def _list_numeric(grid: Grid, first: int, roles: Sequence[Role]) -> list[int]:
    """Columns whose cells are mostly amounts or figures, whatever their header says."""
    skipped = {
        item.position
        for item in roles
        if item.role in {"posted_at", "as_of", "xhs_number", "note_link", "creator_name"}
    }
    width = len(grid[0]) if grid else 0
    found = []
    for place in range(width):
        cells = [row[place] for row in grid[first:] if not is_blank(row[place])]
        n_read = sum(read_fee(cell).amount is not None for cell in cells)
        if place not in skipped and cells and n_read >= 0.5 * len(cells):
            found.append(place)
    return found


def _join_links(cells: Sequence[object], roles: Sequence[Role]) -> Links:
    """Links of the link columns, else of any cell but those of creators."""
    columns = [item.position for item in roles if item.role == "note_link"] or [
        place for place, cell in enumerate(cells) if not is_creator_link(cell)
    ]
    found = [find_links(cells[place]) for place in columns]
    return (
        Links(*(tuple(dict.fromkeys(chain.from_iterable(part))) for part in zip(*found, strict=True)))
        if found
        else Links()
    )


def _find_row_platforms(cells: Sequence[object], by_role: Mapping[str, int], links: Links) -> frozenset[str]:
    if "platform" in by_role:
        cell = cells[by_role["platform"]]
        named = find_platforms(cell) if isinstance(cell, str) else frozenset()
        if named:
            return named
    if links.notes or links.shorts:
        return frozenset({"ours"})
    return frozenset(links.others)


def _is_total(
    cells: Sequence[object],
    figures: Mapping[int, float],
    links: Links,
    by_role: Mapping[str, int],
    above: Sequence[Above],
    since: int,
    needs_links: bool,
) -> tuple[bool, bool]:
    """Whether a row sums others up, and whether its sums tie.

    A row that names a link, a date or a state is none, nor is one whose amounts are no sum, mean or running total of
    rows above and that no label calls a total.
    """
    if links.notes or links.shorts:
        return False, False
    texts = [fold(cell) for cell in cells if isinstance(cell, str) and cell.strip()]
    label = any(re.search(read_words()["totals"], text) for text in texts if len(text) < 60)
    if not needs_links and not label:
        return False, False
    dated = [cells[by_role[name]] for name in ("posted_at", "status") if name in by_role]
    if any(not is_blank(cell) for cell in dated) and not label:
        return False, False
    tied = [place for place, value in figures.items() if value and _ties(value, place, above, since)]
    shown = [place for place, value in figures.items() if value]
    has_name = not is_blank(cells[by_role["creator_name"]]) if "creator_name" in by_role else False
    if label:
        return bool(figures) or len(texts) <= 2, bool(tied) or not shown
    beside = any(re.search(read_words()["beside"], text) for text in texts if len(text) < 80)
    if beside and len(texts) <= 2 and not any(find_platforms(text) for text in texts):
        return True, True
    n_summed = len(above) - since if since < len(above) else len(above)
    is_sum = bool(shown) and len(tied) == len(shown) and (len(tied) > 1 or n_summed >= MIN_SUMMED or not has_name)
    return is_sum and len(above) > 1, True


def _is_under_total(cells: Sequence[object], total: Sequence[object], usual: int) -> bool:
    """Whether a row right below a total goes on with it: one label, and amounts only under those of the total.

    `usual` is how many cells the rows of the table fill: a creator with a name and a fee alone is none where that is
    all that the others have.
    """
    filled = [place for place, cell in enumerate(cells) if not is_blank(cell)]
    amounts = [place for place in filled if is_number(cells[place])]
    is_below = all(not is_blank(total[place]) for place in amounts)
    return len(filled) - len(amounts) == 1 and bool(amounts) and is_below and len(filled) + 2 <= usual


def _list_fees(grid: Grid, first: int, roles: Sequence[Role]) -> list[int]:
    """Columns of fees whose cells name one currency at most, so that they can be added up."""
    fees = [item.position for item in roles if item.role == "cost" and item.hint.kind != "converted"]
    return [place for place in fees if len({find_currency(fold(row[place])) for row in grid[first:]} - {None}) < 2]


class Above(NamedTuple):
    """A row above a total: its figures by column, whether it is of our platform, and its state."""

    figures: Mapping[int, float]
    is_ours: bool
    state: str | None


SUMMED: tuple[Callable[[Above], bool], ...] = (
    lambda row: True,
    lambda row: row.is_ours,
    lambda row: row.state != "cancelled",
    lambda row: row.is_ours and row.state != "cancelled",
    lambda row: row.state in {"posted", "paid"},
    lambda row: row.is_ours and row.state in {"posted", "paid"},
)
"""Rows that a total can be of."""


def _ties(value: float, place: int, above: Sequence[Above], since: int) -> bool:
    """Whether an amount is the sum or mean of a column: of rows since the last total, or of all above."""
    rates = [1.0, *(1 + rate for rate in read_words()["gst_rates"])]
    for rows in (above[since:], above):
        for is_summed in SUMMED:
            known = [row.figures[place] for row in rows if place in row.figures and is_summed(row)]
            if len(known) < 1 or not sum(known):
                continue
            sums = [sum(known) * rate for rate in rates] + ([sum(known) / len(known)] if len(known) > 1 else [])
            if any(abs(value - total) <= TIES_WITHIN * abs(total) for total in sums) and (
                len(known) > 1 or len(rows) == 1
            ):
                return True
    return False


def _carry_creator(
    cells: Sequence[object],
    row: int,
    by_role: Mapping[str, int],
    last: Cell | None,
    links: Links,
    figures: Mapping[int, float],
) -> Cell | None:
    """The creator of a row; one without a name goes on with the creator above where it shows a post."""
    if "creator_name" not in by_role:
        return None
    place = by_role["creator_name"]
    if not is_blank(cells[place]):
        return Cell(cells[place], row, place)
    dated = "posted_at" in by_role and not is_blank(cells[by_role["posted_at"]])
    return last if (links.notes or links.shorts or (dated and figures)) else None


class Split(NamedTuple):
    """Columns of all posts of a row, and those of each single post."""

    shared: dict[str, int]
    posts: list[dict[str, int]]


def _split_posts(roles: Sequence[Role]) -> Split:
    """Take columns such as Post 1 link and Post 2 link apart; one post where no header counts them."""
    numbers = sorted({item.hint.number for item in roles if item.hint.number and item.role in REPEATED})
    shared = {name_role(item): item.position for item in roles if not item.hint.number or item.role not in REPEATED}
    if not numbers:
        return Split(shared, [{}])
    posts = [
        {name_role(item): item.position for item in roles if item.hint.number == number and item.role in REPEATED}
        for number in numbers
    ]
    if len(numbers) == 1 and any(name in shared for name in posts[0]):
        first = {name: shared[name] for name in posts[0] if name in shared}
        return Split({name: place for name, place in shared.items() if name not in first}, [first, posts[0]])
    return Split(shared, posts)


def _make_records(
    cells: Sequence[object], row: int, split: Split, links: Links, creator: Cell | None, section: Section
) -> Iterator[Record]:
    made = 0
    for number, own in enumerate(split.posts):
        if number and not any(not is_blank(cells[place]) for name, place in own.items() if not name.startswith("cost")):
            continue
        places = {**split.shared, **own}
        found = {name: Cell(cells[place], row, place) for name, place in places.items()}
        if creator is not None:
            found["creator_name"] = creator
        mine = find_links(found["note_link"].value) if len(split.posts) > 1 and "note_link" in found else links
        if made:
            found = {name: cell for name, cell in found.items() if name in own or not name.startswith("cost")}
        made += 1
        yield Record(row, found, mine, section)


def list_hints(roles: Sequence[Role]) -> dict[str, Hint]:
    """Key of a role → what its header says, the first of several posts."""
    hints: dict[str, Hint] = {}
    for item in roles:
        hints.setdefault(name_role(item), item.hint)
    return hints
