"""`open_campaign`: the one way into a campaign's data, for the notebooks of a run, the screen and the lessons."""

from __future__ import annotations

from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from xhs_toolkit.campaign import Campaign, read_campaign
from xhs_toolkit.exports import Exports, make_latest, summarise_files
from xhs_toolkit.findings import Finding
from xhs_toolkit.store import open_exports

if TYPE_CHECKING:
    from xhs_toolkit.decisions import Decisions
    from xhs_toolkit.history import Memory
    from xhs_toolkit.plans import Plan
    from xhs_toolkit.present.page import Page


class Work:
    """A campaign at hand; make one with `open_campaign`. What is asked for is loaded then, and once.

    Attributes
    ----------
    campaign : the settings.
    raw : the canonical tables as the files hold them, by name: every snapshot, and ad days at every level.
    """

    def __init__(self, campaign: Campaign) -> None:
        self.campaign = campaign

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

    # ------------------------------------------------------------------------------ a step of a run

    def start_page(self, step: str, run_folder: str | Path, *, language: str) -> Page:
        """Start the page of a step in a run's folder."""
        from xhs_toolkit.present.page import start_page

        return start_page(step, run_folder, campaign=self.campaign, language=language)

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

    # ------------------------------------------------------------------------------- what is shown

    def __repr__(self) -> str:
        return "\n".join(self._describe())

    def _repr_html_(self) -> str:
        first, *rest = map(escape, self._describe())
        return f"<p><b>{first}</b><br>{'<br>'.join(rest)}</p>"

    def _describe(self) -> list[str]:
        """Who, when, and how many rows of what."""
        campaign, files = self.campaign, self.exports.files
        days = " – ".join(str(day) for day in (campaign.window.start, campaign.window.end) if day)
        sizes = [f"{len(frame):,} {name}" for name, frame in self.raw.items() if len(frame)]
        read = f"{files['file'].nunique()} files, {len(self.exports.problems)} problems"
        return [
            f"{campaign.client} · {campaign.name}" + (f" · {days}" if days else ""),
            f"{read}; rows: {', '.join(sizes) or 'none'}",
        ]


def open_campaign(folder: str | Path) -> Work:
    """Open a campaign folder: settings checked, files read once, pictures with Chinese fonts.

    Raises
    ------
    CampaignError
        the folder or ``campaign.yaml`` is missing, or settings are wrong; all of them are listed.
    """
    from xhs_toolkit.present.style import set_fonts

    set_fonts()
    return Work(read_campaign(Path(folder).expanduser()))
