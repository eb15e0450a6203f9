"""Evidence cards: one line a creator and check, each with its sentence as a finding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from xhs_toolkit.findings import Finding
from xhs_toolkit.vetting.checks import CHECKS
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
