"""Evidence cards: one line a creator and check, each with its sentence as a finding; the score, and how firm it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.assumptions import assume
from xhs_toolkit.campaign.people import ScoreWeights
from xhs_toolkit.findings import Finding
from xhs_toolkit.stats import make_rng
from xhs_toolkit.thread.pool import weigh_parts
from xhs_toolkit.vetting.checks import CHECKS, Floats
from xhs_toolkit.vetting.judge import REASONS, VERDICTS, Judged

WORDED = {"place": "place", "health": "health_level"}
"""Checks whose value is a word, and the column it stands in."""


def make_cards(
    creators: pd.DataFrame, *, judged: Mapping[str, Judged], rows: Sequence[int] | None = None
) -> pd.DataFrame:
    """Write the cards of some creators.

    Parameters
    ----------
    creators : as given to `vet.check_creators`.
    rows : places of the creators wanted, in the order wanted; all by default.

    Returns
    -------
    One row a creator and check: ``creator_key``, ``creator_name``, ``check``, ``metric`` (gives the values their unit),
    ``check_value``, ``lower_limit`` and ``upper_limit`` (limits), ``value_text`` (where the value is a word),
    ``standing_share`` (share of peers below), ``deviations``, ``n`` (notes or comments), ``n_peers``, ``verdict``
    (pass, flag, unknown), ``reason`` (not_measured, too_little, too_few_peers), ``limit_source`` (pool_peers,
    rate_card, platform, export, or as the campaign file says; '' where there is none), and why a limit or n is
    missing: ``lower_limit_reason``, ``upper_limit_reason``, ``n_reason``.
    """
    places = np.arange(len(creators)) if rows is None else np.asarray(rows, dtype=int)
    who = creators.iloc[places][["creator_key", "creator_name"]].reset_index(drop=True)
    parts = []
    for number, check in enumerate(CHECKS):
        column = WORDED.get(check.name)
        text = creators.iloc[places][column].to_numpy() if column else None
        parts.append(_write_lines(who, judged[check.name], places, number=number, text=text))
    cards = pd.concat(parts, ignore_index=True).sort_values(["_creator", "_check"], kind="stable", ignore_index=True)
    return cards.drop(columns=["_creator", "_check"])


def _write_lines(
    who: pd.DataFrame, judged: Judged, places: np.ndarray, *, number: int, text: np.ndarray | None
) -> pd.DataFrame:
    check = CHECKS[number]
    verdict, low, high, n = (each[places] for each in (judged.verdict, judged.low, judged.high, judged.n))
    has_source = (verdict > 0) & (
        np.isfinite(low) | np.isfinite(high) | np.isnan(judged.figures[places]) | (verdict == 2)
    )
    return who.assign(
        check=check.name,
        metric=check.metric,
        check_value=judged.figures[places],
        lower_limit=low,
        lower_limit_reason=_why_none(low, verdict),
        upper_limit=high,
        upper_limit_reason=_why_none(high, verdict),
        value_text=pd.Series(text if text is not None else None, index=who.index, dtype="str"),
        standing_share=judged.standing[places],
        deviations=judged.deviations[places],
        n=n,
        n_reason=_why_none(n, verdict),
        n_peers=judged.n_peers[places],
        verdict=np.array(VERDICTS, dtype=object)[verdict],
        reason=np.array(REASONS, dtype=object)[judged.reason[places]],
        limit_source=np.where(has_source, judged.source, ""),
        _creator=np.arange(len(who)),
        _check=number,
    ).astype(dict.fromkeys(("check", "metric", "verdict", "reason", "limit_source"), "str"))


def _why_none(values: np.ndarray, verdict: np.ndarray) -> pd.Series:
    """Why there is no limit, or no count of notes, where the check says something."""
    return pd.Series(np.where(np.isnan(values) & (verdict > 0), "none_there", ""), dtype="str")


def explain_flags(cards: pd.DataFrame, *, most: int = 12) -> tuple[Finding, ...]:
    """Return a sentence for each flag, in the order of the cards, `most` at the most, each with the creator's name."""
    flagged = cards[cards["verdict"].eq("flag")].head(most)
    return tuple(explain_line(line, named=True) for line in flagged.to_dict("records"))


def explain_all(cards: pd.DataFrame) -> tuple[Finding, ...]:
    """Return the sentence of every line."""
    return tuple(explain_line(line) for line in cards.to_dict("records"))


def explain_card(cards: pd.DataFrame) -> tuple[Finding, ...]:
    """Return the sentences of the first creator's card that say something."""
    first = cards[cards["creator_key"].eq(cards["creator_key"].iloc[0])] if len(cards) else cards
    return tuple(explain_line(line) for line in first[first["verdict"].ne("unknown")].to_dict("records"))


