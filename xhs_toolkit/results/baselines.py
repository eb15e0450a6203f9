"""Each note against what was to be expected of it: the creator's earlier notes, and others' notes on its topic.

Log scale throughout, a Student t for each note (`stats.prediction`), notes compared within scope × format ×
age × way of counting only (`results.reference`), and Benjamini and Hochberg's correction for the many notes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.assumptions import assume
from xhs_toolkit.benchmarks.peers import MIN_PEERS
from xhs_toolkit.forecast import MIN_OWN_SHARE, Learned, expect_notes
from xhs_toolkit.metrics import COUNTS
from xhs_toolkit.results.reference import (
    COMPARED,
    COUNTED_AS,
    LOW_IS_GOOD,
    MATURE_DAYS,
    NOT_KNOWN,
    correct_tails,
    fit_tail,
    group_ages,
    take_at_age,
)
from xhs_toolkit.stats import (
    LEVEL,
    MEDIAN_VARIANCE,
    MIN_EARLIER,
    Peers,
    benjamini_hochberg,
    compare_new_notes,
    fit_peers,
    predict_new_note,
)
from xhs_toolkit.tables import get_creator

COUNT_OFFSET: float = assume("notes.count_offset")

DESCRIPTION = ["note_id", "creator", "creator_name", "title", "tier", "theme", "format", "kind", "age_days"]
FIGURES = [
    "measured",
    "expected",
    "expected_ratio",
    "expected_ratio_low",
    "expected_ratio_high",
    "tail_probability",
    "adjusted_probability",
]
FIGURES += ["n_earlier", "n_peers", "basis", "log_ratio", "log_note_variance", "log_ratio_variance"]
FIGURES += ["degrees_of_freedom", "own_log_ratio", "own_error_variance", "reason", "verdict"]


class Stratum(NamedTuple):
    """Notes that may be compared, and what they are compared with, at one age."""

    metric: str
    notes: pd.DataFrame
    reference: pd.DataFrame


def compare_with_own_history(
    notes: pd.DataFrame, *, reference: pd.DataFrame, baselines: pd.DataFrame, learned: Learned
) -> pd.DataFrame:
    """Compare each note with the earlier notes of the same creator.

    What a grown note was to bring in exposure, views and engagement is what the plan would say of it, from the
    creator's own notes of the scope or the platform's median of them. Growing notes, rates and costs are compared with
    the creator's notes of the same kind and age.

    Parameters
    ----------
    notes : the campaign's notes with the metrics, ``tier``, ``theme`` and `reference.add_kind`.
    reference : of `reference.make_reference`.
    baselines : `tables.BASELINES` from before the campaign.
    learned : of `forecast.learn_models`, from what came before the campaign.

    Returns
    -------
    One row a note and metric: the note; ``measured``, ``expected``, ``expected_ratio`` with its range (``_low``,
    ``_high``); ``tail_probability`` and ``adjusted_probability`` (for being one of many); ``n_earlier``; ``basis``
    (own_notes, own_median; size where the creator's own figures hardly tell, and its size does);
    ``own_log_ratio`` and ``own_error_variance``, the same without drawing the baseline to that of peers, for means of
    many notes; ``reason`` where nothing can be said (not_measured, no_age, no_history, no_same_age: a note that grows
    and no earlier one seen at its age, too_few_earlier_notes); ``verdict`` (clearly_better, in_line, clearly_worse,
    not_enough_notes, not_measured).
    """
    earlier = reference[reference["is_earlier"]]
    kind = baselines["scope"].astype("str") + " " + baselines["format"].astype("str")
    medians = pd.MultiIndex.from_arrays([get_creator(baselines), kind])
    strata = _list_strata(notes, earlier, by=[], even_without=len(medians) > 0)
    parts = [_compare_own(stratum, learned=learned, medians=medians) for stratum in strata]
    return _judge(notes, parts)


def compare_with_topic_peers(notes: pd.DataFrame, *, reference: pd.DataFrame) -> pd.DataFrame:
    """Compare each note with other creators' notes on the same theme, of creators of the same tier.

    Like with like first: scope, format and way of counting the same. No public source tells which of others' notes were
    paid; where too few are known, the engagement is compared with their public notes of the same format, counted on
    both sides as likes, collects and comments (``basis`` public_notes).

    The same columns as `compare_with_own_history`; ``n_peers`` is the number of other creators, of which
    `benchmarks.peers.MIN_PEERS` are needed, and the range holds their differences too. ``reason`` where there are
    none: no_theme (of the note), no_peers_on_theme, peers_without_tier (enough creators on the theme, of whom no file
    shows the followers), too_few_peers.
    """
    named = notes.assign(tier=notes["tier"].fillna(NOT_KNOWN))
    others = reference[reference["theme"].notna()]
    others = others.assign(tier=others["tier"].fillna(NOT_KNOWN))
    on_theme = named[named["theme"].notna()]
    alike = [_compare_topic(stratum) for stratum in _list_strata(on_theme, others, by=["theme", "tier"])]
    told = {note for part in alike if part["metric"].iloc[0] == "engagement" for note in _list_told(part)}
    rest = _count_public(on_theme[~on_theme["note_id"].isin(told)])
    public = _count_public(others[~others["kind"].str.startswith("paid")])
    strata = [stratum for stratum in _list_strata(rest, public, by=["theme", "tier"]) if stratum.metric == "engagement"]
    compared = [_compare_topic(stratum).assign(basis="public_notes") for stratum in strata]
    compared = [part[part["reason"].eq("")] for part in compared]
    replaced = {note for part in compared for note in part["note_id"]}
    kept = [part[~(part["metric"].eq("engagement") & part["note_id"].isin(replaced))] for part in alike]
    found = _judge(notes, [part for part in (*kept, *compared) if len(part)])
    counted = rest.set_index("note_id")["engagement"]
    is_public = found["basis"].eq("public_notes")
    measured = found["measured"].mask(is_public, found["note_id"].map(counted))
    return found.assign(measured=measured, reason=_say_no_topic(found, others))


def _list_told(compared: pd.DataFrame) -> list[str]:
    return compared.loc[compared["reason"].eq(""), "note_id"].tolist()


def _count_public(notes: pd.DataFrame) -> pd.DataFrame:
    """Notes as the public sees them: format alone, and engagement as likes, collects and comments."""
    counted = notes[["likes", "collects", "comments"]].astype(float).sum(axis=1, min_count=3)
    form = notes["format"].astype("str").fillna(NOT_KNOWN)
    return notes.assign(kind="public " + form, engagement=counted, engagement_source="likes_collects_comments")


def _say_no_topic(found: pd.DataFrame, others: pd.DataFrame) -> pd.Series:
    """Why a note was compared with nobody."""
    sized = others["tier"].ne(NOT_KNOWN)
    n_on_theme = others.groupby("theme")["creator"].nunique()
    n_sized = others[sized].groupby("theme")["creator"].nunique()
    on_theme = found["theme"].map(n_on_theme).fillna(0)
    unsized = on_theme.ge(MIN_PEERS) & found["theme"].map(n_sized).fillna(0).lt(MIN_PEERS)
    reason = found["reason"].replace("no_history", "too_few_peers")
    reason = reason.mask(reason.eq("too_few_peers") & unsized, "peers_without_tier")
    reason = reason.mask(reason.eq("too_few_peers") & on_theme.eq(0), "no_peers_on_theme")
    return reason.mask(found["theme"].isna() & found["measured"].notna(), "no_theme")


def _list_strata(
    notes: pd.DataFrame, reference: pd.DataFrame, *, by: list[str], even_without: bool = False
) -> Iterator[Stratum]:
    """Notes that may be compared with each other, beside their reference at the same age.

    Without any reference there is nothing to compare with, unless grown notes have medians (`even_without`).
    """
    ages = group_ages(notes["age_days"])
    for age, same_age in notes.groupby(ages):
        at_age = take_at_age(reference, age_days=float(age))
        for metric in COMPARED:
            keys = [*by, "kind", *([COUNTED_AS[metric]] if metric in COUNTED_AS else [])]
            held = dict(list(at_age.groupby(keys)))
            for key, rows in same_age[same_age[metric].notna()].groupby(keys):
                if key in held or (even_without and age >= MATURE_DAYS):
                    yield Stratum(metric, rows, held.get(key, at_age.iloc[:0]))


def _offset(metric: str) -> float:
    return COUNT_OFFSET if metric in COUNTS else 0.0


def _log(values: pd.Series, offset: float) -> pd.Series:
    return np.log((values + offset).where(values + offset > 0))


def _expect_grown(stratum: Stratum, *, learned: Learned, peers: Peers, medians: pd.MultiIndex) -> pd.DataFrame:
    """What the plan would say of the grown notes whose creators are known by notes or a median of the same kind."""
    grown = stratum.notes[stratum.notes["age_days"] >= MATURE_DAYS]
    model = learned.models.get((stratum.metric, grown["format"].astype("str").max()))
    if model is None:
        return pd.DataFrame(columns=["basis", "own_log", "own_share"])
    told = expect_notes(pd.Index(grown["creator"]), model=model).set_index(grown.index)
    n_alike = grown["creator"].map(peers.creators["n_earlier"])
    is_scope = grown["kind"].str.startswith("paid").eq(learned.is_paid)
    has_notes = told["basis"].eq("own_notes") & is_scope & n_alike.notna()
    has_median = told["basis"].eq("own_median") & pd.MultiIndex.from_frame(grown[["creator", "kind"]]).isin(medians)
    return told[has_notes | has_median]


def _compare_own(stratum: Stratum, *, learned: Learned, medians: pd.MultiIndex) -> pd.DataFrame:
    metric, notes, reference = stratum
    offset = _offset(metric)
    peers = fit_peers(reference[metric], creators=reference["creator"], offset=offset)
    planned = _expect_grown(stratum, learned=learned, peers=peers, medians=medians)
    alike = predict_new_note(notes["creator"], peers=peers, offset=offset)
    predicted = pd.concat([alike.drop(planned.index), planned]).reindex(notes.index)
    if peers.pooled_degrees > 0:
        predicted = predicted.assign(
            degrees_of_freedom=predicted["degrees_of_freedom"].clip(upper=peers.pooled_degrees)
        )
    found = _lay_out(stratum, predicted)
    tail = fit_tail(_log(reference[metric], offset), creators=reference["creator"], peers=peers)
    is_average = predicted["own_share"].lt(MIN_OWN_SHARE)
    return found.assign(
        n_peers=int(reference["creator"].nunique()),
        tail_probability=correct_tails(found["tail_probability"], tail=tail),
        **_compare_unshrunk(stratum, predicted, peers),
        basis=found["basis"].mask(is_average, "size"),
        reason=found["reason"].mask(found["basis"].eq("peers") & found["reason"].ne("not_measured"), "no_history"),
    )


def _compare_unshrunk(stratum: Stratum, predicted: pd.DataFrame, peers: Peers) -> dict[str, pd.Series]:
    """Log ratio to the creator's own location as it is, and the variance of that location's error.

    Drawing baselines to a common mean is best for one note, but makes the errors of many go together.
    """
    is_median = predicted["basis"].eq("own_median")
    own = stratum.notes["creator"].map(peers.creators["log_mean"]).astype(float).mask(is_median)
    own = own.fillna(predicted["own_log"].astype(float))
    spread = predicted["log_note_variance"] / predicted["n_earlier"].where(predicted["n_earlier"] > 0)
    return {
        "own_log_ratio": _log(stratum.notes[stratum.metric], _offset(stratum.metric)) - own,
        "own_error_variance": spread.mask(is_median, spread * MEDIAN_VARIANCE),
    }


def _compare_topic(stratum: Stratum) -> pd.DataFrame:
    """Every note as one of a creator who is not known: the range is that of the peers' notes."""
    metric, notes, reference = stratum
    others = reference[~reference["creator"].isin(notes["creator"])]
    peers = fit_peers(others[metric], creators=others["creator"], offset=_offset(metric))
    strangers = pd.Series(None, index=notes.index, dtype=object)
    predicted = predict_new_note(strangers, peers=peers, offset=_offset(metric))
    enough = len(peers.creators) >= MIN_PEERS
    found = _lay_out(stratum, predicted.assign(n_earlier=MIN_EARLIER if enough else 0))
    return found.assign(
        n_peers=len(peers.creators),
        n_earlier=int(peers.creators["n_earlier"].sum()),
        reason=found["reason"].replace("too_few_earlier_notes", "too_few_peers"),
    )


def _lay_out(stratum: Stratum, predicted: pd.DataFrame) -> pd.DataFrame:
    values = stratum.notes[stratum.metric]
    compared = compare_new_notes(values, predictions=predicted, offset=_offset(stratum.metric))
    kept = predicted[["expected", "n_earlier", "basis", "log_note_variance", "degrees_of_freedom"]]
    no_spread = predicted["basis"].eq("not_measured") & values.notna()
    named = compared.rename(columns={name: f"expected_{name}" for name in ("ratio", "ratio_low", "ratio_high")})
    return named.join(kept).assign(
        metric=stratum.metric,
        note_id=stratum.notes["note_id"],
        reason=compared["reason"].mask(no_spread, "no_history"),
    )


# ------------------------------------------------------------------------------------------ verdicts


def _judge(notes: pd.DataFrame, parts: list[pd.DataFrame]) -> pd.DataFrame:
    """One row a note and metric; corrected for many notes metric by metric, and put in a word."""
    every = notes[DESCRIPTION].merge(pd.DataFrame({"metric": COMPARED}), how="cross")
    columns = ["note_id", "metric", *FIGURES]
    found = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
    found = found.reindex(columns=columns).drop(columns=["verdict", "measured"])
    rows = every.merge(found, on=["note_id", "metric"], how="left")
    values = notes[["note_id", *COMPARED]].melt("note_id", var_name="metric", value_name="measured")
    rows = rows.merge(values, on=["note_id", "metric"], how="left")
    reason = rows["reason"].astype("str").fillna("not_measured")
    reason = reason.mask(reason.eq("not_measured") & rows["measured"].notna(), "no_history")
    reason = reason.mask(reason.eq("no_history") & rows["age_days"].isna(), "no_age")
    reason = reason.mask(reason.eq("no_history") & (rows["age_days"] < MATURE_DAYS), "no_same_age")
    rows = rows.assign(measured=rows["measured"].astype(float), reason=reason)
    rows["adjusted_probability"] = rows.groupby("metric")["tail_probability"].transform(_adjust)
    verdict = name_verdict(
        rows["expected_ratio"].astype(float), rows["adjusted_probability"] <= 1 - LEVEL, rows["metric"], reason
    )
    return rows.assign(verdict=verdict)[[*DESCRIPTION, "metric", *FIGURES]]


def _adjust(probabilities: pd.Series) -> pd.Series:
    return pd.Series(benjamini_hochberg(probabilities.astype(float)), index=probabilities.index)


def name_verdict(ratio: pd.Series, is_clear: pd.Series, metric: pd.Series, reason: pd.Series) -> pd.Series:
    """Put a ratio into a word; of a cost the lower is the better."""
    better = (ratio > 1) ^ metric.isin(LOW_IS_GOOD)
    words = np.select(
        [reason.eq("not_measured"), reason.ne(""), is_clear & better, is_clear],
        ["not_measured", "not_enough_notes", "clearly_better", "clearly_worse"],
        default="in_line",
    )
    return pd.Series(words, index=ratio.index, dtype="str")
