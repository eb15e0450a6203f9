"""How a setting is read from what was typed: numbers, dates, places, lists, choices.

Everything in a campaign file arrives as text. The annotated types below turn it into values and
say, where they cannot, what is wrong and what to write instead.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date
from functools import cache
from importlib import resources
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from xhs_toolkit.bundled import bundled_folder, list_languages, read_bundled_yaml

FAULT = "fault"
"""Error type of the faults raised here; `faults` words them."""

XHS_FOUNDED = 2013
ID_LENGTH = 24
RUINED_ID = re.compile(r"\d(\.\d+)?E\+?\d+", re.IGNORECASE)
"""What a spreadsheet makes of a long number."""


@cache
def plausible() -> dict[str, Any]:
    """Return what settings can plausibly be (``templates/plausible.yaml``)."""
    found: dict[str, Any] = read_bundled_yaml(bundled_folder("templates") / "plausible.yaml")
    return found


def make_fault(what: str, fix: str = "") -> PydanticCustomError:
    """Return an error that names the fault and the fix."""
    return PydanticCustomError(FAULT, "{what}", {"what": what, "fix": fix})


def find_nearest(text: str, names: Iterable[str]) -> str | None:
    """Return the name most like a text, or None when none is near."""
    by_fold = {name.casefold(): name for name in names}
    near = difflib.get_close_matches(str(text).strip().casefold(), list(by_fold), n=1, cutoff=0.6)
    return by_fold[near[0]] if near else None


def _plain(value: Any) -> Any:
    """Text in its plain form: full-width letters and digits narrowed, spaces trimmed."""
    return unicodedata.normalize("NFKC", value).strip() if isinstance(value, str) else value


def clean(value: Any) -> Any:
    """Return text on one line, without invisible control characters; a joiner inside an emoji stays."""
    if not isinstance(value, str):
        return value
    kept = (
        char for char in " ".join(value.split()) if char == "\u200d" or unicodedata.category(char) not in {"Cc", "Cf"}
    )
    return "".join(kept).strip()


NUMBER = re.compile(r"[+-]?(?:\d+|[1-9]\d{0,2}(?:[,_ ]\d{3})+)(?:\.\d+)?(?:e\+?\d{1,3})?", re.IGNORECASE)
POINTED = re.compile(r"[1-9]\d{0,2}\.\d{3}")
"""A number whose point may part thousands."""


def read_ratio(value: Any) -> Any:
    """A number such as a rate or a weight, where ``4.152`` is no thousands."""
    if not isinstance(value, str):
        return value
    text = _plain(value)
    if not NUMBER.fullmatch(text):
        raise make_fault("is not a number", "write digits only, such as 12000 or 0.85")
    number = float(re.sub(r"[,_ ]", "", text))
    if abs(number) > plausible()["largest"]:
        raise make_fault("is larger than anything that can be counted", "correct the number")
    return number


def _read_number(value: Any) -> Any:
    if isinstance(value, str) and POINTED.fullmatch(_plain(value)):
        whole = _plain(value).replace(".", "")
        raise make_fault("can be read in two ways", f"write {whole}, or the decimals without the last 0")
    return read_ratio(value)


def _read_share(value: Any) -> Any:
    text = _plain(value)
    if isinstance(text, str) and text.endswith("%"):
        number = read_ratio(text.removesuffix("%").strip())
        return number / 100
    return read_ratio(text)


def _read_day(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    match = re.fullmatch(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?", _plain(value))
    if match is None:
        raise make_fault("is not a date", "write year, month, day: 2026-07-01")
    try:
        day = date(*(int(part) for part in match.groups()))
    except ValueError:
        raise make_fault("is not a date that exists", "check the month and the day") from None
    latest = date.today().year + plausible()["years_ahead"]
    if not XHS_FOUNDED <= day.year <= latest:
        raise make_fault(f"is not between {XHS_FOUNDED} and {latest}", "check the year")
    return day


BRACKETS = tuple(zip("[［【{｛(（", "]］】}｝)）", strict=True))


def read_list(value: Any) -> Any:
    """A list, or one line with commas of any kind between its items; a full-width comma parts items of a list too.

    >>> read_list(["Kea，示例", "Acme, Ltd"]), read_list("【新年、送礼】")
    (('Kea', '示例', 'Acme, Ltd'), ('新年', '送礼'))
    """
    if isinstance(value, str):
        value = re.split(r"[,，、;；]", re.sub(r"^\s*[［【](.*)[］】]\s*$", r"\1", value))
    if not isinstance(value, list | tuple):
        return value
    items = [part for item in value for part in (re.split("[，、；]", item) if isinstance(item, str) else [item])]
    for item in items:
        if isinstance(item, str) and any(item.count(opens) != item.count(closes) for opens, closes in BRACKETS):
            raise make_fault(f"has a bracket that is not closed: {item.strip()}", "write it as [first, second]")
    return tuple(item for item in (item.strip() if isinstance(item, str) else item for item in items) if item != "")


def _read_market(value: Any) -> Any:
    code = str(_plain(value)).upper()
    if code in countries():
        return code
    near = find_nearest(code, countries().values())
    found = {name: key for key, name in countries().items()}.get(near or "")
    fix = f"write {found} for {near}" if found else "write a code of two letters, such as NZ, AU or CN"
    raise make_fault("is not a country code", fix)


@cache
def countries() -> dict[str, str]:
    """ISO 3166 codes of two letters with their English names, from the time zone data."""
    table = resources.files("tzdata.zoneinfo").joinpath("iso3166.tab").read_text(encoding="utf-8")
    rows = (line.split("\t", 1) for line in table.splitlines() if line and not line.startswith("#"))
    return dict(rows)


@cache
def list_zones(market: str) -> tuple[str, ...]:
    """Time zones of a country, the one where most of its people are first.

    >>> list_zones("NZ")[0], list_zones("CN")[0]
    ('Pacific/Auckland', 'Asia/Shanghai')
    """
    table = resources.files("tzdata.zoneinfo").joinpath("zone.tab").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in table.splitlines() if line and not line.startswith("#")]
    found = [row[2] for row in rows if row[0] == market]
    main = read_bundled_yaml(bundled_folder("templates") / "markets.yaml").get(market)
    return tuple(dict.fromkeys([main, *found] if main else found))


def _read_time_zone(value: Any) -> Any:
    name = str(_plain(value))
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        near = find_nearest(name, available_timezones()) or find_city(name)
        fix = f"write {near}" if near else "write a name such as Asia/Shanghai, Pacific/Auckland or Australia/Sydney"
        raise make_fault("is not a time zone", fix) from None
    return name


def find_city(text: str) -> str | None:
    """Return the time zone named after a city: ``auckland`` → ``Pacific/Auckland``."""
    by_city = {name.rsplit("/", 1)[-1].casefold(): name for name in sorted(available_timezones(), reverse=True)}
    return by_city.get(text.strip().replace(" ", "_").casefold())


def _read_currency(value: Any) -> Any:
    code = str(_plain(value)).upper()
    code = {"RMB": "CNY", "¥": "CNY", "元": "CNY"}.get(code, code)
    if code not in plausible()["cny_per_unit"]:
        raise make_fault("is not a currency code", "write three letters, such as CNY, NZD or AUD")
    return code


def check_rate(rate: float, currency: str | None) -> None:
    """Refuse a rate to CNY that the currency cannot have, as one upside down.

    >>> check_rate(4.15, "NZD")
    """
    low, high = plausible()["cny_per_unit"].get(currency, (0, plausible()["largest"]))
    if not low <= rate <= high:
        upside_down = low <= 1 / rate <= high
        fix = f"write {1 / rate:.4g}, the CNY that one {currency} costs" if upside_down else "correct the rate"
        raise make_fault(f"is no rate of {currency} to CNY: it lies between {low} and {high}", fix)


def _read_id(value: Any) -> Any:
    text = clean(_plain(value))
    if isinstance(text, str) and RUINED_ID.fullmatch(text):
        raise make_fault("was ruined by the spreadsheet", "paste the id again, from a column formatted as text")
    if isinstance(text, str) and re.fullmatch(r"[0-9a-f]{20,30}", text) and len(text) != ID_LENGTH:
        raise make_fault(f"has {len(text)} characters; an id of the platform has {ID_LENGTH}", "paste the id again")
    return text


def _read_pattern(value: Any) -> Any:
    """A file name or pattern inside ``data/``: never a way out of it."""
    text = str(value).strip().replace("\\", "/")
    if not text or text.startswith(("/", "~")) or ":" in text or ".." in text.split("/"):
        raise make_fault("is not a file inside data/", "write the file's name, such as notes.xlsx or notes*.csv")
    return text


ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+:///?[^\s/@][^\s@]*")
"""Of an object store; a name and password have no place in a settings file."""


def _read_place(value: Any) -> Any:
    """A folder beside the settings file, a full path, or an object store's address."""
    text = str(value).strip().replace("\\", "/")
    if "://" in text:
        if not ADDRESS.fullmatch(text.rstrip("/")):
            fix = "write it like s3://bucket/history; names and passwords come from the environment"
            raise make_fault("is not an address", fix)
        return text.rstrip("/")
    is_full = text.startswith("/") or re.match(r"[A-Za-z]:/", text)
    if not text or text.startswith("~") or ".." in text.split("/") or (":" in text and not is_full):
        raise make_fault("is not a folder", "write history, a full path, or an address such as s3://bucket/history")
    return text


