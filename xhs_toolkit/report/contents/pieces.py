"""The pieces of a finished file: its texts, rows, series and pictures."""

from __future__ import annotations

import hashlib
from typing import Final, NamedTuple

PROSE: Final = "prose"
"""A sentence of the toolkit: one cell."""

CELLS: Final = "cells"
"""A row of a table, or the words of a chart."""

FIGURES: Final = "figures"
"""What a chart draws: the values of a series."""

INNER: Final = "inner"
"""What charts and tables of a deck carry unseen: the rows of a chart's workbook, a text alternative. Some programs
leave all of it out when they save a file."""

PICTURE: Final = "picture"
"""The SHA-256 of a picture."""

STYLE: Final = "style"
"""How a page looks, and what it hides."""

HIDDEN: Final = "hidden"
"""What only shows when it is looked for, such as a property; programs add such texts of their own."""

DIGITS: Final = 10
"""Digits of a figure that every program keeps; spreadsheets promise 15, and charts are saved with fewer."""


class Piece(NamedTuple):
    """One text, row, series or picture: where in the file it is, its kind, and its cells."""

    place: str
    kind: str
    cells: tuple[str, ...]

    def locate(self, number: int) -> str:
        """Where a cell is."""
        return f"{self.place}, column {number + 1}" if len(self.cells) > 1 else self.place


class Content(NamedTuple):
    """A finished file: what it says in order, what acts in it, and its headings without anything under them.

    Attributes
    ----------
    acting : scripts, formulas and links that leave the file, each with its place.
    empty : headings, tables and slides with nothing in them.
    """

    pieces: list[Piece]
    acting: list[Piece]
    empty: list[Piece]

    def say(self, place: str, kind: str, *cells: str) -> None:
        """Add what stands at a place; nothing where all cells are empty."""
        told = tuple(" ".join(cell.split()) for cell in cells)
        while told and not told[-1]:
            told = told[:-1]
        if told:
            self.pieces.append(Piece(place, kind, told))


def hash_picture(drawn: bytes) -> str:
    """The SHA-256 of a picture's bytes."""
    return hashlib.sha256(drawn).hexdigest()
