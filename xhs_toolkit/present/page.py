"""The page a notebook writes: sentences, tables and pictures in order, without finished words.

A step's page is stored as codes and numbers (``pages/<step>.json``), its tables and the data of its pictures as
Parquet, so that the report, the workbook and the deck can be written in every language from one run.

The page is a list of blocks, each a dict with its ``kind``:

``section``
    a heading: ``code``, and ``part`` where the section belongs to another part of the report than its step.
``answer``, ``sentence``, ``definition``, ``limit``, ``learned``, ``next``, ``skipped``
    a finding: ``code``, ``values``; own words stand in the code (`findings.own_words`). An ``answer`` leads; what was
    ``learned`` and what to do ``next`` have a part of their own in the report; definitions and limits go to its end.
``table``
    ``file``, ``columns``, ``n_shown``, ``caption``, ``headline`` where one was given, and ``look`` of cards.
``picture``
    a chart (`present.spec.Chart.as_dict`): ``file``, ``chart``, ``title``, ``alt``, ``headline`` where it has one.

A ``headline`` is a finding that states what a table or a picture shows: the title of its slide. Of sentences, tables
and pictures that not everybody sees, ``audience`` says who does (`present.spec.AUDIENCES`).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from pandas.io.formats.style import Styler

from xhs_toolkit.errors import XhsError
from xhs_toolkit.findings import Finding, own_words
from xhs_toolkit.present.draw import draw_chart, write_svg
from xhs_toolkit.present.spec import AUDIENCES, Audience, Chart
from xhs_toolkit.present.tables import drop_constant, drop_unmeasured, keep_dollars, name_themes, style_table
from xhs_toolkit.present.wording import say

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign

Words = Finding | Mapping[str, str]
"""A finding, or own words: language → sentence."""

PARTS = ("project", "content", "comparison", "next", "method")
"""Parts of the client's report, in the order that agencies expect; a section may name the one it belongs to."""

MAX_ROWS = 15
"""Rows of a long table that the page shows; the workbook has all of them."""


class Said:
    """Sentences as a notebook shows them: a paragraph each, HTML in them escaped."""

    def __init__(self, sentences: Sequence[str]) -> None:
        self.sentences = tuple(sentences)

    def __repr__(self) -> str:
        return "\n".join(self.sentences)

    def _repr_html_(self) -> str:
        return "".join(f"<p>{keep_dollars(escape(sentence))}</p>" for sentence in self.sentences)


class Shown:
    """Sentences, tables and pictures of a whole section as a notebook shows them, one below the other."""

    def __init__(self, *items: Said | Styler | Drawn | None) -> None:
        self.items = tuple(item for item in items if item is not None)

    def __repr__(self) -> str:
        return "\n".join(repr(item) for item in self.items)

    def _repr_html_(self) -> str:
        return "\n".join(item._repr_html_() for item in self.items)


class Drawn:
    """A picture as a notebook shows it: drawn when it is shown, its text alternative as its plain text."""

    def __init__(self, chart: Chart, *, language: str, names: Mapping[str, str]) -> None:
        self.chart, self.language, self.names = chart, language, names

    def __repr__(self) -> str:
        return say(self.chart.alt, language=self.language)

    def _repr_html_(self) -> str:
        figure = draw_chart(self.chart, language=self.language, names=self.names)
        data = base64.b64encode(write_svg(figure).encode()).decode() if figure else ""
        return f'<img src="data:image/svg+xml;base64,{data}" alt="{escape(repr(self))}">'


