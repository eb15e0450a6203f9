"""Cell readers: known answers, round trips, and garbage checked against a slow reader written from scratch."""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from xhs_toolkit.exports.cellbase import MISSING
from xhs_toolkit.exports.cells import read_format, read_id, read_ratio, read_seconds, read_text, read_yes_no
from xhs_toolkit.exports.numerals import read_count, read_money, read_number, read_share
from xhs_toolkit.exports.times import read_date, read_time

READERS = [
    read_count,
    read_date,
    read_format,
    read_id,
    read_money,
    read_number,
    read_ratio,
    read_seconds,
    read_share,
    read_text,
    read_time,
    read_yes_no,
]
BEIJING = timezone(timedelta(hours=8))
MARKERS = [
    "",
    "-",
    "--",
    "--|--",
    "——",
    "无",
    "n/a",
    "N/A",
    "null",
    "Null",
    "面议",
    "待定",
    "数据较少",
    "看点赞",
    " - ",
    "－",
]

settings.register_profile("cells", deadline=None, max_examples=40)
settings.load_profile("cells")


def one(reader, cell, **options):
    """What a reader makes of one cell: its value, None when missing, or the reason it is unreadable."""
    cells = reader(pd.Series([cell], dtype=object), **options)
    if cells.unreadable.iloc[0]:
        assert pd.isna(cells.values.iloc[0])
        return cells.reasons.iloc[0]
    value = cells.values.iloc[0]
    return None if pd.isna(value) else value


# Known answers ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("1.2w", 12_000),
        ("17.90w", 179_000),
        ("17.90W ", 179_000),
        ("3.4万", 34_000),
        ("3.4萬", 34_000),
        ("1·1万", 11_000),
        ("1.1万", 11_000),
        ("1.23456万", 12_346),
        ("2.5k", 2_500),
        ("1.1亿", 110_000_000),
        ("1,234", 1_234),
        ("1，234", 1_234),
        ("１２３４", 1_234),
        ("３．４万", 34_000),
        ("1,234,567\r", 1_234_567),
        ("  77 ", 77),
        ("\ufeff77", 77),
        ('="77"', 77),
        ("'77", 77),
        ("12.0", 12),
        ("1.2E+05", 120_000),
        ("35人", 35),
        (0, 0),
        (12.0, 12),
        (np.int64(7), 7),
    ],
)
def test_counts(cell, expected):
    assert one(read_count, cell) == expected


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("-5", "is negative"),
        ("−5", "is negative"),
        (-5, "is negative"),
        ("12.5", "is not a whole number"),
        (0.123, "is not a whole number"),
        ("nan", "is not a number"),
        ("NaN", "is not a number"),
        ("inf", "is not a number"),
        ("-Infinity", "is not a number"),
        (float("inf"), "is not a number"),
        ("1e999", "is not a number"),
        (10**400, "is not a number"),
        ("690012345678901234", "is absurdly large"),
        (1752174545000, "is absurdly large"),
        ("12.3%", "is a percentage"),
        ("¥12", "is an amount of money"),
        ("12,34", "is not a number"),
        ("1,2345", "is not a number"),
        ("1 234", "is not a number"),
        ("0.5-1万", "is not a number"),
        ("1:0.7", "is not a number"),
        ("42.64% | 192745", "is not a number"),
        ("5%%", "is not a number"),
        ("1.2ww", "is not a number"),
        ("10²", "is not a number"),
        ("#DIV/0!", "is not a number"),
        ("七", "is not a number"),
        (True, "is not a number"),
        (datetime(2026, 1, 1), "is not a number"),
    ],
)
def test_what_is_no_count_says_why(cell, reason):
    assert one(read_count, cell) == reason


@pytest.mark.parametrize("cell", ["10万+", "10w+", "10万以上", "≥10万", ">10万", "１０万＋", "100000+"])
def test_lower_bounds_keep_their_flag(cell):
    cells = read_count(pd.Series([cell, "1.2w"]))
    assert cells.values.tolist() == [100_000, 12_000]
    assert cells.lower_bound.tolist() == [True, False]


