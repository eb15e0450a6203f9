"""What notes and campaigns may bring, as ranges, and how good such forecasts were."""

from xhs_toolkit.forecast.campaign import CampaignForecast, Mix, compare_mixes, draw_expected, forecast_campaign
from xhs_toolkit.forecast.model import NoteModel, estimate_levels, fit_note_model, predict_creators
from xhs_toolkit.forecast.outcomes import OutcomeRates, add_outcomes, find_outcome_rates
from xhs_toolkit.forecast.pool import METRICS, Pool, add_forecasts, choose_metric, make_candidates
from xhs_toolkit.forecast.remembered import MIN_CAMPAIGNS, Corrections, learn_corrections, score_history
from xhs_toolkit.forecast.score import HoldOut, describe_past, evaluate_forecast

__all__ = [
    "METRICS",
    "MIN_CAMPAIGNS",
    "CampaignForecast",
    "Corrections",
    "HoldOut",
    "Mix",
    "NoteModel",
    "OutcomeRates",
    "Pool",
    "add_forecasts",
    "add_outcomes",
    "choose_metric",
    "compare_mixes",
    "describe_past",
    "draw_expected",
    "estimate_levels",
    "evaluate_forecast",
    "find_outcome_rates",
    "fit_note_model",
    "forecast_campaign",
    "learn_corrections",
    "make_candidates",
    "predict_creators",
    "score_history",
]
