"""What one creator may be booked for: a note, several of them, in one format or in both."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xhs_toolkit.roster.reach import Floats
from xhs_toolkit.roster.rules import FEN_PER_CNY, Rules, count_fen

Parts = NDArray[np.intp]


class Packages(NamedTuple):
    """Packages, of which a creator gets one at most.

    Attributes
    ----------
    rows : one row a package, sorted by creator: the columns of its first note, with ``format`` (both joined by ``; ``)
        and ``cost_cny`` of the whole.
    value : what the notes bring together, the second counted at ``rules.further_note_share``, the third at its square.
    parts : packages × notes, rows of the offers, −1 beyond the last.
    """

    rows: pd.DataFrame
    value: Floats
    parts: Parts

    def add_up(self, values: Floats, *, further_note_share: float) -> Floats:
        """What the notes of each package have together of something, the second counted less, the third less again."""
        return np.where(self.parts >= 0, values[self.parts], 0.0) @ further_note_share ** np.arange(self.parts.shape[1])

    def list_notes(self, which: NDArray[np.intp]) -> NDArray[np.intp]:
        """Rows of the offers, one a note, of some packages."""
        notes = self.parts[which].ravel()
        return notes[notes >= 0]


def make_packages(offers: pd.DataFrame, value: Floats, *, rules: Rules) -> Packages:
    """List every package of up to ``rules.notes_per_creator`` notes.

    A further note is one that pays: it costs no more than ``rules.max_unit_cost_cny`` for what it adds. Both formats
    together are left out where money is limited by format, for a limit counts a package whole.

    Parameters
    ----------
    offers : one row a creator × format, sorted by creator.
    value : what one note of each brings.
    """
    creator = pd.factorize(offers["creator_id"])[0]
    order = np.lexsort((-value, creator))
    ends = np.arange(len(order)) if _limits_a_format(rules) else np.searchsorted(creator, creator, side="right") - 1
    fen, worth = count_fen(offers["cost_cny"])[order], value[order]
    found = [np.arange(len(order))[:, None]]
    for number in range(1, rules.notes_per_creator):
        grown = _add_note(found[-1], ends=ends)
        most = worth[grown[:, -1]] * rules.further_note_share**number * rules.max_unit_cost_cny * FEN_PER_CNY
        found.append(grown[fen[grown[:, -1]] <= most])
    places = np.concatenate([_widen(each, rules.notes_per_creator) for each in found])
    places = places[np.lexsort((-(places < 0).sum(axis=1), creator[places[:, 0]]))]
    has = places >= 0
    parts = np.where(has, order[places], -1)
    rows = offers.iloc[parts[:, 0]].reset_index(drop=True)
    rows = rows.assign(
        cost_cny=np.where(has, fen[places], 0).sum(axis=1) / FEN_PER_CNY,
        format=_join_formats(offers["format"].to_numpy(dtype=object), parts),
    )
    made = Packages(rows, np.empty(0), parts)
    return made._replace(value=made.add_up(value, further_note_share=rules.further_note_share))


def _limits_a_format(rules: Rules) -> bool:
    return any(limit.column == "format" and limit.of == "cost_cny" for limit in rules.limits)


def _add_note(packages: Parts, *, ends: Parts) -> Parts:
    """Each package with each further note of its creator: by its last offer or one after it, up to `ends`."""
    newest = packages[:, -1]
    n_each = ends[newest] - newest + 1
    before = np.repeat(np.cumsum(n_each) - n_each, n_each)
    added = np.repeat(newest, n_each) + np.arange(n_each.sum()) - before
    return np.column_stack([np.repeat(packages, n_each, axis=0), added])


def _widen(packages: Parts, width: int) -> Parts:
    return np.pad(packages, ((0, 0), (0, width - packages.shape[1])), constant_values=-1)


def _join_formats(formats: NDArray[np.object_], parts: Parts) -> NDArray[np.object_]:
    """Format of each package, or its formats joined by ``; `` as lists of values are."""
    joined = formats[parts[:, 0]].copy()
    for column in parts.T[1:]:
        other = (column >= 0) & (formats[column] != formats[parts[:, 0]])
        joined[other] += "; " + formats[column[other]]
    return joined
