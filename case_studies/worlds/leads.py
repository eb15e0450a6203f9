"""Invented leads: what the campaign's notes brought, what came by itself, and what the client can tell of it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from case_studies.worlds.notes import BEIJING
from case_studies.worlds.settings import LeadSettings, WorldSettings

LEAD_COLUMNS = ("lead_id", "date", "market", "channel", "code", "theme", "qualified", "true_origin", "true_note_id")
SPREAD = 0.5
"""How unequally notes of the same views and theme bring leads (standard deviation of the logarithm): assumed."""
CHANNELS = ("online", "store")
ORIGINS = ("campaign", "leak", "other")


def make_leads(settings: WorldSettings, notes: pd.DataFrame, *, rng: np.random.Generator) -> pd.DataFrame:
    """Make every lead that the client's list shows, one row each.

    Returns
    -------
    DataFrame
        `LEAD_COLUMNS`: ``code`` and ``theme`` (from the client's survey) are missing where the lead names none. The
        truth: ``true_origin`` (`ORIGINS`) and the note that brought it.
    """
    if settings.leads is None:
        return pd.DataFrame(columns=list(LEAD_COLUMNS))
    paid = notes[notes["scope"].eq("paid")]
    parts = [
        _make_own(settings, settings.leads, paid, rng=rng),
        _make_leaked(settings, settings.leads, paid, rng=rng),
        _make_others(settings, settings.leads, rng=rng),
    ]
    leads = pd.concat(parts, ignore_index=True).sort_values(["date", "true_note_id"], ignore_index=True)
    return leads.assign(
        lead_id=[f"SYN-L{number:05d}" for number in 10_000 + rng.permutation(len(leads))],
        market="NZ",
        channel=rng.choice(CHANNELS, len(leads), p=[0.8, 0.2]),
    )[list(LEAD_COLUMNS)]


def make_codes(notes: pd.DataFrame) -> pd.DataFrame:
    """Make one code a creator and theme of the campaign: ``code``, ``creator_id``, ``theme``."""
    paid = notes[notes["scope"].eq("paid")]
    pairs = paid[["creator_id", "theme"]].drop_duplicates().sort_values(["creator_id", "theme"], ignore_index=True)
    return pairs.assign(code=[f"SYN{number:03d}" for number in 101 + np.arange(len(pairs))])


def _make_own(
    settings: WorldSettings, leads: LeadSettings, paid: pd.DataFrame, *, rng: np.random.Generator
) -> pd.DataFrame:
    """Leads that notes brought: some with the creator's code, some with a theme told in the survey."""
    themes = {theme.name: theme for theme in settings.themes}
    rates = paid["theme"].map(lambda name: themes[name].leads_per_10000_views) / 10_000
    own = np.exp(SPREAD * rng.standard_normal(len(paid)) - SPREAD**2 / 2)
    sources = paid.loc[paid.index.repeat(rng.poisson(paid["views"] * rates * own))].reset_index(drop=True)
    n = len(sources)
    wait_days = rng.exponential(sources["growth_days"]) + rng.exponential(leads.delay_days, n)
    date = _to_days(sources["posted_at"] + pd.to_timedelta(wait_days, unit="D"))
    codes = make_codes(paid).set_index(["creator_id", "theme"])["code"]
    code = codes.reindex(pd.MultiIndex.from_frame(sources[["creator_id", "theme"]])).to_numpy()
    told = rng.random(n)
    by_survey = (told >= leads.code_share) & (told < leads.code_share + leads.survey_share)
    frame = pd.DataFrame(
        {
            "date": date,
            "code": pd.Series(code, dtype=object).where(told < leads.code_share, None),
            "theme": sources["theme"].where(by_survey, None),
            "qualified": rng.random(n) < sources["theme"].map(lambda name: themes[name].qualified_share),
            "true_origin": ORIGINS[0],
            "true_note_id": sources["note_id"],
        }
    )
    return frame[frame["date"] <= pd.Timestamp(str(settings.end))]


def _make_leaked(
    settings: WorldSettings, leads: LeadSettings, paid: pd.DataFrame, *, rng: np.random.Generator
) -> pd.DataFrame:
    """Leads that would have come anyway, under the code of one creator that a bargain site shows."""
    days = pd.date_range(str(settings.start), str(settings.end))[leads.leak_after_days :]
    counts = rng.poisson(leads.leaked_a_day, len(days))
    codes = make_codes(paid)
    code = codes["code"].iloc[len(codes) // 2] if len(codes) else None
    return pd.DataFrame(
        {
            "date": np.repeat(days, counts),
            "code": code,
            "theme": None,
            "qualified": rng.random(counts.sum()) < leads.others_qualified_share,
            "true_origin": ORIGINS[1],
            "true_note_id": "",
        }
    )


def _make_others(settings: WorldSettings, leads: LeadSettings, *, rng: np.random.Generator) -> pd.DataFrame:
    """Leads from elsewhere, from `history_days` before the campaign on."""
    days = pd.date_range(str(settings.start - pd.Timedelta(days=settings.history_days)), str(settings.end))
    counts = rng.poisson(leads.others_a_day, len(days))
    return pd.DataFrame(
        {
            "date": np.repeat(days, counts),
            "code": None,
            "theme": None,
            "qualified": rng.random(counts.sum()) < leads.others_qualified_share,
            "true_origin": ORIGINS[2],
            "true_note_id": "",
        }
    )


def _to_days(moments: pd.Series) -> pd.Series:
    return moments.dt.tz_convert(BEIJING).dt.tz_localize(None).dt.normalize()
