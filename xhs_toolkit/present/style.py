"""The house style: palette, type, spacing, number formats and languages, in notebooks, reports and workbooks."""

from __future__ import annotations

import io
import math
import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import pandas as pd
from matplotlib.figure import Figure

from xhs_toolkit.bundled import bundled_folder, read_bundled_yaml
from xhs_toolkit.campaign.values import measure_contrast
from xhs_toolkit.present.currency import HOME, find_currency, get_client, name_for_client
from xhs_toolkit.present.private import mask_contacts

LANGUAGE_FILE = "language.yaml"


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
    return Language(**read_bundled_yaml(bundled_folder("templates") / "report" / "wording" / language / LANGUAGE_FILE))


INK: Final = "#1f2933"
QUIET: Final = "#5b6770"
RULE: Final = "#d9dee2"
PAPER: Final = "#ffffff"
ACCENT: Final = "#c8372d"
PALETTE: Final = ("#1f5a7a", "#d98e04", "#5b7f3a", "#7b4b94", "#8a8f94")
"""Blue, ochre, moss, plum, grey: told apart by colour-blind readers, and by lightness in print."""

MISSED: Final = "#a8480a"


def choose_ink(ground: str) -> str:
    """The colour of words on a coloured bar: white, or dark where white cannot be read on it.

    >>> choose_ink(PALETTE[0]) == PAPER, choose_ink(PALETTE[1]) == INK
    (True, True)
    """
    return max((PAPER, INK), key=lambda colour: measure_contrast(colour, ground))


STANDING_COLOURS: Final = {"good": PALETTE[0], "bad": MISSED, "flag": ACCENT}
"""Of what is good, bad or a flag, the same in every language (red is good in China); a shape or word says it too."""

BAND: Final = "#cfdde6"
"""Of the likely range of a forecast."""

FAINT: Final = "#b9c2c9"
"""Of points that others stand before."""

MARKERS: Final = ("o", "s", "^", "D", "v")
FONT_FILE: Final = Path(__file__).parent / "fonts" / "NotoSansSC-Subset.otf"
FALLBACK_FONT: Final = "DejaVu Sans"
MAX_PICTURE_TEXT: Final = 60


# ------------------------------------------------------------------------------------- pictures


@cache
def _register_font() -> str:
    from matplotlib import font_manager

    font_manager.fontManager.addfont(FONT_FILE)
    return str(font_manager.FontProperties(fname=FONT_FILE).get_name())


def set_fonts() -> None:
    """Draw Chinese in every picture of this session, with the font that travels with the package."""
    import matplotlib as mpl

    mpl.rcParams.update({"font.family": [_register_font(), FALLBACK_FONT], "axes.unicode_minus": False})


@contextmanager
def use_style() -> Iterator[None]:
    """Draw in the house style, Chinese included, on any machine; nothing outside the block changes."""
    import matplotlib as mpl

    settings = {
        "font.family": [_register_font(), FALLBACK_FONT],
        "font.size": 10,
        "text.color": INK,
        "text.parse_math": False,
        "axes.edgecolor": RULE,
        "axes.labelcolor": QUIET,
        "axes.titlecolor": INK,
        "axes.titlelocation": "left",
        "axes.titlesize": 12.5,
        "axes.titlepad": 14,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.spines.left": False,
        "axes.grid": True,
        "axes.axisbelow": True,
        "axes.unicode_minus": False,
        "grid.color": RULE,
        "grid.linewidth": 0.6,
        "xtick.color": QUIET,
        "ytick.color": QUIET,
        "xtick.major.size": 0,
        "ytick.major.size": 0,
        "xtick.minor.size": 0,
        "ytick.minor.size": 0,
        "legend.frameon": False,
        "figure.facecolor": PAPER,
        "savefig.bbox": "tight",
        "savefig.pad_inches": 0.12,
        "svg.fonttype": "path",
        "svg.hashsalt": "xhs-toolkit",
    }
    with mpl.rc_context(settings):
        yield


@cache
def _drawable() -> frozenset[int]:
    """Code points that the bundled font or the fallback can draw."""
    from matplotlib import font_manager

    fallback = font_manager.findfont(FALLBACK_FONT)
    return frozenset().union(*(font_manager.get_font(path).get_charmap() for path in (str(FONT_FILE), fallback)))


def picture_text(text: object, *, max_length: int = MAX_PICTURE_TEXT) -> str:
    """Text that can be drawn: one line, no contact of a person, no glyph that no font has, no direction marks.

    >>> picture_text("周末徒步🥾 <b>$5$</b>")
    '周末徒步 <b>$5$</b>'
    """
    plain = unicodedata.normalize("NFC", mask_contacts(" ".join(str(text).split())))
    kept = "".join(char for char in plain if ord(char) in _drawable() and unicodedata.category(char)[0] != "C")
    kept = re.sub(r" {2,}", " ", kept).strip()
    return kept if len(kept) <= max_length else kept[: max_length - 1] + "…"


# -------------------------------------------------------------------------------- number formats


def format_value(name: str, value: object, *, language: str) -> str:
    """Format a value by its name: the suffix or prefix of a name tells its unit.

    >>> format_value("cost_per_view_cny", 0.2, language="en"), format_value("cost_per_view_cny", 0.2, language="zh")
    ('¥0.20', '0.20元')
    >>> format_value("views", 12_345, language="en"), format_value("views", 12_345, language="zh")
    ('12,345', '1.2万')
    >>> format_value("click_rate", 0.1234, language="en"), format_value("n_notes", 1_234, language="zh")
    ('12.3%', '1,234')
    >>> format_value("views", None, language="en")
    'not measured'
    """
    if value is None or (not isinstance(value, str | list | tuple | dict) and pd.isna(value)):
        return read_language(language).missing
    if isinstance(value, str) and not _is_day(name):
        return value
    return _find_format(name)(value, language)


