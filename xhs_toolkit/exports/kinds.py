"""Every kind of export, from one YAML each in ``templates/exports/kinds/``, and what headers do not tell of them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from xhs_toolkit.bundled import bundled_folder, read_bundled_yaml
from xhs_toolkit.errors import CampaignError, Problem
from xhs_toolkit.exports.cells import take_fan_lists_apart
from xhs_toolkit.exports.layouts import Layout
from xhs_toolkit.exports.times import BEIJING
from xhs_toolkit.tables import TABLES, hash_author

_NOTE_IN_LINK = r"(?:explore|discovery/item|search_result|note|item)/([0-9a-fA-F]{24})(?![0-9a-fA-F])"
_OWN_NOTE_IN_LINK = r"user/profile/[0-9a-fA-F]{24}/([0-9a-fA-F]{24})(?![0-9a-fA-F])"
_CREATOR_IN_LINK = r"(?:user/profile|blogger-detail|blogger|user)/([0-9a-fA-F]{24})(?![0-9a-fA-F])"
_RANKED = re.compile(r"(?:^|[\n\s;,；，])\s*(?:\d+[.、)\s]\s*)?([^\d\s|:：;,；，%]+)\s*[|:：\s]?\s*(\d+(?:\.\d+)?)\s*%")

_LISTED = re.compile(r'"(?:name|group)"\s*:\s*"([^"]+)"\s*,\s*"percent"\s*:\s*"?(\d+(?:\.\d+)?)')

MAX_REPORTED = 50
"""Rows of one habit in one file that are reported one by one."""

Result = tuple[pd.DataFrame, list[Problem]]
"""Better rows, and what there was to report."""


def fill_note_id_from_link(rows: pd.DataFrame) -> Result:
    """Take the note id from ``note_link`` where ``note_id`` is missing; the link is text and is never followed."""
    if "note_link" not in rows:
        return rows, []
    links = rows["note_link"]
    found = links.str.extract(_OWN_NOTE_IN_LINK, expand=False).fillna(links.str.extract(_NOTE_IN_LINK, expand=False))
    bare = links.where(links.str.fullmatch(r"[0-9a-fA-F]{24}", na=False))
    found = found.fillna(bare).str.lower()
    known = rows["note_id"].fillna(found) if "note_id" in rows else found
    lost = links.notna() & known.isna()
    return rows.assign(note_id=known), report_rows(
        rows[lost], "note_link", "holds no note id", "use a link of the form …/explore/<24 letters and digits>"
    )


def fill_creator_id_from_link(rows: pd.DataFrame) -> Result:
    """Take the creator id from ``creator_link`` where ``creator_id`` is missing."""
    if "creator_link" not in rows:
        return rows, []
    found = rows["creator_link"].str.extract(_CREATOR_IN_LINK, expand=False).str.lower()
    return rows.assign(creator_id=rows["creator_id"].fillna(found) if "creator_id" in rows else found), []


def name_note_by_posting(rows: pd.DataFrame) -> Result:
    """Name a note without an id by the moment it was posted: ``posted:2026-07-10T19:09:05Z``."""
    ids = rows["note_id"] if "note_id" in rows else pd.Series(None, index=rows.index, dtype="str")
    posted = rows["posted_at"][ids.isna() & rows["posted_at"].notna()]
    if posted.empty:
        return rows.assign(note_id=ids), []
    moment = "posted:" + posted.dt.strftime("%Y-%m-%dT%H:%M:%SZ").astype("str")
    return rows.assign(note_id=ids.fillna(moment)), []


def name_note_by_creator(rows: pd.DataFrame) -> Result:
    """Name a note that has figures and no link by its day and creator: ``posted:2026-03-01|小栗``."""
    ids = rows["note_id"] if "note_id" in rows else pd.Series(None, index=rows.index, dtype="str")
    who = rows.reindex(columns=["creator_name", "creator_id"]).bfill(axis=1).iloc[:, 0]
    shown = rows.reindex(columns=["likes", "collects", "comments", "views", "exposure"]).fillna(0).gt(0).any(axis=1)
    days = rows["posted_at"] if "posted_at" in rows else pd.Series(pd.NaT, index=rows.index)
    unlinked = ids.isna() & shown & who.notna() & days.notna()
    if not unlinked.any():
        return rows.assign(note_id=ids), []
    day = days[unlinked].dt.tz_convert(BEIJING).dt.strftime("%Y-%m-%d")
    names = "posted:" + day + "|" + who[unlinked].astype("str")
    told = Problem(
        f"{int(unlinked.sum())} published note(s) have no link and are known by creator and day",
        "add their links, so that other files can be joined",
        file=str(rows["source_file"].iloc[0]),
    )
    return rows.assign(note_id=ids.fillna(names).astype("str")), [told]


def blank_unmeasured_exposure(rows: pd.DataFrame) -> Result:
    """Make exposure 0 beside views above 0 missing, and the click rate with it: it was not measured."""
    if not {"exposure", "views"} <= set(rows.columns):
        return rows, []
    unmeasured = rows["exposure"].eq(0) & rows["views"].gt(0)
    problems = report_rows(
        rows[unmeasured],
        "exposure",
        "beside views above 0: exposure was not measured and is left missing, and so is the click rate",
        "nothing, unless the platform now shows a figure",
    )
    rates = {"cover_click_rate": rows["cover_click_rate"].mask(unmeasured)} if "cover_click_rate" in rows else {}
    return rows.assign(exposure=rows["exposure"].mask(unmeasured), **rates), problems


def blank_zero_prices(rows: pd.DataFrame) -> Result:
    """Make an asked price of 0 missing: the creator does not offer that format."""
    prices = [name for name in ("image_price_cny", "video_price_cny") if name in rows]
    return rows.assign(**{name: rows[name].mask(rows[name].eq(0)) for name in prices}), []


UNKNOWN_AS_ZERO = ("cost_per_engagement_cny", "cost_per_view_cny", "cpm_cny", "views_median", "exposure_median")
"""Figures of which 0 cannot be: a note that exists was shown, and nothing is free."""


def blank_zero_figures(rows: pd.DataFrame) -> Result:
    """Make an estimated cost, median exposure or median views of 0 missing: the source does not know it."""
    names = [name for name in rows if str(name).split("|", 1)[0] in UNKNOWN_AS_ZERO]
    return rows.assign(**{name: rows[name].mask(rows[name].eq(0)) for name in names}), []


_LIST_MARKS = r"[\[\]{}\"']"


def tidy_tags(rows: pd.DataFrame) -> Result:
    """Write tags that came as a list or an object (``['旅行']``, ``{"profession": "博主"}``) with commas between."""
    if "tags" not in rows:
        return rows, []
    listed = rows["tags"].str.contains(r"^\s*[\[{].*[\]}]\s*$", regex=True).fillna(False).astype(bool)
    if not listed.any():
        return rows, []
    plain = rows["tags"].str.replace(r"\"[A-Za-z_]\w*\"\s*:", "", regex=True).str.replace(_LIST_MARKS, "", regex=True)
    plain = plain.str.replace(r"\s*[,，]\s*", ",", regex=True).str.strip(" ,")
    return rows.assign(tags=rows["tags"].mask(listed, plain.mask(plain.eq("")))), []


def tidy_ranked_lists(rows: pd.DataFrame) -> Result:
    """Write lists of names with shares in one way: ``美食 0.0772; 影视 0.0494``."""
    lists = [name for name in ("fan_interests", "fan_places") if name in rows]
    return rows.assign(**{name: rows[name].map(tidy_ranked_list).astype("str") for name in lists}), []


def tidy_ranked_list(text: object) -> object:
    r"""Names and shares of one cell; a cell of another form stays as it is.

    >>> tidy_ranked_list("1        美食        7.72%\n2        影视        4.94%")
    '美食 0.0772; 影视 0.0494'
    >>> tidy_ranked_list("上海|17.4% 北京|15.2%")
    '上海 0.174; 北京 0.152'
    """
    if isinstance(text, str) and (listed := _LISTED.findall(text)):
        return "; ".join(f"{name} {_to_share(share):g}" for name, share in listed)
    pairs = _RANKED.findall(text) if isinstance(text, str) else []
    return "; ".join(f"{name} {round(float(share) / 100, 6):g}" for name, share in pairs) or text


def _to_share(text: str) -> float:
    """A share of a JSON list: a fraction up to 1, else of 100."""
    number = float(text)
    return round(number if number <= 1 else number / 100, 6)


def hide_authors(rows: pd.DataFrame) -> Result:
    """Turn ``author_id`` into ``author_key``: a hash that tells people apart and names nobody."""
    if "author_id" not in rows:
        return rows, []
    keys = {name: hash_author(name) for name in rows["author_id"].dropna().unique()}
    return rows.assign(author_key=rows["author_id"].map(keys).astype("str")).drop(columns="author_id"), []


def make_translation(column: str, words: Mapping[str, str]) -> Callable[[pd.DataFrame], Result]:
    """Return a quirk that writes a choice in the toolkit's words; what is not known is missing and reported.

    Parameters
    ----------
    column : the column of choices.
    words : canonical choice → what files call it, separated by spaces (an underscore for a space within).
    """
    known = {_fold(word): choice for choice, listed in words.items() for word in listed.split()}

    def translate(rows: pd.DataFrame) -> Result:
        if column not in rows:
            return rows, []
        found = rows[column].map(lambda value: known.get(_fold(value)) if isinstance(value, str) else None)
        unknown = rows[column].notna() & found.isna()
        told = report_rows(rows[unknown], column, "is not a known word here", f"write one of {', '.join(words)}")
        return rows.assign(**{column: found.astype("str")}), told

    return translate


def _fold(word: str) -> str:
    return re.sub(r"[\s_\-]+", "", word).casefold()


def report_rows(rows: pd.DataFrame, column: str, what: str, fix: str) -> list[Problem]:
    """One problem a row, with the place the row came from; of many the first ones and their number."""
    shown = [*itertools.islice(_report_each(rows, column, what, fix), MAX_REPORTED)]
    rest = len(rows) - len(shown)
    file = str(rows["source_file"].iloc[0]) if rest > 0 else None
    return [*shown, Problem(f"{rest:,} more cells: {what}", fix, file=file, column=column)] if rest > 0 else shown


def _report_each(rows: pd.DataFrame, column: str, what: str, fix: str) -> Iterator[Problem]:
    sheets = rows["source_sheet"].astype(object).where(rows["source_sheet"].notna(), None)
    places = zip(rows["source_file"], sheets, rows["source_row"], rows[column].astype(object), strict=True)
    for file, sheet, row, value in places:
        yield Problem(what, fix, file=str(file), sheet=sheet, row=int(row), column=column, value=_plain(value))


def _plain(value: object) -> object:
    """Whole floats as integers, so that a message shows 0 and not 0.0; missing as nothing."""
    if pd.isna(value):
        return None
    return int(value) if isinstance(value, float | np.floating) and float(value).is_integer() else value


# ------------------------------------------------------------------------------------ ads

LEVELS = {
    "keyword": "keyword",
    "creative_id": "creative",
    "note_id": "note",
    "unit_id": "unit",
    "campaign_id": "campaign",
}
"""Column → level of a row that has it, the finest first."""


def name_levels(rows: pd.DataFrame) -> Result:
    """Add ``level``: the finest of keyword, creative, note, unit and campaign that a row names."""
    level = pd.Series("account", index=rows.index, dtype="str")
    for column, name in reversed(LEVELS.items()):
        if column in rows:
            level = level.mask(rows[column].notna(), name)
    return rows.assign(level=level), []


WRITE_YES = "write yes or no"
WHERE = (
    *("date", "market", "channel", "lead_source", "theme", "code", "currency"),
    *("creator_id", "creator_name", "creator_link"),
)
"""Columns that leads are counted by."""
WINDOWS = {1.0: 30.0, 2.0: 90.0}
"""Dandelion's dateType → days."""


