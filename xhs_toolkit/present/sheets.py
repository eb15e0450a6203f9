"""A workbook that an account manager can send: the shortlist, who waits for a word, the evidence, how it was scored."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import pandas as pd
import xlsxwriter

from xhs_toolkit.bundled import list_languages
from xhs_toolkit.findings import Finding
from xhs_toolkit.present.columns import find_links
from xhs_toolkit.present.currency import add_for_client, show_currency
from xhs_toolkit.present.private import mask_contacts
from xhs_toolkit.present.style import PALETTE, format_for_client, write_cell_format
from xhs_toolkit.present.tables import make_display_table, name_themes
from xhs_toolkit.present.wording import label, name_column, say

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from xhs_toolkit.campaign import Campaign

OPTIONS = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
OPTIONS |= {"remove_timezone": True, "in_memory": True}
MAX_CELL = 32_767
MAX_WIDTH, MIN_WIDTH = 60, 9
WORDED = frozenset({"list_status", "flags", "check", "verdict", "limit_source", "part", "tier", "format"})
WORDED |= {"wave", "reason", "severity", "jurisdiction", "rule", "dimension", "group"}
IN_WORDS = frozenset({"check_value", "lower_limit", "upper_limit"})
"""Columns whose unit differs from row to row: written as text."""


EXPLANATION = "explanation"
"""A column of sentences: ``explanation_<language>`` of the frame, in the sheet's language."""


class Sheet(NamedTuple):
    """One sheet: the code of its name (``sheet.<code>``), its frame and the columns to write."""

    code: str
    frame: pd.DataFrame
    columns: Sequence[str]


class ShortlistLike(Protocol):
    """What the shortlist's workbook is written from."""

    @property
    def shortlist(self) -> pd.DataFrame:
        """Those put forward, in order."""

    @property
    def creators(self) -> pd.DataFrame:
        """Everybody vetted, with ``list_status``."""

    @property
    def weights(self) -> pd.DataFrame:
        """Parts of the score and their weights."""


class ContentLike(Protocol):
    """What the workbook of the content is written from."""

    @property
    def calendar(self) -> pd.DataFrame:
        """Notes with their days and hours."""

    @property
    def lines(self) -> pd.DataFrame:
        """Who writes about what, and why."""

    @property
    def effects(self) -> pd.DataFrame:
        """Themes and formats compared."""

    @property
    def exploration(self) -> pd.DataFrame:
        """Hours, titles and tags compared."""


DATED = (
    *("creator_name", "market_time", "beijing_time", "tier", "theme", "format", "wave"),
    *("draft_date", "approve_date", "creator_id"),
)
ASSIGNED = (
    *("creator_name", "tier", "theme", "format", "reason", "points", "n_theme_notes"),
    *("n_creator_notes", "own_change_ratio", "creator_id"),
)
COMPARED = (
    *("dimension", "group", "engagement_ratio", "engagement_ratio_low", "engagement_ratio_high"),
    *("n_notes", "n_creators", "plain_ratio", "verdict"),
)
REVIEWED = ("file", "severity", "words", "rule", "jurisdiction", "law", "law_date", EXPLANATION)
WHO = ("creator_name", "tier", "format", "followers", "category", "place")
IDS = ("xhs_number", "creator_id")
"""Last: names lead to the platform."""

SCORED = ("image_price_cny", "video_price_cny", "engagement_fan_rate", "total_points")
DECIDED = ("flags", "list_status", "decision", "decision_reason", "decision_by")
FIGURES = ("check_value", "value_text", "lower_limit", "upper_limit", "standing_share", "n", "n_peers")
LINES = ("creator_name", "check", "verdict", *FIGURES, "limit_source")


def write_shortlist(
    run_folder: str | Path,
    vetted: ShortlistLike,
    *,
    evidence: pd.DataFrame,
    notes: Sequence[Finding],
    campaign: Campaign,
) -> Finding:
    """Write ``files/shortlist.<language>.xlsx``: the shortlist, who waits, every line of evidence, and the score.

    Parameters
    ----------
    evidence : lines of the cards, with ``explanation_<language>`` (see `add_sentences`).
    """
    points = [name for name in vetted.shortlist if name.startswith("points_")]
    waiting = vetted.creators[vetted.creators["list_status"].isin(["flagged", "undecided"])]
    return write_sheets(
        run_folder,
        name="shortlist",
        sheets=[
            Sheet("shortlist", vetted.shortlist, [*WHO, *SCORED, *points, *DECIDED, *IDS]),
            Sheet("flagged", waiting, [*WHO, *SCORED, *DECIDED, *IDS]),
            Sheet("evidence", evidence, [*LINES, EXPLANATION]),
            Sheet("score", vetted.weights, ["part", "weight_share", "n_known"]),
        ],
        notes=notes,
        campaign=campaign,
    )


def write_content(
    run_folder: str | Path,
    plan: ContentLike,
    *,
    hits: pd.DataFrame,
    notes: Sequence[Finding],
    campaign: Campaign,
) -> Finding:
    """Write ``files/content.<language>.xlsx``: the calendar, who writes what and why, what works, and what to review.

    Parameters
    ----------
    hits : of `content.check_drafts`; what to do is written in the language of the file.

    Returns
    -------
    ``content.files``, or ``page.nothing`` where every sheet would be empty and no file is written.
    """
    if all(frame.empty for frame in (plan.calendar, plan.effects, plan.exploration, hits)):
        return Finding("page.nothing")
    review = hits.rename(columns={f"action_{language}": f"{EXPLANATION}_{language}" for language in list_languages()})
    write_sheets(
        run_folder,
        name="content",
        sheets=[
            Sheet("calendar", plan.calendar, DATED),
            Sheet("assignment", plan.lines, ASSIGNED),
            Sheet("works", pd.concat([plan.effects, plan.exploration]), COMPARED),
            Sheet("review", review, REVIEWED),
        ],
        notes=notes,
        campaign=campaign,
    )
    return Finding("content.files", {"file": f"content.{campaign.languages[0]}.xlsx"})


