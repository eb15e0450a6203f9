"""Invented notes: when they were posted, what they truly came to, and how far they are at a given time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from case_studies.worlds import figures, words
from case_studies.worlds.settings import WorldSettings

BEIJING = "Asia/Shanghai"
CLICK_SD = 0.25
LIKE_SD = 0.25
LAST_DAYS = 5
"""No campaign note is posted in the window's last days."""
GROWTH_DAYS, GROWTH_SHAPE = 5.0, 0.6
"""Share of the final figures reached at an age: 1 − exp(−(age / days) ** shape), about half after three days."""
COUNTS = ("exposure", "views", "viewers", "likes", "collects", "comments", "shares", "follows")
MAX_EXPOSURE = 1e9
PAGES = ("discovery", "search", "homepage", "following", "nearby", "other")
PAGE_WEIGHTS = (36.0, 7.0, 2.0, 3.0, 0.5, 1.5)


def make_notes(settings: WorldSettings, creators: pd.DataFrame, *, rng: np.random.Generator) -> pd.DataFrame:
    """Make every note of the creators, one row each, with its final figures.

    ``scope`` is ``paid`` for the campaign's notes, ``everyday``, or ``earlier_paid`` for paid notes before it.

    Returns
    -------
    DataFrame
        What an export can show: ``note_id``, ``creator_id``, ``title``, ``text``, ``tags``, ``format``, ``scope``,
        ``posted_at`` (UTC), the counts of `COUNTS` without ads, ``page_<page>`` shares, ``price_cny``,
        ``is_measured``. The truth: ``theme``, ``true_click_rate``, ``true_view_rate``, ``true_reach_log``,
        ``is_better``, ``growth_days``.
    """
    schedules = (_schedule_campaign, _schedule_everyday, _schedule_earlier)
    notes = pd.concat([schedule(settings, creators, rng=rng) for schedule in schedules], ignore_index=True)
    return (
        notes.pipe(_add_words, settings=settings, rng=rng)
        .pipe(_add_reach, settings=settings, creators=creators, rng=rng)
        .pipe(_add_rates, settings=settings, creators=creators, rng=rng)
        .pipe(_add_counts, creators=creators, rng=rng)
        .pipe(_add_price, creators=creators)
        .pipe(_add_unmeasured, settings=settings, rng=rng)
        .drop(columns="creator")
        .sort_values(["posted_at", "note_id"], ignore_index=True)
    )


def settle_levels(notes: pd.DataFrame, *, levels: Mapping[str, Any]) -> pd.DataFrame:
    """Thin the counts of notes to a world's levels, so that a view costs what it costs in the trade.

    Parameters
    ----------
    levels : part of the exposure and views that is left (``seen``) beside those to whom every note is shown
        (``everyone``), and engagement per like drawn: ``likes``, ``comments``, ``shares``, and ``saves`` by theme
        (``other`` for notes of none).
    """
    if not levels:
        return notes
    seen, saves = levels["seen"], levels["saves"]
    kept = dict.fromkeys(COUNTS, seen) | {name: seen * levels[name] for name in ("likes", "comments", "shares")}
    kept["collects"] = seen * notes["theme"].map(saves).fillna(saves["other"])
    thinned = {name: np.floor(notes[name] * part).astype(int) for name, part in kept.items()}
    shown = np.rint(levels["everyone"] * notes["true_view_rate"]).astype(int)
    for name, more in {"exposure": levels["everyone"], "views": shown, "viewers": shown}.items():
        thinned[name] += more
    return notes.assign(
        **thinned,
        true_reach_log=notes["true_reach_log"] + np.log(seen),
    )


def make_snapshot(notes: pd.DataFrame, *, as_of: datetime) -> pd.DataFrame:
    """Notes posted before a moment, with the counts they had reached by then (never more than later)."""
    moment = pd.Timestamp(as_of).tz_convert("UTC")
    posted = notes[notes["posted_at"] < moment]
    age_days = (moment - posted["posted_at"]).dt.total_seconds() / 86_400
    grown = measure_growth(age_days, posted["growth_days"])
    counts = {name: np.floor(posted[name] * grown).astype(int) for name in COUNTS}
    return posted.assign(**counts, as_of=moment)


def measure_growth(age_days: pd.Series | float, growth_days: pd.Series) -> pd.Series:
    """Share of its final figures that a note has reached at an age."""
    return 1 - np.exp(-((age_days / growth_days) ** GROWTH_SHAPE))


