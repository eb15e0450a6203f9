"""What a finished file says: every text of an HTML page, a workbook or a deck, each with its place.

The files are read as a client's program reads them, from their own bytes, and not from what the toolkit meant to
write; a file that a person has changed since is read as it is now.
"""

from __future__ import annotations

import base64
import io
import re
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from lxml import etree

PROSE, CELL, HIDDEN = "prose", "cell", "hidden"
"""Kinds of text: sentences of the toolkit, cells of tables, and what only shows when it is looked for."""

SVG = "{http://www.w3.org/2000/svg}"
EMBEDDED = re.compile(r"url\(data:font/woff2?;base64,[A-Za-z0-9+/=]*\)")
LINK = re.compile(r"url\(\s*['\"]?(?!#|data:)[^)]*\)|@import[^;]*|(?:https?:)?//[^\s'\")]+")


class Told(NamedTuple):
    """One text: what it says, where in the file, and its kind."""

    text: str
    place: str
    kind: str


class Content(NamedTuple):
    """A finished file: its texts, what acts in it, and its headings without anything under them.

    Attributes
    ----------
    acting : scripts, formulas and links that leave the file, each with its place.
    empty : headings, tables and slides with nothing in them.
    """

    texts: list[Told]
    acting: list[Told]
    empty: list[Told]


def read_content(path: Path) -> Content:
    """Return what a finished file says, by its suffix: html, xlsx or pptx."""
    readers = {".html": _read_html, ".xlsx": _read_workbook, ".pptx": _read_deck}
    return readers[path.suffix](path)


# -------------------------------------------------------------------------------------------- HTML

ACTING_TAGS = frozenset({"script", "iframe", "object", "embed", "link", "base", "form", "audio", "video", "applet"})
LOADING = frozenset({"src", "href", "action", "poster", "srcset", "data", "background", "formaction", "xlink:href"})
HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4}
CELLS = frozenset({"td", "th"})
CONTENT_TAGS = frozenset({"p", "table", "figure", "dl", "ul", "img"})
TOLD_ATTRIBUTES = ("alt", "title", "aria-label", "content")


