"""Outcomes by market and period, split into treated and control markets, before and after."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xhs_toolkit.assumptions import assume

Floats = NDArray[np.float64]

MIN_BEFORE: int = assume("lift.min_periods_before")


class Panel(NamedTuple):
    """A complete table of outcomes.

    Attributes
    ----------
    outcomes : one row a period (index, in order), one column a market.
    treated, controls : names of the markets.
    n_before : periods before the start.
    """

    outcomes: pd.DataFrame
    treated: tuple[Any, ...]
    controls: tuple[Any, ...]
    n_before: int

    @property
    def n_after(self) -> int:
        """Periods from the start on."""
        return len(self.outcomes) - self.n_before

    @property
    def treated_mean(self) -> Floats:
        """Mean outcome of the treated markets in each period."""
        return self.outcomes[list(self.treated)].to_numpy().mean(axis=1)

    @property
    def control_values(self) -> Floats:
        """Outcomes of the controls: periods × markets."""
        return self.outcomes[list(self.controls)].to_numpy()
