"""Exports with one slip of a hand or a program in them: read right, left missing, or told; never wrong in silence.

Files of campaigns that the project made itself are changed in one place each, in the style of a column, a row, a unit,
an encoding or a relation, and read beside the other files of their campaign. The oracle is the same campaign unchanged:
a figure that is there and is another one, a row too many and a row too few are wrong, a missing figure is not. Wrong
and without one problem more than before is wrong in silence.

Not everything can be known: of a client's only list of visits nobody can tell that all of it was multiplied by 100.
Each mutation says of what it changes whether it can be known, by the facts of ``test_mutations.yaml`` and not by what
the readers do: only columns that another column, row or file binds count.

What was measured stands in ``docs/methods.md``.
"""

from __future__ import annotations

import csv
import io
import json
import os
import random
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pandas as pd
import pytest
import xlsxwriter
import yaml

from xhs_toolkit.campaign import Campaign, read_campaign
from xhs_toolkit.exports import read_exports
from xhs_toolkit.exports.kinds import list_layouts
from xhs_toolkit.exports.reading import SheetTables, check_tables, join_tables, read_file
from xhs_toolkit.exports.relations import check_relations
from xhs_toolkit.exports.sheets import list_data_files
from xhs_toolkit.tables import TABLES

ROOT = Path(__file__).parents[2]
CAMPAIGNS = (
    *("case_studies/megatel", "case_studies/jd_sports", "case_studies/blackmores", "case_studies/auckland_airport"),
    "templates/sample_campaign",
)
ORACLE = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
TIED, FROM_BELOW, IN_ROW, KEYS, LIKE = (ORACLE[name] for name in ("tied", "from_below", "in_row", "keys", "like"))
DATES = {"date", "posted_at", "created_at", "completed_at"}


class World(NamedTuple):
    """One campaign as it is: its files' sheets and its joined tables."""

    folder: Path
    campaign: Campaign
    sheets: dict[Path, list[SheetTables]]
    tables: dict[str, pd.DataFrame]
    told: Counter[str]


@cache
def open_world(name: str) -> World:
    campaign, folder = read_campaign(ROOT / name), ROOT / name / "data"
    layouts = list_layouts(campaign.agency.folder)
    sheets = {path: read_file(path, folder, campaign, layouts) for path in list_data_files(folder)}
    tables, told = read_world(sheets, campaign)
    return World(folder, campaign, sheets, tables, told)


def read_world(
    sheets: dict[Path, list[SheetTables]], campaign: Campaign
) -> tuple[dict[str, pd.DataFrame], Counter[str]]:
    read = [sheet for one in sheets.values() for sheet in one]
    tables, joined = join_tables(read, campaign=campaign)
    told = [*(problem for sheet in read for problem in sheet.understood.problems), *joined, *check_tables(tables)]
    return tables, Counter(re.sub(r"\d", "", problem.what) + str(problem.column) for problem in told)


@dataclass
class Case:
    """One file in the making: its cells, where its header ends, and the columns that are read."""

    rng: random.Random
    kind: str
    name: str
    rows: list[list[Any]]
    first: int
    columns: dict[str, int]
    kinds: dict[str, str]
    encoding: str = "utf-8-sig"
    cut: int = 0
    keys: tuple[str, ...] = ()
    created: datetime | None = None
    log: list[str] = field(default_factory=list)

    def pick_column(self, *kinds: str, among: Iterable[str] | None = None) -> str | None:
        """A column of one of the kinds that holds something, of those given."""
        names = [
            name
            for name, place in self.columns.items()
            if self.kinds.get(name) in kinds
            and (among is None or name in among)
            and sum(bool(to_number(row[place])) for row in self.body) > 2
        ]
        return self.rng.choice(names) if names else None

    @property
    def body(self) -> list[list[Any]]:
        return self.rows[self.first :]

    def change(self, column: str, change: Callable[[Any], Any], *, rows: Iterable[int] | None = None) -> None:
        place = self.columns[column]
        for number in range(self.first, len(self.rows)) if rows is None else rows:
            self.rows[number][place] = change(self.rows[number][place])

    def pick_place(self) -> int:
        """Any column that is read, but for those by which rows are named: without them the oracle finds none again."""
        ads = self.kind == "juguang_report"
        named = [name for name in self.columns if name == "theme" or (ads and name.endswith("_id"))]
        return self.rng.choice([at for name, at in self.columns.items() if name not in named])

    def pick_row(self, column: str) -> int | None:
        """A row with a figure of some size in the column."""
        rows = [
            at
            for at in range(self.first, len(self.rows))
            if (to_number(self.rows[at][self.columns[column]]) or 0) >= 10
        ]
        return self.rng.choice(rows) if rows else None

    def is_tied(self, column: str) -> bool:
        return column in TIED.get(self.kind, ()) and column not in FROM_BELOW


