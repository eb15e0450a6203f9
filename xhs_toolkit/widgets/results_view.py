"""Results at the screen: slices, notes over time and against both baselines, groups, and the view as a file."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import ipywidgets as ipw
import pandas as pd

from xhs_toolkit.errors import CampaignError
from xhs_toolkit.exports import make_latest
from xhs_toolkit.present.explore_charts import write_png
from xhs_toolkit.present.style import INK
from xhs_toolkit.present.tables import drop_unmeasured
from xhs_toolkit.present.wording import say
from xhs_toolkit.store import open_exports
from xhs_toolkit.widgets.controls import (
    Picture,
    Table,
    make_choices,
    make_columns,
    name_options,
    pair,
    put,
    set_if_changed,
    style,
    write_cells,
)
from xhs_toolkit.widgets.results import (
    DIMENSIONS,
    GROUPS,
    PICTURES,
    RATIOS,
    SHOWN,
    SLICE_METRICS,
    Brought,
    ResultsState,
    draw_notes,
    explore_notes,
    filter_notes,
    reckon_boosts,
    summarise_notes,
    write_table,
)
from xhs_toolkit.widgets.shell import View

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign
    from xhs_toolkit.present.explore_charts import Figure

MAX_ROWS = 100
EXPORTED = "explored"
"""Folder in the campaign that exported views go to."""


class ResultsView(View[ResultsState]):
    """The campaign's notes, to be sliced, compared and exported (`explore_results`)."""

    name = "results"
    n_steps = 4

    def __init__(self, folder: Path, *, language: str | None = None) -> None:
        super().__init__(folder, default=ResultsState(), language=language)
        self.brought: Brought | None = None
        self.found = pd.DataFrame()

    def load(self, campaign: Campaign) -> None:
        """Read the exports, add up the notes and compare them."""
        exports = open_exports(campaign)
        latest = make_latest(exports.tables["notes"])
        self.brought = explore_notes(exports.tables, latest=latest, campaign=campaign, on_step=self.step)

    @property
    def notes(self) -> Brought:
        """The campaign's notes."""
        if self.brought is None or self.brought.notes.empty:
            raise CampaignError(self.word("no_notes"))
        return self.brought

    @property
    def amount_cny(self) -> float:
        """What each picked note gets."""
        usual = self.campaign.boosting.step_cny if self.campaign else 0.0
        return self.state.amount_cny or usual

    @property
    def metric(self) -> str:
        """What the picture shows."""
        return self.state.metric or self.notes.leading

    @property
    def columns(self) -> list[str]:
        """Those of the table: which note, its figure that the picture shows against both baselines, then the rest."""
        first = [name for name in ("title", "creator_name", self.metric) if name in self.measured]
        return [*first, *RATIOS, *(name for name in self.measured if name not in first)]

    def build(self) -> list[ipw.Widget]:
        """Slices above, then the table of notes beside the picture, then the groups."""
        notes = self.notes.notes
        self.table = Table(about=self.term("explore_notes"), pickable=True)
        self.groups, self.picture = Table(about=self.term("group")), Picture()
        names = [name for name in SHOWN if name not in RATIOS]
        self.measured = drop_unmeasured(notes, names)
        self.boosted = ipw.HTML()
        self.show_found()
        self.table.picked = list(self.state.picked)
        self.show_boosts()
        self.on(self.table, lambda note: self.select(note), "selected")
        self.on(self.table, lambda ids: self.pick(ids), "picked")
        self.on(self.table, lambda _: self.sort(), "sorted_by")
        self.on(self.table, lambda _: self.sort(), "is_descending")
        middle = pair(self.table, [self._make_picture_choice(), self.picture])
        buttons = [self.press(f"explore_export_{kind}", partial(self.export, kind)) for kind in ("png", "xlsx")]
        boosting = [put(*self._make_boosting()), self.boosted]
        return [put(*self._make_slices()), middle, *boosting, self.groups, put(*buttons)]

    def draw(self) -> Figure | None:
        """Draw the notes that are left."""
        return draw_notes(self.notes, state=self.state, language=self.language, found=self.found)

    # --------------------------------------------------------------------------------- controls

    def _make_slices(self) -> list[ipw.Widget]:
        state, notes = self.state, self.notes.notes
        hint = self.term("explore_search_hint")
        text = ipw.Text(state.text, description=self.term("explore_search"), placeholder=hint, **style())
        self.on(text, lambda value: self.filter(text=value))
        measured = [name for name in SLICE_METRICS if notes[name].notna().any()] or [self.notes.leading]
        value = self.metric if self.metric in measured else measured[0]
        metric = ipw.Dropdown(
            options=name_options(measured, language=self.language),
            value=value,
            description=self.term("explore_metric"),
            **style(),
        )
        self.on(metric, lambda name: self.filter(metric=name))
        by = ipw.Dropdown(
            options=name_options(DIMENSIONS, language=self.language),
            value=state.by if state.by in DIMENSIONS else DIMENSIONS[0],
            description=self.term("group"),
            **style(),
        )
        self.on(by, lambda name: self.filter(by=name))
        lists = []
        for name, column in (("tiers", "tier"), ("formats", "format"), ("themes", "theme"), ("places", "place")):
            choices = make_choices(column, notes[column], getattr(state, name), language=self.language)
            self.on(choices, partial(self.filter_names, name))
            lists.append(choices)
        clear = self.press("explore_reset", self.reset)
        return [ipw.VBox([text, metric, by]), *lists, clear]

    def _make_picture_choice(self) -> ipw.Widget:
        options = [(self.term(f"picture_{name}"), name) for name in PICTURES]
        value = self.state.picture if self.state.picture in PICTURES else PICTURES[0]
        look = ipw.ToggleButtonsStyle(button_width="140px")
        choice = ipw.ToggleButtons(options=options, value=value, style=look, tooltips=list(PICTURES))
        self.on(choice, lambda name: self.filter(picture=name))
        return choice

    def _make_boosting(self) -> list[ipw.Widget]:
        amount = ipw.BoundedFloatText(
            self.amount_cny,
            min=1,
            max=1e7,
            step=100,
            description=self.term("explore_boost"),
            **style(label_width="130px"),
        )
        self.on(amount, lambda value: self.pay(value))
        best = self.press("explore_pick_best", self.pick_recommended)
        return [amount, best, self.press("explore_pick_none", lambda: self.pick_only([]))]

    # ------------------------------------------------------------------------------ what happens

    def filter(self, **values: object) -> None:
        """Set some of the slices and show what is left."""
        self.set(**values)
        self.show_found()

    def filter_names(self, name: str, values: Sequence[str]) -> None:
        """Set the names that one list is narrowed to."""
        self.filter(**{name: tuple(values)})

    def reset(self) -> None:
        """Take every filter away."""
        names = ("metric", "by", "picture", "selected", "picked", "amount_cny")
        kept = {name: getattr(self.state, name) for name in names}
        self.state = ResultsState(**kept)
        self.set()
        self.rebuild()

    def sort(self) -> None:
        """Order the table as its head says."""
        self.filter(sorted_by=self.table.sorted_by, is_descending=self.table.is_descending)

    def select(self, note_id: str) -> None:
        """Ring a note in the picture."""
        self.set(selected=note_id)
        self.show_picture_of_found()

    def pick(self, note_ids: Sequence[str]) -> None:
        """Take notes for boosting."""
        self.set(picked=tuple(note_ids))
        self.show_boosts()

    def pick_only(self, note_ids: Sequence[str]) -> None:
        """Take these notes for boosting and no others."""
        self.table.picked = list(note_ids)

    def pick_recommended(self) -> None:
        """Take the notes that the results recommend to boost."""
        if self.notes.boosts is None:
            return
        notes = self.notes.boosts.notes
        self.pick_only(notes.loc[notes["is_recommended"], "note_id"].tolist())
        self.tell(say(self.notes.boosts.answer, language=self.language))

    def pay(self, amount_cny: float) -> None:
        """Set what each picked note gets."""
        self.set(amount_cny=amount_cny)
        self.show_boosts()

    def export(self, kind: str) -> None:
        """Write the picture or the table as it stands into the campaign's folder ``explored/``.

        Raises
        ------
        CampaignError : there is nothing to write, or the file is open elsewhere.
        """
        if self.found.empty or (kind == "png" and not self.picture.png):
            raise CampaignError(self.word("results_none", n_notes=len(self.notes.notes)))
        content = self.picture.png if kind == "png" else write_table(self.found, language=self.language)
        path = self.folder / EXPORTED / f"results_{self.state.picture}_{self.metric}.{kind}"
        try:
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
        except OSError as error:
            raise CampaignError(f"{path.name}: {error.strerror}.") from error
        self.tell(self.word("exported", place=path.relative_to(self.folder).as_posix()))

    # --------------------------------------------------------------------------------- showing

    def show_found(self) -> None:
        """Filter, and show table, groups and picture."""
        self.found = filter_notes(self.notes, state=self.state)
        shown = self.found.head(MAX_ROWS)
        set_if_changed(
            self.table,
            columns=make_columns(self.found, self.columns, language=self.language),
            rows=write_cells(shown, self.columns, language=self.language),
            row_keys=shown["note_id"].tolist(),
            selected=self.state.selected,
            sorted_by=self.state.sorted_by or self.metric,
            is_descending=self.state.is_descending,
            note=self.describe_found(),
        )
        groups = summarise_notes(self.found, by=self.state.by).assign(dimension=self.state.by)
        set_if_changed(
            self.groups,
            columns=make_columns(groups, GROUPS, language=self.language),
            rows=write_cells(groups, list(GROUPS), language=self.language),
            row_keys=groups["group"].tolist(),
        )
        self.show_picture_of_found()

    def show_boosts(self) -> None:
        """Say what money should bring the picked notes."""
        if self.notes.boosts is None or self.campaign is None:
            return
        told = reckon_boosts(
            self.notes.boosts.notes,
            picked=self.state.picked,
            amount_cny=self.amount_cny,
            step_cny=self.campaign.boosting.step_cny,
        )
        lines = "".join(f"<li>{escape(say(each, language=self.language))}</li>" for each in told)
        self.boosted.value = (
            f"<div role='status'><ul style='color:{INK};line-height:1.5;margin:0 0 8px'>{lines}</ul></div>"
        )

    def describe_found(self) -> str:
        """Say how many notes are left, what they sum to, and how many can be compared."""
        if self.found.empty:
            return self.word("results_none", n_notes=len(self.notes.notes))
        is_sum = self.metric in {"views", "exposure", "engagement"}
        total = self.found[self.metric].sum(min_count=1) if is_sum else float("nan")
        values = {"n_found": len(self.found), "n_notes": len(self.notes.notes), "metric": self.metric}
        told = self.word("results_found", **values, total=None if pd.isna(total) else float(total))
        n_known = int(self.found[list(RATIOS)].notna().all(axis=1).sum())
        few = self.word("baseline_few", n_known=n_known, n_found=len(self.found))
        return f"{told} {few}" if self.state.picture == "baselines" else told

    def show_picture_of_found(self) -> None:
        """Draw the notes that are left, the selected one ringed."""
        alt = self.word(f"alt_{self.state.picture}", n_found=len(self.found), x=self.metric)
        figure = self.draw()
        set_if_changed(self.picture, png=write_png(figure) if figure else b"", alt=alt)


def explore_results(campaign_folder: str | Path, *, language: str | None = None) -> ResultsView:
    """Explore the results of a campaign: the last line of a cell shows the view.

    Parameters
    ----------
    campaign_folder : where `campaign.yaml` lies.
    language : of the labels, ``en`` or ``zh``; by default the campaign's first.
    """
    return ResultsView(Path(campaign_folder), language=language)