def write_sheets(
    run_folder: str | Path,
    *,
    name: str,
    sheets: Sequence[Sheet],
    notes: Sequence[Finding],
    campaign: Campaign,
) -> Finding:
    """Write ``files/<name>.<language>.xlsx`` in each of the campaign's languages: no text is a formula, names link.

    Parameters
    ----------
    sheets : in their order; one without rows is left out.
    notes : what a reader must know, on a sheet of their own at the end.

    Returns
    -------
    ``vetting.written``: the name of the file in the main language.
    """
    folder = Path(run_folder) / "files"
    folder.mkdir(parents=True, exist_ok=True)
    for language in campaign.languages:
        path = folder / f"{name}.{language}.xlsx"
        with xlsxwriter.Workbook(path, OPTIONS) as book:
            formats = _make_formats(book)
            with show_currency(campaign):
                for sheet in (each for each in sheets if len(each.frame)):
                    named = sheet._replace(frame=name_themes(sheet.frame, names=campaign.name_themes(language)))
                    _write_sheet(book.add_worksheet(_name_sheet(sheet.code, language)), named, formats, book, language)
                _write_notes(book.add_worksheet(_name_sheet("about", language)), notes, formats, campaign, language)
    return Finding("vetting.written", {"file": f"{name}.{campaign.languages[0]}.xlsx"})


def add_sentences(cards: pd.DataFrame, findings: Sequence[Finding], *, languages: Sequence[str]) -> pd.DataFrame:
    """Add to each line of the cards its sentence, ``explanation_<language>``."""
    told = {f"{EXPLANATION}_{language}": [say(each, language=language) for each in findings] for language in languages}
    return cards.assign(**told)


def _name_sheet(code: str, language: str) -> str:
    return say(Finding(f"sheet.{code}"), language=language)


def _make_formats(book: xlsxwriter.Workbook) -> dict[str, Format]:
    shapes: dict[str, dict[str, Any]] = {
        "head": {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "num_format": "@"},
        "text": {"num_format": "@", "valign": "top", "text_wrap": True},
        "link": {"num_format": "@", "valign": "top", "font_color": PALETTE[0], "underline": 1},
    }
    return {name: book.add_format(shape) for name, shape in shapes.items()}


def _write_sheet(sheet: Worksheet, table: Sheet, formats: dict[str, Format], book: Any, language: str) -> None:
    frame = table.frame.rename(columns={f"{EXPLANATION}_{language}": EXPLANATION})
    known = [name for name in table.columns if name in frame and frame[name].notna().any()]
    told = {name: _show(frame, name, language) for name in known if name in WORDED | IN_WORDS}
    frame, columns = add_for_client(frame.reset_index(drop=True).assign(**told), known)
    links = find_links(frame)
    for number, name in enumerate(columns):
        sheet.write_string(0, number, name_column(name, language=language), formats["head"])
        values = frame[name].tolist()
        figures = book.add_format({"num_format": write_cell_format(name, language=language), "valign": "top"})
        width = MIN_WIDTH
        for row, value in enumerate(values, start=1):
            width = max(width, _write_cell(sheet, row, number, value, text=formats["text"], figures=figures))
        for place, address in links.get(name, {}).items():
            sheet.write_url(place + 1, number, address, formats["link"], mask_contacts(str(values[place])))
        sheet.set_column(number, number, min(width, MAX_WIDTH))
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(frame), max(len(columns) - 1, 0))
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _show(frame: pd.DataFrame, name: str, language: str) -> list[Any]:
    if name in IN_WORDS and "metric" in frame:
        pairs = zip(frame["metric"], frame[name], strict=True)
        return [
            format_for_client(str(metric), value, language=language) if pd.notna(value) else None
            for metric, value in pairs
        ]
    if name == "flags":
        lists = [each.split(",") if isinstance(each, str) else [] for each in frame[name]]
        return [", ".join(label(flag.strip(), language=language) for flag in each) or None for each in lists]
    if name in WORDED:
        shown = make_display_table(frame, columns=[name], language=language).iloc[:, 0]
        return shown.where(frame[name].notna(), None).tolist()
    return frame[name].tolist()


def _write_cell(sheet: Worksheet, row: int, column: int, value: Any, *, text: Format, figures: Format) -> int:
    """Write one cell and return the width it wants; missing stays empty."""
    if value is None or pd.isna(value):
        return 0
    if isinstance(value, str | bool):
        words = mask_contacts(str(value))[:MAX_CELL]
        sheet.write_string(row, column, words, text)
        return 2 + sum(2 if ord(char) > 0x2E80 else 1 for char in words)
    if isinstance(value, pd.Timestamp):
        sheet.write_string(row, column, f"{value:%Y-%m-%d}", text)
        return 11
    sheet.write_number(row, column, float(value), figures)
    return 10


def _write_notes(
    sheet: Worksheet, notes: Sequence[Finding], formats: dict[str, Format], campaign: Campaign, language: str
) -> None:
    lines = [" · ".join(campaign.called(language))]
    lines += [say(Finding("report.synthetic"), language=language)] if campaign.synthetic else []
    for row, line in enumerate([*lines, *(say(note, language=language) for note in notes)]):
        sheet.write_string(row, 0, mask_contacts(line), formats["text"])
    sheet.set_column(0, 0, 110)
