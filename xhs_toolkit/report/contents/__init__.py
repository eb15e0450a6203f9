"""What a finished file says: every text, cell, figure and picture of a page, a workbook or a deck, with its place.

The files are read as a client's program reads them, from their own bytes, in the order in which they are seen. What
a program changes that merely saves a file again is left out: the names of parts, how a text is cut into runs, the
last digits of a number.
"""

from __future__ import annotations

from pathlib import Path

from xhs_toolkit.report.contents.html import read_page
from xhs_toolkit.report.contents.office import read_deck, read_workbook
from xhs_toolkit.report.contents.pieces import (
    CELLS,
    FIGURES,
    HIDDEN,
    INNER,
    PICTURE,
    PROSE,
    STYLE,
    Content,
    Piece,
)

__all__ = ["CELLS", "FIGURES", "HIDDEN", "INNER", "PICTURE", "PROSE", "STYLE", "Content", "Piece", "read_content"]

READERS = {".html": read_page, ".xlsx": read_workbook, ".pptx": read_deck}


def read_content(path: Path) -> Content:
    """Return what a finished file says, by its suffix: html, xlsx or pptx."""
    return READERS[path.suffix](path)
