"""Parts that ipywidgets lacks: a table that is read with the keyboard, a picture that can be clicked, a decision."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anywidget
import traitlets

SCRIPTS = Path(__file__).parent / "scripts"


class Table(anywidget.AnyWidget):
    """Rows of text of which one is selected, and some may be picked.

    The arrow keys, Page Up, Page Down, Home and End move the selection, Space picks, a click on a head sorts.

    Attributes
    ----------
    columns : of each its ``name``, ``label`` and ``number`` (set flush right).
    rows, row_keys : texts of each row, and what it is known by.
    selected : key of the selected row; empty where none is.
    picked : keys of the picked rows; `pickable` shows a box in each row.
    sorted_by, is_descending : what the head shows; the rows come in their order.
    about : what the table is called, for a screen reader. note : the line under it.
    """

    _esm = SCRIPTS / "table.js"
    _css = SCRIPTS / "parts.css"
    columns = traitlets.List(traitlets.Dict()).tag(sync=True)
    rows = traitlets.List(traitlets.List(traitlets.Unicode())).tag(sync=True)
    row_keys = traitlets.List(traitlets.Unicode()).tag(sync=True)
    selected = traitlets.Unicode().tag(sync=True)
    picked = traitlets.List(traitlets.Unicode()).tag(sync=True)
    pickable = traitlets.Bool(default_value=False).tag(sync=True)
    sorted_by = traitlets.Unicode().tag(sync=True)
    is_descending = traitlets.Bool(default_value=True).tag(sync=True)
    about = traitlets.Unicode().tag(sync=True)
    note = traitlets.Unicode().tag(sync=True)


class Picture(anywidget.AnyWidget):
    """A PNG that says where it was clicked, where it is for that.

    Attributes
    ----------
    png, alt : the picture and what it shows in words.
    clicked : shares of its width and height from the upper left corner, and the number of the click.
    """

    _esm = SCRIPTS / "picture.js"
    _css = SCRIPTS / "parts.css"
    png = traitlets.Bytes().tag(sync=True)
    alt = traitlets.Unicode().tag(sync=True)
    is_clickable = traitlets.Bool(default_value=False).tag(sync=True)
    clicked = traitlets.List(traitlets.Float()).tag(sync=True)


class Decide(anywidget.AnyWidget):
    """A decision on one creator, sent as one message: ``creator``, ``decision``, ``reason`` and ``by``, as they stand.

    The creator follows the table in the browser, so that a kernel that lags behind never changes whom it is about; who
    decides is kept by the browser, which is a person's own.

    Attributes
    ----------
    creator : key of the creator. names, decided : of each that is shown, its name and what was decided.
    words : labels. saved : what became of the last message.
    """

    _esm = SCRIPTS / "decide.js"
    _css = SCRIPTS / "parts.css"
    creator = traitlets.Unicode().tag(sync=True)
    names = traitlets.Dict().tag(sync=True)
    decided = traitlets.Dict().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    saved = traitlets.Unicode().tag(sync=True)


def set_if_changed(widget: Any, **values: object) -> None:
    """Send to the screen only what differs, all in one message."""
    changed = {name: value for name, value in values.items() if getattr(widget, name) != value}
    with widget.hold_sync():
        for name, value in changed.items():
            setattr(widget, name, value)
