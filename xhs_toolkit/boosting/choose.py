"""The recommended list: one step of money for each of the best notes, as far as the budget goes.

How the next step's yield falls with money already spent cannot be told from one campaign. So each note gets one step,
and is then looked at again; no note gets two at once.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from xhs_toolkit.assumptions import assume
from xhs_toolkit.boosting.yields import KIND, LEVEL, PER_CNY
from xhs_toolkit.stats import make_rng

N_DRAWS: int = assume("boosting.n_draws")


def choose_boosts(expected: pd.DataFrame, *, remaining_cny: float, step_cny: float, stopped: pd.Series) -> pd.DataFrame:
    """Choose the notes to boost, best first.

    Candidates promise more than an average note of their kind; ranked by how much better, which compares a play
    with no click. A note whose ads of the kind are to be stopped is none.

    Parameters
    ----------
    expected : of `expect.expect_views`.
    remaining_cny : what may be spent; NaN where it is not known: nothing is then recommended.
    step_cny : money a note gets.
    stopped : ids of the notes whose ads are to be stopped.

    Returns
    -------
    The same rows, candidates first and best first, with ``is_candidate``, ``is_recommended``, ``amount_cny`` (of
    those recommended) and ``extra_views`` for it, with its 90% range.
    """
    is_candidate = expected["reason"].eq("") & expected["kind_ratio"].gt(1.0) & ~expected["note_id"].isin(stopped)
    ranked = expected.assign(is_candidate=is_candidate).sort_values(
        ["is_candidate", "kind_ratio", "note_id"], ascending=[False, False, True], kind="stable", ignore_index=True
    )
    n_steps = int(np.floor(max(remaining_cny, 0.0) / step_cny + 1e-9)) if np.isfinite(remaining_cny) else 0
    chosen = ranked["is_candidate"] & (np.arange(len(ranked)) < n_steps)
    amount = pd.Series(step_cny, index=ranked.index).where(chosen)
    bought = {f"extra_views{end}": ranked[f"per_100_rmb{end}"] * amount / PER_CNY for end in ("", "_low", "_high")}
    return ranked.assign(is_recommended=chosen, amount_cny=amount, **bought)


def sum_expected(chosen: pd.DataFrame) -> pd.DataFrame:
    """Add up what the recommended notes should bring, kind by kind: clicks and plays are never added.

    Returns
    -------
    One row a placement and format: ``n_notes``, ``amount_cny``, ``extra_views`` with its 90% range (by simulation:
    what is not known of a kind is common to its notes).
    """
    rows = [
        {**dict(zip(KIND, kind, strict=True)), **_draw_sum(part)}
        for kind, part in chosen[chosen["is_recommended"]].groupby(KIND)
    ]
    names = [*KIND, "n_notes", "amount_cny", "extra_views", "extra_views_low", "extra_views_high"]
    return pd.DataFrame(rows, columns=names)


def _draw_sum(part: pd.DataFrame) -> dict[str, float]:
    rng, one = make_rng(0), part.iloc[0]
    common = rng.standard_t(float(one["degrees_of_freedom"]), (N_DRAWS, 1))
    own = rng.standard_normal((N_DRAWS, len(part))) * part["log_spread"].to_numpy(dtype=float)
    logs = part["log_expected"].to_numpy(dtype=float) + one["log_kind_error"] * common + own
    totals = (np.exp(logs) * part["amount_cny"].to_numpy(dtype=float) / PER_CNY).sum(axis=1)
    low, high = np.quantile(totals, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return {
        "n_notes": len(part),
        "amount_cny": float(part["amount_cny"].sum()),
        "extra_views": float(part["extra_views"].sum()),
        "extra_views_low": float(low),
        "extra_views_high": float(high),
    }
