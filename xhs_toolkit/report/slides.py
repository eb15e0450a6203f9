"""Slides in the house style: text, tables and charts that PowerPoint can edit, on any template's own layouts."""

from __future__ import annotations

import copy
import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from lxml import etree
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE, PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Emu, Inches, Pt

from xhs_toolkit.present.slide_theme import Place, add_fill, paint, plain_text
from xhs_toolkit.present.strips import Promise
from xhs_toolkit.present.style import BAND, INK, MISSED, PALETTE, PAPER, QUIET, RULE, picture_text
from xhs_toolkit.report.front import Goal, Tile
from xhs_toolkit.report.words import Head, ShownTable

MARGIN = Inches(0.65)
TOP, BOTTOM = Inches(1.35), Inches(0.75)
"""The content of a slide lies between its title and its foot."""

CAPTION_HEIGHT = Inches(0.5)
CAPTION_SIZE = 14
GAP = Inches(0.25)
TEXT_SIZES = (22, 20, 18, 16, 14)
TITLE_SIZES = (30, 26, 23)
HERO_SIZES, TILE_SIZES = (48, 40, 32, 26), (24, 20, 17, 14)
TABLE_SIZES = (20, 18, 16, 14, 12, 11)
UNIT = 0.56
"""Width of a letter, in heights of it."""

MAX_ROW = Inches(0.5)
ROW_SPACE = 0.9
"""Room above and below the words of a row, in heights of its letters."""

LINE_HEIGHT = 1.3
PLAIN_TABLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
"""PowerPoint's own name of the table style without fill and grid."""


@dataclass(frozen=True, slots=True)
class Canvas:
    """A deck being made: its presentation, the reader's language, and what stands at the foot of each slide."""

    deck: Any
    language: str
    foot: str

    @property
    def area(self) -> Place:
        """Where the content of a slide lies."""
        width, height = self.deck.slide_width, self.deck.slide_height
        return Place(MARGIN, TOP, width - 2 * MARGIN, height - TOP - BOTTOM)


def start_deck(template: Path, *, language: str, foot: str) -> Canvas:
    """Open a template and take away the slides it may hold."""
    deck = Presentation(str(template))
    listed = deck.slides._sldIdLst
    for slide in list(listed):
        deck.part.drop_rel(slide.get(qn("r:id")))
        listed.remove(slide)
    return Canvas(deck, language, plain_text(foot))


def slide_text(text: str) -> str:
    """Text of an export as a slide shows it: without what the fonts of a meeting room may not have, such as emoji.

    >>> slide_text("周末徒步🥾"), slide_text("🥾")
    ('周末徒步', '–')
    """
    return picture_text(text, max_length=len(text) + 1) or ("–" if text.strip() else "")


def add_block(slide: Any, place: Place, colour: str) -> None:
    """A filled rectangle without an outline or a shadow."""
    shape = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, *place)
    shape.fill.solid()
    paint(shape.fill.fore_color, colour)
    shape.line.fill.background()
    shape._element.remove(shape._element.find(qn("p:style")))  # a theme may add shadows


# ----------------------------------------------------------------------------------------- slides


def add_title_slide(canvas: Canvas, head: Head, *, logo: Path | None) -> None:
    """The first slide: client and campaign, what this is, the facts, and the warning on synthetic data."""
    slide = canvas.deck.slides.add_slide(_find_layout(canvas.deck, PP_PLACEHOLDER.CENTER_TITLE))
    slide.shapes.title.text_frame.text = plain_text(head.client)
    facts = " · ".join([head.window, *(f"{name} {fact}" for name, fact in head.facts)])
    lines = [head.name, head.stage, facts, head.warning]
    subtitle = next(shape for shape in slide.placeholders if shape.placeholder_format.idx == 1)
    subtitle.text_frame.text = "\n".join(plain_text(line) for line in lines if line)
    for number, paragraph in enumerate(subtitle.text_frame.paragraphs):
        paragraph.space_after = Pt(14 if number == 0 else 3)
        for run in paragraph.runs:
            run.font.size = Pt(26 if number == 0 else 16)
    if logo and logo.is_file():
        left = slide.shapes.title.left if slide.shapes.title.left is not None else MARGIN
        picture = slide.shapes.add_picture(str(logo), left, Inches(0.7), height=Inches(0.8))
        picture._element.nvPicPr.cNvPr.set("descr", "")


