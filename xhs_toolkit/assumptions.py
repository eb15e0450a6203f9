"""Every number that somebody chose: ``templates/assumptions.yaml``, with unit, meaning and source.

A module names the assumption it works with: ``MIN_CONTROLS: int = assume("lift.min_controls")``. A number that is
counted, derived from the data or fixed by the platform's format is no assumption.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

from xhs_toolkit.bundled import bundled_folder, read_bundled_yaml
from xhs_toolkit.errors import Problem, XhsError

ASSUMPTIONS_FILE = "assumptions.yaml"


class Assumption(NamedTuple):
    """A number (or list or table of numbers) that somebody chose.

    Attributes
    ----------
    value : what is taken. unit : in what it counts.
    meaning : what it decides, and why it is so. source : who says so, or how it was found.
    """

    value: Any
    unit: str
    meaning: str
    source: str


@cache
def read_assumptions() -> Mapping[str, Assumption]:
    """Every assumption by its full name, ``room.name``, in the file's order."""
    rooms = read_bundled_yaml(bundled_folder("templates") / ASSUMPTIONS_FILE)
    named = {f"{room}.{name}": entry for room, entries in rooms.items() for name, entry in entries.items()}
    problems = [_describe(name, entry) for name, entry in named.items() if set(entry) != set(Assumption._fields)]
    if problems:
        raise XhsError("The assumptions cannot be read:", problems)
    return MappingProxyType({name: Assumption(**entry) for name, entry in named.items()})


def assume(name: str) -> Any:
    """The value of an assumption; a list is a tuple.

    >>> assume("lift.min_controls")
    2
    >>> assume("lift.min_control")
    Traceback (most recent call last):
    xhs_toolkit.errors.XhsError: No such assumption:
      - assumptions.yaml: 'lift.min_control' is not in it. Fix: write lift.min_controls, or add it with unit and source.
    """
    known = read_assumptions()
    if name not in known:
        near = get_close_matches(name, known, n=1)
        fix = f"write {near[0]}, or add it with unit and source" if near else "add it with unit and source"
        raise XhsError("No such assumption:", [Problem("is not in it", fix, ASSUMPTIONS_FILE, value=name)])
    value = known[name].value
    return tuple(value) if isinstance(value, list) else value


def _describe(name: str, entry: Mapping[str, Any]) -> Problem:
    return Problem(f"has {', '.join(entry)}", f"give it {', '.join(Assumption._fields)}", ASSUMPTIONS_FILE, column=name)
