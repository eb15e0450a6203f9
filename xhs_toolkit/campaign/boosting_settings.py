"""Settings of boosting: how much a note gets at a time, and what stops it. All of them are the analyst's choice."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from xhs_toolkit.campaign.agency import Settings
from xhs_toolkit.campaign.values import Count, PositiveNumber, Ratio


class Boosting(Settings):
    """How notes are boosted.

    Parameters
    ----------
    step_cny : what a note gets before it is looked at again.
    stop_ratio : how many times dearer than before, or than the campaign's other ads, a note's clicks may become.
    recent_days : the last days of its ads that are held against what came before.
    """

    step_cny: PositiveNumber = 500.0
    stop_ratio: Annotated[Ratio, Field(gt=1)] = 1.5
    recent_days: Annotated[Count, Field(ge=1)] = 3