def test_averages_may_have_decimals():
    assert one(read_count, "12.5", whole=False) == 12.5


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("marker", [*MARKERS, None, float("nan"), pd.NA, pd.NaT])
def test_missing_markers_are_missing_and_not_unreadable(reader, marker):
    if reader is read_text and str(marker) in {"面议", "待定", "数据较少", "看点赞", "－"}:
        assert one(reader, marker) == marker
    else:
        assert one(reader, marker) is None


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    "values",
    [
        pd.Series([], dtype=object),
        pd.Series([], dtype="str"),
        pd.Series([], dtype="float64"),
        pd.Series([None, None]),
        pd.Series([pd.NaT, pd.NaT]),
        pd.Series(["", "-"], dtype="category"),
        pd.Series(["", None], dtype="string"),
        pd.Series([None, None], dtype="Int64"),
    ],
)
def test_empty_columns_of_any_dtype(reader, values):
    cells = reader(values)
    assert cells.values.isna().all()
    assert not cells.unreadable.any()
    assert len(cells.values) == len(cells.lower_bound) == len(cells.unreadable) == len(values)


@pytest.mark.parametrize("reader", READERS)
def test_the_index_is_kept_and_the_input_unchanged(reader):
    values = pd.Series(["1.2w", "-", "x?", 5], index=[7, 7, 3, 1], dtype=object)
    before = values.copy()
    cells = reader(values)
    pd.testing.assert_series_equal(values, before)
    for series in (cells.values, cells.lower_bound, cells.unreadable):
        assert series.index.tolist() == [7, 7, 3, 1]
    assert len(cells.reasons) == cells.unreadable.sum()


@pytest.mark.parametrize("dtype", ["int64", "int32", "float64", "Int64", "Float64", "uint8"])
def test_numeric_columns_pass_straight_through(dtype):
    assert read_count(pd.Series([1, 2, 3], dtype=dtype)).values.tolist() == [1, 2, 3]


@pytest.mark.parametrize(
    ("cell", "expected"), [("-1,234.5", -1234.5), ("+3", 3), (".5", 0.5), ("5.", 5), ("−2", -2), ("1.5e-3", 0.0015)]
)
def test_numbers(cell, expected):
    assert one(read_number, cell) == expected


def test_numbers_keep_to_their_range():
    assert one(read_number, "-1", minimum=0) == "is out of range"
    assert one(read_number, "101", maximum=100) == "is out of range"
    assert one(read_number, "1e16") == "is absurdly large"


@pytest.mark.parametrize(
    ("cell", "unit", "expected"),
    [
        ("¥1,200", "yuan", 1200),
        ("￥1200.50元", "yuan", 1200.5),
        ("RMB 1200", "yuan", 1200),
        ("1.2万元", "yuan", 12_000),
        ("800元/篇", "yuan", 800),
        (0, "yuan", 0),
        ("120000", "fen", 1200),
        (1, "fen", 0.01),
        ("¥5", "fen", 5),
        ("$1,200", "yuan", "is not a number"),
        ("-5", "yuan", "is negative"),
        ("置换", "yuan", "is not a number"),
        ("1e15", "yuan", "is absurdly large"),
    ],
)
def test_money(cell, unit, expected):
    assert one(read_money, cell, unit=unit) == expected


@pytest.mark.parametrize(
    ("values", "options", "expected", "unit"),
    [
        (["12.3%", "7%"], {}, [0.123, 0.07], "percent"),
        (["54.5", "0.7", "61"], {}, [0.545, 0.007, 0.61], "percent"),
        ([0.716, 0.02, 1.0], {}, [0.716, 0.02, 1.0], "fraction"),
        (["12.3%", 0.25], {}, [0.123, 0.25], "fraction"),
        (["12.3%", "25"], {}, [0.123, 0.25], "percent"),
        ([0.81, 0.5], {"hint": "percent"}, [0.0081, 0.005], "percent"),
        (["54.5", "61"], {"hint": "fraction"}, [0.545, 0.61], "percent"),
        ([0.2, 0.3, 0.5, 45], {"hint": "fraction"}, [0.2, 0.3, 0.5, None], "fraction"),
        ([0.2, 0.3, 0.5, 45], {"hint": "percent"}, [0.002, 0.003, 0.005, 0.45], "percent"),
        ([0, 0], {}, [0, 0], None),
        (["42.64% | 192745", "7% | 3"], {}, [0.4264, 0.07], "percent"),
        (["13.6% | 86.4%"], {"part": 1}, [0.864], "percent"),
        (["--|--", "5%"], {"part": 0}, [None, 0.05], "percent"),
        (["18-24岁|42.0%"], {"part": 1}, [0.42], "percent"),
        (["120%"], {}, [None], "percent"),
        (["120%", "-20%"], {"minimum": -1, "maximum": 5}, [1.2, -0.2], "percent"),
    ],
)
def test_shares_have_one_unit_a_column(values, options, expected, unit):
    cells = read_share(pd.Series(values, dtype=object), **options)
    assert [None if pd.isna(v) else v for v in cells.values] == expected
    assert cells.unit == unit


