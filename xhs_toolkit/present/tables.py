"""Frames as people read them: labelled columns, formatted values, reasons where a value is missing."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import pandas as pd
from markupsafe import escape
from pandas.io.formats.style import Styler

from xhs_toolkit.present.currency import IN_METRIC
from xhs_toolkit.present.style import INK, QUIET, RULE, format_for_client, write_in_cny
from xhs_toolkit.present.wording import has_term, label
from xhs_toolkit.tables import NUMERIC_KINDS, TABLES

TRANSLATED = frozenset({"format", "scope", "tier", "theme", "group", "dimension", "measure", "source", "kind"})
TRANSLATED |= {"rate_source", "click_rate_source", "event", "series", "heard_from", "place", "channel"}
"""Columns whose values are terms: shown by their label in the reader's language."""

LABELLED = frozenset(
    {"metric", "tactic", "stage", "role", "serves", "part", "moment", "word_kind", "phase", "festival"}
)
LABELLED |= {"option", "status", "way", "falls", "side", "basis"}
LABELLED |= {"wave", "severity", "jurisdiction"}
LABELLED |= {"check", "verdict", "limit_source", "rule", "list_status"}
LABELLED |= {"item", "unit", "traffic", "step", "outcome", "key", "first", "second"}
LABELLED |= {
    "comment_theme",
    "why",
    "usual",
    "method",
    "advice",
    "placement",
    "rests_on",
    "signal_metric",
    "signal_basis",
}
"""Columns whose values are terms or columns of the codebook."""

MAX_TEXT = 48
TEXT_COLUMNS = frozenset(
    column.name for table in TABLES.values() for column in table if column.kind not in NUMERIC_KINDS
)


def make_display_table(
    frame: pd.DataFrame, *, columns: Sequence[str], language: str, beside: bool = True
) -> pd.DataFrame:
    """Return the frame as text, ready to show; CNY stand `beside` the amounts of a client who counts otherwise.

    A column with ``…_low`` and ``…_high`` beside it is shown with its interval; one that was measured for
    fewer than the row's ``n_notes`` with the number (``n_…``) it was measured for; a missing value gives
    its reason where a ``…_reason`` column has one, else "not measured".
    """
    rows = frame.to_dict("records")
    shown = {
        label(name, language=language): [_show_cell(name, row, language, beside) for row in rows] for name in columns
    }
    return pd.DataFrame(shown, index=frame.index, dtype="object")


def _show_cell(name: str, row: Mapping[Hashable, Any], language: str, beside: bool) -> str:
    reason = next((row[column] for column in _reason_columns(name) if row.get(column)), "")
    why = label(f"short.{reason}", language=language) if isinstance(reason, str) and reason else ""
    unit = str(row["metric"]) if name in IN_METRIC and "metric" in row else name
    if pd.isna(row[name]):
        return why or _show_value(unit, row[name], language)
    own = "" if not beside or isinstance(row[name], str) else write_in_cny(unit, row[name], language=language)
    remarks = [_write_ends(name, row, unit, language) or why, _write_n(name, row), own]
    shown = [remark for remark in remarks if remark]
    text = _show_value(unit, row[name], language)
    return f"{text} ({', '.join(shown)})" if shown else text


def _reason_columns(name: str) -> tuple[str, str]:
    return f"{name}_reason", f"{name.removesuffix('_cny')}_reason"


def _write_ends(name: str, row: Mapping[Hashable, Any], unit: str, language: str) -> str:
    ends = [row.get(f"{name}_{end}") for end in ("low", "high")]
    known = all(end is not None and pd.notna(end) for end in ends)
    return "–".join(format_for_client(unit, end, language=language, beside=False) for end in ends) if known else ""


def _write_n(name: str, row: Mapping[Hashable, Any]) -> str:
    n = row.get(f"n_{name.removesuffix('_cny')}")
    return f"n = {n:,}" if n is not None and n != row.get("n_notes", n) else ""


