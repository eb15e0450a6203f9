"""Sentences from templates: a `Finding` goes in, English or Chinese comes out.

The templates lie in ``templates/report/wording/{en,zh}/*.yaml``: ``code: sentence``. A sentence sees
each value already formatted by its name, the raw numbers under ``raw``, ``span(name)``, which writes
a value with its interval, ``money(cny)`` for a round sum, ``figure(name)`` for one without the CNY beside it,
``about(name)`` for a guess in three digits, ``day(name)`` for a day without its year, ``percent(share)`` and
``count(n)`` as prose writes them. A value that a sentence needs and does not get is an error, never a gap.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import Any

from jinja2 import StrictUndefined, Template
from jinja2.sandbox import SandboxedEnvironment

from xhs_toolkit.bundled import bundled_folder, read_bundled_yaml
from xhs_toolkit.findings import OWN, Finding
from xhs_toolkit.present.currency import find_currency, get_client, name_in_cny
from xhs_toolkit.present.style import LANGUAGE_FILE, add_remarks, format_for_client, read_language, write_in_cny
from xhs_toolkit.tables import TABLES

TERMS = "terms."
STEP = "step."
"""How the code of a step's heading begins; a notebook of the campaign's own goes by its file's name."""


def say(finding: Finding, *, language: str) -> str:
    """Return the finding as a sentence.

    Raises
    ------
    KeyError
        When no sentence has the finding's code.
    jinja2.UndefinedError
        When the sentence needs a value that the finding does not have.
    """
    if finding.code.startswith(OWN):
        words = json.loads(finding.code.removeprefix(OWN))
        return str(words.get(language, next(iter(words.values()))))
    if finding.code.startswith(STEP) and finding.code not in _sentences(language):
        return finding.code.removeprefix(STEP).lstrip("0123456789_").replace("_", " ").capitalize()
    values = dict(finding.values)
    metric = values.get("metric")
    units = dict.fromkeys(IN_METRIC, metric) if isinstance(metric, str) else {}
    shown = {name: _format(units.get(name, name), value, language) for name, value in values.items()}
    functions: dict[str, Callable[..., str]] = {
        "span": lambda name: _write_span(name, values, language),
        "money": _money(language),
        "figure": lambda name: format_for_client(
            units.get(name) or name, values[name], language=language, beside=False
        ),
        "about": lambda name: write_figure(units.get(name) or name, values[name], language=language, is_guess=True),
        "day": lambda name: read_language(language).write_day(date.fromisoformat(str(values[name])[:10]), short=True),
        "percent": write_percent,
        "count": read_language(language).say_count,
    }
    context = {**shown, "raw": values, **functions}
    return " ".join(_template(finding.code, language).render(context).split())


GUESS_DIGITS = ".3g"
"""A guess is told in so many digits: more would be false precision."""


def write_figure(metric: str, value: float | None, *, language: str, is_guess: bool = False) -> str:
    """A figure as a headline has it: large counts short, guesses in three digits, amounts in the client's currency.

    >>> write_figure("exposure", 5_816_703, language="en"), write_figure("exposure", 5_816_703, language="zh")
    ('5.8 million', '581.7万')
    >>> write_figure("engagement", 72_158, language="en", is_guess=True)
    '72,200'
    """
    is_count = value is not None and not find_currency(metric)
    value = float(f"{value:{GUESS_DIGITS}}") if is_guess and value is not None and is_count else value
    if value is not None and metric.endswith(("_rate", "_share")):
        return write_percent(value)
    short = read_language(language).shorten(value, in_headline=True) if value is not None and is_count else None
    return short or format_for_client(metric, value, language=language, beside=False)


def write_percent(share: float) -> str:
    """A share as prose writes it: whole from 10% on.

    >>> write_percent(0.238), write_percent(0.047)
    ('24%', '4.7%')
    """
    return f"{100 * share:.{0 if abs(share) >= 0.0995 else 1}f}".removesuffix(".0") + "%"


def _money(language: str) -> Callable[[float], str]:
    """Write an amount of CNY as the client counts."""
    return lambda cny: format_for_client("amount_cny", cny, language=language)


