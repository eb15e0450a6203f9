"""What is customary in an industry: a table with reasons that the analyst can change."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from xhs_toolkit.bundled import bundled_folder
from xhs_toolkit.errors import CampaignError, Problem

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign

FILE = "industry_defaults.csv"
COLUMNS = [
    *("category", "words", "format", "content_en", "content_zh", "creators_en", "creators_zh"),
    *("reason_en", "reason_zh", "source"),
]
FORMATS = ("image", "video")


def find_industry_default(campaign: Campaign) -> pd.DataFrame:
    """The row of the campaign's category, or no row; a table of the same name in the campaign folder comes first.

    Returns
    -------
    At most one row: ``category``, ``words``, ``format`` (image, video), ``content_*``, ``creators_*``, ``reason_*`` in
    English and Chinese, ``source``.

    Raises
    ------
    CampaignError : the analyst's own table has other columns, or a format that is not image or video.
    """
    category = (campaign.category or "").strip().casefold()
    bundled = bundled_folder("templates") / "content" / FILE
    for path in (campaign.folder / FILE, bundled):
        if path.is_file():
            table = _read(path)
            names = (table["category"] + ";" + table["words"]).str.casefold().str.split(";")
            found = table[[category in (word.strip() for word in row) for row in names]]
            if category and len(found):
                return found.head(1).reset_index(drop=True)
    return pd.DataFrame(columns=COLUMNS)


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
    return table[COLUMNS]
