"""A campaign beside what was usual in the agency's other campaigns, without anybody's name."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from xhs_toolkit.findings import Finding
from xhs_toolkit.history.queries import SETTLED_DAYS
from xhs_toolkit.history.rows import name_category

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign
    from xhs_toolkit.history.memory import Memory

METRICS = ("exposure", "views", "click_rate", "engagement", "cost_per_organic_view_cny")
SOURCES = {"click_rate": "click_rate_source", "engagement": "engagement_source"}
CELL = ["tier", "format", "metric", "counted_as"]
USUAL = ["q25", "q50", "q75", "basis"]
COUNTS = ["n_notes", "n_creators", "n_clients", "n_campaigns"]
COLUMNS = ["tier", "format", "metric", "observed", "n_measured", *USUAL, *COUNTS, "beside_ratio"]


class Beside(NamedTuple):
    """What `compare_with_history` found.

    Attributes
    ----------
    table : one row a tier × format × metric that both sides have: ``observed`` (the campaign's middle note) and
        ``n_measured``; ``q25``, ``q50``, ``q75`` of the others' notes with their ``n_notes``, ``n_creators``,
        ``n_clients``, ``n_campaigns`` and ``basis`` (``of_category``, or ``of_all_categories`` where the campaign's
        own has too few clients); ``beside_ratio`` of the two middle notes.
    findings : what the page says of it; nothing where there is nothing to compare with.
    """

    table: pd.DataFrame
    findings: tuple[Finding, ...]


def compare_with_history(notes: pd.DataFrame, *, memory: Memory, campaign: Campaign) -> Beside:
    """Put a campaign's paid, settled notes beside those of other clients' earlier campaigns.

    Parameters
    ----------
    notes : the campaign's notes with the metrics, ``tier`` and ``content_cny``.
    memory : of `recall`.
    """
    here = _summarise(notes)
    usual = memory.benchmarks[memory.benchmarks["category"].isin([name_category(campaign), "all"])]
    basis = usual["category"].eq("all").map({False: "of_category", True: "of_all_categories"})
    ordered = usual.assign(basis=basis).sort_values("basis", ascending=False, kind="stable")
    both = here.merge(ordered.drop_duplicates(CELL), on=CELL)
    table = both.assign(beside_ratio=both["observed"] / both["q50"].where(both["q50"] > 0))[COLUMNS]
    if table.empty:
        return Beside(table, ())
    counts = {"n_campaigns": int(table["n_campaigns"].max()), "n_clients": int(table["n_clients"].max())}
    return Beside(table, (Finding("history.beside", counts),))


def _summarise(notes: pd.DataFrame) -> pd.DataFrame:
    """Middle note of each tier × format × metric and way of counting."""
    age = (notes["as_of"] - notes["posted_at"]).dt.total_seconds() / 86_400
    paid = notes["scope"].eq("paid") | notes["content_cny"].notna()
    settled = notes[paid & (age >= SETTLED_DAYS)]
    parts = [
        settled.assign(
            metric=metric, counted_as=settled[SOURCES[metric]] if metric in SOURCES else "", value=settled[metric]
        )[[*CELL, "value"]]
        for metric in METRICS
    ]
    known = pd.concat(parts, ignore_index=True).dropna(subset=["value", "tier"])
    grouped = known.astype({"format": "str", "value": float}).groupby(CELL, sort=False)["value"]
    return grouped.agg(observed="median", n_measured="size").reset_index()
