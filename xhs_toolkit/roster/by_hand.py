"""What an analyst would do with a sorted list: take the next creator that still fits."""

from __future__ import annotations

import numpy as np

from xhs_toolkit.roster.problem import Problem, Rows
from xhs_toolkit.roster.reach import Floats

ORDERS = ("cheapest_view_first", "biggest_first")
LOOKED_AT = 10_000
"""Candidates looked at together."""


def choose_by_hand(problem: Problem, *, shown: Floats, order: str) -> Rows:
    """Choose down the list: must-haves, then whoever an unmet minimum asks for, then whoever fits.

    Parameters
    ----------
    shown : views of each candidate as its files show them, which is all that a sorted list goes by.
    order : ``cheapest_view_first`` (cost per view, rising) or ``biggest_first`` (views, falling).

    Returns
    -------
    The chosen candidates. Minimums may stay unmet: a list does not plan ahead.
    """
    ranked = np.argsort(_sort_key(problem, shown, order), kind="stable")
    hand = _Hand(problem)
    hand.take_all(ranked[problem.must[ranked]])
    for row, limit in enumerate(problem.rows):
        if limit.kind == "limit" and limit.low > 0:
            members = ranked[limit.members[ranked]]
            hand.take_all(members, until=(row, limit.low))
    hand.take_all(ranked)
    return np.sort(np.array(hand.chosen, dtype=np.intp))


def _sort_key(problem: Problem, shown: Floats, order: str) -> Floats:
    if order not in ORDERS:
        raise ValueError(f"order: {order!r} is not one of {', '.join(ORDERS)}")
    if order == "biggest_first":
        return -shown
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(shown > 0, problem.cost / shown, np.inf)


class _Hand:
    """The choice so far, and how much of each upper bound is used."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.chosen: list[int] = []
        self.is_taken = np.zeros(int(problem.creator.max(initial=-1)) + 1, dtype=bool)
        self.used = np.zeros(len(problem.rows), dtype=np.int64)
        self.high = np.array([row.high for row in problem.rows])
        self.by_cost = np.array([row.by_cost for row in problem.rows])

    def take_all(self, ranked: Rows, *, until: tuple[int, float] | None = None) -> None:
        """Take each candidate that fits, in order, until a row reaches an amount.

        What is used only grows, so that whoever does not fit once never will.
        """
        while len(ranked) and not (until and self.used[until[0]] >= until[1]):
            fits = np.flatnonzero(self._fit(ranked[:LOOKED_AT]))
            if len(fits):
                self._take(int(ranked[fits[0]]))
            ranked = ranked[fits[0] + 1 if len(fits) else LOOKED_AT :]

    def _amounts(self, which: Rows) -> np.ndarray:
        members = self.problem.patterns[self.problem.kind[which]].astype(np.int64)
        return members * np.where(self.by_cost, self.problem.fen[which, None], 1)

    def _fit(self, which: Rows) -> np.ndarray:
        within = (self.used + self._amounts(which) <= self.high).all(axis=1)
        return within & ~self.is_taken[self.problem.creator[which]]

    def _take(self, candidate: int) -> None:
        self.used += self._amounts(np.array([candidate]))[0]
        self.is_taken[self.problem.creator[candidate]] = True
        self.chosen.append(candidate)