@pytest.mark.parametrize(
    "values", [["54.5", 0.716], [0.2, 0.3, 0.5, 45], [1, 1], ["0.4%", "0.5"], [54.5, "0.716", 61.0]]
)
def test_a_share_column_that_leaves_its_unit_open_is_reported_and_not_guessed(values):
    cells = read_share(pd.Series(values, dtype=object))
    assert cells.unit == "ambiguous"
    bare = [not str(value).endswith("%") for value in values]
    assert cells.unreadable.tolist() == bare
    assert set(cells.reasons) == {"could be a percentage or a fraction"}


def test_a_fraction_that_slipped_into_percents_stays_unread():
    cells = read_share(pd.Series(["54.5", "0.716", "61.25", "0.5"]))
    assert cells.unreadable.tolist() == [False, True, False, False]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("1:0.7", 0.7),
        ("1：2", 2),
        ("00:01:00.7", 0.7),
        (time(0, 1, 0, 700_000), 0.7),
        (timedelta(seconds=60.7), 0.7),
        ("0:1", "is not a ratio"),
        ("7", "is not a ratio"),
        (0.7, "is not a ratio"),
    ],
)
def test_ratios(cell, expected):
    assert one(read_ratio, cell) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("16", 16),
        (12.5, 12.5),
        ("12.5s", 12.5),
        ("1分05秒", 65),
        ("01:05", 65),
        ("00:01:05", 65),
        (time(0, 1, 5), 65),
        ("2小时", 7200),
        ("-3", "is not a duration"),
        (-3, "is negative"),
        ("abc", "is not a duration"),
    ],
)
def test_durations(cell, expected):
    assert one(read_seconds, cell) == expected


MOMENT = pd.Timestamp("2026-07-10T19:09:05Z")


@pytest.mark.parametrize(
    "cell",
    [
        "2026年07月11日03时09分05秒",
        "2026-07-11 03:09:05",
        "2026/7/11 3:09:05",
        "2026/07/11 上午3:09:05",
        "2026.07.11 03:09:05",
        "2026－07－11　03：09：05",
        "2026-07-11T03:09:05+08:00",
        "2026-07-11T03:09:05+0800",
        "2026-07-10T19:09:05Z",
        "2026-07-10T19:09:05.000Z",
        "20260711030905",
        "2026-07-11 03:09:05\r",
        "1783710545",
        "1783710545000",
        1783710545,
        1783710545000,
        1783710545000000,
        1783710545000.0,
        46214.131307870369,
        "46214.131307870369",
        datetime(2026, 7, 11, 3, 9, 5),
        datetime(2026, 7, 11, 3, 9, 5, tzinfo=BEIJING),
        pd.Timestamp("2026-07-10T19:09:05Z"),
    ],
)
def test_moments(cell):
    assert one(read_time, cell) == MOMENT


@pytest.mark.parametrize("cell", ["2026/08/06", "2026-8-6", "2026年8月6日", "20260806", 20260806, 46240, "46240"])
def test_days(cell):
    assert one(read_date, cell) == pd.Timestamp("2026-08-06")
    assert one(read_time, cell) == pd.Timestamp("2026-08-05T16:00:00Z")


def test_a_day_is_the_day_in_the_zone_asked_for():
    late = "2026-07-10T19:09:05Z"
    assert one(read_date, late) == pd.Timestamp("2026-07-11")
    assert one(read_date, late, time_zone="America/New_York") == pd.Timestamp("2026-07-10")
    assert one(read_date, date(2026, 7, 11), time_zone="Pacific/Auckland") == pd.Timestamp("2026-07-11")


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("2026-02-30", "is no day of the calendar, or far from today"),
        ("2026-13-01", "is no day of the calendar, or far from today"),
        ("2026-07-11 25:00", "is no day of the calendar, or far from today"),
        ("1899-12-31", "is no day of the calendar, or far from today"),
        ("2026", "is no day of the calendar, or far from today"),
        (12345, "is no day of the calendar, or far from today"),
        (-46112, "is no day of the calendar, or far from today"),
        (datetime(1999, 1, 1), "is no day of the calendar, or far from today"),
        ("1.78371E+12", "is not a date or time"),
        ("07-11 03:09", "is not a date or time"),
        ("昨天", "is not a date or time"),
        ("26/08/06", "is not a date or time"),
        (True, "is not a date or time"),
        (time(3, 9), "is not a date or time"),
        ("03/04/2026", "could be day/month or month/day"),
    ],
)
def test_what_is_no_moment_says_why(cell, reason):
    assert one(read_time, cell) == reason
    assert one(read_date, cell) == reason


