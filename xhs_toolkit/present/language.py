"""How a language writes figures, days and remarks: ``language.yaml`` in its folder of the wording."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import NamedTuple

from xhs_toolkit.bundled import bundled_folder, read_bundled_yaml

FILE = "language.yaml"


class Language(NamedTuple):
    """A language as its file tells it; patterns name what they are filled with in braces.

    Attributes
    ----------
    name, locale, workbook_font : what it is called, its code on a page, its font in a workbook.
    missing : what stands where a figure was not measured.
    months : names of the twelve months.
    day, short_day : patterns of a day, with and without its year. cell_day, cell_month : the same as a cell's format.
    money, cell_money : patterns of an amount in CNY, in a sentence and as a cell's format.
    remarks, between_remarks : a figure with what is said beside it, and what parts two remarks.
    named : a name with what is told of it.
    good, bad : names of the colours. In China red is good and green is bad.
    codebook_meanings : whether the codebook's meanings are written in it.
    large_numbers : short forms of large numbers, the largest first: name → unit.
    """

    name: str
    locale: str
    workbook_font: str
    missing: str
    months: list[str]
    day: str
    short_day: str
    cell_day: str
    cell_month: str
    money: str
    cell_money: str
    remarks: str
    between_remarks: str
    named: str
    good: str
    bad: str
    codebook_meanings: bool
    large_numbers: dict[str, float]

    def write_day(self, day: date, *, short: bool = False) -> str:
        """A day, with its year unless it is `short`."""
        pattern = self.short_day if short else self.day
        return pattern.format(day=day.day, month=self.months[day.month - 1], year=day.year)

    def shorten(self, number: float) -> str | None:
        """A large number in its short form; None where it is not large, or the language has none.

        >>> read_language("zh").shorten(12_345), read_language("zh").shorten(8), read_language("en").shorten(12_345)
        ('1.2万', None, None)
        """
        units = ((name, unit) for name, unit in self.large_numbers.items() if abs(number) >= unit)
        return next((f"{number / unit:.1f}".removesuffix(".0") + name for name, unit in units), None)


@cache
def read_language(language: str) -> Language:
    """How a language writes."""
    return Language(**read_bundled_yaml(bundled_folder("templates") / "report" / "wording" / language / FILE))
