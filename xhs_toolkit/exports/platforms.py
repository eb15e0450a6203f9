"""Exports and rows of other platforms, which look alike and must not count: 抖音, 快手, B站, 微博, 视频号."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pandas as pd

from xhs_toolkit.errors import Problem

OTHERS = {
    "抖音": "抖音|douyin|(?<![a-z])dy(?=达人|博主|号|视频)",
    "TikTok": "tik ?tok",
    "快手": "快手|kuaishou",
    "Bilibili": "b站|哔哩|bilibili",
    "微博": "微博|weibo",
    "视频号": "视频号",
    "知乎": "知乎|zhihu",
    "YouTube": "youtube|油管",
    "Instagram": "instagram|(?<![a-z])ins(?![a-z])",
    "Facebook": "facebook|脸书",
}
"""Other platforms by name → how files write them."""
_OURS = re.compile(r"小红书|红书|xhs|xiao ?hong ?shu|rednote|red ?book|^red$", re.I)
_THEIRS = {name: re.compile(pattern, re.I) for name, pattern in OTHERS.items()}


def name_other_platform(texts: Iterable[str]) -> str | None:
    """The one other platform that headers or a sheet's name speak of; None where they speak of ours as well.

    >>> name_other_platform(["抖音博主", "粉丝数"])
    '抖音'
    >>> name_other_platform(["小红书主页", "抖音主页"]) is None
    True
    """
    joined = list(texts)
    if any(_OURS.search(text) for text in joined):
        return None
    named = [name for name, pattern in _THEIRS.items() if any(pattern.search(text) for text in joined)]
    return named[0] if len(named) == 1 else None


def describe_other_platform(platform: str, *, file: str, sheet: str | None) -> Problem:
    """Say that a sheet is of another platform and is not read."""
    what = f"is an export of another platform ({platform}) and is not read"
    return Problem(what, "take it out, or name its kind under 'files' in campaign.yaml", file=file, sheet=sheet)


def drop_other_platforms(rows: pd.DataFrame) -> tuple[pd.DataFrame, list[Problem]]:
    """Leave out the rows that a column 平台 gives to another platform; one problem says how many."""
    if "platform_name" not in rows:
        return rows, []
    names = {text: name_other_platform([text]) for text in rows["platform_name"].dropna().unique()}
    is_other = rows["platform_name"].map(names).notna()
    kept = rows.drop(columns="platform_name")
    if not is_other.any():
        return kept, []
    platforms = ", ".join(sorted({str(names[text]) for text in rows["platform_name"][is_other].unique()}))
    n_rows = f"{is_other.sum():,} rows are" if is_other.sum() > 1 else "1 row is"
    first = rows[is_other].iloc[0]
    problem = Problem(
        f"{n_rows} of another platform ({platforms}) and left out",
        "nothing, unless the column says something else",
        file=str(first["source_file"]),
        sheet=first["source_sheet"] if pd.notna(first["source_sheet"]) else None,
        row=int(first["source_row"]),
    )
    return kept[~is_other], [problem]
