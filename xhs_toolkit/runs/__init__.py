"""papermill over a campaign's notebooks: one campaign, many campaigns."""

from __future__ import annotations

from xhs_toolkit.runs.campaigns import Outcome, Progress, Run, run_campaign, run_many
from xhs_toolkit.runs.folder import find_latest_run
from xhs_toolkit.runs.manifest import Step

__all__ = ["Outcome", "Progress", "Run", "Step", "find_latest_run", "run_campaign", "run_many"]