def add_slide(canvas: Canvas, title: str, *, notes: Sequence[str] = ()) -> Any:
    """A slide with its title, its number, its foot and its speaker notes."""
    slide = canvas.deck.slides.add_slide(_find_layout(canvas.deck, PP_PLACEHOLDER.TITLE))
    shown = plain_text(title)
    slide.shapes.title.text_frame.text = shown
    size = _fit([shown], canvas.area.width, Inches(0.95), TITLE_SIZES)[0]
    slide.shapes.title.text_frame.paragraphs[0].runs[0].font.size = Pt(size)
    _add_number(slide)
    height = canvas.deck.slide_height
    foot = Place(MARGIN, height - Inches(0.55), canvas.area.width - Inches(1.2), Inches(0.3))
    add_text(slide, foot, [canvas.foot], size=10, colour=QUIET)
    slide.notes_slide.notes_text_frame.text = "\n".join(plain_text(note) for note in notes if note)
    return slide


def _find_layout(deck: Any, kind: Any) -> Any:
    """The layout with a title of a kind and the fewest other placeholders (number, date and foot apart)."""
    small = {PP_PLACEHOLDER.SLIDE_NUMBER, PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER}
    fitting = [
        (sum(shape.placeholder_format.type not in small for shape in layout.placeholders), number, layout)
        for number, layout in enumerate(deck.slide_layouts)
        if any(shape.placeholder_format.type == kind for shape in layout.placeholders)
    ]
    return min(fitting)[2] if fitting else deck.slide_layouts[0]


def _add_number(slide: Any) -> None:
    for shape in slide.slide_layout.placeholders:
        if shape.placeholder_format.type == PP_PLACEHOLDER.SLIDE_NUMBER:
            slide.shapes._spTree.append(copy.deepcopy(shape.element))


# ------------------------------------------------------------------------------------------- text


def add_text(
    slide: Any,
    place: Place,
    texts: Sequence[str],
    *,
    size: float,
    colour: str = INK,
    bold: bool = False,
    space_after: float = 0,
) -> Any:
    """A box of paragraphs."""
    frame = slide.shapes.add_textbox(*place).text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    for number, text in enumerate(texts):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.space_after = Pt(space_after)
        _write(paragraph, text, size=size, colour=colour, bold=bold)
    return frame


def _write(paragraph: Any, text: str, *, size: float, colour: str = INK, bold: bool = False) -> None:
    run = paragraph.add_run()
    run.text = plain_text(text)
    run.font.size, run.font.bold = Pt(size), bold
    paint(run.font.color, colour)


def add_points(canvas: Canvas, slide: Any, texts: Sequence[str], *, marks: Sequence[str], mark_width: int) -> int:
    """Write paragraphs under one another, each beside its mark (a number, a name); return how many fit."""
    area = canvas.area
    place = Place(area.left + mark_width, area.top + GAP, area.width - mark_width, area.height - GAP)
    size, n_fitting = _fit(texts, place.width, place.height, TEXT_SIZES)
    top = place.top
    needed = [estimate_height(text, size, place.width) for text in texts[:n_fitting]]
    apart = min((place.height - sum(needed)) / max(n_fitting, 1), 0.35 * Pt(size))
    for number, (text, height) in enumerate(zip(texts[:n_fitting], needed, strict=True)):
        if number:
            add_block(slide, Place(area.left, int(top - 0.4 * Pt(size)), area.width, Pt(0.75)), RULE)
        mark = Place(area.left, int(top), mark_width - int(GAP), int(height))
        add_text(slide, mark, [marks[number]], size=size, colour=PALETTE[0], bold=True)
        add_text(slide, Place(place.left, int(top), place.width, int(height)), [text], size=size)
        top += height + apart
    return n_fitting


def list_marks(kind: str, n: int) -> list[str]:
    """What stands before each of ``n`` paragraphs: a number before what to do next, a dash before what was learned.

    >>> list_marks("next", 2)
    ['1', '2']
    """
    return [str(number) if kind == "next" else "–" for number in range(1, n + 1)]


def _fit(texts: Sequence[str], width: int, height: int, sizes: Sequence[int]) -> tuple[int, int]:
    """The largest size at which all paragraphs fit, and how many fit at the smallest one."""
    for size in sizes:
        heights = [estimate_height(text, size, width) for text in texts]
        if sum(heights) <= height:
            return size, len(texts)
    fitting, left = 0, float(height)
    for needed in heights:
        left -= needed
        fitting += left >= 0
    return sizes[-1], max(fitting, 1)


