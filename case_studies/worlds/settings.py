"""What an invented campaign is like: the knobs of the generator, and its themes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from case_studies.worlds import figures


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
    kol_weight : how much likelier than another theme it goes to a KOL than to a KOC; all 1 shares themes out by lot.
    leads_per_10000_views, qualified_share : leads that views as drawn bring (before `notes.settle_levels` thins
        them), and how many of them qualify.
    """

    name: str
    name_zh: str
    keywords: tuple[str, ...]
    titles: tuple[str, ...]
    odd_titles: tuple[str, ...] = ()
    reach_log: float = 0.0
    click_logit: float = 0.0
    kol_weight: float = 1.0
    leads_per_10000_views: float = 0.0
    qualified_share: float = 0.5


@dataclass(frozen=True, slots=True)
class WorldPersona:
    """A walk of life, and what its creators truly do.

    Parameters
    ----------
    name : as `campaign.yaml` calls it.
    category, tags : what a creator list shows; the tags hold its keywords.
    share : of the creators, beside the other personas' shares.
    reach_log : added to the log of what its creators' notes reach, followers being equal.
    collects_log, comments_log : added to the log of collects and comments per like.
    question_share, trust_share : of its comments, those that ask something and those that speak of trust.
    """

    name: str
    category: str
    tags: tuple[str, ...]
    share: float = 1.0
    reach_log: float = 0.0
    collects_log: float = 0.0
    comments_log: float = 0.0
    question_share: float = 0.25
    trust_share: float = 0.1


@dataclass(frozen=True, slots=True)
class MarketSettings:
    """The client's own figures: treated and control markets, the true lift, and what lifts them all.

    Parameters
    ----------
    treated, controls : names of the markets.
    base : median daily figure of a market.
    lift : true relative lift of a treated market once the campaign has worked up.
    sale_ratio : what a sale in the window's last days multiplies in every market.
    drift_sd : daily step of a market's own random walk.
    channel, currency : as the client's file names them.
    sale_days : length of the sale.
    treated_sale_ratio : what the sale multiplies in treated markets beyond `sale_ratio`: 1 unless mis-specified.
    festivals, festival_ratio : days around which every market rises, and to how much at its height.
    days_before : days of history before the start; `WorldSettings.history_days` where None.
    size_sd : spread of the markets' sizes (standard deviation of the logarithm).
    break_ratio : what multiplies every control from the start on, for a reason of its own: 1 unless mis-specified.
    """

    treated: tuple[str, ...] = ("NZ", "AU")
    controls: tuple[str, ...] = ("SG", "CA", "IE", "UK", "JP", "MY")
    metric: str = "site_sessions"
    base: float = 4_000.0
    lift: float = 0.08
    sale_ratio: float = 1.3
    drift_sd: float = 0.01
    channel: str = "online"
    currency: str = ""
    sale_days: int = 7
    treated_sale_ratio: float = 1.0
    festivals: tuple[date, ...] = ()
    festival_ratio: float = 1.0
    days_before: int | None = None
    size_sd: float = 0.4
    break_ratio: float = 1.0


@dataclass(frozen=True, slots=True)
class LeadSettings:
    """How leads come, and how the client can tell from where.

    Parameters
    ----------
    code_share, survey_share : of a campaign lead, the chance to use its creator's code, else to name a theme in
        the client's survey; the rest says nothing.
    others_a_day : leads a day that have nothing to do with the campaign; they name nothing.
    others_qualified_share : of those.
    leaked_a_day : leads a day, from the leak on, that would have come anyway but use one creator's leaked code.
    leak_after_days : days from the start to the leak.
    listed_twice : leads that the client's list holds twice.
    delay_days : mean days from a view to its lead.
    """

    code_share: float = 0.45
    survey_share: float = 0.25
    others_a_day: float = 3.0
    others_qualified_share: float = 0.45
    leaked_a_day: float = 0.0
    leak_after_days: int = 14
    listed_twice: int = 0
    delay_days: float = 2.0


