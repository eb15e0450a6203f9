"""A workbook or a deck as a package of XML parts: what they refer to, what acts in them, what is tucked away."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from lxml import etree

from xhs_toolkit.report.contents.pieces import HIDDEN, Content, Piece

RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


class Package(NamedTuple):
    """The parts of a file by name, and those that were read as trees."""

    parts: dict[str, bytes]
    trees: dict[str, etree._Element]

    def parse(self, name: str) -> etree._Element:
        """The tree of a part, read once."""
        if name not in self.trees:
            parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
            self.trees[name] = etree.fromstring(self.parts[name], parser=parser)
        return self.trees[name]

    def follow(self, name: str) -> dict[str, tuple[str, str]]:
        """What a part refers to inside the package: id → kind, name of the part."""
        folder, _, file = name.rpartition("/")
        listed = f"{folder}/_rels/{file}.rels"
        if listed not in self.parts:
            return {}
        inside = (each for each in self.parse(listed).iter(RELATIONSHIP) if each.get("TargetMode") != "External")
        return {
            each.get("Id", ""): (
                each.get("Type", "").rpartition("/")[2],
                posixpath.normpath(posixpath.join("/" + folder, each.get("Target", ""))).lstrip("/"),
            )
            for each in inside
        }

    def follow_kind(self, name: str, kind: str) -> list[str]:
        """The parts of one kind that a part refers to, such as its notes."""
        return [target for found, target in self.follow(name).values() if found == kind]


def open_package(file: Path | io.BytesIO) -> Package:
    """Read all parts of a file."""
    with zipfile.ZipFile(file) as stored:
        return Package({name: stored.read(name) for name in stored.namelist()}, {})


# ----------------------------------------------------------------------------- what acts

CODE_PARTS = re.compile(r"vbaProject|activeX|\.js$|externalLink|/connections\.xml|oleObject|macrosheet", re.IGNORECASE)
FORMULAS = tuple(f"{SHEET}{name}" for name in ("f", "formula", "formula1", "formula2"))
"""Formulas of cells, of conditional formats and of what a cell accepts."""

OWN_CELLS = re.compile(r"SUM\(([A-Z]+)(\d+):\1(\d+)\)|([A-Z]+\d+)/([A-Z]+\d+)(?:\*(\d+))?")
"""What a cell of the workbook may calculate: a sum down its column, a ratio of two cells, of its own sheet."""

PLATFORM = re.compile(r"https://www\.xiaohongshu\.com/(explore|user/profile)/[0-9a-f]{24}")
"""Where a link may lead: to a note or a creator."""

ACTING_NAME = re.compile(r"[\[(|]")
"""A name of a range that does more than name cells of its own workbook."""


def find_actions(package: Package, where: str = "") -> Iterator[Piece]:
    """Links that leave the file, macros, and cells that calculate, also in the sheets inside charts."""
    for name in package.parts:
        place = where + name
        if CODE_PARTS.search(name):
            yield Piece(place, HIDDEN, (name,))
        if name.endswith(".rels"):
            outside = (each for each in package.parse(name).iter(RELATIONSHIP) if each.get("TargetMode") == "External")
            targets = (each.get("Target", "") for each in outside)
            yield from (Piece(place, HIDDEN, (each,)) for each in targets if not PLATFORM.fullmatch(each))
        elif "worksheets/" in name and name.endswith(".xml"):
            formulas = package.parse(name).iter(*FORMULAS)
            acting = (each for each in formulas if not OWN_CELLS.fullmatch(each.text or ""))
            yield from (Piece(f"{place} {_locate(each)}", HIDDEN, (f"={each.text}",)) for each in acting)
        elif name.endswith("xl/workbook.xml"):
            named = package.parse(name).iter(f"{SHEET}definedName")
            names = (each for each in named if ACTING_NAME.search(each.text or ""))
            yield from (Piece(f"{place}, name {each.get('name')}", HIDDEN, (each.text or "",)) for each in names)
        elif name.endswith(".xlsx"):
            yield from find_actions(open_package(io.BytesIO(package.parts[name])), f"{place}, ")


def _locate(formula: etree._Element) -> str:
    """The cell or range of a formula."""
    holder = formula.getparent()
    found = holder.get("r") or holder.get("sqref") or holder.getparent().get("sqref")
    return str(found or etree.QName(holder).localname)


# ----------------------------------------------------------------------------- what is tucked away

PROPERTIES: Final = re.compile(r"docProps/.*\.xml")
TUCKED_AWAY = re.compile(
    r"xl/(comments.*|threadedComments/.*|persons/.*|drawings/drawing\d+|workbook)\.xml"
    r"|xl/worksheets/sheet\d+\.xml|ppt/(comments/.*|commentAuthors|tags/.*|presProps|presentation)\.xml"
    r"|ppt/(slideMasters|slideLayouts)/[a-zA-Z]+\d+\.xml"
)
"""Parts that say something beside cells and slides: comments, their authors, names of ranges, heads of prints."""

TUCKED_TAGS = {"t", "text", "definedName", "oddHeader", "oddFooter", "evenHeader", "firstHeader", "firstFooter"}
TUCKED_TAGS |= {"formula1", "formula2", "author", "evenFooter"}
TUCKED_ATTRIBUTES = frozenset({"descr", "title", "displayName", "name", "prompt", "error", "tooltip"})


def read_hidden(package: Package, content: Content) -> None:
    """Add what shows only when it is looked for, each with its part; of sheets not their cells."""
    for name in package.parts:
        if PROPERTIES.fullmatch(name):
            for element in package.parse(name).iter(etree.Element):
                content.say(f"properties, {etree.QName(element).localname}", HIDDEN, element.text or "")
        elif TUCKED_AWAY.fullmatch(name):
            for element in package.parse(name).iter(etree.Element):
                _read_tucked_away(element, name, content)


def _read_tucked_away(element: etree._Element, name: str, content: Content) -> None:
    text, attributes = element.text, TUCKED_ATTRIBUTES.intersection(element.keys())
    if not text and not attributes:
        return
    tag = etree.QName(element).localname
    if text and tag in TUCKED_TAGS and not (tag == "t" and "/worksheets/" in name):
        content.say(f"{name}, {tag}", HIDDEN, text)
    for key in attributes:
        content.say(f"{name}, {key} of {tag}", HIDDEN, element.get(key, ""))
