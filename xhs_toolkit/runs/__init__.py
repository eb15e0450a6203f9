"""papermill over a campaign's notebooks: one campaign, many campaigns."""

from __future__ import annotations

from xhs_toolkit.runs.campaigns import Options, Run, StoppedError, run_campaign
from xhs_toolkit.runs.folder import Step, find_latest_run, has_failed
from xhs_toolkit.runs.many import Outcome, run_many
from xhs_toolkit.runs.work import Progress

__all__ = [
    "Options",
    "Outcome",
    "Progress",
    "Run",
    "Step",
    "StoppedError",
    "find_latest_run",
    "has_failed",
    "run_campaign",
    "run_many",
]