@dataclass(frozen=True, slots=True)
class CommentSettings:
    """What is known of the comments under campaign notes.

    Parameters
    ----------
    most_a_note : comments of a note that were collected, at most.
    question_share, trust_share : of a creator without a persona.
    copied_share : of the comments under a creator with bought fans, those copied from a short list.
    places : where readers are and how large a share of them, as the platform names places.
    home_share : of the readers, those who are where the creator is, whatever `places` says.
    """

    most_a_note: int = 12
    question_share: float = 0.25
    trust_share: float = 0.1
    copied_share: float = 0.8
    places: tuple[tuple[str, float], ...] = (("新西兰", 0.6), ("澳大利亚", 0.1), ("广东", 0.2), ("上海", 0.1))
    home_share: float = 0.0


@dataclass(frozen=True, slots=True)
class WorldSettings:
    """An invented campaign.

    Parameters
    ----------
    themes : at least one.
    start, end : first and last day of the campaign.
    n_koc, n_kol : creators of each tier.
    n_notes : campaign notes, shared out as evenly as they go.
    n_booked : creators who get the campaign's notes, none of them with bought fans; everybody where None.
    name_endings : of creators' names, once the plain ones are used up.
    everyday_notes : fewest and most everyday notes of a creator, from `history_days` before the start to the end.
    themed_share : mean share of everyday notes on the theme that their creator cares for, from none to twice that.
    earlier_paid_notes : fewest and most paid notes of a creator for others, in the `history_days` before the start.
    video_share : share of video notes.
    n_better, better_ratio : planted campaign notes and by how much they truly reach further.
    n_bought_fans : creators whose followers were bought.
    n_unmeasured : campaign notes whose exposure the platform does not show.
    boosted_share : share of campaign notes with ads.
    places : where creators are. fan_places : where their fans may be, as the agency's sheet ranks them.
    noise_df : degrees of freedom of the t noise; smaller is heavier-tailed.
    within_sd : standard deviation of log engagement within a creator.
    creator_sd : spread of creators' levels beyond their followers.
    week_sd : the shock that all notes of a week share.
    drift_per_week : common change of log reach a week.
    creator_drift_sd : spread of the creators' own changes a week.
    everyday_ratio : everyday over paid notes of the same creator.
    ad_click_ratio : click rate of the ads over what is typical of their placement.
    boost_best : boost the notes that did best in their first days; otherwise notes are drawn by lot.
    themes_in_turn : all notes of the first theme come first, then those of the second: False unless mis-specified.
    n_stars, star_log : creators of quite another kind and by how much: none unless mis-specified.
    personas : walks of life; none leaves creators to the general categories.
    more_markets : further figures of the client, each with its own lift.
    leads, comments : None where the client or the crawler has none.
    voice : whose words the notes and comments have: a file of ``voices/``.
    """

    themes: tuple[WorldTheme, ...]
    start: date
    end: date
    n_koc: int = 18
    n_kol: int = 10
    n_notes: int = 40
    n_booked: int | None = None
    name_endings: tuple[str, ...] = ()
    everyday_notes: tuple[int, int] = (6, 12)
    themed_share: float = 0.0
    earlier_paid_notes: tuple[int, int] = (0, 0)
    history_days: int = 120
    video_share: float = 0.35
    n_better: int = 5
    better_ratio: float = 4.0
    n_bought_fans: int = 1
    n_unmeasured: int = 1
    boosted_share: float = 0.15
    places: tuple[str, ...] = ("新西兰", "澳大利亚")
    fan_places: tuple[str, ...] = ("广东", "上海", "江苏", "浙江", "北京", "山东", "四川", "福建")
    noise_df: float = 5.0
    within_sd: float = figures.WITHIN_CREATOR_SD
    creator_sd: float = figures.CREATOR_SD
    week_sd: float = 0.25
    drift_per_week: float = -0.01
    creator_drift_sd: float = 0.015
    markets: MarketSettings = field(default_factory=MarketSettings)
    everyday_ratio: float = figures.EVERYDAY_RATIO
    ad_click_ratio: float = 1.0
    boost_best: bool = False
    themes_in_turn: bool = False
    n_stars: int = 0
    star_log: float = 0.0
    personas: tuple[WorldPersona, ...] = ()
    more_markets: tuple[MarketSettings, ...] = ()
    leads: LeadSettings | None = None
    comments: CommentSettings | None = None
    voice: str = "general"