def estimate_height(text: str, size: float, width: int) -> float:
    """Height of a paragraph with the room after it: Chinese characters are as wide as high, others about half."""
    units = 1.05 * sum(1.0 if unicodedata.east_asian_width(char) in "WF" else 0.53 for char in text)
    n_lines = max(1, math.ceil(units * Pt(size) / width))
    return (n_lines * LINE_HEIGHT + 0.55) * Pt(size)


# -------------------------------------------------------------------------------------- scorecard


def add_tiles(canvas: Canvas, slide: Any, tiles: Sequence[Tile], *, place: Place, sizes: Sequence[int]) -> None:
    """Figures side by side: name, figure, what stands beside it, its strip, the verdict and the target in words."""
    gap = Inches(0.35)
    width = (place.width - gap * (len(tiles) - 1)) // max(len(tiles), 1)
    for number, tile in enumerate(tiles):
        left = place.left + number * (width + gap)
        frame = add_text(slide, Place(left, place.top, width, Inches(1.1)), [tile.name], size=14, bold=True)
        room = width - _count_units(tile.beside) * 0.6 * Pt(12)
        size = next((size for size in sizes if _count_units(tile.value) * 0.6 * Pt(size) <= room), sizes[-1])
        figure = frame.add_paragraph()
        _write(figure, tile.value, size=size, bold=tile.status != "not_measured")
        if tile.beside:
            figure.runs[0].text += "  "
            _write(figure, tile.beside, size=12, colour=QUIET)
        top = place.top + Pt(14 * LINE_HEIGHT + size * LINE_HEIGHT + 6)
        if tile.promise is not None:
            draw_promise(slide, Place(left, int(top), width, Inches(0.16)), tile.promise)
            top += Inches(0.28)
        below = add_text(slide, Place(left, int(top), width, Inches(1)), [], size=12)
        if tile.verdict and tile.status != "no_target":
            mark = {"met": "● ", "missed": "○ "}.get(tile.status, "")
            colour = {"met": PALETTE[0], "missed": MISSED}.get(tile.status, QUIET)
            _write(below.paragraphs[0], mark + tile.verdict, size=14, colour=colour, bold=bool(mark))
        if tile.facts:
            facts = " · ".join(f"{name} {words}" for name, words in tile.facts)
            _write(below.add_paragraph(), facts, size=12, colour=QUIET)


def draw_promise(slide: Any, place: Place, promise: Promise) -> None:
    """The strip of a promise: the likely range as a pale bar, the target upright, the result as a dot or ring."""
    middle = place.top + place.height // 2
    add_block(slide, Place(place.left, middle - Pt(1), place.width, Pt(2)), RULE)
    if promise.low is not None and promise.high is not None:
        start, length = (int(share * place.width) for share in (promise.low, promise.high - promise.low))
        add_block(slide, Place(place.left + start, middle - Pt(4), max(length, Pt(1)), Pt(8)), BAND)
    if promise.target is not None:
        add_block(slide, Place(place.left + int(promise.target * place.width), middle - Pt(8), Pt(2), Pt(16)), INK)
    if promise.at is not None:
        at = place.left + int(promise.at * place.width)
        dot = slide.shapes.add_shape(MSO_SHAPE.OVAL, at - Pt(5), middle - Pt(5), Pt(10), Pt(10))
        dot.fill.solid()
        paint(dot.fill.fore_color, PAPER if promise.is_missed else PALETTE[0])
        paint(dot.line.color, MISSED if promise.is_missed else PALETTE[0])
        dot.line.width = Pt(2.5)
        dot._element.remove(dot._element.find(qn("p:style")))


