"""Where a sheet's header is, which rows are totals, and where one table of a sheet ends and another begins."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from xhs_toolkit.errors import Problem
from xhs_toolkit.exports.cellbase import find_blank, matches, to_arrow
from xhs_toolkit.exports.meanings import says_nothing_else
from xhs_toolkit.exports.sheetbase import Sheet

SEARCHED_ROWS = 30
TOTALS = frozenset(
    ["合计", "总计", "总和", "小计", "共计", "汇总", "total", "totals", "grand total", "subtotal", "sum"]
)
_TOTAL = rf"(?i)^\s*(?:{'|'.join(sorted(TOTALS))})\s*[:：]?\s*$"
_AVERAGE = r"(?i)^\s*(?:平均|平均值|均值|average|avg\.?|mean)\s*[:：]?\s*$"
_SUMMARY = f"{_TOTAL}|{_AVERAGE}"
_SAYS_SOMETHING = r"[^\s\d.]|\d{7}"
"""More than nothing and more than a row's number."""
_LONGEST_GROUP = 24
_LONGEST_NAME = 120
MIN_WIDE_GROUPS, MIN_LABELS = 2, 2
"""Groups over several labels, and labels below them, from which two rows are one header."""

Known = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Header:
    """A header found in a sheet.

    Parameters
    ----------
    rows : its first and its last row in the frame, from 0; one where they are the same.
    names : one name a column; ``group|label`` in a two-row header, ``""`` for a column without a name.
    """

    rows: tuple[int, ...]
    names: tuple[str, ...]

    @property
    def first_data_row(self) -> int:
        """The row of the frame, from 0, at which the data start."""
        return self.rows[-1] + 1


def find_header(sheet: Sheet, known: Known) -> Header | None:
    """Find the header among the first rows: the one with most cells that `known` recognises.

    Titles above it (one text over all columns) and blank rows are passed over. A row of groups directly above
    (日常30天, 合作30天, …), whose labels repeat below, is joined to the labels as ``group|label``.

    Parameters
    ----------
    sheet : as opened.
    known : says whether a header text means something; called with single labels and with ``group|label``.
    """
    known = cache(known)
    rows = [_texts_of(row) for row in sheet.cells.head(SEARCHED_ROWS).to_numpy(dtype=object)]
    scores = [_score(row, known) for row in rows]
    if not any(scores):
        return None
    best = scores.index(max(scores))
    pairs = [pair for pair in (best - 1, best) if _is_group_row(rows, pair)]
    joined = {pair: _unjoin(flatten_header(rows[pair], rows[pair + 1]), rows[pair + 1], known) for pair in pairs}
    joined = {pair: names for pair, names in joined.items() if names != rows[pair + 1]}
    for pair, names in sorted(joined.items(), key=lambda item: -_score(item[1], known)):
        if _score(names, known) >= scores[best] and _score(rows[pair + 1], known):
            return _go_on(rows, pair, names, known)
    if best in joined and any(below and not above for above, below in zip(rows[best], rows[best + 1], strict=True)):
        return _go_on(rows, best, joined[best], known)
    if best - 1 in joined and (found := _join_unknown(joined[best - 1], rows[best], known)):
        return Header((best - 1, best), tuple(found))
    return Header((best,), tuple(rows[best]))


def _unjoin(joined: list[str], labels: Sequence[str], known: Known) -> list[str]:
    """Leave out a group that is not understood over a label that is, and that stands once: 本地信息 over 粉丝数."""
    return [
        label
        if "|" in whole
        and labels.count(label) == 1
        and not known(whole)
        and known(label)
        and not _NARROWING.search(whole.split("|")[0])
        else whole
        for whole, label in zip(joined, labels, strict=True)
    ]


_NARROWING = re.compile(
    r"(?i)上[月周年期]|去年|同期|竞品|对标|目标|计划|预估|抖音|微博|快手|b站|视频号|公众号|instagram|tiktok|douyin|wechat|last|prev|target|kpi|plan|competitor|est"
)


def _join_unknown(joined: Sequence[str], labels: Sequence[str], known: Known) -> list[str]:
    """Join labels and groups that are not all understood; nothing where the row above is no row of groups.

    It is one where labels that are known repeat below it, or where two of its cells reach over several labels each.
    A label is then joined to its group, understood or not, if it repeats or if the group says something unknown.
    """
    groups = [name.split("|")[0] for name in joined if "|" in name]
    repeated = {label for label in labels if labels.count(label) > 1 and label and known(label)}
    wide = {group for group in groups if groups.count(group) > 1}
    if not repeated and len(wide) < MIN_WIDE_GROUPS:
        return []
    return [
        whole if not label or label in repeated or known(whole) or not says_nothing_else(whole.split("|")[0]) else label
        for whole, label in zip(joined, labels, strict=True)
    ]