def to_number(cell: Any) -> float | None:
    try:
        return float(str(cell).replace(",", "").rstrip("%"))
    except ValueError:
        return None


def times(factor: float, *, whole: bool = True) -> Callable[[Any], Any]:
    def change(cell: Any) -> Any:
        number = to_number(cell)
        if number is None or "%" in str(cell):
            return cell
        return round(number * factor) if whole else round(number * factor, 6)

    return change


FIGURES = ("count", "money")

# ------------------------------------------------------------------------------------------- columns


def scale_column(case: Case) -> bool | None:
    """All of a column in another unit."""
    column = case.pick_column(
        *FIGURES, "number", among=[*TIED.get(case.kind, ()), "value", "n_notes", "metric_site_sessions"]
    )
    if column is None:
        return None
    factor = case.rng.choice([100, 1_000, 10_000, 1 / 1_000, 1 / 10_000])
    case.change(column, times(factor, whole=case.kinds[column] == "count"))
    case.log.append(f"{column} × {factor:g}")
    return case.is_tied(column)


def swap_columns(case: Case) -> bool | None:
    """The cells of two columns under each other's header."""
    figures = [name for name in case.columns if case.kinds.get(name) in FIGURES]
    if len(figures) < 2:
        return None
    left, right = case.rng.sample(figures, 2)
    for row in case.body:
        one, other = case.columns[left], case.columns[right]
        row[one], row[other] = row[other], row[one]
    case.log.append(f"{left} ↔ {right}")
    bound = IN_ROW.get(case.kind, ())
    return left in bound or right in bound


def rename_header(case: Case) -> bool | None:
    """A header that says nothing: its figures are missing, or the file is refused."""
    place = case.pick_place()
    case.log.append(str(case.rows[case.first - 1][place]))
    case.rows[case.first - 1][place] = "zqxv"
    return True


def steal_header(case: Case) -> bool | None:
    """A figure's header over another figure as well."""
    left, right = case.pick_column(*FIGURES), case.pick_column(*FIGURES)
    if left is None or right is None or left == right:
        return None
    case.rows[case.first - 1][case.columns[left]] = case.rows[case.first - 1][case.columns[right]]
    case.log.append(f"{left} is called {right}")
    return left in IN_ROW.get(case.kind, ()) or right in IN_ROW.get(case.kind, ())


def shift_column(case: Case) -> bool | None:
    """A column's cells one row further down, the last at the top."""
    column = case.pick_column(*FIGURES)
    if column is None or len(case.body) < 6:
        return None
    place = case.columns[column]
    cells = [row[place] for row in case.body]
    for row, cell in zip(case.body, [cells[-1], *cells[:-1]], strict=True):
        row[place] = cell
    case.log.append(column)
    return column in IN_ROW.get(case.kind, ())


def sort_column(case: Case) -> bool | None:
    """A column sorted for itself."""
    column = case.pick_column(*FIGURES)
    if column is None or len(case.body) < 6:
        return None
    place = case.columns[column]
    cells = sorted((row[place] for row in case.body), key=lambda cell: to_number(cell) or 0)
    for row, cell in zip(case.body, cells, strict=True):
        row[place] = cell
    case.log.append(column)
    return column in IN_ROW.get(case.kind, ())


def drop_column(case: Case) -> bool | None:
    """A column left out."""
    place = case.pick_place()
    case.log.append(str(case.rows[case.first - 1][place]))
    for row in case.rows[case.first - 1 :]:
        row[place] = None
    return True


