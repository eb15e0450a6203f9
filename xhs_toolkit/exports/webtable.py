"""Tables of a web page that a back office saved as .xls: read when plain, refused when not."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pandas as pd

from xhs_toolkit.exports.delimited import decode
from xhs_toolkit.exports.sheetbase import (
    MAX_OBJECT_CELLS,
    TEXT,
    Content,
    check_cells,
    check_width,
    cut_long_texts,
    refuse,
)

_FIX = "open it in Excel and save it as xlsx"
_MAX_SPAN = 500


class _Tables(HTMLParser):
    """Collects the rows of every table; `fault` says what makes the page more than plain tables."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[str]]] = []
        self.fault = ""
        self._inside = 0
        self._cell: list[str] | None = None
        self._span = 1
        self.n_cells = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._inside += 1
            self.tables.append([])
            self.fault = self.fault or ("a table lies inside another" if self._inside > 1 else "")
        elif tag == "tr" and self._inside:
            self._close_cell()
            self.tables[-1].append([])
        elif tag in {"td", "th"} and self._inside:
            self._open_cell(dict(attrs))
        elif tag == "br" and self._cell is not None:
            self._cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th", "tr", "table"}:
            self._close_cell()
        if tag == "table":
            self._inside = max(0, self._inside - 1)

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def _open_cell(self, attrs: dict[str, str | None]) -> None:
        self._close_cell()
        spans = {name: attrs.get(name) or "1" for name in ("colspan", "rowspan")}
        if spans["rowspan"] != "1" or not spans["colspan"].isascii() or not spans["colspan"].isdigit():
            self.fault = self.fault or "cells reach over several rows"
            return
        if not self.tables[-1]:
            self.tables[-1].append([])
        self._cell, self._span = [], min(int(spans["colspan"][:4]), _MAX_SPAN)

    def _close_cell(self) -> None:
        if self._cell is not None:
            self.tables[-1][-1].extend(["".join(self._cell).strip()] * self._span)
            self.n_cells += self._span
        self._cell = None


def read_web_tables(path: Path, data: bytes) -> list[Content]:
    """Read each plain table of a web page as a sheet of text cells; a wide cell repeats, as in a workbook."""
    text = decode(path, data)
    parser = _Tables()
    parser.feed(text.data.decode("utf-8"))
    parser.close()
    check_cells(path, parser.n_cells, MAX_OBJECT_CELLS)
    tables = [rows for rows in parser.tables if any(rows)]
    if parser.fault or not tables:
        raise refuse(path, f"is a web page, not a workbook: {parser.fault or 'it holds no table'}", _FIX)
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
