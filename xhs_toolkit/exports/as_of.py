"""When the figures of a row were true, and how that is known."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import PurePosixPath

import pandas as pd

from xhs_toolkit.exports.cells import BEIJING

_DAY_IN_NAME = re.compile(
    r"(?<!\d)(20\d\d)[-_.年]?(0[1-9]|1[0-2]|(?<=\D)[1-9])[-_.月]?(0[1-9]|[12]\d|3[01]|(?<=\D)[1-9])(?!\d)"
)
END_OF_DAY = timedelta(days=1, seconds=-1)
_EVENTS = ("posted_at", "date")


def add_as_of(
    rows: pd.DataFrame, *, file: str, created_at: datetime | None, modified_at: datetime | None
) -> pd.DataFrame:
    """Add ``as_of`` (UTC) and ``as_of_source``: column, else file properties, else file name, else date on disk.

    A bare day counts to its end in Beijing: the platforms report a day when it is over. A moment of the
    file that lies before one of its own notes was posted cannot be right and is passed over.
    """
    given = rows["as_of"] if "as_of" in rows else pd.Series(pd.NaT, index=rows.index, dtype="datetime64[us, UTC]")
    given = _to_end_of_day(given)
    moment, source = _find_moment(rows, file=file, created_at=created_at, modified_at=modified_at)
    known = given.notna()
    return rows.assign(
        as_of=given.fillna(moment).astype("datetime64[us, UTC]"),
        as_of_source=pd.Series("column", index=rows.index, dtype="str").where(known, source),
    )


def _to_end_of_day(moments: pd.Series) -> pd.Series:
    local = moments.dt.tz_convert(BEIJING)
    known = local.dropna()
    is_day = len(known) > 0 and (known == known.dt.normalize()).all()
    return moments + END_OF_DAY if is_day else moments


def _find_moment(
    rows: pd.DataFrame, *, file: str, created_at: datetime | None, modified_at: datetime | None
) -> tuple[pd.Timestamp | None, str | None]:
    newest = _newest_event(rows)
    candidates = [
        (_to_utc(created_at), "file_properties"),
        (read_day_in_name(file), "file_name"),
        (_to_utc(modified_at), "file_modified"),
    ]
    found = [(moment, source) for moment, source in candidates if moment is not None]
    return next((item for item in found if newest is None or item[0] >= newest), found[-1] if found else (None, None))


def _newest_event(rows: pd.DataFrame) -> pd.Timestamp | None:
    moments = [rows[name].max() for name in _EVENTS if name in rows and rows[name].notna().any()]
    return max((pd.Timestamp(m) if m.tzinfo else m.tz_localize(BEIJING) for m in moments), default=None)


def _to_utc(moment: datetime | None) -> pd.Timestamp | None:
    if moment is None:
        return None
    stamp = pd.Timestamp(moment)
    return stamp.tz_convert("UTC") if stamp.tzinfo else stamp.tz_localize("UTC")


def read_day_in_name(file: str) -> pd.Timestamp | None:
    """The last moment, in Beijing, of the day a file name gives; None without one or with several.

    >>> read_day_in_name("笔记数据_20260806.xlsx")
    Timestamp('2026-08-06 15:59:59+0000', tz='UTC')
    >>> read_day_in_name("notes.xlsx")
    """
    days = {"-".join(match) for match in _DAY_IN_NAME.findall(PurePosixPath(file).stem)}
    if len(days) != 1:
        return None
    day = pd.to_datetime(days.pop(), format="%Y-%m-%d", errors="coerce")
    return None if pd.isna(day) else (day.tz_localize(BEIJING) + END_OF_DAY).tz_convert("UTC")