def spread_metrics(rows: pd.DataFrame) -> Result:
    """One row a figure, where the file has a column for each (``metric_sales``, ``metric_orders`` …)."""
    wide = [name for name in rows if str(name).startswith("metric_")]
    parts = [
        rows.drop(columns=wide).assign(metric=name.removeprefix("metric_"), value=rows[name].astype(float))
        for name in wide
    ]
    joined = pd.concat(parts).astype({"metric": "str"})
    if "currency" in joined:
        joined["currency"] = joined["currency"].where(joined["metric"].eq("sales"))
    return joined[joined["value"].notna()].sort_values("source_row", kind="stable").reset_index(drop=True), []


def fill_channel(rows: pd.DataFrame) -> Result:
    """Take where customers came from for the channel, where the file has no other."""
    if "lead_source" not in rows or "channel" in rows:
        return rows, []
    return rows.assign(channel=rows["lead_source"]), []


def count_leads(rows: pd.DataFrame) -> Result:
    """One row a lead → leads and qualified leads a day, market, channel, theme, code and creator.

    A lead listed twice under one ``lead_id`` counts once. Where a lead's yes or no is missing, the qualified leads
    of its group are not known.
    """
    rows, problems = _drop_repeated_leads(rows)
    unknown = rows["qualified"].isna()
    problems += report_rows(
        rows[unknown], "qualified", "says neither yes nor no: how many qualified is not known", WRITE_YES
    )
    by = [name for name in (*WHERE, "as_of") if name in rows]
    group = rows.groupby(by, dropna=False, sort=False).ngroup()
    base = rows.drop(columns="qualified").loc[~group.duplicated()]
    yes = rows["qualified"].astype(float).groupby(group, sort=False)
    counted = {"leads": yes.size(), "qualified_leads": yes.agg(lambda values: values.sum(skipna=False))}
    parts = [base.assign(metric=name, value=values.to_numpy(dtype=float)) for name, values in counted.items()]
    return pd.concat(parts, ignore_index=True).astype({"metric": "str"}), problems


