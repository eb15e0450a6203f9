"""What a case study is made of, and how its folder is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from case_studies.worlds.creator_files import make_agency_sheet, make_dandelion_medians
from case_studies.worlds.files import write_csv_file, write_workbook_file
from case_studies.worlds.note_files import make_dandelion_notes, make_totals
from case_studies.worlds.pool import grow_pool
from case_studies.worlds.settings import WorldPersona, WorldSettings, WorldTheme
from case_studies.worlds.words import NOTICE, SYNTHETIC
from case_studies.worlds.world import World, make_wider_truth, make_world, write_truth

SCOPE_FILES = {"paid": "notes", "earlier_paid": "earlier_notes"}
"""Scope → what its Dandelion export is called."""

EXPORT_HOUR = 2
"""Hour (UTC) at which the invented files were exported."""


class Case(NamedTuple):
    """A case study.

    Attributes
    ----------
    name : of its folder.
    seed : of the stored world.
    settings : of the stored world.
    misspecified : the same campaign in a world that breaks what the method assumes.
    campaign : text of ``campaign.yaml``; ``{themes}`` and ``{personas}`` are filled in.
    write_data : writes the exports into ``data/`` (and what lies beside it).
    """

    name: str
    seed: int
    settings: WorldSettings
    misspecified: Callable[[WorldSettings], WorldSettings]
    campaign: str
    write_data: Callable[[Path, World], None]

    def make_world(self, *, seed: int | None = None, misspecified: bool = False) -> World:
        """Make the case's world: the stored one, one of another seed, or the one in which the method fails."""
        settings = self.misspecified(self.settings) if misspecified else self.settings
        return make_world(settings, seed=self.seed if seed is None else seed)


def write_case(case: Case, folder: Path, *, world: World | None = None) -> Path:
    """Write a campaign folder: ``campaign.yaml``, ``data/`` and, outside of it, ``truth.json``.

    Parameters
    ----------
    world : another world of the same campaign than the stored one.
    """
    world = case.make_world() if world is None else world
    (folder / "data").mkdir(parents=True, exist_ok=True)
    case.write_data(folder, world)
    themes = "\n".join(describe_theme(theme) for theme in world.settings.themes)
    personas = "\n".join(describe_persona(persona) for persona in world.settings.personas)
    text = case.campaign.format(themes=themes, personas=personas)
    (folder / "campaign.yaml").write_text(text, encoding="utf-8", newline="\n")
    write_truth(folder, world, truth=make_wider_truth(world))
    return folder


def describe_theme(theme: WorldTheme) -> str:
    """Lines of ``campaign.yaml`` for a theme."""
    return f"  - name: {theme.name}\n    name_zh: {theme.name_zh}\n    keywords: [{', '.join(theme.keywords)}]"


def describe_persona(persona: WorldPersona) -> str:
    """Line of ``campaign.yaml`` for a walk of life."""
    return f"    - {{name: {persona.name}, keywords: [{', '.join(persona.tags)}]}}"


# ---------------------------------------------------------------------------------- files in data/


def at(day: date) -> datetime:
    """The moment of a day's export."""
    return datetime(day.year, day.month, day.day, EXPORT_HOUR, tzinfo=UTC)


def list_days(first: date, last: date, *, every: int) -> list[date]:
    """Days on which something is exported again and again.

    >>> list_days(date(2026, 6, 4), date(2026, 6, 12), every=4)
    [datetime.date(2026, 6, 4), datetime.date(2026, 6, 8), datetime.date(2026, 6, 12)]
    """
    return [first + timedelta(days=i) for i in range(0, (last - first).days + 1, every)]


def write_notes(data: Path, world: World, *, days: Sequence[date], scope: str = "paid") -> None:
    """Dandelion's note-level export of several days, each with its totals row (`note_files.make_dandelion_notes`)."""
    for day in days:
        frame = make_dandelion_notes(world, as_of=at(day), scope=scope)
        if len(frame):
            path = data / f"dandelion_{SCOPE_FILES[scope]}_{day:%Y%m%d}.xlsx"
            write_book(path, frame, day=day, totals=make_totals(frame))


def write_pool(data: Path, world: World, *, day: date, places: Sequence[str] = ()) -> None:
    """The agency's sheet and Dandelion's list of a day: those of the campaign first, then who else could be booked."""
    pool = grow_pool(world, places=places)
    write_sheet(data / f"agency_creators_{day:%Y%m%d}.csv", make_agency_sheet(pool))
    write_book(data / f"dandelion_creators_{day:%Y%m%d}.xlsx", make_dandelion_medians(pool, as_of=at(day)), day=day)


def write_book(path: Path, frame: pd.DataFrame, *, day: date, totals: dict[str, object] | None = None) -> None:
    """A platform's workbook of a day."""
    write_workbook_file(path, frame, created_at=at(day), title=NOTICE, sheet=SYNTHETIC, totals=totals)


def write_sheet(path: Path, frame: pd.DataFrame) -> None:
    """A sheet kept by hand."""
    write_csv_file(path, frame)