def _texts_of(row: Sequence[object]) -> list[str]:
    """Header cells as texts, in one line, without outer spaces."""
    return [" ".join(cell.split()) if isinstance(cell, str) else _write(cell) for cell in row]


def _write(cell: object) -> str:
    return "" if cell is None or cell != cell else str(cell)  # noqa: PLR0124


def _score(names: Sequence[str], known: Known) -> int:
    """How many different names are known; a title repeated by merging counts once, so hardly at all."""
    return sum(1 for name in dict.fromkeys(names) if name and len(name) <= _LONGEST_NAME and known(name))


def _go_on(rows: list[list[str]], first: int, names: list[str], known: Known) -> Header:
    """A header of two rows, with the labels that may stand in the rows below them."""
    last = first + 1
    while last + 1 < len(rows) and _is_label_row(rows[last + 1], known):
        names, last = flatten_header(names, rows[last + 1]), last + 1
    return Header((first, last), tuple(names))


def _is_label_row(row: Sequence[str], known: Known) -> bool:
    """True where a row below a header goes on with it: labels that are known, and no value."""
    filled = [text for text in row if text]
    return not any(map(_looks_like_value, filled)) and sum(map(known, filled)) > 1


def _is_group_row(rows: list[list[str]], place: int) -> bool:
    """True where a row can be the groups over the labels of the row below."""
    if not 0 <= place < len(rows) - 1:
        return False
    groups, labels = rows[place], rows[place + 1]
    filled = [text for text in groups if text]
    if not filled or any(len(text) > _LONGEST_GROUP or _looks_like_value(text) for text in filled):
        return False
    if any(_looks_like_value(text) for text in labels) or sum(map(bool, labels)) < MIN_LABELS:
        return False
    spans = flatten_header(groups, labels)
    is_title = len(set(filled)) == 1 and all("|" in name for name in spans if name)
    return not is_title and any("|" in name for name in spans)


def _looks_like_value(text: str) -> bool:
    """True for what stands in data and preambles: numbers, dates, key: value."""
    return bool(re.fullmatch(_VALUES, text, re.IGNORECASE))


_VALUES = (
    r"(?:[-+¥￥]|[a-z]{0,3}\s?[$€£])?\s?[\d,.]+\s*[%wk万元+]*|.*\d{4}[-/年]\d{1,2}.*|.*\S[:：]\S.*|-+"
    r"|\d{1,2}[-/. ][a-z]{3}[a-z]*[-/. ]\d{2,4}|(?:nzd|aud|cny|rmb)\s?[\d,.]+|https?://.*"
)


def flatten_header(groups: Sequence[str], labels: Sequence[str]) -> list[str]:
    """Join a row of groups and a row of labels.

    A group reaches over the empty cells (or its own repetitions) to its right. A cell that spans both rows
    stands alone: same text below, or nothing.

    >>> flatten_header(["昵称", "日常30天", "", "合作30天", ""], ["", "曝光", "阅读", "曝光", "阅读"])
    ['昵称', '日常30天|曝光', '日常30天|阅读', '合作30天|曝光', '合作30天|阅读']
    """
    names, group = [], ""
    for above, label in zip(groups, labels, strict=True):
        if above:
            group = above if label and label != above else ""
        names.append(f"{group}|{label}" if group and label else label or above)
    return names