def _drop_repeated_leads(rows: pd.DataFrame) -> tuple[pd.DataFrame, list[Problem]]:
    if "lead_id" not in rows:
        return rows, []
    again = rows["lead_id"].notna() & rows["lead_id"].duplicated()
    told = report_rows(rows[again], "lead_id", "is listed before and counts once", "nothing, if it is one person")
    return rows[~again].drop(columns="lead_id"), told


def read_window_types(rows: pd.DataFrame) -> Result:
    """Write the window in days where the file has Dandelion's number of it (1 and 2)."""
    if "window_days" not in rows:
        return rows, []
    return rows.assign(window_days=rows["window_days"].replace(WINDOWS)), []


FOLDER = "own_exports"
"""Where an agency's own kinds lie, beside its ``agency.yaml``."""
OWN = "agency_"
"""Start of the names of kinds that people keep by hand, which an agency's own kinds leave free."""
_PLAIN = ("kind", "title", "table", "is_daily", "written", "money_unit", "constants", "any_platform")
_TUPLES = ("elsewhere", "also", "other_kinds", "also_needs", "in_any_currency")
_MADE = ("columns", "required", "measures", "quirks", "translate", "implied", "named_like")
_KEYS = {*_PLAIN, *_TUPLES, *_MADE, "order", "like", "without", "example", "reads"}


