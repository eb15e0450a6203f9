"""``xhs plan``: the plan that a person accepts."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any


def add_plan(commands: Any) -> None:
    """Add ``xhs plan accept FOLDER`` to the verbs."""
    text = "Accept the plan that a run proposed."
    verbs = commands.add_parser("plan", help=text, description=text).add_subparsers(metavar="VERB", required=True)
    about = "Write the proposed plan to plans/, dated, hashed and never changed again; a later one is a new version."
    accept: argparse.ArgumentParser = verbs.add_parser("accept", help=text, description=about)
    accept.add_argument("folder", type=Path)
    accept.add_argument("--run", metavar="RUN", help="name of the run that proposed it (the latest)")
    accept.set_defaults(verb=accept_verb)


def accept_verb(folder: Path, run: str | None = None) -> int:
    """Accept the plan of a run and say what was agreed to."""
    from xhs_toolkit.campaign import read_campaign
    from xhs_toolkit.cli.verbs import say, show_path
    from xhs_toolkit.plans import accept_plan, read_plan

    read_campaign(folder)
    path = accept_plan(folder, run=run)
    plan = read_plan(folder)
    if plan is not None:
        cost = plan.roster["cost_cny"].sum()
        say(f"Plan {plan.version}, accepted {plan.accepted_at}: {len(plan.roster)} placements for {cost:,.0f} CNY.")
        say(f"{show_path(path)}  {plan.hash[:12]}")
    return 0
