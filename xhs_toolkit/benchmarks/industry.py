"""Categories by all their names, and what is customary in each: a table with reasons that the analyst can change."""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from xhs_toolkit.bundled import bundled_folder, read_bundled_yaml
from xhs_toolkit.errors import CampaignError, Problem

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign

FILE = "industry_defaults.csv"
COLUMNS = [
    *("category", "words", "format", "content_en", "content_zh", "creators_en", "creators_zh"),
    *("reason_en", "reason_zh", "source"),
]
FORMATS = ("image", "video")


@cache
def list_category_names(category: str) -> tuple[str, ...]:
    """The names a category is known by, in both languages, the first one ours; of an unknown one itself.

    >>> list_category_names("Hiking")[0], "户外" in list_category_names("Outdoor"), list_category_names("tea")
    ('outdoor', True, ('tea',))
    """
    name = " ".join(unicodedata.normalize("NFKC", category).split()).casefold()
    known = read_bundled_yaml(bundled_folder("templates") / "categories.yaml")
    return next((tuple(names) for names in known if name in names), (name,))


def find_industry_default(campaign: Campaign) -> pd.DataFrame:
    """The row of the campaign's category, or no row; a table of the same name in the campaign folder comes first.

    Returns
    -------
    At most one row: ``category``, ``words`` (further names of it), ``place`` (yes, no: whether there is usually one to
    visit; '' where it depends), ``format`` (image, video), ``content_*``, ``creators_*``, ``reason_*`` in English and
    Chinese, ``source``.

    Raises
    ------
    CampaignError : the analyst's own table has other columns, or a format that is not image or video.
    """
    wanted = set(list_category_names(campaign.category or ""))
    bundled = bundled_folder("templates") / "content" / FILE
    for path in (campaign.folder / FILE, bundled):
        if path.is_file():
            table = _read(path)
            names = (table["category"] + ";" + table["words"]).str.casefold().str.split(";")
            found = table[[not wanted.isdisjoint(word.strip() for word in row) for row in names]]
            if campaign.category and len(found):
                return found.head(1).reset_index(drop=True)
    return pd.DataFrame(columns=[*COLUMNS, "place"])


def _read(path: Path) -> pd.DataFrame:
    try:
        table = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig")
    except (ValueError, OSError) as error:
        raise CampaignError(f"{FILE} cannot be read. Save it as CSV UTF-8.") from error
    missing = [name for name in COLUMNS if name not in table]
    problems = [Problem(f"has no column {name}", f"the columns are {', '.join(COLUMNS)}", FILE) for name in missing]
    if not missing:
        wrong = table.index[~table["format"].isin(FORMATS)]
        problems = [
            Problem("is not a format", "write image or video", FILE, row=row + 2, value=table.loc[row, "format"])
            for row in wrong
        ]
    if problems:
        raise CampaignError(f"{FILE} cannot be used as it is:", problems)
    return table.reindex(columns=[*COLUMNS, "place"], fill_value="")