def test_zero_is_no_moment_but_missing():
    assert one(read_time, 0) is None
    assert one(read_time, "0") is None


def test_day_and_month_are_told_apart_by_the_whole_column():
    assert read_date(pd.Series(["03/04/2026", "23/11/2026"])).values.tolist()[0] == pd.Timestamp("2026-04-03")
    assert read_date(pd.Series(["03/04/2026", "11/23/2026"])).values.tolist()[0] == pd.Timestamp("2026-03-04")
    assert read_date(pd.Series(["13/04/2026", "11/23/2026"])).unreadable.all()
    assert read_date(pd.Series(["03/04/2026"]), day_first=True).values.tolist() == [pd.Timestamp("2026-04-03")]


def test_wall_clocks_of_other_zones():
    cells = read_time(pd.Series(["2026-04-05 02:30:00", "2026-07-01 12:00"]), time_zone="Pacific/Auckland")
    assert cells.unreadable.tolist() == [True, False]
    assert cells.reasons.tolist() == ["falls into the hour in which the clocks change"]
    assert cells.values.iloc[1] == pd.Timestamp("2026-07-01T00:00:00Z")


@pytest.mark.parametrize("zone", [None, "UTC", "Asia/Shanghai"])
def test_columns_that_are_times_already(zone):
    values = pd.Series(pd.to_datetime(["2026-07-11 03:09:05", None])).dt.tz_localize(zone)
    expected = pd.Timestamp("2026-07-11T03:09:05Z") if zone == "UTC" else MOMENT
    assert read_time(values).values.tolist() == [expected, pd.NaT]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("634a5b8c000000001f01c2d3", "634a5b8c000000001f01c2d3"),
        ("690012345678901234 ", "690012345678901234"),
        ("\t690012345678901234", "690012345678901234"),
        ('="690012345678901234"', "690012345678901234"),
        ("'690012345678901234", "690012345678901234"),
        (690012345678901234, "690012345678901234"),
        (10**23 + 7, "1" + "0" * 22 + "7"),
        (1001.0, "1001"),
        ("1001.0", "1001"),
        ("１００１", "1001"),
        (float(2**53), "ruined by Excel"),
        (6.90012345678901e17, "ruined by Excel"),
        ("6.90012E+17", "ruined by Excel"),
        ("6.9e+17", "ruined by Excel"),
        ("5E+17", "ruined by Excel"),
        ("690012345678901000", "ruined by Excel"),
        ("690012345678901248.0", "ruined by Excel"),
        ("nan", "is not an id"),
        ("1.5", "is not an id"),
        (1.5, "is not an id"),
        (-7, "is not an id"),
        ("12 3", "is not an id"),
        ("#N/A", "is not an id"),
        (True, "is not an id"),
        (datetime(2026, 1, 1), "is not an id"),
        ("x" * 300, "is not an id"),
    ],
)
def test_ids(cell, expected):
    assert one(read_id, cell) == expected


def test_zeros_at_the_end_are_chance_when_the_other_ids_have_none():
    values = pd.Series(["690012345678901000", "690012345678901234", "690012345678901235"])
    assert read_id(values).values.tolist() == values.tolist()


def test_ids_of_integer_columns_keep_every_digit():
    assert read_id(pd.Series([690012345678901234, 7])).values.tolist() == ["690012345678901234", "7"]
    assert read_id(pd.Series([690012345678901234, None], dtype="Int64")).values.iloc[0] == "690012345678901234"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (" 好物\r", "好物"),
        ("a\r\nb", "a\nb"),
        ("标题１", "标题１"),
        (2026.0, "2026"),
        (0.5, "0.5"),
        (True, "True"),
        (7, "7"),
    ],
)
def test_texts(cell, expected):
    assert one(read_text, cell) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("图文", "image"),
        ("normal", "image"),
        ("视频", "video"),
        ("Video", "video"),
        ("视频笔记 ", "video"),
        ("直播", "is neither an image note nor a video note"),
        (1, "is neither an image note nor a video note"),
    ],
)
def test_formats(cell, expected):
    assert one(read_format, cell) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("是", True), ("Y", True), (True, True), (1.0, True), ("否", False), (0, False), ("x?", "is neither yes nor no")],
)
def test_yes_no(cell, expected):
    assert one(read_yes_no, cell) == expected


def test_storage_types():
    values = pd.Series(["1", "x"])
    found = {reader.__name__: str(reader(values).values.dtype) for reader in READERS}
    assert found == {
        "read_count": "float64",
        "read_date": "datetime64[us]",
        "read_format": "str",
        "read_id": "str",
        "read_money": "float64",
        "read_number": "float64",
        "read_ratio": "float64",
        "read_seconds": "float64",
        "read_share": "float64",
        "read_text": "str",
        "read_time": "datetime64[us, UTC]",
        "read_yes_no": "boolean",
    }


