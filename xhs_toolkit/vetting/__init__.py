"""Vetting: an evidence card a creator, a transparent score, and a shortlist that a person has the last word on."""

from __future__ import annotations

from xhs_toolkit.vetting.cards import (
    PARTS,
    explain_all,
    explain_card,
    explain_flags,
    explain_line,
    make_cards,
    score_creators,
)
from xhs_toolkit.vetting.checks import CHECKS
from xhs_toolkit.vetting.shortlist import Vetted, add_results, vet_creators
from xhs_toolkit.vetting.vet import check_creators

__all__ = [
    "CHECKS",
    "PARTS",
    "Vetted",
    "add_results",
    "check_creators",
    "explain_all",
    "explain_card",
    "explain_flags",
    "explain_line",
    "make_cards",
    "score_creators",
    "vet_creators",
]
