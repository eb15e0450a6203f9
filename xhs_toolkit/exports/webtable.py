"""Tables of a web page that a back office saved as .xls: read when plain, refused when not."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pandas as pd

from xhs_toolkit.exports.delimited import Text
from xhs_toolkit.exports.sheetbase import (
    MAX_JSON_BYTES,
    MAX_OBJECT_CELLS,
    TEXT,
    Content,
    check_cells,
    check_size,
    check_width,
    cut_long_texts,
    refuse,
)

_FIX = "open it in Excel and save it as xlsx"
_MAX_SPAN = 500


_TOKEN = re.compile(
    r"<(?P<end>/?)(?P<tag>[a-zA-Z]{1,10})\b(?P<attributes>[^<>]{0,2000})>|(?P<text>[^<]+)|<[^<>]{0,2000}>?"
)
_COLSPAN = re.compile(r"\bcolspan\s{0,5}=\s{0,5}[\"']?(\d{1,4})", re.IGNORECASE)
_ROWSPAN = re.compile(r"\browspan\s{0,5}=\s{0,5}[\"']?(?!1\b)", re.IGNORECASE)


class _Tables:
    """Collects the rows of every table, tag by tag; `fault` says what makes the page more than plain tables."""

    def __init__(self) -> None:
        self.tables: list[list[list[str]]] = []
        self.fault = ""
        self.n_cells = 0
        self._is_inside = False
        self._cell: list[str] | None = None
        self._span = 1

    def feed(self, page: str) -> None:
        """Take in a whole page."""
        for token in _TOKEN.finditer(page):
            if self.n_cells > MAX_OBJECT_CELLS:
                return
            if token["tag"]:
                name = ("/" if token["end"] else "") + token["tag"].lower()
                self._open_tag(name, token["attributes"])
            elif token["text"] and self._cell is not None:
                self._cell.append(token["text"])
        self._close_cell()

    def _open_tag(self, name: str, attributes: str) -> None:
        if name in {"/td", "/th", "tr", "/tr", "table", "/table"}:
            self._close_cell()
        if name == "table":
            self.fault = self.fault or ("a table lies inside another" if self._is_inside else "")
            self.tables.append([])
        if name in {"table", "/table"}:
            self._is_inside = name == "table"
        elif name == "tr" and self._is_inside:
            self.tables[-1].append([])
        elif name in {"td", "th"} and self._is_inside:
            self._open_cell(attributes)
        elif name == "br" and self._cell is not None:
            self._cell.append("\n")

    def _open_cell(self, attributes: str) -> None:
        self._close_cell()
        if _ROWSPAN.search(attributes):
            self.fault = self.fault or "cells reach over several rows"
        if not self.tables[-1]:
            self.tables[-1].append([])
        span = _COLSPAN.search(attributes)
        self._cell, self._span = [], min(int(span[1]), _MAX_SPAN) if span else 1

    def _close_cell(self) -> None:
        if self._cell is not None:
            self.tables[-1][-1].extend([html.unescape("".join(self._cell)).strip()] * self._span)
            self.n_cells += self._span
        self._cell = None


def read_web_tables(path: Path, text: Text) -> list[Content]:
    """Read each plain table of a web page as a sheet of text cells; a wide cell repeats, as in a workbook."""
    check_size(path, len(text.data), MAX_JSON_BYTES)
    page = _Tables()
    page.feed(text.data.decode("utf-8"))
    check_cells(path, page.n_cells, MAX_OBJECT_CELLS)
    tables = [rows for rows in page.tables if any(rows)]
    if page.fault or not tables:
        raise refuse(path, f"is a web page, not a workbook: {page.fault or 'it holds no table'}", _FIX)
    return [
        _to_content(path, f"table {number}" if len(tables) > 1 else None, rows, text.encoding)
        for number, rows in enumerate(tables, start=1)
    ]


def _to_content(path: Path, name: str | None, rows: list[list[str]], encoding: str) -> Content:
    width = max(map(len, rows))
    check_width(path, width, sheet=name)
    check_cells(path, width * len(rows), MAX_OBJECT_CELLS)
    frame = pd.DataFrame([[*row, *[""] * (width - len(row))] for row in rows]).astype(TEXT)
    cells, problems = cut_long_texts(path, frame, sheet=name)
    return Content(name, cells, encoding=encoding, problems=problems)
