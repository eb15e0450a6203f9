"""The campaign's notes against all that is known beforehand, and how those still growing will end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.findings import Finding
from xhs_toolkit.forecast import learn_models
from xhs_toolkit.metrics import COUNTS
from xhs_toolkit.results.baselines import compare_with_own_history, compare_with_topic_peers
from xhs_toolkit.results.effects import Effects, choose_shown, describe_topic, lead_with_ratio, summarise_effects
from xhs_toolkit.results.reference import MATURE_DAYS, add_kind, group_ages, make_reference, take_at_age
from xhs_toolkit.stats import order_statistic_bounds

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign
    from xhs_toolkit.forecast.remembered import Remembered
    from xhs_toolkit.results.summary import Results


GROWTH_COLUMNS = [
    "note_id",
    "creator_name",
    "title",
    "format",
    "age_days",
    "metric",
    "measured",
    "expected",
    "expected_low",
]
GROWTH_COLUMNS += ["expected_high", "n_grown", "reason"]


def forecast_growth(notes: pd.DataFrame, *, reference: pd.DataFrame) -> pd.DataFrame:
    """Forecast what notes younger than `reference.MATURE_DAYS` will have when they are grown.

    log(final) − log(day d) of notes of the same format that were seen at both ages, by its median and by two order
    statistics (split conformal: the band holds whatever the distribution). A band of 90% needs 19 such notes; the
    younger the note, the wider the band.

    Parameters
    ----------
    notes : the campaign's notes with `reference.add_kind`.
    reference : of `reference.make_reference`, of which every note counts that was seen at both ages.

    Returns
    -------
    One row a growing note and metric: ``measured`` now, ``expected`` at its end with ``expected_low`` and
    ``expected_high``; ``n_grown``, the notes it rests on; ``reason`` (too_few_grown_notes, not_measured, '').
    """
    young = notes[notes["age_days"] < MATURE_DAYS]
    if young.empty or reference.empty:
        return _say_nothing(young)
    final = take_at_age(reference, age_days=MATURE_DAYS)
    parts = [
        _forecast(rows, before=take_at_age(reference, age_days=float(age)), final=final, metric=metric)
        for age, rows in young.groupby(group_ages(young["age_days"]))
        for metric in COUNTS
    ]
    return pd.concat(parts, ignore_index=True)[GROWTH_COLUMNS]


def _say_nothing(young: pd.DataFrame) -> pd.DataFrame:
    """Growing notes when no other note was ever seen twice."""
    rows = young.merge(pd.DataFrame({"metric": COUNTS}), how="cross")
    return rows.assign(n_grown=0, reason="too_few_grown_notes").reindex(columns=GROWTH_COLUMNS)


def _forecast(notes: pd.DataFrame, *, before: pd.DataFrame, final: pd.DataFrame, metric: str) -> pd.DataFrame:
    gained = measure_growth(before, final=final, metric=metric)
    bands = {form: _band(rows) for form, rows in gained.groupby("format")["log_growth"]}
    nothing = (np.nan, np.nan, np.nan, 0)
    band = pd.DataFrame([bands.get(form, nothing) for form in notes["format"]], index=notes.index)
    value = notes[metric].astype(float)
    low, middle, high = (value * np.exp(band[place]) for place in range(3))
    reason = np.select([value.isna(), low.isna()], ["not_measured", "too_few_grown_notes"], default="")
    return notes.assign(
        metric=metric,
        measured=value,
        expected=middle.where(low.notna()),
        expected_low=low,
        expected_high=high,
        n_grown=band[3].astype(int),
        reason=pd.Series(reason, index=notes.index, dtype="str"),
    )


def describe_growth(growth: pd.DataFrame) -> tuple[Finding, ...]:
    """Say how many notes still grow, and for how many their end could be forecast."""
    if growth.empty:
        return ()
    known = growth[growth["reason"].eq("")]
    values = {"n_notes": int(growth["note_id"].nunique()), "n_forecast": int(known["note_id"].nunique())}
    return (Finding("effects.growing" if len(known) else "effects.growing_unknown", values),)


def measure_growth(before: pd.DataFrame, *, final: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Return ``log_growth`` of each note seen at both ages in the same source, with its ``format``."""
    both = before.merge(final[["note_id", "source", metric]], on=["note_id", "source"], suffixes=("", "_final"))
    positive = both[(both[metric] > 0) & (both[f"{metric}_final"] > 0)]
    return positive.assign(log_growth=np.log(positive[f"{metric}_final"]) - np.log(positive[metric]))


def _band(growth: pd.Series) -> tuple[float, float, float, int]:
    """Low, middle, high of log growth, and the notes behind them; a note never shrinks."""
    low, high = order_statistic_bounds(growth)
    return max(low, 0.0) if np.isfinite(low) else low, float(growth.median()), high, len(growth)


class Compared(NamedTuple):
    """What `compare_notes` found.

    Attributes
    ----------
    answer : what the page says first: the ratio to what was expected where it was measured, then the totals.
    effects : the campaign, its themes, tiers and creators (`effects.summarise_effects`).
    shown : the groups worth a picture.
    own, topic : one row a note and metric, against its creator's earlier notes and against others' on its theme.
    topic_shown : of `topic`, what was compared by the leading metric, best first.
    growth : one row a growing note and metric: its forecast end.
    findings : what is said, in order.
    """

    answer: Finding
    effects: Effects
    shown: pd.DataFrame
    own: pd.DataFrame
    topic: pd.DataFrame
    topic_shown: pd.DataFrame
    growth: pd.DataFrame
    findings: tuple[Finding, ...]


def compare_notes(
    found: Results,
    *,
    tables: Mapping[str, pd.DataFrame],
    latest: pd.DataFrame,
    campaign: Campaign,
    memory: Remembered | None = None,
) -> Compared:
    """Compare the campaign's notes with the creators' earlier ones and with others' on their themes.

    Parameters
    ----------
    found : of `summary.summarise_results`.
    tables : the canonical tables by name, ``notes`` with all snapshots.
    latest : one row a note, as `exports.make_latest` gives it.
    memory : what the agency's history tells the plan, and so what is expected.
    """
    notes = add_kind(found.notes, placements=tables["placements"])
    reference = make_reference(tables, latest=latest, notes=notes, campaign=campaign)
    start, baselines = notes["posted_at"].min(), tables["baselines"]
    before = baselines[baselines["as_of"] < start]
    earlier = latest[latest["posted_at"] < start]
    learned = learn_models(
        {**tables, "baselines": before}, latest=latest, known=earlier, campaign=campaign, memory=memory
    )
    own = compare_with_own_history(notes, reference=reference, baselines=before, learned=learned)
    topic = compare_with_topic_peers(notes, reference=reference)
    growth = forecast_growth(notes, reference=reference)
    effects = summarise_effects(own)
    about_topic = describe_topic(topic, metric=effects.metric)
    metric = dict(about_topic.values).get("metric")
    told = topic[topic["reason"].eq("") & topic["metric"].eq(metric)]
    findings = (*effects.findings, about_topic, *describe_growth(growth)) if len(notes) else ()
    return Compared(
        lead_with_ratio(found.answer, effects),
        effects,
        choose_shown(effects),
        own,
        topic,
        told.sort_values("expected_ratio", ascending=False, kind="stable"),
        growth[growth["reason"].eq("")],
        findings,
    )
