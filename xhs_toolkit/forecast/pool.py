"""From the exports to candidates: who could post what, for how much, and what that note may bring."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.assumptions import assume
from xhs_toolkit.findings import Finding
from xhs_toolkit.forecast.model import MIN_CREATORS, MIN_NOTES, NoteModel, predict_creators, quantile
from xhs_toolkit.forecast.remembered import (
    NO_CORRECTIONS,
    NO_EVIDENCE,
    Corrections,
    Remembered,
    fit_remembering,
    learn_corrections,
    say_corrected,
    say_remembered,
)
from xhs_toolkit.forecast.score import MIN_AGE_DAYS
from xhs_toolkit.forecast.windows import OFFSET, unlog_count
from xhs_toolkit.metrics import add_engagement
from xhs_toolkit.tables import FORMATS, SCOPES, get_creator
from xhs_toolkit.thread import find_allowed_offers, find_creator_themes, join_themes, list_allowed
from xhs_toolkit.thread.pool import make_pool, name_for_files

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign
    from xhs_toolkit.thread.pool import Pool as Joined

FORECAST_METRICS = ("exposure", "views", "engagement")
LEVELS = (10, 50, 90)
LEARNED_FROM = ["creator_key", "format", "scope", "posted_at", "as_of", *FORECAST_METRICS]
"""Columns of the notes from which a pool is learned."""

MIN_LABEL_NOTES: int = assume("forecast.min_label_notes")
MIN_KNOWN: float = assume("forecast.min_known")
LARGE_FROM: int = assume("objectives.large_from")


class Learned(NamedTuple):
    """What the notes and medians of a pool teach of the next note of a creator (`learn_models`).

    Attributes
    ----------
    models : by metric and format. notes : settled ones they were learned from, with ``creator_key``.
    is_paid : these are paid notes, else all but those. pool : everybody, and ``creators`` with a tier.
    offers : one row a creator × format with a price. paid_ratio, corrections : as in `Pool`.
    """

    models: Mapping[tuple[str, str], NoteModel]
    notes: pd.DataFrame
    is_paid: bool
    pool: Joined
    creators: pd.DataFrame
    offers: pd.DataFrame
    paid_ratio: Mapping[str, float]
    corrections: Corrections


class Pool(NamedTuple):
    """Candidates and what was learned of them (`make_candidates`).

    Attributes
    ----------
    candidates : one row a creator × offered format: ``candidate_id``, ``creator_id`` (or the name where the files
        have no id), ``creator_name``, ``format``, ``tier``, ``role`` (large, small), ``followers``, ``category``,
        ``place``, ``themes``, ``personas``, ``price_cny``, ``service_fee_cny``, ``cost_cny`` and, of each of
        `FORECAST_METRICS`, ``…_p10``, ``…_p20``, ``…_p50``, ``…_p80``, ``…_p90``, ``…_basis``, ``…_n`` (effective
        notes).
    models : what was learned, by metric and format. tiers : tier by creator.
    n_creators, n_unpriced : creators read, and those without any price, who are no candidates.
    paid_ratio : by metric, median of paid / everyday; 1 where too few creators show both.
    notes : the settled notes the models were learned from, with ``creator_key``.
    corrections : what was learned from earlier forecasts. findings : what the page says of the agency's history.
    n_followers : of everybody read, whether a candidate or not.
    """

    candidates: pd.DataFrame
    models: Mapping[tuple[str, str], NoteModel]
    tiers: pd.Series
    n_creators: int
    n_unpriced: int
    paid_ratio: Mapping[str, float]
    notes: pd.DataFrame
    corrections: Corrections = NO_CORRECTIONS
    findings: tuple[Finding, ...] = ()
    n_followers: float = 0.0


def make_candidates(
    tables: Mapping[str, pd.DataFrame],
    *,
    latest: pd.DataFrame,
    campaign: Campaign,
    memory: Remembered | None = None,
    thread: pd.DataFrame | None = None,
    joined: Joined | None = None,
) -> Pool:
    """Make the candidates of a campaign.

    Parameters
    ----------
    tables : the canonical tables (``creators``, ``baselines``).
    latest : one row a note, as `exports.make_latest` gives it.
    campaign : tiers, service fee and themes.
    memory : what the agency's history tells (`history.recall`). In a tier in which fewer than `MIN_CREATORS` creators
        have evidence of their own, its notes speak for the others; from ten campaigns on, forecasts are corrected.
    thread : of vetting; its shortlist are the candidates, and no format is one that costs more than
        ``sourcing.max_price_cny``, unless a person keeps the creator. Without one everybody priced is a candidate.
    joined : of `thread.make_pool` on the same tables; without it the pool is made here.
    """
    evidence = memory.evidence if memory else NO_EVIDENCE
    known = latest[~_is_later(latest, campaign)]
    learned = learn_models(tables, latest=latest, known=known, campaign=campaign, memory=memory, pool=joined)
    creators, offers, corrections = learned.creators, learned.offers, learned.corrections
    tiers, n_followers = creators.set_index("creator_key")["tier"], float(creators["followers"].sum())
    if thread is not None:
        creators = creators[creators["creator_key"].isin(list_allowed(thread))]
        offers = offers[find_allowed_offers(offers, thread, max_price_cny=campaign.sourcing.max_price_cny)]
    wrote = learned.pool.notes[~_is_later(learned.pool.notes, campaign)]
    offers = add_labels(offers, creators=creators, notes=wrote, campaign=campaign, found=learned.pool.themes)
    candidates = add_forecasts(offers.reset_index(drop=True), models=learned.models)
    n_unpriced = len(creators) - int(offers["creator_id"].nunique())
    said = (*_say_remembered(candidates, evidence), *say_corrected(corrections, tiers=candidates["tier"]))
    counts, ratios = (len(creators), n_unpriced), learned.paid_ratio
    return Pool(candidates, learned.models, tiers, *counts, ratios, learned.notes, corrections, said, n_followers)


def learn_models(
    tables: Mapping[str, pd.DataFrame],
    *,
    latest: pd.DataFrame,
    known: pd.DataFrame,
    campaign: Campaign,
    memory: Remembered | None = None,
    pool: Joined | None = None,
) -> Learned:
    """Learn what creators usually bring: the one maker of what is expected, for the plan and for its results.

    Parameters
    ----------
    tables : the canonical tables (``creators``, ``baselines``).
    latest : one row a note. known : those of them that may be learned from.
    campaign, memory : as for `make_candidates`. pool : of `thread.pool.make_pool`, where it is made already.
    """
    pool = pool or make_pool(tables, latest=latest, campaign=campaign)
    creators = list_creators(pool.creators)
    offers = _list_offers(creators, fee_rate=campaign.agency.service_fee_rate)
    notes, is_paid = _comparable_notes(known)
    baselines = tables["baselines"].assign(creator_key=get_creator(tables["baselines"]))
    ratios = {metric: _paid_ratio(baselines, metric) for metric in FORECAST_METRICS}
    evidence = memory.evidence if memory else NO_EVIDENCE
    corrections = learn_corrections(memory.forecasts) if memory else NO_CORRECTIONS
    traits = {form: _list_traits(creators, offers[offers["format"].eq(form)]) for form in FORMATS}
    models = {
        (metric, form): fit_remembering(
            notes[notes["format"].eq(form)].assign(**{metric: notes[metric] * (1.0 if is_paid else ratios[metric])}),
            metric=metric,
            medians=_choose_medians(baselines, metric=metric, form=form, paid_ratio=ratios[metric], has_paid=is_paid),
            traits=traits[form],
            evidence=evidence[evidence["metric"].eq(metric) & evidence["format"].eq(form)],
            corrections=corrections,
        )
        for metric in FORECAST_METRICS
        for form in FORMATS
    }
    return Learned(models, notes, is_paid, pool, creators, offers, ratios, corrections)


def _say_remembered(candidates: pd.DataFrame, evidence: pd.DataFrame) -> tuple[Finding, ...]:
    """Say so where the agency's history speaks for a candidate."""
    used = [
        evidence[evidence["metric"].eq(metric) & evidence["format"].eq(form) & evidence["tier"].isin(part["tier"])]
        for metric in FORECAST_METRICS
        for form, part in candidates[candidates[f"{metric}_basis"].eq("agency_history")].groupby("format")
    ]
    return (say_remembered(pd.concat(used)),) if used else ()


