"""The workbook: every table behind the report, real numbers with formats, and text that stays text.

A contents sheet leads to one sheet a table, one sheet a chart with the figures it draws, and the codebook.
Cells that begin with ``=``, ``+``, ``-`` or ``@`` are text. What calculates are ratios and sums of cells of its own
sheet (`find_formulas`), and the only links that leave it lead to notes and creators on the platform.
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import xlsxwriter

from xhs_toolkit.present.columns import choose_columns, find_formulas, find_links, read_settings
from xhs_toolkit.present.currency import (
    IN_METRIC,
    name_for_client,
    name_in_cny,
    show_currency,
)
from xhs_toolkit.present.sheet_chart import Cells, write_chart
from xhs_toolkit.present.shown import unit_of
from xhs_toolkit.present.style import INK, PALETTE, QUIET, RULE, read_language, write_cell_format
from xhs_toolkit.present.tables import is_number_column, name_term, name_themes
from xhs_toolkit.present.wording import has_term, label, name_column
from xhs_toolkit.report.brand import dress_file
from xhs_toolkit.report.front import Front, Tile, make_front
from xhs_toolkit.report.outline import Block, Outline, make_outline
from xhs_toolkit.report.run import is_synthetic, name_file, read_chart, read_pages, read_table
from xhs_toolkit.report.words import make_glossary, names_of, say_code, say_finding, say_headline
from xhs_toolkit.scorecard import read_summary

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from xhs_toolkit.campaign import Campaign

MAX_SHEET_NAME = 31
MAX_CELL = 32_767
MAX_WIDTH, MIN_WIDTH = 42, 9
HEAD_HEIGHT, TITLE_HEIGHT, LINE_HEIGHT = 32, 30, 13.5
BARRED = frozenset({"exposure", "views", "engagement", "cost_per_view_cny", "rate", "p50", "measured"})
BARRED |= {"cost_per_organic_view_cny"}
BARRED |= {"spend_cny", "total_cny", "content_cny", "amount_cny", "unit_cost_cny", "impressions", "clicks"}
"""Columns with a bar behind each figure, where a table has several rows."""

CONTENTS_WIDTHS = (30, 110, 9)
WASH = "#f4f7f9"
HEAD: dict[str, Any] = {"bold": True, "text_wrap": True, "valign": "bottom", "bg_color": WASH}
RULED: dict[str, Any] = {"bottom": 1, "bottom_color": INK}
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "remove_timezone": True,
    "in_memory": True,
    "nan_inf_to_errors": False,
}


@dataclass(frozen=True)
class _Work:
    """A workbook while it is being made; `listed` is the contents: sheet, what is in it, its rows."""

    book: xlsxwriter.Workbook
    language: str
    run_folder: Path
    formats: dict[str, Format] = field(default_factory=dict)
    listed: list[tuple[str, str, int | None]] = field(default_factory=list)

    def get_format(self, shape: str = "", **settings: Any) -> Format:
        """A cell format, made once: `shape` is its number format."""
        key = shape + repr(sorted(settings.items()))
        if key not in self.formats:
            number = {"num_format": shape} if shape else {}
            common = {
                "valign": "top",
                "font_color": INK,
                "font_name": read_language(self.language).workbook_font,
                "font_size": 10,
            }
            self.formats[key] = self.book.add_format({**common, **number, **settings})
        return self.formats[key]

    @property
    def text(self) -> Format:
        """Text that Excel never reads as anything else."""
        return self.get_format("@")

    @property
    def head(self) -> Format:
        """The first row of a table: what its columns are called."""
        return self.get_format("@", **HEAD)

    @property
    def link(self) -> Format:
        """What leads somewhere."""
        return self.get_format("@", font_color=PALETTE[0], underline=1)


def write_workbook(run_folder: Path, *, campaign: Campaign) -> list[Path]:
    """Write ``workbook.xlsx`` in the campaign's first language and ``workbook.<language>.xlsx`` in the others."""
    with show_currency(campaign):
        return _write_workbook(run_folder, campaign=campaign)


