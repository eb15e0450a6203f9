"""The shortlist: the best by score, without flags nobody has answered for; a person's decision always wins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd

from xhs_toolkit.assumptions import assume
from xhs_toolkit.findings import Finding
from xhs_toolkit.vetting.cards import PARTS, Firmness, Score, make_cards, measure_firmness, score_creators
from xhs_toolkit.vetting.checks import CHECKS
from xhs_toolkit.vetting.judge import Judged
from xhs_toolkit.vetting.vet import check_creators, count_verdicts

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign

STATUSES: Final = ("kept", "shortlisted", "reserve", "flagged", "undecided", "unknown", "dropped")
"""kept, dropped, undecided (maybe): a person said so. flagged: waits for a person's word. reserve: scored below.
unknown: too little is known for a score, see ``ask_for``."""

MAX_CARDS: int = assume("vetting.max_cards")


class Vetted(NamedTuple):
    """What `vet_creators` found.

    Attributes
    ----------
    creators : everybody vetted, shortlist first: the columns given and ``total_points`` (the score, 0–100),
        ``points_<part>`` (they add up to it), ``part_<part>`` (0–1, missing where not known), ``n_parts``,
        ``flag_count``, ``flags``, ``n_checks`` (that said anything), ``engagement_fan_rate``, ``decision``,
        ``decision_reason``, ``decision_by``, ``ask_for`` (what keeps it without a score), ``list_status``
        (see `STATUSES`), ``top_share`` (how often among the first, see `cards.measure_firmness`).
    shortlist : those kept or shortlisted.
    cards : evidence of the shortlist and of the flagged, see `cards.make_cards`.
    prices : asked and expected prices, see `vet.Checked`.
    checks : one row a check: ``check``, ``n_known``, ``n_flagged``, ``limit_source``.
    weights : one row a part: ``part``, ``weight_share``, ``n_known``.
    firmness : of the order.
    answer, findings : what to say.
    refusal : why there is nothing to vet; None where there is.
    """

    creators: pd.DataFrame
    shortlist: pd.DataFrame
    cards: pd.DataFrame
    prices: pd.DataFrame
    checks: pd.DataFrame
    weights: pd.DataFrame
    firmness: Firmness
    answer: Finding
    findings: tuple[Finding, ...]
    refusal: Finding | None


def vet_creators(
    creators: pd.DataFrame,
    *,
    notes: pd.DataFrame,
    tables: Mapping[str, pd.DataFrame],
    campaign: Campaign,
    peers: pd.DataFrame | None = None,
) -> Vetted:
    """Vet the creators of a long list against all of a pool.

    Parameters
    ----------
    creators : the long list, with ``fit`` and a person's ``decision``, ``decision_reason``, ``decision_by``.
    notes, tables : see `vet.check_creators`.
    peers : everybody to compare with (the whole pool); by default the list itself.
    """
    pool = _put_first(creators, peers)
    checked = check_creators(pool, notes=notes, tables=tables, campaign=campaign)
    n = len(creators)
    judged = {
        check: found._replace(**{name: getattr(found, name)[:n] for name in Judged._fields if name != "source"})
        for check, found in checked.judged.items()
    }
    listed = pool.iloc[:n]
    fit = listed["fit"].to_numpy(dtype=float) if "fit" in listed else np.full(len(listed), np.nan)
    settings = campaign.vetting
    score = score_creators(
        judged,
        fit=fit,
        weights=settings.weights.model_dump(),
        known_share=settings.known_share,
        index=listed.index,
    )
    found = add_results(listed, judged=judged, score=score)
    allowed = _may_be_listed(found)
    firmness = measure_firmness(score, k=settings.shortlist, allowed=allowed)
    found = found.assign(list_status=_choose(found, settings.shortlist), top_share=firmness.top_share)
    order = _order(found)
    shown = order[found["list_status"].isin(["kept", "shortlisted", "flagged"]).to_numpy()[order]][:MAX_CARDS]
    cards = make_cards(listed, judged=judged, rows=shown)
    ordered = found.iloc[order].reset_index(drop=True)
    status = ordered.set_index("creator_key")["list_status"]
    prices = checked.prices.assign(list_status=checked.prices["creator_key"].map(status).astype("str"))
    return _tell(ordered, cards, prices, judged, score, firmness)


def _put_first(creators: pd.DataFrame, peers: pd.DataFrame | None) -> pd.DataFrame:
    """The listed creators, then the rest of the pool."""
    if peers is None:
        return creators.reset_index(drop=True)
    others = peers[pd.Index(creators["creator_key"]).get_indexer(peers["creator_key"]) < 0]
    return pd.concat([creators, others], ignore_index=True) if len(others) else creators.reset_index(drop=True)


def add_results(creators: pd.DataFrame, *, judged: Mapping[str, Judged], score: Score) -> pd.DataFrame:
    """Add the score with its points and parts, the flags, and how many checks said anything (see `Vetted`)."""
    flags = pd.Series("", index=creators.index, dtype="str")
    for check in CHECKS:
        flags = flags.mask(judged[check.name].verdict == 2, flags + "; " + check.name)
    return creators.assign(
        total_points=score.score,
        **{f"points_{part}": score.points[part] for part in PARTS},
        **{f"part_{part}": score.parts[part] for part in PARTS},
        n_parts=score.n_parts,
        ask_for=score.ask_for,
        flag_count=count_verdicts(judged, 2),
        n_checks=count_verdicts(judged, 1) + count_verdicts(judged, 2),
        flags=flags.str.removeprefix("; ").replace("", None),
        engagement_fan_rate=judged["engagement"].figures,
    )


def _may_be_listed(creators: pd.DataFrame) -> np.ndarray:
    free = creators["decision"].isna() & creators["flag_count"].eq(0) & creators["total_points"].notna()
    return (free | creators["decision"].eq("keep")).to_numpy(dtype=bool)


def _choose(creators: pd.DataFrame, k: int) -> pd.Series:
    """What happens to each creator; those kept take places of the k first."""
    decision, is_free = creators["decision"], _may_be_listed(creators) & creators["decision"].isna().to_numpy()
    room = max(k - int(decision.eq("keep").sum()), 0)
    rank = creators["total_points"].where(is_free).rank(ascending=False, method="first")
    status = np.select(
        [
            decision.eq("keep"),
            decision.eq("drop"),
            decision.eq("maybe"),
            creators["flag_count"].gt(0),
            creators["total_points"].isna(),
            rank.le(room),
        ],
        ["kept", "dropped", "undecided", "flagged", "unknown", "shortlisted"],
        default="reserve",
    )
    return pd.Series(status, index=creators.index, dtype="str")


def _order(creators: pd.DataFrame) -> np.ndarray:
    """The list first, then who waits for a word, the reserve, the dropped; each by score."""
    rank = creators["list_status"].map(
        {"kept": 0, "shortlisted": 0, "undecided": 1, "flagged": 1, "reserve": 2, "unknown": 3, "dropped": 4}
    )
    keys = creators["creator_key"].rank(method="first").to_numpy()
    return np.lexsort((keys, -creators["total_points"].fillna(0).to_numpy(), rank.to_numpy()))


def _tell(
    creators: pd.DataFrame,
    cards: pd.DataFrame,
    prices: pd.DataFrame,
    judged: Mapping[str, Judged],
    score: Score,
    firmness: Firmness,
) -> Vetted:
    shortlist = creators[creators["list_status"].isin(["kept", "shortlisted"])].reset_index(drop=True)
    counted = [
        (name, sum(each.verdict > 0), sum(each.verdict == 2), each.source if any(each.verdict) else "")
        for name, each in judged.items()
    ]
    columns = {"check": "str", "n_known": int, "n_flagged": int, "limit_source": "str"}
    checks = pd.DataFrame(counted, columns=list(columns)).astype(columns)
    names = shortlist["creator_name"].fillna(shortlist["creator_key"])
    weights = pd.DataFrame(
        {
            "part": [f"part_{part}" for part in PARTS],
            "weight_share": score.weights.to_numpy(),
            "n_known": score.parts.notna().sum().to_numpy(),
        }
    )
    n_flagged = int(creators["list_status"].eq("flagged").sum())
    values = {
        "n_shortlist": len(shortlist),
        "n_creators": len(creators),
        "n_flagged": n_flagged,
        "n_decided": int(creators["decision"].notna().sum()),
        "n_unknown": int(creators["list_status"].eq("unknown").sum()),
        "leader": str(names.iloc[0]) if len(names) else None,
    }
    refusal = Finding("vetting.no_creators") if creators.empty else None
    findings = tuple(_list_findings(checks, weights, firmness, creators))
    answer = Finding("vetting.answer", values)
    return Vetted(creators, shortlist, cards, prices, checks, weights, firmness, answer, findings, refusal)


def _list_findings(
    checks: pd.DataFrame, weights: pd.DataFrame, firmness: Firmness, creators: pd.DataFrame
) -> list[Finding]:
    findings = []
    if firmness.k:
        values = {"stay_share": firmness.stay_share, "k": firmness.k, "n_draws": firmness.n_draws}
        n_allowed = int((creators["list_status"].isin(["kept", "shortlisted", "reserve"])).sum())
        code = "vetting.firmness" if n_allowed > firmness.k else "vetting.no_choice"
        findings.append(Finding(code, values))
    idle = weights.loc[weights["weight_share"].eq(0), "part"].tolist()
    used = weights.loc[weights["weight_share"].gt(0), "weight_share"]
    is_equal = bool(len(used) and np.allclose(used, used.iloc[0]))
    findings.append(Finding("vetting.weights", {"is_equal": is_equal, "n_parts": len(used), "n_idle": len(idle)}))
    unknown = checks.loc[checks["n_known"].eq(0), "check"]
    findings.append(Finding("vetting.checks", {"n_checks": len(checks), "n_silent": len(unknown)}))
    n_flagged = int(creators["flag_count"].gt(0).sum())
    findings.append(Finding("vetting.flags", {"n_flagged": n_flagged, "n_creators": len(creators)}))
    return findings
