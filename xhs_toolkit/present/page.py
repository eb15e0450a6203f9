"""The page a notebook writes: sentences, tables and pictures in order, without finished words.

A step's page is stored as codes and numbers (``pages/<step>.json``), its tables as Parquet and its
pictures as one SVG a language beside the data they show, so that the report, the workbook and the deck
can be written in every language from one run.

The page is a list of blocks, each a dict with its ``kind``:

``section``
    a heading: ``code``, and ``part`` where the section belongs to another part of the report than its step.
``answer``, ``sentence``, ``definition``, ``limit``, ``learned``, ``next``, ``skipped``
    a finding: ``code``, ``values``; own words stand in the code (`findings.own_words`). An ``answer`` leads; what was
    ``learned`` and what to do ``next`` have a part of their own in the report; definitions and limits go to its end.
``table``
    ``file``, ``columns``, ``n_shown``, ``caption``, and ``headline`` where one was given.
``picture``
    ``files`` (one a language), ``alt``, ``plot``, ``data``, ``settings``, and ``headline`` where one was given.

A ``headline`` is a finding that states what a table or a picture shows: the title of its slide.
"""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from pandas.io.formats.style import Styler

from xhs_toolkit.errors import XhsError
from xhs_toolkit.findings import Finding, own_words
from xhs_toolkit.present.style import use_style
from xhs_toolkit.present.tables import drop_constant, drop_unmeasured, name_themes, style_table
from xhs_toolkit.present.wording import say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from xhs_toolkit.campaign import Campaign

Words = Finding | Mapping[str, str]
"""A finding, or own words: language → sentence."""

PARTS = ("project", "content", "comparison", "next", "method")
"""Parts of the client's report, in the order that agencies expect; a section may name the one it belongs to."""

REDRAWN = frozenset({"plot_group_ratios", "plot_notes", "plot_money", "plot_ranges", "plot_roster", "plot_timeline"})
REDRAWN |= {"plot_effects", "plot_ranking", "plot_ledger", "plot_lift"}
"""Pictures that the deck and the workbook draw themselves, as charts that can be edited; of others they get a PNG."""

PNG_DPI = 200

MAX_ROWS = 15
"""Rows of a long table that the page shows; the workbook has all of them."""


class Said:
    """Sentences as a notebook shows them: a paragraph each, HTML in them escaped."""

    def __init__(self, sentences: Sequence[str]) -> None:
        self.sentences = tuple(sentences)

    def __repr__(self) -> str:
        return "\n".join(self.sentences)

    def _repr_html_(self) -> str:
        return "".join(f"<p>{escape(sentence)}</p>" for sentence in self.sentences)


class Shown:
    """Sentences, tables and pictures of a whole section as a notebook shows them, one below the other."""

    def __init__(self, *items: Said | Styler | Drawn) -> None:
        self.items = items

    def __repr__(self) -> str:
        return "\n".join(repr(item) for item in self.items)

    def _repr_html_(self) -> str:
        return "\n".join(item._repr_html_() for item in self.items)


class Drawn:
    """A picture as a notebook shows it: the SVG that was written, and its text alternative as its plain text."""

    def __init__(self, svg: str, alt: str) -> None:
        self.svg = svg
        self.alt = alt

    def __repr__(self) -> str:
        return self.alt

    def _repr_html_(self) -> str:
        data = base64.b64encode(self.svg.encode()).decode()
        return f'<img src="data:image/svg+xml;base64,{data}" alt="{escape(self.alt)}">'


