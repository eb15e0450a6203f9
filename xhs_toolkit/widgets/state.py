"""What a person set, kept in the campaign folder so that a restarted kernel begins where the last one ended.

Each user of the machine has a file of their own; visitors of the pages (Voilà), who share one user, have none.
"""

from __future__ import annotations

import getpass
import json
import os
from contextlib import suppress
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, TypeVar

from xhs_toolkit.campaign import safe_name

EARLIER = ".explore.json"
"""Of all users together, as earlier versions kept it."""

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
    path = find_file(folder)
    with suppress(OSError):
        (path or Path(os.devnull)).write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")


def find_file(folder: Path) -> Path | None:
    """Return where this user's state lies; None for a visitor of the pages."""
    if os.environ.get("SERVER_SOFTWARE", "").startswith("voila"):
        return None
    return folder / f".explore-{safe_name(os.environ.get('JUPYTERHUB_USER') or getpass.getuser())}.json"


def _read(folder: Path) -> dict[str, Any]:
    own = find_file(folder)
    for path in (own, folder / EARLIER) if own else ():
        with suppress(OSError, ValueError):
            content = json.loads(path.read_text(encoding="utf-8"))
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