def format_for_client(name: str, value: object, *, language: str, beside: bool = True) -> str:
    """Format a value as `format_value` does, an amount in the client's currency with the CNY beside it.

    Outside of `show_currency`, and for a client who counts in CNY, it is the same.
    """
    own, client = format_value(name, value, language=language), get_client()
    is_missing = own == read_language(language).missing
    if client is None or is_missing or isinstance(value, str) or find_currency(name) != HOME:
        return own
    amount = float(value) / client.cny_per_unit  # type: ignore[arg-type]
    shown = format_value(name_for_client(name), amount, language=language)
    return add_remarks(shown, own, language=language) if beside else shown


def write_in_cny(name: str, value: object, *, language: str) -> str:
    """The CNY that stand beside an amount in the client's currency; empty where it is in CNY itself."""
    own = format_value(name, value, language=language)
    return own if format_for_client(name, value, language=language, beside=False) != own else ""


def add_remarks(figure: str, *remarks: str, language: str) -> str:
    """A figure with what is said beside it in brackets, as far as there is anything.

    >>> add_remarks("NZ$0.05", "NZ$0.03–NZ$0.08", "", "¥0.22", language="en"), add_remarks("8", "", language="en")
    ('NZ$0.05 (NZ$0.03–NZ$0.08; ¥0.22)', '8')
    """
    told = [remark for remark in remarks if remark]
    if not told:
        return figure
    look = read_language(language)
    return look.remarks.format(figure=figure, remarks=look.between_remarks.join(told))


def _is_day(name: str) -> bool:
    return name.endswith(("_date", "_at")) or name in {"as_of", "date"}


def _find_format(name: str) -> Callable[[object, str], str]:
    stem = re.sub(r"_(low|high|median)$", "", name)
    rules: tuple[tuple[bool, Callable[[object, str], str]], ...] = (
        (_is_day(name), _format_day),
        (stem.startswith("n_") or stem == "source_row", _format_integer),
        (find_currency(name) == HOME, _format_money),
        (bool(find_currency(name)), _format_client_money),
        (stem == "rate" or stem.endswith(("_rate", "_share")), _format_share),
        (stem.endswith("ratio"), _format_ratio),
    )
    return next((rule for applies, rule in rules if applies), _format_count)


def write_cell_format(name: str, *, language: str, largest: float = 0) -> str:
    """Return the number format of a spreadsheet or chart for the values of a name: the same units as `format_value`.

    Money is written without decimals where the `largest` amount is 100 or more, and with three where it is known
    to be small.

    >>> write_cell_format("click_rate", language="en"), write_cell_format("cost_per_view_cny", language="zh")
    ('0.0%', '#,##0.00"元"')
    """
    client = get_client()
    small = 1 if client and find_currency(name) == client.currency else 0.1
    amount = "#,##0" if largest >= 100 else "0.000" if 0 < largest < small else "#,##0.00"
    formats: dict[Callable[[object, str], str], str] = {
        _format_integer: "#,##0",
        _format_money: read_language(language).cell_money.format(amount=amount),
        _format_client_money: f'"{client.symbol if client else ""}"{amount}',
        _format_share: "0.0%",
        _format_ratio: read_language(language).cell_ratio.format(figure="0.0"),
        _format_day: "yyyy-mm-dd",
    }
    return formats.get(_find_format(name), "#,##0")


def _format_day(value: object, language: str) -> str:
    return read_language(language).write_day(pd.Timestamp(value))


def _format_money(value: object, language: str) -> str:
    amount = float(value)  # type: ignore[arg-type]
    digits = 0 if abs(amount) >= 100 else 2 if abs(amount) >= 0.1 or amount == 0 else 3
    return read_language(language).money.format(amount=f"{amount:,.{digits}f}")


def _format_client_money(value: object, language: str) -> str:
    """In the client's currency: its units are larger than a yuan as a rule, so small amounts get a third decimal."""
    amount, client = float(value), get_client()  # type: ignore[arg-type]
    digits = 0 if abs(amount) >= 100 else 2 if abs(amount) >= 1 or amount == 0 else 3
    return f"{client.symbol if client else ''}{amount:,.{digits}f}"


def _format_share(value: object, language: str) -> str:
    return f"{100 * float(value):.1f}%"  # type: ignore[arg-type]


SMALLEST_RATIO = 0.001


def _format_ratio(value: object, language: str) -> str:
    ratio, look = float(value), read_language(language)  # type: ignore[arg-type]
    if 0 < ratio < SMALLEST_RATIO:
        return look.ratio.format(figure=f"<{SMALLEST_RATIO:g}")
    return look.ratio.format(figure=f"{ratio:,.0f}" if ratio >= 100 else f"{ratio:.2g}")


def _format_integer(value: object, language: str) -> str:
    return f"{round(float(value)):,}"  # type: ignore[arg-type]


def _format_count(value: object, language: str) -> str:
    number = float(value)  # type: ignore[arg-type]
    short = read_language(language).shorten(number)
    if short:
        return short
    return f"{number:,.0f}" if math.isclose(number, round(number)) or abs(number) >= 100 else f"{number:,.3g}"


class Picture(Figure):
    """A figure that shows itself as PNG at the end of a cell."""

    def _repr_png_(self) -> bytes:
        target = io.BytesIO()
        with use_style():
            self.savefig(target, format="png", bbox_inches="tight", metadata={"Software": None})
        return target.getvalue()
