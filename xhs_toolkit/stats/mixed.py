"""A linear mixed model by restricted maximum likelihood, with statsmodels doing the work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd


class MixedModel(NamedTuple):
    """What `fit_mixed_model` found.

    Attributes
    ----------
    fixed : one row a term (index): ``estimate``, ``std_error``.
    random_covariance : covariance of the random terms.
    residual_variance : variance within groups.
    reml_criterion : −2 × restricted log-likelihood, as lme4 prints it.
    n, n_groups : rows and groups used.
    converged : whether the optimiser ended well.
    """

    fixed: pd.DataFrame
    random_covariance: pd.DataFrame
    residual_variance: float
    reml_criterion: float
    n: int
    n_groups: int
    converged: bool


def fit_mixed_model(
    frame: pd.DataFrame, *, outcome: str, terms: Sequence[str], group: str, random_terms: Sequence[str] = ()
) -> MixedModel:
    """Fit ``outcome ~ 1 + terms + (1 + random_terms | group)``.

    Rows with a missing value in any of the columns are left out.

    Parameters
    ----------
    frame : the columns named; all but `group` are numbers.
    random_terms : terms whose slope differs by group; the intercept always does.
    """
    from statsmodels.regression.mixed_linear_model import MixedLM  # over a second: only when needed

    rows = frame[[*dict.fromkeys([outcome, *terms, *random_terms, group])]].dropna()
    columns = rows.drop(columns=group).astype(float).assign(Intercept=1.0)
    exog, exog_re = columns[["Intercept", *terms]], columns[["Intercept", *random_terms]]
    model = MixedLM(columns[outcome], exog, groups=rows[group], exog_re=exog_re)
    fit = model.fit(reml=True, method=["lbfgs", "bfgs"])
    fixed = pd.DataFrame({"estimate": fit.fe_params, "std_error": fit.bse_fe})
    names = list(exog_re.columns)
    covariance = pd.DataFrame(np.asarray(fit.cov_re), index=names, columns=names)
    n_groups = int(rows[group].nunique())
    return MixedModel(
        fixed, covariance, float(fit.scale), float(-2 * fit.llf), len(rows), n_groups, bool(fit.converged)
    )