def add_goals(canvas: Canvas, slide: Any, goals: Sequence[Goal], *, head: Sequence[str], place: Place) -> None:
    """Of a proposal a row a figure: name, target, strip, best guess with its range, and the chance of the target."""
    lefts = [place.left + int(share * place.width) for share in (0, 0.22, 0.33, 0.55, 0.89)]
    widths = [*(after - before for before, after in pairwise(lefts)), place.left + place.width - lefts[-1]]
    height = min(place.height // (len(goals) + 1), Inches(0.55))
    for left, width, text in zip(lefts, widths, head, strict=True):
        add_text(slide, Place(left, place.top, width, Inches(0.3)), [text], size=12, colour=QUIET, bold=True)
    for number, goal in enumerate(goals, start=1):
        top = place.top + number * height
        add_block(slide, Place(place.left, top - Pt(6), place.width, Pt(0.75)), RULE)
        if goal.promise is not None:
            draw_promise(slide, Place(lefts[2], top, widths[2] - Inches(0.4), Inches(0.26)), goal.promise)
        guess = f"{goal.guess} ({goal.likely})" if goal.likely else goal.guess
        told = {0: goal.name, 1: goal.target, 3: guess, 4: goal.chance}
        for column, text in told.items():
            add_text(slide, Place(lefts[column], top, widths[column], height), [text], size=14, bold=not column)


# ------------------------------------------------------------------------------------------ tables


def add_table(canvas: Canvas, slide: Any, table: ShownTable, *, place: Place, about: str = "") -> None:
    """A table with rules between its rows and numbers flush right; `about` is its text alternative."""
    table = table._replace(rows=[[slide_text(cell) for cell in row] for row in table.rows])
    n_rows, n_columns = len(table.rows) + 1, len(table.header)
    size = _choose_table_size(table, place)
    height = max(int((LINE_HEIGHT + ROW_SPACE) * Pt(size)), min(place.height // (n_rows + 1), MAX_ROW))
    frame = slide.shapes.add_table(n_rows, n_columns, *Place(place.left, place.top, place.width, n_rows * height))
    frame._element.nvGraphicFramePr.cNvPr.set("descr", plain_text(about))
    drawn = frame.table
    drawn._tbl.tblPr.find(qn("a:tableStyleId")).text = PLAIN_TABLE
    drawn.horz_banding = False
    for column, width in enumerate(_share_width(table, place.width, size)):
        drawn.columns[column].width = Emu(width)
    for number, row in enumerate([table.header, *table.rows]):
        drawn.rows[number].height = Emu(height)
        for column, text in enumerate(row):
            right = table.is_number[column]
            _write_cell(drawn.cell(number, column), text, is_head=number == 0, is_number=right, size=size)


def _choose_table_size(table: ShownTable, place: Place) -> int:
    """The largest size at which no cell of a number breaks and all rows lie within the place."""
    for size in TABLE_SIZES:
        widths = _share_width(table, place.width, size)
        lines = [
            max(
                math.ceil(_count_units(cell) * UNIT * Pt(size) / max(width - Pt(10), 1))
                for cell, width in zip(row, widths, strict=True)
            )
            for row in (table.header, *table.rows)
        ]
        if sum((count * LINE_HEIGHT + ROW_SPACE) * Pt(size) for count in lines) <= place.height:
            return size
    return TABLE_SIZES[-1]


def _share_width(table: ShownTable, width: int, size: float) -> list[int]:
    """Widths in which no figure and no word of a head breaks; what is left is shared by the columns of text."""
    heads = [1.12 * _longest_word(head) for head in table.header]
    cells = [max(_count_units(row[column]) for row in table.rows) for column in range(len(heads))]
    needed = [
        max(head, cell if number else 5.0) for head, cell, number in zip(heads, cells, table.is_number, strict=True)
    ]
    wanted = [max(cell - need, 0.0) for cell, need in zip(cells, needed, strict=True)]
    fixed = [need * UNIT * Pt(size) + Pt(10) for need in needed]
    left = max(width - sum(fixed), 0.0)
    if not sum(wanted) or not left:
        return [int(width * part / sum(fixed)) for part in fixed]
    given = [part + left * want / sum(wanted) for part, want in zip(fixed, wanted, strict=True)]
    return [int(part) for part in given]


def _longest_word(text: str) -> float:
    return max((_count_units(word) for word in re.split(r"[ /-]", text)), default=0.0)


def _count_units(text: str) -> float:
    return sum(1.8 if unicodedata.east_asian_width(char) in "WF" else 1.0 for char in text)


def _write_cell(cell: Any, text: str, *, is_head: bool, is_number: bool, size: int) -> None:
    frame = cell.text_frame
    frame.word_wrap = True
    cell.margin_left, cell.margin_right = Pt(0), Pt(8)
    cell.margin_top = cell.margin_bottom = Pt(3)
    cell.vertical_anchor = MSO_ANCHOR.BOTTOM if is_head else MSO_ANCHOR.MIDDLE
    paragraph = frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.RIGHT if is_number else PP_ALIGN.LEFT
    _write(paragraph, text, size=size, colour=QUIET if is_head else INK, bold=is_head)
    _underline(cell, INK if is_head else RULE)


def _underline(cell: Any, colour: str) -> None:
    properties = cell._tc.get_or_add_tcPr()
    line = etree.SubElement(properties, qn("a:lnB"))
    line.set("w", str(Pt(0.75)))
    add_fill(line, colour)
