"""The same thing in several files or under several names: counted once, the best source first, nothing lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from xhs_toolkit.errors import Problem
from xhs_toolkit.exports.times import BEIJING
from xhs_toolkit.tables import NUMERIC_KINDS, ORDERS, PLACEMENTS, PROVENANCE, Table, get_creator

MAX_CONFLICTS = 20
FIX_CONFLICT = "keep one of the rows; the first was used"
FIX_OVERLAP = "nothing, if the newer export is right; else take one of the two files out"
SAME_WITHIN = 0.005
"""Figures nearer to each other are the same: files round to two decimals."""
_PLACES = list(PROVENANCE)


class Part(NamedTuple):
    """The rows one sheet gives one table, and when their figures were true."""

    rows: pd.DataFrame
    as_of: pd.Timestamp | None = None


def join_parts(parts: Sequence[Part], table: Table) -> tuple[pd.DataFrame, list[Problem]]:
    """Put the rows of all sheets together, each row once.

    Tables with ``as_of`` keep every snapshot. In the others (days, comments, invoices) the newest file counts
    for each key: an older file's rows with the same key are left out, and told where their figures differ.
    """
    frames = [part.rows for part in parts if len(part.rows)]
    if not frames:
        return table.empty(), []
    joined = pd.concat(frames, ignore_index=True) if len(frames) > 1 else frames[0].reset_index(drop=True)
    if "as_of" in table.key:
        return drop_repeated(joined, table)
    newest, problems = keep_newest(joined, _rank_parts([part for part in parts if len(part.rows)]), table)
    if table.name in _NAMED_ROWS:
        newest, repeated = drop_repeated(newest, table)
        problems = [*problems, *repeated]
    return newest, problems


_NAMED_ROWS = {"comments", "rankings"}
"""Tables without ``as_of`` whose key names one thing, so that it cannot stand in a file twice."""


# --------------------------------------------------------------------------- the same row twice


def drop_repeated(rows: pd.DataFrame, table: Table) -> tuple[pd.DataFrame, list[Problem]]:
    """Keep the first of the rows that show the same thing at the same time; report where they disagree.

    What the first leaves open the others fill: a note on two rows of a sheet may have its likes on one of them.
    """
    key = drop_constant(identify(rows, table))
    repeated = key.duplicated()
    if not repeated.any():
        return rows, []
    is_alike = key.duplicated(keep=False)
    alike = rows[is_alike]
    said = alike.drop(columns=[*_PLACES, "as_of_source"], errors="ignore")
    group = key[is_alike].groupby(list(key.columns), dropna=False, sort=False).ngroup()
    together = said.groupby(group, sort=False).transform("first")
    differs = (said.notna() & said.ne(together)).any(axis=1)
    kept = alike[~repeated[is_alike]].assign(**{name: together[name] for name in together})
    merged = pd.concat([rows[~is_alike], kept]).sort_index().reset_index(drop=True)
    return merged, _report_conflicts(alike[differs & ~said.duplicated()], table)


def drop_constant(key: pd.DataFrame) -> pd.DataFrame:
    """Without the columns that are alike in every row and tell nothing apart; one column always stays."""
    varying = [name for name in key if not (key[name].isna().all() or key[name].eq(key[name].iloc[0]).all())]
    return key[varying or list(key.columns[:1])] if len(key) else key


def identify(rows: pd.DataFrame, table: Table) -> pd.DataFrame:
    """The columns that tell rows apart; a creator without an id is told by number or name."""
    key = rows[list(table.key)]
    unnamed = _find_unnamed(rows, table)
    if unnamed.any():
        key = key.assign(_row=pd.Series(range(len(rows)), index=rows.index).where(unnamed, -1))
    if "creator_id" not in key and table.name != "placements":
        return key
    who = rows["creator_id"]
    for name in ("xhs_number", "creator_name"):
        who = who.fillna(rows[name]) if name in rows else who
    return key.assign(creator_id=who)


def _find_unnamed(rows: pd.DataFrame, table: Table) -> pd.Series:
    """Placements that name neither order nor note: two of them are two, whatever else is alike."""
    if table.name != "placements":
        return pd.Series(False, index=rows.index)
    return rows[["placement_id", "note_id"]].isna().all(axis=1)


def _report_conflicts(rows: pd.DataFrame, table: Table) -> list[Problem]:
    what = f"repeats an earlier row of the same {table.label_en.lower().rstrip('s')} and time with other figures"
    shown = [
        Problem(what, FIX_CONFLICT, file=row.source_file, sheet=_text(row.source_sheet), row=int(row.source_row))
        for row in rows.head(MAX_CONFLICTS).itertuples()
    ]
    rest = len(rows) - len(shown)
    more = Problem(f"{rest:,} more rows of {table.name} repeat earlier ones with other figures", FIX_CONFLICT)
    return [*shown, more] if rest > 0 else shown


def _text(value: object) -> str | None:
    return str(value) if pd.notna(value) else None


# ----------------------------------------------------------------------- the same day in two files


def _rank_parts(parts: Sequence[Part]) -> pd.Series:
    """One number a row, the newer its file the higher; of equally new files the later name."""
    oldest = pd.Timestamp.min.tz_localize("UTC")
    moments = [part.as_of if part.as_of is not None and pd.notna(part.as_of) else oldest for part in parts]
    order = sorted(range(len(parts)), key=lambda place: (moments[place], place))
    rank = {place: number for number, place in enumerate(order)}
    return pd.Series([rank[place] for place, part in enumerate(parts) for _ in range(len(part.rows))])


def keep_newest(rows: pd.DataFrame, rank: pd.Series, table: Table) -> tuple[pd.DataFrame, list[Problem]]:
    """Keep, for each key, only the rows of the newest file that has it.

    Parameters
    ----------
    rows : columns of the table.
    rank : one number a row; the rows of one file share it, a newer file's is higher.
    """
    if rank.nunique() < 2:
        return rows, []
    key = _number_keys(rows, table)
    best = rank.groupby(key).transform("max")
    is_old = rank < best
    if not is_old.any():
        return rows, []
    problems = _report_overlaps(rows, key, is_old, table)
    return rows[~is_old].reset_index(drop=True), problems


def _number_keys(rows: pd.DataFrame, table: Table) -> pd.Series:
    key = rows[list(table.key)]
    if table.name == "invoices":
        loose = rows["invoice_id"].isna()
        said = pd.util.hash_pandas_object(rows.drop(columns=_PLACES), index=False)
        key = key.assign(_said=said.where(loose, 0))
    return key.groupby(list(key.columns), dropna=False, sort=False).ngroup()


def _report_overlaps(rows: pd.DataFrame, key: pd.Series, is_old: pd.Series, table: Table) -> list[Problem]:
    """One problem a file whose older rows say something else than the newer ones that count."""
    numbers = [column.name for column in table if column.kind in NUMERIC_KINDS and column.name not in _PLACES]
    newer = rows[~is_old].groupby(key[~is_old])[numbers].sum(min_count=1)
    older = rows[is_old].groupby([key[is_old], rows["source_file"][is_old]])[numbers].sum(min_count=1)
    now = newer.reindex(older.index.get_level_values(0)).set_axis(older.index, axis="index")
    differs = (older.sub(now).abs() >= SAME_WITHIN) | (older.isna() != now.isna())
    counts = differs.any(axis=1).groupby(level=1).sum()
    return [
        Problem(
            f"{n:,} row(s) of {table.label_en.lower()} stand in a newer file too, with other figures; "
            "only the newer ones count",
            FIX_OVERLAP,
            file=str(file),
        )
        for file, n in counts[counts > 0].items()
    ]


OFFICIAL = {"dandelion_notes": 0, "dandelion_api_notes": 0, "dandelion_orders": 0, "creator_center_notes": 1}
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
    "source_keyword",
)
"""Columns of a note that do not grow and may be filled from another source."""
KEPT_BY_HAND = "agency_"
COUNTED = ("exposure", "views", "likes", "collects", "comments", "shares", "follows", "engagement")


def make_latest(notes: pd.DataFrame) -> pd.DataFrame:
    """One row a note: the newest snapshot of the most official source.

    Dandelion comes before the creator centre, and that before all others. Columns that describe the note
    (title, text, tags, creator, format, …) are filled from its other rows; figures never are, so that a row
    without any, of a sheet of fees kept by hand, yields to one that has some. A day of posting
    yields to the exact time that another row knows.

    Parameters
    ----------
    notes : columns of `tables.NOTES`, all snapshots.
    """
    ordered = _best_first(notes)
    is_bare = ordered["source"].str.startswith(KEPT_BY_HAND) & ordered[list(COUNTED)].isna().all(axis=1)
    ordered = ordered.iloc[is_bare.to_numpy(dtype=bool, na_value=False).argsort(kind="stable")]
    latest = ordered.drop_duplicates("note_id").set_index("note_id", drop=False)
    filled = ordered.groupby("note_id", sort=False)[list(DESCRIPTIVE)].first()
    described = {name: latest[name].fillna(filled[name].reindex(latest.index)) for name in DESCRIPTIVE}
    exact = ordered[ordered["posted_precision"].eq("time")].drop_duplicates("note_id").set_index("note_id")["posted_at"]
    timed = exact.reindex(latest.index)
    described["posted_at"] = timed.fillna(described["posted_at"])
    described["posted_precision"] = latest["posted_precision"].mask(timed.notna(), "time")
    return latest.assign(**described).reset_index(drop=True).astype(notes.dtypes.to_dict())


def _best_first(notes: pd.DataFrame) -> pd.DataFrame:
    """Most official first, then newest; the place in the files only breaks ties."""
    ranked = notes.assign(_rank=notes["source"].map(OFFICIAL).fillna(len(OFFICIAL)))
    by = ["_rank", "as_of", "source", "source_file", "source_sheet", "source_row"]
    ordered = ranked.sort_values(by, ascending=[True, False, True, True, True, True], kind="stable", na_position="last")
    return ordered.drop(columns="_rank")


# ----------------------------------------------------------------------------- orders and placements

COST_PARTS = ("price_cny", "service_fee_cny", "product_cost_cny", "shipping_cost_cny")


def make_latest_orders(orders: pd.DataFrame) -> pd.DataFrame:
    """One row an order: its newest snapshot.

    Parameters
    ----------
    orders : columns of `tables.ORDERS`, all snapshots.
    """
    return _best_first(orders).drop_duplicates("placement_id").sort_index().astype(ORDERS.empty().dtypes.to_dict())


def make_latest_placements(placements: pd.DataFrame) -> pd.DataFrame:
    """One row a placement and source: its newest snapshot. Two orders of one note stay two.

    Several sources may show the same note: which of them counts, the ledger decides amount by amount.

    Parameters
    ----------
    placements : columns of `tables.PLACEMENTS`, all snapshots.
    """
    ordered = _drop_old_unnamed(_best_first(placements))
    key = identify(ordered, PLACEMENTS).drop(columns="as_of")
    return ordered[~key.duplicated()].sort_index().reset_index(drop=True)


def _drop_old_unnamed(placements: pd.DataFrame) -> pd.DataFrame:
    """Without rows that name neither order nor note, where a newer snapshot shows the creator."""
    named = placements[["placement_id", "note_id"]].notna().any(axis=1)
    who = [placements["source"], get_creator(placements).fillna("")]
    newest = placements["as_of"].groupby(who).transform("max")
    return placements[named | newest.isna() | placements["as_of"].eq(newest)]


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

    Two rows that both tell the time of day, and another one, are two notes of one day.

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
    one = known[~known.duplicated(["name", "day"], keep=False)]
    asked = shown[is_unlinked].dropna().drop_duplicates()
    asked = asked[~asked.duplicated(["name", "day"], keep=False)]
    pairs = asked.merge(one, on=["name", "day"], suffixes=("", "_shown"))
    second = _second(notes["posted_at"]).where(notes["posted_at"].dt.tz_convert(BEIJING).ne(day))
    times = second.groupby(notes["note_id"]).min()
    mine, theirs = pairs["id"].map(times), pairs["id_shown"].map(times)
    same = pairs[~(mine.notna() & theirs.notna() & mine.ne(theirs))]
    mapped = dict(zip(same["id"], same["id_shown"], strict=True))
    mapped = {**_match_only_notes(notes.assign(_name=names), mapped), **mapped, **aliases}
    named = {name: rows for name, rows in tables.items() if "note_id" in rows and len(rows)}
    return {**tables, **{name: _rename_notes(rows, mapped) for name, rows in named.items()}}


def _match_only_notes(notes: pd.DataFrame, matched: Mapping[str, str]) -> dict[str, str]:
    """Unlinked notes → the note whose creator shows no other: fees on one sheet, days and figures on another.

    Notes that both have a day, and not the same, stay two. Those of another sheet are taken where most of the
    unlinked notes of a sheet find one, so that it is a sheet of the same notes.
    """
    rest = notes[~notes["note_id"].isin(list(matched))].dropna(subset=["_name", "note_id"])
    ids = rest.groupby(["_name", "note_id"], sort=False).agg(
        posted_at=("posted_at", "max"), source_file=("source_file", "first"), source_sheet=("source_sheet", "first")
    )
    ids = ids.reset_index().fillna({"source_sheet": ""})
    is_unlinked = ids["note_id"].str.startswith("posted:")
    linked, loose = (part[~part.duplicated("_name", keep=False)] for part in (ids[~is_unlinked], ids[is_unlinked]))
    pairs = loose.merge(linked, on="_name", suffixes=("", "_shown"))
    pairs = pairs[pairs["posted_at"].isna() | pairs["posted_at_shown"].isna()]
    place = ["source_file", "source_sheet"]
    n_loose, n_found = ids[is_unlinked].groupby(place).size(), pairs.groupby(place).size()
    share = (n_found / n_loose).reindex(pd.MultiIndex.from_frame(pairs[place])).to_numpy()
    found = pairs[pairs["source_file"].eq(pairs["source_file_shown"]) | (share > MOST)]
    return dict(zip(found["note_id"], found["note_id_shown"], strict=True))


MOST = 0.5


def _rename_notes(rows: pd.DataFrame, mapped: Mapping[str, str]) -> pd.DataFrame:
    return rows.assign(note_id=rows["note_id"].map(lambda note: mapped.get(note, note)).astype("str"))
