"""Helper package behind the XHS Toolkit notebooks.

A notebook opens a campaign and takes what it needs from here, in one import; nothing is loaded before it is used:

    from xhs_toolkit import Finding, open_campaign, results
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xhs_toolkit.findings import Finding, own_words
    from xhs_toolkit.present.draw import draw_chart
    from xhs_toolkit.present.page import tell
    from xhs_toolkit.present.spec import INTERNAL, Chart
    from xhs_toolkit.present.tables import style_table
    from xhs_toolkit.present.wording import label
    from xhs_toolkit.work import Work, open_campaign

__version__ = "0.1.0"

_PLACES = {
    "INTERNAL": "present.spec",
    "Chart": "present.spec",
    "Finding": "findings",
    "Work": "work",
    "draw_chart": "present.draw",
    "label": "present.wording",
    "new_campaign": "widgets",
    "open_campaign": "work",
    "own_words": "findings",
    "style_table": "present.tables",
    "tell": "present.page",
}
"""What this package offers by name → the room that makes it."""

_PRESENTERS = {
    "charts",
    "people_charts",
    "plan_charts",
    "results_page",
    "sheets",
}
"""Modules of `present` that notebooks draw and write with."""

__all__ = [
    "INTERNAL",
    "Chart",
    "Finding",
    "Work",
    "draw_chart",
    "label",
    "new_campaign",
    "open_campaign",
    "own_words",
    "style_table",
    "tell",
]


def __getattr__(name: str) -> Any:
    """Load what is asked for by name."""
    if name in _PRESENTERS:
        return import_module(f"xhs_toolkit.present.{name}")
    if name in _PLACES:
        return getattr(import_module(f"xhs_toolkit.{_PLACES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *_PRESENTERS})
