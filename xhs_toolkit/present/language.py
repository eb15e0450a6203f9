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
    money, ratio, cell_money, cell_ratio : patterns of an amount in CNY and of a multiple, in a sentence and as a cell's
        format. sample : of how many notes or creators a figure rests on.
    remarks, between_remarks : a figure with what is said beside it, and what parts two remarks.
    named : a name with what is told of it.
    codebook_meanings : whether the codebook's meanings are written in it.
    large_numbers, headline_numbers : short forms of large numbers, the largest first: name → unit; the second in a
        headline.
    counts : the numbers from nought to nine as words in prose.
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
    ratio: str
    sample: str
    cell_money: str
    cell_ratio: str
    remarks: str
    between_remarks: str
    named: str
    codebook_meanings: bool
    large_numbers: dict[str, float]
    headline_numbers: dict[str, float]
    counts: list[str]

    def write_day(self, day: date, *, short: bool = False) -> str:
        """A day, with its year unless it is `short`."""
        pattern = self.short_day if short else self.day
        return pattern.format(day=day.day, month=self.months[day.month - 1], year=day.year)

    def say_count(self, number: int) -> str:
        """A number in prose: small ones as words.

        >>> read_language("en").say_count(4), read_language("zh").say_count(2), read_language("en").say_count(28)
        ('four', '两', '28')
        """
        return self.counts[number] if number < len(self.counts) else str(number)

    def shorten(self, number: float, *, in_headline: bool = False) -> str | None:
        """A large number in its short form; None where it is not large, or the language has none.

        >>> read_language("zh").shorten(12_345), read_language("zh").shorten(8), read_language("en").shorten(12_345)
        ('1.2万', None, None)
        """
        known = self.headline_numbers if in_headline else self.large_numbers
        units = ((name, unit) for name, unit in known.items() if abs(number) >= unit)
        return next((f"{number / unit:.1f}".removesuffix(".0") + name for name, unit in units), None)


@cache
def read_language(language: str) -> Language:
    """How a language writes."""
    return Language(**read_bundled_yaml(bundled_folder("templates") / "report" / "wording" / language / FILE))