class Page:
    """One step's page, filled from top to bottom and written at the end (see `start_page`)."""

    def __init__(self, step: str, *, run_folder: Path, campaign: Campaign, language: str) -> None:
        self.step = step
        self.run_folder = run_folder
        self.languages = tuple(dict.fromkeys((language, *campaign.languages)))
        self.language = language
        self.time_zone = campaign.time_zone
        self.names = {"zh": {theme.name: theme.name_zh for theme in campaign.themes if theme.name_zh}}
        self.blocks: list[dict[str, Any]] = []
        for name in ("pages", "tables", "pictures"):
            (run_folder / name).mkdir(parents=True, exist_ok=True)

    def section(self, code: str | Mapping[str, str], *, part: str | None = None) -> None:
        """Start a section; its heading is the sentence ``section.<code>`` or own words, `part` one of `PARTS`."""
        if part is not None and part not in PARTS:
            raise ValueError(f"part is {part!r}: write one of {', '.join(PARTS)}")
        heading = f"section.{code}" if isinstance(code, str) else self._find(code).code
        self.blocks.append({"kind": "section", "code": heading} | ({"part": part} if part else {}))

    def say(self, *sentences: Words, kind: str = "sentence") -> Said:
        """Add sentences; `kind` says what they are for: answer, sentence, definition, limit, learned or next."""
        findings = [self._find(words) for words in sentences]
        self.blocks += [{"kind": kind, **finding.as_dict()} for finding in findings]
        return tell(*findings, language=self.language)

    def _find(self, words: Words) -> Finding:
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
        return Said([str(item) for item in items] or [say(Finding("page.nothing"), language=self.language)])

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
    ) -> Styler | Said:
        """Add a table: the whole frame goes to Parquet, `columns` of its first `n_shown` rows to the page.

        Caption and headline are findings, or own words: ``{"en": "What we saw", "zh": "我们看到的"}``.

        Times are written in the campaign's time zone. A table longer than the page shows leaves out columns
        without any value; with `telling`, any table those with one value for everybody. A frame without rows gives no
        table. `headline` states what the table shows.
        """
        if frame.empty:
            return Said([say(Finding("page.nothing"), language=self.language)])
        times = frame.select_dtypes("datetimetz").columns
        frame = frame.assign(**{time: frame[time].dt.tz_convert(self.time_zone) for time in times})
        columns = drop_unmeasured(frame, columns) if len(frame) > n_shown else columns
        columns = drop_constant(frame, columns) if telling else columns
        path = self.run_folder / "tables" / f"{self.step}_{name}.parquet"
        frame.to_parquet(path, index=False)
        block = {"kind": "table", "file": path.name, "columns": list(columns), "n_shown": n_shown}
        told = self._find(caption)
        self.blocks.append(block | {"caption": told.as_dict(), **self._write_headline(headline)})
        words = say(told, language=self.language)
        shown = self._name(frame.head(n_shown), self.language)
        return style_table(shown, columns=columns, language=self.language, caption=words)

    @staticmethod
    def count_shown(frame: pd.DataFrame, metric: str) -> Finding:
        """The caption of a long table of notes: how many it shows, and by what they are chosen."""
        return Finding("caption.notes", {"n_shown": min(len(frame), MAX_ROWS), "n_notes": len(frame), "metric": metric})

    def picture(
        self,
        name: str,
        plot: Callable[..., Figure | None],
        frame: pd.DataFrame,
        *,
        about: Words,
        headline: Words | None = None,
        **settings: Any,
    ) -> Drawn | Said:
        """Add a picture, drawn once a language; `about` is its text alternative, ``<code>_title`` its title.

        In own words the text alternative is the title, too.

        `headline` states what the picture shows. Where the plot function has nothing to draw and returns None,
        the page gets no picture.
        """
        title = Finding(f"{about.code}_title", about.values) if isinstance(about, Finding) else self._find(about)
        about = self._find(about)
        drawn = {
            language: plot(
                self._name(frame, language), language=language, title=say(title, language=language), **settings
            )
            for language in self.languages
        }
        figures = {language: figure for language, figure in drawn.items() if figure is not None}
        if not figures:
            return Said([say(Finding("page.not_drawn"), language=self.language)])
        files = {language: self._save(f"{self.step}_{name}.{language}.svg", each) for language, each in figures.items()}
        stem = f"{self.step}_{name}"
        block = {"kind": "picture", "files": files, "alt": about.as_dict(), **self._write_headline(headline)}
        if (drawn_by := getattr(plot, "__name__", "")) in REDRAWN:
            block |= {"plot": drawn_by, "data": self._keep(frame, stem)}
            block["settings"] = {key: self._keep_setting(value, f"{stem}.{key}") for key, value in settings.items()}
        else:
            block["png"] = {language: self._save_png(f"{stem}.{language}.png", figures[language]) for language in files}
        self.blocks.append(block)
        shown = next(language for language in self.languages if language in files)
        svg = (self.run_folder / "pictures" / files[shown]).read_text(encoding="utf-8")
        return Drawn(svg, say(about, language=shown))

    def _keep(self, frame: pd.DataFrame, stem: str) -> str:
        """Keep the data of a picture beside it."""
        path = self.run_folder / "pictures" / f"{stem}.parquet"
        frame.to_parquet(path, index=False)
        return path.name

    def _keep_setting(self, value: Any, stem: str) -> Any:
        return {"frame": self._keep(value, stem)} if isinstance(value, pd.DataFrame) else value

    def _save_png(self, name: str, figure: Figure) -> str:
        with use_style(), _untitled(figure):
            figure.savefig(self.run_folder / "pictures" / name, dpi=PNG_DPI, metadata={"Software": None})
        return name

    def _name(self, frame: pd.DataFrame, language: str) -> pd.DataFrame:
        """Name the themes in the reader's language."""
        return name_themes(frame, names=self.names.get(language, {}))

    def _save(self, name: str, figure: Figure) -> str:
        drawn = io.StringIO()
        with use_style(), _untitled(figure):
            figure.savefig(drawn, format="svg", metadata={"Date": None, "Creator": None})
        (self.run_folder / "pictures" / name).write_text(drawn.getvalue(), encoding="utf-8")
        return name

    def _write_headline(self, headline: Words | None) -> dict[str, Any]:
        return {"headline": self._find(headline).as_dict()} if headline else {}

    def skip(self, finding: Finding) -> Said:
        """Say that the step has nothing to work on; the report leaves it out."""
        self.blocks = [{"kind": "skipped", **finding.as_dict()}]
        return Said([say(finding, language=self.language)])

    def write(self) -> Said:
        """Write the page and say where."""
        path = self.run_folder / "pages" / f"{self.step}.json"
        page = {"step": self.step, "languages": self.languages, "names": self.names, "blocks": self.blocks}
        path.write_text(json.dumps(page, ensure_ascii=False, indent=1), encoding="utf-8")
        n_files = len(list(self.run_folder.glob(f"*/{self.step}*")))
        return Said([say(Finding("page.written", {"n_files": n_files}), language=self.language)])


@contextmanager
def _untitled(figure: Figure) -> Iterator[None]:
    """Save a picture without its title, of panels that of all: what the client gets has a headline above it."""
    wholes = [text for text in figure.texts if text.get_text() and text.get_text() == figure.get_suptitle()]
    shown = [text.get_text() for text in wholes]
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    if wholes:
        wholes[0].set_text("")
    else:
        _write_titles(figure, [""] * len(titles))
    yield
    for text, words in zip(wholes, shown, strict=True):
        text.set_text(words)
    if not wholes:
        _write_titles(figure, titles)


def _write_titles(figure: Figure, titles: Sequence[str]) -> None:
    for axes, title in zip(figure.axes, titles, strict=True):
        axes.set_title(title, loc="left")


def tell(*findings: Finding, language: str = "en") -> Said:
    """Show findings as sentences in a notebook that writes no page."""
    return Said([say(finding, language=language) for finding in findings])


def start_page(step: str, run_folder: str | Path, *, campaign: Campaign, language: str) -> Page:
    """Start the page of a step in a run's folder."""
    return Page(step, run_folder=Path(run_folder), campaign=campaign, language=language)
