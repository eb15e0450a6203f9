"""The plan at the screen: settings, one button, the roster and forecast beside those before, and its acceptance."""

from __future__ import annotations

from functools import partial
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import ipywidgets as ipw
import pandas as pd

from xhs_toolkit.decisions import read_decisions
from xhs_toolkit.errors import CampaignError
from xhs_toolkit.exports import make_latest
from xhs_toolkit.forecast import Pool, make_candidates
from xhs_toolkit.history import recall
from xhs_toolkit.plans import read_plan
from xhs_toolkit.present.explore_charts import write_png
from xhs_toolkit.present.style import INK
from xhs_toolkit.present.wording import say
from xhs_toolkit.roster import RosterPlan
from xhs_toolkit.selection import select_creators
from xhs_toolkit.store import open_exports
from xhs_toolkit.thread import find_planned_at, known_before
from xhs_toolkit.widgets.controls import (
    Picture,
    Table,
    make_columns,
    name_options,
    pair,
    put,
    set_if_changed,
    style,
    write_cells,
)
from xhs_toolkit.widgets.plan import (
    OBJECTIVES,
    PARTS,
    PLAN_METRICS,
    ROSTER,
    PlanState,
    accept,
    compare_rosters,
    compare_totals,
    draw_plans,
    make_plan,
    start_plan,
)
from xhs_toolkit.widgets.shell import View

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign
    from xhs_toolkit.present.explore_charts import Figure

TOTALS = ("metric", "p10", "p50", "p90", "target", "chance_share")
BEFORE = ("p10_before", "p50_before", "p90_before")
NO_LIMIT = -1
MOST = 200
"""Largest quota that can be set with a field."""


