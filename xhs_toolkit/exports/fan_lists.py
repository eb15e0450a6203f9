"""A creator's fans in one cell: 13.6% | 86.4%, 1:0.7, 男10.00%，女90.00%, 18-24岁|42.0% 25-34岁|38.5%."""

from __future__ import annotations

import pandas as pd

from xhs_toolkit.errors import Problem
from xhs_toolkit.exports.cellbase import Cells, make_cells
from xhs_toolkit.exports.ratios import read_ratio
from xhs_toolkit.exports.texts import read_text

FAN_AGES = {
    "fan_age_under_18_share": r"(?:<|小于)\s*18|18岁?以下",
    "fan_age_18_24_share": r"18\s*[-~至]\s*24",
    "fan_age_25_34_share": r"25\s*[-~至]\s*34",
    "fan_age_35_44_share": r"35\s*[-~至]\s*44",
    "fan_age_over_44_share": r"(?:>|大于)\s*44|4[45]岁?以上|44\+",
}
"""Column → how a tool's list of ages (18-24岁|42.0% 25-34岁|38.5%) writes it."""
DIGITS = 12
"""Digits of a share: dividing by a hundred leaves a trail of binary ones."""
_SHARE = r"[\"']?\s*[|:：,]?\s*(?:[\"']?percent[\"']?\s*:)?\s*(\d+(?:\.\d+)?)\s*(%?)"
"""What follows a label: 18-24岁|42.0%, 18-24：42.0%, {"group": "18-24", "percent": 0.42}."""
_MEN_THEN_WOMEN = r"^\s*\d+(?:\.\d+)?\s*%\s*[|/:：]\s*(\d+(?:\.\d+)?)\s*%\s*$"


def read_genders(values: pd.Series) -> Cells:
    """Read the share of women: men come first, as the header says.

    >>> read_genders(pd.Series(["13.6% | 86.4%", "1:0.6", "00:01:00.6", "男10%，女90%", "--|--"])).values.tolist()
    [0.864, 0.375, 0.375, 0.9, nan]
    """
    texts = read_text(values)[0]
    women = texts.str.extract(_MEN_THEN_WOMEN, expand=False).astype(float) / 100
    women = women.fillna(read_labelled(texts, "女性?|female"))
    ratio = read_ratio(values)[0]
    found = women.fillna(ratio / (1 + ratio)).astype(float).round(DIGITS)
    unknown = (texts.notna() & found.isna()).to_numpy()
    faults = {"is no share of men and women": unknown, "is above 100%": found.gt(1).to_numpy()}
    return make_cells(values.index, found, faults)


def read_ages(values: pd.Series) -> Cells:
    """Read a list of ages as text; a cell that names no band of `FAN_AGES` is a fault."""
    texts = read_text(values)[0]
    named = texts.str.contains("|".join(f"(?:{age})" for age in FAN_AGES.values()), regex=True)
    unknown = (texts.notna() & ~named.fillna(False).astype(bool)).to_numpy()
    return make_cells(values.index, texts, {"names no age band": unknown})


def read_labelled(texts: pd.Series, label: str) -> pd.Series:
    """The share after a label, as a fraction: of 100 with a % sign, of 1 without one and up to 1."""
    parts = texts.str.extract(rf"(?:{label})\s*岁?{_SHARE}")
    number, sign = parts[0].astype(float), parts[1]
    return (number / 100).where(sign.eq("%"), number.where(number <= 1)).round(DIGITS)


def take_fan_lists_apart(rows: pd.DataFrame) -> tuple[pd.DataFrame, list[Problem]]:
    """Bring the lists of fans into the columns of `creators`, where those are not filled."""
    found: dict[str, pd.Series] = {}
    if "fan_genders" in rows:
        found["female_fan_share"] = rows["fan_genders"]
    if "fan_ages" in rows:
        found |= {column: read_labelled(rows["fan_ages"], age) for column, age in FAN_AGES.items()}
    filled = {name: rows[name].fillna(values) if name in rows else values for name, values in found.items()}
    return rows.assign(**filled), []
