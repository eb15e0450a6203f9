"""Other platforms and links of ours, and what a file says against itself."""

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
from xhs_toolkit.tables import TABLES

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
    cells : platform, ``ours`` for Xiaohongshu → phrases that a cell or a section's title may say.
    hosts : a word in the host of a link → the platform.
    host : a link to one of `hosts`.
    """

    ours: re.Pattern[str]
    our_cell: re.Pattern[str]
    not_ours: re.Pattern[str]
    theirs: dict[str, re.Pattern[str]]
    counted: dict[str, re.Pattern[str]]
    channels: re.Pattern[str]
    cells: dict[str, str]
    hosts: dict[str, str]
    host: str


@cache
def read_words() -> Words:
    """Read how files write platforms and channels, once."""
    found = read_bundled_yaml(bundled_folder("templates") / "exports" / "platforms.yaml")
    others, ours = found["others"], "|".join(found["ours"])
    text = {name: [said[key] for key in ("text", "counted") if key in said] for name, said in others.items()}
    counted = {name: said["counted"] for name, said in others.items() if "counted" in said}
    hosts = {host: name for name, said in others.items() for host in said.get("hosts", ())}
    return Words(
        _compile(ours),
        _compile("|".join(found["ours_links"])),
        _compile(
            rf"(?:(?<![a-z])(?:non|not|no|except|excluding|without|outside|other than)[\s_-]*|非|除了?|不是)(?:{ours})"
        ),
        {name: _compile("|".join(patterns)) for name, patterns in text.items() if patterns},
        {name: _compile(pattern) for name, pattern in counted.items()},
        _compile("|".join([*(said["text"] for said in others.values() if "text" in said), *found["channels"]])),
        {"ours": found["ours_cells"], **{name: said["cells"] for name, said in others.items() if "cells" in said}},
        hosts,
        rf"(?i)^\s*(?:https?://|www\.)[^/\s]*?({'|'.join(map(re.escape, hosts))})",
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
    return {cell: _name_cell(str(cell)) for cell in cells.dropna().unique()}


def _name_cell(text: str) -> str | None:
    """The other platform that a cell under 平台 names."""
    named = list_cells().get(text.strip().lower())
    return named if named not in {None, "ours", "other"} else name_other_platform([], [text])


@cache
def list_cells() -> dict[str, str]:
    """What cells say → the platform, ``ours`` for Xiaohongshu."""
    cells = read_words().cells.items()
    return {phrase.strip(): name for name, phrases in cells for phrase in phrases.split("|")}


_URL = re.compile(
    r"https?://[^\s，,;；、|)）\"'<>]+|(?:www\.|xhslink\.com|xiaohongshu\.com)[^\s，,;；、|)）\"'<>]*", re.I
)
_NOTE = re.compile(
    r"user/profile/[0-9a-f]{24}/([0-9a-f]{24})|(?:explore|discovery/item|search_result|note|item)/([0-9a-f]{24})", re.I
)
_SHORT = re.compile(r"xhslink\.com/(?:[a-z]/)?([A-Za-z0-9]{3,})", re.I)
_CREATOR = re.compile(r"(?:user/profile|blogger-detail|blogger|user)/([0-9a-f]{24})(?!/[0-9a-f]{24})(?![0-9a-f])", re.I)
_BARE = re.compile(r"\s*([0-9a-f]{24})\s*", re.I)
_OURS = re.compile(r"xiaohongshu\.com|xhslink\.com|rednote\.com|xhs\.cn", re.I)
SHORT = "xhslink:"
"""Start of the id of a note that is only known by its short link, which is stable."""


class Links(NamedTuple):
    """What the links of a cell lead to: ids of notes, ids of short links, other platforms, all ids in order."""

    notes: tuple[str, ...] = ()
    shorts: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    ordered: tuple[str, ...] = ()


def find_links(cell: object) -> Links:
    """Read every link of a cell; nothing is followed.

    >>> find_links("看 http://xhslink.com/a/Ab0Cd ，https://www.instagram.com/p/x")[:3]
    ((), ('xhslink:Ab0Cd',), ('Instagram',))
    """
    if not isinstance(cell, str):
        return Links()
    bare = _BARE.fullmatch(cell)
    if bare:
        return Links((bare.group(1).lower(),), ordered=(bare.group(1).lower(),))
    urls = _URL.findall(cell)
    found = [(name_note(url), _SHORT.search(url)) for url in urls]
    ordered = [note or SHORT + str(short and short.group(1)) for note, short in found if note or short]
    notes = [name for name in ordered if not name.startswith(SHORT)]
    shorts = [name for name in ordered if name.startswith(SHORT)]
    others = [name for url in urls if not _OURS.search(url) and (name := name_host(url))]
    return Links(*(tuple(dict.fromkeys(part)) for part in (notes, shorts, others, ordered)))


def find_urls(text: str) -> list[str]:
    """The addresses in a text."""
    return _URL.findall(text)


def name_note(url: str) -> str | None:
    """The id of the note that a link leads to."""
    found = _NOTE.search(url)
    return next(filter(None, found.groups())).lower() if found else None


def has_link(cell: object) -> bool:
    """Whether a cell holds a link, or the id of a note."""
    return isinstance(cell, str) and bool(_URL.search(cell) or _BARE.fullmatch(cell))


def is_creator_link(cell: object) -> bool:
    """Whether a cell leads to a creator's page."""
    return isinstance(cell, str) and bool(_CREATOR.search(cell)) and not _NOTE.search(cell)


def find_creator(cell: object) -> str | None:
    """The creator's id that a link shows."""
    found = _CREATOR.search(cell) if isinstance(cell, str) else None
    return found.group(1).lower() if found else None


ONCE = {"ad_days", "outcomes"}
"""Tables in which the same row of a file counts once: a day's spend is not spent twice."""
_TEXT = r"[^\d.,%¥￥\s+-]"


# ------------------------------------------------------------------------------ the same row twice


def find_repeated(body: pd.DataFrame) -> pd.Series:
    """Mask of the rows of a file that repeat an earlier one cell by cell."""
    return pd.util.hash_pandas_object(body.astype("str"), index=False).duplicated()


def hash_names(body: pd.DataFrame, unread: list[int]) -> pd.Series:
    """One number a row for what its unread columns of texts name, such as a product: what may tell two rows apart."""
    named = [place for place in unread if matches(to_arrow(body.iloc[:, place].astype("str")), _TEXT).any()]
    ids = [place for place in unread if place not in named and body.iloc[:, place].astype("str").str.len().min() >= 6]
    texts = body.iloc[:, [*named, *ids]].astype("str")
    return pd.util.hash_pandas_object(texts, index=False) if texts.shape[1] else pd.Series(0, index=body.index)


def ask_about_repeats(rows: pd.DataFrame, names: pd.Series, *, table: str) -> list[Problem]:
    """Ask about rows of one file that name the same day and things and show other figures: both count until told."""
    columns = [name for name in TABLES[table].key if name in rows and name != "source"]
    key = rows[columns].assign(_names=names.reindex(rows.index))
    again = key.duplicated(keep=False)
    if not again.any():
        return []
    first = rows[again].iloc[0]
    sheet = first["source_sheet"]
    return [
        Problem(
            f"{int(again.sum()):,} rows name the day and things of another row, with other figures; each counts",
            "keep one of each, or a column that tells them apart",
            file=str(first["source_file"]),
            sheet=str(sheet) if pd.notna(sheet) else None,
            row=int(first["source_row"]),
            topic="money" if table == "ad_days" else "figure",
            proposal="all of them count",
        )
    ]