# Laws ---------------------------------------------------------------------------------------------------------------

WRITTEN_COUNTS = {
    "plain": str,
    "thousands": "{:,}".format,
    "full width": lambda n: str(n).translate({ord(d): ord(d) + 0xFEE0 for d in "0123456789"}),
    "full-width comma": lambda n: f"{n:,}".replace(",", "，"),
    "float": lambda n: f"{n}.0",
    "spaces": lambda n: f" {n}\r",
    "lower bound": "{}+".format,
    "万": lambda n: f"{Decimal(n) / 10_000}万",
    "w": lambda n: f"{Decimal(n) / 10_000}w",
    "middle dot": lambda n: f"{Decimal(n) / 10_000:f}万".replace(".", "·"),
    "亿": lambda n: f"{Decimal(n) / 10**8:f}亿",
    "number": float,
    "whole": int,
}


@given(st.lists(st.tuples(st.integers(0, 10**10), st.sampled_from(sorted(WRITTEN_COUNTS))), min_size=1, max_size=30))
def test_a_count_written_in_any_way_reads_back(items):
    cells = read_count(pd.Series([WRITTEN_COUNTS[style](count) for count, style in items], dtype=object))
    assert cells.values.tolist() == [count for count, _ in items]
    assert cells.lower_bound.tolist() == [style == "lower bound" for _, style in items]


@given(st.lists(st.integers(0, 1_000_000), min_size=1, max_size=20), st.sampled_from(["{:f}%", "{:f} %", "{:f}％ | 7"]))
def test_a_share_written_with_a_sign_reads_back(parts, style):
    shares = [Decimal(part) / 1_000_000 for part in parts]
    cells = read_share(pd.Series([style.format(share * 100) for share in shares]))
    assert cells.values.tolist() == [float(share) for share in shares]


@given(st.lists(st.integers(101, 9_999), min_size=1, max_size=20), st.booleans())
def test_a_column_above_one_is_percent_and_below_one_fraction(parts, as_text):
    percents = [part / 100 for part in parts]
    write = str if as_text else float
    cells = read_share(pd.Series([write(value) for value in percents], dtype=object))
    assert cells.unit == "percent"
    np.testing.assert_allclose(cells.values, np.array(percents) / 100, rtol=1e-12)
    fractions = [value / 100 for value in percents]
    cells = read_share(pd.Series([write(value) for value in fractions], dtype=object))
    assert cells.unit == "fraction"
    np.testing.assert_array_equal(cells.values, fractions)


@given(st.integers(0, 10**9), st.sampled_from(["¥{:f}", "{:f}元", "{:f}", "RMB{:f}"]))
def test_money_reads_back(fen, style):
    yuan = Decimal(fen) / 100
    assert one(read_money, style.format(yuan)) == float(yuan)
    assert one(read_money, fen, unit="fen") == fen / 100


moments = st.datetimes(datetime(2000, 1, 2), datetime(2099, 12, 30), timezones=st.just(UTC)).map(
    lambda moment: moment.replace(microsecond=0)
)
WRITTEN_TIMES = {
    "chinese": lambda t: t.astimezone(BEIJING).strftime("%Y年%m月%d日%H时%M分%S秒"),
    "dashes": lambda t: t.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S"),
    "slashes": lambda t: "{0.year}/{0.month}/{0.day} {0.hour}:{0.minute:02}:{0.second:02}".format(
        t.astimezone(BEIJING)
    ),
    "afternoon": lambda t: t.astimezone(BEIJING).strftime("%Y/%m/%d %I:%M:%S %p"),
    "iso": lambda t: t.isoformat(),
    "iso Z": lambda t: t.strftime("%Y-%m-%dT%H:%M:%SZ"),
    "iso elsewhere": lambda t: t.astimezone(timezone(timedelta(hours=-9, minutes=-30))).isoformat(),
    "epoch s": lambda t: int(t.timestamp()),
    "epoch s text": lambda t: str(int(t.timestamp())),
    "epoch ms": lambda t: int(t.timestamp()) * 1000,
    "epoch ms float": lambda t: t.timestamp() * 1000,
    "serial": lambda t: (t.astimezone(BEIJING).replace(tzinfo=None) - datetime(1899, 12, 30)) / timedelta(days=1),
    "naive": lambda t: t.astimezone(BEIJING).replace(tzinfo=None),
    "aware": lambda t: t,
}


