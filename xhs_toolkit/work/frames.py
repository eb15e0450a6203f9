"""Frames that are safe to add up and to join: one row a thing, snapshots and overlapping reports taken apart.

Each is made of the canonical tables by the room that owns the fact; what is added here is only what tells one row
from another. What their columns mean stands in `columns`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from xhs_toolkit.benchmarks import add_tier
from xhs_toolkit.errors import Problem, XhsError
from xhs_toolkit.exports.sheets import open_file
from xhs_toolkit.metrics import add_engagement
from xhs_toolkit.results import add_followers
from xhs_toolkit.tables import get_creator
from xhs_toolkit.thread import add_theme
from xhs_toolkit.work.questions import check_column

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign


COUNTED = ("exposure", "views", "likes", "collects", "comments", "shares", "follows", "engagement")
"""Figures of a note that only grow."""
DAY = pd.Timedelta(days=1)


def add_posting_times(notes: pd.DataFrame, *, snapshots: pd.DataFrame, campaign: Campaign) -> pd.DataFrame:
    """Add ``posted_hour`` (0 to 23), ``posted_weekday`` (Monday is 0) and ``age_days``, in the campaign's time zone.

    Where the source of a note's figures shows the day only, the hour is that of another source of the same note;
    without one it is missing.

    Parameters
    ----------
    snapshots : the canonical table ``notes``, every source.
    """
    moments = snapshots.loc[snapshots["posted_at"].notna() & ~_is_day(snapshots), ["note_id", "posted_at"]]
    timed = moments.drop_duplicates("note_id").set_index("note_id")["posted_at"].dt.tz_convert(campaign.time_zone)
    local = notes["posted_at"].dt.tz_convert(campaign.time_zone)
    return notes.assign(
        posted_hour=notes["note_id"].map(timed.dt.hour).astype("float64"),
        posted_weekday=local.dt.day_of_week.astype("float64"),
        age_days=(notes["as_of"] - notes["posted_at"]) / DAY,
    )


def _is_day(notes: pd.DataFrame) -> pd.Series:
    """Whether only the day of posting is known: as the reader says, else where the time is midnight in Beijing."""
    beijing = notes["posted_at"].dt.tz_convert("Asia/Shanghai")
    precision = notes["posted_precision"]
    return precision.eq("date") | (precision.isna() & beijing.eq(beijing.dt.normalize()))


def describe_notes(notes: pd.DataFrame, *, tables: Mapping[str, pd.DataFrame], campaign: Campaign) -> pd.DataFrame:
    """Add followers, tier, theme, engagement and times of posting to notes that are not the campaign's."""
    return (
        notes.pipe(add_followers, creators=tables["creators"])
        .pipe(add_tier, tiers=campaign.agency.tiers)
        .pipe(add_theme, themes=campaign.themes)
        .pipe(add_engagement)
        .pipe(add_posting_times, snapshots=tables["notes"], campaign=campaign)
    )


def make_growth(snapshots: pd.DataFrame, *, notes: pd.DataFrame) -> pd.DataFrame:
    """How the campaign's notes grew: one row a note and snapshot of the source that its latest figures come from.

    Parameters
    ----------
    snapshots : the canonical table ``notes``.
    notes : one row a campaign note.

    Returns
    -------
    ``note_id``, ``creator_id``, ``creator_name``, ``title``, ``format``, ``theme``, ``tier``, ``as_of``, ``age_days``,
    and for each of `COUNTED` the total until then (``views_so_far``) and what came since the snapshot before
    (``views_gained``; of the first, all until then), which is safe to add up.
    """
    about = ["note_id", "source", "creator_id", "creator_name", "title", "format", "theme", "tier"]
    figures = add_engagement(snapshots)[["note_id", "source", "posted_at", "as_of", *COUNTED]]
    rows = figures.merge(notes[about], on=["note_id", "source"]).sort_values(["note_id", "as_of"], kind="stable")
    rows = rows.assign(age_days=(rows["as_of"] - rows["posted_at"]) / DAY)
    totals = rows[list(COUNTED)]
    gained = totals - totals.groupby(rows["note_id"]).shift().fillna(0.0)
    kept = rows[["note_id", *about[2:], "as_of", "age_days"]]
    return pd.concat([kept, totals.add_suffix("_so_far"), gained.add_suffix("_gained")], axis=1).reset_index(drop=True)


def make_words(ad_days: pd.DataFrame) -> pd.DataFrame:
    """Search words: one row a day, word and advertising unit, with the note that the unit showed.

    ``note_id`` is the keyword report's own, or that of the unit in a report of notes; missing where a unit showed
    several. Words that are in no keyword report are in no row.
    """
    words = ad_days[ad_days["keyword"].notna()]
    shown = ad_days.dropna(subset=["unit_id", "note_id"]).drop_duplicates(["unit_id", "note_id"])
    alone = shown.drop_duplicates("unit_id", keep=False).set_index("unit_id")["note_id"]
    found = words["note_id"].fillna(words["unit_id"].map(alone).astype("str"))
    return words.assign(note_id=found).reset_index(drop=True)


