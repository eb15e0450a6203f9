"""The same note or creator under another name: ids that one file lacks, taken from another that shows them."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from xhs_toolkit.errors import Problem
from xhs_toolkit.exports.cells import BEIJING

NAMED_TABLES = ("notes", "placements", "baselines", "follower_counts")
"""Tables whose rows may name their creator without an id."""
MAX_NAMES = 10


# --------------------------------------------------------------------- creators told by their name


def adopt_creator_ids(tables: Mapping[str, pd.DataFrame]) -> tuple[dict[str, pd.DataFrame], list[Problem]]:
    """Give rows that only name their creator (博主昵称) the id that another row shows for that name.

    A name that stands for two creators, or for two accounts, gives nothing and is reported.

    Parameters
    ----------
    tables : the canonical tables by name.
    """
    known = _list_names(tables)
    is_clear = ~known.duplicated("name", keep=False)
    ids = known[is_clear].set_index("name")["id"]
    unclear = set(known.loc[~is_clear, "name"])
    filled = {name: _fill_ids(tables[name], ids) for name in NAMED_TABLES if name in tables}
    asked = [frame.loc[frame["creator_id"].isna(), "creator_name"].dropna() for frame in filled.values()]
    lost = sorted({name for names in asked for name in _tidy(names).unique()} & unclear) if unclear else []
    return {**tables, **filled}, [_report_name(name) for name in lost[:MAX_NAMES]]


def _list_names(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Every name with every id some file shows beside it."""
    frames = [tables[name][["creator_name", "creator_id"]].dropna() for name in ("creators", *NAMED_TABLES)]
    joined = pd.concat([frame.drop_duplicates() for frame in frames], ignore_index=True)
    return pd.DataFrame({"name": _tidy(joined["creator_name"]), "id": joined["creator_id"]}).drop_duplicates()


def _fill_ids(frame: pd.DataFrame, ids: pd.Series) -> pd.DataFrame:
    missing = frame["creator_id"].isna() & frame["creator_name"].notna()
    if not missing.any() or ids.empty:
        return frame
    found = _tidy(frame["creator_name"][missing]).map(ids)
    filled = frame["creator_id"].copy()
    filled[missing] = found.astype("str")
    return frame.assign(creator_id=filled)


def _tidy(names: pd.Series) -> pd.Series:
    return names.str.normalize("NFKC").str.replace(r"\s+", " ", regex=True).str.strip()


def _report_name(name: str) -> Problem:
    return Problem(
        "names more than one creator, so that rows without an id are joined to none of them",
        "add the creator's id to the rows, or name the creator of the file under 'files' in campaign.yaml",
        column="creator_name",
        value=name,
    )


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
    title = _tidy(notes["title"])
    known = pd.DataFrame({"moment": theirs, "title": title, "id": notes["note_id"]})[~named].dropna().drop_duplicates()
    unique = known[~known.duplicated(["moment", "title"], keep=False)].set_index(["moment", "title"])["id"]
    wanted = pd.DataFrame({"moment": mine, "title": title})
    wanted = wanted.where(named)
    rivals = wanted.assign(id=notes["note_id"])[named].drop_duplicates()
    rivals = rivals[rivals.duplicated(["moment", "title"], keep=False)].set_index(["moment", "title"]).index
    keys = pd.MultiIndex.from_frame(wanted)
    found = pd.Series(unique.reindex(keys).to_numpy(), index=notes.index, dtype="str")
    return found.mask(keys.isin(rivals))


# --------------------------------------------------------------------- notes without a whole link

UNLINKED = ("posted:", "xhslink:")
"""Starts of ids of notes whose own id no link of the file shows."""


def adopt_unlinked(tables: Mapping[str, pd.DataFrame], aliases: Mapping[str, str]) -> dict[str, pd.DataFrame]:
    """Give notes known by a short link, or by creator and day, the id that another row shows for them.

    Parameters
    ----------
    tables : the canonical tables by name.
    aliases : short link → note, where a row shows both.
    """
    notes = tables["notes"]
    names = _tidy(notes["creator_name"])
    day = notes["posted_at"].dt.tz_convert(BEIJING).dt.normalize()
    is_unlinked = notes["note_id"].str.startswith(UNLINKED)
    if not is_unlinked.any():
        return dict(tables)
    shown = pd.DataFrame({"name": names, "day": day, "id": notes["note_id"]})
    known = shown[~is_unlinked].dropna().drop_duplicates()
    one = known[~known.duplicated(["name", "day"], keep=False)].set_index(["name", "day"])["id"]
    asked = shown[is_unlinked].dropna().drop_duplicates()
    asked = asked[~asked.duplicated(["name", "day"], keep=False)]
    found = zip(asked["id"], one.reindex(pd.MultiIndex.from_frame(asked[["name", "day"]])), strict=True)
    mapped = {**{short: note for short, note in found if isinstance(note, str)}, **aliases}
    named = {name: rows for name, rows in tables.items() if "note_id" in rows and len(rows)}
    return {**tables, **{name: _rename_notes(rows, mapped) for name, rows in named.items()}}


def _rename_notes(rows: pd.DataFrame, mapped: Mapping[str, str]) -> pd.DataFrame:
    return rows.assign(note_id=rows["note_id"].map(lambda note: mapped.get(note, note)).astype("str"))
