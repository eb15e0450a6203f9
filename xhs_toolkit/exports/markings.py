"""What a workbook stores beside its values: number formats, addresses behind words, formulas that were never computed.

Read only where a sheet is kept by hand. The XML is searched as text: nothing is parsed, expanded or followed.
"""

from __future__ import annotations

import html
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from xhs_toolkit.errors import ExportError
from xhs_toolkit.exports.safety import unpack_part

MAX_XML_BYTES = 40_000_000
"""Sheets kept by hand are smaller by far."""
_CELL = re.compile(r"<(?:\w+:)?c\s([^<>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.S)
_ATTRIBUTE = re.compile(r"([\w:]+)\s*=\s*[\"']([^\"']*)[\"']")
_FORMULA = re.compile(r"<(?:\w+:)?f\b[^<>]*>(.*?)</(?:\w+:)?f>", re.S)
_HYPERLINK = re.compile(r"HYPERLINK\(\s*\"([^\"]+)\"", re.I)
_BUILT_IN = {
    "5": '"$"#,##0',
    "6": '"$"#,##0',
    "7": '"$"#,##0.00',
    "8": '"$"#,##0.00',
    "44": '"$"#,##0.00',
    "42": '"$"#,##0',
}
"""Formats with a currency that a workbook need not write out: ECMA-376, part 1, 18.8.30."""


class Markings(NamedTuple):
    """What stands beside the values of one sheet; places are row and column from 0.

    Attributes
    ----------
    formats : place → number format.
    addresses : place → the address behind a cell.
    empty_formulas : places of formulas whose value the file does not hold.
    """

    formats: dict[tuple[int, int], str]
    addresses: dict[tuple[int, int], str]
    empty_formulas: frozenset[tuple[int, int]] = frozenset()


NONE = Markings({}, {})


def read_markings(path: Path, sheet: str | None) -> Markings:
    """Read the markings of one sheet of an xlsx; none where the file is another kind or too large."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = {part.filename.lstrip("/"): part for part in archive.infolist()}
        part = _find_part(path, parts, sheet)
        if part is None or parts[part].file_size > MAX_XML_BYTES:
            return NONE
        xml = _unpack(path, parts[part])
        relations = _read_relations(path, parts, part)
        styles = _read_styles(_unpack(path, parts["xl/styles.xml"])) if "xl/styles.xml" in parts else []
    except (zipfile.BadZipFile, zlib.error, OSError, KeyError, ExportError):
        return NONE
    cells = list(_read_cells(xml))
    formats = {
        place: styles[int(style)] for place, style, _, _ in cells if style.isdigit() and int(style) < len(styles)
    }
    behind = {
        place: html.unescape(html.unescape(found.group(1)))
        for place, _, formula, _ in cells
        if (found := _HYPERLINK.search(html.unescape(formula)))
    }
    empty = frozenset(
        place for place, _, formula, has_value in cells if formula and not has_value and place not in behind
    )
    return Markings(
        {place: code for place, code in formats.items() if code}, {**_read_hyperlinks(xml, relations), **behind}, empty
    )


def _unpack(path: Path, part: zipfile.ZipInfo) -> str:
    return b"".join(unpack_part(path, part)).decode("utf-8", "replace")


def _attributes(text: str) -> dict[str, str]:
    return {
        name.split(":")[-1] if name != "r:id" else "r:id": html.unescape(value)
        for name, value in _ATTRIBUTE.findall(text)
    }


def _find_part(path: Path, parts: dict[str, zipfile.ZipInfo], sheet: str | None) -> str | None:
    book = next((name for name in parts if name.lower().endswith("workbook.xml")), None)
    if book is None:
        return None
    relations = _read_relations(path, parts, book)
    tags = [_attributes(tag) for tag in re.findall(r"<(?:\w+:)?sheet\s([^<>]*)", _unpack(path, parts[book]))]
    ids = {tag.get("name"): tag.get("r:id") for tag in tags}
    target = relations.get(ids.get(sheet) or "")
    folder = book.rpartition("/")[0]
    name = target.lstrip("/") if target and target.startswith("/") else f"{folder}/{target}".lstrip("/")
    return name if target and name in parts else None


def _read_relations(path: Path, parts: dict[str, zipfile.ZipInfo], part: str) -> dict[str, str]:
    folder, _, name = part.rpartition("/")
    relations = f"{folder}/_rels/{name}.rels".lstrip("/")
    if relations not in parts:
        return {}
    tags = [
        _attributes(tag) for tag in re.findall(r"<(?:\w+:)?Relationship\s([^<>]*)", _unpack(path, parts[relations]))
    ]
    return {tag["Id"]: tag["Target"] for tag in tags if {"Id", "Target"} <= set(tag)}


def _read_styles(xml: str) -> list[str]:
    """Number format of each cell style, in the order in which cells refer to them."""
    written = [_attributes(tag) for tag in re.findall(r"<(?:\w+:)?numFmt\s([^<>]*)", xml)]
    codes = _BUILT_IN | {
        tag["numFmtId"]: tag["formatCode"] for tag in written if {"numFmtId", "formatCode"} <= set(tag)
    }
    block = re.search(r"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", xml, re.S)
    uses = re.findall(r"<(?:\w+:)?xf\s([^<>]*)", block.group()) if block else []
    return [codes.get(_attributes(tag).get("numFmtId", ""), "") for tag in uses]


def _read_cells(xml: str) -> Iterator[tuple[tuple[int, int], str, str, bool]]:
    """Place, style, formula and whether it holds a value, of each cell that has a reference."""
    for found in _CELL.finditer(xml):
        tags = _attributes(found.group(1))
        place = read_reference(tags.get("r", ""))
        inner = found.group(2) or ""
        formula = _FORMULA.search(inner)
        if place:
            has_value = bool(re.search(r"<(?:\w+:)?(?:v|t)\b[^<>]*>[^<]", inner))
            yield place, tags.get("s", ""), formula.group(1) if formula else "", has_value


def _read_hyperlinks(xml: str, relations: dict[str, str]) -> dict[tuple[int, int], str]:
    found: dict[tuple[int, int], str] = {}
    for text in re.findall(r"<(?:\w+:)?hyperlink\s([^<>]*)", xml):
        tags = _attributes(text)
        place = read_reference(tags.get("ref", "").split(":")[0])
        target = relations.get(tags.get("r:id", ""))
        if place and target:
            found[place] = html.unescape(target)
    return found


def read_reference(text: str) -> tuple[int, int] | None:
    """Row and column, from 0, of a reference.

    >>> read_reference("B3"), read_reference("AA1"), read_reference("3")
    ((2, 1), (0, 26), None)
    """
    found = re.fullmatch(r"([A-Z]{1,3})([0-9]{1,7})", text)
    if not found:
        return None
    column = 0
    for letter in found.group(1):
        column = column * 26 + ord(letter) - 64
    return int(found.group(2)) - 1, column - 1
