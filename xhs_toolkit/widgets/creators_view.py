"""Creators at the screen: filters, a table and a picture that go together, the evidence card, and the decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ipywidgets as ipw
import numpy as np
import pandas as pd

from xhs_toolkit.book.people import read_people, remember_creator
from xhs_toolkit.decisions import DECISIONS, DECISIONS_FILE, read_decisions, write_decision
from xhs_toolkit.errors import CampaignError
from xhs_toolkit.exports import make_latest
from xhs_toolkit.findings import Finding
from xhs_toolkit.present.explore_charts import find_nearest_row, place_click, write_png
from xhs_toolkit.present.style import ACCENT, INK, PALETTE, QUIET, RULE
from xhs_toolkit.present.tables import drop_unmeasured
from xhs_toolkit.present.wording import label, say
from xhs_toolkit.store import open_exports
from xhs_toolkit.vetting import explain_line
from xhs_toolkit.widgets.controls import (
    Decide,
    Picture,
    Table,
    make_choices,
    make_columns,
    make_range,
    name_options,
    pair,
    put,
    read_range,
    set_if_changed,
    style,
    write_cell,
    write_cells,
)
from xhs_toolkit.widgets.creators import (
    AXES,
    FLAG_CHOICES,
    SHOWN,
    CreatorsState,
    Explored,
    decide,
    draw_creators,
    explore_pool,
    find_rows,
    make_card,
    order_creators,
)
from xhs_toolkit.widgets.shell import View

if TYPE_CHECKING:
    from xhs_toolkit.campaign import Campaign
    from xhs_toolkit.present.explore_charts import Figure


ABOUT = (
    *("tier", "followers", "place", "rankings", "image_price_cny", "video_price_cny", "engagement_fan_rate"),
    *("fan_growth_30d", "total_points"),
)
MARKS = {"flag": ("■", ACCENT), "pass": ("●", PALETTE[0])}


def write_card(creator: Mapping[str, Any], *, card: pd.DataFrame, language: str, known: Finding | None = None) -> str:
    """Return a card as HTML; every text in it is escaped.

    Parameters
    ----------
    creator : its row of `creators.Explored`.
    card : of `creators.make_card`.
    known : what the agency remembers of them by name: at its own screen, and nowhere else.
    """
    name = creator["creator_name"] if isinstance(creator["creator_name"], str) else creator["creator_key"]
    cells = {column: write_cell(column, creator[column], language=language) for column in ABOUT}
    cells = {column: text for column, text in cells.items() if pd.notna(creator[column])}
    facts = " · ".join(f"{escape(label(column, language=language))} {escape(text)}" for column, text in cells.items())
    remembered = f"<div>{escape(say(known, language=language))}</div>" if known else ""
    verdicts = card["verdict"].value_counts()
    counts = {"n_flagged": "flag", "n_passed": "pass", "n_silent": "unknown"}
    summary = Finding("explore.card_flags", {key: int(verdicts.get(each, 0)) for key, each in counts.items()})
    told = [line for verdict in MARKS for line in card[card["verdict"].eq(verdict)].to_dict("records")]
    lines = "".join(_write_line(line, language=language) for line in told)
    return (
        f"<section style='color:{INK};line-height:1.45;max-width:70em'>"
        f"<h2 style='font-size:1.05em;margin:6px 0 2px;overflow-wrap:anywhere'><bdi>{escape(str(name))}</bdi></h2>"
        f"<div style='color:{QUIET}'>{facts}</div>"
        f"<div style='margin:4px 0'>{escape(say(summary, language=language))}</div>"
        f"{remembered}{_write_decision(creator, language=language)}"
        f"<ul style='list-style:none;padding:0;margin:6px 0;border-top:1px solid {RULE}'>{lines}</ul></section>"
    )


def _write_line(line: Mapping[Any, Any], *, language: str) -> str:
    sign, colour = MARKS[str(line["verdict"])]
    words = escape(say(explain_line(line), language=language))
    verdict = escape(label(str(line["verdict"]), language=language))
    mark = f"<span role='img' aria-label='{verdict}' style='color:{colour};padding-right:6px'>{sign}</span>"
    return f"<li style='padding:3px 0;border-bottom:1px solid {RULE}'>{mark}{words}</li>"


def _write_decision(creator: Mapping[str, Any], *, language: str) -> str:
    if not isinstance(creator["decision"], str):
        return ""
    told = {"by": creator["decision_by"], "why": creator["decision_reason"]}
    values = {name: text if isinstance(text, str) else None for name, text in told.items()}
    decision = label(creator["decision"], language=language)
    words = say(Finding("explore.decided_already", {"decision": decision, **values}), language=language)
    return f"<div style='font-weight:600'>{escape(words)}</div>"


MAX_ROWS = 100
"""Rows of the table: of more creators the first in the order that is set; search and filters find the others."""

GROWTHS = (-0.05, 0.0, 0.01, 0.03, 0.1)
"""Least growths of followers in thirty days that can be asked for."""


ANY_GROWTH = -1.0
"""Nobody can lose more than all followers."""


class CreatorsView(View[CreatorsState]):
    """The pool of a campaign, to be filtered, looked at and decided on (`explore_creators`)."""

    name = "creators"
    n_steps = 4

    def __init__(self, folder: Path, *, language: str | None = None, explored: Explored | None = None) -> None:
        super().__init__(folder, default=CreatorsState(), language=language)
        self.explored = explored
        self.rows = np.arange(0)
        self.ordered: tuple[object, np.ndarray] = (None, self.rows)
        self.table, self.picture = Table(), Picture()
        self.decide = Decide()
        self.card = ipw.HTML()

    def load(self, campaign: Campaign) -> None:
        """Read the exports and vet the whole pool."""
        decisions = read_decisions(self.folder)
        self.people = read_people(self.folder.resolve().parent)
        if self.explored is None:
            exports = open_exports(campaign)
            latest = make_latest(exports.tables["notes"])
            self.explored = explore_pool(
                exports.tables, latest=latest, campaign=campaign, decisions=decisions, on_step=self.step
            )
        self.tell(self.word("bad_decisions", n_problems=len(decisions.problems)) if decisions.problems else "")

    @property
    def pool(self) -> Explored:
        """The vetted pool."""
        if self.explored is None or self.explored.creators.empty:
            raise CampaignError(self.word("no_creators"))
        return self.explored

    def build(self) -> list[ipw.Widget]:
        """Filters above, then table and picture side by side, then card and decision."""
        creators = self.pool.creators
        self.table, self.picture = Table(about=self.term("explore_creators")), Picture(is_clickable=True)
        known = set(drop_unmeasured(creators, SHOWN)) | {"decision"}
        self.columns = [name for name in SHOWN if name in known]
        self.table.columns = make_columns(creators, self.columns, language=self.language)
        self.on(self.table, self.select, "selected")
        self.on(self.table, lambda _: self.sort(), "sorted_by")
        self.on(self.table, lambda _: self.sort(), "is_descending")
        self.on(self.picture, self.click, "clicked")
        middle = pair(self.table, [self._make_picture_choice(), self.picture])
        self.card = ipw.HTML()
        self.decide = self._make_decision()
        self.show_found()
        self.show_card()
        return [put(*self._make_filters()), middle, self.decide, self.card]

    def draw(self) -> Figure | None:
        """Draw the creators that are left."""
        return draw_creators(self.pool, state=self.state, language=self.language, rows=self.rows)

    # --------------------------------------------------------------------------------- controls

    def _make_filters(self) -> list[ipw.Widget]:
        state, creators, language = self.state, self.pool.creators, self.language
        hint = self.term("explore_search_hint")
        text = ipw.Text(state.text, description=self.term("explore_search"), placeholder=hint, **style())
        self.on(text, lambda value: self.filter(text=value))
        lists = []
        for name, column in (("tiers", "tier"), ("categories", "category"), ("places", "place")):
            choices = make_choices(column, creators[column], getattr(state, name), language=language)
            self.on(choices, partial(self.filter_names, name))
            lists.append(choices)
        ranges = [text]
        for name, column, ends in (
            ("explore_followers", "followers", ("followers_from", "followers_to")),
            ("explore_price", "price_cny", ("price_from_cny", "price_to_cny")),
        ):
            set_ends = [getattr(state, end) for end in ends]
            slider, shown = make_range(name, *set_ends, values=creators[column], unit="n", language=language)
            self.on(slider, partial(self.filter_range, ends))
            ranges.append(shown)
        others = ipw.VBox([self._make_growth(), self._make_flags(), self._make_unknown()])
        return [ipw.VBox(ranges), others, *lists]

    def _make_growth(self) -> ipw.Widget:
        steps = [(self.term("explore_any"), ANY_GROWTH), *((f"{100 * step:+.0f}%", step) for step in GROWTHS)]
        value = self.state.growth_from if self.state.growth_from in GROWTHS else ANY_GROWTH
        is_known = bool(self.pool.creators["fan_growth_30d"].notna().any())
        growth = ipw.SelectionSlider(
            options=steps, value=value, description=self.term("explore_growth"), disabled=not is_known, **style()
        )
        self.on(growth, lambda step: self.filter(growth_from=None if step == ANY_GROWTH else step))
        return growth

    def _make_flags(self) -> ipw.Widget:
        checks = pd.Series(self.pool.creators["flags"].dropna().str.split("; ").explode()).value_counts()
        options = name_options(FLAG_CHOICES, language=self.language)
        options += [(f"{self.term(str(check))} ({n:,})", str(check)) for check, n in checks.items()]
        names = [value for _, value in options]
        value = self.state.flags if self.state.flags in names else FLAG_CHOICES[0]
        flags = ipw.Dropdown(options=options, value=value, description=self.term("explore_flags"), **style())
        self.on(flags, lambda choice: self.filter(flags=choice))
        return flags

    def _make_unknown(self) -> ipw.Widget:
        unknown = ipw.Checkbox(
            self.state.keep_unknown,
            description=self.term("explore_unknown"),
            indent=False,
            layout=ipw.Layout(width="auto"),
        )
        self.on(unknown, lambda value: self.filter(keep_unknown=value))
        return ipw.HBox([unknown, self.press("explore_reset", self.reset)])

    def _make_picture_choice(self) -> ipw.Widget:
        options = [(self.term(f"picture_{name}"), name) for name in AXES]
        value = self.state.picture if self.state.picture in AXES else "size"
        choice = ipw.ToggleButtons(
            options=options, value=value, style=ipw.ToggleButtonsStyle(button_width="84px"), tooltips=list(AXES)
        )
        self.on(choice, lambda name: self.filter(picture=name))
        return choice

    def _make_decision(self) -> Decide:
        words = {name: self.term(name) for name in ("keep", "maybe", "drop")}
        words |= {name[8:]: self.term(name) for name in ("explore_why", "explore_by", "explore_save")}
        decide = Decide(words=words, creator=self.state.selected)
        decide.on_msg(lambda _, told, __: self.receive(told))
        self.link = ipw.jsdlink((self.table, "selected"), (decide, "creator"))
        return decide

    # ------------------------------------------------------------------------------ what happens

    def filter(self, **values: object) -> None:
        """Set some of the filters and show who is left."""
        self.set(**values)
        self.show_found()

    def filter_names(self, name: str, values: Sequence[str]) -> None:
        """Set the names that one list is narrowed to."""
        self.filter(**{name: tuple(values)})

    def filter_range(self, names: Sequence[str], ends: tuple[float, float]) -> None:
        """Set both ends of a range."""
        self.filter(**dict(zip(names, read_range(ends), strict=True)))

    def reset(self) -> None:
        """Take every filter away; who is selected stays."""
        kept = {name: getattr(self.state, name) for name in ("selected", "picture")}
        self.state = CreatorsState(**kept)
        self.set()
        self.rebuild()

    def sort(self) -> None:
        """Order the table as its head says."""
        self.filter(sorted_by=self.table.sorted_by, is_descending=self.table.is_descending)

    def select(self, creator_key: str) -> None:
        """Show a creator's card, and ring it in the picture."""
        self.set(selected=creator_key)
        self.show_picture_of_found()
        self.show_card()

    def click(self, clicked: list[float]) -> None:
        """Select the creator drawn nearest to a click."""
        limits = self.pool.limits[self.state.picture]
        at = place_click(limits, across=clicked[0], down=clicked[1]) if limits else None
        x, y = AXES[self.state.picture]
        found = self.pool.creators.iloc[self.rows]
        row = find_nearest_row(found, x=x, y=y, at=at, limits=limits) if at and limits else None
        if row is not None:
            self.table.selected = str(found["creator_key"].iloc[row])

    def receive(self, told: Mapping[str, str]) -> None:
        """Save a decision as it was sent, and answer beside it."""
        self.decide.saved = ""
        self.guard(self.save, told)
        self.decide.saved = self.read_message()

    def save(self, told: Mapping[str, str]) -> None:
        """Write a decision into the campaign's decisions.csv, and show it, and what somebody else decided meanwhile."""
        creators = self.pool.creators
        chosen = creators[creators["creator_key"].eq(told["creator"])]
        if chosen.empty:
            raise CampaignError(self.word("no_card"))
        if told["decision"] not in DECISIONS:
            raise CampaignError(self.word("choose_decision"))
        who, parts = chosen.iloc[0], {name: str(told[name]).strip() for name in ("decision", "reason", "by")}
        before = write_decision(self.folder, creator_id=str(who["decision_id"]), on=None, **parts)
        self.explored = decide(self.pool, decisions=read_decisions(self.folder))
        name = who["creator_name"] if isinstance(who["creator_name"], str) else who["creator_key"]
        said = self.word("decided", decision=self.term(parts["decision"]), name=str(name), file=DECISIONS_FILE)
        if before and (before["decision"], before["by"]) != (who["decision"], _text(who["decision_by"])):
            values = {"decision": self.term(before["decision"]), "by": before["by"] or None}
            said += " " + self.word("decided_meanwhile", why=before["reason"] or None, **values)
        self.tell(said)
        self.show_found()
        self.show_card()

    # --------------------------------------------------------------------------------- showing

    def show_found(self) -> None:
        """Filter, and show table and picture."""
        creators = self.pool.creators
        self.rows = find_rows(creators, state=self.state, order=self._find_order())
        shown = creators.iloc[self.rows[:MAX_ROWS]]
        counts = {"n_found": len(self.rows), "n_creators": len(creators), "n_shown": len(shown)}
        self.note = self.word("found", **counts) if len(shown) else self.word("nobody_found", **counts)
        set_if_changed(
            self.table,
            rows=write_cells(shown, self.columns, language=self.language),
            row_keys=shown["creator_key"].tolist(),
            selected=self.state.selected,
            sorted_by=self.state.sorted_by,
            is_descending=self.state.is_descending,
            note=self.note,
        )
        known = pd.concat([shown, creators[creators["creator_key"].eq(self.state.selected)]])
        known = known.drop_duplicates("creator_key").set_index("creator_key")
        names, decided = (known[column].dropna().to_dict() for column in ("creator_name", "decision"))
        set_if_changed(self.decide, names=names, decided=decided)
        self.show_picture_of_found()

    def _find_order(self) -> np.ndarray:
        """The order that is set; sorted anew only where it, or a decision, changed."""
        creators, state = self.pool.creators, self.state
        asked = state.sorted_by, state.is_descending, id(creators)
        if asked != self.ordered[0]:
            self.ordered = asked, order_creators(creators, *asked[:2])
        return self.ordered[1]

    def show_picture_of_found(self) -> None:
        """Draw who is left, the selected one ringed."""
        x, y = AXES[self.state.picture]
        alt = self.word("alt_creators", n_found=len(self.rows), x=x, y=y)
        figure = self.draw()
        set_if_changed(self.picture, png=write_png(figure) if figure else b"", alt=alt)

    def show_card(self) -> None:
        """Show the evidence of the selected creator."""
        creators = self.pool.creators
        chosen = creators[creators["creator_key"].eq(self.state.selected)]
        if chosen.empty:
            self.card.value = f"<p style='color:{QUIET}'>{self.word('no_card')}</p>"
            return
        who = chosen.iloc[0].to_dict()
        card = make_card(self.pool, creator_key=self.state.selected)
        known = remember_creator(self.people, who)
        self.card.value = write_card(who, card=card, language=self.language, known=known)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def explore_creators(campaign_folder: str | Path, *, language: str | None = None) -> CreatorsView:
    """Explore the creators of a campaign: the last line of a cell shows the view.

    Parameters
    ----------
    campaign_folder : where `campaign.yaml` lies.
    language : of the labels, ``en`` or ``zh``; by default the campaign's first.
    """
    return CreatorsView(Path(campaign_folder), language=language)
