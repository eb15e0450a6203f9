"""What figures say of each other, within a row, a file and a campaign: a contradiction is told once a file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from xhs_toolkit.bundled import bundled_folder, read_bundled_yaml
from xhs_toolkit.errors import Problem
from xhs_toolkit.exports.layouts import ColumnMapping
from xhs_toolkit.tables import TABLES

Relation = Mapping[str, Any]
Tables = Mapping[str, pd.DataFrame]
_ROUNDING = 1e-9
_NEAR, _LAST_DIGIT = 0.02, 0.0105
"""How far a rate may be from that of its figures: a share of it, or a little more than its last digit."""
_DAY = pd.Timedelta(days=1)
_PLACE = ["source_file", "source_sheet"]
EXCHANGED = "look whether two columns are exchanged, or one counts something else"
UNIT = "look whether a column is in another unit (万, %, fen), or two are exchanged"
TYPED = "look whether the day was typed right, and whether days and months are exchanged"


@cache
def read_relations() -> Mapping[str, Any]:
    """The relations by their form, from ``templates/exports/relations.yaml``."""
    found: Mapping[str, Any] = read_bundled_yaml(bundled_folder("templates") / "exports" / "relations.yaml")
    return found


def check_relations(tables: Tables) -> list[Problem]:
    """Report each relation that rows of a file break: how many, and the first of them.

    Parameters
    ----------
    tables : the canonical tables by name.
    """
    relations = read_relations()
    return [
        problem
        for form, check in FORMS.items()
        for relation in relations[form]
        if "table" not in relation or len(tables[relation["table"]])
        for problem in check(tables, relation)
    ]


def _tell(
    rows: pd.DataFrame,
    broken: pd.Series,
    what: str,
    describe: Callable[[pd.Series], str],
    *,
    fix: str,
    column: str | None = None,
    **shown: pd.Series,
) -> Iterator[Problem]:
    """One problem a file and sheet: how many rows are broken, and what the first says; `shown` is what it describes."""
    broken = broken.fillna(False).astype(bool)
    if not broken.any():
        return
    for (file, sheet), group in rows.assign(**shown)[broken].groupby(_PLACE, dropna=False, sort=False):
        first = group.iloc[0]
        yield Problem(
            f"{len(group):,} row(s) {what}: {describe(first)} in the first",
            fix,
            file=str(file),
            sheet=str(sheet) if pd.notna(sheet) else None,
            row=int(first["source_row"]),
            column=column,
        )


def _take(tables: Tables, relation: Relation) -> pd.DataFrame:
    """The rows that a relation is about: of one source, where it names one."""
    rows = tables[relation["table"]]
    return rows[rows["source"].eq(relation["source"])] if "source" in relation else rows


def _label(table: str, *columns: str) -> str:
    return " + ".join(TABLES[table][column].label_en.lower() for column in columns)


def _show(value: Any) -> str:
    return f"{value:%Y-%m-%d}" if isinstance(value, datetime) else f"{value:,.6g}"


def _check_at_most(tables: Tables, relation: Relation) -> Iterator[Problem]:
    """Rows of which the left is above the right; of times the right side gets a day."""
    rows, left, right = tables[relation["table"]], relation["left"], relation["right"]
    is_time = pd.api.types.is_datetime64_any_dtype(rows[left])
    most = rows[right] + _DAY if is_time else rows[right] * (1 + relation.get("slack", _ROUNDING))
    figures = rows[left] * rows[relation["times"]] if "times" in relation else rows[left]
    labels = _label(relation["table"], left), _label(relation["table"], right)
    times = f" times {_label(relation['table'], relation['times'])}" if "times" in relation else ""
    what = f"have {labels[0]}{times} above {labels[1]}, which cannot be"
    yield from _tell(
        rows,
        figures > most,
        what,
        lambda first: f"{_show(first['_left'])} above {_show(first[right])}",
        fix=EXCHANGED,
        _left=figures,
    )


def _check_parts(tables: Tables, relation: Relation) -> Iterator[Problem]:
    """Rows of which the parts add up to less or more than the whole has place for."""
    rows, whole = tables[relation["table"]], relation["whole"]
    names = [*relation["needed"], *relation.get("more", ())]
    full = rows[relation["needed"]].notna().all(axis=1)
    added = rows[names].sum(axis=1).where(full)
    total = rows[whole] if whole in rows else pd.Series(float(whole), index=rows.index)
    broken = (added < total * relation["low"] - 1) | (added > total * relation["high"] + (1 if whole in rows else 0))
    broken |= _find_odd(added, total, file=rows["source_file"])
    title = _label(relation["table"], whole) if whole in rows else "all"
    yield from _tell(
        rows,
        broken,
        f"have {_label(relation['table'], *names)} that do not fit {title}",
        lambda first: f"{_show(first['_added'])} beside {_show(first['_total'])}",
        fix=EXCHANGED,
        _added=added,
        _total=total,
    )


def _find_odd(added: pd.Series, total: pd.Series, *, file: pd.Series) -> pd.Series:
    """The few rows of a file whose parts are not the whole, where they are in nearly all others."""
    known = added.notna() & total.notna()
    fits = (added - total).abs().le(1).astype(float).where(known)
    share = fits.groupby(file).transform("mean")
    return known & fits.eq(0) & share.ge(read_relations()["nearly_all"])


def _check_bands(tables: Tables, relation: Relation) -> Iterator[Problem]:
    """Rows, or files in their middle, of which left over right lies outside of what can be."""
    rows, left, right = _take(tables, relation), relation["left"], relation["right"]
    ratio = (rows[left] / rows[right].where(rows[right] > 0)).astype(float)
    files = ratio.groupby(rows["source_file"])
    many = files.transform("count") >= read_relations()["rows_of_a_middle"]
    middle = ratio if relation.get("row") else files.transform("median").where(many)
    broken = ratio.notna() & ((middle > relation["high"]) | ((middle < relation["low"]) & middle.gt(0)))
    yield from _tell(
        rows,
        broken,
        f"have a strange {_label(relation['table'], left)} for their {_label(relation['table'], right)}",
        lambda first: f"{_show(first[left])} for {_show(first[right])}",
        fix=UNIT,
        column=left,
    )


def _check_same(tables: Tables, relation: Relation) -> Iterator[Problem]:
    """Rows of one thing of which one figure is many times another."""
    by, place = relation["by"], [*_PLACE, "source_row"]
    parts = [
        tables[table][[by, *place, column]]
        .dropna(subset=[by, column])
        .rename(columns={column: "figure"})
        .assign(of=column)
        for table, columns in relation["of"].items()
        for column in columns
    ]
    rows = pd.concat(parts, ignore_index=True)
    rows = rows[rows["figure"] > 0]
    others = rows.groupby(by)["figure"].agg(["min", "max", "median"])
    rows = rows.join(others, on=by)
    rows = rows[rows["max"] > rows["min"] * relation["factor"]]
    far = np.maximum(rows["figure"] / rows["median"], rows["median"] / rows["figure"])
    yield from _tell(
        rows,
        far.groupby(rows[by]).transform("max").eq(far),
        "have a figure far from what other rows tell of the same creator",
        lambda first: (
            f"{_show(first['figure'])} ({first['of']}), elsewhere between {_show(first['min'])} and "
            f"{_show(first['max'])}"
        ),
        fix=UNIT,
    )


def _check_growing(tables: Tables, relation: Relation) -> Iterator[Problem]:
    """Rows of a note with less than an earlier export of the same source had."""
    rows, column = tables[relation["table"]], relation["column"]
    ordered = rows[rows[column].notna()].sort_values("as_of", kind="stable")
    before = ordered.groupby(["note_id", "source"])[column].cummax()
    yield from _tell(
        ordered,
        ordered[column] < before * (1 - relation["fall"]),
        f"have less {_label(relation['table'], column)} than an earlier export",
        lambda first: f"{_show(first[column])} after {_show(first['_before'])}",
        fix="look whether the days of two exports are exchanged, or a column is",
        column=column,
        _before=before,
    )


def _check_days(tables: Tables, relation: Relation) -> Iterator[Problem]:
    """Rows with a day that cannot be, or is years away from the newest export."""
    rows, column = _take(tables, relation), relation["column"]
    days, today, latest = rows[column].dt.tz_localize(None), find_today(), find_latest(tables)
    earliest = pd.Timestamp(read_relations()["earliest"])
    first_day = max(earliest, latest - pd.Timedelta(days=relation["days"])) if "days" in relation else earliest
    yield from _tell(
        rows,
        (days > max(latest, today) + _DAY) | (days < first_day),
        f"have a day under {_label(relation['table'], column)} that cannot be, or is years from the newest export",
        lambda first: _show(first[column]),
        fix=TYPED,
        column=column,
    )


def find_latest(tables: Tables) -> pd.Timestamp:
    """The newest moment of an export, as far ahead as a clock may be wrong; today where no export tells its own."""
    moments = [frame["as_of"].max() for frame in tables.values() if "as_of" in frame and frame["as_of"].notna().any()]
    newest = max((moment.tz_localize(None) for moment in moments), default=find_today())
    return min(newest, find_today() + pd.DateOffset(years=read_relations()["years_ahead"]))


def find_today() -> pd.Timestamp:
    """Now, in UTC, without its zone."""
    return pd.Timestamp(datetime.now(UTC).replace(tzinfo=None))


def _check_whole(tables: Tables, relation: Relation) -> Iterator[Problem]:
    """Rows with a fraction of what is counted in whole."""
    rows, column = tables[relation["table"]], relation["column"]
    counted = rows[relation["by"]].isin(relation["of"]) if "by" in relation else True
    broken = counted & (rows[column] % 1).gt(_ROUNDING)
    yield from _tell(
        rows,
        broken,
        "have a fraction of what is counted",
        lambda first: f"{first[column]:,g}",
        fix="look whether the figure is an average or a share, or its point was moved",
        column=column,
    )


def _check_ids(tables: Tables, relation: Relation) -> Iterator[Problem]:
    """Rows with an id that lost or gained signs, and files whose long numbers all end in the zeros of a spreadsheet."""
    rows, column = tables[relation["table"]], relation["column"]
    ids, file = rows[column].astype("str"), rows["source_file"]
    cut = ids.str.fullmatch(r"(?=\d*[a-f])[0-9a-f]{20,23}", na=False)
    long = ids.str.fullmatch(r"\d{16,}", na=False)
    rounded = long & ids.str.slice(15).str.fullmatch(r"0+", na=False)
    n_long, n_rounded = (mask.groupby(file).transform("sum") for mask in (long, rounded))
    broken = cut | (rounded & n_rounded.eq(n_long) & n_rounded.gt(1))
    yield from _tell(
        rows,
        broken,
        f"have {_label(relation['table'], column)} that lost signs",
        lambda first: str(first[column]),
        fix="export the file again and open it as text: a spreadsheet keeps 15 digits",
        column=column,
    )


def _check_names(tables: Tables, relation: Relation) -> Iterator[Problem]:
    """Rows whose id has another name elsewhere, and whose name another id: the ids of two were exchanged."""
    rows, one, name = tables[relation["table"]], relation["id"], relation["name"]
    n_names = rows.groupby(one)[name].transform("nunique")
    n_ids = rows.groupby(name)[one].transform("nunique")
    yield from _tell(
        rows,
        (n_names > 1) & (n_ids > 1),
        f"have {_label(relation['table'], one)} and {_label(relation['table'], name)} of two creators crosswise",
        lambda first: f"{first[one]} {first[name]}",
        fix="look which id is whose: the ids of two rows may be exchanged",
        column=one,
    )


def _check_texts(tables: Tables, relation: Relation) -> Iterator[Problem]:
    """Rows with a text that was once decoded by the wrong table and saved so: of each file the first are looked at."""
    rows, column = tables[relation["table"]], relation["column"]
    texts = rows[column].astype("str")
    first = texts.groupby(rows["source_file"]).head(read_relations()["rows_of_texts"]).dropna()
    shown = [text for text in first.unique() if not text.isascii() and is_garbled(text)]
    yield from _tell(
        rows,
        texts.isin(shown),
        f"have a garbled {_label(relation['table'], column)}",
        lambda first: str(first[column])[:20],
        fix="export the file again as UTF-8: it was opened in the wrong encoding and saved",
        column=column,
    )


def is_garbled(text: str) -> bool:
    """Whether a text shows the traces of a wrong table, or all of it is UTF-8 read as GB 18030.

    >>> is_garbled("绀轰緥"), is_garbled("Kerer奴"), is_garbled("æ”¶è—"), is_garbled("示例博主"), is_garbled("B站")
    (True, True, True, False, False)
    """
    with suppress(UnicodeError):
        return re.search("[\u4e00-\u9fff]|[a-z][\u00e0-\u024f]", text.encode("gb18030").decode("utf-8")) is not None
    return re.search(read_relations()["garbled"], text) is not None


FORMS = {
    "at_most": _check_at_most,
    "parts": _check_parts,
    "bands": _check_bands,
    "same": _check_same,
    "growing": _check_growing,
    "days": _check_days,
    "whole": _check_whole,
    "ids": _check_ids,
    "names": _check_names,
    "texts": _check_texts,
}
"""Form of a relation → what checks it."""


# ------------------------------------------------------------------ rates beside the figures they are made of


def check_rates(
    rows: pd.DataFrame, body: pd.DataFrame, mappings: Sequence[ColumnMapping], *, file: str, sheet: str | None
) -> list[Problem]:
    """Report rows of a sheet whose own rate (点击率) is not that of its figures (clicks / impressions).

    Parameters
    ----------
    rows : the figures as they were read, by row of the file.
    body : the sheet's cells below its header, by row of the file, one column a header.
    mappings : what each header was taken for.
    """
    return [
        problem
        for relation in read_relations()["rates"]
        for mapping in mappings
        if mapping.header.strip().lower() in relation["headers"]
        for problem in _check_rate(rows, body.iloc[:, mapping.position], relation, (mapping.header, file, sheet))
    ]


def _check_rate(
    rows: pd.DataFrame, cells: pd.Series, relation: Relation, place: tuple[str, str, str | None]
) -> Iterator[Problem]:
    told = pd.to_numeric(cells.astype("str").str.strip().str.rstrip("%％"), errors="coerce").reindex(rows.index)
    others = [name for name in relation["right"] if name in rows]
    if relation["left"] not in rows or not others or told.notna().sum() == 0:
        return
    fits = pd.Series(False, index=rows.index)
    known = fits.copy()
    for name in others:
        rate = rows[relation["left"]] / rows[name].where(rows[name] > 0) * relation.get("per", 1)
        known |= rate.notna() & told.notna()
        fits |= _is_near(told, rate) | _is_near(told, rate * 100)
    broken = rows[known & ~fits]
    if len(broken):
        header, file, sheet = place
        yield Problem(
            f"{len(broken):,} row(s) tell a rate that is not that of their {relation['left']} and {others[0]}",
            EXCHANGED,
            file=file,
            sheet=sheet,
            row=int(broken.index[0]),
            column=header,
            value=cells.get(broken.index[0]),
        )


def _is_near(told: pd.Series, rate: pd.Series) -> pd.Series:
    """Whether a rate is the one told, as far as its last digit and 2% go."""
    return ((told - rate).abs() <= np.maximum(_NEAR * rate.abs(), _LAST_DIGIT)) & rate.notna()
