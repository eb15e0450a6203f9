"""`open_campaign`: the one way into a campaign's data, for the notebooks of a run, the screen and the lessons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from xhs_toolkit.campaign import Campaign, read_campaign
from xhs_toolkit.errors import XhsError
from xhs_toolkit.exports import Exports, choose_ad_days, make_latest, summarise_files
from xhs_toolkit.findings import Finding
from xhs_toolkit.store import open_exports
from xhs_toolkit.tables import TABLES
from xhs_toolkit.work.frames import Joined, join_sheet
from xhs_toolkit.work.questions import (
    change_settings,
    check_parameters,
    compare_tiers,
    compare_totals,
    describe_columns,
    find_notes,
    find_words,
    rate_groups,
    suggest,
)

if TYPE_CHECKING:
    from xhs_toolkit.decisions import Decisions
    from xhs_toolkit.history import Memory
    from xhs_toolkit.plans import Plan
    from xhs_toolkit.present.page import Page
    from xhs_toolkit.results import Results
    from xhs_toolkit.selection import Selection
    from xhs_toolkit.thread.pool import Pool


FRAMES = (
    *("notes", "other_notes", "growth", "creators", "followers", "comments"),
    *("ads", "words", "bookings", "outcomes", "checks"),
)
"""Frames of a campaign that are safe to add up."""


class Work:
    """A campaign at hand; make one with `open_campaign`. What is asked for is loaded then, and once.

    The frames of `FRAMES` are safe to add up, one row a thing. Everything as the files hold it, every snapshot and
    every level of an ad report, is in ``raw``.

    Attributes
    ----------
    campaign : the settings.
    """

    def __init__(self, campaign: Campaign, *, exports: Exports | None = None) -> None:
        self.campaign = campaign
        if exports is not None:
            self.exports = exports

    @cached_property
    def exports(self) -> Exports:
        """What the files in ``data/`` hold: tables, files, headers, problems."""
        return open_exports(self.campaign)

    @property
    def raw(self) -> dict[str, pd.DataFrame]:
        """The canonical tables by name, every snapshot in them: not for adding up."""
        return self.exports.tables

    @cached_property
    def latest(self) -> pd.DataFrame:
        """The newest row of every note in the files, as the canonical table ``notes``."""
        return make_latest(self.raw["notes"])

    # ------------------------------------------------------------------------- frames, safe to add up

    @cached_property
    def found(self) -> Results:
        """The campaign's notes summed up, as the page of results does: `results.Results`."""
        from xhs_toolkit.results import summarise_results

        return summarise_results(self.raw, latest=self.latest, campaign=self.campaign)

    @cached_property
    def notes(self) -> pd.DataFrame:
        """The campaign's own notes, one row each, with engagement, rates, cost, tier, theme and time of posting."""
        from xhs_toolkit.work import frames

        timed = frames.add_posting_times(self.found.notes, snapshots=self.raw["notes"], campaign=self.campaign)
        return timed.reset_index(drop=True)

    @cached_property
    def other_notes(self) -> pd.DataFrame:
        """All other notes of the files, one row each: earlier ones, everyday ones, those of other clients."""
        from xhs_toolkit.work import frames

        others = self.latest[~self.latest["note_id"].isin(self.notes["note_id"])]
        return frames.describe_notes(others, tables=self.raw, campaign=self.campaign).reset_index(drop=True)

    @cached_property
    def growth(self) -> pd.DataFrame:
        """How the campaign's notes grew, one row a note and snapshot: ``views_gained`` is safe to add up."""
        from xhs_toolkit.work import frames

        return frames.make_growth(self.raw["notes"], notes=self.notes)

    @cached_property
    def creators(self) -> pd.DataFrame:
        """Everybody in the files, one row a creator, of all sources together."""
        return self._pool.creators

    @cached_property
    def followers(self) -> pd.DataFrame:
        """Follower counts, one row a creator and day."""
        from xhs_toolkit.work import frames

        return frames.make_followers(self.raw["follower_counts"])

    @cached_property
    def comments(self) -> pd.DataFrame:
        """Comments, one row each."""
        from xhs_toolkit.work import frames

        return frames.keep_one(self.raw["comments"], ["comment_id"])

    @cached_property
    def ads(self) -> pd.DataFrame:
        """Advertising, each day at one level of report: spend adds up to what was spent."""
        return choose_ad_days(self.raw["ad_days"]).reset_index(drop=True)

    @cached_property
    def words(self) -> pd.DataFrame:
        """Search words, one row a day, word and advertising unit, with the note that the unit showed."""
        from xhs_toolkit.work import frames

        return frames.make_words(self.raw["ad_days"])

    @cached_property
    def bookings(self) -> pd.DataFrame:
        """What was agreed, posted and paid, one row an item of money: `tables.BOOKINGS`; cancelled items among them."""
        return self.found.ledger.bookings

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """The client's own figures, one row a day, market, channel and metric; different metrics never add up."""
        return self.raw["outcomes"].drop_duplicates(list(TABLES["outcomes"].key)).reset_index(drop=True)

    @cached_property
    def checks(self) -> pd.DataFrame:
        """Every check of every creator in the files, one row each: value, limits, verdict, what it rests on."""
        from xhs_toolkit.vetting import check_creators, make_cards

        pool = self._pool
        checked = check_creators(pool.creators, notes=pool.notes, tables=self.raw, campaign=self.campaign)
        return make_cards(pool.creators, judged=checked.judged)

    @cached_property
    def _pool(self) -> Pool:
        from xhs_toolkit.sourcing import make_pool

        return make_pool(self.raw, latest=self.latest, campaign=self.campaign)

    # -------------------------------------------------------------------------------------- questions

    def columns(self, frame: str) -> pd.DataFrame:
        """What each column of a frame means: label in both languages, kind, unit, meaning.

        Raises
        ------
        XhsError : there is no such frame.
        """
        return describe_columns(frame, list(self._take(frame).columns))

    def find(self, text: str) -> pd.DataFrame:
        """Columns of all frames in whose name, label or meaning a text is found, in English or Chinese."""
        told = [self.columns(frame).assign(frame=frame) for frame in FRAMES]
        found = find_words(text, pd.concat(told, ignore_index=True))
        return found[["frame", "column", "label_en", "label_zh", "meaning"]].reset_index(drop=True)

    def rate(
        self, numerator: str, denominator: str, *, by: str | Sequence[str] = (), frame: str = "notes"
    ) -> pd.DataFrame:
        """Sum of a column over the sum of another, in each group: with its 90% interval, n, or why it has none.

        >>> work.rate("collects", "views", by=["theme", "format"])  # doctest: +SKIP

        Raises
        ------
        XhsError : there is no such column or frame, or it holds no numbers.
        """
        groups = [by] if isinstance(by, str) else list(by)
        return rate_groups(self._take(frame), numerator, denominator, by=groups)

    def evidence(self, creator: str) -> pd.DataFrame:
        """All checks of one creator, named by id, account number or name.

        Raises
        ------
        XhsError : nobody, or several, are named so; the nearest name is suggested.
        """
        names = self.creators[["creator_key", "creator_id", "xhs_number", "creator_name"]]
        found = self.creators[names.eq(creator).any(axis=1)]
        if len(found) != 1:
            many = f"{len(found)} creators are called {creator!r}: use the id."
            known = self.creators["creator_name"].dropna().tolist()
            raise XhsError(many if len(found) else f"Nobody is called {creator!r}. {suggest(creator, known)}")
        lines = self.checks[self.checks["creator_key"].eq(found.iloc[0]["creator_key"])]
        return lines.drop(columns="creator_key").reset_index(drop=True)

    def compare(self, other: Work | str | Path) -> pd.DataFrame:
        """The totals of this campaign beside those of another, opened or by its folder, one row a metric."""
        other = other if isinstance(other, Work) else open_campaign(other)
        return compare_totals(self.found.totals, other.found.totals, names=("this", "other"))

    def join(self, path: str | Path, *, on: str, column: str | None = None, frame: str | None = None) -> Joined:
        """Put an own sheet's columns beside the creators or notes; spaces, widths and case of names do not matter.

        Parameters
        ----------
        on : the frame's column, such as ``creator_name``.
        column : the sheet's header for it, where it is another.
        frame : by default creators where `on` is of a creator, otherwise notes.

        Raises
        ------
        XhsError : a column is missing, or the sheet says two things of one row.
        """
        chosen = frame or ("creators" if on in {"creator_key", "creator_id", "creator_name", "xhs_number"} else "notes")
        return join_sheet(self._take(chosen), Path(path).expanduser(), on=on, column=column)

    def change(
        self,
        *,
        window: tuple[Any, Any] | None = None,
        without: Sequence[str] = (),
        tiers: Mapping[str, float] | None = None,
    ) -> Work:
        """The same campaign under other settings, without reading the files again; nothing on disk changes.

        Parameters
        ----------
        window : first and last day, such as ``("2026-08-03", "2026-08-30")``; None leaves an end open.
        without : notes to leave out with all that belongs to them: ids or titles, or creators' ids or names.
        tiers : name → followers it starts from.

        Raises
        ------
        XhsError : a note or creator that is not in the campaign, a day or a number that cannot be used.
        """
        from xhs_toolkit.work import frames

        campaign = change_settings(self.campaign, window=window, tiers=tiers)
        names = [without] if isinstance(without, str) else list(without)
        left_out = find_notes(self.notes, names)
        return Work(campaign, exports=self.exports._replace(tables=frames.drop_notes(self.raw, left_out)))

    def what_if(
        self,
        *,
        window: tuple[Any, Any] | None = None,
        without: Sequence[str] = (),
        tiers: Mapping[str, float] | None = None,
    ) -> pd.DataFrame:
        """The campaign's totals as they are beside those under other settings (see `change`), one row a metric.

        With other tiers: cost and engagement of each tier, as they are and under the other limits.
        """
        other = self.change(window=window, without=without, tiers=tiers)
        whole = compare_totals(self.found.totals, other.found.totals, names=("as_is", "what_if"))
        if tiers is None:
            return whole
        return pd.concat([whole.assign(tier="all"), compare_tiers(self.found, other.found)], ignore_index=True)

    def _take(self, frame: str) -> pd.DataFrame:
        if frame not in FRAMES:
            raise XhsError(f"There is no frame {frame!r}. {suggest(frame, FRAMES)}")
        return getattr(self, frame)

    # ---------------------------------------------------------------------- what people own, and memory

    @property
    def planned_at(self) -> pd.Timestamp | None:
        """The moment up to which a plan may know things: ``planned_at``, or the window's beginning."""
        from xhs_toolkit.thread import find_planned_at

        return find_planned_at(self.campaign)

    @cached_property
    def known(self) -> dict[str, pd.DataFrame]:
        """Of `raw`, what was known before the plan: all that steps 1 to 5 see."""
        from xhs_toolkit.thread import known_before

        return known_before(self.raw, self.planned_at)

    @cached_property
    def known_latest(self) -> pd.DataFrame:
        """The newest row of every note known before the plan."""
        return make_latest(self.known["notes"])

    @cached_property
    def known_pool(self) -> Pool:
        """Everybody known before the plan, one row a creator, with their notes and themes."""
        from xhs_toolkit.thread.pool import make_pool

        return make_pool(self.known, latest=self.known_latest, campaign=self.campaign)

    @cached_property
    def decisions(self) -> Decisions:
        """What people decided of creators: ``decisions.csv``."""
        from xhs_toolkit.decisions import read_decisions

        return read_decisions(self.campaign.folder)

    @cached_property
    def memory(self) -> Memory:
        """The agency's earlier campaigns, without names."""
        from xhs_toolkit.history import recall

        return recall(self.campaign)

    @cached_property
    def plan(self) -> Plan | None:
        """The accepted plan, or None."""
        from xhs_toolkit.plans import read_plan

        return read_plan(self.campaign.folder)

    def recall_creators(self, creators: pd.DataFrame, *, language: str) -> list[str]:
        """What the agency remembers of creators, a line each; for its own eyes: `Page.list` keeps it in the notebook.

        Parameters
        ----------
        creators : with ``creator_id`` and ``creator_name``.
        """
        from xhs_toolkit.book.people import recall_creators
        from xhs_toolkit.present.wording import say

        known = recall_creators(self.campaign.folder.resolve().parent, creators)
        return [f"{name}: {say(finding, language=language)}" for name, finding in known]

    def select_creators(self, *, as_of: str | None = None) -> Selection:
        """The long list, the shortlist with its evidence, and the thread of both."""
        from xhs_toolkit.selection import select_creators

        return select_creators(
            self.known, latest=self.known_latest, campaign=self.campaign, decisions=self.decisions, as_of=as_of
        )

    def find_thread(self, run_folder: str | Path, *, as_of: str | None = None) -> pd.DataFrame:
        """One row a creator, as the steps before left it in a run; where they have not run, made now."""
        from xhs_toolkit.thread import read_thread

        thread = read_thread(run_folder, campaign=self.campaign)
        return self.select_creators(as_of=as_of).thread if thread is None else thread

    # ------------------------------------------------------------------------------ a step of a run

    def start_page(self, step: str, run_folder: str | Path, *, language: str) -> Page:
        """Start the page of a step in a run's folder; its summary holds how the files were read from then on."""
        from xhs_toolkit.present.page import start_page
        from xhs_toolkit.scorecard import write_inputs

        page = start_page(step, run_folder, campaign=self.campaign, language=language)
        write_inputs(run_folder, self.exports)
        return page

    def summarise_files(self) -> Finding:
        """What was read, in one sentence."""
        return summarise_files(self.exports, campaign=self.campaign)

    # ---------------------------------------------------------------------------------- the screen

    def explore_creators(self, *, language: str | None = None) -> Any:
        """The pool at the screen: narrow it, read the evidence, decide (extra ``lab``)."""
        from xhs_toolkit.widgets import explore_creators

        return explore_creators(self.campaign.folder, language=language)

    def explore_plan(self, *, language: str | None = None) -> Any:
        """The plan at the screen: what another budget, objective or split would bring (extra ``lab``)."""
        from xhs_toolkit.widgets import explore_plan

        return explore_plan(self.campaign.folder, language=language)

    def explore_results(self, *, language: str | None = None) -> Any:
        """The results at the screen: slice the notes, pick those to boost (extra ``lab``)."""
        from xhs_toolkit.widgets import explore_results

        return explore_results(self.campaign.folder, language=language)

    def answer_questions(self, *, language: str | None = None) -> Any:
        """What the files leave open, as a form whose answers are kept for the next sheet (extra ``lab``)."""
        from xhs_toolkit.widgets import answer_questions

        return answer_questions(self.campaign.folder, language=language)

    # ------------------------------------------------------------------------------- what is shown

    def __repr__(self) -> str:
        return "\n".join(self._describe())

    def _repr_html_(self) -> str:
        first, *rest = map(escape, self._describe())
        return f"<p><b>{first}</b><br>{'<br>'.join(rest)}</p>"

    def _describe(self) -> list[str]:
        """Who, when, and how many rows of what."""
        campaign = self.campaign
        days = " – ".join(str(day) for day in (campaign.window.start, campaign.window.end) if day)
        return [f"{campaign.client} · {campaign.name}" + (f" · {days}" if days else ""), repr(self.exports)]


def open_campaign(folder: str | Path) -> Work:
    """Open a campaign folder: settings checked, files read once, pictures with Chinese fonts.

    Raises
    ------
    CampaignError
        the folder or ``campaign.yaml`` is missing, or settings are wrong; all of them are listed.
    XhsError
        papermill was given a parameter that the notebook does not have.
    """
    from xhs_toolkit.present.style import set_fonts

    check_parameters()
    set_fonts()
    return Work(read_campaign(Path(folder).expanduser()))
