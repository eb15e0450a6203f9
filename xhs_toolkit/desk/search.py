"""Search: what the words of the ads brought in some days against the days before, their place, and who is followed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from xhs_toolkit.assumptions import assume
from xhs_toolkit.results.kfs import sum_words
from xhs_toolkit.stats import distributions as stats

DAYS: int = assume("desk.search_days")
MIN_CLICKS: int = assume("boosting.min_clicks")
LEVEL: float = assume("intervals.level")
COLUMNS = ["keyword", "clicks", "clicks_before", "change_ratio", "first_place_share", "rank", "verdict"]


def compare_words(
    ad_days: pd.DataFrame, *, first: pd.Timestamp, last: pd.Timestamp, before: pd.Timestamp
) -> pd.DataFrame:
    """Compare what each search word brought from `first` to `last` with what it brought from `before` to `first`.

    Returns
    -------
    One row a word with clicks in either, the most clicked first: ``keyword``, ``clicks``, ``clicks_before``,
    ``change_ratio``, ``first_place_share`` and ``rank`` now, ``verdict``: gained or lost where the 90% range of the
    ratio leaves out 1 and one side has `MIN_CLICKS`, else ''.
    """
    day = ad_days["date"]
    now, then = (sum_words(ad_days[span]) for span in (day.between(first, last), day.ge(before) & day.lt(first)))
    about = now.set_index("keyword")[["clicks", "first_place_share", "rank"]].astype(float)
    both = about.join(then.set_index("keyword")["clicks"].rename("clicks_before").astype(float), how="outer")
    both = both.assign(**{name: both[name].fillna(0.0) for name in ("clicks", "clicks_before")}).reset_index()
    error = np.sqrt(1 / both["clicks"].clip(lower=0.5) + 1 / both["clicks_before"].clip(lower=0.5))
    ratio = both["clicks"] / both["clicks_before"].where(both["clicks_before"] > 0)
    away = np.log(both["clicks"].clip(lower=0.5) / both["clicks_before"].clip(lower=0.5)) / error
    enough = both[["clicks", "clicks_before"]].max(axis=1).ge(MIN_CLICKS) & len(then) > 0
    clear = float(stats.norm.ppf((1 + LEVEL) / 2))
    verdict = np.select([enough & away.gt(clear), enough & away.lt(-clear)], ["gained", "lost"], default="")
    told = both.assign(change_ratio=ratio, verdict=verdict)[COLUMNS]
    return told.sort_values(["clicks", "keyword"], ascending=[False, True], ignore_index=True)


def tell_words(ad_days: pd.DataFrame) -> Iterator[tuple[str, list[str]]]:
    """Search words that gained or lost in the last `DAYS` days of ads against as many before, most clicked first."""
    last = ad_days["date"].max()
    if pd.isna(last):
        return
    first = last - pd.Timedelta(days=DAYS - 1)
    words = compare_words(ad_days, first=first, last=last, before=first - pd.Timedelta(days=DAYS))
    for verdict in ("gained", "lost"):
        named = words.loc[words["verdict"].eq(verdict), "keyword"].tolist()
        if named:
            yield f"desk.words_{verdict}", named