@given(st.lists(st.tuples(moments, st.sampled_from(sorted(WRITTEN_TIMES))), min_size=1, max_size=20))
def test_a_moment_written_in_any_way_reads_back(items):
    cells = read_time(pd.Series([WRITTEN_TIMES[style](moment) for moment, style in items], dtype=object))
    assert cells.values.tolist() == [pd.Timestamp(moment) for moment, _ in items]


@given(st.lists(moments, min_size=1, max_size=20), st.sampled_from(["chinese", "dashes", "iso Z"]))
def test_a_column_of_one_shape_reads_like_its_cells_one_by_one(items, style):
    """The fast way for columns of one shape and the general way agree."""
    texts = [WRITTEN_TIMES[style](moment) for moment in items]
    assert read_time(pd.Series(texts)).values.tolist() == [one(read_time, text + " ") for text in texts]


@given(st.lists(st.dates(date(2000, 1, 1), date(2099, 12, 31)), min_size=1, max_size=20))
def test_a_day_reads_back(days):
    styles = ["{0:%Y}/{0:%m}/{0:%d}", "{0.year}-{0.month}-{0.day}", "{0.year}年{0.month}月{0.day}日", "{0:%Y%m%d}"]
    for style in styles:
        cells = read_date(pd.Series([style.format(day) for day in days]))
        assert cells.values.dt.date.tolist() == days


ids = st.one_of(
    st.integers(10**17, 10**24 - 1).map(str),
    st.integers(0, 2**96 - 1).map("{:024x}".format).filter(lambda text: not text.isdigit()),
)


@given(st.lists(ids.filter(lambda text: not text.endswith("00")), min_size=1, max_size=20))
def test_an_id_keeps_every_digit(values):
    assert read_id(pd.Series(values)).values.tolist() == values
    wrapped = [wrap.format(value) for value, wrap in zip(values, ['="{}"', "'{}", " {}\t"] * len(values), strict=False)]
    assert read_id(pd.Series(wrapped)).values.tolist() == values
    numbers = pd.Series([int(value) if value.isdigit() else value for value in values], dtype=object)
    assert read_id(numbers).values.tolist() == [str(number) for number in numbers]


@given(st.integers(10**17, 10**24))
def test_an_id_that_went_through_a_float_is_never_kept(number):
    assert one(read_id, float(number)) == "ruined by Excel"
    assert one(read_id, f"{float(number):.5E}") == "ruined by Excel"
    assert one(read_id, str(float(number))) == "ruined by Excel"


@given(st.integers(1, 10**6), st.integers(0, 10**6))
def test_a_ratio_reads_back(of, to):
    assert one(read_ratio, f"{of}:{to}") == to / of


@given(st.integers(0, 86_399))
def test_a_duration_reads_back(seconds):
    minutes, rest = divmod(seconds, 60)
    hours, left = divmod(minutes, 60)
    for text in (f"{seconds}", f"{seconds}s", f"{minutes}分{rest}秒", f"{hours:02}:{left:02}:{rest:02}"):
        assert one(read_seconds, text) == seconds


# Garbage, against slow readers written from scratch -----------------------------------------------------------------

SCALES = {"万": 4, "w": 4, "千": 3, "k": 3, "百万": 6, "m": 6, "千万": 7, "亿": 8}


UNSEEN = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def plain(text: str) -> str:
    """Half width, lower case, without outer blanks, unseen marks and quotes: one character at a time."""
    swaps = {"￥": "¥", "萬": "万", "億": "亿", "−": "-", "點": "点", "時": "时", "∶": ":", "′": "'", "’": "'"}
    out = []
    for mark in text:
        if 0xFF01 <= ord(mark) <= 0xFF5E:
            out.append(chr(ord(mark) - 0xFEE0))
        elif mark in "\t\n\v\f\r\u00a0\u2002\u2003\u2007\u2009\u202f\u3000":
            out.append(" ")
        elif (
            mark
            not in "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
        ):
            out.append(swaps.get(mark, mark))
    result = "".join(mark.lower() if mark.isascii() else mark for mark in out)
    if result.startswith('="') and result.endswith('"') and len(result) > 2 and "\n" not in result:
        result = result[2:-1]
    return result.strip(" '\"`")