def list_creators(pool: pd.DataFrame) -> pd.DataFrame:
    """Everybody of the exports of creators, named as notes are; ``pool_key`` is what the pool calls them.

    Parameters
    ----------
    pool : ``creators`` of `thread.pool.make_pool`.
    """
    told = pool[pool["source"].notna()]
    key = told["creator_key"]
    called = told.assign(pool_key=key, creator_key=name_for_files(key, told["creator_name"]))
    return called.sort_values("creator_key", ignore_index=True)


def add_labels(
    offers: pd.DataFrame, *, creators: pd.DataFrame, notes: pd.DataFrame, campaign: Campaign, found: pd.DataFrame
) -> pd.DataFrame:
    """Add ``themes`` and ``personas`` that a creator counts for, joined by ``; ``; '' where for none.

    Themes by the one rule of `thread.find_creator_themes`; of a persona, which is a walk of life and not what one note
    is about, the profile has to say a keyword, or `MIN_LABEL_NOTES` of the recent notes.

    Parameters
    ----------
    offers, creators : with ``pool_key``, which the offers leave here.
    notes : of the pool, from before the campaign.
    found : the themes of the pool's creators.
    """
    read = creators.assign(creator_key=creators["pool_key"])
    own = notes[notes["creator_key"].isin(read["creator_key"])]
    personas = find_creator_themes(read, notes=own, themes=campaign.planning.personas)
    is_firm = personas["in_profile"].astype(bool) | personas["n_theme_notes"].ge(MIN_LABEL_NOTES)
    names = {"themes": join_themes(found), "personas": join_themes(personas[is_firm])}
    labels = {name: offers["pool_key"].map(each).astype("str").fillna("") for name, each in names.items()}
    return offers.assign(**labels).drop(columns="pool_key")


