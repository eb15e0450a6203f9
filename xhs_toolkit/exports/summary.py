"""What was read, in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from xhs_toolkit.findings import Finding

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign
    from xhs_toolkit.exports.reading import Exports


def summarise_files(exports: Exports, *, campaign: Campaign) -> Finding:
    """Return ``data.summary``: files, rows, the days of the first and last note, and how many points need a look.

    Days begin where the campaign's time zone says, as everywhere on the page.
    """
    posted = exports.tables["notes"]["posted_at"].dropna().dt.tz_convert(campaign.time_zone)
    return Finding(
        "data.summary",
        {
            "n_files": int(exports.files["file"].nunique()),
            "n_rows": int(pd.to_numeric(exports.files["n_rows"]).sum()),
            "first_date": posted.min().isoformat() if len(posted) else None,
            "last_date": posted.max().isoformat() if len(posted) else None,
            "n_problems": len(exports.problems),
        },
    )
