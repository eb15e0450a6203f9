"""Choosing the roster: the best set of creators and formats under the rules, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.assumptions import assume
from xhs_toolkit.findings import Finding
from xhs_toolkit.roster.problem import Conflict, Problem, Rows, find_conflict, make_problem
from xhs_toolkit.roster.reach import make_audience
from xhs_toolkit.roster.rules import (
    FEN_PER_CNY,
    Packages,
    Rules,
    check_rules,
    count_fen,
    find_broken_rules,
    make_packages,
)
from xhs_toolkit.roster.search import ORDERS, choose_by_hand, search

GAP: float = assume("roster.gap")

SECONDS = 20.0
REPEATS: int = assume("roster.repeats")
MAX_REPEATED: int = assume("roster.max_repeated")


class Roster(NamedTuple):
    """What `choose_roster` found.

    Attributes
    ----------
    chosen : rows of the candidates, one a note, dearest first; empty where no choice obeys every rule.
    status : ``optimal`` (gap within the one asked for), ``gap_left`` (time ran out), ``infeasible``, ``not_found``.
    value : what the choice brings, in views (or in people reached where audiences overlap or a creator posts several
        notes: ``counts`` says which).
    bound, gap : the most any choice from the whole pool could bring, and (bound − value) / value.
    cost_cny, budget_cny : fees included.
    value_per_1000_cny : what 1,000 CNY more budget would bring (of the relaxation).
    n_candidates, n_core : candidates, and those the solver looked at after pricing all.
    by_hand : one row a way: ``way`` (best, cheapest_view_first, biggest_first), ``value``, ``views``, ``cost_cny``,
        ``n_creators``, ``n_broken`` (rules not kept), ``ratio`` to the best.
    conflict : where infeasible, the rules in conflict.
    findings : what the page says, the answer first.
    """

    chosen: pd.DataFrame
    status: str
    value: float
    bound: float
    gap: float
    cost_cny: float
    budget_cny: float
    value_per_1000_cny: float
    n_candidates: int
    n_core: int
    counts: str
    by_hand: pd.DataFrame
    conflict: Conflict | None
    findings: tuple[Finding, ...]


def choose_roster(
    candidates: pd.DataFrame,
    *,
    rules: Rules,
    metric: str = "views",
    column: str | None = None,
    overlap: bool = True,
    people: float | None = None,
    gap: float = GAP,
    seconds: float = SECONDS,
) -> Roster:
    """Choose the creators and formats that bring the most.

    Parameters
    ----------
    candidates : one row a creator × format with ``creator_id``, ``cost_cny``, `column`, ``followers``
        and every column the limits name (see `forecast.make_candidates`). ``rules.notes_per_creator`` says how many
        notes, in one format or both, one creator may be booked for. Candidates without a forecast
        are left out, unless their creator is a must-have: they count 0 then.
    column : what is maximised, by default ``{metric}_mean``, the posterior mean: only means add up. Without it, the
        middle of the forecast (``{metric}_p50``).
    overlap : count people rather than views where the files tell audiences apart (see `reach`).
    people : who can be reached at all, by default the candidates' followers.

    Raises
    ------
    CampaignError : rules that no pool could make sense of.
    """
    check_rules(rules, candidates=candidates)
    column = column or (f"{metric}_mean" if f"{metric}_mean" in candidates else f"{metric}_p50")
    usable = find_usable(candidates, rules=rules, column=column)
    packages = make_packages(usable, usable[column].fillna(0.0).to_numpy(dtype=float), rules=rules)
    audience = make_audience(packages.rows, people=people) if overlap and len(usable) else None
    problem = make_problem(packages.rows, value=packages.value, rules=rules, audience=audience)
    answer = search(problem, gap=gap, seconds=seconds)
    chosen = usable.iloc[packages.list_notes(answer.which) if answer.which is not None else []]
    broken = find_broken_rules(chosen, rules=rules) if answer.which is not None else []
    if broken:
        raise RuntimeError(f"the solver's answer breaks {', '.join(broken)}")
    unit = problem.value_unit
    value = _count_value(packages, problem, answer.which)
    bound = max(answer.bound * unit, value) if answer.which is not None else answer.bound * unit
    left = bound / value - 1 if value > 0 else 0.0 if bound <= 0 else float("nan")
    status = _status(answer.which, left, gap=gap, is_infeasible=answer.is_infeasible)
    found = Roster(
        chosen.sort_values(["cost_cny", "candidate_id"], ascending=[False, True]).reset_index(drop=True),
        status,
        value,
        bound,
        max(left, 0.0),
        float(count_fen(chosen["cost_cny"]).sum()) / FEN_PER_CNY,
        rules.budget_cny,
        answer.value_per_cost * unit / problem.cost_unit * 1000 * FEN_PER_CNY,
        problem.size,
        answer.n_core,
        "people" if audience or chosen["creator_id"].duplicated().any() else metric,
        _compare_by_hand(problem, packages, usable, answer.which, rules=rules, metric=metric),
        find_conflict(problem) if status == "infeasible" else None,
        (),
    )
    return found._replace(findings=_list_findings(found))


def _count_value(packages: Packages, problem: Problem, which: Rows | None) -> float:
    """What a choice brings, to the last digit where it is a plain sum."""
    if which is None:
        return float("nan")
    return problem.worth(which) * problem.value_unit if len(problem.people) else float(packages.value[which].sum())


def find_usable(candidates: pd.DataFrame, *, rules: Rules, column: str) -> pd.DataFrame:
    """Candidates that may be chosen, sorted by creator."""
    must = candidates["creator_id"].isin(rules.must_have)
    kept = (candidates[column].notna() | must) & ~candidates["creator_id"].isin(rules.exclude)
    kept &= candidates["cost_cny"].notna()
    return candidates[kept].sort_values(["creator_id", "format"], ignore_index=True)


def _status(which: Rows | None, left: float, *, gap: float, is_infeasible: bool) -> str:
    if which is None:
        return "infeasible" if is_infeasible else "not_found"
    return "optimal" if left <= gap else "gap_left"


def _compare_by_hand(
    problem: Problem, packages: Packages, usable: pd.DataFrame, best: Rows | None, *, rules: Rules, metric: str
) -> pd.DataFrame:
    """The choice beside those of a list sorted by what the files show (``{metric}_seen``)."""
    if best is None:
        return pd.DataFrame(columns=["way", "value", "views", "cost_cny", "n_creators", "n_broken", "ratio"])
    seen = usable.get(f"{metric}_seen")
    shown = packages.value
    if seen is not None:
        counts = seen.fillna(0.0).to_numpy(dtype=float)
        shown = packages.add_up(counts, further_note_share=rules.further_note_share)
    ways = {"best": best} | {order: choose_by_hand(problem, shown=shown, order=order) for order in ORDERS}
    worth = {way: problem.worth(which) * problem.value_unit for way, which in ways.items()}
    rows = [
        {
            "way": way,
            "value": worth[way],
            "views": float(problem.value[which].sum() * problem.value_unit),
            "cost_cny": float(problem.fen[which].sum()) / FEN_PER_CNY,
            "n_creators": len(which),
            "n_broken": len(find_broken_rules(usable.iloc[packages.list_notes(which)], rules=rules)),
            "ratio": worth[way] / worth["best"] if worth["best"] > 0 else float("nan"),
        }
        for way, which in ways.items()
    ]
    return pd.DataFrame(rows)


def check_robustness(
    candidates: pd.DataFrame,
    *,
    rules: Rules,
    draws: np.ndarray,
    overlap: bool = True,
    people: float | None = None,
    gap: float = GAP,
    seconds: float = SECONDS,
) -> pd.DataFrame:
    """Choose again on draws of what each creator may truly bring, and count how often each is chosen.

    Parameters
    ----------
    draws : draws × candidates (`forecast.draw_expected`).

    Returns
    -------
    One row a candidate chosen at least once: ``candidate_id``, ``creator_id``, ``creator_name``, ``format``,
    ``tier``, ``cost_cny`` and ``chosen_share``, most often first.
    """
    best = pd.Series(draws.max(axis=0) / candidates["cost_cny"].to_numpy()).rank(ascending=False)
    near = (best <= MAX_REPEATED).to_numpy() | candidates["creator_id"].isin(rules.must_have).to_numpy()
    counts = pd.Series(0, index=candidates["candidate_id"])
    for drawn in draws[:, near]:
        again = candidates[near].assign(drawn=drawn)
        found = choose_roster(
            again, rules=rules, column="drawn", overlap=overlap, people=people, gap=gap, seconds=seconds
        )
        counts[found.chosen["candidate_id"].unique()] += 1
    share = counts.to_numpy() / max(len(draws), 1)
    names = ["candidate_id", "creator_id", "creator_name", "format", "tier", "cost_cny"]
    table = candidates[names].assign(chosen_share=share)[share > 0]
    return table.sort_values(["chosen_share", "cost_cny"], ascending=False, ignore_index=True)


# ------------------------------------------------------------------------------------- findings


def _list_findings(roster: Roster) -> tuple[Finding, ...]:
    if roster.status == "infeasible":
        return _explain_conflict(roster)
    if roster.status == "not_found":
        return (Finding("roster.not_found"),)
    if roster.chosen.empty:
        return (Finding("roster.nothing_fits", {"budget_cny": roster.budget_cny}),)
    values = {
        "n_creators": int(roster.chosen["creator_id"].nunique()),
        "cost_cny": roster.cost_cny,
        "budget_cny": roster.budget_cny,
        "metric": roster.counts,
        "value": roster.value,
        "bound": roster.bound,
        "gap_share": roster.gap,
    }
    hand = roster.by_hand.query("way != 'best'").sort_values(["n_broken", "value"], ascending=[True, False]).iloc[0]
    compared = {
        "x": hand["way"],
        "metric": roster.counts,
        "ratio": float(1 / hand["ratio"]) if hand["ratio"] > 0 else None,
        "n_broken": int(hand["n_broken"]),
        "gain_cny": max(roster.cost_cny * (1 - float(hand["ratio"])), 0.0),
    }
    more = {"metric": roster.counts, "value": float(roster.value_per_1000_cny)}
    return (
        Finding(f"roster.{roster.status}", values),
        Finding("roster.by_hand", compared),
        Finding("roster.more_budget", more),
    )


def _explain_conflict(roster: Roster) -> tuple[Finding, ...]:
    assert roster.conflict is not None  # noqa: S101
    rules = roster.conflict.rules.to_dict("records")
    smallest = (
        [] if roster.conflict.smallest is None else [_name_rule("roster.smallest", rules[roster.conflict.smallest])]
    )
    return (
        Finding("roster.infeasible", {"n_rules": len(rules)}),
        *(_name_rule("roster.conflict", row) for row in rules),
        *smallest,
    )


def _name_rule(code: str, row: Mapping[str, Any]) -> Finding:
    """A rule of a conflict: ``…_money`` or ``…_count``, ``x`` and ``y`` its kind and value."""
    unit = "_cny" if row["is_money"] else ""
    x, _, y = row["rule"].partition("=") if row["kind"] == "limit" else (row["kind"], "", row["rule"])
    bounds = {f"{name}{unit}": _or_none(row[name]) for name in ("bound", "needed")}
    values = {"x": x, "y": y, "kind": row["kind"], "side": row["side"], **bounds}
    return Finding(f"{code}_{'money' if row['is_money'] else 'count'}", values)


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