def repeat_column(case: Case) -> bool | None:
    """A column again at the end, with other figures: the first counts."""
    column = case.pick_column(*FIGURES)
    if column is None or case.name.endswith(".json"):
        return None
    place = case.columns[column]
    case.rows[case.first - 1].append(case.rows[case.first - 1][place])
    for row in case.body:
        row.append(times(3)(row[place]))
    case.log.append(column)
    return True


# ---------------------------------------------------------------------------------------------- rows


def pick_any(case: Case) -> int:
    return case.rng.randrange(case.first, len(case.rows))


def repeat_row(case: Case) -> bool | None:
    """A row copied: it counts once."""
    row = pick_any(case)
    case.rows.insert(row + 1, list(case.rows[row]))
    return True


def repeat_row_changed(case: Case) -> bool | None:
    """A row again with another figure."""
    column = case.pick_column(*FIGURES)
    row = None if column is None else case.pick_row(column)
    if column is None or row is None:
        return None
    again = list(case.rows[row])
    again[case.columns[column]] = times(2)(again[case.columns[column]])
    case.rows.insert(row + 1, again)
    case.log.append(column)
    return True


def shift_row(case: Case) -> bool | None:
    """A row's cells one place to the right."""
    row = pick_any(case)
    case.rows[row] = ["x", *case.rows[row]]
    return True


def shift_row_left(case: Case) -> bool | None:
    """A row's cells one place to the left from the middle on."""
    row = pick_any(case)
    middle = len(case.rows[row]) // 2
    before = list(case.rows[row])
    case.rows[row] = [*before[:middle], *before[middle + 1 :], None]
    return case.kind in {"dandelion_notes", "juguang_report", "dandelion_orders"}


def add_subtotal(case: Case) -> bool | None:
    """A subtotal among the rows."""
    row = pick_any(case)
    width = len(case.rows[row])
    sums: list[Any] = [None] * width
    for name, place in case.columns.items():
        if case.kinds.get(name) in FIGURES:
            sums[place] = sum(to_number(one[place]) or 0 for one in case.rows[case.first : row + 1])
    label = next(place for place in range(width) if sums[place] is None)
    sums[label] = case.rng.choice(["小计", "合计", "Subtotal", "Total"])
    case.rows.insert(row + 1, sums)
    return any(sums[place] for place in case.columns.values() if place != label)


def repeat_header(case: Case) -> bool | None:
    """The header again among the rows, where two files were put under each other."""
    case.rows.insert(pick_any(case), list(case.rows[case.first - 1]))
    return True


def blank_key(case: Case) -> bool | None:
    """A row without what names it."""
    place = case.columns.get(case.keys[0]) if case.keys else None
    if place is None or case.kind == "juguang_report":
        return None
    case.rows[pick_any(case)][place] = None
    return True


def shuffle_rows(case: Case) -> bool | None:
    """Rows in another order."""
    body = case.body
    case.rng.shuffle(body)
    case.rows[case.first :] = body
    return (
        case.name != "agency_creators_20260801.csv"
    )  # of its rows that say two things the first counts, and it is told


def falsify_total(case: Case) -> bool | None:
    """A total that is not that of the rows above."""
    column = case.pick_column(*FIGURES, among=["exposure", "views", "spend_cny", "impressions"])
    if column is None:
        return None
    total: list[Any] = [None] * len(case.rows[-1])
    total[case.columns[column]] = 3 * sum(to_number(row[case.columns[column]]) or 0 for row in case.body) + 100
    total[next(place for place in range(len(total)) if total[place] is None)] = "合计"
    case.rows.append(total)
    case.log.append(column)
    return True


def lose_row(case: Case) -> bool | None:
    """A row left out of a list whose length nobody knows."""
    del case.rows[pick_any(case)]
    return False


# --------------------------------------------------------------------------------------------- units