class _Page(HTMLParser):
    """Collects the texts of a page by the element they stand in."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.content = Content([], [], [])
        self.place = "head"
        self.open: list[str] = []
        self.buffer: list[str] = []
        self.heading: tuple[str, str] | None = None
        self.heading_words: list[str] = []
        self.rows = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._flush()
        self.open.append(tag)
        self._look_for_action(tag, dict(attrs))
        if tag in HEADINGS:
            self.heading_words.clear()
        if tag == "table":
            self.rows = 0
        self.rows += tag == "td"
        if tag in CONTENT_TAGS:
            self.heading = None
        for name, value in attrs:
            if name in TOLD_ATTRIBUTES and value and tag != "meta":
                self.content.texts.append(Told(value, f"{self.place}, {name} of <{tag}>", PROSE))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        self._flush()
        if tag in HEADINGS:
            self._begin_section(tag, " ".join(self.heading_words))
        if tag == "table" and self.rows == 0:
            self.content.empty.append(Told("a table without rows", self.place, PROSE))
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.buffer.append(data)

    def handle_comment(self, data: str) -> None:
        self.content.texts.append(Told(data, f"{self.place}, comment", HIDDEN))

    def close(self) -> None:
        super().close()
        self._flush()
        self._end_section(1)

    def _begin_section(self, tag: str, said: str) -> None:
        self._end_section(HEADINGS[tag])
        self.heading, self.place = (tag, said), said or f"<{tag}>"
        if not said:
            self.content.empty.append(Told("a heading without words", self.place, PROSE))

    def _end_section(self, level: int) -> None:
        """A heading is empty when one of its own or a higher level follows at once."""
        if self.heading and HEADINGS[self.heading[0]] >= level:
            self.content.empty.append(Told("a section with nothing in it", self.heading[1], PROSE))

    def _flush(self) -> None:
        text = " ".join("".join(self.buffer).split())
        self.buffer.clear()
        if text and "style" in self.open:
            self._look_into_style(text)
        elif text:
            kind = CELL if CELLS & set(self.open) else PROSE
            self.content.texts.append(Told(text, self.place, kind))
            self.heading_words.append(text)

    def _look_into_style(self, text: str) -> None:
        text = EMBEDDED.sub("", text)
        self.content.acting.extend(Told(match[0], "style", HIDDEN) for match in LINK.finditer(text))

    def _look_for_action(self, tag: str, attributes: dict[str, str | None]) -> None:
        if tag in ACTING_TAGS:
            self.content.acting.append(Told(f"<{tag}>", self.place, HIDDEN))
        if tag == "meta" and (attributes.get("http-equiv") or "").casefold() == "refresh":
            self.content.acting.append(Told("<meta refresh>", self.place, HIDDEN))
        for name, value in attributes.items():
            if name.startswith("on"):
                self.content.acting.append(Told(f"{name}={value}", self.place, HIDDEN))
            elif name == "style" and value:
                self._look_into_style(value)
            elif name in LOADING and value:
                self._look_into_address(value)

    def _look_into_address(self, address: str) -> None:
        if address.startswith("data:image/svg+xml"):
            self._look_into_drawing(address)
        elif not address.startswith(("#", "data:image/png;base64,", "data:image/jpeg;base64,")):
            self.content.acting.append(Told(address, self.place, HIDDEN))

    def _look_into_drawing(self, address: str) -> None:
        head, _, body = address.partition(",")
        drawn = base64.b64decode(body) if head.endswith(";base64") else unquote_to_bytes(body)
        for told in _read_drawing(drawn, self.place):
            (self.content.acting if told.kind == HIDDEN else self.content.texts).append(told)


def _read_drawing(drawn: bytes, place: str) -> Iterator[Told]:
    """Texts of an SVG, and what acts in it: scripts, links, handlers."""
    where = f"{place}, picture"
    try:
        root = etree.fromstring(drawn, parser=_make_parser())
    except etree.XMLSyntaxError as error:
        yield Told(f"a picture that cannot be read: {error}", where, HIDDEN)
        return
    for element in root.iter(etree.Element):
        name = etree.QName(element).localname
        if name in {"script", "foreignObject", "image", "a", "iframe"}:
            yield Told(f"<{name}>", where, HIDDEN)
        for key, value in element.attrib.items():
            local = etree.QName(key).localname
            if local.startswith("on") or (local == "href" and not value.startswith("#")):
                yield Told(f"{local}={value}", where, HIDDEN)
        if name in {"text", "tspan", "title", "desc", "metadata"} and "".join(element.itertext()).strip():
            yield Told(" ".join("".join(element.itertext()).split()), where, CELL)


def _make_parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)


def _read_html(path: Path) -> Content:
    page = _Page()
    page.feed(path.read_text(encoding="utf-8"))
    page.close()
    return page.content


# ----------------------------------------------------------------------------- packages of XML parts

RELATIONSHIPS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
CODE_PARTS = re.compile(r"vbaProject|activeX|\.js$|externalLink|/connections\.xml|oleObject|macrosheet", re.IGNORECASE)
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


FORMULAS = tuple(f"{SHEET}{name}" for name in ("f", "formula", "formula1", "formula2"))
"""Formulas of cells, of conditional formats and of what a cell accepts."""

ACTING_NAME = re.compile(r"[\[(|]")
"""A name of a range that does more than name cells of its own workbook."""


def _locate(formula: etree._Element) -> str:
    """The cell or range of a formula."""
    holder = formula.getparent()
    found = holder.get("r") or holder.get("sqref") or holder.getparent().get("sqref")
    return str(found or etree.QName(holder).localname)


def _find_actions(package: zipfile.ZipFile, where: str = "") -> Iterator[Told]:
    """Links that leave the file, macros, and cells that calculate, also in the sheets inside charts."""
    for name in package.namelist():
        place = where + name
        if CODE_PARTS.search(name):
            yield Told(name, place, HIDDEN)
        if name.endswith(".rels"):
            outside = (
                each for each in _parse(package, name).iter(RELATIONSHIPS) if each.get("TargetMode") == "External"
            )
            yield from (Told(each.get("Target", ""), place, HIDDEN) for each in outside)
        elif "worksheets/" in name and name.endswith(".xml"):
            formulas = _parse(package, name).iter(*FORMULAS)
            yield from (Told(f"={each.text}", f"{place} {_locate(each)}", HIDDEN) for each in formulas)
        elif name.endswith("xl/workbook.xml"):
            named = _parse(package, name).iter(f"{SHEET}definedName")
            names = (each for each in named if ACTING_NAME.search(each.text or ""))
            yield from (Told(each.text or "", f"{place}, name {each.get('name')}", HIDDEN) for each in names)
        elif name.endswith(".xlsx"):
            with zipfile.ZipFile(io.BytesIO(package.read(name))) as inner:
                yield from _find_actions(inner, f"{place}, ")


def _parse(package: zipfile.ZipFile, name: str) -> etree._Element:
    return etree.fromstring(package.read(name), parser=_make_parser())


def _read_properties(package: zipfile.ZipFile) -> Iterator[Told]:
    for name in package.namelist():
        if name.startswith("docProps/") and name.endswith(".xml"):
            for element in _parse(package, name).iter(etree.Element):
                if element.text and element.text.strip():
                    yield Told(element.text, f"properties, {etree.QName(element).localname}", HIDDEN)


TUCKED_AWAY = re.compile(
    r"xl/(comments.*|threadedComments/.*|persons/.*|drawings/drawing\d+|workbook)\.xml"
    r"|xl/worksheets/sheet\d+\.xml|ppt/(comments/.*|commentAuthors|tags/.*|presProps|presentation)\.xml"
)
"""Parts that say something beside cells and slides: comments, their authors, names of ranges, heads of prints."""

TUCKED_TAGS = {"t", "text", "definedName", "oddHeader", "oddFooter", "evenHeader", "firstHeader", "firstFooter"}
TUCKED_TAGS |= {"formula1", "formula2", "author", "evenFooter"}
TUCKED_ATTRIBUTES = ("descr", "title", "displayName", "name", "prompt", "error", "tooltip")


def _read_tucked_away(package: zipfile.ZipFile) -> Iterator[Told]:
    """Texts that show only when they are looked for, each with its part; of sheets not their cells."""
    for name in package.namelist():
        if not TUCKED_AWAY.fullmatch(name):
            continue
        is_sheet = "/worksheets/" in name
        for element in _parse(package, name).iter(etree.Element):
            tag = etree.QName(element).localname
            if tag in TUCKED_TAGS and not (is_sheet and tag == "t") and element.text and element.text.strip():
                yield Told(element.text, f"{name}, {tag}", HIDDEN)
            for key in TUCKED_ATTRIBUTES:
                if element.get(key) and not element.get(key, "").isdigit():
                    yield Told(element.get(key, ""), f"{name}, {key} of {tag}", HIDDEN)


def _read_workbook(path: Path) -> Content:
    from python_calamine import CalamineWorkbook

    content = Content([], [], [])
    with zipfile.ZipFile(path) as package:
        content.acting.extend(_find_actions(package))
        content.texts.extend(_read_properties(package))
        content.texts.extend(_read_tucked_away(package))
        for name in package.namelist():
            if name.startswith("xl/charts/"):
                content.texts.extend(_read_paragraphs(package, name, f"chart {Path(name).stem}"))
    book = CalamineWorkbook.from_path(str(path))
    for name in book.sheet_names:
        rows = book.get_sheet_by_name(name).to_python()
        content.texts.append(Told(name, f"sheet {name}", CELL))
        cells = [
            Told(cell, f"sheet {name}, {_name_cell(row, column)}", CELL)
            for row, each in enumerate(rows)
            for column, cell in enumerate(each)
            if isinstance(cell, str) and cell
        ]
        content.texts.extend(cells)
        if len(rows) < 2:
            content.empty.append(Told("a sheet without rows", f"sheet {name}", CELL))
    return content


def _name_cell(row: int, column: int) -> str:
    from xlsxwriter.utility import xl_rowcol_to_cell

    return str(xl_rowcol_to_cell(row, column))


def _read_paragraphs(package: zipfile.ZipFile, name: str, where: str, kind: str = PROSE) -> Iterator[Told]:
    """Paragraphs of a part, and the words that a chart keeps of its cells."""
    root = _parse(package, name)
    for paragraph in root.iter(f"{DRAWING}p"):
        text = "".join(run.text or "" for run in paragraph.iter(f"{DRAWING}t"))
        if text.strip():
            in_table = next(paragraph.iterancestors(f"{DRAWING}tc"), None) is not None
            yield Told(text, where, CELL if in_table else kind)
    for cache in root.iter(f"{CHART}strCache"):
        for value in cache.iter(f"{CHART}v"):
            yield Told(value.text or "", where, CELL)


def _read_deck(path: Path) -> Content:
    content = Content([], [], [])
    with zipfile.ZipFile(path) as package:
        content.acting.extend(_find_actions(package))
        content.texts.extend(_read_properties(package))
        content.texts.extend(_read_tucked_away(package))
        for name in sorted(package.namelist(), key=_number):
            stem, number = Path(name).stem, _number(name)
            if re.fullmatch(r"ppt/slides/slide\d+\.xml", name):
                told = list(_read_paragraphs(package, name, f"slide {number}"))
                content.texts.extend(told)
                content.texts.extend(_read_alternatives(package, name, f"slide {number}"))
                content.empty.extend(_find_empty_slide(package, name, told, number))
            elif re.fullmatch(r"ppt/(notesSlides|charts)/[a-zA-Z]+\d+\.xml", name):
                kind = CELL if "/charts/" in name else PROSE
                content.texts.extend(_read_paragraphs(package, name, stem, kind))
            elif re.fullmatch(r"ppt/(slideMasters|slideLayouts)/[a-zA-Z]+\d+\.xml", name):
                content.texts.extend(_read_paragraphs(package, name, stem, kind=HIDDEN))
    return content


def _number(name: str) -> int:
    found = re.search(r"(\d+)\.xml$", name)
    return int(found[1]) if found else 0


def _read_alternatives(package: zipfile.ZipFile, name: str, where: str) -> Iterator[Told]:
    for element in _parse(package, name).iter(etree.Element):
        if etree.QName(element).localname == "cNvPr":
            for key in ("descr", "title"):
                if element.get(key):
                    yield Told(element.get(key, ""), f"{where}, text alternative", PROSE)


def _find_empty_slide(package: zipfile.ZipFile, name: str, told: list[Told], number: int) -> Iterator[Told]:
    """A slide needs more than its title, its foot and its number: a third paragraph, a chart or a picture."""
    drawn = {etree.QName(element).localname for element in _parse(package, name).iter(etree.Element)}
    if len(told) <= 3 and not {"graphicFrame", "pic"} & drawn and number > 1:
        yield Told("a slide with a title and nothing under it", f"slide {number}", PROSE)


# ----------------------------------------------------------------------------------------- figures


def list_sheets(path: Path) -> Iterator[tuple[str, list[list[object]]]]:
    """The sheets of a workbook in order: name, rows of values."""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(str(path))
    for name in book.sheet_names:
        yield name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)


def list_chart_figures(path: Path) -> Iterator[tuple[str, float]]:
    """The figures that the charts of a deck draw: place, value."""
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            if re.fullmatch(r"ppt/charts/chart\d*\.xml", name):
                root = _parse(package, name)
                for tag in ("numCache", "numLit"):
                    for cache in root.iter(f"{CHART}{tag}"):
                        for value in cache.iter(f"{CHART}v"):
                            yield Path(name).stem, float(value.text or "nan")