def keep_one(rows: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """The newest row of each thing; the order of the files breaks ties."""
    ordered = rows.sort_values("as_of", kind="stable") if "as_of" in rows else rows
    return ordered.drop_duplicates(key, keep="last").sort_index().reset_index(drop=True)


def make_followers(counts: pd.DataFrame) -> pd.DataFrame:
    """Followers: one row a creator and day, the newest count of the day."""
    day = counts["as_of"].dt.tz_convert("Asia/Shanghai").dt.tz_localize(None).dt.normalize()
    who = get_creator(counts)
    dated = counts.assign(date=day.astype("datetime64[us]"), _who=who)
    return keep_one(dated, ["_who", "date"]).drop(columns="_who")


def drop_notes(tables: Mapping[str, pd.DataFrame], note_ids: set[str]) -> dict[str, pd.DataFrame]:
    """The canonical tables without some notes: without their snapshots, fees and comments, and the ads on them."""
    ads = tables["ad_days"]
    units = set(ads.loc[ads["note_id"].isin(note_ids), "unit_id"].dropna())
    shared = set(ads.loc[ads["note_id"].notna() & ~ads["note_id"].isin(note_ids), "unit_id"].dropna())
    of_unit = ads["note_id"].isna() & ads["unit_id"].isin(units - shared)
    kept = {name: rows[~rows["note_id"].isin(note_ids)] if "note_id" in rows else rows for name, rows in tables.items()}
    return {**kept, "ad_days": ads[~ads["note_id"].isin(note_ids) & ~of_unit]}


class Joined(NamedTuple):
    """What `join_sheet` found.

    Attributes
    ----------
    rows : the frame's rows, each once, with the sheet's columns beside them; missing where the sheet has no such row.
    not_found : rows of the sheet that no row of the frame belongs to.
    without : rows of the frame that the sheet says nothing of.
    """

    rows: pd.DataFrame
    not_found: pd.DataFrame
    without: pd.DataFrame

    def __repr__(self) -> str:
        found = len(self.rows) - len(self.without)
        names = "; ".join(map(str, self.not_found.iloc[:, 0])) if len(self.not_found) else "none"
        return f"{found} of {len(self.rows)} rows found a partner; rows of the sheet without one: {names}"


def fold(values: pd.Series) -> pd.Series:
    """Names in the form in which they are compared: full width narrowed, no spaces, small letters.

    >>> fold(pd.Series(["Ａna  Li ", "ana li"])).tolist()
    ['anali', 'anali']
    """
    plain = values.astype("str").str.normalize("NFKC").str.casefold()
    return plain.str.replace(r"[\s\u200b-\u200f\ufeff']+", "", regex=True).replace("", None)


def join_sheet(rows: pd.DataFrame, path: Path, *, on: str, column: str | None = None) -> Joined:
    """Put a sheet's columns beside the rows of a frame.

    Parameters
    ----------
    path : xlsx, xls, csv or tsv, its header in the first row that is filled.
    on : column of the frame.
    column : the sheet's header for it; by default of the same name.

    Raises
    ------
    XhsError
        a column is missing, or the sheet says two things of one row of the frame: all such rows are listed.
    """
    sheet = read_sheet(path)
    theirs = column or on
    check_column(rows, on)
    check_column(sheet, theirs)
    keyed = sheet.assign(_key=fold(sheet[theirs]))
    filled = keyed[keyed["_key"].notna()]
    _refuse_repeats(filled, theirs, path)
    key = fold(rows[on])
    others = filled.drop(columns=theirs).set_index("_key")
    others.columns = [f"{name} ({path.stem})" if name in rows else name for name in others.columns]
    beside = others.reindex(key).set_axis(rows.index)
    return Joined(
        pd.concat([rows, beside], axis=1),
        sheet[~keyed["_key"].isin(key.dropna())],
        rows[~key.isin(filled["_key"])],
    )


def read_sheet(path: Path) -> pd.DataFrame:
    """The first sheet with cells in it: header from its first filled row, numbers where a column holds only those.

    The index counts rows from 0 as they stand in the file.
    """
    cells = next(sheet.cells for sheet in open_file(path) if sheet.cells.size)
    texts = cells.astype("str").replace({"": None, "nan": None, "None": None})
    filled = cells[texts.notna().any(axis=1)]
    header = [" ".join(str(name).split()) for name in filled.iloc[0]]
    named = [place for place, name in enumerate(header) if name]
    body = filled.iloc[1:, named].set_axis([header[place] for place in named], axis=1)
    return body.apply(_read_numbers)


def _read_numbers(values: pd.Series) -> pd.Series:
    """Numbers where every filled cell is one, text otherwise; an id of many digits stays text."""
    texts = values.astype("str").str.strip().replace({"": None, "None": None})
    numbers = pd.to_numeric(texts.str.replace(",", ""), errors="coerce")
    is_id = texts.str.fullmatch(r"0\d+|\d{12,}").fillna(False).any()
    return numbers if numbers.notna().eq(texts.notna()).all() and not is_id else texts


def _refuse_repeats(sheet: pd.DataFrame, column: str, path: Path) -> None:
    repeated = sheet[sheet["_key"].duplicated()]
    if len(repeated):
        problems = [
            Problem("is there already", "keep one row of each", path.name, row=int(row) + 1, column=column, value=value)
            for row, value in repeated[column].items()
        ]
        raise XhsError(f"{path.name} says several things of one {column}.", problems)
