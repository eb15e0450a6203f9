"""What notes and campaigns may bring, as ranges, and how good such forecasts were."""

from xhs_toolkit.forecast.campaign import (
    CampaignForecast,
    Mix,
    OutcomeRates,
    add_outcomes,
    compare_mixes,
    draw_expected,
    find_outcome_rates,
    forecast_campaign,
)
from xhs_toolkit.forecast.model import MIN_OWN_SHARE, NoteModel, expect_notes, fit_note_model, predict_creators
from xhs_toolkit.forecast.pool import FORECAST_METRICS, Learned, Pool, choose_metric, learn_models, make_candidates
from xhs_toolkit.forecast.remembered import MIN_CAMPAIGNS, Corrections, learn_corrections, score_history
from xhs_toolkit.forecast.score import HoldOut, describe_past, evaluate_forecast

__all__ = [
    "FORECAST_METRICS",
    "MIN_CAMPAIGNS",
    "MIN_OWN_SHARE",
    "CampaignForecast",
    "Corrections",
    "HoldOut",
    "Learned",
    "Mix",
    "NoteModel",
    "OutcomeRates",
    "Pool",
    "add_outcomes",
    "choose_metric",
    "compare_mixes",
    "describe_past",
    "draw_expected",
    "evaluate_forecast",
    "expect_notes",
    "find_outcome_rates",
    "fit_note_model",
    "forecast_campaign",
    "learn_corrections",
    "learn_models",
    "make_candidates",
    "predict_creators",
    "score_history",
]
