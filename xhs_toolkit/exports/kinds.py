"""Every kind of export, from one YAML each in ``templates/exports/kinds/``, and an agency's own beside agency.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from xhs_toolkit.bundled import bundled_folder, read_bundled_yaml
from xhs_toolkit.errors import CampaignError
from xhs_toolkit.exports import client_files, fan_lists, quirks
from xhs_toolkit.exports.layouts import Layout, is_known_header

FOLDER = "exports"
"""Where an agency's own kinds lie, beside its ``agency.yaml``."""
_TUPLES = ("elsewhere", "also", "other_kinds", "also_needs", "in_any_currency")
_PLAIN = ("kind", "title", "table", "is_daily", "written", "money_unit", "constants", "any_platform")


@lru_cache(maxsize=8)
def list_layouts(own: Path | None = None) -> tuple[Layout, ...]:
    """Every kind of export, the more official first: of two that fit equally well the first is taken.

    Parameters
    ----------
    own : folder of an agency's own kinds, which come before the toolkit's.

    Raises
    ------
    CampaignError : a file of `own` is no kind of export.
    """
    bundled = _read_folder(bundled_folder("templates") / "exports" / "kinds")
    known = {str(said["kind"]): said for said in bundled}
    mine = _read_folder(own) if own and own.is_dir() else []
    return tuple(_make_layout(said, known) for said in (*mine, *bundled))


def _read_folder(folder: Path) -> list[dict[str, Any]]:
    said = [read_bundled_yaml(path) for path in sorted(folder.glob("*.yaml"))]
    return sorted(said, key=lambda one: one.get("order", 0))


def _make_layout(said: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]]) -> Layout:
    """The layout that a file describes; ``like`` names a kind whose columns it has too, ``without`` those it lacks."""
    try:
        found = [_find_quirk(name, said) for name in said.get("quirks", ())]
        plain: dict[str, Any] = {name: said[name] for name in _PLAIN if name in said}
        listed: dict[str, Any] = {name: tuple(said[name]) for name in _TUPLES if name in said}
        return Layout(
            columns=_list_columns(said, known),
            required=tuple(map(tuple, said["required"])),
            measures={name: tuple(headers) for name, headers in said.get("measures", {}).items()},
            quirks=tuple(found),
            implied=frozenset(said.get("implied", ())),
            named_like=tuple(said["named_like"]) if "named_like" in said else None,
            **listed,
            **plain,
        )
    except (KeyError, TypeError, AttributeError, StopIteration) as error:
        raise CampaignError(
            f"{said.get('kind', 'A kind of export')} cannot be used: {error} is missing or wrong."
        ) from error


def _list_columns(said: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    inherited = _list_columns(known[said["like"]], known) if "like" in said else {}
    kept = {name: headers for name, headers in inherited.items() if name not in said.get("without", ())}
    return {**kept, **{name: tuple(headers) for name, headers in said["columns"].items()}}


def _find_quirk(name: str, said: Mapping[str, Any]) -> Any:
    if name != "translate":
        return _find_function(name)
    [(column, words)] = said["translate"].items()
    return quirks.make_translation(column, words)


def _find_function(name: str) -> Any:
    return next(getattr(room, name) for room in (quirks, client_files, fan_lists) if hasattr(room, name))


@lru_cache(maxsize=20_000)
def is_known(text: str) -> bool:
    """Whether a header text means something to any kind of export."""
    return is_known_header(text, list_layouts())