def name_term(name: str, value: str, *, language: str) -> str:
    """Return a text cell as people call it: terms and reasons by their label, other text as it is.

    >>> name_term("format", "image", language="zh"), name_term("title", "image", language="zh")
    ('图文', 'image')
    """
    is_term = name in LABELLED or (name in TRANSLATED and has_term(value, language=language))
    is_reason = bool(value) and (name == "reason" or name.endswith("_reason"))
    return label(value, language=language) if is_term or is_reason else value


def _show_value(name: str, value: object, language: str) -> str:
    if isinstance(value, str):
        text = name_term(name, value, language=language)
        text = " ".join(text.split())
        return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"
    if name in TEXT_COLUMNS and not isinstance(value, str) and pd.isna(value) and not name.endswith(("_at", "as_of")):
        return "—"
    return format_for_client(name, value, language=language, beside=False)


def name_themes(frame: pd.DataFrame, *, names: Mapping[str, str]) -> pd.DataFrame:
    """Replace the names of themes by those of another language."""
    named = {name: frame[name].replace(dict(names)) for name in ("theme", "group") if name in frame}
    return frame.assign(**named) if names else frame


def drop_unmeasured(frame: pd.DataFrame, columns: Sequence[str]) -> list[str]:
    """Columns worth showing in a long table: those with at least one value."""
    return [name for name in columns if frame[name].notna().any()]


def drop_constant(frame: pd.DataFrame, columns: Sequence[str]) -> list[str]:
    """Columns worth showing of many creators: those that tell at least two apart; the first always."""
    first, *others = columns
    return [first, *(name for name in others if not _is_constant(frame[name]))]


def _is_constant(values: pd.Series) -> bool:
    return len(values) > 1 and bool(values.isna().all() or values.eq(values.iloc[0]).all())


def is_number_column(frame: pd.DataFrame, name: str) -> bool:
    """Whether a column is numeric and so is set flush right."""
    return pd.api.types.is_numeric_dtype(frame[name]) and not pd.api.types.is_bool_dtype(frame[name])


def keep_dollars(html: str) -> str:
    """Keep a notebook from typesetting what stands between two prices as a formula: formulas never span elements.

    >>> keep_dollars("$100 to $200")
    '<span>$</span>100 to <span>$</span>200'
    """
    return html.replace("$", "<span>$</span>")


def _write_text(text: str) -> str:
    return keep_dollars(str(escape(text)))


def style_table(frame: pd.DataFrame, *, columns: Sequence[str], language: str, caption: str = "") -> Styler:
    """Return the display table in the house style, for a notebook; cell text is escaped."""
    shown = make_display_table(frame, columns=columns, language=language).reset_index(drop=True)
    numbers = [label(name, language=language) for name in columns if is_number_column(frame, name)]
    styler = shown.style.hide(axis="index").format(_write_text)
    styler = styler.format_index(_write_text, axis="columns")
    styler = styler.set_properties(subset=numbers, **{"text-align": "right", "font-variant-numeric": "tabular-nums"})
    return styler.set_caption(keep_dollars(caption)).set_table_styles(
        [
            {"selector": "caption", "props": f"caption-side: top; text-align: left; color: {QUIET}; padding: 4px 8px"},
            {"selector": "th", "props": f"text-align: left; color: {QUIET}; border-bottom: 1px solid {RULE}"},
            {"selector": "td", "props": f"color: {INK}; text-align: left; border-bottom: 1px solid {RULE}"},
        ]
    )


def pick_rows(frame: pd.DataFrame, n: int) -> pd.DataFrame:
    """The first rows; of a table with verdicts as many of each.

    >>> pick_rows(pd.DataFrame({"verdict": ["rebook"] * 3 + ["not_again"] * 2}), 2).index.to_list()
    [0, 3]
    """
    if "verdict" not in frame or len(frame) <= n:
        return frame.head(n)
    each = n // max(frame["verdict"].nunique(), 1)
    return frame.groupby("verdict", sort=False).head(each).head(n)