class PlanView(View[PlanState]):
    """The plan of a campaign, to be changed, compared and accepted (`explore_plan`)."""

    name = "plan"
    n_steps = 4

    def __init__(self, folder: Path, *, language: str | None = None) -> None:
        super().__init__(folder, default=PlanState(), language=language)
        self.pool: Pool | None = None
        self.plan: RosterPlan | None = None
        self.before: RosterPlan | None = None
        self.is_sure = False

    def load(self, campaign: Campaign) -> None:
        """Read the exports, learn from the notes, and make the plan that is set."""
        exports = open_exports(campaign)
        self.step("step_candidates")
        self.tables = known_before(exports.tables, find_planned_at(campaign))
        self.find_candidates(campaign)
        if self.state == PlanState():
            self.state = start_plan(campaign)
        self.step("step_plan")
        self.guard(self.make)

    def find_candidates(self, campaign: Campaign) -> None:
        """Find whom the roster may buy as the decisions are now."""
        self.decisions = read_decisions(self.folder)
        latest = make_latest(self.tables["notes"])
        found = select_creators(self.tables, latest=latest, campaign=campaign, decisions=self.decisions)
        self.pool = make_candidates(
            self.tables,
            latest=latest,
            campaign=campaign,
            memory=recall(campaign),
            thread=found.thread,
            joined=found.listed.pool,
        )

    def make(self) -> None:
        """Make the plan that is set; the one there was becomes the one before."""
        if self.pool is None or self.campaign is None:
            return
        if not read_decisions(self.folder).rows.equals(self.decisions.rows):
            self.find_candidates(self.campaign)
        made = make_plan(self.pool, campaign=self.campaign, state=self.state, language=self.language)
        self.before, self.plan = self.plan, made

    def build(self) -> list[ipw.Widget]:
        """Settings and the button, then the picture, the totals and the roster."""
        self.picture = Picture()
        self.totals = Table(about=self.term("explore_forecast"))
        self.roster = Table(about=self.term("explore_roster"))
        self.told = ipw.HTML()
        self.accepting = self.press("explore_accept", self.accept)
        button = self.press("explore_recalculate", self.recalculate, button_style="primary")
        settings = put(self._make_money(), self._make_split(), self._make_quotas())
        self.more = ipw.HTML()
        self.show_plan()
        buttons = put(button, self.accepting)
        return [settings, buttons, self.told, self.totals, pair(self.roster, self.picture), self.more]

    def draw(self) -> Figure | None:
        """Draw this plan above the one before."""
        return draw_plans(self.plan, before=self.before, language=self.language) if self.plan else None

    # --------------------------------------------------------------------------------- controls

    def _make_money(self) -> ipw.Widget:
        state = self.state
        budget = ipw.BoundedFloatText(
            state.budget_cny, min=0, max=1e10, step=1_000, description=self.term("explore_budget"), **style()
        )
        self.on(budget, lambda value: self.change(budget_cny=value))
        options = name_options(OBJECTIVES, language=self.language)
        objective = ipw.Dropdown(
            options=options, value=state.objective, description=self.term("explore_objective"), **style()
        )
        self.on(objective, lambda value: self.change(objective=value))
        options = [(self.term("explore_by_objective"), ""), *name_options(PLAN_METRICS, language=self.language)]
        maximise = ipw.Dropdown(
            options=options, value=state.maximise, description=self.term("explore_maximise"), **style()
        )
        self.on(maximise, lambda value: self.change(maximise=value))
        return ipw.VBox([budget, objective, maximise])

    def _make_split(self) -> ipw.Widget:
        sliders, wide = [], style(label_width="104px")
        for part in PARTS:
            slider = ipw.IntSlider(round(getattr(self.state, part)), 0, 100, 5, description=self.term(part), **wide)
            self.on(slider, partial(self.change_one, part))
            sliders.append(slider)
        share = 0.5 if self.state.large_share is None else self.state.large_share
        large = ipw.FloatSlider(
            share,
            min=0,
            max=1,
            step=0.05,
            readout_format=".0%",
            description=self.term("explore_large_share"),
            **wide,
        )
        self.on(large, lambda value: self.change(large_share=round(value, 2)))
        return ipw.VBox([*sliders, large])

    def _make_quotas(self) -> ipw.Widget:
        rows: list[ipw.Widget] = [ipw.HTML(f"<b style='color:{INK}'>{escape(self.term('explore_quotas'))}</b>")]
        for number, (tier, *limits) in enumerate(self.state.quotas):
            fields = []
            for side, name in enumerate(("explore_at_least", "explore_at_most")):
                field = ipw.Text(
                    "" if limits[side] == NO_LIMIT else str(limits[side]),
                    description=f"{tier} {self.term(name)}",
                    continuous_update=False,
                    **style(width="150px", label_width="96px"),
                )
                self.on(field, partial(self.change_quota, number, side))
                fields.append(field)
            rows.append(ipw.HBox(fields))
        return ipw.VBox(rows)

    # ------------------------------------------------------------------------------ what happens

    def change(self, **values: object) -> None:
        """Set something; the plan waits for the button."""
        self.set(**values)
        self.be_unsure()
        self.tell(self.word("plan_changed"))

    def change_one(self, name: str, value: object) -> None:
        """Set one thing by its name."""
        self.change(**{name: value})

    def change_quota(self, number: int, side: int, text: str) -> None:
        """Set one limit of a tier; an empty field takes it away.

        Raises
        ------
        CampaignError : what was written is no number of creators.
        """
        plain = text.strip()
        if plain and not (plain.isdecimal() and int(plain) <= MOST):
            raise CampaignError(self.word("not_a_count", value=plain, n_most=MOST))
        quotas = [list(quota) for quota in self.state.quotas]
        quotas[number][side + 1] = int(plain) if plain else NO_LIMIT
        self.change(quotas=tuple(map(tuple, quotas)))

    def recalculate(self) -> None:
        """Make the plan anew and show it beside the one before."""
        with self.working("step_plan"):
            self.tell("")
            self.make()
            self.be_unsure()
            self.show_plan()

    def accept(self) -> None:
        """Ask once, then write the plan to the campaign for good."""
        if self.plan is None or self.plan.chosen.empty:
            raise CampaignError(self.word("plan_nothing"))
        if not self.is_sure:
            self.is_sure = True
            self.accepting.description = self.term("explore_accept_sure")
            self.accepting.button_style = "warning"
            self.tell(self.word("plan_accept_sure"))
            return
        path = accept(self.folder, plan=self.plan)
        accepted = read_plan(self.folder)
        self.be_unsure()
        version = accepted.version if accepted else 0
        self.tell(self.word("plan_accepted", version=version, place=path.relative_to(self.folder).as_posix()))

    def be_unsure(self) -> None:
        """Ask again before the next acceptance."""
        self.is_sure = False
        self.accepting.description, self.accepting.button_style = self.term("explore_accept"), ""

    # --------------------------------------------------------------------------------- showing

    def show_plan(self) -> None:
        """Show the plan, what changed, and what is to be said of it."""
        if self.plan is None:
            return
        figure = self.draw()
        alt = self.word("alt_plan")
        set_if_changed(self.picture, png=write_png(figure) if figure else b"", alt=alt)
        totals = compare_totals(self.plan, before=self.before)
        columns = [*TOTALS, *(BEFORE if self.before is not None else [])]
        self.show_rows(self.totals, totals, columns, key="metric")
        roster = compare_rosters(self.plan, before=self.before)
        shown = [name for name in ROSTER if name != "change" or self.before is not None]
        self.show_rows(self.roster, roster, shown, key="candidate_id")
        counts = roster["change"].value_counts() if self.before is not None else {}
        names = {f"n_{name}": int(counts.get(f"explore_{name}", 0)) for name in ("comes", "goes", "stays")}
        compared = self.word("plan_compared", **names) if len(counts) else ""
        answer = escape(say(self.plan.answer, language=self.language))
        self.told.value = f"<p style='color:{INK};margin:4px 0'><b>{answer}</b> {escape(compared)}</p>"
        others = [escape(say(each, language=self.language)) for each in self.plan.findings]
        self.more.value = f"<ul style='line-height:1.5;margin:8px 0'><li>{'</li><li>'.join(others)}</li></ul>"

    def show_rows(self, table: Table, frame: pd.DataFrame, columns: list[str], *, key: str) -> None:
        """Show a frame in a table."""
        set_if_changed(
            table,
            columns=make_columns(frame, columns, language=self.language),
            rows=write_cells(frame, columns, language=self.language),
            row_keys=frame[key].tolist(),
        )


def explore_plan(campaign_folder: str | Path, *, language: str | None = None) -> PlanView:
    """Explore the plan of a campaign: the last line of a cell shows the view.

    Parameters
    ----------
    campaign_folder : where `campaign.yaml` lies.
    language : of the labels, ``en`` or ``zh``; by default the campaign's first.
    """
    return PlanView(Path(campaign_folder), language=language)