def label(name: str, *, language: str) -> str:
    """Return what people call a column, a group or a reason: the term of the wording, else the codebook's label.

    An amount in the client's currency is called what it is called in CNY; an amount in a term is written as the client
    counts.

    >>> label("views", language="zh"), label("not_a_term", language="en")
    ('阅读', 'not_a_term')
    """
    words, codebook = _sentences(language), _codebook(language)
    names = (name, name_in_cny(name))
    told = next((told for each in names if (told := words.get(TERMS + each) or codebook.get(each))), None)
    if told is None:
        return name  # never a template: it can be a value of a file
    return _environment().from_string(told).render(money=_money(language)) if "{{" in told else told


def name_column(name: str, *, language: str) -> str:
    """Return the head of a column; the ends of a range and a reason are called after what they belong to.

    Where the client does not count in CNY, the head of an amount tells its currency.

    >>> name_column("views_low", language="en"), name_column("cost_per_view_reason", language="zh")
    ('Views, low', '阅读单价：缺失原因')
    """
    for suffix, code in (("_low", "report.low"), ("_high", "report.high"), ("_reason", "report.reason")):
        stem = name.removesuffix(suffix)
        if stem != name and label(name, language=language) == name:
            known = next((each for each in (stem, f"{stem}_cny") if label(each, language=language) != each), stem)
            told = label(known, language=language) if suffix == "_reason" else name_column(known, language=language)
            return say(Finding(code, {"name": told}), language=language)
    told, currency = label(name, language=language), find_currency(name)
    if get_client() is None or not currency:
        return told
    told = told if told != name else name_column(re.sub(r"_[a-z]{3}$", "", name), language=language)
    return say(Finding("report.in_currency", {"name": told, "currency": currency}), language=language)


def has_term(name: str, *, language: str) -> bool:
    """Whether the wording has a term for a group or a reason."""
    return TERMS + name in _sentences(language)


def has_code(code: str) -> bool:
    """Whether the wording has a sentence of this code."""
    return code in _sentences("en")


def list_codes() -> list[str]:
    """Codes of all sentences, in the order of the files."""
    return list(_sentences("en"))


IN_METRIC = frozenset({"value", "low_value", "high_value", "p10", "p50", "p90", "target"})
"""Values in the unit of the finding's ``metric``, where it names one."""

NAMES_OF_THINGS = frozenset(
    {"metric", "reason", "cheaper", "dearer", "group", "source", "verdict", "x", "y", "usual", "place"}
)
"""Values that are names: shown by their label."""


def _format(name: str, value: Any, language: str) -> str:
    if name in NAMES_OF_THINGS and isinstance(value, str):
        return label(value, language=language)
    return format_for_client(name, value, language=language)


def _write_span(name: str, values: Mapping[str, Any], language: str) -> str:
    """Write a value with its interval, ``¥0.21 (¥0.15–¥0.30)``, or say that the data give none."""
    low, high = values.get(f"{name}_low"), values.get(f"{name}_high")
    shown = format_for_client(name, values[name], language=language, beside=False)
    if values[name] is None:
        return shown
    known = low is not None and high is not None
    ends = "–".join(format_for_client(name, end, language=language, beside=False) for end in (low, high))
    ends = ends if known else label("no_range", language=language)
    return add_remarks(shown, ends, write_in_cny(name, values[name], language=language), language=language)


@cache
def _environment() -> SandboxedEnvironment:
    return SandboxedEnvironment(undefined=StrictUndefined, autoescape=False)


@cache
def _template(code: str, language: str) -> Template:
    return _environment().from_string(_sentences(language)[code])


@cache
def _sentences(language: str) -> dict[str, str]:
    folder = bundled_folder("templates") / "report" / "wording" / language
    found: dict[str, str] = {}
    for path in sorted(path for path in folder.glob("*.yaml") if path.name != LANGUAGE_FILE):
        found |= {str(code): str(text) for code, text in read_bundled_yaml(path).items()}
    return found


@cache
def _codebook(language: str) -> dict[str, str]:
    labels: dict[str, str] = {}
    for column in (column for table in TABLES.values() for column in table):
        labels.setdefault(column.name, getattr(column, f"label_{language}", column.label_en))
    return labels