class Page:
    """One step's page, filled from top to bottom and written at the end (see `start_page`)."""

    def __init__(self, step: str, *, run_folder: Path, campaign: Campaign, language: str) -> None:
        self.step = step
        self.run_folder = run_folder
        self.languages = tuple(dict.fromkeys((language, *campaign.languages)))
        self.language = language
        self.time_zone = campaign.time_zone
        self.names = {"zh": campaign.name_themes("zh")}
        self.blocks: list[dict[str, Any]] = []
        for name in ("pages", "tables", "pictures"):
            (run_folder / name).mkdir(parents=True, exist_ok=True)

    def section(self, code: str | Mapping[str, str], *, part: str | None = None) -> None:
        """Start a section; its heading is the sentence ``section.<code>`` or own words, `part` one of `PARTS`."""
        if part is not None and part not in PARTS:
            raise ValueError(f"part is {part!r}: write one of {', '.join(PARTS)}")
        heading = f"section.{code}" if isinstance(code, str) else self._as_finding(code).code
        self.blocks.append({"kind": "section", "code": heading} | ({"part": part} if part else {}))

    def say(self, *sentences: Words, kind: str = "sentence", audience: Sequence[Audience] = AUDIENCES) -> Said:
        """Add sentences; `kind` says what they are for: answer, sentence, definition, limit, learned or next."""
        findings = [self._as_finding(words) for words in sentences]
        self.blocks += [{"kind": kind, **finding.as_dict(), **_write_audience(audience)} for finding in findings]
        return tell(*findings, language=self.language)

    def _as_finding(self, words: Words) -> Finding:
        """The finding itself, or own words as one; they are needed in every language of the campaign."""
        if isinstance(words, Finding):
            return words
        missing = [language for language in self.languages if not str(words.get(language, "")).strip()]
        if missing:
            shown = next(iter(words.values()), "")
            raise XhsError(f"{shown!r} is not said in {', '.join(missing)}: write all of {', '.join(self.languages)}.")
        return own_words(words)

    def list(self, items: Sequence[object]) -> Said:
        """Show items to the analyst, one a line; they stay in the notebook and do not go to the client."""
        return Said([str(item) for item in items])

    def define(self, *names: str) -> Said:
        """Add definitions: the sentences ``define.<name>``."""
        return self.say(*(Finding(f"define.{name}") for name in names), kind="definition")

    def table(
        self,
        name: str,
        frame: pd.DataFrame,
        *,
        columns: Sequence[str],
        caption: Words,
        headline: Words | None = None,
        n_shown: int = MAX_ROWS,
        telling: bool = False,
        audience: Sequence[Audience] = AUDIENCES,
    ) -> Styler | Said:
        """Add a table: the whole frame goes to Parquet, `columns` of its first `n_shown` rows to the page.

        Caption and headline are findings, or own words: ``{"en": "What we saw", "zh": "我们看到的"}``.

        Times are written in the campaign's time zone. A table longer than the page shows leaves out columns
        without any value; with `telling`, any table those with one value for everybody. A frame without rows gives no
        table. `headline` states what the table shows.
        """
        if frame.empty:
            return Said([])
        times = frame.select_dtypes("datetimetz").columns
        frame = frame.assign(**{time: frame[time].dt.tz_convert(self.time_zone) for time in times})
        columns = drop_unmeasured(frame, columns) if len(frame) > n_shown else columns
        columns = drop_constant(frame, columns) if telling else columns
        path = self.run_folder / "tables" / f"{self.step}_{name}.parquet"
        frame.to_parquet(path, index=False)
        block = {"kind": "table", "file": path.name, "columns": list(columns), "n_shown": n_shown}
        told = self._as_finding(caption)
        words = {"caption": told.as_dict()} | ({"headline": self._as_finding(headline).as_dict()} if headline else {})
        self.blocks.append(block | words | _write_audience(audience))
        shown = name_themes(frame.head(n_shown), names=self.names.get(self.language, {}))
        return style_table(shown, columns=columns, language=self.language, caption=say(told, language=self.language))

    def cards(
        self, name: str, frame: pd.DataFrame, *, columns: Sequence[str], caption: Words, headline: Words
    ) -> Styler | Said:
        """Add a table whose rows the page shows as cards: title, three columns about it, figures, the reason last."""
        shown = self.table(name, frame, columns=columns, caption=caption, headline=headline)
        if not frame.empty:
            self.blocks[-1]["look"] = "cards"
        return shown

    @staticmethod
    def count_shown(frame: pd.DataFrame, metric: str) -> Finding:
        """The caption of a long table of notes: how many it shows, and by what they are chosen."""
        return Finding("caption.notes", {"n_shown": min(len(frame), MAX_ROWS), "n_notes": len(frame), "metric": metric})

    def picture(self, chart: Chart) -> Drawn | None:
        """Add a picture: its spec to the page, the columns that it shows to Parquet; nothing where it has no rows."""
        if chart.frame.empty:
            return None
        path = self.run_folder / "pictures" / f"{self.step}_{chart.name}.parquet"
        chart.frame[chart.columns].to_parquet(path, index=False)
        self.blocks.append({"kind": "picture", **chart.as_dict(path.name)})
        return Drawn(chart, language=self.language, names=self.names.get(self.language, {}))

    def skip(self, finding: Finding) -> Said:
        """Say that the step has nothing to work on; the report leaves it out."""
        self.blocks = [{"kind": "skipped", **finding.as_dict(), **_write_audience(("analyst",))}]
        return Said([say(finding, language=self.language)])

    def write(self) -> Said:
        """Write the page and say where."""
        path = self.run_folder / "pages" / f"{self.step}.json"
        page = {"step": self.step, "languages": self.languages, "names": self.names, "blocks": self.blocks}
        path.write_text(json.dumps(page, ensure_ascii=False, indent=1), encoding="utf-8")
        n_files = len(list(self.run_folder.glob(f"*/{self.step}*")))
        return Said([say(Finding("page.written", {"n_files": n_files}), language=self.language)])


def _write_audience(audience: Sequence[Audience]) -> dict[str, list[Audience]]:
    return {} if set(audience) == set(AUDIENCES) else {"audience": list(audience)}


def tell(*findings: Finding, language: str = "en") -> Said:
    """Show findings as sentences in a notebook that writes no page."""
    return Said([say(finding, language=language) for finding in findings])


def start_page(step: str, run_folder: str | Path, *, campaign: Campaign, language: str) -> Page:
    """Start the page of a step in a run's folder."""
    return Page(step, run_folder=Path(run_folder), campaign=campaign, language=language)