def scale_cell(case: Case) -> bool | None:
    """One figure in another unit."""
    column = case.pick_column(*FIGURES, "number")
    row = None if column is None else case.pick_row(column)
    if column is None or row is None:
        return None
    factor = case.rng.choice([1_000, 10_000])
    case.change(column, times(factor), rows=[row])
    case.log.append(f"{column} × {factor}")
    return case.is_tied(column) and case.kind not in {"dandelion_creators", "agency_seeding"}


def nudge_cell(case: Case) -> bool | None:
    """One figure typed a little off: bound by the sums and rates of its row alone."""
    column = case.pick_column(*FIGURES)
    row = None if column is None else case.pick_row(column)
    if column is None or row is None:
        return None
    case.change(column, times(1.1), rows=[row])
    case.log.append(column)
    return False


def write_wan(case: Case) -> bool | None:
    """A column in 万, each cell saying so."""
    column = case.pick_column("count")
    if column is None:
        return None
    case.change(column, lambda cell: f"{to_number(cell) / 10_000:.4f}万" if (to_number(cell) or 0) >= 1 else cell)
    case.log.append(column)
    return True


def say_wan(case: Case) -> bool | None:
    """A header in 万 over figures that are not."""
    column = case.pick_column("count", among=TIED.get(case.kind, ()))
    if column is None:
        return None
    case.rows[case.first - 1][case.columns[column]] = f"{case.rows[case.first - 1][case.columns[column]]}(万)"
    case.log.append(column)
    return True


def write_currency(case: Case) -> bool | None:
    """An amount in another currency."""
    column = case.pick_column("money")
    row = None if column is None else case.pick_row(column)
    if column is None or row is None:
        return None
    case.change(column, lambda cell: f"{case.rng.choice(['$', 'NZ$', 'US$'])}{to_number(cell):g}", rows=[row])
    case.log.append(column)
    return True


def write_otherwise(case: Case) -> bool | None:
    """A figure that is none: fractional, negative, a share, a formula's error, letters."""
    column = case.pick_column("count")
    row = None if column is None else case.pick_row(column)
    if column is None or row is None:
        return None
    wrong = case.rng.choice(["{}.5", "-{}", "{}%", "#REF!", "{}x", "{}-{}", "{} {}", "~{}", ">{}"])
    case.change(column, lambda cell: wrong.format(cell, cell), rows=[row])
    case.log.append(f"{column} {wrong}")
    return True


def fraction_of_outcomes(case: Case) -> bool | None:
    """A count of a client with a fraction."""
    column = next(
        (name for name in ("value", "metric_site_sessions", "metric_foot_traffic") if name in case.columns), None
    )
    row = None if column is None else case.pick_row(column)
    if column is None or row is None:
        return None
    case.change(column, lambda cell: (to_number(cell) or 0) + 0.5, rows=[row])
    return True


def scale_shares(case: Case) -> bool | None:
    """A column of shares 100 times too large: 36.56 as 3656."""
    column = case.pick_column("share")
    if column is None:
        return None
    case.change(column, lambda cell: round((to_number(cell) or 0) * 100, 2) if to_number(cell) is not None else cell)
    case.log.append(column)
    return True


# ----------------------------------------------------------------------------------------- encodings