def drop_totals(frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Take out the rows whose first filled cell, a row's number apart, says 合计, 总计, total or 平均.

    Parameters
    ----------
    frame : data rows, header taken off.

    Returns
    -------
    The frame without them, and the rows taken out; both keep their index.
    """
    is_total = np.zeros(len(frame), dtype=bool)
    undecided = np.ones(len(frame), dtype=bool)
    numbered = np.zeros(len(frame), dtype=bool)
    for place in range(min(frame.shape[1], 5)):
        texts = to_arrow(frame.iloc[:, place].astype("str"))
        is_total |= undecided & matches(texts, _SUMMARY)
        numbered |= undecided & ~is_total & matches(texts, r"\d")
        undecided &= ~matches(texts, _SAYS_SOMETHING) & ~is_total
        if not undecided.any():
            break
    for row in np.flatnonzero(is_total & numbered):
        is_total[row] = sum(map(_says_something, frame.iloc[row])) <= 1
    return (frame[~is_total] if is_total.any() else frame), frame[is_total]


def _says_something(cell: object) -> bool:
    """Whether a cell holds more than nothing or a number: a numbered row with a title and a date is no total."""
    return bool(re.search(r"[^\W\d_]|\d[-/年:]\d", str(cell))) and cell == cell  # noqa: PLR0124


def find_averages(rows: pd.DataFrame) -> pd.Series:
    """Mask of the rows that average the others instead of adding them up."""
    found = [matches(to_arrow(rows.iloc[:, place].astype("str")), _AVERAGE) for place in range(min(rows.shape[1], 5))]
    return pd.Series(np.logical_or.reduce([np.zeros(len(rows), dtype=bool), *found]), index=rows.index)


MIN_NAMES = 3
"""Known headers a row must hold to open a table of its own: two may be data (图文, 视频)."""
MIN_GAP = 2
"""Empty cells of a row that part two tables side by side."""
MAX_SCANNED = 5_000
"""Rows of a sheet in which each row may open a table; in longer ones only those below a blank row."""
MAX_TABLES = 20
"""A sheet with more rows that look like headers explains columns, it does not hold so many tables."""

MAX_ASKED = 2_000
"""Different cells looked at."""
MIN_SHARE, LONGEST_NAME = 0.6, 40
"""Share of a header's cells that must be known, and the longest of them; exports' own keep both with room."""
_VALUE = re.compile(r"\d{4}|^[\d.,%+-]+$|://")

IsWhole = Callable[[Sequence[str]], bool]


def split_sheet(sheet: Sheet, known: Known, is_whole: IsWhole) -> list[Sheet]:
    """Take a sheet apart into its tables; one that holds a single table is returned as it is.

    A header repeated between the rows (a print of several pages) is blanked: it opens no table.

    Parameters
    ----------
    sheet : as opened.
    known : whether a header text means something.
    is_whole : whether headers have all that some kind of export needs: only such tables stand side by side.
    """
    if sheet.cells.size == 0 or is_json(sheet):
        return [sheet]
    known = limit_questions(known, MAX_ASKED)
    sheet = blank_repeated_headers(sheet, known)
    starts = find_starts(sheet, known)
    if not 1 < len(starts) <= MAX_TABLES:
        return split_columns(sheet, known, is_whole)
    above = tuple(str(cell) for cell in sheet.cells.iloc[: starts[0]].to_numpy().ravel() if isinstance(cell, str))
    bounds = zip([0, *starts[1:]], [*starts[1:], len(sheet.cells)], strict=True)
    parts = [replace(_take_rows(sheet, first, end), above=above) for first, end in bounds]
    return [half for part in parts for half in split_columns(part, known, is_whole)]


def limit_questions(known: Known, limit: int) -> Known:
    """`known` for so many different texts; a hostile sheet has more, and of those nothing is known."""
    asked: dict[str, bool] = {}

    def ask(text: str) -> bool:
        if text not in asked:
            asked[text] = len(asked) < limit and known(text)
        return asked[text]

    return ask


def is_json(sheet: Sheet) -> bool:
    """Whether a sheet is the records of a JSON file."""
    return sheet.encoding is not None and sheet.cells.size > 0 and bool(sheet.cells.dtypes.eq(object).all())


def _take_rows(sheet: Sheet, first: int, end: int) -> Sheet:
    return replace(sheet, cells=sheet.cells.iloc[first:end].reset_index(drop=True), first_row=sheet.first_row + first)


# -------------------------------------------------------------------------- one below the other


def find_starts(sheet: Sheet, known: Known) -> list[int]:
    """Rows, from 0, at which a table begins: rows of known headers above rows that are none, and their titles."""
    places = _list_candidates(sheet)
    rows = dict(zip(places, sheet.cells.iloc[places].to_numpy(dtype=object), strict=True))
    found = [place for place in places if any(looks_like_header(run, known) for run in _list_runs(rows[place]))]
    found = sorted({*found, *(place for place in places if _opens_again(rows, place, found, known))})
    tops = [place for place in found if place - 1 not in found and place + 1 < len(sheet.cells)]
    return [_go_up(sheet, place) for place in tops]


def _list_candidates(sheet: Sheet) -> list[int]:
    if len(sheet.cells) <= MAX_SCANNED:
        return list(range(len(sheet.cells)))
    below = np.flatnonzero(find_blank(sheet.cells).to_numpy())[:MAX_SCANNED] + 1
    return sorted({*range(SEARCHED_ROWS), *below[below < len(sheet.cells)].tolist()})


def _go_up(sheet: Sheet, place: int) -> int:
    """The first of the rows above a header that hold nothing or one text: the table's title."""
    while place and len(set(_list_texts(sheet.cells.iloc[place - 1]))) <= 1:
        place -= 1
    return place


def _opens_again(rows: dict[int, np.ndarray], place: int, found: Sequence[int], known: Known) -> bool:
    """Whether a short row is the header of a further table: it begins as an earlier header does."""
    texts = _list_texts(rows[place])
    if place in found or len(set(texts)) < MIN_NAMES or any(map(_VALUE.search, texts)):
        return False
    firsts = {texts_above[0] for above in found if above < place and (texts_above := _list_texts(rows[above]))}
    return texts[0] in firsts and sum(map(known, texts)) > 1


def _list_runs(cells: Sequence[object]) -> list[list[object]]:
    """A row, and its runs of cells that two empty ones or more part: tables side by side."""
    runs: list[list[object]] = [[]]
    gap = 0
    for cell in cells:
        is_empty = cell is None or not str(cell).strip() or cell != cell  # noqa: PLR0124
        gap = gap + 1 if is_empty else 0
        runs = [*runs, []] if gap == MIN_GAP and runs[-1] else runs
        runs[-1] += [] if is_empty else [cell]
    return [list(cells), *(run for run in runs if run)] if len(runs) > 1 else [list(cells)]


def looks_like_header(cells: Sequence[object], known: Known) -> bool:
    """Whether a row is nothing but short texts, of which most, and three at least, are known headers."""
    texts = _list_texts(cells)
    if len(set(texts)) < MIN_NAMES or any(_VALUE.search(text) or len(text) > LONGEST_NAME for text in texts):
        return False
    return sum(map(known, texts)) >= max(MIN_NAMES, MIN_SHARE * len(texts))


def _list_texts(cells: Iterable[object]) -> list[str]:
    texts = (" ".join(str(cell).split()) for cell in cells if cell is not None and cell == cell)  # noqa: PLR0124
    return [text for text in texts if text]


def blank_repeated_headers(sheet: Sheet, known: Known) -> Sheet:
    """Blank the rows below a header that say the same again, cell by cell."""
    header = find_header(sheet, known)
    if header is None:
        return sheet
    names = list(sheet.cells.iloc[header.rows[-1]])
    filled = [place for place, name in enumerate(names) if isinstance(name, str) and name.strip()]
    again = np.ones(len(sheet.cells), dtype=bool)
    for place in filled:
        texts = to_arrow(sheet.cells.iloc[:, place].astype("str"))
        again &= pc.equal(texts, str(names[place])).fill_null(False).to_numpy(zero_copy_only=False)
        if not again[header.first_data_row :].any():
            return sheet
    again[: header.first_data_row] = False
    cells = sheet.cells.copy()
    cells.loc[again] = ""
    return replace(sheet, cells=cells)


# -------------------------------------------------------------------------------- side by side


def split_columns(sheet: Sheet, known: Known, is_whole: IsWhole) -> list[Sheet]:
    """Split where an empty column parts two tables that are each an export of their own."""
    header = find_header(sheet, known)
    if header is None:
        return [sheet]
    names = list(header.names)
    gaps = [place for place, name in enumerate(names) if not name and 0 < place < len(names) - 1]
    gaps = [place for place in gaps if find_blank(sheet.cells.iloc[header.first_data_row :, [place]]).all()]
    for gap in gaps:
        left, right = names[:gap], names[gap + 1 :]
        if all(sum(map(bool, side)) >= MIN_NAMES and is_whole([n for n in side if n]) for side in (left, right)):
            return [*_cut_at(sheet, gap, known, is_whole)]
        if is_whole([n for n in left if n]) and any(map(_VALUE.search, right)) and not any(map(_VALUE.search, left)):
            return [*_cut_at(sheet, gap, known, is_whole)]
    return [sheet]


def _cut_at(sheet: Sheet, gap: int, known: Known, is_whole: IsWhole) -> Iterator[Sheet]:
    told = _ask_whether_one(sheet, gap)
    for columns in (sheet.cells.columns[:gap], sheet.cells.columns[gap + 1 :]):
        part = sheet.cells[columns].set_axis(range(len(columns)), axis="columns")
        first = int(sheet.cells.columns.get_loc(columns[0]))
        merged = tuple(cell._replace(column=cell.column - first) for cell in sheet.merged if cell.column >= first)
        moved = replace(sheet, cells=part, merged=merged, first_column=sheet.first_column + first, problems=told)
        yield from split_columns(moved, known, is_whole)
        told = sheet.problems


def _ask_whether_one(sheet: Sheet, gap: int) -> tuple[Problem, ...]:
    """The sheet's problems, and a question where the same rows are filled on both sides of the gap."""
    sides = (sheet.cells.iloc[:, :gap], sheet.cells.iloc[:, gap + 1 :])
    left, right = (find_blank(side) for side in sides)
    if not left.equals(right) or (~left).sum() <= MIN_NAMES:
        return sheet.problems
    what = "is empty: what stands right of it is read as a table of its own"
    fix = "delete the empty column if the rows on both sides belong together"
    column = str(sheet.first_column + gap + 1)
    return (*sheet.problems, Problem(what, fix, file=sheet.file, sheet=sheet.name, column=column))
