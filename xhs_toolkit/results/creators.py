"""What each creator brought, with a verdict by a rule that a client can read, and the notes to learn from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from xhs_toolkit.assumptions import assume
from xhs_toolkit.campaign.models import order_metrics
from xhs_toolkit.findings import Finding
from xhs_toolkit.results.portrait import find_personas
from xhs_toolkit.tables import get_creator

if TYPE_CHECKING:
    from xhs_toolkit.attribution import Attribution
    from xhs_toolkit.campaign import Campaign

DROP_FROM: float = assume("results.drop_from")
CPE, USUAL = "cost_per_engagement_cny", "usual_cost_per_engagement_cny"
SUMMED = ("content_cny", "exposure", "views", "engagement", "collects")
BROUGHT = ("exposure", "views", "engagement", "leads")
"""What the next fees may be judged by: the first that the objective asks for and that is known."""

VERDICTS = ("rebook", "test_again", "not_again")

LESSONS = (
    *(("most_views", "views"), ("most_saves", "collects"), ("cheapest_engagement", CPE)),
    *(("most_comments", "comments"), ("most_opened", "click_rate"), ("most_engagement", "engagement")),
)
"""Why a note is worth looking at, and by what it is the best of those left: a card each."""

CARD = ["title", "creator_name", "tier", "format", "views", "collects", "engagement", CPE]
NOTE_ON_XHS = "https://www.xiaohongshu.com/explore/"


def summarise_creators(
    notes: pd.DataFrame, *, creators: pd.DataFrame, attribution: Attribution, campaign: Campaign
) -> pd.DataFrame:
    """Add up each creator's notes, and say whether to book the creator again.

    A creator whose engagement cost no more than that of the campaign's middle creator of the size is booked again;
    one at `DROP_FROM` times that or more is dropped; of others, and where no cost is known, one more note tells more.
    Where the objective is leads and codes or links name creators, booking again also takes a lead, and none is dropped
    that brought one.

    Parameters
    ----------
    notes : of `summary.Results`.
    creators : the canonical table ``creators``, for personas.

    Returns
    -------
    One row a creator, best verdict and most engagement first: ``creator_name``, ``tier``, ``persona`` (missing
    where none is known), ``n_notes``, the sums of
    `SUMMED`, ``engagement_rate`` (engagement over views), ``cost_per_engagement_cny`` (content cost over engagement of
    the notes that have both), ``usual_cost_per_engagement_cny`` (its median over the creators of the size),
    ``n_hit_notes``, ``leads`` (missing where nothing names a creator), ``verdict``.
    """
    rule, both = campaign.vetting, notes["content_cny"].notna() & notes["engagement"].gt(0)
    rows = notes.assign(
        creator_key=get_creator(notes).fillna(notes["note_id"]),
        tier=notes["tier"].fillna("unknown"),
        paid_cny=notes["content_cny"].where(both),
        paid_engagement=notes["engagement"].where(both),
        is_hit=notes[rule.hit_metric].ge(rule.hit_from),
        persona=find_personas(notes, creators=creators, campaign=campaign),
        rated=notes["engagement"].where(notes["views"].gt(0)),
        rated_views=notes["views"].where(notes["engagement"].notna()),
    )
    known = rows.groupby("creator_key", sort=False)
    sums = known[[*SUMMED, "paid_cny", "paid_engagement", "rated", "rated_views"]].sum(min_count=1).astype(float)
    about = known.agg(
        creator_id=("creator_id", "first"), creator_name=("creator_name", "first"), tier=("tier", "first"),
        persona=("persona", "first"), n_notes=("note_id", "size"), n_hit_notes=("is_hit", "sum"),
    )  # fmt: skip
    leads = attribution.creators.query("metric == 'leads'").set_index("creator_id")["attributed"].astype(float)
    cost = sums["paid_cny"] / sums["paid_engagement"]
    found = about.join(sums).assign(
        engagement_rate=sums["rated"] / sums["rated_views"],
        leads=about["creator_id"].map(leads).fillna(0.0) if len(leads) else float("nan"),
        **{CPE: cost, USUAL: about["tier"].map(cost.groupby(about["tier"]).median()).astype(float)},
    )
    judged = found.assign(verdict=_judge(found, asks_leads=campaign.objective == "leads" and len(leads) > 0))
    order = judged["verdict"].map(VERDICTS.index)
    ranked = judged.assign(order=order).sort_values(["order", "engagement"], ascending=[True, False], kind="stable")
    columns = [
        "creator_name",
        "tier",
        "persona",
        "n_notes",
        *SUMMED,
        "engagement_rate",
        CPE,
        USUAL,
        "n_hit_notes",
        "leads",
        "verdict",
    ]
    return ranked[columns].reset_index(drop=True)


def _judge(found: pd.DataFrame, *, asks_leads: bool) -> pd.Series:
    ratio, leads = found[CPE] / found[USUAL], found["leads"].gt(0)
    verdict = pd.Series("test_again", index=found.index, dtype="str")
    verdict = verdict.mask(ratio.le(1) & (leads | (not asks_leads)), "rebook")
    return verdict.mask(ratio.ge(DROP_FROM) & ~(leads & asks_leads), "not_again")


def advise(creators: pd.DataFrame, *, campaign: Campaign) -> tuple[Finding, ...]:
    """Whom to book again and whom to drop: for how much, what to expect of it, and when to stop.

    Creators chosen for what they brought bring less the next time, so what to expect is given between the campaign's
    average for their fees and what they brought.

    Parameters
    ----------
    creators : of `summarise_creators`.
    """
    known = [name for name in BROUGHT if creators["content_cny"].where(creators[name].gt(0)).sum() > 0]
    if not known:
        return ()
    metric = order_metrics(tuple(known), objective=campaign.objective)[0]
    both = creators[creators["content_cny"].gt(0) & creators[metric].notna()]
    rate = float(both[metric].sum() / both["content_cny"].sum())
    step = 100 * campaign.client_rate.cny_per_unit
    found = []
    for verdict, code in (("rebook", "next.rebook"), ("not_again", "next.drop")):
        part = both[both["verdict"].eq(verdict)]
        cost, brought = float(part["content_cny"].sum()), float(part[metric].sum())
        values = {"metric": metric, "n_creators": len(part), "amount_cny": cost}
        low, high = sorted([rate * cost, brought])
        if verdict == "rebook" and len(part):
            found.append(
                Finding(code, values | {"low_value": low, "high_value": high, "value": step * rate, "step_cny": step})
            )
        elif len(part) and brought < rate * cost:
            found.append(Finding(code, values | {"value": rate * cost - brought}))
    return tuple(found)


def choose_lessons(notes: pd.DataFrame) -> pd.DataFrame:
    """The notes to learn from: the best by each of `LESSONS`, none twice.

    Returns
    -------
    One row a note: the columns of `CARD` (``cost_per_engagement_cny`` is content cost over engagement), ``reason``,
    ``note_link``.
    """
    priced = notes.assign(**{CPE: notes["content_cny"] / notes["engagement"].where(notes["engagement"].gt(0))})
    chosen: list[pd.DataFrame] = []
    left = priced
    for reason, name in LESSONS:
        known = left[left[name].gt(0)].sort_values(name, ascending=name == CPE, kind="stable").head(1)
        chosen.append(known[CARD].assign(reason=reason, note_link=NOTE_ON_XHS + known["note_id"].astype("str")))
        left = left.drop(index=known.index)
    return pd.concat(chosen, ignore_index=True)