# ------------------------------------------------------------------------------------- the schedule


def _schedule_campaign(settings: WorldSettings, creators: pd.DataFrame, *, rng: np.random.Generator) -> pd.DataFrame:
    n, n_days = settings.n_notes, (settings.end - settings.start).days + 1 - LAST_DAYS
    themes = rng.permutation(np.arange(n) % len(settings.themes))
    notes = pd.DataFrame(
        {
            "creator": _book(settings, creators, rng=rng),
            "scope": "paid",
            "format": _draw_formats(n, settings=settings, rng=rng),
            "theme": [settings.themes[i].name for i in themes],
            "posted_at": _draw_times(settings.start, rng.integers(0, n_days, n), rng=rng),
            "is_better": rng.permutation(np.arange(n) < settings.n_better),
        }
    )
    return _reassign_themes(notes, settings=settings, creators=creators, rng=rng)


def _reassign_themes(
    notes: pd.DataFrame, *, settings: WorldSettings, creators: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Give large creators some themes more often, or let the themes follow one another; else leave the lot's word."""
    names = np.array([theme.name for theme in settings.themes])
    if settings.themes_in_turn:
        place = notes["posted_at"].rank(method="first").to_numpy() - 1
        return notes.assign(theme=names[(place * len(names) / len(notes)).astype(int)])
    weights = np.array([theme.kol_weight for theme in settings.themes])
    if (weights == 1).all():
        return notes
    is_kol = creators["tier"].eq("KOL").to_numpy()[notes["creator"]]
    odds = np.where(is_kol[:, None], weights, 1 / weights)
    reached = np.cumsum(odds / odds.sum(axis=1, keepdims=True), axis=1)
    return notes.assign(theme=names[(rng.random((len(notes), 1)) > reached[:, :-1]).sum(axis=1)])


def _book(settings: WorldSettings, creators: pd.DataFrame, *, rng: np.random.Generator) -> np.ndarray:
    """Positions of the creators who get the campaign's notes."""
    if settings.n_booked is None:
        return _share_out(settings.n_notes, len(creators), rng=rng)
    honest = np.flatnonzero(~creators["has_bought_fans"])
    return rng.permutation(honest)[_share_out(settings.n_notes, settings.n_booked, rng=rng)]


def _share_out(n: int, n_creators: int, *, rng: np.random.Generator) -> np.ndarray:
    """Positions of creators for n notes: nobody gets a second note before everybody has one."""
    rounds = -(-n // n_creators)
    return rng.permuted(np.tile(np.arange(n_creators), (rounds, 1)), axis=1).ravel()[:n]


def _schedule_everyday(settings: WorldSettings, creators: pd.DataFrame, *, rng: np.random.Generator) -> pd.DataFrame:
    fewest, most = settings.everyday_notes
    per_creator = rng.integers(fewest, most + 1, len(creators))
    n = int(per_creator.sum())
    first = settings.start - timedelta(days=settings.history_days)
    n_days = settings.history_days + (settings.end - settings.start).days
    return pd.DataFrame(
        {
            "creator": np.repeat(np.arange(len(creators)), per_creator),
            "scope": "everyday",
            "format": _draw_formats(n, settings=settings, rng=rng),
            "theme": _draw_cares(settings, per_creator, rng=rng),
            "posted_at": _draw_times(first, rng.integers(0, n_days, n), rng=rng),
            "is_better": False,
        }
    )


def _draw_cares(settings: WorldSettings, per_creator: np.ndarray, *, rng: np.random.Generator) -> np.ndarray | None:
    """Themes of everyday notes: each creator cares for one, and writes of it in a share of the notes of its own."""
    if not settings.themed_share:
        return None
    names = np.array([theme.name for theme in settings.themes], dtype=object)
    cares = np.repeat(rng.choice(names, len(per_creator)), per_creator)
    shares = np.repeat(rng.spawn(1)[0].uniform(0, 2 * settings.themed_share, len(per_creator)), per_creator)
    cares[rng.random(len(cares)) >= shares] = None
    return cares


def _schedule_earlier(settings: WorldSettings, creators: pd.DataFrame, *, rng: np.random.Generator) -> pd.DataFrame:
    """Paid notes for other clients, up to a week before the campaign."""
    fewest, most = settings.earlier_paid_notes
    per_creator = rng.integers(fewest, most + 1, len(creators)) if most else np.zeros(len(creators), dtype=int)
    n = int(per_creator.sum())
    first = settings.start - timedelta(days=settings.history_days)
    return pd.DataFrame(
        {
            "creator": np.repeat(np.arange(len(creators)), per_creator),
            "scope": "earlier_paid",
            "format": _draw_formats(n, settings=settings, rng=rng),
            "theme": None,
            "posted_at": _draw_times(first, rng.integers(0, max(settings.history_days - 7, 1), n), rng=rng),
            "is_better": False,
        }
    )


def _draw_formats(n: int, *, settings: WorldSettings, rng: np.random.Generator) -> np.ndarray:
    return np.where(rng.random(n) < settings.video_share, "video", "image")


def _draw_times(first: object, days: np.ndarray, *, rng: np.random.Generator) -> pd.Series:
    """Moments between 7:00 and 23:00 in Beijing, to the second."""
    start = pd.Timestamp(str(first), tz=BEIJING).tz_convert("UTC")
    seconds = rng.integers(7 * 3600, 23 * 3600, len(days)) // 60 * 60 + np.arange(len(days)) % 60
    return pd.Series(start + pd.to_timedelta(days * 86_400 + seconds, unit="s")).astype("datetime64[us, UTC]")


# ---------------------------------------------------------------------------------------- the words


def _add_words(notes: pd.DataFrame, *, settings: WorldSettings, rng: np.random.Generator) -> pd.DataFrame:
    everyday = words.read_voice()["everyday_titles"]
    titles = pd.Series(everyday).sample(len(notes), replace=True, random_state=rng).to_numpy(dtype=object)
    for theme in settings.themes:
        own = np.flatnonzero(notes["theme"] == theme.name)
        titles[own] = [*theme.odd_titles, *rng.choice(theme.titles, len(own))][: len(own)]
    tags = {theme.name: ",".join((*theme.keywords[:2], *settings.places[:1])) for theme in settings.themes}
    return notes.assign(
        note_id=words.make_ids(len(notes), prefix="5eed", rng=rng),
        title=words.fill_titles(list(titles), rng=rng),
        text=words.make_texts(len(notes), rng=rng),
        tags=[tags.get(theme, f"{settings.places[0]}生活,日常") for theme in notes["theme"]],
    )


# -------------------------------------------------------------------------------------- the effects


def _add_reach(
    notes: pd.DataFrame, *, settings: WorldSettings, creators: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Add the log of the likes that a note of typical rates would get: the reach, in likes."""
    who = notes["creator"].to_numpy()
    weeks = (notes["posted_at"] - pd.Timestamp(str(settings.start), tz=BEIJING)).dt.days.to_numpy() // 7
    shocks = settings.week_sd * rng.standard_normal(weeks.max() - weeks.min() + 1)
    reach_of = {theme.name: theme.reach_log for theme in settings.themes}
    reach = (
        creators["level_log"].to_numpy()[who]
        + np.where(notes["scope"] == "everyday", creators["everyday_log"].to_numpy()[who], 0)
        + notes["theme"].map(reach_of).fillna(0).to_numpy()
        + creators["drift_per_week"].to_numpy()[who] * weeks
        + shocks[weeks - weeks.min()]
        + np.where(notes["is_better"], np.log(settings.better_ratio), 0)
        + _own_sd(settings) * draw_heavy(len(notes), df=settings.noise_df, rng=rng)
    )
    return notes.assign(true_reach_log=reach, true_week_log=shocks[weeks - weeks.min()])


def _own_sd(settings: WorldSettings) -> float:
    """What is left of the within-creator spread for a note's own fortune."""
    rest = settings.within_sd**2 - settings.week_sd**2 - CLICK_SD**2 - LIKE_SD**2
    return float(np.sqrt(max(rest, 0.0)))


def draw_heavy(n: int, *, df: float, rng: np.random.Generator) -> np.ndarray:
    """Draw t noise of standard deviation 1."""
    return rng.standard_t(df, n) * np.sqrt((df - 2) / df)


def _add_rates(
    notes: pd.DataFrame, *, settings: WorldSettings, creators: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    who, is_video = notes["creator"].to_numpy(), notes["format"].eq("video").to_numpy()
    click_of = {theme.name: theme.click_logit for theme in settings.themes}
    typical = np.where(is_video, figures.CLICK_RATE["video"], figures.CLICK_RATE["image"])
    logit = (
        np.log(typical / (1 - typical))
        + creators["click_logit"].to_numpy()[who]
        + notes["theme"].map(click_of).fillna(0).to_numpy()
        + CLICK_SD * rng.standard_normal(len(notes))
    )
    click_rate = 1 / (1 + np.exp(-logit))
    views_per_click = figures.VIDEO_VIEWS_PER_CLICK * np.exp(0.15 * rng.standard_normal(len(notes)))
    return notes.assign(
        true_click_rate=click_rate,
        true_view_rate=np.where(is_video, np.minimum(click_rate * views_per_click, 0.9), click_rate),
        like_rate=_draw_like_rate(notes, creators=creators, rng=rng),
    )


def _draw_like_rate(notes: pd.DataFrame, *, creators: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    typical = notes["format"].map(figures.LIKES_PER_VIEW).to_numpy()
    own = creators["like_log"].to_numpy()[notes["creator"].to_numpy()] + LIKE_SD * rng.standard_normal(len(notes))
    return np.minimum(typical * np.exp(own), 0.5)


# --------------------------------------------------------------------------------------- the counts


def _add_counts(notes: pd.DataFrame, *, creators: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    typical_rate = notes["format"].map(figures.LIKES_PER_VIEW) * _typical_view_rate(notes)
    exposure = rng.poisson(np.minimum(np.exp(notes["true_reach_log"]) / typical_rate, MAX_EXPOSURE))
    views = rng.binomial(exposure, notes["true_view_rate"])
    likes = rng.binomial(views, notes["like_rate"])
    counted = notes.assign(exposure=exposure, views=views, viewers=rng.binomial(views, 0.87), likes=likes)
    return (
        counted.drop(columns="like_rate")
        .assign(**_draw_engagement(counted, creators=creators, rng=rng))
        .pipe(_add_reading, rng=rng)
    )


def _draw_engagement(notes: pd.DataFrame, *, creators: pd.DataFrame, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Collects, comments and shares beside the likes: most of the shape is the creator's, the rest the note's."""
    who = notes["creator"].to_numpy()
    counts = {}
    for name, shape in figures.SHAPES.items():
        own = np.sqrt(1 - figures.CREATOR_PART) * shape.spread * rng.standard_normal(len(notes))
        habit = creators[f"{name}_log"].to_numpy()[who]
        counts[name] = rng.poisson(notes["likes"] * np.exp(shape.location + habit + own))
    return counts


def _add_reading(notes: pd.DataFrame, *, rng: np.random.Generator) -> pd.DataFrame:
    """Add how notes were read: where they were shown, how long, how fast, by how many new followers."""
    pages = rng.dirichlet(PAGE_WEIGHTS, len(notes))
    return notes.assign(
        follows=rng.poisson(notes["views"] * 0.0015),
        avg_view_s=np.rint(np.exp(np.log(16) + 0.4 * rng.standard_normal(len(notes)))),
        held_rate=rng.beta(12, 10, len(notes)),
        bullet_comments=rng.poisson(np.where(notes["format"] == "video", notes["views"] * 0.0004, 0)),
        growth_days=GROWTH_DAYS * np.exp(0.3 * rng.standard_normal(len(notes))),
        **{f"page_{page}": pages[:, i] for i, page in enumerate(PAGES)},
    )


def _typical_view_rate(notes: pd.DataFrame) -> pd.Series:
    return notes["format"].map(
        {
            "image": figures.CLICK_RATE["image"],
            "video": figures.CLICK_RATE["video"] * figures.VIDEO_VIEWS_PER_CLICK,
        }
    )


def _add_price(notes: pd.DataFrame, *, creators: pd.DataFrame) -> pd.DataFrame:
    who = notes["creator"].to_numpy()
    asked = np.where(notes["format"] == "video", creators["video_price_cny"][who], creators["image_price_cny"][who])
    return notes.assign(
        creator_id=creators["creator_id"].to_numpy()[who],
        price_cny=np.where(notes["scope"] == "paid", asked, np.nan),
    )


def _add_unmeasured(notes: pd.DataFrame, *, settings: WorldSettings, rng: np.random.Generator) -> pd.DataFrame:
    """Choose paid notes that were not planted: the platform does not show their exposure."""
    plain = notes.index[notes["scope"].eq("paid") & ~notes["is_better"]]
    hidden = rng.permutation(plain)[: settings.n_unmeasured]
    return notes.assign(is_measured=~notes.index.isin(hidden))
