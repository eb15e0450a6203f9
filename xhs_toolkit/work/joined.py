"""An analyst's own sheet beside the campaign's frames: names are matched whatever their spaces, widths and case."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pandas as pd

from xhs_toolkit.errors import Problem, XhsError
from xhs_toolkit.exports.sheets import open_file
from xhs_toolkit.work.questions import check_column


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
