"""The long list: the pool, ordered by fit, without those whom a rule leaves out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

import pandas as pd

from xhs_toolkit.decisions import Decisions, add_decisions, match_decisions
from xhs_toolkit.findings import Finding
from xhs_toolkit.sourcing.filters import filter_pool
from xhs_toolkit.sourcing.fit import FIT_PARTS, score_fit
from xhs_toolkit.thread import start_thread
from xhs_toolkit.thread.pool import Pool, make_pool

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign


MAX_NAMED: Final = 6


class LongList(NamedTuple):
    """What `make_long_list` found.

    Attributes
    ----------
    pool : every creator, its conflicts and its notes.
    chosen : the long list, best fit first: columns of `fit.score_fit`.
    left_out : everybody else, with ``left_out_by`` and ``left_out_value``.
    rules : one row a rule, see `filters.Filtered`.
    as_of : the newest moment of the data.
    decisions : a person's, each matched to a creator of the pool; ``creator_id`` is the ``creator_key``.
    thread : everybody of the pool, with the rule that left whom out.
    answer, findings : what to say.
    refusal : why there is no list; None where there is one.
    """

    pool: Pool
    chosen: pd.DataFrame
    left_out: pd.DataFrame
    rules: pd.DataFrame
    as_of: pd.Timestamp
    decisions: Decisions
    thread: pd.DataFrame
    answer: Finding
    findings: tuple[Finding, ...]
    refusal: Finding | None


def make_long_list(
    tables: Mapping[str, pd.DataFrame],
    *,
    latest: pd.DataFrame,
    campaign: Campaign,
    decisions: Decisions | None = None,
    as_of: str | pd.Timestamp | None = None,
) -> LongList:
    """Join the sources, score the fit, apply the rules and keep the ``sourcing.long_list`` best.

    Parameters
    ----------
    tables : the canonical tables, as `thread.known_before` leaves them.
    latest : one row a note.
    decisions : of `decisions.read_decisions`.
    as_of : the day to look back from; by default the newest moment of the data.
    """
    pool = make_pool(tables, latest=latest, campaign=campaign)
    day = find_as_of(pool, as_of=as_of)
    planning = campaign.planning
    decided = match_decisions(decisions, pool.creators, must_have=planning.must_have, exclude=planning.exclude)
    creators = add_decisions(score_fit(pool, campaign=campaign), decisions=decided)
    filtered = filter_pool(creators, pool=pool, campaign=campaign, as_of=day)
    ordered = _order(filtered.creators)
    staying = ordered["left_out_by"].isna()
    beyond = staying & staying.cumsum().gt(campaign.sourcing.long_list)
    ordered = ordered.assign(left_out_by=ordered["left_out_by"].mask(beyond, "long_list"))
    rules = _add_length(filtered.rules, campaign.sourcing.long_list, int(staying.sum()), int(beyond.sum()))
    stays = ordered["left_out_by"].isna()
    chosen = ordered[stays].drop(columns=["left_out_by", "left_out_value"]).reset_index(drop=True)
    left_out = ordered[~stays].reset_index(drop=True)
    refusal = Finding("sourcing.no_creators") if ordered.empty else None
    answer = _answer(pool, chosen, left_out)
    findings = (*_list_findings(pool, chosen, campaign), *_about_decisions(decided))
    thread = start_thread(ordered)
    return LongList(pool, chosen, left_out, rules, day, decided, thread, answer, findings, refusal)


def find_as_of(pool: Pool, *, as_of: str | pd.Timestamp | None) -> pd.Timestamp:
    """Return the moment to look back from: given, or the newest of the data."""
    if as_of is not None:
        day = pd.Timestamp(as_of)
        return day.tz_localize("UTC") if day.tzinfo is None else day.tz_convert("UTC")
    moments = [pool.creators["as_of"].max(), pool.notes["as_of"].max(), pool.notes["posted_at"].max()]
    known = [moment for moment in moments if pd.notna(moment)]
    return max(known) if known else pd.Timestamp(0, tz="UTC")


def _order(creators: pd.DataFrame) -> pd.DataFrame:
    """Whom a person keeps first, then by fit; of equal fit the larger, then the key, so that runs agree."""
    is_kept = creators["decision"].eq("keep").fillna(value=False)
    by = ["_kept", "fit", "followers", "creator_key"]
    ordered = creators.assign(_kept=is_kept).sort_values(by, ascending=[False, False, False, True], na_position="last")
    return ordered.drop(columns="_kept")


def _add_length(rules: pd.DataFrame, length: int, n_staying: int, n_beyond: int) -> pd.DataFrame:
    row = {"rule": "long_list", "limit_text": f"{length:,}", "n_known": n_staying, "n_unknown": 0}
    return pd.concat([rules, pd.DataFrame([row | {"n_alone": n_beyond, "n_removed": n_beyond}])], ignore_index=True)


def _answer(pool: Pool, chosen: pd.DataFrame, left_out: pd.DataFrame) -> Finding:
    n_sources = int(pool.creators["source"].dropna().nunique())
    return Finding(
        "sourcing.answer",
        {
            "n_creators": len(chosen),
            "n_pool": len(pool.creators),
            "n_left_out": len(left_out),
            "n_sources": n_sources,
            "leader": chosen["creator_name"].iloc[0]
            if len(chosen) and pd.notna(chosen["creator_name"].iloc[0])
            else None,
        },
    )


def _list_findings(pool: Pool, chosen: pd.DataFrame, campaign: Campaign) -> list[Finding]:
    known = {part: int(chosen[f"fit_{part}"].notna().sum()) for part in FIT_PARTS}
    findings = [
        Finding("sourcing.part_unknown", {"x": f"fit_{part}", "n_known": n, "n_creators": len(chosen)})
        for part, n in known.items()
        if n < len(chosen)
    ]
    if n_apart := int(chosen["fit"].isna().sum()):
        findings.append(Finding("sourcing.apart", {"n_apart": n_apart, "n_creators": len(chosen)}))
    n_equal = len(set(campaign.sourcing.weights.model_dump().values()))
    findings.append(Finding("sourcing.weights", {"is_equal": n_equal == 1}))
    if len(pool.conflicts):
        n = pool.conflicts["creator_key"].nunique()
        findings.append(Finding("sourcing.conflicts", {"n_conflicts": len(pool.conflicts), "n_creators": int(n)}))
    if len(pool.unclear):
        findings.append(Finding("sourcing.unclear", {"n_names": len(pool.unclear)}))
    return findings


def _about_decisions(decisions: Decisions) -> tuple[Finding, ...]:
    """Lines of decisions.csv that decide nothing."""
    names = [str(problem.value) for problem in decisions.problems if problem.value is not None]
    values = {"n_lines": len(decisions.problems), "names": ", ".join(names[:MAX_NAMED])}
    return (Finding("sourcing.bad_decisions", values),) if decisions.problems else ()
