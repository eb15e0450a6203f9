"""What money for boosting should bring the notes that a person picks."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import pandas as pd

from xhs_toolkit.boosting import sum_expected
from xhs_toolkit.boosting.yields import PER_CNY
from xhs_toolkit.findings import Finding


def reckon_boosts(
    notes: pd.DataFrame, *, picked: Collection[str], amount_cny: float, step_cny: float
) -> tuple[Finding, ...]:
    """Say what the same amount for each picked note should bring, kind by kind, and of which notes nothing is known.

    Parameters
    ----------
    notes : of `boosting.Boosts`.
    picked : note ids.
    amount_cny : for each note.
    step_cny : as much as what a note brings can be told for; what more brings is not known.
    """
    chosen = notes[notes["note_id"].isin(picked)]
    if chosen.empty:
        return (Finding("explore.boost_pick"),)
    reckoned = chosen[chosen["per_100_rmb"].notna()]
    money = reckoned.assign(
        is_recommended=True, amount_cny=amount_cny, extra_views=reckoned["per_100_rmb"] * amount_cny / PER_CNY
    )
    return (*_say_sums(sum_expected(money)), *_say_unknown(chosen), *_say_limit(amount_cny, step_cny, len(money)))


def _say_sums(sums: pd.DataFrame) -> Iterator[Finding]:
    for row in sums.to_dict("records"):
        names = ("n_notes", "amount_cny", "extra_views", "extra_views_low", "extra_views_high")
        yield Finding("boosting.expected", {"x": row["placement"], "y": row["format"], **{n: row[n] for n in names}})


def _say_unknown(chosen: pd.DataFrame) -> Iterator[Finding]:
    """Of some notes only the kind is known, of others not even what ads of the kind bring."""
    is_reckoned = chosen["per_100_rmb"].notna()
    for code, rows in (("boost_average", chosen[is_reckoned]), ("boost_unknown", chosen[~is_reckoned])):
        reasons = rows.loc[rows["reason"].ne(""), "reason"]
        if len(reasons):
            most = str(reasons.mode().iloc[0])
            yield Finding(f"explore.{code}", {"n_notes": len(reasons), "n_picked": len(chosen), "reason": most})


def _say_limit(amount_cny: float, step_cny: float, n_reckoned: int) -> Iterator[Finding]:
    if n_reckoned and amount_cny > step_cny:
        yield Finding("boosting.no_curve", {"step_cny": step_cny})
