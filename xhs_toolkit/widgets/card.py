"""The evidence card of one creator as it stands on the screen: flags first, then what passed."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import pandas as pd

from xhs_toolkit.findings import Finding
from xhs_toolkit.present.style import ACCENT, INK, PALETTE, QUIET, RULE
from xhs_toolkit.present.wording import label, say
from xhs_toolkit.vetting import explain_line
from xhs_toolkit.widgets.controls import write_cell

ABOUT = (
    *("tier", "followers", "place", "rankings", "image_price_cny", "video_price_cny", "engagement_fan_rate"),
    *("fan_growth_30d", "total_points"),
)
MARKS = {"flag": ("■", ACCENT), "pass": ("●", PALETTE[0])}


def write_card(creator: Mapping[str, Any], *, card: pd.DataFrame, language: str, known: Finding | None = None) -> str:
    """Return a card as HTML; every text in it is escaped.

    Parameters
    ----------
    creator : its row of `creators.Explored`.
    card : of `creators.make_card`.
    known : what the agency remembers of them by name: at its own screen, and nowhere else.
    """
    name = creator["creator_name"] if isinstance(creator["creator_name"], str) else creator["creator_key"]
    cells = {column: write_cell(column, creator[column], language=language) for column in ABOUT}
    cells = {column: text for column, text in cells.items() if pd.notna(creator[column])}
    facts = " · ".join(f"{escape(label(column, language=language))} {escape(text)}" for column, text in cells.items())
    remembered = f"<div>{escape(say(known, language=language))}</div>" if known else ""
    verdicts = card["verdict"].value_counts()
    counts = {"n_flagged": "flag", "n_passed": "pass", "n_silent": "unknown"}
    summary = Finding("explore.card_flags", {key: int(verdicts.get(each, 0)) for key, each in counts.items()})
    told = [line for verdict in MARKS for line in card[card["verdict"].eq(verdict)].to_dict("records")]
    lines = "".join(_write_line(line, language=language) for line in told)
    return (
        f"<section style='color:{INK};line-height:1.45;max-width:70em'>"
        f"<h2 style='font-size:1.05em;margin:6px 0 2px;overflow-wrap:anywhere'><bdi>{escape(str(name))}</bdi></h2>"
        f"<div style='color:{QUIET}'>{facts}</div>"
        f"<div style='margin:4px 0'>{escape(say(summary, language=language))}</div>"
        f"{remembered}{_write_decision(creator, language=language)}"
        f"<ul style='list-style:none;padding:0;margin:6px 0;border-top:1px solid {RULE}'>{lines}</ul></section>"
    )


def _write_line(line: Mapping[Any, Any], *, language: str) -> str:
    sign, colour = MARKS[str(line["verdict"])]
    words = escape(say(explain_line(line), language=language))
    verdict = escape(label(str(line["verdict"]), language=language))
    mark = f"<span role='img' aria-label='{verdict}' style='color:{colour};padding-right:6px'>{sign}</span>"
    return f"<li style='padding:3px 0;border-bottom:1px solid {RULE}'>{mark}{words}</li>"


def _write_decision(creator: Mapping[str, Any], *, language: str) -> str:
    if not isinstance(creator["decision"], str):
        return ""
    told = {"by": creator["decision_by"], "why": creator["decision_reason"]}
    values = {name: text if isinstance(text, str) else None for name, text in told.items()}
    decision = label(creator["decision"], language=language)
    words = say(Finding("explore.decided_already", {"decision": decision, **values}), language=language)
    return f"<div style='font-weight:600'>{escape(words)}</div>"