def add_role(creators: pd.DataFrame) -> pd.DataFrame:
    """Add ``role``: ``large`` from `LARGE_FROM` followers, ``small`` below, missing where they are not known."""
    followers = creators["followers"]
    role = np.select([followers >= LARGE_FROM, followers < LARGE_FROM], ["large", "small"], default="")
    return creators.assign(role=pd.Series(role, index=creators.index, dtype="str").replace("", None))


def _is_later(notes: pd.DataFrame, campaign: Campaign) -> pd.Series:
    """Whether a note was posted once the campaign had begun."""
    start = campaign.window.start
    begun = pd.Timestamp(start, tz=campaign.time_zone) if start is not None else pd.NaT
    return notes["posted_at"].ge(begun)


def choose_metric(candidates: pd.DataFrame, *, wanted: str | None = None) -> str | None:
    """Choose what a roster can maximise: the metric wanted, else the first that half of the candidates have.

    Views before exposure before engagement; None where nothing is known of enough candidates.
    """
    order = (wanted,) if wanted else ("views", "exposure", "engagement")
    known = (name for name in order if len(candidates) and candidates[f"{name}_p50"].notna().mean() >= MIN_KNOWN)
    return next(known, None)


def _list_offers(creators: pd.DataFrame, *, fee_rate: float) -> pd.DataFrame:
    """One row a creator and format with a price."""
    kept = add_role(creators).assign(creator_id=creators["creator_key"])
    offers = pd.concat(
        [kept.assign(format=form, price_cny=kept[f"{form}_price_cny"]) for form in FORMATS], ignore_index=True
    )
    offers = offers[offers["price_cny"].gt(0)].sort_values(["creator_id", "format"], ignore_index=True)
    fee = (offers["price_cny"] * fee_rate).round(2)
    return offers.assign(
        candidate_id=offers["creator_id"] + "/" + offers["format"],
        service_fee_cny=fee,
        cost_cny=(offers["price_cny"] + fee).round(2),
    )


def _list_traits(creators: pd.DataFrame, offers: pd.DataFrame) -> pd.DataFrame:
    """What a choice looks at beside the notes: one row a creator, its price in the format missing where it has none."""
    cost = offers.set_index("creator_id")["cost_cny"]
    return creators.set_index("creator_key")[["tier", "category", "followers"]].assign(cost_cny=cost)


def _comparable_notes(latest: pd.DataFrame) -> tuple[pd.DataFrame, bool]:
    """Settled notes of one kind: paid ones (true) where enough creators have three, else all but the paid ones."""
    notes = add_engagement(latest).assign(creator_key=get_creator(latest))[LEARNED_FROM]
    settled = (notes["as_of"] - notes["posted_at"]) >= pd.Timedelta(days=MIN_AGE_DAYS)
    notes = notes[settled & notes["creator_key"].notna()]
    paid = notes["scope"].eq("paid")
    n_paid = notes.loc[paid].groupby("creator_key").size()
    is_paid = bool(n_paid.ge(MIN_NOTES).sum() >= MIN_CREATORS)
    return notes[paid.eq(is_paid)], is_paid


