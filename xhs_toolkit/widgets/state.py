"""What a person set, kept in the campaign folder so that a restarted kernel begins where the last one ended."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, TypeVar

FILE = ".explore.json"
State = TypeVar("State")


def read_state(folder: Path, view: str, *, default: State) -> State:
    """Return what was set in a view, or the default; what cannot be understood any more is left out.

    Parameters
    ----------
    view : name of the view.
    default : a frozen dataclass of numbers, texts, yes or no, and tuples of these.
    """
    stored = _read(folder).get(view)
    if not isinstance(stored, dict) or default is None:
        return default
    known = {field.name: getattr(default, field.name) for field in fields(default)}  # type: ignore[arg-type]
    taken = {name: _as_tuple(value) for name, value in stored.items() if name in known}
    fitting = {name: value for name, value in taken.items() if _fits(value, known[name])}
    return type(default)(**(known | fitting))


def write_state(folder: Path, view: str, state: object) -> None:
    """Keep what is set in a view; a folder that cannot be written to loses nothing but the memory."""
    content = _read(folder) | {view: asdict(state)}  # type: ignore[call-overload]
    with suppress(OSError):
        (folder / FILE).write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")


def _read(folder: Path) -> dict[str, Any]:
    with suppress(OSError, ValueError):
        content = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return content if isinstance(content, dict) else {}
    return {}


def _as_tuple(value: object) -> object:
    return tuple(map(_as_tuple, value)) if isinstance(value, list) else value


def _fits(value: object, default: object) -> bool:
    """Whether a stored value is of the default's kind; where the default is None, a number, a text or None."""
    if default is None:
        return value is None or (isinstance(value, int | float | str) and not isinstance(value, bool))
    if isinstance(default, bool) or isinstance(value, bool):
        return isinstance(default, bool) and isinstance(value, bool)
    if isinstance(default, int | float):
        return isinstance(value, int | float)
    return isinstance(value, type(default))
