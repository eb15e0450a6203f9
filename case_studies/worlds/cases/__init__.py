"""The four case studies: invented exports of campaigns whose public facts alone are true, each with its truth.

``python -m case_studies.worlds.cases`` writes their folders, ``--check`` compares the stored ones.
"""

from __future__ import annotations

from case_studies.worlds.cases import auckland_airport, blackmores, jd_sports, megatel
from case_studies.worlds.cases.case import Case, write_case

CASES: dict[str, Case] = {one.CASE.name: one.CASE for one in (jd_sports, blackmores, megatel, auckland_airport)}
"""Name of the folder → the case, in the order in which they are taught."""

__all__ = ["CASES", "Case", "write_case"]
