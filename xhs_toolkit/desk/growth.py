"""What the newest export shows of a campaign's notes against the one before: growth, late bloomers, stalled notes."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from xhs_toolkit.assumptions import assume
from xhs_toolkit.findings import Finding
from xhs_toolkit.results.reference import MATURE_DAYS

STALLED_SHARE: float = assume("desk.stalled_share")
LEAST_DAYS: float = assume("desk.snapshot_days")


def measure_last_gain(snapshots: pd.DataFrame, notes: pd.DataFrame) -> pd.DataFrame:
    """What each note gained between its two newest snapshots, of one source.

    Parameters
    ----------
    snapshots : ``note_id``, ``source``, ``as_of``, ``views``. notes : ``note_id``, ``posted_at``, a row a note.

    Returns
    -------
    One row a note seen twice, at least `LEAST_DAYS` apart: ``note_id``, ``as_of`` (of the newest), ``before``,
    ``views``, ``days`` between them, ``age_days`` at the newest, ``day_ratio``: views a day in between over those a day
    before; missing where the earlier snapshot is of the day of posting.
    """
    known = snapshots.dropna(subset=["note_id", "as_of", "views"])
    known = known.sort_values(["as_of", "views"], kind="stable")
    newest = known.drop_duplicates("note_id", keep="last").set_index("note_id")
    last = known[["note_id"]].join(newest[["source", "as_of", "views"]], on="note_id")
    days = (last["as_of"] - known["as_of"]).dt.total_seconds() / 86_400
    then = known.assign(now=last["views"], last=last["as_of"], days=days)
    then = then[known["source"].eq(last["source"]) & days.ge(LEAST_DAYS)].drop_duplicates("note_id", keep="last")
    told = then.merge(notes[["note_id", "posted_at"]].drop_duplicates("note_id"), on="note_id")
    age = (told["last"] - told["posted_at"]).dt.total_seconds() / 86_400
    earlier = told["views"] / (age - told["days"]).where(lambda past: past >= 1)
    gained = (told["now"] - told["views"]) / told["days"]
    found = {"as_of": told["last"], "before": told["views"], "views": told["now"], "days": told["days"]}
    return told[["note_id"]].assign(**found, age_days=age, day_ratio=gained / earlier.where(earlier > 0))


def tell_last_gain(gains: pd.DataFrame) -> Iterator[tuple[Finding, list[str]]]:
    """Growth since the export before, and the ids of the notes that a statement names.

    Late bloomers are grown notes that gain more a day than on average before; stalled are young ones that gain next to
    nothing.
    """
    if gains.empty or gains["before"].sum() <= 0:
        return
    ratio = gains["views"].sum() / gains["before"].sum()
    grown = {"n_notes": len(gains), "change_ratio": ratio, "n_days": round(float(gains["days"].median()))}
    yield Finding("desk.grown", grown), []
    is_grown = gains["age_days"].ge(MATURE_DAYS)
    late = gains[is_grown & gains["day_ratio"].gt(1)]
    stalled = gains[~is_grown & gains["views"].le(gains["before"] * (1 + STALLED_SHARE))]
    for code, rows in (("desk.late_bloomers", late), ("desk.stalled", stalled)):
        if len(rows):
            yield Finding(code), rows["note_id"].tolist()