def slow_number(text: str):
    """('missing', …), ('bad', …) or ('number', value, at least, percent, money), by peeling a text from both ends."""
    rest = plain(text)
    if rest in MISSING:
        return ("missing",)
    for dot in "·・•‧∙⋅。":
        rest = rest.replace(dot, ".")
    at_least = money = percent = False
    rest, more = peel_front(rest, [">=", ">", "≥", "超过", "超"])
    rest, coin = peel_front(rest, ["¥", "rmb", "cny", "人民币"])
    rest, plus_after = peel_back(rest, ["+", "以上", "起"])
    rest, _ = peel_back(rest, ["/篇", "/条", "/个", "/次"])
    rest, _ = peel_back(rest, ["粉丝", "次", "人", "个", "条", "篇", "粉", "名", "位"])
    rest, yuan = peel_back(rest, ["元", "块", "rmb", "cny"])
    rest, plus = peel_back(rest, ["+", "以上", "起"])
    rest, sign = peel_back(rest, ["%"])
    rest, scale = peel_back(rest, ["百万", "千万", *SCALES])
    if not re.fullmatch(r"[+-]? *(\d+\.?\d*|\.\d+|\d{1,3}(,\d{3})+(\.\d*)?)(e[+-]?\d{1,3})?", rest, re.ASCII):
        return ("bad",)
    at_least, percent, money = bool(more or plus or plus_after), bool(sign), bool(coin or yuan)
    exact = Decimal(rest.replace(",", "").replace(" ", "")) * Decimal(10) ** (SCALES.get(scale, 0) - 2 * percent)
    value = float(exact)
    return ("number", value, at_least, percent, money, bool(scale)) if math.isfinite(value) else ("bad",)


def peel_front(text, heads):
    for head in heads:
        if text.startswith(head):
            return text[len(head) :].lstrip(), head
    return text, ""


def peel_back(text, tails):
    for tail in tails:
        if text.endswith(tail):
            return text[: -len(tail)].rstrip(), tail
    return text, ""


wild = st.text(alphabet="0123456789.,·万w+-%¥元 |:eE/年月日kK亿千百１２，．％\r\ufeffnainf次以上>≥超", max_size=14)
shaped = st.from_regex(
    r"\A[ ¥>]?[+-]?[0-9]{1,4}(,[0-9]{3}){0,3}([.·][0-9]{0,3})?(e[+-]?[0-9]{1,3})? ?(万|w|k|亿|千万)?%?\+?(元|次)?\Z"
)
garbage = st.one_of(wild, shaped, st.text(max_size=12), st.sampled_from(MARKERS))


@settings(max_examples=300)
@given(st.lists(garbage, min_size=1, max_size=40))
@example(["1e5", "1,234.5.6", "1万万", "+-5", "1e400", "5%万", "0x10", "١٢٣", "1_000", "∞", "①", "½", "-1E-5万"])
def test_garbage_is_missing_unreadable_or_the_number_a_slow_reader_sees(texts):
    values = pd.Series(texts, dtype="str")
    counts, numbers, money = read_count(values), read_number(values), read_money(values)
    for row, text in enumerate(texts):
        kind, *seen = slow_number(text)
        got = [(cells.values[row], cells.unreadable[row]) for cells in (counts, numbers, money)]
        if kind == "missing":
            assert all(pd.isna(value) and not bad for value, bad in got), text
        elif kind == "bad":
            assert all(bad for _, bad in got), text
        else:
            value, at_least, percent, coin, scaled = seen
            assert_same(got[0], round(value) if scaled else value, bad_count(value, percent, coin, scaled), text)
            assert_same(got[1], value, percent or coin or abs(value) > 1e15, text)
            assert_same(got[2], value, percent or value < 0 or value > 1e10, text)
            assert counts.lower_bound[row] == (at_least and not counts.unreadable[row])


def bad_count(value, percent, coin, scaled):
    return percent or coin or value < 0 or value > 1e11 or (not scaled and value != round(value))


def assert_same(got, value, bad, text):
    assert got[1] == bad, text
    assert pd.isna(got[0]) if bad else got[0] == pytest.approx(value, rel=1e-14, abs=0.5 if value > 1e4 else 1e-300), (
        text
    )


def slow_time(text: str):
    """'missing', 'bad' or a moment, by the standard library's own parsers."""
    rest = plain(text)
    if rest in MISSING:
        return "missing"
    if re.fullmatch(r"\d{1,16}(\.\d{1,12})?", rest, re.ASCII):
        return slow_time_of_number(Decimal(rest))
    found = re.fullmatch(
        r"(\d{4}) *(?:[-/.]|年) *(\d{1,2}) *(?:[-/.]|月) *(\d{1,2}) *[日号]?"
        r"(?:[ t]*(\d{1,2}) *[:时点] *(\d{1,2}) *(?:[:分] *(?:(\d{1,2})(\.\d{1,9})? *秒?)?)?)?",
        rest,
        re.ASCII,
    )
    if not found:
        return "bad"
    parts = [int(part or 0) for part in found.groups()[:6]]
    micros = round(float(found.group(7) or 0) * 1e6)
    try:
        moment = datetime(*parts, tzinfo=BEIJING) + timedelta(microseconds=micros)
    except ValueError:
        return "bad"
    return moment if 2000 <= parts[0] <= 2099 else "bad"


