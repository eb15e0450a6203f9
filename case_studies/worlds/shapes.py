"""How numbers, times and links look in each platform's files."""

from __future__ import annotations

import pandas as pd

from case_studies.worlds.notes import BEIJING

MISSING = "-"
WAN = 10_000


def show_rate(rates: pd.Series) -> pd.Series:
    """Percent texts as Dandelion writes them.

    >>> show_rate(pd.Series([0.0081, None])).tolist()
    ['0.81%', '-']
    """
    return rates.map(lambda rate: MISSING if pd.isna(rate) else f"{100 * rate:.2f}%").astype(object)


def show_day(moments: pd.Series) -> pd.Series:
    """Days in Beijing: 2026/08/06."""
    return moments.dt.tz_convert(BEIJING).dt.strftime("%Y/%m/%d").astype(object)


def show_moment(moments: pd.Series) -> pd.Series:
    """Moments in Beijing as the creator centre writes them: 2026年07月11日03时09分05秒."""
    local = moments.dt.tz_convert(BEIJING)
    return local.dt.strftime("%Y{}%m{}%d{}%H{}%M{}%S{}").map(lambda text: text.format(*"年月日时分秒")).astype(object)


def show_short_count(value: int, *, unit: str = "万") -> str:
    """A count as text, shortened from 10,000 on as on the platform's pages.

    >>> show_short_count(950), show_short_count(12_345), show_short_count(12_345, unit="w")
    ('950', '1.2万', '1.2w')
    """
    return str(value) if value < WAN else f"{value / WAN:.1f}{unit}"


def show_missing(values: pd.Series, *, known: pd.Series) -> pd.Series:
    """Values where known, the platform's dash elsewhere."""
    return values.astype(object).where(known, MISSING)


def make_note_link(note_ids: pd.Series) -> pd.Series:
    """The address of a note, which holds its id."""
    return "https://www.xiaohongshu.com/explore/" + note_ids