def list_layouts(agency_folder: Path | None = None) -> tuple[Layout, ...]:
    """Every kind of export, the more official first: of two that fit equally well the first is taken.

    Parameters
    ----------
    agency_folder : where ``agency.yaml`` lies; kinds in its folder ``own_exports/`` come before the toolkit's, and one
        of the same name takes its place.

    Raises
    ------
    CampaignError : a file there is no kind of export.
    """
    return _list_layouts(tuple((path, path.stat().st_mtime_ns) for path in list_own_kinds(agency_folder)))


def list_own_kinds(agency_folder: Path | None) -> list[Path]:
    """The files of an agency's own kinds of export."""
    return sorted((agency_folder / FOLDER).glob("*.yaml")) if agency_folder else []


@lru_cache(maxsize=8)
def _list_layouts(own: tuple[tuple[Path, int], ...]) -> tuple[Layout, ...]:
    bundled = {str(said["kind"]): said for said in _read_bundled()}
    mine = {str(said["kind"]): said for said in (read_own_kind(path, bundled) for path, _ in own)}
    rest = [said for kind, said in bundled.items() if kind not in mine]
    return tuple(_make_layout(said, bundled) for said in (*mine.values(), *rest))


def _read_bundled() -> list[dict[str, Any]]:
    folder = bundled_folder("templates") / "exports" / "kinds"
    said = [read_bundled_yaml(path) for path in sorted(folder.glob("*.yaml"))]
    return sorted(said, key=lambda one: one.get("order", 0))