def encode_otherwise(case: Case) -> bool | None:
    """Another encoding of the whole file."""
    if not case.name.endswith(".csv"):
        return None
    case.encoding = case.rng.choice(["utf-8", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
    case.log.append(case.encoding)
    return True


def garble(case: Case) -> bool | None:
    """Texts once decoded by the wrong table and saved."""
    wrong = case.rng.choice(["latin-1", "gb18030", "cp1252"])
    case.rows = [
        [cell.encode().decode(wrong, errors="replace") if isinstance(cell, str) else cell for cell in row]
        for row in case.rows
    ]
    case.log.append(wrong)
    return True


def cut_file(case: Case) -> bool | None:
    """The end of the file is missing."""
    if case.name.endswith(".csv"):
        return None
    case.cut = case.rng.randrange(20, 400)
    return True


def find_ids(case: Case, *, shortest: int) -> list[str]:
    """Columns of ids (links show them too) with at least so many signs."""
    ids = [name for name in case.columns if name.endswith(("_id", "_link"))]
    return [
        name
        for name in ids
        if min((len(str(row[case.columns[name]])) for row in case.body if row[case.columns[name]]), default=0)
        >= shortest
    ]


def cut_ids(case: Case) -> bool | None:
    """Ids of 24 signs cut to 21, in one row or in all."""
    names = find_ids(case, shortest=24)
    if not names:
        return None
    column, everywhere = case.rng.choice(names), case.rng.random() < 0.5
    case.change(column, lambda cell: str(cell)[:-3] if cell else cell, rows=None if everywhere else [pick_any(case)])
    case.log.append(f"{column} {'all' if everywhere else 'one'}")
    return True


def round_ids(case: Case) -> bool | None:
    """Long numbers as a spreadsheet shows or keeps them: 6.9E+17, or zeros after 15 digits."""
    names = [name for name in find_ids(case, shortest=17) if str(case.body[0][case.columns[name]]).isdigit()]
    if not names:
        return None
    column, way = case.rng.choice(names), case.rng.choice(["{:.5E}", "zeros"])
    case.change(column, lambda cell: f"{str(cell)[:15]:0<18}" if way == "zeros" else way.format(int(cell)))
    case.log.append(f"{column} {way}")
    return True


def mistype_id(case: Case) -> bool | None:
    """One sign of an id is another: a note or creator that may well exist."""
    names = find_ids(case, shortest=24)
    if not names:
        return None
    column = case.rng.choice(names)
    case.change(column, lambda cell: f"{str(cell)[:-1]}{'0' if str(cell)[-1] != '0' else '1'}", rows=[pick_any(case)])
    case.log.append(column)
    return False


def write_full_width(case: Case) -> bool | None:
    """Digits in full width."""
    column = case.pick_column(*FIGURES)
    if column is None:
        return None
    wide = {48 + digit: 0xFF10 + digit for digit in range(10)}
    case.change(column, lambda cell: str(cell).translate(wide) if cell is not None else cell)
    case.log.append(column)
    return True


def add_controls(case: Case) -> bool | None:
    """Signs that nobody sees within a figure or an id."""
    figures = [name for name in case.columns if case.kinds.get(name) != "text" or name.endswith(("_id", "_link"))]
    column = case.rng.choice(figures or list(case.columns))
    sign = case.rng.choice(["\u200b", "\u00a0", "\ufeff", "\u202c"])
    case.change(column, lambda cell: f"{sign}{cell}{sign}" if cell is not None else cell, rows=[pick_any(case)])
    case.log.append(f"{column} {sign!r}")
    return True


# ----------------------------------------------------------------------------------------- relations


def change_year(cell: Any, year: int) -> Any:
    return re.sub(r"^20\d\d", str(year), str(cell)) if cell is not None else cell


def pick_date(case: Case) -> str | None:
    names = [name for name in DATES & set(case.columns) if re.match(r"20\d\d\D", str(case.body[0][case.columns[name]]))]
    return case.rng.choice(sorted(names)) if names else None


def mistake_year(case: Case) -> bool | None:
    """A year that cannot be: 2062 for 2026, 2016, 1926."""
    column = pick_date(case)
    if column is None:
        return None
    year, everywhere = case.rng.choice([2062, 2016, 2006, 2036]), case.rng.random() < 0.3
    case.change(column, lambda cell: change_year(cell, year), rows=None if everywhere else [pick_any(case)])
    case.log.append(f"{column} {year} {'all' if everywhere else 'one'}")
    return not (everywhere and year == 2016 and column == "posted_at")


def shift_1904(case: Case) -> bool | None:
    """Days four years and a day off, from a workbook that counts from 1904."""
    column = pick_date(case)
    if column is None:
        return None
    ahead = case.rng.random() < 0.5

    def shift(cell: Any) -> Any:
        found = re.match(r"(20\d\d)(\D)(\d\d?)\D(\d\d?)", str(cell))
        if not found:
            return cell
        day = pd.Timestamp(int(found[1]), int(found[3]), int(found[4])) + pd.Timedelta(days=1462 if ahead else -1462)
        return f"{day:%Y-%m-%d}"

    case.change(column, shift)
    case.log.append(f"{column} {'+' if ahead else '-'}")
    return ahead


def date_file_early(case: Case) -> bool | None:
    """A file's name that says a day before its notes were posted."""
    if case.kind != "dandelion_notes":
        return None
    case.name = re.sub(r"20\d{6}", "20200101", case.name)
    return True


def raise_part(case: Case) -> bool | None:
    """A part above its whole."""
    pairs = [
        *(("exposure_organic", "exposure"), ("views_organic", "views"), ("viewers", "views"), ("likes", "engagement")),
        *(("clicks", "impressions"), ("views", "exposure"), ("likes", "views"), ("views_median", "exposure_median")),
    ]
    known = [pair for pair in pairs if set(pair) <= set(case.columns)]
    if not known:
        return None
    part, whole = case.rng.choice(known)
    row = case.pick_row(whole)
    if row is None:
        return None
    case.rows[row][case.columns[part]] = int((to_number(case.rows[row][case.columns[whole]]) or 0) * 1.5)
    case.log.append(f"{part} > {whole}")
    return True


def break_sum(case: Case) -> bool | None:
    """A part of which the sum is no longer the whole."""
    parts = [
        "exposure_promoted",
        "exposure_discovery",
        "exposure_search",
        "likes",
        "engagement",
        "service_fee_cny",
        "budget_cny",
    ]
    column = case.pick_column(*FIGURES, among=parts if case.kind in {"dandelion_notes", "dandelion_orders"} else ())
    row = None if column is None else case.pick_row(column)
    if column is None or row is None:
        return None
    case.change(column, times(3), rows=[row])
    case.log.append(column)
    return True


def break_rate(case: Case) -> bool | None:
    """One of the figures of which the file tells the rate."""
    among = {"juguang_report": ["clicks", "impressions", "spend_cny"], "creator_center_notes": ["exposure"]}
    column = case.pick_column(*FIGURES, among=among.get(case.kind, ()))
    row = None if column is None else case.pick_row(column)
    if column is None or row is None:
        return None
    case.change(column, times(5), rows=[row])
    case.log.append(column)
    return case.kind == "juguang_report"


def break_shares(case: Case) -> bool | None:
    """Shares of ages that add up to far more than all."""
    column = case.pick_column("share", among=[name for name in case.columns if name.startswith("fan_age")])
    if column is None:
        return None
    row = case.rng.choice(
        [at for at in range(case.first, len(case.rows)) if to_number(case.rows[at][case.columns[column]])]
    )
    case.rows[row][case.columns[column]] = 97.5
    case.log.append(column)
    return (to_number(case.rows[row][case.columns[column]]) or 0) > 1


def cross_ids(case: Case) -> bool | None:
    """The ids of two creators exchanged, in a file beside another that names both."""
    if case.kind not in {"agency_creators", "dandelion_creators"} or "creator_id" not in case.columns:
        return None
    one, other = case.rng.sample(range(case.first, len(case.rows)), 2)
    for column in ("creator_id", "creator_link"):
        if column in case.columns:
            place = case.columns[column]
            case.rows[one][place], case.rows[other][place] = case.rows[other][place], case.rows[one][place]
    return True


def fall_back(case: Case) -> bool | None:
    """Figures of a later export below those of an earlier one."""
    if case.kind != "dandelion_notes" or not re.search(r"20260504|20260810|20261019|20260406", case.name):
        return None
    column = case.pick_column("count", among=["exposure", "views"])
    if column is None:
        return None
    parts = [name for name in case.columns if name.startswith(column) or (column == "views" and name == "viewers")]
    for name in parts:
        case.change(name, times(0.3))
    case.log.append(column)
    return True


MUTATIONS: dict[str, tuple[Callable[[Case], bool | None], ...]] = {
    "column": (
        *(scale_column, scale_column, swap_columns, rename_header, steal_header, shift_column, sort_column),
        *(drop_column, repeat_column),
    ),
    "row": (
        *(repeat_row, repeat_row_changed, shift_row, shift_row_left, add_subtotal, repeat_header, blank_key),
        *(shuffle_rows, falsify_total, lose_row),
    ),
    "unit": (
        *(scale_cell, nudge_cell, write_wan, say_wan, write_currency, write_otherwise, fraction_of_outcomes),
        *(scale_shares, scale_column),
    ),
    "encoding": (
        *(encode_otherwise, garble, cut_file, cut_ids, round_ids, mistype_id, write_full_width, add_controls),
    ),
    "relation": (
        *(mistake_year, shift_1904, date_file_early, raise_part, break_sum, break_rate, break_shares, cross_ids),
        *(fall_back,),
    ),
}

# ------------------------------------------------------------------------------- reading and writing


@cache
def load_grid(path: Path) -> list[list[Any]]:
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path)
        return [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
    if path.suffix == ".json":
        records = json.loads(path.read_text(encoding="utf-8"))
        return [list(records[0]), *([record.get(name) for name in records[0]] for record in records)]
    return [list(row) for row in csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig")))]


def make_case(world: World, path: Path, rng: random.Random) -> Case:
    sheet = world.sheets[path][0]
    created = openpyxl.load_workbook(path, read_only=True).properties.created if path.suffix == ".xlsx" else None
    layout = sheet.understood.layout
    assert layout is not None
    rows = [list(row) for row in load_grid(path)]
    table = TABLES[layout.table]
    kinds = {column.name: column.kind for one in TABLES.values() for column in one}
    kinds |= {column.name: column.kind for column in table} | {"metric_site_sessions": "number"}
    read = [one for one in sheet.understood.mappings if one.state == "read" and one.group is None and one.column]
    columns = {str(one.column): one.position for one in read}
    first = 1 if path.suffix == ".json" else int(sheet.tables[layout.table]["source_row"].min()) - 1
    keys = tuple(name for name in ("note_link", "placement_id", "note_id", "creator_name") if name in columns)
    return Case(rng, layout.kind, path.name, rows, first, columns, kinds, keys=keys, created=created)


def write_case(case: Case, folder: Path) -> Path:
    path = folder / case.name
    if path.suffix == ".xlsx":
        with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
            book.set_properties({"created": case.created})
            sheet = book.add_worksheet("Sheet1")
            for number, row in enumerate(case.rows):
                sheet.write_row(number, 0, row)
    elif path.suffix == ".json":
        names = [str(name) for name in case.rows[0]]
        records = [dict(zip(names, row, strict=False)) for row in case.rows[1:]]
        path.write_text(json.dumps(records, ensure_ascii=False), encoding="utf-8")
    else:
        buffer = io.StringIO(newline="")
        csv.writer(buffer).writerows(case.rows)
        path.write_bytes(buffer.getvalue().encode(case.encoding, errors="replace"))
    if case.cut:
        path.write_bytes(path.read_bytes()[: -case.cut])
    return path


# -------------------------------------------------------------------------------------------- oracle

BESIDE = ("source_file", "source_sheet", "source_row", "as_of_source", "lower_bounds", "synthetic")
"""Columns that say where a row stood, and nothing of what it says; one file marked synthetic marks the campaign."""


def find_wrong(found: dict[str, pd.DataFrame], true: dict[str, pd.DataFrame]) -> list[str]:
    """Places that say something else than what is true: figures, rows too many, rows too few."""
    return [
        f"{name}: {fault}"
        for name in true
        for fault in compare(found[name], true[name], KEYS.get(name, list(TABLES[name].key)))
    ]


def compare(found: pd.DataFrame, true: pd.DataFrame, key: list[str]) -> list[str]:
    if found.equals(true):
        return []
    plain = [frame.drop(columns=list(BESIDE), errors="ignore").astype(object) for frame in (found, true)]
    indexed = []
    for frame in plain:
        names = pd.Series([" ".join(map(str, row)) for row in frame[key].to_numpy()], dtype=str)
        again = names.groupby(names).cumcount().astype(str)
        indexed.append(frame.set_axis(names + " #" + again, axis="index"))
    mine, theirs = indexed
    faults = [f"row {name}" for name in mine.index.difference(theirs.index)[:2]]
    faults += [f"lost {name}" for name in theirs.index.difference(mine.index)[:2]]
    both = mine.index.intersection(theirs.index)
    for column in mine.columns:
        one, other = mine.loc[both, column], theirs.loc[both, column]
        differs = one.notna() & ~one.eq(other)
        if differs.any():
            numbers = (*(pd.to_numeric(side[differs], errors="coerce").astype(float) for side in (one, other)),)
            near = (numbers[0] - numbers[1]).abs() <= LIKE * numbers[1].abs()
            bad = differs[differs].index[~near.fillna(False).to_numpy()]
            faults += [f"{column} of {bad[0]}: {one[bad[0]]!r} for {other[bad[0]]!r}"] if len(bad) else []
    return faults


class Outcome(NamedTuple):
    """What became of a mutation: right, told, silent (and whether it could be known), or none (nothing to change)."""

    seed: int
    style: str
    what: str
    state: str
    knowable: bool
    faults: list[str]


def run_seed(seed: int, folder: Path, campaigns: tuple[str, ...] = CAMPAIGNS) -> Outcome:
    rng = random.Random(seed)  # noqa: S311
    style = list(MUTATIONS)[seed % len(MUTATIONS)]
    while True:
        world = open_world(rng.choice(campaigns))
        path = rng.choice(list(world.sheets))
        case = make_case(world, path, rng)
        mutation = rng.choice(MUTATIONS[style])
        knowable = mutation(case)
        if knowable is not None:
            break
    folder.mkdir()
    made = write_case(case, folder)
    os.utime(made, (path.stat().st_mtime,) * 2)
    read = read_file(made, folder, world.campaign, list_layouts(world.campaign.agency.folder))
    tables, told = read_world({**world.sheets, path: read}, world.campaign)
    faults = find_wrong(tables, world.tables)
    more = told - world.told
    state = "right" if not faults else "told" if more else "silent"
    return Outcome(seed, style, f"{mutation.__name__} {case.name} {' '.join(case.log)}", state, knowable, faults)


CAN_BE_SILENT = 0.005
"""Share of what can be known that may be read wrong in silence."""


def measure(seeds: Iterable[int], folder: Path, campaigns: tuple[str, ...] = CAMPAIGNS) -> tuple[float, str]:
    """The share wrong in silence of what can be known, and each of them in words."""
    known = [one for one in (run_seed(seed, folder / str(seed), campaigns) for seed in seeds) if one.knowable]
    silent = [one for one in known if one.state == "silent"]
    return len(silent) / len(known), "\n".join(f"{one.seed} {one.what}: {one.faults[:2]}" for one in silent)


def test_a_twentieth_of_the_mutations(tmp_path: Path) -> None:
    share, told = measure(range(0, 1_500, 21), tmp_path, CAMPAIGNS[:2])
    assert share == 0, told


@pytest.mark.slow
def test_every_mutation(tmp_path: Path) -> None:
    share, told = measure(range(1_500), tmp_path)
    assert share <= CAN_BE_SILENT, told


@pytest.mark.parametrize("name", ["case_studies/megatel", "templates/sample_campaign"])
def test_files_written_again_say_the_same(name: str, tmp_path: Path) -> None:
    """The oracle itself: unchanged files, written as the mutated ones are, differ in nothing and tell nothing more."""
    world = open_world(name)
    read = {}
    for path in world.sheets:
        made = write_case(make_case(world, path, random.Random(0)), tmp_path)  # noqa: S311
        os.utime(made, (path.stat().st_mtime,) * 2)
        read[path] = read_file(made, tmp_path, world.campaign, list_layouts(world.campaign.agency.folder))
    tables, told = read_world(read, world.campaign)
    assert find_wrong(tables, world.tables) == []
    assert told == world.told


@pytest.mark.parametrize("name", CAMPAIGNS)
def test_no_relation_is_told_of_clean_files(name: str) -> None:
    assert check_relations(open_world(name).tables) == []


def test_no_relation_is_told_of_genuine_files(real_data: Path) -> None:
    for folder in (real_data, *sorted((real_data.parent / "cases").iterdir())):
        exports = read_exports(folder, campaign=Campaign(folder=folder))
        assert [str(one) for one in exports.problems if "row(s) have" in one.what or "tell a rate" in one.what] == []
