"""The Chinese calendar, computed: new moons and the sun's place at Beijing time.

New moons after Meeus, *Astronomical Algorithms* (1998), chapter 49; the sun's longitude after chapter 25
(low precision, 0.01°). The rules of the months are those of GB/T 33661-2017: a month begins on the day of the
new moon, the winter solstice lies in the eleventh, and of thirteen months between two of these the first
without a major solar term is the leap month.
"""

from __future__ import annotations

import math
from datetime import date, timedelta
from functools import cache
from itertools import pairwise

BEIJING_DAYS = 8 / 24
J2000 = 2451545.0
NEW_MOONS_A_YEAR = 12.3685
FIRST_MEAN_MOON = 2451550.09766
MOON_TERMS = (
    # Coefficient in days, power of the eccentricity, multiples of the sun's and the moon's anomaly and of F.
    (-0.40720, 0, 0, 1, 0),
    (0.17241, 1, 1, 0, 0),
    (0.01608, 0, 0, 2, 0),
    (0.01039, 0, 0, 0, 2),
    (0.00739, 1, -1, 1, 0),
    (-0.00514, 1, 1, 1, 0),
    (0.00208, 2, 2, 0, 0),
    (-0.00111, 0, 0, 1, -2),
    (-0.00057, 0, 0, 1, 2),
    (0.00056, 1, 1, 2, 0),
    (-0.00042, 0, 0, 3, 0),
    (0.00042, 1, 1, 0, 2),
    (0.00038, 1, 1, 0, -2),
    (-0.00024, 1, -1, 2, 0),
    (-0.00007, 0, 2, 1, 0),
    (0.00004, 0, 0, 2, -2),
    (0.00004, 0, 3, 0, 0),
    (0.00003, 0, 1, 1, -2),
    (0.00003, 0, 0, 2, 2),
    (-0.00003, 0, 1, 1, 2),
    (0.00003, 0, -1, 1, 2),
    (-0.00002, 0, -1, 1, -2),
    (-0.00002, 0, 1, 3, 0),
    (0.00002, 0, 0, 4, 0),
)
PLANET_TERMS = (
    (0.000325, 299.77, 0.107408),
    (0.000165, 251.88, 0.016321),
    (0.000164, 251.83, 26.651886),
    (0.000126, 349.42, 36.412478),
    (0.000110, 84.66, 18.206239),
)


def find_lunar_day(year: int, month: int, day: int) -> date:
    """Day of a date of the Chinese calendar in the lunar year that begins in `year`; months 1 to 10, never leap.

    >>> find_lunar_day(2026, 1, 1), find_lunar_day(2026, 8, 15)
    (datetime.date(2026, 2, 17), datetime.date(2026, 9, 25))
    """
    if not 1 <= month <= 10:
        raise ValueError(f"month: {month} is not between 1 and 10")
    return _months(year)[month] + timedelta(days=day - 1)


def find_clear_brightness(year: int) -> date:
    """Qingming: the day in Beijing on which the sun reaches 15° of longitude.

    >>> find_clear_brightness(2026), find_clear_brightness(2028)
    (datetime.date(2026, 4, 5), datetime.date(2028, 4, 4))
    """
    day = date(year, 4, 3)
    while _longitude_at_dawn(day + timedelta(days=1)) < 15:
        day += timedelta(days=1)
    return day


@cache
def _months(year: int) -> dict[int, date]:
    """First day of each month from the solstice month of the year before to the tenth of `year`."""
    first, last = (_solstice_moon(each) for each in (year - 1, year))
    starts = [_new_moon_day(number) for number in range(first, last + 1)]
    has_term = [_sector(start) != _sector(following) for start, following in pairwise(starts)]
    leap = has_term.index(False) if last - first == 13 else None
    regular = [start for place, start in enumerate(starts[:-1]) if place != leap]
    return {(place + 10) % 12 + 1: start for place, start in enumerate(regular)}


def _solstice_moon(year: int) -> int:
    """Number of the new moon that begins the month of a year's winter solstice."""
    day = date(year, 12, 19)
    while _sector(day + timedelta(days=1)) != 9:
        day += timedelta(days=1)
    number = round((year + 0.97 - 2000) * NEW_MOONS_A_YEAR) + 1
    while _new_moon_day(number) > day:
        number -= 1
    return number


def _sector(day: date) -> int:
    """Which twelfth of the sky, 0 to 11, the sun stands in when a day begins in Beijing."""
    return int(_longitude_at_dawn(day) // 30)


def _longitude_at_dawn(day: date) -> float:
    """The sun's longitude in degrees when a day begins in Beijing."""
    return _sun_longitude(day.toordinal() + 1721424.5 - BEIJING_DAYS + _clock_days(day.year))


def _clock_days(year: float) -> float:
    """Uniform time minus the earth's, in days (Espenak and Meeus, 2005 to 2050)."""
    t = year - 2000
    return (62.92 + 0.32217 * t + 0.005589 * t * t) / 86_400


def _sun_longitude(julian: float) -> float:
    t = (julian - J2000) / 36_525
    anomaly = math.radians(357.52911 + 35_999.05029 * t - 0.0001537 * t * t)
    centre = (1.914602 - 0.004817 * t - 0.000014 * t * t) * math.sin(anomaly)
    centre += (0.019993 - 0.000101 * t) * math.sin(2 * anomaly) + 0.000289 * math.sin(3 * anomaly)
    mean = 280.46646 + 36_000.76983 * t + 0.0003032 * t * t
    nutation = -0.00569 - 0.00478 * math.sin(math.radians(125.04 - 1934.136 * t))
    return (mean + centre + nutation) % 360


@cache
def _new_moon_day(number: int) -> date:
    """Day in Beijing of a new moon, counted from that of 6 January 2000."""
    t = number / 1236.85
    eccentricity = 1 - 0.002516 * t - 0.0000074 * t * t
    sun = math.radians(2.5534 + 29.10535670 * number - 0.0000014 * t * t)
    moon = math.radians(201.5643 + 385.81693528 * number + 0.0107582 * t * t)
    latitude = math.radians(160.7108 + 390.67050284 * number - 0.0016118 * t * t)
    node = math.radians(124.7746 - 1.56375588 * number + 0.0020672 * t * t)
    julian = FIRST_MEAN_MOON + 29.530588861 * number + 0.00015437 * t * t - 0.00017 * math.sin(node)
    julian += sum(
        size * eccentricity**power * math.sin(of_sun * sun + of_moon * moon + of_latitude * latitude)
        for size, power, of_sun, of_moon, of_latitude in MOON_TERMS
    )
    julian += sum(size * math.sin(math.radians(start + speed * number)) for size, start, speed in PLANET_TERMS)
    local = julian - _clock_days(2000 + number / NEW_MOONS_A_YEAR) + BEIJING_DAYS
    return date.fromordinal(math.floor(local - 1721424.5))
