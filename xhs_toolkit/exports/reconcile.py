"""The same thing in several files: counted once, the best source first, nothing lost."""

from __future__ import annotations

import pandas as pd

from xhs_toolkit.errors import Problem
from xhs_toolkit.exports.cells import BEIJING
from xhs_toolkit.tables import PROVENANCE, Table

OFFICIAL = {"dandelion_notes": 0, "dandelion_api_notes": 0, "creator_center_notes": 1}
"""Rank of a source of note figures; sources not named here come after."""
DESCRIPTIVE = (
    "creator_id",
    "creator_name",
    "title",
    "text",
    "tags",
    "format",
    "scope",
    "posted_at",
    "place",
    "followers",
)
"""Columns of a note that do not grow and may be filled from another source."""
MAX_CONFLICTS = 20


def make_latest(notes: pd.DataFrame) -> pd.DataFrame:
    """One row a note: the newest snapshot of the most official source.

    Dandelion comes before the creator centre, and that before all others. Columns that describe the note
    (title, text, tags, creator, format, …) are filled from its other rows; figures never are.

    Parameters
    ----------
    notes : columns of `tables.NOTES`, all snapshots.
    """
    ordered = _best_first(notes)
    latest = ordered.drop_duplicates("note_id").set_index("note_id", drop=False)
    filled = ordered.groupby("note_id", sort=False)[list(DESCRIPTIVE)].first()
    described = {name: latest[name].fillna(filled[name].reindex(latest.index)) for name in DESCRIPTIVE}
    return latest.assign(**described).reset_index(drop=True).astype(notes.dtypes.to_dict())


def _best_first(notes: pd.DataFrame) -> pd.DataFrame:
    """Most official first, then newest; the place in the files only breaks ties."""
    ranked = notes.assign(_rank=notes["source"].map(OFFICIAL).fillna(len(OFFICIAL)))
    by = ["_rank", "as_of", "source", "source_file", "source_sheet", "source_row"]
    ordered = ranked.sort_values(by, ascending=[True, False, True, True, True, True], kind="stable", na_position="last")
    return ordered.drop(columns="_rank")


# ------------------------------------------------------------------------------- the same row twice


def drop_repeated(rows: pd.DataFrame, table: Table) -> tuple[pd.DataFrame, list[Problem]]:
    """Keep the first of the rows that show the same thing at the same time; report where they disagree."""
    key = _identify(rows, table)
    if key is None:
        return rows, []
    repeated = key.duplicated()
    if not repeated.any():
        return rows, []
    alike = rows[key.duplicated(keep=False)]
    said = alike.drop(columns=[column.name for column in PROVENANCE] + ["as_of_source"], errors="ignore")
    conflicting = alike[repeated[alike.index] & ~said.duplicated()]
    return rows[~repeated].reset_index(drop=True), _report_conflicts(conflicting, table)


def _identify(frame: pd.DataFrame, table: Table) -> pd.DataFrame | None:
    """The columns that tell rows apart; None for tables whose rows may repeat (days, invoices)."""
    if "as_of" not in table.key:
        return None
    key = frame[list(table.key)]
    if "creator_id" not in table.key:
        return key
    names = [name for name in ("xhs_number", "creator_name") if name in frame]
    who = frame["creator_id"]
    for name in names:
        who = who.fillna(frame[name])
    return key.assign(creator_id=who)


def _report_conflicts(rows: pd.DataFrame, table: Table) -> list[Problem]:
    fix = "keep one of the rows; the first was used"
    shown = [
        Problem(
            f"repeats an earlier row of the same {table.label_en.lower().rstrip('s')} and time with other figures",
            fix,
            file=row.source_file,
            sheet=row.source_sheet if pd.notna(row.source_sheet) else None,
            row=int(row.source_row),
        )
        for row in rows.head(MAX_CONFLICTS).itertuples()
    ]
    rest = len(rows) - len(shown)
    return [*shown, Problem(f"{rest:,} more rows of {table.name} repeat earlier ones", fix)] if rest > 0 else shown


# --------------------------------------------------------------------------- notes without an id


def adopt_note_ids(notes: pd.DataFrame) -> pd.DataFrame:
    """Give notes named by their posting moment the id of the note that another file shows.

    Two rows are the same note when the second of posting and the title are equal, or, where the other
    file only gives the day (midnight in Beijing), when day and title are; and when only one id fits.
    """
    named = notes["note_id"].str.startswith("posted:")
    if not named.any() or named.all():
        return notes
    found = _look_up(notes, named, _second(notes["posted_at"]), _second(notes["posted_at"]))
    day = notes["posted_at"].dt.tz_convert(BEIJING).dt.normalize()
    is_day = notes["posted_at"].dt.tz_convert(BEIJING).eq(day)
    found = found.fillna(_look_up(notes, named, day, day.where(is_day)))
    return notes.assign(note_id=notes["note_id"].mask(named & found.notna(), found))


def _second(moments: pd.Series) -> pd.Series:
    return moments.dt.floor("s")


def _look_up(notes: pd.DataFrame, named: pd.Series, mine: pd.Series, theirs: pd.Series) -> pd.Series:
    """The one id of another file's note with the same moment and title; missing where none or several."""
    title = notes["title"].str.normalize("NFKC").str.replace(r"\s+", " ", regex=True).str.strip()
    known = pd.DataFrame({"moment": theirs, "title": title, "id": notes["note_id"]})[~named].dropna().drop_duplicates()
    unique = known[~known.duplicated(["moment", "title"], keep=False)].set_index(["moment", "title"])["id"]
    wanted = pd.DataFrame({"moment": mine, "title": title})
    wanted = wanted.where(named)
    rivals = wanted.assign(id=notes["note_id"])[named].drop_duplicates()
    rivals = rivals[rivals.duplicated(["moment", "title"], keep=False)].set_index(["moment", "title"]).index
    keys = pd.MultiIndex.from_frame(wanted)
    found = pd.Series(unique.reindex(keys).to_numpy(), index=notes.index, dtype="str")
    return found.mask(keys.isin(rivals))