def slow_time_of_number(number: Decimal):
    if number == 0:
        return "missing"
    if 36_526 <= number < 73_051:
        wall = datetime(1899, 12, 30) + timedelta(milliseconds=round(float(number) * 86_400_000))
        return wall.replace(tzinfo=BEIJING)
    for pattern, size in (("%Y%m%d", 8), ("%Y%m%d%H%M%S", 14)):
        if number == int(number) and len(str(int(number))) == size and str(int(number)).startswith("20"):
            try:
                return datetime.strptime(str(int(number)), pattern).replace(tzinfo=BEIJING)
            except ValueError:
                return "bad"
    for factor in (1, 1_000, 1_000_000):
        seconds = number / factor
        if 946_684_800 <= seconds < 4_102_444_800:
            return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=round(float(number) * 1_000_000 / factor))
    return "bad"


time_like = st.from_regex(
    r"\A(19|20|21)?[0-9]{2}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?"
    r"[ T]?([0-9]{1,2}[:时][0-9]{1,2}([:分][0-9]{1,2}秒?)?)?\Z"
)
number_like = st.one_of(st.integers(0, 10**16).map(str), st.integers(20_000_101, 20_991_231).map(str))
serial_like = st.decimals(30_000, 80_000, places=4).map(str)


BEYOND_THE_SLOW_READER = re.compile(r"[zapu上下周星]|.{11,}[+-]\d|^\d{1,2}[-/.]\d{1,2}[-/.]\d{4}")


@settings(max_examples=300)
@given(st.lists(st.one_of(time_like, number_like, serial_like, garbage), min_size=1, max_size=30))
def test_garbage_is_missing_unreadable_or_the_moment_a_slow_reader_sees(texts):
    texts = [
        text
        for text in texts
        if not re.search(r"[zapmu上下周星]|[+-]\d|^\d{1,2}[-/.]\d{1,2}[-/.]\d{4}", plain(text)[11:])
    ]
    texts = [text for text in texts if not re.match(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{4}", plain(text))] or ["-"]
    cells = read_time(pd.Series(texts, dtype="str"))
    for text, value, bad in zip(texts, cells.values, cells.unreadable, strict=True):
        seen = slow_time(text)
        if isinstance(seen, str):
            assert pd.isna(value), text
            assert bad == (seen == "bad"), text
        else:
            assert not bad, text
            assert abs(value - pd.Timestamp(seen)) <= pd.Timedelta(milliseconds=1), text


anything = st.one_of(
    garbage,
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.datetimes(),
    st.dates(),
    st.times(),
    st.timedeltas(),
    st.binary(max_size=4),
    st.datetimes(timezones=st.just(UTC)),
)


@pytest.mark.parametrize("reader", READERS)
@given(values=st.lists(anything, max_size=12))
def test_nothing_makes_a_reader_fail_or_return_a_value_it_calls_unreadable(reader, values):
    cells = reader(pd.Series(values, dtype=object))
    assert cells.values[cells.unreadable].isna().all()
    assert not (cells.lower_bound & cells.values.isna()).any()
    assert len(cells.reasons) == cells.unreadable.sum()
    if cells.values.dtype == "float64":
        assert not np.isinf(cells.values).any()


@pytest.mark.parametrize("reader", READERS)
@given(values=st.lists(garbage, min_size=1, max_size=12), repeats=st.integers(2, 4))
def test_a_cell_reads_the_same_whatever_the_storage(reader, values, repeats):
    as_str = reader(pd.Series(values * repeats, dtype="str"))
    as_objects = reader(pd.Series(values * repeats, dtype=object))
    pd.testing.assert_series_equal(as_str.values, as_objects.values)
    pd.testing.assert_series_equal(as_str.unreadable, as_objects.unreadable)
    as_categories = reader(pd.Series(values * repeats, dtype="str").astype("category"))
    pd.testing.assert_series_equal(as_str.values, as_categories.values)


def test_a_million_messy_cells_read_within_seconds():
    """A guard against falling back to one Python call a cell, with much room for slow machines."""
    rng = np.random.default_rng(0)
    values = pd.Series(rng.integers(0, 10**7, 300_000)).map("{:,}".format)
    start = datetime.now(UTC)
    read_count(values)
    assert datetime.now(UTC) - start < timedelta(seconds=10)
