"""What an invented campaign is like: the knobs of the generator, and its themes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from xhs_toolkit.teaching import figures


@dataclass(frozen=True, slots=True)
class WorldTheme:
    """A theme of the content and what it truly does.

    Parameters
    ----------
    name, name_zh : what it is called.
    keywords : words by which a note is known to belong to it; the first Chinese one is its hashtag.
    titles : patterns of titles; ``{place}`` is filled in.
    odd_titles : titles that test a report (signs, lengths, markup); the first notes of the theme get them.
    reach_log : added to the log of exposure.
    click_logit : added to the logit of the click rate.
    """

    name: str
    name_zh: str
    keywords: tuple[str, ...]
    titles: tuple[str, ...]
    odd_titles: tuple[str, ...] = ()
    reach_log: float = 0.0
    click_logit: float = 0.0


@dataclass(frozen=True, slots=True)
class MarketSettings:
    """The client's own figures: treated and control markets, the true lift, and what lifts them all.

    Parameters
    ----------
    treated, controls : names of the markets.
    base : median daily figure of a market.
    lift : true relative lift of a treated market once the campaign has worked up.
    sale_ratio : what a sale in the window's last week multiplies in every market.
    drift_sd : daily step of a market's own random walk.
    """

    treated: tuple[str, ...] = ("NZ", "AU")
    controls: tuple[str, ...] = ("SG", "CA", "IE", "UK", "JP", "MY")
    metric: str = "site_sessions"
    base: float = 4_000.0
    lift: float = 0.08
    sale_ratio: float = 1.3
    drift_sd: float = 0.01


@dataclass(frozen=True, slots=True)
class WorldSettings:
    """An invented campaign.

    Parameters
    ----------
    themes : at least one.
    start, end : first and last day of the campaign.
    n_koc, n_kol : creators of each tier.
    n_notes : campaign notes, shared out as evenly as they go.
    everyday_notes : fewest and most everyday notes of a creator, from `history_days` before the start to the end.
    earlier_paid_notes : fewest and most paid notes of a creator for others, in the `history_days` before the start.
    video_share : share of video notes.
    n_better, better_ratio : planted campaign notes and by how much they truly reach further.
    n_bought_fans : creators whose followers were bought.
    n_unmeasured : campaign notes whose exposure the platform does not show.
    boosted_share : share of campaign notes with ads.
    noise_df : degrees of freedom of the t noise; smaller is heavier-tailed.
    within_sd : standard deviation of log engagement within a creator.
    creator_sd : spread of creators' levels beyond their followers.
    week_sd : the shock that all notes of a week share.
    drift_per_week : common change of log reach a week.
    creator_drift_sd : spread of the creators' own changes a week.
    """

    themes: tuple[WorldTheme, ...]
    start: date
    end: date
    n_koc: int = 18
    n_kol: int = 10
    n_notes: int = 40
    everyday_notes: tuple[int, int] = (6, 12)
    earlier_paid_notes: tuple[int, int] = (0, 0)
    history_days: int = 120
    video_share: float = 0.35
    n_better: int = 5
    better_ratio: float = 4.0
    n_bought_fans: int = 1
    n_unmeasured: int = 1
    boosted_share: float = 0.15
    places: tuple[str, ...] = ("新西兰", "澳大利亚")
    noise_df: float = 5.0
    within_sd: float = figures.WITHIN_CREATOR_SD
    creator_sd: float = figures.CREATOR_SD
    week_sd: float = 0.25
    drift_per_week: float = -0.01
    creator_drift_sd: float = 0.015
    markets: MarketSettings = field(default_factory=MarketSettings)