def _write_workbook(run_folder: Path, *, campaign: Campaign) -> list[Path]:
    summary = read_summary(run_folder)
    outline = make_outline(read_pages(run_folder), summary=summary)
    warned = is_synthetic(run_folder, declared=campaign.synthetic)
    written = []
    for language in campaign.languages:
        path = run_folder / name_file("workbook", "xlsx", language=language, first=campaign.languages[0])
        with xlsxwriter.Workbook(path, OPTIONS) as book:
            title = " · ".join(campaign.called(language))
            book.set_properties({"title": title, "author": campaign.agency.name or ""})
            front = make_front(summary, campaign=campaign, language=language)
            _fill_book(_Work(book, language, run_folder), outline, front, campaign=campaign, warned=warned)
        dress_file(path, campaign.agency)
        written.append(path)
    return written


def _fill_book(work: _Work, outline: Outline, front: Front, *, campaign: Campaign, warned: bool) -> None:
    blocks = outline.written_for("workbook").list_blocks()
    contents = work.book.add_worksheet(say_code("report.contents", work.language))
    tables = sorted((block for block in blocks if block["kind"] == "table"), key=_find_place)
    for block in tables:
        _add_table(work, block)
    for block in blocks:
        if block["kind"] == "picture":
            _add_chart(work, block)
    _add_codebook(work, tables)
    _fill_contents(work, contents, front, campaign=campaign, warned=warned)


def _find_place(block: Block) -> int:
    first = read_settings()["first"]
    stem = _stem(block)
    return first.index(stem) if stem in first else len(first)


def _stem(block: Block) -> str:
    """The name of a block's table within its step."""
    return Path(block["file"]).stem.removeprefix(f"{block['step']}_")


