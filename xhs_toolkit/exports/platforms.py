"""Exports and rows of other platforms, which look alike and must not count: 抖音, 快手, B站, 微博, 视频号."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import NamedTuple

import pandas as pd

from xhs_toolkit.bundled import bundled_folder, read_bundled_yaml
from xhs_toolkit.errors import Problem
from xhs_toolkit.exports.cellbase import matches, to_arrow
from xhs_toolkit.exports.meanings import read_meaning

LINK_COLUMNS = ("note_link", "creator_link")
"""Columns whose cells lead to a note or a creator, and so to a platform."""
SAMPLE = 50
"""Rows looked at for links and ids."""
_NAMES_ONE = {"creator", "nickname", "id", "number", "note", "title"}
"""Parts of a header that name a creator or a note: in an export of another platform those are its own."""
_LINKS = {"link", "homepage", "address"}


class Words(NamedTuple):
    """``templates/exports/platforms.yaml``, ready to search with.

    Attributes
    ----------
    ours : names of Xiaohongshu. our_cell : its links and ids. not_ours : its name after a "not".
    theirs, counted : other platform → its names with what only it counts, and the latter alone.
    channels : other ways in which customers come, the platforms among them.
    short, hosts : what a cell under 平台 may say, and a word in the host of a link → the platform.
    host : a link to one of `hosts`.
    """

    ours: re.Pattern[str]
    our_cell: re.Pattern[str]
    not_ours: re.Pattern[str]
    theirs: dict[str, re.Pattern[str]]
    counted: dict[str, re.Pattern[str]]
    channels: re.Pattern[str]
    short: dict[str, str]
    hosts: dict[str, str]
    host: str


@cache
def read_words() -> Words:
    """Read how files write platforms and channels, once."""
    found = read_bundled_yaml(bundled_folder("templates") / "exports" / "platforms.yaml")
    counted, others, ours = found["counted"], found["others"], "|".join(found["ours"])
    both = {name: "|".join(filter(None, [pattern, counted.get(name)])) for name, pattern in others.items()}
    return Words(
        _compile(ours),
        _compile("|".join(found["ours_cell"])),
        _compile(
            rf"(?:(?<![a-z])(?:non|not|no|except|excluding|without|outside|other than)[\s_-]*|非|除了?|不是)(?:{ours})"
        ),
        {name: _compile(pattern) for name, pattern in both.items()},
        {name: _compile(pattern) for name, pattern in counted.items()},
        _compile("|".join([*others.values(), *found["channels"]])),
        found["short"],
        found["hosts"],
        rf"(?i)^\s*https?://[^/\s]*?({'|'.join(map(re.escape, found['hosts']))})",
    )


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


SEVERAL = re.compile(r"[/,，、;；&+]|(?<![a-z])(?:or|and)(?![a-z])|或|和|及", re.IGNORECASE)
"""What stands between channels of which any may be meant."""


def name_channel(text: object) -> str:
    """What a client's word for where a customer came from says: ``ours``, ``other``, ``unclear`` or ''.

    Of two channels the one named first counts (小红书加微信: found on Xiaohongshu), unless either may be meant.

    >>> [name_channel(text) for text in ("RED", "RedNote (KOL)", "Referred", "WeChat", "online")]
    ['ours', 'ours', 'other', 'other', '']
    >>> [name_channel(text) for text in ("小红书加微信", "WeChat / XHS", "non-XHS", None)]
    ['ours', 'unclear', 'other', '']
    """
    if not isinstance(text, str):
        return ""
    words, text = read_words(), text.strip()
    ours = words.ours.search(text) or words.our_cell.search(text)
    other = words.channels.search(text) or words.not_ours.search(text)
    if ours and other:
        if SEVERAL.search(text):
            return "unclear"
        return "ours" if ours.start() < other.start() else "other"
    return "ours" if ours else "other" if other else ""


def name_other_platform(
    headers: Sequence[str],
    titles: Sequence[str] = (),
    body: pd.DataFrame | None = None,
    *,
    links: Iterable[object] = (),
    counts: Callable[[str], bool] = bool,
) -> str | None:
    """The one other platform that a sheet is of; None where it speaks of ours as well.

    A figure of another platform beside the same figure of ours (粉丝数, 抖音粉丝数) does not make the sheet theirs,
    nor does one that the sheet's kind has no place for, nor a column for links that holds none of theirs.

    Parameters
    ----------
    headers, titles : what the sheet calls its columns, and itself: its name, the rows above, the file's name.
    body : its cells, one column a header; links and ids of ours make it ours.
    links : the cells that should lead to notes or creators; where all lead to one other platform, the sheet is theirs.
    counts : whether a header without the platform's name has a place in the sheet's kind.

    >>> name_other_platform(["抖音博主", "粉丝数"]), name_other_platform(["昵称", "点赞"], ["抖音"])
    ('抖音', '抖音')
    >>> name_other_platform(["小红书主页", "抖音主页"]) is None
    True
    >>> name_other_platform(["昵称", "粉丝数", "抖音粉丝数"]) is None
    True
    """
    words = read_words()
    cells = [] if body is None else body.head(SAMPLE).astype(object).to_numpy().ravel().tolist()
    texts = [cell for cell in cells if isinstance(cell, str)]
    if any(map(words.ours.search, [*headers, *titles])) or any(map(words.our_cell.search, texts)):
        return None
    hosts = {name_host(text) for text in links} - {None}
    if len(hosts) == 1:
        return hosts.pop()
    named = [name for name, theirs in words.theirs.items() if any(map(theirs.search, [*headers, *titles]))]
    if len(named) != 1:
        return None
    is_theirs = _make_test(named[0], headers, texts, counts)
    return named[0] if any(map(words.theirs[named[0]].search, titles)) or any(map(is_theirs, headers)) else None


def name_host(text: object) -> str | None:
    """The other platform that a link leads to."""
    host = re.match(read_words().host, text) if isinstance(text, str) else None
    return read_words().hosts[host.group(1).lower()] if host else None


def _make_test(
    platform: str, headers: Sequence[str], cells: Sequence[str], counts: Callable[[str], bool]
) -> Callable[[str], bool]:
    """Whether a header that names another platform says that the sheet is of it."""
    theirs, counted = read_words().theirs[platform], read_words().counted.get(platform)
    ours = {read_meaning(text).readings for text in headers if not theirs.search(text)}

    def is_theirs(text: str) -> bool:
        if not theirs.search(text):
            return False
        if counted and counted.search(text):
            return True
        without = theirs.sub(" ", text)
        rest = read_meaning(without).readings
        parts = frozenset[str]().union(*rest)
        if parts & _LINKS:
            return any("://" in cell and theirs.search(cell) for cell in cells)
        return bool(parts & _NAMES_ONE) or (rest not in ours and counts(without))

    return is_theirs


def describe_other_platform(platform: str, *, file: str, sheet: str | None) -> Problem:
    """Say that a sheet is of another platform and is not read."""
    what = f"is an export of another platform ({platform}) and is not read"
    return Problem(what, "take it out, or name its kind under 'files' in campaign.yaml", file=file, sheet=sheet)


def drop_other_platforms(rows: pd.DataFrame) -> tuple[pd.DataFrame, list[Problem]]:
    """Leave out the rows that a column 平台 or a link gives to another platform; one problem says how many."""
    found = {name: _name_cells(rows[name]) for name in ("platform_name", *LINK_COLUMNS) if name in rows}
    named = [rows[name].map(cells).astype(object) for name, cells in found.items() if any(cells.values())]
    kept = rows.drop(columns="platform_name", errors="ignore")
    if not named:
        return kept, []
    other = named[0]
    for further in named[1:]:
        other = other.fillna(further)
    is_other = other.notna()
    platforms = ", ".join(sorted(set(other[is_other])))
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


def _name_cells(cells: pd.Series) -> dict[object, str | None]:
    """Each distinct cell → the other platform it names or leads to."""
    if cells.name in LINK_COLUMNS:
        away = cells[matches(to_arrow(cells.astype("str")), read_words().host)]
        return {cell: name_host(cell) for cell in away.unique()}
    distinct = cells.dropna().unique()
    return {
        cell: read_words().short.get(str(cell).strip().lower()) or name_other_platform([], [str(cell)])
        for cell in distinct
    }