# ---------------------------------------------------------------------------- the platform's medians


def _newest_medians(baselines: pd.DataFrame, metric: str) -> pd.DataFrame:
    """One row a creator, scope and format: newest, of the longest window."""
    known = baselines[baselines[f"{metric}_median"].gt(0) & baselines["creator_key"].notna()]
    ordered = known.sort_values(["as_of", "window_days"], kind="stable", na_position="first")
    return ordered.drop_duplicates(["creator_key", "scope", "format"], keep="last")


def _paid_ratio(baselines: pd.DataFrame, metric: str) -> float:
    """Median of paid / everyday over creators that show both.

    Equal figures are left out: the platform shows the everyday one where there is no paid note.
    """
    newest = _newest_medians(baselines, metric)
    keys = ["creator_key", "format"]
    everyday, paid = (newest[newest["scope"].eq(scope)].set_index(keys)[f"{metric}_median"] for scope in SCOPES)
    ratio = (paid / everyday).where(paid.ne(everyday.reindex(paid.index))).dropna()
    return float(ratio.median()) if len(ratio) >= MIN_CREATORS else 1.0


def _choose_medians(
    baselines: pd.DataFrame, *, metric: str, form: str, paid_ratio: float, has_paid: bool
) -> pd.DataFrame:
    """Choose each creator's paid median where it has one, its everyday median times the pool's ratio otherwise.

    Where the notes learned from are not paid, a paid median stands above the creator's own (``is_first``).
    """
    newest = _newest_medians(baselines, metric)
    newest = newest[newest["format"].eq(form) | newest["format"].isna()]
    ordered = newest.assign(is_paid=newest["scope"].eq("paid"), is_format=newest["format"].eq(form))
    chosen = ordered.sort_values(["is_format", "is_paid"], kind="stable").drop_duplicates("creator_key", keep="last")
    factor = np.where(chosen["is_paid"], 1.0, paid_ratio)
    table = {"median": chosen[f"{metric}_median"] * factor, "n_notes": chosen["n_notes"]}
    table |= {"is_first": chosen["is_paid"] & (not has_paid)}
    return pd.DataFrame(table).set_axis(pd.Index(chosen["creator_key"]), axis=0)


# ------------------------------------------------------------------------------------- forecasts


def add_forecasts(offers: pd.DataFrame, *, models: Mapping[tuple[str, str], NoteModel]) -> pd.DataFrame:
    """Add what the next note of a creator may bring: the "expected" of the plan, against which history scores it.

    Results and boosting compare with notes of the same kind and age instead (`results.compare_notes`).

    Adds of each of `FORECAST_METRICS` ``…_p10``, ``…_p50``, ``…_p90``, ``…_mean``, ``…_basis`` (own_notes, own_median,
    agency_history, peers, not_measured), ``…_n`` (effective notes), ``…_own_share`` (of the creator's own evidence
    in it; low where a creator stands at its tier's average) and ``…_seen`` (what its own figures show by themselves).

    Parameters
    ----------
    offers : offers or notes: ``creator_id`` (or the name where the files have no id) and ``format``.
    models : of `Pool`.
    """
    parts = [_forecast_part(offers[offers["format"].eq(form)], models=models, form=form) for form in FORMATS]
    return pd.concat(parts).sort_index()


def _forecast_part(offers: pd.DataFrame, *, models: Mapping[tuple[str, str], NoteModel], form: str) -> pd.DataFrame:
    added: dict[str, object] = {}
    for metric in FORECAST_METRICS:
        model = models[metric, form]
        predicted, basis = predict_creators(pd.Index(offers["creator_id"]), model=model)
        for level in LEVELS:
            added[f"{metric}_p{level}"] = unlog_count(quantile(model, predicted, probability=level / 100))
        added[f"{metric}_mean"] = np.maximum(predicted.mean - OFFSET, 0.0)
        added[f"{metric}_seen"] = unlog_count(model.own["location"].reindex(offers["creator_id"]))
        added[f"{metric}_basis"] = basis.to_numpy()
        added[f"{metric}_n"] = predicted.n
        added[f"{metric}_own_share"] = predicted.own_share
    return offers.assign(**added)