def read_own_kind(path: Path, bundled: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Read and check one file of an agency's own; all that is wrong with it is in one message.

    Raises
    ------
    CampaignError : it is no YAML, or no kind of export.
    """
    try:
        said = read_bundled_yaml(path)
        problems = list(_check_kind(said, bundled)) if isinstance(said, dict) else [("kind", "is missing", "add it")]
    except (yaml.YAMLError, UnicodeError) as error:
        problems = [("", f"is no YAML: {' '.join(str(error).split())}", "put the line right")]
    if problems:
        file = f"{FOLDER}/{path.name}"
        told = [Problem(what, fix, file=file, column=setting or None) for setting, what, fix in problems]
        raise CampaignError("A kind of export of the agency's own cannot be used.", told)
    return dict(said)


def _check_kind(said: Mapping[str, Any], bundled: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, str, str]]:
    """Setting, fault and fix of each thing that is wrong with a kind."""
    needed = ("kind", "title", "table", "columns", "required", "example", "reads")
    yield from ((name, "is missing", "see templates/exports/kinds for examples") for name in needed if name not in said)
    yield from ((name, "is no setting of a kind", "take it out") for name in said if name not in _KEYS)
    if str(said.get("kind", "")).startswith(OWN):
        yield "kind", f"begins with {OWN}, as kinds kept by hand do", "choose another name"
    if (like := said.get("like")) and like not in bundled:
        yield "like", f"{like} is no kind", f"write one of {', '.join(bundled)}"
    if (table := said.get("table")) and table not in TABLES:
        yield "table", f"{table} is no table", f"write one of {', '.join(TABLES)}"
    helpers = {name for kind in bundled.values() for name in kind["columns"]}
    allowed = {column.name for one in TABLES.values() for column in one} | helpers
    for name in said.get("columns", ()):
        if name not in allowed:
            yield "columns", f"{name} is no column", "choose one of docs/codebook.md"
    for name in said.get("quirks", ()):
        if name not in QUIRKS:
            yield "quirks", f"{name} is no function of the readers", f"write one of {', '.join(sorted(QUIRKS))}"


def _make_layout(said: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]]) -> Layout:
    """The layout that a file describes; ``like`` names a kind whose columns it has too, ``without`` those it lacks."""
    plain: dict[str, Any] = {name: said[name] for name in _PLAIN if name in said}
    listed: dict[str, Any] = {name: tuple(said[name]) for name in _TUPLES if name in said}
    return Layout(
        columns=_list_columns(said, known),
        required=tuple(map(tuple, said["required"])),
        measures={name: tuple(headers) for name, headers in said.get("measures", {}).items()},
        quirks=tuple(_find_quirk(name, said) for name in said.get("quirks", ())),
        implied=frozenset(said.get("implied", ())),
        named_like=tuple(said["named_like"]) if "named_like" in said else None,
        **listed,
        **plain,
    )


def _list_columns(said: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    inherited = _list_columns(known[said["like"]], known) if "like" in said else {}
    kept = {name: headers for name, headers in inherited.items() if name not in said.get("without", ())}
    return {**kept, **{name: tuple(headers) for name, headers in said["columns"].items()}}


def _find_quirk(name: str, said: Mapping[str, Any]) -> Any:
    if name != "translate":
        return QUIRKS[name]
    [(column, words)] = said["translate"].items()
    return make_translation(column, words)


QUIRKS: dict[str, Any] = {
    **{quirk.__name__: quirk for quirk in (
        *(fill_note_id_from_link, fill_creator_id_from_link, name_note_by_posting, name_note_by_creator),
        *(blank_zero_prices, blank_zero_figures, tidy_tags, tidy_ranked_lists, take_fan_lists_apart, hide_authors),
        *(name_levels, spread_metrics, fill_channel, count_leads, read_window_types, blank_unmeasured_exposure),
    )},
    "translate": make_translation,
}  # fmt: skip
"""What a kind may do to its rows, by the name that its file gives."""