def explain_line(line: Mapping[Any, Any], *, named: bool = False) -> Finding:
    """Return the sentence of one line of a card: ``vetting.flag_<check>``, ``vetting.pass`` or ``vetting.unknown``.

    Parameters
    ----------
    named : begin with the creator's name.
    """
    verdict, check = str(line["verdict"]), str(line["check"])
    if verdict == "unknown":
        values = {"x": check, "reason": f"card_{line['reason']}", "n": _number(line["n"])}
        return Finding("vetting.unknown", {"name": _text(line["creator_name"]) if named else None, **values})
    values = {
        "name": _text(line["creator_name"]) if named else None,
        "x": check,
        "metric": str(line["metric"]),
        "value": _number(line["check_value"]),
        "low_value": _number(line["lower_limit"]),
        "high_value": _number(line["upper_limit"]),
        "word": _text(line["value_text"]),
        "standing_share": _number(line["standing_share"]),
        "n": _number(line["n"]),
        "n_peers": _number(line["n_peers"]),
        "source": str(line["limit_source"]),
    }
    return Finding(f"vetting.flag_{check}" if verdict == "flag" else "vetting.pass", values)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: object) -> float | None:
    return float(value) if value is not None and np.isfinite(float(value)) else None  # type: ignore[arg-type]


PARTS: Final = tuple(ScoreWeights.model_fields)
N_DRAWS: int = assume("vetting.n_draws")
CONTENDERS: int = assume("vetting.contenders")
WEIGHT_SPREAD: float = assume("vetting.weight_spread")


class Score(NamedTuple):
    """What `score_creators` found, in the order of the creators.

    Attributes
    ----------
    parts : one column a part, 0–1; missing where not known.
    weights : share of each part in the score; 0 where nobody's part is known.
    points : contribution of each part, missing for one that counts nothing; they add up to ``score``.
    score : 0–100, the mean of the parts known; NaN of whom less is known than asked for.
    n_parts : parts known.
    ask_for : the parts that keep a creator without a score, joined by ``; ``.
    """

    parts: pd.DataFrame
    weights: pd.Series
    points: pd.DataFrame
    score: Floats
    n_parts: Floats
    ask_for: pd.Series


def score_creators(
    judged: Mapping[str, Judged], *, fit: Floats, weights: Mapping[str, float], known_share: float, index: pd.Index
) -> Score:
    """Weigh the parts: each is the mean standing (share of peers below) of its checks.

    Parameters
    ----------
    fit : 0–1, of sourcing; NaN where not known.
    weights : of each of `PARTS`. known_share : of the weights that must be known of a creator for a score.
    """
    standings: dict[str, list[Floats]] = {part: [] for part in PARTS}
    for check in CHECKS:
        if check.part and check.name in judged:
            standing = judged[check.name].standing
            standings[check.part].append(standing if check.better > 0 else 1 - standing)
    columns = {"fit": fit} | {part: _mean_known(each, len(index)) for part, each in standings.items() if part != "fit"}
    parts = pd.DataFrame(columns, index=index)[list(PARTS)]
    found = weigh_parts(parts, weights, known_share=known_share, prefix="part_")
    n_parts = parts.notna().sum(axis=1).to_numpy(dtype=float)
    return Score(parts, found.shares, found.points, found.score.to_numpy(), n_parts, found.ask_for)


def _mean_known(values: list[Floats], n: int) -> Floats:
    if not values:
        return np.full(n, np.nan)
    stacked = np.vstack(values)
    known = np.isfinite(stacked)
    count = known.sum(axis=0)
    return np.where(count > 0, np.where(known, stacked, 0.0).sum(axis=0) / np.maximum(count, 1), np.nan)


class Firmness(NamedTuple):
    """How firm the order is (`measure_firmness`).

    Attributes
    ----------
    top_share : how often each creator is among the first k.
    stay_share : of those on the list now, the mean share that stays.
    k, n_draws : of the list and the trials.
    """

    top_share: Floats
    stay_share: float
    k: int
    n_draws: int


def measure_firmness(score: Score, *, k: int, allowed: np.ndarray) -> Firmness:
    """Order the creators again and again with weights half as large again or as small, and unknown parts anywhere.

    Weights are drawn from gamma distributions around those set (standard deviation `WEIGHT_SPREAD` of each); what
    is not known of a creator is drawn evenly between 0 and 1. Only creators in `allowed` compete.
    """
    rng = make_rng(0)
    places = np.flatnonzero(allowed)
    places = places[np.argsort(-score.score[places], kind="stable")][: max(CONTENDERS, 2 * k)]
    values = score.parts.to_numpy()[places]
    k = min(k, len(values))
    top = np.zeros(len(values))
    if k == 0:
        return Firmness(np.zeros(len(allowed)), float("nan"), 0, 0)
    shape = 1 / WEIGHT_SPREAD**2
    unknown = np.isnan(values)
    for _ in range(N_DRAWS):
        weights = score.weights.to_numpy() * rng.gamma(shape, 1 / shape, len(PARTS))
        drawn = np.where(unknown, rng.random(values.shape), values)
        first = np.argpartition(-(drawn @ weights), k - 1)[:k]
        top[first] += 1
    share = np.zeros(len(allowed))
    share[places] = top / N_DRAWS
    return Firmness(share, float(top[:k].mean() / N_DRAWS), k, N_DRAWS)
