"""Which notebooks a run carries out, in which order: the toolkit's, and the campaign's own where it names some."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from xhs_toolkit.campaign import Campaign
from xhs_toolkit.errors import CampaignError, Problem
from xhs_toolkit.store import hash_file


class Planned(NamedTuple):
    """A notebook of a run: its file, the step it is or stands for, and whether it is the campaign's own."""

    path: Path
    step: str
    own: bool = False

    @property
    def name(self) -> str:
        """Name of the step in progress lines and manifest, and of the executed notebook."""
        return self.path.stem


def plan_notebooks(campaign: Campaign, notebooks: Sequence[Path]) -> list[Planned]:
    """Put the campaign's own notebooks before or in place of the steps that it names, the others after all.

    Raises
    ------
    CampaignError
        a notebook is not there, or has the name of a step that runs as well.
    """
    after = [Planned(path, path.stem) for path in notebooks]
    for own in campaign.notebooks:
        place = own.before or own.instead_of
        planned = Planned(campaign.folder / own.file, own.instead_of or own.name, own=True)
        at = next((number for number, each in enumerate(after) if place == each.step), len(after))
        after[at : at + bool(own.instead_of)] = [planned]
    _check(campaign, after)
    return after


def choose_steps(planned: Sequence[Planned], names: Sequence[str]) -> list[Planned]:
    """Those of the notebooks that are named, with or without their number; all where none is.

    Raises
    ------
    CampaignError
        a name is that of no step.
    """
    known = {each.name: {each.name, each.step, each.step.lstrip("0123456789_")} for each in planned}
    unknown = [name for name in names if not any(name in own for own in known.values())]
    if unknown:
        raise CampaignError(f"There is no step {unknown[0]!r}. Write one of: {', '.join(sorted(known))}.")
    return [each for each in planned if not names or known[each.name] & set(names)]


def _check(campaign: Campaign, planned: Sequence[Planned]) -> None:
    names = [each.name for each in planned]
    faults = {
        each.path: Problem(what, fix, "campaign.yaml", column="notebooks", value=each.path.name)
        for each in planned
        if each.own
        for what, fix in (
            ("does not lie in the campaign folder", "put it there, or delete its line"),
            ("has the name of a step that runs as well", "rename it, or write instead_of"),
        )
        if (names.count(each.name) > 1 if "step" in what else not each.path.is_file())
    }
    if faults:
        title = f"{campaign.folder.resolve().name}: not all notebooks can be run."
        raise CampaignError(title, list(faults.values()))


def describe_own(planned: Sequence[Planned]) -> list[dict[str, Any]]:
    """What the manifest says of the campaign's own notebooks: file, hash, and the step it stands for."""
    return [
        {"file": each.path.name, "sha256": hash_file(each.path)}
        | ({"instead_of": each.step} if each.step != each.name else {})
        for each in planned
        if each.own
    ]


def find_unused(campaign: Campaign, planned: Sequence[Planned]) -> tuple[str, ...]:
    """Changed copies of steps that lie in the campaign folder and that nothing carries out."""
    used = {each.path.resolve() for each in planned}
    steps = {each.step for each in planned if not each.own}
    copies = sorted(campaign.folder.glob("*.ipynb"))
    return tuple(path.name for path in copies if path.stem in steps and path.resolve() not in used)