def _fill_contents(work: _Work, sheet: Worksheet, front: Front, *, campaign: Campaign, warned: bool) -> None:
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    for column, width in enumerate(CONTENTS_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.set_row(0, TITLE_HEIGHT)
    sheet.write_string(0, 0, " · ".join(campaign.called(work.language)), work.get_format("@", bold=True, font_size=18))
    if warned:
        sheet.write_string(1, 0, say_code("report.synthetic", work.language), work.get_format(font_color="#6d4200"))
    first = _write_front(work, sheet, front)
    for column, code in enumerate(("report.sheet", "report.what", "report.n_rows")):
        align = {"align": "right"} if column == len(CONTENTS_WIDTHS) - 1 else {}
        sheet.write_string(first, column, say_code(code, work.language), work.get_format("@", **HEAD, **RULED, **align))
    for number, (name, told, n_rows) in enumerate(work.listed, start=first + 1):
        sheet.write_url(number, 0, f"internal:'{name}'!A1", work.link, name)
        _write_lines(work, sheet, number, told)
        if n_rows is not None:
            sheet.write_number(number, 2, n_rows, work.get_format("#,##0"))
    sheet.freeze_panes(first + 1, 0)


def _write_front(work: _Work, sheet: Worksheet, front: Front) -> int:
    """The verdict and the promises, as page and deck have them; returns the next row."""
    shown = (*front.heroes, *front.tiles, *front.rest)
    told = [(goal.name, (goal.guess, goal.likely and f"({goal.likely})", goal.chance)) for goal in front.goals]
    promises = [(name, " ".join(filter(None, words))) for name, words in told]
    figures = [(tile.name, " · ".join(filter(None, _list_words(tile)))) for tile in shown]
    answer = (say_code(f"report.title.{front.stage}", work.language), f"{front.title}. {front.lede}")
    rows = [answer, *figures, *promises]
    for row, (name, text) in enumerate(rows, start=2):
        sheet.write_string(row, 0, name, work.get_format("@", bold=True))
        _write_lines(work, sheet, row, text)
    return len(rows) + 2


def _list_words(tile: Tile) -> list[str]:
    verdict = "" if tile.status == "no_target" else tile.verdict
    return [tile.value, tile.beside, verdict, *(f"{name} {words}" for name, words in tile.facts)]


def _write_lines(work: _Work, sheet: Worksheet, row: int, text: str) -> None:
    """A sentence beside its name, in a row as high as it needs."""
    units = sum(2 if ord(char) > 0x2E7F else 1 for char in text)
    sheet.set_row(row, LINE_HEIGHT * math.ceil(units / CONTENTS_WIDTHS[1]) + 3)
    sheet.write_string(row, 1, text, work.get_format("@", text_wrap=True))


def name_sheet(wanted: str, taken: Sequence[str]) -> str:
    """Return a name that a sheet may have: at most 31 characters, none forbidden, not used before.

    >>> name_sheet("Chart: cost/view", []), name_sheet("notes", ["Notes"])
    ('Chart  cost view', 'notes 2')
    """
    stem = wanted.translate(FORBIDDEN).strip()[:MAX_SHEET_NAME] or "sheet"
    used = {name.casefold() for name in taken}
    name, number = stem, 1
    while name.casefold() in used:
        number += 1
        name = f"{stem[: MAX_SHEET_NAME - len(str(number)) - 1]} {number}"
    return name


def _name_block(work: _Work, block: Block) -> str:
    """What the sheet of a block is called in the reader's language."""
    stem = _stem(block)
    term = f"sheet.{stem}"
    return label(term, language=work.language) if has_term(term, language=work.language) else stem.replace("_", " ")


def _add_sheet(work: _Work, wanted: str, told: str, n_rows: int | None = None) -> Worksheet:
    sheet = work.book.add_worksheet(name_sheet(wanted, [each.name for each in work.book.worksheets()]))
    work.listed.append((sheet.name, told, n_rows))
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    return sheet


# ------------------------------------------------------------------------------------------ tables


def _add_table(work: _Work, block: Block) -> None:
    """A sheet with one row of labels, frozen, with filters and every row; ratios are computed from its own cells."""
    frame = read_table(work.run_folder, block["file"])
    frame = name_themes(frame, names=names_of(block, work.language))
    sheet = _add_sheet(work, _name_block(work, block), say_finding(block["caption"], block, work.language), len(frame))
    frame, shown, n_printed = choose_columns(frame, block["columns"], language=work.language)
    live, links = find_formulas(frame, shown), find_links(frame)
    for number, name in enumerate(shown):
        head = name_column(name, language=work.language)
        align = {"align": "right"} if is_number_column(frame, name) else {}
        sheet.write_string(0, number, head, work.get_format("@", **HEAD, **RULED, **align))
        values = name_terms(frame[name], language=work.language)
        _write_column(work, sheet, number, values, units=_find_units(frame, name), beside=live.get(name, {}))
        for row, address in links.get(name, {}).items():
            sheet.write_url(row + 1, number, address, work.link, str(values[row])[:MAX_CELL])
        sheet.set_column(number, number, _choose_width(values, head))
        if name_in_cny(name) in BARRED and len(frame) > 1 and frame[name].notna().any():
            bar = {"type": "data_bar", "bar_color": "#cfe0e9", "bar_solid": True, "bar_border_color": RULE}
            sheet.conditional_format(1, number, len(frame), number, bar)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(len(frame), 1), max(len(shown) - 1, 0))
    sheet.set_row(0, HEAD_HEIGHT)
    sheet.repeat_rows(0)
    sheet.print_area(0, 0, len(frame), n_printed - 1)


def _choose_width(values: pd.Series, head: str) -> float:
    """Wide enough for the words of the column and its head: Chinese characters count twice."""
    shown = values.dropna().head(200)
    texts = [f"{shown.max():,.2f}元"] if len(shown) and is_number_column(values.to_frame(), values.name) else []
    texts += [] if texts else [str(value)[:19] if isinstance(value, pd.Timestamp) else str(value) for value in shown]
    units = [sum(2 if ord(char) > 0x2E7F else 1 for char in text) for text in [head, *texts]]
    return float(min(max(*units, MIN_WIDTH, 0.85 * len(values.name)) + 2, MAX_WIDTH))


def choose_cell_format(values: pd.Series, *, language: str) -> str:
    """Return the number format of a column: by its name, with decimals where its values have them.

    >>> choose_cell_format(pd.Series([0.25, 1.0], name="weight"), language="en")
    '#,##0.00'
    """
    known = pd.to_numeric(values, errors="coerce").dropna()
    shape = write_cell_format(str(values.name), language=language, largest=find_largest(known))
    fractional = shape == "#,##0" and len(known) and (known % 1 != 0).any() and known.abs().median() < 100
    return "#,##0.00" if fractional else shape


def _choose_shape(unit: str, value: object, *, language: str) -> str:
    return write_cell_format(unit, language=language, largest=find_largest(pd.Series([value])))


