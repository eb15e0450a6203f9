"""The page of every number that somebody chose, derived from ``templates/assumptions.yaml``."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from xhs_toolkit.assumptions import read_assumptions

INTRODUCTION = """# Assumptions

Every number that somebody chose, what it decides, and who says so. This page is written by `python -m tools` from
`templates/assumptions.yaml`; change it there. What they lead to is measured in [methods](methods.md).
"""
HEAD = ("| name | value | unit | meaning | source |", "|---|---|---|---|---|")


def make_assumptions() -> str:
    """Return the whole page as Markdown, one table a room."""
    lines = [INTRODUCTION]
    for room, entries in groupby(read_assumptions().items(), key=lambda item: item[0].split(".")[0]):
        rows = [f"| `{name}` | {' | '.join([_show(each.value), *each[1:]])} |" for name, each in entries]
        lines += [f"## {room.capitalize()}", "", *HEAD, *rows, ""]
    return "\n".join(lines)


def _show(value: Any) -> str:
    """A value as it stands in the file; long fractions are cut."""
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_show(each)}" for name, each in value.items())
    if isinstance(value, list):
        return ", ".join(map(_show, value))
    return f"{value:,.4g}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)
