"""What a note reached by itself, apart from what was bought."""

from __future__ import annotations

import numpy as np
import pandas as pd

from xhs_toolkit.errors import Problem
from xhs_toolkit.exports.ads import sum_ads
from xhs_toolkit.exports.quirks import report_rows
from xhs_toolkit.exports.reconcile import make_latest

MAX_REPORTED = 20


def add_organic(notes: pd.DataFrame, *, ad_days: pd.DataFrame) -> pd.DataFrame:
    """Add ``exposure_organic_source`` and ``exposure_organic_reason``, and fill ``exposure_organic``.

    The platform's own figure (自然曝光) counts, with the source ``platform``. Only without it, total − promoted is
    taken, with the source ``derived``: promoted as Dandelion reports it (推广, and 加热 where it has that), else the
    impressions that Juguang bills for the note. A remainder below 0 is missing: the files do not agree.

    ==================  ================================================================
    reason              meaning
    ==================  ================================================================
    ``no_exposure``     the file has no exposure for the note
    ``not_separable``   no file says how much of it was promoted
    ``negative``        more was promoted than was shown: the remainder is below 0
    ==================  ================================================================

    Parameters
    ----------
    notes : one row a note, columns of `tables.NOTES`.
    ad_days : columns of `tables.AD_DAYS`.
    """
    remainder = notes["exposure"] - find_promoted(notes, ad_days=ad_days)
    reported = notes["exposure_organic"]
    derived = remainder.where(remainder >= 0)
    source = np.select([reported.notna(), derived.notna()], ["platform", "derived"], default="")
    reason = np.select(
        [source != "", notes["exposure"].isna(), remainder.isna()],
        ["", "no_exposure", "not_separable"],
        default="negative",
    )
    return notes.assign(
        exposure_organic=reported.fillna(derived),
        exposure_organic_source=pd.Series(source, index=notes.index, dtype="str"),
        exposure_organic_reason=pd.Series(reason, index=notes.index, dtype="str"),
    )


def find_promoted(notes: pd.DataFrame, *, ad_days: pd.DataFrame) -> pd.Series:
    """Exposure that was bought for each note: what Dandelion reports, else Juguang's impressions; else missing."""
    reported = notes["exposure_promoted"] + notes["exposure_heated"].fillna(0.0)
    billed = sum_ads(ad_days, by="note_id")["impressions"]
    return reported.fillna(notes["note_id"].map(billed).astype(float))


def check_organic(notes: pd.DataFrame, *, ad_days: pd.DataFrame) -> list[Problem]:
    """Report negative remainders among notes of which something was promoted; all snapshots in, the latest count."""
    promoted = notes["exposure_promoted"].notna() | notes["note_id"].isin(ad_days["note_id"].dropna())
    unsplit = notes.loc[promoted & notes["exposure_organic"].isna(), "note_id"]
    latest = make_latest(notes[notes["note_id"].isin(unsplit)])
    return report_negative(add_organic(latest, ad_days=ad_days))


def report_negative(notes: pd.DataFrame) -> list[Problem]:
    """Report notes of which more exposure was promoted than was shown.

    Parameters
    ----------
    notes : as `add_organic` returns them.
    """
    negative = notes[notes["exposure_organic_reason"].eq("negative")]
    problems = report_rows(
        negative.head(MAX_REPORTED),
        "exposure",
        "is less than what was promoted of the note; organic exposure is left missing",
        "export both files again for the same days: the ads may be newer than the note's figures",
    )
    rest = len(negative) - len(problems)
    more = Problem(f"{rest:,} more notes have less exposure than was promoted; organic exposure is left missing")
    return [*problems, more] if rest > 0 else problems