def _lower(value: Any) -> Any:
    return _plain(value).casefold() if isinstance(value, str) else value


def _read_language(value: Any) -> Any:
    text = _lower(value)
    names = {"english": "en", "chinese": "zh", "中文": "zh", "英文": "en", "zh-cn": "zh", "zh_cn": "zh", "cn": "zh"}
    return names.get(text, text) if isinstance(text, str) else text


def _read_report_language(value: Any) -> Any:
    text, known = _read_language(value), list_languages()
    if isinstance(text, str) and text not in known:
        raise make_fault(f"is not one of {', '.join(known)}", f"write {find_nearest(text, known) or 'one of them'}")
    return text


def check_distinct(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Refuse a value listed twice."""
    seen: set[Any] = set()
    for value in values:
        if value in seen:
            raise make_fault(f"lists {value} twice", "keep it once")
        seen.add(value)
    return values


def _before(function: Callable[[Any], Any]) -> BeforeValidator:
    return BeforeValidator(function)


Text = Annotated[str, _before(clean), Field(min_length=1, max_length=200)]
Identity = Annotated[str, _before(_read_id), Field(min_length=1, max_length=200)]
"""Whom a line speaks of: an id, an account number or a name."""
Number = Annotated[float, _before(_read_number), Field(ge=0, allow_inf_nan=False)]
Weight = Annotated[float, _before(read_ratio), Field(ge=0, allow_inf_nan=False)]
Ratio = Annotated[float, _before(read_ratio), Field(gt=0, allow_inf_nan=False)]
PositiveNumber = Annotated[float, _before(_read_number), Field(gt=0, allow_inf_nan=False)]
Count = Annotated[int, _before(_read_number), Field(ge=0)]
Change = Annotated[float, _before(_read_share), Field(ge=-1, allow_inf_nan=False)]
Share = Annotated[float, _before(_read_share), Field(ge=0, le=1, allow_inf_nan=False)]
YesNo = Annotated[bool, _before(_lower)]
Day = Annotated[date, _before(_read_day)]
Market = Annotated[str, _before(_read_market)]
TimeZone = Annotated[str, _before(_read_time_zone)]
Currency = Annotated[str, _before(_read_currency)]
FilePattern = Annotated[str, _before(_read_pattern)]
Place = Annotated[str, _before(_read_place)]
Objective = Annotated[Literal["awareness", "trust", "sales", "leads"], _before(_lower)]
Language = Annotated[Literal["en", "zh"], _before(_read_language)]
"""What a note is written in, as far as it is told apart."""
ReportLanguage = Annotated[str, _before(_read_report_language)]
AsList = _before(read_list)
Texts = Annotated[tuple[Text, ...], AsList]


MAX_CHARACTERS = 60
MAX_BYTES = 180
RESERVED = {"con", "prn", "aux", "nul"} | {f"{port}{digit}" for port in ("com", "lpt") for digit in range(10)}
"""Names Windows keeps for devices, with any extension."""


def safe_name(text: str) -> str:
    """Return a name that is safe as one folder or file name on Windows, Mac and Linux.

    Letters of any script and digits stay; everything else becomes a hyphen. Never empty, never dots
    only, never hidden, never a path, at most 60 characters and 180 bytes. `safe_name` of a safe name is itself.

    >>> safe_name("Harbour Tours: spring 2026")
    'Harbour-Tours-spring-2026'
    >>> safe_name("../../etc/passwd"), safe_name("  "), safe_name("con"), safe_name("奥克兰机场")
    ('etc-passwd', 'unnamed', 'con_', '奥克兰机场')
    """
    name = "".join(char if _is_word(char) else "-" for char in unicodedata.normalize("NFKC", text))
    name = _tidy(name)[:MAX_CHARACTERS]
    name = _tidy(name.encode("utf-8")[:MAX_BYTES].decode("utf-8", errors="ignore"))
    if name.split(".")[0].casefold() in RESERVED:
        name = name.replace(".", "-")
        name = f"{name}_" if name.casefold() in RESERVED else name
    return name or "unnamed"


def _is_word(char: str) -> bool:
    return char in "._" or unicodedata.category(char)[0] in "LN" or unicodedata.category(char) in {"Mn", "Mc"}


def _tidy(name: str) -> str:
    return unicodedata.normalize("NFC", re.sub(r"-{2,}", "-", re.sub(r"\.{2,}", ".", name))).strip("-. ")


COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
READABLE = 4.5
"""Contrast of text with its ground, by WCAG 2.2, 1.4.3."""


def _read_colour(value: Any) -> Any:
    if not (isinstance(value, str) and COLOUR.fullmatch(value)):
        raise make_fault("is not a colour", 'write six digits in quotes, such as "#1f5a7a"')
    if measure_contrast(value, "#ffffff") < READABLE:
        raise make_fault("is too light to read on white", "write a darker shade of it")
    return value


def measure_contrast(one: str, other: str) -> float:
    """Contrast of two colours by WCAG 2.2 (relative luminance), from 1 to 21.

    >>> round(measure_contrast("#ffffff", "#000000")), round(measure_contrast("#1f5a7a", "#ffffff"), 1)
    (21, 7.5)
    """
    light, dark = sorted((_measure_luminance(one), _measure_luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _measure_luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


Colour = Annotated[str, BeforeValidator(_read_colour)]
