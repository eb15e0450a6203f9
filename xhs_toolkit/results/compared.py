"""The campaign's notes against all that is known beforehand, in one go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from xhs_toolkit.findings import Finding
from xhs_toolkit.forecast import learn_models
from xhs_toolkit.results.baselines import compare_with_own_history, compare_with_topic_peers
from xhs_toolkit.results.effects import Effects, choose_shown, describe_topic, lead_with_ratio, summarise_effects
from xhs_toolkit.results.growth import describe_growth, forecast_growth
from xhs_toolkit.results.reference import add_kind, make_reference

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign
    from xhs_toolkit.forecast.remembered import Remembered
    from xhs_toolkit.results.summary import Results


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