def find_largest(values: pd.Series) -> float:
    """The largest amount of a column: small ones get their decimals, ledgers whole yuan or dollars; 0 where none is."""
    known = pd.to_numeric(values, errors="coerce").abs().max()
    return 0.0 if pd.isna(known) else float(known)


def name_terms(values: pd.Series, *, language: str) -> pd.Series:
    """Return a column with its terms and reasons in words; numbers as they are."""
    if is_number_column(values.to_frame(), str(values.name)):
        return values
    name = str(values.name)
    return values.map(lambda value: name_term(name, value, language=language) if isinstance(value, str) else value)


def _find_units(frame: pd.DataFrame, name: str) -> list[str] | None:
    """What each row of a column counts, where the rows differ: the row's ``metric``."""
    if name not in IN_METRIC or "metric" not in frame:
        return None
    return [name_for_client(str(metric)) for metric in frame["metric"]]


def _write_column(
    work: _Work,
    sheet: Worksheet,
    number: int,
    values: pd.Series,
    *,
    units: list[str] | None = None,
    beside: Mapping[int, str],
) -> None:
    shape = choose_cell_format(values, language=work.language)
    moment = work.get_format("yyyy-mm-dd hh:mm" if str(values.name).endswith(("_at", "as_of")) else "yyyy-mm-dd")
    numeric, text = work.get_format(shape), work.text
    for row, value in values[values.notna()].items():
        if units:
            numeric = work.get_format(_choose_shape(units[row], value, language=work.language))
        if row in beside:
            sheet.write_formula(row + 1, number, beside[row], numeric, float(value))
        else:
            _write_cell(sheet, (row + 1, number), value, numeric=numeric, moment=moment, text=text)


def _write_cell(
    sheet: Worksheet, place: tuple[int, int], value: Any, *, numeric: Format, moment: Format, text: Format
) -> None:
    if isinstance(value, pd.Timestamp):
        sheet.write_datetime(*place, value.tz_localize(None).to_pydatetime(), moment)
    elif isinstance(value, numbers.Real) and not isinstance(value, bool | np.bool_):
        sheet.write_number(*place, float(value), numeric)
    else:
        sheet.write_string(*place, str(value)[:MAX_CELL], text)


# ------------------------------------------------------------------------------ charts, codebook


def _add_chart(work: _Work, block: Block) -> None:
    headline = say_headline(block, work.run_folder, work.language)
    name = _name_block(work, block)
    sheet = _add_sheet(work, say_code("report.chart_data", work.language, name=name), headline)
    chart = read_chart(work.run_folder, block)
    sheet.write_string(0, 0, headline, work.get_format("@", bold=True, font_size=13))
    about = say_finding(block.get("caption") or block["alt"], block, work.language)
    sheet.write_string(1, 0, about, work.get_format("@", font_color=QUIET))
    drawn = chart.column("value")
    largest = 0.0 if drawn is None else find_largest(drawn)
    number = work.get_format(write_cell_format(unit_of(chart), language=work.language, largest=largest))
    cells = Cells(sheet, 3, work.head, work.text, number, work.get_format("yyyy-mm-dd"))
    write_chart(work.book, cells, chart, language=work.language, names=names_of(block, work.language))


def _add_codebook(work: _Work, blocks: Sequence[Block]) -> None:
    """What each column of the sheets means, as far as the codebook knows it."""
    entries = make_glossary(list(_list_names(work, blocks)), language=work.language)
    if not entries:
        return
    sheet = _add_sheet(work, say_code("report.codebook", work.language), say_code("part.glossary", work.language))
    names = ("term", "other_language", "meaning", "unit")
    for number, (name, width) in enumerate(zip(names, (26, 22, 90, 10), strict=True)):
        sheet.write_string(0, number, label(name, language=work.language), work.get_format("@", **HEAD, **RULED))
        sheet.set_column(number, number, width)
    for row, entry in enumerate(entries, start=1):
        for number, cell in enumerate(entry[1:]):
            sheet.write_string(row, number, cell, work.get_format("@", text_wrap=True))
    sheet.freeze_panes(1, 1)


def _list_names(work: _Work, blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        yield from block["columns"]
    for block in blocks:
        yield from read_table(work.run_folder, block["file"]).columns
