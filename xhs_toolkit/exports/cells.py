"""Cell readers: a column as exported in, a `Cells` record out.

Each reader takes a Series of any dtype (text, numbers, or mixed Python objects), never changes it, and returns
`Cells`: the values in the storage type of their kind, where only a lower bound is known, where a cell could
not be read and why. Missing markers (``-``, ``无``, ``面议`` …) are missing, not unreadable.

==================  ====================  ====================================================
reader              values                for
==================  ====================  ====================================================
`read_count`        float64               followers, exposure, likes
`read_number`       float64               growth, scores, averages
`read_share`        float64, a fraction   rates and shares; the unit is decided per column
`read_money`        float64, CNY          prices, spend; yuan or fen
`read_amount`       float64               money in the currency its header names
`read_ratio`        float64               ``1:0.7``
`read_seconds`      float64, s            viewing times
`read_time`         datetime64[us, UTC]   moments; without a zone they are Beijing's
`read_date`         datetime64[us]        days
`read_id`           str                   ids of notes, creators, orders
`read_text`         str                   titles, names, tags
`read_format`       str                   ``image`` or ``video``
`read_yes_no`       boolean               是 / 否
==================  ====================  ====================================================
"""

from xhs_toolkit.exports.cellbase import MISSING, RUINED, Cells
from xhs_toolkit.exports.numerals import (
    read_amount,
    read_count,
    read_money,
    read_number,
    read_share,
)
from xhs_toolkit.exports.ratios import read_ratio, read_seconds
from xhs_toolkit.exports.texts import read_format, read_id, read_text, read_yes_no
from xhs_toolkit.exports.times import BEIJING, read_date, read_time

__all__ = [
    "BEIJING",
    "MISSING",
    "RUINED",
    "Cells",
    "read_amount",
    "read_count",
    "read_date",
    "read_format",
    "read_id",
    "read_money",
    "read_number",
    "read_ratio",
    "read_seconds",
    "read_share",
    "read_text",
    "read_time",
    "read_yes_no",
]
